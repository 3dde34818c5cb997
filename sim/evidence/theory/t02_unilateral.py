"""The unilateral deterrence game with two-sided uncertainty: four classes of equilibrium.

Game: the challenger goes or stays; the holder concedes or resists; the challenger, resisted,
backs down or fights. Both are privately hard or soft: a hard challenger fights, a soft one
backs down; a hard holder resists, a soft one would concede to a hard challenger.

Source: Zagare and Kilgour 1993; 2000, chapter 5.

Set: one act, two types each, beliefs by Bayes. c_s, c_t and d_1 are the beliefs at which a soft
challenger, a hard one and a soft holder are indifferent, by bisection in games in which what
the others do is settled by priors. The equilibrium is the limit of the principal branch as
lambda grows, extrapolated in 1 / lambda.
"""

from __future__ import annotations

from sim.evidence.theory.board import SURELY, Board
from sim.evidence.theory.limits import climb, limit_of, zero_of
from sim.evidence.theory.point import Obtained, Point, Step
from sim.rules import tables as t

HARD, SOFT = 0, 1
LEVELS = tuple(80.0 * 2.0**k for k in range(12))
"""Precisions at which the game is solved, on the scale of its largest utility difference."""
NEAR = 1e-3
"""How near 0 or 1 a limit counts as a pure choice when the class is named."""


def payoffs(point: Point) -> dict[str, float]:
    """Return the endings of a point; raises InputError where they are not ordered as assumed."""
    names = ("cDC", "cSQ", "cCD", "cDDh", "cDDs", "dCD", "dDC", "dDDh", "dDDs")
    u = {name: point.number(name) for name in names}
    point.need(u["cCD"] < u["cSQ"] < u["cDC"], "cCD < cSQ < cDC")
    point.need(u["cDDs"] < u["cCD"] < u["cDDh"] < u["cSQ"], "cDDs < cCD < cDDh < cSQ")
    point.need(u["dDDs"] < u["dDC"] < u["dDDh"] < u["dCD"], "dDDs < dDC < dDDh < dCD")
    return u


def board(u: dict[str, float], p_c: float, p_d: float) -> Board:
    """Return the game with priors on the hard types."""
    made = Board(c_types=2, d_types=2)
    made.war(
        u["cDC"] - u["cSQ"], u["cSQ"] - u["cCD"], [u["cDDh"] - u["cSQ"], u["cDDs"] - u["cSQ"]],
        u["dCD"] - u["dDC"], [u["dDDh"] - u["dCD"], u["dDDs"] - u["dCD"]],
    )  # fmt: skip
    made.c[:, t.P_BELIEF] = p_c, 1.0 - p_c
    made.d[:, t.P_BELIEF] = p_d, 1.0 - p_d
    return made


def scale_of(u: dict[str, float]) -> float:
    """Return the largest difference between a party's endings."""
    c = [u[k] for k in ("cDC", "cSQ", "cCD", "cDDh", "cDDs")]
    d = [u[k] for k in ("dCD", "dDC", "dDDh", "dDDs")]
    return max(max(c) - min(c), max(d) - min(d))


def closest(u: dict[str, float]) -> float:
    """Return the smallest difference that decides what a type does."""
    return min(
        u["cDDh"] - u["cCD"], u["cCD"] - u["cDDs"], u["dDDh"] - u["dDC"], u["dDC"] - u["dDDs"]
    )


def thresholds(u: dict[str, float]) -> dict[str, float]:
    """Return the beliefs at which soft and hard challenger and soft holder are indifferent."""
    # against a challenger known to be hard, the soft holder concedes and the hard one resists
    known = board(u, 1.0, 0.5)
    known.precision(SURELY / closest(u))

    def of_c(kind: int) -> float:
        def worth(p: float) -> float:
            known.d[:, t.P_BELIEF] = p, 1.0 - p
            return known.solve().worth(1, kind)

        return zero_of(worth, 0.0, 1.0)

    # where acts teach nothing, the belief after one is the prior
    pooled = board(u, 0.5, 0.5)
    pooled.precision(SURELY / closest(u))
    pooled.rules[t.COGNITION] = t.MYOPIC

    def firmness(r: float) -> float:
        pooled.c[:, t.P_BELIEF] = r, 1.0 - r
        return pooled.solve().firmness(1, SOFT)

    return {"c_s": of_c(SOFT), "c_t": of_c(HARD), "d_1": zero_of(firmness, 0.0, 1.0)}


def chances(made: Board) -> dict[str, float]:
    """Return what a solved game says happens."""
    pc, pd = made.belief_c(), made.belief_d()
    x = [made.act(1, i) for i in range(2)]
    y = [made.resists(1, j) for j in range(2)]
    w = [made.pressing(1, i) for i in range(2)]
    resisted = float(pd @ y)
    moved = float(pc @ x)
    fought = resisted * sum(float(pc[i]) * x[i] * w[i] for i in range(2))
    return {
        "x_hard": x[HARD], "x_soft": x[SOFT], "y_hard": y[HARD], "y_soft": y[SOFT],
        "P_challenge": moved, "P_concede": moved * (1.0 - resisted),
        "P_backdown": moved * resisted - fought, "P_conflict": fought,
    }  # fmt: skip


def name_of(limits: dict[str, float]) -> str:
    """Name the class of equilibrium by who challenges."""
    hard, soft = limits["x_hard"], limits["x_soft"]
    if hard < NEAR:
        return "deterrence"
    if hard < 1.0 - NEAR:
        return "mixed"
    return "separating" if soft < NEAR else "attack" if soft > 1.0 - NEAR else "bluff"


def obtain(point: Point) -> Obtained:
    """Return thresholds, the class and its probabilities in the limit."""
    u = payoffs(point)
    made = board(u, point.chance("p_hard_C"), point.chance("p_hard_D"))

    def step(level: float) -> Step:
        lam = level / scale_of(u)
        return Step(lam, 0, chances(made.solve(lam)), made.regret())

    steps = climb(step, LEVELS)
    limits, _ = limit_of(steps)
    found = {k: min(1.0, max(0.0, v)) for k, v in limits.items()}
    note = "principal branch; where p_hard_C < d_1 a steadfast deterrence equilibrium exists too"
    return Obtained({**thresholds(u), **found, "equilibrium": name_of(found)}, steps, note)
