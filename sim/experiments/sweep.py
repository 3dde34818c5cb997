"""Sweeps: every point of a design is played, under the same luck, into one folder.

Run k of a seed has the same luck at every point, so that a difference between points is that of
their values and not of chance (common random numbers; Law 2015, section 11.2).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from sim.analysis.sweeps import SweepResults, load_sweep
from sim.engines.chunks import Player
from sim.engines.ensemble import processes
from sim.engines.folder import PARTS, Interrupted, fresh_folder, write_whole, writing
from sim.engines.workers import shared
from sim.experiments.design_file import load_design
from sim.experiments.designs import Design
from sim.experiments.point_chunks import Failure, Labour, Orders, PackedPoints, make_labour
from sim.experiments.sweep_folder import (
    PART,
    BegunSweep,
    chunks,
    complete_sweep,
    resume_sweep,
    start_sweep,
)
from sim.world.scenario import Scenario


class Paused(Exception):
    """The time is up that the design allows; what was played is kept and can be resumed."""


def play_sweep(
    folder: Path,
    begun: BegunSweep,
    jobs: int | None = None,
    done: Callable[[int], None] = lambda _points: None,
    failed: Callable[[Failure], None] = lambda _failure: None,
    stop: Callable[[], bool] = lambda: False,
    cluster: str | None = None,
) -> None:
    """Play the points that are missing, and make the tables.

    Parameters
    ----------
    folder : Path
        As `start_sweep` or `resume_sweep` found it.
    begun : BegunSweep
    jobs : int, optional
        Processes; as many as there are cores, where the work is worth starting them.
    done : callable
        Told the number of points of each chunk, after it is on disk.
    failed : callable
        Told of each point that could not be played, at once.
    stop : callable
        Asked now and then; once it says yes, only chunks at hand are still finished.
    cluster : str, optional
        Address of a Dask scheduler, whose workers play instead of processes here.

    Raises
    ------
    Interrupted
        If it was stopped so.
    Paused
        If the design's time is up.
    InputError
        If the disk is full, or a worker was killed; what was written stays valid.
    """
    design = begun.design
    began = time.monotonic()
    missing = [piece for piece in chunks(design) if piece[0] not in begun.have]
    minutes = design.stop.minutes

    def over() -> bool:
        return minutes is not None and time.monotonic() - began > 60 * minutes

    left = sum(number for _, number in missing)
    with writing(folder / PARTS):
        (folder / PARTS).mkdir(exist_ok=True)
    played = _played(design, missing, jobs, lambda: stop() or over(), cluster)
    with closing(played):  # type: ignore[type-var]
        for piece in played:
            write_whole(folder / PARTS / PART.format(piece.first), piece.data)
            for failure in piece.failures:
                failed(failure)
            left -= piece.points
            done(piece.points)
    if left:
        raise Interrupted if stop() else Paused
    complete_sweep(folder, begun, time.monotonic() - began)


def _played(
    design: Design,
    missing: list[tuple[int, int]],
    jobs: int | None,
    stop: Callable[[], bool],
    cluster: str | None,
) -> Iterator[PackedPoints]:
    """Yield the chunks as they are played, here, in workers or on a cluster, in any order."""
    orders = Orders(
        design.scenario, design.paths, design.seed, design.runs, design.outcomes, design.stop
    )
    tasks = [(first, design.points[first : first + points]) for first, points in missing]
    if cluster is not None and tasks:
        from sim.experiments.cluster import spread

        yield from spread(cluster, make_labour, (orders,), tasks, stop)
        return
    player = Player(design.scenario, design.seed)
    sizes = [(first, points * design.runs) for first, points in missing]
    jobs = processes(player, sizes, jobs)
    if jobs > 1 and len(tasks) > 1:
        yield from shared(make_labour, (orders,), tasks, jobs, stop)
        return
    labour = Labour(orders, player)
    for first, points in tasks:
        yield labour(first, points)
        if stop():
            return


def sweep(
    design: str | os.PathLike[str] | Mapping[str, Any] | Design,
    scenario: Scenario | None = None,
    out: str | os.PathLike[str] | None = None,
    resume: str | os.PathLike[str] | None = None,
    jobs: int | None = 1,
    cluster: str | None = None,
) -> SweepResults:
    """Play a parameter sweep.

    Parameters
    ----------
    design : path, mapping or Design
        A design file, or what one would hold.
    scenario : Scenario, optional
        What is varied, in place of the design's `scenario`.
    out : path, optional
        Folder to write to, new or empty; results/NAME-TIME by default.
    resume : path, optional
        Instead, the folder of a sweep of this design that was interrupted.
    jobs : int, optional
        Processes. More than one needs the calling script to be importable (guard its main part
        with ``if __name__ == "__main__"``); None takes as many as there are cores.
    cluster : str, optional
        Address of a Dask scheduler, whose workers play instead.

    Returns
    -------
    SweepResults
        ``points()`` is a pandas table with one row a point, ``runs()`` with one a run, ``plot``
        draws figures.

    Raises
    ------
    ScenarioError
        If anything is wrong with the design; lists all problems.
    InputError
        If the folder cannot be used.
    """
    read = design if isinstance(design, Design) else load_design(design, scenario)
    if resume is not None:
        folder = Path(resume)
        begun = resume_sweep(folder, read)
    else:
        folder = fresh_folder(Path(out) if out is not None else None, f"{read.scenario.name}-sweep")
        begun = start_sweep(folder, read, "sim.sweep")
    if begun.manifest.get("complete") is not True:
        play_sweep(folder, begun, jobs, cluster=cluster)
    return load_sweep(folder)
