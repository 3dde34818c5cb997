"""Tasks done by the workers of a Dask scheduler, wherever they run; the one owner of Dask.

It takes what `sim.engines.workers.shared` takes, and gives the same in the same way, so that
nothing else knows where tasks are done. Dask hands the tasks of a worker that is gone to others. A
worker needs this package in the same version, and nothing else; one that has another refuses.
"""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np

from sim.engines.provenance import program_hash
from sim.world.problems import InputError, clean

PATIENCE = 30.0
"""Seconds to wait for the scheduler, and for its first worker."""
AHEAD = 2
"""Tasks that are handed out for each thread of a worker: one is done, one is at hand."""
_LOCK = threading.Lock()


class _Stranger(Exception):
    """A worker runs another version of the program."""


def identity() -> dict[str, str]:
    """Return what decides that results are the same: the program and numpy."""
    return {"program": program_hash(), "numpy": np.__version__}


@cache
def _maker(_key: str) -> list[Any]:
    """Return where the doer of one piece of work is kept in this process."""
    return []


def _do(key: str, packed: bytes, task: tuple[Any, ...]) -> Any:
    """Do one task on a worker; what does it is unpacked and made once in each process."""
    with _LOCK:
        kept = _maker(key)
        if not kept:
            expected, make, arguments = pickle.loads(packed)
            if identity() != expected:
                raise _Stranger(f"it has {identity()}, not {expected}")
            kept.append(make(*arguments))
        return kept[0](*task)


def spread(
    address: str,
    make: Callable[..., Callable[..., Any]],
    arguments: tuple[Any, ...],
    tasks: Sequence[tuple[Any, ...]],
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[Any]:
    """Do tasks on a cluster and yield what they come to, in the order they are done.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://10.0.0.5:8786``.
    make : callable
        Called once in each worker process with `arguments`; returns what does a task. Importable.
    tasks : sequence of tuple
        Arguments, one tuple a task.
    stop : callable
        Asked now and then; once it says yes, no further task is handed out.

    Raises
    ------
    InputError
        If the scheduler does not answer, has no worker, a worker runs another version, or too many
        were lost over one task.
    RuntimeError
        If a task failed.
    """
    try:
        from distributed import Client, wait
        from distributed.scheduler import KilledWorker
    except ImportError as error:
        raise InputError(
            f"--cluster needs {error.name}, which is not installed\n"
            '    pip install "deter[cluster]"'
        ) from None
    shown = clean(address, 200)
    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, ValueError, TimeoutError) as error:
        raise InputError(
            f"--cluster: no scheduler answers at {shown} ({clean(str(error), 120)})\n"
            "    start one with `dask scheduler`, and give the address that it prints"
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise InputError(
                f"--cluster: the scheduler at {shown} has no worker\n"
                f"    start some with `dask worker {shown} --nthreads 1 --nworkers auto`"
            ) from None
        key = f"deter-{client.id}"
        # sent with every task: what lies on a worker is gone with it
        packed = pickle.dumps((identity(), make, arguments))
        waiting = iter(tasks)
        busy: set[Any] = set()

        def hand_out() -> None:
            threads = sum(client.nthreads().values())
            while len(busy) < AHEAD * max(1, threads):
                task = next(waiting, None)
                if task is None:
                    return
                busy.add(client.submit(_do, key, packed, task, pure=False))

        hand_out()
        while busy:
            try:
                ended = wait(busy, timeout=0.2, return_when="FIRST_COMPLETED").done
            except TimeoutError:
                ended = set()
            for future in ended:
                busy.discard(future)
                try:
                    yield future.result()
                except KilledWorker:
                    raise InputError(
                        "--cluster: several workers were lost while they did the same task\n"
                        "    if memory ran out, start workers with more (--memory-limit)"
                    ) from None
                except _Stranger as error:
                    raise InputError(
                        f"--cluster: a worker runs another version of the program: {error}\n"
                        "    install the same version everywhere"
                    ) from None
            if stop():
                waiting = iter(())
            hand_out()
