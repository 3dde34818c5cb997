"""Estimates with the chance that is in them: 95 % intervals for shares, rates and means.

Wilson (1927) for shares, with the rule of three (Hanley and Lippman-Hand 1983) where an event was
never seen, each share in its own denominator. Shares of crises are ratios of two sums over runs:
crises of one run have its luck in common, so their variance is that of a ratio estimator over runs
(Cochran 1977, section 6.3), and Wilson's interval is taken at the effective number of crises (Kish
1965).
"""

from __future__ import annotations

from math import ceil, nan, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

Z = 1.959963984540054
"""The normal quantile of a two-sided 95 % interval."""


class Estimate(NamedTuple):
    """A number with its interval.

    Parameters
    ----------
    value : float
        NaN where nothing was counted.
    low, high : float
        Bounds of the 95 % interval; NaN where there is none, such as for the mean of one run.
    error : float
        The standard error; NaN where it cannot be told.
    events, trials : float
        What was counted, of how many.
    """

    value: float
    low: float
    high: float
    error: float
    events: float
    trials: float

    @property
    def known(self) -> bool:
        """Whether there was anything to count."""
        return self.value == self.value

    @property
    def bounded(self) -> bool:
        """Whether it has an interval."""
        return self.low == self.low and self.high == self.high


NOTHING = Estimate(nan, nan, nan, nan, 0, 0)


def wilson(events: float, trials: float) -> tuple[float, float]:
    """Return the 95 % interval of a share; by the rule of three at none and at all.

    Parameters
    ----------
    events, trials : float
        Fractions are allowed: an effective number of trials is seldom whole.

    Examples
    --------
    >>> [round(bound, 4) for bound in wilson(8, 10)]
    [0.4902, 0.9433]
    >>> wilson(0, 300)
    (0.0, 0.01)
    """
    if trials <= 0:
        return 0.0, 1.0
    if events <= 0:
        return 0.0, min(1.0, 3 / trials)
    if events >= trials:
        return max(0.0, 1 - 3 / trials), 1.0
    share = events / trials
    scale = 1 + Z * Z / trials
    centre = (share + Z * Z / (2 * trials)) / scale
    half = Z / scale * sqrt(share * (1 - share) / trials + Z * Z / (4 * trials * trials))
    return max(0.0, centre - half), min(1.0, centre + half)


def share(events: float, trials: float) -> Estimate:
    """Estimate a share of things that are independent of each other, such as runs."""
    if trials <= 0:
        return NOTHING
    value = events / trials
    return Estimate(
        value, *wilson(events, trials), sqrt(value * (1 - value) / trials), events, trials
    )


def ratio(events: Numbers, trials: Numbers) -> Estimate:
    """Estimate a share of things that come in clusters, such as crises in runs.

    Parameters
    ----------
    events, trials : numpy.ndarray
        One number a run: how many there were, of how many; events never exceed trials.
        One run has no interval.
    """
    total = float(trials.sum())
    if total <= 0:
        return NOTHING
    happened = float(events.sum())
    value = happened / total
    if len(trials) < 2:
        return Estimate(value, nan, nan, nan, happened, total)
    effective, error = _effective(events, trials, value)
    low, high = wilson(value * effective, effective)
    return Estimate(value, low, high, error, happened, total)


def _effective(events: Numbers, trials: Numbers, value: float) -> tuple[float, float]:
    """Return the effective number of trials, and the standard error of the ratio."""
    total = float(trials.sum())
    clusters = int(np.count_nonzero(trials))
    if clusters < 2:
        return 1.0, nan
    runs = len(trials)
    residuals = events - value * trials
    variance = runs / (runs - 1) * float(residuals @ residuals) / total**2
    if not 0 < value < 1:
        # Never or always: nothing tells how alike the trials of a run are. The rule of three is
        # taken in the share's own denominator, 3 over crises and not 3 over runs: it bounds what
        # is printed beside it, and of 5,000 crises without a war one may say more than of 200.
        return total, 0.0
    if variance <= 0:
        return total, 0.0
    return min(total, value * (1 - value) / variance), sqrt(variance)


def design_effect(events: Numbers, trials: Numbers) -> float:
    """Return by what factor clustering in runs widens the variance of a share; at least 1."""
    estimate = ratio(events, trials)
    if not estimate.known or not 0 < estimate.value < 1:
        return 1.0
    effective, _ = _effective(events, trials, estimate.value)
    return estimate.trials / effective


def mean(values: Numbers, largest: float | None = None) -> Estimate:
    """Estimate a mean over runs by the normal interval; without one where there is one run.

    Parameters
    ----------
    values : numpy.ndarray
        One number a run, none negative.
    largest : float, optional
        The greatest value there can be; none for counts. Where all runs show nothing, the rule
        of three bounds the mean: of such values, or of Poisson counts.
    """
    count = len(values)
    if count == 0:
        return NOTHING
    value, total = float(values.mean()), float(values.sum())
    if count == 1:
        return Estimate(value, nan, nan, nan, total, 1)
    error = float(values.std(ddof=1)) / sqrt(count)
    if error == 0 and value == 0:
        bound = 3 / count if largest is None else largest * min(1.0, 3 / count)
        return Estimate(0.0, 0.0, bound, 0.0, 0.0, count)
    high = value + Z * error
    return Estimate(
        value,
        max(0.0, value - Z * error),
        high if largest is None else min(high, largest),
        error,
        total,
        count,
    )


def dispersion(values: Numbers) -> float:
    """Return the variance of counts per run over their mean (1 for Poisson counts); at least 1."""
    if len(values) < 2 or not values.any():
        return 1.0
    return max(1.0, float(values.var(ddof=1) / values.mean()))


def rate(events: float, runs: float, dispersed: float = 1.0) -> Estimate:
    """Estimate how often something happens in a run, from its count over all runs.

    The score interval of a Poisson count, widened where counts per run are dispersed; by the
    rule of three where it was never seen.
    """
    if runs <= 0:
        return NOTHING
    count = events / dispersed
    if events <= 0:
        return Estimate(0.0, 0.0, 3 / runs, 0.0, events, runs)
    half = Z * sqrt(count + Z * Z / 4)
    low, high = max(0.0, count + Z * Z / 2 - half), count + Z * Z / 2 + half
    scale = dispersed / runs
    error = sqrt(events * dispersed) / runs
    return Estimate(events / runs, low * scale, high * scale, error, events, runs)


def median(values: NDArray[np.int64]) -> Estimate:
    """Estimate the median of an ordered scale, with the interval of order statistics."""
    count = len(values)
    if count == 0:
        return NOTHING
    ordered = np.sort(values)
    middle = float(ordered[(count - 1) // 2])
    if count == 1:
        return Estimate(middle, nan, nan, nan, middle, 1)
    half = Z * sqrt(count) / 2
    low = max(0, int(count / 2 - half))
    high = min(count - 1, ceil(count / 2 + half))
    return Estimate(middle, float(ordered[low]), float(ordered[high]), nan, middle, count)


def runs_needed(estimate: Estimate, runs: int, relative_error: float = 0.25) -> int | None:
    """Return how many runs bring the standard error down to a part of the value.

    None where the value is zero or its error cannot be told.
    """
    if not estimate.value > 0 or not estimate.error > 0:
        return None
    return ceil(runs * (estimate.error / (estimate.value * relative_error)) ** 2)
