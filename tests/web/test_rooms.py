"""The classroom: rooms, seats, sealed orders, what each may see, and what stays on disk."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from sim.outcomes.events import Join, Record
from sim.rules import tables as t
from sim.web.app import create_app
from sim.web.rooms import debrief, hall, seen
from sim.web.rooms.game import Choice
from sim.web.rooms.room import HOT, MOST_MEMBERS, Member, Refused, Room
from sim.web.rooms.routes import standing
from sim.world.problems import InputError
from sim.world.scenario import Scenario
from tests.rules.test_turn import busy

HOST = "127.0.0.1:8090"
HERE = {"host": HOST, "origin": f"http://{HOST}"}
SEED = 4


def lively() -> Scenario:
    """A busy scenario, short, in which guarantors are asked often."""
    return busy().set({"turns": 12})


def open_room(folder: Path, seconds: int = 0, scenario: Scenario | None = None) -> Room:
    return Room.opened(folder, "ABCDEF", scenario or lively(), SEED, seconds, 0.0)


def answer(room: Room, member: Member, option: int = -1, reason: str = "so") -> Choice:
    """Choose the last of the options, or another one."""
    asked = room.game.asked()
    assert asked is not None
    room.choose(member, asked.options[option].key, reason, len(room.choices))
    return room.choices[-1]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    one = open_room(tmp_path)
    yield one
    one.close()


def seat_all(room: Room) -> dict[str, Member]:
    return {key: room.join(key, f"who plays {key}") for key in room.scenario.states}


def play_through(room: Room, members: dict[str, Member], option: int = -1) -> None:
    room.go_on(room.scenario.turns)
    while room.game.pending is not None:
        answer(room, members[room.game.pending.actor], option)


# --- the game ----------------------------------------------------------------------------------------


def test_a_room_without_people_plays_what_the_model_plays(room: Room) -> None:
    from sim.engines.model import CrisisModel

    room.go_on(room.scenario.turns)
    alone = CrisisModel(lively(), seed=SEED, run=0)
    alone.run_to_end()
    assert room.game.over
    assert room.game.model.events == alone.events
    assert {choice.by for choice in room.choices} == {"model"}


def test_it_stops_where_somebody_has_to_choose(room: Room) -> None:
    hold = room.join("hold", "Ann")
    room.go_on(room.scenario.turns)
    asked = room.game.asked()
    assert asked is not None
    assert asked.actor == "hold"
    before = room.game.turn
    choice = answer(room, hold, 0, "we cannot win")
    assert (choice.by, choice.reason, choice.turn) == ("Ann", "we cannot win", before)


def test_what_was_chosen_happens(room: Room) -> None:
    hold = room.join("hold", "Ann")
    room.go_on(room.scenario.turns)
    while room.game.pending is not None and room.game.pending.kind != "answer":
        answer(room, hold, 0)
    assert room.game.pending is not None
    answer(room, hold, 0)  # yields
    assert "yields" in json.dumps(seen.story(room.game))


@pytest.mark.parametrize("rewound", [False, True])
def test_a_server_that_was_killed_takes_its_rooms_up(tmp_path: Path, rewound: bool) -> None:
    room = open_room(tmp_path)
    members = seat_all(room)
    room.go_on(4)
    for _ in range(5):
        if room.game.pending is not None:
            answer(room, members[room.game.pending.actor])
    room.inject({"set": {"states.hold.audience_cost": 0.5}, "why": "The press is awake."})
    if rewound:
        room.rewind()
    # killed within a write: the last line was never acknowledged
    room.file.write_bytes(room.file.read_bytes() + b'{"what": "cho')
    again = Room(room.file, 9.0)
    for who in (*again.members.values(), "teacher", "screen"):
        now, then = standing(again, who), standing(room, who)
        assert {**now, "version": 0} == {**then, "version": 0}
    assert (again.teacher, again.members) == (room.teacher, room.members)
    if again.game.pending is not None:
        answer(again, members[again.game.pending.actor])
    third = Room(room.file, 9.0)
    assert third.choices == again.choices
    for one in (room, again, third):
        one.close()


def test_rewinding_takes_back_the_turn_and_nothing_else(room: Room) -> None:
    members = seat_all(room)
    room.go_on(3)
    while room.game.pending is not None:
        answer(room, members[room.game.pending.actor])
    events = list(room.game.model.events)
    room.rewind()
    assert room.game.turn == 2
    assert room.game.model.events == [e for e in events if e.turn < 2]
    room.go_on(1)
    while room.game.pending is not None:
        answer(room, members[room.game.pending.actor])
    assert room.game.model.events == events, "the same choices under the same luck"


def test_what_is_improvised_happens_next_turn_and_changes_nothing_before(room: Room) -> None:
    room.go_on(3)
    events = list(room.game.model.events)
    room.inject({"set": {"flashpoints.isle.control": 0.25}, "why": "An earthquake."})
    assert room.game.model.events == events
    room.go_on(1)
    assert "An earthquake." in json.dumps(seen.story(room.game))


@pytest.mark.parametrize(
    "event", [{"set": {"states.nobody.capability": 1}, "why": "x"}, {"why": "nothing"}]
)
def test_a_wrong_inject_is_refused_and_leaves_nothing(room: Room, event: dict[str, Any]) -> None:
    before = room.file.read_bytes()
    with pytest.raises(InputError):
        room.inject(event)
    assert room.file.read_bytes() == before


def test_time_runs_out_and_the_model_chooses(tmp_path: Path) -> None:
    room = open_room(tmp_path, seconds=30)
    room.join("hold", "Ann")
    room.go_on(12)
    assert room.deadline == 30.0
    assert not room.tick(29.0)
    room.pause(True)
    assert room.deadline is None
    assert not room.tick(100.0), "a pause stops the clock"
    with pytest.raises(Refused, match="paused"):
        room.go_on(1)
    room.pause(False)
    assert room.deadline == 101.0
    assert room.tick(101.0)
    assert "clock" in {choice.by for choice in room.choices}
    room.close()


def test_orders_that_do_not_fit_are_refused(room: Room) -> None:
    members = seat_all(room)
    with pytest.raises(Refused, match="decided already"):
        room.choose(members["hold"], "yield", "", 0)
    room.go_on(12)
    asked = room.game.pending
    assert asked is not None
    other = next(key for key in members if key != asked.actor)
    number, key = len(room.choices), asked.options[0].key
    with pytest.raises(Refused, match="another state"):
        room.choose(members[other], key, "", number)
    with pytest.raises(Refused, match="no option"):
        room.choose(members[asked.actor], "surrender", "", number)
    with pytest.raises(Refused, match="too long"):
        room.choose(members[asked.actor], key, "x" * 201, number)
    with pytest.raises(Refused, match="decided already"):
        room.choose(members[asked.actor], key, "", number - 1)
    assert len(room.choices) == number


def test_rooms_are_bounded(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_MEMBERS >= 30
    monkeypatch.setattr("sim.web.rooms.room.MOST_MEMBERS", 2)
    room.join("hold", "Ann")
    room.join("hold", "Bo")
    with pytest.raises(Refused, match="full"):
        room.join("hold", "Cy")


# --- what may be seen --------------------------------------------------------------------------------


def hidden_changed(room: Room, seat: str | None) -> None:
    """Change all that a seat must not know: types and promises of others, what records keep."""
    model = room.game.model
    for number, key in enumerate(model.compiled.states):
        if key != seat:
            model.room.sit.kind[number] = 1 - model.room.sit.kind[number]
            model.room.sit.states[number, t.SPENT] += 7.0
            model.room.sit.committed[:, number] = 1 - model.room.sit.committed[:, number]
    for at, record in enumerate(model.events):
        names = {field.name for field in fields(record)} & {"chance", "gain", "motive", "worth"}
        if names & {"chance", "gain"}:
            model.events[at] = replace(record, **dict.fromkeys(names & {"chance", "gain"}, 0.123))


def test_no_seat_is_told_what_it_may_not_see(tmp_path: Path) -> None:
    """Over a whole game: what is sent is the same whatever the hidden things are."""
    room = open_room(tmp_path)
    members = seat_all(room)
    room.go_on(12)
    looked = 0
    while room.game.pending is not None:
        asked = room.game.pending.actor
        for who in (*members.values(), "screen"):
            seat = who.seat if isinstance(who, Member) else None
            told = json.dumps(standing(room, who))
            model = room.game.model
            kept = [table.copy() for table in model.room.sit], list(model.events)
            hidden_changed(room, seat)
            assert json.dumps(standing(room, who)) == told
            for table, was in zip(model.room.sit, kept[0], strict=True):
                table[...] = was
            model.events[:] = kept[1]
            if seat != asked:
                assert json.loads(told).get("asked") is None
                assert '"options"' not in told
            looked += 1
        answer(room, members[asked], looked % 2)
    assert looked > 20
    room.close()


def test_answers_given_at_once_are_sealed_until_all_are_in(tmp_path: Path) -> None:
    """Two states that may come to the challenger's side do not see what the other chose."""
    room = open_room(tmp_path, scenario=lively().set({"turns": 30}))
    members = seat_all(room)
    room.go_on(30)
    sealed = 0
    while room.game.pending is not None:
        at, asked = room.game.sealed(), room.game.pending
        if at is not None:
            sealed += 1
            answers = [r for r in room.game.model.events[at:] if isinstance(r, Join)]
            assert answers
            for record in answers:
                own = seen.story(room.game, record.state)
                others = seen.story(room.game, asked.actor)
                assert len(json.dumps(own)) > len(json.dumps(others))
            view = room.game.asked().view  # type: ignore[union-attr]
            came = {r.state for r in answers if r.came}
            assert not came & {*view.holder_side, *view.challenger_side}
        answer(room, members[asked.actor])
    assert sealed > 0
    assert room.game.sealed() is None
    room.close()


