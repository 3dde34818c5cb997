"""Commitments: what a treaty asks of whom, and whether its trigger is seen to be met.

Recognition and honouring are separate: a trigger is met plainly or not (a chance, by clarity),
and a guarantor whose duty is recognised may still break it and pay R.

ODD 7.4 (docs/odd.md).
"""

from __future__ import annotations

from sim.compiled import rule
from sim.rules.beliefs import trust_on_grid
from sim.rules.choice import logistic
from sim.rules.forces import in_force
from sim.rules.tables import (
    CHALLENGER_SIDE,
    CLARITY,
    CONDITIONAL,
    CONSULTATION,
    CONSULTATION_DELAY,
    COVERS,
    DEFENCE,
    DELAY,
    GUARANTOR,
    HOLDER_SIDE,
    INTEGRATION,
    NEUTRALITY,
    NON_AGGRESSION,
    NOT_IN_SCOPE,
    OFFENCE,
    OPPORTUNIST,
    PROTEGE,
    STRENGTH,
    SWIFTNESS,
    TRIGGER,
)  # fmt: skip

SLOPE = 8.0
"""Log-odds by which a plain treaty (clarity 1) is more surely recognised one rung higher."""


@rule
def trigger_at(terms, sit, k, f):  # type: ignore[no-untyped-def]
    """Return the rung that is an armed attack under a treaty at a flashpoint.

    A treaty that covers only a territory applies from the rung at which the fight reaches it.
    """
    return max(int(sit.treaties[k, TRIGGER]), int(terms.scope[k, f]))


@rule
def recognition(sit, k, trigger, rung):  # type: ignore[no-untyped-def]
    """Return the chance that an act on a rung is recognised as meeting a treaty's trigger."""
    return logistic(SLOPE * sit.treaties[k, CLARITY] * (rung - trigger + 0.5))


@rule
def covers(terms, k, target):  # type: ignore[no-untyped-def]
    """Whether a treaty covers a kind of target."""
    return terms.clauses[k, COVERS + int(target)] == 1


@rule
def binds(terms, sit, k, f, guarantor, protege):  # type: ignore[no-untyped-def]
    """Whether a treaty in force binds one state to another at a flashpoint."""
    return (
        terms.scope[k, f] < NOT_IN_SCOPE
        and terms.members[k, guarantor] & GUARANTOR
        and terms.members[k, protege] & PROTEGE
        and guarantor != protege
        and in_force(sit, k)
    )


@rule
def is_duty(terms, sit, k, side):  # type: ignore[no-untyped-def]
    """Whether a treaty makes joining a duty on a side.

    Defence obliges to help a holder; without the condition also a protégé that challenges and is
    resisted. Offence obliges to help a protégé that challenges.
    """
    if side == HOLDER_SIDE:
        return terms.clauses[k, DEFENCE] == 1
    return terms.clauses[k, OFFENCE] == 1 or (
        terms.clauses[k, DEFENCE] == 1 and sit.treaties[k, CONDITIONAL] == 0.0
    )


@rule
def leading_treaty(terms, sit, f, guarantor, principal, side):  # type: ignore[no-untyped-def]
    """Return the treaty by which a state may join a principal, or -1.

    The duty that costs most to break leads; without a duty, a treaty of consultation leaves a
    free choice. Ties go to the first.
    """
    best, best_rank = -1, -1.0
    for k in range(sit.treaties.shape[0]):
        if not binds(terms, sit, k, f, guarantor, principal):
            continue
        if is_duty(terms, sit, k, side):
            rank = 1.0 + sit.treaties[k, STRENGTH]
        elif terms.clauses[k, CONSULTATION] == 1:
            rank = 0.0
        else:
            continue
        if rank > best_rank:
            best, best_rank = k, rank
    return best


@rule
def delay_of(terms, sit, k):  # type: ignore[no-untyped-def]
    """Return the turns from joining to effective help; consultation adds its own.

    Who plans and commands together already is there sooner: full integration saves the share
    `rules.swiftness`, to the nearest turn.
    """
    saved = terms.rules[SWIFTNESS] * sit.treaties[k, INTEGRATION]
    delay = int(int(sit.treaties[k, DELAY]) * (1.0 - saved) + 0.5)
    if terms.clauses[k, CONSULTATION] == 1:
        delay += int(sit.treaties[k, CONSULTATION_DELAY])
    return delay


@rule
def expected_price(terms, sit, k, guarantor):  # type: ignore[no-untyped-def]
    """Return R as expected over whether a member is committed or an opportunist."""
    q = trust_on_grid(terms, sit, k, guarantor)
    return sit.treaties[k, STRENGTH] * (q + (1.0 - q) * terms.rules[OPPORTUNIST])


@rule
def pact_price(terms, sit, f, actor, against, rung, joining):  # type: ignore[no-untyped-def]
    """Return what acting against a partner costs: broken non-aggression, or broken neutrality.

    Non-aggression binds whoever acts; neutrality binds those who would join against the partner.
    """
    price = 0.0
    for k in range(sit.treaties.shape[0]):
        pact = terms.clauses[k, NON_AGGRESSION] == 1 or (
            joining and terms.clauses[k, NEUTRALITY] == 1
        )
        if pact and binds(terms, sit, k, f, actor, against):
            seen = recognition(sit, k, trigger_at(terms, sit, k, f), rung)
            price += seen * expected_price(terms, sit, k, actor)
    return price


@rule
def may_join(terms, sit, k, f, side, q):  # type: ignore[no-untyped-def]
    """Whether a treaty opens a choice to join at all once the holder resists at rung q.

    Beside a challenger, only offence does so at any rung; defence and consultation need its
    being resisted at or above the trigger.
    """
    if k < 0 or side != CHALLENGER_SIDE or terms.clauses[k, OFFENCE] == 1:
        return True
    return q >= trigger_at(terms, sit, k, f)
