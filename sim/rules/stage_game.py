"""The stage game at one flashpoint: what each decision is worth, given what is believed.

1. The challenger leaves things be (or stands down), holds, or makes a move.
2. The holder yields, or resists at the same rung or above.
3. Guarantors and partners join or stand aside (recognition first: a chance).
4. The challenger, seeing who came, presses or backs down.
5. If it presses, the contest of `sim.rules.contest` follows.

`respond` takes beliefs about both principals after every act and answer, works backward from
pressing to the challenger's move with everybody choosing by the logit rule, and returns the
beliefs that these choices lead to. A solution is a fixed point: the logit agent quantal response
equilibrium (McKelvey and Palfrey 1998), which `sim.rules.solver` finds.

Every resisting answer to every act is a lane: rows of numbers, one a lane, are worked on
together, so that a machine can do several at once.

ODD 7.7 (docs/odd.md).
"""

from __future__ import annotations

import math

from sim.compiled import rule
from sim.rules.choice import exponential, logistic, padded
from sim.rules.coalition import lay_out_agreed
from sim.rules.contest import at_pair, columns, slot_at
from sim.rules.future import look_ahead, tell_pressing
from sim.rules.lanes import (
    add_columns,
    add_product,
    clear,
    join_chances,
    product,
    repeat,
    scatter,
    spread,
)
from sim.rules.tables import (
    A_ANSWERS,
    A_BREACH,
    A_CLASS,
    A_DIRECT,
    A_HOLD,
    A_LOG_WEIGHT,
    A_RUNG,
    A_SLICE,
    A_STANCE,
    A_TABOO,
    AH_ON,
    BY_STAKE,
    CLIMB_HARM,
    COGNITION,
    COST,
    D_ACTIVE,
    D_BREACH,
    D_POSSIBLE,
    D_RECOGNISED,
    DOUBT,
    E_IN,
    E_KAPPA,
    E_LAMBDA,
    E_LEAVE,
    E_LOG_WEIGHT,
    E_MIX,
    E_POLITICAL,
    E_R,
    E_R_OPPORTUNIST,
    E_SIDE,
    E_STAKE,
    E_STANDING,
    FORCED,
    G_ACTS,
    G_CONTROL,
    G_ENTRANTS,
    G_EXACT,
    G_LAMBDA_C,
    G_LAMBDA_D,
    G_MASK,
    G_MIX_C,
    G_MIX_D,
    G_NODES,
    G_REST,
    G_TC,
    G_TD,
    HARM,
    HOLDER_SIDE,
    INTENSITY,
    MYOPIC,
    N_CLIMB,
    N_CLIMB_FLAT,
    N_HOLDS,
    N_LANE,
    N_RUNG_Q,
    N_STEADY,
    N_VARIANT,
    NU,
    ORDERING,
    P_AUDIENCE,
    P_BELIEF,
    P_DECLARED,
    P_KAPPA,
    P_STAKE,
    PLAIN,
    PRESSING,
    PSI,
    VIOLENT,
)  # fmt: skip


@rule
def slot_of(game, act, answer):  # type: ignore[no-untyped-def]
    """Return the number of the contest that follows an act and a resisting answer (1, 2, 3)."""
    node = game.nodes[act, answer]
    return slot_at(game, int(game.acts[act, A_CLASS]), int(node[N_VARIANT]), int(node[N_RUNG_Q]))


@rule
def predecessors(game, e, mask):  # type: ignore[no-untyped-def]
    """Return the part of a coalition that an entrant has seen decide before it.

    Simultaneously: nobody. In order of stake: entrants are numbered so.
    """
    if game.rules[ORDERING] == BY_STAKE and e < int(game.head[G_EXACT]):
        return mask & ((1 << e) - 1)
    return 0


@rule
def seen_before(game, e):  # type: ignore[no-untyped-def]
    """Return how many coalitions an entrant may see before it decides."""
    return 1 << e if game.rules[ORDERING] == BY_STAKE and e < int(game.head[G_EXACT]) else 1


# --- an entrant's own choice ---------------------------------------------------------------------


