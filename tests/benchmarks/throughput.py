"""Measure how fast ensembles are.

    python tests/benchmarks/throughput.py [--runs N] [--no-workers] [--json | --markdown]

The packaged Indo-Pacific scenario as it is, warm, everything in one session:

- the ensemble on one core, in runs a second, from a player that has played as many runs before
- the same with no game remembered, and with games off the grids of beliefs and control, so that
  fewer meet again
- the same runs in Mesa with rules in plain Python (a process of its own under
  NUMBA_DISABLE_JIT=1), which remembers solved games just as the ensemble does
- two workers against one, the best of five
- one stage game solved from nothing: staging, contests and equilibrium, nothing remembered

What runs in one process is measured in processor time, so that others at work on the machine count
for little; workers against one can only be measured by the clock on the wall, on a quiet machine.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from machine import machine, machine_line, markdown

NAME = "indo_pacific_2024"

MEANING = {
    "runs_per_second_one_core": "ensemble on one core, runs a second",
    "games_per_run": "stage games in a run",
    "solves_per_run": "of them solved; the others are remembered",
    "share_reused": "share remembered",
    "runs_per_second_without_memory": "with every game solved anew, runs a second",
    "runs_per_second_without_grids": "without grids of beliefs and control, runs a second",
    "share_reused_without_grids": "share remembered without grids",
    "microseconds_per_solve": "µs to stage and solve a game from nothing, mean",
    "two_workers_ratio": "two workers against one, times (wall clock)",
    "mesa_runs_per_second": "Mesa with rules in plain Python, runs a second",
    "mesa_ratio": "ensemble on one core against that, times",
}
"""What each figure is."""

MESA = """
import json, sys, time
from sim.engines.model import CrisisModel
from sim.files.check import load_scenario
scenario = load_scenario(sys.argv[1])
runs = int(sys.argv[2])
began = time.process_time()
for run in range(runs):
    CrisisModel(scenario, seed=7, run=run).run_to_end()
print(json.dumps((time.process_time() - began) / runs))
"""


def mesa_seconds(runs: int) -> float:
    """Return the seconds that a run takes in Mesa, in plain Python."""
    done = subprocess.run(
        [sys.executable, "-c", MESA, NAME, str(runs)],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(json.loads(done.stdout))


def one_core(runs: int) -> dict[str, float]:
    """Play runs on one core after as many others; return rates."""
    from sim.engines.chunks import Player
    from sim.files.check import load_scenario

    player = Player(load_scenario(NAME), 7)
    player.chunk(runs, runs)
    began = time.process_time()
    chunk = player.chunk(0, runs)
    seconds = time.process_time() - began
    return {
        "runs_per_second_one_core": runs / seconds,
        "games_per_run": chunk.stats.solves / runs,
        "solves_per_run": (chunk.stats.solves - chunk.stats.reused) / runs,
        "share_reused": chunk.stats.reused / chunk.stats.solves,
    }


def without(runs: int) -> dict[str, float]:
    """Return rates where nothing is remembered, and where there are no grids."""
    from sim.engines.chunks import Player
    from sim.engines.room import room_for
    from sim.files.check import load_scenario

    scenario, rates = load_scenario(NAME), {}
    for name, changes, remembers in (
        ("without_memory", {}, False),
        ("without_grids", {"rules.belief_step": 0.0, "rules.control_step": 0.0}, True),
    ):
        player = Player(scenario.set(changes), 7)
        player.room = room_for(player.compiled, 7, remembers=remembers)
        player.chunk(runs, runs if remembers else 1)
        began = time.process_time()
        chunk = player.chunk(0, runs)
        rates[f"runs_per_second_{name}"] = runs / (time.process_time() - began)
        if remembers:
            rates[f"share_reused_{name}"] = chunk.stats.reused / chunk.stats.solves
    return rates


def per_solve(games: int) -> float:
    """Return the microseconds that a stage game takes from nothing: mean over games as played."""
    import numpy as np

    from sim.compiled import rule
    from sim.engines.compile_scenario import compile_scenario
    from sim.engines.room import room_for
    from sim.files.check import load_scenario
    from sim.rules import tables as t
    from sim.rules.run import FIRST, play
    from sim.rules.staging import stage
    from sim.rules.turn import OVER, solve_staged

    @rule
    def solve_often(terms, sit, game, contests, solution, lanes, scratch, f, times):  # type: ignore[no-untyped-def]
        for _ in range(times):
            stage(terms, sit, game, f)
            solve_staged(game, contests, solution, lanes, scratch)

    compiled = compile_scenario(load_scenario(NAME))
    room = room_for(compiled, 7, remembers=False)
    sit, game, contests, solution, lanes, scratch = room.packed[:6]
    times: list[float] = []
    run = 0
    while len(times) < games:
        due = play(room.terms, room.first, *room.packed, room.probabilities, run, FIRST)
        solved = 0
        while due != OVER:
            opening = room.sit.crisis[room.sit.cursor[t.NOW], t.LIVE] == 2
            if room.sit.cursor[t.SOLVES] > solved and not opening:
                solved = int(room.sit.cursor[t.SOLVES])
                f = int(room.sit.cursor[t.NOW])
                arguments = (room.terms, sit, game, contests, solution, lanes, scratch, f)
                solve_often(*arguments, 1)
                began = time.process_time()
                solve_often(*arguments, 1)
                one = time.process_time() - began
                began = time.process_time()
                solve_often(*arguments, 11)
                times.append((time.process_time() - began - one) / 10 * 1e6)
            option = int(room.sit.cursor[t.LUCKY])
            due = play(room.terms, room.first, *room.packed, room.probabilities, run, option)
        run += 1
    return float(np.mean(times))


def two_workers(runs: int) -> float:
    """Return how much faster two workers are than one, the best of five."""
    from sim.engines.ensemble import play_ensemble
    from sim.files.check import load_scenario

    scenario = load_scenario(NAME)

    def seconds(jobs: int) -> float:
        began = time.perf_counter()
        play_ensemble(scenario, runs, seed=7, jobs=jobs, size=max(1, runs // 16))
        return time.perf_counter() - began

    one = min(seconds(1) for _ in range(2))
    return max(one / seconds(2) for _ in range(5))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--markdown", action="store_true", help="the table alone")
    parser.add_argument("--runs", type=int, default=4000)
    parser.add_argument("--no-workers", action="store_true", help="leave out two against one")
    parser.add_argument("--mesa-runs", type=int, default=4)
    given = parser.parse_args()
    found: dict[str, Any] = one_core(given.runs)
    found |= without(max(100, given.runs // 8))
    found["microseconds_per_solve"] = per_solve(300)
    if not given.no_workers:
        found["two_workers_ratio"] = two_workers(given.runs)
    mesa = mesa_seconds(given.mesa_runs)
    found["mesa_runs_per_second"] = 1.0 / mesa
    found["mesa_ratio"] = found["runs_per_second_one_core"] * mesa
    if given.json:
        print(json.dumps({"machine": machine(), **found}))
        return
    if not given.markdown:
        print(machine_line() + "\n")
    print(markdown(["", ""], [[MEANING[name], f"{value:,.4g}"] for name, value in found.items()]))


if __name__ == "__main__":
    main()
