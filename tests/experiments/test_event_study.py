"""Event studies: the same runs up to the event, and what differs after it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

import sim
from sim.experiments.event_study import (
    ANYWHERE,
    clear,
    control_by_turn,
    moves_by_turn,
    of_event,
    of_front,
    study,
)
from sim.world.problems import InputError

RUNS = 120


@pytest.fixture(scope="module")
def strait():
    """The Taiwan Strait and Kinmen, with an event that makes moves at one of them frequent."""
    event = {
        "name": "tension", "why": "Tempers rise.", "probability": 0.01,
        "set": {"flashpoints.kinmen.opportunity": 0.9},
    }  # fmt: skip
    return sim.load_scenario("taiwan_strait").set({"events": [event]})


@pytest.fixture(scope="module")
def found(strait):
    return study(of_event(strait, "tension", 10), RUNS, seed=5)


def test_up_to_the_event_nothing_differs_and_after_it_does(strait, found):
    assert found.question.turn == 10
    for path in found.paths:
        assert (path.without[:10] == path.with_it[:10]).all()
        assert len(path.moves) == len(path.control) == strait.turns - 10
    kinmen = next(path for path in found.paths if path.place == "kinmen")
    assert kinmen.moves[-1].low > 0
    assert "kinmen" in {path.place for path in clear(found, "moves")}


def test_sums_are_of_paired_differences(strait, found):
    arms = [
        sim.ensemble(s, runs=RUNS, seed=5) for s in (found.question.without, found.question.with_it)
    ]
    moves = [moves_by_turn(arm)["kinmen"][:, 10:].sum(axis=1) for arm in arms]
    parts = moves[1] - moves[0]
    kinmen = next(path for path in found.paths if path.place == "kinmen")
    assert kinmen.moves[-1].value == pytest.approx(parts.mean())
    assert kinmen.moves[-1].error == pytest.approx(parts.std(ddof=1) / np.sqrt(RUNS))
    for arm in arms:
        for place, control in control_by_turn(arm).items():
            assert control[:, -1] == pytest.approx(arm.column(f"{place}_control"))
    all_moves = [sum(m.sum() for m in moves_by_turn(arm).values()) for arm in arms]
    assert all_moves == [arm.column("challenges").sum() for arm in arms]


def test_a_front_is_studied_at_the_others():
    flagship = sim.load_scenario("indo_pacific_2024")
    asked = of_front(flagship, "taiwan_strait", "major_war", 3)
    found = study(asked, 4)
    places = [path.place for path in found.paths]
    assert places[0] == ANYWHERE
    assert "taiwan_strait" not in places
    war = [rung.key for rung in flagship.ladder].index("major_war")
    for scenario, runs in ((asked.with_it, 4), (asked.without, 0)):
        reached = sim.ensemble(scenario, runs=4).rungs_by_turn("taiwan_strait")[3]
        assert reached[war + 1 :].sum() == runs
    with pytest.raises(InputError, match="did you mean 'taiwan_strait'"):
        of_front(flagship, "taiwan_straight", "major_war", 3)
    with pytest.raises(InputError, match="there is no rung"):
        of_front(flagship, "baltic", "duel", 3)


def test_the_command_writes_what_it_tells(run, tmp_path: Path) -> None:
    asked = ("event", "senkaku", "--runs", "20", "--jobs", "1", "--at", "2025-04")
    name = next(e.name for e in sim.load_scenario("senkaku").events if e.name)
    code, out, _ = run(*asked[:2], str(name), *asked[2:], "--json", "--out", str(tmp_path / "o"))
    assert code == 0
    told = json.loads(out)
    rows = pq.read_table(tmp_path / "o" / "event_study.parquet").to_pylist()
    last = [row for row in rows if row["turn"] == 47 and row["place"] == "senkaku"]
    assert last[0]["moves"] == told["places"]["senkaku"]["moves"]["difference"]
    assert told["turn"] == 12
    assert (tmp_path / "o" / "figures" / "event_study.svg").is_file()
    figure = tmp_path / "o" / "figures" / "event_study.svg"
    drawn = figure.read_bytes()
    figure.unlink()
    assert run("plot", str(tmp_path / "o"))[0] == 0
    assert figure.read_bytes() == drawn
    code, _, err = run("report", str(tmp_path / "o"))
    assert code == 1
    assert "holds an event study" in err
    code, out, _ = run(*asked[:2], str(name), *asked[2:], "--out", str(tmp_path / "p"))
    assert code == 0
    assert "In this model, not a forecast." in " ".join(out.split())


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("nothing",), 1, "there is no event 'nothing'"),
        ((), 2, "give an event's name, or --front"),
        (("--front", "senkaku=major_war"), 1, "no second front"),
        (("--front", "isle=major_war"), 1, "there is no flashpoint 'isle'"),
        (("--front", "senkaku"), 2, "write PLACE=RUNG"),
        (("nothing", "--at", "soon"), 2, "is no month"),
    ],
)
def test_what_cannot_be_studied_is_one_message(run, tmp_path, arguments, code, said):
    found, _, err = run("event", "senkaku", *arguments, "--out", str(tmp_path / "o"))
    assert found == code
    assert said in " ".join(err.split())
    assert not (tmp_path / "o").exists()
