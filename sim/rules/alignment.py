"""Alignment: ties deepen and loosen by threat, autonomy and affinity, by mutual consent.

The threat to a state is, over flashpoints it has a stake in, stake x coercion remembered there x
the chance that its side loses. States balance against threat, which is strength that is near and
has been used, rather than against strength (Walt 1987). A step deeper lowers the threat to a
member where it brings the partner in, its bases, its arms or an integrated defence. It costs
autonomy (Morrow 1991), political distance, and what the partner's fights may drag it into
(Snyder 1984). Both have to want it; one is enough to loosen a tie.

What others do covers a state too, so that it may ride free; where both sides' ties deepen, each
takes from the other's cover, so that blocs may spiral.

ODD 7.15 (docs/odd.md).
"""

from __future__ import annotations

from sim import luck
from sim.compiled import only_with, rule
from sim.luck import draw
from sim.rules import log as record
from sim.rules.choice import logistic
from sim.rules.commitments import is_duty, leading_treaty
from sim.rules.contest import win_probability
from sim.rules.forces import pair_ties, reach_of, strength_parts
from sim.rules.signals import holder_at
from sim.rules.tables import (
    ALIGN_EVERY,
    ALIGNMENT,
    AUTONOMY,
    AUTONOMY_COST,
    CEILING,
    CHALLENGER_SIDE,
    COERCION,
    COERCION_FORGOTTEN,
    ENABLED,
    ENDOGENOUS,
    ENTRAPMENT_FEAR,
    FROM,
    GAMMA,
    HARM,
    HOLDER_SIDE,
    INTENSITY,
    JOIN_WEIGHT,
    LAMBDA,
    MU,
    POSITION,
    RUN,
    SPENT,
    STAKE,
    TIE_CRISES,
    TIE_DISTANCE,
    TIE_ONE,
    TIE_OTHER,
    TIE_STEPS,
    TIE_WEIGHT,
    TURN,
    TURN_RUNG,
    UNTIL,
    WAR_RUNG,
)  # fmt: skip
from sim.rules.ties import set_depth, steps_of


@rule
def war_rung(terms):  # type: ignore[no-untyped-def]
    """Return the rung at which strength is compared: the lowest that is war, or the top."""
    return min(int(terms.rules[WAR_RUNG]), terms.rungs.shape[0] - 1)


@rule
def counted_on(terms, sit, f, state, principal, side):  # type: ignore[no-untyped-def]
    """Return the share of a state's strength that a principal counts on at a flashpoint.

    A duty counts by how reliable its guarantor is held to be, a free choice by its prior weight.
    """
    free = logistic(terms.rules[JOIN_WEIGHT])
    k = leading_treaty(terms, sit, f, state, principal, side)
    if k < 0:
        return free if side == CHALLENGER_SIDE and terms.roles[f, state] == 2 else 0.0
    if sit.treaties[k, CEILING] < war_rung(terms):
        return 0.0
    trust = bound_to(terms, sit, f, state, principal, side)
    return trust + (1.0 - trust) * free


@rule
def bound_to(terms, sit, f, state, principal, side):  # type: ignore[no-untyped-def]
    """Return how surely a duty draws a state in beside a principal; 0 without a duty."""
    k = leading_treaty(terms, sit, f, state, principal, side)
    if k < 0 or not is_duty(terms, sit, k, side):
        return 0.0
    return sit.trust[k, state, 0] / (sit.trust[k, state, 0] + sit.trust[k, state, 1])


@rule
def strength_of_side(terms, sit, f, principal, opponent, side):  # type: ignore[no-untyped-def]
    """Return what a principal counts on at a flashpoint if it comes to war: its own and others'."""
    reach = reach_of(terms, war_rung(terms))
    at_once, sent = strength_parts(terms, sit, principal, f)
    total = at_once + reach * sent
    for place in range(terms.near.shape[1]):
        state = terms.near[f, place]
        if state < 0:
            break
        if state in (principal, opponent):
            continue
        share = counted_on(terms, sit, f, state, principal, side)
        if share > 0.0:
            at_once, sent = strength_parts(terms, sit, state, f)
            integration, _defence = pair_ties(terms, sit, state, principal)
            bonus = 1.0 + terms.rules[GAMMA] * integration
            total += share * (at_once + reach * sent) * bonus
    return total


@rule
def cares_for(terms, sit, f, state, c, d):  # type: ignore[no-untyped-def]
    """Return the side on which a state's stake lies: the holder's, unless bound to c alone."""
    if state == d:
        return HOLDER_SIDE
    if state == c or terms.roles[f, state] == 2:
        return CHALLENGER_SIDE
    if leading_treaty(terms, sit, f, state, d, HOLDER_SIDE) >= 0:
        return HOLDER_SIDE
    bound = leading_treaty(terms, sit, f, state, c, CHALLENGER_SIDE) >= 0
    return CHALLENGER_SIDE if bound else HOLDER_SIDE


@rule
def danger(terms, sit, state):  # type: ignore[no-untyped-def]
    """Return what threatens a state: losing what it cares for, and wars it may be dragged into.

    Counted over the crises to come that it reckons with.
    """
    war = war_rung(terms)
    total = 0.0
    for f in range(terms.roles.shape[0]):
        stake, coercion = sit.places[f, state, STAKE], sit.flash[f, COERCION]
        d = holder_at(terms, f)
        for c in range(terms.roles.shape[1]):
            if terms.roles[f, c] != 2:
                continue
            if stake > 0.0:
                won = win_probability(
                    strength_of_side(terms, sit, f, c, d, CHALLENGER_SIDE),
                    strength_of_side(terms, sit, f, d, c, HOLDER_SIDE),
                    terms.rungs[war, MU],
                    0.0,
                )
                side = cares_for(terms, sit, f, state, c, d)
                total += stake * coercion * (won if side == HOLDER_SIDE else 1.0 - won)
            if state not in (c, d):
                drawn = bound_to(terms, sit, f, state, d, HOLDER_SIDE)
                drawn += bound_to(terms, sit, f, state, c, CHALLENGER_SIDE)
                fear = terms.rules[ENTRAPMENT_FEAR] * terms.rungs[war, HARM]
                total += fear * coercion * drawn
    return terms.rules[TIE_CRISES] * total


