"""Postures between goals: a panel for every pair of goals, best towards the lower left."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any, NamedTuple

from matplotlib.axes import Axes

from sim.analysis.figures.style import BLUE, SOFT, WIDTH, Chart, Frame, Sheet
from sim.analysis.intervals import Estimate
from sim.analysis.words import count

COLUMNS = 3
TALL, GAP, HEAD = 2.5, 0.85, 0.75
"""Height of a panel, gap between panels, room for the labels of an axis, inches."""


class Mark(NamedTuple):
    """One posture."""

    number: int
    values: Sequence[Estimate]
    frontier: bool


def frontier(
    sheet: Sheet, title: str, goals: Sequence[tuple[str, str, int]], marks: Sequence[Mark],
    note: str,
) -> Chart:  # fmt: skip
    """Draw postures over each pair of goals.

    Parameters
    ----------
    goals : sequence of (label, unit, sign)
        Sign is 1 where one wants more of it, -1 where less.
    marks : sequence of Mark
    note : str
        What stands under the title.
    """
    pairs = list(combinations(range(len(goals)), 2))[:6]
    columns = min(COLUMNS, len(pairs))
    rows = -(-len(pairs) // columns)
    frame = Frame(sheet, title, note, rows * (TALL + HEAD) - HEAD + 0.1)
    wide = min(4.2, (WIDTH - 0.3 - GAP * columns) / columns)
    for place, (across, up) in enumerate(pairs):
        row, column = divmod(place, columns)
        start = GAP + column * (wide + GAP)
        bottom = frame.top - row * (TALL + HEAD) - TALL
        ax = frame.axes(start, WIDTH - start - wide, bottom, TALL)
        _panel(ax, goals, marks, across, up)
    kept = [mark for mark in marks if mark.frontier]
    return frame.chart(f"{count(len(kept), 'posture')} of {len(marks)} are on the frontier.")


def _panel(ax: Axes, goals: Any, marks: Sequence[Mark], across: int, up: int) -> None:
    for mark in sorted(marks, key=lambda mark: mark.frontier):
        x, y = mark.values[across], mark.values[up]
        colour = BLUE if mark.frontier else SOFT
        ax.errorbar(
            x.value, y.value,
            xerr=_error(x), yerr=_error(y), fmt="o", markersize=5.5, color=colour,
            markerfacecolor=colour if mark.frontier else "white", elinewidth=0.7, alpha=0.9,
        )  # fmt: skip
        if mark.frontier:
            ax.annotate(
                str(mark.number), (x.value, y.value), xytext=(4, 4), textcoords="offset points",
                fontsize=7.5, color=colour,
            )  # fmt: skip
    for axis, goal in ((ax.xaxis, goals[across]), (ax.yaxis, goals[up])):
        label, unit, sign = goal
        axis.set_label_text(f"{label}, {unit}\n({'more' if sign > 0 else 'less'} is better)")
        axis.label.set_fontsize(8.5)
    if goals[across][2] > 0:
        ax.invert_xaxis()
    if goals[up][2] > 0:
        ax.invert_yaxis()
    ax.grid(visible=True)


def _error(estimate: Estimate) -> Any:
    if not estimate.bounded:
        return None
    low, high = estimate.value - estimate.low, estimate.high - estimate.value
    return [[max(0.0, low)], [max(0.0, high)]]
