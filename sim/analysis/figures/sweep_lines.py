"""An outcome along each varied field by itself, with intervals."""

from __future__ import annotations

from math import ceil

import numpy as np
from matplotlib.axes import Axes

from sim.analysis.factors import Effect, Level, effects, even, sampled
from sim.analysis.figures.style import BLUE, SOFT, VERMILION, WIDTH, Chart, Frame, wrapped
from sim.analysis.figures.sweep_words import (
    at,
    interval_of,
    is_share,
    level_text,
    limits,
    outcome_axis,
    outcome_label,
    played,
    value_of,
)
from sim.analysis.sweeps import SweepResults
from sim.analysis.words import listing

MOST = 6
"""Fields that are drawn: those that matter most."""
ROLE_COLOURS = {"lever": BLUE, "uncertainty": VERMILION, "factor": BLUE}


def lines(results: SweepResults, outcome: str) -> Chart | None:
    """Draw an outcome along each field, averaged over the others."""
    found = effects(results, outcome)
    if not found:
        return None
    shown = found[:MOST]
    columns = min(3, len(shown)) if len(shown) > 1 else 1
    rows = ceil(len(shown) / columns)
    tall = 2.3
    frame = Frame(
        results, _title(results, outcome, found[0]), _note(results, outcome, found, shown),
        rows * (tall + 0.75) - 0.35,
        chance="Intervals show the sample and" if sampled(results) else "Intervals show",
    )  # fmt: skip
    bounds = [
        bound
        for effect in shown
        for level in effect.levels
        for bound in (level.estimate.low, level.estimate.high, level.estimate.value)
        if bound == bound
    ]
    low, high = limits(bounds, is_share(results, outcome))
    left, gap = 0.85, 0.35
    wide = (WIDTH - left - 0.3 - gap * (columns - 1)) / columns
    for number, effect in enumerate(shown):
        row, column = divmod(number, columns)
        start = left + column * (wide + gap)
        bottom = frame.top - 0.05 - row * (tall + 0.75) - tall
        ax = frame.axes(start, WIDTH - start - wide, bottom, tall)
        ax.set_ylim(low, high)
        _panel(ax, effect)
        outcome_axis(ax, results, outcome)
        if column:
            ax.tick_params(labelleft=False)
        else:
            ax.set_ylabel(wrapped(outcome_label(results, outcome), 34, 2))
    return frame.chart(_alt(results, outcome, shown))


def _panel(ax: Axes, effect: Effect) -> None:
    axis = effect.axis
    colour = ROLE_COLOURS.get(axis.role, BLUE)
    if axis.numeric:
        places = [float(level.value) for level in effect.levels]
        if min(places) > 0 and max(places) / min(places) > 50:
            ax.set_xscale("log")
    else:
        places = [float(number) for number in range(len(effect.levels))]
        ax.set_xticks(places, [wrapped(level_text(level.value), 12, 2) for level in effect.levels])
        ax.set_xlim(-0.4, len(places) - 0.6)
    values = [level.estimate.value for level in effect.levels]
    low = [_bound(level, "low") for level in effect.levels]
    high = [_bound(level, "high") for level in effect.levels]
    if axis.numeric:
        ax.fill_between(places, low, high, color=colour, alpha=0.18, linewidth=0)
    else:
        ax.vlines(places, low, high, color=colour, linewidth=1.6, alpha=0.6)
    ax.plot(
        places,
        values,
        color=colour,
        linewidth=1.6,
        markersize=4.5,
        marker="s" if axis.role == "uncertainty" else "o",
        linestyle="-" if axis.numeric else (0, (1.5, 1.5)),
        clip_on=False,
    )
    name = axis.path if axis.role == "factor" else f"{axis.path} ({axis.role})"
    ax.set_xlabel(wrapped(name.replace(".", ".\u200b"), 38, 2).replace("\u200b", ""), color=SOFT)


def _bound(level: Level, name: str) -> float:
    bound = float(getattr(level.estimate, name))
    return level.estimate.value if np.isnan(bound) else bound


def _title(results: SweepResults, outcome: str, effect: Effect) -> str:
    label = results.outcomes[outcome]["label"]
    if effect.low.estimate.value == effect.high.estimate.value:
        same = value_of(results, outcome, effect.low.estimate.value)
        return f"{label} is the same all along: {same}"
    low, high = (
        value_of(results, outcome, level.estimate.value)
        + (f" ({interval_of(results, outcome, level.estimate)})" if level.estimate.bounded else "")
        for level in (effect.low, effect.high)
    )
    return (
        f"{label} moves most with {effect.axis.path}: {low} where it is "
        f"{level_text(effect.low.value)}, {high} where it is {level_text(effect.high.value)}"
    )


def _note(results: SweepResults, outcome: str, found: list[Effect], shown: list[Effect]) -> str:
    text = f"{results.outcomes[outcome]['meaning']} {played(results)}."
    text = text[:1].upper() + text[1:]
    if len(found) > 1:
        text += " Each panel is averaged over what is varied in the others."
    if len(found) > len(shown):
        text += f" The {len(shown)} of {len(found)} fields that matter most."
    if not even(results) and not sampled(results):
        text += " Not every combination was played, so that a panel also shows what else differs."
    if sampled(results):
        text += (
            " Sampled fields are cut into parts of as many points; bands are 95 % intervals of a "
            "mean over points."
        )
    else:
        text += " Bands and bars are 95 % intervals, the mean of the points' own."
    return text


def _alt(results: SweepResults, outcome: str, shown: list[Effect]) -> str:
    texts = []
    for effect in shown:
        first, last = effect.levels[0], effect.levels[-1]
        texts.append(
            " to ".join(
                f"{value_of(results, outcome, level.estimate.value)} "
                f"({interval_of(results, outcome, level.estimate)}) where "
                f"{at(effect.axis, level.value)}"
                for level in (first, last)
            )
        )
    return f"{listing(texts, 10)}."
