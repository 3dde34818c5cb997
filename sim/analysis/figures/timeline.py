"""One run's timeline: who did what, and how high on the ladder."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes

from sim.analysis.commands import trace_command
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
from sim.analysis.replay import records_of
from sim.analysis.story import events_of_run, steepest_run
from sim.analysis.words import capitalised, count, month_of, rung_name, short_names
from sim.world.scenario import Scenario

MOST = 36
"""Lines a sheet holds; the lower events are left out."""
ROW, LINE = 0.235, 0.14
"""Height of an event, and of each further line of its text, inches."""
HEAD = 1.05
"""Height of the names of rungs, inches."""
TURN, PLACE, DEED, LADDER = 0.15, 0.8, 3.2, 6.8
"""Where the columns begin, inches."""


def steepest(results: Results) -> Chart:
    """Draw the timeline of the run that climbed highest."""
    run = steepest_run(results)
    records = records_of(results, run)
    events, left_out = events_of_run(results, run, MOST, records)
    extra = f" {count(left_out, 'lesser crisis', 'lesser crises')} left out." if left_out else ""
    if records is None and events:
        extra += " Told from the table of crises, which does not keep the steps between."
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
        In order, with the keys that `sim.analysis.story.events_of_run` says. The lowest are left
        out where there is no room for all.
    more : str, optional
        What else the note should say.
    """
    scenario = results.scenario
    shown = _highest(events)
    lines = [_deed(scenario, event) for event in shown]
    heights = [ROW + LINE * (len(text) - 1) for text in lines] or [ROW]
    tall = sum(heights)
    frame = Frame(
        results,
        _title(results, run, events),
        _note(results, run, len(events) - len(shown), more),
        HEAD + tall,
        runs=1,
        chance="",
    )
    ax = frame.axes(LADDER, 0.8, height=tall)
    _ladder(ax, scenario, tall)
    before: tuple[Any, Any] = (None, None)
    down = 0.0
    for event, text, height in zip(shown, lines, heights, strict=False):
        y = down + height / 2
        before = _line(frame, scenario, event, text, frame.bottom + tall - y, before)
        _mark(ax, scenario, event, y)
        down += height
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
    when = "by turn" if top.get("by") else "in turn"
    return (
        f"Run {run} climbs to {rung_name(results.scenario, top['rung'])} at {place}, {when} "
        f"{top['turn']} ({month_of(results.scenario, top['turn'])})" + _crises(results, run)
    )


def _crises(results: Results, run: int) -> str:
    """Say how many crises a run sees at how many places: all, not those there is room for."""
    row = results.column("run") == run
    counted = [
        int(results.column(f"{key}_crises")[row].sum()) for key in results.scenario.flashpoints
    ]
    places = sum(number > 0 for number in counted)
    if places < 2:
        return ""
    return f"; {count(sum(counted), 'crisis', 'crises')} at {places} flashpoints"


def _note(results: Results, run: int, left_out: int, more: str) -> str:
    sides = ", ".join(side_colours(results.scenario))
    text = (
        f"One run of {count(len(results), 'run')}, told crisis by crisis: it shows what can "
        "happen, not how often, so there is no interval. Colour and mark tell the side of who acts "
        f"({sides}), black what nobody chose to do; a line's length, the rung."
    )
    if left_out:
        text += f" {count(left_out, 'lesser event')} left out."
    full = trace_command(results.manifest, run)
    where = ", in the folder of the results" if " scenario.yaml " in full else ""
    return f"{text}{more}\nIn full: {full}{where}"


def _ladder(ax: Axes, scenario: Scenario, tall: float) -> None:
    rungs = len(scenario.ladder)
    ax.set_xlim(-0.6, rungs - 0.4)
    ax.set_ylim(tall, 0)
    ax.set_yticks([])
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.vlines(range(rungs), 0, tall, color="#eeeeee", linewidth=0.8, zorder=0)
    ax.xaxis.tick_top()
    names = [wrapped(rung_name(scenario, rung), 22, 1) for rung in range(rungs)]
    ax.set_xticks(range(rungs), names, rotation=55, ha="left", fontsize=7.5)
    ax.tick_params(axis="x", length=0, pad=1)


def _deed(scenario: Scenario, event: Mapping[str, Any]) -> list[str]:
    """Return who did what, broken into lines; nothing is cut off."""
    actor = event["actor"]
    name = "" if actor is None else f"{short_names(scenario)[str(actor)]}: "
    text = f"{name}{event['text']}"
    return textwrap.wrap(capitalised(text), 56, break_on_hyphens=False)


def _line(
    frame: Frame,
    scenario: Scenario,
    event: Mapping[str, Any],
    text: list[str],
    y: float,
    before: tuple[Any, Any],
) -> tuple[Any, Any]:
    """Write turn, place and deed; turn and place only where they change."""
    now = event["turn"], event["flashpoint"]
    if now[0] != before[0]:
        frame.write(TURN, y, f"turn {event['turn']}", 8, va="center", weight="bold")
    if now != before:
        place = wrapped(scenario.flashpoints[event["flashpoint"]].name, 44, 2)
        frame.write(PLACE, y, place, 7, va="center", color=SOFT, linespacing=1.0)
    colour = INK if event["actor"] is None else ink(state_colour(scenario, str(event["actor"])))
    frame.write(DEED, y, "\n".join(text), 8, va="center", color=colour, linespacing=1.1)
    return now


def _mark(ax: Axes, scenario: Scenario, event: Mapping[str, Any], y: float) -> None:
    if event["rung"] is None:
        return
    colour, marker = INK, "x"
    if event["actor"] is not None:
        actor = str(event["actor"])
        colour = state_colour(scenario, actor)
        sides = list(side_colours(scenario))
        marker = MARKERS[sides.index(scenario.states[actor].side or "no side") % len(MARKERS)]
    ax.plot([-0.6, event["rung"]], [y, y], color=colour, linewidth=1.4, alpha=0.5)
    ax.plot([event["rung"]], [y], marker=marker, markersize=6, color=colour,
            markeredgecolor=INK, markeredgewidth=1.2 if marker == "x" else 0.4)  # fmt: skip


def _told(scenario: Scenario, event: Mapping[str, Any]) -> str:
    place = scenario.flashpoints[event["flashpoint"]].name
    actor = event["actor"]
    who = "" if actor is None else f", {scenario.states[str(actor)].name}"
    return capitalised(f"turn {event['turn']}, {place}{who}: {event['text']}.")
