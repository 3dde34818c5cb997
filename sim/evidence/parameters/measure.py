"""What a row of the table comes to: both arms played under the same luck."""

from __future__ import annotations

from typing import Any, NamedTuple

from sim.evidence.parameters.rows import AS_IT_IS, BUSY, Row
from sim.experiments.arms import Arm, Difference, difference, outcome
from sim.files.check import load_scenario
from sim.world.paths import find
from sim.world.plain import holds, plain
from sim.world.problems import Path, Problem
from sim.world.scenario import Scenario
from sim.world.shape import fields, is_part, kinds_at

ERRORS = 3.0
"""Standard errors beyond which a difference counts."""


class Measured(NamedTuple):
    """What the second arm of a row has more than the first."""

    row: Row
    start: Any
    """The value in the first arm; None where it is left to its default."""
    first: float
    """The mean outcome of the first arm."""
    difference: Difference

    @property
    def clear(self) -> bool:
        """Whether the difference exceeds so many standard errors that it counts."""
        return abs(self.difference.mean) > ERRORS * self.difference.error

    @property
    def as_declared(self) -> bool:
        """Whether it is clear, and has the direction that the row gives."""
        rises = self.row.rises
        return self.clear and (rises is None or rises == (self.difference.mean > 0))


def given(row: Row) -> Scenario:
    """Return the scenario of a row with what holds in both arms."""
    return load_scenario(row.scenario).set({**BUSY.get(row.scenario, {}), **row.given})


def place(row: Row) -> Path:
    """Return where in its scenario the field of a row stands.

    Raises
    ------
    ValueError
        If it stands nowhere.
    """
    found = find(plain(given(row)), row.path)
    if isinstance(found, Problem):
        raise ValueError(f"{row.path}: {found}")
    return found


def field_of(row: Row) -> str:
    """Return the field that a row addresses as Part.field; keys below it are the scenario's own."""
    path = place(row)
    inmost = ""
    for number, token in enumerate(path):
        for kind in kinds_at(path[:number]):
            if is_part(kind) and token in fields(kind):
                inmost = f"{kind.__name__}.{token}"
    return inmost


def start_of(row: Row) -> Any:
    """Return what stands in the field of a row in its first arm; None if nothing does."""
    if row.start is not AS_IT_IS:
        return row.start
    before: Any = plain(given(row))
    for token in place(row):
        before = before[token] if holds(before, token) else None
    return before


def words_tried(row: Row) -> frozenset[Any]:
    """Return the words in which the arms of a row differ."""
    arms = [frozenset(v if isinstance(v, list) else [v]) for v in (start_of(row), row.to)]
    return arms[0] ^ arms[1]


def arms_of(row: Row, played: dict[str, Arm]) -> tuple[Arm, Arm]:
    """Return both arms of a row; first arms, which many rows share, are kept by their scenario."""
    scenario = given(row)
    start = scenario if row.start is AS_IT_IS else scenario.set({row.path: row.start})
    key = start.model_dump_json()
    if key not in played:
        played[key] = Arm(start)
    return played[key], Arm(scenario.set({row.path: row.to, **row.also}))


def measured(row: Row, played: dict[str, Arm], most: int | None = None) -> Measured:
    """Play all runs of a row, or `most`, and return the difference: nothing stops it early."""
    first, second = arms_of(row, played)
    runs = row.runs if most is None else min(most, row.runs)
    measure = outcome(row.outcome)
    found = difference(first, second, measure, runs)
    return Measured(row, start_of(row), float(measure(first)[:runs].mean()), found)
