"""Choosing among acts: the logit rule, and the arithmetic it needs.

The better an act, the likelier it is chosen: P(a) proportional to w_a exp(lambda U_a)
(quantal response, McKelvey and Palfrey 1995, 1998; Signorino 1999).
"""

from __future__ import annotations

import math

from sim.compiled import rule


@rule
def logistic(x):  # type: ignore[no-untyped-def]
    """Return 1 / (1 + exp(-x)), safe for any finite x."""
    if x >= 0.0:
        if x > 700.0:
            return 1.0
        return 1.0 / (1.0 + math.exp(-x))
    if x < -700.0:
        return 0.0
    e = math.exp(x)
    return e / (1.0 + e)


@rule
def log_odds(p):  # type: ignore[no-untyped-def]
    """Return ln(p / (1 - p)), cut at +-700."""
    if p <= 0.0:
        return -700.0
    if p >= 1.0:
        return 700.0
    return math.log(p) - math.log(1.0 - p)


@rule
def bounded_exp(x):  # type: ignore[no-untyped-def]
    """Return exp(x) for x <= 0 or a little above; 0 below -700."""
    if x < -700.0:
        return 0.0
    return math.exp(x)


@rule
def pick(probabilities, n, u):  # type: ignore[no-untyped-def]
    """Return the option that a uniform draw `u` falls on; ties and rounding go to the last."""
    total = 0.0
    for option in range(n - 1):
        total += probabilities[option]
        if u < total:
            return option
    return n - 1
