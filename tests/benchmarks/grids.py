"""Measure what the grids change: python tests/benchmarks/grids.py [--runs N] [--json].

Parties reckon with beliefs and with the share they can win on grids, so that solved games can be
used again. Prints, for every packaged scenario, the paired difference under shared luck that the
grids make to each headline outcome, beside the Monte Carlo error of the outcome itself.
"""

from __future__ import annotations

import argparse
import json

import numpy as np

from sim.engines.chunks import Player
from sim.files.check import load_scenario
from sim.files.packaged import scenario_names
from sim.outcomes.columns import RUN_COLUMNS

MEASURES = (
    "war", "nuclear_use", "highest_rung", "crises", "general_deterrence_held",
    "immediate_deterrence_held", "acquiescences", "settlements", "limited_conflicts",
    "control_lost", "invoked", "recognised", "honoured", "reneged", "risk_index_mean",
)  # fmt: skip


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--markdown", action="store_true", help="as it prints anyway")
    given = parser.parse_args()
    runs = given.runs
    found: dict[str, dict[str, dict[str, float]]] = {}
    names = list(RUN_COLUMNS)
    for name in scenario_names(""):
        scenario = load_scenario(name)
        fine = scenario.set({"rules.belief_step": 0.0, "rules.control_step": 0.0})
        exact, grid = (Player(arm, 1).chunk(0, runs).runs for arm in (fine, scenario))
        found[name] = {}
        if not given.json:
            print(f"\n{name}, {runs} runs\n")
            print("| outcome | without grids | Monte Carlo error | difference the grids make |")
            print("|---|---|---|---|")
        for measure in MEASURES:
            k = names.index(measure)
            x, y = exact[:, k], grid[:, k]
            error, paired = (1.96 * np.std(v) / np.sqrt(runs) for v in (x, y - x))
            found[name][measure] = {
                "without": float(x.mean()), "error": float(error),
                "difference": float((y - x).mean()), "difference_error": float(paired),
            }  # fmt: skip
            if given.json:
                continue
            print(
                f"| {measure} | {x.mean():.4f} | ± {error:.4f} "
                f"| {(y - x).mean():+.4f} ± {paired:.4f} |"
            )
    if given.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
