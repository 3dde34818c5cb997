"""What each varied field of a sweep does to an outcome: means by level, and the range they span."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.analysis.intervals import NOTHING, Estimate, Numbers, Z
from sim.analysis.sweeps import SweepResults, Varied

BINS = 8
"""Into how many parts the values of a sampled field are put, of as many points each."""
MOST_LEVELS = 60


class Level(NamedTuple):
    """An outcome at one value of a field, averaged over whatever else was varied.

    Parameters
    ----------
    value : Any
        The field's value; the middle of a part for sampled fields.
    estimate : Estimate
        Its mean over points.
    points : numpy.ndarray
        Numbers of the points.
    """

    value: Any
    estimate: Estimate
    points: NDArray[np.int64]


class Effect(NamedTuple):
    """The levels of one field, in order, and the two between which an outcome differs most."""

    axis: Varied
    levels: list[Level]
    low: Level
    high: Level
    difference: Estimate
    """`high` less `low`, run by run where runs are kept."""


def effects(results: SweepResults, outcome: str) -> list[Effect]:
    """Return the effect of each varied field, largest first; none that was never counted."""
    found = []
    table = None if sampled(results) else results.by_run(outcome)
    for axis in results.axes():
        levels = [level for level in levels_of(results, axis, outcome) if level.estimate.known]
        if len(levels) < 2:
            continue
        low = min(levels, key=lambda level: level.estimate.value)
        high = max(levels, key=lambda level: level.estimate.value)
        found.append(
            Effect(axis, levels, low, high, _difference(table, sampled(results), low, high))
        )
    found.sort(key=lambda effect: -effect.difference.value)
    return found


def sampled(results: SweepResults) -> bool:
    """Tell whether the points of a sweep are a sample, so that levels hold different others."""
    return results.manifest["design"] in ("latin_hypercube", "sobol", "morris")


def even(results: SweepResults) -> bool:
    """Tell whether each value of a field was played with the same values of the others."""
    if results.manifest["design"] == "one_at_a_time":
        return True
    combinations = math.prod(len(axis.levels) for axis in results.axes())
    rows = {
        tuple(int(axis.places[point]) for axis in results.axes())
        for point in range(results.table.num_rows)
    }
    return len(rows) == combinations and not results.failures


def levels_of(results: SweepResults, axis: Varied, outcome: str) -> list[Level]:
    """Return an outcome at each value of a field.

    In a sample, intervals are those of a mean over points, chance and other fields together.
    Elsewhere every level has the same other points, and bounds are the means of the points' own:
    as wide as if luck, which points share, never evened out.
    """
    estimates = results.estimates(outcome)
    found = []
    for value, points in _groups(results, axis):
        here = [estimates[point] for point in points if estimates[point].known]
        found.append(Level(value, _mean(here, sampled(results)), points))
    return found


def _groups(results: SweepResults, axis: Varied) -> list[tuple[Any, NDArray[np.int64]]]:
    count = len(axis.places)
    if axis.numeric and len(axis.levels) > max(BINS, 12) and sampled(results):
        order = np.argsort(axis.numbers, kind="stable")
        parts = np.array_split(order, min(BINS, max(2, count // 4)))
        return [(float(axis.numbers[part].mean()), np.sort(part)) for part in parts]
    kept = np.ones(count, dtype=bool)
    if results.manifest["design"] == "one_at_a_time":
        for other in results.axes():
            if other.path != axis.path:
                kept &= other.places == other.places[0]
    return [
        (level, np.flatnonzero(kept & (axis.places == number)))
        for number, level in enumerate(axis.levels)
    ]


def _mean(estimates: list[Estimate], over_points: bool) -> Estimate:
    if not estimates:
        return NOTHING
    values = np.array([estimate.value for estimate in estimates])
    runs = float(sum(estimate.trials for estimate in estimates))
    value = float(values.mean())
    if over_points:
        if len(values) < 2:
            return Estimate(value, np.nan, np.nan, np.nan, np.nan, runs)
        error = float(values.std(ddof=1) / np.sqrt(len(values)))
        return Estimate(value, value - Z * error, value + Z * error, error, np.nan, runs)
    low, high, error = (
        float(np.mean([getattr(estimate, name) for estimate in estimates]))
        for name in ("low", "high", "error")
    )
    return Estimate(value, low, high, error, np.nan, runs)


def _difference(table: Numbers | None, over_points: bool, low: Level, high: Level) -> Estimate:
    value = high.estimate.value - low.estimate.value
    if table is not None:
        parts = _known(table[high.points]).mean(axis=0) - _known(table[low.points]).mean(axis=0)
        if len(parts) > 1:
            error = float(parts.std(ddof=1) / np.sqrt(len(parts)))
            return Estimate(value, value - Z * error, value + Z * error, error, np.nan, len(parts))
    if over_points:
        error = float(np.hypot(low.estimate.error, high.estimate.error))
        return Estimate(value, value - Z * error, value + Z * error, error, np.nan, np.nan)
    return Estimate(value, np.nan, np.nan, np.nan, np.nan, np.nan)


def _known(rows: Numbers) -> Numbers:
    """Return the rows of points at which there was something to count."""
    known: Numbers = rows[~np.isnan(rows).any(axis=1)]
    return known


def plane(results: SweepResults, outcome: str, across: Varied, up: Varied) -> list[list[Estimate]]:
    """Return an outcome at each pair of values of two fields: by `up`, then by `across`."""
    estimates = results.estimates(outcome)
    cells: list[list[list[Estimate]]] = [[[] for _ in across.levels] for _ in up.levels]
    for point, estimate in enumerate(estimates):
        if estimate.known:
            cells[up.places[point]][across.places[point]].append(estimate)
    return [[_mean(cell, False) for cell in row] for row in cells]
