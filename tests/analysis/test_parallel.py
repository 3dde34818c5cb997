"""Two runs side by side: what is the same, what differs, and where it begins."""

from __future__ import annotations

import pytest

from sim.analysis.diary import Line
from sim.analysis.narration import Narration
from sim.analysis.parallel import Row, Side, endings, places, rows
from sim.engines.chunks import Player
from sim.engines.wording import Wording, names_of
from sim.outcomes.events import decode


def side(scenario, run, seed=7):
    records = list(decode(*Player(scenario, seed).log(run), names_of(scenario)))
    control = dict.fromkeys(scenario.flashpoints, 1.0)
    return Side(Wording(scenario), records, control)


@pytest.fixture(scope="module")
def two(scenario):
    return side(scenario, 114), side(scenario.without("us_japan"), 114)


def test_a_run_beside_itself_is_the_same_throughout(scenario):
    one = side(scenario, 3)
    before, after = rows(one, one)
    assert before
    assert after == []
    assert all(left == right for left, right in endings(one, one))


def test_rows_begin_where_the_runs_part(two):
    before, after = rows(*two)
    assert all(row.alike for row in before)
    assert not after[0].alike


def test_nothing_told_is_lost(two):
    """Both columns hold every sentence that `deter trace` tells, in its order."""
    before, after = rows(*two)
    for number, one in enumerate(two):
        story = Narration(one.words)
        story.tell(one.records)
        told = [line for line in story.end() if line.kind in ("what", "where")]
        shown = [
            line
            for row in (*before, *after)
            for line in ((row.left, row.right)[number])
            if line.kind in ("what", "where")
        ]
        assert shown == told


def test_turns_come_once_and_in_order(two):
    before, after = rows(*two)
    turns = [row.when for row in (*before, *after)]
    assert len(turns) == len(set(turns))
    order = [two[0].words.period(turn) for turn in range(48)]
    assert [order.index(when) for when in turns] == sorted(order.index(when) for when in turns)


def test_sentences_that_tell_of_the_same_stand_beside_each_other(two):
    for left, right in endings(*two):
        if left.startswith("Control of") or right.startswith("Control of"):
            assert left.partition(":")[0] == right.partition(":")[0]


def test_places_gather_their_sentences():
    lines = [
        Line("what", "An event."),
        Line("where", "Here"),
        Line("what", "A."),
        Line("fold", "B."),
    ]
    assert places(lines) == [("", ["An event."]), ("Here", ["A.", "B."])]
    assert places([]) == []
    assert Row("May", (), ()).alike
