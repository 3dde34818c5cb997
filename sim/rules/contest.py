"""The contest: what it is worth to stand against each other at a rung.

Valued from the top rung down. Each turn a contest may slip one rung up (Schelling's threat that
leaves something to chance), be decided by force, be settled, or go on; and each principal may
leave it. Costs and harm are flows, the share at stake moves once.

The parties value a contest as if standing in it showed them whom they face: each pair of
private types has its own value, and beliefs enter the stage game only as weights over pairs.
This keeps the news in every act (posteriors are exact) and makes the values a function of
stakes, strength and control alone. Learning inside a contest's future is left out, and so is
the option to climb later: limited foresight, as docs/odd.md says.

Columns number coalitions: first every subset of the exact entrants by bit mask, then all of them
plus one further each; the last column is for those who truly came. A long row holds the columns of
every pair of types, one behind the other; innermost loops run over it, so that a machine can value
several contests at once.

ODD 7.6 (docs/odd.md).
"""

from __future__ import annotations

import math

from sim.compiled import part, rule
from sim.rules.choice import logistic, padded
from sim.rules.tables import (
    ABSORBING,
    AH_ON,
    BACKED,
    BETA,
    C_FIRST,
    CHI,
    CONTINUATION,
    COST,
    D_FIRST,
    DELTA,
    E_CAME,
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
    GAINED,
    GAMMA,
    HARM,
    HOLDER_SIDE,
    INTENSITY,
    KAPPA_C,
    KAPPA_D,
    LOSS,
    MD,
    MU,
    NU,
    P_AUDIENCE,
    P_DECLARED,
    P_KAPPA,
    P_STAKE,
    PAIR_DEFENCE,
    PAIR_INTEGRATION,
    PLAIN,
    PRIDE_C,
    PRIDE_D,
    RHO,
    S_CONTEST_FAILURES,
    SHAME,
    SIGMA,
    SLIP,
    STAKE_C,
    STAKE_D,
    STAYS,
    TO_C,
    TO_D,
    TO_OVER,
    TO_PHI,
    W_MINE,
    W_NONE,
    W_OTHER,
    YIELDED,
)  # fmt: skip

TOLERANCE = 1e-8
NEAR = 3e-5
"""How near a step of Newton's method must begin for its end to be within the tolerance."""
NEWTON_STEPS = 16
MOST_STEPS = 2000
CHALLENGERS, HOLDERS = 0, 1


# --- coalitions ----------------------------------------------------------------------------------


@rule
def columns(game):  # type: ignore[no-untyped-def]
    """Return the number of coalitions valued: every subset of the exact entrants, then extras."""
    exact = int(game.head[G_EXACT])
    return (1 << exact) + int(game.head[G_ENTRANTS]) - exact


@rule
def pairs_of_types(game):  # type: ignore[no-untyped-def]
    """Return the number of pairs of private types."""
    return int(game.head[G_TC]) * int(game.head[G_TD])


@rule
def at_pair(game, i, j):  # type: ignore[no-untyped-def]
    """Return where in a long row the columns of a pair of types begin."""
    return (i * int(game.head[G_TD]) + j) * columns(game)


@rule
def came_column(contests):  # type: ignore[no-untyped-def]
    """Return the column of those who truly came."""
    return contests.here.shape[1] - 1


@rule
def side_of(game, participant):  # type: ignore[no-untyped-def]
    """Return the side of a participant (0 challenger, 1 holder, 2 + e entrant e)."""
    if participant < 2:
        return HOLDERS if participant == 1 else CHALLENGERS
    return HOLDERS if int(game.entrants[participant - 2, E_SIDE]) == HOLDER_SIDE else CHALLENGERS


@rule
def gather_coalitions(game, contests):  # type: ignore[no-untyped-def]
    """Write who is in which column."""
    exact, n_e = int(game.head[G_EXACT]), int(game.head[G_ENTRANTS])
    masks, last = 1 << exact, came_column(contests)
    for i in range(2 + n_e):
        here = contests.here[i]
        for column in range(last):
            here[column] = 1.0 if i < 2 else 0.0
        if i < 2:
            continue
        e = i - 2
        for column in range(columns(game)):
            if column < masks:
                inside = e < exact and (column >> e) & 1 == 1
            else:
                inside = e < exact or e == exact + column - masks
            here[column] = 1.0 if inside else 0.0


