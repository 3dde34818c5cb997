"""What of an ensemble can be read value by value: charts for pages that may run scripts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.analysis.findings import crises_at
from sim.analysis.frames import Results
from sim.analysis.interactive import Line, Reading
from sim.analysis.intervals import Estimate, mean, wilson
from sim.analysis.words import (
    capitalised,
    decimal,
    decimal_interval,
    in_words,
    percent,
    percent_interval,
    percent_span,
    rung_name,
)
from sim.outcomes.columns import TREATY_COUNTS

RUNGS = ("#fff0c9", "#fee391", "#fec44f", "#fe9929", "#ec7014", "#cc4c02", "#8c2d04", "#4d1a02")
"""From light to dark, so that grey print keeps their order."""


def of_run(results: Results) -> Iterator[Reading]:
    """Yield the charts of an ensemble: rungs, control, risk, endings, treaties."""
    places = {key: place.name for key, place in results.scenario.flashpoints.items()}
    order = sorted(places, key=lambda key: -crises_at(results, key).value)
    if len(places) > 1:
        yield _rungs(results, "any", "anywhere")
    for key in order:
        yield _rungs(results, key, places[key])
    yield _control(results, places)
    yield _by_turn(
        results, "Geopolitical risk index, mean over runs",
        [Line("risk index", list(results.mean_by_turn("risk")))], share=False,
    )  # fmt: skip
    yield _endings(results, order, places)
    if results.scenario.treaties:
        yield _treaties(results)


def _by_turn(
    results: Results, title: str, lines: list[Line], share: bool = True, stacked: bool = False
) -> Reading:
    axis = f"turn (a {results.scenario.turn_length} each)"
    return Reading(title, axis, [str(t) for t in range(results.turns)], lines, share, stacked)


def _rungs(results: Results, key: str, name: str) -> Reading:
    runs = len(results)
    shares = results.rungs_by_turn(key)[:, 1:] / runs
    lines = []
    for rung in np.flatnonzero(shares.any(axis=0)):
        told = [
            f"{percent(share)} of runs ({percent_span(*wilson(share * runs, runs))})"
            for share in shares[:, rung]
        ]
        colour = RUNGS[int(rung) * len(RUNGS) // shares.shape[1]]
        called = capitalised(rung_name(results.scenario, int(rung)))
        lines.append(Line(called, list(shares[:, rung]), told, colour))
    if not lines:
        lines = [Line("in crisis", [0.0] * results.turns)]
    return _by_turn(results, f"Share of runs on each rung, {name}", lines, stacked=True)


def _control(results: Results, places: dict[str, str]) -> Reading:
    lines = []
    for key, name in places.items():
        values = [float(v) for v in results.mean_by_turn("control", key)]
        end = mean(results.column(f"{key}_control"), 1.0)
        told = [percent(value) for value in values]
        if end.bounded:
            told[-1] += f" (at the end {percent_interval(end)})"
        lines.append(Line(name, values, told))
    return _by_turn(results, "Share that the first holder controls, mean over runs", lines)


def _endings(results: Results, order: list[str], places: dict[str, str]) -> Reading:
    found = results.endings()
    totals = {key: sum(found[key].values()) for key in order}
    there = [key for key in order if totals[key]]
    endings = [e for e in next(iter(found.values()), {}) if any(found[key][e] for key in there)]
    lines = [
        Line(
            in_words(ending), [found[key][ending] / totals[key] for key in there],
            [f"{found[key][ending]:,} of {totals[key]:,} crises" for key in there],
        )
        for ending in endings
    ]  # fmt: skip
    names = [places[key] for key in there]
    return Reading("How crises end, by place", "", names, lines, stacked=True, bars=True)


def _treaties(results: Results) -> Reading:
    items = list(results.scenario.treaties.items())
    counted = results.treaties()
    runs = len(results)
    lines = [Line(item, [counted[key][item] / runs for key, _ in items]) for item in TREATY_COUNTS]
    names = [treaty.name for _, treaty in items]
    title = "What becomes of treaties, times per run"
    return Reading(title, "", names, lines, share=False, bars=True)


def value_told(estimate: Estimate, share: bool) -> str:
    """Return a value with its interval, in words."""
    if not estimate.known:
        return "unknown"
    value = percent(estimate.value) if share else decimal(estimate.value)
    if not estimate.bounded:
        return value
    return f"{value} ({percent_interval(estimate) if share else decimal_interval(estimate)})"
