"""Worker processes: what they do, and that none is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from multiprocessing import active_children
from pathlib import Path

import pytest

from sim.engines.workers import shared
from sim.world.problems import InputError
from tests.engines.labour import make

NUMBERS = [(number,) for number in range(9)]


def test_every_task_is_done_once() -> None:
    assert sorted(shared(make, (3,), NUMBERS, jobs=2)) == [3 * n for n in range(9)]
    assert active_children() == []


def test_no_task_is_handed_out_after_a_stop() -> None:
    done = list(shared(make, (1,), NUMBERS, jobs=2, stop=lambda: True))
    assert sorted(done) == [0, 1]
    assert active_children() == []


def test_a_loop_that_is_left_leaves_no_worker() -> None:
    tasks = shared(make, (1,), [(0,), ("sleep",), ("sleep",)], jobs=2)
    assert next(tasks) == 0
    began = time.monotonic()
    tasks.close()  # type: ignore[attr-defined]
    assert time.monotonic() - began < 5
    assert active_children() == []


def test_a_task_that_fails_is_told() -> None:
    with pytest.raises(RuntimeError, match="ValueError: no such luck"):
        list(shared(make, (1,), [*NUMBERS, ("fail",)], jobs=2))
    assert active_children() == []


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal")
def test_a_worker_that_is_killed_is_told() -> None:
    with pytest.raises(InputError, match=r"was ended from outside \(code -9\)"):
        list(shared(make, (1,), [(1,), ("die",), (1,)], jobs=2))
    assert active_children() == []


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal")
def test_workers_end_when_their_parent_is_killed(project: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-m", "tests.engines.labour"],
        cwd=project, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert parent.stdout is not None
    children = [int(word) for word in parent.stdout.readline().split()]
    assert len(children) == 2
    parent.kill()
    # whoever waits for the end of the output is not kept waiting either
    assert parent.communicate(timeout=20)[0] == ""
    for child in children:
        with pytest.raises(ProcessLookupError):
            _until_gone(child)


def _until_gone(process: int) -> None:
    for _ in range(100):
        os.kill(process, 0)
        # one that ended but whose end nobody has heard of yet is gone, too
        if Path(f"/proc/{process}/stat").exists():
            state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
            if state == "Z":
                raise ProcessLookupError
        time.sleep(0.1)
