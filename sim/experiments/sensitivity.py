"""Sensitivity indices, computed by SALib over a finished sweep.

The design says which: Morris' elementary effects over `morris`, Sobol's indices over `sobol`
(Saltelli's sample), PAWN over `latin_hypercube`. SALib answers a single NaN with zeros, so that
none is ever handed to it: an outcome that is not known at every point is refused.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.analysis.intervals import Numbers
from sim.analysis.sensitivities import DUMMY, INDICES, Index, Sensitivity
from sim.analysis.sweeps import SweepResults
from sim.engines.arrow import field
from sim.engines.folder import writing
from sim.experiments.designs import LEVELS_OF_MORRIS
from sim.experiments.sampling import REMEDY, problem_of, unit_sample
from sim.experiments.sweep_folder import stored_design
from sim.world.problems import InputError

METHOD_OF = {"morris": "morris", "sobol": "sobol", "latin_hypercube": "pawn"}
"""Design -> the method for its sample."""
FILE = "sensitivity.parquet"
FIELDS = pa.schema([
    field("method", pa.string(), "morris, sobol or pawn"),
    field("outcome", pa.string(), "what is moved"),
    field("path", pa.string(), "the field that moves it"),
    field("name", pa.string(), "which index of the method"),
    field("size", pa.int64(), "trajectories, base points or points it was computed from", "count"),
    field("value", pa.float64(), "the index: of morris in the outcome's unit, else a share"),
    field("low", pa.float64(), "lower end of its interval over samples", "", "95 %"),
    field("high", pa.float64(), "upper end", "", "95 %"),
])  # fmt: skip
"""Of the table of indices."""
RESAMPLES, RESAMPLES_PAWN = 200, 50
"""Bootstrap samples behind an interval."""
LEAST = {"morris": 4, "sobol": 8, "pawn": 40}
"""The smallest sample that convergence is looked at from."""
NAMED = 12
"""Points named in a refusal."""


def analyse(results: SweepResults, outcome: str) -> Sensitivity:
    """Return the sensitivity indices of an outcome, at growing sizes of the sample.

    Parameters
    ----------
    results : SweepResults
        A finished sweep of a morris, sobol or latin_hypercube design.
    outcome : str

    Raises
    ------
    InputError
        If the design has no sample, the outcome is unknown or the same at all points, or it is
        not known at every point; names the points.
    """
    kind = results.manifest["design"]
    if kind not in METHOD_OF:
        raise InputError(
            f"{results.folder}: its design is a {kind}, which no sensitivity index goes with\n"
            "    use design: morris (screening), sobol (shares of variance) or latin_hypercube "
            "(PAWN)"
        )
    values = results.values(outcome)
    _refuse_unknown(results, outcome, values)
    if float(values.max()) == float(values.min()):
        raise InputError(
            f"{outcome}: is {values[0]:.4g} at every point, so there is nothing to attribute\n"
            "    vary more, or choose another outcome"
        )
    design = stored_design(results.folder)
    method, paths = METHOD_OF[kind], [axis.path for axis in design.axes]
    sample = unit_sample(kind, len(paths), design.samples, design.seed)
    nearest = kind == "morris"
    again = [
        tuple(axis.value(float(u), nearest) for axis, u in zip(design.axes, row, strict=True))
        for row in sample
    ]
    if len(sample) == len(values) and again != list(design.points):
        raise InputError(
            f"{results.folder}: another version of SALib drew its sample, which cannot be drawn "
            "again\n    play the design anew in another folder"
        )
    if len(sample) != len(values):
        raise InputError(
            f"{results.folder}: holds {len(values):,} of the sample's {len(sample):,} points\n"
            "    leave out `where`: indices need the whole sample"
        )
    indices: list[Index] = []
    for size in _sizes(method, design.samples):
        indices += _indices(method, outcome, paths, sample, values, size, design.seed)
    errors = results.table[f"{outcome}_error"].to_numpy()
    noise = float(np.mean(errors**2) / values.var()) if not np.isnan(errors).any() else np.nan
    return Sensitivity(outcome, method, tuple(indices), noise)


def _refuse_unknown(results: SweepResults, outcome: str, values: Numbers) -> None:
    unknown = np.flatnonzero(~np.isfinite(values))
    if not len(unknown):
        return
    failed = {failure["point"] for failure in results.failures}
    named = ", ".join(
        f"{point} (failed)" if point in failed else str(point) for point in unknown[:NAMED].tolist()
    )
    more = f" and {len(unknown) - NAMED} more" if len(unknown) > NAMED else ""
    raise InputError(
        f"{outcome}: is not known at {len(unknown)} of {len(values)} points: {named}{more}; an "
        "index computed without them would be wrong\n"
        "    where nothing was counted (a share of crises that never came), play more runs a point "
        "or choose a mean over runs; where points failed, see failures.jsonl"
    )


def _sizes(method: str, samples: int) -> list[int]:
    """Return sizes of the sample at which convergence is looked at: eighths to the whole."""
    sizes = [samples // 8, samples // 4, samples // 2]
    return [size for size in sizes if size >= LEAST[method]] + [samples]


def _indices(
    method: str, outcome: str, paths: list[str], sample: Numbers, values: Numbers, size: int,
    seed: int,
) -> list[Index]:  # fmt: skip
    axes = len(paths)
    rows = size * {"morris": axes + 1, "sobol": axes + 2, "pawn": 1}[method]
    found = _computed(method, axes, sample[:rows], values[:rows], seed)
    names = [*paths, DUMMY] if method == "pawn" else paths
    return [
        Index(outcome, path, name, size, *(float(number) for number in row))
        for name in INDICES[method]
        for path, row in zip(names, found[name], strict=True)
    ]


def _computed(
    method: str, axes: int, sample: Numbers, values: Numbers, seed: int
) -> dict[str, list[tuple[float, float, float]]]:
    """Return by index, for every axis, its value and interval."""
    if method == "pawn":
        return _pawn(axes, sample, values, seed)
    try:
        from SALib.analyze import morris, sobol
    except ImportError:
        raise InputError(
            f"sensitivity indices need SALib, which is not here\n    {REMEDY}"
        ) from None
    with _quiet():
        if method == "morris":
            got = morris.analyze(
                problem_of(axes), sample, values, num_resamples=RESAMPLES,
                num_levels=LEVELS_OF_MORRIS, seed=seed + 1,
            )  # fmt: skip
            return {
                "mu_star": _around(got["mu_star"], got["mu_star_conf"]),
                "sigma": _around(got["sigma"], np.full(axes, np.nan)),
            }
        got = sobol.analyze(
            problem_of(axes), values, calc_second_order=False, num_resamples=RESAMPLES,
            seed=seed + 1,
        )  # fmt: skip
        return {
            "ST": _around(got["ST"], got["ST_conf"]), "S1": _around(got["S1"], got["S1_conf"])
        }  # fmt: skip


def _around(value: Any, half: Any) -> list[tuple[float, float, float]]:
    return [(float(v), float(v - h), float(v + h)) for v, h in zip(value, half, strict=True)]


def _pawn(
    axes: int, sample: Numbers, values: Numbers, seed: int
) -> dict[str, list[tuple[float, float, float]]]:
    """Return PAWN's indices, with the spread of a bootstrap and a dummy field beside them.

    The dummy shows what the method gives a field that does nothing: these distances are never
    zero in a sample.
    """
    try:
        from SALib.analyze import pawn
    except ImportError:
        raise InputError(
            f"sensitivity indices need SALib, which is not here\n    {REMEDY}"
        ) from None
    generator = np.random.default_rng(seed)
    count = len(values)
    slides = max(2, min(10, count // 20))
    wide = np.column_stack([sample, generator.permutation((np.arange(count) + 0.5) / count)])
    problem = problem_of(axes + 1)
    keys = {"median": "median", "maximum": "maximum"}
    with _quiet():
        whole = pawn.analyze(problem, wide, values, S=slides)
        again: dict[str, list[Numbers]] = {name: [] for name in keys}
        for _ in range(RESAMPLES_PAWN):
            drawn = generator.integers(0, count, count)
            got = pawn.analyze(problem, wide[drawn], values[drawn], S=slides)
            for name, key in keys.items():
                again[name].append(np.asarray(got[key]))
    found = {}
    for name, key in keys.items():
        drawn_again = np.array(again[name])
        # points drawn twice make distances larger throughout: the spread is taken, not the level
        low, high = np.percentile(drawn_again - drawn_again.mean(axis=0), [2.5, 97.5], axis=0)
        found[name] = [
            (float(v), float(max(0.0, v + a)), float(min(1.0, v + b)))
            for v, a, b in zip(whole[key], low, high, strict=True)
        ]
    return found


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what SALib says to itself, and NumPy's general generator, which it seeds, as it was."""
    state = np.random.get_state()  # noqa: NPY002
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            yield
    finally:
        np.random.set_state(state)  # noqa: NPY002


def write_indices(folder: Path, found: list[Sensitivity]) -> Path:
    """Write indices as a table into the folder of their sweep; returns the file."""
    rows = [(s.method, *index) for s in found for index in s.indices]
    columns = [[row[k] for row in rows] for k in range(len(FIELDS))]
    arrays = [pa.array(column, f.type) for column, f in zip(columns, FIELDS, strict=True)]
    path = folder / FILE
    draft = folder / f".{FILE}.part"
    with writing(path):
        pq.write_table(pa.table(arrays, schema=FIELDS), draft, compression="zstd")
        draft.replace(path)
    return path
