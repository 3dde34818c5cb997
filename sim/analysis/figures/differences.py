"""Arms side by side: what each changes, with intervals, and in how many pairs of runs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from sim.analysis.differences import Compared, Difference
from sim.analysis.figures.style import (
    BLUE,
    FAINT,
    INK,
    SOFT,
    VERMILION,
    WIDTH,
    Chart,
    Frame,
    Sheet,
    drawing,
    ink,
    roof,
    wrapped,
)  # fmt: skip
from sim.analysis.words import percent, roughly

LEFT, RIGHT, GAP = 2.15, 0.25, 0.2
"""Room for the names of arms, at the right edge, and between panels, inches."""
ROW, HEAD = 0.42, 0.42
"""Height of a row, and of the names of panels, inches."""
HALO = [withStroke(linewidth=2.2, foreground="white")]
"""Around numbers, so that lines do not strike them out."""
_HEADS = {
    "war": ("War", "share of runs, points"),
    "crises": ("Crises", "a run"),
    "general_deterrence_held": ("General deterrence", "share of cases, points"),
    "ending_acquiescence": ("Holder yields", "share of crises, points"),
    "control_lost": ("Control lost", "at one place, points"),
}
"""What heads a panel: short names of measures, and what the numbers are."""
_UNITS = {"share": "points", "number": "a run", "rungs": "rungs"}
Arms = Sequence[tuple[str, Sequence[Difference]]]
"""Name of each arm, and its differences in the same measures."""


def differences(sheet: Sheet, title: str, arms: Arms, bought: bool = False) -> Chart:
    """Draw arms as rows and measures as columns: dots with bars around a line at no difference.

    Parameters
    ----------
    sheet : Sheet
        Names the scenario, the seed and the runs in the footer.
    title : str
        The finding.
    arms : sequence of (name, differences)
    bought : bool
        Whether differences are what is bought by what the arms lack.
    """
    with drawing():
        what = "with it less without it" if bought else "the arm less the unchanged scenario"
        frame = Frame(
            sheet, title,
            f"Each dot is a mean over pairs of runs with the same luck: {what}. Bars are 95 % "
            "bootstrap intervals over pairs. Filled triangle: clear of zero, pointing its way. "
            "Hollow dot: cannot be told from none. Cross: no pair of runs changed.",
            HEAD + ROW * len(arms),
        )  # fmt: skip
        columns = range(len(arms[0][1]))
        room = (WIDTH - LEFT - RIGHT - GAP * (len(columns) - 1)) / len(columns)
        for number in columns:
            start = LEFT + number * (room + GAP)
            ax = frame.axes(start, WIDTH - start - room, height=ROW * len(arms))
            _panel(ax, [found[number] for _, found in arms], room)
            if number == 0:
                _names(ax, [name for name, _ in arms])
        return frame.chart(
            " ".join(
                f"{name}: "
                + "; ".join(f"{d.measure.label} {d.shown()} ({d.interval()})" for d in found)
                + "."
                for name, found in arms
            )
        )


def _names(ax: Axes, names: Sequence[str]) -> None:
    for row, name in enumerate(names):
        ax.annotate(
            wrapped(name, int((LEFT - 0.2) / 0.07), 3), (0, row), (-(LEFT - 0.15) * 72, 0),
            xycoords=("axes fraction", "data"), textcoords="offset points", ha="left", va="center",
            fontsize=7.6, color=INK, linespacing=1.1, annotation_clip=False,
        )  # fmt: skip


def _panel(ax: Axes, found: Sequence[Difference], room: float) -> None:
    edges = [abs(x) for d in found for x in (d.value, d.low, d.high) if x == x]
    # so many runs of which none changed bound little; their bars may leave the panel
    widest = [abs(x) for d in found if d.way != "same" for x in (d.value, d.low, d.high) if x == x]
    top = roof(max(widest or edges or [1.0]))
    measure = found[0].measure
    ax.set_xlim(-top, top)
    ax.set_ylim(len(found) - 0.5, -0.5)
    ax.set_yticks([])
    ax.set_xticks([-top, 0, top], [measure.signed(x, False) for x in (-top, 0.0, top)], fontsize=7)
    # The names of the ends stay within the panel.
    first, _, last = ax.get_xticklabels()
    first.set_horizontalalignment("left")
    last.set_horizontalalignment("right")
    ax.tick_params(length=2, pad=2)
    ax.spines["left"].set_visible(False)
    ax.axvline(0, color=SOFT, linewidth=0.9, zorder=1)
    ax.hlines(range(len(found)), -top, top, color="#eeeeee", linewidth=0.8, zorder=0)
    _head(ax, measure, room)
    for row, difference in enumerate(found):
        _dot(ax, row, difference, top)


def _head(ax: Axes, measure: Compared, room: float, unit: str | None = None) -> None:
    """Write what a panel shows above it: the measure, and in what it is counted."""
    name, counted = _HEADS.get(measure.key, (measure.label, _UNITS[measure.unit]))
    ax.annotate(
        wrapped(name, max(10, int(room / 0.08)), 2), (0, 1), (0, 15), xycoords="axes fraction",
        textcoords="offset points", fontsize=8.4, color=INK, weight="bold", linespacing=1.1,
        va="bottom", annotation_clip=False,
    )  # fmt: skip
    ax.annotate(
        counted if unit is None else unit, (0, 1), (0, 5), xycoords="axes fraction",
        textcoords="offset points", fontsize=6.8, color=SOFT, annotation_clip=False,
    )  # fmt: skip


def _dot(ax: Axes, row: int, d: Difference, top: float) -> None:
    if d.way == "same":
        ax.plot([0], [row], marker="x", markersize=5, color=SOFT, zorder=3)
        return
    if d.value != d.value:
        ax.annotate(
            "no case", (0, row), (4, 6), textcoords="offset points", fontsize=6.8, color=SOFT
        )  # fmt: skip
        return
    colour = {"rises": VERMILION, "falls": BLUE}.get(d.way, SOFT)
    if d.bounded:
        ax.plot(
            [d.low, d.high], [row, row], color=colour, linewidth=1.6, solid_capstyle="butt",
            zorder=2,
        )  # fmt: skip
    marker = {"rises": ">", "falls": "<"}.get(d.way, "o")
    ax.plot(
        [d.value], [row], marker=marker, markersize=6, color=colour, clip_on=False,
        markerfacecolor=colour if d.clear else "white", markeredgewidth=1.0, zorder=3,
    )  # fmt: skip
    near_edge = d.value / top
    side = "right" if near_edge > 0.35 else "left" if near_edge < -0.35 else "center"
    ax.annotate(
        d.shown(unit=False), (d.value, row), (4 if side == "right" else -4 if side == "left" else 0,
        8.5), textcoords="offset points", ha=side, va="center", fontsize=7.2, color=ink(colour),
        annotation_clip=False, path_effects=HALO, zorder=4,
    )  # fmt: skip


def pairs(sheet: Sheet, title: str, arms: Arms) -> Chart:
    """Draw in what share of pairs each measure is lower, the same and higher in each arm."""
    with drawing():
        frame = Frame(
            sheet, title,
            "Every pair of runs has the same luck in both arms. To the left of the line: share of "
            "pairs in which the measure is lower in the arm than in the unchanged scenario; to the "
            "right: higher. The rest did not change in it. Of shares of cases and of crises, the "
            "number of such cases is compared.",
            HEAD + ROW * len(arms), chance="",
        )  # fmt: skip
        columns = range(len(arms[0][1]))
        room = (WIDTH - LEFT - RIGHT - GAP * (len(columns) - 1)) / len(columns)
        for number in columns:
            found = [column[number] for _, column in arms]
            start = LEFT + number * (room + GAP)
            ax = frame.axes(start, WIDTH - start - room, height=ROW * len(arms))
            _shares(ax, found, room)
            if number == 0:
                _names(ax, [name for name, _ in arms])
        return frame.chart(
            " ".join(
                f"{name}: "
                + "; ".join(
                    f"{d.measure.label} lower in {percent(d.fell / d.pairs)}, higher in "
                    f"{percent(d.rose / d.pairs)} of pairs"
                    for d in found
                )
                + "."
                for name, found in arms
            )
        )


def _shares(ax: Axes, found: Sequence[Difference], room: float) -> None:
    rows = np.arange(len(found))
    fell = np.array([d.fell / d.pairs for d in found])
    rose = np.array([d.rose / d.pairs for d in found])
    ax.barh(rows, -fell, height=0.5, color=BLUE)
    ax.barh(rows, rose, height=0.5, color=VERMILION, hatch="////", edgecolor="white", linewidth=0)
    ax.set_xlim(-1.3, 1.3)
    ax.set_ylim(len(found) - 0.5, -0.5)
    ax.set_yticks([])
    ax.set_xticks([-1, 0, 1], ["lower", "", "higher"], fontsize=7)
    ax.tick_params(length=2, pad=2)
    ax.spines["left"].set_visible(False)
    ax.axvline(0, color=SOFT, linewidth=0.9)
    ax.hlines(rows, -1, 1, color=FAINT, linewidth=0.6, zorder=0)
    _head(ax, found[0].measure, room, "share of pairs")
    for row, (low, high) in enumerate(zip(fell, rose, strict=True)):
        for value, sign, colour in ((low, -1, BLUE), (high, 1, VERMILION)):
            if value > 0:
                ax.annotate(
                    roughly(float(value)), (sign * value, row), (3 * sign, 0),
                    textcoords="offset points", ha="left" if sign > 0 else "right", va="center",
                    fontsize=6.8, color=ink(colour), annotation_clip=False, path_effects=HALO,
                )  # fmt: skip
