"""Ensembles: the same tables whatever the chunks, the workers and the order they come in."""

from __future__ import annotations

import itertools
from functools import cache

import numpy as np
import pytest

from sim.engines.chunks import Chunk, Player
from sim.engines.ensemble import Ensemble, chunk_plan, chunk_size, merge, play_ensemble
from sim.outcomes import columns as col
from sim.rules import tables as t
from sim.world.scenario import Scenario
from tests.rules.test_turn import busy

RUNS = 50


def short() -> Scenario:
    return busy().set({"turns": 14})


@cache
def whole() -> Ensemble:
    return play_ensemble(short(), RUNS, seed=3, jobs=1, size=RUNS)


def same(one: Ensemble, two: Ensemble) -> bool:
    tables = [(one.runs, two.runs), (one.crises, two.crises), (one.numbers, two.numbers)]
    tables += list(zip(one.counts, two.counts, strict=True))
    # how often a solution was used again hangs on who solved what, and nothing else does
    return one.stats[:3] == two.stats[:3] and all(a.tobytes() == b.tobytes() for a, b in tables)


@pytest.mark.parametrize(("size", "jobs"), [(1, 1), (7, 1), (50, 1), (7, 2), (1, 2)])
def test_tables_do_not_depend_on_chunks_or_workers(size: int, jobs: int) -> None:
    assert same(play_ensemble(short(), RUNS, seed=3, jobs=jobs, size=size), whole())


def test_another_seed_gives_other_runs() -> None:
    assert not same(play_ensemble(short(), RUNS, seed=4, jobs=1), whole())


def test_more_runs_only_add() -> None:
    few = play_ensemble(short(), 20, seed=3, jobs=1)
    assert few.runs.tobytes() == whole().runs[:20].tobytes()
    n = int((whole().crises[:, 0] < 20).sum())
    assert few.crises.tobytes() == whole().crises[:n].tobytes()


def test_chunks_that_were_played_before_are_not_played_again() -> None:
    finished: list[Chunk] = []
    play_ensemble(short(), RUNS, seed=3, jobs=1, size=10, done=finished.append)
    assert [chunk.first for chunk in finished] == [0, 10, 20, 30, 40]
    anew: list[Chunk] = []
    again = play_ensemble(
        short(), RUNS, seed=3, jobs=1, size=10, done=anew.append, have=finished[::2]
    )
    assert [chunk.first for chunk in anew] == [10, 30]
    assert same(again, whole())


def test_a_chunk_survives_its_bytes() -> None:
    chunk = Player(short(), 3).chunk(4, 6, events=True)
    back = Chunk.from_bytes(chunk.to_bytes())
    assert back.first == 4
    assert back.stats == chunk.stats
    for name in ("runs", "crises", "numbers", "log_ints", "log_floats"):
        one, two = getattr(back, name), getattr(chunk, name)
        assert one.tobytes() == two.tobytes()
        assert one.dtype == two.dtype
        assert len(two) > 0
    for one, two in zip(back.counts, chunk.counts, strict=True):
        assert (one == two).all()


def test_kept_logs_are_those_of_the_runs() -> None:
    player = Player(short(), 3)
    chunk = player.chunk(4, 3, events=True)
    for run in (4, 5, 6):
        ints, floats = player.log(run)
        mine = chunk.log_ints[:, 0] == run
        assert chunk.log_ints[mine, 1:].tobytes() == ints.tobytes()
        assert chunk.log_floats[mine].tobytes() == floats.tobytes()
    assert len(player.chunk(4, 3).log_ints) == 0


def test_chunks_are_merged_in_run_order() -> None:
    player = Player(short(), 3)
    parts = [player.chunk(first, n) for first, n in ((30, 20), (0, 12), (12, 18))]
    before = [part.counts.rung.copy() for part in parts]
    runs, crises, *_ = merge(parts)
    assert runs.tobytes() == whole().runs.tobytes()
    assert (np.diff(crises[:, 0]) >= 0).all()
    # and merging leaves the parts as they were
    assert all((a == b.counts.rung).all() for a, b in zip(before, parts, strict=True))


@pytest.mark.parametrize("runs", [1, 2, 39, 40, 41, 1000, 10**6])
def test_plans_cover_every_run_once(runs: int) -> None:
    size = chunk_size(runs)
    plan = chunk_plan(runs, size)
    assert plan[0][0] == 0
    assert all(a + n == b for (a, n), (b, _) in itertools.pairwise(plan))
    assert sum(n for _, n in plan) == runs
    assert 1 <= size <= 2_000
    assert len(plan) <= 40 or size == 2_000
    assert chunk_size(runs, events=True) <= min(size, 100)


def test_stats_count_what_was_solved() -> None:
    stats = whole().stats
    assert stats.solves > whole().runs[:, list(col.RUN_COLUMNS).index("challenges")].sum()
    assert stats.failures == 0
    player = Player(short(), 3)
    total = 0
    for run in range(RUNS):
        player.log(run)
        total += int(player.room.sit.cursor[t.SOLVES])
    assert stats.solves == total
