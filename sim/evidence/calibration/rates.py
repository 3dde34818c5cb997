"""What a world of quarrels comes to, in the terms in which the record counts disputes.

Two definitions of an event are in use, and they are different events:

- **MID-like**: a crisis in which somebody displayed or used force, from the grey zone up (the
  militarised interstate dispute of Palmer and others 2022; bare threats, which the record misses
  most, are left out). The gates are about these.
- **ICB-like**: of these the ones that were answered in kind and reached a show of force: both
  sides have reason to see war as likelier than usual (Brecher, Wilkenfeld and others 2025). For
  comparison only.

Time is counted in turns, so that a crisis that ends in the turn it began lasts a month: the model
cannot tell a day from three weeks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.analysis.intervals import Estimate, ratio
from sim.engines.ensemble import Ensemble, play_ensemble
from sim.outcomes import columns as c
from sim.world.scenario import MONTHS_PER_TURN, Scenario

DAYS_PER_MONTH = 365.25 / 12
Flags = NDArray[np.bool_]


class Crises(NamedTuple):
    """The crises of an ensemble that began long enough before the horizon to end before it."""

    run: NDArray[np.int64]
    runs: int
    days: NDArray[np.float64]
    """How long each lasted."""
    top: NDArray[np.int64]
    """Number of the highest rung reached."""
    answer: NDArray[np.int64]
    """Number of the rung of the first answer; -1 for yielding."""
    joined: Flags
    """Whether a third party came in."""
    nuclear: NDArray[np.int64]
    """How many of challenger and holder have nuclear weapons."""
    rungs: dict[str, int]

    def of(self, kept: Flags) -> Crises:
        """Return some of the crises."""
        cut = {name: getattr(self, name)[kept] for name in PER_CRISIS}
        return self._replace(**cut)

    def at_least(self, rung: str) -> Flags:
        """Return which crises reached a rung."""
        return self.top >= self.rungs[rung]

    @property
    def answered(self) -> Flags:
        """Which crises were answered by a display or use of force."""
        return self.answer >= self.rungs["grey_zone"]


PER_CRISIS = ("run", "days", "top", "answer", "joined", "nuclear")
LAST_TURNS = 6
"""Crises that begin in the last turns are left out: the horizon would cut them short."""


def play(scenario: Scenario, runs: int, seed: int, jobs: int | None = None) -> Crises:
    """Play a scenario and return its crises.

    Parameters
    ----------
    scenario : Scenario
        With the rungs of the default ladder.
    runs, seed : int
    jobs : int, optional
        Processes; as many as pay by default.
    """
    return gather(scenario, play_ensemble(scenario, runs, seed, jobs))


def gather(scenario: Scenario, ensemble: Ensemble) -> Crises:
    """Return the crises of an ensemble."""
    rows = ensemble.crises
    rows = rows[rows[:, 1 + c.C_START] < scenario.turns - LAST_TURNS]
    armed = np.array([float(state.retaliation) > 0.0 for state in scenario.states.values()])
    sides = (rows[:, 1 + c.C_CHALLENGER], rows[:, 1 + c.C_HOLDER])
    joined = (rows[:, 1 + c.C_WITH_HOLDER] | rows[:, 1 + c.C_WITH_CHALLENGER]) != 0
    turn = MONTHS_PER_TURN[scenario.turn_length] * DAYS_PER_MONTH
    return Crises(
        rows[:, 0], len(ensemble.runs), np.maximum(rows[:, 1 + c.C_TURNS], 1) * turn,
        rows[:, 1 + c.C_TOP], rows[:, 1 + c.C_ANSWER], joined,
        armed[sides[0]].astype(np.int64) + armed[sides[1]],
        {rung.key: k for k, rung in enumerate(scenario.ladder)},
    )  # fmt: skip


def mid_like(crises: Crises) -> Crises:
    """Return the crises in which force was displayed or used."""
    return crises.of(crises.at_least("grey_zone"))


def icb_like(crises: Crises) -> Crises:
    """Return the crises that were answered in kind and reached a show of force."""
    return crises.of(crises.answered & crises.at_least("show_of_force"))


def share(crises: Crises, flags: Flags) -> Estimate:
    """Estimate the share of crises of a kind, clustered by run."""
    events, trials = (
        np.bincount(run, minlength=crises.runs).astype(np.float64)
        for run in (crises.run[flags], crises.run)
    )
    return ratio(events, trials)


def median_days(crises: Crises) -> Estimate:
    """Estimate the median length, with the interval of its order statistics (binomial)."""
    days, n = np.sort(crises.days), len(crises.days)
    if n == 0:
        return ratio(np.zeros(2), np.zeros(2))
    reach = 0.98 * np.sqrt(n)
    low, high = days[max(0, int(n / 2 - reach))], days[min(n - 1, int(np.ceil(n / 2 + reach)))]
    return Estimate(float(np.median(days)), float(low), float(high), float("nan"), n, n)


def war(crises: Crises) -> Flags:
    """Return which crises reached war."""
    return crises.at_least("major_war")


class Rate(NamedTuple):
    """A rate the record knows, and how it is measured here."""

    key: str
    meaning: str
    record: str
    """Which row of the record stands beside it."""
    measure: Callable[[Crises], Estimate]
    """From all crises."""


def _mid(flags: Callable[[Crises], Flags], among: Callable[[Crises], Flags] | None = None) -> (
    Callable[[Crises], Estimate]
):  # fmt: skip
    def measure(crises: Crises) -> Estimate:
        kept = mid_like(crises)
        if among is not None:
            kept = kept.of(among(kept))
        return share(kept, flags(kept))

    return measure


def _icb(flags: Callable[[Crises], Flags]) -> Callable[[Crises], Estimate]:
    def measure(crises: Crises) -> Estimate:
        kept = icb_like(crises)
        return share(kept, flags(kept))

    return measure


def _among_nuclear(number: int) -> Callable[[Crises], Flags]:
    return lambda crises: crises.nuclear == number


RATES = (
    Rate("war", "MID-like: war", "mid_hostility_war_all", _mid(war)),
    Rate(
        "reciprocated", "MID-like: answered in kind",
        "mid_reciprocated_all", _mid(lambda crises: crises.answered),
    ),
    Rate(
        "war_given_reciprocated", "MID-like and answered: war",
        "mid_war_given_reciprocated_all", _mid(war, lambda crises: crises.answered),
    ),
    Rate(
        "days", "MID-like: median days", "mid_duration_days_all",
        lambda crises: median_days(mid_like(crises)),
    ),
    Rate(
        "fatal", "MID-like: strike or more (record: deaths)",
        "mid_fatal_all", _mid(lambda crises: crises.at_least("limited_strike")),
    ),
    Rate(
        "display", "MID-like: display at most",
        "mid_hostility_display_all", _mid(lambda crises: ~crises.at_least("blockade")),
    ),
    Rate(
        "third_parties", "MID-like: a third party came in",
        "mid_more_than_two_parties", _mid(lambda crises: crises.joined),
    ),
    Rate(
        "war_none_nuclear", "MID-like, no nuclear weapons: war",
        "postwar_mid_war_none_nuclear", _mid(war, _among_nuclear(0)),
    ),
    Rate(
        "war_one_nuclear", "MID-like, one side nuclear: war",
        "postwar_mid_war_one_nuclear", _mid(war, _among_nuclear(1)),
    ),
    Rate(
        "war_both_nuclear", "MID-like, both sides nuclear: war",
        "postwar_mid_war_both_nuclear", _mid(war, _among_nuclear(2)),
    ),
    Rate("icb_war", "ICB-like: full-scale war", "icb_violence_full_war_all", _icb(war)),
    Rate(
        "icb_calm", "ICB-like: no violence", "icb_violence_none_all",
        _icb(lambda crises: ~crises.at_least("limited_strike")),
    ),
    Rate(
        "icb_days", "ICB-like: median days", "icb_duration_days_all",
        lambda crises: median_days(icb_like(crises)),
    ),
)  # fmt: skip
"""Every rate of the record that the model has a counterpart for."""
