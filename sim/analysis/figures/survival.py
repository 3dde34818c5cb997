"""How long it takes until the first crisis: a survival curve."""

from __future__ import annotations

import numpy as np

from sim.analysis.figures.labels import Label, end_labels
from sim.analysis.figures.style import (
    BLUE,
    SOFT,
    Chart,
    Frame,
    percent_axis,
    turn_axis,
    turn_edges,
)
from sim.analysis.frames import Results
from sim.analysis.intervals import share, wilson
from sim.analysis.words import count, month_of, percent, percent_interval, roughly


def first_crisis(results: Results) -> Chart:
    """Draw the share of runs that have seen no crisis yet.

    Every run is watched to the horizon, so no run is lost from sight early and the curve is a
    plain share of runs.
    """
    runs = len(results)
    by_turn, never = results.first_crises()
    left = np.concatenate([[runs], runs - np.cumsum(by_turn)])
    shares = left / runs
    bounds = np.array([wilson(float(number), runs) for number in left])
    half = int(np.argmax(shares <= 0.5)) - 1 if (shares <= 0.5).any() else None
    frame = Frame(
        results,
        _title(results, half, never),
        f"Share of {count(runs, 'run')} in which no crisis has begun anywhere by the end of a "
        "turn. The band is the 95 % Wilson interval.",
        3.2,
        chance="The band shows",
    )
    ax = frame.axes(left=0.7, right=1.9)
    turn_axis(ax, results)
    percent_axis(ax, 1.0)
    edges = turn_edges(results)
    # The share before turn 0 is all; then each turn lies around its number.
    lows, highs = np.append(bounds[1:, 0], bounds[-1, 0]), np.append(bounds[1:, 1], bounds[-1, 1])
    ax.fill_between(edges, lows, highs, step="post", color=BLUE, alpha=0.2, linewidth=0)
    ax.step(
        [edges[0], *edges], [1.0, *shares[1:], shares[-1]], where="post", color=BLUE,
        linewidth=1.8,
    )  # fmt: skip
    if half is not None and runs > 1:
        ax.plot([-0.5, half, half], [0.5, 0.5, 0], color=SOFT, linewidth=0.9, linestyle=(0, (4, 3)))
        had = share(runs - float(left[half + 1]), runs)
        # The curve falls: there is room above it at the right, or below it at the left.
        early = half < results.turns / 2
        ax.text(
            0.97 if early else 0.02, 0.82 if early else 0.1,
            f"by the end of turn {half}, {percent(had.value)} of runs have had one "
            f"({percent_interval(had)})",
            transform=ax.transAxes, ha="right" if early else "left", fontsize=8.5, color=SOFT,
        )  # fmt: skip
    low, high = percent(float(bounds[-1, 0])), percent(float(bounds[-1, 1]))
    text = f"{percent(float(shares[-1]))} see none\n({low.removesuffix(' %')} to {high})"
    end_labels(ax, edges[-1], [Label(float(shares[-1]), text, BLUE)])
    return frame.chart(
        f"After turn 0 {percent(float(shares[1]))} of runs have seen no crisis, after the last "
        f"{percent(float(shares[-1]))}."
    )


def _title(results: Results, half: int | None, never: int) -> str:
    runs = len(results)
    if never == runs:
        return f"No crisis begins in any of {count(runs, 'run')}"
    if runs == 1:
        by_turn, _ = results.first_crises()
        turn = int(np.argmax(by_turn))
        return f"The first crisis begins in turn {turn} ({month_of(results.scenario, turn)})"
    none = "all see one" if never == 0 else f"{roughly(never / runs)} see none at all"
    if half is None:
        seen = roughly(1 - never / runs)
        return f"{seen} of runs see a crisis; {none}"
    return (
        f"Half of the runs have had a crisis by turn {half} "
        f"({month_of(results.scenario, half)}); {none}"
    )