@rule
def own_gain(game, solution, act, answer, e, mask, t):  # type: ignore[no-untyped-def]
    """Return what joining gains an entrant of type t, apart from what its treaty makes it lose.

    What it changes in the contest, less what it costs to fight, to stand beside a distant state
    and to breach a pact with the other side.
    """
    row = game.entrants[e]
    own = game.etypes[e, t]
    gain = solution.gain[act, answer, e, mask]
    breach = game.duties[act, answer, e, D_BREACH]
    return own[E_STAKE] * gain[0] - own[E_KAPPA] * gain[1] - row[E_POLITICAL] - breach


@rule
def join_choice(game, solution, act, answer, e, mask, t, committed, recognised):  # type: ignore[no-untyped-def]
    """Return the chance that an entrant of a given private type, asked now, joins (or stays).

    To its own gain comes what it saves by honouring a recognised duty: R, of which an opportunist
    feels a part, and standing. A member that is in pays for leaving.
    """
    row = game.entrants[e]
    value = own_gain(game, solution, act, answer, e, mask, t)
    inside = row[E_IN] == 1.0
    if game.duties[act, answer, e, D_ACTIVE] == 1.0 and (recognised or inside):
        value += row[E_R] if committed else row[E_R_OPPORTUNIST]
        value += row[E_STANDING]
    if inside:
        value += row[E_LEAVE] * game.rungs[int(game.nodes[act, answer, N_RUNG_Q]), INTENSITY]
    return logistic(row[E_LAMBDA] * value + row[E_LOG_WEIGHT])


@rule
def join_chance(game, solution, act, answer, e, mask, t, committed, recognised):  # type: ignore[no-untyped-def]
    """Return the chance that an entrant is in after its turn to choose.

    One that chose before reconsiders with chance rho only; otherwise it stays as it is.
    """
    if game.duties[act, answer, e, D_POSSIBLE] == 0.0:
        return 0.0
    p = join_choice(game, solution, act, answer, e, mask, t, committed, recognised)
    mix = game.entrants[e, E_MIX]
    return 1.0 - mix + mix * p if game.entrants[e, E_IN] == 1.0 else mix * p


# --- lanes ---------------------------------------------------------------------------------------


@rule
def number_lanes(game):  # type: ignore[no-untyped-def]
    """Give every resisting answer a lane."""
    lane = 0
    for act in range(1, int(game.head[G_ACTS])):
        for answer in range(1, int(game.acts[act, A_ANSWERS])):
            game.nodes[act, answer, N_LANE] = lane
            lane += 1
    game.head[G_NODES] = lane


@rule
def lay_out(game, contests, lanes):  # type: ignore[no-untyped-def]
    """Copy what every resisting answer leads to into rows."""
    number_lanes(game)
    tc, td, n_e = int(game.head[G_TC]), int(game.head[G_TD]), int(game.head[G_ENTRANTS])
    m, n = columns(game), padded(int(game.head[G_NODES]))
    looks_ahead = game.ahead[AH_ON] == 1.0
    lane = 0
    for act in range(1, int(game.head[G_ACTS])):
        stance = game.rungs[int(game.acts[act, A_STANCE]), INTENSITY]
        for answer in range(1, int(game.acts[act, A_ANSWERS])):
            node = game.nodes[act, answer]
            slot, rung = slot_of(game, act, answer), int(node[N_RUNG_Q])
            cost = game.rungs[rung, COST]
            for i in range(tc):
                back = -game.principals[0, i, P_AUDIENCE] * stance
                spread(lanes.back[i], back, m, n, lane)
                for j in range(td):
                    at = at_pair(game, i, j)
                    scatter(contests.uc[slot], at, lanes.uc[i, j], m, n, lane)
                    scatter(contests.ud[slot], at, lanes.ud[i, j], m, n, lane)
                    scatter(contests.phi[slot], at, lanes.phi[i, j], m, n, lane)
                    if looks_ahead:
                        scatter(contests.uc[slot], at, lanes.near_c[i, j], m, n, lane)
                        scatter(contests.ud[slot], at, lanes.near_d[i, j], m, n, lane)
                        scatter(contests.over[slot], at, lanes.over[i, j], m, n, lane)
                    for e in range(n_e):
                        scatter(contests.psi[slot, e], at, lanes.psi[e, i, j], m, n, lane)
            for e in range(n_e):
                part, idle = contests.part[rung, 2 + e], lanes.idle[e]
                for column in range(m):
                    idle[column * n + lane] = cost * part[column]
            for j in range(td):
                kappa = game.principals[1, j, P_KAPPA]
                spread(lanes.vain[j], -kappa * cost, m, n, lane)
                lanes.climb[j, lane] = -kappa * node[N_CLIMB] - node[N_CLIMB_FLAT]
            lay_out_duties(game, lanes, act, answer, lane)
            lane += 1
        lay_out_agreed(game, lanes, act, m, n)


