"""The alliance network of the scenario: states by side, ties by what is owed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, pi, sin, sqrt
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch
from matplotlib.path import Path
from numpy.typing import NDArray

from sim.analysis.figures.style import (
    INK,
    MARKERS,
    SOFT,
    WIDTH,
    Chart,
    Frame,
    ink,
    side_colours,
    wrapped,
)
from sim.analysis.frames import Results
from sim.analysis.ties import DEFENCE, KINDS, Tie, holding, ties
from sim.analysis.words import capitalised, count, listing, short_names, state_in_sentence
from sim.world.scenario import Scenario

LINES: tuple[dict[str, Any], ...] = (
    {"linewidth": 2.6, "linestyle": "-"},
    {"linewidth": 1.7, "linestyle": (0, (8, 2.5))},
    {"linewidth": 1.4, "linestyle": (0, (3, 2))},
    {"linewidth": 1.4, "linestyle": (0, (7, 2, 1.2, 2))},
    {"linewidth": 1.5, "linestyle": (0, (1, 2.2))},
)
"""How each kind of tie is drawn, in the order of `KINDS`: by its dash, for colours tell sides."""
LINE = "#333333"
BENDS = (0.0, 0.12, -0.12, 0.24, -0.24, 0.38, -0.38, 0.54, -0.54, 0.72, -0.72)
"""Bows a line may take, as parts of its length; the one that keeps clear of others is taken."""
STEPS = 41
"""Points at which lines are compared."""
CLEAR = 0.05
"""How near two lines may run side by side, and how near a line may pass a state."""

Spot = tuple[float, float]
Points = NDArray[np.float64]


def alliances(results: Results) -> Chart:
    """Draw who is bound to whom at the start."""
    scenario = results.scenario
    bound = holding(scenario)
    tied = ties(scenario, bound)
    tall = 6.2 if len(scenario.states) > 5 else 4.2
    frame = Frame(results, _title(scenario, tied), _note(scenario, len(bound)), tall, chance="")
    ax = frame.axes(0.1, 0.1, aspect="equal")
    wide = (WIDTH - 0.2) / tall
    ax.set_xlim(-1.32 * wide, 1.32 * wide)
    ax.set_ylim(-1.32, 1.32)
    ax.set_axis_off()
    order = _by_side(scenario)
    places = {key: _place(i, len(order)) for i, key in enumerate(order)}
    radii = _radii(scenario)
    for tie, bend in sorted(
        zip(tied, routes(tied, places, radii), strict=True), key=lambda pair: -pair[0].kind
    ):
        _draw_tie(ax, tie, bend, places, radii)
    _draw_states(ax, scenario, places, radii, tall)
    _draw_sides(ax, scenario, tall)
    _draw_key(frame, sorted({tie.kind for tie in tied}))
    return frame.chart(_in_words(scenario, tied))


def _by_side(scenario: Scenario) -> list[str]:
    sides = list(side_colours(scenario))
    return sorted(
        scenario.states, key=lambda key: sides.index(scenario.states[key].side or "no side")
    )


def _place(number: int, of: int) -> tuple[float, float]:
    angle = pi / 2 - 2 * pi * number / of
    return cos(angle), sin(angle)


def _radii(scenario: Scenario) -> dict[str, float]:
    """Return radii so that areas are as capabilities, within what can be seen."""
    most = max(state.capability.value for state in scenario.states.values()) or 1.0
    return {
        key: 0.035 + 0.065 * sqrt(state.capability.value / most)
        for key, state in scenario.states.items()
    }


def routes(
    tied: Sequence[Tie], places: Mapping[str, Spot], radii: Mapping[str, float]
) -> list[Spot]:
    """Return where each line bends, so that lines cross but do not run under one another.

    One by one, the deepest ties and the shortest lines first, each takes the bow that runs least
    along the lines before it and past the fewest states.

    Returns
    -------
    list of (x, y)
        The middle point of each line's curve, in the order given.
    """
    drawn: list[tuple[Tie, Points]] = []
    bends: dict[int, Spot] = {}
    order = sorted(range(len(tied)), key=lambda i: (tied[i].kind, _apart(tied[i], places) > 0.9, i))
    for i in order:
        tie = tied[i]
        choices = []
        for number, bow in enumerate(BENDS):
            bend = _bent(places[tie.giver], places[tie.taker], bow)
            line = points(tie, bend, places, radii)
            crowded = sum(_along(line, other) for _, other in drawn)
            past = sum(
                float((_from(line, places[key]) < radii[key] + CLEAR).sum())
                for key in places
                if key not in (tie.giver, tie.taker)
            )
            outside = float((np.hypot(line[:, 0], line[:, 1]) > 1.02).sum())
            choices.append((crowded + 3 * past + 3 * outside + 0.25 * number, number, bend, line))
        _, _, bend, line = min(choices, key=lambda choice: choice[:2])
        bends[i] = bend
        drawn.append((tie, line))
    return [bends[i] for i in range(len(tied))]


def points(tie: Tie, bend: Spot, places: Mapping[str, Spot], radii: Mapping[str, float]) -> Points:
    """Return points along a line, from the edge of one state's mark to that of the other."""
    start = np.array(_towards(places[tie.giver], bend, radii[tie.giver]))
    end = np.array(_towards(places[tie.taker], bend, radii[tie.taker]))
    t = np.linspace(0, 1, STEPS)[:, None]
    line: Points = (1 - t) ** 2 * start + 2 * t * (1 - t) * np.array(bend) + t**2 * end
    return line


