"""Playing runs in chunks: what one worker does, and what it hands back."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.engines.compile_scenario import Compiled, compile_scenario
from sim.engines.room import forget, room_for, same_room
from sim.engines.workers import shared
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
        """Return the chunk as the bytes of a compressed npz file."""
        buffer = io.BytesIO()
        tables = {f"counts_{name}": table for name, table in self.counts._asdict().items()}
        np.savez_compressed(
            buffer, first=np.array(self.first), runs=self.runs, crises=self.crises,
            numbers=self.numbers, stats=np.array(self.stats), log_ints=self.log_ints,
            log_floats=self.log_floats, **tables,
        )  # fmt: skip
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Chunk:
        """Read what `to_bytes` wrote.

        Raises
        ------
        ValueError
            If the bytes are not whole.
        """
        try:
            with np.load(io.BytesIO(data)) as file:
                counts = Counts(*(file[f"counts_{name}"] for name in Counts._fields))
                return cls(
                    int(file["first"]), file["runs"], file["crises"], file["numbers"], counts,
                    Stats(*map(int, file["stats"])), file["log_ints"], file["log_floats"],
                )  # fmt: skip
        except (OSError, EOFError, KeyError, zipfile.BadZipFile, zlib.error) as error:
            raise ValueError(str(error)) from None

    def packed(self) -> Packed:
        """Return the chunk as it is kept in a file."""
        return Packed(self.first, len(self.runs), self.to_bytes())


class Packed(NamedTuple):
    """A chunk ready to be written to a file."""

    first: int
    runs: int  # how many
    data: bytes
    arm: int = 0  # 0 is the scenario itself, then its variants


class Player:
    """Plays runs of one scenario with one seed, in tables it allocates once.

    Parameters
    ----------
    scenario : Scenario
    seed : int
        Not negative.
    """

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.seed = seed
        self._allocate(compile_scenario(scenario))

    def _allocate(self, compiled: Compiled) -> None:
        c = self.compiled = compiled
        self.room = room_for(c, self.seed)
        self.page = page_for(
            len(c.flashpoints), len(c.treaties), len(c.states),
            c.scenario.turns * 2 * len(c.flashpoints) + 1, len(c.ties),
        )  # fmt: skip

    def change_to(self, scenario: Scenario) -> None:
        """Play another scenario from now on; in the same tables, if it has the same shape.

        Solutions are kept only where nothing but the start of runs is changed. Games are known by
        what varies within a scenario; what never does, such as the ladder, is no part of their
        names, so that under other terms a game of the same name may be another game.
        """
        compiled, now = compile_scenario(scenario), self.compiled
        if not same_room(compiled, now):
            self._allocate(compiled)
            return
        same = all(
            a.tobytes() == b.tobytes() for a, b in zip(compiled.terms, now.terms, strict=True)
        )
        for new, old in ((compiled.terms, now.terms), (compiled.start, now.start)):
            for source, table in zip(new, old, strict=True):
                table[...] = source
        if not same:
            forget(self.room)
        self.compiled = compiled._replace(terms=now.terms, start=now.start)

    def rows(self, first: int, runs: int) -> t.Floats:
        """Play consecutive runs; return only their rows of outcomes."""
        c, page, log = self.compiled, self.page, self.room.log
        counts = counts_for(c)
        start = c.start.flash[:, t.START_CONTROL].copy()
        depth = c.start.depth
        war = int(c.terms.rules[t.WAR_RUNG])
        rows = np.empty((runs, len(page.run)))
        for i in range(runs):
            written = self._play(first + i)
            read_log(log.ints, log.floats, written, start, depth, war, page, counts)
            rows[i] = page.run
        return rows

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
        counts = counts_for(c)
        rows = np.empty((runs, len(page.run)))
        crises: list[t.Ints] = []
        numbers: list[t.Floats] = []
        kept_ints = [np.zeros((0, 1 + t.N_LOG_INT), dtype=np.int64)]
        kept_floats = [np.zeros((0, t.N_LOG_FLOAT))]
        stats = np.zeros(4, dtype=np.int64)
        start = c.start.flash[:, t.START_CONTROL].copy()
        depth = c.start.depth
        war = int(c.terms.rules[t.WAR_RUNG])
        cursor = self.room.sit.cursor
        for i in range(runs):
            written = self._play(first + i)
            n = read_log(log.ints, log.floats, written, start, depth, war, page, counts)
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


def counts_for(c: Compiled) -> Counts:
    """Return counts of no runs of a scenario."""
    most = c.terms.ties.shape[1] - t.TIE_STEPS
    return empty_counts(
        len(c.flashpoints), len(c.treaties), c.scenario.turns, len(c.rungs), (len(c.ties), most)
    )


class _Task:
    """Plays a chunk of a scenario or of a variant of it and hands it on, whole or packed."""

    def __init__(
        self, player: Player, variants: Sequence[Scenario], seed: int, events: bool, packed: bool
    ) -> None:
        self.player, self.variants, self.seed = player, variants, seed
        self.events, self.packed = events, packed
        self.arm = 0

    def __call__(self, first: int, runs: int, arm: int = 0) -> Any:
        if arm != self.arm:  # chunks of a variant come one after the other
            self.player, self.arm = Player(self.variants[arm - 1], self.seed), arm
        chunk = self.player.chunk(first, runs, self.events and arm == 0)
        return chunk.packed()._replace(arm=arm) if self.packed else chunk


def _make(
    scenario: Scenario, variants: Sequence[Scenario], seed: int, events: bool, packed: bool
) -> _Task:
    return _Task(Player(scenario, seed), variants, seed, events, packed)


def play_chunks(
    player: Player,
    seed: int,
    plan: Sequence[tuple[int, ...]],
    jobs: int,
    events: bool = False,
    packed: bool = False,
    stop: Callable[[], bool] = lambda: False,
    variants: Sequence[Scenario] = (),
) -> Iterator[Any]:
    """Play chunks, here or in workers, and yield them as they are done, in any order.

    Parameters
    ----------
    player : Player
        Plays here where one job is enough.
    plan : sequence of (first run, number of runs) or (first run, number of runs, arm)
        Arm 0 is the scenario itself, which comes first; arm k is the k-th of `variants`.
    jobs : int
        Number of processes.
    events : bool
        Whether to keep the event logs; those of variants are not kept.
    packed : bool
        Whether to yield `Packed`, which workers make, rather than `Chunk`.
    stop : callable
        Asked after each chunk; once it says yes, only chunks at hand are still finished.
    variants : sequence of Scenario
        Other scenarios, played under the same luck.
    """
    if jobs > 1 and len(plan) > 1:
        arguments = (player.compiled.scenario, tuple(variants), seed, events, packed)
        yield from shared(_make, arguments, plan, jobs, stop)
        return
    task = _Task(player, variants, seed, events, packed)
    for piece in plan:
        yield task(*piece)
        if stop():
            return
