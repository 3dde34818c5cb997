"""Tables of types that stand for a continuum.

A source has a type uniform on a range; a table of types has rows with priors. At a given precision
choices vary smoothly along the range and fast only near cutoffs, within a few multiples of
1 / precision. A table laid out by Gauss and Legendre's rule on panels that are narrow there sums to
what the continuum integrates to, to some nine digits, so that nothing is left to extrapolate but
the precision. Cutoffs are found in the solved game, first on an even table.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.rules import tables as t

EDGES = (0.0, 2.0, 4.5, 8.0, 12.0, 18.0, 28.0, 44.0)
"""Where panels end on both sides of a cutoff, in multiples of its width."""
NODES = 7
"""Types in a panel."""


def even(low: float, high: float, n: int) -> tuple[t.Floats, t.Floats]:
    """Return the midpoints of n equal parts of a range, and their priors."""
    return low + (high - low) * (np.arange(n) + 0.5) / n, np.full(n, 1.0 / n)


def refined(
    low: float, high: float, cuts: Sequence[float], width: float
) -> tuple[t.Floats, t.Floats]:
    """Return a table of a range that is dense around cutoffs, and its priors.

    Parameters
    ----------
    cuts : sequence of float
        Where choices change, up to about a width.
    width : float
        Over what distance they do.
    """
    ends = {low, high}
    for cut in cuts:
        for edge in EDGES:
            ends |= {cut - edge * width, cut + edge * width}
    inside = np.array(sorted(e for e in ends if low <= e <= high))
    # panels much narrower than the width say nothing new
    kept = [inside[0]]
    for e in inside[1:]:
        if e - kept[-1] > 0.5 * width or e == high:
            kept.append(e)
    x, w = np.polynomial.legendre.leggauss(NODES)
    half = 0.5 * np.diff(kept)
    middle = np.array(kept[:-1]) + half
    places = (middle[:, None] + half[:, None] * x).ravel()
    return places, (half[:, None] * w).ravel() / (high - low)


def crossing(places: t.Floats, chances: t.Floats) -> float | None:
    """Return where a chance along a range passes one half, between two types, or None."""
    above = chances >= 0.5
    for k in range(len(places) - 1):
        if above[k] != above[k + 1]:
            part = (0.5 - chances[k]) / (chances[k + 1] - chances[k])
            return float(places[k] + part * (places[k + 1] - places[k]))
    return None