def test_public_records_hold_nothing_private(room: Room) -> None:
    room.go_on(12)
    kept: list[Record] = seen.public(room.game.model.events)
    assert kept
    for record in kept:
        assert getattr(record, "chance", 0.0) == 0.0
        assert getattr(record, "gain", 0.0) == 0.0
        assert record.kind not in ("opportunity", "state_ends")


# --- the debrief -------------------------------------------------------------------------------------


def test_the_debrief_says_what_was_hidden(room: Room) -> None:
    members = seat_all(room)
    play_through(room, members)
    told = debrief.revealed(room.game)
    model = room.game.model
    assert [s["type"] for s in told["states"]] == [a.type for a in model.states.values()]
    own = [c for c in told["choices"] if c["by"] != "model"]
    assert len(own) == len(told["choices"]) > 5
    assert all(0.0 <= c["chance"] <= c["model_chance"] <= 1.0 for c in own)
    rows = list(csv.DictReader(io.StringIO(debrief.as_csv(told))))
    assert [row["state"] for row in rows] == [c["state"] for c in told["choices"]]


def test_a_spreadsheet_takes_no_reason_for_a_formula(room: Room) -> None:
    hold = room.join("hold", "Ann")
    room.go_on(12)
    answer(room, hold, 0, "=HYPERLINK(1)")
    assert "'=HYPERLINK(1)" in debrief.as_csv(debrief.revealed(room.game))


