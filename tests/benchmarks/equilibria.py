"""How the solver finds equilibria: by which path, whether on the principal branch, at what regret.

    python tests/benchmarks/equilibria.py [--games 100]

Random games of two rungs, two acts, two types of everybody, up to one entrant. Each is solved as in
every run of a scenario, and anew along the branch of logit equilibria from lambda 0, by Newton's
method in small steps (`tests/rules/branch.py`). `apart` counts games whose chances differ by more than
1e-3 from those on the branch; `lost` those whose branch the small steps lost.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from sim.engines.compile_scenario import SOLVED_TO
from sim.evidence.theory.board import Board
from sim.rules import tables as t
from sim.rules.solver import CONTINUATION, FAILED, FAST, solve
from tests.evidence.theory.boards import random_board
from tests.rules.branch import Branch


def on_branch(made: Board) -> float | None:
    """Return how far chances are from those on the branch, or None where it is lost."""
    found = made.solution.prob_c.copy(), made.solution.prob_d.copy()
    room = SimpleNamespace(scratch=made.room.scratch, packed=(None, *made.packed, None, None))
    branch = Branch(SimpleNamespace(game=made.game, room=room))
    if branch.follow(0.05) is None:
        return None
    now = made.solution.prob_c, made.solution.prob_d
    return max(float(np.abs(a - b).max()) for a, b in zip(found, now, strict=True))


def main() -> None:
    """Print a line for each precision."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--games", type=int, default=100)
    games = parser.parse_args().games
    print("lambda  fast  continuation  failed  apart  lost  median regret")
    for lam in (5.0, 25.0, 80.0, 300.0):
        how, gaps, regrets = [], [], []
        for seed in range(games):
            made = random_board(seed, seed % 2)
            made.precision(lam)
            made.rules[t.SOLVED_TO] = SOLVED_TO
            solve(*made.packed)
            how.append(int(made.solution.status[t.S_FALLBACK]))
            if how[-1] != FAILED:
                regrets.append(made.regret())
                gaps.append(on_branch(made))
        known = [gap for gap in gaps if gap is not None]
        print(
            f"{lam:6g}  {how.count(FAST):4}  {how.count(CONTINUATION):12}  {how.count(FAILED):6}  "
            f"{sum(gap > 1e-3 for gap in known):5}  {gaps.count(None):4}  {np.median(regrets):.2e}"
        )


if __name__ == "__main__":
    main()