@rule
def lay_out_duties(game, lanes, act, answer, lane):  # type: ignore[no-untyped-def]
    """Copy what each entrant is asked at an answer."""
    iota = game.rungs[int(game.nodes[act, answer, N_RUNG_Q]), INTENSITY]
    for e in range(int(game.head[G_ENTRANTS])):
        row, duty = game.entrants[e], game.duties[act, answer, e]
        fixed, seen = -row[E_POLITICAL] - duty[D_BREACH], 0.0
        inside = row[E_IN] == 1.0
        if inside:
            fixed += row[E_LEAVE] * iota
        if duty[D_ACTIVE] == 1.0:
            seen = 1.0 if inside else duty[D_RECOGNISED]
        lanes.possible[e, lane] = duty[D_POSSIBLE]
        lanes.fixed[e, lane] = fixed
        lanes.seen[e, lane] = seen


# --- beliefs and choices -------------------------------------------------------------------------


@rule
def acts_room(game):  # type: ignore[no-untyped-def]
    """Return where in the unknowns those of answers begin, behind those of acts."""
    return int(game.head[G_ACTS]) * (int(game.head[G_TC]) - 1)


@rule
def ahead_room(game):  # type: ignore[no-untyped-def]
    """Return where in the unknowns those begin that only the future asks for."""
    rows = int(game.head[G_TD]) - 1
    rows += unknown_gains(game) * 2
    return acts_room(game) + rows * int(game.head[G_NODES])


@rule
def unknowns(game):  # type: ignore[no-untyped-def]
    """Return the number of unknowns of a game that is laid out."""
    n = ahead_room(game)
    if game.ahead[AH_ON] == 1.0:
        n += (int(game.head[G_TD]) - 1) * (int(game.head[G_ACTS]) - 1)
        n += (int(game.head[G_TC]) - 1) * 2 * int(game.head[G_NODES])
    return n


@rule
def believe(game, lanes, x):  # type: ignore[no-untyped-def]
    """Turn log-likelihood ratios of acts and answers into beliefs, and unpack gains.

    Parameters
    ----------
    x : numpy.ndarray
        For every act, by the challenger's types from the second on, the log of how much likelier
        it is than for the first; a row of the same for each of the holder's types from the second
        on, over resisting answers; then rows of gains of joining times precision, by
        entrant for which they are unknown (`unknown_gains`) and part. With foresight those of
        `look_ahead` follow.
    """
    tc, td = int(game.head[G_TC]), int(game.head[G_TD])
    n = int(game.head[G_NODES])
    myopic = game.rules[COGNITION] == MYOPIC
    post, b, b_act, lane = lanes.post, lanes.b, lanes.b_act, 0
    for act in range(int(game.head[G_ACTS])):
        top, total = 0.0, 0.0
        for i in range(tc):
            post[i] = 0.0 if i == 0 or myopic else x[act * (tc - 1) + i - 1]
            top = max(top, post[i])
        for i in range(tc):
            post[i] = game.principals[0, i, P_BELIEF] * exponential(post[i] - top)
            total += post[i]
        for i in range(tc):
            post[i] = post[i] / total if total > 0.0 else game.principals[0, i, P_BELIEF]
            b_act[act, i] = post[i]
        if act > 0:
            for _ in range(1, int(game.acts[act, A_ANSWERS])):
                for i in range(tc):
                    b[i, lane] = post[i]
                lane += 1
    at = acts_room(game)
    posteriors(game, lanes, x, at, n, myopic)
    at += (td - 1) * n
    for e in range(unknown_gains(game)):
        lam = game.entrants[e, E_LAMBDA]
        scale = 1.0 / lam if lam > 0.0 else 0.0
        for item in range(2):
            gain = lanes.gain[e, 0, item]
            for k in range(n):
                gain[k] = x[at + k] * scale
            at += n
    # beliefs are the same whoever comes
    m, n = columns(game), padded(n)
    for i in range(tc):
        repeat(lanes.b[i], m, n)
    for j in range(td):
        repeat(lanes.g[j], m, n)


