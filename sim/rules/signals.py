"""Signals: what a holder or a guarantor does or says before it is challenged, and what it tells.

Every few turns, where all is quiet, it may *sink* a cost (an exercise: paid at once), *tie* its
hands (a declaration: giving way becomes dearer, nothing is paid unless it does), *deploy* (forces
here that are then missing elsewhere), or do nothing (Spence 1973; Fearon 1997; Slantchev 2005).

Signal and stage game are solved together, as one logit agent quantal response equilibrium: each
private type chooses among signals by what the coming game is worth to it after each, the game after
each signal is solved under the beliefs that Bayes' rule then gives, and these beliefs come from
logs of chances, so that a signal nobody would send tells something too. The unknowns are, for each
signal, how much likelier each type is to send it than the first. Where several equilibria fit,
`branch` says which is taken: `principal` starts from signals that tell nothing (and falls back on
the branch from zero precision), `informative` from signals taken to deter whoever sees them.

A unit is a private type of the signaller; of a guarantor, a type with its commitment, committed
first.
"""

from __future__ import annotations

import math

from sim.compiled import part, rule
from sim.rules import log as record
from sim.rules.beliefs import learn_trust, learn_type, on_grid, trust_on_grid
from sim.rules.choice import exponential, logistic, padded
from sim.rules.commitments import is_duty, leading_treaty
from sim.rules.fighting import pay
from sim.rules.forces import forward_share
from sim.rules.memory import begin_name, carry_row, find, name_game, room_in, stir
from sim.rules.solver import (
    CONTINUATION,
    DEPTH,
    FAILED,
    FAST,
    FAST_STEPS,
    FIRST_DAMPING,
    GROUP,
    MOST_STEPS,
    SMALLEST_DAMPING,
    measure,
    mix,
    products,
    solve_staged,
)
from sim.rules.stage_game import predecessors, seen_before
from sim.rules.staging import stage
from sim.rules.tables import (
    A_ANSWERS,
    A_SLICE,
    ACTOR,
    BETA,
    BRANCH,
    CHALLENGER,
    COGNITION,
    CONTROL,
    DECLARED,
    DEPLOY,
    DEPLOY_SHARE,
    DEPLOYED,
    E_BELIEF,
    E_KAPPA,
    E_LAMBDA,
    E_LOG_WEIGHT,
    E_R,
    E_R_OPPORTUNIST,
    E_SIDE,
    E_STAKE,
    E_STANDING,
    E_STATE,
    E_TREATY,
    E_TRUST,
    E_TYPES,
    ERROR,
    FAILURES,
    FALLBACKS,
    G_ACTS,
    G_CONTROL,
    G_ENTRANTS,
    G_EXACT,
    G_NODES,
    G_TC,
    G_TD,
    HOLDER,
    HOLDER_SIDE,
    INFORMATIVE,
    KAPPA,
    LAMBDA,
    LIVE,
    MOTIVE,
    MYOPIC,
    N_LANE,
    N_SIGNALS,
    NOTHING,
    NOW,
    OPPORTUNITY,
    P_BELIEF,
    QUIET_UNTIL,
    RECALLED,
    REUSES,
    RUN,
    S_AT,
    S_FALLBACK,
    S_WHO,
    SIGNAL_EVERY,
    SIGNALS,
    SINK,
    SINK_COST,
    SOLVES,
    SWAPPED,
    TIE,
    TIE_COST,
    TURN,
    TURNS,
    fill,
)  # fmt: skip

TOLERANCE = 1e-5
"""Largest residual accepted, in log-odds, in any signal of any unit."""
FINE = 1e-9
"""Residual below which there is nothing left to polish."""
POLISH = 4
"""Rounds spent on polishing what is already accepted."""
SHORTEST_STRIDE = 1e-2


# --- who signals, and what is on the menu --------------------------------------------------------


@rule
def signals_due(terms, sit):  # type: ignore[no-untyped-def]
    """Whether this is a turn in which signals may be sent."""
    return terms.rules[SIGNALS] == 1.0 and sit.cursor[TURN] % int(terms.rules[SIGNAL_EVERY]) == 0


