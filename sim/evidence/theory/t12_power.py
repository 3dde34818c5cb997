"""Power: the chance to win by the ratio of strengths, and what distance leaves of strength.

Game: with strengths A and B the first wins with chance A^m / (A^m + B^m). Strength falls
linearly with distance, by g a kilometre; the boundary lies where two states D apart are equally
strong.

Source: Tullock 1980; Hirshleifer 1989; Boulding 1962. Effort as a choice (Tullock) and
attrition within a contest (Lanchester 1916) are not covered: strength is given, and a contest
does not wear it down.

Set: the odds of a contest whose decisiveness is m; strength sent under `distance_decay:
linear`, each state's `distance_scale` being the distance at which nothing of it is left, and
the boundary by bisection on the difference between the two strengths that arrive.
"""

from __future__ import annotations

from sim.compiled import pack
from sim.evidence.theory.board import Board
from sim.evidence.theory.limits import zero_of
from sim.evidence.theory.point import Obtained, Point
from sim.evidence.theory.world import Pair
from sim.rules import tables as t
from sim.rules.forces import strength_parts


def odds(m: float, a: float, b: float) -> float:
    """Return the challenger's chance to win a contest of decisiveness m."""
    made = Board()
    made.rungs[0, t.MU] = m
    made.game.force[0], made.game.force[1] = a, b
    made.solve()
    return float(made.contests.odds[0, 0])


def boundary(point: Point) -> float:
    """Return how far from A both are equally strong."""
    a, b = point.number("S_A", above=0.0), point.number("S_B", above=0.0)
    fall_a, fall_b = point.number("g_A", above=0.0), point.number("g_B", above=0.0)
    apart = point.number("D", above=0.0)
    pair = Pair({"rules.distance_decay": "linear"})
    pair.sit.states[:2, t.CAPABILITY] = a, b
    pair.sit.states[:2, t.GRADIENT] = a / fall_a, b / fall_b
    terms, sit = pack(pair.terms), pack(pair.sit)

    def lead(x: float) -> float:
        pair.sit.places[0, :2, t.DISTANCE] = x, apart - x
        (_, ours), (_, theirs) = (strength_parts(terms, sit, state, 0) for state in (0, 1))
        return float(ours - theirs)

    return zero_of(lead, 0.0, apart)


def obtain(point: Point) -> Obtained:
    """Return the chance to win, or the boundary."""
    if point.params.get("kind") == "boulding":
        return Obtained({"boundary_from_A": boundary(point)})
    m, a, b = point.number("m", 0.0), point.number("A", 0.0), point.number("B", 0.0)
    return Obtained({"p": odds(m, a, b)})
