"""Scores of stated probabilities: proper ones, so that saying what one believes scores best.

After Gneiting and Raftery 2007. For one case, `p` holds the chances of the classes and `k` the
class that came true.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
RESAMPLES = 10_000


def smoothed(counts: Sequence[float]) -> Numbers:
    """Return chances from counts, with half a count added to each class (Jeffreys 1946).

    What was never seen in some hundred runs is rare, not impossible, and a score that takes a
    logarithm has to know it.

    Examples
    --------
    >>> smoothed([3, 0]).tolist()
    [0.875, 0.125]
    """
    table = np.asarray(counts, dtype=np.float64) + 0.5
    return np.asarray(table / table.sum(), dtype=np.float64)


def log_score(p: Numbers, k: int) -> float:
    """Return the logarithm of the chance given to what came true; 0 is best."""
    return log(float(p[k]))


def brier(p: Numbers, k: int) -> float:
    """Return Brier's (1950) score over all classes: 0 is best, 2 is worst."""
    true = np.zeros(len(p))
    true[k] = 1.0
    return float(((p - true) ** 2).sum())


def brier_of_two(p: float, happened: bool) -> float:
    """Return the squared error of a chance of yes or no: 0 is best, 1 is worst."""
    return (p - float(happened)) ** 2


def ranked(p: Numbers, k: int) -> float:
    """Return the ranked probability score of ordered classes (Epstein 1969): 0 is best, 1 worst."""
    true = np.zeros(len(p))
    true[k] = 1.0
    gaps = (np.cumsum(p) - np.cumsum(true))[:-1]
    return float((gaps**2).sum() / (len(p) - 1))


def leave_one_out(seen: Sequence[int], classes: int) -> list[Numbers]:
    """Return for each case the shares of the classes in the other cases, smoothed."""
    counts = np.bincount(np.asarray(seen, dtype=np.int64), minlength=classes).astype(np.float64)
    others = []
    for k in seen:
        without = counts.copy()
        without[k] -= 1
        others.append(smoothed(without.tolist()))
    return others


def from_class(p: Numbers, first: int) -> Numbers:
    """Return the chances of ordered classes, given that none below `first` can come true."""
    kept = p.copy()
    kept[:first] = 0.0
    return np.asarray(kept / kept.sum(), dtype=np.float64)


class Skill(NamedTuple):
    """A measure over cases: the model, the baseline, and how much better the one is.

    `skill` is 1 - model / baseline for scores whose best is 0, and the difference model - baseline
    for log scores; above 0 the model is better. `low` and `high` bound it at 95 per cent.
    """

    name: str
    model: float
    baseline: float
    skill: float
    low: float
    high: float
    cases: int

    @property
    def verdict(self) -> str:
        """Whether the interval leaves out 0, and on which side."""
        if self.low > 0:
            return "better than the baseline"
        if self.high < 0:
            return "worse than the baseline"
        return "not to be told from the baseline"


def ratio_skill(model: Numbers, baseline: Numbers) -> float:
    """Return 1 - mean(model) / mean(baseline); 0 where the baseline made no error."""
    below = float(baseline.mean())
    return 1.0 - float(model.mean()) / below if below > 0 else 0.0


def gain(model: Numbers, baseline: Numbers) -> float:
    """Return how much more the model scores on average: for log scores, in nats a case."""
    return float(model.mean() - baseline.mean())


def skill(
    name: str,
    model: Sequence[float],
    baseline: Sequence[float],
    measure: Callable[[Numbers, Numbers], float] = ratio_skill,
    seed: int = 1,
) -> Skill:
    """Compare scores case by case, with an interval from drawing cases anew (Efron 1979).

    Parameters
    ----------
    model, baseline : sequence of float
        One score a case, in the same order.
    measure : callable
        `ratio_skill` or `gain`.
    seed : int
        Of the bootstrap. Cases are drawn with both their scores; the baseline is not learnt anew.
    """
    ours, theirs = np.asarray(model, dtype=np.float64), np.asarray(baseline, dtype=np.float64)
    draws = np.random.default_rng(seed).integers(len(ours), size=(RESAMPLES, len(ours)))
    values = [measure(ours[draw], theirs[draw]) for draw in draws]
    low, high = np.quantile(values, [0.025, 0.975])
    return Skill(
        name,
        float(ours.mean()),
        float(theirs.mean()),
        measure(ours, theirs),
        float(low),
        float(high),
        len(ours),
    )
