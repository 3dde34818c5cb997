"""The ensemble: the same scenario played many times, each run with its own luck."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.compiled import CACHE_FOLDER, PLAIN
from sim.engines.chunks import Chunk, Player, Stats, play_chunks
from sim.engines.compile_scenario import Compiled
from sim.outcomes.outcome import Counts, add
from sim.rules import tables as t
from sim.world.scenario import Scenario

WORTH_WORKERS = 4.0
"""Seconds of work left at which starting workers pays."""
TRIAL = 4
"""Runs played first, to see how long one takes."""
LARGEST, LARGEST_WITH_EVENTS = 2_000, 100
"""Runs a chunk has at most."""


class Ensemble(NamedTuple):
    """Many runs of a scenario, in run order."""

    compiled: Compiled
    seed: int
    seconds: float
    runs: t.Floats
    crises: t.Ints
    numbers: t.Floats
    counts: Counts
    stats: Stats
    log_ints: t.Ints
    log_floats: t.Floats


def chunk_plan(runs: int, size: int) -> list[tuple[int, int]]:
    """Return the chunks that cover `runs` runs: pairs of first run and number of runs."""
    return [(first, min(size, runs - first)) for first in range(0, runs, size)]


def chunk_size(runs: int, events: bool = False) -> int:
    """Return how many runs go into a chunk: some forty chunks, none so large that it is a burden.

    A chunk lies in memory whole, and is what an interruption can cost.
    """
    return max(1, min(LARGEST_WITH_EVENTS if events else LARGEST, -(-runs // 40)))


def merge(chunks: Iterable[Chunk]) -> tuple[Any, ...]:
    """Put chunks together in run order, whatever order they come in."""
    ordered = sorted(chunks, key=lambda chunk: chunk.first)
    total = Counts(*(np.zeros_like(table) for table in ordered[0].counts))
    stats = np.zeros(len(Stats._fields), dtype=np.int64)
    for chunk in ordered:
        add(total, chunk.counts)
        stats += chunk.stats
    return (
        np.concatenate([chunk.runs for chunk in ordered]),
        np.concatenate([chunk.crises for chunk in ordered]),
        np.concatenate([chunk.numbers for chunk in ordered]),
        total,
        Stats(*map(int, stats)),
        np.concatenate([chunk.log_ints for chunk in ordered]),
        np.concatenate([chunk.log_floats for chunk in ordered]),
    )


def play_ensemble(
    scenario: Scenario,
    runs: int = 200,
    seed: int = 7,
    jobs: int | None = None,
    size: int | None = None,
    done: Callable[[Chunk], None] = lambda _chunk: None,
    have: Iterable[Chunk] = (),
    events: bool = False,
) -> Ensemble:
    """Play a scenario many times.

    Parameters
    ----------
    scenario : Scenario
    runs : int
        How many; run k is the same whatever else is played.
    seed : int
        Not negative.
    jobs : int, optional
        Processes; as many as there are cores, where the work is worth starting them.
    size : int, optional
        Runs in a chunk; results do not depend on it.
    done : callable
        Told of each chunk as it is finished.
    have : iterable of Chunk
        Chunks of the same plan that were played before.
    events : bool
        Whether to keep the event logs.

    Returns
    -------
    Ensemble
    """
    began = time.perf_counter()
    player = Player(scenario, seed)
    finished = {chunk.first: chunk for chunk in have}
    plan = [c for c in chunk_plan(runs, size or chunk_size(runs, events)) if c[0] not in finished]
    wanted = processes(player, plan, jobs)
    for chunk in play_chunks(player, seed, plan, wanted, events):
        finished[chunk.first] = chunk
        done(chunk)
    return Ensemble(player.compiled, seed, time.perf_counter() - began, *merge(finished.values()))


def processes(player: Player, plan: Sequence[tuple[int, ...]], jobs: int | None) -> int:
    """Return how many processes to use; compiles the rules where they still have to be.

    Parameters
    ----------
    player : Player
        Plays a few runs, to see how long one takes.
    plan : sequence of (first run, number of runs, ...)
        What is to be played.
    jobs : int, optional
        How many were asked for; otherwise as many as there are cores, where the work is worth it.
    """
    wanted = jobs if jobs is not None else (os.cpu_count() or 1)
    if not plan:
        return 1
    player.log(plan[0][0])  # compiles, if that is still to be done
    if wanted == 1 or (CACHE_FOLDER is None and not PLAIN):
        return 1  # without a cache every worker would compile the rules anew
    if jobs is not None:
        return wanted
    clock = time.perf_counter()
    trial = min(TRIAL, plan[0][1])
    for run in range(trial):
        player.log(run)
    left = (time.perf_counter() - clock) / trial * sum(piece[1] for piece in plan)
    return wanted if left > WORTH_WORKERS else 1