@rule
def posteriors(game, lanes, x, at, n, myopic):  # type: ignore[no-untyped-def]
    """Write beliefs about d after every answer; `at` is where their unknowns begin."""
    td = int(game.head[G_TD])
    if myopic or td == 1:
        for j in range(td):
            g = lanes.g[j]
            for k in range(n):
                g[k] = game.principals[1, j, P_BELIEF]
        return
    top, total = lanes.both, lanes.stays
    for k in range(n):
        top[k] = x[at + k] if x[at + k] > 0.0 else 0.0
    for j in range(2, td):
        row = at + (j - 1) * n
        for k in range(n):
            top[k] = x[row + k] if x[row + k] > top[k] else top[k]
    for j in range(td):
        g, prior, row = lanes.g[j], game.principals[1, j, P_BELIEF], at + (j - 1) * n
        if j == 0:
            for k in range(n):
                g[k] = prior * exponential(-top[k])
                total[k] = g[k]
        else:
            for k in range(n):
                g[k] = prior * exponential(x[row + k] - top[k])
                total[k] += g[k]
    for j in range(td):
        g = lanes.g[j]
        for k in range(n):
            g[k] = g[k] / total[k]


@rule
def choose_acts(game, solution, out):  # type: ignore[no-untyped-def]
    """Turn the values of c's acts into chances, and those into what acts tell about c.

    In a live crisis c reconsiders only with chance rho; otherwise it holds. What acts tell is
    formed from logs of chances, so that even an act nobody would choose tells something.
    """
    n, tc = int(game.head[G_ACTS]), int(game.head[G_TC])
    lam, mix = game.head[G_LAMBDA_C], game.head[G_MIX_C]
    acts, values, probs, logs = game.acts, solution.value_c, solution.prob_c, solution.post_c
    for i in range(tc):
        best = -1e300
        for a in range(n):
            best = max(best, acts[a, A_LOG_WEIGHT] + lam * values[a, i])
        total = 0.0
        for a in range(n):
            p = exponential(acts[a, A_LOG_WEIGHT] + lam * values[a, i] - best)
            probs[a, i] = p
            total += p
        norm, share = best + math.log(total), 1.0 / total
        for a in range(n):
            z = acts[a, A_LOG_WEIGHT] + lam * values[a, i] - norm
            p = probs[a, i] * share
            probs[a, i] = p
            if mix < 1.0 and acts[a, A_HOLD] == 1.0:
                z = math.log(1.0 - mix + mix * p)
            if i == 0:
                logs[a, 0] = z
            else:
                out[a * (tc - 1) + i - 1] = z - logs[a, 0]


@rule
def choose_answers(game, solution, act, out, n):  # type: ignore[no-untyped-def]
    """Turn the values of d's answers to an act into chances, and what answers tell about d."""
    answers, td = int(game.acts[act, A_ANSWERS]), int(game.head[G_TD])
    lam = game.head[G_LAMBDA_D]
    values, probs, logs = solution.value_d[act], solution.prob_d[act], solution.post_d[act]
    # a holder asked anew by a new act always answers; otherwise it reconsiders with chance rho
    mix = game.head[G_MIX_D] if game.acts[act, A_HOLD] == 1.0 else 1.0
    first = acts_room(game) + int(game.nodes[act, 1, N_LANE])
    yields = ahead_room(game) + (act - 1) * (td - 1)
    looks_ahead = game.ahead[AH_ON] == 1.0
    for j in range(td):
        best = -1e300
        for k in range(answers):
            best = max(best, lam * values[k, j])
        total = 0.0
        for k in range(answers):
            probs[k, j] = exponential(lam * values[k, j] - best)
            total += probs[k, j]
        norm, share = best + math.log(total), mix / total
        for k in range(answers):
            z = lam * values[k, j] - norm
            p = share * probs[k, j]
            if mix < 1.0 and k > 0 and game.nodes[act, k, N_HOLDS] == 1.0:
                p += 1.0 - mix
                z = math.log(p)
            probs[k, j] = p
            if k == 0:
                if looks_ahead:
                    if j == 0:
                        logs[0, 0] = z
                    else:
                        out[yields + j - 1] = z - logs[0, 0]
                continue
            if j == 0:
                logs[k, 0] = z
            else:
                out[first + (j - 1) * n + k - 1] = z - logs[k, 0]


