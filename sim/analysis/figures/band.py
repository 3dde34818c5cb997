"""Headlines at half, once and twice the precision of choice, sorted by whether they hold."""

from __future__ import annotations

from textwrap import shorten
from typing import Any

from matplotlib.axes import Axes

from sim.analysis.band import OWN, Band, Line, Verdict, across
from sim.analysis.figures.style import (
    BLUE,
    FAINT,
    INK,
    ORANGE,
    SKY,
    SOFT,
    VERMILION,
    WIDTH,
    Chart,
    Frame,
    ink,
)
from sim.analysis.frames import Results
from sim.analysis.words import listing

COLOURS = {
    Verdict.HOLDS: BLUE,
    Verdict.DIRECTION: SKY,
    Verdict.OPEN: ORANGE,
    Verdict.FAILS: VERMILION,
}
HEADS = {
    Verdict.HOLDS: "Holds at every precision tried, size included",
    Verdict.DIRECTION: "Holds in direction, not in size",
    Verdict.OPEN: "Cannot be told with these runs",
    Verdict.FAILS: "Does not hold",
}
LEFT, RIGHT = 2.4, 3.25
"""Room for the names of the headlines, and for what is said of them, inches."""
ROW, HEAD = 0.235, 0.34
"""Height of a row, and of a verdict's name, inches."""
MARKERS: tuple[dict[str, Any], ...] = ({"marker": "<"}, {"marker": "o"}, {"marker": ">"})
NAMES = ("half", "own", "twice")


def band(results: Results) -> Chart:
    """Draw every headline across the band of precision."""
    found = across(results)
    if found is None:
        return _nothing(results)
    groups = [(verdict, found.where(verdict)) for verdict in HEADS if found.where(verdict)]
    height = sum(HEAD + ROW * len(lines) for _, lines in groups)
    frame = Frame(
        results,
        title(found),
        "The band is that of precision (lambda): how surely the better act is chosen. Triangle to "
        f"the left: half of it, {found.runs} runs. Dot: the scenario's own, all runs. Triangle to "
        f"the right: twice, {found.runs} runs. Same luck in all three. Bars are 95 % intervals.",
        height,
    )
    top = frame.top
    for verdict, lines in groups:
        top -= HEAD
        colour = COLOURS[verdict]
        frame.write(
            0.15, top + 0.06, f"{HEADS[verdict]} ({len(lines)})", 10,
            color=ink(colour), weight="bold", va="bottom",
        )  # fmt: skip
        bottom = top - ROW * len(lines)
        ax = frame.axes(LEFT, RIGHT, bottom, top - bottom)
        _panel(frame, ax, lines, colour, top)
        top = bottom
    _axis(ax)
    return frame.chart(_alt(groups))


def title(found: Band) -> str:
    """Say how many headlines hold, and how."""
    holds, direction, fails = (
        len(found.where(verdict)) for verdict in (Verdict.HOLDS, Verdict.DIRECTION, Verdict.FAILS)
    )
    parts = [f"{holds} of {len(found.lines)} headlines hold"]
    if direction:
        parts.append(f"{direction} in direction only")
    if fails:
        parts.append(f"{fails} do{'es' if fails == 1 else ''} not")
    return f"Across the band {', '.join(parts)}"


def _panel(frame: Frame, ax: Axes, lines: list[Line], colour: str, top: float) -> None:
    ax.set_xlim(-0.03, 1.03)
    ax.set_ylim(len(lines) - 0.5, -0.5)
    ax.set_yticks([])
    ax.set_xticks([])
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    for edge in (0.0, 0.5, 1.0):
        ax.axvline(edge, color=FAINT if edge != 0.5 else SOFT, linewidth=0.8, zorder=0)
    for place, line in enumerate(lines):
        y = top - ROW * (place + 0.5)
        frame.write(LEFT - 0.12, y, line.label, 8.5, ha="right", va="center", color=INK)
        said = f"{line.said}: {line.span}" if _marked(line) else line.said
        said = shorten(said, 50, placeholder=" …")
        frame.write(WIDTH - RIGHT + 0.12, y, said, 8.5, va="center", color=ink(colour))
        _marks(ax, place, line, colour)


def _marks(ax: Axes, place: int, line: Line, colour: str) -> None:
    """Show the three values: as marks where they are shares, in figures where they are not."""
    if not line.rows:
        return
    ordered = [line.rows[factor] for factor in sorted(line.rows)]
    if not _marked(line):
        for x, row in zip((0.16, 0.5, 0.84), ordered, strict=True):
            text = ax.text(
                x, place, row.value, ha="center", va="center", fontsize=8,
                weight="bold" if x == 0.5 else "normal",
            )  # fmt: skip
            text.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.8})
        return
    for shift, style, factor in zip((-0.24, 0.0, 0.24), MARKERS, sorted(line.rows), strict=True):
        estimate = line.rows[factor].estimate
        if not estimate.known:
            continue
        own = factor == OWN
        if estimate.bounded:
            ax.plot(
                [estimate.low, estimate.high], [place + shift] * 2, color=colour,
                linewidth=2.0 if own else 1.0, solid_capstyle="butt", alpha=0.75,
            )  # fmt: skip
        ax.plot(
            estimate.value, place + shift, color=colour, markersize=5.5 if own else 4.5,
            markerfacecolor=colour if own else "white", markeredgewidth=1.1, clip_on=False,
            linestyle="none", **style,
        )  # fmt: skip


def _marked(line: Line) -> bool:
    """Tell whether a headline is a share, which has a place on the axis."""
    return any(row.measure.unit == "share" for row in line.rows.values())


def _axis(ax: Axes) -> None:
    """Label the lowest panel's axis."""
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    ax.tick_params(length=0, pad=4)


def _alt(groups: list[tuple[Verdict, list[Line]]]) -> str:
    parts = []
    for verdict, lines in groups:
        values = [
            f"{line.label} ({line.said}"
            + (
                "; "
                + ", ".join(
                    f"{name} {line.rows[factor].value}"
                    for name, factor in zip(NAMES, sorted(line.rows), strict=True)
                )
                if line.rows
                else ""
            )
            + ")"
            for line in lines
        ]
        parts.append(f"{HEADS[verdict]}: {listing(values, 40)}.")
    return " ".join(parts)


def _nothing(results: Results) -> Chart:
    frame = Frame(
        results,
        "No runs at other precisions are kept here",
        "They are left out by --no-band, and say too little where there are fewer than 30. Without "
        "them no interval tells which headlines restate how surely states choose.",
        0.2,
        chance="",
    )
    return frame.chart("Nothing is drawn.")
