"""Any field by name, changed and checked as in a file."""

from __future__ import annotations

import pytest

from sim.world.paths import find, with_set
from sim.world.plain import plain
from sim.world.problems import Problem, ScenarioError
from sim.world.validation import examine


@pytest.fixture
def scenario(data):
    return examine(data)[0]


SET = {
    "turns": 12,
    "title": "Another",
    "start": "2024-02",
    "rules.lambda": 5,
    "rules.cognition": "mirror",
    "ladder.blockade.slip": 0.2,
    "ladder.4.slip": 0.2,
    "states.revisia.capability": 0.3,
    "states.revisia.capability.value": 0.3,
    "states.revisia.precision": 7,
    "states.revisia.highest_rung": "major_war",
    "states.revisia.types.resolute.cost_sensitivity": 0.5,
    "states.revisia.position": [1, 2],
    "flashpoints.island.stakes.patronia": 0.3,
    "flashpoints.island.opportunity": {"revisia": 0.3},
    "treaties.pact.obligations.1": "arms_and_access",
    "treaties.pact.scope": ["island"],
    "treaties.pact.trigger": "show_of_force",
    "treaties.pact.in_force.until": "2030-01",
    "treaties.pact.forward": {"island": 0.2},
    "treaties.pact.access.island": 100,
    "events.election.probability": 0.5,
    "events.1.probability": 0.5,
    "events.declaration.set.treaties.pact.clarity": 0.7,
    "events.declaration.scale.states.revisia.capability": 2,
    "moves.water_cannon.who": [],
    "moves.ram": {"rung": "grey_zone", "slice": 0.1},
}


@pytest.mark.parametrize("path", SET)
def test_set_and_found_again(scenario, path):
    if path == "turns":
        scenario = scenario.set({"events": []})
    changed = with_set(scenario, {path: SET[path]})
    assert changed != scenario
    node = plain(changed)
    for token in find(node, path):
        node = node[token]
    value = node["value"] if isinstance(node, dict) and "value" in node else node
    if not isinstance(SET[path], dict):
        assert value == SET[path]
    assert examine(plain(changed)) == (changed, [])


def test_value_and_source_are_replaced(scenario):
    sourced = with_set(
        scenario, {"states.revisia.capability": {"value": 0.2, "source": "s", "year": 2020}}
    )
    assert sourced.states["revisia"].capability.source == "s"
    figure = with_set(sourced, {"states.revisia.capability": 0.3}).states["revisia"].capability
    assert (figure.value, figure.source, figure.year) == (0.3, "--set", None)


def test_the_source_alone(scenario):
    changed = with_set(scenario, {"states.revisia.capability.source": "s"})
    figure = changed.states["revisia"].capability
    assert (figure.value, figure.source) == (0.1, "s")


def test_numbers_inside_what_is_set_have_the_source_too(scenario):
    changed = with_set(
        scenario,
        {
            "treaties.pact.forward": {"island": 0.2},
            "moves.ram": {
                "rung": "grey_zone",
                "slice": {"value": 0.1, "source": "own"},
                "weight": 2,
            },
            "states.revisia.types": [{"key": "only", "prior": 1, "cost_sensitivity": 1}],
            "turns": 30,
        },
    )
    assert changed.treaties["pact"].forward["island"].source == "--set"
    assert changed.moves["ram"].slice.source == "own"
    assert changed.moves["ram"].weight.source == "--set"
    assert changed.states["revisia"].types[0].prior.source == "--set"
    assert changed.turns == 30


def test_changes_are_checked_together(scenario):
    with pytest.raises(ScenarioError, match="sum to"):
        with_set(scenario, {"states.revisia.types.resolute.prior": 0.5})
    changed = with_set(
        scenario,
        {"states.revisia.types.resolute.prior": 0.5, "states.revisia.types.irresolute.prior": 0.5},
    )
    assert [row.prior.value for row in changed.states["revisia"].types] == [0.5, 0.5]


