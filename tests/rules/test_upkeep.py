"""Upkeep: what integration loses and costs, in closed form."""

from __future__ import annotations

from typing import Any

import pytest

from sim.engines.model import CrisisModel
from sim.files.check import load_scenario
from sim.outcomes.events import StateEnds
from sim.rules import tables as t
from sim.rules.commitments import delay_of
from sim.world.scenario import Scenario

PACT = "treaties.us_japan"
QUIET = {"flashpoints.senkaku.opportunity": 0.0, "events": [], f"{PACT}.integration": 0.8}


def made(changes: dict[str, Any]) -> Scenario:
    return load_scenario("senkaku").set({**QUIET, **changes})


def played(changes: dict[str, Any]) -> CrisisModel:
    model = CrisisModel(made(changes), seed=1)
    model.run_to_end()
    return model


@pytest.mark.parametrize(("upkeep", "left"), [(1.0, 0.8), (0.0, 0.8 * 0.7**4)])
def test_what_is_not_kept_up_is_lost_year_by_year(upkeep: float, left: float) -> None:
    defence = {f"{PACT}.upkeep": upkeep, f"{PACT}.missile_defence": 0.5}
    row = played({**defence, "rules.integration_decay": 0.3}).room.sit.treaties[0]
    assert row[t.INTEGRATION] == pytest.approx(left)
    assert row[t.MISSILE_DEFENCE] == pytest.approx(0.5 * left / 0.8)


def test_each_member_pays_for_what_is_kept_up() -> None:
    model = played({"rules.upkeep_cost": 0.05, f"{PACT}.upkeep": 0.5})
    costs = {e.state: e.cost for e in model.events if isinstance(e, StateEnds)}
    paid = 0.05 * 0.5 * 0.8 * model.case.turns / 12
    assert costs == pytest.approx({"japan": paid, "united_states": paid, "china": 0.0})


def test_an_event_can_end_the_upkeep() -> None:
    cut = {"name": "cut", "why": "a budget", "turn": 24, "set": {f"{PACT}.upkeep": 0.0}}
    row = played({"events": [cut], "rules.integration_decay": 0.3}).room.sit.treaties[0]
    assert row[t.INTEGRATION] == pytest.approx(0.8 * 0.7**2)


def test_a_treaty_that_is_not_in_force_neither_costs_nor_decays() -> None:
    model = played(
        {f"{PACT}.enabled": False, f"{PACT}.upkeep": 0.5, "rules.integration_decay": 0.3}
        | {"rules.upkeep_cost": 0.05}
    )
    assert model.room.sit.treaties[0, t.INTEGRATION] == 0.8
    assert not any(e.cost for e in model.events if isinstance(e, StateEnds))


@pytest.mark.parametrize(
    ("swiftness", "integration", "turns"),
    [(0.0, 1.0, 6), (1.0, 1.0, 0), (0.5, 0.5, 5), (1, 0.0, 6)],
)
def test_those_who_plan_together_are_there_sooner(
    swiftness: float, integration: float, turns: int
) -> None:
    model = CrisisModel(
        made({
            "rules.swiftness": swiftness, f"{PACT}.integration": integration,
            f"{PACT}.delay": 6, f"{PACT}.consultation_delay": 0,
        })
    )  # fmt: skip
    assert delay_of(model.compiled.terms, model.room.sit, 0) == turns
