"""The page of a scenario, and the seams it names."""

from __future__ import annotations

import json

import pytest

from sim.files.check import load_scenario
from sim.files.describe import describe
from sim.files.packaged import scenario_names
from sim.files.seams import seams


@pytest.fixture
def scenario(case):
    return load_scenario(case)


def kinds(scenario, flashpoint="island"):
    return [seam.kind for seam in seams(scenario) if seam.flashpoint == flashpoint]


CLOSED = {
    "treaties.pact.trigger": "protest",
    "treaties.pact.clarity": 0.9,
    "treaties.pact.obligations": ["defence"],
}


def test_a_treaty_without_seams(scenario):
    assert kinds(scenario) == ["clarity", "trigger", "delay"]
    assert kinds(scenario.set(CLOSED)) == []


@pytest.mark.parametrize(
    ("path", "value", "kind", "words"),
    [
        ("treaties.pact.clarity", 0.5, "clarity", "clarity 0.5"),
        ("treaties.pact.trigger", "major_war", "trigger", "up to limited strike stay below"),
        ("treaties.pact.forward", {}, "forward", "no forces of Patronia"),
        ("treaties.pact.delay", 2, "delay", "2 turns"),
        ("treaties.pact.enabled", False, "off", "switched off"),
        ("treaties.pact.in_force.from", "2024-02", "off", "only from 2024-02"),
        ("treaties.pact.in_force.until", "2023-12", "off", "lapsed after 2023-12"),
        ("treaties.pact.obligations", ["consultation"], "duty", "no defence, only consultation"),
        ("treaties.pact.scope", ["islandia_home"], "scope", "islandia home (major war)"),
        ("treaties.pact.covers", ["armed_forces", "territory"], "target", "public vessels"),
        ("treaties.pact.ceiling", "major_war", "ceiling", "up to major war"),
        ("treaties.pact.umbrella", False, "umbrella", "against Revisia"),
    ],
)
def test_each_seam(scenario, path, value, kind, words):
    found = seams(scenario.set({**CLOSED, path: value}))
    assert [(seam.treaty, seam.kind) for seam in found if seam.kind == kind] == [("pact", kind)]
    assert words in next(seam.text for seam in found if seam.kind == kind)


def test_consultation_takes_time(scenario):
    duties = {"treaties.pact.obligations": ["defence", "consultation"]}
    assert kinds(scenario.set({**CLOSED, **duties})) == ["delay"]


def test_integration_that_is_swift_shortens_the_delay(scenario):
    swift = {**CLOSED, "treaties.pact.delay": 2, "rules.swiftness": 1.0}
    assert kinds(scenario.set({**swift, "treaties.pact.integration": 0.0})) == ["delay"]
    (found,) = seams(scenario.set({**swift, "treaties.pact.integration": 0.5}))
    assert found.text == "help takes 1 turn"
    assert kinds(scenario.set({**swift, "treaties.pact.integration": 1.0})) == []


def test_own_forward_forces_close_that_seam(scenario):
    changes = {**CLOSED, "treaties.pact.forward": {}, "states.patronia.forward": {"island": 0.1}}
    assert kinds(scenario.set(changes)) == []


def test_nobody_bound_to_the_holder(scenario):
    alone = scenario.set({"treaties": {}, "events": []})
    assert kinds(alone) == ["uncovered"]
    assert "Islandia" in seams(alone)[0].text


def test_a_treaty_with_the_challenger_brings_nobody(scenario):
    changes = {
        "treaties.pact.guarantors": ["revisia"],
        "treaties.pact.proteges": ["islandia"],
        "treaties.pact.mutual": True,
    }
    assert kinds(scenario.set(changes)) == ["uncovered"]


def test_figures_are_told_apart_by_what_they_rest_on(case, text):
    case.write_text(
        text.replace("capability: 0.10", "capability: {value: 0.10, source: s}").replace(
            "retaliation: 0.5 ", "retaliation: {value: 0.5, note: guess} "
        ),
        encoding="utf-8",
    )
    figures = describe(load_scenario(case))["figures"]
    assert figures["with_source"] == 1
    assert figures["with_note_only"] == ["states.revisia.retaliation"]
    assert "states.islandia.capability" in figures["without"]
    assert "flashpoints.island.stakes.patronia" in figures["without"]
    assert "moves.water_cannon.slice" in figures["without"]
    assert "events.election.probability" in figures["without"]
    assert "events.declaration.turn" not in figures["without"]
    # lambda is given, the ladder at its default
    given = [key for key in figures["without"] if key.startswith(("rules", "ladder"))]
    assert given == ["rules.lambda"]
    assert figures["given"] == 2 + len(figures["without"])


def test_the_page_as_data(scenario):
    told = describe(scenario)
    assert json.loads(json.dumps(told)) == told
    assert told["time"]["last_month"] == "2025-12"
    assert told["flashpoints"][0]["stakes"] == {"islandia": 0.6, "revisia": 0.5, "patronia": 0.2}
    assert list(told["flashpoints"][0]["stakes"]) == ["islandia", "revisia", "patronia"]
    assert told["treaties"][0]["owing"] == ["patronia"]
    assert told["events"][0]["effects"] == ["treaties.pact.clarity = 0.95"]
    assert told["events"][1]["when"] == "any turn"


@pytest.mark.parametrize("name", scenario_names())
def test_every_packaged_scenario_can_be_told(name):
    told = describe(load_scenario(name))
    assert json.dumps(told, allow_nan=False)
    assert told["seams"]


def test_what_passes_between_crises_is_told_where_it_is_on(scenario):
    told = describe(scenario)
    assert told["signals"] is None
    assert told["arms"] == []
    key = next(iter(scenario.states))
    rival = list(scenario.states)[1]
    changes = {
        "rules.signals": "on", "rules.tie_cost": 0, "rules.arms": "richardson",
        f"states.{key}.arms.reaction": {rival: 0.5},
    }  # fmt: skip
    told = describe(scenario.set(changes))
    assert told["signals"] == {
        "months": 6, "branch": "principal", "menu": {"sink": 0.02, "deploy": 0.1},
    }  # fmt: skip
    assert told["arms"] == [
        {"key": key, "reaction": {rival: 0.5}, "fatigue": 0.0, "grievance": 0.0}
    ]
    json.dumps(told)
