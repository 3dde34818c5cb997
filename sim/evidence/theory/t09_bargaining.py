"""The bargaining range, and risk against return in setting a demand.

Game: A makes a demand x on a pie of 1, to be taken or left; war is worth p - cA and 1 - p - cB,
where cB is private, uniform on [0, cB_max].

Source: Fearon 1995; Powell 1999.

Set: acts that differ in their slice only, prize the whole, `press: forced`. The range is where
each side, its costs known, is indifferent between the demand and war, by bisection. The best
demand is the act that is worth most among finer and finer slices, against a table of types that
stands for the range (`continuum`), refined where types change their answer; the peak is that of
the parabola through the best slice and its neighbours. The limit is taken in 1 / lambda.
"""

from __future__ import annotations

import numpy as np

from sim.evidence.theory.board import SURELY, Board
from sim.evidence.theory.continuum import crossing, even, refined
from sim.evidence.theory.limits import climb, limit_of, zero_of
from sim.evidence.theory.point import Obtained, Point, Step
from sim.rules import tables as t

LEVELS = tuple(200.0 * 4.0**k for k in range(13))
DEMANDS = 15
"""Slices compared at a time."""
REACH = 16.0
"""How far from the last best demand the next is looked for, in multiples of 1 / lambda."""


def pie(p: float, c_a: float, costs: t.Floats, priors: t.Floats, demands: int) -> Board:
    """Return the game with a table of costs of war and so many demands."""
    made = Board(acts=demands, d_types=len(costs))
    made.forced()
    made.odds(p)
    made.c[:, t.P_KAPPA] = c_a
    made.d[:, t.P_KAPPA], made.d[:, t.P_BELIEF] = costs, priors
    return made


def ask(made: Board, slices: t.Floats) -> Board:
    """Set the demands of a game: what each takes if granted; war is over the whole."""
    for act, share in enumerate(slices, start=1):
        made.moves(act, float(share), 1.0)
    return made.solve()


def compare(made: Board, low: float, high: float) -> tuple[t.Floats, t.Floats]:
    """Return slices of a range, and what each is worth to demand."""
    slices = np.linspace(low, high, DEMANDS)
    ask(made, slices)
    return slices, np.array([made.worth(act) for act in range(1, DEMANDS + 1)])


def best_within(made: Board, low: float, high: float) -> float:
    """Return the slice between two that is worth most to demand; they move with it at an end."""
    for _ in range(DEMANDS):
        slices, values = compare(made, low, high)
        k, step = int(values.argmax()), (high - low) / (DEMANDS - 1)
        if 0 < k < DEMANDS - 1:
            near, middle, far = values[k - 1 : k + 2]
            bend = near - 2.0 * middle + far
            return float(slices[k] + (0.5 * step * (near - far) / bend if bend < 0.0 else 0.0))
        if (k == 0 and low <= 0.0) or (k > 0 and high >= 1.0):
            return float(slices[k])
        shift = 0.5 * (high - low) * (-1.0 if k == 0 else 1.0)
        low, high = low + shift, high + shift
    return float(slices[k])


class Demand:
    """The demand of a side that does not know the other's cost, ever more precisely."""

    def __init__(self, p: float, c_a: float, most: float) -> None:
        self.p, self.c_a, self.most = p, c_a, most
        made = pie(p, c_a, *even(0.0, most, 300), DEMANDS)
        made.precision(LEVELS[0] / most)
        low, high = 0.0, 1.0
        for _ in range(2):
            slices, values = compare(made, low, high)
            k = min(max(int(values.argmax()), 1), DEMANDS - 2)
            low, high = float(slices[k - 1]), float(slices[k + 1])
        self.best = float(slices[k])
        self._cut(made)

    def _cut(self, made: Board) -> None:
        """Note which type is indifferent to the best demand."""
        ask(made, np.full(DEMANDS, self.best))
        answers = made.solution.prob_d[1, 1, : made.td]
        found = crossing(made.d[:, t.P_KAPPA], answers)
        if found is not None:
            self.cut: float = found
        else:  # all accept, or none
            self.cut = 0.0 if answers[0] < 0.5 else self.most

    def at(self, level: float) -> Step:
        """Return the best demand at a precision, and the chance that it leads to war."""
        lam = level / self.most
        width = 1.0 / lam
        # slices compared differ by up to REACH widths, and with them who is indifferent
        cuts = [self.cut + shift * width for shift in np.linspace(-REACH, REACH, 5)]
        made = pie(self.p, self.c_a, *refined(0.0, self.most, cuts, width), DEMANDS)
        made.precision(lam)
        low = max(0.0, self.best - REACH * width)
        self.best = best_within(made, low, min(1.0, self.best + REACH * width))
        self._cut(made)
        war = float(made.belief_d() @ made.solution.prob_d[1, 1, : made.td])
        return Step(lam, made.td, {"x_star": self.best, "P_war": war}, made.regret())


def obtain(point: Point) -> Obtained:
    """Return the range, the best demand and its risk."""
    p, c_a, c_b = point.chance("p"), point.number("c_A", 0.0), point.number("c_B", 0.0)
    most = point.number("c_B_max", above=0.0)
    known = pie(p, c_a, np.array([c_b]), np.ones(1), 1)
    high = zero_of(lambda x: ask(known, np.array([x])).firmness(), 0.0, 1.0)
    meek = pie(p, c_a, np.array([1e6]), np.ones(1), 1)  # it grants whatever is asked
    meek.precision(SURELY)

    def over_war(x: float) -> float:
        return ask(meek, np.array([x])).worth() - float(meek.contests.uc[0, 0])

    low = zero_of(over_war, 0.0, 1.0)
    steps = climb(Demand(p, c_a, most).at, LEVELS)
    limits, _ = limit_of(steps)
    return Obtained({"range_lo": low, "range_hi": high, "width": high - low, **limits}, steps)