# --- working backward ----------------------------------------------------------------------------


@rule
def pressing(game, lanes, n):  # type: ignore[no-untyped-def]
    """Write the chance that each type of c presses on, seeing who came.

    Where pressing is forced, an act that is resisted leads on whatever c would rather do.
    """
    tc, td = int(game.head[G_TC]), int(game.head[G_TD])
    lam = game.head[G_LAMBDA_C]
    whole = columns(game) * n
    for i in range(tc):
        worth, w, back = lanes.worth[i], lanes.w[i], lanes.back[i]
        product(worth, lanes.g[0], lanes.uc[i, 0], whole)
        for j in range(1, td):
            add_product(worth, lanes.g[j], lanes.uc[i, j], whole)
        if game.rules[PRESSING] == FORCED:
            for k in range(whole):
                w[k] = 1.0
            continue
        for k in range(whole):
            w[k] = logistic(lam * (worth[k] - back[k]))
    # where nothing changed this turn, the contest simply goes on
    at = int(game.head[G_MASK]) * n
    for act in range(1, int(game.head[G_ACTS])):
        for answer in range(1, int(game.acts[act, A_ANSWERS])):
            if game.nodes[act, answer, N_STEADY] == 1.0:
                for i in range(tc):
                    lanes.w[i, at + int(game.nodes[act, answer, N_LANE])] = 1.0


@rule
def burdens(game, lanes, n):  # type: ignore[no-untyped-def]
    """Write the share expected to change hands and what members are expected to pay.

    A member pays for coming even if the challenger backs down.
    """
    tc, td, n_e = int(game.head[G_TC]), int(game.head[G_TD]), int(game.head[G_ENTRANTS])
    whole = columns(game) * n
    pressed, both, stays, moved = lanes.pressed, lanes.both, lanes.stays, lanes.moved
    for k in range(whole):
        stays[k] = 1.0
    for i in range(tc):
        product(pressed, lanes.w[i], lanes.b[i], whole)
        for k in range(whole):
            stays[k] -= pressed[k]
        for j in range(td):
            product(both, pressed, lanes.g[j], whole)
            if i == 0 and j == 0:
                product(moved, both, lanes.phi[i, j], whole)
                for e in range(n_e):
                    product(lanes.burden[e], both, lanes.psi[e, i, j], whole)
            else:
                add_product(moved, both, lanes.phi[i, j], whole)
                for e in range(n_e):
                    add_product(lanes.burden[e], both, lanes.psi[e, i, j], whole)
    for e in range(n_e):
        add_product(lanes.burden[e], stays, lanes.idle[e], whole)


@rule
def unknown_gains(game):  # type: ignore[no-untyped-def]
    """Return of how many entrants, the first ones, what joining gains is unknown.

    Nothing is unknown of one that is alone, or where each sees those before it and reckons with
    those behind it. Entrants beyond the exact ones are additions to the fullest coalition, whatever
    others do.
    """
    exact = int(game.head[G_EXACT])
    return 0 if exact < 2 or game.rules[ORDERING] == BY_STAKE else exact


@rule
def join_together(game, lanes, n):  # type: ignore[no-untyped-def]
    """Write what joining gains each entrant, the chance that it is in, and that of coalitions."""
    known, n_e = unknown_gains(game), int(game.head[G_ENTRANTS])
    for e in range(known):
        joining(game, lanes, lanes.gain, e, n)
    if known > 0:
        coalitions(game, lanes, n)
    elif int(game.head[G_EXACT]) == 1:
        # with nobody else to reckon with, joining follows from beliefs alone
        for k in range(n):
            lanes.chance[k], lanes.chance[n + k] = 1.0, 0.0
    # the last first: where each sees those before it, it reckons with those behind it
    for e in range(n_e - 1, -1, -1):
        gains(game, lanes, e, n)
        if e >= known:
            joining(game, lanes, lanes.to_gain, e, n)
    if known == 0:
        coalitions(game, lanes, n)
    add_further(game, lanes, n)


