"""The stage game at one flashpoint: what each decision is worth, given how others decide.

1. The challenger leaves things be (or stands down), holds, or makes a move.
2. The holder yields, or resists at the same rung or above.
3. Guarantors and partners join or stand aside (recognition first: a chance).
4. The challenger, seeing who came, presses or backs down.
5. If it presses, the contest of `sim.rules.contest` follows.

`respond` takes the value of every decision as it stands in a `Solution`, lets everybody choose
by the logit rule with Bayes' posteriors, and returns what the decisions are then worth. A
solution is a fixed point: the logit agent quantal response equilibrium (McKelvey and Palfrey
1998), which `sim.rules.solver` finds.
"""

from __future__ import annotations

import math

from sim.compiled import rule
from sim.rules.choice import bounded_exp, logistic
from sim.rules.contest import columns, on_holder_side, plain_strength
from sim.rules.tables import (
    A_ANSWERS, A_BREACH, A_CLASS, A_DIRECT, A_HOLD, A_LOG_WEIGHT, A_RUNG, A_SLICE, A_STANCE, A_TABOO, BY_STAKE,
    CLIMB_HARM, COGNITION, COST, D_ACTIVE, D_BREACH, D_POSSIBLE, D_RECOGNISED, DOUBT, E_BELIEF,
    E_IN, E_KAPPA, E_LAMBDA, E_LEAVE, E_MIX, E_POLITICAL, E_R, E_R_OPPORTUNIST, E_SIDE, E_STAKE,
    E_STANDING, E_TRUST, E_TYPES, G_ACTS, G_CONTROL, G_ENTRANTS, G_EXACT, G_LAMBDA_C, G_LAMBDA_D,
    G_MASK, G_MIX_C, G_MIX_D, G_REST, G_TC, G_TD, HARM, HOLDER_SIDE, INTENSITY, MYOPIC, N_CLIMB,
    N_CLIMB_FLAT, N_HOLDS, N_RUNG_Q, N_STEADY, N_VARIANT, NU, ORDERING, P_AUDIENCE, P_BELIEF,
    P_KAPPA, P_STAKE, PSI, VIOLENT,
)  # fmt: skip


@rule
def slot_of(game, act, answer):  # type: ignore[no-untyped-def]
    """Return the number of the contest that follows an act and a resisting answer (1, 2, 3)."""
    n_rungs = game.rungs.shape[0]
    klass = int(game.acts[act, A_CLASS])
    node = game.nodes[act, answer]
    return (klass * 3 + int(node[N_VARIANT])) * n_rungs + int(node[N_RUNG_Q])


@rule
def choose_acts(game, solution):  # type: ignore[no-untyped-def]
    """Turn the values of c's acts into chances, and those into beliefs about c after each act.

    In a live crisis c reconsiders only with chance rho; otherwise it holds. Posteriors are formed
    from log-probability differences, so that even an act nobody would choose has one.
    """
    n, tc = int(game.head[G_ACTS]), int(game.head[G_TC])
    lam, mix = game.head[G_LAMBDA_C], game.head[G_MIX_C]
    myopic = game.rules[COGNITION] == MYOPIC
    for i in range(tc):
        best = -1e300
        for a in range(n):
            z = game.acts[a, A_LOG_WEIGHT] + lam * solution.value_c[a, i]
            solution.prob_c[a, i] = z
            best = max(best, z)
        total = 0.0
        for a in range(n):
            total += bounded_exp(solution.prob_c[a, i] - best)
        norm = best + math.log(total)
        for a in range(n):
            # log of the chance, for the posterior below
            solution.prob_c[a, i] -= norm
    for a in range(n):
        top = -1e300
        holds = mix < 1.0 and game.acts[a, A_HOLD] == 1.0
        for i in range(tc):
            z = solution.prob_c[a, i]
            if holds:
                z = math.log(1.0 - mix + mix * bounded_exp(z))
            solution.post_c[a, i] = z
            top = max(top, z)
        total = 0.0
        for i in range(tc):
            likelihood = 1.0 if myopic else bounded_exp(solution.post_c[a, i] - top)
            solution.post_c[a, i] = game.principals[0, i, P_BELIEF] * likelihood
            total += solution.post_c[a, i]
        for i in range(tc):
            if total > 0.0:
                solution.post_c[a, i] /= total
            else:
                solution.post_c[a, i] = game.principals[0, i, P_BELIEF]
            solution.prob_c[a, i] = bounded_exp(solution.prob_c[a, i])


