"""Memory of valued contests: games that differ in beliefs, acts and treaties share them.

A game's contests depend on stakes, strength, the share at stake and precision alone, so that many
games have the same ones. They are known by two hashes, as solved games are (`sim.rules.memory`),
and written over the oldest. Nothing that is played depends on what is remembered.

ODD 7.8 (docs/odd.md).
"""

from __future__ import annotations

from sim.compiled import rule
from sim.rules.contest import columns, pairs_of_types, value_contests
from sim.rules.memory import begin_name, carry_row, find, room_in, stir
from sim.rules.tables import (
    AH_ON,
    D_FIRST,
    E_EXPOSURE,
    E_SIDE,
    FIRST_STRIKE,
    G_CLASSES,
    G_CONTROL,
    G_ENTRANTS,
    G_ERROR,
    G_EXACT,
    G_HIGH,
    G_LAMBDA_C,
    G_LAMBDA_D,
    G_LOW,
    G_TC,
    G_TD,
    N_PRINCIPAL,
    P_BELIEF,
    S_CONTEST_FAILURES,
)

READ = (
    G_LAMBDA_C, G_LAMBDA_D, G_CONTROL, G_ENTRANTS, G_EXACT, G_TC, G_TD, G_ERROR, G_CLASSES, G_LOW,
    G_HIGH,
)  # fmt: skip
"""What of a game's head its contests depend on."""


@rule
def name_contests(game, hashes):  # type: ignore[no-untyped-def]
    """Take into both hashes everything in a game that its contests depend on."""
    head, n_rungs = game.head, game.rungs.shape[0]
    for item in READ:
        stir(hashes, head[item])
    stir(hashes, game.ahead[AH_ON])
    for whose in range(2):
        for i in range(int(head[G_TC if whose == 0 else G_TD])):
            for item in range(N_PRINCIPAL):
                if item != P_BELIEF:
                    stir(hashes, game.principals[whose, i, item])
    n_e = int(head[G_ENTRANTS])
    for e in range(n_e):
        stir(hashes, game.entrants[e, E_SIDE])
        stir(hashes, game.entrants[e, E_EXPOSURE])
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


@rule
def carry_contests(game, contests, at, keep, counts):  # type: ignore[no-untyped-def]
    """Copy what a game reads of its contests into the store, or back; return where that ends.

    Where it only `counts`, nothing is copied.
    """
    store, m, n_rungs = contests.store, columns(game), game.rungs.shape[0]
    whole, n_e = pairs_of_types(game) * m, int(game.head[G_ENTRANTS])
    low, high = int(game.head[G_LOW]), int(game.head[G_HIGH])
    looks_ahead = game.ahead[AH_ON] == 1.0
    for klass in range(int(game.head[G_CLASSES])):
        for rung in range(n_rungs - 1, low - 1, -1):
            if klass > 0 and game.classes[klass, rung, 2] == 1.0:
                continue
            if rung > high or game.classes[klass, rung, 0] < 0.0:
                continue
            for variant in range(D_FIRST + 1 if game.rungs[rung, FIRST_STRIKE] != 1.0 else 1):
                if counts:
                    at += (3 + n_e + (1 if looks_ahead else 0)) * whole + m
                    continue
                slot = (klass * 3 + variant) * n_rungs + rung
                at = carry_row(contests.uc[slot], store, at, whole, keep)
                at = carry_row(contests.ud[slot], store, at, whole, keep)
                at = carry_row(contests.phi[slot], store, at, whole, keep)
                if looks_ahead:
                    at = carry_row(contests.over[slot], store, at, whole, keep)
                for e in range(n_e):
                    at = carry_row(contests.psi[slot, e], store, at, whole, keep)
                at = carry_row(contests.odds[variant * n_rungs + rung], store, at, m, keep)
    for rung in range(low, high + 1):
        for e in range(n_e):
            if counts:
                at += m
            else:
                at = carry_row(contests.part[rung, 2 + e], store, at, m, keep)
    return at


@rule
def find_contests(game, contests, status):  # type: ignore[no-untyped-def]
    """Value a game's contests, or recall them."""
    if contests.places.shape[0] == 0:
        value_contests(game, contests, status)
        return
    begin_name(contests.hashes)
    name_contests(game, contests.hashes)
    at = find(contests)
    if at >= 0:
        status[S_CONTEST_FAILURES] = 0.0
        carry_contests(game, contests, at, False, False)
        return
    value_contests(game, contests, status)
    if status[S_CONTEST_FAILURES] == 0.0:
        at = room_in(contests, carry_contests(game, contests, 0, False, True))
        if at >= 0:
            carry_contests(game, contests, at, True, False)