@rule
def holder_at(terms, f):  # type: ignore[no-untyped-def]
    """Return the state that held a flashpoint at the start."""
    for state in range(terms.roles.shape[1]):
        if terms.roles[f, state] == 1:
            return state
    return -1


@rule
def promise(terms, sit, f, state, holder):  # type: ignore[no-untyped-def]
    """Return the treaty by which a state guarantees a holder at a flashpoint, or -1."""
    if state == holder or terms.roles[f, state] == 2:
        return -1
    k = leading_treaty(terms, sit, f, state, holder, HOLDER_SIDE)
    return k if k >= 0 and is_duty(terms, sit, k, HOLDER_SIDE) else -1


@rule
def coming(terms, sit, f, c):  # type: ignore[no-untyped-def]
    """Return the discounted chance that a challenger weighs a move before signals are due again."""
    chance = sit.places[f, c, OPPORTUNITY]
    total, unused, now = 0.0, 1.0, 1.0
    for ahead in range(int(terms.rules[SIGNAL_EVERY])):
        turn = sit.cursor[TURN] + ahead
        if turn >= int(terms.rules[TURNS]):
            break
        if turn >= sit.crisis[f, QUIET_UNTIL]:
            total += now * unused * chance
            unused *= 1.0 - chance
        now *= terms.rules[BETA]
    return total


@rule
def threatened(terms, sit, f):  # type: ignore[no-untyped-def]
    """Whether all is quiet at a flashpoint, but somebody may challenge its holder."""
    if sit.crisis[f, LIVE] != 0 or sit.flash[f, CONTROL] <= 0.0:
        return False
    for c in range(terms.roles.shape[1]):
        if terms.roles[f, c] == 2 and coming(terms, sit, f, c) > 0.0:
            return True
    return False


@rule
def amount(terms, sit, f, state, kind):  # type: ignore[no-untyped-def]
    """Return how much of a kind of signal a state can send at a flashpoint.

    Nobody deploys more than what is not stationed somewhere already.
    """
    if kind == SINK:
        return terms.rules[SINK_COST]
    if kind == TIE:
        return terms.rules[TIE_COST]
    if kind == NOTHING:
        return 0.0
    free = 1.0
    for g in range(sit.crisis.shape[0]):
        free -= forward_share(terms, sit, state, g)
    return max(0.0, min(terms.rules[DEPLOY_SHARE], free))


@rule
def kind_of(terms, sit, f, state, option):  # type: ignore[no-untyped-def]
    """Return the kind of signal behind an option of the menu; -1 beyond its end."""
    left = option
    for kind in range(N_SIGNALS):
        if kind == NOTHING or amount(terms, sit, f, state, kind) > 0.0:
            if left == 0:
                return kind
            left -= 1
    return -1


@rule
def menu_size(terms, sit, f, state):  # type: ignore[no-untyped-def]
    """Return how many options the menu of a state has, doing nothing among them."""
    n = 0
    for kind in range(N_SIGNALS):
        if kind == NOTHING or amount(terms, sit, f, state, kind) > 0.0:
            n += 1
    return n


@rule
def next_signaller(terms, sit):  # type: ignore[no-untyped-def]
    """Move the cursor to the next state that may signal; False if there is none this turn.

    Place by place in this turn's order; at each the holder first, then guarantors by number.
    What was signalled there before lapses.
    """
    n_states = sit.states.shape[0]
    while sit.cursor[S_AT] < sit.crisis.shape[0]:
        f = sit.order[sit.cursor[S_AT]]
        if sit.crisis[f, LIVE] == 0:
            holder = holder_at(terms, f)
            if sit.cursor[S_WHO] == 0:
                for state in range(n_states):
                    sit.places[f, state, DECLARED] = 0.0
                    sit.places[f, state, DEPLOYED] = 0.0
            here = threatened(terms, sit, f)
            for place in range(sit.cursor[S_WHO], n_states + 1):
                state = holder if place == 0 else place - 1
                if (
                    here
                    and (place == 0 or promise(terms, sit, f, state, holder) >= 0)
                    and menu_size(terms, sit, f, state) > 1
                ):
                    sit.cursor[S_WHO] = place + 1
                    sit.cursor[NOW] = f
                    sit.cursor[ACTOR] = state
                    return True
        sit.cursor[S_AT] += 1
        sit.cursor[S_WHO] = 0
    return False


