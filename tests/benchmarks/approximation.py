"""Measure the error of counting further guarantors by what they add.

    python tests/benchmarks/approximation.py [--games N] [--json | --markdown]

Who may join a crisis is enumerated coalition by coalition up to `sim.rules.tables.MAX_EXACT`;
further ones enter the values additively. Here games with four and more who may join are solved both
ways, and with other limits: games as they are played in the packaged Indo-Pacific scenario, and in
made-up scenarios with one flashpoint and four, six and eight unlike guarantors.

For each game: the largest difference in the chance of any act of any type of challenger, and in the
chance that any of those who may join comes after any answer. Microseconds are processor time for one
solution from nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(1, str(Path(__file__).parent.parent.parent))

from machine import machine, machine_line, markdown
from scaling import made_up

from sim.files.check import load_scenario
from sim.rules import tables as t
from sim.rules.solver import solve
from sim.rules.turn import ACT
from sim.world.scenario import Scenario
from sim.world.validation import examine
from tests.rules.bench import Stage, joins, wide_twin


def unlike(guarantors: int) -> Scenario:
    """Return a made-up scenario whose guarantors differ in strength, stake and distance."""
    data = made_up(flashpoints=1, guarantors=guarantors)
    for i in range(guarantors):
        name = f"s0_{2 + i}"
        data["states"][name]["capability"] = 0.02 * (1 + i % 4)
        data["flashpoints"]["f0"]["stakes"][name] = 0.05 + 0.05 * (i % 5)
        data["flashpoints"]["f0"]["distances"][name] = 500 * (1 + i % 3)
    made, problems = examine(data)
    assert made is not None, problems
    return made


def games(made: Scenario, most: int) -> Iterator[Stage]:
    """Yield games with more who may join than are enumerated, as they are played."""
    stage, found, run = Stage(made), 0, 0
    while True:
        for due in stage.decisions(run):
            if due == ACT and stage.game.head[t.G_ENTRANTS] > t.MAX_EXACT:
                yield stage
                found += 1
                if found == most:
                    return
        run += 1


def solved(stage: Stage, exact: int) -> tuple[Any, Any, float]:
    """Solve a stage's game with a limit; return chances of acts, of coming, and the time taken."""
    room = wide_twin(stage)
    room.game.head[t.G_EXACT] = exact
    began = time.process_time()
    solve(*room.packed[1:6])
    taken = time.process_time() - began
    if room.solution.status[t.S_FALLBACK] == 2.0:
        raise ArithmeticError("not solved to tolerance")
    k, n = int(stage.game.head[t.G_ACTS]), int(stage.game.head[t.G_ENTRANTS])
    return room.solution.prob_c[:k].copy(), joins(room)[1:k, 1:, :n, 0], taken


def measure(made: Scenario, limits: tuple[int, ...], most: int) -> dict[str, Any]:
    """Return, by limit, errors against enumerating everybody, and times."""
    errors: dict[int, list[tuple[float, float, float]]] = {limit: [] for limit in limits}
    whole_times, several, unsolved = [], [], 0
    for stage in games(made, most):
        n = int(stage.game.head[t.G_ENTRANTS])
        try:
            acts, comes, taken = solved(stage, n)
            rough = {limit: solved(stage, limit) for limit in limits if limit < n}
        except ArithmeticError:
            unsolved += 1
            continue
        whole_times.append(taken)
        several.append(n)
        for limit, (a, c, seconds) in rough.items():
            gaps = float(np.abs(a - acts).max()), float(np.abs(c - comes).max())
            errors[limit].append((*gaps, seconds))
    found: dict[str, Any] = {
        "games": len(several), "unsolved": unsolved, "may_join": [min(several), max(several)],
        "microseconds_enumerated": float(np.median(whole_times)) * 1e6, "limits": {},
    }  # fmt: skip
    for limit, rows in errors.items():
        if rows:
            acts, comes, seconds = np.array(rows).T
            found["limits"][limit] = {
                "act_mean": acts.mean(), "act_most": acts.max(), "comes_mean": comes.mean(),
                "comes_most": comes.max(), "microseconds": float(np.median(seconds)) * 1e6,
            }  # fmt: skip
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--games", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--markdown", action="store_true", help="the table alone")
    given = parser.parse_args()
    cases = {"Indo-Pacific": load_scenario("indo_pacific_2024")}
    cases |= {f"made up, {n} guarantors": unlike(n) for n in (4, 6, 8)}
    solved(next(games(cases["Indo-Pacific"], 1)), 3)  # compiles
    found = {name: measure(made, (1, 2, 3, 4), given.games) for name, made in cases.items()}
    if given.json:
        print(json.dumps({"machine": machine(), **found}))
        return
    if not given.markdown:
        print(machine_line() + "\n")
    rows = []
    for name, case in found.items():
        least, most = case["may_join"]
        span = f"{least}" if least == most else f"{least} to {most}"
        for limit, row in case["limits"].items():
            rows.append([
                name, case["games"], span, limit, f"{row['act_mean']:.4f}", f"{row['act_most']:.3f}",
                f"{row['comes_mean']:.3f}", f"{row['comes_most']:.3f}",
                f"{row['microseconds']:,.0f}", f"{case['microseconds_enumerated']:,.0f}",
            ])  # fmt: skip
    head = [
        "games of", "games", "may join", "enumerated", "act: mean", "most", "comes: mean", "most",
        "µs", "µs, all enumerated",
    ]  # fmt: skip
    print(markdown(head, rows))
    unsolved = sum(case["unsolved"] for case in found.values())
    print(f"\nGames left out because one of the solutions did not converge: {unsolved}")


if __name__ == "__main__":
    main()
