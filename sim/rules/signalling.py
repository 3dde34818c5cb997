"""The equilibrium of a signal and the game that may follow it.

Signal and stage game are solved together, as one logit agent quantal response equilibrium: each
private type chooses among signals by what the coming game is worth to it after each, the game after
each signal is solved under the beliefs that Bayes' rule then gives, and these beliefs come from
logs of chances, so that a signal nobody would send tells something too. The unknowns are, for each
signal, how much likelier each unit is to send it than the first.

Where several equilibria fit, `branch` says which is taken: `principal` starts from signals that
tell nothing (and falls back on the branch from zero precision), `informative` from signals taken
to deter whoever sees them.

ODD 7.12 (docs/odd.md).
"""

from __future__ import annotations

import math

from sim.compiled import only_with, part, rule
from sim.rules.beliefs import on_grid, trust_on_grid
from sim.rules.choice import exponential
from sim.rules.coming_game import add_worth
from sim.rules.memory import begin_name, carry_row, find, name_game, room_in, stir
from sim.rules.signals import coming, holder_at, promise, threatened
from sim.rules.solver import (
    CONTINUATION,
    DEPTH,
    FAILED,
    FAST,
    FAST_STEPS,
    FIRST_DAMPING,
    SMALLEST_DAMPING,
    measure,
    mix,
    products,
    solve_staged,
    tally,
)
from sim.rules.staging import stage
from sim.rules.tables import (
    ACTOR,
    BRANCH,
    CHALLENGER,
    COGNITION,
    DECLARED,
    DEPLOY,
    DEPLOYED,
    E_BELIEF,
    E_SIDE,
    E_STATE,
    E_TREATY,
    E_TRUST,
    E_TYPES,
    ERROR,
    G_ENTRANTS,
    G_TD,
    HOLDER,
    HOLDER_SIDE,
    INFORMATIVE,
    KAPPA,
    LAMBDA,
    MOTIVE,
    MYOPIC,
    NOW,
    P_BELIEF,
    RECALLED,
    REUSES,
    S_FALLBACK,
    S_OPTIONS,
    SINK,
    SOLVED_TO,
    SOLVES,
    SWAPPED,
    TIE,
    fill,
)  # fmt: skip

COARSER, FINER = 10.0, 1e-3
"""Residual accepted in any signal of any unit, and that at which nothing is left to polish, as
multiples of what games are solved to (`SOLVED_TO`): their own residuals enter here."""
POLISH = 4
"""Rounds spent on polishing what is already accepted."""
SHORTEST_STRIDE, MOST_ROUNDS = 1e-2, 150
FIRST_ROUND, ROUND, LAST = range(3)


@part
def stage_quiet(terms, sit, game, f, c, holder):  # type: ignore[no-untyped-def]
    """Stage the game that a challenger of usual motive would play from rest."""
    row = sit.crisis[f]
    row[CHALLENGER], row[HOLDER], row[SWAPPED] = c, holder, 0
    sit.flash[f, MOTIVE], sit.flash[f, ERROR] = 1.0, 0.0
    stage(terms, sit, game, f)


@part
def stage_after(terms, sit, game, f, c, holder, state, kind, much):  # type: ignore[no-untyped-def]
    """Stage the game that follows a signal, under prior beliefs; nothing of the signal stays."""
    if kind == TIE:
        sit.places[f, state, DECLARED] = much
    elif kind == DEPLOY:
        sit.places[f, state, DEPLOYED] = much
    stage_quiet(terms, sit, game, f, c, holder)
    sit.places[f, state, DECLARED], sit.places[f, state, DEPLOYED] = 0.0, 0.0