@rule
def choose_answers(game, solution, act):  # type: ignore[no-untyped-def]
    """Turn the values of d's answers to an act into chances and beliefs about d."""
    n, td = int(game.acts[act, A_ANSWERS]), int(game.head[G_TD])
    lam, mix = game.head[G_LAMBDA_D], game.head[G_MIX_D]
    myopic = game.rules[COGNITION] == MYOPIC
    for j in range(td):
        best = -1e300
        for k in range(n):
            best = max(best, lam * solution.value_d[act, k, j])
        total = 0.0
        for k in range(n):
            total += bounded_exp(lam * solution.value_d[act, k, j] - best)
        norm = best + math.log(total)
        for k in range(n):
            solution.prob_d[act, k, j] = lam * solution.value_d[act, k, j] - norm
    for k in range(n):
        top = -1e300
        holds = mix < 1.0 and k > 0 and game.nodes[act, k, N_HOLDS] == 1.0
        for j in range(td):
            z = solution.prob_d[act, k, j]
            if holds:
                z = math.log(1.0 - mix + mix * bounded_exp(z))
            solution.post_d[act, k, j] = z
            top = max(top, z)
        total = 0.0
        for j in range(td):
            likelihood = 1.0 if myopic else bounded_exp(solution.post_d[act, k, j] - top)
            solution.post_d[act, k, j] = game.principals[1, j, P_BELIEF] * likelihood
            total += solution.post_d[act, k, j]
        for j in range(td):
            if total > 0.0:
                solution.post_d[act, k, j] /= total
            else:
                solution.post_d[act, k, j] = game.principals[1, j, P_BELIEF]
            p = mix * bounded_exp(solution.prob_d[act, k, j])
            if mix < 1.0 and k > 0 and game.nodes[act, k, N_HOLDS] == 1.0:
                p += 1.0 - mix
            solution.prob_d[act, k, j] = p


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
    return logistic(row[E_LAMBDA] * value)


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


@rule
def average_join(game, solution, act, answer, e, mask):  # type: ignore[no-untyped-def]
    """Return the chance that an entrant joins, as others see it: over types and recognition."""
    row = game.entrants[e]
    seen = game.duties[act, answer, e, D_RECOGNISED]
    total = 0.0
    for t in range(int(row[E_TYPES])):
        belief = game.etypes[e, t, E_BELIEF]
        if belief == 0.0:
            continue
        for recognised in range(2):
            chance = seen if recognised == 1 else 1.0 - seen
            if chance == 0.0:
                continue
            for committed in range(2):
                trust = row[E_TRUST] if committed == 1 else 1.0 - row[E_TRUST]
                if trust == 0.0:
                    continue
                total += belief * chance * trust * join_chance(
                    game, solution, act, answer, e, mask, t, committed == 1, recognised == 1
                )
    return total


@rule
def predecessors(game, e, mask):  # type: ignore[no-untyped-def]
    """Return the part of a coalition that an entrant has seen decide before it.

    Simultaneously: nobody. In order of stake: entrants are numbered so.
    """
    if game.rules[ORDERING] == BY_STAKE:
        return mask & ((1 << e) - 1)
    return 0


@rule
def coalition_chance(game, solution, act, answer, mask, first, without):  # type: ignore[no-untyped-def]
    """Return the chance of a coalition of the exact entrants from `first` on.

    `without` leaves one entrant's own choice out of the product (-1: nobody's).
    """
    chance = 1.0
    for e in range(first, int(game.head[G_EXACT])):
        if e == without:
            continue
        p = solution.join[act, answer, e, predecessors(game, e, mask)]
        chance *= p if (mask >> e) & 1 == 1 else 1.0 - p
    return chance