# --- what the coming game is worth ---------------------------------------------------------------


@rule
def coalition_chance(game, lanes, e, mask, first, last, lane):  # type: ignore[no-untyped-def]
    """Return the chance that of some exact entrants, `e` apart, those in a coalition are in.

    Those who follow `e` see what it chose, if they decide in order.
    """
    chance = 1.0
    for other in range(first, last):
        if other == e:
            continue
        join = lanes.join[other, predecessors(game, other, mask), lane]
        chance *= join if (mask >> other) & 1 == 1 else 1.0 - join
    return chance


@rule
def member_node(game, lanes, act, answer, e, t, committed):  # type: ignore[no-untyped-def]
    """Return what a guarantor of a given unit expects where the holder gives an answer.

    What moves if it stands aside, then what joining gains and what breaking a recognised duty
    costs, by the chances with which it would choose either.
    """
    row, own = game.entrants[e], game.etypes[e, t]
    lane, n = int(game.nodes[act, answer, N_LANE]), padded(int(game.head[G_NODES]))
    exact = int(game.head[G_EXACT])
    full, bit = (1 << exact) - 1, 1 << e
    beyond = 0.0
    for other in range(exact, int(game.head[G_ENTRANTS])):
        if other != e:
            more = lanes.moved[(full + 1 + other - exact) * n + lane] - lanes.moved[full * n + lane]
            beyond += lanes.join[other, 0, lane] * more
    kept = row[E_STANDING] + (row[E_R] if committed else row[E_R_OPPORTUNIST])
    lam, seen, total = row[E_LAMBDA], lanes.seen[e, lane], 0.0
    steps = seen_before(game, e)
    for before in range(steps):
        reached = coalition_chance(game, lanes, e, before, 0, e, lane) if steps > 1 else 1.0
        aside = beyond
        for mask in range(full + 1):
            if e < exact and mask & bit:
                continue
            if steps > 1 and (mask & (bit - 1)) != before:
                continue
            first = e + 1 if steps > 1 else 0
            chance = coalition_chance(game, lanes, e, mask, first, exact, lane)
            aside += chance * lanes.moved[mask * n + lane]
        share, cost = lanes.to_gain[e, before, 0, lane], lanes.to_gain[e, before, 1, lane]
        gain = own[E_STAKE] * share - own[E_KAPPA] * cost + lanes.fixed[e, lane]
        free = logistic(lam * gain + row[E_LOG_WEIGHT])
        bound = logistic(lam * (gain + kept) + row[E_LOG_WEIGHT])
        joins = (1.0 - seen) * free * gain + seen * (bound * gain - (1.0 - bound) * kept)
        total += reached * (joins - own[E_STAKE] * aside)
    return total


@rule
def act_chance(game, solution, act):  # type: ignore[no-untyped-def]
    """Return the chance of an act, over the challenger's types."""
    total = 0.0
    for i in range(int(game.head[G_TC])):
        total += game.principals[0, i, P_BELIEF] * solution.prob_c[act, i]
    return total


@rule
def answer_chance(game, solution, act, answer):  # type: ignore[no-untyped-def]
    """Return the chance of an answer to an act, over the holder's types."""
    total = 0.0
    for j in range(int(game.head[G_TD])):
        total += game.principals[1, j, P_BELIEF] * solution.prob_d[act, answer, j]
    return total


@rule
def member_worth(game, lanes, solution, e, t, committed):  # type: ignore[no-untyped-def]
    """Return what a solved game from rest is worth to a guarantor of a given unit."""
    stake, total = game.etypes[e, t, E_STAKE], 0.0
    for act in range(1, int(game.head[G_ACTS])):
        moved = min(game.acts[act, A_SLICE], game.head[G_CONTROL])
        value = -answer_chance(game, solution, act, 0) * moved * stake
        for answer in range(1, int(game.acts[act, A_ANSWERS])):
            chance = answer_chance(game, solution, act, answer)
            value += chance * member_node(game, lanes, act, answer, e, t, committed)
        total += act_chance(game, solution, act) * value
    return total