@rule
def gather_who_came(game, contests):  # type: ignore[no-untyped-def]
    """Write those who truly came into the last column."""
    last = came_column(contests)
    contests.here[0, last] = 1.0
    contests.here[1, last] = 1.0
    for e in range(int(game.head[G_ENTRANTS])):
        contests.here[2 + e, last] = game.entrants[e, E_CAME]


@rule
def weigh_coalitions(game, contests, first, last):  # type: ignore[no-untyped-def]
    """Write what coalitions are beyond the sum of their members, for some columns.

    Integration makes a side (1 + gamma x mean pairwise integration) as strong. Networked missile
    defence shields a participant if a second member of the network fights on its side. Exposure
    is punishment, not denial: it is paid to the other side's members whoever wins.
    """
    n = 2 + int(game.head[G_ENTRANTS])
    here, bonus, shield = contests.here, contests.bonus, contests.shield
    bonds, pairs = contests.rows[W_MINE], contests.rows[W_OTHER]
    for side in range(2):
        exposure = contests.exposure[side]
        for column in range(first, last):
            bonds[column], pairs[column], exposure[column] = 0.0, 0.0, 0.0
        for i in range(n):
            if side_of(game, i) != side:
                if i >= 2:
                    for column in range(first, last):
                        exposure[column] += here[i, column] * game.entrants[i - 2, E_EXPOSURE]
                continue
            for column in range(first, last):
                shield[i, column] = 0.0
            for j in range(n):
                if j == i or side_of(game, j) != side:
                    continue
                defence = game.pairs[i, j, PAIR_DEFENCE]
                if defence > 0.0:
                    for column in range(first, last):
                        shield[i, column] = max(shield[i, column], here[j, column] * defence)
                if j < i:
                    integration = game.pairs[i, j, PAIR_INTEGRATION]
                    for column in range(first, last):
                        both = here[i, column] * here[j, column]
                        bonds[column] += both * integration
                        pairs[column] += both
        for column in range(first, last):
            mean = bonds[column] / pairs[column] if pairs[column] > 0.0 else 0.0
            bonus[side, column] = 1.0 + game.rules[GAMMA] * mean


@rule
def win_probability(strength_c, strength_d, mu, error):  # type: ignore[no-untyped-def]
    """Return the challenger's chance to win if force decides: a ratio contest.

    p = logistic(mu (ln S_c - ln S_d) + error) (Hirshleifer 1989); both zero 1/2, one zero 0 or 1.
    """
    if strength_c <= 0.0 and strength_d <= 0.0:
        return 0.5
    if strength_c <= 0.0:
        return 0.0
    if strength_d <= 0.0:
        return 1.0
    return logistic(mu * (math.log(strength_c) - math.log(strength_d)) + error)


