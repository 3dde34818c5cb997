"""Playing a lesson: its arms under the same luck, and whether the finding comes out."""

from __future__ import annotations

from typing import NamedTuple

from sim.experiments.arms import Arm, Difference, difference, mean_of, outcome
from sim.lessons.lesson import Lesson

SEED = 7


class Played(NamedTuple):
    """What a lesson came to."""

    values: tuple[Difference, ...]
    """The measure in each arm: mean over runs, with its error."""
    change: Difference
    """The last arm less the first, paired run by run."""
    holds: bool
    """Whether the change has the sign of the finding and is clear of chance."""


def play(lesson: Lesson, seed: int = SEED, runs: int | None = None) -> Played:
    """Play a lesson.

    Parameters
    ----------
    runs : int, optional
        Of each arm; the lesson's own number by default.
    """
    number = runs or lesson.runs
    measure = outcome(lesson.measure)
    arms = [Arm(lesson.scenario_of(arm), seed).play(number) for arm in lesson.arms]
    values = tuple(mean_of(measure(arm)[:number]) for arm in arms)
    change = difference(arms[0], arms[-1], measure, number)
    clear = change.low > 0 if lesson.rises else change.high < 0
    return Played(values, change, clear)
