"""Points from a CSV file: PATHs in the first line, then a value for each, one point a line."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from sim.files.paths import parse_value
from sim.world.problems import Problem, clean

LARGEST = 50_000_000
"""Bytes."""

Places = list[tuple[str, int | None]]
"""File and line of each point."""
Rows = tuple[list[dict[str, Any]], Places]


def read_table(path: Path) -> tuple[list[dict[str, Any]], Places, list[Problem]]:
    """Read points.

    Parameters
    ----------
    path : Path
        The file, UTF-8.

    Returns
    -------
    rows : list of dict
        PATH: value.
    places : list of (str, int)
        Where each stands.
    problems : list of Problem
        What is wrong with single lines.

    Raises
    ------
    ValueError
        If there is nothing to be read.
    """
    file = clean(str(path), 200)
    try:
        if not path.is_file():
            raise ValueError("there is no such file")
        if path.stat().st_size > LARGEST:
            raise ValueError(f"is larger than {LARGEST // 1_000_000} MB")
        content = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8") from None
    except OSError as error:
        raise ValueError(error.strerror or str(error)) from None
    rows: list[dict[str, Any]] = []
    places: Places = []
    problems: list[Problem] = []
    lines = csv.reader(io.StringIO(content, newline=""), strict=True)
    heads: list[str] = []
    try:
        for cells in lines:
            line = lines.line_num
            if not heads:
                heads = [head.strip() for head in cells]
                if len(set(heads)) < len(heads) or not all(heads):
                    raise ValueError("the first line does not name each column once")
            elif not any(cell.strip() for cell in cells):
                continue
            elif len(cells) != len(heads):
                said = f"{len(cells)} values under {len(heads)} names"
                problems.append(Problem((), said, "give one for each", None, file, line))
            else:
                rows.append(_row(heads, cells, file, line, problems))
                places.append((file, line))
    except csv.Error as error:
        raise ValueError(f"line {lines.line_num}: {error}") from None
    if not rows and not problems:
        raise ValueError("has no line of values")
    return rows, places, problems


def _row(
    heads: list[str], cells: list[str], file: str, line: int, problems: list[Problem]
) -> dict[str, Any]:
    row = {}
    for head, cell in zip(heads, cells, strict=True):
        try:
            row[head] = parse_value(cell)
        except ValueError as error:
            wrong = f"cannot be read: {error}"
            problems.append(Problem((head,), wrong, "write a value", None, file, line))
    return row
