"""The outcomes a sweep can measure at each of its points: by name, with unit and interval.

A name is either a headline measure (`sim.analysis.measures`) or a column of the table of runs,
whose mean is then taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np

from sim.analysis import intervals
from sim.analysis.intervals import Estimate, Numbers
from sim.analysis.measures import MEASURES, Measure
from sim.outcomes.columns import FLASHPOINT_COLUMNS, RUN_COLUMNS, STATE_COLUMNS, SWITCHES, unit_of
from sim.world.problems import names_in_short, near
from sim.world.scenario import Scenario

if TYPE_CHECKING:  # workers take no pandas
    from sim.analysis.frames import Results

UNITS = {"share": "share", "rung": "rung", "number": "per run"}
_LEFT_OUT = {"first_crisis_turn"}
"""Columns whose mean says nothing: -1 stands for none."""
_SHARES = {"control", "control_lost", "risk_index_mean", "risk_index_peak", "standing"}


class Metric(NamedTuple):
    """An outcome that is measured: what it is, and the columns of a run it is made of."""

    key: str
    label: str
    meaning: str
    unit: str
    of: str
    """What a share is counted over; empty for means over runs."""
    columns: tuple[str, ...]
    measure: Measure | None = None
    largest: float | None = None
    signed: bool = False

    def estimate(self, columns: Mapping[str, Numbers]) -> Estimate:
        """Return the estimate over runs, with its 95 % interval.

        Parameters
        ----------
        columns : mapping of str to numpy.ndarray
            The metric's columns, one number a run.
        """
        if self.measure is not None:
            # measures ask for columns and their length, and for nothing else
            return self.measure.estimate(cast("Results", _Runs(columns)))
        values = columns[self.columns[0]]
        if self.unit == "share of runs":
            return intervals.share(float(values.sum()), len(values))
        if self.signed:
            return _signed_mean(values)
        return intervals.mean(values, self.largest)


def _signed_mean(values: Numbers) -> Estimate:
    """Estimate a mean of values that may be negative, such as utilities."""
    count, value = len(values), float(values.mean())
    if count < 2:
        return Estimate(value, np.nan, np.nan, np.nan, value, count)
    error = float(values.std(ddof=1)) / float(np.sqrt(count))
    return Estimate(
        value, value - intervals.Z * error, value + intervals.Z * error, error, value * count, count
    )


class _Runs:
    """Columns of some runs, as measures ask for them; notes which they asked for."""

    def __init__(self, columns: Mapping[str, Numbers] | None) -> None:
        self._columns = columns
        self.asked: list[str] = []

    def column(self, name: str) -> Numbers:
        self.asked.append(name)
        return np.zeros(2) if self._columns is None else self._columns[name]

    def __len__(self) -> int:
        return 2 if self._columns is None else len(next(iter(self._columns.values())))


class RunColumn(NamedTuple):
    """A column of the table of runs."""

    kind: str
    """Its name without the flashpoint's or the state's."""
    whose: str
    """The name of that flashpoint or state; empty for the run as a whole."""
    meaning: str

    @property
    def unit(self) -> str:
        """Its unit."""
        return unit_of(self.kind)


def run_columns(scenario: Scenario) -> dict[str, RunColumn]:
    """Return the columns of a run by name, in the order in which they are computed."""
    found = {name: RunColumn(name, "", text) for name, text in RUN_COLUMNS.items()}
    for key, place in scenario.flashpoints.items():
        for name, text in FLASHPOINT_COLUMNS.items():
            found[f"{key}_{name}"] = RunColumn(name, place.name, f"{place.name}: {text}")
    for key, state in scenario.states.items():
        for name, text in STATE_COLUMNS.items():
            found[f"{name}_{key}"] = RunColumn(name, state.name, f"{state.name}: {text}")
    return found


def metrics_of(scenario: Scenario) -> dict[str, Metric]:
    """Return every outcome that can be measured of a scenario, by name."""
    found: dict[str, Metric] = {}
    for measure in MEASURES:
        spy = _Runs(None)
        measure.estimate(cast("Results", spy))
        over = f"share of {measure.of}" if measure.unit == "share" and measure.of else ""
        found[measure.key] = Metric(
            measure.key, measure.label, measure.sentence, over or UNITS[measure.unit], measure.of,
            tuple(dict.fromkeys(spy.asked)) or ("crises",), measure,
        )  # fmt: skip
    for name in ("risk_index_mean", "risk_index_peak"):
        found[name] = found[name]._replace(unit="index from 0 to 1")
    for name, (kind, whose, meaning) in run_columns(scenario).items():
        if name in found or kind in _LEFT_OUT:
            continue
        unit, of, largest = "per run", "", None
        if kind in SWITCHES:
            unit, of = "share of runs", "runs"
        elif kind in _SHARES:
            unit, largest = "share", 1.0
        elif kind == "highest_rung":
            unit = "mean rung"
        elif kind == "cost":
            unit = "utility"
        label = kind.replace("_", " ") + (f", {whose}" if whose else "")
        found[name] = Metric(
            name, label[:1].upper() + label[1:], f"mean over runs: {meaning}", unit, of, (name,),
            None, largest, kind in ("cost", "highest_rung"),
        )  # fmt: skip
    return found


def unknown_metric(name: object, known: Mapping[str, Metric]) -> tuple[str, str, str | None]:
    """Return what to say of a name that is no outcome: what is wrong, a remedy, the nearest."""
    guess = near(str(name), known)
    first = [key for key, metric in known.items() if metric.measure is not None]
    return (
        f"there is no outcome '{str(name)[:60]}'",
        "" if guess else f"there are: {names_in_short(first, 30)}, and the columns of runs.parquet",
        guess,
    )
