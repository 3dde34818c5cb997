"""How far it climbs: the share of runs at or above each rung, turn by turn."""

from __future__ import annotations

from math import ceil

import numpy as np
from matplotlib.axes import Axes

from sim.analysis.figures.labels import Label, end_labels
from sim.analysis.figures.style import (
    DASHES,
    SOFT,
    Chart,
    Frame,
    ink,
    percent_axis,
    roof,
    rung_colours,
    turn_axis,
)
from sim.analysis.findings import busiest
from sim.analysis.frames import Results
from sim.analysis.intervals import Numbers, wilson
from sim.analysis.words import capitalised, count, listing, percent, roughly, rung_name

STEPS = 120
"""Steps a line may have; longer runs are shown in means of several turns."""


def fan(results: Results) -> Chart:
    """Draw the share of runs that stand at or above each rung in each turn."""
    runs = len(results)
    standing = results.rungs_by_turn("any")[:, 1:]
    above = np.cumsum(standing[:, ::-1], axis=1)[:, ::-1]
    # Where nobody stands on a rung, its line would lie on that of the next.
    reached = [rung for rung in range(above.shape[1]) if standing[:, rung].any()]
    shares = above / runs
    every = ceil(results.turns / STEPS)
    means = f", mean of {every} turns" if every > 1 else ""
    frame = Frame(
        results,
        title(results),
        f"Share of {count(runs, 'run')} that stand at or above each rung in a turn{means}, at any "
        "flashpoint. Bars at the right are 95 % Wilson intervals of the last turn, whose share "
        "stands beside the name of the rung.",
        3.6,
    )
    ax = frame.axes(left=0.7, right=2.7)
    turn_axis(ax, results)
    highest = wilson(int(above[-1].max()), runs)[1] if reached else 0.0
    percent_axis(ax, min(1.0, roof(max(highest, float(shares.max()) * 1.08))))
    colours = rung_colours(above.shape[1])
    labels = []
    for number, rung in enumerate(reached):
        _line(ax, shares[:, rung], every, colours[rung], number)
        at = results.turns * (1 + 0.007 * (number + 1))
        _bar(ax, at, int(above[-1, rung]), runs, colours[rung])
        last = float(shares[-1, rung])
        text = f"{rung_name(results.scenario, rung)} {percent(last)}"
        labels.append(Label(last, text, colours[rung]))
    # Of lines that end together the lower rung is named above: more runs are at or above it.
    end_labels(ax, results.turns * (1 + 0.007 * (len(reached) + 1)), labels[::-1])
    if not reached:
        ax.text(0.5, 0.5, "no crisis in any run", transform=ax.transAxes, ha="center", color=SOFT)
    return frame.chart(_in_words(results, shares, reached))


def title(results: Results) -> str:
    """Say how many runs see war, and which place climbs most often to which rung."""
    runs = len(results)
    wars = int(results.column("war").sum())
    opening = f"War in {roughly(wars / runs)} of runs" if wars else "No war in any run"
    if runs == 1:
        opening = "War in the one run played" if wars else "No war in the one run played"
    place, rung, share = busiest(results)
    if share == 0:
        return f"{opening}; no crisis breaks out in {count(results.turns, 'turn')}"
    name = results.scenario.flashpoints[place].name
    if runs == 1:
        return f"{opening}; {name} reaches {rung_name(results.scenario, rung)}"
    return f"{opening}; {name} reaches {rung_name(results.scenario, rung)} in {roughly(share)}"


def _line(ax: Axes, shares: Numbers, every: int, colour: str, number: int) -> None:
    starts = np.arange(0, len(shares), every)
    means = np.add.reduceat(shares, starts) / np.diff(np.append(starts, len(shares)))
    edges, values = np.append(starts, len(shares)), np.append(means, means[-1])
    ax.fill_between(edges, 0, values, step="post", color=colour, alpha=0.9, linewidth=0)
    ax.step(
        edges, values, where="post", color="#4a3320", linewidth=0.9,
        linestyle=DASHES[number % len(DASHES)],
    )  # fmt: skip


def _bar(ax: Axes, x: float, events: int, runs: int, colour: str) -> None:
    low, high = wilson(events, runs)
    ax.plot(
        [x, x], [low, min(high, ax.get_ylim()[1])], color=ink(colour), linewidth=1.8,
        clip_on=False, solid_capstyle="butt",
    )  # fmt: skip


def _in_words(results: Results, shares: Numbers, reached: list[int]) -> str:
    peaks = [
        f"{rung_name(results.scenario, rung)} {percent(float(shares[:, rung].max()))} "
        f"in turn {int(shares[:, rung].argmax())}"
        for rung in reached
    ]
    return f"Peaks of the shares at or above each rung: {capitalised(listing(peaks, 20))}."
