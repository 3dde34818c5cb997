"""Where commitments leave room: the seams a challenger looks for.

A seam is a place where a treaty that covers a flashpoint would not, or not at once, bring the
guarantor: Schelling's (1966) salami tactics and the grey zone below the trigger, the fait
accompli before help arrives, the promise that reads two ways.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sim.world.calendar import month_number
from sim.world.consistency import covers, owing
from sim.world.flashpoints import Flashpoint
from sim.world.scenario import Scenario
from sim.world.treaties import ALL_TARGETS, Treaty

PLAIN = 0.7
"""Clarity below which a text is said to read vaguely."""


class Seam(NamedTuple):
    """A gap in what covers a flashpoint; `treaty` is None where nothing covers it."""

    flashpoint: str
    treaty: str | None
    kind: str
    text: str


def seams(scenario: Scenario) -> list[Seam]:
    """Return the seams of every flashpoint, in the order of the file."""
    return [seam for key in scenario.flashpoints for seam in _of_flashpoint(scenario, key)]


def _of_flashpoint(scenario: Scenario, key: str) -> Iterator[Seam]:
    place = scenario.flashpoints[key]
    latent = scenario.latent()
    protecting = {
        name: treaty
        for name, treaty in scenario.treaties.items()
        if name not in latent and covers(treaty, key, place.touches) and _protects(treaty, place)
    }
    if not protecting:
        holder = scenario.states[place.holder].name
        yield Seam(key, None, "uncovered", f"no treaty brings anyone to the side of {holder}")
    for name, treaty in protecting.items():
        for kind, text in _of_treaty(scenario, key, treaty):
            yield Seam(key, name, kind, text)


def _protects(treaty: Treaty, place: Flashpoint) -> bool:
    """Tell whether a treaty can bring anyone to the holder but those who might challenge it."""
    if not {"defence", "consultation", "arms_and_access"} & set(treaty.obligations):
        return False
    owed = {*treaty.proteges, *(treaty.guarantors if treaty.mutual else ())}
    return place.holder in owed and any(
        name not in (place.holder, *place.challengers) for name in owing(treaty)
    )


def _of_treaty(scenario: Scenario, key: str, treaty: Treaty) -> Iterator[tuple[str, str]]:
    place = scenario.flashpoints[key]
    rungs = [rung.key for rung in scenario.ladder]
    names = {rung.key: in_words(rung.key) for rung in scenario.ladder}
    yield from _validity(scenario, treaty)
    if "defence" not in treaty.obligations:
        owed = ", ".join(in_words(duty) for duty in treaty.obligations)
        yield "duty", f"owes no defence, only {owed}"
    if key not in treaty.scope:
        reached = [
            f"{in_words(t)} ({names[r]})" for t, r in place.touches.items() if t in treaty.scope
        ]
        yield "scope", f"applies only once a fight reaches {' or '.join(reached)}"
    if treaty.clarity.value < PLAIN:
        yield "clarity", f"reads vaguely: clarity {treaty.clarity.value:g}"
    trigger = rungs.index(treaty.trigger)
    violent = [number for number, rung in enumerate(scenario.ladder) if rung.violent]
    if trigger > 0 and trigger >= min(violent, default=len(rungs)):
        low = names[rungs[trigger - 1]]
        yield "trigger", f"acts up to {low} stay below its trigger, {names[treaty.trigger]}"
    spared = [in_words(target) for target in ALL_TARGETS if target not in treaty.covers]
    if spared:
        yield "target", f"leaves out attacks on {', '.join(spared)}"
    if "defence" not in treaty.obligations:
        return
    yield from _presence(scenario, key, treaty)
    if treaty.ceiling is not None and treaty.ceiling != rungs[-1]:
        yield "ceiling", f"pledges help up to {names[treaty.ceiling]}"
    armed = [n for n in place.challengers if scenario.states[n].retaliation.value > 0]
    if armed and not treaty.umbrella:
        yield "umbrella", f"extends no nuclear umbrella against {_named(scenario, armed)}"


def _validity(scenario: Scenario, treaty: Treaty) -> Iterator[tuple[str, str]]:
    if not treaty.enabled:
        yield "off", "is switched off"
    start = month_number(scenario.start) or 0
    first, last = treaty.in_force.from_, treaty.in_force.until
    if first is not None and (month_number(first) or 0) > start:
        yield "off", f"is in force only from {first}"
    if last is not None and (month_number(last) or 0) < start:
        yield "off", f"lapsed after {last}"


def _presence(scenario: Scenario, key: str, treaty: Treaty) -> Iterator[tuple[str, str]]:
    """Say who has no forces there, and how long help takes."""
    holder = scenario.flashpoints[key].holder
    stationed = treaty.forward.get(key)
    absent = [
        name
        for name in owing(treaty)
        if name != holder
        and not (stationed and stationed.value)
        and not (key in scenario.states[name].forward and scenario.states[name].forward[key].value)
    ]
    if absent:
        yield "forward", f"no forces of {_named(scenario, absent)} are there"
    # as `sim/rules/commitments.py: delay_of` counts it
    saved = scenario.rules.swiftness.value * treaty.integration.value
    turns = int(treaty.delay.value * (1.0 - saved) + 0.5)
    if "consultation" in treaty.obligations:
        turns += treaty.consultation_delay.value
    if turns:
        yield "delay", f"help takes {turns:g} turn{'' if turns == 1 else 's'}"


def _named(scenario: Scenario, keys: list[str]) -> str:
    return ", ".join(scenario.states[key].name for key in keys)


def in_words(key: str) -> str:
    """Write a key as words: show_of_force becomes show of force."""
    return key.replace("_", " ")
