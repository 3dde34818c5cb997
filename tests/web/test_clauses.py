"""What can be changed on a page, and the address that holds it."""

from __future__ import annotations

import pytest

from sim.files.check import load_scenario
from sim.web.clauses import LONGEST, MOST, address, changed, groups, needed, settings_of
from sim.world.problems import InputError

NAMES = ("senkaku", "indo_pacific_2024", "cuba_1962", "world")


@pytest.mark.parametrize("name", NAMES)
def test_every_control_leads_to_a_field_and_shows_its_value(name: str) -> None:
    scenario = load_scenario(name)
    controls = [c for group in groups(scenario, scenario) for c in group.controls]
    assert len({c.path for c in controls}) == len(controls)
    assert not any(c.changed for c in controls)
    # what is shown is what is there: setting it changes nothing
    same = changed(scenario, [f"{c.path}={c.original}" for c in controls])
    assert [c.value for group in groups(scenario, same) for c in group.controls] == [
        c.original for c in controls
    ]
    assert needed(scenario, [(c.path, c.original) for c in controls]) == []


def test_each_control_can_be_moved() -> None:
    scenario = load_scenario("senkaku")
    kinds = set()
    for control in (c for group in groups(scenario, scenario) for c in group.controls):
        if control.kind == "choice":
            value = next(key for key, _ in control.options if key != control.original)
        elif control.kind == "switch":
            value = "false" if control.original == "true" else "true"
        else:
            low = float(control.original) > control.low
            value = f"{control.low if low else control.high:g}"
        now = changed(scenario, [f"{control.path}={value}"])
        moved = {c.path: c for group in groups(scenario, now) for c in group.controls}
        assert moved[control.path].changed, control.path
        kinds.add(control.kind)
    assert kinds == {"choice", "switch", "slider"}


def test_a_change_is_shown_beside_what_was() -> None:
    scenario = load_scenario("senkaku")
    now = changed(scenario, ["treaties.us_japan.trigger=blockade", "rules.lambda=12.5"])
    controls = {c.path: c for group in groups(scenario, now) for c in group.controls}
    trigger = controls["treaties.us_japan.trigger"]
    assert (trigger.value, trigger.original, trigger.changed) == (
        "blockade", scenario.treaties["us_japan"].trigger, True,
    )  # fmt: skip
    assert controls["rules.lambda"].value == "12.5"
    assert [g.title for g in groups(scenario, now) if g.changed] == [
        scenario.treaties["us_japan"].name, "Rules",
    ]  # fmt: skip


def test_an_address_holds_what_differs_and_nothing_else() -> None:
    scenario = load_scenario("senkaku")
    clarity = f"{float(scenario.treaties['us_japan'].clarity):g}"
    pairs = needed(
        scenario,
        [
            ("treaties.us_japan.clarity", clarity), ("treaties.us_japan.trigger", "blockade"),
            ("runs", "50"),
        ],
    )  # fmt: skip
    assert address("senkaku", pairs, "many") == (
        "/scenarios/senkaku/many?treaties.us_japan.trigger=blockade&runs=50"
    )
    assert settings_of(pairs) == ["treaties.us_japan.trigger=blockade"]


def test_addresses_are_bounded() -> None:
    with pytest.raises(InputError, match="letters"):
        settings_of([("a", "b" * LONGEST)])
    with pytest.raises(InputError, match="changes"):
        settings_of([(f"a{i}", "1") for i in range(MOST + 1)])


def test_a_wrong_change_says_what_is_wrong() -> None:
    with pytest.raises(InputError, match="trigger"):
        changed(load_scenario("senkaku"), ["treaties.us_japan.trigger=sabotage"])