@rule
def joining(game, lanes, gain, e, n):  # type: ignore[no-untyped-def]
    """Write the chance that an entrant is in, as others see it, given gains of joining.

    Its choice averaged over its types, over whether its duty is recognised, and over whether it
    is committed.
    """
    row = game.entrants[e]
    # what keeping faith saves: R, of which an opportunist feels a part, and standing
    kept, kept_opportunist = row[E_R] + row[E_STANDING], row[E_R_OPPORTUNIST] + row[E_STANDING]
    mix = row[E_MIX]
    held = 1.0 - mix if row[E_IN] == 1.0 else 0.0
    possible = lanes.possible[e]
    for before in range(seen_before(game, e)):
        join = lanes.join[e, before]
        join_chances(game, lanes, gain, e, before, kept, kept_opportunist, n)
        for k in range(n):
            join[k] = possible[k] * (held + mix * join[k])


@rule
def coalitions(game, lanes, n):  # type: ignore[no-untyped-def]
    """Write the chance of every coalition of the exact entrants."""
    chance = lanes.chance
    for k in range(n):
        chance[k] = 1.0
    for e in range(int(game.head[G_EXACT])):
        for mask in range(1 << e):
            join = lanes.join[e, predecessors(game, e, mask)]
            without, with_it = mask * n, (mask | (1 << e)) * n
            for k in range(n):
                p = chance[without + k]
                chance[with_it + k] = p * join[k]
                chance[without + k] = p * (1.0 - join[k])


@rule
def add_further(game, lanes, n):  # type: ignore[no-untyped-def]
    """Write the chance of each further entrant, an addition to the fullest coalition.

    The last row is the weight of the fullest coalition, less what is counted beyond it.
    """
    exact, chance = int(game.head[G_EXACT]), lanes.chance
    full = (1 << exact) - 1
    weight, fullest = columns(game) * n, full * n
    for k in range(n):
        chance[weight + k] = chance[fullest + k]
    for e in range(exact, int(game.head[G_ENTRANTS])):
        beyond, join = (full + 1 + e - exact) * n, lanes.join[e, 0]
        for k in range(n):
            chance[beyond + k] = join[k]
            chance[weight + k] -= join[k]


@rule
def coalition_rest(game, lanes, mask, first, into, n):  # type: ignore[no-untyped-def]
    """Write the chance that of the exact entrants from `first` on those in a coalition join."""
    for k in range(n):
        into[k] = 1.0
    for e in range(first, int(game.head[G_EXACT])):
        join = lanes.join[e, predecessors(game, e, mask)]
        if (mask >> e) & 1 == 1:
            for k in range(n):
                into[k] *= join[k]
        else:
            for k in range(n):
                into[k] *= 1.0 - join[k]


@rule
def gains(game, lanes, e, n):  # type: ignore[no-untyped-def]
    """Write what joining gains an entrant, over what the others do."""
    exact = int(game.head[G_EXACT])
    full = (1 << exact) - 1
    by_stake = game.rules[ORDERING] == BY_STAKE
    with_it, without, chance, moved = lanes.both, lanes.stays, lanes.chance, lanes.moved
    sign = -1.0 if int(game.entrants[e, E_SIDE]) == HOLDER_SIDE else 1.0
    burden = lanes.burden[e]
    if e >= exact:
        extra, fullest = (full + 1 + e - exact) * n, full * n
        stake, cost = lanes.to_gain[e, 0, 0], lanes.to_gain[e, 0, 1]
        for k in range(n):
            stake[k] = sign * (moved[extra + k] - moved[fullest + k])
            cost[k] = burden[extra + k]
        return
    bit = 1 << e
    for before in range(seen_before(game, e)):
        stake, cost = lanes.to_gain[e, before, 0], lanes.to_gain[e, before, 1]
        clear(stake, n)
        clear(cost, n)
        for mask in range(full + 1):
            if mask & bit or (by_stake and (mask & (bit - 1)) != before):
                continue
            aside, joined = mask * n, (mask | bit) * n
            if by_stake:
                # those who follow see what e chose
                coalition_rest(game, lanes, mask | bit, e + 1, with_it, n)
                coalition_rest(game, lanes, mask, e + 1, without, n)
                for k in range(n):
                    stake[k] += sign * (
                        with_it[k] * moved[joined + k] - without[k] * moved[aside + k]
                    )
                    cost[k] += with_it[k] * burden[joined + k]
            else:
                for k in range(n):
                    p = chance[aside + k] + chance[joined + k]
                    stake[k] += sign * p * (moved[joined + k] - moved[aside + k])
                    cost[k] += p * burden[joined + k]


