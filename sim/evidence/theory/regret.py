"""Best-response regret: how far a solved game is from one in which everybody does their best.

At a finite precision worse acts keep a chance, so everybody forgoes something at every decision.
Regret is the largest such loss over all decisions, reached or not, in utility: the best choice's
worth less that of the mixed one, given what the others do and what is believed there. It tends to
zero, like one over the precision, as the logit equilibrium tends to a sequential one.
"""

from __future__ import annotations

import numpy as np

from sim.engines.room import GameRoom
from sim.rules import tables as t
from sim.rules.choice import padded
from sim.rules.contest import columns


def _loss(values: t.Floats, chances: t.Floats) -> float:
    """Return what choosing by chance forgoes, the most over the columns (types)."""
    return float((values.max(0) - (values * chances).sum(0)).max())


def regret(room: GameRoom) -> float:
    """Return the largest loss at any decision of the principals of a solved game.

    Parameters
    ----------
    room : GameRoom
        Solved, from rest (everybody reconsiders).
    """
    game, solution, lanes = room.game, room.solution, room.lanes
    n, tc, td = (int(game.head[k]) for k in (t.G_ACTS, t.G_TC, t.G_TD))
    worst = _loss(solution.value_c[:n, :tc], solution.prob_c[:n, :tc])
    m, row = int(columns(game)), int(padded(int(game.head[t.G_NODES])))
    chosen = game.rules[t.PRESSING] == t.CHOSEN
    for act in range(1, n):
        k = int(game.acts[act, t.A_ANSWERS])
        worst = max(worst, _loss(solution.value_d[act, :k, :td], solution.prob_d[act, :k, :td]))
        for answer in range(1, k) if chosen else ():
            lane = int(game.nodes[act, answer, t.N_LANE])
            at = [lane + column * row for column in range(m)]
            press, back = lanes.worth[:tc][:, at], lanes.back[:tc][:, at]
            w = lanes.w[:tc][:, at]
            values, chances = np.stack([press, back]), np.stack([w, 1.0 - w])
            worst = max(worst, float((values.max(0) - (values * chances).sum(0)).max()))
    return max(worst, joining_regret(room))


def joining_regret(room: GameRoom) -> float:
    """Return the largest loss of an entrant's type at a decision to join (0 without entrants)."""
    game, solution = room.game, room.solution
    worst = 0.0
    for act in range(1, int(game.head[t.G_ACTS])):
        for answer in range(1, int(game.acts[act, t.A_ANSWERS])):
            for e in range(int(game.head[t.G_ENTRANTS])):
                row, gain = game.entrants[e], solution.gain[act, answer, e, 0]
                types = game.etypes[e, : int(row[t.E_TYPES])]
                value = types[:, t.E_STAKE] * gain[0] - types[:, t.E_KAPPA] * gain[1]
                value = value - row[t.E_POLITICAL] - game.duties[act, answer, e, t.D_BREACH]
                z = np.clip(row[t.E_LAMBDA] * value + row[t.E_LOG_WEIGHT], -700.0, 700.0)
                p = 1.0 / (1.0 + np.exp(-z))
                worst = max(worst, float((np.maximum(value, 0.0) - p * value).max()))
    return worst