def _apart(tie: Tie, places: Mapping[str, Spot]) -> float:
    (x, y), (u, v) = places[tie.giver], places[tie.taker]
    return sqrt((x - u) ** 2 + (y - v) ** 2)


def _bent(start: Spot, end: Spot, bow: float) -> Spot:
    """Return the middle point of a curve that bows towards the centre, or away where negative."""
    middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    along = end[0] - start[0], end[1] - start[1]
    across = -along[1], along[0]
    inward = 1.0 if across[0] * middle[0] + across[1] * middle[1] <= 0 else -1.0
    return middle[0] + inward * bow * across[0], middle[1] + inward * bow * across[1]


def _from(line: Points, spot: Spot) -> Points:
    distance: Points = np.hypot(line[:, 0] - spot[0], line[:, 1] - spot[1])
    return distance


def _along(line: Points, other: Points) -> float:
    """Return over how many points a line runs beside another; a crossing takes but a few."""
    apart = np.hypot(
        line[:, None, 0] - other[None, :, 0], line[:, None, 1] - other[None, :, 1]
    ).min(axis=1)
    return float(np.maximum(0.0, 1 - apart / CLEAR).sum())


def _draw_tie(
    ax: Axes, tie: Tie, bend: Spot, places: dict[str, Spot], radii: dict[str, float]
) -> None:
    start, end = places[tie.giver], places[tie.taker]
    path = Path(
        [_towards(start, bend, radii[tie.giver]), bend, _towards(end, bend, radii[tie.taker])],
        [Path.MOVETO, Path.CURVE3, Path.CURVE3],
    )
    depth = 2 + 0.1 * (len(KINDS) - tie.kind)
    line = LINES[tie.kind]
    # A white edge shows which line passes over which.
    ax.add_patch(
        FancyArrowPatch(
            path=path, arrowstyle="-", fill=False, edgecolor="white",
            linewidth=line["linewidth"] + 2.4, zorder=depth,
        )
    )  # fmt: skip
    ax.add_patch(
        FancyArrowPatch(
            path=path,
            arrowstyle="-|>,head_length=5.5,head_width=2.8" if tie.one_way else "-",
            fill=tie.one_way,
            facecolor=LINE,
            edgecolor=LINE,
            zorder=depth,
            **line,
        )
    )


def _towards(here: Spot, there: Spot, far: float) -> Spot:
    x, y = there[0] - here[0], there[1] - here[1]
    length = sqrt(x * x + y * y) or 1.0
    return here[0] + x / length * far, here[1] + y / length * far


