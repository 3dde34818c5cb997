"""Memory of solved games: a solution is a function of its game alone, so it can be used again.

A game is known by two hashes of everything in it that the solver reads, 126 bits together. What
is kept is what the later decisions of a turn read. Room is limited: new solutions are written
over the oldest. Nothing that is played depends on what is remembered.

ODD 7.8 (docs/odd.md).
"""

from __future__ import annotations

from typing import NamedTuple

from sim.compiled import bits_of, rule
from sim.rules.contest import columns
from sim.rules.stage_game import seen_before
from sim.rules.tables import (
    A_ANSWERS,
    AH_ON,
    E_CAME,
    E_TYPES,
    G_ACTS,
    G_CLASSES,
    G_ENTRANTS,
    G_NODES,
    G_TC,
    G_TD,
    N_ACT,
    N_AHEAD,
    N_DUTY,
    N_ENTRANT,
    N_LANE,
    N_PRINCIPAL,
    N_STATUS,
    Floats,
    Ints,
)  # fmt: skip

PROBES = 4
"""How many places a game may have in the index."""
H_ONE, H_TWO, H_AT, N_INDEX = range(4)
POSITION, N_STATE = range(2)
LOW_63 = 0x7FFFFFFFFFFFFFFF


class Memory(NamedTuple):
    """Solved games of one scenario; with no places in the index nothing is remembered."""

    places: Ints  # (place, N_INDEX): hashes of a game, and where its solution was written
    store: Floats  # (room,): solutions one behind the other, round and round
    state: Ints  # (N_STATE,): how much was ever written
    hashes: Ints  # (2,): those of the game at hand


@rule
def stir(hashes, value):  # type: ignore[no-untyped-def]
    """Take a number into both hashes."""
    bits = bits_of(value)
    one = ((int(hashes[0]) ^ bits) * 0x2545F4914F6CDD1D) & LOW_63
    two = ((int(hashes[1]) ^ bits) * 0x369DEA0F31A53F85) & LOW_63
    hashes[0] = one ^ (one >> 32)
    hashes[1] = two ^ (two >> 29)


@rule
def begin_name(hashes):  # type: ignore[no-untyped-def]
    """Write the hashes of nothing yet."""
    hashes[0], hashes[1] = 0x1234567, 0x7654321


@rule
def name_game(game, hashes):  # type: ignore[no-untyped-def]
    """Take a game into both hashes: everything in it that the solver reads."""
    head, n_rungs = game.head, game.rungs.shape[0]
    for item in range(G_NODES):
        stir(hashes, head[item])
    n_e, n_acts = int(head[G_ENTRANTS]), int(head[G_ACTS])
    if game.ahead[AH_ON] == 1.0:
        for item in range(N_AHEAD):
            stir(hashes, game.ahead[item])
    for whose in range(2):
        for i in range(int(head[G_TC if whose == 0 else G_TD])):
            for item in range(N_PRINCIPAL):
                stir(hashes, game.principals[whose, i, item])
    for e in range(n_e):
        for item in range(N_ENTRANT):
            if item != E_CAME:
                stir(hashes, game.entrants[e, item])
        for i in range(int(game.entrants[e, E_TYPES])):
            for item in range(game.etypes.shape[2]):
                stir(hashes, game.etypes[e, i, item])
    for i in range(2 + n_e):
        for rung in range(n_rungs):
            stir(hashes, game.force[i, rung])
            stir(hashes, game.nuclear[i, rung])
        for j in range(i):
            for item in range(game.pairs.shape[2]):
                stir(hashes, game.pairs[i, j, item])
    for klass in range(1, int(head[G_CLASSES])):
        for rung in range(n_rungs):
            for item in range(3):
                stir(hashes, game.classes[klass, rung, item])
    for act in range(1, n_acts):
        for item in range(N_ACT):
            stir(hashes, game.acts[act, item])
        for answer in range(1, int(game.acts[act, A_ANSWERS])):
            for item in range(N_LANE):
                stir(hashes, game.nodes[act, answer, item])
            for e in range(n_e):
                for item in range(N_DUTY):
                    stir(hashes, game.duties[act, answer, e, item])