@rule
def respond(game, solution, to_c, to_d, to_gain):  # type: ignore[no-untyped-def]
    """Let everybody choose once, and write what every decision is then worth.

    Parameters
    ----------
    game : Game
    solution : Solution
        Its ``value_c``, ``value_d`` and ``gain`` are read; chances, posteriors, ``press`` and
        ``join`` are written.
    to_c, to_d, to_gain : numpy.ndarray
        Shapes of those three; where the new values go.
    """
    choose_acts(game, solution)
    tc, td = int(game.head[G_TC]), int(game.head[G_TD])
    for i in range(tc):
        to_c[0, i] = game.head[G_REST] * game.principals[0, i, P_AUDIENCE]
    for act in range(1, int(game.head[G_ACTS])):
        choose_answers(game, solution, act)
        row = game.acts[act]
        rung = int(row[A_RUNG])
        iota = game.rungs[rung, INTENSITY]
        x_y = min(row[A_SLICE], game.head[G_CONTROL])
        for i in range(tc):
            c = game.principals[0, i]
            to_c[act, i] = -c[P_KAPPA] * row[A_DIRECT] - row[A_TABOO] - row[A_BREACH]
            for j in range(td):
                weight = game.principals[1, j, P_BELIEF] * solution.prob_d[act, 0, j]
                to_c[act, i] += weight * (
                    x_y * c[P_STAKE] + game.rules[DOUBT] * alone(game, solution, act, i, j, 0)
                )
        for j in range(td):
            d = game.principals[1, j]
            fear = 0.0
            for i in range(tc):
                fear += solution.post_c[act, i] * alone(game, solution, act, i, j, 1)
            to_d[act, 0, j] = (
                -x_y * d[P_STAKE]
                - game.rules[NU] * d[P_STAKE] * iota
                - game.rules[PSI] * d[P_AUDIENCE] * iota
                + game.rules[DOUBT] * fear
            )
        for answer in range(1, int(row[A_ANSWERS])):
            respond_at(game, solution, act, answer, to_c, to_d, to_gain)
        if game.rungs[rung, VIOLENT] == 1.0 and row[A_HOLD] == 0.0:
            # done before it is answered: the holder bears it whatever it answers
            for answer in range(int(row[A_ANSWERS])):
                for j in range(td):
                    to_d[act, answer, j] -= (
                        game.principals[1, j, P_KAPPA]
                        * game.rules[CLIMB_HARM]
                        * game.rungs[rung, HARM]
                    )


@rule
def alone(game, solution, act, i, j, whose):  # type: ignore[no-untyped-def]
    """Return the value of the contest at the act's own rung with nobody joining, to c or to d.

    It is what follows when the challenger presses although the holder yielded.
    """
    n_rungs = game.rungs.shape[0]
    slot = int(game.acts[act, A_CLASS]) * 3 * n_rungs + int(game.acts[act, A_RUNG])
    return solution.uc[slot, 0, i, j] if whose == 0 else solution.ud[slot, 0, i, j]


