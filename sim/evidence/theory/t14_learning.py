"""Reputation: what keeping faith and standing firm teach.

Game: an ally honours or reneges on its promises, and its reliability is a Beta belief; a state
that is resolute stands firm always, one that is not with the chance beta, and is seen to stand
firm n times.

Source: Bayes; for whether reputations matter, Mercer 1996; Press 2005; Crescenzi 2007; Weisiger
and Yarhi-Milo 2015.

Set: reliability is learned by `learn_trust` from a solved game in which a committed guarantor
surely comes and an opportunist surely stands aside, so that counts grow by one. Resolve is
learned by `learn_type` from the chances of acting in a solved game, n times, the belief after
each act being the prior of the next; the weak type's stake is such that it acts with the chance
beta.
"""

from __future__ import annotations

import math

import numpy as np

from sim.compiled import pack
from sim.evidence.theory.board import SURELY, Board
from sim.evidence.theory.point import Obtained, Point
from sim.evidence.theory.t06_honour import attack, pledged
from sim.evidence.theory.world import Pair
from sim.rules import tables as t
from sim.rules.beliefs import learn_trust, learn_type, trust_on_grid
from sim.rules.stage_game import join_chance

GUARANTOR = 2


def reliability(a: float, b: float, honours: int, reneges: int) -> dict[str, float]:
    """Return mean and variance of the belief after so many promises kept and broken."""
    game = pledged(attack(1.0, 0.0, 0.5, 0.4)).solve()
    comes = [
        float(join_chance(game.packed[0], game.packed[2], 1, 1, 0, 0, 0, committed, True))
        for committed in (True, False)
    ]
    pair = Pair()
    terms, sit = pack(pair.terms), pack(pair.sit)
    pair.sit.trust[0, GUARANTOR] = a, b
    for _ in range(honours):
        learn_trust(terms, sit, 0, GUARANTOR, comes[0], comes[1])
    for _ in range(reneges):
        learn_trust(terms, sit, 0, GUARANTOR, 1.0 - comes[0], 1.0 - comes[1])
    mean = float(trust_on_grid(terms, sit, 0, GUARANTOR))
    count = float(pair.sit.trust[0, GUARANTOR].sum())
    return {"mean": mean, "var": mean * (1.0 - mean) / (count + 1.0)}


def resolve(prior: float, bluff: float, times: int) -> float:
    """Return the belief that a state is resolute after it has stood firm so many times."""
    game, pair = Board(c_types=2), Pair()
    game.game.head[t.G_LAMBDA_D] = SURELY
    game.d[:, t.P_KAPPA] = 1e3  # the holder yields, so that an act is worth its stake
    game.c[:, t.P_STAKE] = 2.0 * SURELY, 2.0 * SURELY
    if bluff < 1.0:
        # less a toll, in units of 1 / lambda: acting at odds of beta against leaving things be
        odds = math.log(bluff / (1.0 - bluff)) if bluff > 0.0 else -2.0 * SURELY
        game.game.acts[1, t.A_TABOO] = SURELY
        game.c[1, t.P_STAKE] = SURELY + odds
    terms, sit = pack(pair.terms), pack(pair.sit)
    pair.sit.belief[0] = prior, 1.0 - prior
    for _ in range(times):
        game.c[:, t.P_BELIEF] = pair.sit.belief[0]
        game.solve()
        learn_type(terms, sit, 0, np.ascontiguousarray(game.solution.prob_c[1]), 1.0)
    return float(pair.sit.belief[0, 0])


def obtain(point: Point) -> Obtained:
    """Return what is believed after what was seen."""
    if point.params.get("kind") == "bayes_stand_firm":
        times = point.whole("n_times", 0, 10_000)
        return Obtained({
            "posterior": resolve(point.chance("prior"), point.chance("bluff_rate"), times)
        })  # fmt: skip
    a, b = point.number("alpha", above=0.0), point.number("beta", above=0.0)
    seen = [point.whole(name, 0, 10_000) for name in ("honours", "reneges")]
    return Obtained(reliability(a, b, *seen))
