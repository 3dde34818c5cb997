"""Learning: what acts teach about resolve and reliability, and how it fades.

Resolve is learned by Bayes on the table of types: an act that all types choose alike teaches
nothing, an act whose author is unsure teaches in proportion. Reliability is a Beta belief whose
counts grow by what honouring or reneging says about commitment (plain counting where a
committed guarantor always comes and an opportunist never does).

Games are solved with beliefs on a grid of log-odds (`rules.belief_step`), so that solutions can be
used again; what is learned is added to the exact belief, so that small news is not lost.

ODD 7.10 (docs/odd.md).
"""

from __future__ import annotations

import math

from sim.compiled import rule
from sim.rules.choice import exponential, logistic
from sim.rules.tables import BELIEF_STEP, FADE, GUARANTOR, OMEGA, PRIOR, STAKE

FARTHEST = 12.0
"""Largest log-odds a belief on the grid can have."""


@rule
def snap(z, step):  # type: ignore[no-untyped-def]
    """Return log-odds moved to the nearest point of a grid, halves upward; unchanged at step 0."""
    z = max(-FARTHEST, min(FARTHEST, z))
    if step <= 0.0:
        return z
    return step * math.floor(z / step + 0.5)


@rule
def on_grid(terms, sit, state, t):  # type: ignore[no-untyped-def]
    """Return the public belief that a state is of type t, on a grid through its prior.

    The grid is one of log-odds against type 0.
    """
    step = terms.rules[BELIEF_STEP]
    belief = sit.belief[state]
    if step <= 0.0 or belief[0] <= 0.0 or terms.types[state, 0, PRIOR] <= 0.0:
        return belief[t]
    total, mine = 0.0, 0.0
    for other in range(terms.n_types[state]):
        odds = terms.types[state, other, PRIOR] / terms.types[state, 0, PRIOR]
        if belief[other] <= 0.0 or odds <= 0.0:
            continue
        weight = odds * exponential(snap(math.log(belief[other] / belief[0] / odds), step))
        total += weight
        if other == t:
            mine = weight
    return mine / total


@rule
def trust_on_grid(terms, sit, k, state):  # type: ignore[no-untyped-def]
    """Return the belief that a guarantor is committed, on a grid of log-odds through its prior."""
    a, b = sit.trust[k, state, 0], sit.trust[k, state, 1]
    if b <= 0.0:
        return 1.0
    if a <= 0.0:
        return 0.0
    step = terms.rules[BELIEF_STEP]
    first_a, first_b = terms.reliability[k, 0], terms.reliability[k, 1]
    if step <= 0.0 or first_a <= 0.0 or first_b <= 0.0:
        return a / (a + b)
    prior = math.log(first_a / first_b)
    return logistic(prior + snap(math.log(a / b) - prior, step))


@rule
def learn_type(terms, sit, state, likelihood, attribution):  # type: ignore[no-untyped-def]
    """Update the public belief about a state by the chance each type had to act as it did.

    Parameters
    ----------
    likelihood : numpy.ndarray
        Shape (type,): chance of the act by type.
    attribution : float
        Chance that the act is known to be its own; the rest teaches nothing.
    """
    n = terms.n_types[state]
    total = 0.0
    for t in range(n):
        total += sit.belief[state, t] * likelihood[t]
    if total <= 0.0:
        return
    for t in range(n):
        news = sit.belief[state, t] * likelihood[t] / total
        sit.belief[state, t] = attribution * news + (1.0 - attribution) * sit.belief[state, t]


@rule
def learn_trust(terms, sit, k, state, if_committed, if_opportunist):  # type: ignore[no-untyped-def]
    """Update the belief that a guarantor is committed by the chances of what it did.

    A share omega of the news reaches its other treaties: do reputations travel (Mercer 1996,
    Press 2005; Weisiger and Yarhi-Milo 2015)?
    """
    a, b = sit.trust[k, state, 0], sit.trust[k, state, 1]
    q = a / (a + b)
    whole = q * if_committed + (1.0 - q) * if_opportunist
    if whole <= 0.0:
        return
    for other in range(sit.trust.shape[0]):
        if not terms.members[other, state] & GUARANTOR:
            continue
        weight = 1.0 if other == k else terms.rules[OMEGA]
        own_a, own_b = sit.trust[other, state, 0], sit.trust[other, state, 1]
        # the same news, read against what is believed of this treaty
        own_q = own_a / (own_a + own_b)
        own_whole = own_q * if_committed + (1.0 - own_q) * if_opportunist
        if own_whole <= 0.0:
            continue
        gain = own_q * if_committed / own_whole
        sit.trust[other, state, 0] += weight * gain
        sit.trust[other, state, 1] += weight * (1.0 - gain)


@rule
def fade(terms, sit, f, turns):  # type: ignore[no-untyped-def]
    """Move beliefs about all who have a stake toward their priors when a crisis ends.

    Beliefs stand still in quiet times, so that quiet turns change nothing.
    """
    kept = 1.0
    for _ in range(turns):
        kept *= 1.0 - terms.rules[FADE]
    for state in range(sit.belief.shape[0]):
        if sit.places[f, state, STAKE] == 0.0:
            continue
        for t in range(terms.n_types[state]):
            prior = terms.types[state, t, PRIOR]
            sit.belief[state, t] = prior + kept * (sit.belief[state, t] - prior)
        for k in range(sit.trust.shape[0]):
            for side in range(2):
                prior = terms.reliability[k, side]
                sit.trust[k, state, side] = prior + kept * (sit.trust[k, state, side] - prior)
