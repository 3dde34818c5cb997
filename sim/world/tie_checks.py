"""Checks of ties: who they are between, and that their steps are treaties of both."""

from __future__ import annotations

from collections.abc import Iterator

from sim.world.changeable import Target, target_of
from sim.world.problems import Path, Problem, clean, shown
from sim.world.references import unknowns
from sim.world.scenario import Scenario
from sim.world.ties import Tie


def ties(scenario: Scenario) -> Iterator[Problem]:
    """A tie is between two states; each of its steps is a treaty of both and of no other tie."""
    owners: dict[str, str] = {}
    for key, tie in scenario.ties.items():
        here: Path = ("ties", key)
        yield from unknowns((*here, "members"), tie.members, scenario.states, "state")
        yield from unknowns((*here, "steps"), tie.steps, scenario.treaties, "treaty")
        for number, step in enumerate(tie.steps):
            where: Path = (*here, "steps", number)
            if owners.setdefault(step, key) != key:
                yield Problem(
                    where,
                    f"{shown(step)} is a step of the tie {clean(owners[step])} too",
                    "give each tie its own treaties",
                )
            yield from _of_both(scenario, where, tie, step)
        yield from _depth(tie, (*here, "depth"), tie.depth.value)
    yield from _rules(scenario)
    yield from _events(scenario, owners)


def _of_both(scenario: Scenario, where: Path, tie: Tie, step: str) -> Iterator[Problem]:
    treaty = scenario.treaties.get(step)
    if treaty is None:
        return
    for member in tie.members:
        if member in scenario.states and member not in (*treaty.guarantors, *treaty.proteges):
            yield Problem(
                where,
                f"{shown(member)} is no member of {clean(step)}",
                "name treaties that both members of the tie belong to",
            )


def _depth(tie: Tie, where: Path, depth: float) -> Iterator[Problem]:
    if depth > len(tie.steps):
        most = len(tie.steps)
        yield Problem(where, f"{depth:g} is deeper than its steps", f"write 0 to {most}")


def _rules(scenario: Scenario) -> Iterator[Problem]:
    if scenario.rules.alignment != "endogenous":
        return
    if not scenario.ties:
        yield Problem(
            ("rules", "alignment"),
            "there are no ties that could deepen",
            "give the scenario 'ties', or turn alignment off",
        )
    if scenario.rules.align_every.value < 1:
        yield Problem(
            ("rules", "align_every"),
            "0 months between occasions to deepen ties",
            "write 1 or more, or turn alignment off",
        )


def _events(scenario: Scenario, owners: dict[str, str]) -> Iterator[Problem]:
    """A step is switched by its tie's depth, not by itself."""
    for number, event in enumerate(scenario.events):
        for path, value in event.set.items():
            target = target_of(path)
            if not isinstance(target, Target):
                continue
            here: Path = ("events", number, "set", path)
            if (target.section, target.field) == ("treaties", "enabled") and target.key in owners:
                yield Problem(
                    here,
                    f"{shown(target.key)} is a step of a tie, which says whether it holds",
                    f"set ties.{clean(owners[target.key])}.depth",
                )
            raw = value.get("value") if isinstance(value, dict) else value
            tie = scenario.ties.get(target.key) if target.section == "ties" else None
            if tie is not None and isinstance(raw, int | float):
                yield from _depth(tie, here, raw)