def test_other_paths_begin_where_the_turn_began(room: Room) -> None:
    members = seat_all(room)
    play_through(room, members)
    events = list(room.game.model.events)
    found = debrief.paths(room.game, 5, runs=12)
    own = [row["class"] for row in found["risk"]]
    for row in found["risk"][:5]:
        assert row["low"] == row["median"] == row["high"] == row["class"]
    assert any(row["low"] < row["high"] for row in found["risk"][5:])
    assert len(own) == 12
    crises = next(row for row in found["outcomes"] if row["name"] == "crises")
    assert crises["class"] == sum(record.kind == "crisis_begins" for record in events)
    assert crises["low"] <= crises["median"] <= crises["high"]
    assert room.game.model.events == events
    from_start = debrief.paths(room.game, 0, runs=12)
    assert any(row["low"] < row["high"] for row in from_start["risk"][:5])


# --- over the network --------------------------------------------------------------------------------


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app([HOST], rooms=tmp_path / "rooms"), headers=HERE) as client:
        yield client


def opened(client: TestClient, seconds: str = "0") -> tuple[str, str]:
    """Open a room; return its code and the teacher's address."""
    form = {"scenario": "senkaku", "seed": "7", "seconds": seconds}
    found = client.post("/rooms/open", data=form, follow_redirects=False)
    assert found.status_code == 303
    address = found.headers["location"]
    return address.split("/")[2], address


def joined(client: TestClient, code: str, seat: str, name: str) -> str:
    form = {"seat": seat, "name": name}
    found = client.post(f"/rooms/{code}/join", data=form, follow_redirects=False)
    assert found.status_code == 303, found.text
    return str(found.headers["location"])


def test_a_class_plays_from_the_door_to_the_debrief(client: TestClient) -> None:
    code, teacher = opened(client)
    assert "Classroom" in client.get("/rooms").text
    found = client.post("/rooms/find", data={"code": code.lower()}, follow_redirects=False)
    assert found.headers["location"] == f"/rooms/{code}"
    assert "may challenge over Senkaku" in client.get(f"/rooms/{code}").text
    names = {"japan": "<b>Ann</b>", "china": "Bo", "united_states": "Cy"}
    seats = {seat: joined(client, code, seat, name) for seat, name in names.items()}
    assert "&lt;b&gt;Ann&lt;/b&gt;" in client.get(f"/rooms/{code}").text
    assert client.get(seats["japan"]).status_code == 200
    for _ in range(60):
        now = client.get(f"{teacher}/now").json()
        if now["over"]:
            break
        if now["waits_for"] is None:
            assert client.post(f"{teacher}/control", data={"what": "go", "turns": "12"}).is_success
            continue
        for seat, at in seats.items():
            mine = client.get(f"{at}/now").json()
            assert mine["role"]["state"] == seat
            if mine["asked"]:
                order = {
                    "option": mine["asked"]["options"][-1]["key"], "number": str(mine["number"]),
                    "reason": f"{seat} has to",
                }  # fmt: skip
                assert client.post(f"{at}/choose", data=order).is_success
                assert client.post(f"{at}/choose", data=order).status_code == 409, "sent twice"
                break
    assert client.get(f"{teacher}/debrief").status_code == 400, "the fog is not lifted yet"
    assert client.post(f"{seats['japan']}/control", data={"what": "end"}).status_code == 409
    assert client.post(f"{teacher}/control", data={"what": "end"}).is_success
    page = client.get(f"{seats['china']}/debrief").text
    assert "japan has to" in page
    assert "Japan</strong> was" in page
    for kind in ("csv", "json", "html"):
        kept = client.get(f"{teacher}/debrief.{kind}")
        assert kept.is_success
        assert f'filename="room-{code}.{kind}"' in kept.headers["content-disposition"]
    assert "<script" not in client.get(f"{teacher}/debrief.html").text.partition("</head>")[2]


