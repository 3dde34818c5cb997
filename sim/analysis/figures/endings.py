"""How crises end, at each flashpoint and at all."""

from __future__ import annotations

from sim.analysis.columns import ENDING_COLUMNS, ENDINGS
from sim.analysis.figures.dots import dot_table, height
from sim.analysis.figures.style import (
    BLACK,
    BLUE,
    GREEN,
    MARKERS,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    Chart,
    Frame,
)
from sim.analysis.frames import Results
from sim.analysis.intervals import NOTHING, Estimate, design_effect, wilson
from sim.analysis.words import capitalised, count, listing, percent, roughly

COLOURS = (BLUE, ORANGE, GREEN, SKY, VERMILION, BLACK, PURPLE)


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
    widened = {
        ending: design_effect(results.column(column), results.column("crises"))
        for ending, column in ENDING_COLUMNS.items()
    }
    estimates = [
        [_share(row[ending], sum(row.values()), widened[ending]) for ending in ENDINGS]
        for row in names.values()
    ]
    frame = Frame(
        results,
        _title(total, crises),
        f"Share of the crises at each flashpoint that end so; their number stands in brackets "
        f"({count(crises, 'crisis', 'crises')} in {count(len(results), 'run')}). Bars are 95 % "
        "Wilson intervals, widened for crises of one run being alike.",
        height(len(rows)),
    )
    columns = [
        (capitalised(name), colour, marker)
        for name, colour, marker in zip(ENDINGS.values(), COLOURS, MARKERS, strict=True)
    ]
    dot_table(
        frame, rows, columns, estimates, percent, 1.0,
        bold=0 if "all" in names else -1,
    )  # fmt: skip
    shares = [
        f"{name} {percent(total[ending] / crises)}" for ending, name in ENDINGS.items() if crises
    ]
    return frame.chart(
        f"Of {count(crises, 'crisis', 'crises')}: {listing(shares, 9)}." if crises else "No crisis."
    )


def _share(events: int, trials: int, widened: float) -> Estimate:
    if trials == 0:
        return NOTHING
    value = events / trials
    effective = max(1.0, trials / widened)
    return Estimate(value, *wilson(value * effective, effective), 0.0, events, trials)


def _title(total: dict[str, int], crises: int) -> str:
    if crises == 0:
        return "No crisis, so none that could end"
    ordered = sorted(total, key=lambda ending: -total[ending])
    first, second = ordered[0], ordered[1]
    opening = f"{roughly(total[first] / crises)} of crises end in {_ended(first)}"
    if total[second] == 0:
        return opening
    fought = total["war"] + total["nuclear_use"]
    closing = f"{roughly(total[second] / crises)} in {_ended(second)}"
    if {"war", "nuclear_use"} & {first, second}:
        return f"{opening}, {closing}"
    return f"{opening}, {closing}; {roughly(fought / crises)} in war or nuclear use"


def _ended(ending: str) -> str:
    return {
        "deterrence_held": "the challenger backing down",
        "acquiescence": "the holder yielding",
        "settlement": "a settlement",
        "limited_conflict": "limited conflict",
        "nuclear_use": "nuclear use",
        "ongoing": "no decision by the horizon",
    }.get(ending, ending)