@rule
def respond_at(game, solution, act, answer, to_c, to_d, to_gain):  # type: ignore[no-untyped-def]
    """Do what `respond` does at one answer: who joins, whether c presses, what all is worth."""
    tc, td = int(game.head[G_TC]), int(game.head[G_TD])
    exact, n_e = int(game.head[G_EXACT]), int(game.head[G_ENTRANTS])
    masks = 1 << exact
    full = masks - 1
    rung = int(game.nodes[act, answer, N_RUNG_Q])
    cost_q = game.rungs[rung, COST]
    steady = game.nodes[act, answer, N_STEADY] == 1.0
    stance = game.rungs[int(game.acts[act, A_STANCE]), INTENSITY]
    slot = slot_of(game, act, answer)
    post_c, post_d = solution.post_c[act], solution.post_d[act, answer]

    if game.rules[ORDERING] == BY_STAKE:
        for e in range(exact):
            for mask in range(1 << e):
                solution.join[act, answer, e, mask] = average_join(game, solution, act, answer, e, mask)
    else:
        for e in range(exact):
            solution.join[act, answer, e, 0] = average_join(game, solution, act, answer, e, 0)
    for e in range(exact, n_e):
        solution.join[act, answer, e, 0] = average_join(game, solution, act, answer, e, 0)

    # whether c presses, by type and coalition
    n_columns = columns(game)
    for column in range(n_columns):
        for i in range(tc):
            if steady and column == int(game.head[G_MASK]):
                solution.press[act, answer, column, i] = 1.0
                continue
            worth = 0.0
            for j in range(td):
                worth += post_d[j] * solution.uc[slot, column, i, j]
            back_down = -game.principals[0, i, P_AUDIENCE] * stance
            solution.press[act, answer, column, i] = logistic(
                game.head[G_LAMBDA_C] * (worth - back_down)
            )

    # what the node is worth to c and d: over coalitions, further entrants additively
    for column in range(n_columns):
        if column < masks:
            weight = coalition_chance(game, solution, act, answer, column, 0, -1)
            if column == full:
                for e in range(exact, n_e):
                    weight -= solution.join[act, answer, e, 0]
        else:
            weight = solution.join[act, answer, exact + column - masks, 0]
        if weight == 0.0:
            continue
        for i in range(tc):
            c = game.principals[0, i]
            w = solution.press[act, answer, column, i]
            for j in range(td):
                d = game.principals[1, j]
                worth = w * solution.uc[slot, column, i, j] - (1.0 - w) * c[P_AUDIENCE] * stance
                to_c[act, i] += (
                    weight * d[P_BELIEF] * solution.prob_d[act, answer, j] * worth
                )
    for j in range(td):
        d = game.principals[1, j]
        to_d[act, answer, j] = (
            -d[P_KAPPA] * game.nodes[act, answer, N_CLIMB] - game.nodes[act, answer, N_CLIMB_FLAT]
        )
        for column in range(n_columns):
            if column < masks:
                weight = coalition_chance(game, solution, act, answer, column, 0, -1)
                if column == full:
                    for e in range(exact, n_e):
                        weight -= solution.join[act, answer, e, 0]
            else:
                weight = solution.join[act, answer, exact + column - masks, 0]
            if weight == 0.0:
                continue
            for i in range(tc):
                w = solution.press[act, answer, column, i]
                to_d[act, answer, j] += (
                    weight * post_c[i]
                    * (w * solution.ud[slot, column, i, j] - (1.0 - w) * d[P_KAPPA] * cost_q)
                )

    # what joining gains each entrant, over what the others do
    for e in range(n_e):
        sign = -1.0 if int(game.entrants[e, E_SIDE]) == HOLDER_SIDE else 1.0
        if e >= exact:
            column = masks + e - exact
            stake, cost = joining(game, solution, act, answer, slot, column, full, e, cost_q)
            to_gain[act, answer, e, 0, 0] = sign * stake
            to_gain[act, answer, e, 0, 1] = cost
            continue
        known = (1 << e) if game.rules[ORDERING] == BY_STAKE else 1
        for before in range(known):
            total_stake, total_cost = 0.0, 0.0
            for mask in range(masks):
                if (mask >> e) & 1 == 1:
                    continue
                if known > 1 and (mask & ((1 << e) - 1)) != before:
                    continue
                if game.rules[ORDERING] == BY_STAKE:
                    # successors see e's choice: each coalition has its own chance
                    with_e = coalition_chance(game, solution, act, answer, mask | (1 << e), e + 1, -1)
                    no_e = coalition_chance(game, solution, act, answer, mask, e + 1, -1)
                    stake1, cost1 = worth_of(game, solution, act, answer, slot, mask | (1 << e), e, cost_q)
                    stake0, _ = worth_of(game, solution, act, answer, slot, mask, -1, cost_q)
                    total_stake += with_e * stake1 - no_e * stake0
                    total_cost += with_e * cost1
                else:
                    chance = coalition_chance(game, solution, act, answer, mask, 0, e)
                    if chance == 0.0:
                        continue
                    stake, cost = joining(
                        game, solution, act, answer, slot, mask | (1 << e), mask, e, cost_q
                    )
                    total_stake += chance * stake
                    total_cost += chance * cost
            to_gain[act, answer, e, before, 0] = sign * total_stake
            to_gain[act, answer, e, before, 1] = total_cost


@rule
def joining(game, solution, act, answer, slot, with_e, without, e, cost_q):  # type: ignore[no-untyped-def]
    """Return the change in expected share moved and the expected cost if e joins a coalition."""
    stake1, cost1 = worth_of(game, solution, act, answer, slot, with_e, e, cost_q)
    stake0, _ = worth_of(game, solution, act, answer, slot, without, -1, cost_q)
    return stake1 - stake0, cost1


@rule
def worth_of(game, solution, act, answer, slot, column, e, cost_q):  # type: ignore[no-untyped-def]
    """Return the expected share moved with a coalition, and the expected cost to its member e.

    Both over c's pressing or backing down; a member pays its cost even if c backs down.
    """
    share = 0.0
    cost = 0.0
    w_mean = 0.0
    for i in range(int(game.head[G_TC])):
        w = solution.press[act, answer, column, i] * solution.post_c[act, i]
        w_mean += w
        if w == 0.0:
            continue
        for j in range(int(game.head[G_TD])):
            weight = w * solution.post_d[act, answer, j]
            share += weight * solution.phi[slot, column, i, j]
            if e >= 0:
                cost += weight * solution.psi[slot, column, e, i, j]
    if e >= 0:
        cost += (1.0 - w_mean) * cost_q * member_share(game, e, slot, column)
    return share, cost


@rule
def member_share(game, e, slot, column):  # type: ignore[no-untyped-def]
    """Return a member's share of its side's strength at the contest's rung."""
    rung = slot % game.rungs.shape[0]
    total = plain_strength(game, column, rung, on_holder_side(game, 2 + e))
    if total <= 0.0:
        return 0.0
    return game.force[2 + e, rung] / total
