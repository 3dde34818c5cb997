"""Months as scenario files write them, and the turn of a run they fall in."""

from __future__ import annotations

import re

from sim.world.scenario import MONTHS_PER_TURN

__all__ = ["MONTHS_PER_TURN", "month_number", "turn_of"]

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


def month_number(text: str) -> int | None:
    """Return the months since year 0 of a date YYYY-MM, or None where it is no such date."""
    match = _MONTH.fullmatch(text)
    if match is None or not 1 <= int(match[2]) <= 12:
        return None
    return 12 * int(match[1]) + int(match[2]) - 1


def turn_of(date: str, start: str, turn_length: str) -> int:
    """Return the turn in which a month begins; negative before the start of the run.

    Parameters
    ----------
    date, start : str
        Months as YYYY-MM.
    turn_length : {"week", "month", "quarter", "year"}
        Length of a turn.

    Raises
    ------
    ValueError
        If one of the dates is no month.
    """
    then, first = month_number(date), month_number(start)
    if then is None or first is None:
        raise ValueError(f"no month: {date!r} or {start!r}")
    # A week is 12/52 of a month: three months make thirteen of them but for rounding.
    return int(((then - first) / MONTHS_PER_TURN[turn_length] + 1e-9) // 1)
