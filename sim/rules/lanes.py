"""Rows of numbers, one a lane: what is done to all lanes alike.

A lane is one resisting answer to one act (`sim.rules.stage_game`). Loops here are short and
plain, so that a compiler turns them into instructions that work on several lanes at once.

ODD 7.7 (docs/odd.md).
"""

from __future__ import annotations

from typing import NamedTuple

from sim.compiled import rule
from sim.rules.choice import logistic
from sim.rules.tables import (
    E_BELIEF,
    E_KAPPA,
    E_LAMBDA,
    E_LOG_WEIGHT,
    E_STAKE,
    E_TRUST,
    E_TYPES,
    Floats,
    Ints,
)


class Lanes(NamedTuple):
    """What is worked on while a game is solved.

    A row holds all lanes; a long row holds a row for every coalition, one behind the other.
    """

    uc: Floats  # (c type, d type, long row): the contest an answer leads to, as in Contests
    ud: Floats
    phi: Floats
    psi: Floats  # (entrant, c type, d type, long row)
    over: Floats  # (c type, d type, long row)
    near_c: Floats  # (c type, d type, long row): the contest apart from what comes after it
    near_d: Floats
    rest_c: Floats  # (c type,): what comes after c leaves things be or stands down
    rest_d: Floats  # (d type,)
    calm_c: Floats  # (act, c type): what comes after d yields
    calm_d: Floats
    same_c: Floats  # (c type,): what comes after a contest that moved nothing
    same_d: Floats
    moved_c: Floats  # (c type,): after one that moved its prize
    moved_d: Floats
    spot: Ints  # (2, 2 types + 2): nodes near beliefs about c, d; how many comes last
    weight: Floats  # (2, 2 types + 1): and their weights
    tells: Floats  # (2, c type, row): log of the chance to press, to back down
    idle: Floats  # (entrant, long row): what a member pays if c backs down
    back: Floats  # (c type, long row): what backing down is worth
    vain: Floats  # (d type, long row): what resisting costs d if c backs down
    climb: Floats  # (d type, row): what the answer costs d whatever follows
    possible: Floats  # (entrant, row): 1 where it has a choice
    fixed: Floats  # (entrant, row): what joining is worth whoever else comes
    seen: Floats  # (entrant, row): chance that its duty is recognised
    b: Floats  # (c type, long row): belief about c
    g: Floats  # (d type, long row): belief about d
    b_act: Floats  # (act, c type)
    post: Floats  # (type,)
    worth: Floats  # (c type, long row): what pressing is worth
    w: Floats  # (c type, long row): chance that it presses
    pressed: Floats  # (long row,): room for sums
    both: Floats  # (long row,)
    stays: Floats  # (long row,)
    moved: Floats  # (long row,): share expected to change hands
    burden: Floats  # (entrant, long row): what a member is expected to pay
    gain: Floats  # (entrant, mask, 2, row)
    to_gain: Floats
    join: Floats  # (entrant, mask, row): chance that it is in
    chance: Floats  # (long row and a row,)
    to_c: Floats  # (c type, d type, row)
    to_d: Floats  # (d type, row)


@rule
def clear(row, n):  # type: ignore[no-untyped-def]
    """Set a row to zero."""
    for k in range(n):
        row[k] = 0.0


@rule
def product(row, one, other, n):  # type: ignore[no-untyped-def]
    """Write the product of two rows into a third."""
    for k in range(n):
        row[k] = one[k] * other[k]


@rule
def add_product(row, one, other, n):  # type: ignore[no-untyped-def]
    """Add the product of two rows to a third."""
    for k in range(n):
        row[k] += one[k] * other[k]


@rule
def repeat(row, m, n):  # type: ignore[no-untyped-def]
    """Repeat the first n numbers of a long row until there are m times as many."""
    for column in range(1, m):
        at = column * n
        for k in range(n):
            row[at + k] = row[k]


@rule
def add_columns(row, long, m, n):  # type: ignore[no-untyped-def]
    """Write the sum over coalitions of a long row."""
    for k in range(n):
        row[k] = long[k]
    for column in range(1, m):
        at = column * n
        for k in range(n):
            row[k] += long[at + k]


@rule
def scatter(by_column, at, long, m, n, lane):  # type: ignore[no-untyped-def]
    """Copy what a lane has for every coalition, found from `at` on, to its places in a long row."""
    for column in range(m):
        long[column * n + lane] = by_column[at + column]


@rule
def spread(long, value, m, n, lane):  # type: ignore[no-untyped-def]
    """Write a lane's number into its places in a long row."""
    for column in range(m):
        long[column * n + lane] = value


@rule
def join_chances(game, lanes, gain, e, before, kept, kept_opportunist, n):  # type: ignore[no-untyped-def]
    """Write the chance that an entrant, asked now, joins, as others see it.

    Parameters
    ----------
    gain : numpy.ndarray
        Shape (entrant, mask, 2, lane): stake and cost parts of what joining gains.
    kept, kept_opportunist : float
        What honouring a recognised duty saves it if it is committed, if it is not.
    """
    row = game.entrants[e]
    lam, tilt, trust = row[E_LAMBDA], row[E_LOG_WEIGHT], row[E_TRUST]
    share, cost, fixed, seen = gain[e, before, 0], gain[e, before, 1], lanes.fixed[e], lanes.seen[e]
    join, value, faithful = lanes.join[e, before], lanes.both, lanes.stays
    clear(join, n)
    for t in range(int(row[E_TYPES])):
        own = game.etypes[e, t]
        stake, kappa, belief = own[E_STAKE], own[E_KAPPA], own[E_BELIEF]
        for k in range(n):
            value[k] = lam * (stake * share[k] - kappa * cost[k] + fixed[k]) + tilt
        if kept == 0.0 and kept_opportunist == 0.0:
            for k in range(n):
                join[k] += belief * logistic(value[k])
            continue
        for k in range(n):
            faithful[k] = trust * logistic(value[k] + lam * kept)
        if trust < 1.0:
            for k in range(n):
                faithful[k] += (1.0 - trust) * logistic(value[k] + lam * kept_opportunist)
        for k in range(n):
            free = logistic(value[k])
            join[k] += belief * ((1.0 - seen[k]) * free + seen[k] * faithful[k])
