"""The tables of a result folder, read and checked; the one place that needs pandas.

A folder may hold millions of runs. Its tables stay on disk, and what is drawn and told is made of
the counts and of one column at a time.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis.columns import COUNT_COLUMNS, CRISIS_COLUMNS, ENDINGS, meaning
from sim.analysis.stored import Stored, broken
from sim.engines.band import FACTOR, FACTORS
from sim.files.check import load_scenario
from sim.outcomes.columns import FLASHPOINT_COLUMNS, RUN_COLUMNS, TREATY_COUNTS
from sim.world.problems import clean
from sim.world.scenario import Scenario

if TYPE_CHECKING:
    from sim.analysis.figures import Plots

DataFrame = pd.DataFrame
"""The kind of table that readers are given."""


@dataclass(frozen=True, eq=False)
class Results:
    """What an ensemble left behind: its tables, the scenario and what made them.

    Parameters
    ----------
    manifest : dict
        What made the results: seed, versions, time.
    scenario : Scenario
        The scenario that was played, fully written out.
    runs : pandas.DataFrame or Stored
        One row a run, at hand or on disk; `outcomes` returns it either way.
    counts : pandas.DataFrame
        Counts over all runs, in long form.
    crises : pandas.DataFrame, Stored or None
        One row a crisis, which `all_crises` returns; None where only a summary was kept.
    band : pandas.DataFrame, optional
        Runs at other precisions, one row a run and factor; None where none were played.
    """

    manifest: dict[str, Any]
    scenario: Scenario
    runs: pd.DataFrame | Stored
    counts: pd.DataFrame
    crises: pd.DataFrame | Stored | None = None
    band: pd.DataFrame | None = None

    def __len__(self) -> int:
        return len(self.runs)

    @property
    def turns(self) -> int:
        """Number of turns in a run."""
        return int(self.manifest["turns"])

    @property
    def plot(self) -> Plots:
        """The figures: ``results.plot.escalation()`` returns a matplotlib figure."""
        from sim.analysis.figures import Plots

        return Plots(self)

    def outcomes(self) -> pd.DataFrame:
        """Return the table of runs, one row a run, all of it in memory."""
        return _frame(self.runs)

    def all_crises(self) -> pd.DataFrame | None:
        """Return the table of crises, one row a crisis, all of it in memory; None if not kept."""
        return None if self.crises is None else _frame(self.crises)

    def at_other_precisions(self) -> dict[float, Results]:
        """Return the runs at each other precision, by its factor: only their table of runs."""
        if self.band is None:
            return {}
        none = self.counts.iloc[:0]
        return {
            factor: Results(
                self.manifest, self.scenario, self.band[self.band[FACTOR] == factor], none
            )
            for factor in FACTORS
        }

    def columns(self) -> dict[str, str]:
        """Return what each column of the table of runs holds."""
        names = self.runs.names if isinstance(self.runs, Stored) else self.runs.columns
        return {str(name): meaning(str(name)) for name in names}

    def column(self, name: str) -> NDArray[np.float64]:
        """Return a column of the table of runs as numbers."""
        if isinstance(self.runs, Stored):
            return self.runs.column(name)
        return self.runs[name].to_numpy(dtype=np.float64)

    def _kind(self, kind: str, name: str | None = None) -> pd.DataFrame:
        table = self.counts[self.counts["kind"] == kind]
        return table if name is None else table[table["name"] == name]

    def rungs_by_turn(self, name: str) -> NDArray[np.int64]:
        """Return how many runs stood on each rung in each turn.

        Parameters
        ----------
        name : str
            A flashpoint, or "any".

        Returns
        -------
        numpy.ndarray
            Shape (turns, rungs + 1); the first column counts the runs that were quiet.
        """
        counted = np.zeros((self.turns, len(self.scenario.ladder) + 1), dtype=np.int64)
        rows = self._kind("rung", name)
        for turn, rung, count in zip(rows["turn"], rows["rung"], rows["count"], strict=True):
            counted[int(turn), int(rung) + 1] += int(count)
        return counted

    def mean_by_turn(self, kind: str, name: str | None = None) -> NDArray[np.float64]:
        """Return the mean over runs in each turn, of "control" at a flashpoint or of "risk"."""
        totals = np.full(self.turns, np.nan)
        rows = self._kind(kind, name)
        for turn, count, total in zip(rows["turn"], rows["count"], rows["total"], strict=True):
            if count > 0:
                totals[int(turn)] = float(total) / float(count)
        return totals

    def first_crises(self) -> tuple[NDArray[np.int64], int]:
        """Return how many runs saw their first crisis in each turn, and how many saw none."""
        by_turn, never = np.zeros(self.turns, dtype=np.int64), 0
        rows = self._kind("first_crisis")
        for turn, count in zip(rows["turn"], rows["count"], strict=True):
            if turn < 0:
                never += int(count)
            else:
                by_turn[int(turn)] += int(count)
        return by_turn, never

    def _items(self, kind: str, names: Any, items: Any) -> dict[str, dict[str, int]]:
        found = {name: dict.fromkeys(items, 0) for name in names}
        rows = self._kind(kind)
        for name, item, count in zip(rows["name"], rows["item"], rows["count"], strict=True):
            if name in found and item in found[name]:
                found[name][item] += int(count)
        return found

    def endings(self) -> dict[str, dict[str, int]]:
        """Return how many crises ended how, by flashpoint."""
        return self._items("ending", self.scenario.flashpoints, ENDINGS)

    def treaties(self) -> dict[str, dict[str, int]]:
        """Return in how many crises each treaty was invoked, recognised, honoured, reneged.

        And entrapped: in how many a member came for it only, and it became war.
        """
        return self._items("treaty", self.scenario.treaties, TREATY_COUNTS)

    def depths(self) -> dict[str, NDArray[np.int64]]:
        """Return how many runs had each tie at each depth at the end of each turn.

        Returns
        -------
        dict
            By tie, shape (turns, steps + 1).
        """
        rows = self._kind("tie")
        found = {
            key: np.zeros((self.turns, len(tie.steps) + 1), dtype=np.int64)
            for key, tie in self.scenario.ties.items()
        }
        columns = (rows["name"], rows["item"], rows["turn"], rows["count"])
        for name, item, turn, count in zip(*columns, strict=True):
            found[name][int(turn), int(item)] += int(count)
        return found

    def first_rungs(self) -> NDArray[np.int64]:
        """Return how many crises began with a move on each rung, over all flashpoints."""
        counted = np.zeros(len(self.scenario.ladder), dtype=np.int64)
        rows = self._kind("first_rung")
        for rung, count in zip(rows["rung"], rows["count"], strict=True):
            if rung >= 0:
                counted[int(rung)] += int(count)
        return counted

    def crises_of(self, run: int) -> list[dict[str, Any]]:
        """Return the crises of one run, in the order in which they began."""
        if self.crises is None:
            return []
        if isinstance(self.crises, Stored):
            rows: pd.DataFrame = self.crises.of_run(run).to_pandas()
        else:
            rows = self.crises[self.crises["run"] == run]
        rows = rows.sort_values(["start_turn", "crisis"], kind="stable")
        return [
            {str(key): None if pd.isna(value) else value for key, value in row.items()}
            for row in rows.to_dict(orient="records")
        ]


def _frame(table: pd.DataFrame | Stored) -> pd.DataFrame:
    return frame_of(table.whole()) if isinstance(table, Stored) else table


def frame_of(table: Any) -> pd.DataFrame:
    """Return an Arrow table as a table of pandas."""
    frame: pd.DataFrame = table.to_pandas()
    return frame


def load_results(folder: str | os.PathLike[str]) -> Results:
    """Read a result folder.

    Raises
    ------
    InputError
        If the folder or one of its files is missing or broken; says which.
    """
    place = Path(folder)
    if not place.is_dir():
        wrong = "is no folder" if os.path.lexists(place) else "there is no such folder"
        raise broken(place, wrong)
    manifest = _manifest(place / "manifest.json")
    if manifest.get("kind") == "comparison":
        raise broken(
            place, "holds a comparison of several ensembles",
            "read it with sim.load_comparison",
        )  # fmt: skip
    if manifest.get("complete") is False:
        raise broken(place, "is not complete", f"finish it with `deter run --resume {place}`")
    _present(place / "scenario.yaml")
    scenario = load_scenario(place / "scenario.yaml")
    runs = Stored(place / "runs.parquet", ["run", *RUN_COLUMNS, *_of_flashpoints(scenario)])
    if len(runs) == 0:
        raise broken(place / "runs.parquet", "holds no run")
    counts = _frame(Stored(place / "counts.parquet", COUNT_COLUMNS))
    _in_range(place / "counts.parquet", counts, manifest["turns"], len(scenario.ladder))
    crises = None
    if (place / "crises.parquet").exists() or manifest.get("detail") != "summary":
        crises = Stored(place / "crises.parquet", CRISIS_COLUMNS)
        _known(place / "crises.parquet", crises, scenario)
    band = None
    if (place / "band.parquet").exists():
        band = _frame(Stored(place / "band.parquet", [FACTOR, *runs.names]))
    return Results(manifest, scenario, runs, counts, crises, band)


def _of_flashpoints(scenario: Scenario) -> list[str]:
    return [f"{key}_{name}" for key in scenario.flashpoints for name in FLASHPOINT_COLUMNS]


def _present(path: Path) -> None:
    if not path.is_file():
        raise broken(path, "the result folder lacks this file")


def _manifest(path: Path) -> dict[str, Any]:
    _present(path)
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise broken(path, f"it cannot be read: {clean(str(error), 120)}") from None
    if not isinstance(data, dict):
        raise broken(path, "is no manifest")
    if data.get("kind") == "sweep":
        raise broken(path.parent, "holds a sweep, not one ensemble", "read it with sim.load_sweep")
    if data.get("kind") == "event study":
        raise broken(
            path.parent, "holds an event study",
            "`deter plot` draws it; its table is event_study.parquet",
        )  # fmt: skip
    if data.get("kind") == "search":
        raise broken(path.parent, "holds a search for postures", "read it with sim.load_search")
    for key in ("seed", "turns", "deter"):
        if key not in data:
            raise broken(path, f"lacks the entry '{key}'")
    if not isinstance(data["turns"], int) or data["turns"] < 1:
        raise broken(path, "its number of turns is no whole number from 1")
    return data


def _in_range(path: Path, counts: pd.DataFrame, turns: int, rungs: int) -> None:
    """Refuse counts that do not belong to this scenario."""
    for column, end in (("turn", turns), ("rung", rungs)):
        numbers = counts[column].to_numpy(dtype=np.float64, na_value=-1)
        if len(numbers) and (numbers.min() < -1 or numbers.max() >= end):
            raise broken(path, f"its column '{column}' does not fit the scenario")


def _known(path: Path, crises: Stored, scenario: Scenario) -> None:
    """Refuse crises of states and flashpoints that the scenario does not have."""
    for column, known in (
        ("flashpoint", scenario.flashpoints),
        ("challenger", scenario.states),
        ("holder", scenario.states),
    ):
        strange = crises.distinct(column) - set(known)
        if strange:
            name = clean(min(strange))
            raise broken(path, f"its column '{column}' names '{name}', not in the scenario")
