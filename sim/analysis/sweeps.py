"""The tables of a finished sweep, read and checked: one row a point, and one a run."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim.analysis.intervals import Estimate, Numbers, Z
from sim.analysis.measures import MEASURES
from sim.analysis.stored import Stored, broken
from sim.engines.folder import read_manifest
from sim.files.check import load_scenario
from sim.world.scenario import Scenario

if TYPE_CHECKING:
    from sim.analysis.figures.sweeps import SweepPlots
    from sim.analysis.frames import Results

ENDS = ("", "_low", "_high", "_error")
"""Of the columns of an outcome."""
REMEDY = "give a folder that `deter sweep` wrote"


class Varied(NamedTuple):
    """A field that was varied: its PATH, its role, its values, and which each point has.

    Parameters
    ----------
    path : str
    role : {"factor", "lever", "uncertainty"}
    levels : tuple
        Its distinct values, numbers and rungs in their order, others as they come up.
    places : numpy.ndarray
        Number of each point's level.
    numeric : bool
        Whether its values are numbers.
    """

    path: str
    role: str
    levels: tuple[Any, ...]
    places: NDArray[np.int64]
    numeric: bool

    @property
    def numbers(self) -> Numbers:
        """Each point's value as a number: the number of its level where values are words."""
        if self.numeric:
            return np.array(self.levels, dtype=np.float64)[self.places]
        return self.places.astype(np.float64)


@dataclass(frozen=True, eq=False)
class SweepResults:
    """A finished sweep.

    Parameters
    ----------
    folder : Path
        Where it lies.
    manifest : dict
        What made it.
    scenario : Scenario
        What was varied.
    table : pyarrow.Table
        One row a point.
    failures : tuple of dict
        Points that could not be played.
    """

    folder: Path
    manifest: dict[str, Any]
    scenario: Scenario
    table: pa.Table
    failures: tuple[dict[str, Any], ...] = ()

    def __len__(self) -> int:
        """Number of runs, over all points."""
        return int(np.sum(self.table["runs"].to_numpy()))

    @property
    def outcomes(self) -> dict[str, dict[str, str]]:
        """What was measured: name -> label, unit, meaning."""
        found: dict[str, dict[str, str]] = self.manifest["outcomes"]
        return found

    @property
    def plot(self) -> SweepPlots:
        """The figures: ``results.plot.lines("war")`` returns a matplotlib figure."""
        from sim.analysis.figures.sweeps import SweepPlots

        return SweepPlots(self)

    def points(self) -> Any:
        """Return the table of points as a pandas table, one row a point."""
        return self.table.to_pandas()

    def runs(self) -> Any:
        """Return the table of runs as a pandas table: `point`, `run`, and what was kept."""
        return self._runs().whole().to_pandas()

    def _runs(self) -> Stored:
        if self.manifest.get("keep") == "points":
            raise broken(self.folder, "keeps no runs", "leave `keep: points` out of the design")
        return Stored(self.folder / "runs.parquet", ["point", "run"])

    def values(self, outcome: str) -> Numbers:
        """Return an outcome at each point; NaN where it is not known."""
        return self._column(outcome)

    def estimates(self, outcome: str) -> list[Estimate]:
        """Return an outcome at each point, with its interval."""
        if outcome not in self._estimates:
            self._estimates[outcome] = self._estimated(outcome)
        return self._estimates[outcome]

    @cached_property
    def _estimates(self) -> dict[str, list[Estimate]]:
        return {}

    def _estimated(self, outcome: str) -> list[Estimate]:
        columns = [self._column(f"{outcome}{end}").tolist() for end in ENDS]
        runs = self.table["runs"].to_pylist()
        return [
            Estimate(value, low, high, error, float("nan"), float(count))
            for value, low, high, error, count in zip(*columns, runs, strict=True)
        ]

    def _column(self, name: str) -> Numbers:
        if name not in self.table.column_names:
            raise KeyError(f"there is no outcome '{name}'; there are: {', '.join(self.outcomes)}")
        numbers: Numbers = self.table[name].to_numpy().astype(np.float64)
        return numbers

    def axes(self) -> list[Varied]:
        """Return the fields that take more than one value."""
        return self._varied

    @cached_property
    def _varied(self) -> list[Varied]:
        rank = {rung.key: number for number, rung in enumerate(self.scenario.ladder)}
        found = []
        for axis in self.manifest["axes"]:
            values = self.table[axis["path"]].to_pylist()
            levels = list(dict.fromkeys(values))
            numeric = all(isinstance(v, float) for v in levels)
            if numeric:
                levels.sort()
            elif all(v in rank for v in levels):
                levels.sort(key=lambda v: rank[v])
            place = {level: number for number, level in enumerate(levels)}
            places = np.array([place[value] for value in values], dtype=np.int64)
            if len(levels) > 1:
                found.append(Varied(axis["path"], axis["role"], tuple(levels), places, numeric))
        return found

    def by_run(self, outcome: str) -> Numbers | None:
        """Return what each run adds to an outcome, by point and run; NaN where there is no run.

        The mean over runs is the outcome's value at a point, and their spread the chance in it.
        What is no mean over runs but a ratio of two sums, such as a share of crises, is taken to
        first order about its value (Cochran 1977, section 2.11).

        None for a median, or where runs are not kept. Points have the runs of least number in
        common; those that failed, or had nothing to count, have none.
        """
        if self.manifest.get("keep") == "points":
            return None
        counts = self.table["runs"].to_numpy()
        if not counts.any():
            return None
        least = int(counts[counts > 0].min())
        stored = self._runs()
        run = stored.column("run").astype(np.int64)
        kept = run < least
        place = stored.column("point").astype(np.int64)[kept], run[kept]
        sums = self._sums(outcome, _Kept(stored, kept))
        if sums is None:
            return None
        events, trials = (np.full((len(counts), least), np.nan) for _ in sums)
        events[place], trials[place] = sums
        with np.errstate(invalid="ignore", divide="ignore"):
            value = events.sum(axis=1, keepdims=True) / trials.sum(axis=1, keepdims=True)
            found: Numbers = value + (events - value * trials) / trials.mean(axis=1, keepdims=True)
        return found

    def _sums(self, outcome: str, runs: _Kept) -> tuple[Numbers, Numbers] | None:
        """Return what is counted in each run, and of how many; None for a median."""
        for measure in MEASURES:
            if measure.key == outcome:
                return measure.estimate.sums(cast("Results", runs))
        values = runs.column(outcome)
        return values, np.ones(len(values))

    def difference(self, outcome: str, one: int, two: int) -> Estimate:
        """Return by how much an outcome is larger at one point than at another, run by run.

        Runs of the same number share their luck, so that much of the chance falls out.

        Parameters
        ----------
        outcome : str
            Any but a median.
        one, two : int
            Numbers of the points; `two` less `one`.

        Raises
        ------
        ValueError
            If the outcome is a median, runs are not kept, or they are too few.
        """
        table = self.by_run(outcome)
        if table is None:
            raise ValueError(f"'{outcome}' is not made of runs that are kept, or is a median")
        first, second = table[one], table[two]
        count = table.shape[1]
        if count < 2 or np.isnan(first + second).any():
            raise ValueError("there are fewer than two runs of the same number")
        parts = second[:count] - first[:count]
        mean, error = float(parts.mean()), float(parts.std(ddof=1) / np.sqrt(count))
        return Estimate(mean, mean - Z * error, mean + Z * error, error, float("nan"), count)


