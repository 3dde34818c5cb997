"""Who is bound to whom: the deepest tie of each pair of states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from sim.world.calendar import month_number
from sim.world.scenario import Scenario
from sim.world.treaties import Treaty

Pair = tuple[str, str]

KINDS: tuple[tuple[str, frozenset[str]], ...] = (
    ("defence", frozenset({"defence", "offence"})),
    ("arms and access", frozenset({"arms_and_access"})),
    ("consultation", frozenset({"consultation"})),
    ("exercises, networks", frozenset()),
    ("neutrality or non-aggression", frozenset({"neutrality", "non_aggression"})),
)
"""Kinds of tie with the obligations that make them, from the deepest down."""
DEFENCE = 0


class Tie(NamedTuple):
    """The deepest tie of two states; `one_way` where only the first owes the second."""

    giver: str
    taker: str
    kind: int
    one_way: bool


def ties(scenario: Scenario, treaties: Sequence[Treaty]) -> list[Tie]:
    """Return the deepest tie of each pair of states, in the order of the scenario."""
    owed: dict[tuple[Pair, int], set[Pair]] = {}
    number = {key: i for i, key in enumerate(scenario.states)}
    for treaty in treaties:
        for kind in _kinds(treaty):
            for giver, taker in _owing(treaty):
                ends = (giver, taker) if number[giver] < number[taker] else (taker, giver)
                owed.setdefault((ends, kind), set()).add((giver, taker))
    deepest: dict[Pair, int] = {}
    for pair, kind in owed:
        deepest[pair] = min(kind, deepest.get(pair, kind))
    found = []
    for pair, kind in sorted(deepest.items(), key=lambda item: [number[key] for key in item[0]]):
        ways = owed[pair, kind]
        giver, taker = min(ways, key=lambda way: number[way[0]])
        found.append(Tie(giver, taker, kind, len(ways) == 1))
    return found


def _kinds(treaty: Treaty) -> list[int]:
    duties = set(treaty.obligations)
    found = [i for i, (_, obligations) in enumerate(KINDS) if duties & obligations]
    return found or [next(i for i, (_, obligations) in enumerate(KINDS) if not obligations)]


def _owing(treaty: Treaty) -> Iterator[Pair]:
    if treaty.mutual:
        members = dict.fromkeys([*treaty.guarantors, *treaty.proteges])
        for one, other in combinations(members, 2):
            yield one, other
            yield other, one
    else:
        for giver in treaty.guarantors:
            for taker in treaty.proteges:
                if giver != taker:
                    yield giver, taker


def holding(scenario: Scenario) -> list[Treaty]:
    """Return the treaties that hold at the start."""
    latent = scenario.latent()
    return [
        treaty
        for key, treaty in scenario.treaties.items()
        if key not in latent and in_force(treaty, scenario.start)
    ]


def in_force(treaty: Treaty, month: str) -> bool:
    """Tell whether a treaty is enabled and binds in a month, YYYY-MM."""
    if not treaty.enabled:
        return False
    now = month_number(month) or 0
    first, last = treaty.in_force.from_, treaty.in_force.until
    begun = first is None or (month_number(first) or 0) <= now
    return begun and (last is None or (month_number(last) or 0) >= now)
