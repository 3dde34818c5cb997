"""The stage game against Gambit's logit equilibria, on small games with contest values frozen.

The rules value contests first; what they are worth to each pair of types is then a payoff like any
other. Everything else is written out here as a tree: nature draws private types, the challenger acts,
the holder answers, an entrant comes or not, the challenger, seeing who came, presses or backs down.
Whoever decides knows its own type and what was done. Games are played from rest (everybody
reconsiders) and no act weighs more than another, as in Gambit's equilibria.

Gambit is in the extra `gambit`: where no wheel fits, installing it needs a C++ compiler.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sim.evidence.theory.board import Board
from sim.rules import tables as t
from sim.rules.choice import padded
from tests.evidence.theory.boards import ACTS, random_board

gambit = pytest.importorskip("pygambit")
from pygambit import qre  # noqa: E402


def child(node: Any, number: int) -> Any:
    return list(node.children)[number]


class Tree:
    """A solved board's game as Gambit knows it.

    Information sets are kept by what is known there: ("act", i), ("answer", a, j),
    ("join", a, k, e), ("press", a, k, came, i).
    """

    def __init__(self, made: Board) -> None:
        self.made = made
        self.game = gambit.Game.new_tree(players=["challenger", "holder", "entrant"])
        self.endings = 0
        self.sets: dict[tuple[Any, ...], list[Any]] = {}
        g = made.game
        self.e_types = range(2) if made.entrants else range(1)
        self.draws = list(product(range(2), range(2), self.e_types))
        self.game.append_move(
            self.game.root, self.game.players.chance, [str(x) for x in self.draws]
        )
        odds = [
            Fraction(g.principals[0, i, t.P_BELIEF]) * Fraction(g.principals[1, j, t.P_BELIEF])
            * (Fraction(g.etypes[0, e, t.E_BELIEF]) if made.entrants else 1)
            for i, j, e in self.draws
        ]  # fmt: skip
        self.game.set_chance_probs(
            self.game.root.infoset, [gambit.Rational(p.numerator, p.denominator) for p in odds]
        )
        self._grow()

    def _move(self, nodes: list[Any], key: Any, player: str, options: int) -> None:
        """Let a player decide at nodes between which it cannot tell: those with the same key."""
        groups: dict[tuple[Any, ...], list[Any]] = {}
        for at, node in nodes:
            groups.setdefault(key(at), []).append(node)
        for name, members in groups.items():
            self.game.append_move(members, player, [str(k) for k in range(options)])
            self.sets[name] = members

    def _grow(self) -> None:
        made = self.made
        acts = list(zip(self.draws, self.game.root.children, strict=True))
        self._move(acts, lambda at: ("act", at[0]), "challenger", ACTS + 1)
        for at, node in acts:
            self._pay(child(node, 0), made.solution.value_c[0, at[0]], 0.0, 0.0)
        for act in range(1, ACTS + 1):
            answers = [(at, child(node, act)) for at, node in acts]
            n = int(made.game.acts[act, t.A_ANSWERS])
            self._move(answers, lambda at, a=act: ("answer", a, at[1]), "holder", n)
            for at, node in answers:
                self._yield(act, at, child(node, 0))
            for k in range(1, n):
                self._resisted(act, k, [(at, child(node, k)) for at, node in answers])

    def _resisted(self, a: int, k: int, nodes: list[Any]) -> None:
        came = [((at, 0), node) for at, node in nodes]
        if self.made.entrants:
            self._move(nodes, lambda at: ("join", a, k, at[2]), "entrant", 2)
            came = [((at, c), child(node, c)) for at, node in nodes for c in range(2)]
        self._move(came, lambda x: ("press", a, k, x[1], x[0][0]), "challenger", 2)
        for (at, c), node in came:
            self._back(a, k, c, at, child(node, 0))
            self._press(a, k, c, at, child(node, 1))

    # --- endings --------------------------------------------------------------------------------
    def _direct(self, a: int, i: int) -> float:
        g = self.made.game
        return g.principals[0, i, t.P_KAPPA] * g.acts[a, t.A_DIRECT]

    def _climb(self, a: int, k: int, j: int) -> float:
        g = self.made.game
        return g.principals[1, j, t.P_KAPPA] * g.nodes[a, k, t.N_CLIMB]

    def _entrant(self, c: int, e: int, moved: float, burden: float) -> float:
        if not self.made.entrants:
            return 0.0
        g = self.made.game
        row, own = g.entrants[0], g.etypes[0, e]
        sign = -1.0 if row[t.E_SIDE] == t.HOLDER_SIDE else 1.0
        paid = own[t.E_KAPPA] * burden + row[t.E_POLITICAL] if c else 0.0
        return sign * own[t.E_STAKE] * moved - paid

    def _yield(self, a: int, at: Any, node: Any) -> None:
        i, j, _ = at
        g, rules = self.made.game, self.made.rules
        share = g.acts[a, t.A_SLICE]
        v, audience = g.principals[1, j, t.P_STAKE], g.principals[1, j, t.P_AUDIENCE]
        iota = g.rungs[int(g.acts[a, t.A_RUNG]), t.INTENSITY]
        lost = share * v + (rules[t.NU] * v + rules[t.PSI] * audience) * iota
        self._pay(node, share * g.principals[0, i, t.P_STAKE] - self._direct(a, i), -lost, 0.0)

    def _back(self, a: int, k: int, c: int, at: Any, node: Any) -> None:
        i, j, e = at
        g = self.made.game
        q = int(g.nodes[a, k, t.N_RUNG_Q])
        cost = g.rungs[q, t.COST]
        iota = g.rungs[int(g.acts[a, t.A_STANCE]), t.INTENSITY]
        idle = cost * self.made.contests.part[q, 2, c] if self.made.entrants else 0.0
        self._pay(
            node, -g.principals[0, i, t.P_AUDIENCE] * iota - self._direct(a, i),
            -g.principals[1, j, t.P_KAPPA] * cost - self._climb(a, k, j), self._entrant(c, e, 0.0, idle),
        )  # fmt: skip

    def _press(self, a: int, k: int, c: int, at: Any, node: Any) -> None:
        i, j, e = at
        g, con = self.made.game, self.made.contests
        slot = (a - 1) * 3 * len(g.rungs) + int(g.nodes[a, k, t.N_RUNG_Q])
        burden = con.psi[slot, 0, i, j, c] if self.made.entrants else 0.0
        self._pay(
            node, con.uc[slot, i, j, c] - self._direct(a, i), con.ud[slot, i, j, c] - self._climb(a, k, j),
            self._entrant(c, e, con.phi[slot, i, j, c], burden),
        )  # fmt: skip

    def _pay(self, node: Any, *payoffs: float) -> None:
        exact = [Fraction(float(x)) for x in payoffs]
        self.endings += 1
        ending = self.game.add_outcome(
            str(self.endings), [gambit.Rational(x.numerator, x.denominator) for x in exact]
        )
        self.game.set_outcome(node, ending)

    def solve(self, lam: float) -> dict[tuple[Any, ...], list[float]]:
        """Return Gambit's chances at every information set on the principal branch."""
        profile = qre.logit_solve_lambda(self.game, [lam])[0]
        actions = [
            action for player in self.game.players for known in player.infosets for action in known.actions
        ]  # fmt: skip
        assert len(profile) == len(actions)
        at = {
            (a.infoset.player.label, a.infoset.number, a.number): float(profile[k])
            for k, a in enumerate(actions)
        }
        return {
            key: [at[a.infoset.player.label, a.infoset.number, a.number] for a in members[0].infoset.actions]
            for key, members in self.sets.items()
        }  # fmt: skip


