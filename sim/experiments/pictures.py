"""The figures of a comparison: which there are, and what each says."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from sim.experiments.comparison import ArmResult, Comparison
from sim.experiments.findings import (
    by_treaty,
    clause_arms,
    clause_name,
    plain_arms,
    title,
    title_of_clauses,
    title_of_pairs,
    weight,
)

if TYPE_CHECKING:
    from sim.analysis.figures.style import Chart


class Entry(NamedTuple):
    """A figure: what it answers, which arms it shows, how it is made."""

    question: str
    arms: Callable[[Comparison], list[ArmResult]]
    make: Callable[[Comparison, list[ArmResult]], Chart]


def _differences(comparison: Comparison, arms: list[ArmResult]) -> Chart:
    from sim.analysis.figures.differences import differences

    return differences(comparison, title(arms), [(arm.name, arm.key_differences()) for arm in arms])


def _clauses(comparison: Comparison, arms: list[ArmResult]) -> Chart:
    from sim.analysis.figures.differences import differences

    rows = [
        (label(arm, arms), [d.reversed() for d in arm.key_differences()]) for arm in by_size(arms)
    ]
    return differences(comparison, title_of_clauses(arms), rows, bought=True)


def _pairs(comparison: Comparison, arms: list[ArmResult]) -> Chart:
    from sim.analysis.figures.differences import pairs

    clauses = all(arm.variant.kind in ("treaty", "clause") for arm in arms)
    alone = clauses and len(by_treaty(arms)) == 1
    rows = [
        (arm.name.partition(" ")[2] if alone else arm.name, arm.key_differences())
        for arm in (by_size(arms) if clauses else arms)
    ]
    return pairs(comparison, title_of_pairs(arms), rows)


def label(arm: ArmResult, among: list[ArmResult]) -> str:
    """Return what an arm of clauses is called among others: the clause alone if all are of one."""
    treaties = by_treaty(among)
    if len(treaties) == 1:
        return clause_name(arm)
    (treaty,) = by_treaty([arm])
    return f"{treaty}: {clause_name(arm)}"


def by_size(arms: list[ArmResult]) -> list[ArmResult]:
    """Return treaties, each with its clauses behind it: those that move most first."""
    return [
        arm
        for of_it in by_treaty(arms).values()
        for arm in sorted(of_it, key=lambda arm: (arm.variant.kind != "treaty", weight(arm)))
    ]


FIGURES: dict[str, Entry] = {
    "differences": Entry("What does each change do?", plain_arms, _differences),
    "clauses": Entry("Which clause buys what?", clause_arms, _clauses),
    "pairs": Entry(
        "In how many pairs of runs does a change matter, and which way?",
        lambda comparison: list(comparison.arms), _pairs,
    ),
}  # fmt: skip
"""The figures of a comparison, in the order of the report."""


def drawable(comparison: Comparison) -> list[str]:
    """Return the figures that have something to show."""
    return [name for name, entry in FIGURES.items() if entry.arms(comparison)]


def draw(name: str, comparison: Comparison) -> Chart:
    """Draw a figure.

    Raises
    ------
    KeyError
        If there is no such figure.
    """
    entry = FIGURES[name]
    return entry.make(comparison, entry.arms(comparison))
