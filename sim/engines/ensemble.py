"""The ensemble: the same scenario played many times, each run with its own luck."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
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


def chunk_size(runs: int) -> int:
    """Return how many runs go into a chunk: some forty chunks, of at most 10,000 runs."""
    return max(1, min(10_000, -(-runs // 40)))


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
    plan = [c for c in chunk_plan(runs, size or chunk_size(runs)) if c[0] not in finished]
    wanted = jobs if jobs is not None else (os.cpu_count() or 1)
    if plan and wanted > 1:
        if CACHE_FOLDER is None and not PLAIN:
            wanted = 1  # every worker would compile the rules anew
        elif jobs is None:
            player.log(plan[0][0])  # compiles, if that is still to be done
            clock = time.perf_counter()
            trial = min(TRIAL, runs)
            for run in range(trial):
                player.log(run)
            left = (time.perf_counter() - clock) / trial * sum(n for _, n in plan)
            wanted = wanted if left > WORTH_WORKERS else 1
        else:
            player.log(plan[0][0])
    for chunk in play_chunks(player, seed, plan, wanted, events):
        finished[chunk.first] = chunk
        done(chunk)
    return Ensemble(player.compiled, seed, time.perf_counter() - began, *merge(finished.values()))
