"""Contests that were valued before are recalled as they were, and only where they are the same."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engines.compile_scenario import compile_scenario
from sim.engines.room import Room, forget, room_for
from sim.files.check import load_scenario
from sim.rules import tables as t
from sim.rules.contest_memory import find_contests
from sim.rules.run import FIRST, play
from sim.rules.stage_game import lay_out
from sim.rules.turn import ACT

LAID = ("uc", "ud", "phi", "psi", "idle")


@pytest.fixture
def room() -> Room:
    """A room with the first game of a run in it."""
    made = room_for(compile_scenario(load_scenario("senkaku")), 3)
    assert play(made.terms, made.first, *made.packed, made.probabilities, 0, FIRST) == ACT
    forget(made)
    return made


def laid(room: Room) -> list[np.ndarray]:
    """Find contests and return what a game reads of them."""
    game, contests, _, lanes = room.packed[1:5]
    find_contests(game, contests, room.solution.status)
    lay_out(game, contests, lanes)
    return [getattr(room.lanes, name).copy() for name in LAID]


def spoil(room: Room) -> None:
    """Make what stands in the tables useless, so that it has to come from somewhere else."""
    for table in (room.contests.uc, room.contests.ud, room.contests.phi, room.contests.psi):
        table.fill(np.nan)
    room.contests.part.fill(np.nan)


def test_recalled_contests_are_what_was_valued(room: Room) -> None:
    first = laid(room)
    spoil(room)
    room.game.principals[:, :, t.P_BELIEF] = 0.5  # no part of what contests depend on
    written = room.contests.state.copy()
    for one, other in zip(first, laid(room), strict=True):
        assert one.tobytes() == other.tobytes()
    assert np.isnan(room.contests.uc).any(), "they were valued anew"
    assert (room.contests.state == written).all()


def test_other_contests_are_valued_anew(room: Room) -> None:
    first = laid(room)
    changes = (
        (room.game.force, 0), (room.game.head, t.G_CONTROL), (room.game.head, t.G_ERROR),
        (room.game.principals, (0, 0, t.P_STAKE)), (room.game.principals, (1, 0, t.P_DECLARED)),
        (room.game.head, t.G_LAMBDA_C),
    )  # fmt: skip
    for table, at in changes:
        before = np.copy(table[at])
        table[at] = 0.1 * before + 0.01
        found = laid(room)
        same = [a.tobytes() == b.tobytes() for a, b in zip(first, found, strict=True)]
        assert not all(same), at
        table[at] = before
    spoil(room)
    for one, other in zip(first, laid(room), strict=True):
        assert one.tobytes() == other.tobytes()