@rule
def resisting(game, lanes, n):  # type: ignore[no-untyped-def]
    """Write what a resisting answer is worth to each pair of types (c), to each type (d)."""
    tc, td = int(game.head[G_TC]), int(game.head[G_TD])
    m = columns(game)
    whole = m * n
    fullest = ((1 << int(game.head[G_EXACT])) - 1) * n
    chance, each = lanes.chance, lanes.both
    # the weight of the fullest coalition takes the place of its chance
    for k in range(n):
        chance[fullest + k] = chance[whole + k]
    for i in range(tc):
        w, back = lanes.w[i], lanes.back[i]
        for j in range(td):
            uc = lanes.uc[i, j]
            for k in range(whole):
                each[k] = chance[k] * (w[k] * uc[k] + (1.0 - w[k]) * back[k])
            add_columns(lanes.to_c[i, j], each, m, n)
    for j in range(td):
        vain, total = lanes.vain[j], lanes.stays
        for i in range(tc):
            w, b, ud = lanes.w[i], lanes.b[i], lanes.ud[i, j]
            if i == 0:
                for k in range(whole):
                    total[k] = b[k] * (w[k] * ud[k] + (1.0 - w[k]) * vain[k])
            else:
                for k in range(whole):
                    total[k] += b[k] * (w[k] * ud[k] + (1.0 - w[k]) * vain[k])
        product(each, chance, total, whole)
        add_columns(lanes.to_d[j], each, m, n)


@rule
def alone(game, contests, act, i, j, whose):  # type: ignore[no-untyped-def]
    """Return the value of the contest at the act's own rung with nobody joining, to c or to d.

    It is what follows when the challenger presses although the holder yielded.
    """
    slot = slot_at(game, int(game.acts[act, A_CLASS]), PLAIN, int(game.acts[act, A_RUNG]))
    at = at_pair(game, i, j)
    return contests.uc[slot, at] if whose == 0 else contests.ud[slot, at]


@rule
def value_answers(game, contests, lanes, solution, act):  # type: ignore[no-untyped-def]
    """Write what d's answers to an act are worth."""
    tc = int(game.head[G_TC])
    row = game.acts[act]
    rung = int(row[A_RUNG])
    iota = game.rungs[rung, INTENSITY]
    x_y = min(row[A_SLICE], game.head[G_CONTROL])
    doubt = game.rules[DOUBT]
    # a violent act is done before it is answered: the holder bears it whatever it answers
    done = 0.0
    if game.rungs[rung, VIOLENT] == 1.0 and row[A_HOLD] == 0.0:
        done = game.rules[CLIMB_HARM] * game.rungs[rung, HARM]
    values, to_d, climb, first = solution.value_d[act], lanes.to_d, lanes.climb, 0
    if int(row[A_ANSWERS]) > 1:
        first = int(game.nodes[act, 1, N_LANE])
    for j in range(int(game.head[G_TD])):
        d = game.principals[1, j]
        value = -x_y * d[P_STAKE] - game.rules[NU] * d[P_STAKE] * iota
        value -= game.rules[PSI] * (d[P_AUDIENCE] + d[P_DECLARED]) * iota
        if doubt > 0.0:
            for i in range(tc):
                value += doubt * lanes.b_act[act, i] * alone(game, contests, act, i, j, 1)
        if game.ahead[AH_ON] == 1.0:
            value += lanes.calm_d[act, j]
        values[0, j] = value - d[P_KAPPA] * done
        for answer in range(1, int(row[A_ANSWERS])):
            value = climb[j, first + answer - 1] + to_d[j, first + answer - 1]
            values[answer, j] = value - d[P_KAPPA] * done


@rule
def value_act(game, contests, lanes, solution, act):  # type: ignore[no-untyped-def]
    """Write what an act is worth to c, over the holder's types and answers."""
    row = game.acts[act]
    x_y = min(row[A_SLICE], game.head[G_CONTROL])
    doubt = game.rules[DOUBT]
    probs, to_c, first = solution.prob_d[act], lanes.to_c, 0
    if int(row[A_ANSWERS]) > 1:
        first = int(game.nodes[act, 1, N_LANE])
    for i in range(int(game.head[G_TC])):
        c = game.principals[0, i]
        value = -c[P_KAPPA] * row[A_DIRECT] - row[A_TABOO] - row[A_BREACH]
        for j in range(int(game.head[G_TD])):
            belief = game.principals[1, j, P_BELIEF]
            yielded = x_y * c[P_STAKE]
            if game.ahead[AH_ON] == 1.0:
                yielded += lanes.calm_c[act, i]
            if doubt > 0.0:
                yielded += doubt * alone(game, contests, act, i, j, 0)
            value += belief * probs[0, j] * yielded
            for answer in range(1, int(row[A_ANSWERS])):
                value += belief * probs[answer, j] * to_c[i, j, first + answer - 1]
        solution.value_c[act, i] = value


