"""How far it climbs: the share of runs at or above each rung, turn by turn."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.analysis.figures.labels import Label, end_labels
from sim.analysis.figures.style import (
    DASHES,
    SOFT,
    Chart,
    Frame,
    percent_axis,
    roof,
    rung_colours,
    turn_axis,
)
from sim.analysis.findings import busiest
from sim.analysis.frames import Results
from sim.analysis.intervals import Numbers, wilson
from sim.analysis.words import capitalised, count, listing, percent, roughly, rung_name


def fan(results: Results) -> Chart:
    """Draw the share of runs that stand at or above each rung in each turn."""
    runs = len(results)
    standing = results.rungs_by_turn("any")[:, 1:]
    above = np.cumsum(standing[:, ::-1], axis=1)[:, ::-1]
    # Where nobody stands on a rung, its line would lie on that of the next.
    reached = [rung for rung in range(above.shape[1]) if standing[:, rung].any()]
    frame = Frame(
        results,
        title(results),
        f"Share of {count(runs, 'run')} that stand at or above each rung in a turn, at any "
        "flashpoint. Bars are 95 % Wilson intervals. The percentage beside a name is that of the "
        "last turn.",
        3.6,
    )
    ax = frame.axes(left=0.7, right=2.45)
    shares = above / runs
    turn_axis(ax, results)
    percent_axis(ax, min(1.0, roof(float(shares.max()) * 1.08 if reached else 0.0)))
    colours = rung_colours(above.shape[1])
    labels = []
    for number, rung in enumerate(reached):
        _line(ax, shares[:, rung], colours[rung], number)
        _bars(ax, above[:, rung], runs, number, len(reached))
        last = float(shares[-1, rung])
        text = f"{rung_name(results.scenario, rung)} {percent(last)}"
        labels.append(Label(last, text, colours[rung]))
    end_labels(ax, results.turns, labels)
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


def _line(ax: Axes, shares: Numbers, colour: str, number: int) -> None:
    edges = np.arange(len(shares) + 1)
    values = np.append(shares, shares[-1])
    ax.fill_between(edges, 0, values, step="post", color=colour, alpha=0.9, linewidth=0)
    ax.step(
        edges, values, where="post", color="#4a3320", linewidth=0.9,
        linestyle=DASHES[number % len(DASHES)],
    )  # fmt: skip


def _bars(ax: Axes, events: NDArray[np.int64], runs: int, number: int, lines: int) -> None:
    """Draw intervals at a few turns, shifted from line to line so that they do not hide others."""
    turns = len(events)
    step = max(1, turns // 4)
    shift = (number + 0.5) / lines
    for turn in range(int(step * shift) if turns > 1 else 0, turns, step):
        low, high = wilson(float(events[turn]), runs)
        at = turn + (0.5 if step > 1 else shift)
        ax.plot([at, at], [low, high], color="#2b1a0d", linewidth=1.1, solid_capstyle="butt")


def _in_words(results: Results, shares: Numbers, reached: list[int]) -> str:
    peaks = [
        f"{rung_name(results.scenario, rung)} {percent(float(shares[:, rung].max()))} "
        f"in turn {int(shares[:, rung].argmax())}"
        for rung in reached
    ]
    return f"Peaks of the shares at or above each rung: {capitalised(listing(peaks, 20))}."
