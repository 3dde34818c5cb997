"""The exponential of a small matrix, the same bits on every machine."""

from __future__ import annotations

from collections.abc import Iterable

Matrix = list[list[float]]

TERMS = 18
"""Terms of the series: beyond what a double holds once the matrix is small."""


def product(one: Matrix, other: Matrix) -> Matrix:
    """Return the product of two square matrices, summed from left to right."""
    n = len(one)
    out = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for k in range(n):
            factor = one[i][k]
            if factor != 0.0:
                for j in range(n):
                    out[i][j] += factor * other[k][j]
    return out


def matrix_exponential(matrix: Matrix, time: float) -> Matrix:
    """Return e^(matrix x time): a Taylor series of a fraction of it, squared back.

    Parameters
    ----------
    matrix : list of list of float
        Square; rates per unit of time.
    time : float
        Not negative.
    """
    n = len(matrix)
    size = max((time * _total(abs(x) for x in row) for row in matrix), default=0.0)
    squarings = 0
    while size > 0.5:
        size *= 0.5
        time *= 0.5
        squarings += 1
    out = [[1.0 if i == j else 0.0 for j in range(n)] for i in range(n)]
    term = [row[:] for row in out]
    small = [[x * time for x in row] for row in matrix]
    for k in range(1, TERMS + 1):
        term = [[x / k for x in row] for row in product(term, small)]
        for i in range(n):
            for j in range(n):
                out[i][j] += term[i][j]
    for _ in range(squarings):
        out = product(out, out)
    return out


def _total(numbers: Iterable[float]) -> float:
    total = 0.0
    for number in numbers:
        total += number
    return total
