"""Measure how the time per run grows: python tests/benchmarks/scaling.py [--runs N] [--chart FILE].

Made-up scenarios: flashpoints with a holder, a challenger and guarantors each. One size grows at a
time: flashpoints, states (those beyond the parties look on), guarantors bound to each holder, turns.
Prints a table a size and the slope of log time on log size, and draws the chart of
docs/performance.md. The best of three rounds counts; no solution is used again.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np

SIZES = {
    "flashpoints": (1, 2, 4, 8, 16),
    "states": (3, 6, 12, 24, 60),
    "guarantors": (0, 1, 2, 3, 4, 6, 8, 10),
    "turns": (12, 48, 120, 240, 480),
}
LIMITS = {"flashpoints": 1.15, "states": 2.1, "turns": 1.15}
"""Slopes that must not be exceeded."""


def made_up(
    flashpoints: int = 2, states: int = 0, guarantors: int = 1, turns: int = 48
) -> dict[str, Any]:
    """Return the data of a scenario: every flashpoint has parties of its own."""
    each = 2 + guarantors
    parties = [[f"s{f}_{i}" for i in range(each)] for f in range(flashpoints)]
    names = [name for group in parties for name in group]
    names += [f"bystander_{i}" for i in range(states - len(names))]
    data: dict[str, Any] = {
        "schema": 1, "name": "made_up", "title": "Made up", "turns": turns, "start": "2024-01",
        "states": {name: {"name": name, "capability": 0.1} for name in names},
        "flashpoints": {}, "treaties": {},
    }  # fmt: skip
    for f, (holder, challenger, *others) in enumerate(parties):
        data["flashpoints"][f"f{f}"] = {
            "name": f"F{f}", "holder": holder, "challengers": [challenger], "opportunity": 0.15,
            "stakes": {holder: 0.6, challenger: 0.5, **dict.fromkeys(others, 0.2)},
            "distances": {holder: 0, challenger: 200, **dict.fromkeys(others, 1500)},
        }  # fmt: skip
        if others:
            data["treaties"][f"t{f}"] = {
                "name": f"T{f}", "guarantors": others, "proteges": [holder],
                "obligations": ["defence"], "scope": [f"f{f}"], "trigger": "limited_strike",
            }  # fmt: skip
    return data


def seconds(runs: int, **sizes: int) -> float:
    """Return the seconds a run takes, the best of three rounds."""
    from sim.engines.chunks import Player
    from sim.engines.room import room_for
    from sim.world.validation import examine

    scenario, problems = examine(made_up(**sizes))
    assert scenario is not None, problems
    player = Player(scenario, 1)
    player.room = room_for(player.compiled, 1, remembers=False)
    player.chunk(0, 1)
    best = float("inf")
    for part in range(3):
        began = time.perf_counter()
        player.chunk(part * runs, runs)
        best = min(best, (time.perf_counter() - began) / runs)
    return best


def main() -> None:
    """Measure, print and draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--chart")
    given = parser.parse_args()
    found: dict[str, list[float]] = {}
    for name, sizes in SIZES.items():
        fixed = {"flashpoints": 1} if name in ("states", "guarantors") else {}
        found[name] = [seconds(given.runs, **fixed, **{name: size}) * 1e6 for size in sizes]
        x, y = np.log(np.maximum(sizes, 1)), np.log(found[name])
        slope = float(np.polyfit(x, y, 1)[0])
        print(f"\n| {name} | " + " | ".join(map(str, sizes)) + " | slope | at most |")
        print("|---" * (len(sizes) + 3) + "|")
        cells = " | ".join(f"{value:.0f}" for value in found[name])
        print(f"| µs a run | {cells} | {slope:.2f} | {LIMITS.get(name, '')} |")
    if given.chart:
        draw(found, given.chart)


def draw(found: dict[str, list[float]], file: str) -> None:
    """Draw the times against the sizes, both on logarithmic axes."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, len(found), figsize=(12, 3.4), sharey=True, layout="constrained")
    for axis, (name, times) in zip(axes, found.items(), strict=True):
        sizes = np.maximum(SIZES[name], 1)
        axis.loglog(sizes, times, "o-", color="#0072B2")
        axis.set_xticks(sizes, [str(size) for size in SIZES[name]], minor=False)
        axis.minorticks_off()
        axis.set_xlabel(name)
        axis.grid(color="0.9")
    axes[0].set_ylabel("microseconds a run")
    figure.suptitle("Time grows no faster than in proportion to flashpoints, states and turns")
    figure.savefig(file, dpi=110)


if __name__ == "__main__":
    main()
