"""The geopolitical risk index, turn by turn."""

from __future__ import annotations

import numpy as np

from sim.analysis.figures.labels import Label, end_labels
from sim.analysis.figures.style import VERMILION, Chart, Frame, roof, turn_axis
from sim.analysis.frames import Results
from sim.analysis.intervals import mean
from sim.analysis.words import count, decimal, decimal_interval, month_of


def risk(results: Results) -> Chart:
    """Draw the mean risk index of each turn, and its mean over all turns with its interval."""
    runs = len(results)
    line = results.mean_by_turn("risk")
    average = mean(results.column("risk_index_mean"), 1.0)
    peak = mean(results.column("risk_index_peak"), 1.0)
    worst = int(np.nanargmax(line)) if np.isfinite(line).any() else 0
    interval = (
        f"95 % normal interval {decimal_interval(average)}"
        if average.bounded
        else "one run has no interval"
    )
    if not line[worst] > 0:
        title = f"The risk index stays at nought in {count(runs, 'run')}"
    else:
        title = (
            f"The risk index averages {decimal(average.value)} and is highest in turn {worst} "
            f"({month_of(results.scenario, worst)}) at {decimal(float(line[worst]))}"
        )
    frame = Frame(
        results,
        title,
        f"Mean over {count(runs, 'run')} of the intensity of the rung reached at each flashpoint, "
        "weighted by stakes and capability, from 0 to 1. The band is the mean over all turns "
        f"({interval}); a run's own worst turn comes to {decimal(peak.value)} on average.",
        3.0,
    )
    ax = frame.axes(left=0.7, right=1.75)
    turn_axis(ax, results)
    ax.set_ylim(0, roof(float(np.nanmax(line)) * 1.1 if line[worst] > 0 else 0.0))
    ax.grid(axis="y")
    if average.bounded:
        ax.axhspan(average.low, average.high, color=VERMILION, alpha=0.18, linewidth=0)
    ax.axhline(average.value, color=VERMILION, linewidth=0.9, linestyle=(0, (4, 3)))
    edges = np.arange(results.turns + 1)
    ax.step(edges, np.append(line, line[-1]), where="post", color=VERMILION, linewidth=1.8)
    end_labels(
        ax,
        results.turns,
        [Label(average.value, f"mean over all turns\n{decimal(average.value)}", VERMILION)],
    )
    return frame.chart(
        f"In turn 0 the index is {decimal(float(line[0]))}, in the last {decimal(float(line[-1]))}."
    )
