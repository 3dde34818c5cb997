"""What an event changes: control and moves, place by place, with it less without it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.ticker import MaxNLocator

from sim.analysis.figures.style import BLUE, GREEN, INK, SOFT, WIDTH, Chart, Frame, Sheet, wrapped
from sim.analysis.intervals import Estimate

COLUMNS, TALL, GAP, HEAD = 4, 1.05, 0.55, 0.42
"""Panels in a row; height of a panel, gap beside one, room above one, inches."""


class Panel(NamedTuple):
    """One place: estimates from the event's turn on, and whether the last is clear."""

    name: str
    moves: Sequence[Estimate]
    control: Sequence[Estimate]
    moves_clear: bool
    control_clear: bool


def event_study(sheet: Sheet, title: str, note: str, months: float, panels: list[Panel]) -> Chart:
    """Draw two panels for each place, control above moves.

    Parameters
    ----------
    months : float
        Length of a turn.
    """
    rows = -(-len(panels) // COLUMNS)
    block = 2 * (TALL + HEAD) + 0.35
    frame = Frame(sheet, title, note, rows * block + 0.1, chance="Bands show")
    wide = (WIDTH - 0.2 - GAP * COLUMNS) / COLUMNS
    far = {what: _far(panels, what) for what in ("control", "moves")}
    for place, panel in enumerate(panels):
        row, column = divmod(place, COLUMNS)
        left = GAP + column * (wide + GAP)
        for below, what in enumerate(("control", "moves")):
            bottom = frame.top - row * block - (below + 1) * (TALL + HEAD)
            ax = frame.axes(left, WIDTH - left - wide, bottom, TALL)
            estimates: Sequence[Estimate] = getattr(panel, what)
            scale = 100.0 if what == "control" else 1.0
            after = np.arange(len(estimates)) * months
            value, low, high = (
                scale * np.array([getattr(e, name) for e in estimates])
                for name in ("value", "low", "high")
            )
            colour = GREEN if what == "control" else BLUE
            ax.axhline(0, color=SOFT, linewidth=1)
            ax.fill_between(after, low, high, color=colour, alpha=0.25, linewidth=0)
            ax.plot(after, value, color=colour, linewidth=1.6)
            ax.set_ylim(-far[what], far[what])
            ax.xaxis.set_major_locator(MaxNLocator(4, integer=True))
            ax.yaxis.set_major_locator(MaxNLocator(4))
            ax.tick_params(labelsize=7)
            sure = panel.control_clear if what == "control" else panel.moves_clear
            name = wrapped(panel.name, 27, 2) if what == "control" else "moves per run"
            ax.set_title(
                name + (" *" if sure else ""), fontsize=8 if what == "control" else 7.5, loc="left",
                fontweight="bold" if sure else "normal", color=INK,
            )  # fmt: skip
            if what == "moves":
                ax.set_xlabel("months after", fontsize=7.5)
            elif column == 0:
                ax.set_ylabel("control, points", fontsize=7.5)
    told = [
        f"{p.name} {100 * p.control[-1].value:+.1f} points of control, "
        f"{p.moves[-1].value:+.2f} moves"
        for p in panels
    ]
    return frame.chart(f"At the end, with the event less without: {'; '.join(told)}.")


def _far(panels: list[Panel], what: str) -> float:
    scale, least = (100.0, 0.5) if what == "control" else (1.0, 0.05)
    ends = [bound for p in panels for e in getattr(p, what) for bound in (e.low, e.high)]
    return max(least, scale * float(np.nanmax(np.abs(ends)))) * 1.05
