"""The unilateral deterrence game at a finite precision: its logit equilibrium.

Game: as T02, with logit errors at every decision and beliefs by Bayes.

Source: McKelvey and Palfrey 1998; Signorino 1999; Lewis and Schultz 2003.

Set: as T02, at the case's lambda; nothing is extrapolated.
"""

from __future__ import annotations

from sim.evidence.theory.point import Obtained, Point, Step
from sim.evidence.theory.t02_unilateral import HARD, board, chances, payoffs


def obtain(point: Point) -> Obtained:
    """Return chances by type and the belief that a challenger is hard."""
    lam = point.number("lam", 0.0, 1e6)
    made = board(payoffs(point), point.chance("p_hard_C"), point.chance("p_hard_D"))
    found = chances(made.solve(lam))
    found["posterior"] = float(made.solution.post_c[1, HARD])
    found["P_resist"] = float(made.belief_d() @ made.solution.prob_d[1, 1, :2])
    return Obtained(found, [Step(lam, 0, found, made.regret())], "principal branch")
