"""Small random games on boards."""

from __future__ import annotations

import numpy as np

from sim.evidence.theory.board import Board
from sim.rules import tables as t

ACTS, ANSWERS = 2, 3
"""Acts besides leaving things be; answers to the first act (the second has one less)."""


def random_board(seed: int, entrants: int) -> Board:
    """A ladder of two rungs, an act on each, every answer up to the top, two types of everybody."""
    rng = np.random.default_rng(seed)
    made = Board(rungs=2, acts=ACTS, c_types=2, d_types=2, entrants=entrants, e_types=2)
    r, g = made.rungs, made.game
    r[:, t.INTENSITY], r[:, t.SLIP] = rng.uniform(0.1, 1.0, 2), (0.1, 0.0)
    r[:, t.COST], r[:, t.HARM] = rng.uniform(0, 0.1, 2), rng.uniform(0, 0.4, 2)
    r[:, t.DELTA], r[:, t.SIGMA], r[:, t.LOSS] = rng.uniform(0.1, 0.6, 2), 0.2, 0.0
    r[:, t.TABOO] = 0.0
    made.rules[[t.BETA, t.RHO, t.CHI, t.NU, t.PSI]] = 0.9, 0.6, 0.5, 0.25, 0.6
    for act in range(1, ACTS + 1):
        made.moves(act, *rng.uniform(0.1, 0.9, 2))
        made.place(act, act - 1)
        g.acts[act, t.A_ANSWERS] = ANSWERS + 1 - act
        g.acts[act, t.A_DIRECT] = rng.uniform(0.0, 0.2)
        for answer in range(1, ANSWERS + 1 - act):
            g.nodes[act, answer, t.N_RUNG_Q] = act - 1 + answer - 1
            g.nodes[act, answer, t.N_CLIMB] = 0.1 * (answer - 1)
    for side in (made.c, made.d):
        side[:, t.P_STAKE], side[:, t.P_KAPPA] = rng.uniform(0.3, 1.5, 2), rng.uniform(0.2, 2.0, 2)
        side[:, t.P_AUDIENCE] = rng.uniform(0.0, 0.6, 2)
        p = rng.integers(1, 16) / 16
        side[:, t.P_BELIEF] = p, 1 - p
    g.force[...] = rng.uniform(0.3, 2.0, (len(g.force), 1))
    g.etypes[:, :, t.E_STAKE], g.etypes[:, :, t.E_KAPPA] = (
        rng.uniform(0.1, 1.5, 2),
        rng.uniform(0.2, 2, 2),
    )
    g.etypes[:, :, t.E_BELIEF] = 0.25, 0.75
    g.entrants[:, t.E_SIDE] = rng.choice([t.HOLDER_SIDE, t.CHALLENGER_SIDE])
    g.entrants[:, t.E_POLITICAL] = rng.uniform(-0.3, 0.3)
    return made
