"""Worker processes: they do tasks, end when told to, and end when whoever started them is gone."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from typing import Any, NamedTuple

from sim.world.problems import InputError

Task = tuple[Any, ...]
PATIENCE = 5.0
"""Seconds a worker that has nothing left to do is given to end by itself."""


class _Failure(NamedTuple):
    """What a worker answers instead of a result."""

    what: str
    where: str


class _Worker(NamedTuple):
    process: Any
    line: Connection


def shared(
    make: Callable[..., Callable[..., Any]],
    arguments: tuple[Any, ...],
    tasks: Sequence[Task],
    jobs: int,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[Any]:
    """Do tasks in worker processes and yield what they come to, in the order they are done.

    However the loop over it is left, no worker outlives it.

    Parameters
    ----------
    make : callable
        Called once in each worker with `arguments`; returns what does a task. Importable.
    tasks : sequence of tuple
        Arguments, one tuple a task.
    jobs : int
        Number of processes.
    stop : callable
        Asked now and then; once it says yes, no further task is handed out.

    Raises
    ------
    InputError
        If a worker was killed.
    RuntimeError
        If a task failed.
    """
    waiting = iter(tasks)
    workers: list[_Worker] = []
    try:
        with _signals_held():
            for _ in range(min(jobs, len(tasks))):
                workers.append(_start(make, arguments))
        busy = {worker.line: worker for worker in workers if _hand_out(worker, waiting)}
        while busy:
            for line in wait(list(busy), timeout=0.2):
                worker = busy[line]  # type: ignore[index]
                yield _received(worker)
                if stop() or not _hand_out(worker, waiting):
                    del busy[worker.line]
        for worker in workers:
            worker.line.close()
        for worker in workers:
            worker.process.join(PATIENCE)
    finally:
        for worker in workers:
            worker.process.kill()
        for worker in workers:
            worker.process.join()
            worker.line.close()


@contextmanager
def _signals_held() -> Iterator[None]:
    """Hold back signals while processes are started, which inherit that and so never see them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start(make: Callable[..., Callable[..., Any]], arguments: tuple[Any, ...]) -> _Worker:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, make, arguments), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _hand_out(worker: _Worker, waiting: Iterator[Task]) -> bool:
    """Give a worker its next task; returns whether there was one."""
    task = next(waiting, None)
    if task is None:
        return False
    try:
        worker.line.send(task)
    except OSError:
        raise _lost(worker) from None
    return True


def _received(worker: _Worker) -> Any:
    try:
        answer = worker.line.recv()
    except (EOFError, OSError):
        raise _lost(worker) from None
    if isinstance(answer, _Failure):
        raise RuntimeError(f"{answer.what}\n{answer.where}")
    return answer


def _lost(worker: _Worker) -> InputError:
    worker.process.join(PATIENCE)
    return InputError(
        f"a worker process was ended from outside (code {worker.process.exitcode})\n"
        "    if memory ran out, use fewer processes (--jobs)"
    )


def _serve(
    line: Connection, make: Callable[..., Callable[..., Any]], arguments: tuple[Any, ...]
) -> None:
    """Do tasks until there are no more; signals are the business of the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        do = make(*arguments)
        while True:
            try:
                task = line.recv()
            except EOFError:
                return
            line.send(do(*task))
    except Exception as error:
        import traceback

        what = f"{type(error).__name__}: {error}"
        try:
            line.send(_Failure(what, traceback.format_exc()))
        except OSError:
            return


def _end_with_parent() -> None:
    """End this process at once when the one that started it is gone, whatever it is doing."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
