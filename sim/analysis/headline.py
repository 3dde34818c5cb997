"""The headline table, how many runs its rarest line would need, and a warning when all end one way.

An ensemble that always ends alike says nothing about what made it end so: whatever is changed, the
share cannot move. Such ensembles are called saturated.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

from sim.analysis.frames import Results
from sim.analysis.intervals import Estimate, runs_needed
from sim.analysis.measures import MEASURES, Measure
from sim.analysis.words import (
    count,
    decimal,
    decimal_interval,
    listing,
    percent,
    percent_interval,
    rung_name,
)

RELATIVE_ERROR = 0.25
"""Standard error over value that the advice on the number of runs aims at."""
RARE, COMMON = 0.005, 0.995
"""A share beyond these is saturated."""
ONE_WAY = 0.95
"""So is an ensemble in which more than this share of crises ends alike."""
SATURABLE = ("crisis", "war", "nuclear_use", "general_deterrence_held", "kept")
"""The shares that are judged so."""
VAGUE = (
    "'Recognised' exceeds 'Invoked' because under a treaty of low clarity an act below the "
    "trigger may be recognised as meeting it."
)
FEW = 30
"""Runs below which shares are not judged at all."""


@dataclass(frozen=True)
class Row:
    """A line of the headline table: the measure, its estimate, and both in words."""

    measure: Measure
    estimate: Estimate
    value: str
    interval: str
    counted: str

    def as_dict(self) -> dict[str, Any]:
        """Return a form fit for JSON; what is not known is None."""
        numbers = {
            name: value if value == value else None
            for name, value in self.estimate._asdict().items()
        }
        return {"key": self.measure.key, "label": self.measure.label, **numbers}


@dataclass(frozen=True)
class Headline:
    """The headline table with what a reader must know to read it and to trust it."""

    rows: tuple[Row, ...]
    precision: str
    warnings: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def __getitem__(self, key: str) -> Row:
        for row in self.rows:
            if row.measure.key == key:
                return row
        raise KeyError(key)

    def as_dict(self) -> dict[str, Any]:
        """Return a form fit for JSON."""
        return {
            "rows": [row.as_dict() for row in self.rows],
            "precision": self.precision,
            "warnings": list(self.warnings),
            "notes": list(self.notes),
        }


def headline(results: Results) -> Headline:
    """Estimate every headline measure of an ensemble."""
    rows = tuple(_row(results, measure, measure.estimate(results)) for measure in MEASURES)
    value = {row.measure.key: row.estimate.value for row in rows}
    return Headline(
        rows,
        _precision(rows, len(results)),
        tuple(_warnings(rows, len(results))),
        (VAGUE,) if value["recognised"] > value["invoked"] else (),
    )


def _row(results: Results, measure: Measure, estimate: Estimate) -> Row:
    if measure.unit == "rung":
        value, interval = _rungs(results, estimate)
        return Row(measure, estimate, value, interval, count(len(results), "run"))
    if measure.unit == "share":
        value, interval = percent(estimate.value), percent_interval(estimate)
    else:
        value, interval = decimal(estimate.value), decimal_interval(estimate)
    if not measure.of:
        counted = count(len(results), "run")
    elif estimate.trials:
        counted = f"{estimate.events:,.0f} of {estimate.trials:,.0f} {measure.of}"
    else:
        counted = f"no {measure.of}"
    return Row(measure, estimate, value, interval, counted)


def _rungs(results: Results, estimate: Estimate) -> tuple[str, str]:
    value = rung_name(results.scenario, estimate.value)
    if not estimate.bounded:
        return value, "-"
    low, high = (rung_name(results.scenario, bound) for bound in (estimate.low, estimate.high))
    return value, low if low == high else f"{low} to {high}"


def _precision(rows: tuple[Row, ...], runs: int) -> str:
    """Say how many runs the headline known least well would need, and what was never seen.

    Every row counts, shares and means alike: what is known least is what has the largest standard
    error for its value.
    """
    aim = f"a standard error of {100 * RELATIVE_ERROR:.0f} % of its value"
    texts = []
    needs = [
        (needed, row)
        for row in rows
        if (needed := runs_needed(row.estimate, runs, RELATIVE_ERROR)) is not None
    ]
    if needs:
        needed, row = max(needs, key=lambda item: item[0])
        name = f"'{row.measure.label}' ({row.value} {_per(row)})"
        if needed > runs:
            texts.append(
                f"The headline known least well is {name}: {aim} would take {_rounded(needed):,} "
                f"runs; this ensemble has {runs:,}."
            )
        else:
            texts.append(
                f"The headline known least well is {name}: {runs:,} runs are enough for {aim} "
                f"({_rounded(needed):,} would do)."
            )
    never = _never(rows)
    if never:
        bound = 3 / runs  # three events at most, and an error of a quarter takes sixteen
        least = _rounded(ceil(1 / (bound * RELATIVE_ERROR**2)))
        texts.append(
            f"Never seen in {count(runs, 'run')}: {never}; {aim} would take more than {least:,} "
            "runs."
        )
    return " ".join(texts) or "No headline is a number that chance could blur."


def _per(row: Row) -> str:
    """Return what a value is counted over, as it stands after the value."""
    if row.measure.of:
        return f"of {row.measure.of}"
    return "a run" if row.measure.unit == "number" and row.measure.counts else "on average"


def _never(rows: tuple[Row, ...]) -> str:
    """List what was never seen with the bound that the rule of three sets it, by denominator."""
    groups: dict[str, list[Row]] = {}
    told: set[str] = set()
    for row in rows:
        rare = row.measure.of in ("runs", "crises") or row.measure.counts
        if rare and row.estimate.known and row.estimate.value == 0 and row.estimate.bounded:
            if row.measure.label in told:
                continue  # nuclear use in no run is nuclear use in no crisis
            told.add(row.measure.label)
            groups.setdefault(_per(row), []).append(row)
    texts: list[str] = []
    for per, never in groups.items():
        high = never[0].estimate.high
        bound = percent(high) if never[0].measure.unit == "share" else decimal(high)
        sure = "with 95 % confidence " if not texts else ""
        names = listing([f"'{row.measure.label}'" for row in never], 8)
        texts.append(f"{names} ({sure}under {bound} {per})")
    return ", ".join(texts)


def _rounded(number: int) -> int:
    """Round up to two digits: advice is not exact."""
    step: int = 10 ** max(0, len(str(number)) - 2)
    return -(-number // step) * step


def _warnings(rows: tuple[Row, ...], runs: int) -> list[str]:
    if runs < FEW:
        few = "One run shows" if runs == 1 else f"{runs} runs show"
        return [f"{few} what can happen, not how often: play more before reading any share."]
    found = []
    for often, wrong, way in (
        ("almost never", lambda value: value < RARE, "lowers"),
        ("almost always", lambda value: value > COMMON, "raises"),
    ):
        names = [
            f"'{row.measure.label}' ({row.counted})"
            for row in rows
            if row.measure.key in SATURABLE and wrong(row.estimate.value)
        ]
        if names:
            found.append(
                f"Saturated: {often} {listing(names)}. A change that {way} "
                f"{'it' if len(names) == 1 else 'them'} further cannot be seen here."
            )
    for row in rows:
        if row.measure.of == "crises" and row.estimate.value > ONE_WAY:
            found.append(
                f"Saturated: {row.value} of crises end one way ('{row.measure.label}'). Whatever "
                "is changed, the other endings can hardly show it."
            )
    return found