@rule
def worth_of_step(terms, sit, tie, step):  # type: ignore[no-untyped-def]
    """Return what a step of a tie is worth to each of its two members."""
    row = terms.ties[tie]
    one, other, k = row[TIE_ONE], row[TIE_OTHER], row[TIE_STEPS + step]
    held = sit.treaties[k, ENABLED]
    sit.treaties[k, ENABLED] = 0.0
    to_one, to_other = danger(terms, sit, one), danger(terms, sit, other)
    sit.treaties[k, ENABLED] = 1.0
    to_one -= danger(terms, sit, one)
    to_other -= danger(terms, sit, other)
    sit.treaties[k, ENABLED] = held
    apart = abs(sit.states[one, POSITION] - sit.states[other, POSITION])
    distance = terms.rules[TIE_DISTANCE] * apart
    cost = terms.rules[AUTONOMY_COST]
    return (
        to_one - cost * sit.states[one, AUTONOMY] - distance,
        to_other - cost * sit.states[other, AUTONOMY] - distance,
    )


@rule
def agrees(terms, sit, state, worth):  # type: ignore[no-untyped-def]
    """Return the chance that a state agrees to a step of that worth; its partner has to as well."""
    return logistic(sit.states[state, LAMBDA] * worth + terms.rules[TIE_WEIGHT])


@rule
def turns_away(terms, sit, state, worth):  # type: ignore[no-untyped-def]
    """Return the chance that a state gives up a step of that worth.

    It needs nobody's consent, so that what weighs against change weighs twice.
    """
    return logistic(2.0 * terms.rules[TIE_WEIGHT] - sit.states[state, LAMBDA] * worth)


@rule
def tie_draw(terms, sit, tie, index):  # type: ignore[no-untyped-def]
    """Return a draw of a tie's own this turn."""
    before = sit.states.shape[0] + sit.crisis.shape[0] + sit.treaties.shape[0]
    who = terms.address[before + terms.events.shape[0] + tie]
    return draw(sit.key, sit.cursor[RUN], sit.cursor[TURN], who, 0, luck.ALIGN, index)


@rule
def is_open(sit, k):  # type: ignore[no-untyped-def]
    """Whether the dates of a treaty allow it to hold this turn."""
    return sit.treaties[k, FROM] <= sit.cursor[TURN] <= sit.treaties[k, UNTIL]


@rule
def weigh_tie(terms, sit, log, tie):  # type: ignore[no-untyped-def]
    """Let the members of a tie take a step deeper, loosen it by one, or leave it as it is."""
    row = terms.ties[tie]
    one, other, depth = row[TIE_ONE], row[TIE_OTHER], sit.depth[tie]
    deepen, loosen = 0.0, 0.0
    more_one, more_other, less_one, less_other = 0.0, 0.0, 0.0, 0.0
    if depth < steps_of(terms, tie) and is_open(sit, row[TIE_STEPS + depth]):
        more_one, more_other = worth_of_step(terms, sit, tie, depth)
        deepen = agrees(terms, sit, one, more_one) * agrees(terms, sit, other, more_other)
    if depth > 0:
        less_one, less_other = worth_of_step(terms, sit, tie, depth - 1)
        keep = 1.0 - turns_away(terms, sit, one, less_one)
        keep *= 1.0 - turns_away(terms, sit, other, less_other)
        loosen = 1.0 - keep
    u = tie_draw(terms, sit, tie, 1)
    if u < deepen:
        set_depth(terms, sit, tie, depth + 1)
        cost = terms.rules[AUTONOMY_COST]
        sit.states[one, SPENT] += cost * sit.states[one, AUTONOMY]
        sit.states[other, SPENT] += cost * sit.states[other, AUTONOMY]
        record.write(
            sit, log, record.TIE, -1, one, other, tie, depth + 1, depth, more_one, more_other
        )
    elif u < deepen + (1.0 - deepen) * loosen:
        set_depth(terms, sit, tie, depth - 1)
        record.write(
            sit, log, record.TIE, -1, one, other, tie, depth - 1, depth, less_one, less_other
        )


@only_with("alignment")
def align(terms, sit, log):  # type: ignore[no-untyped-def]
    """Let coercion be remembered and forgotten and, where it is time, ties be weighed.

    In an order drawn afresh, each seeing what those before it did.
    """
    if terms.rules[ALIGNMENT] != ENDOGENOUS:
        return
    kept = 1.0 - terms.rules[COERCION_FORGOTTEN]
    for f in range(sit.crisis.shape[0]):
        rung = sit.crisis[f, TURN_RUNG]
        now = terms.rungs[rung, INTENSITY] if rung >= 0 else 0.0
        sit.flash[f, COERCION] = max(kept * sit.flash[f, COERCION], now)
    if (sit.cursor[TURN] + 1) % int(terms.rules[ALIGN_EVERY]) != 0:
        return
    last, last_tie = -1.0, -1
    for _ in range(terms.ties.shape[0]):
        least, following = 2.0, -1
        for tie in range(terms.ties.shape[0]):
            u = tie_draw(terms, sit, tie, 0)
            later = u > last or (u == last and tie > last_tie)
            if later and u < least:
                least, following = u, tie
        last, last_tie = least, following
        weigh_tie(terms, sit, log, following)
