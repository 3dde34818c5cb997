"""Designs: which points of a scenario's parameters are played, and how often.

A point gives every varied field a value. Designs that list or cross values are made here; those
that draw a sample are made by SALib (`sim.experiments.sampling`).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sim.world.scenario import Scenario

Point = tuple[Any, ...]
"""A value for each axis, in the order of the axes."""

SAMPLED = ("latin_hypercube", "sobol", "morris")
KINDS = ("grid", "list", "one_at_a_time", *SAMPLED)
STRUCTURED = ("sobol", "morris")
"""Samples whose analysis needs all of their points."""
MOST_POINTS = 200_000
ROLES = {"vary": "factor", "levers": "lever", "uncertainties": "uncertainty"}
"""Key of the design file -> what an axis under it is."""
LEVELS_OF_MORRIS = 4


class Axis(NamedTuple):
    """A field that is varied: over listed values, or over a range.

    Parameters
    ----------
    path : str
        PATH of the field.
    role : {"factor", "lever", "uncertainty"}
        What one can choose (lever), what one cannot know (uncertainty), or neither said.
    values : tuple
        Listed values; empty for a range.
    low, high : float
        Ends of a range.
    steps : int
        Into how many values a range is cut, ends included; 0 for none.
    log : bool
        Whether a range is cut and sampled in equal ratios.
    """

    path: str
    role: str = "factor"
    values: tuple[Any, ...] = ()
    low: float = 0.0
    high: float = 0.0
    steps: int = 0
    log: bool = False

    def levels(self) -> tuple[Any, ...]:
        """Return the values that are listed or that steps cut a range into; none without steps."""
        if self.values or not self.steps:
            return self.values
        return tuple(self._at(k / (self.steps - 1)) for k in range(self.steps))

    def value(self, share: float, nearest: bool = False) -> Any:
        """Return the value at a share of the way along the axis.

        Parameters
        ----------
        share : float
            In [0, 1].
        nearest : bool
            Of levels, whether to take the nearest when they are laid from 0 to 1, rather than
            to cut [0, 1] into parts of equal size.
        """
        levels = self.levels()
        if not levels:
            return self._at(share)
        last = len(levels) - 1
        if nearest:
            return levels[math.floor(share * last + 0.5)]
        return levels[min(last, math.floor(share * len(levels)))]

    def _at(self, share: float) -> float:
        if self.log:
            raw = math.exp(math.log(self.low) + share * (math.log(self.high) - math.log(self.low)))
        else:
            raw = self.low + share * (self.high - self.low)
        # what a reader would write: not 0.30000000000000004
        return min(max(float(f"{raw:.12g}"), self.low), self.high)


@dataclass(frozen=True)
class Stop:
    """When to stop.

    Parameters
    ----------
    error : dict of str to float
        A point is played no further once the standard error of each of these outcomes is at
        most so large.
    least_runs : int
        But not before so many runs.
    minutes : float, optional
        The sweep pauses after so long; it can be resumed.
    """

    error: dict[str, float] = field(default_factory=dict)
    least_runs: int = 50
    minutes: float | None = None


@dataclass(frozen=True)
class Design:
    """A sweep that is to be played; all its points are known to be valid.

    Parameters
    ----------
    scenario : Scenario
        What is varied, with what the design sets for all points.
    kind : str
        One of `KINDS`.
    axes : tuple of Axis
    points : tuple of Point
        In the order in which they are numbered.
    runs : int
        Runs a point has, at most.
    seed : int
        Of chance, the same at every point; and of the sample.
    outcomes : tuple of str
        Names of what is measured (`sim.experiments.metrics`).
    stop : Stop
    samples : int
        Size of the sample; 0 for designs that are not sampled.
    keeps_runs : bool
        Whether a row for each run is kept, besides the row for each point.
    text : bytes
        The design as it was written.
    """

    scenario: Scenario
    kind: str
    axes: tuple[Axis, ...]
    points: tuple[Point, ...]
    runs: int
    seed: int
    outcomes: tuple[str, ...]
    stop: Stop
    samples: int = 0
    keeps_runs: bool = True
    text: bytes = b""

    @property
    def paths(self) -> tuple[str, ...]:
        """PATH of each axis."""
        return tuple(axis.path for axis in self.axes)


def overruled(scenario: Scenario, paths: Sequence[str]) -> list[str]:
    """Return what is to be said of fields that the scenario's events set, whatever they begin with.

    Parameters
    ----------
    scenario : Scenario
    paths : sequence of str
        PATH of each varied field.
    """
    found = []
    for number, event in enumerate(scenario.events):
        for path in event.set:
            if path in paths and event.enabled:
                when = event.date or ""
                if event.turn is not None:
                    when = f"in turn {float(event.turn):g}"
                name = event.name or str(number)
                found.append(
                    f"{path} is set by the event {name} {when}".rstrip()
                    + ": what is varied holds only until then"
                    + f" (set events.{name}.enabled: false leaves the event out)"
                )
    return found


def count_points(kind: str, axes: Sequence[Axis], samples: int) -> int:
    """Return how many points a design has before any condition; 0 for a list."""
    if kind == "grid":
        return math.prod(len(axis.levels()) for axis in axes)
    if kind == "one_at_a_time":
        return 1 + sum(len(axis.levels()) for axis in axes)
    if kind == "sobol":
        return samples * (len(axes) + 2)
    if kind == "morris":
        return samples * (len(axes) + 1)
    return samples


def make_points(
    kind: str, axes: Sequence[Axis], samples: int, seed: int, own: Callable[[str], Any]
) -> list[Point]:
    """Return the points of a design that is not a list.

    Parameters
    ----------
    kind : str
        One of `KINDS` but "list".
    axes : sequence of Axis
    samples : int
        Size of a sample: points (latin_hypercube), base points (sobol), trajectories (morris).
    seed : int
        Of a sample.
    own : callable
        From a path to the scenario's own value, where one at a time departs from.

    Raises
    ------
    InputError
        If a sample is asked for and SALib is not installed.
    """
    if kind == "grid":
        return list(itertools.product(*(axis.levels() for axis in axes)))
    if kind == "one_at_a_time":
        middle = tuple(own(axis.path) for axis in axes)
        return [
            middle,
            *(
                (*middle[:number], level, *middle[number + 1 :])
                for number, axis in enumerate(axes)
                for level in axis.levels()
                if level != middle[number]
            ),
        ]
    from sim.experiments.sampling import unit_sample

    nearest = kind == "morris"
    return [
        tuple(axis.value(float(share), nearest) for axis, share in zip(axes, row, strict=True))
        for row in unit_sample(kind, len(axes), samples, seed)
    ]
