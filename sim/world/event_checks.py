"""Checks of events: that they can happen, once at most at a time, and change what can change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from sim.world.calendar import month_number, turn_of
from sim.world.changeable import KEYED_BY, RUNGS, Target, new_value, target_of
from sim.world.events import Event
from sim.world.figures import OF_THE_VALUE, Part
from sim.world.problems import Path, Problem, shown
from sim.world.references import named, rung_keys, unknown, unknowns
from sim.world.scenario import Scenario


def event_names(scenario: Scenario) -> Iterator[Problem]:
    """Names of events are unique, and `after` leads back to an event that can come first."""
    named_events: dict[str, Event] = {}
    for number, event in enumerate(scenario.events):
        if event.name is None:
            continue
        here: Path = ("events", number, "name")
        yield from named(here, event.name)
        if event.name in named_events:
            yield Problem(here, f"{shown(event.name)} is used twice", "give each its own name")
        named_events.setdefault(event.name, event)
    for number, event in enumerate(scenario.events):
        if event.after is None:
            continue
        here = ("events", number, "after")
        yield from unknown(here, event.after, named_events, "event")
        if _waits_for_itself(event, named_events):
            yield Problem(here, "the event waits for itself", "name an earlier event")


def _waits_for_itself(event: Event, named_events: dict[str, Event]) -> bool:
    seen: list[str] = []
    following: Event | None = event
    while following is not None and following.after is not None:
        if following.after == event.name:
            return True
        if following.after in seen:
            return False
        seen.append(following.after)
        following = named_events.get(following.after)
    return False


def event_dates(scenario: Scenario) -> Iterator[Problem]:
    """An event has a time or a chance, not two times, and lies in the run unless it is disabled."""
    last = scenario.turns - 1
    for number, event in enumerate(scenario.events):
        here: Path = ("events", number)
        if not _timed(event):
            yield Problem(
                here,
                "nothing says when the event happens",
                "give it a turn, a date or a probability per month; turn: 0 is the first turn",
            )
        if event.turn is not None and event.date is not None:
            yield Problem((*here, "date"), "both turn and date are given", "keep one of them")
        if event.turn is not None and event.turn.value > last and event.enabled:
            yield Problem(
                (*here, "turn"),
                f"turn {event.turn.value:g} is after the last",
                f"write a turn from 0 to {last}",
            )
        if event.date is None or None in (month_number(event.date), month_number(scenario.start)):
            continue
        turn = turn_of(event.date, scenario.start, scenario.turn_length)
        if turn < 0 or (turn > last and event.enabled):
            when = "before the start" if turn < 0 else "after the end"
            yield Problem(
                (*here, "date"),
                f"{event.date} is {when} of the run",
                f"the run is {scenario.turns} turns ({scenario.turn_length}) from {scenario.start}",
            )


def _timed(event: Event) -> bool:
    """Tell whether an event has a time, a chance per month or an event to wait for.

    A certain event without a time would happen in the first turn, which is hardly meant.
    """
    if event.turn is not None or event.date is not None or event.after is not None:
        return True
    certain = event.probability.value == 1.0 and not event.repeats
    return "probability" in event.model_fields_set and not certain


def event_effects(scenario: Scenario) -> Iterator[Problem]:
    """An event does something, to things that exist and with values their fields allow."""
    rungs = rung_keys(scenario)
    for number, event in enumerate(scenario.events):
        here: Path = ("events", number)
        if not (event.set or event.scale or event.redraw or event.accident or event.exercise):
            yield Problem(
                here, "the event does nothing", "give it set, scale, redraw, accident or exercise"
            )
        yield from unknowns((*here, "redraw"), event.redraw, scenario.states, "state")
        yield from unknowns((*here, "exercise"), event.exercise, scenario.treaties, "treaty")
        for place, rung in event.accident.items():
            where: Path = (*here, "accident", place)
            yield from unknown(where, place, scenario.flashpoints, "flashpoint")
            yield from unknown(where, rung, rungs, "rung")
        for path, value in event.set.items():
            yield from _set(scenario, (*here, "set", path), path, value)
        for path in event.scale:
            yield from _scale(scenario, (*here, "scale", path), path)


def _addressed(scenario: Scenario, here: Path, path: str) -> Iterator[Problem | Target]:
    """Yield what a path addresses, or the problems with it."""
    target = target_of(path)
    if isinstance(target, Problem):
        yield Problem(here, target.wrong, target.right, target.suggestion, of_key=True)
        return
    kinds = {"states": "state", "flashpoints": "flashpoint", "treaties": "treaty", "ties": "tie"}
    entries = getattr(scenario, target.section)
    faults = list(unknown(here, target.key, entries, kinds[target.section]))
    others = KEYED_BY.get((target.section, target.field))
    if others and target.item is not None:
        faults += unknown(here, target.item, getattr(scenario, others), kinds[others])
    if faults:
        yield from faults
    else:
        yield target


def _set(scenario: Scenario, here: Path, path: str, value: Any) -> Iterator[Problem]:
    for target in _addressed(scenario, here, path):
        if isinstance(target, Problem):
            yield target
            continue
        entry: Part = getattr(scenario, target.section)[target.key]
        wrong = _refused(entry, target, value)
        if wrong:
            yield Problem(here, wrong, "give a value the field takes in the file")
        elif (target.section, target.field) in RUNGS and value is not None:
            yield from unknown(here, value, rung_keys(scenario), "rung")


def _refused(entry: Part, target: Target, value: Any) -> str:
    """Return why a field does not take a value; empty if it does."""
    if target.item is None and isinstance(value, dict) and "value" not in value:
        return "a mapping where one value is expected"
    try:
        new_value(entry, target, value)
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        if wrong["type"] == "extra_forbidden":
            return f"unknown key {shown(wrong['loc'][-1])} in the figure"
        if wrong["type"] in OF_THE_VALUE and isinstance(value, dict):
            value = value["value"]
        return f"{shown(value)} is refused: {wrong['msg'][0].lower()}{wrong['msg'][1:]}"
    return ""


def _scale(scenario: Scenario, here: Path, path: str) -> Iterator[Problem]:
    for target in _addressed(scenario, here, path):
        if isinstance(target, Problem):
            yield target
            continue
        if not target.numeric:
            yield Problem(
                here, f"{shown(target.field)} is no number to scale", "use set instead of scale"
            )
            continue
        value = getattr(getattr(scenario, target.section)[target.key], target.field)
        if target.item is not None and target.item not in value:
            yield Problem(here, "there is nothing to scale", "use set, or give it in the scenario")