def test_one_laptop_is_passed_around(client: TestClient) -> None:
    code, teacher = opened(client)
    assert client.post(f"{teacher}/control", data={"what": "hot"}).is_success
    token = client.get(f"{teacher}/now").json()["hot"]
    at = f"/rooms/{code}/{token}"
    assert "One laptop" in client.get(at).text
    client.post(f"{teacher}/control", data={"what": "go", "turns": "48"})
    asked = set()
    for _ in range(12):
        mine = client.get(f"{at}/now").json()
        if not mine["asked"]:
            break
        asked.add(mine["role"]["state"])
        order = {"option": mine["asked"]["options"][-1]["key"], "number": str(mine["number"])}
        assert client.post(f"{at}/choose", data=order).is_success
    assert len(asked) > 1


def test_news_come_as_soon_as_there_are_any(client: TestClient) -> None:
    code, teacher = opened(client)
    joined(client, code, "japan", "Ann")
    now = client.get(f"{teacher}/now").json()
    client.post(f"{teacher}/control", data={"what": "pause"})
    later = client.get(f"{teacher}/now?seen={now['version']}").json()
    assert later["paused"]
    assert later["version"] > now["version"]


@pytest.mark.parametrize(
    "form",
    [
        {"what": "inject", "change": "treaties.us_japan.clarity=[", "why": "x"},
        {"what": "inject", "change": "treaties.us_japan.clarity=7", "why": "x"},
        {"what": "inject", "change": "x", "why": "x"},
        {"what": "prepared", "event": "nothing"},
        {"what": "go", "turns": "-1"},
        {"what": "dance"},
        {"what": "rewind"},
        {"what": "model"},
    ],
)
def test_what_a_teacher_cannot_do_is_one_message(client: TestClient, form: dict[str, str]) -> None:
    _, teacher = opened(client)
    found = client.post(f"{teacher}/control", data=form)
    assert found.status_code == 409
    assert "Traceback" not in found.text
    assert found.text


def test_guessing_codes_is_stopped(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    code, teacher = opened(client)
    for _ in range(hall.MOST_WRONG):
        assert client.get("/rooms/ZZZZZZ").status_code == 400
    assert client.get(f"/rooms/{code}").status_code == 429
    monkeypatch.setattr(hall, "WITHIN", 0.0)
    assert client.get(teacher).status_code == 200


def test_one_key_cannot_send_without_end(client: TestClient) -> None:
    _, teacher = opened(client)
    codes = {
        client.post(f"{teacher}/control", data={"what": "dance"}).status_code
        for _ in range(hall.MOST_SENT)
    }
    assert codes == {409}
    answer = client.post(f"{teacher}/control", data={"what": "pause"})
    assert answer.status_code == 429
    assert "wait" in answer.text
    assert client.get(teacher).status_code == 200


def test_a_token_of_another_room_lets_nobody_in(client: TestClient) -> None:
    code, teacher = opened(client)
    other, _ = opened(client)
    token = teacher.rpartition("/")[2]
    assert client.get(f"/rooms/{other}/{token}").status_code == 400
    assert client.get(f"/rooms/{code}/{token}").status_code == 200
    found = client.post(f"/rooms/{code}/join", data={"seat": HOT, "name": "Eve"})
    assert found.status_code == 400


def test_rooms_go_on_when_the_server_is_started_again(tmp_path: Path) -> None:
    with TestClient(create_app([HOST], rooms=tmp_path), headers=HERE) as client:
        code, teacher = opened(client)
        at = joined(client, code, "japan", "Ann")
        client.post(f"{teacher}/control", data={"what": "go", "turns": "48"})
        before = client.get(f"{at}/now").json()
    with TestClient(create_app([HOST], rooms=tmp_path), headers=HERE) as client:
        after = client.get(f"{at}/now").json()
        assert {**after, "version": 0} == {**before, "version": 0}
        assert re.search(code, client.get(at).text)
