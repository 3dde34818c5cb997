"""What is being played: each piece of work by a process of its own, one of a kind at a time.

Work is known by what it is (scenario, changes, runs, seed), so that the same page asked for twice
is played once. Work that waits, and results that are kept, are bounded.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Literal, NamedTuple

MOST_RUNS = 5000
MOST_WAITING, MOST_KEPT = 12, 40
Kind = Literal["story", "tree", "many", "lesson"]
State = Literal["waiting", "compiling", "playing", "drawing", "done", "failed", "cancelled"]
ENDED = ("done", "failed", "cancelled")


class Full(Exception):
    """Too much waits to be played."""


class Work(NamedTuple):
    """One run told as a story, a decision in it, many runs with changes, or a lesson."""

    kind: Kind
    scenario: str
    """Name of a packaged scenario, or path of a file that the server was started with; of a lesson
    its name."""
    settings: tuple[str, ...]
    seed: int
    number: int
    """Which run is told; how many are played."""
    decision: int = 0
    """Which decision of a run is drawn, from 1."""

    @property
    def key(self) -> str:
        """What the work is known by."""
        return sha256(repr(tuple(self)).encode()).hexdigest()[:20]


@dataclass
class Job:
    """A piece of work and how far it is."""

    work: Work
    folder: Path
    state: State = "waiting"
    done: int = 0
    total: int = 0
    why: str = ""
    process: asyncio.subprocess.Process | None = field(default=None, repr=False)

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in ENDED

    def as_dict(self) -> dict[str, object]:
        """Return how far it is, for a page that asks."""
        return {
            "state": self.state, "done": self.done, "total": self.total, "why": self.why,
            "ended": self.ended,
        }  # fmt: skip


class Desk:
    """Takes work, has it played, and keeps what comes of it.

    Parameters
    ----------
    folder : Path
        Where results are kept; the desk owns what lies in it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.jobs: dict[str, Job] = {}
        self._queues: dict[Kind, asyncio.Queue[Job]] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Begin to work."""
        kinds: tuple[Kind, ...] = ("story", "tree", "many", "lesson")
        for kind in kinds:
            self._queues[kind] = asyncio.Queue()
            self._tasks.append(asyncio.create_task(self._serve(self._queues[kind])))

    async def close(self) -> None:
        """Stop all work."""
        for job in self.jobs.values():
            self.cancel(job)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def find(self, work: Work) -> Job | None:
        """Return the job of some work, if it was asked for and not given up."""
        job = self.jobs.get(work.key)
        return None if job is None or job.state == "cancelled" else job

    def ask(self, work: Work) -> Job:
        """Have some work done, unless it already is or was.

        Raises
        ------
        Full
            If too much waits.
        """
        found = self.find(work)
        if found is not None and found.state != "failed":
            return found
        if sum(not job.ended for job in self.jobs.values()) >= MOST_WAITING:
            raise Full
        self._forget()
        job = Job(work, self.folder / work.key)
        shutil.rmtree(job.folder, ignore_errors=True)
        self.jobs[work.key] = job
        self._queues[work.kind].put_nowait(job)
        return job

    def cancel(self, job: Job) -> None:
        """Give up a job that has not ended."""
        if job.ended:
            return
        job.state = "cancelled"
        if job.process is not None:
            # its own workers are of its group
            with contextlib.suppress(ProcessLookupError):
                os.killpg(job.process.pid, signal.SIGKILL)

    def _forget(self) -> None:
        """Drop the oldest results where there are too many."""
        ended = [key for key, job in self.jobs.items() if job.ended]
        for key in ended[: max(0, len(self.jobs) - MOST_KEPT + 1)]:
            shutil.rmtree(self.jobs.pop(key).folder, ignore_errors=True)

    async def _serve(self, queue: asyncio.Queue[Job]) -> None:
        while True:
            job = await queue.get()
            if not job.ended:
                await self._play(job)

    async def _play(self, job: Job) -> None:
        job.folder.mkdir(parents=True)
        job.process = process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "sim.web.work", str(job.folder),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(job.work._asdict()).encode())
        process.stdin.close()
        try:
            async for line in process.stdout:
                told = json.loads(line)
                if not job.ended:
                    job.state = told.get("state", job.state)
                    job.done, job.total = told.get("done", job.done), told.get("total", job.total)
                    job.why = told.get("why", job.why)
            await process.wait()
        except asyncio.CancelledError:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
            raise
        if not job.ended:
            job.state, job.why = "failed", "the process that played it ended early"
