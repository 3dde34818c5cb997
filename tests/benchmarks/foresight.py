"""Measure what foresight costs and what its grids move: python tests/benchmarks/foresight.py.

Means over runs with shared luck, with 95 per cent intervals for chance alone; how long tables take,
how many of their games were not solved; how far values read between nodes are from solved ones; and
what foresight does to holders' yielding (docs/weak_spots.md).
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np

import sim
from sim.engines.chunks import Player
from sim.engines.compile_scenario import compile_scenario
from sim.engines.room import Room, room_for
from sim.rules import tables as t
from sim.rules.foresight import set_calendar, worth_to_c, worth_to_d
from sim.rules.future import later, near_nodes
from sim.rules.solver import solve_staged
from sim.rules.staging import stage
from sim.world.scenario import Scenario
from tests.benchmarks.weak_spots import MEASURES, measure

GRIDS: tuple[dict[str, Any], ...] = (
    {},
    {"rules.foresight_step": 0.75},
    {"rules.foresight_reach": 4.5},
    {"rules.foresight_shares": 8},
    {"rules.foresight_step": 3.0},
    {"rules.foresight_shares": 2},
)


def tables(scenario: Scenario) -> tuple[Room, float]:
    """Return a room with its tables, and the seconds they took."""
    compiled = compile_scenario(scenario)
    began = time.perf_counter()
    room = room_for(compiled, 1)
    return room, time.perf_counter() - began


def row(label: str, scenario: Scenario, runs: int) -> None:
    """Print one arm: measures, seconds, games not solved, runs a second."""
    room, seconds = tables(scenario)
    result = measure(scenario, runs)
    player = Player(scenario, 1)
    player.chunk(0, 100)
    began = time.perf_counter()
    player.chunk(100, 200)
    rate = 200 / (time.perf_counter() - began)
    cells = [f"{m:.3f} ± {1.96 * e:.3f}" for m, e in (result[k] for k in MEASURES)]
    cells += [f"{seconds:.1f}", str(room.unsolved), f"{rate:.0f}"]
    print(f"| {label} | " + " | ".join(cells) + " |", flush=True)


def between_nodes(scenario: Scenario, tries: int) -> tuple[float, float]:
    """Return the mean and the largest gap between a value read from the table and a solved one.

    At random beliefs of both and shares, at median motive, as parts of the spread of values.
    """
    changes = {f"flashpoints.{key}.motive_spread": 0 for key in scenario.flashpoints}
    room, _ = tables(scenario.set(changes))
    sit, game, contests, solution, lanes, scratch = room.packed[:6]
    set_calendar(room.terms, room.first, sit, int(room.game.rules[t.LAST_DATE]))
    row = room.sit.crisis[0]
    roles = compile_scenario(scenario).terms.roles[0].tolist()
    c, d = roles.index(2), roles.index(1)
    row[[t.CHALLENGER, t.HOLDER]] = c, d
    room.sit.flash[0, t.MOTIVE] = 1.0
    random, gaps, seen = np.random.default_rng(1), [], []
    chance, beta = room.sit.places[0, c, t.OPPORTUNITY], room.game.rules[t.BETA]
    for _ in range(tries):
        control = 0.05 * random.integers(1, 21)
        beliefs = random.uniform(0.02, 0.98, 2)
        room.sit.flash[0, t.CONTROL] = control
        room.sit.cursor[t.LEVEL] = 0
        stage(room.terms, sit, game, 0)
        for role in range(2):
            room.lanes.post[:2] = beliefs[role], 1.0 - beliefs[role]
            near_nodes(game, lanes, role, 2, 1.0)
        worth = room.game.ahead[t.AH_WORTH + t.AFTER_REST]
        read = [
            later(game, lanes, t.AFTER_REST, role, i, control) / worth
            for role in range(2)
            for i in range(2)
        ]
        room.sit.cursor[t.LEVEL] = int(room.sit.states[c, t.FORESIGHT])
        stage(room.terms, sit, game, 0)
        for role in range(2):
            room.game.principals[role, :2, t.P_BELIEF] = beliefs[role], 1.0 - beliefs[role]
        solve_staged(game, contests, solution, lanes, scratch)
        solved = [
            chance * worth_of(game, solution, i) / (1.0 - (1.0 - chance) * beta)
            for worth_of in (worth_to_c, worth_to_d)
            for i in range(2)
        ]
        gaps.append(np.abs(np.array(read) - solved))
        seen.append(solved)
    spread = np.ptp(np.array(seen), axis=0)
    return float(np.mean(gaps / spread)), float(np.max(gaps / spread))


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--name", default="senkaku")
    parser.add_argument("--most", type=int, default=3)
    given = parser.parse_args()
    base = sim.load_scenario(given.name)
    columns = [*MEASURES, "seconds", "unsolved", "runs/s"]
    for demand in (None, 0):
        print(f"\n{given.name}, {given.runs} runs, next_demand {demand}\n")
        print("| foresight | " + " | ".join(columns) + " |\n|---|" + "---|" * len(columns))
        for n in range(given.most + 1):
            changes = {"rules.foresight": n}
            if demand is not None:
                changes["rules.next_demand"] = demand
            row(str(n), base.set(changes), given.runs)
    print("\n| grid | " + " | ".join(columns) + " |\n|---|" + "---|" * len(columns))
    for changes in GRIDS:
        label = ", ".join(f"`{k}` {v}" for k, v in changes.items()) or "as it is"
        row(label, base.set({"rules.foresight": 2, **changes}), given.runs)
    print("\n| grid | mean gap | largest gap |\n|---|---|---|")
    for changes in GRIDS:
        label = ", ".join(f"`{k}` {v}" for k, v in changes.items()) or "as it is"
        mean, most = between_nodes(base.set({"rules.foresight": 2, **changes}), 100)
        print(f"| {label} | {mean:.4f} | {most:.4f} |", flush=True)


if __name__ == "__main__":
    main()
