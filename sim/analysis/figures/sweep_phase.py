"""A phase diagram: an outcome over the plane of two varied fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.analysis.factors import MOST_LEVELS, effects, plane, sampled
from sim.analysis.figures.style import SOFT, WIDTH, Chart, Frame, wrapped
from sim.analysis.figures.sweep_words import (
    at,
    interval_of,
    is_share,
    level_text,
    outcome_label,
    played,
    value_of,
)
from sim.analysis.intervals import Numbers
from sim.analysis.sweeps import SweepResults, Varied

WRITTEN = 110
"""Cells up to which each has its value written in it."""
TICKS = 12


def phase(results: SweepResults, outcome: str) -> Chart | None:
    """Draw an outcome over the two fields that move it most, averaged over the others."""
    if sampled(results) or results.manifest["design"] == "one_at_a_time":
        return None
    found = [effect for effect in effects(results, outcome) if len(effect.levels) <= MOST_LEVELS]
    if len(found) < 2:
        return None
    one, two = found[0].axis, found[1].axis
    across, up = (one, two) if len(one.levels) >= len(two.levels) else (two, one)
    cells = plane(results, outcome, across, up)
    values = np.array([[cell.value for cell in row] for row in cells])
    if np.isnan(values).all() or len(across.levels) * len(up.levels) < 4:
        return None
    rows, columns = values.shape
    tall = min(5.0, max(1.6, 0.42 * rows if rows * columns <= WRITTEN else 0.16 * rows))
    low, high = _extreme(values, np.nanargmin), _extreme(values, np.nanargmax)
    others = len(found) - 2
    frame = Frame(
        results,
        _title(results, outcome, across, up, values, low, high),
        f"{_sentence(results, outcome)} {played(results)[:1].upper()}{played(results)[1:]}."
        + (f" Averaged over {others} more field{'s' if others > 1 else ''}." if others else "")
        + " 95 % intervals: "
        + " and ".join(
            f"{interval_of(results, outcome, cells[r][c])} at the {word}"
            for word, (r, c) in (("lowest", low), ("highest", high))
        )
        + "."
        + (" Empty cells were not played or never counted." if np.isnan(values).any() else ""),
        tall,
        chance="Intervals show",
    )
    names = [wrapped(level_text(level), 18, 2) for level in up.levels]
    left = 0.85 + 0.075 * max(len(line) for name in names for line in name.split("\n"))
    ax = frame.axes(left, 1.35)
    image = ax.imshow(values, aspect="auto", origin="lower", cmap="cividis")
    _ticks(ax, across, names)
    if rows * columns <= WRITTEN:
        middle = (np.nanmin(values) + np.nanmax(values)) / 2
        for (row, column), value in np.ndenumerate(values):
            if value == value:
                ax.text(
                    column, row, value_of(results, outcome, value), ha="center", va="center",
                    fontsize=8, color="white" if value < middle else "black",
                )  # fmt: skip
    ax.set_ylabel(wrapped(up.path, 34, 3))
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    ax.tick_params(length=0)
    bar = frame.axes(WIDTH - 1.2, 1.03)
    scale = frame.figure.colorbar(image, cax=bar)
    scale.outline.set_visible(False)
    scale.locator = MaxNLocator(5)
    if is_share(results, outcome):
        scale.formatter = FuncFormatter(lambda tick, _: f"{round(100 * tick, 6):g} %")
    scale.update_ticks()
    bar.tick_params(length=0, labelcolor=SOFT)
    return frame.chart(
        " ".join(
            f"{at(up, up.levels[r])}: "
            + ", ".join(
                f"{value_of(results, outcome, values[r, c])} at {level_text(across.levels[c])}"
                for c in range(columns)
            )
            + "."
            for r in range(rows)
        )[:4000]
    )


def _ticks(ax: Axes, across: Varied, names: list[str]) -> None:
    every = -(-len(across.levels) // TICKS)
    places = list(range(0, len(across.levels), every))
    ax.set_xticks(places, [wrapped(level_text(across.levels[p]), 12, 2) for p in places])
    steps = list(range(0, len(names), -(-len(names) // 14)))
    ax.set_yticks(steps, [names[step] for step in steps])
    ax.set_xlabel(across.path)


def _extreme(values: Numbers, which: Callable[[Numbers], Any]) -> tuple[int, int]:
    row, column = np.unravel_index(int(which(values)), values.shape)
    return int(row), int(column)


def _sentence(results: SweepResults, outcome: str) -> str:
    text = f"{outcome_label(results, outcome)}: {results.outcomes[outcome]['meaning']}"
    return text if text.endswith(".") else f"{text}."


def _title(
    results: SweepResults, outcome: str, across: Varied, up: Varied, values: Numbers,
    low: tuple[int, int], high: tuple[int, int],
) -> str:  # fmt: skip
    label = results.outcomes[outcome]["label"]
    if values[low] == values[high]:
        return f"{label} is {value_of(results, outcome, values[low])} wherever it is looked for"
    parts = [
        f"{value_of(results, outcome, values[place])} where {at(across, across.levels[place[1]])} "
        f"and {at(up, up.levels[place[0]])}"
        for place in (low, high)
    ]
    return f"{label}: lowest, {parts[0]}; highest, {parts[1]}"
