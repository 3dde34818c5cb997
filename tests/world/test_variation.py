"""Fields set again and again come to what `with_set` makes of them, problems included."""

from __future__ import annotations

import pytest

from sim.files.check import load_scenario
from sim.world.paths import with_set
from sim.world.problems import ScenarioError
from sim.world.variation import Variation


@pytest.fixture(scope="module")
def senkaku():
    return load_scenario("senkaku")


CHANGES = [
    {"treaties.us_japan.clarity": 0.3},
    {"treaties.us_japan.clarity": {"value": 0.3, "source": "mine"}},
    {"treaties.us_japan.trigger": "show_of_force", "treaties.us_japan.umbrella": False},
    {"rules.lambda": 12, "rules.cognition": "mirror"},
    {"ladder.blockade.slip": 0.05},
    {"states.china.capability": 0.2, "states.china.types.resolute.stake_factor": 1.5},
    {"flashpoints.senkaku.stakes.japan": 0.9, "flashpoints.senkaku.stakes.china": 1},
    {"states.japan.forward.senkaku": 0.4},
    {"turns": 12},
    {"treaties.us_japan.obligations": ["consultation"]},
    {"states.china.readiness": None},
    {"treaties.us_japan.in_force": {"from": "1960-06", "until": "2025-01"}},
    {"events.us_election.enabled": False},
    {"states.china.capability.source": "a better one"},
    {"treaties.us_japan.note": "for the test"},
]


@pytest.mark.parametrize("changes", CHANGES, ids=lambda changes: ", ".join(changes))
def test_it_agrees_with_setting_one_by_one(senkaku, changes):
    found = Variation(senkaku, list(changes)).at(list(changes.values()))
    assert found == with_set(senkaku, changes)
    assert found != senkaku


@pytest.mark.parametrize(
    "changes",
    [
        {"treaties.us_japan.clarity": 1.5},
        {"treaties.us_japan.clarity": True},
        {"treaties.us_japan.trigger": "show_of_farce"},
        {"rules.lambda": "many"},
        {"treaties.us_japan.guarantors": ["nobody"]},
        {"states.china.types.resolute.prior": 0.9},
        {"turns": 0},
        {"ladder.blockade.slip": -1},
    ],
    ids=str,
)
def test_so_do_the_problems(senkaku, changes):
    with pytest.raises(ScenarioError) as slow:
        with_set(senkaku, changes)
    with pytest.raises(ScenarioError) as fast:
        Variation(senkaku, list(changes)).at(list(changes.values()))
    assert fast.value.problems == slow.value.problems


def test_what_is_wrong_alone_may_be_right_together(senkaku):
    keys = [kind.key for kind in senkaku.states["china"].types]
    paths = [f"states.china.types.{key}.prior" for key in keys]
    share = [1.0] + [0.0] * (len(keys) - 1)
    assert Variation(senkaku, paths).at(share) == with_set(
        senkaku, dict(zip(paths, share, strict=True))
    )
    with pytest.raises(ScenarioError):
        Variation(senkaku, paths[:1]).at([0.123])


def test_a_path_that_leads_nowhere_is_refused(senkaku):
    with pytest.raises(ScenarioError, match="us_japan"):
        Variation(senkaku, ["treaties.us_japn.clarity"])


def test_the_scenario_stays_as_it_was(senkaku):
    before = senkaku.model_copy(deep=True)
    Variation(senkaku, ["flashpoints.senkaku.stakes.japan"]).at([0.123])
    assert senkaku == before