@rule
def weigh_level(game, contests, rung, variant, error, first, last):  # type: ignore[no-untyped-def]
    """Write odds and costs at a rung for some columns; `variant` says who crossed it first.

    A turn costs a participant, before its cost sensitivity,
    share (2 harm (1 - own p)(1 - md shield) + cost) + L N_enemy (1 - md shield) + exposure,
    share being its part of its side's strength and N_enemy the chance that some of the other
    side's retaliation survives.
    """
    r = game.rungs[rung]
    level = variant * game.rungs.shape[0] + rung
    n = 2 + int(game.head[G_ENTRANTS])
    here, odds = contests.here, contests.odds[level]
    mine, other, none = contests.rows[W_MINE], contests.rows[W_OTHER], contests.rows[W_NONE]
    for side in range(2):
        total = mine if side == CHALLENGERS else other
        for column in range(first, last):
            total[column] = 0.0
        for i in range(n):
            if side_of(game, i) == side:
                force = game.force[i, rung]
                for column in range(first, last):
                    total[column] += here[i, column] * force
    edge_c = r[FIRST_STRIKE] if variant == C_FIRST else 1.0
    edge_d = r[FIRST_STRIKE] if variant == D_FIRST else 1.0
    for column in range(first, min(last, columns(game)) if first == 0 else last):
        odds[column] = win_probability(
            mine[column] * contests.bonus[CHALLENGERS, column] * edge_c,
            other[column] * contests.bonus[HOLDERS, column] * edge_d,
            r[MU], error,
        )  # fmt: skip
    for side in range(2):
        total = mine if side == CHALLENGERS else other
        exposure = contests.exposure[side]
        for column in range(first, last):
            none[column] = 1.0
        if r[LOSS] > 0.0:
            for j in range(n):
                if side_of(game, j) != side:
                    retaliation = game.nuclear[j, rung]
                    for column in range(first, last):
                        none[column] *= 1.0 - here[j, column] * retaliation
        for i in range(n):
            if side_of(game, i) != side:
                continue
            flow, part = contests.flow[level, i], contests.part[rung, i]
            shield = contests.shield[i]
            force = game.force[i, rung]
            alone = 1.0 if i < 2 else 0.0
            for column in range(first, last):
                p = odds[column]
                lost = p if side == HOLDERS else 1.0 - p
                leak = 1.0 - r[MD] * shield[column]
                share = force / total[column] if total[column] > 0.0 else alone
                turn = share * (2.0 * r[HARM] * lost * leak + r[COST])
                turn += r[LOSS] * (1.0 - none[column]) * leak + exposure[column]
                flow[column] = here[i, column] * turn
                part[column] = here[i, column] * share


# --- leaving -------------------------------------------------------------------------------------


@part
def newton_step(a_c, a_d, e, y, stray, n, go_on, gained, backed, yielded, lam_c, lam_d, rho):  # type: ignore[no-untyped-def]
    """Take one step of Newton's method on the chances of leaving, for a row of contests.

    `stray` is how far they were, before the step, from what the choice rule makes of them.
    """
    for k in range(n):
        x_c, back_down, yield_ = gained[k], backed[k], yielded[k]
        ek, yk = e[k], y[k]
        stays_c, stays_d = 1.0 - ek, 1.0 - yk
        last = 1.0 / (1.0 - go_on * stays_c * stays_d)
        u_c = (a_c[k] + go_on * (ek * back_down + stays_c * yk * x_c)) * last
        u_d = (a_d[k] + go_on * stays_c * yk * yield_) * last
        # slopes of both values in both chances
        c_by_e = go_on * (back_down - yk * x_c - stays_d * u_c) * last
        c_by_y = go_on * stays_c * (x_c - u_c) * last
        d_by_e = -go_on * (yk * yield_ + stays_d * u_d) * last
        d_by_y = go_on * stays_c * (yield_ - u_d) * last
        p = logistic(lam_c * (back_down - yk * x_c - stays_d * u_c))
        q = logistic(lam_d * (yield_ - u_d))
        slope_c, slope_d = rho * lam_c * p * (1.0 - p), rho * lam_d * q * (1.0 - q)
        gap_e, gap_y = ek - rho * p, yk - rho * q
        stray[k] = abs(gap_e) + abs(gap_y)
        ee = 1.0 + slope_c * stays_d * c_by_e
        ey = slope_c * (x_c - u_c + stays_d * c_by_y)
        ye = slope_d * d_by_e
        yy = 1.0 + slope_d * d_by_y
        det = ee * yy - ey * ye
        # where the slopes say nothing, go to where the choice rule points
        flat = det < 1e-6 and det > -1e-6
        inverse = 1.0 / (1.0 if flat else det)
        step_e = gap_e if flat else (yy * gap_e - ey * gap_y) * inverse
        step_y = gap_y if flat else (ee * gap_y - ye * gap_e) * inverse
        ek -= step_e
        yk -= step_y
        ek = ek if ek > 0.0 else 0.0
        yk = yk if yk > 0.0 else 0.0
        e[k] = ek if ek < rho else rho
        y[k] = yk if yk < rho else rho


