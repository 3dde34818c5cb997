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

CONTEST_PLACES, CONTEST_STORE = 1 << 14, 24_000_000
"""The same for contests."""


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
    unsolved: int = 0
    """Games not solved to tolerance among those that foresight was computed from."""


class GameRoom(NamedTuple):
    """What a stage game is written to, solved in and read from."""

    game: Game
    contests: Contests
    solution: Solution
    lanes: Lanes
    scratch: Scratch


class Size(NamedTuple):
    """The most that a game in a room can have of anything."""

    acts: int  # with rest
    entrants: int
    classes: int
    c_types: int
    d_types: int
    e_types: int
    exact: int
    """Entrants of which every coalition has a place."""
    states: int = 0
    nodes: int = 0
    """Nodes of beliefs on a ray."""
    future: int = 0
    """Values of later games; 0 where nobody looks ahead."""


def game_room(size: Size, rungs: t.Floats, rules: t.Floats, remembers: bool = False) -> GameRoom:
    """Allocate the tables of one stage game.

    Parameters
    ----------
    size : Size
    rungs, rules : numpy.ndarray
        The ladder, shape (rung, N_RUNG), and the constants, shape (N_RULES,); used as they are,
        not copied.
    remembers : bool
        Whether contests are kept to be used again.
    """
    n_a, n_e, n_r = size.acts, max(1, size.entrants), len(rungs)
    n_c, n_d, n_t = size.c_types, size.d_types, max(size.c_types, size.d_types)
    n_u = max(n_t, size.e_types)
    exact = min(size.entrants, size.exact)
    columns = (1 << exact) + size.entrants - exact
    masks = 1 << exact
    slots = size.classes * 3 * n_r
    n_e1 = n_e + 2
    row = padded(columns) + LANES
    pairs = padded(n_c * n_d * columns)
    lane = padded(max(1, 3 * (n_a - 1)))
    game = Game(
        head=np.zeros(t.N_HEAD), rungs=rungs, rules=rules,
        principals=np.zeros((2, n_t, t.N_PRINCIPAL)), entrants=np.zeros((n_e, t.N_ENTRANT)),
        etypes=np.zeros((n_e, size.e_types, t.N_ETYPE)), force=np.zeros((n_e1, n_r)),
        nuclear=np.zeros((n_e1, n_r)), pairs=np.zeros((n_e1, n_e1, t.N_PAIR)),
        breach=np.zeros((n_e, n_r)),
        acts=np.zeros((n_a, t.N_ACT)), nodes=np.zeros((n_a, 4, t.N_NODE)),
        duties=np.zeros((n_a, 4, n_e, t.N_DUTY)), classes=np.zeros((size.classes, n_r, 3)),
        ahead=np.zeros(t.N_AHEAD), future=np.zeros(max(1, size.future)),
        rays=np.zeros((size.states, n_t, size.nodes + 2)),
    )  # fmt: skip
    contests = Contests(
        uc=np.zeros((slots, pairs)), ud=np.zeros((slots, pairs)), phi=np.zeros((slots, pairs)),
        over=np.zeros((slots, pairs)), psi=np.zeros((slots, n_e, pairs)),
        leave=np.zeros((slots, 2, pairs)), entry=np.zeros((slots, t.N_ENTRY, pairs)),
        odds=np.zeros((3 * n_r, row)),
        flow=np.zeros((3 * n_r, n_e1, row)), part=np.zeros((n_r, n_e1, row)),
        here=np.zeros((n_e1, row)), bonus=np.zeros((2, row)), shield=np.zeros((n_e1, row)),
        exposure=np.zeros((2, row)), whose=np.zeros((t.N_WHOSE, pairs)),
        ends=np.zeros((t.N_END, pairs)), wins=np.zeros(pairs), costs=np.zeros((n_e1, pairs)),
        a_c=np.zeros(pairs), a_d=np.zeros(pairs), a_phi=np.zeros(pairs), a_over=np.zeros(pairs),
        on=np.zeros(pairs), left=np.zeros(pairs), yields=np.zeros(pairs), stray=np.zeros(pairs),
        rows=np.zeros((t.N_ROW, row)),
        places=np.zeros((CONTEST_PLACES if remembers else 0, N_INDEX), dtype=np.int64),
        store=np.empty(CONTEST_STORE if remembers else 0),
        state=np.zeros(N_STATE, dtype=np.int64), hashes=np.zeros(2, dtype=np.int64),
    )  # fmt: skip
    solution = Solution(
        value_c=np.zeros((n_a, n_c)), value_d=np.zeros((n_a, 4, n_d)),
        gain=np.zeros((n_a, 4, n_e, masks, 2)), prob_c=np.zeros((n_a, n_c)),
        prob_d=np.zeros((n_a, 4, n_d)), post_c=np.zeros((n_a, n_c)),
        post_d=np.zeros((n_a, 4, n_d)), worth=np.zeros((n_a, 4, columns, n_c)),
        status=np.zeros(t.N_STATUS),
        signal_menu=np.zeros((t.N_SIGNALS, 2)),
        signal_prob=np.zeros((t.N_SIGNALS, 2 * n_u)), signal_value=np.zeros((t.N_SIGNALS, 2 * n_u)),
        signal_post=np.zeros((t.N_SIGNALS, n_u)), signal_trust=np.zeros(t.N_SIGNALS),
    )  # fmt: skip
    long = columns * lane
    lanes = Lanes(
        uc=np.zeros((n_c, n_d, long)), ud=np.zeros((n_c, n_d, long)),
        phi=np.zeros((n_c, n_d, long)), psi=np.zeros((n_e, n_c, n_d, long)),
        over=np.zeros((n_c, n_d, long)), near_c=np.zeros((n_c, n_d, long)),
        near_d=np.zeros((n_c, n_d, long)), rest_c=np.zeros(n_c), rest_d=np.zeros(n_d),
        calm_c=np.zeros((n_a, n_c)), calm_d=np.zeros((n_a, n_d)), same_c=np.zeros(n_c),
        same_d=np.zeros(n_d), moved_c=np.zeros(n_c), moved_d=np.zeros(n_d),
        spot=np.zeros((2, 2 * n_t + 2), dtype=np.int64), weight=np.zeros((2, 2 * n_t + 1)),
        tells=np.zeros((2, n_c, lane)),
        idle=np.zeros((n_e, long)), back=np.zeros((n_c, long)), vain=np.zeros((n_d, long)),
        climb=np.zeros((n_d, lane)), possible=np.zeros((n_e, lane)), fixed=np.zeros((n_e, lane)),
        seen=np.zeros((n_e, lane)), b=np.zeros((n_c, long)), g=np.zeros((n_d, long)),
        b_act=np.zeros((n_a, n_c)), post=np.zeros(n_t),
        worth=np.zeros((n_c, long)), w=np.zeros((n_c, long)), pressed=np.zeros(long),
        both=np.zeros(long), stays=np.zeros(long), moved=np.zeros(long),
        burden=np.zeros((n_e, long)), gain=np.zeros((n_e, masks, 2, lane)),
        to_gain=np.zeros((n_e, masks, 2, lane)), join=np.zeros((n_e, masks, lane)),
        chance=np.zeros(long + lane), to_c=np.zeros((n_c, n_d, lane)), to_d=np.zeros((n_d, lane)),
    )  # fmt: skip
    unknowns = n_a * (n_c - 1) + lane * (n_d - 1) + n_e * masks * 2 * lane + 1 + GROUP
    if size.future > 0:
        unknowns += n_a * (n_d - 1) + 2 * lane * (n_c - 1)
    told = t.N_SIGNALS * (2 * n_u - 1) + GROUP if rules[t.SIGNALS] == 1.0 else GROUP
    scratch = Scratch(
        x=np.zeros(unknowns), before=np.zeros(unknowns), trail=np.zeros(unknowns),
        slope=np.zeros(unknowns), aim=np.zeros(unknowns),
        best=np.zeros(unknowns), best_step=np.zeros(unknowns),
        past=np.zeros((2 + 2 * DEPTH, unknowns)), gram=np.zeros((DEPTH, DEPTH)),
        system=np.zeros((DEPTH, DEPTH)), weights=np.zeros(DEPTH),
        sums=np.zeros(max(unknowns, told)), lambdas=np.zeros(n_e1),
        kept_d=np.zeros((2, n_a, 4, n_d)), own_c=np.zeros((n_t, t.N_PRINCIPAL)),
        own_d=np.zeros((n_t, t.N_PRINCIPAL)), kept_gain=np.zeros((n_a, 4, n_e, masks, 2)),
        likelihood=np.zeros(n_u),
        signal_x=np.zeros(told), signal_before=np.zeros(told), signal_best=np.zeros(told),
        signal_best_step=np.zeros(told), signal_trail=np.zeros(told),
        signal_past=np.zeros((2 + 2 * DEPTH, told)),
        signal_gram=np.zeros((DEPTH, DEPTH)), signal_system=np.zeros((DEPTH, DEPTH)),
        signal_weights=np.zeros(DEPTH), signal_prior=np.zeros(2 * n_u),
        signal_worth=np.zeros(2 * n_u), signal_elsewhere=np.zeros(2 * n_u),
        armed=np.zeros((size.states, 2)),
    )  # fmt: skip
    return GameRoom(game, contests, solution, lanes, scratch)


