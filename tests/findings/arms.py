"""Measures that tables of findings name, and how many runs a difference takes to be clear."""

from __future__ import annotations

from sim.evidence.arms import Arm, Difference, Measure, difference, difference_of_shares

__all__ = [
    "Arm", "Difference", "Measure", "column", "difference", "difference_of_shares", "outcome",
    "until_clear",
]  # fmt: skip


def column(name: str) -> Measure:
    """Measure a column of the table of runs."""
    return lambda arm: arm.column(name)


def outcome(text: str) -> Measure:
    """Return the measure that a table of findings names.

    Parameters
    ----------
    text : str
        A column of the table of runs; ``moves RUNG RUNG``, moves from rest on these rungs, with
        ``at FLASHPOINT`` or ``by STATE`` behind; or ``joined STATE``.
    """
    head, *rest = text.split()
    if head == "joined" and rest:
        return lambda arm: arm.joined(rest[0])
    if head == "moves":
        named = {}
        for word in ("by", "at"):
            if word in rest:
                named[word] = rest[rest.index(word) + 1]
                del rest[rest.index(word) : rest.index(word) + 2]
        where = [named["at"]] if "at" in named else None
        return lambda arm: arm.moves(rest or None, where=where, who=named.get("by"))
    return column(text)


def until_clear(
    first: Arm, second: Arm, measure: Measure, most: int, start: int = 50, errors: float = 3.0
) -> Difference:
    """Double the number of runs until a difference exceeds so many standard errors, or `most`."""
    runs = min(start, most)
    while True:
        found = difference(first, second, measure, runs)
        if abs(found.mean) > errors * found.error or runs >= most:
            return found
        runs = min(2 * runs, most)
