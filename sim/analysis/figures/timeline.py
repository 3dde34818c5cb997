"""One run's timeline: who did what, and how high on the ladder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes

from sim.analysis.figures.style import (
    INK,
    MARKERS,
    SOFT,
    Chart,
    Frame,
    ink,
    side_colours,
    state_colour,
    wrapped,
)
from sim.analysis.frames import Results
from sim.analysis.story import events_of_run, steepest_run
from sim.analysis.words import capitalised, count, month_of, rung_name, short_names
from sim.world.scenario import Scenario

MOST = 36
"""Lines a sheet holds; the lower events are left out."""
ROW = 0.235
"""Height of a line, inches."""
HEAD = 1.05
"""Height of the names of rungs, inches."""
TURN, PLACE, DEED, LADDER = 0.15, 0.8, 3.2, 6.8
"""Where the columns begin, inches."""


def steepest(results: Results) -> Chart:
    """Draw the timeline of the run that climbed highest."""
    run = steepest_run(results)
    events, left_out = events_of_run(results, run, MOST)
    extra = f" {count(left_out, 'lesser crisis', 'lesser crises')} left out." if left_out else ""
    return timeline(results, run, events, extra)


def timeline(
    results: Results, run: int, events: Sequence[Mapping[str, Any]], more: str = ""
) -> Chart:
    """Draw one run's timeline.

    Parameters
    ----------
    results : Results
        Gives the scenario, the seed and the versions.
    run : int
        Number of the run.
    events : sequence of mapping
        In order; keys turn (int), flashpoint and actor (keys of the scenario), text, and rung
        (index on the ladder; None where the act stands on no rung). The lowest are left out
        where there is no room for all.
    more : str, optional
        What else the note should say.
    """
    scenario = results.scenario
    shown = _highest(events)
    frame = Frame(
        results,
        _title(results, run, events),
        _note(results, run, len(events) - len(shown)) + more,
        HEAD + ROW * max(1, len(shown)),
        runs=1,
        chance="",
    )
    rows = max(1, len(shown))
    ax = frame.axes(LADDER, 0.8, height=ROW * rows)
    _ladder(ax, scenario, rows)
    before: tuple[Any, Any] = (None, None)
    for number, event in enumerate(shown):
        y = frame.bottom + ROW * (rows - number - 0.5)
        before = _line(frame, scenario, event, y, before)
        _mark(ax, scenario, event, number)
    if not shown:
        none = "nothing happens" if results.crises is not None else "no table of crises was kept"
        frame.write(PLACE, frame.bottom + ROW / 2, none, 9, va="center", color=SOFT)
    return frame.chart(" ".join(_told(scenario, event) for event in shown) or "Nothing happens.")


def _highest(events: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Keep the highest events where there are too many, in their order."""
    if len(events) <= MOST:
        return list(events)
    order = sorted(
        range(len(events)),
        key=lambda i: (-1 if events[i]["rung"] is None else -events[i]["rung"] - 2, i),
    )
    return [events[i] for i in sorted(order[:MOST])]


def _title(results: Results, run: int, events: Sequence[Mapping[str, Any]]) -> str:
    rungs = [event for event in events if event["rung"] is not None]
    if not rungs and results.crises is None:
        highest = rung_name(results.scenario, results.column("highest_rung").max())
        return f"Run {run} climbs highest, to {highest}; how was not kept"
    if not rungs:
        return f"Run {run} stays quiet for {count(results.turns, 'turn')}"
    top = max(rungs, key=lambda event: int(event["rung"]))
    place = results.scenario.flashpoints[top["flashpoint"]].name
    places = len({event["flashpoint"] for event in rungs})
    return (
        f"Run {run} climbs to {rung_name(results.scenario, top['rung'])} at {place}, in turn "
        f"{top['turn']} ({month_of(results.scenario, top['turn'])})"
        + (f"; {places} flashpoints see a crisis" if places > 1 else "")
    )


def _note(results: Results, run: int, left_out: int) -> str:
    sides = ", ".join(side_colours(results.scenario))
    text = (
        f"One run of {count(len(results), 'run')}, told crisis by crisis: it shows what can "
        "happen, not how often, so there is no interval. Colour and mark tell the side of who acts "
        f"({sides}); a line's length, the rung. deter trace --run {run} tells it in full."
    )
    return text + (f" {count(left_out, 'lesser event')} left out." if left_out else "")


def _ladder(ax: Axes, scenario: Scenario, rows: int) -> None:
    rungs = len(scenario.ladder)
    ax.set_xlim(-0.6, rungs - 0.4)
    ax.set_ylim(rows - 0.5, -0.5)
    ax.set_yticks([])
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.vlines(range(rungs), -0.5, rows - 0.5, color="#eeeeee", linewidth=0.8, zorder=0)
    ax.xaxis.tick_top()
    names = [wrapped(rung_name(scenario, rung), 22, 1) for rung in range(rungs)]
    ax.set_xticks(range(rungs), names, rotation=55, ha="left", fontsize=7.5)
    ax.tick_params(axis="x", length=0, pad=1)


def _line(
    frame: Frame, scenario: Scenario, event: Mapping[str, Any], y: float, before: tuple[Any, Any]
) -> tuple[Any, Any]:
    """Write turn, place and deed; turn and place only where they change."""
    now = event["turn"], event["flashpoint"]
    if now[0] != before[0]:
        frame.write(TURN, y, f"turn {event['turn']}", 8, va="center", weight="bold")
    if now != before:
        place = wrapped(scenario.flashpoints[event["flashpoint"]].name, 44, 1)
        frame.write(PLACE, y, place, 7, va="center", color=SOFT)
    actor = str(event["actor"])
    name = short_names(scenario)[actor]
    colour = ink(state_colour(scenario, actor))
    text = wrapped(f"{name}: {event['text']}", 60, 1)
    frame.write(DEED, y, text, 8, va="center", color=colour)
    return now


def _mark(ax: Axes, scenario: Scenario, event: Mapping[str, Any], row: int) -> None:
    if event["rung"] is None:
        return
    actor = str(event["actor"])
    colour = state_colour(scenario, actor)
    sides = list(side_colours(scenario))
    marker = MARKERS[sides.index(scenario.states[actor].side or "no side") % len(MARKERS)]
    ax.plot([-0.6, event["rung"]], [row, row], color=colour, linewidth=1.4, alpha=0.5)
    ax.plot([event["rung"]], [row], marker=marker, markersize=6, color=colour,
            markeredgecolor=INK, markeredgewidth=0.4)  # fmt: skip


def _told(scenario: Scenario, event: Mapping[str, Any]) -> str:
    place = scenario.flashpoints[event["flashpoint"]].name
    return capitalised(
        f"turn {event['turn']}, {place}, {scenario.states[event['actor']].name}: {event['text']}."
    )
