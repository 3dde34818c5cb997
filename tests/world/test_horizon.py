"""Playing fewer turns than a scenario says."""

from __future__ import annotations

from sim.files.check import load_scenario
from sim.files.write import scenario_yaml
from sim.world.horizon import with_turns


def test_what_is_dated_later_is_out_of_reach(tmp_path) -> None:
    whole = load_scenario("senkaku")
    dated = [event.enabled for event in whole.events]
    short = with_turns(whole, 5)
    assert short.turns == 5
    assert [event.enabled for event in short.events] != dated
    assert len(short.events) == len(dated)
    file = tmp_path / "short.yaml"
    file.write_text(scenario_yaml(short), encoding="utf-8")
    assert load_scenario(file) == short
    assert with_turns(whole, whole.turns) == whole
    assert with_turns(whole, whole.turns + 1).events == whole.events


def test_the_last_turn_is_within_reach() -> None:
    case = load_scenario("senkaku")
    turn = {"turn": 7, "accident": {"senkaku": "grey_zone"}, "why": "for this test"}
    made = case.set(events=[turn])
    assert with_turns(made, 8).events[0].enabled
    assert not with_turns(made, 7).events[0].enabled
