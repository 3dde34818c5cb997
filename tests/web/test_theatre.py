"""The theatre: where things stand, and what is taken down turn by turn."""

from __future__ import annotations

from itertools import combinations

import pytest

from sim.engines.model import CrisisModel
from sim.files.check import load_scenario
from sim.outcomes.events import RungReached
from sim.web.theatre import ROOM, TALL, WIDE, Recorder, layout
from tests.rules.test_alignment import SCRIPT, courting
from tests.rules.test_turn import busy


@pytest.mark.parametrize("name", ["indo_pacific_2024", "senkaku", "world"])
def test_everything_has_a_place_of_its_own(name: str) -> None:
    scenario = load_scenario(name)
    found = layout(scenario)
    keys = {*scenario.states, *(f"place:{key}" for key in scenario.flashpoints)}
    for kind in ("circle", "map"):
        spots = found[kind]
        if spots is None:
            assert any(state.position is None for state in scenario.states.values())
            continue
        assert set(spots) == keys
        assert all(0 < x < WIDE and 0 < y < TALL for x, y in spots.values())
        assert len(set(spots.values())) == len(keys)


def test_the_map_keeps_who_lies_where_and_leaves_room_for_names() -> None:
    spots = layout(load_scenario("indo_pacific_2024"))["map"]
    for west, east in (("ukraine", "china"), ("china", "japan"), ("india", "philippines")):
        assert spots[west][0] < spots[east][0]
    for north, south in (("russia", "ukraine"), ("japan", "taiwan"), ("taiwan", "australia")):
        assert spots[north][1] < spots[south][1]
    for (x1, y1), (x2, y2) in combinations(spots.values(), 2):
        assert abs(x1 - x2) > 0.9 * ROOM[0] or abs(y1 - y2) > 0.9 * ROOM[1]


def test_frames_show_what_the_log_says() -> None:
    model = CrisisModel(busy(), seed=3)
    recorder = Recorder(model)
    while model.running:
        model.step()
        recorder.take()
    assert len(recorder.frames) == model.case.turns
    reached = {(r.turn, r.flashpoint): r for r in model.events if isinstance(r, RungReached)}
    hot = 0
    for turn, frame in enumerate(recorder.frames):
        for key, place in frame["places"].items():
            record = reached.get((turn, key))
            assert place["rung"] == (None if record is None else model.words.rung(record.rung))
            assert bool(place["sides"]) == (record is not None)
            hot += record is not None
            if record is not None:
                assert set(place["sides"].values()) == {"challenger", "holder"}
    assert hot > 5
    assert recorder.frames[-1]["places"]["isle"]["control"] == round(model.control()["isle"], 3)
    assert any(
        len(place["sides"]) > 2 for frame in recorder.frames for place in frame["places"].values()
    ), "who came is shown"


def test_ties_are_shown_as_they_change() -> None:
    model = CrisisModel(courting({"rules.alignment": "scripted"}, events=SCRIPT), seed=1)
    recorder = Recorder(model)
    while model.running:
        model.step()
        recorder.take()
    changed = [turn for turn, frame in enumerate(recorder.frames) if frame["ties"] is not None]
    assert changed == [3]
    assert recorder.frames[3]["ties"] == [["hold", "guard", 1, False]]
