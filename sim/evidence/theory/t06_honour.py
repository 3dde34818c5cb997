"""Extended deterrence with a cost of reneging, and the selection of tested promises.

Game: a challenger attacks a target or not; the target's ally honours its promise or reneges.
With the ally the chance to win falls from p0 to p1. What honouring costs the ally is private,
uniform on [c_lo, c_hi]; reneging costs it R.

Source: Smith 1995, 1998; Morrow 1994; Fearon 2002 for the selection.

Set: one act, `press: forced`, a holder that never yields, one guarantor whose duty is
recognised. h* is the trust at which attacking is worth as much as leaving things be; R_min is
what reneging must cost for the type at the share h* of the range to be indifferent: both by
bisection, exact at any precision. The honour rate without R is that of a table of types. The
observed rate is the mean over promises whose trust is uniform, each weighed by its chance to be
attacked, in the limit of lambda; `mc_observed` draws promises, attacks and honour from the same
chances.
"""

from __future__ import annotations

import numpy as np

from sim.evidence.theory.board import SURELY, Board
from sim.evidence.theory.continuum import crossing, even, refined
from sim.evidence.theory.limits import at_zero, bisect, limit_of, zero_of
from sim.evidence.theory.point import Obtained, Point, Step
from sim.rules import tables as t

LEVELS = (250.0, 500.0, 1000.0, 2000.0)
DRAWS, SEED = 400_000, 1995


def attack(stake: float, cost: float, p_alone: float, p_helped: float, e_types: int = 1) -> Board:
    """Return the game of a challenger, a holder that resists and a guarantor that may come."""
    made = Board(entrants=1, e_types=e_types)
    made.forced()
    made.never_yields()
    made.odds(p_alone)
    made.joined(0, p_helped)
    made.c[:, t.P_STAKE], made.c[:, t.P_KAPPA] = stake, cost
    return made


def pledged(made: Board) -> Board:
    """Let the guarantor come exactly if it is committed, whatever else is at stake."""
    made.game.etypes[0, 0, [t.E_STAKE, t.E_KAPPA]] = 0.0, 4.0 * SURELY
    made.promise(0, 0.5, 8.0 * SURELY)
    made.game.entrants[0, t.E_LAMBDA] = 1.0
    return made


def threshold(made: Board) -> float:
    """Return the trust at which moving is worth as much as leaving things be."""

    def worth(trust: float) -> float:
        made.game.entrants[0, t.E_TRUST] = trust
        return made.solve().worth()

    return zero_of(worth, 0.0, 1.0)


class Ally:
    """The guarantor whose cost is uniform on a range."""

    def __init__(self, point: Point) -> None:
        self.odds = point.chance("p0_no_ally"), point.chance("p1_with_ally")
        self.stake = point.number("ally_value", 0.0)
        self.low, self.high = point.number("c_lo", 0.0), point.number("c_hi", 0.0)
        point.need(self.low < self.high, "c_lo < c_hi")

    def board(self, costs: t.Floats, priors: t.Floats) -> Board:
        """Return the game with a table of costs and no promise."""
        made = attack(1.0, 0.0, *self.odds, len(costs))
        made.game.etypes[0, :, t.E_BELIEF] = priors
        made.game.etypes[0, :, t.E_STAKE], made.game.etypes[0, :, t.E_KAPPA] = self.stake, costs
        return made

    def rate(self, lam: float, costs: t.Floats, priors: t.Floats) -> float:
        """Return the chance that it comes although it has promised nothing."""
        return self.board(costs, priors).solve(lam).joins()

    def honour_rate(self) -> float:
        """Return that chance for the continuum of costs, in the limit of lambda."""
        width = self.high - self.low
        costs, _ = even(self.low, self.high, 64)
        comes = np.array([self.rate(LEVELS[0] / width, np.array([x]), np.ones(1)) for x in costs])
        cut = crossing(costs, comes)
        rates = []
        for level in LEVELS:
            cuts = [self.low, self.high] if cut is None else [cut]
            table = refined(self.low, self.high, cuts, width / level)
            rates.append(self.rate(level / width, *table))
        return at_zero([1.0 / level for level in LEVELS], rates)[0]

    def price(self, share: float) -> float:
        """Return the R at which the type at a share of the range is indifferent to coming."""
        made = self.board(np.array([self.low + share * (self.high - self.low)]), np.ones(1))

        def leaning(price: float) -> float:
            made.promise(0, 1.0, price)
            return made.solve().joins() - 0.5

        most = 2.0 * (abs(self.low) + (1.0 + abs(share)) * self.high + self.stake) + 1.0
        return bisect(leaning, -most, most)


def tested(made: Board, lam: float, trusts: t.Floats) -> tuple[t.Floats, t.Floats]:
    """Return, by trust, the chances that a promise is tested and that it is honoured."""
    attacked, honoured = np.empty_like(trusts), np.empty_like(trusts)
    made.game.head[t.G_LAMBDA_C] = lam
    for k, trust in enumerate(trusts):
        made.game.entrants[0, t.E_TRUST] = trust
        made.solve()
        attacked[k], honoured[k] = made.act(), made.joins()
    return attacked, honoured


def drawn(trusts: t.Floats, attacked: t.Floats, honoured: t.Floats) -> float:
    """Return the share of tested promises honoured among promises drawn at random."""
    rng = np.random.Generator(np.random.Philox(SEED))
    trust, u, v = rng.random((3, DRAWS))
    hit = u < np.interp(trust, trusts, attacked)
    kept = v < np.interp(trust, trusts, honoured)
    return float((hit & kept).sum() / max(1, hit.sum()))


def obtain(point: Point) -> Obtained:
    """Return threshold, honour rate, price of deterrence and what tested promises look like."""
    stake, cost = point.number("V", above=0.0), point.number("c_attack", 0.0)
    ally = Ally(point)
    point.need(ally.odds[1] < ally.odds[0], "p1_with_ally < p0_no_ally")
    made = pledged(attack(stake, cost, *ally.odds))
    h = threshold(made)
    inside = min(1.0, max(0.0, h))
    steps = []
    for level in LEVELS:
        lam = level / (stake * (ally.odds[0] - ally.odds[1]))
        trusts, priors = refined(0.0, 1.0, [inside], 1.0 / level)
        attacked, honoured = tested(made, lam, trusts)
        observed = float(priors @ (attacked * honoured) / (priors @ attacked))
        steps.append(
            Step(lam, len(trusts), {"observed_honour_rate_if_h_uniform": observed}, made.regret())
        )
    limits, _ = limit_of(steps)
    found = {
        "h_star": h, "honour_prob_R0": ally.honour_rate(), "R_min_to_deter": ally.price(h),
        **limits,
        "mc_observed": drawn(trusts, attacked, honoured),
        "true_mean_reliability": float(priors @ honoured),
    }  # fmt: skip
    return Obtained(found, steps)
