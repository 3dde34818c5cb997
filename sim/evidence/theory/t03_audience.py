"""The crisis game with audience costs.

Game: the challenger challenges or leaves the status quo (0, 1); the holder concedes (1, 0) or
resists; the challenger then fights (wC, wD) or backs down (-a, 1). wC is uniform on [-1, 0] and
wD on [-k, 0], both private.

Source: Fearon 1994; Schultz 1999; Lewis and Schultz 2003 for the form.

Set: one act, audience cost a, tables of types that stand for the two ranges (`continuum`),
refined where types change their choice. The limit is extrapolated in 1 / lambda.
"""

from __future__ import annotations

from sim.evidence.theory.board import Board
from sim.evidence.theory.continuum import crossing, even, refined
from sim.evidence.theory.limits import climb, limit_of
from sim.evidence.theory.point import Obtained, Point, Step
from sim.rules import tables as t

COARSE = 48
"""Types on each side in the even table that first shows where the cutoffs are."""
LEVELS = tuple(100.0 * 2.0**k for k in range(9))
Table = tuple[t.Floats, t.Floats]


def solved(a: float, lam: float, c: Table, d: Table) -> Board:
    """Return the game with tables of war's worth to each side, solved at a precision."""
    made = Board(c_types=len(c[0]), d_types=len(d[0]))
    made.war(1.0, a, list(c[0]), 1.0, [w - 1.0 for w in d[0]])
    made.c[:, t.P_BELIEF], made.d[:, t.P_BELIEF] = c[1], d[1]
    return made.solve(lam)


def by_type(made: Board) -> tuple[t.Floats, t.Floats, t.Floats]:
    """Return the chances that types challenge, that they press, and that types resist."""
    lane = made.lane()
    return (
        made.solution.prob_c[1].copy(),
        made.lanes.w[:, lane].copy(),
        made.solution.prob_d[1, 1].copy(),
    )


def chances(made: Board) -> dict[str, float]:
    """Return what a solved game says happens."""
    (x, w, y), pc, pd = by_type(made), made.belief_c(), made.belief_d()
    resist, moved, fights = float(pd @ y), float(pc @ x), float(pc @ (x * w))
    # those who back down if resisted are the bluffers
    backs_down = float(pc @ (1.0 - w))
    bluffing = float(pc @ (x * (1.0 - w))) / backs_down if backs_down > 0.0 else 0.0
    return {
        "P_resist": resist, "posterior_genuine": fights / moved, "bluff_prob": bluffing,
        "P_challenge": moved, "P_war": resist * fights,
        "P_war_given_challenge": resist * fights / moved,
        "P_concede_given_challenge": 1.0 - resist, "P_backdown": resist * (moved - fights),
    }  # fmt: skip


def obtain(point: Point) -> Obtained:
    """Return the equilibrium of the continuum, extrapolated."""
    a = point.number("audience_cost", 0.0, 1.0, above=0.0)
    k = point.number("k_def_war_cost_max", 0.0, 1e3, above=0.0)
    point.need(a < 1.0 and a * k <= 1.0 - a * a + 1e-9, "0 < a < 1 and a k <= 1 - a^2")
    c, d = even(-1.0, 0.0, COARSE), even(-k, 0.0, COARSE)
    made = solved(a, LEVELS[0] / 4.0, c, d)

    def step(lam: float) -> Step:
        nonlocal c, d, made
        _x, w, y = by_type(made)
        fighting, resisting = crossing(c[0], w), crossing(d[0], y)
        c = refined(-1.0, 0.0, [] if fighting is None else [fighting], 1.0 / lam)
        d = refined(-k, 0.0, [] if resisting is None else [resisting], 2.0 / lam)
        made = solved(a, lam, c, d)
        return Step(lam, len(c[0]), chances(made), made.regret())

    steps = climb(step, LEVELS)
    limits, _ = limit_of(steps)
    return Obtained(limits, steps, "principal branch")
