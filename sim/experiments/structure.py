"""Hub and spokes against a network: the same ties, laid out in two ways.

The web is the state that owes something to most others (the hub) and those it is tied to (its
partners). The sum of integration over all pairs of the web is kept, and so is that of missile
defence:

- hub: all of it lies between the hub and its partners, the same for each; treaties among partners
  alone are off;
- network: it is spread evenly over all pairs, and every member with forces in reach may come to the
  aid of any other where a treaty of the web owes defence (consultation: a chance, no duty).

Promises of the hub are as they are in both. What differs is the structure alone (hub and spokes:
Cha 2010).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from typing import Any, NamedTuple

from sim.experiments.variants import Variant, steady
from sim.world.paths import with_set
from sim.world.problems import InputError
from sim.world.scenario import Scenario
from sim.world.treaties import Treaty

BONDS = ("integration", "missile_defence")
"""What ties a pair, besides what is owed."""
TREATY = "structure"
"""Begins the keys of the treaties that hold the ties as laid out anew."""


class Web(NamedTuple):
    """Who is tied to whom around one state."""

    hub: str
    partners: tuple[str, ...]
    treaties: tuple[str, ...]
    """Keys of the treaties in use with two members of the web or more."""
    lateral: tuple[str, ...]
    """Those of them among partners alone."""
    sums: dict[str, float]
    """Of each kind of bond, over all pairs of the web."""

    @property
    def members(self) -> tuple[str, ...]:
        """The hub and its partners."""
        return self.hub, *self.partners


def web(scenario: Scenario) -> Web:
    """Return the web of the state that owes something to most others; of several, the strongest.

    Raises
    ------
    InputError
        If nobody is tied to two others.
    """
    latent = scenario.latent()
    used = {
        k: treaty for k, treaty in scenario.treaties.items() if treaty.enabled and k not in latent
    }
    tied: dict[str, dict[str, None]] = {key: {} for key in scenario.states}
    owed: dict[str, set[str]] = {key: set() for key in scenario.states}
    for treaty in used.values():
        for one, other in _bound(treaty):
            tied[one][other] = tied[other][one] = None
            owed[one].add(other)
            if treaty.mutual:
                owed[other].add(one)
    hub = max(owed, key=lambda key: (len(owed[key]), float(scenario.states[key].capability)))
    if len(tied[hub]) < 2:
        raise InputError(
            "--structure: nobody in this scenario is tied to two others\n"
            "    take a scenario with a web of ties: they are laid out anew around one state"
        )
    partners = tuple(tied[hub])
    members = {hub, *partners}
    within = {
        key: treaty
        for key, treaty in used.items()
        if any({one, other} <= members for one, other in _bound(treaty))
    }
    sums = {
        bond: sum(
            max(
                (float(getattr(t, bond)) for t in within.values() if {one, other} <= _members(t)),
                default=0.0,
            )
            for one, other in combinations(sorted(members), 2)
        )
        for bond in BONDS
    }
    lateral = tuple(key for key, treaty in within.items() if hub not in _members(treaty))
    return Web(hub, partners, tuple(within), lateral, sums)


def _members(treaty: Treaty) -> set[str]:
    return {*treaty.guarantors, *treaty.proteges}


def _bound(treaty: Treaty) -> Iterator[tuple[str, str]]:
    """Yield the pairs that a treaty ties: who owes and who is owed, of a mutual one all members.

    A promise not to attack, or to stand aside, ties nobody.
    """
    ties = set(treaty.obligations) - {"non_aggression", "neutrality"}
    if not ties and not any(float(getattr(treaty, bond)) for bond in BONDS):
        return
    if treaty.mutual:
        yield from combinations(sorted(_members(treaty)), 2)
    else:
        yield from product(treaty.guarantors, treaty.proteges)


def structured(base: Scenario, structure: str) -> Variant:
    """Return the arm in which the ties of the web are laid out anew.

    Parameters
    ----------
    structure : str
        ``hub`` or ``network``.
    """
    found = web(base)
    changes: dict[str, Any] = {}
    for key in found.treaties:
        changes |= {f"treaties.{key}.{bond}": 0.0 for bond in BONDS}
        if structure == "hub" and key in found.lateral:
            changes[f"treaties.{key}.enabled"] = False
    changes = steady(base, changes, lambda path, _value: changes[path])
    if structure == "hub":
        each = {bond: total / len(found.partners) for bond, total in found.sums.items()}
        for partner in found.partners:
            changes[f"treaties.{TREATY}_{partner}"] = _treaty(
                f"Ties of {base.states[found.hub].name} with {base.states[partner].name}",
                [found.hub], [partner], [], [], each,
            )  # fmt: skip
    else:
        pairs = len(found.members) * (len(found.members) - 1) / 2
        each = {bond: total / pairs for bond, total in found.sums.items()}
        changes[f"treaties.{TREATY}"] = _treaty(
            f"Network of {base.states[found.hub].name} and its partners",
            [found.hub], list(found.partners), [], [], each,
        )  # fmt: skip
        for place in _defended(base, found):
            able = [key for key in found.partners if key in base.flashpoints[place].distances]
            if found.hub in base.flashpoints[place].distances and able:
                changes[f"treaties.{TREATY}_at_{place}"] = _treaty(
                    f"Network at {base.flashpoints[place].name}",
                    [found.hub], able, ["consultation"], [place], {},
                )  # fmt: skip
    names = ", ".join(base.states[key].name for key in found.partners)
    note = (
        f"the web is {base.states[found.hub].name} with {names}; sums over its pairs are kept: "
        + ", ".join(f"{bond.replace('_', ' ')} {total:g}" for bond, total in found.sums.items())
        + "".join(
            f"; {bond.replace('_', ' ')} of a pair would exceed 1 and is cut off there"
            for bond, value in each.items()
            if value > 1.0
        )
    )
    name = "hub and spokes" if structure == "hub" else "network"
    return Variant(name, with_set(base, changes), "structure", f"--structure {structure}", (note,))


def _defended(base: Scenario, found: Web) -> list[str]:
    """Return the flashpoints at which a treaty of the web owes defence."""
    places = [
        place
        for key in found.treaties
        if "defence" in base.treaties[key].obligations
        for place in base.treaties[key].scope
        if place in base.flashpoints
    ]
    return list(dict.fromkeys(places))


def _treaty(
    name: str, guarantors: list[str], proteges: list[str], obligations: list[str],
    scope: list[str], bonds: dict[str, float],
) -> dict[str, Any]:  # fmt: skip
    return {
        "name": name, "guarantors": guarantors, "proteges": proteges, "mutual": True,
        "obligations": obligations, "scope": scope, "strength": 0.0,
        **{bond: min(1.0, value) for bond, value in bonds.items()},
    }  # fmt: skip