@rule
def go_round(a_c, a_d, go_on, x_c, back_down, yield_, lam_c, lam_d, rho):  # type: ignore[no-untyped-def]
    """Find the chances of leaving by going round: slower, but sure.

    The chance that c leaves falls in the chance that d does and the reverse, so that going round
    from a fixed start ends at a fixed point. Returns both, and 1.0 if they did not settle.
    """
    e, y, moved = 0.5 * rho, 0.5 * rho, 1.0
    for _ in range(MOST_STEPS):
        last = 1.0 - go_on * (1.0 - e) * (1.0 - y)
        u_c = (a_c + go_on * (e * back_down + (1.0 - e) * y * x_c)) / last
        e_new = rho * logistic(lam_c * (back_down - y * x_c - (1.0 - y) * u_c))
        last = 1.0 - go_on * (1.0 - e_new) * (1.0 - y)
        u_d = (a_d + go_on * (1.0 - e_new) * y * yield_) / last
        y_new = rho * logistic(lam_d * (yield_ - u_d))
        moved = abs(e_new - e) + abs(y_new - y)
        e, y = e_new, y_new
        if moved < TOLERANCE:
            break
    return e, y, 0.0 if moved < TOLERANCE else 1.0


@rule
def exits(game, contests, slot, rung, n, go_on):  # type: ignore[no-untyped-def]
    """Solve the contests at one rung for every pair of types: the chances of leaving.

    Each leaves by a logit choice, if it reconsiders at all (chance rho):
    e = rho L(lambda_c (B - y X - (1-y) U_c)), y = rho L(lambda_d (Y - U_d)), with
    U_c = (a_c + G (e B + (1-e) y X)) / (1 - G (1-e)(1-y)), U_d likewise. Where several pairs fit,
    the one wanted lies on the branch that starts, at zero precision, in the middle of both ranges:
    Newton's method at a quarter, half and full precision. Contests that differ only in what moves
    start from those of the first class. Where it strays, going round.

    Returns
    -------
    float
        How many did not settle at all.
    """
    rho = game.rules[RHO]
    if game.rules[CONTINUATION] == ABSORBING:
        # nobody leaves: the war-of-attrition logic is lost, the value is a plain sum
        rho = 0.0
    plain = slot_at(game, 0, PLAIN, rung)
    e, y = contests.leave[slot, 0], contests.leave[slot, 1]
    if slot == plain:
        for k in range(n):
            e[k], y[k] = 0.5 * rho, 0.5 * rho
    else:
        near_e, near_y = contests.leave[plain, 0], contests.leave[plain, 1]
        for k in range(n):
            e[k], y[k] = near_e[k], near_y[k]
    if rho == 0.0:
        return 0.0
    if slot == plain:
        newton_steps(game, contests, slot, n, go_on, rho, 0.25)
        newton_steps(game, contests, slot, n, go_on, rho, 0.5)
    for _ in range(NEWTON_STEPS):
        if newton_steps(game, contests, slot, n, go_on, rho, 1.0) == 0:
            return 0.0
    lam_c, lam_d = game.head[G_LAMBDA_C], game.head[G_LAMBDA_D]
    a_c, a_d, stray, ends = contests.a_c, contests.a_d, contests.stray, contests.ends
    failures = 0.0
    for k in range(pairs_of_types(game) * columns(game)):
        if not stray[k] < NEAR:
            e[k], y[k], failed = go_round(
                a_c[k], a_d[k], go_on, ends[GAINED, k], ends[BACKED, k], ends[YIELDED, k],
                lam_c, lam_d, rho,
            )  # fmt: skip
            failures += failed
    return failures


@rule
def newton_steps(game, contests, slot, n, go_on, rho, share):  # type: ignore[no-untyped-def]
    """Take a step of Newton's method for every pair of types, at a share of full precision.

    A contest that began its last step near enough has settled. Returns how many have not.
    """
    lam_c, lam_d = share * game.head[G_LAMBDA_C], share * game.head[G_LAMBDA_D]
    stray, ends = contests.stray, contests.ends
    newton_step(
        contests.a_c, contests.a_d, contests.leave[slot, 0], contests.leave[slot, 1], stray, n,
        go_on, ends[GAINED], ends[BACKED], ends[YIELDED], lam_c, lam_d, rho,
    )  # fmt: skip
    left = 0
    for k in range(pairs_of_types(game) * columns(game)):
        left += 0 if stray[k] < NEAR else 1
    return left