def features(terms: t.Terms) -> tuple[str, ...]:
    """Return what of the model a scenario uses that others need not wait for."""
    found = []
    if terms.rules[t.SIGNALS] == 1.0:
        found.append("signals")
    if terms.rules[t.FARTHEST_LEVEL] > 0.0:
        found.append("foresight")
    if terms.rules[t.ALIGNMENT] == t.ENDOGENOUS:
        found.append("alignment")
    return tuple(found)


def _size(compiled: Compiled, most_exact: int) -> Size:
    size, n_t = compiled.sizes, compiled.sizes["types"]
    return Size(
        size["acts"], size["entrants"], size["classes"], n_t, n_t, n_t, most_exact,
        len(compiled.states), int(compiled.terms.rules[t.AHEAD_NODES]), size["future"],
    )  # fmt: skip


def room_for(
    compiled: Compiled,
    seed: int,
    most_exact: int = t.MAX_EXACT,
    remembers: bool = True,
    rays: t.Floats | None = None,
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
    rays : numpy.ndarray, optional
        Where nodes of beliefs lie, as `sim.rules.foresight.lay_rays` writes it; even steps if not
        given.
    """
    size = compiled.sizes
    terms = compiled.terms
    sit = Situation._make(np.copy(table) for table in compiled.start)
    sit.key[:] = key_of(seed)
    room = game_room(_size(compiled, most_exact), terms.rungs, terms.rules, remembers)
    memory = Memory(
        places=np.zeros((PLACES if remembers else 0, N_INDEX), dtype=np.int64),
        store=np.empty(STORE if remembers else 0), state=np.zeros(N_STATE, dtype=np.int64),
        hashes=np.zeros(2, dtype=np.int64),
    )  # fmt: skip
    log = Log(
        np.zeros((compiled.log_rows, t.N_LOG_INT), dtype=np.int64),
        np.zeros((compiled.log_rows, t.N_LOG_FLOAT)),
    )
    on = features(terms)
    whole = Room(
        sit, *room, memory, log, np.zeros(max(size["acts"], 8)), pack(terms, on),
        pack(compiled.start),
        (
            pack(sit), pack(room.game, on), *(pack(tables) for tables in room[1:]),
            pack(memory), pack(log),
        ),
    )  # fmt: skip
    if size["future"] > 0 and rays is None:
        from sim.rules.foresight import lay_rays

        lay_rays(whole.terms, whole.packed[1])
    elif rays is not None:
        whole.game.rays[...] = rays
    if size["future"] > 0:
        whole = whole._replace(unsolved=look_ahead(whole))
    return whole


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


def same_room(one: Compiled, two: Compiled) -> bool:
    """Tell whether a room for one scenario is one for the other: same names, sizes and features.

    A room that looks ahead holds what later games of its scenario are worth, so that each has its
    own.
    """
    return (
        one[3:] == two[3:]
        and one.sizes["future"] == two.sizes["future"] == 0
        and one.scenario.turns == two.scenario.turns
        and features(one.terms) == features(two.terms)
        and _size(one, t.MAX_EXACT) == _size(two, t.MAX_EXACT)
        and all(
            a.shape == b.shape
            for a, b in zip((*one.terms, *one.start), (*two.terms, *two.start), strict=True)
        )
    )


def forget(room: Room) -> None:
    """Forget every solved game and every valued contest."""
    for memory in (room.memory, room.contests):
        memory.places.fill(0)
        memory.state.fill(0)
