"""How long a large ensemble will take and how much disk, judged by a few runs played beforehand."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from sim.engines.arrow import crises_table, events_table, runs_table
from sim.engines.chunks import Chunk, Player
from sim.engines.compile_scenario import Compiled
from sim.world.scenario import Scenario

LONG = 0.5
"""Seconds that are spent on the runs played beforehand."""
MOST = 1_000
"""How many of them there are at most."""


class Estimate(NamedTuple):
    """What an ensemble is about to cost."""

    seconds: float
    processes: int
    table_bytes: float
    peak_bytes: float
    """The tables and the chunks they are made of, which lie there together at the end."""
    free_bytes: int


def estimate(
    scenario: Scenario, runs: int, seed: int, detail: str, jobs: int | None, place: Path
) -> Estimate:
    """Judge what playing a scenario many times will cost.

    Parameters
    ----------
    detail : {"summary", "crises", "events"}
        What is to be kept.
    jobs : int, optional
        Processes; as many as there are cores if not given.
    place : Path
        Folder the results are to lie in; need not be there.
    """
    player = Player(scenario, seed)
    player.log(0)  # compiles, if that is still to be done
    began, n = time.perf_counter(), 0
    while n < MOST and time.perf_counter() - began < LONG:
        player.log(n)
        n += 1
    each = (time.perf_counter() - began) / n
    chunk = player.chunk(0, n, events=detail == "events")
    tables = sum(_size(table) for table in _tables(player.compiled, chunk, detail)) / n
    parts = len(chunk.to_bytes()) / n
    processes = jobs or os.cpu_count() or 1
    seconds = each * runs / min(processes, os.cpu_count() or 1)
    there = next(p for p in (place.absolute(), *place.absolute().parents) if p.exists())
    free = shutil.disk_usage(there).free
    return Estimate(seconds, processes, tables * runs, (tables + parts) * runs, free)


def _tables(compiled: Compiled, chunk: Chunk, detail: str) -> list[pa.Table]:
    tables = [runs_table(compiled, 0, chunk.runs)]
    if detail != "summary":
        tables.append(crises_table(compiled, chunk.crises, chunk.numbers))
    if detail == "events":
        tables.append(events_table(chunk.log_ints, chunk.log_floats))
    return tables


def _size(table: pa.Table) -> int:
    """Return how many bytes the rows of a table take on disk; what is said once is left out."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    groups = pq.ParquetFile(pa.BufferReader(sink.getvalue())).metadata
    return sum(
        groups.row_group(g).column(c).total_compressed_size
        for g in range(groups.num_row_groups)
        for c in range(groups.num_columns)
    )