# --- values --------------------------------------------------------------------------------------


@rule
def lay_principals(game, contests):  # type: ignore[no-untyped-def]
    """Write what every pair of types wants and fears, in long rows."""
    whose, m = contests.whose, columns(game)
    for i in range(int(game.head[G_TC])):
        for j in range(int(game.head[G_TD])):
            c, d, at = game.principals[0, i], game.principals[1, j], at_pair(game, i, j)
            shame = d[P_AUDIENCE] + d[P_DECLARED]
            for k in range(at, at + m):
                whose[STAKE_C, k], whose[STAKE_D, k] = c[P_STAKE], d[P_STAKE]
                whose[KAPPA_C, k], whose[KAPPA_D, k] = c[P_KAPPA], d[P_KAPPA]
                whose[PRIDE_C, k], whose[PRIDE_D, k] = c[P_AUDIENCE], d[P_AUDIENCE]
                whose[SHAME, k] = shame


@rule
def lay_ends(game, contests, klass, rung, n):  # type: ignore[no-untyped-def]
    """Write what leaving ends with: c's gain if d yields, c's loss if it leaves, d's if it does.

    Returns the share that yielding concedes.
    """
    iota = game.rungs[rung, INTENSITY]
    x_y = min(game.classes[klass, rung, 0], game.head[G_CONTROL])
    stake_c, stake_d, pride = (
        contests.whose[STAKE_C],
        contests.whose[STAKE_D],
        contests.whose[PRIDE_C],
    )
    shame = contests.whose[SHAME]
    gained, backed, yielded = contests.ends[GAINED], contests.ends[BACKED], contests.ends[YIELDED]
    lost = x_y + game.rules[NU] * iota
    for k in range(n):
        gained[k] = x_y * stake_c[k]
        backed[k] = -pride[k] * iota
        yielded[k] = -lost * stake_d[k] - shame[k] * iota
    return x_y


@rule
def slot_at(game, klass, variant, rung):  # type: ignore[no-untyped-def]
    """Return the number of a contest; from where a class moves what class 0 does, it is class 0."""
    if game.classes[klass, rung, 2] == 1.0:
        klass = 0
    return (klass * 3 + variant) * game.rungs.shape[0] + rung


@rule
def value_contests(game, contests, status):  # type: ignore[no-untyped-def]
    """Fill the contest tables: every class, rung and coalition that an answer can lead to."""
    status[S_CONTEST_FAILURES] = 0.0
    n_rungs = game.rungs.shape[0]
    low, high = int(game.head[G_LOW]), int(game.head[G_HIGH])
    n = padded(columns(game))
    gather_coalitions(game, contests)
    weigh_coalitions(game, contests, 0, n)
    for rung in range(low, n_rungs):
        crossing = game.rungs[rung, FIRST_STRIKE] != 1.0 and rung <= high
        for variant in range(D_FIRST + 1 if crossing else 1):
            weigh_level(game, contests, rung, variant, game.head[G_ERROR], 0, n)
    lay_principals(game, contests)
    n = padded(pairs_of_types(game) * columns(game))
    for klass in range(int(game.head[G_CLASSES])):
        for rung in range(n_rungs - 1, low - 1, -1):
            if klass > 0 and game.classes[klass, rung, 2] == 1.0:
                continue
            if game.classes[klass, rung, 0] < 0.0:
                break  # no act of this class stands so low
            crossing = game.rungs[rung, FIRST_STRIKE] != 1.0 and rung <= high
            for variant in range(D_FIRST + 1 if crossing else 1):
                value_rung(game, contests, status, klass, rung, variant, n)