@rule
def find(memory):  # type: ignore[no-untyped-def]
    """Return where in the store lies what has the hashes at hand; -1 if it is not there."""
    places, hashes = memory.places.shape[0], memory.hashes
    for probe in range(PROBES):
        row = memory.places[(hashes[0] + probe) & (places - 1)]
        if row[H_ONE] == hashes[0] and row[H_TWO] == hashes[1]:
            if memory.state[POSITION] - row[H_AT] > memory.store.shape[0]:
                return -1  # written over
            return int(row[H_AT] % memory.store.shape[0])
    return -1


@rule
def room_in(memory, size):  # type: ignore[no-untyped-def]
    """Enter the hashes at hand and return where in the store there is room; -1 if there is none."""
    places, room = memory.places.shape[0], memory.store.shape[0]
    if places == 0 or size > room:
        return -1
    at = memory.state[POSITION]
    if at % room + size > room:
        at += room - at % room  # a solution lies in one piece
    memory.state[POSITION] = at + size
    hashes = memory.hashes
    chosen, oldest = hashes[0] & (places - 1), memory.state[POSITION]
    for probe in range(PROBES):
        place = (hashes[0] + probe) & (places - 1)
        if memory.places[place, H_AT] < oldest:
            chosen, oldest = place, memory.places[place, H_AT]
    row = memory.places[chosen]
    row[H_ONE], row[H_TWO], row[H_AT] = hashes[0], hashes[1], at
    return int(at % room)


@rule
def recall(game, solution, memory):  # type: ignore[no-untyped-def]
    """Look for a staged game; if it was solved before, write its solution and return True."""
    if memory.places.shape[0] == 0:
        return False
    begin_name(memory.hashes)
    name_game(game, memory.hashes)
    at = find(memory)
    if at < 0:
        return False
    carry(game, solution, memory.store, at, False)
    return True


@rule
def remember(game, solution, memory):  # type: ignore[no-untyped-def]
    """Keep the solution of the game last looked for."""
    at = room_in(memory, size_of(game))
    if at >= 0:
        carry(game, solution, memory.store, at, True)


@rule
def size_of(game):  # type: ignore[no-untyped-def]
    """Return how much room a game's solution takes."""
    head = game.head
    tc, td = int(head[G_TC]), int(head[G_TD])
    each = columns(game) * tc
    for e in range(int(head[G_ENTRANTS])):
        each += 2 * seen_before(game, e)
    size = N_STATUS + tc * 2 + td
    for act in range(1, int(head[G_ACTS])):
        answers = int(game.acts[act, A_ANSWERS])
        size += tc * 2 + 2 * td * answers + each * (answers - 1)
    return size


@rule
def carry(game, solution, store, at, keep):  # type: ignore[no-untyped-def]
    """Copy a solution into the store, or back."""
    head = game.head
    tc, td, n_e = int(head[G_TC]), int(head[G_TD]), int(head[G_ENTRANTS])
    m = columns(game)
    at = carry_row(solution.status, store, at, N_STATUS, keep)
    if game.ahead[AH_ON] == 1.0:
        at = carry_row(solution.value_d[0, 0], store, at, td, keep)
    for act in range(int(head[G_ACTS])):
        at = carry_row(solution.value_c[act], store, at, tc, keep)
        at = carry_row(solution.prob_c[act], store, at, tc, keep)
        if act == 0:
            continue
        for answer in range(int(game.acts[act, A_ANSWERS])):
            at = carry_row(solution.value_d[act, answer], store, at, td, keep)
            at = carry_row(solution.prob_d[act, answer], store, at, td, keep)
            if answer == 0:
                continue
            for column in range(m):
                at = carry_row(solution.worth[act, answer, column], store, at, tc, keep)
            for e in range(n_e):
                for before in range(seen_before(game, e)):
                    at = carry_row(solution.gain[act, answer, e, before], store, at, 2, keep)


@rule
def carry_row(row, store, at, n, keep):  # type: ignore[no-untyped-def]
    """Copy a row into the store, or back; return where the next one lies."""
    for k in range(n):
        if keep:
            store[at + k] = row[k]
        else:
            row[k] = store[at + k]
    return at + n
