"""How crises end, at each flashpoint and at all: a panel for each ending that was seen."""

from __future__ import annotations

from math import ceil, nan

from matplotlib.axes import Axes

from sim.analysis.columns import ENDING_COLUMNS, ENDINGS
from sim.analysis.figures.style import (
    BLACK,
    BLUE,
    GREEN,
    INK,
    MARKERS,
    ORANGE,
    PURPLE,
    SKY,
    SOFT,
    VERMILION,
    WIDTH,
    Chart,
    Frame,
    ink,
    roof,
    wrapped,
)
from sim.analysis.frames import Results
from sim.analysis.intervals import NOTHING, Estimate, design_effect, wilson
from sim.analysis.words import (
    capitalised,
    count,
    listing,
    percent,
    percent_interval,
    roughly,
)

COLOURS = (BLUE, ORANGE, GREEN, SKY, VERMILION, BLACK, PURPLE)
COLUMNS = 3
"""Panels side by side."""
LEFT, VALUE = 2.0, 1.3
"""Room for the names of the places, and for what is printed at the end of a row, inches."""
ROW, HEAD, FOOT = 0.25, 0.26, 0.3
"""Height of a row, of a panel's name and of its axis, inches."""


def endings(results: Results) -> Chart:
    """Draw the share of crises that end in each way."""
    counted = results.endings()
    total = {ending: sum(row[ending] for row in counted.values()) for ending in ENDINGS}
    crises = sum(total.values())
    flash = results.scenario.flashpoints
    names = {"all": total, **{flash[key].name: row for key, row in counted.items()}}
    if len(counted) == 1:
        del names["all"]
    rows = [f"{capitalised(name)} ({sum(row.values()):,})" for name, row in names.items()]
    estimates = estimated(results, list(names.values()))
    seen = [ending for ending in ENDINGS if total[ending]]
    deep = max(1, ceil(len(seen) / COLUMNS))
    tall = ROW * len(rows)
    frame = Frame(
        results,
        _title(total, crises),
        _note(results, total, crises),
        deep * (HEAD + tall + FOOT) - FOOT,
        chance="Bars show" if len(results) > 1 else "",
    )
    for number, ending in enumerate(seen):
        down, across = divmod(number, COLUMNS)
        room = (WIDTH - LEFT - 0.1) / COLUMNS
        left = LEFT + across * room
        bottom = frame.top - down * (HEAD + tall + FOOT) - HEAD - tall
        ax = frame.axes(left, WIDTH - left - room + VALUE, bottom, tall)
        style = list(ENDINGS).index(ending)
        _panel(ax, estimates[ending], COLOURS[style], MARKERS[style])
        ax.set_title(
            capitalised(ENDINGS[ending]), fontsize=9, loc="left", pad=4,
            color=ink(COLOURS[style]), weight="bold",
        )  # fmt: skip
        if across == 0:
            _name(ax, rows, bold="all" in names)
    if not seen:
        frame.write(LEFT, frame.top - HEAD, "no crisis in any run", 9, color=SOFT)
    shares = [
        f"{name} {percent(total[ending] / crises)}" for ending, name in ENDINGS.items() if crises
    ]
    return frame.chart(
        f"Of {count(crises, 'crisis', 'crises')}: {listing(shares, 9)}." if crises else "No crisis."
    )


def estimated(results: Results, rows: list[dict[str, int]]) -> dict[str, list[Estimate]]:
    """Estimate the share of each ending in each row of counts.

    As in the headline table: widened for crises of one run being alike, by the rule of three over
    crises where an ending was never seen, and without interval where there is but one run.
    """
    found = {}
    for ending, column in ENDING_COLUMNS.items():
        widened = design_effect(results.column(column), results.column("crises"))
        found[ending] = [
            _share(row[ending], sum(row.values()), widened, len(results) > 1) for row in rows
        ]
    return found


def _share(events: int, trials: int, widened: float, bounded: bool) -> Estimate:
    if trials == 0:
        return NOTHING
    value = events / trials
    if not bounded:
        return Estimate(value, nan, nan, nan, events, trials)
    effective = max(1.0, trials / widened) if 0 < events < trials else float(trials)
    return Estimate(value, *wilson(value * effective, effective), 0.0, events, trials)


