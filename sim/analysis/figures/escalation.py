"""How far it climbs: the share of runs at or above each rung, turn by turn and at any time."""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from sim.analysis.figures.labels import Label, end_labels
from sim.analysis.figures.style import (
    DASHES,
    INK,
    SOFT,
    Chart,
    Frame,
    ink,
    percent_axis,
    roof,
    rung_colours,
    turn_axis,
    turn_edges,
    wrapped,
)
from sim.analysis.findings import busiest, crises_at
from sim.analysis.frames import Results
from sim.analysis.intervals import Estimate, Numbers, share, wilson
from sim.analysis.words import (
    capitalised,
    count,
    decimal,
    decimal_interval,
    listing,
    percent,
    percent_interval,
    rung_name,
)

STEPS = 120
"""Steps a line may have; longer runs are shown in means of several turns."""
FAN, GAP, ROW = 3.3, 0.72, 0.27
"""Height of the fan, of what lies between it and the rows below, and of a row, inches."""
NAMES, VALUES = 3.55, 2.0
"""Room for what stands before and after the rows, inches."""


class Reached(NamedTuple):
    """A row below the fan: what is reached at any time in a run, and in how many runs."""

    name: str
    estimate: Estimate
    colour: str
    bold: bool


def fan(results: Results) -> Chart:
    """Draw the share of runs at or above each rung in each turn, and at any time of a run."""
    runs = len(results)
    standing = results.rungs_by_turn("any")[:, 1:]
    above = np.cumsum(standing[:, ::-1], axis=1)[:, ::-1]
    # Where nobody stands on a rung, its line would lie on that of the next.
    reached = [rung for rung in range(above.shape[1]) if standing[:, rung].any()]
    shares = above / runs
    every = ceil(results.turns / STEPS)
    means = f", mean of {every} turns" if every > 1 else ""
    rows = ever(results)
    deep = ROW * len(rows) + GAP if rows else 0.0
    frame = Frame(
        results,
        title(results),
        f"Share of {count(runs, 'run')} that stand at or above each rung in a turn{means}, at any "
        "flashpoint; bars at the right are 95 % Wilson intervals of the last turn, whose share "
        "stands beside the name of the rung."
        + (
            " Below, the share of runs that reach each rung at any time, with its 95 % Wilson "
            "interval." + _often(results)
            if rows
            else ""
        ),
        FAN + deep,
    )
    ax = frame.axes(left=0.7, right=2.7, bottom=frame.top - FAN, height=FAN)
    turn_axis(ax, results)
    highest = wilson(int(above[-1].max()), runs)[1] if reached else 0.0
    percent_axis(ax, min(1.0, roof(max(highest, float(shares.max()) * 1.08))))
    colours = rung_colours(above.shape[1])
    labels = []
    end = float(turn_edges(results)[-1])
    for number, rung in enumerate(reached):
        _line(ax, shares[:, rung], every, colours[rung], number)
        _bar(ax, end + 0.007 * results.turns * (number + 1), int(above[-1, rung]), runs,
             colours[rung])  # fmt: skip
        last = float(shares[-1, rung])
        text = f"{rung_name(results.scenario, rung)} {percent(last)}"
        labels.append(Label(last, text, colours[rung]))
    # Of lines that end together the lower rung is named above: more runs are at or above it.
    end_labels(ax, end + 0.007 * results.turns * (len(reached) + 1), labels[::-1])
    if not reached:
        ax.text(0.5, 0.5, "no crisis in any run", transform=ax.transAxes, ha="center", color=SOFT)
    if rows:
        _rows(frame, rows, runs)
    return frame.chart(_in_words(results, shares, reached, rows))


def title(results: Results) -> str:
    """Say how many runs see war, and how high it climbs where crises are most frequent."""
    runs = len(results)
    wars = int(results.column("war").sum())
    opening = f"War in {percent(wars / runs)} of runs" if wars else "No war in any run"
    if runs == 1:
        opening = "War in the one run played" if wars else "No war in the one run played"
    place, rung, reached = busiest(results)
    if reached == 0:
        return f"{opening}; no crisis breaks out in {count(results.turns, 'turn')}"
    name, rung_called = results.scenario.flashpoints[place].name, rung_name(results.scenario, rung)
    if runs == 1:
        return f"{opening}; {name} reaches {rung_called}"
    most = ", most often in crisis," if len(results.scenario.flashpoints) > 1 else ""
    return f"{opening}; {name}{most} reaches {rung_called} in {percent(reached)}"


