"""Thresholds by bisection, and limits by extrapolation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from sim.evidence.theory.point import NoAnswer, Step

HALVINGS = 200


def crosses(f: Callable[[float], float], low: float, high: float) -> bool:
    """Whether a function has different signs at two points."""
    return (f(low) < 0.0) != (f(high) < 0.0)


def bisect(f: Callable[[float], float], low: float, high: float) -> float:
    """Return where a function that has different signs at two points crosses zero.

    Parameters
    ----------
    f : callable
        A utility difference in the solved game, by what is varied.
    low, high : float
        Halved down to neighbouring numbers.
    """
    at_low, at_high = f(low), f(high)
    if at_low == 0.0:
        return low
    if at_high == 0.0:
        return high
    if (at_low < 0.0) == (at_high < 0.0):
        raise NoAnswer("no threshold lies in the range")
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        value = f(middle)
        if value == 0.0:
            return middle
        if (value < 0.0) == (at_low < 0.0):
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def zero_of(f: Callable[[float], float], low: float, high: float) -> float:
    """Return where a utility difference that is linear crosses zero, beyond the range if need be.

    Inside the range by bisection. Outside there is no such game (a chance above one, say): the
    line through the two ends says by how much.
    """
    at_low, at_high = f(low), f(high)
    if at_low == at_high:
        return low if at_low == 0.0 else float("inf") if (at_low < 0.0) else float("-inf")
    if at_low == 0.0 or at_high == 0.0 or (at_low < 0.0) != (at_high < 0.0):
        return bisect(f, low, high)
    return low - at_low * (high - low) / (at_high - at_low)


def at_zero(steps: Sequence[float], values: Sequence[float]) -> tuple[float, float]:
    """Extrapolate values at small steps to step zero (Richardson 1911, in Neville's scheme).

    Parameters
    ----------
    steps : sequence of float
        1 / lambda, falling.
    values : sequence of float
        What was found there, supposed to be a power series in the step.

    Returns
    -------
    value, error : float
        The entry of the scheme that moved least, and how much it moved.
    """
    rows = [list(values)]
    best, error = values[-1], abs(values[-1] - values[-2]) if len(values) > 1 else float("inf")
    for order in range(1, len(values)):
        above = rows[-1]
        row = []
        for i in range(len(above) - 1):
            near, far = steps[i + order], steps[i]
            row.append((far * above[i + 1] - near * above[i]) / (far - near))
        for i in range(len(row)):
            moved = abs(row[i] - above[i + 1])
            if i > 0:
                moved = max(moved, abs(row[i] - row[i - 1]))
            if i == len(row) - 1 and moved <= error:
                best, error = row[i], moved
        rows.append(row)
    return best, error


FEWEST = 4
"""Precisions at which a game has to be solved before a limit is taken."""
ENOUGH = 1e-8
"""Estimated error of a limit at which no higher precision is tried."""


def climb(step: Callable[[float], Step], levels: Sequence[float]) -> list[Step]:
    """Solve at rising precisions until the limit is clear, or as far up as equilibria are found.

    Raises
    ------
    NoAnswer
        If it finds fewer than `FEWEST`.
    """
    table: list[Step] = []
    for level in levels:
        try:
            table.append(step(level))
        except NoAnswer:
            if len(table) < FEWEST:
                raise
            break
        if len(table) >= FEWEST and limit_of(table)[1] < ENOUGH:
            break
    return table


def limit_of(steps: Iterable[Step]) -> tuple[Mapping[str, float], float]:
    """Return the limits of all values of a convergence table, and the largest error estimated."""
    table = [step for step in steps if step.precision > 0.0]
    widths = [1.0 / step.precision for step in table]
    limits, worst = {}, 0.0
    for name in table[0].values:
        limits[name], error = at_zero(widths, [step.values[name] for step in table])
        worst = max(worst, error)
    return limits, worst
