"""Scenario discovery: the boxes of a sweep's fields in which an outcome happens.

A box says "where this field lies so and that one so". Its density is how much of the outcome there
is in it; its coverage how much of all there is lies in it (Bryant and Lempert 2010). Both are
counted here from the points themselves, whatever the search thinks of them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.analysis.intervals import Numbers, Z, wilson
from sim.analysis.sweeps import SweepResults
from sim.analysis.words import in_words, listing, percent, percent_span
from sim.experiments.conditions import read_condition
from sim.experiments.prim import Box, Limit, inside, peel
from sim.world.problems import InputError

RESAMPLES, RESAMPLED = 10, 1_500
"""How often a box is looked for again in half of the points, and in how many of them at most."""
LEAST_POINTS = 40
NEEDLESS = 0.05
"""Share of its gain in density that a box may lose by a restriction that is dropped."""
Fields = dict[str, NDArray[Any]]


class Found(NamedTuple):
    """A box, and how good it is.

    Parameters
    ----------
    box : dict
        Limits by PATH.
    density, low, high : float
        Share of what is in the box that shows the outcome, with its 95 % interval.
    coverage : float
        Share of all that shows the outcome that is in the box.
    mass : float
        Share of points in the box.
    points : int
        Number of points in it.
    again : dict of str to float
        How often each field was restricted again, of searches in half of the points.
    """

    box: Box
    density: float
    low: float
    high: float
    coverage: float
    mass: float
    points: int
    again: dict[str, float]


class Discovery(NamedTuple):
    """Boxes in which an outcome happens, the first with all points, each next with the rest.

    Parameters
    ----------
    what : str
        The outcome in words, and of what it is a share: ("war", "runs").
    base : float
        Its share over all points.
    boxes : tuple of Found
    path : tuple of (coverage, density, restricted fields, mass)
        All boxes of the first search, from the widest to the narrowest: the trade-off.
    points : int
        Number of points looked at.
    """

    what: str
    of: str
    base: float
    boxes: tuple[Found, ...]
    path: tuple[tuple[float, float, int, float], ...]
    points: int


def discover(
    results: SweepResults, outcome: str, most: int = 2, mass: float = 0.05,
    density: float | None = None,
) -> Discovery:  # fmt: skip
    """Look for the boxes in which an outcome happens.

    Parameters
    ----------
    results : SweepResults
        A finished sweep.
    outcome : str
        One that is a share of runs, such as "war": boxes are then of runs. Or a condition on
        outcomes, such as "war > 0.3 and kept < 0.5": boxes are then of points.
    most : int
        Boxes to look for.
    mass : float
        The smallest share of points a box may have.
    density : float, optional
        The widest box with at least this density is taken; by default the one that best tells
        apart: the largest coverage beyond its mass.

    Raises
    ------
    InputError
        If the outcome is none of these, is not known at every point, happens nowhere or
        everywhere, or points are too few.
    """
    values, what, of = _happens(results, outcome)
    fields = _fields(results)
    if len(values) < LEAST_POINTS:
        raise InputError(
            f"{results.folder}: has {len(values)} points; boxes in fewer than {LEAST_POINTS} would "
            "be guesses\n    play more points, such as a latin_hypercube of 400"
        )
    total = float(values.sum())
    if total <= 0 or float(values.min()) >= 1:
        often = "never happens" if total <= 0 else "always happens"
        raise InputError(f"{outcome}: {often} in this sweep, so there is no corner to find")
    weights = _weights(results)
    left = np.ones(len(values), dtype=bool)
    boxes: list[Found] = []
    path: tuple[tuple[float, float, int, float], ...] = ()
    base = float((values * weights).sum() / weights.sum())
    for number in range(most):
        kept = np.flatnonzero(left)
        if len(kept) < LEAST_POINTS or float(values[kept].sum()) <= 0:
            break
        here = {name: column[kept] for name, column in fields.items()}
        tried = _steps(here, values[kept], mass * len(values) / len(kept))
        scored = [_score(box, here, values[kept], weights[kept]) for box in tried]
        if number == 0:
            path = tuple((c, d, len(box), m) for box, (c, d, m) in zip(tried, scored, strict=True))
        chosen = _choose(tried, scored, density)
        if chosen is None or not chosen:
            break
        chosen = _plain(chosen, here, values[kept], weights[kept], density)
        found = _describe(chosen, fields, left, values, weights, of)
        if found.density <= base:
            break
        again = _again(here, values[kept], weights[kept], chosen, mass, density)
        boxes.append(found._replace(again=again))
        left &= ~inside(chosen, fields)
    return Discovery(what, of, base, tuple(boxes), path, len(values))


def _happens(results: SweepResults, outcome: str) -> tuple[Numbers, str, str]:
    """Return how much of the outcome each point shows, in [0, 1], and words for it."""
    if outcome in results.outcomes:
        unit = results.outcomes[outcome]["unit"]
        if unit != "share of runs":
            raise InputError(
                f"{outcome}: is a {unit}, which does not happen or not\n"
                f'    give a condition on points, such as "{outcome} > 0.5"'
            )
        values = results.values(outcome)
        _refuse_unknown(outcome, values)
        return values, in_words(outcome), "runs"
    try:
        condition = read_condition(outcome, list(results.outcomes), what="measured in the sweep")
    except ValueError as error:
        raise InputError(
            f'--outcome: {error}\n    name a share of runs, or a condition such as "war > 0.3"'
        ) from None
    columns = {name: results.values(name) for name in condition.names}
    for name, column in columns.items():
        _refuse_unknown(name, column)
    rows = [
        dict(zip(columns, map(float, row), strict=True))
        for row in zip(*columns.values(), strict=True)
    ]
    try:
        holds = [condition.holds(row) for row in rows]
    except ValueError as error:
        raise InputError(f"--outcome: {error}") from None
    return np.array(holds, dtype=np.float64), outcome, "points"


def _refuse_unknown(name: str, values: Numbers) -> None:
    unknown = np.flatnonzero(~np.isfinite(values))
    if len(unknown):
        named = ", ".join(map(str, unknown[:12])) + (", ..." if len(unknown) > 12 else "")
        raise InputError(
            f"{name}: is not known at {len(unknown)} of {len(values)} points: {named}\n"
            "    play more runs a point, or use an outcome that is a mean over runs"
        )


def _fields(results: SweepResults) -> Fields:
    fields: Fields = {}
    for axis in results.axes():
        if axis.numeric:
            fields[axis.path] = axis.numbers
        else:
            words = [_word(level) for level in axis.levels]
            fields[axis.path] = np.array([words[k] for k in axis.places], dtype=object)
    if not fields:
        raise InputError(f"{results.folder}: varies nothing")
    return fields


def _word(level: Any) -> str:
    return str(level).lower() if isinstance(level, bool) else str(level)


def _weights(results: SweepResults) -> Numbers:
    """Return the runs of each point: a stopped point counts for what was played."""
    weights: Numbers = results.table["runs"].to_numpy().astype(np.float64)
    return weights


def _steps(fields: Fields, values: Numbers, mass: float) -> list[Box]:
    return peel(fields, values, min(0.5, mass))


def _score(
    box: Box, fields: Fields, values: Numbers, weights: Numbers
) -> tuple[float, float, float]:
    """Return coverage, density and mass of a box."""
    kept = inside(box, fields)
    shown = values * weights
    if not kept.any():
        return 0.0, 0.0, 0.0
    return (
        float(shown[kept].sum() / max(shown.sum(), 1e-300)),
        float(shown[kept].sum() / weights[kept].sum()),
        float(kept.mean()),
    )


def _choose(
    tried: list[Box], scored: list[tuple[float, float, float]], density: float | None
) -> Box | None:
    if density is not None:
        dense = [k for k, (_, d, _) in enumerate(scored) if d >= density]
        return tried[max(dense, key=lambda k: (scored[k][0], -len(tried[k])))] if dense else None
    if not tried:
        return None
    return tried[max(range(len(tried)), key=lambda k: scored[k][0] - scored[k][2])]


def _plain(box: Box, fields: Fields, values: Numbers, weights: Numbers, least: float | None) -> Box:
    """Drop restrictions that hardly matter, least first, so that the sentence stays short.

    A box stays as dense as was asked, if it was asked.
    """
    base = float((values * weights).sum() / weights.sum())
    while len(box) > 1:
        _, density, _ = _score(box, fields, values, weights)
        without = {
            name: _score({k: v for k, v in box.items() if k != name}, fields, values, weights)[1]
            for name in box
        }
        name = max(without, key=lambda name: without[name])
        enough = density - NEEDLESS * (density - base)
        if without[name] < (enough if least is None else max(enough, least)):
            return box
        box = {k: v for k, v in box.items() if k != name}
    return box


def _describe(
    box: Box, fields: Fields, left: NDArray[np.bool_], values: Numbers, weights: Numbers, of: str
) -> Found:
    kept = inside(box, fields) & left
    points = int(kept.sum())
    shown = values * weights
    density = float(shown[kept].sum() / weights[kept].sum())
    if of == "points":
        low, high = wilson(float(values[kept].sum()), points)
    else:
        # runs of a point, and runs of one number, are alike: points are what there are many of
        spread = float(values[kept].std(ddof=1) / np.sqrt(points)) if points > 1 else float("nan")
        low, high = max(0.0, density - Z * spread), min(1.0, density + Z * spread)
    coverage = float(shown[kept].sum() / shown.sum())
    return Found(box, density, low, high, coverage, points / len(values), points, {})


def _again(
    fields: Fields, values: Numbers, weights: Numbers, box: Box, mass: float, density: float | None
) -> dict[str, float]:
    """Return how often each field of a box is restricted again in halves of the points."""
    generator = np.random.default_rng(0)
    count = len(values)
    size = min(RESAMPLED, count // 2)
    hits = dict.fromkeys(box, 0)
    for _ in range(RESAMPLES):
        drawn = np.sort(generator.choice(count, size, replace=False))
        part = {name: column[drawn] for name, column in fields.items()}
        if float(values[drawn].sum()) <= 0:
            continue
        tried = _steps(part, values[drawn], mass)
        scored = [_score(one, part, values[drawn], weights[drawn]) for one in tried]
        chosen = _choose(tried, scored, density) or {}
        if chosen:
            chosen = _plain(chosen, part, values[drawn], weights[drawn], density)
        for name in hits:
            hits[name] += name in chosen
    return {name: number / RESAMPLES for name, number in hits.items()}


def sentence(found: Found, discovery: Discovery) -> str:
    """Say what a box says: war in 61 percent of runs where ..."""
    where = listing([limit_text(path, limit) for path, limit in found.box.items()], 20)
    return (
        f"In this model, {discovery.what} in {percent(found.density)} of {discovery.of} where "
        f"{where} "
        f"(95 %: {percent_span(found.low, found.high)}; over all {discovery.of} "
        f"{percent(discovery.base)}). The box holds {percent(found.coverage)} of all such "
        f"{discovery.of} in {percent(found.mass)} of the points."
    )


def limit_text(path: str, limit: Limit) -> str:
    """Say what a box allows of a field."""
    if limit.words:
        words = sorted(in_words(word) for word in limit.words)
        return f"{path} is {' or '.join(words)}"
    if limit.low == -np.inf:
        return f"{path} is at most {limit.high:.4g}"
    if limit.high == np.inf:
        return f"{path} is at least {limit.low:.4g}"
    return f"{path} is {limit.low:.4g} to {limit.high:.4g}"
