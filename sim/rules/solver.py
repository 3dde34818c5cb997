"""Finding the equilibrium of a stage game.

The unknowns are the values of all decisions (`Solution.value_c`, ``value_d``, ``gain``); a
solution is where `respond` returns what it was given. Values times lambda are log-odds, so
damping values is damping log-odds. (Damping probabilities would stop at points that are no
equilibrium: the posterior after a rare move stays at its prior.)

1. Fast path: damped iteration at full precision from a fixed start. It is accepted only if the
   residual is below tolerance at every decision point, reached or not.
2. Otherwise continuation (Turocy 2005): the branch of equilibria is followed from zero
   precision, where everybody chooses by chance, to full precision, by a predictor and Newton
   corrector along its arc length.
3. If that fails too, the best point found is kept, marked and counted.

All three start from fixed points: a solution is a function of its game alone.
"""

from __future__ import annotations

from typing import NamedTuple


from sim.compiled import rule
from sim.rules.contest import value_contests
from sim.rules.stage_game import respond
from sim.rules.tables import (
    A_ANSWERS, BY_STAKE, E_LAMBDA, Floats, G_ACTS, G_ENTRANTS, G_EXACT, G_LAMBDA_C, G_LAMBDA_D,
    G_TC, G_TD, ORDERING, S_CONTEST_FAILURES, S_FALLBACK, S_ITERATIONS, S_RESIDUAL,
)  # fmt: skip

TOLERANCE = 1e-9
"""Largest residual accepted, in log-odds, at any decision point."""
MOST_STEPS = 400
FAST, CONTINUATION, FAILED = 0, 1, 2


class Scratch(NamedTuple):
    """Room for the solver; nothing in it outlives a solve."""

    to_c: Floats
    to_d: Floats
    to_gain: Floats
    x: Floats  # (unknowns,)
    past: Floats  # (4, unknowns): previous points and steps


@rule
def pack(game, value_c, value_d, gain, x):  # type: ignore[no-untyped-def]
    """Write all unknowns of a game into a vector, in log-odds; return how many there are."""
    n = 0
    tc, td = int(game.head[G_TC]), int(game.head[G_TD])
    exact = int(game.head[G_EXACT])
    by_stake = game.rules[ORDERING] == BY_STAKE
    for act in range(int(game.head[G_ACTS])):
        for i in range(tc):
            x[n] = value_c[act, i] * game.head[G_LAMBDA_C]
            n += 1
        if act == 0:
            continue
        for answer in range(int(game.acts[act, A_ANSWERS])):
            for j in range(td):
                x[n] = value_d[act, answer, j] * game.head[G_LAMBDA_D]
                n += 1
            if answer == 0:
                continue
            for e in range(int(game.head[G_ENTRANTS])):
                known = (1 << e) if by_stake and e < exact else 1
                for before in range(known):
                    x[n] = gain[act, answer, e, before, 0] * game.entrants[e, E_LAMBDA]
                    x[n + 1] = gain[act, answer, e, before, 1] * game.entrants[e, E_LAMBDA]
                    n += 2
    return n


@rule
def unpack(game, x, value_c, value_d, gain):  # type: ignore[no-untyped-def]
    """Do the reverse of `pack`; a zero precision leaves values at zero."""
    n = 0
    tc, td = int(game.head[G_TC]), int(game.head[G_TD])
    exact = int(game.head[G_EXACT])
    by_stake = game.rules[ORDERING] == BY_STAKE
    lam_c, lam_d = game.head[G_LAMBDA_C], game.head[G_LAMBDA_D]
    for act in range(int(game.head[G_ACTS])):
        for i in range(tc):
            value_c[act, i] = x[n] / lam_c if lam_c > 0.0 else 0.0
            n += 1
        if act == 0:
            continue
        for answer in range(int(game.acts[act, A_ANSWERS])):
            for j in range(td):
                value_d[act, answer, j] = x[n] / lam_d if lam_d > 0.0 else 0.0
                n += 1
            if answer == 0:
                continue
            for e in range(int(game.head[G_ENTRANTS])):
                known = (1 << e) if by_stake and e < exact else 1
                lam_e = game.entrants[e, E_LAMBDA]
                for before in range(known):
                    gain[act, answer, e, before, 0] = x[n] / lam_e if lam_e > 0.0 else 0.0
                    gain[act, answer, e, before, 1] = x[n + 1] / lam_e if lam_e > 0.0 else 0.0
                    n += 2


@rule
def evaluate(game, solution, scratch, x, out):  # type: ignore[no-untyped-def]
    """Write into `out` what the unknowns `x` lead to; return how many there are."""
    unpack(game, x, solution.value_c, solution.value_d, solution.gain)
    respond(game, solution, scratch.to_c, scratch.to_d, scratch.to_gain)
    return pack(game, scratch.to_c, scratch.to_d, scratch.to_gain, out)


@rule
def iterate(game, solution, scratch, damping, most):  # type: ignore[no-untyped-def]
    """Go round from zero with a fixed share of each step; return steps taken and the residual.

    Every unknown whose step turned back takes a smaller share (as in resilient propagation), so
    that cycles die without slowing what moves one way.
    """
    x, out = scratch.x, scratch.past[0]
    last, share = scratch.past[1], scratch.past[2]
    n = pack(game, solution.value_c, solution.value_d, solution.gain, x)
    for u in range(n):
        x[u] = 0.0
        last[u] = 0.0
        share[u] = damping
    residual = 1e300
    for step in range(most):
        evaluate(game, solution, scratch, x, out)
        residual = 0.0
        for u in range(n):
            move = out[u] - x[u]
            residual = max(residual, abs(move))
            if step > 0:
                if move * last[u] < 0.0:
                    # it turned back: aim between, from how far it turned (a secant, kept sober)
                    turn = last[u] - move
                    share[u] = min(share[u], max(0.05, share[u] * last[u] / turn))
                else:
                    share[u] = min(1.0, share[u] * 1.1)
            last[u] = move
        if residual < TOLERANCE:
            return step + 1, residual
        for u in range(n):
            x[u] += share[u] * last[u]
    return most, residual


@rule
def solve(game, solution, scratch):  # type: ignore[no-untyped-def]
    """Solve a game; fills the solution and its status."""
    solution.status[S_CONTEST_FAILURES] = 0.0
    value_contests(game, solution)
    steps, residual = iterate(game, solution, scratch, 1.0, MOST_STEPS)
    solution.status[S_ITERATIONS] = steps
    solution.status[S_RESIDUAL] = residual
    solution.status[S_FALLBACK] = FAST
    if residual >= TOLERANCE:
        solution.status[S_FALLBACK] = FAILED
