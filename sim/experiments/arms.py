"""Ensembles in memory that share their luck, and what differs between them, run by run.

For findings and facts, which need measures of crises and as many runs as it takes;
`sim.experiments.comparison` is what `deter compare` plays, on disk and with bootstrap intervals.

Run k has the same luck in every arm (common random numbers, Glasserman and Yao 1992), so that a
difference between arms is taken within runs. A share of cases, such as of crises, is a ratio of
sums over runs; its error is clustered by run (the linearised ratio of Cochran 1977, ch. 6).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from typing import NamedTuple

import numpy as np

from sim.engines.chunks import Chunk, Player
from sim.outcomes.columns import (
    C_CHALLENGER,
    C_FLASH,
    C_KIND,
    C_RUNG,
    C_WITH_CHALLENGER,
    C_WITH_HOLDER,
    FLASHPOINT_COLUMNS,
    RUN_COLUMNS,
    STATE_COLUMNS,
)  # fmt: skip
from sim.rules.tables import Floats, Ints
from sim.world.scenario import Scenario

ACCIDENT = 2
"""What the column of a crisis's kind holds where nobody chose it."""
Z = 1.959963984540054
"""The normal quantile of a two-sided 95 % interval."""


class Arm:
    """One scenario, played as many times as is asked for; run k has the same luck in every arm.

    Parameters
    ----------
    scenario : Scenario
    seed : int
        Not negative.
    """

    def __init__(self, scenario: Scenario, seed: int = 1) -> None:
        self.scenario = scenario
        self._player = Player(scenario, seed)
        self._chunks: list[Chunk] = []
        self.runs = 0

    def play(self, runs: int) -> Arm:
        """Play on until there are so many runs."""
        if runs > self.runs:
            self._chunks.append(self._player.chunk(self.runs, runs - self.runs))
            self.runs = runs
        return self

    def column(self, name: str) -> Floats:
        """Return a column of the table of runs, named as in results: ``war``, ``cost_japan``."""
        c = self._player.compiled
        names = [
            *RUN_COLUMNS,
            *(
                f"{flashpoint}_{item}"
                for flashpoint in c.flashpoints
                for item in FLASHPOINT_COLUMNS
            ),
            *(f"{item}_{state}" for state in c.states for item in STATE_COLUMNS),
        ]
        return np.concatenate([chunk.runs[:, names.index(name)] for chunk in self._chunks])

    def crises(self) -> Ints:
        """Return the crises of all runs: the number of the run, then `sim.outcomes.columns`."""
        return np.concatenate([chunk.crises for chunk in self._chunks])

    def per_run(self, wanted: Collection[bool]) -> Floats:
        """Return how many of the crises that are marked lie in each run."""
        rows = self.crises()
        return np.bincount(rows[np.asarray(wanted, bool), 0], minlength=self.runs).astype(float)

    def rung(self, key: str) -> int:
        """Return the number of a rung."""
        return self._player.compiled.rungs.index(key)

    def bit(self, state: str) -> int:
        """Return the bit of a state in sets of states."""
        return 1 << self._player.compiled.states.index(state)

    def moves(
        self,
        rungs: Collection[str] | None = None,
        where: Collection[str] | None = None,
        who: str | None = None,
    ) -> Floats:
        """Return the number of moves from rest in each run: on some rungs, at some flashpoints."""
        c = self._player.compiled
        rows = self.crises()
        wanted = rows[:, 1 + C_KIND] != ACCIDENT
        if rungs is not None:
            wanted &= np.isin(rows[:, 1 + C_RUNG], [c.rungs.index(rung) for rung in rungs])
        if where is not None:
            wanted &= np.isin(rows[:, 1 + C_FLASH], [c.flashpoints.index(f) for f in where])
        if who is not None:
            wanted &= rows[:, 1 + C_CHALLENGER] == c.states.index(who)
        return self.per_run(wanted)

    def joined(self, state: str) -> Floats:
        """Return the number of crises in each run that a state joined on either side."""
        rows = self.crises()
        came = (rows[:, 1 + C_WITH_HOLDER] | rows[:, 1 + C_WITH_CHALLENGER]) & self.bit(state)
        return self.per_run(came > 0)


Measure = Callable[[Arm], Floats]


class Difference(NamedTuple):
    """What the second arm has more than the first: a mean over runs and its standard error."""

    mean: float
    error: float
    runs: int

    @property
    def low(self) -> float:
        """Lower end of the 95 % interval."""
        return self.mean - Z * self.error

    @property
    def high(self) -> float:
        """Upper end of the 95 % interval."""
        return self.mean + Z * self.error

    def __str__(self) -> str:
        return f"{self.mean:+.4f} [{self.low:+.4f}, {self.high:+.4f}] n={self.runs}"


def mean_of(parts: Floats) -> Difference:
    """Return the mean of one number a run, with its error."""
    n = len(parts)
    return Difference(float(parts.mean()), float(parts.std(ddof=1)) / math.sqrt(n), n)


def difference(first: Arm, second: Arm, measure: Measure, runs: int) -> Difference:
    """Return the mean paired difference of a measure, second arm less first."""
    # an arm that several comparisons share may have played more
    return mean_of(measure(second.play(runs))[:runs] - measure(first.play(runs))[:runs])


def share_and_pull(part: Floats, whole: Floats) -> tuple[float, Floats]:
    """Return a share of all cases, and by how much each run's cases pull it.

    Parameters
    ----------
    part, whole : numpy.ndarray
        Cases of the kind, and cases, one number a run.

    Raises
    ------
    ValueError
        If there is no case.
    """
    if whole.sum() <= 0:
        raise ValueError("there is no case to take a share of")
    share = float(part.sum() / whole.sum())
    return share, (part - share * whole) / whole.mean()


def difference_of_shares(
    first: Arm, second: Arm, part: Measure, whole: Measure, runs: int
) -> Difference:
    """Return the paired difference of a share of all cases, such as moves on one rung."""
    pulls, shares = [], []
    for arm in (first.play(runs), second.play(runs)):
        share, pull = share_and_pull(part(arm)[:runs], whole(arm)[:runs])
        shares.append(share)
        pulls.append(pull)
    return Difference(shares[1] - shares[0], mean_of(pulls[1] - pulls[0]).error, runs)


def column(name: str) -> Measure:
    """Measure a column of the table of runs."""
    return lambda arm: arm.column(name)


def outcome(text: str) -> Measure:
    """Return the measure that a table of findings names.

    Parameters
    ----------
    text : str
        A column of the table of runs; ``moves RUNG RUNG``, moves from rest on these rungs, with
        ``at FLASHPOINT`` or ``by STATE`` behind; or ``joined STATE``.
    """
    head, *rest = text.split()
    if head == "joined" and rest:
        return lambda arm: arm.joined(rest[0])
    if head == "moves":
        named = {}
        for word in ("by", "at"):
            if word in rest:
                named[word] = rest[rest.index(word) + 1]
                del rest[rest.index(word) : rest.index(word) + 2]
        where = [named["at"]] if "at" in named else None
        return lambda arm: arm.moves(rest or None, where=where, who=named.get("by"))
    return column(text)


def until_clear(
    first: Arm, second: Arm, measure: Measure, most: int, start: int = 50, errors: float = 3.0
) -> Difference:
    """Double the number of runs until a difference exceeds so many standard errors, or `most`."""
    runs = min(start, most)
    while True:
        found = difference(first, second, measure, runs)
        if abs(found.mean) > errors * found.error or runs >= most:
            return found
        runs = min(2 * runs, most)
