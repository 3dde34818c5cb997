"""Postures between goals: a panel for every pair of goals, best towards the lower left."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from matplotlib.axes import Axes

from sim.analysis.figures.style import BLUE, SOFT, WIDTH, Chart, Frame
from sim.analysis.intervals import Estimate
from sim.analysis.searches import Goal, SearchResults
from sim.analysis.words import count

COLUMNS = 3
TALL, GAP, HEAD = 2.5, 0.85, 0.75
"""Height of a panel, gap between panels, room for the labels of an axis, inches."""


def frontier(results: SearchResults) -> Chart:
    """Draw postures over each pair of goals."""
    goals, kept = results.goals, results.kept
    found, played = results.table.num_rows, results.manifest["postures_played"]
    pairs = list(combinations(goals, 2))[:6]
    columns = min(COLUMNS, len(pairs))
    rows = -(-len(pairs) // columns)
    frame = Frame(
        results,
        f"{len(kept)} of {count(played, 'posture')} are on the frontier of {len(goals)} goals",
        "Each dot is a posture that was best under the luck it was found with, played "
        f"{len(results):,} times under other luck; bars are 95 % intervals. Filled: still on the "
        "frontier, numbered as in frontier.parquet. Hollow: dominated now. Best is to the lower "
        "left of each panel.",
        rows * (TALL + HEAD) - HEAD + 0.1,
    )
    wide = min(4.2, (WIDTH - 0.3 - GAP * columns) / columns)
    for place, pair in enumerate(pairs):
        row, column = divmod(place, columns)
        start = GAP + column * (wide + GAP)
        bottom = frame.top - row * (TALL + HEAD) - TALL
        _panel(frame.axes(start, WIDTH - start - wide, bottom, TALL), results, *pair)
    return frame.chart(f"{count(len(kept), 'posture')} of {found} are on the frontier.")


def _panel(ax: Axes, results: SearchResults, across: Goal, up: Goal) -> None:
    kept = set(results.kept)
    spots = list(zip(results.estimates(across.name), results.estimates(up.name), strict=True))
    for number in sorted(range(len(spots)), key=lambda number: number in kept):
        x, y = spots[number]
        colour = BLUE if number in kept else SOFT
        ax.errorbar(
            x.value, y.value,
            xerr=_error(x), yerr=_error(y), fmt="o", markersize=5.5, color=colour,
            markerfacecolor=colour if number in kept else "white", elinewidth=0.7, alpha=0.9,
        )  # fmt: skip
        if number in kept:
            ax.annotate(
                str(number), (x.value, y.value), xytext=(4, 4), textcoords="offset points",
                fontsize=7.5, color=colour,
            )  # fmt: skip
    for axis, goal in ((ax.xaxis, across), (ax.yaxis, up)):
        better = "more" if goal.more else "less"
        axis.set_label_text(f"{goal.label}, {goal.unit}\n({better} is better)")
        axis.label.set_fontsize(8.5)
    if across.more:
        ax.invert_xaxis()
    if up.more:
        ax.invert_yaxis()
    ax.grid(visible=True)


def _error(estimate: Estimate) -> Any:
    if not estimate.bounded:
        return None
    low, high = estimate.value - estimate.low, estimate.high - estimate.value
    return [[max(0.0, low)], [max(0.0, high)]]
