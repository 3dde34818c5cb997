"""Which headlines hold at half and at twice the precision of every choice, and in what form.

Of a share or a number of times the strongest statement is sought that its whole interval supports
at every precision, such as 'more often than not': that is the direction. The size holds too where
the largest value is at most half as large again as the smallest, or their intervals overlap, so
that these runs do not tell them apart. Whether two endings or two places stand in the same order
is judged on differences within runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from sim.analysis.columns import ENDING_COLUMNS, ENDINGS
from sim.analysis.frames import Results
from sim.analysis.headline import FEW, Headline, Row, headline
from sim.analysis.intervals import Estimate, mean
from sim.analysis.words import capitalised, decimal, listing

OWN = 1.0
"""The factor of the scenario's own precision."""
STEADY = 1.5
"""Largest over smallest value up to which a number counts as steady."""
_EDGES = {"share": (0.1, 0.5, 0.9), "number": (0.1, 1.0, 10.0)}
_SAID = {
    "runs": ("in under one run in ten", "in less than half of runs",
             "in more than half of runs", "in over nine runs in ten"),
    "part": ("under a tenth", "under half", "over half", "over nine tenths"),
    "often": ("under once in ten runs", "less than once a run", "more than once a run",
              "over ten times a run"),
    "cases": ("in under one case in ten", "less often than not", "more often than not",
              "in over nine cases in ten"),
}  # fmt: skip


class Verdict(StrEnum):
    """What becomes of a finding across the band, from best to worst."""

    HOLDS = "holds"
    DIRECTION = "holds in direction only"
    OPEN = "cannot be told"
    FAILS = "does not hold"


@dataclass(frozen=True)
class Line:
    """One finding across the band.

    Parameters
    ----------
    key, label : str
        Of the headline, or of the order of two things.
    rows : mapping of float to Row
        The headline at each factor; empty for orders.
    verdict : Verdict
    said : str
        What holds at every precision, or what does not.
    """

    key: str
    label: str
    rows: dict[float, Row]
    verdict: Verdict
    said: str

    @property
    def span(self) -> str:
        """The least and the largest value, in words: '12 to 36 %'; empty where there is none."""
        known = [row for row in self.rows.values() if row.estimate.known]
        if not known or known[0].measure.unit == "rung":
            return ""
        low, high = (f(known, key=lambda row: row.estimate.value).value for f in (min, max))
        return low if low == high else f"{low.removesuffix(' %')} to {high}"

    def as_dict(self) -> dict[str, Any]:
        """Return a form fit for JSON."""
        values = {f"{factor:g}": row.estimate.value for factor, row in self.rows.items()}
        return {
            "key": self.key, "label": self.label, "verdict": self.verdict.value, "said": self.said,
            "values": {k: v if v == v else None for k, v in values.items()},
        }  # fmt: skip


@dataclass(frozen=True)
class Band:
    """The headlines across the band of precision."""

    factors: tuple[float, ...]
    runs: int
    lines: tuple[Line, ...]

    def __getitem__(self, key: str) -> Line:
        for line in self.lines:
            if line.key == key:
                return line
        raise KeyError(key)

    def where(self, *verdicts: Verdict) -> list[Line]:
        """Return the lines with some verdicts."""
        return [line for line in self.lines if line.verdict in verdicts]

    def as_dict(self) -> dict[str, Any]:
        """Return a form fit for JSON."""
        return {
            "factors": list(self.factors),
            "runs": self.runs,
            "lines": [line.as_dict() for line in self.lines],
        }


def across(results: Results, table: Headline | None = None) -> Band | None:
    """Judge every headline across the band; None where no band, or too little of one, was played.

    The scenario's own precision is judged on all its runs, the others on those they have; orders
    are judged on the runs that all have.
    """
    others = results.at_other_precisions()
    if not others or min(len(other) for other in others.values()) < FEW:
        return None
    runs = min(len(other) for other in others.values())
    own = table if table is not None else headline(results)
    tables = {factor: headline(other) for factor, other in others.items()} | {OWN: own}
    factors = tuple(sorted(tables))
    lines = [
        _line(row, {factor: tables[factor][row.measure.key] for factor in factors})
        for row in own.rows
    ]
    everything = {factor: others.get(factor, results) for factor in factors}
    return Band(factors, runs, (*lines, *_orders(everything)))


def _line(own: Row, rows: dict[float, Row]) -> Line:
    measure = own.measure
    if measure.unit == "rung":
        verdict, said = _rungs(rows)
    elif measure.unit == "share" or measure.counts:
        verdict, said = _stated(own, rows)
    else:
        verdict, said = _steady(rows)
    label = f"{measure.label}, of crises" if measure.of == "crises" else measure.label
    return Line(measure.key, label, rows, verdict, said)


def _rungs(rows: dict[float, Row]) -> tuple[Verdict, str]:
    values = [row.estimate.value for row in rows.values()]
    names = {row.estimate.value: row.value for row in rows.values()}
    low, high = names[min(values)], names[max(values)]
    if low == high:
        return Verdict.HOLDS, low
    verdict = Verdict.DIRECTION if max(values) - min(values) <= 1 else Verdict.FAILS
    return verdict, f"{low} to {high}"


