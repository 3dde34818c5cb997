"""A stage game set by hand and solved by the rules.

Sources state games by what each ending is worth. A board writes the tables that the rules read
(`sim.rules.tables.Game`), so that endings are worth just that, and hands them to the same compiled
`solve` that every run of a scenario uses. Unless a result says otherwise a board has one rung of
intensity 1; whoever presses is in a contest that force decides at once; nothing after that turn
counts; and a contest costs each side its cost sensitivity (a loss of 1 that the other side is sure
to inflict, whoever wins). Both are then what the sources call war.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.compiled import pack
from sim.engines.room import GameRoom, Size, game_room
from sim.evidence.theory.point import NoAnswer
from sim.evidence.theory.regret import regret
from sim.rules import tables as t
from sim.rules.solver import FAILED, solve

SURELY = 200.0
"""Precision times a utility difference at which the worse act has a chance of e^-200."""


TOLERANCES = (1e-10, 1e-9, 1e-8, 1e-7, 1e-6)
"""Largest residuals accepted in log-odds: the first that rounding allows.

At high precision log-odds are large numbers, and extrapolation multiplies what is left of a
residual. Runs of a scenario accept more (`sim.engines.compile_scenario.SOLVED_TO`).
"""


class Board:
    """One stage game.

    Parameters
    ----------
    rungs, acts : int
        Rungs of the ladder; acts besides leaving things be, all on rung 0 until moved.
    c_types, d_types, e_types : int
        Private types of challenger, holder, each entrant; equally likely until changed.
    entrants : int
        States that may join the holder (all coalitions are enumerated, up to `exact`).
    precision : float
        lambda of everybody.
    """

    def __init__(
        self,
        rungs: int = 1,
        acts: int = 1,
        c_types: int = 1,
        d_types: int = 1,
        entrants: int = 0,
        e_types: int = 1,
        precision: float = 1.0,
        exact: int | None = None,
    ) -> None:
        exact = entrants if exact is None else exact
        size = Size(acts + 1, entrants, acts, c_types, d_types, e_types, exact)
        self.rungs, self.rules = np.zeros((rungs, t.N_RUNG)), np.zeros(t.N_RULES)
        self.room: GameRoom = game_room(size, self.rungs, self.rules)
        self.game, self.contests, self.solution, self.lanes, _ = self.room
        self.packed = tuple(pack(tables) for tables in self.room)
        self.tc, self.td, self.acts, self.entrants = c_types, d_types, acts, entrants
        self._ladder()
        self._parties(entrants, exact, e_types)
        for act in range(1, acts + 1):
            self.game.acts[act, t.A_ANSWERS] = 2
            self.moves(act, 1.0, 1.0)
        self.precision(precision)

    def _ladder(self) -> None:
        self.rungs[:, [t.INTENSITY, t.MU, t.REACH, t.FIRST_STRIKE, t.DELTA, t.LOSS]] = 1.0
        self.rules[t.CHI] = 1.0

    def _parties(self, entrants: int, exact: int, e_types: int) -> None:
        g, head = self.game, self.game.head
        head[[t.G_CONTROL, t.G_MIX_C, t.G_MIX_D]] = 1.0
        head[t.G_CLASSES], head[t.G_ACTS] = self.acts, self.acts + 1
        head[t.G_TC], head[t.G_TD] = self.tc, self.td
        head[t.G_HIGH] = len(self.rungs) - 1
        head[t.G_ENTRANTS], head[t.G_EXACT] = entrants, exact
        g.principals[0, : self.tc, t.P_BELIEF] = 1.0 / self.tc
        g.principals[1, : self.td, t.P_BELIEF] = 1.0 / self.td
        g.principals[:, :, t.P_STAKE] = 1.0
        g.force[:2], g.nuclear[:2] = 0.5, 1.0
        e = g.entrants[:entrants]
        e[:, t.E_SIDE], e[:, t.E_TREATY], e[:, t.E_TYPES] = t.HOLDER_SIDE, -1, e_types
        e[:, t.E_TRUST], e[:, t.E_MIX] = 1.0, 1.0
        g.etypes[:entrants, :, t.E_BELIEF] = 1.0 / e_types
        g.duties[..., t.D_POSSIBLE] = 1.0

    # --- setting ------------------------------------------------------------------------------
    @property
    def c(self) -> t.Floats:
        """The challenger's types, shape (type, N_PRINCIPAL)."""
        return self.game.principals[0, : self.tc]

    @property
    def d(self) -> t.Floats:
        """The holder's types, shape (type, N_PRINCIPAL)."""
        return self.game.principals[1, : self.td]

    def precision(self, lam: float) -> None:
        """Set everybody's lambda."""
        self.game.head[[t.G_LAMBDA_C, t.G_LAMBDA_D]] = lam
        self.game.entrants[: self.entrants, t.E_LAMBDA] = lam

    def forced(self) -> None:
        """Let whoever is resisted press on: `rules.press: forced`."""
        self.rules[t.PRESSING] = t.FORCED

    def moves(self, act: int, share: float, prize: float) -> None:
        """Set what changes hands after an act if the other yields, and if force decides."""
        self.game.acts[act, [t.A_SLICE, t.A_CLASS]] = share, act - 1
        self.game.classes[act - 1, :, 0] = share
        self.game.classes[act - 1, :, 1] = max(share, prize)

    def place(self, act: int, rung: int) -> None:
        """Put an act, and the answer that resists it, on a rung."""
        self.game.acts[act, [t.A_RUNG, t.A_STANCE]] = rung
        self.game.nodes[act, 1, t.N_RUNG_Q] = rung

    def odds(self, p: float) -> None:
        """Let the challenger win with chance p where nobody else comes."""
        self.game.force[0], self.game.force[1] = p, 1.0 - p

    def war(
        self,
        gain: float,
        shame: float,
        c_war: Sequence[float],
        loss: float,
        d_war: Sequence[float],
    ) -> None:
        """Set what the endings of a game with one act and one answer are worth.

        The challenger, against leaving things be: `gain` if the holder yields, -`shame` if it
        backs down, `c_war` by type if there is war. The holder, against the challenger's backing
        down: -`loss` if it yields, `d_war` by type if there is war. Each side wins half of the
        wars; what is left is their cost, which differs by type.

        Raises
        ------
        NoAnswer
            If some cost would be negative: a holder that likes war better than being left alone.
        """
        v_c = max(gain, 2.0 * max(c_war) + shame)
        v_d = -2.0 * max(d_war)
        share = gain / v_c if v_c > 0.0 else 1.0
        if share > 0.0:
            v_d = min(v_d, loss / share)
        if v_c < 0.0 or v_d < 0.0 or gain < 0.0 or shame < 0.0 or (v_d == 0.0 and loss > 0.0):
            raise NoAnswer("no costs of war, all positive, give these endings")
        self.odds(0.5)
        self.moves(1, share, 1.0)
        self.c[:, t.P_STAKE], self.c[:, t.P_AUDIENCE] = v_c, shame
        self.c[:, t.P_KAPPA] = 0.5 * (v_c - shame) - np.asarray(c_war)
        self.d[:, t.P_STAKE], self.d[:, t.P_AUDIENCE] = v_d, 0.0
        self.d[:, t.P_KAPPA] = -0.5 * v_d - np.asarray(d_war)
        # what yielding costs beyond the share, by inviting the next demand
        self.rules[t.NU] = max(0.0, loss / v_d - share) if v_d > 0.0 else 0.0

    def never_yields(self) -> None:
        """Let no holder yield: by what yielding would invite."""
        self.rules[t.NU] = 1e12

    def joined(self, e: int, p: float) -> None:
        """Let an entrant's coming, and nobody else's, give the challenger chance p to win.

        `odds` has been set. The side the entrant comes to grows by what that takes.
        """
        c, d = self.game.force[0, 0], self.game.force[1, 0]
        if self.game.entrants[e, t.E_SIDE] == t.HOLDER_SIDE:
            strength = c / max(p, 1e-290) - c - d
        else:
            strength = d / max(1.0 - p, 1e-290) - c - d
        self.game.force[2 + e] = max(0.0, strength)

    def promise(self, e: int, trust: float, price: float) -> None:
        """Bind an entrant by a duty that is surely recognised.

        Reneging costs a committed entrant `price` and an opportunist nothing; others believe with
        chance `trust` that it is committed.
        """
        row = self.game.entrants[e]
        row[t.E_TRUST], row[t.E_R], row[t.E_R_OPPORTUNIST] = trust, price, 0.0
        self.game.duties[:, :, e, [t.D_ACTIVE, t.D_RECOGNISED]] = 1.0

    # --- solving and reading ------------------------------------------------------------------
    def solve(self, lam: float | None = None) -> Board:
        """Solve, at a new precision if one is given.

        Raises
        ------
        NoAnswer
            If the solver found no equilibrium.
        """
        if lam is not None:
            self.precision(lam)
        for tolerance in TOLERANCES:
            self.rules[t.SOLVED_TO] = tolerance
            solve(*self.packed)
            if self.solution.status[t.S_FALLBACK] != FAILED:
                break
        else:
            raise NoAnswer(f"no equilibrium found at precision {self.game.head[t.G_LAMBDA_C]:g}")
        return self

    def act(self, act: int = 1, i: int = 0) -> float:
        """Return the chance that a type of challenger chooses an act."""
        return float(self.solution.prob_c[act, i])

    def resists(self, act: int = 1, j: int = 0) -> float:
        """Return the chance that a type of holder resists an act."""
        return float(self.solution.prob_d[act, 1, j])

    def worth(self, act: int = 1, i: int = 0) -> float:
        """Return what an act is worth to a type of challenger over leaving things be."""
        return float(self.solution.value_c[act, i] - self.solution.value_c[0, i])

    def firmness(self, act: int = 1, j: int = 0) -> float:
        """Return what resisting an act is worth to a type of holder over yielding."""
        values = self.solution.value_d[act]
        return float(values[1, j] - values[0, j])

    def lane(self, act: int = 1) -> int:
        """Return where lanes have the answer that resists an act."""
        return int(self.game.nodes[act, 1, t.N_LANE])

    def pressing(self, act: int = 1, i: int = 0) -> float:
        """Return the chance that a type of challenger presses when an act is resisted."""
        return float(self.lanes.w[i, self.lane(act)])

    def joins(self, e: int = 0, act: int = 1) -> float:
        """Return the chance that an entrant comes when an act is resisted, as others see it."""
        return float(self.lanes.join[e, 0, self.lane(act)])

    def belief_c(self) -> t.Floats:
        """Return the priors of the challenger's types."""
        return self.c[:, t.P_BELIEF].copy()

    def belief_d(self) -> t.Floats:
        """Return the priors of the holder's types."""
        return self.d[:, t.P_BELIEF].copy()

    def regret(self) -> float:
        """Return the most that anybody could still gain by another choice at any decision."""
        return regret(self.room)
