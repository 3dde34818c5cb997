"""Looking at every point of a design, and saying what is wrong where its value was written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.experiments.designs import ROLES, Axis, Point
from sim.experiments.points_table import Places
from sim.world.problems import Problem, ScenarioError, shown
from sim.world.scenario import Scenario
from sim.world.variation import Variation

MOST_BROKEN = 500
"""Points that turn out wrong before the others are no longer looked at."""


class Examiner:
    """Sets points and notes each problem once.

    Parameters
    ----------
    wrong : callable
        Notes a problem with what stands at a path of the design.
    problems : list of Problem
        Where problems go that have a place of their own.
    """

    def __init__(self, wrong: Callable[..., None], problems: list[Problem]) -> None:
        self.wrong, self.problems = wrong, problems

    def single(self, scenario: Scenario, axes: list[Axis]) -> None:
        """Look at every value by itself, and note those that its field can never have."""
        seen: set[tuple[Any, ...]] = set()
        for axis in axes:
            variation = Variation(scenario, [axis.path])
            ends = () if axis.values else (axis.low, axis.high)
            for value in (*ends, *axis.levels()):
                try:
                    variation.at([value])
                except ScenarioError as error:
                    for problem in error.problems:
                        if problem.key == axis.path:
                            self._blame(problem, [axis], (value,), 0, [], seen)

    def all(
        self,
        scenario: Scenario,
        axes: list[Axis],
        points: list[Point],
        places: Places,
        told: Callable[[int], None],
    ) -> None:
        """Look at every point; note what is wrong where it was written."""
        paths = [axis.path for axis in axes]
        variation = Variation(scenario, paths)
        seen: set[tuple[Any, ...]] = set()
        broken = 0
        for number, point in enumerate(points):
            if number % 200 == 0:
                told(number)
            try:
                variation.at(point)
            except ScenarioError as error:
                broken += 1
                for problem in error.problems:
                    self._blame(problem, axes, point, number, places, seen)
            if broken > MOST_BROKEN:
                break
        told(len(points))

    def _blame(
        self,
        problem: Problem,
        axes: list[Axis],
        point: Point,
        number: int,
        places: Places,
        seen: set[tuple[Any, ...]],
    ) -> None:
        """Put a problem of a point where its value was written, once."""
        column = next((k for k, axis in enumerate(axes) if axis.path == problem.key), None)
        if column is None:
            column = next(
                (k for k, axis in enumerate(axes) if problem.key.startswith(axis.path + ".")), None
            )
        if places:
            key = (problem.path, problem.wrong, *places[number])
            if key not in seen:
                seen.add(key)
                wrong, right, guess = problem.wrong, problem.right, problem.suggestion
                self.problems.append(Problem(problem.path, wrong, right, guess, *places[number]))
            return
        if column is None:
            if (problem.path, problem.wrong) not in seen:
                seen.add((problem.path, problem.wrong))
                at = ", ".join(
                    f"{axis.path} = {shown(value)}"
                    for axis, value in zip(axes[:6], point, strict=False)
                )
                self.wrong(
                    ("design",), f"at {at}: {problem.key}: {problem.wrong}",
                    f"{problem.right}; or leave such points out with `where`",
                )  # fmt: skip
            return
        axis = axes[column]
        once = (axis.path, repr(point[column]), problem.wrong)
        if once in seen:
            return
        seen.add(once)
        section = next(name for name, role in ROLES.items() if role == axis.role)
        where: tuple[str | int, ...] = (section, axis.path)
        if axis.values and point[column] in axis.values:
            where = (*where, axis.values.index(point[column]))
        elif not axis.values:
            end = "to" if abs(point[column] - axis.high) < abs(point[column] - axis.low) else "from"
            if (axis.path, end) in seen:
                return
            seen.add((axis.path, end))
            where = (*where, end)
        self.wrong(where, problem.wrong, problem.right, problem.suggestion)
