"""What the game that may come is worth to a holder, a challenger, a guarantor, by private type.

ODD 7.12 (docs/odd.md).
"""

from __future__ import annotations

from sim.compiled import rule
from sim.rules.choice import logistic, padded
from sim.rules.stage_game import predecessors, seen_before
from sim.rules.tables import (
    A_ANSWERS,
    A_SLICE,
    E_KAPPA,
    E_LAMBDA,
    E_LOG_WEIGHT,
    E_R,
    E_R_OPPORTUNIST,
    E_SIDE,
    E_STAKE,
    E_STANDING,
    E_STATE,
    E_TRUST,
    E_TYPES,
    G_ACTS,
    G_CONTROL,
    G_ENTRANTS,
    G_EXACT,
    G_NODES,
    G_TC,
    G_TD,
    HOLDER_SIDE,
    N_LANE,
    P_BELIEF,
)  # fmt: skip


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
