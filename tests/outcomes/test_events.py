"""The log in words: every kind of row, and names for every number."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from sim.outcomes import events as e
from sim.outcomes.events import Names, decode, event_key
from sim.rules import log
from sim.rules.tables import N_LOG_FLOAT, N_LOG_INT

NAMES = Names(
    states=("ada", "bob", "cid"),
    flashpoints=("reef", "pass"),
    treaties=("pact",),
    rungs=("low", "mid", "war"),
    moves=("low", "mid", "war", "poke"),
    events=("vote", "event_1"),
)

# turn, kind, flashpoint, actor, other, a, b, c; x, y -> the record it stands for
ROWS = [
    ((0, log.EVENT, -1, -1, -1, 1, 0, 0), (0, 0), e.EventHappened(0, "event_1")),
    (
        (2, log.OPPORTUNITY, 1, 1, 0, 4, 1, 0),
        (1.9, 0),
        e.Opportunity(2, "pass", "bob", "ada", 1.9, 4, True, "fast"),
    ),
    (
        (2, log.MOVE, 0, 1, 0, -1, -1, 0),
        (0.4, 0),
        e.Move(2, "reef", "bob", "ada", "rests", None, None, True, 0.4),
    ),
    (
        (3, log.MOVE, 0, 1, 0, -2, 1, 0),
        (0.4, 0),
        e.Move(3, "reef", "bob", "ada", "stands_down", None, "mid", True, 0.4),
    ),
    (
        (3, log.MOVE, 0, 1, 0, 3, 1, 1),
        (0.2, 0),
        e.Move(3, "reef", "bob", "ada", "moves", "poke", "mid", True, 0.2),
    ),
    (
        (3, log.MOVE, 0, 1, 0, 3, 1, 0),
        (0.2, 0),
        e.Move(3, "reef", "bob", "ada", "holds", "poke", "mid", True, 0.2),
    ),
    (
        (3, log.MOVE, 0, 1, 0, 3, 1, -1),
        (0.2, 0),
        e.Move(3, "reef", "bob", "ada", "holds", "poke", "mid", False, None),
    ),
    (
        (3, log.ANSWER, 0, 0, 1, -1, 1, 0),
        (0.3, 0),
        e.Answer(3, "reef", "ada", "bob", True, None, True, 0.3),
    ),
    (
        (3, log.ANSWER, 0, 0, 1, 2, 0, 0),
        (0.3, 0),
        e.Answer(3, "reef", "ada", "bob", False, "war", False, None),
    ),
    ((3, log.INVOKED, 0, -1, 0, 0, 2, 0), (0, 0), e.Invoked(3, "reef", "pact", "ada", "war")),
    (
        (3, log.RECOGNISED, 0, 2, 0, 0, 2, 1),
        (0.9, 0),
        e.Recognised(3, "reef", "pact", "cid", "ada", "war", 0.9),
    ),
    (
        (3, log.JOIN, 0, 2, 0, 1, 0, 3),
        (0.8, 0.1),
        e.Join(3, "reef", "cid", "ada", True, "pact", "recognised", 0.8, 0.1),
    ),
    (
        (3, log.JOIN, 0, 2, 1, 0, -1, 0),
        (0.8, 0.1),
        e.Join(3, "reef", "cid", "bob", False, None, "none", 0.8, 0.1),
    ),
    (
        (4, log.LEAVE, 0, 2, 0, 0, 0, 1),
        (0.7, -0.1),
        e.Leave(4, "reef", "cid", "ada", "pact", "bound", 0.7, -0.1),
    ),
    (
        (4, log.PRESS, 0, 1, 0, 1, 2, 0),
        (0.6, 0),
        e.Press(4, "reef", "bob", "ada", True, "war", 0.6),
    ),
    ((4, log.SLIP, 0, -1, -1, 1, 2, 0), (0, 0), e.Slip(4, "reef", "mid", "war")),
    (
        (4, log.FORCE, 0, 0, 1, 2, 0, 0),
        (0.3, 0),
        e.Force(4, "reef", "ada", "bob", "war", False, 0.3, 0.0),
    ),
    (
        (4, log.SETTLED, 0, 1, 0, 1, 0, 0),
        (0.5, 0.02),
        e.Settled(4, "reef", "bob", "ada", "mid", 0.5, 0.02),
    ),
    ((4, log.YIELDED, 0, 0, 1, 1, 0, 0), (0.1, 0), e.Yielded(4, "reef", "ada", "bob", "mid", 0.1)),
    (
        (4, log.CRISIS_BEGINS, 0, 1, 0, 3, 1, 2),
        (0.9, 0),
        e.CrisisBegins(4, "reef", "bob", "ada", "poke", "mid", "accident", 0.9),
    ),
    (
        (4, log.CRISIS_ENDS, 0, 1, 0, 1, 2, 3),
        (1.0, 0.9),
        e.CrisisEnds(4, "reef", "bob", "ada", "acquiescence", "war", 3, 1.0, 0.9),
    ),
    ((4, log.RUNG, 0, -1, -1, 2, 0, 0), (0, 0), e.RungReached(4, "reef", "war")),
    ((4, log.TURN_ENDS, -1, -1, -1, -1, 0, 0), (0, 0), e.TurnEnds(4, None, 0.0)),
    ((4, log.TURN_ENDS, -1, -1, -1, 1, 0, 0), (0.5, 0), e.TurnEnds(4, "mid", 0.5)),
    ((4, log.STATE_ENDS, -1, 2, -1, 0, 0, 0), (0.2, 0.7), e.StateEnds(4, "cid", 0.2, 0.7)),
]


def decoded(*rows):
    ints = np.array([row[0] for row in rows], dtype=np.int64).reshape(-1, N_LOG_INT)
    floats = np.array([row[1] for row in rows], dtype=float).reshape(-1, N_LOG_FLOAT)
    return list(decode(ints, floats, NAMES))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: type(row[2]).__name__)
def test_a_row_becomes_its_record(row):
    assert decoded(row) == [row[2]]


def test_every_kind_of_row_is_known():
    assert {row[0][1] for row in ROWS} == set(range(log.EVENT, log.STATE_ENDS + 1))
    assert decoded() == []


def test_records_keep_their_order_and_are_frozen():
    records = decoded(*ROWS)
    assert records == [row[2] for row in ROWS]
    with pytest.raises(dataclasses.FrozenInstanceError):
        records[0].turn = 3


def test_records_become_plain_data():
    told = [record.as_dict() for record in decoded(*ROWS)]
    assert json.loads(json.dumps(told)) == told
    assert all(list(each)[:2] == ["turn", "kind"] for each in told)
    assert told[0] == {"turn": 0, "kind": "event", "event": "event_1"}


def test_endings_are_numbered_as_in_the_rules():
    names = {getattr(log, name.upper()): name for name in e.ENDINGS}
    assert [names[number] for number in range(len(e.ENDINGS))] == list(e.ENDINGS)


def test_an_event_without_a_name_has_its_place_as_key():
    assert (event_key(3, None), event_key(3, "vote")) == ("event_3", "vote")
