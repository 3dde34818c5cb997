"""Sensitivity indices as bars with their intervals, and how they settled as the sample grew."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, NullLocator

from sim.analysis.figures.labels import Label, end_labels
from sim.analysis.figures.style import (
    BLUE,
    FAINT,
    INK,
    ORANGE,
    SOFT,
    WIDTH,
    Chart,
    Frame,
    line_style,
    wrapped,
)
from sim.analysis.figures.sweep_words import played
from sim.analysis.sensitivities import DUMMY, INDICES, METHODS, NARROW, Index, Sensitivity
from sim.analysis.sweeps import SweepResults
from sim.analysis.words import listing, percent

MOST, LINES = 15, 6
ROW = 0.44
LEFT, BARS = 2.45, 3.0
NAMES = {
    "mu_star": "mean size of effect, μ*", "sigma": "spread of effects, σ", "ST": "in all, ST",
    "S1": "by itself, S1", "median": "median distance", "maximum": "largest distance",
}  # fmt: skip
SIZE_OF = {"morris": "trajectories", "sobol": "base points", "pawn": "points"}


def sensitivity(results: SweepResults, found: Sensitivity) -> Chart:
    """Draw the indices of an outcome."""
    ranked = found.at(found.main)
    shown = ranked[:MOST]
    tall = max(1.9, ROW * len(shown) + 0.2)
    frame = Frame(
        results, title(results, found), _note(results, found), tall,
        chance="Intervals show the sample and",
    )  # fmt: skip
    names = list(INDICES[found.method])
    ax = frame.axes(LEFT, WIDTH - LEFT - BARS)
    others = {index.path: index for index in found.at(names[1])}
    bars(ax, found, shown, others)
    right = frame.axes(LEFT + BARS + 0.75, 1.5)
    _convergence(right, found, ranked)
    texts = [
        f"{index.path}: "
        + ", ".join(
            f"{NAMES[name]} {row.value:.3f}"
            + (f" ({row.low:.3f} to {row.high:.3f})" if row.low == row.low else "")
            for name, row in ((names[0], index), (names[1], others[index.path]))
        )
        for index in shown
    ]
    return frame.chart(f"{listing(texts, MOST)}.")


def bars(ax: Axes, found: Sensitivity, shown: list[Index], others: dict[str, Index]) -> None:
    """Draw the two indices of each field, the ranking one as a bar."""
    names = list(INDICES[found.method])
    ax.set_ylim(len(shown) - 0.5, -0.5)
    ax.set_yticks(
        range(len(shown)),
        [wrapped(index.path.replace(".", ". "), 30, 2).replace(". ", ".") for index in shown],
    )
    ax.tick_params(axis="y", length=0, labelcolor=INK)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x")
    for place, index in enumerate(shown):
        dummy = index.path == DUMMY
        ax.barh(place, max(index.value, 0.0), height=0.4, color=FAINT if dummy else BLUE)
        if index.low == index.low:
            ax.plot([index.low, index.high], [place, place], color=INK, linewidth=1.2)
        other = others[index.path]
        ax.plot(
            other.value, place + 0.31, color=ORANGE, marker="D", markersize=4.5, linestyle="none",
            clip_on=False,
        )  # fmt: skip
        if other.low == other.low:
            ax.plot([other.low, other.high], [place + 0.31] * 2, color=ORANGE, linewidth=1)
    ax.axvline(0, color=SOFT, linewidth=0.8)
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.set_xlabel(f"bar: {NAMES[names[0]]}; diamond: {NAMES[names[1]]}")


def _convergence(ax: Axes, found: Sensitivity, ranked: list[Index]) -> None:
    sizes = found.sizes
    ax.set_xlabel(f"{SIZE_OF[found.method]} used")
    sign = NAMES[found.main].rpartition(", ")[2]
    ax.set_title(f"{sign} as the sample grew", fontsize=8.5, color=SOFT, loc="left")
    labels = []
    for number, index in enumerate(ranked[:LINES]):
        by_size = {
            row.size: row
            for row in found.indices
            if (row.name, row.path) == (found.main, index.path)
        }
        rows = [by_size[size] for size in sizes]
        style = line_style(number)
        values = [row.value for row in rows]
        low = [row.value if np.isnan(row.low) else row.low for row in rows]
        high = [row.value if np.isnan(row.high) else row.high for row in rows]
        ax.plot(sizes, values, linewidth=1.4, markersize=4, clip_on=False, **style)
        if number < 3:
            ax.fill_between(sizes, low, high, color=style["color"], alpha=0.12, linewidth=0)
        name = index.path.split(".")[-1] if index.path != DUMMY else "does nothing"
        labels.append(Label(values[-1], wrapped(name, 18, 2), style["color"]))
    if len(sizes) > 1:
        ax.set_xscale("log", base=2)
        ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xticks(sizes, [f"{size:,}" for size in sizes])
    ax.grid(axis="y")
    end_labels(ax, sizes[-1], labels, 7.5)


def title(results: SweepResults, found: Sensitivity) -> str:
    """Say which field matters most, and by how much."""
    label = results.outcomes[found.outcome]["label"]
    first = found.at(found.main)[0]
    by_itself = {index.path: index for index in found.at(list(INDICES[found.method])[1])}
    if first.path == DUMMY:
        return f"{label}: no field moves it more than one that does nothing"
    if found.method == "sobol":
        return (
            f"{label}: {first.path} accounts for {percent(_share(first.value))} of the variance "
            f"between points in all, {percent(_share(by_itself[first.path].value))} by itself"
        )
    if found.method == "morris":
        unit = results.outcomes[found.outcome]["unit"]
        said = (
            f"{100 * first.value:.3g} points" if unit.startswith("share") else f"{first.value:.3g}"
        )
        return f"{label}: {first.path} moves it most, by {said} on average along its whole range"
    dummy = next(index for index in found.at(found.main) if index.path == DUMMY)
    above = [i for i in found.at(found.main) if i.path != DUMMY and i.low > dummy.high]
    return (
        f"{label}: {first.path} moves it most; {len(above)} of {len(found.at(found.main)) - 1} "
        "fields do so clearly more than one that does nothing"
    )


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))


def _note(results: SweepResults, found: Sensitivity) -> str:
    said = played(results)
    text = f"{METHODS[found.method]}, {found.sizes[-1]:,} {SIZE_OF[found.method]}. "
    text += "; ".join(
        f"{mark}: {meaning}"
        for mark, meaning in zip(("Bars", "diamonds"), INDICES[found.method].values(), strict=True)
    )
    text += f". {said[:1].upper()}{said[1:]}. Lines and bands are 95 % intervals of the sample"
    text += " (bootstrap). " + settled_text(found)
    if found.noise == found.noise:
        text += (
            f" Chance of runs is at most {percent(min(1.0, found.noise))} of the variance between "
            "points."
        )
    return text


def settled_text(found: Sensitivity) -> str:
    """Say whether the indices have settled."""
    sizes = found.sizes
    if len(sizes) < 2:
        return "The sample is too small to see whether they have settled."
    verdict = "They have settled" if found.settled else "They have NOT settled: take more samples"
    return (
        f"{verdict}. From {sizes[-2]:,} to {sizes[-1]:,} {SIZE_OF[found.method]} none moved by "
        f"more than {found.moved():.2g}, and the widest interval spans {percent(found.widest)} of "
        f"{'the largest effect' if found.method == 'morris' else 'the scale'} "
        f"(settled: at most {percent(NARROW)})."
    )