@rule
def add_worth(game, lanes, solution, worth, state, holder, c, kinds, weight):  # type: ignore[no-untyped-def]
    """Add what a solved game from rest is worth to every unit of a state, as the part it has."""
    n_acts = int(game.head[G_ACTS])
    if state == holder:
        for j in range(int(game.head[G_TD])):
            value = 0.0
            for act in range(1, n_acts):
                answered = 0.0
                for answer in range(int(game.acts[act, A_ANSWERS])):
                    p = solution.prob_d[act, answer, j]
                    answered += p * solution.value_d[act, answer, j]
                value += act_chance(game, solution, act) * answered
            for kind in range(kinds):
                worth[j * kinds + kind] += weight * value
    elif state == c:
        for i in range(int(game.head[G_TC])):
            value = 0.0
            for act in range(1, n_acts):
                value += solution.prob_c[act, i] * solution.value_c[act, i]
            for kind in range(kinds):
                worth[i * kinds + kind] += weight * value
    else:
        for e in range(int(game.head[G_ENTRANTS])):
            row = game.entrants[e]
            if int(row[E_STATE]) != state or int(row[E_SIDE]) != HOLDER_SIDE:
                continue
            trust = row[E_TRUST]
            for t in range(int(row[E_TYPES])):
                faithful = member_worth(game, lanes, solution, e, t, True)
                other = member_worth(game, lanes, solution, e, t, False)
                if kinds == 1:
                    worth[t] += weight * (trust * faithful + (1.0 - trust) * other)
                else:
                    worth[t * kinds] += weight * faithful
                    worth[t * kinds + 1] += weight * other


# --- the equilibrium -----------------------------------------------------------------------------


@rule
def stage_quiet(terms, sit, game, f, c, holder):  # type: ignore[no-untyped-def]
    """Stage the game that a challenger of usual motive would play from rest."""
    row = sit.crisis[f]
    row[CHALLENGER], row[HOLDER], row[SWAPPED] = c, holder, 0
    sit.flash[f, MOTIVE], sit.flash[f, ERROR] = 1.0, 0.0
    stage(terms, sit, game, f)


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
        for t in range(game.etypes.shape[1]):
            game.etypes[e, t, E_BELIEF] = solution.signal_post[option, t]
        if int(row[E_SIDE]) == HOLDER_SIDE and int(row[E_TREATY]) == k:
            row[E_TRUST] = solution.signal_trust[option]


