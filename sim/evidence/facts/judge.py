"""From ensembles to a verdict: differences between points with shared luck, and what they say."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from sim.evidence.facts.outcomes import Outcome
from sim.evidence.facts.trial import Point, Trial, Verdict
from sim.experiments.arms import Arm, Difference, mean_of, share_and_pull
from sim.rules.tables import Floats

RESAMPLES = 400
"""Of the runs, for the interval of a threshold (Efron and Tibshirani 1993)."""


class Found(NamedTuple):
    """What a trial came to."""

    values: tuple[float, ...]
    """The outcome at each point; of a gap within one ensemble, the two shares."""
    difference: Difference
    """What is judged: last point less first, or what stands for it."""
    steps: tuple[Difference, ...]
    """From each point to the next; of a peak, from the first and from the last point to it."""
    verdict: Verdict


def measured(outcome: Outcome, arm: Arm) -> tuple[float, Floats]:
    """Return an outcome, and by how much each run pulls it."""
    value, pull = share_and_pull(*outcome.share(arm))
    if outcome.less is not None:
        other, pull_of_other = share_and_pull(*outcome.less(arm))
        value, pull = value - other, pull - pull_of_other
    return value, pull


def between(first: tuple[float, Floats], second: tuple[float, Floats]) -> Difference:
    """Return the paired difference of two measured outcomes, second less first."""
    spread = mean_of(second[1] - first[1])
    return Difference(second[0] - first[0], spread.error, spread.runs)


def play(trial: Trial, seed: int = 1, precision: float = 1.0) -> Found:
    """Play a trial and judge it.

    Parameters
    ----------
    precision : float
        What every precision of choice is multiplied by.
    """
    if trial.kind == "least":
        return _least(trial, seed, precision)
    arms = [Arm(trial.scenario(point, precision), seed).play(trial.runs) for point in trial.points]
    return judge(trial, arms)


def judge(trial: Trial, arms: list[Arm]) -> Found:
    """Judge a trial by the ensembles of its points."""
    if trial.kind == "tested":
        return _tested(trial, arms)
    found = [measured(trial.outcome, arm) for arm in arms]
    values = tuple(value for value, _ in found)
    if trial.kind == "within":
        value, pull = found[0]
        whole = Difference(value, mean_of(pull).error, len(pull))
        if trial.outcome.less is not None:
            shares = (trial.outcome.share(arms[0]), trial.outcome.less(arms[0]))
            values = tuple(share_and_pull(*share)[0] for share in shares)
        return Found(values, whole, (), verdict_on(trial, whole, ()))
    if trial.sign == "peak":
        top = found[trial.peak]
        sides = (between(found[0], top), between(found[-1], top))
        lesser = min(sides, key=lambda side: side.low)
        return Found(values, lesser, sides, verdict_on(trial, lesser, ()))
    whole = between(found[0], found[-1])
    steps = tuple(between(a, b) for a, b in pairwise(found))
    return Found(values, whole, steps, verdict_on(trial, whole, steps))


def verdict_on(trial: Trial, whole: Difference, steps: tuple[Difference, ...]) -> Verdict:
    """Return what a difference, and the steps it is made of, say of the sign.

    A rise or fall holds where its whole interval is on the right side of zero and no step's is on
    the wrong one; it fails where an interval is on the wrong side. None holds where the whole
    interval lies within the band, and fails where it lies outside.
    """
    if trial.sign == "0":
        inside = -trial.band < whole.low and whole.high < trial.band
        outside = whole.low > trial.band or whole.high < -trial.band
        return "holds" if inside else "fails" if outside else "not clear"
    if trial.sign == "0/−":
        return (
            "holds"
            if whole.high < trial.band
            else "fails"
            if whole.low > trial.band
            else "not clear"
        )
    right = -1.0 if trial.sign == "−" else 1.0
    lows = [min(right * d.low, right * d.high) for d in (whole, *steps)]
    highs = [max(right * d.low, right * d.high) for d in (whole, *steps)]
    if any(high < 0 for high in highs):
        return "fails"
    return "holds" if lows[0] > 0 else "not clear"


def _tested(trial: Trial, arms: list[Arm]) -> Found:
    """Compare a share over the cases of all arms with its mean over arms.

    The arms are pacts of different reliability, as many of each; the share of all cases weighs a
    pact by how often it is put to the test, the mean weighs each pact once (Smith 1995).
    """
    parts = [trial.outcome.share(arm) for arm in arms]
    alone = [share_and_pull(*pair) for pair in parts]
    part, whole = (np.sum([pair[i] for pair in parts], axis=0) for i in (0, 1))
    tested = share_and_pull(part, whole)
    every = (
        float(np.mean([value for value, _ in alone])),
        np.mean([pull for _, pull in alone], axis=0),
    )
    gap = between(every, tested)
    return Found(tuple(value for value, _ in alone), gap, (), verdict_on(trial, gap, ()))


def crossing(grid: Floats, shares: Floats, level: float) -> float:
    """Return the least value on a grid at which a share is down to a level, straight in between.

    The end of the grid if it never is.
    """
    for i, share in enumerate(shares):
        if share <= level:
            if i == 0:
                return float(grid[0])
            part = (shares[i - 1] - level) / (shares[i - 1] - share)
            return float(grid[i - 1] + part * (grid[i] - grid[i - 1]))
    return float(grid[-1])


def _least(trial: Trial, seed: int, precision: float) -> Found:
    """Find the least value of a grid that deters, at each point; intervals by resampling runs."""
    grid = np.array([float(point.label) for point in trial.grid])

    def done(point: Point, more: Point) -> Floats:
        arm = Arm(trial.scenario(point, precision, more), seed).play(trial.runs)
        return trial.outcome.share(arm)[0]

    moves = np.array([[done(point, more) for more in trial.grid] for point in trial.points])
    values = tuple(crossing(grid, table.mean(axis=1), trial.level) for table in moves)
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, trial.runs, (RESAMPLES, trial.runs))
    again = np.array([
        [crossing(grid, table[:, runs].mean(axis=1), trial.level) for table in moves]
        for runs in drawn
    ])  # fmt: skip

    def step(first: int, second: int) -> Difference:
        error = float(np.std(again[:, second] - again[:, first], ddof=1))
        return Difference(values[second] - values[first], error, trial.runs)

    last = len(values) - 1
    steps = tuple(step(i, i + 1) for i in range(last))
    whole = step(0, last)
    return Found(values, whole, steps, verdict_on(trial, whole, steps))
