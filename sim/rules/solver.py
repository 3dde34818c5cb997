"""Finding the equilibrium of a stage game.

The unknowns are the values of all decisions (`Solution.value_c`, ``value_d``, ``gain``); a
solution is where `respond` returns what it was given. Values times lambda are log-odds, so
damping values is damping log-odds. (Damping probabilities would stop at points that are no
equilibrium: the posterior after a rare move stays at its prior.)

1. Fast path: accelerated rounds at full precision from a fixed start. What they reach is accepted
   only if the residual is below tolerance at every decision point, reached or not.
2. Otherwise continuation (Turocy 2005): the branch of equilibria is followed from zero
   precision, where everybody chooses by chance, to full precision.
3. If that fails too, the last point is kept, marked and counted.

All start from fixed points: a solution is a function of its game alone.
"""

from __future__ import annotations

from typing import NamedTuple

from sim.compiled import part, rule
from sim.rules.contest import value_contests
from sim.rules.stage_game import respond
from sim.rules.tables import (
    A_ANSWERS,
    BY_STAKE,
    E_LAMBDA,
    G_ACTS,
    G_ENTRANTS,
    G_EXACT,
    G_LAMBDA_C,
    G_LAMBDA_D,
    G_TC,
    G_TD,
    ORDERING,
    S_CONTEST_FAILURES,
    S_FALLBACK,
    S_ITERATIONS,
    S_RESIDUAL,
    Floats,
    copy,
)  # fmt: skip

TOLERANCE = 1e-8
"""Largest residual accepted, in log-odds, at any decision point."""
MOST_STEPS = 400
DEPTH = 5
"""How many past steps are combined."""
FAST, CONTINUATION, FAILED = 0, 1, 2
SHORTEST_STRIDE = 1e-3


class Scratch(NamedTuple):
    """Room for the solver; nothing in it outlives a solve."""

    to_c: Floats
    to_d: Floats
    to_gain: Floats
    x: Floats  # (unknowns,)
    before: Floats  # (unknowns,): the point before
    past: Floats  # (2 + 2 DEPTH, unknowns): the step, and changes of steps and points
    gram: Floats  # (DEPTH, DEPTH)
    weights: Floats  # (DEPTH,)
    lambdas: Floats  # (entrant + 2,): true precisions while a branch is followed
    trail: Floats  # (unknowns,): last point on the branch
    kept_d: Floats  # (2, act, answer, d type): values and chances of answers, set aside
    own_c: Floats  # (type, N_PRINCIPAL): principals as they are, while mirrored
    own_d: Floats
    kept_gain: Floats  # as Solution.gain
    kept_join: Floats  # as Solution.join
    chance: Floats  # (column,): chances of coalitions at the answer at hand
    moved: Floats  # (column,): expected share moved
    burden: Floats  # (entrant, column): expected cost to a member


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


@part
def evaluate(game, solution, scratch, x, out):  # type: ignore[no-untyped-def]
    """Write into `out` what the unknowns `x` lead to; return how many there are."""
    unpack(game, x, solution.value_c, solution.value_d, solution.gain)
    respond(game, solution, scratch)
    return pack(game, scratch.to_c, scratch.to_d, scratch.to_gain, out)


@rule
def mix_weights(past, n, used, gram, weights):  # type: ignore[no-untyped-def]
    """Find how to combine the last steps so that the combined residual is least.

    Normal equations of a small least-squares problem, by elimination without pivoting (the
    matrix is positive definite once a little is added to its diagonal). Returns False where it
    is singular all the same.
    """
    for i in range(used):
        for j in range(i + 1):
            total = 0.0
            for u in range(n):
                total += past[2 + 2 * i, u] * past[2 + 2 * j, u]
            gram[i, j] = total
            gram[j, i] = total
        total = 0.0
        for u in range(n):
            total += past[2 + 2 * i, u] * past[1, u]
        weights[i] = total
    largest = 0.0
    for i in range(used):
        largest = max(largest, gram[i, i])
    for i in range(used):
        gram[i, i] += 1e-12 * largest
    for i in range(used):
        if gram[i, i] <= 0.0:
            return False
        for k in range(i + 1, used):
            factor = gram[k, i] / gram[i, i]
            for j in range(i, used):
                gram[k, j] -= factor * gram[i, j]
            weights[k] -= factor * weights[i]
    for i in range(used - 1, -1, -1):
        for j in range(i + 1, used):
            weights[i] -= gram[i, j] * weights[j]
        weights[i] /= gram[i, i]
    return True


@rule
def iterate(game, solution, scratch, n, damping):  # type: ignore[no-untyped-def]
    """Go round from ``scratch.x``, combining the last few steps (Anderson 1965).

    Returns the number of rounds and the residual.

    Plain rounds converge slowly or cycle where the precision is high; the combination of past
    steps with the least residual is a secant method in as many directions.
    """
    x, past = scratch.x, scratch.past
    residual, best, used, place = 1e300, 1e300, 0, 0
    for step in range(MOST_STEPS):
        # past[0]: what x leads to, then the step; past[1]: the step; pairs: its changes and x's
        evaluate(game, solution, scratch, x, past[0])
        residual = 0.0
        for u in range(n):
            move = past[0, u] - x[u]
            residual = max(residual, abs(move))
            if step > 0:
                past[2 + 2 * place, u] = move - past[1, u]
                past[3 + 2 * place, u] = x[u] - scratch.before[u]
            past[1, u] = move
        if residual < TOLERANCE:
            return step + 1, residual
        if step > 0:
            place = (place + 1) % DEPTH
            used = min(used + 1, DEPTH)
        if residual > 10.0 * best:
            used, place = 0, 0  # led astray: start the memory anew
        best = min(best, residual)
        mixed = used > 0 and mix_weights(past, n, used, scratch.gram, scratch.weights)
        for u in range(n):
            scratch.before[u] = x[u]
            step_u = past[1, u]
            back = 0.0
            if mixed:
                for i in range(used):
                    step_u -= scratch.weights[i] * past[2 + 2 * i, u]
                    back += scratch.weights[i] * past[3 + 2 * i, u]
            x[u] += damping * step_u - back
    return MOST_STEPS, residual