def _steady(rows: dict[float, Row]) -> tuple[Verdict, str]:
    estimates = [row.estimate for row in rows.values()]
    values = [estimate.value for estimate in estimates]
    said = f"moves by a factor of {decimal(max(values) / min(values))}" if min(values) > 0 else ""
    return (Verdict.FAILS if _moves(estimates) else Verdict.HOLDS), said or "from none up"


def _moves(estimates: list[Estimate]) -> bool:
    """Tell whether the size changes by more than chance and by more than a half."""
    least, most = (f(estimates, key=lambda estimate: estimate.value) for f in (min, max))
    apart = least.bounded and most.bounded and least.high < most.low
    return apart and most.value > STEADY * least.value


def strength(estimate: Estimate, unit: str) -> int:
    """Return the strongest statement that an interval supports.

    Returns
    -------
    int
        -2 and -1 below the lowest and the middle edge, 1 and 2 above the middle and the highest;
        0 where the interval lies across the middle.
    """
    low, middle, high = _EDGES[unit]
    if not estimate.bounded or estimate.low <= middle <= estimate.high:
        return 0
    if estimate.high < middle:
        return -2 if estimate.high <= low else -1
    return 2 if estimate.low >= high else 1


def _stated(own: Row, rows: dict[float, Row]) -> tuple[Verdict, str]:
    unit = "share" if own.measure.unit == "share" else "number"
    words = _words(own)
    estimates = [row.estimate for row in rows.values() if row.estimate.known]
    if len(estimates) < len(rows):
        return Verdict.OPEN, "nothing to count at some precision"
    moves = _moves(estimates)
    found = [strength(estimate, unit) for estimate in estimates]
    if all(value > 0 for value in found) or all(value < 0 for value in found):
        common = min(found, key=abs)
        return Verdict.DIRECTION if moves else Verdict.HOLDS, words[_place(common)]
    if moves:
        return Verdict.FAILS, "neither direction nor size"
    values = [estimate.value for estimate in estimates]
    if max(values) <= STEADY * min(values):
        return Verdict.HOLDS, "about the same at every precision"
    return Verdict.OPEN, "too few cases to tell"


def _place(value: int) -> int:
    return value + 2 if value < 0 else value + 1


def _words(row: Row) -> tuple[str, str, str, str]:
    if row.measure.unit == "number":
        return _SAID["often"]
    return _SAID["runs" if row.measure.of == "runs" else "cases" if row.measure.of else "part"]


def _orders(results: dict[float, Results]) -> Iterator[Line]:
    """Judge whether the commonest ending, and the place most often in crisis, stay the same."""
    names = {key: capitalised(name) for key, name in ENDINGS.items()}
    columns = {key: ENDING_COLUMNS[key] for key in ENDINGS}
    yield from _first("order_ending", "Commonest ending", results, columns, names)
    places = results[OWN].scenario.flashpoints
    if len(places) > 1:
        columns = {key: f"{key}_crises" for key in places}
        named = {key: place.name for key, place in places.items()}
        yield from _first("order_place", "Most often in crisis", results, columns, named)


def _first(
    key: str,
    label: str,
    results: dict[float, Results],
    columns: dict[str, str],
    names: dict[str, str],
) -> Iterator[Line]:
    totals = {item: results[OWN].column(column).sum() for item, column in columns.items()}
    first = max(totals, key=lambda item: totals[item])
    if totals[first] == 0:
        return
    leads = [_lead(other, columns, first) for other in results.values()]
    if all(lead.low > 0 for lead in leads):
        verdict, said = Verdict.HOLDS, names[first]
    elif any(lead.high < 0 for lead in leads):
        verdict, said = Verdict.FAILS, f"not {names[first]} at every precision"
    else:
        verdict, said = Verdict.OPEN, f"{names[first]}, but not surely"
    yield Line(key, label, {}, verdict, said)


def _lead(results: Results, columns: dict[str, str], first: str) -> Estimate:
    """Return by how much one thing leads the next one, a run, with its interval."""
    own = results.column(columns[first])
    others = [results.column(column) for item, column in columns.items() if item != first]
    return mean(own - max(others, key=lambda values: float(np.sum(values))))


def told(band: Band) -> Iterator[str]:
    """Yield in words which findings hold across the band, and which do not."""
    holds, direction = band.where(Verdict.HOLDS), band.where(Verdict.DIRECTION)
    fails, unknown = band.where(Verdict.FAILS), band.where(Verdict.OPEN)
    yield (
        f"At half, once and twice the precision of every choice ({band.runs} runs at each of the "
        f"others, under the same luck) {len(holds)} of {len(band.lines)} headlines hold, size "
        f"included{': ' if holds else ''}{listing([x.label for x in holds], 30)}."
    )
    if direction:
        yield (
            f"In direction only, so that no number is to be read from "
            f"{'it' if len(direction) == 1 else 'them'}{_list(direction)}."
        )
    if fails:
        yield f"Not at every precision tried{_list(fails)}."
    if unknown:
        yield f"Too close to call with these runs: {listing([x.label for x in unknown], 20)}."


def _list(lines: list[Line]) -> str:
    if not lines:
        return ""
    parts = [f"{line.label} ({line.said}{f': {line.span}' if line.span else ''})" for line in lines]
    return ": " + "; ".join(parts)