@rule
def reply(terms, sit, game, contests, solution, lanes, scratch, memory, f, state, k, x, out, share,
          naming):  # type: ignore[no-untyped-def]  # fmt: skip
    """Solve the game after each signal under given beliefs; write the beliefs that follow.

    Parameters
    ----------
    x, out : numpy.ndarray
        Shape (option * (units - 1),): log of how much likelier each unit is to send each signal
        than the first unit.
    share : float
        Part of its full precision with which the signaller chooses.
    naming : bool
        Only take the games into the hashes of the memory.

    Returns
    -------
    float
        The worst way in which a game was solved.
    """
    holder, options = holder_at(terms, f), menu_size(terms, sit, f, state)
    kinds = 1 if k < 0 else 2
    n = terms.n_types[state] * kinds
    believe_signal(terms, sit, solution, scratch, state, k, x, options, n)
    worth, worst = scratch.signal_worth, 0.0
    for option in range(options):
        kind = kind_of(terms, sit, f, state, option)
        much = amount(terms, sit, f, state, kind)
        fill(worth, 0.0)
        for c in range(terms.roles.shape[1]):
            weight = coming(terms, sit, f, c) if terms.roles[f, c] == 2 else 0.0
            if weight <= 0.0:
                continue
            if kind == TIE:
                sit.places[f, state, DECLARED] = much
            elif kind == DEPLOY:
                sit.places[f, state, DEPLOYED] = much
            stage_quiet(terms, sit, game, f, c, holder)
            sit.places[f, state, DECLARED], sit.places[f, state, DEPLOYED] = 0.0, 0.0
            if naming:
                name_game(game, memory.hashes)
                stir(memory.hashes, weight)
                continue
            put_beliefs(game, solution, state, k, option)
            solve_staged(game, contests, solution, lanes, scratch)
            worst = max(worst, solution.status[S_FALLBACK])
            add_worth(game, lanes, solution, worth, state, holder, c, kinds, weight)
        if naming:
            stir(memory.hashes, float(kind))
            stir(memory.hashes, much)
            continue
        for u in range(n):
            value = worth[u]
            if kind == SINK:
                value -= terms.types[state, u // kinds, KAPPA] * much
            elif kind == DEPLOY:
                value -= scratch.signal_elsewhere[u]
            solution.signal_value[option, u] = value
    if not naming:
        choose_signals(sit, solution, state, options, n, out, share)
    return worst


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
def weigh_elsewhere(terms, sit, game, contests, solution, lanes, scratch, memory, f, state, kinds,
                    naming):  # type: ignore[no-untyped-def]  # fmt: skip
    """Write what forces deployed to a flashpoint are missed for elsewhere.

    Where else the state holds, guarantees or may challenge: what the coming games there are worth
    to it as things stand, less what they are once the forces have gone.
    """
    lost, worth = scratch.signal_elsewhere, scratch.signal_worth
    if not naming:
        fill(lost, 0.0)
    much = amount(terms, sit, f, state, DEPLOY)
    if much <= 0.0:
        return
    for g in range(sit.crisis.shape[0]):
        if g == f or not threatened(terms, sit, g):
            continue
        holder = holder_at(terms, g)
        for c in range(terms.roles.shape[1]):
            weight = coming(terms, sit, g, c) if terms.roles[g, c] == 2 else 0.0
            part_of_it = state == holder or state == c or promise(terms, sit, g, state, holder) >= 0
            if weight <= 0.0 or not part_of_it:
                continue
            for gone in range(2):
                sit.places[f, state, DEPLOYED] = much if gone == 1 else 0.0
                stage_quiet(terms, sit, game, g, c, holder)
                sit.places[f, state, DEPLOYED] = 0.0
                if naming:
                    name_game(game, memory.hashes)
                    stir(memory.hashes, weight)
                    continue
                solve_staged(game, contests, solution, lanes, scratch)
                fill(worth, 0.0)
                add_worth(game, lanes, solution, worth, state, holder, c, kinds, weight)
                for u in range(worth.shape[0]):
                    lost[u] += worth[u] if gone == 0 else -worth[u]


@rule
def converge(terms, sit, game, contests, solution, lanes, scratch, memory, f, state, k, n, share,
             damping, most_steps):  # type: ignore[no-untyped-def]  # fmt: skip
    """Go round from ``scratch.signal_x``, combining past steps as the solver of games does.

    Leaves the best point there and returns its residual.
    """
    x, before, past = scratch.signal_x, scratch.signal_before, scratch.signal_past
    best_x, best_step, step = scratch.signal_best, scratch.signal_best_step, past[1]
    gram, system, weights = scratch.signal_gram, scratch.signal_system, scratch.signal_weights
    fill(past, 0.0)
    best, used, place, most, accepted = 1e300, 0, 0, damping, 0
    for rounds in range(most_steps):
        reply(terms, sit, game, contests, solution, lanes, scratch, memory, f, state, k, x, past[0],
              share, False)  # fmt: skip
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
        if best < TOLERANCE:
            accepted += 1
        if best < FINE or accepted > POLISH:
            break
        for u in range(n):
            before[u] = x[u]
            x[u] += damping * step[u]
        mix(x, past, gram, system, weights, used, n, damping)
    for u in range(n):
        x[u] = best_x[u]
    return best


@rule
def taken_to_deter(terms, sit, game, contests, solution, lanes, scratch, memory, f, state, k, n):  # type: ignore[no-untyped-def]
    """Write the start of the informative branch: signals as if each kept everybody away."""
    x, out = scratch.signal_x, scratch.signal_past[0]
    reply(terms, sit, game, contests, solution, lanes, scratch, memory, f, state, k, x, out, 1.0,
          False)  # fmt: skip
    kinds = 1 if k < 0 else 2
    units, options = terms.n_types[state] * kinds, menu_size(terms, sit, f, state)
    for option in range(1, options):
        kind = kind_of(terms, sit, f, state, option)
        for u in range(units):
            value = 0.0
            if kind == SINK:
                much = amount(terms, sit, f, state, kind)
                value = -terms.types[state, u // kinds, KAPPA] * much
            elif kind == DEPLOY:
                value = -scratch.signal_elsewhere[u]
            solution.signal_value[option, u] = value
    choose_signals(sit, solution, state, options, units, out, 1.0)
    for u in range(n):
        x[u] = out[u]


@rule
def find_equilibrium(terms, sit, game, contests, solution, lanes, scratch, memory, f, state, k):  # type: ignore[no-untyped-def]
    """Find the equilibrium of a signal stage; returns how (fast, by continuation, failed).

    From its start at full precision; where that does not converge, the principal branch is
    followed from zero precision of the signaller, and the informative start is tried once more
    in smaller steps.
    """
    kinds = 1 if k < 0 else 2
    n = menu_size(terms, sit, f, state) * (terms.n_types[state] * kinds - 1)
    informative = terms.rules[BRANCH] == INFORMATIVE
    x = scratch.signal_x
    fill(x, 0.0)
    if informative:
        taken_to_deter(terms, sit, game, contests, solution, lanes, scratch, memory, f, state, k, n)
    done, stride, how = 0.0, 1.0, FAST
    residual = converge(
        terms, sit, game, contests, solution, lanes, scratch, memory, f, state, k, n, 1.0,
        FIRST_DAMPING, FAST_STEPS,
    )  # fmt: skip
    if residual < TOLERANCE:
        done = 1.0
    elif informative:
        how = CONTINUATION
        residual = converge(
            terms, sit, game, contests, solution, lanes, scratch, memory, f, state, k, n, 1.0, 0.2,
            MOST_STEPS,
        )  # fmt: skip
        if residual < TOLERANCE:
            done = 1.0
    else:
        how, stride = CONTINUATION, 0.25
        fill(x, 0.0)
        fill(scratch.signal_trail, 0.0)
        while done < 1.0 and stride >= SHORTEST_STRIDE:
            t = min(1.0, done + stride)
            residual = converge(
                terms, sit, game, contests, solution, lanes, scratch, memory, f, state, k, n, t,
                0.5, MOST_STEPS,
            )  # fmt: skip
            if residual < TOLERANCE:
                done, stride = t, 1.5 * stride
                for u in range(n):
                    scratch.signal_trail[u] = x[u]
            else:
                stride *= 0.4
                for u in range(n):
                    x[u] = scratch.signal_trail[u]
    worst = reply(
        terms, sit, game, contests, solution, lanes, scratch, memory, f, state, k, x,
        scratch.signal_past[0], 1.0, False,
    )  # fmt: skip
    believe_signal(
        terms, sit, solution, scratch, state, k, x, menu_size(terms, sit, f, state),
        terms.n_types[state] * kinds,
    )  # fmt: skip
    if done < 1.0 or worst == FAILED:
        how = FAILED
    return how


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


@rule
def name_stage(terms, sit, game, contests, solution, lanes, scratch, memory, f, state, k):  # type: ignore[no-untyped-def]
    """Write the hashes of a signal stage: of all games that are solved for it, and who signals."""
    hashes = memory.hashes
    begin_name(hashes)
    stir(hashes, float(f))
    stir(hashes, float(state))
    stir(hashes, float(k))
    if k >= 0:
        stir(hashes, sit.trust[k, state, 0] + sit.trust[k, state, 1])
    stir(hashes, sit.states[state, LAMBDA])
    fill(scratch.signal_x, 0.0)
    reply(terms, sit, game, contests, solution, lanes, scratch, memory, f, state, k,
          scratch.signal_x, scratch.signal_past[0], 1.0, True)  # fmt: skip
    weigh_elsewhere(terms, sit, game, contests, solution, lanes, scratch, memory, f, state,
                    1 if k < 0 else 2, True)  # fmt: skip


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


@part
def solve_signal(terms, sit, game, contests, solution, lanes, scratch, memory):  # type: ignore[no-untyped-def]
    """Solve the signal stage of the state at the cursor, or recall its solution."""
    f, state = sit.cursor[NOW], sit.cursor[ACTOR]
    k = promise(terms, sit, f, state, holder_at(terms, f))
    options, types = menu_size(terms, sit, f, state), terms.n_types[state]
    kinds = 1 if k < 0 else 2
    write_prior(terms, sit, state, k, scratch.signal_prior)
    sit.cursor[SOLVES] += 1
    sit.cursor[RECALLED] = 0
    at = -1
    if memory.places.shape[0] > 0:
        name_stage(terms, sit, game, contests, solution, lanes, scratch, memory, f, state, k)
        at = find(memory)
    if at >= 0:
        carry_signals(solution, memory.store, at, options, types * kinds, types, False)
        sit.cursor[REUSES] += 1
    else:
        weigh_elsewhere(
            terms, sit, game, contests, solution, lanes, scratch, memory, f, state, kinds, False
        )
        how = find_equilibrium(
            terms, sit, game, contests, solution, lanes, scratch, memory, f, state, k
        )
        solution.status[S_FALLBACK] = float(how)
        size = solution.status.shape[0] + options * (1 + 2 * types * kinds + types)
        at = room_in(memory, size)
        if at >= 0:
            carry_signals(solution, memory.store, at, options, types * kinds, types, True)
    if solution.status[S_FALLBACK] == CONTINUATION:
        sit.cursor[FALLBACKS] += 1
    elif solution.status[S_FALLBACK] == FAILED:
        sit.cursor[FAILURES] += 1


# --- sending one ---------------------------------------------------------------------------------


@rule
def own_unit(terms, sit, f, state):  # type: ignore[no-untyped-def]
    """Return the unit that a signaller truly is."""
    k = promise(terms, sit, f, state, holder_at(terms, f))
    if k < 0:
        return int(sit.kind[state])
    return 2 * int(sit.kind[state]) + (0 if sit.committed[k, state] == 1 else 1)


@part
def apply_signal(terms, sit, solution, scratch, log, option):  # type: ignore[no-untyped-def]
    """Let a state send a signal; others conclude from it what they can."""
    f, state = sit.cursor[NOW], sit.cursor[ACTOR]
    holder = holder_at(terms, f)
    k = promise(terms, sit, f, state, holder)
    kinds = 1 if k < 0 else 2
    kind = kind_of(terms, sit, f, state, option)
    much = amount(terms, sit, f, state, kind)
    chance = solution.signal_prob[option, own_unit(terms, sit, f, state)]
    record.write(
        sit, log, record.SIGNAL, f, state, holder, kind, k, int(solution.status[S_FALLBACK]),
        chance, much,
    )  # fmt: skip
    if kind == SINK:
        pay(terms, sit, state, much)
    elif kind == TIE:
        sit.places[f, state, DECLARED] = much
    elif kind == DEPLOY:
        sit.places[f, state, DEPLOYED] = much
    likelihood, before = scratch.likelihood, scratch.signal_worth
    trust, if_committed, if_opportunist = 1.0, 0.0, 0.0
    if k >= 0:
        trust = sit.trust[k, state, 0] / (sit.trust[k, state, 0] + sit.trust[k, state, 1])
    for t in range(terms.n_types[state]):
        before[t] = sit.belief[state, t]
        yes = solution.signal_prob[option, t * kinds]
        no = solution.signal_prob[option, t * kinds + kinds - 1]
        likelihood[t] = trust * yes + (1.0 - trust) * no
        if_committed += before[t] * yes
        if_opportunist += before[t] * no
    learn_type(terms, sit, state, likelihood, 1.0)
    most = 0
    for t in range(1, terms.n_types[state]):
        rise = sit.belief[state, t] - before[t]
        if rise > sit.belief[state, most] - before[most]:
            most = t
    if terms.n_types[state] > 1:
        record.write(
            sit, log, record.CONCLUDED, f, state, holder, most, k, 0, before[most],
            sit.belief[state, most],
        )  # fmt: skip
    if k >= 0:
        learn_trust(terms, sit, k, state, if_committed, if_opportunist)
        a, b = sit.trust[k, state, 0], sit.trust[k, state, 1]
        record.write(sit, log, record.CONCLUDED, f, state, holder, -1, k, 0, trust, a / (a + b))
