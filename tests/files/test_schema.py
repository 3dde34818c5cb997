"""The JSON Schema takes what the program takes."""

from __future__ import annotations

import copy

import pytest
from jsonschema import Draft202012Validator

from sim.files.check import load_scenario
from sim.files.packaged import find_scenario, scenario_names
from sim.files.reader import read
from sim.files.schema import scenario_schema
from sim.files.tree import bare
from sim.world.plain import plain

VALIDATOR = Draft202012Validator(scenario_schema())


def test_it_is_a_schema():
    Draft202012Validator.check_schema(scenario_schema())


def test_the_template_fits(data):
    VALIDATOR.validate(data)


@pytest.mark.parametrize("name", scenario_names())
def test_packaged_scenarios_fit_as_written_and_as_resolved(name):
    tree, _ = read(find_scenario(name))
    VALIDATOR.validate(bare(tree))
    VALIDATOR.validate(plain(load_scenario(name)))


def test_a_figure_is_a_number_or_a_mapping(data):
    state = data["states"]["revisia"]
    for good in (
        0,
        0.5,
        1000,
        {"value": 1},
        {"value": 1, "source": "s", "year": 2024, "note": "n"},
    ):
        state["capability"] = good
        VALIDATOR.validate(data)
    for bad in ("1", -1, 1001, True, None, {"source": "s"}, {"value": -1}, {"value": 1, "x": 2}):
        state["capability"] = bad
        assert not VALIDATOR.is_valid(data), bad


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.update(schema=2),
        lambda data: data.update(unknown=1),
        lambda data: data.pop("turns"),
        lambda data: data.update(ladder="defalt"),
        lambda data: data["states"].update({"Bad Name": data["states"]["revisia"]}),
        lambda data: data["treaties"]["pact"].update(obligations=["defense"]),
        lambda data: data["flashpoints"]["island"].update(challengers=[]),
        lambda data: data["flashpoints"]["island"]["stakes"].update(revisia=2),
        lambda data: data["events"][0].pop("why"),
    ],
)
def test_what_does_not_fit(data, change):
    change(data)
    assert not VALIDATOR.is_valid(data)


def test_opportunity_for_all_or_by_challenger(data):
    place = data["flashpoints"]["island"]
    for good in (0.1, {"value": 0.1, "source": "s"}, {"revisia": 0.1}, {"revisia": {"value": 0.1}}):
        place["opportunity"] = good
        VALIDATOR.validate(data)
    place["opportunity"] = {"revisia": 2}
    assert not VALIDATOR.is_valid(data)


def test_a_file_that_extends_gives_only_what_it_changes(data):
    VALIDATOR.validate({"extends": "senkaku"})
    VALIDATOR.validate(
        {
            "extends": "base.yaml",
            "name": "child",
            "states": {"revisia": None, "islandia": {"capability": 0.1, "precision": None}},
            "treaties": {"pact": {"in_force": {"until": "2025-01"}, "clarity": 0.1}},
            "rules": {"lambda": 5},
        }
    )
    assert not VALIDATOR.is_valid({"extends": "base.yaml", "states": {"a": {"capabilty": 1}}})
    assert not VALIDATOR.is_valid({"extends": "base.yaml", "states": {"a": {"capability": -1}}})
    assert not VALIDATOR.is_valid({"extends": "base.yaml", "events": [{"turn": 1}]})
    whole = copy.deepcopy(data)
    whole["extends"] = "base.yaml"
    VALIDATOR.validate(whole)
