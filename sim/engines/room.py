"""Room to play in: the tables of one run, allocated once and used for every run of a worker."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.compiled import pack
from sim.engines.compile_scenario import Compiled
from sim.luck import key_of
from sim.rules import tables as t
from sim.rules.solver import DEPTH, Scratch
from sim.rules.tables import Game, Log, Situation, Solution


class Room(NamedTuple):
    """Everything a run writes to."""

    sit: Situation
    game: Game
    solution: Solution
    scratch: Scratch
    log: Log
    probabilities: t.Floats
    terms: Any
    first: Any
    packed: Any  # situation, game, solution, scratch, log: as rules take them


def room_for(compiled: Compiled, seed: int) -> Room:
    """Allocate the tables to play a scenario with a seed.

    Parameters
    ----------
    compiled : Compiled
        From `compile_scenario`.
    seed : int
        Not negative.
    """
    size = compiled.sizes
    terms = compiled.terms
    sit = Situation._make(np.copy(table) for table in compiled.start)
    sit.key[:] = key_of(seed)
    n_a, n_e, n_t, n_r = size["acts"], max(1, size["entrants"]), size["types"], size["rungs"]
    exact = min(size["entrants"], t.MAX_EXACT)
    columns = (1 << exact) + size["entrants"] - exact
    masks = 1 << exact
    slots = size["classes"] * 3 * n_r
    game = Game(
        head=np.zeros(t.N_HEAD), rungs=terms.rungs, rules=terms.rules,
        principals=np.zeros((2, n_t, t.N_PRINCIPAL)), entrants=np.zeros((n_e, t.N_ENTRANT)),
        etypes=np.zeros((n_e, n_t, t.N_ETYPE)), force=np.zeros((2 + n_e, n_r)),
        nuclear=np.zeros((2 + n_e, n_r)), pairs=np.zeros((2 + n_e, 2 + n_e, t.N_PAIR)),
        acts=np.zeros((n_a, t.N_ACT)), nodes=np.zeros((n_a, 4, t.N_NODE)),
        duties=np.zeros((n_a, 4, n_e, t.N_DUTY)), classes=np.zeros((size["classes"], n_r, 3)),
    )  # fmt: skip
    solution = Solution(
        uc=np.zeros((slots, columns, n_t, n_t)), ud=np.zeros((slots, columns, n_t, n_t)),
        phi=np.zeros((slots, columns, n_t, n_t)), psi=np.zeros((slots, columns, n_e, n_t, n_t)),
        leave=np.zeros((slots, columns, n_t, n_t, 2)), side=np.zeros((slots, columns, 3)),
        flow=np.zeros((slots, columns, n_e, 2)), value_c=np.zeros((n_a, n_t)),
        value_d=np.zeros((n_a, 4, n_t)), gain=np.zeros((n_a, 4, n_e, masks, 2)),
        prob_c=np.zeros((n_a, n_t)), prob_d=np.zeros((n_a, 4, n_t)), post_c=np.zeros((n_a, n_t)),
        post_d=np.zeros((n_a, 4, n_t)), press=np.zeros((n_a, 4, columns, n_t)),
        join=np.zeros((n_a, 4, n_e, masks)), status=np.zeros(t.N_STATUS),
    )  # fmt: skip
    unknowns = n_a * n_t + n_a * 4 * n_t + n_a * 4 * n_e * masks * 2
    scratch = Scratch(
        to_c=np.zeros((n_a, n_t)), to_d=np.zeros((n_a, 4, n_t)),
        to_gain=np.zeros((n_a, 4, n_e, masks, 2)), x=np.zeros(unknowns),
        before=np.zeros(unknowns), past=np.zeros((2 + 2 * DEPTH, unknowns)),
        gram=np.zeros((DEPTH, DEPTH)), weights=np.zeros(DEPTH), lambdas=np.zeros(n_e + 2),
        trail=np.zeros(unknowns), kept_d=np.zeros((2, n_a, 4, n_t)),
        own_c=np.zeros((n_t, t.N_PRINCIPAL)), own_d=np.zeros((n_t, t.N_PRINCIPAL)),
        kept_gain=np.zeros((n_a, 4, n_e, masks, 2)),
        kept_join=np.zeros((n_a, 4, n_e, masks)), chance=np.zeros(columns), moved=np.zeros(columns),
        burden=np.zeros((n_e, columns)),
    )  # fmt: skip
    log = Log(
        np.zeros((compiled.log_rows, t.N_LOG_INT), dtype=np.int64),
        np.zeros((compiled.log_rows, t.N_LOG_FLOAT)),
    )
    return Room(
        sit, game, solution, scratch, log, np.zeros(max(n_a, 8)), pack(terms), pack(compiled.start),
        tuple(map(pack, (sit, game, solution, scratch, log))),
    )  # fmt: skip