def chances(made: Board, key: tuple[Any, ...]) -> list[float]:
    """Return what the rules' solution says at an information set."""
    sol, kind = made.solution, key[0]
    if kind == "act":
        return [float(sol.prob_c[a, key[1]]) for a in range(ACTS + 1)]
    if kind == "answer":
        n = int(made.game.acts[key[1], t.A_ANSWERS])
        return [float(sol.prob_d[key[1], k, key[2]]) for k in range(n)]
    row = made.game.entrants[0]
    lane = int(made.game.nodes[key[1], key[2], t.N_LANE])
    if kind == "join":
        _, a, k, e = key
        own, gain = made.game.etypes[0, e], sol.gain[a, k, 0, 0]
        value = own[t.E_STAKE] * gain[0] - own[t.E_KAPPA] * gain[1] - row[t.E_POLITICAL]
        p = float(1.0 / (1.0 + np.exp(-row[t.E_LAMBDA] * value)))
    else:
        _, _, _, came, i = key
        stride = int(padded(int(made.game.head[t.G_NODES])))
        p = float(made.lanes.w[i, came * stride + lane])
    return [1.0 - p, p]


@settings(max_examples=15, phases=(Phase.explicit, Phase.generate))
@given(
    seed=st.integers(0, 10_000),
    lam=st.sampled_from([0.5, 2.0, 5.0, 10.0]),
    entrants=st.integers(0, 1),
)
def test_the_stage_game_has_gambits_logit_equilibrium(seed: int, lam: float, entrants: int) -> None:
    made = random_board(seed, entrants).solve(lam)
    theirs = Tree(made).solve(lam)
    assert len(theirs) == 2 + 4 + (6 if entrants else 0) + 3 * 2 * (1 + entrants)
    for key, wanted in theirs.items():
        assert chances(made, key) == pytest.approx(wanted, abs=1e-6), key
