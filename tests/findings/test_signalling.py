"""Fearon's signals (1997) in whole runs: what tying hands and sinking costs do to the chance of war.

The special case of `sim.evidence.theory.t04_signals`, with two dozen types on each side.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.evidence.theory.t04_signals import scenario
from sim.experiments.arms import Arm, column, difference
from sim.rules import tables as t
from sim.world.scenario import Scenario

P, C_D, C_C = 0.5, 0.2, 0.3
MOST = 24
RUNS = 1500


def types(kappa: float) -> list[dict[str, Any]]:
    return [
        {
            "key": f"v{i}", "prior": 1.0 / MOST, "stake_factor": (i + 0.5) / MOST,
            "cost_sensitivity": kappa,
        }
        for i in range(MOST)
    ]  # fmt: skip


def signalling(branch: str = "informative", **menu: float) -> Scenario:
    """The game in which the holder has one signal, at an amount m."""
    kappa = C_D / (1.0 - P)
    return scenario(P, C_D, C_C, branch).set({
        "rules.lambda": 60.0, "states.holder.types": types(kappa),
        "states.challenger.types": types(C_C / P),
        "rules.sink_cost": menu.get("sink", 0.0) / kappa,
        "rules.tie_cost": menu.get("tie", 0.0) / 0.5,
    })  # fmt: skip


@pytest.fixture(scope="module")
def arms() -> dict[str, Arm]:
    return {
        "tie": Arm(signalling(tie=0.15)),
        "sink": Arm(signalling(sink=0.2)),
        "nobody sinks": Arm(signalling("principal", sink=0.2)),
    }


def sent(arm: Arm) -> float:
    """Return how likely the holder's types are to send the signal."""
    return float(np.mean(arm.play(RUNS)._player.room.solution.signal_prob[1, :MOST]))


def test_tying_hands_rather_than_sinking_costs_makes_war_likelier(arms: dict[str, Arm]) -> None:
    # who is resisted must press on, and war is decided at once
    found = difference(arms["sink"], arms["tie"], column("limited_conflicts"), RUNS)
    assert found.low > 0.0, found


def test_who_ties_its_hands_does_better_for_it(arms: dict[str, Arm]) -> None:
    def worth(arm: Arm) -> float:
        solution = arm.play(RUNS)._player.room.solution
        value, chance = solution.signal_value[:2, :MOST], solution.signal_prob[:2, :MOST]
        return float((value * chance).sum(0).mean())

    assert worth(arms["tie"]) > worth(arms["sink"]) + 0.05


def test_sinking_deters_on_the_informative_branch_alone(arms: dict[str, Arm]) -> None:
    assert sent(arms["sink"]) > 0.4
    assert sent(arms["nobody sinks"]) < 0.01
    found = difference(arms["nobody sinks"], arms["sink"], column("challenges"), RUNS)
    assert found.high < 0.0, found


def test_tying_is_the_same_on_both_branches(arms: dict[str, Arm]) -> None:
    other = Arm(signalling("principal", tie=0.15)).play(1)
    one = arms["tie"].play(RUNS)
    for table in ("signal_prob", "signal_value"):
        found = [getattr(arm._player.room.solution, table)[:2, :MOST] for arm in (one, other)]
        assert found[0] == pytest.approx(found[1], abs=1e-3)
    assert other._player.room.sit.cursor[t.FAILURES] == 0
