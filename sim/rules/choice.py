"""Choosing among acts: the logit rule, and the arithmetic it needs.

The better an act, the likelier it is chosen: P(a) proportional to w_a exp(lambda U_a)
(quantal response, McKelvey and Palfrey 1995, 1998; Signorino 1999).

The exponential is our own, of + - * alone: it gives the same bits on every machine, and loops
over it are compiled to work on several numbers at once.

ODD 7.8 (docs/odd.md).
"""

from __future__ import annotations

from sim.compiled import PLAIN, power_of_two, rule

WHOLE = 6755399441055744.0
"""1.5 x 2**52: adding it to a number rounds that to a whole one, kept in the low bits."""
LOG2_E = 1.4426950408889634
LN2_HIGH, LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10
LARGEST = 700.0
"""Where the exponential is cut off, on either side."""
LANES = 1 if PLAIN else 8
"""How many numbers a compiled loop works on at once; lengths of rows are rounded up to it."""


@rule
def padded(n):  # type: ignore[no-untyped-def]
    """Return a length rounded up to whole groups of lanes."""
    return (n + LANES - 1) // LANES * LANES


@rule
def exponential(x):  # type: ignore[no-untyped-def]
    """Return exp(x), cut off at +-700: 2**k times a polynomial on [-ln 2 / 2, ln 2 / 2]."""
    x = x if x < LARGEST else LARGEST
    x = x if x > -LARGEST else -LARGEST
    shifted = x * LOG2_E + WHOLE
    k = shifted - WHOLE
    r = (x - k * LN2_HIGH) - k * LN2_LOW
    # 1 / n! for n = 13 down to 0
    p = 1.6059043836821613e-10
    p = p * r + 2.08767569878681e-09
    p = p * r + 2.505210838544172e-08
    p = p * r + 2.755731922398589e-07
    p = p * r + 2.7557319223985893e-06
    p = p * r + 2.48015873015873e-05
    p = p * r + 0.0001984126984126984
    p = p * r + 0.001388888888888889
    p = p * r + 0.008333333333333333
    p = p * r + 0.041666666666666664
    p = p * r + 0.16666666666666666
    p = p * r + 0.5
    p = p * r + 1.0
    p = p * r + 1.0
    return p * power_of_two(shifted)


@rule
def logistic(x):  # type: ignore[no-untyped-def]
    """Return 1 / (1 + exp(-x))."""
    return 1.0 / (1.0 + exponential(-x))


@rule
def pick(probabilities, n, u):  # type: ignore[no-untyped-def]
    """Return the option that a uniform draw `u` falls on; ties and rounding go to the last."""
    total = 0.0
    for option in range(n - 1):
        total += probabilities[option]
        if u < total:
            return option
    return n - 1
