"""Measure how the time per run grows with the size of a scenario.

    python tests/benchmarks/scaling.py [--runs N] [--chart FILE] [--json | --markdown] [--check]

Made-up scenarios in which one size grows at a time, from a middle case:

- flashpoints, each with a holder, a challenger and a guarantor of its own, so that states and
  treaties grow with them
- states beyond the parties of one flashpoint: each has a stake there, and a treaty with a neighbour
- guarantors bound to the holder of one flashpoint: up to `sim.rules.tables.MAX_EXACT` every
  coalition is enumerated, further ones are counted by what they add
- turns, with two flashpoints

Each is timed twice: as it is by default, when solved games are remembered and as many runs were
played before, and with every game solved anew. Times are processor time, the least of three rounds.
Slopes are those of log time on log size by least squares, over all sizes and over the three largest;
limits hold for the latter, and `--check` ends with 1 if one is exceeded.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from machine import cpu_seconds, machine, machine_line, markdown

SIZES = {
    "flashpoints": (1, 2, 4, 8, 16),
    "states": (3, 6, 12, 24, 60),
    "guarantors": (0, 1, 2, 3, 4, 6, 8, 10),
    "turns": (12, 48, 120, 240, 480),
}
FIXED = {"states": {"flashpoints": 1}, "guarantors": {"flashpoints": 1}}
LIMITS = {"flashpoints": 1.15, "states": 2.1, "guarantors": 1.15, "turns": 1.15}
"""Slopes over the three largest sizes that must not be exceeded."""
WAYS = {"as by default": True, "every game solved anew": False}
"""Way of playing: whether solutions are remembered."""


def made_up(
    flashpoints: int = 2, states: int = 0, guarantors: int = 1, turns: int = 48
) -> dict[str, Any]:
    """Return the data of a scenario: every flashpoint has parties of its own."""
    each = 2 + guarantors
    parties = [[f"s{f}_{i}" for i in range(each)] for f in range(flashpoints)]
    names = [name for group in parties for name in group]
    onlookers = [f"onlooker_{i}" for i in range(states - len(names))]
    data: dict[str, Any] = {
        "schema": 1, "name": "made_up", "title": "Made up", "turns": turns, "start": "2024-01",
        "states": {name: {"name": name, "capability": 0.1} for name in names + onlookers},
        "flashpoints": {}, "treaties": {},
    }  # fmt: skip
    for f, (holder, challenger, *others) in enumerate(parties):
        far = [*others, *onlookers]
        data["flashpoints"][f"f{f}"] = {
            "name": f"F{f}", "holder": holder, "challengers": [challenger], "opportunity": 0.15,
            "stakes": {holder: 0.6, challenger: 0.5, **dict.fromkeys(far, 0.2)},
            "distances": {holder: 0, challenger: 200, **dict.fromkeys(far, 1500)},
        }  # fmt: skip
        if others:
            data["treaties"][f"t{f}"] = {
                "name": f"T{f}", "guarantors": others, "proteges": [holder],
                "obligations": ["defence"], "scope": [f"f{f}"], "trigger": "limited_strike",
            }  # fmt: skip
    for i, (one, other) in enumerate(zip(onlookers[::2], onlookers[1::2], strict=False)):
        data["treaties"][f"n{i}"] = {
            "name": f"N{i}", "guarantors": [one], "proteges": [other], "mutual": True,
            "obligations": ["defence"], "scope": ["f0"], "trigger": "limited_strike",
        }  # fmt: skip
    return data


def seconds(runs: int, remembers: bool, **sizes: int) -> float:
    """Return the processor time that a run takes, in seconds."""
    from sim.engines.chunks import Player
    from sim.engines.room import room_for
    from sim.world.validation import examine

    scenario, problems = examine(made_up(**sizes))
    assert scenario is not None, problems
    player = Player(scenario, 1)
    player.room = room_for(player.compiled, 1, remembers=remembers)
    player.chunk(0, runs if remembers else 1)
    return cpu_seconds(lambda k: player.chunk((1 + k) * runs, runs)) / runs


def slope(sizes: tuple[int, ...], times: list[float], last: int = 0) -> float:
    """Return the slope of log time on log size, over all sizes but 0 or over the last few."""
    x, y = np.array(sizes[-last:], dtype=float), np.array(times[-last:])
    return float(np.polyfit(np.log(x[x > 0]), np.log(y[x > 0]), 1)[0])


def measure(runs: int) -> dict[str, dict[str, Any]]:
    """Return, by size and way, times in microseconds and slopes."""
    found: dict[str, dict[str, Any]] = {}
    for name, sizes in SIZES.items():
        found[name] = {"sizes": sizes, "limit": LIMITS[name]}
        for way, remembers in WAYS.items():
            times = []
            for size in sizes:
                one = {**FIXED.get(name, {}), name: size}
                # memory fills up with every run, so that all sizes get as many; else some will do
                few = runs if remembers else max(10, runs // 10)
                times.append(seconds(few, remembers, **one) * 1e6)
            found[name][way] = {
                "microseconds": times, "slope": slope(sizes, times),
                "slope_upper": slope(sizes, times, 3),
            }  # fmt: skip
    return found


def exceeded(found: dict[str, dict[str, Any]]) -> list[str]:
    """Return a line for each slope above its limit."""
    return [
        f"{name}, {way}: {row[way]['slope_upper']:.2f} is more than {row['limit']}"
        for name, row in found.items()
        for way in WAYS
        if row[way]["slope_upper"] > row["limit"]
    ]


def tables(found: dict[str, dict[str, Any]]) -> str:
    """Return a table for each size."""
    out = []
    for name, row in found.items():
        head = [f"µs a run by {name}", *map(str, row["sizes"])]
        lines = [
            [way, *(f"{value:,.0f}" for value in row[way]["microseconds"]),
             f"{row[way]['slope']:.2f}", f"{row[way]['slope_upper']:.2f}", row["limit"]]
            for way in WAYS
        ]  # fmt: skip
        out.append(markdown([*head, "slope", "slope of the last three", "at most"], lines))
    return "\n\n".join(out)


def draw(found: dict[str, dict[str, Any]], file: str) -> None:
    """Draw the times against the sizes, both on logarithmic axes."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    figure, axes = plt.subplots(1, len(found), figsize=(12, 4), sharey=True, layout="constrained")
    styles = {"as by default": ("#0072B2", "o-"), "every game solved anew": ("#D55E00", "s--")}
    for axis, (name, row) in zip(axes, found.items(), strict=True):
        sizes = np.array(row["sizes"], dtype=float)
        known = sizes > 0
        for way, (colour, style) in styles.items():
            times = np.array(row[way]["microseconds"])
            label = f"{way} ({row[way]['slope_upper']:.2f})"
            axis.loglog(sizes[known], times[known], style, color=colour, ms=4, label=label)
        # what growth in proportion would look like, from the first point of the lower line on
        first = np.array(row["as by default"]["microseconds"])[known][0]
        ends = sizes[known][[0, -1]]
        axis.loglog(ends, 0.6 * first * ends / ends[0], ":", color="0.4", label="in proportion")
        axis.xaxis.set_major_locator(FixedLocator(sizes[known].tolist()))
        axis.xaxis.set_minor_locator(NullLocator())
        axis.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
        axis.set_xlabel(f"{name}" + (" of one holder" if name == "guarantors" else ""))
        axis.legend(fontsize=7, title="slope of the last three", title_fontsize=7, loc="upper left")
        axis.grid(color="0.92")
    low, high = axes[0].get_ylim()
    axes[0].set_ylim(low, high * 4)  # room for the legends
    axes[0].yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:,.0f}"))
    axes[0].set_ylabel("microseconds a run")
    figure.suptitle(title(found))
    figure.savefig(file, dpi=110)


def title(found: dict[str, dict[str, Any]]) -> str:
    """Return a title that says what was found."""
    steepest = {name: max(row[way]["slope_upper"] for way in WAYS) for name, row in found.items()}
    kinds: dict[str, list[str]] = {}
    for name, value in steepest.items():
        if value < 0.25:
            kind = "hardly with"
        elif value < 0.85:
            kind = "more slowly than"
        elif value <= 1.15:
            kind = "in proportion to"
        else:
            kind = "faster than"
        kinds.setdefault(kind, []).append(name)
    order = ("in proportion to", "faster than", "more slowly than", "hardly with")
    return "Time per run grows " + ", ".join(
        f"{kind} {' and '.join(kinds[kind])}" for kind in order if kind in kinds
    )


def main() -> None:
    """Measure, print and draw."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--chart")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--markdown", action="store_true", help="the tables alone")
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    found = measure(given.runs)
    if given.json:
        print(json.dumps({"machine": machine(), **found}))
    else:
        if not given.markdown:
            print(machine_line() + "\n")
        print(tables(found))
    if given.chart:
        draw(found, given.chart)
    over = exceeded(found)
    if given.check and over:
        raise SystemExit("\n".join(over))


if __name__ == "__main__":
    main()
