"""Plays runs for a test in another process: reads requests, one pickle each, and answers with logs.

Started with its own settings of Numba, so that the same runs can be compared between them.
"""

from __future__ import annotations

import pickle
import sys
from typing import Any

import numpy as np


def logs(scenario: Any, seed: int, runs: list[int]) -> list[tuple[bytes, bytes]]:
    """Return the bytes of the event logs of some runs."""
    from sim.engines.chunks import Player

    player = Player(scenario, seed)
    return [(ints.tobytes(), floats.tobytes()) for ints, floats in map(player.log, runs)]


def mesa(scenario: Any, seed: int, runs: list[int]) -> list[tuple[bytes, bytes]]:
    """Return the bytes of the event logs of some runs played in Mesa."""
    from sim.engines.model import CrisisModel
    from sim.rules.tables import LOGGED

    found = []
    for run in runs:
        model = CrisisModel(scenario, seed=seed, run=run)
        model.run_to_end()
        log, rows = model.room.log, int(model.room.sit.cursor[LOGGED])
        found.append((log.ints[:rows].tobytes(), log.floats[:rows].tobytes()))
    return found


def rows(scenario: Any, seed: int, runs: int) -> list[bytes]:
    """Return the bytes of the tables that are read from the logs."""
    from sim.engines.chunks import Player

    chunk = Player(scenario, seed).chunk(0, runs)
    return [table.tobytes() for table in (chunk.runs, chunk.crises, chunk.numbers, *chunk.counts)]


def answer(request: tuple[str, tuple[Any, ...]]) -> Any:
    """Do what a request asks; errors are handed back."""
    name, args = request
    try:
        # too small a number becomes zero or less exact, compiled or not: that is no error
        with np.errstate(all="raise", under="ignore"):
            return {"logs": logs, "mesa": mesa, "rows": rows}[name](*args)
    except Exception as error:  # the test says what went wrong
        return repr(error)


if __name__ == "__main__":
    while True:
        try:
            request = pickle.load(sys.stdin.buffer)
        except EOFError:
            break
        pickle.dump(answer(request), sys.stdout.buffer)
        sys.stdout.buffer.flush()
