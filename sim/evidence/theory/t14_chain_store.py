"""The chain store: reputation as an investment.

Game: an incumbent faces n entrants one after the other. Each stays out (the incumbent has a) or
enters; then the incumbent acquiesces (it has 0, the entrant b) or fights (-1, and b - 1). It is
tough with chance p, and then always fights; entrants see all that came before.

Source: Kreps and Wilson 1982 (the sequential equilibrium they find).

Set: entering is the one act of a challenger without strength, on a rung where fighting costs each
side what the source says; the tough type pays nothing for a fight. What is yielded renews: every
entrant has a market of its own. The incumbent looks n - 1 games ahead, each entrant none. Beliefs
lie on a grid that is dense around the cutoffs that a first, even grid shows, the denser the higher
lambda, which goes to infinity.
"""

from __future__ import annotations

import math

import numpy as np

from sim.evidence.theory.horizon import FirstTurn, rung, world
from sim.evidence.theory.limits import bisect, limit_of
from sim.evidence.theory.point import Obtained, Point, Step
from sim.rules import tables as t
from sim.world.scenario import Scenario

FIRST_PRECISION, FIRST_STEP, FIRST_REACH = 100.0, 0.03, 4.0
"""On the scale of a market's worth to an entrant; the first, even grid, in log-odds."""
PRECISIONS = (300.0, 600.0, 1200.0)
DENSE, SPARSE, AROUND, CERTAIN = 0.125, 0.25, 16.0, 14.0
"""The second grid: steps near a cutoff, in widths of it; elsewhere, in log-odds; how many widths
are near; and log-odds that are next to certainty."""
LOWER = 0.25
"""What the prior is multiplied by to lie below a belief."""
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


class Store:
    """The chain store with some entrants left.

    Parameters
    ----------
    b, a : float
        What a market is worth to an entrant, and a market left alone to the incumbent.
    low : float
        The prior from which beliefs rise: below all that matter; lowered where it is not.
    """

    def __init__(self, b: float, a: float, low: float) -> None:
        self.b, self.a, self.low = b, a, low

    def game(
        self, n: int, precision: float, step: float, reach: float, places: t.Floats | None = None
    ) -> FirstTurn:
        """Return the game of the first of n entrants; `places` are log-odds of the grid."""
        rays = None
        scenario = build(self.low, self.b, self.a, n, step, reach)
        if places is not None:
            beliefs = 1.0 / (1.0 + np.exp(-places))
            rays = np.zeros((2, 2, len(places) + 3))
            rays[:, :, :-1] = np.linspace(0.0, 1.0, len(places) + 2)
            rays[0, WEAK, 1:-2] = 0.5  # nothing that matters lies there: one game for all
            rays[0, TOUGH, 1:-2] = (beliefs - self.low) / (1.0 - self.low)
            rays[0, :, -1] = self.low, 1.0 - self.low
            rays[1, 0, -1] = 1.0
        return FirstTurn(scenario, precision * max(1.0, self.a), (n - 1, 0), rays)

    def cutoff(self, made: FirstTurn) -> float:
        """Return the belief at which the first entrant is indifferent."""

        def entering(belief: float) -> float:
            made.believe(0, (belief, 1.0 - belief))
            return made.solve().worth(ENTER)

        return bisect(entering, self.low, 1.0 - 1e-9)

    def cutoffs(self, n: int) -> list[float]:
        """Return those of the last entrant, the last but one, ..., roughly."""
        found: list[float] = []
        while len(found) < n:
            reach = (logit(found[0]) if found else 0.0) - logit(self.low) + FIRST_REACH
            made = self.game(len(found) + 1, FIRST_PRECISION, FIRST_STEP, reach)
            made.believe(0, (self.low, 1.0 - self.low))
            if made.solve().worth(ENTER) > 0.0:
                found.append(self.cutoff(made))
            else:
                self.low *= LOWER
        return found

    def places(self, cutoffs: list[float], precision: float) -> t.Floats:
        """Return log-odds of a grid that is dense where choices change."""
        first = logit(self.low)
        found = set(np.arange(first, CERTAIN, SPARSE)[1:].tolist())
        for cutoff in cutoffs:
            width = 1.0 / (self.b * precision * (1.0 - cutoff))
            near = logit(cutoff) + width * np.arange(-AROUND, AROUND + DENSE, DENSE)
            found |= set(near[near > first].tolist())
        return np.array(sorted(found))


def obtain(point: Point) -> Obtained:
    """Return when entry is deterred, and what follows entry now."""
    p, b = point.chance("p"), point.chance("b")
    a, n = point.number("a", above=0.0), point.whole("n", 1, 20)
    point.need(0.0 < p < 1.0 and 0.0 < b < 1.0, "0 < p < 1 and 0 < b < 1")
    store = Store(b, a, LOWER * p)
    cutoffs = store.cutoffs(n)[:-1]
    steps = []
    for precision in PRECISIONS:
        places = store.places(cutoffs, precision)
        # one node more than there are places: certainty
        made = store.game(n, precision, 0.1, 0.1 * len(places), places)
        values = {"threshold": store.cutoff(made)}
        made.believe(0, (p, 1.0 - p))
        solution = made.solve().solution
        values["entry_prob"] = float(solution.prob_c[ENTER, 0])
        values["weak_fights_if_entered"] = float(solution.prob_d[ENTER, FIGHT, WEAK])
        values["posterior_after_fight"] = float(solution.post_d[ENTER, FIGHT, TOUGH])
        steps.append(Step(precision, 0, values, made.regret()))
    limits, _ = limit_of(steps)
    return Obtained(limits, steps)