@rule
def value_rung(game, contests, status, klass, rung, variant, n):  # type: ignore[no-untyped-def]
    """Value contests at a rung for all pairs of types and coalitions.

    `variant` says who crossed the rung first. That side is stronger by the rung's first-strike
    factor, that turn only: the future is that of the plain contest.
    """
    r = game.rungs[rung]
    top = rung == game.rungs.shape[0] - 1
    slip = 0.0 if top else r[SLIP]
    # a contest that nothing ever ends has no value; one turn in a billion ends it
    go_on = min((1.0 - slip) * (1.0 - r[DELTA] - r[SIGMA]) * game.rules[BETA], 1.0 - 1e-9)
    lay_costs(game, contests, rung, variant, slip)
    value_turn(game, contests, klass, rung, slip, n)
    x_y = lay_ends(game, contests, klass, rung, n)
    if variant == PLAIN:
        slot = slot_at(game, klass, PLAIN, rung)
        status[S_CONTEST_FAILURES] += exits(game, contests, slot, rung, n, go_on)
    value_future(game, contests, klass, rung, variant, slip, go_on, x_y, n)
    if variant == PLAIN:
        value_entry(game, contests, klass, rung, x_y, n)


@rule
def lay_costs(game, contests, rung, variant, slip):  # type: ignore[no-untyped-def]
    """Write in long rows c's chance to win and what a turn costs each, with the harm of a slip."""
    m, pairs = columns(game), pairs_of_types(game)
    level = variant * game.rungs.shape[0] + rung
    odds, wins = contests.odds[level], contests.wins
    for pair in range(pairs):
        for k in range(m):
            wins[pair * m + k] = odds[k]
    for i in range(2 + int(game.head[G_ENTRANTS])):
        flow, costs = contests.flow[level, i], contests.costs[i]
        for k in range(m):
            costs[k] = flow[k]
        if slip > 0.0:
            above = contests.flow[rung + 1, i]
            for k in range(m):
                costs[k] += slip * above[k]
        for pair in range(1, pairs):
            for k in range(m):
                costs[pair * m + k] = costs[k]


@rule
def value_turn(game, contests, klass, rung, slip, n):  # type: ignore[no-untyped-def]
    """Write what a turn of contest brings every pair of types, whoever leaves later."""
    r, whose = game.rungs[rung], contests.whose
    stake_c, stake_d = whose[STAKE_C], whose[STAKE_D]
    kappa_c, kappa_d = whose[KAPPA_C], whose[KAPPA_D]
    pride_c, pride_d = whose[PRIDE_C], whose[PRIDE_D]
    decide, settle = (1.0 - slip) * r[DELTA], (1.0 - slip) * r[SIGMA]
    hurt = decide * r[INTENSITY]
    x_f = min(game.classes[klass, rung, 1], game.head[G_CONTROL])
    moves = (decide + settle * game.rules[CHI]) * x_f
    a_c, a_d, a_phi, a_over = contests.a_c, contests.a_d, contests.a_phi, contests.a_over
    p, cost_c, cost_d = contests.wins, contests.costs[0], contests.costs[1]
    for k in range(n):
        a_phi[k] = moves * p[k]
        a_c[k] = a_phi[k] * stake_c[k] - hurt * pride_c[k] * (1.0 - p[k]) - kappa_c[k] * cost_c[k]
    for k in range(n):
        a_d[k] = -a_phi[k] * stake_d[k] - hurt * pride_d[k] * p[k] - kappa_d[k] * cost_d[k]
    looks_ahead = game.ahead[AH_ON] == 1.0
    if looks_ahead:
        for k in range(n):
            a_over[k] = decide + settle
    if slip == 0.0:
        return
    # a slip does its harm at once, and is then a contest one rung higher
    above, later = contests.entry[slot_at(game, klass, PLAIN, rung + 1)], slip * game.rules[BETA]
    add_share(a_c, above[TO_C], later, n)
    add_share(a_d, above[TO_D], later, n)
    add_share(a_phi, above[TO_PHI], later, n)
    if looks_ahead:
        add_share(a_over, above[TO_OVER], later, n)


@part
def add_share(row, other, share, n):  # type: ignore[no-untyped-def]
    """Add a share of a row to another."""
    for k in range(n):
        row[k] += share * other[k]