def test_none_removes(scenario):
    changed = with_set(scenario, {"states.islandia.highest_rung": None, "moves.water_cannon": None})
    assert changed.states["islandia"].highest_rung is None
    assert not changed.moves
    assert with_set(scenario, {"treaties.pact.ceiling": None}) == scenario
    with pytest.raises(ScenarioError, match="cannot be removed"):
        with_set(scenario, {"treaties.pakt": None})
    with pytest.raises(ScenarioError, match=r"states\.revisia\.capability: is missing"):
        with_set(scenario, {"states.revisia.capability": None})


NOWHERE = [
    ("treatis.pact.clarity", "treaties"),
    ("treaties.pakt.clarity", "pact"),
    ("treaties.pact.clarty", "clarity"),
    ("treaties.pact.clarity.x", None),
    ("treaties.pact.clarity.value.x", None),
    ("treaties.pact.in_force.untl", "until"),
    ("states.revisia.types.resolut.prior", "resolute"),
    ("states.revisia.types.5.prior", None),
    ("states.revisia.types.-1.prior", None),
    ("ladder.blokade.slip", "blockade"),
    ("ladder.99.slip", None),
    ("events.elections.enabled", "election"),
    ("events.7.enabled", None),
    ("flashpoints.island.opportunity.revisia", None),
    ("rules.precision", None),
    ("turns.x", None),
    ("title.x", None),
    ("lambda", None),
    ("", None),
    (".", None),
    ("treaties.", None),
    ("states..capability", None),
    ("territories.x", None),
]


@pytest.mark.parametrize(("path", "guess"), NOWHERE)
def test_paths_that_lead_nowhere(scenario, path, guess):
    problem = find(plain(scenario), path)
    assert isinstance(problem, Problem)
    assert problem.suggestion == guess
    assert "there is no" in problem.wrong
    with pytest.raises(ScenarioError, match="there is no") as error:
        with_set(scenario, {path: 1})
    assert path in str(error.value)


WRONG = [
    ("treaties.pact.trigger", "blokade", "unknown rung 'blokade'"),
    ("treaties.pact.clarity", 2, "2 is out of range"),
    ("treaties.pact.clarity", "high", "'high' is not a number"),
    ("flashpoints.island.stakes.revisa", 0.1, "unknown state 'revisa'"),
    ("flashpoints.island.holder", "revisia", "cannot challenge itself"),
    ("turns", 3, "turn 6 is after the last"),
    ("treaties.pact", None, "unknown treaty 'pact'"),
    ("events.declaration.set.treaties.pact.clarty", 1, "cannot change in a run"),
]


@pytest.mark.parametrize(("path", "value", "wrong"), WRONG)
def test_checked_as_a_file_would_be(scenario, path, value, wrong):
    with pytest.raises(ScenarioError, match=wrong):
        with_set(scenario, {path: value})


def test_all_bad_paths_are_named(scenario):
    with pytest.raises(ScenarioError) as error:
        with_set(scenario, {"treaties.pakt.clarity": 1, "states.revisa.capability": 1})
    assert [p.suggestion for p in error.value.problems] == ["pact", "revisia"]


def test_methods_of_a_scenario(scenario):
    assert scenario.set({"treaties.pact.clarity": 0.1}).treaties["pact"].clarity.value == 0.1
    assert scenario.set(turns=30, title="T").turns == 30
    assert scenario.set() == scenario
    without = scenario.without("pact")
    assert not without.treaties["pact"].enabled
    assert without.with_("pact") == scenario
    assert scenario.treaties["pact"].enabled


@pytest.mark.parametrize("switch", ["with_", "without"])
def test_a_treaty_that_is_not_there(scenario, switch):
    with pytest.raises(ScenarioError, match="unknown treaty 'pakt'") as error:
        getattr(scenario, switch)("pakt")
    assert error.value.problems[0].suggestion == "pact"


def test_plain_data_reads_back_equal(scenario):
    assert examine(plain(scenario)) == (scenario, [])
    assert plain(scenario)["turns"] == 24
    assert plain(scenario)["rules"]["lambda"] == 25
    assert "source" not in plain(scenario)["treaties"]["pact"]
