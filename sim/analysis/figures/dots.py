"""A table of dots with their intervals: one row a thing, one column a kind of count."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matplotlib.axes import Axes

from sim.analysis.figures.style import INK, SOFT, WIDTH, Frame, ink, wrapped
from sim.analysis.intervals import Estimate

ROW = 0.36
"""Height of a row, inches."""
HEAD = 0.3
"""Height of the names of columns, inches."""


def height(rows: int) -> float:
    """Return the height that a table of so many rows needs, inches."""
    return HEAD + ROW * max(1, rows)


def dot_table(
    frame: Frame,
    rows: Sequence[str],
    columns: Sequence[tuple[str, str, str]],
    estimates: Sequence[Sequence[Estimate]],
    show: Callable[[float], str],
    top: float,
    left: float = 2.25,
    bold: int = -1,
) -> None:
    """Draw estimates as dots with bars, each with its value and interval above it.

    Parameters
    ----------
    rows : sequence of str
        Names of the rows, from top to bottom.
    columns : sequence of (name, colour, marker)
        From left to right.
    estimates : sequence of sequences of Estimate
        By row and column.
    show : callable
        Writes a value.
    top : float
        Where the horizontal axis of every column ends; it begins at zero.
    left : float
        Room for the names of the rows, inches.
    bold : int, optional
        The row that sums up the others.
    """
    gap = 0.14
    room = (WIDTH - left - 0.3 - gap * (len(columns) - 1)) / len(columns)
    for number, (name, colour, marker) in enumerate(columns):
        start = left + number * (room + gap)
        ax = frame.axes(start, WIDTH - start - room, height=ROW * max(1, len(rows)))
        _dress(ax, len(rows), top, show)
        ax.set_title(
            wrapped(name, max(9, int(room / 0.085)), 2), fontsize=7.6 if room < 1 else 9,
            loc="left", pad=5, color=ink(colour), weight="bold", linespacing=1.1,
        )  # fmt: skip
        for row in range(len(rows)):
            _dot(ax, row, estimates[row][number], colour, marker, show, top)
        if number == 0:
            for row, text in enumerate(rows):
                ax.annotate(
                    wrapped(text, int((left - 0.3) / 0.066)), (0, row), (-10, 0),
                    textcoords="offset points", ha="right", va="center", fontsize=8,
                    color=INK, weight="bold" if row == bold else "normal", linespacing=1.1,
                    annotation_clip=False,
                )  # fmt: skip


def _dress(ax: Axes, rows: int, top: float, show: Callable[[float], str]) -> None:
    ax.set_ylim(max(rows, 1) - 0.5, -0.5)
    ax.set_xlim(0, top)
    ax.set_yticks([])
    ax.set_xticks([0, top], [show(0), show(top)], fontsize=7.5)
    # The names of the ends stay within the column.
    first, last = ax.get_xticklabels()
    first.set_horizontalalignment("left")
    last.set_horizontalalignment("right")
    ax.tick_params(length=2, pad=2)
    ax.spines["left"].set_color("#bbbbbb")
    ax.hlines(range(rows), 0, top, color="#eeeeee", linewidth=0.8, zorder=0)


def _dot(
    ax: Axes, row: int, estimate: Estimate, colour: str, marker: str,
    show: Callable[[float], str], top: float,
) -> None:  # fmt: skip
    if not estimate.known:
        ax.annotate(
            "none", (0, row), (4, 0), textcoords="offset points", va="center", fontsize=7,
            color=SOFT,
        )  # fmt: skip
        return
    if estimate.bounded:
        ax.plot(
            [estimate.low, min(estimate.high, top)], [row, row], color=colour, linewidth=1.6,
            solid_capstyle="butt", zorder=2,
        )  # fmt: skip
    ax.plot(
        [estimate.value], [row], marker=marker, markersize=5, color=colour, clip_on=False,
        markeredgecolor="white", markeredgewidth=0.5, zorder=3,
    )  # fmt: skip
    text = show(estimate.value)
    if estimate.bounded:
        text += f" ({show(estimate.low)} to {show(estimate.high)})"
    ax.annotate(
        text, (0, row), (2, 7.5), textcoords="offset points", va="center", fontsize=6.8,
        color=SOFT, annotation_clip=False,
    )  # fmt: skip