@rule
def respond(game, contests, solution, lanes, x, out):  # type: ignore[no-untyped-def]
    """Work backward under given beliefs; write the beliefs that follow.

    Parameters
    ----------
    game : Game
    contests : Contests
        Valued (`value_contests`) and laid out (`lay_out`).
    solution : Solution
        Values and chances are written.
    lanes : Lanes
    x, out : numpy.ndarray
        Shape (unknowns,): see `believe`.
    """
    nodes = int(game.head[G_NODES])
    n = padded(nodes)
    n_acts, tc, td = int(game.head[G_ACTS]), int(game.head[G_TC]), int(game.head[G_TD])
    looks_ahead = game.ahead[AH_ON] == 1.0
    believe(game, lanes, x)
    if looks_ahead:
        look_ahead(game, lanes, x, ahead_room(game))
    pressing(game, lanes, n)
    burdens(game, lanes, n)
    join_together(game, lanes, n)
    if looks_ahead:
        tell_pressing(game, lanes, n)
    resisting(game, lanes, n)
    for i in range(tc):
        solution.value_c[0, i] = game.head[G_REST] * game.principals[0, i, P_AUDIENCE]
    if looks_ahead:
        for i in range(tc):
            solution.value_c[0, i] += lanes.rest_c[i]
        for j in range(td):
            solution.value_d[0, 0, j] = lanes.rest_d[j]
    for act in range(1, n_acts):
        value_answers(game, contests, lanes, solution, act)
        choose_answers(game, solution, act, out, nodes)
        value_act(game, contests, lanes, solution, act)
    choose_acts(game, solution, out)
    at = acts_room(game) + (td - 1) * nodes
    for e in range(unknown_gains(game)):
        lam = game.entrants[e, E_LAMBDA]
        for item in range(2):
            gain = lanes.to_gain[e, 0, item]
            for k in range(nodes):
                out[at + k] = gain[k] * lam
            at += nodes
    if looks_ahead:
        # what yielding tells is written with the answers
        at += (td - 1) * (n_acts - 1)
        for did in range(2):
            for i in range(1, tc):
                for k in range(nodes):
                    out[at + k] = lanes.tells[did, i, k] - lanes.tells[did, 0, k]
                at += nodes


@rule
def settle(game, solution, lanes):  # type: ignore[no-untyped-def]
    """Write beliefs, gains and the worth of pressing, which later decisions of the turn read."""
    n = padded(int(game.head[G_NODES]))
    tc, td = int(game.head[G_TC]), int(game.head[G_TD])
    looks_ahead = game.ahead[AH_ON] == 1.0
    for act in range(int(game.head[G_ACTS])):
        for i in range(tc):
            solution.post_c[act, i] = lanes.b_act[act, i]
        if act == 0:
            continue
        for answer in range(1, int(game.acts[act, A_ANSWERS])):
            lane = int(game.nodes[act, answer, N_LANE])
            for j in range(td):
                solution.post_d[act, answer, j] = lanes.g[j, lane]
            for column in range(columns(game)):
                for i in range(tc):
                    worth = lanes.worth[i, column * n + lane]
                    if looks_ahead:
                        # against backing down for nothing but the audience
                        stance = game.rungs[int(game.acts[act, A_STANCE]), INTENSITY]
                        worth -= lanes.back[i, column * n + lane]
                        worth -= game.principals[0, i, P_AUDIENCE] * stance
                    solution.worth[act, answer, column, i] = worth
            for e in range(int(game.head[G_ENTRANTS])):
                for before in range(seen_before(game, e)):
                    for item in range(2):
                        gain = lanes.to_gain[e, before, item, lane]
                        solution.gain[act, answer, e, before, item] = gain
