"""The contest: what it is worth to stand against each other at a rung.

Valued from the top rung down. Each turn a contest may slip one rung up (Schelling's threat that
leaves something to chance), be decided by force, be settled, or go on; and each principal may
leave it. Costs and harm are flows, the share at stake moves once.

The parties value a contest as if standing in it showed them whom they face: each pair of
private types has its own value, and beliefs enter the stage game only as weights over pairs.
This keeps the news in every act (posteriors are exact) and makes the values a function of
stakes, strength and control alone. Learning inside a contest's future is left out, and so is
the option to climb later: limited foresight, as docs/odd.md says.
"""

from __future__ import annotations

import math

from sim.compiled import part, rule
from sim.rules.choice import logistic
from sim.rules.tables import (
    ABSORBING,
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
    GAMMA,
    HARM,
    HOLDER_SIDE,
    INTENSITY,
    LOSS,
    MD,
    MU,
    NU,
    P_AUDIENCE,
    P_KAPPA,
    P_STAKE,
    PAIR_DEFENCE,
    PAIR_INTEGRATION,
    PLAIN,
    RHO,
    S_CONTEST_FAILURES,
    SIGMA,
    SLIP,
)  # fmt: skip

TOLERANCE = 1e-10
MOST_STEPS = 2000
ACTUAL = -1


@rule
def came(game, column, entrant):  # type: ignore[no-untyped-def]
    """Whether an entrant is in the coalition of a column (`ACTUAL`: those who truly came)."""
    exact = int(game.head[G_EXACT])
    masks = 1 << exact
    if column == ACTUAL:
        return game.entrants[entrant, E_CAME] == 1.0
    if column < masks:
        return entrant < exact and (column >> entrant) & 1 == 1
    return entrant < exact or entrant == exact + column - masks


@rule
def columns(game):  # type: ignore[no-untyped-def]
    """Return the number of coalitions valued: every subset of the exact entrants, then extras."""
    exact = int(game.head[G_EXACT])
    return (1 << exact) + int(game.head[G_ENTRANTS]) - exact


@rule
def on_holder_side(game, participant):  # type: ignore[no-untyped-def]
    """Whether a participant (0 challenger, 1 holder, 2 + e entrant e) stands with the holder."""
    if participant < 2:
        return participant == 1
    return int(game.entrants[participant - 2, E_SIDE]) == HOLDER_SIDE


@rule
def side_strength(game, column, rung, holder):  # type: ignore[no-untyped-def]
    """Return a side's strength: the sum of those who came, times what integration adds.

    (1 + gamma x mean pairwise integration); a side alone gains nothing.
    """
    total = 0.0
    bonds = 0.0
    pairs = 0
    n = 2 + int(game.head[G_ENTRANTS])
    for i in range(n):
        if on_holder_side(game, i) != holder or (i >= 2 and not came(game, column, i - 2)):
            continue
        total += game.force[i, rung]
        for j in range(i):
            if on_holder_side(game, j) == holder and (j < 2 or came(game, column, j - 2)):
                bonds += game.pairs[i, j, PAIR_INTEGRATION]
                pairs += 1
    if pairs > 0:
        total *= 1.0 + game.rules[GAMMA] * bonds / pairs
    return total


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
def protection(game, column, participant):  # type: ignore[no-untyped-def]
    """Return the share of harm that networked missile defence stops for a participant.

    It needs a second member of the network fighting on the same side.
    """
    best = 0.0
    n = 2 + int(game.head[G_ENTRANTS])
    holder = on_holder_side(game, participant)
    for j in range(n):
        if j == participant or on_holder_side(game, j) != holder:
            continue
        if j < 2 or came(game, column, j - 2):
            best = max(best, game.pairs[participant, j, PAIR_DEFENCE])
    return best


@rule
def enemy_retaliation(game, column, rung, holder):  # type: ignore[no-untyped-def]
    """Return N of the side that `holder` faces: the chance that some retaliation survives."""
    none = 1.0
    n = 2 + int(game.head[G_ENTRANTS])
    for j in range(n):
        if on_holder_side(game, j) != holder and (j < 2 or came(game, column, j - 2)):
            none *= 1.0 - game.nuclear[j, rung]
    return 1.0 - none


