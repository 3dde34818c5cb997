"""The alliance network of the scenario: states by side, ties by what is owed."""

from __future__ import annotations

from math import cos, pi, sin, sqrt
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch
from matplotlib.path import Path

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
from sim.analysis.ties import DEFENCE, KINDS, Tie, in_force, ties
from sim.analysis.words import capitalised, count, listing, short_names, state_in_sentence
from sim.world.scenario import Scenario

LINES: tuple[dict[str, Any], ...] = (
    {"linewidth": 2.4, "color": "#222222"},
    {"linewidth": 1.5, "color": "#0072B2", "linestyle": (0, (6, 2))},
    {"linewidth": 1.2, "color": "#00795a", "linestyle": (0, (2, 2))},
    {"linewidth": 1.2, "color": "#8a5a00", "linestyle": (0, (5, 2, 1, 2))},
    {"linewidth": 1.1, "color": "#b04a86", "linestyle": (0, (1, 2))},
)
"""How each kind of tie is drawn, in the order of `KINDS`."""


def alliances(results: Results) -> Chart:
    """Draw who is bound to whom at the start."""
    scenario = results.scenario
    bound = [t for t in scenario.treaties.values() if in_force(t, scenario.start)]
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
    for tie in sorted(tied, key=lambda tie: -tie.kind):
        _draw_tie(ax, tie, places, radii)
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


def _draw_tie(
    ax: Axes, tie: Tie, places: dict[str, tuple[float, float]], radii: dict[str, float]
) -> None:
    start, end = places[tie.giver], places[tie.taker]
    middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    apart = sqrt((start[0] - end[0]) ** 2 + (start[1] - end[1]) ** 2) / 2
    # Neighbours are joined by a deep bow, so that it can be told from the circle of states.
    pull = 0.45 + 0.4 * apart
    bend = middle[0] * pull, middle[1] * pull
    path = Path(
        [_towards(start, bend, radii[tie.giver]), bend, _towards(end, bend, radii[tie.taker])],
        [Path.MOVETO, Path.CURVE3, Path.CURVE3],
    )
    line = LINES[tie.kind]
    ax.add_patch(
        FancyArrowPatch(
            path=path,
            arrowstyle="-|>,head_length=5,head_width=2.6" if tie.one_way else "-",
            fill=tie.one_way,
            facecolor=line["color"],
            edgecolor=line["color"],
            linewidth=line["linewidth"],
            linestyle=line.get("linestyle", "-"),
            alpha=0.85,
            zorder=2 + 0.1 * (len(KINDS) - tie.kind),
        )
    )


def _towards(
    here: tuple[float, float], there: tuple[float, float], far: float
) -> tuple[float, float]:
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
        ax.plot([x, x + 0.45], [0.5, 0.5], **LINES[kind])
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
        return f"{name} {'pledges defence to' if pledged else 'is tied to'} {taker}; that is all"
    return (
        f"{name} gives {ends[hub]} of the {len(pledged or tied)} {kind} among "
        f"{len(scenario.states)} states"
    )


def _note(scenario: Scenario, bound: int) -> str:
    return (
        f"{bound} of {count(len(scenario.treaties), 'treaty', 'treaties')} are in force in "
        f"{scenario.start}. A line is the deepest tie of two states; an arrow points to the one "
        "that is owed, no arrow means both owe. The larger a mark, the greater the capability. "
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