def _panel(ax: Axes, estimates: list[Estimate], colour: str, marker: str) -> None:
    rows = len(estimates)
    known = [e for e in estimates if e.known]
    top = min(1.0, roof(max(e.high if e.bounded else e.value for e in known)))
    ax.set_ylim(rows - 0.5, -0.5)
    ax.set_xlim(0, top)
    ax.set_yticks([])
    ax.set_xticks([0, top / 2, top], ["0", percent(top / 2), percent(top)], fontsize=7.5)
    ax.tick_params(length=2, pad=2)
    ax.spines["left"].set_color("#bbbbbb")
    ax.vlines([top / 2, top], -0.5, rows - 0.5, color="#f0f0f0", linewidth=0.8, zorder=0)
    ax.hlines(range(rows), 0, top, color="#eeeeee", linewidth=0.8, zorder=0)
    for row, estimate in enumerate(estimates):
        text = "no crisis"
        if estimate.known:
            text = percent(estimate.value)
            ax.plot(
                [estimate.value], [row], marker=marker, markersize=4.2, color=colour,
                clip_on=False, markeredgecolor="white", markeredgewidth=0.4, zorder=3,
            )  # fmt: skip
        if estimate.bounded:
            text += f" ({percent_interval(estimate).removesuffix(' %')})"
            ax.plot(
                [estimate.low, estimate.high], [row, row], color=colour, linewidth=2.6,
                alpha=0.55, solid_capstyle="butt", clip_on=False, zorder=2,
            )  # fmt: skip
        ax.annotate(
            text, (1, row), (5, 0), xycoords=("axes fraction", "data"),
            textcoords="offset points", va="center", fontsize=7.2, color=INK,
            annotation_clip=False,
        )  # fmt: skip


def _name(ax: Axes, rows: list[str], bold: bool) -> None:
    for row, text in enumerate(rows):
        ax.annotate(
            wrapped(text, 34), (0, row), (-8, 0), textcoords="offset points",
            ha="right", va="center", fontsize=7.2, color=INK, linespacing=1.0,
            weight="bold" if bold and row == 0 else "normal", annotation_clip=False,
        )  # fmt: skip


def _note(results: Results, total: dict[str, int], crises: int) -> str:
    text = (
        "Share of the crises at each flashpoint that end so; their number stands in brackets "
        f"({count(crises, 'crisis', 'crises')} in {count(len(results), 'run')}). "
    )
    if len(results) > 1:
        text += (
            "Bars, and figures in brackets, are 95 % Wilson intervals, widened for crises of one "
            "run being alike. "
        )
    else:
        text += "One run has no interval. "
    text += "Each panel has an axis of its own."
    never = [name for ending, name in ENDINGS.items() if not total[ending]]
    if crises and never:
        text += f" Never seen: {listing(never, 7)}"
        if len(results) > 1:
            text += f" (95 % interval 0 to {percent(wilson(0, crises)[1])}, three over crises)"
        text += "."
    return text


def _title(total: dict[str, int], crises: int) -> str:
    if crises == 0:
        return "No crisis, so none that could end"
    ordered = sorted(total, key=lambda ending: -total[ending])
    first, second = ordered[0], ordered[1]
    opening = f"{roughly(total[first] / crises)} of crises end in {_ended(first)}"
    if total[second] == 0:
        return opening
    fought = [ending for ending in ("war", "nuclear_use") if total[ending]]
    closing = f"{roughly(total[second] / crises)} in {_ended(second)}"
    if {"war", "nuclear_use"} & {first, second}:
        return f"{opening}, {closing}"
    if not fought:
        return f"{opening}, {closing}; none in war"
    # Each number of the title stands in a panel: war and nuclear use are not added up.
    wars = [f"{percent(total[ending] / crises)} in {_ended(ending)}" for ending in fought]
    return f"{opening}, {closing}; {listing(wars)}"


def _ended(ending: str) -> str:
    return {
        "deterrence_held": "the challenger backing down",
        "acquiescence": "the holder yielding",
        "settlement": "a settlement",
        "limited_conflict": "limited conflict",
        "nuclear_use": "nuclear use",
        "ongoing": "no decision by the horizon",
    }.get(ending, ending)
