"""The table of a finished search, read and checked: one row a posture."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from sim.analysis.intervals import Estimate
from sim.analysis.stored import Stored, broken
from sim.engines.folder import MANIFEST, SCENARIO, read_manifest
from sim.files.check import load_scenario
from sim.world.scenario import Scenario

KIND, TABLE = "search", "frontier.parquet"
REMEDY = "give a folder that `deter seek` wrote"


class Goal(NamedTuple):
    """One of the outcomes between which a frontier lies."""

    name: str
    label: str
    unit: str
    meaning: str
    more: bool
    """Whether one wants more of it."""


@dataclass(frozen=True, eq=False)
class SearchResults:
    """A finished search for postures.

    Parameters
    ----------
    folder : Path
        Where it lies.
    manifest : dict
        What made it.
    scenario : Scenario
        Whose postures they are.
    table : pyarrow.Table
        One row a posture that looked best in the search.
    """

    folder: Path
    manifest: dict[str, Any]
    scenario: Scenario
    table: pa.Table

    def __len__(self) -> int:
        """Number of runs of each posture under fresh luck."""
        return int(self.manifest["fresh_runs"])

    @property
    def goals(self) -> list[Goal]:
        """What was sought."""
        return [
            Goal(name, about["label"], about["unit"], about["meaning"], about["better"] == "more")
            for name, about in self.manifest["goals"].items()
        ]

    @property
    def fields(self) -> list[str]:
        """PATHs of what could be chosen."""
        return list(self.manifest["axes"])

    @property
    def kept(self) -> list[int]:
        """Numbers of the postures that are on the frontier under fresh luck too."""
        return [n for n, on in enumerate(self.table["frontier"].to_pylist()) if on]

    def estimates(self, goal: str) -> list[Estimate]:
        """Return a goal under fresh luck, posture by posture."""
        columns = [self.table[f"{goal}{end}"].to_pylist() for end in ("", "_low", "_high")]
        return [
            Estimate(value, low, high, np.nan, np.nan, len(self))
            for value, low, high in zip(*columns, strict=True)
        ]

    def postures(self) -> Any:
        """Return all as a pandas table, one row a posture."""
        return self.table.to_pandas()


def is_search(folder: str | os.PathLike[str]) -> bool:
    """Tell whether a folder holds a search."""
    place = Path(folder)
    return (place / MANIFEST).is_file() and read_manifest(place).get("kind") == KIND


def load_search(folder: str | os.PathLike[str]) -> SearchResults:
    """Read the folder of a finished search.

    Raises
    ------
    InputError
        If it is none, or a file is missing or broken.
    """
    place = Path(folder)
    manifest = read_manifest(place)
    if manifest.get("kind") != KIND:
        raise broken(place, "holds no search", REMEDY)
    goals, axes = manifest.get("goals"), manifest.get("axes")
    if not isinstance(goals, dict) or not isinstance(axes, list) or "fresh_runs" not in manifest:
        raise broken(place / MANIFEST, "is damaged, or of an older version", REMEDY)
    wanted = ["posture", "frontier", *map(str, axes)]
    wanted += [f"{goal}{end}" for goal in goals for end in ("", "_low", "_high", "_found")]
    table = Stored(place / TABLE, wanted).whole()
    return SearchResults(place, manifest, load_scenario(place / SCENARIO), table)
