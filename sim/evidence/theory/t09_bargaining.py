"""The bargaining range, and risk against return in setting a demand.

Game: A makes a demand x on a pie of 1, to be taken or left; war is worth p - cA and 1 - p - cB, where
cB is private, uniform on [0, cB_max].

Source: Fearon 1995; Powell 1999.

Set: acts that differ in their slice only, prize the whole, `press: forced`. The range is where each
side, its costs known, is indifferent between the demand and war, by bisection. The best demand is
that act which is worth most among finer and finer slices, against a table of types so fine that its
sum over logistic curves is the integral to some nine digits; the vertex of the parabola through the
three best is exact for a uniform type away from the ends of the range. The limit is taken in
1 / lambda.
"""

from __future__ import annotations

import numpy as np

from sim.evidence.theory.board import SURELY, Board
from sim.evidence.theory.continuum import even
from sim.evidence.theory.limits import at_zero, zero_of
from sim.evidence.theory.point import Obtained, Point, Step
from sim.rules import tables as t

LEVELS = (200.0, 400.0, 800.0)
DEMANDS = 15
"""Slices compared at a time."""


def pie(p: float, c_a: float, costs: t.Floats, demands: int) -> Board:
    """Return the game with a table of costs of war and so many demands."""
    made = Board(acts=demands, d_types=len(costs))
    made.forced()
    made.odds(p)
    made.c[:, t.P_KAPPA] = c_a
    made.d[:, t.P_KAPPA] = costs
    return made


def ask(made: Board, slices: t.Floats) -> Board:
    """Set the demands of a game: what each takes if granted; war is over the whole."""
    for act, share in enumerate(slices, start=1):
        made.moves(act, float(share), 1.0)
    return made.solve()


def best_demand(made: Board) -> float:
    """Return the slice that is worth most to demand."""
    low, high = 0.0, 1.0
    for _ in range(4):
        slices = np.linspace(low, high, DEMANDS)
        ask(made, slices)
        values = np.array([made.worth(act) for act in range(1, DEMANDS + 1)])
        k = min(max(int(values.argmax()), 1), DEMANDS - 2)
        low, high = float(slices[k - 1]), float(slices[k + 1])
        near, middle, far = values[k - 1 : k + 2]
        bend = near - 2.0 * middle + far
        if high - low < 0.02:
            break
    peak = slices[k] + 0.25 * (high - low) * (near - far) / bend if bend < 0.0 else slices[k]
    return float(min(max(peak, low), high))


def obtain(point: Point) -> Obtained:
    """Return the range, the best demand and its risk."""
    p, c_a, c_b = point.chance("p"), point.number("c_A", 0.0), point.number("c_B", 0.0)
    most = point.number("c_B_max", above=0.0)
    known = pie(p, c_a, np.array([c_b]), 1)
    high = zero_of(lambda x: ask(known, np.array([x])).firmness(), 0.0, 1.0)
    meek = pie(p, c_a, np.array([1e6]), 1)  # it grants whatever is asked
    meek.precision(SURELY)

    def over_war(x: float) -> float:
        return ask(meek, np.array([x])).worth() - float(meek.contests.uc[0, 0, 0, 0])

    low = zero_of(over_war, 0.0, 1.0)
    steps = []
    for level in LEVELS:
        made = pie(p, c_a, even(0.0, most, int(1.5 * level))[0], DEMANDS)
        made.precision(level / most)
        x = best_demand(made)
        ask(made, np.full(DEMANDS, x))
        war = float(made.belief_d() @ made.solution.prob_d[1, 1])
        values = {"x_star": x, "P_war": war}
        steps.append(Step(level / most, made.td, values, made.regret()))
    widths = [1.0 / s.precision for s in steps]
    limits = {k: at_zero(widths, [s.values[k] for s in steps])[0] for k in ("x_star", "P_war")}
    return Obtained({"range_lo": low, "range_hi": high, "width": high - low, **limits}, steps)
