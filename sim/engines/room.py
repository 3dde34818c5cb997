"""Room to play in: the tables of one run, allocated once and used for every run of a worker."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.compiled import pack
from sim.engines.compile_scenario import Compiled
from sim.luck import key_of
from sim.rules import tables as t
from sim.rules.choice import LANES, padded
from sim.rules.lanes import Lanes
from sim.rules.memory import N_INDEX, N_STATE, Memory
from sim.rules.solver import DEPTH, GROUP, Scratch
from sim.rules.tables import Contests, Game, Log, Situation, Solution

PLACES, STORE = 1 << 16, 24_000_000
"""Places in the index of solutions, a power of two, and numbers kept of them (192 MB)."""


class Room(NamedTuple):
    """Everything a run writes to."""

    sit: Situation
    game: Game
    contests: Contests
    solution: Solution
    lanes: Lanes
    scratch: Scratch
    memory: Memory
    log: Log
    probabilities: t.Floats
    terms: Any
    first: Any
    packed: tuple[Any, Any, Any, Any, Any, Any, Any, Any]  # situation to log, for rules


def room_for(
    compiled: Compiled, seed: int, most_exact: int = t.MAX_EXACT, remembers: bool = True
) -> Room:
    """Allocate the tables to play a scenario with a seed.

    Parameters
    ----------
    compiled : Compiled
        From `compile_scenario`.
    seed : int
        Not negative.
    most_exact : int
        Entrants of which every coalition has a place.
    remembers : bool
        Whether solutions are kept to be used again.
    """
    size = compiled.sizes
    terms = compiled.terms
    sit = Situation._make(np.copy(table) for table in compiled.start)
    sit.key[:] = key_of(seed)
    n_a, n_e, n_t, n_r = size["acts"], max(1, size["entrants"]), size["types"], size["rungs"]
    exact = min(size["entrants"], most_exact)
    columns = (1 << exact) + size["entrants"] - exact
    masks = 1 << exact
    slots = size["classes"] * 3 * n_r
    n_e1 = n_e + 2
    row = padded(columns) + LANES
    lane = padded(max(1, 3 * (n_a - 1)))
    game = Game(
        head=np.zeros(t.N_HEAD), rungs=terms.rungs, rules=terms.rules,
        principals=np.zeros((2, n_t, t.N_PRINCIPAL)), entrants=np.zeros((n_e, t.N_ENTRANT)),
        etypes=np.zeros((n_e, n_t, t.N_ETYPE)), force=np.zeros((n_e1, n_r)),
        nuclear=np.zeros((n_e1, n_r)), pairs=np.zeros((n_e1, n_e1, t.N_PAIR)),
        breach=np.zeros((n_e, n_r)),
        acts=np.zeros((n_a, t.N_ACT)), nodes=np.zeros((n_a, 4, t.N_NODE)),
        duties=np.zeros((n_a, 4, n_e, t.N_DUTY)), classes=np.zeros((size["classes"], n_r, 3)),
        ahead=np.zeros(t.N_AHEAD), future=np.zeros(max(1, size["future"])),
        rays=np.zeros((len(sit.states), n_t, int(terms.rules[t.AHEAD_NODES]) + 2)),
    )  # fmt: skip
    contests = Contests(
        uc=np.zeros((slots, n_t, n_t, row)), ud=np.zeros((slots, n_t, n_t, row)),
        phi=np.zeros((slots, n_t, n_t, row)), over=np.zeros((slots, n_t, n_t, row)),
        psi=np.zeros((slots, n_e, n_t, n_t, row)),
        leave=np.zeros((slots, n_t, n_t, 2, row)), odds=np.zeros((3 * n_r, row)),
        flow=np.zeros((3 * n_r, n_e1, row)), part=np.zeros((n_r, n_e1, row)),
        here=np.zeros((n_e1, row)), bonus=np.zeros((2, row)), shield=np.zeros((n_e1, row)),
        exposure=np.zeros((2, row)), a_c=np.zeros((n_t, n_t, row)),
        a_d=np.zeros((n_t, n_t, row)), a_phi=np.zeros((n_t, n_t, row)),
        a_over=np.zeros((n_t, n_t, row)),
        stray=np.zeros((n_t, n_t, row)),
        unsettled=np.zeros((n_t, n_t)), rows=np.zeros((t.N_ROW, row)),
    )  # fmt: skip
    solution = Solution(
        value_c=np.zeros((n_a, n_t)), value_d=np.zeros((n_a, 4, n_t)),
        gain=np.zeros((n_a, 4, n_e, masks, 2)), prob_c=np.zeros((n_a, n_t)),
        prob_d=np.zeros((n_a, 4, n_t)), post_c=np.zeros((n_a, n_t)),
        post_d=np.zeros((n_a, 4, n_t)), worth=np.zeros((n_a, 4, columns, n_t)),
        status=np.zeros(t.N_STATUS),
    )  # fmt: skip
    long = columns * lane
    lanes = Lanes(
        uc=np.zeros((n_t, n_t, long)), ud=np.zeros((n_t, n_t, long)),
        phi=np.zeros((n_t, n_t, long)), psi=np.zeros((n_e, n_t, n_t, long)),
        over=np.zeros((n_t, n_t, long)), near_c=np.zeros((n_t, n_t, long)),
        near_d=np.zeros((n_t, n_t, long)), rest_c=np.zeros(n_t), rest_d=np.zeros(n_t),
        calm_c=np.zeros((n_a, n_t)), calm_d=np.zeros((n_a, n_t)), same_c=np.zeros(n_t),
        same_d=np.zeros(n_t), moved_c=np.zeros(n_t), moved_d=np.zeros(n_t),
        spot=np.zeros((2, 2 * n_t + 2), dtype=np.int64), weight=np.zeros((2, 2 * n_t + 1)),
        tells=np.zeros((2, n_t, lane)),
        idle=np.zeros((n_e, long)), back=np.zeros((n_t, long)), vain=np.zeros((n_t, long)),
        climb=np.zeros((n_t, lane)), possible=np.zeros((n_e, lane)), fixed=np.zeros((n_e, lane)),
        seen=np.zeros((n_e, lane)), b=np.zeros((n_t, long)), g=np.zeros((n_t, long)),
        b_act=np.zeros((n_a, n_t)), post=np.zeros(n_t),
        worth=np.zeros((n_t, long)), w=np.zeros((n_t, long)), pressed=np.zeros(long),
        both=np.zeros(long), stays=np.zeros(long), moved=np.zeros(long),
        burden=np.zeros((n_e, long)), gain=np.zeros((n_e, masks, 2, lane)),
        to_gain=np.zeros((n_e, masks, 2, lane)), join=np.zeros((n_e, masks, lane)),
        chance=np.zeros(long + lane), to_c=np.zeros((n_t, n_t, lane)), to_d=np.zeros((n_t, lane)),
    )  # fmt: skip
    unknowns = n_a * (n_t - 1) + lane * (n_t - 1) + n_e * masks * 2 * lane + GROUP
    if size["future"] > 0:
        unknowns += (n_a + 2 * lane) * (n_t - 1)
    scratch = Scratch(
        x=np.zeros(unknowns), before=np.zeros(unknowns), trail=np.zeros(unknowns),
        slope=np.zeros(unknowns), best=np.zeros(unknowns), best_step=np.zeros(unknowns),
        past=np.zeros((2 + 2 * DEPTH, unknowns)), gram=np.zeros((DEPTH, DEPTH)),
        system=np.zeros((DEPTH, DEPTH)), weights=np.zeros(DEPTH), sums=np.zeros((2, GROUP)),
        lambdas=np.zeros(n_e1),
        kept_d=np.zeros((2, n_a, 4, n_t)), own_c=np.zeros((n_t, t.N_PRINCIPAL)),
        own_d=np.zeros((n_t, t.N_PRINCIPAL)), kept_gain=np.zeros((n_a, 4, n_e, masks, 2)),
        likelihood=np.zeros(n_t),
    )  # fmt: skip
    memory = Memory(
        places=np.zeros((PLACES if remembers else 0, N_INDEX), dtype=np.int64),
        store=np.empty(STORE if remembers else 0), state=np.zeros(N_STATE, dtype=np.int64),
        hashes=np.zeros(2, dtype=np.int64),
    )  # fmt: skip
    log = Log(
        np.zeros((compiled.log_rows, t.N_LOG_INT), dtype=np.int64),
        np.zeros((compiled.log_rows, t.N_LOG_FLOAT)),
    )
    room = Room(
        sit, game, contests, solution, lanes, scratch, memory, log, np.zeros(max(n_a, 8)),
        pack(terms), pack(compiled.start),
        (
            pack(sit), pack(game), pack(contests), pack(solution), pack(lanes), pack(scratch),
            pack(memory), pack(log),
        ),
    )  # fmt: skip
    if size["future"] > 0:
        look_ahead(room)
    return room


def look_ahead(room: Room) -> int:
    """Compute what later games are worth, before a run is played in a room.

    Returns
    -------
    int
        How many of the games solved for it were not solved to tolerance.
    """
    from sim.rules.foresight import foresee

    worth = np.zeros((2, room.solution.value_c.shape[1]))
    return int(foresee(room.terms, room.first, *room.packed[:7], worth))