@rule
def enemy_exposure(game, column, holder):  # type: ignore[no-untyped-def]
    """Return what the members facing `holder` cost it whoever wins: punishment, not denial."""
    total = 0.0
    for e in range(int(game.head[G_ENTRANTS])):
        if came(game, column, e) and on_holder_side(game, 2 + e) != holder:
            total += game.entrants[e, E_EXPOSURE]
    return total


@rule
def base_flow(game, column, rung, participant, p, strength):  # type: ignore[no-untyped-def]
    """Return what a turn of contest costs a participant, before its cost sensitivity.

    share (2 harm (1 - own p)(1 - md protection) + cost) + L N_enemy (1 - md protection)
    + enemies' exposure.

    Parameters
    ----------
    p : float
        The challenger's chance to win.
    strength : float
        Strength of the participant's side, without what integration adds.
    """
    r = game.rungs[rung]
    holder = on_holder_side(game, participant)
    own = 1.0 - p if holder else p
    leak = 1.0 - r[MD] * protection(game, column, participant)
    if strength > 0.0:
        share = game.force[participant, rung] / strength
    else:
        share = 1.0 if participant < 2 else 0.0
    flow = share * (2.0 * r[HARM] * (1.0 - own) * leak + r[COST])
    if r[LOSS] > 0.0:
        flow += r[LOSS] * enemy_retaliation(game, column, rung, holder) * leak
    return flow + enemy_exposure(game, column, holder)


@rule
def plain_strength(game, column, rung, holder):  # type: ignore[no-untyped-def]
    """Return the sum of strengths of those who came on a side."""
    total = 0.0
    for i in range(2 + int(game.head[G_ENTRANTS])):
        if on_holder_side(game, i) == holder and (i < 2 or came(game, column, i - 2)):
            total += game.force[i, rung]
    return total


@part
def exits(game, a_c, a_d, go_on, x_c, back_down, yield_):  # type: ignore[no-untyped-def]
    """Solve a pair's contest at one rung: values to both and their chances of leaving.

    Each leaves by a logit choice, if it reconsiders at all (chance rho):
    e = rho L(lambda_c (B - y X - (1-y) U_c)), y = rho L(lambda_d (Y - U_d)), with
    U_c = (a_c + G (e B + (1-e) y X)) / (1 - G (1-e)(1-y)), U_d likewise. e falls in y and y in e,
    so that going round from a fixed start ends at a fixed point.

    Returns
    -------
    tuple of float
        U_c, U_d, e, y, and 1.0 if it did not settle within the steps allowed.
    """
    if game.rules[CONTINUATION] == ABSORBING:
        # nobody leaves: the war-of-attrition logic is lost, the value is a plain sum
        return a_c / (1.0 - go_on), a_d / (1.0 - go_on), 0.0, 0.0, 0.0
    rho = game.rules[RHO]
    moved = 1.0
    lam_c, lam_d = game.head[G_LAMBDA_C], game.head[G_LAMBDA_D]
    e, y = 0.5 * rho, 0.5 * rho
    for _ in range(MOST_STEPS):
        rest = 1.0 - go_on * (1.0 - e) * (1.0 - y)
        u_c = (a_c + go_on * (e * back_down + (1.0 - e) * y * x_c)) / rest
        e_new = rho * logistic(lam_c * (back_down - y * x_c - (1.0 - y) * u_c))
        rest = 1.0 - go_on * (1.0 - e_new) * (1.0 - y)
        u_d = (a_d + go_on * (1.0 - e_new) * y * yield_) / rest
        y_new = rho * logistic(lam_d * (yield_ - u_d))
        moved = abs(e_new - e) + abs(y_new - y)
        e, y = e_new, y_new
        if moved < TOLERANCE:
            break
    rest = 1.0 - go_on * (1.0 - e) * (1.0 - y)
    u_c = (a_c + go_on * (e * back_down + (1.0 - e) * y * x_c)) / rest
    u_d = (a_d + go_on * (1.0 - e) * y * yield_) / rest
    return u_c, u_d, e, y, 0.0 if moved < TOLERANCE else 1.0


