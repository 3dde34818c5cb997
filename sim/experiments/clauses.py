"""Which clause of a treaty buys what: an arm for each clause, with that clause taken away.

A clause is taken to the value at which it does nothing, or removed where it is one item of a list;
everything else stays. Events that set it anew are held to the same value, or the clause would be
back after a turn. What clauses buy one by one need not add up to what the treaty buys: two of them
may stand in for each other, or work only together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from sim.analysis.words import in_words
from sim.experiments.variants import Variant, known_treaty, steady
from sim.world.paths import with_set
from sim.world.problems import InputError, ScenarioError
from sim.world.scenario import Scenario
from sim.world.treaties import ALL_TARGETS, Treaty

WITHOUT = " without "
"""In the name of an arm, between a treaty and the clause that is taken away."""
Taken = Callable[[str, Any], Any]
"""Path and value of a field -> its value without the clause."""


class Clause(NamedTuple):
    """A clause of a treaty, and what takes it away."""

    name: str
    """For readers: ``trigger``, ``obligation: defence``, ``forward forces``."""
    off: str
    """What becomes of it, in words."""
    paths: tuple[str, ...]
    """Fields it consists of, within the treaty."""
    taken: Taken


def clauses_of(scenario: Scenario, treaty: str) -> tuple[list[Clause], list[str]]:
    """Return the clauses of a treaty that can be taken away, and the names of those it has not."""
    clauses, absent = [], []
    for clause, there in _all(scenario, scenario.treaties[treaty]):
        if there or _set_by_event(scenario, treaty, clause):
            clauses.append(clause)
        else:
            absent.append(clause.name)
    return clauses, absent


def _all(scenario: Scenario, treaty: Treaty) -> Iterator[tuple[Clause, bool]]:
    """Yield every clause, and whether the treaty says anything by it."""

    def to(value: Any) -> Taken:
        return lambda _path, _value: value

    def less(item: str) -> Taken:
        return lambda _path, value: [each for each in value if each != item]

    for obligation in treaty.obligations:
        name = f"obligation: {in_words(obligation)}"
        yield Clause(name, "removed", ("obligations",), less(obligation)), True
    for place in treaty.scope if len(treaty.scope) > 1 else ():
        yield Clause(f"scope: {_place(scenario, place)}", "removed", ("scope",), less(place)), True
    narrow = set(treaty.covers) != set(ALL_TARGETS)
    yield Clause("covers", "every kind of target", ("covers",), to(list(ALL_TARGETS))), narrow
    duty = bool({"defence", "offence", "consultation"} & set(treaty.obligations))
    top = scenario.ladder[-1].key
    yield (
        Clause("trigger", f"out of reach: {in_words(top)}", ("trigger",), to(top)),
        duty and treaty.trigger != top,
    )
    yield (
        Clause(
            "clarity", "set to 0: recognised or not by the toss of a coin", ("clarity",), to(0.0)
        ),
        duty and treaty.clarity.value > 0,
    )
    yield (
        Clause("condition", "none: binding even where the protégé began it", ("conditional",),
               to(False)),
        duty and treaty.conditional,
    )  # fmt: skip
    # an event that lifts the ceiling would give the name of a rung; the top rung is no ceiling
    yield Clause("ceiling", "none", ("ceiling",), to(top)), treaty.ceiling not in (None, top)
    yield Clause("nuclear umbrella", "not extended", ("umbrella",), to(False)), treaty.umbrella
    yield (
        Clause("cost of reneging", "set to 0", ("strength",), to(0.0)),
        treaty.strength.value > 0,
    )
    yield (
        Clause("reliability", "set to 0: surely an opportunist", ("reliability",), to(0.0)),
        treaty.reliability.value > 0,
    )
    yield Clause("delay", "set to 0: help at once", ("delay",), to(0)), treaty.delay.value > 0
    yield (
        Clause("delay by consultation", "set to 0", ("consultation_delay",), to(0)),
        "consultation" in treaty.obligations and treaty.consultation_delay.value > 0,
    )
    yield (
        Clause("forward forces", "none", tuple(f"forward.{place}" for place in treaty.forward),
               to(0.0)),
        any(part.value > 0 for part in treaty.forward.values()),
    )  # fmt: skip
    for field, name in (
        ("stake", "stake of the tripwire"),
        ("integration", "integration"),
        ("missile_defence", "missile defence"),
        ("exposure", "exposure"),
    ):
        yield Clause(name, "set to 0", (field,), to(0.0)), getattr(treaty, field).value > 0
    rules, kept = scenario.rules, treaty.integration.value + treaty.missile_defence.value
    matters = rules.integration_decay.value > 0 or rules.upkeep_cost.value > 0
    yield (
        Clause("upkeep", "set to 0", ("upkeep",), to(0.0)),
        matters and kept > 0 and treaty.upkeep.value > 0,
    )
    supplies = "arms_and_access" in treaty.obligations
    yield Clause("arms", "set to 0", ("arms",), to(0.0)), supplies and treaty.arms.value > 0
    yield Clause("access to bases", "none", ("access",), to({})), supplies and bool(treaty.access)


def _place(scenario: Scenario, key: str) -> str:
    return scenario.flashpoints[key].name if key in scenario.flashpoints else in_words(key)


def _set_by_event(scenario: Scenario, treaty: str, clause: Clause) -> bool:
    paths = {f"treaties.{treaty}.{path}" for path in clause.paths}
    return any(event.enabled and paths & set(event.set) for event in scenario.events)


def clause_arms(base: Scenario, treaty: str) -> tuple[list[Variant], list[str]]:
    """Return the arm without the treaty, then one for each clause; and notes on the others.

    Raises
    ------
    InputError
        If there is no such treaty, or it is switched off, so that its clauses buy nothing.
    """
    option = "--clauses"
    key = known_treaty(base, treaty, option)
    if not base.treaties[key].enabled:
        raise InputError(
            f"{option}: {key} is switched off in {base.name}, so that its clauses do nothing\n"
            f"    give a file that extends it with treaties: {{{key}: {{enabled: true}}}}"
        )
    switch = f"treaties.{key}.enabled"
    arms = [
        Variant(
            f"{key} switched off",
            with_set(base, steady(base, {switch: False}, lambda _path, _value: False)),
            "treaty", f"{option} {key}", ("switched off",),
        )
    ]  # fmt: skip
    clauses, absent = clauses_of(base, key)
    notes = []
    for clause in clauses:
        name = f"{key}{WITHOUT}{clause.name}"
        try:
            scenario = _taken_away(base, key, clause)
        except ScenarioError as error:
            notes.append(f"'{name}' cannot be taken away by itself: {error.problems[0].wrong}")
            continue
        arms.append(Variant(name, scenario, "clause", f"{option} {key}", (clause.off,)))
    if absent:
        notes.append(f"{key} has nothing to take away in: {', '.join(absent)}")
    return arms, notes


def _taken_away(base: Scenario, treaty: str, clause: Clause) -> Scenario:
    plain: Any = base.treaties[treaty].model_dump(by_alias=True)
    changes = {}
    for path in clause.paths:
        field, _, item = path.partition(".")
        value = plain[field][item] if item else plain[field]
        changes[f"treaties.{treaty}.{path}"] = clause.taken(path, value)
    return with_set(base, steady(base, changes, clause.taken))
