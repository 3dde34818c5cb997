"""Finding the equilibrium of a stage game.

The unknowns are what acts and answers tell about types, as logs of how much likelier one type is
to choose them than another, and what joining gains, times precision; a solution is where
`respond` returns what it was given. All are on the scale of log-odds. (Damping probabilities
would stop at points that are no equilibrium: the posterior after a rare move stays at its prior.)

1. Fast path: accelerated rounds at full precision from a fixed start. What they reach is accepted
   only if the residual is below tolerance at every decision point, reached or not
   (`SOLVED_TO` of the rules, in log-odds).
2. Otherwise continuation (Turocy 2005): the branch of equilibria is followed from zero
   precision, where everybody chooses by chance, to full precision, by steps along the branch
   itself, so that it is followed where it turns back on its way up.
3. If that is lost, precision is raised step by step, each from the last point found.
4. If that fails too, a game with foresight and few unknowns is solved by halving each in turn;
   of any other the last point is kept, marked and counted.

All start from fixed points: a solution is a function of its game alone.

ODD 7.8 (docs/odd.md).
"""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.compiled import only_with, part, rule
from sim.rules.contest_memory import find_contests
from sim.rules.stage_game import lay_out, respond, settle, unknowns
from sim.rules.tables import (
    AH_ON,
    COGNITION,
    E_LAMBDA,
    FAILURES,
    FALLBACKS,
    G_ENTRANTS,
    G_LAMBDA_C,
    G_LAMBDA_D,
    G_TC,
    G_TD,
    MIRROR,
    S_FALLBACK,
    S_ITERATIONS,
    S_RESIDUAL,
    SOLVED_TO,
    Floats,
    copy,
)  # fmt: skip

FAST_STEPS, MOST_STEPS, MOST_STRIDES = 60, 60, 600
DEPTH = 8
"""How many past steps are combined."""
GROUP = 8
"""Down to how many parts inner products are halved."""
FEW, SWEEPS, HALVINGS, FARTHEST_APART = 4, 8, 60, 2000.0
"""Up to how many unknowns of a game that looks ahead are found by halving, and how."""
FAST, CONTINUATION, FAILED = 0, 1, 2
FIRST_LAMBDA, SHORTEST_STRIDE, LONGEST_STRIDE = 0.3, 1e-6, 8.0
NEARBY = 0.2
"""A point as near as this to where it was looked for, in log-odds, is on the same branch."""
SHORTEST_RISE, STEPS_OF_RISE = 1e-4, 150
PRECISION_SCALE = 20.0
"""How many log-odds full precision counts for in the length of a step along the branch."""
FIRST_DAMPING, SMALLEST_DAMPING = 0.9, 1e-6
"""Share of a plain step taken on the fast path."""


class Scratch(NamedTuple):
    """Room for the solver; nothing in it outlives a solve."""

    x: Floats  # (unknowns,)
    before: Floats  # (unknowns,): the point before
    trail: Floats  # (unknowns,): last point on the branch
    slope: Floats  # (unknowns,): the direction in which the branch went there, of length 1
    aim: Floats  # (unknowns,): where the next point on the branch is looked for
    best: Floats  # (unknowns,): point with the least residual
    best_step: Floats  # (unknowns,): what step it calls for
    past: Floats  # (2 + 2 DEPTH, unknowns): the step, and changes of steps and points
    gram: Floats  # (DEPTH, DEPTH): inner products of changes of steps
    system: Floats  # (DEPTH, DEPTH + 1): the equations of the combination with least residual
    weights: Floats  # (DEPTH,)
    sums: Floats  # (unknowns,): room for sums
    lambdas: Floats  # (entrant + 2,): true precisions while a branch is followed
    kept_d: Floats  # (2, act, answer, d type): values and chances of answers, set aside
    own_c: Floats  # (type, N_PRINCIPAL): principals as they are, while mirrored
    own_d: Floats
    kept_gain: Floats  # as Solution.gain
    likelihood: Floats  # (type,): chance of an act by type
    signal_x: Floats  # (unknowns of a signal stage,), as x; the following as those above
    signal_before: Floats
    signal_best: Floats
    signal_best_step: Floats
    signal_trail: Floats
    signal_past: Floats
    signal_gram: Floats
    signal_system: Floats
    signal_weights: Floats
    signal_prior: Floats  # (unit,): what is believed of a signaller's units before it signals
    signal_worth: Floats  # (unit,): what a coming game is worth to them
    signal_elsewhere: Floats  # (unit,): what a deployment loses elsewhere
    armed: Floats  # (state, 2): see `sim.rules.arming`


