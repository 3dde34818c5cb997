"""Seats: people, scripts and functions that decide for a state."""

from __future__ import annotations

import pytest

from sim.engines.model import CrisisModel
from sim.engines.seats import CallableSeat, ScriptedSeat, seat_of
from sim.files.check import load_scenario
from sim.outcomes.events import Answer, Move


@pytest.fixture(scope="module")
def senkaku():
    return load_scenario("senkaku")


def played(senkaku, seats, run=1):
    model = CrisisModel(senkaku, run=run)
    for state, chooser in seats.items():
        model.seat(state, chooser)
    model.run_to_end()
    return model


def answers(model, state):
    return [r for r in model.events if isinstance(r, Answer) and r.holder == state and r.chosen]


def test_a_seat_that_leaves_all_to_the_model_changes_nothing(senkaku):
    alone = played(senkaku, {})
    for chooser in (lambda decision: None, [], [None, None], {}, {"answer": None}):
        seated = played(senkaku, {"japan": chooser})
        assert seated.events == alone.events
        assert seated.decisions
        assert not any(taken.seated for taken in seated.decisions)


def test_a_function_decides(senkaku):
    yielded = played(senkaku, {"japan": lambda d: 0 if d.kind == "answer" else None})
    assert answers(yielded, "japan")
    assert all(record.yields for record in answers(yielded, "japan"))
    firm = played(senkaku, {"japan": lambda d: 1 if d.kind == "answer" else None})
    assert not any(record.yields for record in answers(firm, "japan"))
    assert any(taken.seated for taken in firm.decisions)


def test_histories_part_only_where_the_choice_differs(senkaku):
    alone = played(senkaku, {})
    seated = played(senkaku, {"china": lambda d: 0 if d.turn >= 12 else None})
    early = [record for record in alone.events if record.turn < 12]
    assert seated.events[: len(early)] == early
    assert len(early) > 12
    assert not any(
        isinstance(r, Move) and r.challenger == "china" and r.chosen and r.act == "moves"
        for r in seated.events[len(early) :]
    )


def test_a_script_is_played_entry_by_entry(senkaku):
    model = played(senkaku, {"japan": [1, "yield"]})
    choices = [t for t in model.decisions if t.decision.actor == "japan"]
    seated = [taken.seated for taken in choices]
    assert seated == [True, True] + [False] * (len(choices) - 2)
    assert choices[0].chosen == 1


def test_a_script_is_looked_up_by_turn_and_kind(senkaku):
    first = played(senkaku, {"japan": lambda d: None}).decisions[0].decision
    assert first.kind == "answer"
    rung = first.options[1].key
    for script in (
        {"answer": "yield", (first.turn, "answer"): rung},
        {"answer": "yield", first.turn: rung},
        {first.turn: "yield", (first.turn, "answer"): rung},
    ):
        model = played(senkaku, {"japan": script})
        assert model.decisions[0].chosen == 1


@pytest.mark.parametrize("key", ["reply", True, 1.5, (1, "reply"), ("act", 1), (1, "act", 2), None])
def test_a_wrong_key_of_a_script_is_told(key):
    with pytest.raises(ValueError, match="is no key of a script"):
        ScriptedSeat({key: 0})


@pytest.mark.parametrize("choice", [9, -1, "surrender", True, 1.0, (0,)])
def test_a_choice_that_is_none_of_the_options_is_told_with_them(senkaku, choice):
    model = CrisisModel(senkaku, run=1)
    model.seat("japan", lambda decision: choice)
    with pytest.raises(ValueError, match="japan cannot choose") as told:
        model.run_to_end()
    assert "0 yield, 1 " in str(told.value)


def test_a_wrong_choice_can_be_mended(senkaku):
    model = CrisisModel(senkaku, run=1)
    model.seat("japan", lambda decision: "surrender")
    with pytest.raises(ValueError, match="surrender"):
        model.run_to_end()
    model.seat("japan", None)
    model.run_to_end()
    assert model.events == played(senkaku, {}).events


def test_options_can_be_named_by_number_or_key(senkaku):
    seen = []

    def look(decision):
        seen.append(decision)
        return

    played(senkaku, {"japan": look, "china": look, "united_states": look})
    kinds = {decision.kind for decision in seen}
    assert kinds == {"act", "answer", "join", "press"}
    for decision in seen:
        keys = [option.key for option in decision.options]
        assert len(set(keys)) == len(keys)
        for option in decision.options:
            assert decision.pick(option.key) == decision.pick(option.number) == option.number
            assert option.text
            assert option.meaning


def test_a_state_sees_what_is_public_and_its_own_type(senkaku):
    model = CrisisModel(senkaku, run=1)
    views = []
    model.seat("japan", lambda decision: views.append((decision, model.states["japan"].type)))
    model.run_to_end()
    for decision, own in views:
        view = decision.view
        assert view.own_type == own
        assert set(view.beliefs) == {"japan", "china"}
        assert "japan" in (*view.holder_side, *view.challenger_side) or decision.kind == "act"
        if decision.kind == "answer":
            assert view.rung is not None
            assert view.turns >= 1


def test_what_can_take_a_seat():
    seat = ScriptedSeat([0])
    assert seat_of(seat) is seat
    assert isinstance(seat_of([0]), ScriptedSeat)
    assert isinstance(seat_of({"act": 0}), ScriptedSeat)
    assert isinstance(seat_of(len), CallableSeat)
    for nonsense in (3, "press"):
        with pytest.raises(ValueError, match="can take no seat"):
            seat_of(nonsense)


def test_an_unknown_state_is_told(senkaku):
    with pytest.raises(ValueError, match="no state 'jp'; there are: japan, china, united_states"):
        CrisisModel(senkaku).seat("jp", [])
