"""Who comes where any one is enough: the volunteer's dilemma.

Game: n allies each intervene, at a cost c, or not; the target is saved, which is worth b to
each of them, if at least one does.

Source: Diekmann 1985. How much each gives to a common defence (Olson and Zeckhauser 1966) is
not covered: a guarantor comes or stands aside.

Set: n equal guarantors that decide at once (`order: simultaneous`), all coalitions enumerated,
a contest that the challenger is sure to win against nobody and to lose against anybody, `press:
forced`, joining at a cost c. The limit of the principal branch, on which equals do the same, is
extrapolated in 1 / lambda; in other equilibria one volunteers and the others do not. One after
the other (`order: stake`) the opposite comes out: only the last comes, as surely as one alone
(`deter lesson buck_passing`).
"""

from __future__ import annotations

from sim.evidence.theory.board import Board
from sim.evidence.theory.limits import climb, limit_of
from sim.evidence.theory.point import Obtained, Point, Step
from sim.rules import tables as t

LEVELS = tuple(50.0 * 2.0**k for k in range(10))
MOST = 10
"""Guarantors of which all coalitions can be enumerated in a short time."""


def allies(n: int, cost: float, worth: float) -> Board:
    """Return the game of n guarantors."""
    made = Board(entrants=n)
    made.forced()
    made.never_yields()
    # nobody on the holder's side is any strength at all, anybody is beyond all measure
    made.game.force[0], made.game.force[1], made.game.force[2:] = 1e-290, 0.0, 1e290
    made.game.etypes[:, :, t.E_STAKE] = worth
    made.game.entrants[:, t.E_POLITICAL] = cost
    return made


def chances(made: Board, n: int) -> dict[str, float]:
    """Return each one's chance to come, and the chance that anybody does."""
    nobody = 1.0
    for e in range(n):
        nobody *= 1.0 - made.joins(e)
    p = made.joins(0)
    return {"q_abstain": 1.0 - p, "p_each": p, "P_provided": 1.0 - nobody}


def obtain(point: Point) -> Obtained:
    """Return the equilibrium in which equals do the same, extrapolated."""
    cost, worth = point.number("c", above=0.0), point.number("b", above=0.0)
    n = point.whole("n", 2, MOST)
    point.need(cost < worth, "c < b")
    made = allies(n, cost, worth)

    def step(level: float) -> Step:
        lam = level / worth
        return Step(lam, 0, chances(made.solve(lam), n), made.regret())

    steps = climb(step, LEVELS)
    limits, _ = limit_of(steps)
    return Obtained(limits, steps, "principal branch: equals do the same")
