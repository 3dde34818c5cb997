"""Orders given beforehand: sheets, phases of a turn, standing in for the absent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from sim.engines.model import CrisisModel
from sim.engines.seats import Decision
from sim.files.check import load_scenario
from sim.rules import tables as t
from sim.web.rooms import debrief
from sim.web.rooms.orders import CHOICES, OTHERWISE, Order, line_for, lines_of, settled
from sim.web.rooms.room import HOT, Member, Refused, Room
from sim.web.rooms.routes import standing
from sim.world.scenario import Scenario
from tests.web.test_rooms import (
    SEED,
    answer,
    client,
    hidden_changed,
    joined,
    lively,
    seat_all,
)  # fmt: skip

__all__ = ["client"]
PLACES = ("isle", "reef")


def sealed(folder: Path, scenario: Scenario | None = None, seconds: int = 0) -> Room:
    return Room.opened(folder, "SEALED", scenario or lively(), SEED, seconds, 0.0, "sealed")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    one = sealed(tmp_path)
    yield one
    one.close()


def here(room: Room) -> tuple[int, str]:
    return room.game.turn, room.sheets.phase


def whole_sheet(room: Room, seat: str, number: int = 1) -> dict[str, Any]:
    """Fill in every line that is shown."""
    return {
        line["key"]: {"choice": line["choices"][number % len(line["choices"])], "reason": "so"}
        for line in room.sheets.lines(room.scenario, seat, room.at_once)
    }


# --- sheets ------------------------------------------------------------------------------------------


def decisions(scenario: Scenario) -> list[Decision]:
    model = CrisisModel(scenario, seed=SEED, explain=True)
    model.run_to_end()
    return [taken.decision for taken in model.decisions]


@pytest.mark.parametrize("signals", ["off", "on"])
def test_every_decision_falls_under_a_line_that_can_settle_it(signals: str) -> None:
    scenario = lively().set({"rules.signals": signals, "rules.signal_every": 2})
    rungs = [rung.key for rung in scenario.ladder]
    kinds = set()
    for decision in decisions(scenario):
        line = next(
            one for one in lines_of(scenario, decision.actor) if one.key == line_for(decision)
        )
        kinds.add(line.kind)
        reached = {
            settled({line.key: Order(choice)}, decision, rungs) for choice in line.choices
        } - {None}
        assert len(reached) >= min(2, len(decision.options)), (line, decision)
        for option, _ in reached:  # type: ignore[misc]
            assert decision.pick(option) is not None
        assert settled({}, decision, rungs) is None
    assert kinds >= {"move", "answer", "join", "press"}
    assert ("signal" in kinds) == (signals == "on")


def test_an_order_holds_up_to_its_rung() -> None:
    scenario = lively()
    rungs = [rung.key for rung in scenario.ladder]
    tried = set()
    for decision in decisions(scenario):
        if decision.kind not in OTHERWISE or decision.view.rung in (None, rungs[0]):
            continue
        stands = rungs.index(str(decision.view.rung))
        firm = CHOICES[decision.kind][0 if decision.kind != "answer" else 1]
        for bound, held in ((stands, True), (stands - 1, False)):
            order = Order(firm, up_to=rungs[bound])
            found = settled({line_for(decision): order}, decision, rungs)
            assert found is not None
            soft = found[0] in ("yield", "stand_aside", "leave", "back_down")
            assert soft is not held, (decision.kind, found)
        tried.add(decision.kind)
    assert tried == set(OTHERWISE)


def test_moves_are_ordered_by_their_rung() -> None:
    scenario = lively()
    rungs = [rung.key for rung in scenario.ladder]
    asked = [d for d in decisions(scenario) if d.kind == "act" and d.view.turns == 0]
    assert asked
    for decision in asked:
        for option in decision.options[1:]:
            sheet = {line_for(decision): Order(str(option.rung))}
            found = settled(sheet, decision, rungs)
            assert found is not None
            assert {o.key: o.rung for o in decision.options}[found[0]] == option.rung


def test_a_move_with_a_name_can_be_ordered() -> None:
    scenario = load_scenario("senkaku")
    lines = {line.key: line for line in lines_of(scenario, "china")}
    assert "islet_seizure" in lines["move senkaku"].choices
    rungs = [rung.key for rung in scenario.ladder]
    asked = next(d for d in decisions(scenario) if d.kind == "act")
    found = settled({"move senkaku": Order("islet_seizure")}, asked, rungs)
    assert found is not None
    assert found[0] == "islet_seizure"
    japan = {line.key: line for line in lines_of(scenario, "japan")}
    assert "islet_seizure" not in japan["move senkaku"].choices


# --- all at once ---------------------------------------------------------------------------------------


def test_what_one_writes_no_other_sees_before_the_phase_closes(room: Room) -> None:
    members = seat_all(room)
    room.go_on(1)
    played = 0
    while not room.game.over:
        at = here(room)
        for member in list(members.values())[:-1]:
            others = [m for m in (*members.values(), "teacher", "screen") if m != member]

            def told(who: Any) -> dict[str, Any]:
                apart = ("version", "ready")
                return {k: v for k, v in standing(room, who).items() if k not in apart}

            before = [told(who) for who in others]
            sheet = whole_sheet(room, member.seat, played)
            room.order(member, sheet, at, says=f"{member.seat} will", expects="the worst")
            assert [told(who) for who in others] == before
            assert here(room) == at
        last = list(members.values())[-1]
        room.order(last, whole_sheet(room, last.seat), at)
        assert here(room) != at, "once all are done the phase closes"
        played += 1
    told_all = json.dumps(standing(room, "screen"))
    assert "hold will" in told_all
    rows = debrief.revealed(room.game)["choices"]
    own = [row for row in rows if row["by"].startswith("who plays")]
    assert len(own) > 5
    assert {(row["reason"], row["expects"]) for row in own} >= {("so", "the worst")}


def test_no_seat_of_a_sealed_room_is_told_what_it_may_not_see(room: Room) -> None:
    members = seat_all(room)
    looked = 0
    while not room.game.over:
        for who in (*members.values(), "screen"):
            seat = who.seat if isinstance(who, Member) else None
            told = standing(room, who)
            model = room.game.model
            kept = [table.copy() for table in model.room.sit], list(model.events)
            hidden_changed(room, seat)
            assert standing(room, who) == told
            for table, was in zip(model.room.sit, kept[0], strict=True):
                table[...] = was
            model.events[:] = kept[1]
            assert told.get("asked") is None
            looked += 1
        room.close_phase()
    assert looked > 20


def test_a_sealed_room_without_orders_plays_what_the_model_plays(room: Room) -> None:
    seat_all(room)
    while not room.game.over:
        room.go_on(3)
    alone = CrisisModel(lively(), seed=SEED, run=0)
    alone.run_to_end()
    assert room.game.model.events == alone.events


def test_orders_that_stand_are_played_turn_after_turn(room: Room) -> None:
    members = seat_all(room)
    room.close_phase()
    assert room.sheets.phase == "act"
    yields = {f"answer {place}": {"choice": "yield", "reason": "not worth it"} for place in PLACES}
    room.order(members["hold"], yields, here(room))
    turns = 0
    while not room.game.over:
        room.go_on(1)
        turns += 1
    answers = [c for c in room.choices if c.actor == "hold" and c.kind == "answer"]
    assert answers
    assert {(c.option, c.reason) for c in answers} == {("yield", "not worth it")}
    assert turns >= 12


@pytest.mark.parametrize("upkeep", [0.0, 0.2])
def test_a_killed_server_takes_a_sealed_room_up_in_any_phase(tmp_path: Path, upkeep: float) -> None:
    room = sealed(tmp_path, lively().set({"rules.integration_decay": upkeep}))
    members = seat_all(room)
    room.go_on(1)
    phases = set()
    while not room.game.over:
        at = here(room)
        for number, member in enumerate(members.values()):
            again = Room(room.file, 0.0)
            for who in (*members.values(), "teacher", "screen"):
                now, then = standing(room, who), standing(again, who)
                assert {**now, "version": 0} == {**then, "version": 0}
            again.close()
            phases.add(room.sheets.phase)
            room.order(member, whole_sheet(room, member.seat, number), at, says="mark my words")
    assert phases == {"signal", "act", *(["upkeep"] if upkeep else [])}
    room.close()


def test_rewinding_leads_back_to_where_the_turn_began(room: Room) -> None:
    members = seat_all(room)
    while room.game.turn < 4:
        room.go_on(1)
    for member in members.values():
        room.order(member, {}, here(room), says=f"turn {room.game.turn}")
    turn, events = room.game.turn, list(room.game.model.events)
    room.rewind()
    back = room.game.turn
    assert back in (turn - 1, turn)
    assert room.sheets.phase == "signal"
    assert room.game.model.events == [e for e in events if e.turn < back]
    assert all(one.turn < back for one in room.sheets.said)


def test_a_treaty_is_kept_up_as_well_as_the_least_willing_pays(tmp_path: Path) -> None:
    room = sealed(tmp_path, lively().set({"rules.integration_decay": 0.5}))
    treaty = next(k for k, x in room.scenario.treaties.items() if x.enabled)
    members = seat_all(room)
    while room.sheets.phase != "upkeep":
        room.close_phase()
    parties = [*room.scenario.treaties[treaty].guarantors, *room.scenario.treaties[treaty].proteges]
    assert treaty in room.upkeeps(parties[0])
    stranger = next((k for k in members if k not in parties), None)
    if stranger is not None:
        with pytest.raises(Refused, match="no upkeep"):
            room.order(members[stranger], {}, here(room), pays={treaty: 0.5})
    room.order(members[parties[0]], {}, here(room), pays={treaty: 0.75})
    room.order(members[parties[1]], {}, here(room), pays={treaty: 0.25})
    room.close_phase()
    room.go_on(1)
    number = room.game.model.compiled.treaties.index(treaty)
    assert room.game.model.room.sit.treaties[number, t.UPKEEP] == 0.25
    assert "25% of its upkeep" in json.dumps(standing(room, "screen"))
    room.close()


def test_time_closes_a_phase(tmp_path: Path) -> None:
    room = sealed(tmp_path, seconds=30)
    hold = room.join("hold", "Ann")
    room.order(hold, {}, here(room), says="I am early")
    assert (room.deadline, here(room)) == (None, (0, "signal")), "others may be on their way"
    room.go_on(1)
    assert room.deadline == 30.0
    at = here(room)
    assert not room.tick(29.0)
    assert room.tick(30.0)
    assert room.deadline == 60.0
    assert here(room) != at
    room.close()


# --- standing in -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["clock", "teacher"])
def test_orders_stand_in_for_who_is_not_there(tmp_path: Path, how: str) -> None:
    room = Room.opened(tmp_path, "ABCDEF", lively(), SEED, 30, 0.0)
    hold = room.join("hold", "Ann")
    sheet = {f"answer {place}": {"choice": "yield", "reason": "if I am away"} for place in PLACES}
    room.order(hold, sheet, (0, ""))
    now = 0.0
    while not room.game.over:
        if room.game.pending is None:
            room.go_on(12)
        elif how == "clock":
            now += 31.0
            assert room.tick(now)
        else:
            room.leave_to_model()
    own = [c for c in room.choices if c.actor == "hold"]
    answers = [c for c in own if c.kind == "answer"]
    assert answers
    assert {(c.option, c.by, c.reason) for c in answers} == {("yield", "orders", "if I am away")}
    assert all((c.option, c.by) == (None, how) for c in own if c.kind == "join")
    again = Room(room.file, 0.0)
    assert again.choices == room.choices
    for one in (room, again):
        one.close()


def test_who_is_there_is_asked_whatever_its_orders(tmp_path: Path) -> None:
    room = Room.opened(tmp_path, "ABCDEF", lively(), SEED, 0, 0.0)
    hold = room.join("hold", "Ann")
    room.order(hold, {"answer isle": {"choice": "yield"}}, (0, ""))
    room.go_on(12)
    assert room.game.pending is not None
    answer(room, hold, 1)
    assert [c.by for c in room.choices if c.actor == "hold"] == ["Ann"]
    room.close()


# --- what is refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sheet",
    [
        [], {"answer isle": "yield"}, {"answer nowhere": {"choice": "yield"}},
        {"answer isle": {"choice": "surrender"}}, {"move isle": {"choice": "general_nuclear_war"}},
        {"answer isle": {"choice": "yield", "up_to": "heaven"}},
        {"move isle": {"choice": "rest", "up_to": "protest"}},
    ],
)  # fmt: skip
def test_a_sheet_that_is_none_is_refused_and_leaves_nothing(room: Room, sheet: Any) -> None:
    hold = room.join("hold", "Ann")
    room.close_phase()
    before = room.file.read_bytes()
    with pytest.raises(Refused):
        room.order(hold, sheet, here(room))
    assert room.file.read_bytes() == before


def test_what_does_not_fit_the_room_is_refused(room: Room, tmp_path: Path) -> None:
    hold = room.join("hold", "Ann")
    with pytest.raises(Refused, match="closed"):
        room.order(hold, {}, (5, "act"))
    with pytest.raises(Refused, match="too long"):
        room.order(hold, {}, here(room), says="x" * 201)
    with pytest.raises(Refused, match="decided already"):
        room.choose(hold, "yield", "", 0)
    with pytest.raises(Refused, match="nobody is asked"):
        room.leave_to_model()
    with pytest.raises(Refused, match="screen"):
        room.join(HOT, "one laptop")
    room.pause(True)
    with pytest.raises(Refused, match="paused"):
        room.order(hold, {}, here(room))
    asked = Room.opened(tmp_path, "ASKEDX", lively(), SEED, 0, 0.0)
    with pytest.raises(Refused, match="one by one"):
        asked.close_phase()
    asked.close()


# --- over the network ----------------------------------------------------------------------------------


def opened_sealed(client: TestClient, changes: str = "") -> tuple[str, str]:
    form = {"scenario": "senkaku", "seed": "7", "way": "sealed", "changes": changes}
    found = client.post("/rooms/open", data=form, follow_redirects=False)
    assert found.status_code == 303, found.text
    address = found.headers["location"]
    return address.split("/")[2], address


def test_a_turn_of_sealed_orders_over_the_network(client: TestClient) -> None:
    code, teacher = opened_sealed(client)
    china = joined(client, code, "china", "Bo")
    now = client.get(f"{china}/now").json()
    assert now["phase"] == "signal"
    assert now["sheet"]["places"] == []
    form = {"turn": "0", "phase": "signal", "says": "<b>peace</b>"}
    assert client.post(f"{china}/order", data=form).is_success
    while (now := client.get(f"{china}/now").json())["phase"] != "act":
        assert client.post(f"{teacher}/control", data={"what": "go", "turns": "12"}).is_success
    keys = [line["key"] for place in now["sheet"]["places"] for line in place["lines"]]
    assert "move senkaku" in keys
    sheet = {"move senkaku": {"choice": "grey_zone", "reason": "a test of will"}}
    form = {"turn": str(now["turn"]), "phase": "act", "sheet": json.dumps(sheet)}
    assert client.post(f"{china}/order", data=form).is_success
    assert client.get(f"{china}/now").json()["phase"] == "signal"
    for bad in ("{", "[1]", "[" * 5000, '{"move senkaku": {"choice": "x"}}'):
        form = {"turn": str(now["turn"] + 1), "phase": "signal", "sheet": bad}
        found = client.post(f"{china}/order", data=form)
        assert found.status_code == 409
        assert "Traceback" not in found.text
    assert client.post(f"{teacher}/order", data=form).status_code == 409


def test_a_room_is_opened_with_changes(client: TestClient) -> None:
    _, teacher = opened_sealed(client, "rules.integration_decay = 0.1\n\nturns=12")
    assert client.get(f"{teacher}/now").json()["turns"] == 12
    page = client.get("/scenarios/senkaku?treaties.us_japan.trigger=blockade&turns=12").text
    assert 'value="treaties.us_japan.trigger=blockade\nturns=12"' in page
    for wrong in ("turns", "turns=-1", "nothing.here=1", "turns=["):
        form = {"scenario": "senkaku", "seed": "7", "changes": wrong}
        found = client.post("/rooms/open", data=form, follow_redirects=False)
        assert found.status_code == 400, wrong
        assert "Traceback" not in found.text
