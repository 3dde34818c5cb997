"""Measure where a scenario's headlines come from: python tests/benchmarks/places.py [--runs N].

Prints the table of docs/scenarios/indo_pacific_2024.md, a flashpoint a row, and below it how a
violent first move is answered and what headlines are without one flashpoint. Disputes are crises
that reached the grey zone, begun by the first challenger and not to recover what was lost: what
occasions were set from.
"""

from __future__ import annotations

import argparse

import numpy as np

import sim
from sim.experiments.arms import ACCIDENT, Arm
from sim.outcomes import columns as c
from sim.world.scenario import MONTHS_PER_TURN

YEARS = 15
"""Years that disputes were counted over for the occasions in the file (2000 to 2014)."""
CHOSEN, RECOVERY = 0, 1
"""What the column of a crisis's kind holds, beside an accident."""
YIELDS = -1
"""What the column of the first answer holds for yielding."""


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="indo_pacific_2024")
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--without", default="donbas", help="flashpoint to leave out at the end")
    given = parser.parse_args()
    scenario = sim.load_scenario(given.scenario)
    arm = Arm(scenario, given.seed).play(given.runs)
    rows = arm.crises()
    rungs = {rung.key: number for number, rung in enumerate(scenario.ladder)}
    years = scenario.turns * MONTHS_PER_TURN[scenario.turn_length] / 12
    flash, top, first = (rows[:, 1 + column] for column in (c.C_FLASH, c.C_TOP, c.C_RUNG))
    answer, kind = rows[:, 1 + c.C_ANSWER], rows[:, 1 + c.C_KIND]
    yielded = rows[:, 1 + c.C_ENDING] == c.ENDINGS.index("acquiescence")
    dispute = (top >= rungs["grey_zone"]) & (kind == CHOSEN)
    war = top >= rungs["major_war"]
    print(f"\n{scenario.title} ({given.runs} runs, seed {given.seed})\n")
    print(
        "| flashpoint | crises a run | of them to recover | disputes in fifteen years "
        "| crises that end with a yield | runs with war | control, start | mean at the end |"
    )
    print("|---|" + "---|" * 7)
    for number, (key, place) in enumerate(scenario.flashpoints.items()):
        here = flash == number
        print(
            f"| {place.name} | {here.sum() / given.runs:.2f} "
            f"| {(here & (kind == RECOVERY)).sum() / here.sum():.2f} "
            f"| {(here & dispute).sum() / given.runs / years * YEARS:.1f} "
            f"| {np.mean(yielded[here]):.2f} "
            f"| {np.mean(arm.column(f'{key}_war')):.3f} "
            f"| {float(place.control):.2f} | {np.mean(arm.column(f'{key}_control')):.2f} |"
        )
    print("\n| first move | crises a run | yielded to at once |")
    print("|---|---|---|")
    for key, number in rungs.items():
        chosen = (first == number) & (kind != ACCIDENT)
        if chosen.any():
            at_once = np.mean(answer[chosen] == YIELDS)
            print(f"| {key} | {chosen.sum() / given.runs:.2f} | {at_once:.2f} |")
    left_out = list(scenario.flashpoints).index(given.without)
    for label, kept in (("all", flash >= 0), (f"without {given.without}", flash != left_out)):
        in_runs = np.unique(rows[kept & war, 0]).size / given.runs
        disputes = kept & (top >= rungs["grey_zone"])
        print(
            f"\n{label}: runs with war {in_runs:.3f}, "
            f"war given a crisis from the grey zone up {np.mean(war[disputes]):.4f}"
        )


if __name__ == "__main__":
    main()
