"""What a benchmark ran on, and how its tables are printed."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path


def machine() -> dict[str, str]:
    """Return processor, cores and versions."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    found = {"processor": model, "cores": str(os.cpu_count()), "system": platform.system()}
    found["python"] = platform.python_version()
    return found | {name: version(name) for name in ("numpy", "numba", "mesa")}


def machine_line() -> str:
    """Return the same in a line."""
    m = machine()
    return (
        f"{m['processor']}, {m['cores']} cores, {m['system']}; Python {m['python']}, "
        f"numpy {m['numpy']}, numba {m['numba']}, mesa {m['mesa']}"
    )


def cpu_seconds(action: Callable[[int], object], rounds: int = 3) -> float:
    """Return the processor time of an action, the least of some rounds.

    Processor time, because the clock on the wall also counts what others do on the machine.

    Parameters
    ----------
    action : callable
        Is told the number of the round, so that no round need repeat another's work.
    """
    best = float("inf")
    for number in range(rounds):
        began = time.process_time()
        action(number)
        best = min(best, time.process_time() - began)
    return best


def markdown(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
