"""Finding the values with which the generic world passes the gates.

Approximate Bayesian computation by sequential Monte Carlo (Toni and others 2009; Klinger and
others 2018, whose pyABC does the work): draw values from wide priors, play the world, keep those
whose rates come near the middle of the gates, and go on from the kept ones with a narrower eye.
What is left in the end is a sample of all values that fit about as well: its spread is how
uncertain each one is. Two values are fitted to four gates. That is calibration and validates
nothing; what was not fitted is compared apart.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.evidence.calibration.gates import GATES
from sim.evidence.calibration.rates import RATES, play
from sim.world.problems import InputError
from sim.world.scenario import Scenario

PRIORS: dict[str, tuple[float, float]] = {
    "rules.lambda": (10.0, 60.0),
    "rules.climb_harm": (0.2, 3.0),
}
"""What is fitted, each uniform between two bounds: how surely the better act is chosen, and how
dear it is to climb. The first decides mostly who answers, the second who goes on to war. The
gates say two things, not four (war is reciprocation times war given reciprocation, to within a
tenth, and length is coarse), so no third value could be told apart: with the shame of yielding
fitted as well, it and lambda were correlated at .9."""

GATED = tuple(rate for rate in RATES if rate.key in GATES)
TAIL = 0.05
"""Weight on either side of the 90 % interval."""


class Value(NamedTuple):
    """A fitted value: the mean of its sample, and the interval that holds 90 % of it."""

    path: str
    value: float
    low: float
    high: float


class Fit(NamedTuple):
    """What a fit came to."""

    values: tuple[Value, ...]
    sample: pd.DataFrame
    """One row a set of values that was kept, with its weight."""
    played: int
    """How many sets of values were tried."""
    reach: float
    """The farthest that any kept set is from the middle of a gate; 1 at the edge."""


def misfit(scenario: Scenario, runs: int, seed: int) -> float:
    """Return how far the worst gated rate of a scenario is from the middle of its gate.

    Returns
    -------
    float
        0 in the middle of all gates, 1 at an edge; 100 where a rate cannot be told. Length counts
        only where it lies outside: in turns of a month its middle cannot be met.
    """
    crises = play(scenario, runs, seed, 1)
    worst = 0.0
    for rate in GATED:
        value = rate.measure(crises).value
        if not np.isfinite(value):
            return 100.0
        gate = GATES[rate.key]
        if rate.key == "days" and gate.low <= value <= gate.high:
            continue
        worst = max(worst, gate.distance(value))
    return worst


def fit(
    world: Scenario, particles: int, runs: int, seed: int, rounds: int,
    told: Callable[[int, float], None] = lambda _played, _misfit: None,
) -> Fit:  # fmt: skip
    """Fit `PRIORS` to `GATES`.

    Parameters
    ----------
    world : Scenario
    particles : int
        How many sets of values are kept in each round.
    runs, seed : int
        Each set is played as often, all under the same luck.
    rounds : int
        At most; fewer if all kept sets are within a third of the way to the edge of any gate.
    told : callable
        Told after each set how many were tried and how well it fits.

    Raises
    ------
    InputError
        If the library is not installed.
    """
    try:
        import pyabc
    except ImportError:
        raise InputError(
            "fitting needs a library that is not installed\n"
            '    install it with: pip install "deter[calibrate]"'
        ) from None
    logging.getLogger("ABC").setLevel(logging.WARNING)
    np.random.seed(seed)  # noqa: NPY002 (pyABC draws from numpy's global generator)
    played = 0

    def simulate(values: Mapping[str, float]) -> dict[str, float]:
        nonlocal played
        changed = world.set({path: float(values[path]) for path in PRIORS})
        distance = misfit(changed, runs, seed)
        played += 1
        told(played, distance)
        return {"misfit": distance}

    def distance(simulated: Mapping[str, float], _record: Mapping[str, float]) -> float:
        return simulated["misfit"]

    prior = pyabc.Distribution(
        **{path: pyabc.RV("uniform", low, high - low) for path, (low, high) in PRIORS.items()}
    )
    search = pyabc.ABCSMC(
        simulate, prior, distance, population_size=particles,
        eps=pyabc.QuantileEpsilon(alpha=0.4), sampler=pyabc.SingleCoreSampler(),
    )  # fmt: skip
    search.new("sqlite://", {"misfit": 0.0})
    history = search.run(minimum_epsilon=1 / 3, max_nr_populations=rounds)
    sample, weights = history.get_distribution()
    reach = float(history.get_weighted_distances()["distance"].max())
    values = tuple(_summed(path, sample[path].to_numpy(), weights) for path in PRIORS)
    return Fit(values, sample.assign(weight=weights), played, reach)


def _summed(path: str, drawn: Any, weights: Any) -> Value:
    """Return a value and its interval from a weighted sample."""
    order = np.argsort(drawn, kind="stable")
    below = np.cumsum(weights[order])
    low, high = (
        float(drawn[order][min(np.searchsorted(below, q), len(drawn) - 1)])
        for q in (TAIL, 1 - TAIL)
    )
    return Value(path, float(np.average(drawn, weights=weights)), low, high)
