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

from sim.compiled import part, rule
from sim.rules.choice import bounded_exp, logistic
from sim.rules.contest import columns, slot_at
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
    BY_STAKE,
    CLIMB_HARM,
    COGNITION,
    COST,
    D_ACTIVE,
    D_BREACH,
    D_POSSIBLE,
    D_RECOGNISED,
    DOUBT,
    E_BELIEF,
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
    E_TRUST,
    E_TYPES,
    G_ACTS,
    G_CONTROL,
    G_ENTRANTS,
    G_EXACT,
    G_LAMBDA_C,
    G_LAMBDA_D,
    G_MASK,
    G_MIX_C,
    G_MIX_D,
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
    N_RUNG_Q,
    N_STEADY,
    N_VARIANT,
    NU,
    ORDERING,
    P_AUDIENCE,
    P_BELIEF,
    P_KAPPA,
    P_STAKE,
    PLAIN,
    PSI,
    VIOLENT,
)  # fmt: skip


@rule
def slot_of(game, act, answer):  # type: ignore[no-untyped-def]
    """Return the number of the contest that follows an act and a resisting answer (1, 2, 3)."""
    node = game.nodes[act, answer]
    return slot_at(game, int(game.acts[act, A_CLASS]), int(node[N_VARIANT]), int(node[N_RUNG_Q]))


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
    lam = game.head[G_LAMBDA_D]
    # a holder asked anew by a new act always answers; otherwise it reconsiders with chance rho
    mix = game.head[G_MIX_D] if game.acts[act, A_HOLD] == 1.0 else 1.0
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


@rule
def average_join(game, solution, act, answer, e, mask):  # type: ignore[no-untyped-def]
    """Return the chance that an entrant is in, as others see it.

    `join_chance` averaged over its types, over whether its duty is recognised, and over whether
    it is committed.
    """
    row = game.entrants[e]
    duty = game.duties[act, answer, e]
    if duty[D_POSSIBLE] == 0.0:
        return 0.0
    inside = row[E_IN] == 1.0
    lam, tilt = row[E_LAMBDA], row[E_LOG_WEIGHT]
    leave = 0.0
    if inside:
        leave = row[E_LEAVE] * game.rungs[int(game.nodes[act, answer, N_RUNG_Q]), INTENSITY]
    seen = 0.0
    if duty[D_ACTIVE] == 1.0:
        seen = 1.0 if inside else duty[D_RECOGNISED]
    trust = row[E_TRUST]
    kept, kept_opportunist = row[E_R] + row[E_STANDING], row[E_R_OPPORTUNIST] + row[E_STANDING]
    total = 0.0
    for t in range(int(row[E_TYPES])):
        base = own_gain(game, solution, act, answer, e, mask, t) + leave
        p = 0.0
        if seen < 1.0:
            p += (1.0 - seen) * logistic(lam * base + tilt)
        if seen > 0.0:
            p += seen * trust * logistic(lam * (base + kept) + tilt)
            if trust < 1.0:
                p += seen * (1.0 - trust) * logistic(lam * (base + kept_opportunist) + tilt)
        total += game.etypes[e, t, E_BELIEF] * p
    mix = row[E_MIX]
    return 1.0 - mix + mix * total if inside else mix * total


@rule
def predecessors(game, e, mask):  # type: ignore[no-untyped-def]
    """Return the part of a coalition that an entrant has seen decide before it.

    Simultaneously: nobody. In order of stake: entrants are numbered so.
    """
    if game.rules[ORDERING] == BY_STAKE and e < int(game.head[G_EXACT]):
        return mask & ((1 << e) - 1)
    return 0


@rule
def coalition_chance(game, solution, act, answer, mask, first):  # type: ignore[no-untyped-def]
    """Return the chance that of the exact entrants from `first` on those in a coalition join."""
    chance = 1.0
    for e in range(first, int(game.head[G_EXACT])):
        p = solution.join[act, answer, e, predecessors(game, e, mask)]
        chance *= p if (mask >> e) & 1 == 1 else 1.0 - p
    return chance


@rule
def respond(game, solution, scratch):  # type: ignore[no-untyped-def]
    """Let everybody choose once, and write what every decision is then worth.

    Parameters
    ----------
    game : Game
    solution : Solution
        Its ``value_c``, ``value_d`` and ``gain`` are read; chances, posteriors, ``press`` and
        ``join`` are written.
    scratch : Scratch
        The new values go to its ``to_c``, ``to_d`` and ``to_gain``.
    """
    to_c, to_d = scratch.to_c, scratch.to_d
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
            respond_at(game, solution, scratch, act, answer)
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
    slot = slot_at(game, int(game.acts[act, A_CLASS]), PLAIN, int(game.acts[act, A_RUNG]))
    return solution.uc[slot, 0, i, j] if whose == 0 else solution.ud[slot, 0, i, j]


@part
def coalition_chances(game, solution, scratch, act, answer):  # type: ignore[no-untyped-def]
    """Write the chance of every coalition; further entrants count as additions to the fullest."""
    exact = int(game.head[G_EXACT])
    chance = scratch.chance
    join = solution.join
    chance[0] = 1.0
    for e in range(exact):
        for mask in range(1 << e):
            p = join[act, answer, e, predecessors(game, e, mask)]
            chance[mask | (1 << e)] = chance[mask] * p
            chance[mask] *= 1.0 - p
    for e in range(exact, int(game.head[G_ENTRANTS])):
        chance[(1 << exact) + e - exact] = join[act, answer, e, 0]