@rule
def terms_at(game, klass, rung, i, j):  # type: ignore[no-untyped-def]
    """Return x_y, X (c's gain if d yields), B (c leaves) and Y (d yields) for a pair of types."""
    c, d = game.principals[0, i], game.principals[1, j]
    iota = game.rungs[rung, INTENSITY]
    x_y = min(game.classes[klass, rung, 0], game.head[G_CONTROL])
    back_down = -c[P_AUDIENCE] * iota
    yield_ = -x_y * d[P_STAKE] - game.rules[NU] * d[P_STAKE] * iota - d[P_AUDIENCE] * iota
    return x_y, x_y * c[P_STAKE], back_down, yield_


@rule
def slot_at(game, klass, variant, rung):  # type: ignore[no-untyped-def]
    """Return the number of a contest; from where a class moves what class 0 does, it is class 0."""
    if game.classes[klass, rung, 2] == 1.0:
        klass = 0
    return (klass * 3 + variant) * game.rungs.shape[0] + rung


@rule
def value_contests(game, solution):  # type: ignore[no-untyped-def]
    """Fill the contest tables: every class, rung and coalition that an answer can lead to."""
    top = game.rungs.shape[0] - 1
    low, high = int(game.head[G_LOW]), int(game.head[G_HIGH])
    for klass in range(int(game.head[G_CLASSES])):
        for rung in range(top, low - 1, -1):
            if klass > 0 and game.classes[klass, rung, 2] == 1.0:
                continue
            if game.classes[klass, rung, 0] < 0.0:
                break  # no act of this class stands so low
            crossing = game.rungs[rung, FIRST_STRIKE] != 1.0 and rung <= high
            for column in range(columns(game)):
                for variant in range(D_FIRST + 1 if crossing else 1):
                    value_rung(game, solution, klass, column, rung, variant)


@rule
def value_sides(game, solution, slot, column, rung, variant):  # type: ignore[no-untyped-def]
    """Write a contest's odds, base flows and members' parts; return the challenger's odds."""
    r = game.rungs[rung]
    strength_c = side_strength(game, column, rung, False)
    strength_d = side_strength(game, column, rung, True)
    if variant == C_FIRST:
        strength_c *= r[FIRST_STRIKE]
    elif variant == D_FIRST:
        strength_d *= r[FIRST_STRIKE]
    p = win_probability(strength_c, strength_d, r[MU], game.head[G_ERROR])
    alone_c = plain_strength(game, column, rung, False)
    alone_d = plain_strength(game, column, rung, True)
    side, flow = solution.side, solution.flow
    side[slot, column, 0] = p
    side[slot, column, 1] = base_flow(game, column, rung, 0, p, alone_c)
    side[slot, column, 2] = base_flow(game, column, rung, 1, p, alone_d)
    for e in range(int(game.head[G_ENTRANTS])):
        if came(game, column, e):
            mine = alone_d if on_holder_side(game, 2 + e) else alone_c
            flow[slot, column, e, 0] = base_flow(game, column, rung, 2 + e, p, mine)
            flow[slot, column, e, 1] = game.force[2 + e, rung] / mine if mine > 0.0 else 0.0
        else:
            flow[slot, column, e, 0] = 0.0
            flow[slot, column, e, 1] = 0.0
    return p


