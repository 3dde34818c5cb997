"""Playing runs in chunks: what one worker does, and what it hands back."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import NamedTuple

import numpy as np

from sim.engines.compile_scenario import Compiled, compile_scenario
from sim.engines.room import room_for
from sim.outcomes.outcome import Counts, empty_counts, page_for, read_log
from sim.rules import tables as t
from sim.rules.run import WHOLE, play
from sim.world.scenario import Scenario


class Stats(NamedTuple):
    """How the solver fared over some runs."""

    solves: int = 0
    fallbacks: int = 0
    failures: int = 0
    reused: int = 0


class Chunk(NamedTuple):
    """What some consecutive runs come to; arrays in run order."""

    first: int
    runs: t.Floats  # (run, column of the outcome)
    crises: t.Ints  # (crisis, 1 + N_CRISIS_INT): run, then the crisis
    numbers: t.Floats  # (crisis, N_CRISIS_FLOAT)
    counts: Counts
    stats: Stats
    log_ints: t.Ints  # (row, 1 + N_LOG_INT): run, then the log; empty unless events are kept
    log_floats: t.Floats  # (row, N_LOG_FLOAT)

    def to_bytes(self) -> bytes:
        """Return the chunk as the bytes of an npz file."""
        buffer = io.BytesIO()
        tables = {f"counts_{name}": table for name, table in self.counts._asdict().items()}
        np.savez(
            buffer, first=np.array(self.first), runs=self.runs, crises=self.crises,
            numbers=self.numbers, stats=np.array(self.stats), log_ints=self.log_ints,
            log_floats=self.log_floats, **tables,
        )  # fmt: skip
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Chunk:
        """Read what `to_bytes` wrote."""
        with np.load(io.BytesIO(data)) as file:
            counts = Counts(*(file[f"counts_{name}"] for name in Counts._fields))
            return cls(
                int(file["first"]), file["runs"], file["crises"], file["numbers"], counts,
                Stats(*map(int, file["stats"])), file["log_ints"], file["log_floats"],
            )  # fmt: skip


class Player:
    """Plays runs of one scenario with one seed, in tables it allocates once.

    Parameters
    ----------
    scenario : Scenario
    seed : int
        Not negative.
    """

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.compiled: Compiled = compile_scenario(scenario)
        self.room = room_for(self.compiled, seed)
        c = self.compiled
        self.page = page_for(
            len(c.flashpoints), len(c.treaties), len(c.states),
            scenario.turns * 2 * len(c.flashpoints) + 1,
        )  # fmt: skip

    def log(self, run: int) -> tuple[t.Ints, t.Floats]:
        """Play one run and return a copy of its event log."""
        rows = self._play(run)
        log = self.room.log
        return log.ints[:rows].copy(), log.floats[:rows].copy()

    def _play(self, run: int) -> int:
        room = self.room
        play(room.terms, room.first, *room.packed, room.probabilities, run, WHOLE)
        rows = int(room.sit.cursor[t.LOGGED])
        if rows > len(room.log.ints):
            raise RuntimeError(f"the event log of run {run} has no room for {rows} rows")
        return rows

    def chunk(self, first: int, runs: int, events: bool = False) -> Chunk:
        """Play consecutive runs.

        Parameters
        ----------
        first, runs : int
            Number of the first run, and how many.
        events : bool
            Whether to keep the event logs.
        """
        c, page, log = self.compiled, self.page, self.room.log
        counts = empty_counts(len(c.flashpoints), len(c.treaties), c.scenario.turns, len(c.rungs))
        rows = np.empty((runs, len(page.run)))
        crises: list[t.Ints] = []
        numbers: list[t.Floats] = []
        kept_ints = [np.zeros((0, 1 + t.N_LOG_INT), dtype=np.int64)]
        kept_floats = [np.zeros((0, t.N_LOG_FLOAT))]
        stats = np.zeros(4, dtype=np.int64)
        start = c.start.flash[:, t.START_CONTROL].copy()
        war = int(c.terms.rules[t.WAR_RUNG])
        cursor = self.room.sit.cursor
        for i in range(runs):
            written = self._play(first + i)
            n = read_log(log.ints, log.floats, written, start, war, page, counts)
            rows[i] = page.run
            crises.append(np.insert(page.crises[:n], 0, first + i, axis=1))
            numbers.append(page.numbers[:n].copy())
            if events:
                kept_ints.append(np.insert(log.ints[:written], 0, first + i, axis=1))
                kept_floats.append(log.floats[:written].copy())
            stats += cursor[[t.SOLVES, t.FALLBACKS, t.FAILURES, t.REUSES]]
        return Chunk(
            first, rows, np.concatenate(crises), np.concatenate(numbers), counts,
            Stats(*map(int, stats)), np.concatenate(kept_ints), np.concatenate(kept_floats),
        )  # fmt: skip


_player: Player | None = None


def _set_up(scenario: Scenario, seed: int) -> None:
    """Make this worker's player; signals are the parent's business."""
    import signal

    global _player
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _player = Player(scenario, seed)


def _work(first: int, runs: int, events: bool) -> Chunk:
    assert _player is not None
    return _player.chunk(first, runs, events)


def play_chunks(
    player: Player, seed: int, plan: list[tuple[int, int]], jobs: int, events: bool = False
) -> Iterator[Chunk]:
    """Play chunks, here or in workers, and yield them as they are done, in any order.

    Parameters
    ----------
    player : Player
        Plays here where one job is enough.
    plan : list of (first run, number of runs)
    jobs : int
        Number of processes.
    events : bool
        Whether to keep the event logs.
    """
    if jobs <= 1 or len(plan) <= 1:
        for first, runs in plan:
            yield player.chunk(first, runs, events)
        return
    pool = ProcessPoolExecutor(
        min(jobs, len(plan)), get_context("spawn"), _set_up, (player.compiled.scenario, seed)
    )
    try:
        waiting = [pool.submit(_work, first, runs, events) for first, runs in plan]
        for future in as_completed(waiting):
            yield future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