class _Kept(NamedTuple):
    """Some of the runs that are stored, as measures ask for them."""

    stored: Stored
    kept: NDArray[np.bool_]

    def column(self, name: str) -> Numbers:
        column: Numbers = self.stored.column(name)[self.kept]
        return column


def is_sweep(folder: str | os.PathLike[str]) -> bool:
    """Tell whether a folder holds a sweep, whole or not."""
    place = Path(folder)
    return (place / "manifest.json").is_file() and read_manifest(place).get("kind") == "sweep"


def load_sweep(folder: str | os.PathLike[str]) -> SweepResults:
    """Read the folder of a finished sweep.

    Raises
    ------
    InputError
        If it is none, is not complete, or a file is missing or broken.
    """
    place = Path(folder)
    manifest = read_manifest(place)
    if manifest.get("kind") != "sweep":
        raise broken(place, "holds no sweep", REMEDY)
    if manifest.get("complete") is not True:
        raise broken(place, "is not complete", f"finish it with `deter sweep --resume {place}`")
    axes, outcomes = manifest.get("axes"), manifest.get("outcomes")
    if not isinstance(axes, list) or not isinstance(outcomes, dict):
        raise broken(place / "manifest.json", "is damaged", REMEDY)
    scenario = load_scenario(place / "scenario.yaml")
    wanted = ["point", "runs", *(str(axis["path"]) for axis in axes)]
    wanted += [f"{name}{end}" for name in outcomes for end in ENDS]
    table = Stored(place / "points.parquet", wanted).whole()
    return SweepResults(place, manifest, scenario, table, _failures(place / "failures.jsonl"))


def _failures(path: Path) -> tuple[dict[str, Any], ...]:
    if not path.exists():
        return ()
    try:
        return tuple(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    except (OSError, ValueError) as error:
        raise broken(path, f"it cannot be read: {error}", REMEDY) from None
