"""Tasks for workers, in a module of their own that another process can import."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from multiprocessing import active_children
from typing import Any


def make(factor: int) -> Callable[[Any], Any]:
    """Return what multiplies a number; told a word, it does something else."""

    def do(what: Any) -> Any:
        if what == "fail":
            raise ValueError("no such luck")
        if what == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if what == "sleep":
            time.sleep(300)
        if what == "pid":
            return os.getpid()
        return factor * what

    return do


if __name__ == "__main__":
    # started by a test, which then kills it
    from sim.engines.workers import shared

    done = shared(make, (1,), [("pid",)] * 2 + [("sleep",)] * 4, jobs=2)
    next(done), next(done)
    print(*(child.pid for child in active_children()), flush=True)
    sys.exit(f"not to be reached: {next(done)}")