def _draw_states(
    ax: Axes,
    scenario: Scenario,
    places: dict[str, tuple[float, float]],
    radii: dict[str, float],
    tall: float,
) -> None:
    names = short_names(scenario)
    colours = side_colours(scenario)
    for key, (x, y) in places.items():
        side = scenario.states[key].side or "no side"
        marker = MARKERS[list(colours).index(side) % len(MARKERS)]
        size = radii[key] * 2 * tall / 2.64 * 72
        ax.plot([x], [y], marker=marker, markersize=size, color=colours[side],
                markeredgecolor=INK, markeredgewidth=0.6, zorder=4)  # fmt: skip
        away = 1 + radii[key] + 0.035
        ax.text(
            x * away, y * away, wrapped(names[key], 22), fontsize=9, linespacing=1.1,
            color=ink(colours[side]), weight="bold", zorder=5,
            ha="center" if abs(x) < 0.25 else "left" if x > 0 else "right",
            va="center" if abs(y) < 0.9 else "bottom" if y > 0 else "top",
        )  # fmt: skip


def _draw_sides(ax: Axes, scenario: Scenario, tall: float) -> None:
    """Write the sides in the upper left corner, each in its colour and with its mark."""
    colours = side_colours(scenario)
    left = ax.get_xlim()[0] + 0.06
    for number, (side, colour) in enumerate(colours.items()):
        y = 1.24 - 0.2 / tall * 2.64 * number
        members = sum((scenario.states[key].side or "no side") == side for key in scenario.states)
        ax.plot([left], [y], marker=MARKERS[number % len(MARKERS)], markersize=7, color=colour,
                markeredgecolor=INK, markeredgewidth=0.5)  # fmt: skip
        ax.text(left + 0.07, y, f"{side} ({members})", fontsize=9, color=ink(colour), va="center")


def _draw_key(frame: Frame, kinds: list[int]) -> None:
    """Name the lines under the network."""
    ax = frame.axes(0.15, 0.15, frame.bottom - 0.42, 0.36)
    ax.set_axis_off()
    ax.set_xlim(0, WIDTH - 0.3)
    ax.set_ylim(0, 1)
    x = 0.0
    for kind in kinds:
        ax.plot([x, x + 0.45], [0.5, 0.5], color=LINE, **LINES[kind])
        ax.text(x + 0.53, 0.5, KINDS[kind][0], fontsize=8.5, color=SOFT, va="center")
        x += 0.53 + 0.071 * len(KINDS[kind][0]) + 0.15


def _title(scenario: Scenario, tied: list[Tie]) -> str:
    if not tied:
        return f"{scenario.title}: nobody is bound to anybody"
    pledged = [tie for tie in tied if tie.kind == DEFENCE]
    ends: dict[str, int] = {}
    for tie in pledged or tied:
        for key in {tie.giver} if tie.one_way else {tie.giver, tie.taker}:
            ends[key] = ends.get(key, 0) + 1
    hub = max(ends, key=lambda key: ends[key])
    name = capitalised(state_in_sentence(scenario, hub))
    kind = "pledges of defence" if pledged else "ties"
    if len(pledged or tied) == 1:
        tie = (pledged or tied)[0]
        taker = state_in_sentence(scenario, tie.taker)
        if pledged:
            return f"{name} pledges defence to {taker}; that is the only pledge of defence"
        return f"{name} is tied to {taker}; that is the only tie"
    return (
        f"{name} gives {ends[hub]} of the {len(pledged or tied)} {kind} among "
        f"{len(scenario.states)} states"
    )


def _note(scenario: Scenario, bound: int) -> str:
    return (
        f"{bound} of {count(len(scenario.treaties), 'treaty', 'treaties')} are in force in "
        f"{scenario.start}. A line is the deepest tie of two states, its dash the kind of tie; an "
        "arrow points to the one that is owed, no arrow means both owe. Colour and mark tell the "
        "side; the larger a mark, the greater the capability. "
        "Nothing here is counted over runs, so there is no interval."
    )


def _in_words(scenario: Scenario, tied: list[Tie]) -> str:
    texts = [
        f"{scenario.states[tie.giver].name} {'to' if tie.one_way else 'and'} "
        f"{scenario.states[tie.taker].name}: {KINDS[tie.kind][0]}"
        for tie in tied
    ]
    return (
        f"Ties: {'; '.join(texts)}." if texts else f"States: {listing(list(scenario.states), 30)}."
    )