@rule
def respond_at(game, solution, scratch, act, answer):  # type: ignore[no-untyped-def]
    """Do what `respond` does at one answer: who joins, whether c presses, what all is worth."""
    tc, td = int(game.head[G_TC]), int(game.head[G_TD])
    exact, n_e = int(game.head[G_EXACT]), int(game.head[G_ENTRANTS])
    full = (1 << exact) - 1
    rung = int(game.nodes[act, answer, N_RUNG_Q])
    cost_q = game.rungs[rung, COST]
    steady = game.nodes[act, answer, N_STEADY] == 1.0
    stance = game.rungs[int(game.acts[act, A_STANCE]), INTENSITY]
    slot = slot_of(game, act, answer)
    uc, ud, phi, psi, part = solution.uc, solution.ud, solution.phi, solution.psi, solution.flow
    post_c, post_d = solution.post_c[act], solution.post_d[act, answer]
    prob_d, press = solution.prob_d[act, answer], solution.press[act, answer]
    principals = game.principals
    to_c, to_d = scratch.to_c[act], scratch.to_d[act, answer]
    chance, moved, burden = scratch.chance, scratch.moved, scratch.burden
    lam_c = game.head[G_LAMBDA_C]

    by_stake = game.rules[ORDERING] == BY_STAKE
    for e in range(n_e):
        for mask in range((1 << e) if by_stake and e < exact else 1):
            solution.join[act, answer, e, mask] = average_join(game, solution, act, answer, e, mask)
    coalition_chances(game, solution, scratch, act, answer)
    beyond = 0.0
    for e in range(exact, n_e):
        beyond += chance[full + 1 + e - exact]

    for j in range(td):
        to_d[j] = (
            -principals[1, j, P_KAPPA] * game.nodes[act, answer, N_CLIMB]
            - game.nodes[act, answer, N_CLIMB_FLAT]
        )
    for column in range(columns(game)):
        weight = chance[column] - (beyond if column == full else 0.0)
        going_on = steady and column == int(game.head[G_MASK])
        share, pressed = 0.0, 0.0
        for e in range(n_e):
            burden[e, column] = 0.0
        for i in range(tc):
            worth = 0.0
            for j in range(td):
                worth += post_d[j] * uc[slot, column, i, j]
            back_down = -principals[0, i, P_AUDIENCE] * stance
            w = 1.0 if going_on else logistic(lam_c * (worth - back_down))
            press[column, i] = w
            pressed += w * post_c[i]
            for j in range(td):
                d = principals[1, j]
                value = w * uc[slot, column, i, j] + (1.0 - w) * back_down
                to_c[i] += weight * d[P_BELIEF] * prob_d[j] * value
                value = w * ud[slot, column, i, j] - (1.0 - w) * d[P_KAPPA] * cost_q
                to_d[j] += weight * post_c[i] * value
                both = w * post_c[i] * post_d[j]
                share += both * phi[slot, column, i, j]
                for e in range(n_e):
                    burden[e, column] += both * psi[slot, column, e, i, j]
        moved[column] = share
        for e in range(n_e):
            # a member pays for coming even if the challenger backs down
            burden[e, column] += (1.0 - pressed) * cost_q * part[slot, column, e, 1]
    gains(game, solution, scratch, act, answer)


@rule
def gains(game, solution, scratch, act, answer):  # type: ignore[no-untyped-def]
    """Write what joining gains each entrant, over what the others do."""
    exact, n_e = int(game.head[G_EXACT]), int(game.head[G_ENTRANTS])
    full = (1 << exact) - 1
    by_stake = game.rules[ORDERING] == BY_STAKE
    chance, moved, burden = scratch.chance, scratch.moved, scratch.burden
    to_gain = scratch.to_gain[act, answer]
    for e in range(n_e):
        sign = -1.0 if int(game.entrants[e, E_SIDE]) == HOLDER_SIDE else 1.0
        if e >= exact:
            extra = full + 1 + e - exact
            to_gain[e, 0, 0] = sign * (moved[extra] - moved[full])
            to_gain[e, 0, 1] = burden[e, extra]
            continue
        bit = 1 << e
        for before in range(bit if by_stake else 1):
            stake, cost = 0.0, 0.0
            for mask in range(full + 1):
                if mask & bit:
                    continue
                if by_stake:
                    if (mask & (bit - 1)) != before:
                        continue
                    # those who follow see what e chose
                    p1 = coalition_chance(game, solution, act, answer, mask | bit, e + 1)
                    p0 = coalition_chance(game, solution, act, answer, mask, e + 1)
                else:
                    p1 = chance[mask] + chance[mask | bit]
                    p0 = p1
                stake += p1 * moved[mask | bit] - p0 * moved[mask]
                cost += p1 * burden[e, mask | bit]
            to_gain[e, before, 0] = sign * stake
            to_gain[e, before, 1] = cost
