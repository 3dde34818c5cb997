"""Forces: how much strength a state brings to a place, and what holds it back.

strength = forward + reach x K x free pool x (1 - tied elsewhere) x readiness x left(distance)

Forward forces are there at once and count in full; they are taken from the pool. Strength falls
with distance from the nearest usable base, by Boulding's (1962) loss-of-strength gradient: either
hyperbolic, so that something always arrives, or linear as Boulding draws it. How far a state's
strength carries is its own scale.

ODD 7.3 (docs/odd.md).
"""

from __future__ import annotations

from sim.compiled import rule
from sim.rules.tables import (
    ACCESS,
    ARMS,
    ARMS_AND_ACCESS,
    CAPABILITY,
    CONTEST,
    DEPLOYED,
    DISTANCE,
    DISTANCE_DECAY,
    ENABLED,
    EXERCISE_READINESS,
    EXERCISED_UNTIL,
    FORWARD,
    FROM,
    GRADIENT,
    GUARANTOR,
    INTEGRATION,
    LINEAR,
    LIVE,
    MISSILE_DEFENCE,
    NO_SIDE,
    PROTEGE,
    REACH,
    READINESS,
    SIDE,
    TIED,
    TREATY_FORWARD,
    TURN,
    UNTIL,
)  # fmt: skip


@rule
def in_force(sit, k):  # type: ignore[no-untyped-def]
    """Whether a treaty is switched on and within its dates this turn."""
    row = sit.treaties[k]
    turn = sit.cursor[TURN]
    return row[ENABLED] == 1.0 and row[FROM] <= turn and turn <= row[UNTIL]


@rule
def capability(terms, sit, state):  # type: ignore[no-untyped-def]
    """Return a state's capability with the arms its treaties bring."""
    total = sit.states[state, CAPABILITY]
    for k in range(sit.treaties.shape[0]):
        if (
            sit.treaties[k, ARMS] > 0.0
            and terms.clauses[k, ARMS_AND_ACCESS] == 1
            and terms.members[k, state] & PROTEGE
            and in_force(sit, k)
        ):
            total += sit.treaties[k, ARMS]
    return total


@rule
def forward_share(terms, sit, state, f):  # type: ignore[no-untyped-def]
    """Return the share of a state's capability stationed at a flashpoint.

    Its own, what it deployed there as a signal, and what its treaties station.
    """
    share = sit.places[f, state, FORWARD] + sit.places[f, state, DEPLOYED]
    for k in range(sit.treaties.shape[0]):
        if (
            sit.treaty_places[k, f, TREATY_FORWARD] > 0.0
            and terms.members[k, state] & GUARANTOR
            and in_force(sit, k)
        ):
            share += sit.treaty_places[k, f, TREATY_FORWARD]
    return min(share, 1.0)


@rule
def tied_elsewhere(terms, sit, state, f):  # type: ignore[no-untyped-def]
    """Return the share of a state's forces that live crises at other flashpoints tie down."""
    tied = 0.0
    for g in range(sit.crisis.shape[0]):
        if g != f and sit.crisis[g, LIVE] == 1 and sit.who[g, state, SIDE] != NO_SIDE:
            tied += terms.rungs[sit.crisis[g, CONTEST], TIED]
    return min(tied, 1.0)


@rule
def usable_distance(terms, sit, state, f):  # type: ignore[no-untyped-def]
    """Return the distance from the nearest base a state can use, its own or one opened to it."""
    nearest = sit.places[f, state, DISTANCE]
    for k in range(sit.treaties.shape[0]):
        if (
            sit.treaty_places[k, f, ACCESS] >= 0.0
            and terms.clauses[k, ARMS_AND_ACCESS] == 1
            and terms.members[k, state] & GUARANTOR
            and in_force(sit, k)
        ):
            nearest = min(nearest, sit.treaty_places[k, f, ACCESS])
    return nearest


@rule
def readiness(terms, sit, state):  # type: ignore[no-untyped-def]
    """Return a state's readiness: an exercise restores part of what is missing, for a while."""
    ready = sit.states[state, READINESS]
    if sit.cursor[TURN] < sit.states[state, EXERCISED_UNTIL]:
        ready += (1.0 - ready) * terms.rules[EXERCISE_READINESS]
    return ready


@rule
def left_at(terms, sit, state, distance):  # type: ignore[no-untyped-def]
    """Return the share of a state's strength that is left at a distance (km)."""
    carried = distance / sit.states[state, GRADIENT]
    if terms.rules[DISTANCE_DECAY] == LINEAR:
        return max(0.0, 1.0 - carried)
    return 1.0 / (1.0 + carried)


@rule
def strength_parts(terms, sit, state, f):  # type: ignore[no-untyped-def]
    """Return (what is there at once, what reach multiplies and delay holds back)."""
    k = capability(terms, sit, state)
    ready = readiness(terms, sit, state)
    pool = 1.0
    here = 0.0
    for g in range(sit.crisis.shape[0]):
        share = forward_share(terms, sit, state, g)
        pool -= share
        if g == f:
            here = share
    free = max(0.0, pool) * (1.0 - tied_elsewhere(terms, sit, state, f))
    distance = usable_distance(terms, sit, state, f)
    return k * here * ready, k * free * ready * left_at(terms, sit, state, distance)


@rule
def pair_ties(terms, sit, i, j):  # type: ignore[no-untyped-def]
    """Return (integration, missile defence) between two states: the best of their treaties."""
    integration, defence = 0.0, 0.0
    for k in range(sit.treaties.shape[0]):
        row = sit.treaties[k]
        if row[INTEGRATION] == 0.0 and row[MISSILE_DEFENCE] == 0.0:
            continue
        if terms.members[k, i] != 0 and terms.members[k, j] != 0 and in_force(sit, k):
            integration = max(integration, row[INTEGRATION])
            defence = max(defence, row[MISSILE_DEFENCE])
    return integration, defence


@rule
def reach_of(terms, rung):  # type: ignore[no-untyped-def]
    """Return the share of total capability that counts at a rung."""
    return terms.rungs[rung, REACH]
