"""The chain store: reputation as an investment.

Game: an incumbent faces n entrants one after the other. Each stays out (the incumbent has a) or
enters; then the incumbent acquiesces (it has 0, the entrant b) or fights (-1, and b - 1). It is
tough with chance p, and then always fights; entrants see all that came before.

Source: Kreps and Wilson 1982 (the sequential equilibrium they find).

Set: entering is the one act of a challenger without strength, on a rung where fighting costs each
side what the source says; the tough type pays nothing for a fight. What is yielded renews: every
entrant has a market of its own. The incumbent looks n - 1 games ahead, each entrant none; beliefs
about the incumbent lie on a grid that grows finer as lambda goes to infinity.
"""

from __future__ import annotations

import math

from sim.evidence.theory.horizon import FirstTurn, rung, world
from sim.evidence.theory.limits import bisect, limit_of
from sim.evidence.theory.point import Obtained, Point, Step
from sim.world.scenario import Scenario

PRECISIONS = (100.0, 200.0, 400.0, 800.0)
"""On the scale of a market's worth to the incumbent."""
FINENESS = 2.0
"""A step of the grid, in log-odds, times the precision."""
ENTER, FIGHT, TOUGH, WEAK = 1, 1, 0, 1


def build(p: float, b: float, a: float, n: int, step: float, reach: float) -> Scenario:
    """Return the game as a scenario, on a scale on which nothing is worth more than 1."""
    scale = 1.0 / max(1.0, a)
    return world(
        [rung("entry", 0.5, cost=scale), rung("beyond", 1.0)],
        {"discount": 1, "foresight_step": step, "foresight_reach": reach},
        {
            "incumbent": {
                "capability": 1,
                "highest_rung": "entry",
                "types": [
                    {"key": "tough", "prior": p, "cost_sensitivity": 0},
                    {"key": "weak", "prior": 1 - p, "cost_sensitivity": 1 + a},
                ],
            },
            "entrant": {
                "capability": 0,
                "types": [{"key": "only", "prior": 1, "cost_sensitivity": 1 - b}],
            },
        },
        {"incumbent": a * scale, "entrant": scale},
    )


def logit(p: float) -> float:
    """Return log-odds."""
    return math.log(p / (1.0 - p))


def obtain(point: Point) -> Obtained:
    """Return when entry is deterred, and what follows entry now."""
    p, b = point.chance("p"), point.chance("b")
    a, n = point.number("a", above=0.0), point.whole("n", 1, 40)
    point.need(0.0 < p < 1.0 and 0.0 < b < 1.0, "0 < p < 1 and 0 < b < 1")
    steps = []
    for precision in PRECISIONS:
        step = FINENESS / precision
        # up to beliefs that surely deter the last entrant, and no finer than can be told apart
        reach = max(logit(b), logit(p)) - logit(p) + 4.0
        made = FirstTurn(build(p, b, a, n, step, reach), precision * max(1.0, a), (n - 1, 0))

        def entering(belief: float, made: FirstTurn = made) -> float:
            made.believe(0, (belief, 1.0 - belief))
            return made.solve().worth(ENTER)

        values = {"threshold": bisect(entering, 1e-9, 1.0 - 1e-9)}
        entering(p)
        solution = made.solution
        values["entry_prob"] = float(solution.prob_c[ENTER, 0])
        values["weak_fights_if_entered"] = float(solution.prob_d[ENTER, FIGHT, WEAK])
        values["posterior_after_fight"] = float(solution.post_d[ENTER, FIGHT, TOUGH])
        steps.append(Step(precision, 0, values, made.regret()))
    limits, _ = limit_of(steps)
    return Obtained(limits, steps)
