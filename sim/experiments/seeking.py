"""Looking for the postures on the frontier between goals, by a multi-objective optimiser.

A posture is a point of a design. It is on the frontier if no other is at least as good in every
goal and better in one (Pareto). Genetic search in layers of dominance finds them (NSGA-II: Deb,
Pratap, Agarwal and Meyarivan 2002), through Optuna; this is the one module that knows it.

What a search finds is best under the luck it was found with, and so partly lucky. All postures of
the frontier found are therefore played again under other luck, more often, and the frontier is
drawn from that (the optimiser's curse: Smith and Winkler 2006).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.analysis.intervals import Estimate
from sim.engines.chunks import Player
from sim.engines.ensemble import processes
from sim.engines.workers import shared
from sim.experiments.designs import Axis, Design, Point, Stop
from sim.experiments.metrics import metrics_of
from sim.experiments.point_chunks import Labour, Orders, PlayedPoints, make_labour
from sim.world.problems import InputError

MORE_IS_BETTER = frozenset({
    "general_deterrence_held", "immediate_deterrence_held", "kept", "honoured",
    "ending_deterrence_held", "ending_settlement",
})  # fmt: skip
"""Goals of which one wants more; of all others one wants less."""
START, BATCH = 100, 16
"""Points of the design the search starts from at most; postures that are played side by side."""


class Posture(NamedTuple):
    """A point, what it came to in the search, and under fresh luck."""

    point: Point
    found: tuple[Estimate, ...]
    """Each goal under the luck of the search."""
    fresh: tuple[Estimate, ...] = ()
    """The same under other luck; empty if it was not played again."""
    frontier: bool = False
    """Whether it is still on the frontier there."""


class Found(NamedTuple):
    """What a search came to."""

    goals: tuple[str, ...]
    postures: tuple[Posture, ...]
    """Those that were on the frontier of the search, by the first goal."""
    played: int
    """How many postures were played."""
    failed: int
    """How many could not be."""


def best(goal: str) -> int:
    """Return 1 where one wants more of a goal, -1 where less."""
    return 1 if goal in MORE_IS_BETTER else -1


def frontier(goals: Sequence[str], values: Sequence[Sequence[float]]) -> list[int]:
    """Return the numbers of those that no other dominates."""
    signs = np.array([-best(goal) for goal in goals])
    scores = np.array(values, dtype=float) * signs
    kept = []
    for number, score in enumerate(scores):
        worse = (scores <= score).all(axis=1) & (scores < score).any(axis=1)
        if not worse.any():
            kept.append(number)
    return kept


def seek(
    design: Design,
    evaluations: int,
    again: int,
    jobs: int | None = 1,
    done: Callable[[int], None] = lambda _postures: None,
    stop: Callable[[], bool] = lambda: False,
) -> Found:
    """Search the space of a design for the frontier between its outcomes.

    Parameters
    ----------
    design : Design
        Its points are where the search starts; its axes, what it searches; its outcomes, the goals.
    evaluations : int
        Postures played in the search, those of the start included.
    again : int
        Runs of each posture of the frontier under fresh luck.
    jobs : int, optional
        Processes; None takes as many as there are cores. They do not show in what is found.
    done : callable
        Told how many postures were played, time and again.
    stop : callable
        Asked now and then; once it says yes, what was found by then is played again.

    Raises
    ------
    InputError
        If there are fewer than two goals, Optuna is not there, or nothing could be played.
    """
    goals = design.outcomes
    if len(goals) < 2:
        raise InputError(
            "outcomes: a frontier lies between two goals or more\n"
            "    name them, such as outcomes: [war, control_lost, cost_united_states]"
        )
    study, distributions = _study(design, evaluations)
    known: dict[Point, tuple[Estimate, ...] | None] = {}
    asked = 0
    while asked < evaluations and not stop():
        trials = [study.ask(distributions) for _ in range(min(BATCH, evaluations - asked))]
        points = [_point(design.axes, trial.params) for trial in trials]
        new = list(dict.fromkeys(point for point in points if point not in known))
        known |= dict(zip(new, _played(design, new, design.runs, design.seed, jobs), strict=True))
        for trial, point in zip(trials, points, strict=True):
            values = _values(known[point])
            if values is None:
                study.tell(trial, state=_failed())
            else:
                study.tell(trial, values)
        asked += len(trials)
        done(len(trials))
    good = [(point, made) for point, made in known.items() if made and _values(made)]
    if not good:
        raise InputError("no posture could be played\n    try the design with `deter sweep` first")
    chosen = [good[i] for i in frontier(goals, [_values(made) for _, made in good])]  # type: ignore[misc]
    fresh = _played(design, [point for point, _ in chosen], again, design.seed + 1, jobs)
    whole = [
        (point, found, made)
        for (point, found), made in zip(chosen, fresh, strict=True)
        if made and _values(made)
    ]
    still = set(frontier(goals, [_values(made) for *_, made in whole]))  # type: ignore[misc]
    postures = [
        Posture(point, found, made, number in still)
        for number, (point, found, made) in enumerate(whole)
    ]
    postures.sort(key=lambda posture: [estimate.value for estimate in posture.fresh])
    return Found(goals, tuple(postures), len(known), sum(made is None for made in known.values()))


def _values(made: tuple[Estimate, ...] | None) -> list[float] | None:
    """Return the value of each goal; None where one is not known."""
    if made is None or any(not np.isfinite(estimate.value) for estimate in made):
        return None
    return [estimate.value for estimate in made]


def _study(design: Design, evaluations: int) -> tuple[Any, dict[str, Any]]:
    """Return an optimiser that starts with the points of the design."""
    try:
        import optuna
    except ImportError:
        raise InputError(
            'deter seek needs optuna, which is not installed\n    pip install "deter[analysis]"'
        ) from None
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    size = max(8, min(50, evaluations // 5))
    study = optuna.create_study(
        directions=["maximize" if best(goal) > 0 else "minimize" for goal in design.outcomes],
        sampler=optuna.samplers.NSGAIISampler(population_size=size, seed=design.seed % 2**32),
    )
    known = optuna.distributions
    distributions = {
        axis.path: known.CategoricalDistribution(range(len(axis.levels())))
        if axis.levels()
        else known.FloatDistribution(axis.low, axis.high, log=axis.log)
        for axis in design.axes
    }
    points = design.points
    first = min(len(points), START, evaluations)
    for number in range(first):
        point = points[number * len(points) // first]
        study.enqueue_trial({
            axis.path: axis.levels().index(value) if axis.levels() else value
            for axis, value in zip(design.axes, point, strict=True)
        })  # fmt: skip
    return study, distributions


def _failed() -> Any:
    from optuna.trial import TrialState

    return TrialState.FAIL


def _point(axes: Sequence[Axis], chosen: dict[str, Any]) -> Point:
    values = []
    for axis in axes:
        levels = axis.levels()
        # what a reader would write: not 0.30000000000000004
        values.append(levels[chosen[axis.path]] if levels else float(f"{chosen[axis.path]:.4g}"))
    return tuple(values)


def _played(
    design: Design, points: Sequence[Point], runs: int, seed: int, jobs: int | None
) -> list[tuple[Estimate, ...] | None]:
    """Play points; return the estimate of each goal, None for a point that failed."""
    if not points:
        return []
    orders = Orders(design.scenario, design.paths, seed, runs, design.outcomes, Stop())
    tasks = [(number, [point]) for number, point in enumerate(points)]
    player = Player(design.scenario, seed)
    many = processes(player, [(number, runs) for number in range(len(points))], jobs)
    labour = Labour(orders, player)
    pieces: Iterator[Any] = (
        shared(make_labour, (orders,), tasks, many)
        if many > 1 and len(tasks) > 1
        else (labour(*task) for task in tasks)
    )
    made: list[tuple[Estimate, ...] | None] = [None] * len(points)
    metrics = metrics_of(design.scenario)
    for piece in pieces:
        played = PlayedPoints.from_bytes(piece.data)
        if played.failures:
            continue
        columns = {name: played.rows[:, k] for k, name in enumerate(labour.kept)}
        made[piece.first] = tuple(metrics[goal].estimate(columns) for goal in design.outcomes)
    return made