def ever(results: Results) -> list[Reached]:
    """Return the rows below the fan, from the highest rung down; the numbers of the title."""
    scenario, runs = results.scenario, len(results)
    highest = results.column("highest_rung")
    if highest.max() < 0:
        return []
    colours = rung_colours(len(scenario.ladder))
    wars = [number for number, rung in enumerate(scenario.ladder) if rung.war]
    threshold = wars[0] if wars else -1
    rows = []
    for rung in range(len(scenario.ladder) - 1, -1, -1):
        events = float((highest >= rung).sum())
        # A rung that nobody stops at tells no more than the one above; war is told in any case.
        if rung != threshold and not (highest == rung).any():
            continue
        name = _or_higher(results, rung)
        if rung == threshold:
            name = f"war ({name})"
        rows.append(
            Reached(capitalised(name), share(events, runs), colours[rung], rung == threshold)
        )
    place, rung, _ = busiest(results)
    if len(scenario.flashpoints) > 1:
        there = float((results.column(f"{place}_highest_rung") >= rung).sum())
        name = f"{scenario.flashpoints[place].name}: {_or_higher(results, rung)}"
        rows.append(Reached(name, share(there, runs), colours[rung], True))
    return rows


def _or_higher(results: Results, rung: int) -> str:
    last = rung == len(results.scenario.ladder) - 1
    return rung_name(results.scenario, rung) + ("" if last else " or higher")


def _often(results: Results) -> str:
    """Say how often the place of the title is in crisis."""
    place, _, _ = busiest(results)
    often = crises_at(results, place)
    if not often.bounded:
        return ""
    return (
        f" {results.scenario.flashpoints[place].name} sees {decimal(often.value)} crises a run "
        f"({decimal_interval(often)})."
    )


def _rows(frame: Frame, rows: list[Reached], runs: int) -> None:
    ax = frame.axes(NAMES, VALUES, frame.bottom, ROW * len(rows))
    ax.set_xlim(0, 1)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.set_yticks([])
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"], fontsize=8)
    ax.set_xlabel("of runs, at any time in the run")
    ax.grid(axis="x")
    ax.hlines(range(len(rows)), 0, 1, color="#eeeeee", linewidth=0.8, zorder=0)
    for number, row in enumerate(rows):
        colour, estimate = ink(row.colour), row.estimate
        weight = "bold" if row.bold else "normal"
        if runs > 1:
            ax.plot(
                [estimate.low, estimate.high], [number, number], color=colour, linewidth=3,
                alpha=0.6, solid_capstyle="butt", clip_on=False,
            )  # fmt: skip
        ax.plot(
            [estimate.value], [number], marker="o", markersize=5, color=colour, clip_on=False,
            markeredgecolor="white", markeredgewidth=0.5, zorder=3,
        )  # fmt: skip
        text = percent(estimate.value)
        if runs > 1:
            text += f" ({percent_interval(estimate)})"
        ax.annotate(
            text, (1, number), (8, 0), textcoords="offset points", va="center", fontsize=8.5,
            color=INK, weight=weight, annotation_clip=False,
        )  # fmt: skip
        ax.annotate(
            wrapped(row.name, 46, 2), (0, number), (-8, 0), textcoords="offset points",
            ha="right", va="center", fontsize=8, color=INK, weight=weight, linespacing=1.0,
            annotation_clip=False,
        )  # fmt: skip


def _line(ax: Axes, shares: Numbers, every: int, colour: str, number: int) -> None:
    starts = np.arange(0, len(shares), every)
    means = np.add.reduceat(shares, starts) / np.diff(np.append(starts, len(shares)))
    edges, values = np.append(starts, len(shares)) - 0.5, np.append(means, means[-1])
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


def _in_words(results: Results, shares: Numbers, reached: list[int], rows: list[Reached]) -> str:
    peaks = [
        f"{rung_name(results.scenario, rung)} {percent(float(shares[:, rung].max()))} "
        f"in turn {int(shares[:, rung].argmax())}"
        for rung in reached
    ]
    if not peaks:
        return "No run leaves the status quo."
    at_any_time = [f"{row.name} {percent(row.estimate.value)}" for row in rows]
    return (
        f"Peaks of the shares at or above each rung: {capitalised(listing(peaks, 20))}. "
        f"Shares of runs that reach a rung at any time: {listing(at_any_time, 20)}."
    )
