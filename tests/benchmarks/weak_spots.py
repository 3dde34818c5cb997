"""Measure the known weak spots of the model: python tests/benchmarks/weak_spots.py [--runs N].

Prints the tables of docs/weak_spots.md. Every row is an ensemble with the same luck.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np

import sim
from sim.world.scenario import Scenario

MEASURES = ("war", "control_lost", "crises", "acquiescence", "war_given_crisis", "joined")


def measure(scenario: Scenario, runs: int) -> dict[str, tuple[float, float]]:
    """Return mean and standard error over runs of each measure."""
    table = sim.ensemble(scenario, runs=runs, seed=1).outcomes()
    crises = np.maximum(table["crises"], 1)
    columns: dict[str, Any] = {
        "war": table["war"],
        "control_lost": table["control_lost"],
        "crises": table["crises"],
        "acquiescence": table["acquiescences"] / crises,
        "war_given_crisis": (table["wars"] + table["nuclear_uses"]) / crises,
        "joined": table["joined"],
    }
    return {
        name: (float(np.mean(values)), float(np.std(values) / np.sqrt(runs)))
        for name, values in columns.items()
    }


def show(title: str, name: str, arms: list[dict[str, Any]], runs: int, events: bool = True) -> None:
    """Print one table: an arm a row; without events, none sets what an arm sets."""
    print(f"\n{title} ({name}, {runs} runs)\n")
    print("| change | " + " | ".join(MEASURES) + " |")
    print("|---|" + "---|" * len(MEASURES))
    base = sim.load_scenario(name)
    if not events:
        base = base.set({"events": []})
    for changes in arms:
        result = measure(base.set(changes) if changes else base, runs)
        label = ", ".join(f"`{path}` {value}" for path, value in changes.items()) or "as packaged"
        cells = (f"{m:.3f} ± {1.96 * e:.3f}" for m, e in (result[k] for k in MEASURES))
        print(f"| {label} | " + " | ".join(cells) + " |")


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    runs = parser.parse_args().runs
    fitted = sim.load_scenario("taiwan_strait").rules.precision.value
    show("1. Choice noise, patience and reach", "taiwan_strait", [
        {}, {"rules.lambda": fitted / 2}, {"rules.lambda": 2 * fitted}, {"rules.reconsider": 0.3},
        {"rules.reconsider": 0.9}, {"rules.from_rest": "blockade"},
        {"rules.from_rest": "major_war"},
    ], runs)  # fmt: skip
    show("2. Yielding and the next demand", "senkaku", [
        {"rules.next_demand": 0}, {}, {"rules.next_demand": 0.5}, {"rules.next_demand": 1.0},
    ], runs)  # fmt: skip
    show("3. Clauses", "senkaku", [
        {}, {"treaties.us_japan.enabled": False}, {"treaties.us_japan.umbrella": False},
        {"treaties.us_japan.missile_defence": 0}, {"treaties.us_japan.missile_defence": 0.5},
        {"treaties.us_japan.forward": {}}, {"treaties.us_japan.conditional": False},
        {"treaties.us_japan.clarity": 0.2}, {"rules.spillover": 0}, {"rules.spillover": 1},
    ], runs, events=False)  # fmt: skip
    show("3. Missile defence where strikes are common", "second_thomas_shoal", [
        {}, {"treaties.us_philippines.missile_defence": 0.5},
        {"treaties.us_philippines.missile_defence": 1.0},
    ], runs, events=False)  # fmt: skip
    show("4. Audience costs", "senkaku", [
        {"states.china.audience_cost": 0.05}, {}, {"states.china.audience_cost": 0.4},
        {"states.china.audience_cost": 0.8},
    ], runs)  # fmt: skip


if __name__ == "__main__":
    main()
