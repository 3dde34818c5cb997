"""The geopolitical risk index, turn by turn."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

import numpy as np

from sim.analysis.figures.labels import Label, end_labels
from sim.analysis.figures.style import VERMILION, Chart, Frame, roof, turn_axis, turn_edges
from sim.analysis.frames import Results
from sim.analysis.intervals import Numbers, mean
from sim.analysis.words import count, decimal, decimal_interval, month_of


def risk(results: Results) -> Chart:
    """Draw the mean risk index of each turn, and its mean over all turns with its interval."""
    runs = len(results)
    line = results.mean_by_turn("risk")
    average = mean(results.column("risk_index_mean"), 1.0)
    peak = mean(results.column("risk_index_peak"), 1.0)
    highest = clear_peak(results, line)
    interval = (
        f"95 % normal interval {decimal_interval(average)}"
        if average.bounded
        else "one run has no interval"
    )
    known = np.isfinite(line).any()
    top = float(np.nanmax(line)) if known else 0.0
    if not top > 0:
        title = f"The risk index stays at nought in {count(runs, 'run')}"
    else:
        title = f"The risk index averages {decimal(average.value)}"
        if average.bounded:
            title += f" ({decimal_interval(average)})"
        if highest is not None:
            title += (
                f" and peaks in turn {highest} ({month_of(results.scenario, highest)}) at "
                f"{decimal(float(line[highest]))}"
            )
        elif average.bounded:
            title += "; no turn stands clear above it"
    note = (
        f"Mean over {count(runs, 'run')} of the intensity of the rung reached at each flashpoint, "
        "weighted by stakes and capability, from 0 to 1. The band is the mean over all turns "
        f"({interval}); a run's own worst turn comes to {decimal(peak.value)} on average"
        + (f" ({decimal_interval(peak)})." if peak.bounded else ".")
    )
    if highest is not None:
        low = float(line[highest]) - margin(results, line)
        note += (
            f" The bar reaches down to {decimal(low)}, as far as chance may have lifted the peak."
        )
    frame = Frame(results, title, note, 3.0, chance="The band shows" if average.bounded else "")
    ax = frame.axes(left=0.7, right=1.75)
    turn_axis(ax, results)
    ax.set_ylim(0, roof(top * 1.1))
    ax.grid(axis="y")
    if average.bounded:
        ax.axhspan(average.low, average.high, color=VERMILION, alpha=0.18, linewidth=0)
    ax.axhline(average.value, color=VERMILION, linewidth=0.9, linestyle=(0, (4, 3)))
    edges = turn_edges(results)
    ax.step(edges, np.append(line, line[-1]), where="post", color=VERMILION, linewidth=1.8)
    if highest is not None:
        ax.plot(
            [highest, highest], [float(line[highest]) - margin(results, line), line[highest]],
            color="#7a3600", linewidth=2, solid_capstyle="butt",
        )  # fmt: skip
    text = f"mean over all turns\n{decimal(average.value)}"
    if average.bounded:
        text += f" ({decimal_interval(average)})"
    end_labels(ax, edges[-1], [Label(average.value, text, VERMILION)])
    return frame.chart(
        f"In turn 0 the index is {decimal(float(line[0]))}, in the last {decimal(float(line[-1]))}."
    )


def clear_peak(results: Results, line: Numbers) -> int | None:
    """Return the turn of the highest mean, where it is clear of the mean over all turns.

    None where the highest of so many turns could have come about by chance.
    """
    if len(results) < 2 or not np.isfinite(line).all() or not line.max() > 0:
        return None
    turn = int(line.argmax())
    average = mean(results.column("risk_index_mean"), 1.0)
    return turn if float(line[turn]) - margin(results, line) > average.high else None


def margin(results: Results, line: Numbers) -> float:
    """Return how far chance may lift the highest of all turns, at 95 %; never too little.

    The tables keep a turn's mean, not how runs vary around it. A variance is at most (largest -
    mean) x (mean - smallest) (Bhatia and Davis 2000); and the highest of n turns is judged at
    0.025 / n (Bonferroni).
    """
    value = float(line.max())
    largest = max(value, float(results.column("risk_index_peak").max()))
    error = sqrt(max(0.0, (largest - value) * value) / len(results))
    return NormalDist().inv_cdf(1 - 0.025 / len(line)) * error