@rule
def value_rung(game, solution, klass, column, rung, variant):  # type: ignore[no-untyped-def]
    """Value one contest for every pair of types; `variant` says who crossed the rung first.

    The side that crosses a rung first is stronger by the rung's first-strike factor, that turn
    only: the future is that of the plain contest.
    """
    n_e = int(game.head[G_ENTRANTS])
    r = game.rungs[rung]
    beta, chi = game.rules[BETA], game.rules[CHI]
    uc, ud, phi_, psi_ = solution.uc, solution.ud, solution.phi, solution.psi
    leave, side, flow = solution.leave, solution.side, solution.flow
    top = rung == game.rungs.shape[0] - 1
    slot = slot_at(game, klass, variant, rung)
    plain = slot_at(game, klass, PLAIN, rung)
    above = plain if top else slot_at(game, klass, PLAIN, rung + 1)
    p = value_sides(game, solution, slot, column, rung, variant)
    slip = 0.0 if top else r[SLIP]
    decide = (1.0 - slip) * r[DELTA]
    settle = (1.0 - slip) * r[SIGMA]
    # a contest that nothing ever ends has no value; one turn in a billion ends it
    go_on = min((1.0 - slip) * (1.0 - r[DELTA] - r[SIGMA]) * beta, 1.0 - 1e-9)
    iota = r[INTENSITY]
    moved = (decide + settle * chi) * p * min(game.classes[klass, rung, 1], game.head[G_CONTROL])
    flow_c = side[slot, column, 1] + slip * side[above, column, 1]
    flow_d = side[slot, column, 2] + slip * side[above, column, 2]
    for i in range(int(game.head[G_TC])):
        c = game.principals[0, i]
        for j in range(int(game.head[G_TD])):
            d = game.principals[1, j]
            x_y, x_c, back_down, yield_ = terms_at(game, klass, rung, i, j)
            # what this turn brings, whoever leaves later; a slip does its harm at once
            a_c = (
                moved * c[P_STAKE] - decide * (1.0 - p) * c[P_AUDIENCE] * iota - c[P_KAPPA] * flow_c
            )
            a_d = -moved * d[P_STAKE] - decide * p * d[P_AUDIENCE] * iota - d[P_KAPPA] * flow_d
            a_phi = moved
            both_stay_up = 0.0
            if slip > 0.0:
                e_up, y_up = leave[above, column, i, j, 0], leave[above, column, i, j, 1]
                x_up, xc_up, back_up, yield_up = terms_at(game, klass, rung + 1, i, j)
                stay_up = y_up * xc_up + (1.0 - y_up) * uc[above, column, i, j]
                next_d = y_up * yield_up + (1.0 - y_up) * ud[above, column, i, j]
                next_phi = y_up * x_up + (1.0 - y_up) * phi_[above, column, i, j]
                a_c += slip * beta * (e_up * back_up + (1.0 - e_up) * stay_up)
                a_d += slip * beta * (1.0 - e_up) * next_d
                a_phi += slip * beta * (1.0 - e_up) * next_phi
                both_stay_up = (1.0 - e_up) * (1.0 - y_up)
            if variant == PLAIN:
                u_c, u_d, e, y, failed = exits(game, a_c, a_d, go_on, x_c, back_down, yield_)
                solution.status[S_CONTEST_FAILURES] += failed
                leave[slot, column, i, j, 0] = e
                leave[slot, column, i, j, 1] = y
                on = go_on * (1.0 - e) * (1.0 - y)
                uc[slot, column, i, j] = u_c
                ud[slot, column, i, j] = u_d
                phi_[slot, column, i, j] = (a_phi + go_on * (1.0 - e) * y * x_y) / (1.0 - on)
            else:
                e, y = leave[plain, column, i, j, 0], leave[plain, column, i, j, 1]
                on = go_on * (1.0 - e) * (1.0 - y)
                stay = y * x_c + (1.0 - y) * uc[plain, column, i, j]
                uc[slot, column, i, j] = a_c + go_on * (e * back_down + (1.0 - e) * stay)
                ud[slot, column, i, j] = (
                    a_d + go_on * (1.0 - e) * y * yield_ + on * ud[plain, column, i, j]
                )
                phi_[slot, column, i, j] = (
                    a_phi + go_on * (1.0 - e) * y * x_y + on * phi_[plain, column, i, j]
                )
            for entrant in range(n_e):
                if flow[slot, column, entrant, 1] == 0.0 and flow[slot, column, entrant, 0] == 0.0:
                    psi_[slot, column, entrant, i, j] = 0.0
                    continue
                psi = flow[slot, column, entrant, 0] + slip * (
                    flow[above, column, entrant, 0]
                    + beta * both_stay_up * psi_[above, column, entrant, i, j]
                )
                if variant == PLAIN:
                    psi /= 1.0 - on
                else:
                    psi += on * psi_[plain, column, entrant, i, j]
                psi_[slot, column, entrant, i, j] = psi
