"""A few rules, quick to compile, for tests of where compiled code is kept.

Run as a program it waits for a file, then compiles and calls them and prints what came of it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from sim.compiled import CACHE_FOLDER, first_compile, rule
from sim.luck import draw, key_of
from sim.rules.choice import logistic


@rule
def mean_chance(key, runs):  # type: ignore[no-untyped-def]
    """Return a mean of logistic draws, which reaches two modules of rules."""
    total = 0.0
    for run in range(runs):
        total += logistic(8.0 * draw(key, run, 0, 1, 2, 3, 4) - 4.0)
    return total / runs


def told() -> dict[str, Any]:
    """Return what the rules come to, bit for bit, and how they were come by."""
    key = np.zeros(2, dtype=np.int64)
    key[:] = key_of(7)
    stats = getattr(mean_chance, "stats", None)
    value = float(mean_chance(key, 50)).hex()
    return {
        "value": value,
        "folder": None if CACHE_FOLDER is None else str(CACHE_FOLDER),
        "first": first_compile(),
        "from_cache": 0 if stats is None else sum(mean_chance.stats.cache_hits.values()),
    }


if __name__ == "__main__":
    from sim.engines.warm import announce_compile

    announce_compile()
    if len(sys.argv) > 1:
        gate = Path(sys.argv[1])
        Path(f"{gate}.{os.getpid()}").touch()
        while not gate.exists():
            time.sleep(0.001)
    print(json.dumps(told()))
