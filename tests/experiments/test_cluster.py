"""Sweeps on a cluster: a scheduler and two worker processes on loopback, one of which is killed."""

from __future__ import annotations

import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sim.experiments import cluster, point_chunks
from sim.experiments.cluster import spread
from sim.experiments.sweep import sweep
from sim.world.problems import InputError

DESIGN = {
    "scenario": "senkaku",
    "turns": 4,
    "runs_per_point": 2,
    "seed": 3,
    "uncertainties": {"rules.lambda": [10, 20, 30, 40], "rules.discount": [0.9, 0.95, 0.98]},
    "outcomes": ["war", "challenges"],
}


class Place(NamedTuple):
    """A scheduler and its workers."""

    address: str
    workers: list[subprocess.Popen[bytes]]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(workers: int, folder: Path) -> Iterator[Place]:
    address = f"tcp://127.0.0.1:{free_port()}"
    # workers that compile nothing, which takes a minute
    root = str(Path(__file__).parents[2])
    env = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": root}
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        made = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]],
            cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        started.append(made)
        return made

    try:
        start("dask_scheduler", "--host", address, "--no-dashboard")
        hands = [
            start(
                "dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard",
                "--host", "127.0.0.1",
            )
            for _ in range(workers)
        ]  # fmt: skip
        yield Place(address, hands)
    finally:
        for process in started:
            process.kill()
            process.wait()


def tables(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.parquet")}


class Slow:
    """Takes a while, so that a worker can be killed over it."""

    def __call__(self, number: int) -> tuple[int, int]:
        time.sleep(0.3)
        return number, os.getpid()


def test_a_sweep_comes_to_the_same_bytes_though_a_worker_is_killed(tmp_path, monkeypatch):
    monkeypatch.setattr(point_chunks, "CHUNK_POINTS", 1)
    here = sweep(DESIGN, out=tmp_path / "here")
    with running(2, tmp_path) as place:
        doing = spread(place.address, Slow, (), [(n,) for n in range(12)])
        first = next(doing)
        victim = next(w for w in place.workers if w.pid == first[1])
        victim.send_signal(signal.SIGKILL)
        done = [first, *doing]
        assert sorted(number for number, _ in done) == list(range(12))
        assert len({pid for _, pid in done}) == 2
        there = sweep(DESIGN, out=tmp_path / "there", cluster=place.address)
    assert tables(here.folder) == tables(there.folder)
    assert len(tables(here.folder)) == 2


def test_what_cannot_be_reached_is_one_clear_message(tmp_path, monkeypatch, run):
    monkeypatch.setattr(cluster, "PATIENCE", 2.0)
    nowhere = f"tcp://127.0.0.1:{free_port()}"
    with pytest.raises(InputError, match="no scheduler answers"):
        next(spread(nowhere, Slow, (), [(1,)]))
    design = tmp_path / "design.yaml"
    design.write_text(
        "scenario: senkaku\nturns: 4\nruns_per_point: 2\nuncertainties:\n  rules.lambda: [10, 20]\n"
    )
    code, _, err = run("sweep", str(design), "--cluster", nowhere, "--out", str(tmp_path / "o"))
    assert code == 1
    assert "dask scheduler" in err
    assert "deter sweep --resume" in err
    monkeypatch.setattr(cluster, "PATIENCE", 5.0)  # a scheduler takes its time to start
    with running(0, tmp_path) as place, pytest.raises(InputError, match="no worker"):
        next(spread(place.address, Slow, (), [(1,)]))


def test_a_worker_of_another_version_refuses() -> None:
    cluster._maker.cache_clear()
    told: dict[str, Any] = {**cluster.identity(), "program": "another"}
    with pytest.raises(cluster._Stranger, match="another"):
        cluster._do("key", pickle.dumps((told, Slow, ())), (1,))
    packed = pickle.dumps((cluster.identity(), Slow, ()))
    assert cluster._do("key", packed, (1,)) == (1, os.getpid())
    assert cluster._maker("key")