@rule
def value_future(game, contests, klass, rung, variant, slip, go_on, x_y, n):  # type: ignore[no-untyped-def]
    """Add what follows a turn of contest, given the chances of leaving."""
    slot, plain = slot_at(game, klass, variant, rung), slot_at(game, klass, PLAIN, rung)
    e, y = contests.leave[plain, 0], contests.leave[plain, 1]
    on, left, yields = contests.on, contests.left, contests.yields
    gained, backed, yielded = contests.ends[GAINED], contests.ends[BACKED], contests.ends[YIELDED]
    a_c, a_d, a_phi = contests.a_c, contests.a_d, contests.a_phi
    uc, ud, phi = contests.uc[slot], contests.ud[slot], contests.phi[slot]
    for k in range(n):
        left[k] = go_on * e[k]
        yields[k] = go_on * (1.0 - e[k]) * y[k]
        on[k] = go_on * (1.0 - e[k]) * (1.0 - y[k])
    if variant == PLAIN:
        for k in range(n):
            on[k] = 1.0 / (1.0 - on[k])
    for k in range(n):
        uc[k] = a_c[k] + (left[k] * backed[k] + yields[k] * gained[k])
    for k in range(n):
        ud[k] = a_d[k] + yields[k] * yielded[k]
    for k in range(n):
        phi[k] = a_phi[k] + yields[k] * x_y
    finish(uc, contests.uc[plain], on, n, variant)
    finish(ud, contests.ud[plain], on, n, variant)
    finish(phi, contests.phi[plain], on, n, variant)
    if game.ahead[AH_ON] == 1.0:
        over, a_over = contests.over[slot], contests.a_over
        for k in range(n):
            over[k] = a_over[k] + left[k] + yields[k]
        finish(over, contests.over[plain], on, n, variant)
    above, later = (
        plain if slip == 0.0 else slot_at(game, klass, PLAIN, rung + 1),
        slip * game.rules[BETA],
    )
    stays = contests.entry[above, STAYS]
    for entrant in range(int(game.head[G_ENTRANTS])):
        psi, costs = contests.psi[slot, entrant], contests.costs[2 + entrant]
        if slip > 0.0:
            psi_up = contests.psi[above, entrant]
            for k in range(n):
                psi[k] = costs[k] + later * stays[k] * psi_up[k]
        else:
            for k in range(n):
                psi[k] = costs[k]
        finish(psi, contests.psi[plain, entrant], on, n, variant)


@rule
def value_entry(game, contests, klass, rung, x_y, n):  # type: ignore[no-untyped-def]
    """Write what it is worth to slip into a contest, where each may leave before the first turn."""
    slot = slot_at(game, klass, PLAIN, rung)
    e, y, entry = contests.leave[slot, 0], contests.leave[slot, 1], contests.entry[slot]
    uc, ud, phi = contests.uc[slot], contests.ud[slot], contests.phi[slot]
    gained, backed, yielded = contests.ends[GAINED], contests.ends[BACKED], contests.ends[YIELDED]
    stays, to_c, to_d, to_phi = entry[STAYS], entry[TO_C], entry[TO_D], entry[TO_PHI]
    for k in range(n):
        stays[k] = (1.0 - e[k]) * (1.0 - y[k])
    for k in range(n):
        to_c[k] = e[k] * backed[k] + (1.0 - e[k]) * y[k] * gained[k] + stays[k] * uc[k]
    for k in range(n):
        to_d[k] = (1.0 - e[k]) * y[k] * yielded[k] + stays[k] * ud[k]
    for k in range(n):
        to_phi[k] = (1.0 - e[k]) * y[k] * x_y + stays[k] * phi[k]
    if game.ahead[AH_ON] == 1.0:
        over, to_over = contests.over[slot], entry[TO_OVER]
        for k in range(n):
            to_over[k] = e[k] + (1.0 - e[k]) * y[k] + stays[k] * over[k]


@part
def finish(row, plain, on, n, variant):  # type: ignore[no-untyped-def]
    """Add to what a turn brings what the following ones do.

    `on` is how much of a following turn there is, or the sum over all of them where they are
    like the first.
    """
    if variant == PLAIN:
        for k in range(n):
            row[k] *= on[k]
    else:
        for k in range(n):
            row[k] += on[k] * plain[k]
