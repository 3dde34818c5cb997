"""Whether the parts of a scenario fit together: names that exist, sums and dates that add up.

Pydantic checks each field alone; here is what only the whole can tell. Each check is a generator
over one kind of part; a new rule is a new generator in `CHECKS`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice

from sim.world.event_checks import event_dates, event_effects, event_names
from sim.world.problems import Path, Problem, clean, shown
from sim.world.references import duplicates, named, rung_keys, unknown, unknowns
from sim.world.scenario import Scenario
from sim.world.sum_checks import forward_shares, ladder, months, positions, priors
from sim.world.tie_checks import ties
from sim.world.treaties import Treaty

LIMITS: dict[str, int] = {
    "states": 62,
    "flashpoints": 32,
    "treaties": 128,
    "ties": 64,
    "events": 256,
    "moves": 128,
    "territories": 128,
    "ladder": 20,
}
"""Section -> how many entries it may have."""

_MOST = 1000


def consistency(scenario: Scenario, broken: Collection[Path] = ()) -> list[Problem]:
    """Check that the parts of a scenario fit together.

    Parameters
    ----------
    scenario : Scenario
        Valid field by field.
    broken : collection of path
        Fields known to be wrong, for which the scenario holds stand-ins: checks that would
        measure other fields against these are left out.

    Returns
    -------
    list of Problem
        Empty if all fits; at most a thousand.
    """
    found: list[Problem] = []
    for check in CHECKS:
        found += islice(check(scenario), _MOST - len(found))
    if not any((field,) in broken for field in ("turns", "start", "turn_length")):
        found += islice(event_dates(scenario), _MOST - len(found))
    return found


def _keys(scenario: Scenario) -> Iterator[Problem]:
    """Names are written one way, and a scope can tell territories from flashpoints."""
    for section in ("states", "flashpoints", "treaties", "ties", "moves"):
        for key in getattr(scenario, section):
            yield from named((section, key), key)
    for number, key in enumerate(scenario.territories):
        here: Path = ("territories", number)
        yield from named(here, key)
        if key in scenario.flashpoints:
            yield Problem(
                here,
                f"{shown(key)} is a flashpoint too",
                "rename one: a scope has to say which is meant",
            )
    yield from duplicates(("territories",), scenario.territories)


def _rules(scenario: Scenario) -> Iterator[Problem]:
    yield from unknown(
        ("rules", "from_rest"), scenario.rules.from_rest, rung_keys(scenario), "rung"
    )
    counts = {len(state.types) for state in scenario.states.values()}
    if scenario.rules.cognition == "mirror" and len(counts) > 1:
        yield Problem(
            ("rules", "cognition"),
            "mirror needs the same number of types in every state",
            "give all states as many types, or choose bayes or myopic",
        )
    rules = scenario.rules
    if rules.signals == "on":
        if rules.signal_every.value < 1:
            yield Problem(
                ("rules", "signal_every"),
                "0 months between occasions to signal",
                "write 1 or more, or turn signals off",
            )
        if not any(x.value for x in (rules.sink_cost, rules.tie_cost, rules.deploy_share)):
            yield Problem(
                ("rules", "signals"),
                "there is nothing to signal with: sink_cost, tie_cost and deploy_share are 0",
                "give one of them, or turn signals off",
            )
    if rules.arms == "richardson" and all(
        not state.arms.reaction and not state.arms.fatigue.value and not state.arms.grievance.value
        for state in scenario.states.values()
    ):
        yield Problem(
            ("rules", "arms"),
            "no state has a reaction, fatigue or grievance to arm by",
            "give a state 'arms', or turn arms off",
        )


def _states(scenario: Scenario) -> Iterator[Problem]:
    for key, state in scenario.states.items():
        here: Path = ("states", key)
        if state.highest_rung is not None:
            yield from unknown(
                (*here, "highest_rung"), state.highest_rung, rung_keys(scenario), "rung"
            )
        for rival in state.arms.reaction:
            yield from unknown((*here, "arms", "reaction", rival), rival, scenario.states, "state")
            if rival == key:
                yield Problem(
                    (*here, "arms", "reaction", rival),
                    f"{shown(key)} is no rival of itself",
                    "name another state; its own capability wears it down by 'fatigue'",
                    of_key=True,
                )
        for place in state.forward:
            yield from unknown((*here, "forward", place), place, scenario.flashpoints, "flashpoint")


def _moves(scenario: Scenario) -> Iterator[Problem]:
    for key, move in scenario.moves.items():
        here: Path = ("moves", key)
        yield from unknown((*here, "rung"), move.rung, rung_keys(scenario), "rung")
        yield from unknowns((*here, "who"), move.who, scenario.states, "state")
        yield from unknowns((*here, "where"), move.where, scenario.flashpoints, "flashpoint")


def _flashpoints(scenario: Scenario) -> Iterator[Problem]:
    """Who holds, who challenges, and that both care and can be reached."""
    for key, place in scenario.flashpoints.items():
        here: Path = ("flashpoints", key)
        yield from unknown((*here, "holder"), place.holder, scenario.states, "state")
        yield from unknowns((*here, "challengers"), place.challengers, scenario.states, "state")
        for field in ("stakes", "distances"):
            for name in getattr(place, field):
                yield from unknown((*here, field, name), name, scenario.states, "state")
        if place.holder in place.challengers:
            yield Problem(
                (*here, "challengers", place.challengers.index(place.holder)),
                f"{shown(place.holder)} holds the flashpoint and cannot challenge itself",
                "take it out of the challengers or name another holder",
            )
        for name in dict.fromkeys((place.holder, *place.challengers)):
            if name in scenario.states and name not in place.stakes:
                role = "the holder" if name == place.holder else "a challenger"
                yield Problem(
                    (*here, "stakes", name),
                    "is missing",
                    f"add it: {role} needs a stake, from 0 to 1",
                )
        yield from _opportunity(scenario, key)
        yield from _distances(scenario, key)
        for territory, rung in place.touches.items():
            reached: Path = (*here, "touches", territory)
            yield from unknown(reached, territory, scenario.territories, "territory")
            yield from unknown(reached, rung, rung_keys(scenario), "rung")


def _opportunity(scenario: Scenario, key: str) -> Iterator[Problem]:
    place = scenario.flashpoints[key]
    if not isinstance(place.opportunity, dict):
        return
    here: Path = ("flashpoints", key, "opportunity")
    for name in place.opportunity:
        # The holder too: having lost a part, it may challenge to recover it.
        yield from unknown((*here, name), name, (*place.challengers, place.holder), "challenger")
    for name in dict.fromkeys(place.challengers):
        if name in scenario.states and name not in place.opportunity:
            yield Problem((*here, name), "is missing", "add it, or give one chance for all")


def _distances(scenario: Scenario, key: str) -> Iterator[Problem]:
    place = scenario.flashpoints[key]
    roles = {place.holder: "the holder"}
    for name in place.challengers:
        roles.setdefault(name, "a challenger")
    for treaty_key, treaty in scenario.treaties.items():
        if covers(treaty, key, place.touches):
            for name in owing(treaty):
                roles.setdefault(name, f"a guarantor under {clean(treaty_key)}")
    for name, role in roles.items():
        if name in scenario.states and name not in place.distances:
            yield Problem(
                ("flashpoints", key, "distances", name),
                "is missing",
                f"add it: {role} needs one, in km from its nearest usable base",
            )


def covers(treaty: Treaty, flashpoint: str, touches: Iterable[str] = ()) -> bool:
    """Tell whether a treaty's scope takes in a flashpoint, or a territory a fight there touches."""
    return flashpoint in treaty.scope or any(place in treaty.scope for place in touches)


