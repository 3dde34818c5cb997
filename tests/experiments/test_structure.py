"""The same ties as a hub's and as a network's: sums are kept, only the layout differs."""

from __future__ import annotations

from itertools import combinations

import pytest

from sim.experiments.structure import BONDS, structured, web
from sim.experiments.variants import checked
from sim.files.check import load_scenario
from sim.world.problems import InputError
from sim.world.scenario import Scenario

NAMES = ("indo_pacific_2024", "second_thomas_shoal", "taiwan_strait", "july_1914")


def bond(scenario: Scenario, kind: str, one: str, other: str) -> float:
    """Return how closely two states are tied: the best of the treaties in use with both."""
    return max(
        (
            float(getattr(treaty, kind))
            for key, treaty in scenario.treaties.items()
            if treaty.enabled
            and key not in scenario.latent()
            and {one, other} <= {*treaty.guarantors, *treaty.proteges}
        ),
        default=0.0,
    )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", BONDS)
def test_sums_over_pairs_are_kept(name: str, kind: str) -> None:
    base = load_scenario(name)
    found = web(base)
    hub, network = (structured(base, layout).scenario for layout in ("hub", "network"))
    pairs = list(combinations(found.members, 2))
    total = sum(bond(base, kind, *pair) for pair in pairs)
    assert found.sums[kind] == pytest.approx(total)
    each = {bond(network, kind, *pair) for pair in pairs}
    assert len(each) == 1
    assert sum(bond(network, kind, *pair) for pair in pairs) == pytest.approx(total)
    for one, other in pairs:
        tied = bond(hub, kind, one, other)
        assert tied == pytest.approx(
            total / len(found.partners) if found.hub in (one, other) else 0.0
        )


def test_the_hub_of_the_indo_pacific() -> None:
    found = web(load_scenario("indo_pacific_2024"))
    assert found.hub == "united_states"
    assert {"japan", "south_korea", "philippines", "australia"} <= set(found.partners)
    # a promise not to attack ties nobody
    assert not {"china", "russia", "north_korea"} & set(found.partners)
    assert "japan_australia" in found.lateral


def test_promises_of_the_hub_are_as_they_were() -> None:
    base = load_scenario("indo_pacific_2024")
    for layout in ("hub", "network"):
        made = structured(base, layout).scenario
        for key, treaty in base.treaties.items():
            other = made.treaties[key]
            if "united_states" in treaty.guarantors:
                assert other.enabled == treaty.enabled
            for field in ("obligations", "strength", "trigger", "scope", "clarity", "guarantors"):
                assert getattr(other, field) == getattr(treaty, field)


def test_only_in_a_network_may_partners_come_to_each_other() -> None:
    base = load_scenario("indo_pacific_2024")
    hub, network = (structured(base, layout).scenario for layout in ("hub", "network"))
    assert "structure_at_korean_dmz" in network.treaties
    made = network.treaties["structure_at_korean_dmz"]
    assert made.obligations == ("consultation",)
    assert "japan" in made.proteges
    assert float(made.strength) == 0.0
    assert not any(key.startswith("structure_at") for key in hub.treaties)
    assert not hub.treaties["japan_australia"].enabled


def test_events_do_not_undo_what_is_laid_out() -> None:
    base = load_scenario("indo_pacific_2024")
    for event in structured(base, "network").scenario.events:
        for path, value in event.set.items():
            if path.endswith((".integration", ".missile_defence")):
                assert float(getattr(value, "value", value)) == 0.0


def test_both_arms_can_be_compared() -> None:
    base = load_scenario("second_thomas_shoal")
    arms, notes = checked(base, [structured(base, "hub"), structured(base, "network")])
    assert [arm.name for arm in arms] == ["hub and spokes", "network"]
    assert notes == []
    assert all("the web is United States with" in arm.notes[0] for arm in arms)


def test_a_scenario_without_a_web_is_refused() -> None:
    with pytest.raises(InputError, match="tied to two others"):
        structured(load_scenario("senkaku"), "hub")
