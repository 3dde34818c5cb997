"""Who loses control of what: the share that the first holder controls, by flashpoint."""

from __future__ import annotations

from math import floor

import numpy as np

from sim.analysis.figures.labels import Label, end_labels
from sim.analysis.figures.style import Chart, Frame, line_style, percent_axis, turn_axis, wrapped
from sim.analysis.frames import Results
from sim.analysis.intervals import Estimate, mean
from sim.analysis.words import count, listing, percent, percent_interval, roughly


def control(results: Results) -> Chart:
    """Draw the mean share that the first holder controls, turn by turn."""
    flash = results.scenario.flashpoints
    lines = {
        key: np.concatenate([[place.control.value], results.mean_by_turn("control", key)])
        for key, place in flash.items()
    }
    ends = {key: mean(results.column(f"{key}_control"), 1.0) for key in flash}
    lowest = min(
        [float(np.nanmin(line)) for line in lines.values()] + [e.value for e in ends.values()]
    )
    base = 0.0 if lowest < 0.5 else max(0.0, floor((lowest - 0.02) * 20) / 20)
    frame = Frame(
        results,
        _title(results, lines, ends),
        f"Mean over {count(len(results), 'run')} of the share that the first holder controls at "
        "the end of a turn. Bars at the right are 95 % normal intervals of the last value."
        + (f" The axis begins at {percent(base)}." if base else ""),
        3.6,
    )
    ax = frame.axes(left=0.7, right=3.15)
    turn_axis(ax, results)
    percent_axis(ax, 1.0, base)
    edges = np.arange(results.turns + 1)
    labels = []
    for number, (key, line) in enumerate(lines.items()):
        style = line_style(number)
        every = max(1, results.turns // 6)
        ax.plot(
            edges, line, linewidth=1.7, markersize=5, clip_on=False, zorder=3,
            markevery=(number * every // max(1, len(lines)), every), **style,
        )  # fmt: skip
        end = ends[key]
        if end.bounded:
            at = results.turns * (1 + 0.006 * (number + 1))
            ax.plot(
                [at, at], [max(base, end.low), end.high], color=style["color"], linewidth=2,
                clip_on=False, solid_capstyle="butt",
            )  # fmt: skip
        name = wrapped(f"{flash[key].name}", 30, 2)
        labels.append(Label(float(line[-1]), f"{name} {percent(end.value)}", style["color"]))
    end_labels(ax, results.turns * (1 + 0.006 * (len(lines) + 1)), labels, 8)
    texts = [
        f"{flash[key].name} {percent(end.value)}"
        + (f" ({percent_interval(end)})" if end.bounded else "")
        for key, end in ends.items()
    ]
    return frame.chart(f"Share controlled at the end: {listing(texts, 20)}.")


def _title(results: Results, lines: dict[str, np.ndarray], ends: dict[str, Estimate]) -> str:
    lost = {key: float(lines[key][0]) - end.value for key, end in ends.items()}
    worst = max(lost, key=lambda key: lost[key])
    flash = results.scenario.flashpoints[worst]
    if lost[worst] <= 0:
        return f"No holder loses control in {count(len(results), 'run')}"
    holder = results.scenario.states[flash.holder].name
    runs = "on average" if len(results) > 1 else "in the one run played"
    return (
        f"{flash.name} changes hands most: {holder} ends with {roughly(ends[worst].value)} of it "
        f"{runs}"
    )