@rule
def inner_product(one, other, n, row):  # type: ignore[no-untyped-def]
    """Return the inner product of two rows, which are zero behind the last unknown.

    The upper half of what is to be summed is added to the lower again and again, so that a
    machine can add several numbers at once.
    """
    left = (n + GROUP - 1) // GROUP * GROUP
    for u in range(left):
        row[u] = one[u] * other[u]
    while left > GROUP:
        half = (left // 2 + GROUP - 1) // GROUP * GROUP
        for u in range(left - half):
            row[u] += row[half + u]
        left = half
    total = 0.0
    for u in range(GROUP):
        total += row[u]
    return total


@rule
def products(past, n, place, used, gram, weights, row):  # type: ignore[no-untyped-def]
    """Write inner products of the newest change of a step with all, and of all with the step."""
    newest, step = past[2 + 2 * place], past[1]
    for i in range(used):
        other = past[2 + 2 * i]
        gram[place, i] = inner_product(newest, other, n, row)
        gram[i, place] = gram[place, i]
        weights[i] = inner_product(step, other, n, row)


@rule
def mix_weights(gram, used, system, weights):  # type: ignore[no-untyped-def]
    """Find how to combine the last steps so that the combined residual is least.

    Normal equations of a small least-squares problem, by elimination without pivoting (the
    matrix is positive definite once a little is added to its diagonal). Returns False where it
    is singular all the same.
    """
    largest = 0.0
    for i in range(used):
        largest = max(largest, gram[i, i])
        for j in range(used):
            system[i, j] = gram[i, j]
    for i in range(used):
        system[i, i] += 1e-12 * largest
    for i in range(used):
        if system[i, i] <= 0.0:
            return False
        for k in range(i + 1, used):
            factor = system[k, i] / system[i, i]
            for j in range(i, used):
                system[k, j] -= factor * system[i, j]
            weights[k] -= factor * weights[i]
    for i in range(used - 1, -1, -1):
        for j in range(i + 1, used):
            weights[i] -= system[i, j] * weights[j]
        weights[i] /= system[i, i]
    return True


@part
def measure(x, before, past, n, place):  # type: ignore[no-untyped-def]
    """Write the step a point calls for, and the changes of step and point; return the residual.

    ``past[0]`` is what the point leads to, ``past[1]`` the step; the pair behind at `place` takes
    the changes.
    """
    onto, step = past[0], past[1]
    change, moved = past[2 + 2 * place], past[3 + 2 * place]
    for u in range(n):
        change[u] = (onto[u] - x[u]) - step[u]
        moved[u] = x[u] - before[u]
    largest = 0.0
    for u in range(n):
        step[u] = onto[u] - x[u]
        largest = max(largest, abs(step[u]))
    return largest


@part
def mix(x, past, gram, system, weights, used, n, damping):  # type: ignore[no-untyped-def]
    """Correct a point for what the last few steps tell (Anderson 1965)."""
    if used > 0 and mix_weights(gram, used, system, weights):
        for i in range(used):
            weight, change, moved = weights[i], past[2 + 2 * i], past[3 + 2 * i]
            for u in range(n):
                x[u] -= weight * (damping * change[u] + moved[u])


@rule
def iterate(game, contests, solution, lanes, scratch, free, damping, most_steps, along):  # type: ignore[no-untyped-def]
    """Go round from ``scratch.x``, combining the last few steps (Anderson 1965).

    `free` is the number of unknowns. Where the branch is followed (`along`), precision is one
    more: the point looked for lies straight across from ``scratch.aim``. Returns the number of
    rounds and the residual.

    Plain rounds converge slowly or cycle where the precision is high; the combination of past
    steps with the least residual is a secant method in as many directions.
    """
    x, past, before = scratch.x, scratch.past, scratch.before
    step = past[1]
    for row in range(2 + 2 * DEPTH):
        for u in range(free, free + 1 + GROUP):
            past[row, u] = 0.0
    residual, best, used, place, most = 1e300, 1e300, 0, 0, damping
    n = free + 1 if along else free
    for rounds in range(most_steps):
        if along:
            t = x[free] / PRECISION_SCALE
            if t < 0.0 or t > 2.0:
                return most_steps, 1e300
            set_precision(game, scratch, t)
        respond(game, contests, solution, lanes, x, past[0])
        if along:
            ahead = 0.0
            for u in range(n):
                ahead += scratch.slope[u] * (x[u] - scratch.aim[u])
            past[0][free] = x[free] - ahead
        residual = measure(x, before, past, n, place)
        if residual < game.rules[SOLVED_TO]:
            return rounds + 1, residual
        if residual > 4.0 * best:
            # led astray: back to the best point, with smaller steps and no memory
            damping = max(0.3 * damping, SMALLEST_DAMPING)
            used, place = 0, 0
            for u in range(n):
                x[u], step[u] = scratch.best[u], scratch.best_step[u]
        else:
            if rounds > 0:
                used = min(used + 1, DEPTH)
                products(past, n, place, used, scratch.gram, scratch.weights, scratch.sums)
                place = (place + 1) % DEPTH
            if residual < best:
                best, damping = residual, min(1.5 * damping, most)
                for u in range(n):
                    scratch.best[u], scratch.best_step[u] = x[u], step[u]
        for u in range(n):
            before[u] = x[u]
            x[u] += damping * step[u]
        mix(x, past, scratch.gram, scratch.system, scratch.weights, used, n, damping)
    return most_steps, residual


@rule
def strays(game, contests, solution, lanes, scratch, u, z):  # type: ignore[no-untyped-def]
    """Return how far one unknown strays from what it leads to, the others standing still."""
    scratch.x[u] = z
    respond(game, contests, solution, lanes, scratch.x, scratch.past[0])
    return scratch.past[0][u] - z


@only_with("foresight", otherwise=1e300)
def halve(game, contests, solution, lanes, scratch, n):  # type: ignore[no-untyped-def]
    """Solve for one unknown after the other by halving, again and again; return the residual.

    Where little more belief means no more challenges, what an answer is worth leaps with what it
    tells, and steps overshoot. A leap has two sides, so it can be closed in on.
    """
    residual = 1e300
    for _ in range(SWEEPS):
        for u in range(n):
            start = scratch.x[u]
            gap = strays(game, contests, solution, lanes, scratch, u, start)
            side = 1.0 if gap > 0.0 else -1.0
            near, far, width = start, start, 1.0
            while side * gap > 0.0 and width < FARTHEST_APART:
                near, far = far, start + side * width
                gap = strays(game, contests, solution, lanes, scratch, u, far)
                width *= 2.0
            for _ in range(HALVINGS):
                middle = 0.5 * (near + far)
                gap = strays(game, contests, solution, lanes, scratch, u, middle)
                if side * gap > 0.0:
                    near = middle
                else:
                    far = middle
            scratch.x[u] = 0.5 * (near + far)
        respond(game, contests, solution, lanes, scratch.x, scratch.past[0])
        residual = 0.0
        for u in range(n):
            residual = max(residual, abs(scratch.past[0][u] - scratch.x[u]))
        if residual < game.rules[SOLVED_TO]:
            break
    return residual


@part
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
def follow(game, contests, solution, lanes, scratch, n):  # type: ignore[no-untyped-def]
    """Follow the branch of equilibria from zero precision to full precision.

    Predictor and corrector (Allgower and Georg 1990): from the last point a step in the direction
    of the last two, then to the branch straight across from there, precision being one unknown
    more. A step that does not arrive, or arrives far aside, is shortened, so that the branch is
    not left for another. The first point at full precision ends it.

    Returns the residual at the end; it is above tolerance where the branch was lost.
    """
    x, trail, slope, aim = scratch.x, scratch.trail, scratch.slope, scratch.aim
    for u in range(n + 1):
        x[u], trail[u] = 0.0, 0.0
    most = 0.0
    for who in range(int(game.head[G_ENTRANTS]) + 2):
        most = max(most, scratch.lambdas[who])
    first = min(0.01, FIRST_LAMBDA / most) if most > 0.0 else 0.01
    set_precision(game, scratch, first)
    _, residual = iterate(
        game, contests, solution, lanes, scratch, n, 0.5, MOST_STEPS, False
    )  # fmt: skip
    x[n] = first * PRECISION_SCALE
    stride, arrived = 0.0, residual < game.rules[SOLVED_TO]
    for _ in range(MOST_STRIDES):
        if arrived:
            length = 0.0
            for u in range(n + 1):
                slope[u] = x[u] - trail[u]
                length += slope[u] * slope[u]
            length = math.sqrt(length)
            for u in range(n + 1):
                slope[u] /= length
                trail[u] = x[u]
            stride = length if stride == 0.0 else min(1.5 * stride, LONGEST_STRIDE)
        else:
            stride *= 0.4
            if stride < SHORTEST_STRIDE:
                return residual
        for u in range(n + 1):
            aim[u] = trail[u] + stride * slope[u]
            x[u] = aim[u]
        if aim[n] >= PRECISION_SCALE:
            # the last step: to full precision itself
            share = (PRECISION_SCALE - trail[n]) / (aim[n] - trail[n])
            for u in range(n + 1):
                x[u] = trail[u] + share * stride * slope[u]
            set_precision(game, scratch, 1.0)
            _, residual = iterate(
                game, contests, solution, lanes, scratch, n, 0.5, MOST_STEPS, False
            )  # fmt: skip
            aside, reach = 0.0, share * stride
            for u in range(n):
                gap = x[u] - trail[u] - reach * slope[u]
                aside += gap * gap
            if residual < game.rules[SOLVED_TO] and aside < max(
                0.1 * reach * reach, NEARBY * NEARBY
            ):
                return residual
            arrived = False
            continue
        _, residual = iterate(
            game, contests, solution, lanes, scratch, n, 0.5, MOST_STEPS, True
        )  # fmt: skip
        aside = 0.0
        for u in range(n + 1):
            gap = x[u] - aim[u]
            aside += gap * gap
        arrived = residual < game.rules[SOLVED_TO] and aside < max(
            0.1 * stride * stride, NEARBY * NEARBY
        )
    return max(residual, 2.0 * game.rules[SOLVED_TO])


@rule
def raise_precision(game, contests, solution, lanes, scratch, n):  # type: ignore[no-untyped-def]
    """Raise precision from zero to its full value, each step from the last point found.

    A step that does not converge is shortened. This takes few steps where log-odds are large
    numbers (many types, high precision), but it cannot turn back with a branch that does.

    Returns the residual at the end; it is above tolerance where no step led on.
    """
    x, trail, slope = scratch.x, scratch.trail, scratch.slope
    for u in range(n):
        trail[u], slope[u] = 0.0, 0.0
    done, stride, residual = 0.0, 0.125, 1e300
    while done < 1.0 and stride >= SHORTEST_RISE:
        t = min(1.0, done + stride)
        set_precision(game, scratch, t)
        for u in range(n):
            x[u] = trail[u] + (t - done) * slope[u]
        _, residual = iterate(
            game, contests, solution, lanes, scratch, n, 0.5, STEPS_OF_RISE, False
        )  # fmt: skip
        if residual < game.rules[SOLVED_TO]:
            for u in range(n):
                slope[u] = (x[u] - trail[u]) / (t - done)
                trail[u] = x[u]
            done = t
            stride *= 1.5
        else:
            stride *= 0.4
    return residual if done >= 1.0 else max(residual, 2.0 * game.rules[SOLVED_TO])


@rule
def solve(game, contests, solution, lanes, scratch):  # type: ignore[no-untyped-def]
    """Solve a game; fills the solution and its status.

    The first attempt is at full precision from zero. If it fails, the branch of equilibria is
    followed from zero precision. Contest values are those of full precision throughout.
    """
    status = solution.status
    find_contests(game, contests, status)
    lay_out(game, contests, lanes)
    n = unknowns(game)
    for u in range(n):
        scratch.x[u] = 0.0
    steps, residual = iterate(
        game, contests, solution, lanes, scratch, n, FIRST_DAMPING, FAST_STEPS, False
    )
    status[S_ITERATIONS] = steps
    how = FAST
    if not residual < game.rules[SOLVED_TO]:
        keep_precision(game, scratch)
        residual = follow(game, contests, solution, lanes, scratch, n)
        if not residual < game.rules[SOLVED_TO]:
            residual = raise_precision(game, contests, solution, lanes, scratch, n)
        set_precision(game, scratch, 1.0)
        if not residual < game.rules[SOLVED_TO] and game.ahead[AH_ON] == 1.0 and n <= FEW:
            for u in range(n):
                scratch.x[u] = scratch.trail[u]
            residual = halve(game, contests, solution, lanes, scratch, n)
        how = CONTINUATION if residual < game.rules[SOLVED_TO] else FAILED
    settle(game, solution, lanes)
    status[S_FALLBACK] = how
    status[S_RESIDUAL] = residual


@rule
def put_in_place(game, of, other):  # type: ignore[no-untyped-def]
    """Give a principal's payoffs, types and precision to the other."""
    source, target = (G_TC, G_TD) if of == 0 else (G_TD, G_TC)
    game.head[target] = game.head[source]
    source, target = (G_LAMBDA_C, G_LAMBDA_D) if of == 0 else (G_LAMBDA_D, G_LAMBDA_C)
    game.head[target] = game.head[source]
    copy(game.principals[of], game.principals[other])


@part
def solve_mirrored(game, contests, solution, lanes, scratch):  # type: ignore[no-untyped-def]
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
    solve(game, contests, solution, lanes, scratch)
    worst = solution.status[S_FALLBACK]
    copy(solution.value_d, scratch.kept_d[0])
    copy(solution.prob_d, scratch.kept_d[1])
    copy(solution.gain, scratch.kept_gain)
    game.head[G_TC], game.head[G_LAMBDA_C] = c_types, c_lambda
    copy(scratch.own_c, game.principals[0])
    put_in_place(game, 0, 1)
    solve(game, contests, solution, lanes, scratch)
    copy(scratch.kept_d[0], solution.value_d)
    copy(scratch.kept_d[1], solution.prob_d)
    copy(scratch.kept_gain, solution.gain)
    copy(scratch.own_d, game.principals[1])
    game.head[G_LAMBDA_D] = d_lambda
    solution.status[S_FALLBACK] = max(worst, solution.status[S_FALLBACK])


@part
def solve_staged(game, contests, solution, lanes, scratch):  # type: ignore[no-untyped-def]
    """Solve a staged game under the rule of cognition."""
    if game.rules[COGNITION] == MIRROR:
        solve_mirrored(game, contests, solution, lanes, scratch)
    else:
        solve(game, contests, solution, lanes, scratch)


@rule
def tally(sit, solution):  # type: ignore[no-untyped-def]
    """Count what the fast path did not solve, and what was not solved at all."""
    if solution.status[S_FALLBACK] == CONTINUATION:
        sit.cursor[FALLBACKS] += 1
    elif solution.status[S_FALLBACK] == FAILED:
        sit.cursor[FAILURES] += 1