def owing(treaty: Treaty) -> tuple[str, ...]:
    """Return the states that owe something under a treaty: under a mutual one, all its members."""
    members = (*treaty.guarantors, *treaty.proteges) if treaty.mutual else treaty.guarantors
    return tuple(dict.fromkeys(members))


def _treaties(scenario: Scenario) -> Iterator[Problem]:
    """Who owes whom, where, and from which rung."""
    places = (*scenario.flashpoints, *scenario.territories)
    for key, treaty in scenario.treaties.items():
        here: Path = ("treaties", key)
        yield from unknowns((*here, "guarantors"), treaty.guarantors, scenario.states, "state")
        yield from unknowns((*here, "proteges"), treaty.proteges, scenario.states, "state")
        yield from unknowns((*here, "scope"), treaty.scope, places, "flashpoint or territory")
        yield from duplicates((*here, "obligations"), treaty.obligations)
        yield from duplicates((*here, "covers"), treaty.covers)
        yield from unknown((*here, "trigger"), treaty.trigger, rung_keys(scenario), "rung")
        if treaty.ceiling is not None:
            yield from unknown((*here, "ceiling"), treaty.ceiling, rung_keys(scenario), "rung")
        for field in ("forward", "access"):
            for place in getattr(treaty, field):
                yield from unknown((*here, field, place), place, scenario.flashpoints, "flashpoint")
        yield from _members(here, treaty)


def _members(here: Path, treaty: Treaty) -> Iterator[Problem]:
    if treaty.mutual:
        if len({*treaty.guarantors, *treaty.proteges}) < 2:
            yield Problem(
                (*here, "proteges"), "the treaty has one member", "name at least two states"
            )
        return
    for number, name in enumerate(treaty.proteges):
        if name in treaty.guarantors:
            yield Problem(
                (*here, "proteges", number),
                f"{shown(name)} is guarantor and protégé",
                "take it out of one of the lists, or write mutual: true",
            )


CHECKS: tuple[Callable[[Scenario], Iterator[Problem]], ...] = (
    _keys,
    months,
    ladder,
    _rules,
    priors,
    _states,
    positions,
    _moves,
    _flashpoints,
    _treaties,
    ties,
    forward_shares,
    event_names,
    event_effects,
)
