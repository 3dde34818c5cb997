"""Who loses control of what: the share that the first holder controls, by flashpoint."""

from __future__ import annotations

from math import floor

import numpy as np

from sim.analysis.figures.labels import Label, end_labels
from sim.analysis.figures.style import (
    WIDTH,
    Chart,
    Frame,
    line_style,
    percent_axis,
    turn_axis,
    wrapped,
)
from sim.analysis.frames import Results
from sim.analysis.intervals import Estimate, Numbers, mean
from sim.analysis.words import (
    capitalised,
    count,
    listing,
    percent,
    percent_interval,
    state_in_sentence,
)

LEFT, RIGHT = 0.7, 3.3


def control(results: Results) -> Chart:
    """Draw the mean share that the first holder controls, turn by turn."""
    flash = results.scenario.flashpoints
    lines = {
        key: np.concatenate([[place.control.value], results.mean_by_turn("control", key)])
        for key, place in flash.items()
    }
    ends = {key: mean(results.column(f"{key}_control"), 1.0) for key in flash}
    # The axis takes in the intervals, too.
    lowest = min(
        [float(np.nanmin(line)) for line in lines.values()]
        + [end.low if end.bounded else end.value for end in ends.values()]
    )
    base = 0.0 if lowest < 0.5 else max(0.0, floor((lowest - 0.02) * 20) / 20)
    bounded = len(results) > 1
    frame = Frame(
        results,
        _title(results, lines, ends),
        f"Mean over {count(len(results), 'run')} of the share that the first holder controls at "
        "the end of a turn; the line begins with the share before turn 0. "
        + (
            "Bars at the right, and figures in brackets, are 95 % normal intervals of the last "
            "value."
            if bounded
            else "One run has no interval."
        )
        + (f" The axis begins at {percent(base)}." if base else ""),
        3.6,
        chance="Bars show" if bounded else "",
    )
    ax = frame.axes(left=LEFT, right=RIGHT)
    turn_axis(ax, results)
    percent_axis(ax, 1.0, base)
    # The end of turn t is drawn at t; what was before turn 0 at the edge.
    at = np.concatenate([[-0.5], np.arange(results.turns)])
    inch = results.turns / (WIDTH - LEFT - RIGHT)
    labels = []
    for number, (key, line) in enumerate(lines.items()):
        style = line_style(number)
        every = max(1, results.turns // 6)
        ax.plot(
            at, line, linewidth=1.7, markersize=5, clip_on=False, zorder=3,
            markevery=(number * every // max(1, len(lines)), every), **style,
        )  # fmt: skip
        end = ends[key]
        text = f"{wrapped(flash[key].name, 40, 2)} {percent(end.value)}"
        if end.bounded:
            x = results.turns - 0.5 + 0.055 * (number + 1) * inch
            ax.plot(
                [x, x], [end.low, end.high], color=style["color"], linewidth=2,
                clip_on=False, solid_capstyle="butt",
            )  # fmt: skip
            text += f" ({percent_interval(end).removesuffix(' %')})"
        labels.append(Label(float(line[-1]), text, style["color"]))
    end_labels(ax, results.turns - 0.5 + 0.055 * (len(lines) + 1) * inch, labels, 7.6)
    texts = [
        f"{flash[key].name} {percent(end.value)}"
        + (f" ({percent_interval(end)})" if end.bounded else "")
        for key, end in ends.items()
    ]
    return frame.chart(f"Share controlled at the end: {listing(texts, 20)}.")


def _title(results: Results, lines: dict[str, Numbers], ends: dict[str, Estimate]) -> str:
    lost = {key: float(lines[key][0]) - end.value for key, end in ends.items()}
    worst = max(lost, key=lambda key: lost[key])
    flash = results.scenario.flashpoints[worst]
    if lost[worst] <= 0:
        return f"No holder loses control in {count(len(results), 'run')}"
    holder = state_in_sentence(results.scenario, flash.holder)
    runs = "on average" if len(results) > 1 else "in the one run played"
    share = percent(ends[worst].value)
    if len(lines) == 1:
        return f"{capitalised(holder)} ends with {share} of {flash.name} {runs}"
    return f"{flash.name} changes hands most: {holder} ends with {share} of it {runs}"