@rule
def keep_precision(game, scratch):  # type: ignore[no-untyped-def]
    """Note everybody's true precision."""
    n_e = int(game.head[G_ENTRANTS])
    scratch.lambdas[n_e] = game.head[G_LAMBDA_C]
    scratch.lambdas[n_e + 1] = game.head[G_LAMBDA_D]
    for e in range(n_e):
        scratch.lambdas[e] = game.entrants[e, E_LAMBDA]


@rule
def set_precision(game, scratch, t):  # type: ignore[no-untyped-def]
    """Set everybody's precision to a share t of what it truly is (kept in the scratch)."""
    n_e = int(game.head[G_ENTRANTS])
    game.head[G_LAMBDA_C] = t * scratch.lambdas[n_e]
    game.head[G_LAMBDA_D] = t * scratch.lambdas[n_e + 1]
    for e in range(n_e):
        game.entrants[e, E_LAMBDA] = t * scratch.lambdas[e]


@rule
def solve(game, solution, scratch):  # type: ignore[no-untyped-def]
    """Solve a game; fills the solution and its status.

    The first attempt is at full precision from zero. If it fails, the branch of equilibria is
    followed from zero precision: each step starts from the last point found, and a step that
    does not converge is halved. Contest values are those of full precision throughout.
    """
    status = solution.status
    status[S_CONTEST_FAILURES] = 0.0
    value_contests(game, solution)
    n = pack(game, solution.value_c, solution.value_d, solution.gain, scratch.x)
    for u in range(n):
        scratch.x[u] = 0.0
        scratch.trail[u] = 0.0
    done, stride, fast = 0.0, 1.0, True
    while True:
        t = min(1.0, done + stride)
        steps, residual = iterate(game, solution, scratch, n, 0.7 if fast else 0.5)
        if fast:
            status[S_ITERATIONS] = steps
        if residual < TOLERANCE:
            done = t
            stride *= 1.5
            for u in range(n):
                scratch.trail[u] = scratch.x[u]
        elif fast:
            fast, stride = False, 0.125
            keep_precision(game, scratch)
        else:
            stride *= 0.5
        if done >= 1.0 or stride < SHORTEST_STRIDE:
            break
        t = min(1.0, done + stride)
        set_precision(game, scratch, t)
        grow = t / done if done > 0.0 else 1.0
        for u in range(n):
            scratch.x[u] = scratch.trail[u] * grow
    if not fast:
        set_precision(game, scratch, 1.0)
    status[S_FALLBACK] = FAILED if done < 1.0 else (FAST if fast else CONTINUATION)
    status[S_RESIDUAL] = residual


@rule
def put_in_place(game, of, other):  # type: ignore[no-untyped-def]
    """Give a principal's payoffs, types and precision to the other."""
    source, target = (G_TC, G_TD) if of == 0 else (G_TD, G_TC)
    game.head[target] = game.head[source]
    source, target = (G_LAMBDA_C, G_LAMBDA_D) if of == 0 else (G_LAMBDA_D, G_LAMBDA_C)
    game.head[target] = game.head[source]
    copy(game.principals[of], game.principals[other])


@rule
def solve_mirrored(game, solution, scratch):  # type: ignore[no-untyped-def]
    """Solve a game in which each principal takes the other to be like itself.

    Answers and joining come from the holder's picture (a challenger with the holder's payoffs
    and types), acts and pressing from the challenger's. What each really wants enters its own
    choices only (mirror imaging: Jervis 1976). Both need as many types as each other.
    """
    c_types, c_lambda = game.head[G_TC], game.head[G_LAMBDA_C]
    d_lambda = game.head[G_LAMBDA_D]
    copy(game.principals[0], scratch.own_c)
    copy(game.principals[1], scratch.own_d)
    put_in_place(game, 1, 0)
    solve(game, solution, scratch)
    worst = solution.status[S_FALLBACK]
    copy(solution.value_d, scratch.kept_d[0])
    copy(solution.prob_d, scratch.kept_d[1])
    copy(solution.gain, scratch.kept_gain)
    copy(solution.join, scratch.kept_join)
    game.head[G_TC], game.head[G_LAMBDA_C] = c_types, c_lambda
    copy(scratch.own_c, game.principals[0])
    put_in_place(game, 0, 1)
    solve(game, solution, scratch)
    copy(scratch.kept_d[0], solution.value_d)
    copy(scratch.kept_d[1], solution.prob_d)
    copy(scratch.kept_gain, solution.gain)
    copy(scratch.kept_join, solution.join)
    copy(scratch.own_d, game.principals[1])
    game.head[G_LAMBDA_D] = d_lambda
    solution.status[S_FALLBACK] = max(worst, solution.status[S_FALLBACK])