@rule
def believe_signal(terms, sit, solution, scratch, state, k, x, options, n):  # type: ignore[no-untyped-def]
    """Write what others believe after each signal, by Bayes' rule from log-likelihood ratios.

    What it tells of a guarantor's commitment enters its Beta belief as one observation.
    """
    kinds = 1 if k < 0 else 2
    prior = scratch.signal_prior
    myopic = terms.rules[COGNITION] == MYOPIC
    for option in range(options):
        top, total, committed = 0.0, 0.0, 0.0
        if not myopic:
            for u in range(1, n):
                top = max(top, x[option * (n - 1) + u - 1])
        for t in range(terms.n_types[state]):
            solution.signal_post[option, t] = 0.0
        for u in range(n):
            z = 0.0 if u == 0 or myopic else x[option * (n - 1) + u - 1]
            p = prior[u] * exponential(z - top)
            total += p
            solution.signal_post[option, u // kinds] += p
            if u % kinds == 0:
                committed += p
        for t in range(terms.n_types[state]):
            if total > 0.0:
                solution.signal_post[option, t] /= total
            else:
                solution.signal_post[option, t] = on_grid(terms, sit, state, t)
        if k >= 0:
            before = trust_on_grid(terms, sit, k, state)
            weight = sit.trust[k, state, 0] + sit.trust[k, state, 1]
            after = committed / total if total > 0.0 and not myopic else before
            solution.signal_trust[option] = (weight * before + after) / (weight + 1.0)


@rule
def put_beliefs(game, solution, state, k, option):  # type: ignore[no-untyped-def]
    """Write into a staged game what others believe of the signaller after a signal."""
    if k < 0:
        for t in range(int(game.head[G_TD])):
            game.principals[1, t, P_BELIEF] = solution.signal_post[option, t]
        return
    for e in range(int(game.head[G_ENTRANTS])):
        row = game.entrants[e]
        if int(row[E_STATE]) != state:
            continue
        for t in range(int(row[E_TYPES])):
            game.etypes[e, t, E_BELIEF] = solution.signal_post[option, t]
        if int(row[E_SIDE]) == HOLDER_SIDE and int(row[E_TREATY]) == k:
            row[E_TRUST] = solution.signal_trust[option]


@part
def stage_option(terms, sit, game, solution, f, c, state, option):  # type: ignore[no-untyped-def]
    """Stage the game of a challenger after an option of the menu; return how likely it comes."""
    weight = coming(terms, sit, f, c) if terms.roles[f, c] == 2 else 0.0
    if weight > 0.0:
        kind, much = int(solution.signal_menu[option, 0]), solution.signal_menu[option, 1]
        stage_after(terms, sit, game, f, c, holder_at(terms, f), state, kind, much)
    return weight


@part
def stage_elsewhere(terms, sit, game, f, g, c, state, moved):  # type: ignore[no-untyped-def]
    """Stage a game at another place once a share of forces has gone to `f`; return as above.

    None where the state has no part in it.
    """
    weight, holder = 0.0, holder_at(terms, g)
    challenged = g != f and terms.roles[g, c] == 2 and threatened(terms, sit, g)
    if challenged and (state in (holder, c) or promise(terms, sit, g, state, holder) >= 0):
        weight = coming(terms, sit, g, c)
    if weight > 0.0:
        sit.places[f, state, DEPLOYED] = moved
        stage_quiet(terms, sit, game, g, c, holder)
        sit.places[f, state, DEPLOYED] = 0.0
    return weight


@part
def reply(terms, sit, game, contests, solution, lanes, scratch, f, state, k, share):  # type: ignore[no-untyped-def]
    """Solve the game after each signal under the beliefs at hand; write those that follow.

    From ``scratch.signal_x``, shape (option * (units - 1),), the log of how much likelier each
    unit is to send each signal than the first unit, to ``scratch.signal_past[0]``. The signaller
    chooses with a part `share` of its full precision. Returns the worst way in which a game was
    solved.
    """
    options, kinds = sit.cursor[S_OPTIONS], 1 if k < 0 else 2
    n = terms.n_types[state] * kinds
    believe_signal(terms, sit, solution, scratch, state, k, scratch.signal_x, options, n)
    worth, worst = scratch.signal_worth, 0.0
    for option in range(options):
        fill(worth, 0.0)
        for c in range(terms.roles.shape[1]):
            weight = stage_option(terms, sit, game, solution, f, c, state, option)
            if weight > 0.0:
                put_beliefs(game, solution, state, k, option)
                solve_staged(game, contests, solution, lanes, scratch)
                worst = max(worst, solution.status[S_FALLBACK])
                holder = holder_at(terms, f)
                add_worth(game, lanes, solution, worth, state, holder, c, kinds, weight)
        for u in range(n):
            cost = signal_cost(terms, solution, scratch, state, option, u, kinds)
            solution.signal_value[option, u] = worth[u] - cost
    choose_signals(sit, solution, state, options, n, scratch.signal_past[0], share)
    return worst


@rule
def signal_cost(terms, solution, scratch, state, option, u, kinds):  # type: ignore[no-untyped-def]
    """Return what an option costs a unit whatever comes of it: sunk, or missed elsewhere."""
    kind = int(solution.signal_menu[option, 0])
    if kind == SINK:
        return terms.types[state, u // kinds, KAPPA] * solution.signal_menu[option, 1]
    return scratch.signal_elsewhere[u] if kind == DEPLOY else 0.0


@rule
def choose_signals(sit, solution, state, options, n, out, share):  # type: ignore[no-untyped-def]
    """Turn the values of signals into chances, and into what signals tell."""
    lam = share * sit.states[state, LAMBDA]
    for u in range(n):
        best = -1e300
        for option in range(options):
            best = max(best, lam * solution.signal_value[option, u])
        total = 0.0
        for option in range(options):
            p = exponential(lam * solution.signal_value[option, u] - best)
            solution.signal_prob[option, u] = p
            total += p
        norm = best + math.log(total)
        for option in range(options):
            solution.signal_prob[option, u] /= total
            z = lam * solution.signal_value[option, u] - norm
            if u == 0:
                solution.signal_post[option, 0] = z  # set aside for the units that follow
            else:
                out[option * (n - 1) + u - 1] = z - solution.signal_post[option, 0]


@rule
def deployable(sit, solution):  # type: ignore[no-untyped-def]
    """Return how much the menu at hand lets a state deploy."""
    for option in range(sit.cursor[S_OPTIONS]):
        if int(solution.signal_menu[option, 0]) == DEPLOY:
            return solution.signal_menu[option, 1]
    return 0.0


@part
def weigh_elsewhere(terms, sit, game, contests, solution, lanes, scratch, f, state, kinds):  # type: ignore[no-untyped-def]
    """Write what forces deployed to a flashpoint are missed for elsewhere.

    Where else the state holds, guarantees or may challenge: what the coming games there are worth
    to it as things stand, less what they are once the forces have gone.
    """
    lost, worth = scratch.signal_elsewhere, scratch.signal_worth
    fill(lost, 0.0)
    much = deployable(sit, solution)
    if much <= 0.0:
        return
    for g in range(sit.crisis.shape[0]):
        for c in range(terms.roles.shape[1]):
            for gone in range(2):
                weight = stage_elsewhere(terms, sit, game, f, g, c, state, gone * much)
                if weight <= 0.0:
                    continue
                solve_staged(game, contests, solution, lanes, scratch)
                fill(worth, 0.0)
                holder = holder_at(terms, g)
                add_worth(game, lanes, solution, worth, state, holder, c, kinds, weight)
                for u in range(worth.shape[0]):
                    lost[u] += worth[u] if gone == 0 else -worth[u]


@rule
def taken_to_deter(terms, sit, solution, scratch, state, options, units, kinds):  # type: ignore[no-untyped-def]
    """Write the start of the informative branch: signals as if each kept everybody away."""
    out = scratch.signal_past[0]
    for option in range(1, options):
        for u in range(units):
            cost = signal_cost(terms, solution, scratch, state, option, u, kinds)
            solution.signal_value[option, u] = -cost
    choose_signals(sit, solution, state, options, units, out, 1.0)
    for u in range(options * (units - 1)):
        scratch.signal_x[u] = out[u]


@part
def find_equilibrium(terms, sit, game, contests, solution, lanes, scratch, f, state, k):  # type: ignore[no-untyped-def]
    """Find the equilibrium of a signal stage; returns how (fast, by continuation, failed).

    1. From the start of its branch, at full precision, combining past rounds as the solver of
       games does. What is accepted is polished for a few rounds more.
    2. Where that does not converge: the principal branch is followed from zero precision of the
       signaller in steps; the informative start is tried once more in smaller rounds.
    3. At the best point found, all is solved once more, for what is read later.
    """
    kinds, options = 1 if k < 0 else 2, sit.cursor[S_OPTIONS]
    units = terms.n_types[state] * kinds
    n = options * (units - 1)
    x, before, past = scratch.signal_x, scratch.signal_before, scratch.signal_past
    best_x, best_step, step = scratch.signal_best, scratch.signal_best_step, past[1]
    trail, gram, weights = scratch.signal_trail, scratch.signal_gram, scratch.signal_weights
    informative = terms.rules[BRANCH] == INFORMATIVE
    tolerance, fine = COARSER * terms.rules[SOLVED_TO], FINER * terms.rules[SOLVED_TO]
    weigh_elsewhere(terms, sit, game, contests, solution, lanes, scratch, f, state, kinds)
    fill(x, 0.0)
    fill(trail, 0.0)
    fill(past, 0.0)
    phase, how, done, stride, share = FIRST_ROUND if informative else ROUND, FAST, 0.0, 1.0, 1.0
    best, used, place, accepted, rounds = 1e300, 0, 0, 0, 0
    damping, most, limit = FIRST_DAMPING, FIRST_DAMPING, FAST_STEPS
    while True:
        worst = reply(
            terms, sit, game, contests, solution, lanes, scratch, f, state, k, share
        )  # fmt: skip
        if phase == LAST:
            break
        if phase == FIRST_ROUND:
            taken_to_deter(terms, sit, solution, scratch, state, options, units, kinds)
            for u in range(n):
                trail[u] = x[u]
            phase = ROUND
            continue
        residual = measure(x, before, past, n, place)
        if residual > 4.0 * best:
            damping = max(0.3 * damping, SMALLEST_DAMPING)
            used, place = 0, 0
            for u in range(n):
                x[u], step[u] = best_x[u], best_step[u]
        else:
            if rounds > 0:
                used = min(used + 1, DEPTH)
                products(past, n, place, used, gram, weights, scratch.sums)
                place = (place + 1) % DEPTH
            if residual < best:
                best, damping = residual, min(1.5 * damping, most)
                for u in range(n):
                    best_x[u], best_step[u] = x[u], step[u]
        rounds += 1
        accepted += 1 if best < tolerance else 0
        if best >= fine and accepted <= POLISH and rounds < limit:
            for u in range(n):
                before[u] = x[u]
                x[u] += damping * step[u]
            mix(x, past, gram, scratch.signal_system, weights, used, n, damping)
            continue
        # this attempt is over: what next?
        if best < tolerance:
            done = share
            stride *= 1.5
            for u in range(n):
                trail[u] = best_x[u]
        elif how == FAST:
            how = CONTINUATION
            stride = 1.0 if informative else 0.25
        else:
            stride *= 0.0 if informative else 0.4
        if done >= 1.0 or stride < SHORTEST_STRIDE:
            phase = LAST
            share = 1.0
            for u in range(n):
                x[u] = best_x[u]
        else:
            share = min(1.0, done + stride)
            for u in range(n):
                x[u] = trail[u]
            fill(past, 0.0)
            best, used, place, accepted, rounds = 1e300, 0, 0, 0, 0
            damping = 0.2 if informative else 0.5
            most, limit = damping, MOST_ROUNDS
    believe_signal(terms, sit, solution, scratch, state, k, x, options, units)
    return FAILED if done < 1.0 or worst == FAILED else how


@rule
def write_prior(terms, sit, state, k, prior):  # type: ignore[no-untyped-def]
    """Write what is believed of a signaller's units before it signals."""
    trust = 1.0 if k < 0 else trust_on_grid(terms, sit, k, state)
    for t in range(terms.n_types[state]):
        belief = on_grid(terms, sit, state, t)
        if k < 0:
            prior[t] = belief
        else:
            prior[2 * t], prior[2 * t + 1] = belief * trust, belief * (1.0 - trust)


@part
def name_stage(terms, sit, game, solution, memory, f, state, k):  # type: ignore[no-untyped-def]
    """Write the hashes of a signal stage: of all games that are solved for it, and who signals."""
    hashes = memory.hashes
    begin_name(hashes)
    stir(hashes, float(f))
    stir(hashes, float(state))
    stir(hashes, float(k))
    stir(hashes, sit.states[state, LAMBDA])
    if k >= 0:
        stir(hashes, trust_on_grid(terms, sit, k, state))
        stir(hashes, sit.trust[k, state, 0] + sit.trust[k, state, 1])
    for t in range(terms.n_types[state]):
        stir(hashes, on_grid(terms, sit, state, t))
    options, much = sit.cursor[S_OPTIONS], deployable(sit, solution)
    for c in range(terms.roles.shape[1]):
        for option in range(options):
            stir(hashes, solution.signal_menu[option, 0])
            stir(hashes, solution.signal_menu[option, 1])
            weight = stage_option(terms, sit, game, solution, f, c, state, option)
            stir(hashes, weight)
            if weight > 0.0:
                name_game(game, hashes)
        if much <= 0.0:
            continue
        for g in range(sit.crisis.shape[0]):
            for gone in range(2):
                weight = stage_elsewhere(terms, sit, game, f, g, c, state, gone * much)
                if weight > 0.0:
                    stir(hashes, weight)
                    name_game(game, hashes)


@rule
def carry_signals(solution, store, at, options, units, types, keep):  # type: ignore[no-untyped-def]
    """Copy the solution of a signal stage into the store, or back; return where it ends."""
    at = carry_row(solution.status, store, at, solution.status.shape[0], keep)
    at = carry_row(solution.signal_trust, store, at, options, keep)
    for option in range(options):
        at = carry_row(solution.signal_prob[option], store, at, units, keep)
        at = carry_row(solution.signal_value[option], store, at, units, keep)
        at = carry_row(solution.signal_post[option], store, at, types, keep)
    return at


@only_with("signals")
def solve_signal(terms, sit, game, contests, solution, lanes, scratch, memory):  # type: ignore[no-untyped-def]
    """Solve the signal stage of the state at the cursor, or recall its solution."""
    f, state = sit.cursor[NOW], sit.cursor[ACTOR]
    k = promise(terms, sit, f, state, holder_at(terms, f))
    options, types = sit.cursor[S_OPTIONS], terms.n_types[state]
    kinds = 1 if k < 0 else 2
    write_prior(terms, sit, state, k, scratch.signal_prior)
    sit.cursor[SOLVES] += 1
    sit.cursor[RECALLED] = 0
    at = -1
    if memory.places.shape[0] > 0:
        name_stage(terms, sit, game, solution, memory, f, state, k)
        at = find(memory)
    if at >= 0:
        carry_signals(solution, memory.store, at, options, types * kinds, types, False)
        sit.cursor[REUSES] += 1
    else:
        how = find_equilibrium(terms, sit, game, contests, solution, lanes, scratch, f, state, k)
        solution.status[S_FALLBACK] = float(how)
        size = solution.status.shape[0] + options * (1 + 2 * types * kinds + types)
        at = room_in(memory, size)
        if at >= 0:
            carry_signals(solution, memory.store, at, options, types * kinds, types, True)
    tally(sit, solution)
