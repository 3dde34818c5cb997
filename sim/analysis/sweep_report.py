"""The report of a sweep: one HTML file that holds everything and loads nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from sim.analysis.factors import levels_of
from sim.analysis.interactive import Line, Reading, scripts
from sim.analysis.intervals import Estimate, Numbers
from sim.analysis.readings import value_told
from sim.analysis.report import embedded, provenance, template
from sim.analysis.report_text import LIMITS, METHOD
from sim.analysis.sweeps import SweepResults, Varied
from sim.analysis.words import count, in_words, percent, span

MOST_POINTS = 60
"""Points of which the report has a row."""
MOST_READINGS = 60
"""Pairs of outcome and field that are drawn to be read."""
MOST_LEVELS = 6
"""Numbers of which a field takes more are put into four parts of equally many points."""
METHOD_OF_SWEEPS = (
    "Run k of every point has the same draws: a draw is a function of the seed, the run, the turn, "
    "who draws and for what. So points differ by what was varied and not by luck.",
    "The mean over all points with a value of a field says how an outcome changes with that field "
    "on average over what else was varied; it hides what fields do together.",
)


class Effect(NamedTuple):
    """How far an outcome goes with one field, averaged over what else was varied."""

    path: str
    low: float
    high: float
    at_low: str
    at_high: str

    @property
    def width(self) -> float:
        """By how much."""
        return self.high - self.low


def report(results: SweepResults, pictures: Sequence[tuple[str, str, bytes]]) -> str:
    """Write the report of a sweep.

    Parameters
    ----------
    results : SweepResults
    pictures : sequence of (question, words, SVG)
    """
    scenario, manifest = results.scenario, results.manifest
    effects = {
        name: sorted(_effects(results, name), key=lambda e: -e.width) for name in results.outcomes
    }
    page: str = template("sweep.html").render(
        title=scenario.title, question=scenario.question or "What does it hang on?",
        deter=manifest["deter"], seed=manifest["seed"], runs=count(len(results), "run"),
        points=count(len(results.table), "point"), span=span(scenario, scenario.turns),
        findings=list(_findings(results, effects)),
        warnings=list(_warnings(results)),
        fields=[_field(results, axis) for axis in results.axes()],
        outcomes=[
            {
                "label": about["label"], "meaning": about["meaning"],
                "effects": [
                    {
                        "path": e.path, "low": _shown(about, e.low), "high": _shown(about, e.high),
                        "at_low": e.at_low, "at_high": e.at_high,
                    }
                    for e in effects[name]
                ],
            }
            for name, about in results.outcomes.items()
        ],
        pictures=[
            {"question": question, "alt": alt, "data": embedded(picture)}
            for question, alt, picture in pictures
        ],
        heads=[axis.path for axis in results.axes()],
        labels=[about["label"] for about in results.outcomes.values()],
        rows=list(_rows(results)), more=max(0, len(results.table) - MOST_POINTS),
        failures=[f"point {f.get('point')}: {f.get('why', '')}" for f in results.failures],
        method=(*METHOD_OF_SWEEPS, *METHOD[:3]), limits=LIMITS,
        provenance=list(provenance(manifest)), readings=scripts(_readings(results)),
    )  # fmt: skip
    return page


def _readings(results: SweepResults) -> Iterator[Reading]:
    """Yield a chart of each outcome over each field, averaged over what else was varied."""
    charts = [(name, axis) for name in results.outcomes for axis in results.axes()]
    for name, axis in charts[:MOST_READINGS]:
        levels = [one for one in levels_of(results, axis, name) if one.estimate.known]
        about = results.outcomes[name]
        share = about["unit"].startswith("share")
        told = [value_told(level.estimate, share) for level in levels]
        line = Line(about["label"], [level.estimate.value for level in levels], told)
        labels = [
            f"{one.value:.3g}" if isinstance(one.value, float) else in_words(str(one.value))
            for one in levels
        ]
        yield Reading(f"{about['label']} over {axis.path}", axis.path, labels, [line], share)


def _shown(about: Mapping[str, str], value: float) -> str:
    if np.isnan(value):
        return "unknown"
    return percent(value) if about["unit"].startswith("share") else f"{value:.3g}"


def _groups(axis: Varied) -> Iterator[tuple[str, Any]]:
    """Yield the values of a field, or parts of its range, each with the points that have it."""
    if not axis.numeric or len(axis.levels) <= MOST_LEVELS:
        for number, level in enumerate(axis.levels):
            name = f"{level:g}" if isinstance(level, float) else in_words(str(level))
            yield name, axis.places == number
        return
    numbers = axis.numbers
    edges = np.quantile(numbers, (0.0, 0.25, 0.5, 0.75, 1.0))
    for low, high in pairwise(edges):
        last = high == edges[-1]
        chosen = (numbers >= low) & ((numbers <= high) if last else (numbers < high))
        if chosen.any():
            yield f"{low:.3g} to {high:.3g}", chosen


def _effects(results: SweepResults, outcome: str) -> Iterator[Effect]:
    values: Numbers = results.values(outcome)
    for axis in results.axes():
        means = [
            (float(np.nanmean(values[chosen])), name)
            for name, chosen in _groups(axis)
            if np.isfinite(values[chosen]).any()
        ]
        if len(means) > 1:
            (low, at_low), (high, at_high) = min(means), max(means)
            yield Effect(axis.path, low, high, at_low, at_high)


def _findings(results: SweepResults, effects: Mapping[str, Sequence[Effect]]) -> Iterator[str]:
    for name, about in results.outcomes.items():
        values = results.values(name)
        if not np.isfinite(values).any():
            yield f"{about['label']} is not known at any point."
            continue
        low, high = _shown(about, np.nanmin(values)), _shown(about, np.nanmax(values))
        if low == high:
            yield f"{about['label']} is {low} at every point."
            continue
        text = f"{about['label']} goes from {low} to {high} over the points."
        if effects[name] and effects[name][0].width > 0.0:
            most = effects[name][0]
            text += (
                f" It changes most with {most.path}: {_shown(about, most.low)} on average at "
                f"{most.at_low}, {_shown(about, most.high)} at {most.at_high}."
            )
        yield text


def _warnings(results: SweepResults) -> Iterator[str]:
    if results.failures:
        yield (
            f"{count(len(results.failures), 'point')} could not be played; they are listed below "
            "and are in no mean."
        )
    least = min(results.table["runs"].to_pylist(), default=0)
    if 0 < least < 100:
        yield f"Some points have only {count(least, 'run')}: what is rare cannot be seen at them."


def _field(results: SweepResults, axis: Varied) -> dict[str, str]:
    levels = axis.levels
    if axis.numeric and len(levels) > MOST_LEVELS:
        values = f"{len(levels)} values from {levels[0]:g} to {levels[-1]:g}"
    else:
        values = ", ".join(
            f"{level:g}" if isinstance(level, float) else in_words(str(level)) for level in levels
        )
    return {"path": axis.path, "role": axis.role, "given": values}


def _rows(results: SweepResults) -> Iterator[dict[str, Any]]:
    axes = results.axes()
    columns = {name: results.estimates(name) for name in results.outcomes}
    numbers, runs = results.table["point"].to_pylist(), results.table["runs"].to_pylist()
    for at in range(min(MOST_POINTS, len(numbers))):
        yield {
            "point": numbers[at], "runs": runs[at],
            "values": [_level(axis, at) for axis in axes],
            "outcomes": [
                _estimate(results.outcomes[name], columns[name][at]) for name in results.outcomes
            ],
        }  # fmt: skip


def _level(axis: Varied, at: int) -> str:
    level = axis.levels[int(axis.places[at])]
    return f"{level:.4g}" if isinstance(level, float) else in_words(str(level))


def _estimate(about: Mapping[str, str], estimate: Estimate) -> str:
    told = _shown(about, estimate.value)
    if not estimate.bounded:
        return told
    return f"{told} ({_shown(about, estimate.low)} to {_shown(about, estimate.high)})"
