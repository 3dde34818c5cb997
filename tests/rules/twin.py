"""A slow twin of the stage game: the same definitions, written as enumeration of what can happen."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from sim.rules import tables as t
from sim.rules.tables import Contests, Game, Solution
from tests.rules.bench import Valued


def softmax(z: np.ndarray) -> np.ndarray:
    w = np.exp(z - z.max())
    return w / w.sum()


def logit(x: float) -> float:
    return float(1.0 / (1.0 + np.exp(-np.clip(x, -690, 690))))


class Twin:
    """What every decision is worth when all choose by the values in a solution.

    Enumerates every coalition, so the game must have no more entrants than are counted exactly.
    """

    def __init__(self, game: Game, solution: Solution, contests: Contests) -> None:
        self.g, self.sol, self.con = game, solution, Valued(game, contests)
        h = game.head
        self.acts, self.entrants = int(h[t.G_ACTS]), int(h[t.G_ENTRANTS])
        assert self.entrants == int(h[t.G_EXACT])
        self.tc, self.td = int(h[t.G_TC]), int(h[t.G_TD])
        self.by_stake = game.rules[t.ORDERING] == t.BY_STAKE
        self.about_c = game.principals[0, : self.tc, t.P_BELIEF]
        self.about_d = game.principals[1, : self.td, t.P_BELIEF]
        self._choices_of_c()

    def _choices_of_c(self) -> None:
        """Chance of each act by type (if it reconsiders), and belief about c after each act."""
        g, lam = self.g, self.g.head[t.G_LAMBDA_C]
        weights = g.acts[: self.acts, t.A_LOG_WEIGHT]
        chosen = np.stack(
            [softmax(weights + lam * self.sol.value_c[: self.acts, i]) for i in range(self.tc)], 1
        )
        mix = g.head[t.G_MIX_C]
        seen = mix * chosen
        seen[g.acts[: self.acts, t.A_HOLD] == 1.0] += 1.0 - mix
        self.chosen_c = chosen
        self.belief_c = self._bayes(seen, self.about_c)

    def _bayes(self, likelihood: np.ndarray, prior: np.ndarray) -> np.ndarray:
        if self.g.rules[t.COGNITION] == t.MYOPIC:
            return np.broadcast_to(prior, likelihood.shape)
        joint = likelihood * prior
        return joint / joint.sum(1, keepdims=True)

    def _choices_of_d(self, a: int) -> tuple[np.ndarray, np.ndarray]:
        g, lam, n = self.g, self.g.head[t.G_LAMBDA_D], int(self.g.acts[a, t.A_ANSWERS])
        chosen = np.stack([softmax(lam * self.sol.value_d[a, :n, j]) for j in range(self.td)], 1)
        mix = g.head[t.G_MIX_D] if g.acts[a, t.A_HOLD] == 1.0 else 1.0
        seen = mix * chosen
        if mix < 1.0:
            for k in range(1, n):
                seen[k] += (1.0 - mix) * g.nodes[a, k, t.N_HOLDS]
        return seen, self._bayes(seen, self.about_d)

    def _joins(self, a: int, k: int, e: int, before: int) -> float:
        """Chance that an entrant is in, over its types, recognition and commitment."""
        g = self.g
        row, duty = g.entrants[e], g.duties[a, k, e]
        if duty[t.D_POSSIBLE] == 0.0:
            return 0.0
        inside = row[t.E_IN] == 1.0
        iota = g.rungs[int(g.nodes[a, k, t.N_RUNG_Q]), t.INTENSITY]
        total = 0.0
        for i, recognised, committed in product(range(int(row[t.E_TYPES])), (0, 1), (0, 1)):
            chance = g.etypes[e, i, t.E_BELIEF]
            chance *= duty[t.D_RECOGNISED] if recognised else 1.0 - duty[t.D_RECOGNISED]
            chance *= row[t.E_TRUST] if committed else 1.0 - row[t.E_TRUST]
            stake, burden = self.sol.gain[a, k, e, before]
            worth = g.etypes[e, i, t.E_STAKE] * stake - g.etypes[e, i, t.E_KAPPA] * burden
            worth -= row[t.E_POLITICAL] + duty[t.D_BREACH]
            if duty[t.D_ACTIVE] == 1.0 and (recognised or inside):
                worth += row[t.E_R] if committed else row[t.E_R_OPPORTUNIST]
                worth += row[t.E_STANDING]
            if inside:
                worth += row[t.E_LEAVE] * iota
            total += chance * logit(row[t.E_LAMBDA] * worth + row[t.E_LOG_WEIGHT])
        mix = row[t.E_MIX]
        return float(1.0 - mix + mix * total if inside else mix * total)

    def coalitions(self, a: int, k: int, first: int = 0, fixed: int = 0) -> dict[int, float]:
        """Chance of each coalition, those before `first` being as in `fixed`."""
        found = {fixed: 1.0}
        for e in range(first, self.entrants):
            following: dict[int, float] = {}
            for mask, chance in found.items():
                p = self._joins(a, k, e, mask if self.by_stake else 0)
                following[mask] = following.get(mask, 0.0) + chance * (1.0 - p)
                following[mask | 1 << e] = chance * p
            found = following
        return found

    def values(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return what acts, answers and joining are worth, shaped as in the solution."""
        g, sol, con, rules = self.g, self.sol, self.con, self.g.rules
        to_c, to_d = np.zeros_like(sol.value_c), np.zeros_like(sol.value_d)
        gain = np.zeros_like(sol.gain)
        n_rungs = len(g.rungs)
        audience = g.principals[:, :, t.P_AUDIENCE]
        kappa = g.principals[:, :, t.P_KAPPA]
        stake = g.principals[:, :, t.P_STAKE]
        to_c[0, : self.tc] = g.head[t.G_REST] * audience[0, : self.tc]
        for a in range(1, self.acts):
            act = g.acts[a]
            rung = int(act[t.A_RUNG])
            iota = g.rungs[rung, t.INTENSITY]
            seen_d, belief_d = self._choices_of_d(a)
            x_y = min(act[t.A_SLICE], g.head[t.G_CONTROL])
            alone = self._slot(act, t.PLAIN, rung)
            doubt = rules[t.DOUBT]
            for i in range(self.tc):
                to_c[a, i] = -kappa[0, i] * act[t.A_DIRECT] - act[t.A_TABOO] - act[t.A_BREACH]
                pressed = con.uc[alone, 0, i, : self.td] @ (self.about_d * seen_d[0])
                to_c[a, i] += x_y * stake[0, i] * (self.about_d @ seen_d[0]) + doubt * pressed
            for j in range(self.td):
                fear = self.belief_c[a] @ con.ud[alone, 0, : self.tc, j]
                to_d[a, 0, j] = -x_y * stake[1, j] - rules[t.NU] * stake[1, j] * iota
                to_d[a, 0, j] += -rules[t.PSI] * audience[1, j] * iota + doubt * fear
            for k in range(1, int(act[t.A_ANSWERS])):
                self._resist(a, k, seen_d[k], belief_d[k], to_c, to_d, gain)
            if g.rungs[rung, t.VIOLENT] == 1.0 and act[t.A_HOLD] == 0.0:
                for j in range(self.td):
                    hurt = kappa[1, j] * rules[t.CLIMB_HARM] * g.rungs[rung, t.HARM]
                    to_d[a, : int(act[t.A_ANSWERS]), j] -= hurt
        assert n_rungs
        return to_c, to_d, gain

    def _slot(self, act: Any, variant: int, rung: int) -> int:
        klass = int(act[t.A_CLASS])
        if self.g.classes[klass, rung, 2] == 1.0:
            klass = 0
        if self.g.rungs[rung, t.FIRST_STRIKE] == 1.0:
            variant = t.PLAIN  # nothing is gained by being first
        return (klass * 3 + variant) * len(self.g.rungs) + rung

    def _resist(
        self, a: int, k: int, seen_d: np.ndarray, belief_d: np.ndarray,
        to_c: np.ndarray, to_d: np.ndarray, gain: np.ndarray,
    ) -> None:  # fmt: skip
        g, con = self.g, self.con
        act, node = g.acts[a], g.nodes[a, k]
        q = int(node[t.N_RUNG_Q])
        cost = g.rungs[q, t.COST]
        slot = self._slot(act, int(node[t.N_VARIANT]), q)
        stance = g.rungs[int(act[t.A_STANCE]), t.INTENSITY]
        belief_c = self.belief_c[a]
        kappa_d = g.principals[1, : self.td, t.P_KAPPA]
        pressed, moved, burden = {}, {}, {}
        for mask in range(1 << self.entrants):
            uc, ud = (x[slot, mask, : self.tc, : self.td] for x in (con.uc, con.ud))
            back = -g.principals[0, : self.tc, t.P_AUDIENCE] * stance
            if node[t.N_STEADY] == 1.0 and mask == int(g.head[t.G_MASK]):
                w = np.ones(self.tc)
            else:
                lam = g.head[t.G_LAMBDA_C]
                w = np.array([logit(lam * (uc[i] @ belief_d - back[i])) for i in range(self.tc)])
            pressed[mask] = (w, uc, ud, back)
            both = np.outer(w * belief_c, belief_d)
            moved[mask] = float((both * con.phi[slot, mask, : self.tc, : self.td]).sum())
            for e in range(self.entrants):
                psi = con.psi[slot, mask, e, : self.tc, : self.td]
                idle = (1.0 - w @ belief_c) * cost * con.part[q, 2 + e, mask]
                burden[mask, e] = float((both * psi).sum() + idle)
        to_d[a, k, : self.td] = -kappa_d * node[t.N_CLIMB] - node[t.N_CLIMB_FLAT]
        for mask, chance in self.coalitions(a, k).items():
            w, uc, ud, back = pressed[mask]
            for i in range(self.tc):
                got = w[i] * uc[i] + (1.0 - w[i]) * back[i]
                to_c[a, i] += chance * (self.about_d * seen_d) @ got
            for j in range(self.td):
                got = w * ud[:, j] - (1.0 - w) * kappa_d[j] * cost
                to_d[a, k, j] += chance * belief_c @ got
        for e in range(self.entrants):
            sign = -1.0 if int(g.entrants[e, t.E_SIDE]) == t.HOLDER_SIDE else 1.0
            for before in range(1 << e) if self.by_stake else (0,):
                with_it, without = self._others(a, k, e, before)
                gain[a, k, e, before, 0] = sign * (
                    sum(p * moved[mask] for mask, p in with_it.items())
                    - sum(p * moved[mask] for mask, p in without.items())
                )
                gain[a, k, e, before, 1] = sum(p * burden[mask, e] for mask, p in with_it.items())

    def _others(self, a: int, k: int, e: int, before: int) -> tuple[dict[int, float], ...]:
        """Chance of each coalition with an entrant and without, as it sees it when it decides."""
        bit = 1 << e
        if self.by_stake:
            return (
                self.coalitions(a, k, e + 1, before | bit), self.coalitions(a, k, e + 1, before),
            )  # fmt: skip
        without: dict[int, float] = {}
        for mask, p in self.coalitions(a, k).items():
            without[mask & ~bit] = without.get(mask & ~bit, 0.0) + p
        return {mask | bit: p for mask, p in without.items()}, without
