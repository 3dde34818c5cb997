"""A comparison: a scenario, variants of it, and the runs of all of them under shared luck."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim.analysis.band import Verdict
from sim.analysis.differences import (
    KEY,
    Columns,
    Compared,
    Difference,
    Numbers,
    measures,
    paired,
)
from sim.analysis.parallel import Side
from sim.analysis.stored import Stored
from sim.engines.arrow import field, runs_table
from sim.engines.band import FACTOR, FACTORS
from sim.engines.compile_scenario import Compiled
from sim.engines.ensemble import play_ensemble
from sim.engines.folder import describe_run
from sim.engines.wording import Wording, names_of
from sim.experiments.variants import Variant, checked, differing, given
from sim.files.write import scenario_hash
from sim.outcomes.events import decode
from sim.rules.tables import Floats
from sim.world.scenario import Scenario

if TYPE_CHECKING:
    from sim.analysis.frames import DataFrame

BASE = "unchanged"
"""What the arm without a change is called."""
ARM = "arm"
"""Column that tells arms apart."""
TOLD = 3
"""Runs told side by side."""


class Changed(NamedTuple):
    """A run in which a change mattered, by how much."""

    run: int
    nuclear: int
    """1 where nuclear weapons were used in the arm only, -1 where only in the unchanged run."""
    war: int
    """The same of a rung of war."""
    rungs: int
    """Highest rung in the arm less that of the unchanged run."""
    control: float
    """Shares of control that differ at the end, added up over flashpoints."""
    crises: int
    """Crises in the arm less those of the unchanged run."""

    @property
    def size(self) -> tuple[float, ...]:
        """How much it matters, to be ordered by.

        A war more or less counts before control, control before rungs, rungs before crises.
        """
        sizes = self.nuclear, self.war, round(self.control, 9), self.rungs, self.crises
        return tuple(abs(size) for size in sizes)


@dataclass(frozen=True)
class ArmResult:
    """One arm of a comparison with what it changes.

    Parameters
    ----------
    variant : Variant
    differences : tuple of Difference
        In every measure that all arms have.
    differ : int
        Pairs of runs that differ in anything that is measured.
    most : tuple of Changed
        The runs in which it mattered most, the most first.
    """

    variant: Variant
    differences: tuple[Difference, ...]
    differ: int
    most: tuple[Changed, ...]

    @property
    def name(self) -> str:
        """What it is called."""
        return self.variant.name

    def __getitem__(self, key: str) -> Difference:
        for difference in self.differences:
            if difference.measure.key == key:
                return difference
        raise KeyError(key)

    def key_differences(self) -> list[Difference]:
        """Return the differences that a figure and a short table have room for."""
        return [self[key] for key in KEY]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Arms that share their luck: run k of each has the same draws.

    Parameters
    ----------
    manifest : dict
        What made it: seed, versions, notes.
    scenario : Scenario
        The unchanged one.
    variants : tuple of Variant
    runs : pyarrow.Table or Stored
        One row an arm and run: all runs of the unchanged scenario, then those of each arm.
    band : pyarrow.Table, optional
        The same at other precisions, behind a column with the factor; None where none were played.
    """

    manifest: dict[str, Any]
    scenario: Scenario
    variants: tuple[Variant, ...]
    runs: pa.Table | Stored
    band: pa.Table | None = None

    def __len__(self) -> int:
        """Return the number of runs of each arm."""
        return len(self.runs) // (1 + len(self.variants))

    @property
    def notes(self) -> list[str]:
        """What a reader has to know: of arms that equal the base, of clauses that are not there."""
        return [str(note) for note in self.manifest.get("notes", [])]

    @property
    def names(self) -> list[str]:
        """The columns of the table of runs that all arms have."""
        found = self.runs.names if isinstance(self.runs, Stored) else self.runs.column_names
        return [str(name) for name in found if name not in (ARM, "run")]

    def column(self, number: int, name: str) -> Numbers:
        """Return a column of the unchanged scenario (0) or of an arm (from 1), one value a run."""
        runs = len(self)
        if isinstance(self.runs, Stored):
            return self.runs.part(name, number * runs, runs)
        values: Numbers = self.runs.column(name).slice(number * runs, runs).to_numpy()
        return values.astype(np.float64)

    def measures(self) -> list[Compared]:
        """Return what is compared."""
        return measures(self.scenario, self.names)

    @cached_property
    def arms(self) -> tuple[ArmResult, ...]:
        """What each arm changes."""
        return tuple(self._compared())

    def __getitem__(self, name: str) -> ArmResult:
        for arm in self.arms:
            if arm.name == name:
                return arm
        raise KeyError(name)

    def _compared(self) -> Iterator[ArmResult]:
        what, seed = self.measures(), int(self.manifest["seed"])
        base = partial(self.column, 0)
        for number, variant in enumerate(self.variants, 1):
            arm = partial(self.column, number)
            differ, control = np.zeros(len(self), dtype=bool), np.zeros(len(self))
            for name in self.names:
                apart = arm(name) - base(name)
                differ |= apart != 0
                if name.endswith("_control"):
                    control += np.abs(apart)
            found = tuple(paired(base, arm, what, seed))
            yield ArmResult(
                variant, found, int(differ.sum()), tuple(self._most(base, arm, control, differ))
            )

    def _most(
        self, base: Columns, arm: Columns, control: Numbers, differ: NDArray[np.bool_]
    ) -> Iterator[Changed]:
        """Yield the runs in which an arm mattered most, in the order of `Changed.size`."""
        wars, rungs, crises = (arm(name) - base(name) for name in ("war", "highest_rung", "crises"))
        nuclear = arm("nuclear_use") - base("nuclear_use")
        order = np.lexsort((
            np.arange(len(self)), -np.abs(crises), -np.abs(rungs), -np.round(control, 9),
            -np.abs(wars), -np.abs(nuclear), ~differ,
        ))  # fmt: skip
        for run in order[:TOLD]:
            if differ[run]:
                yield Changed(
                    int(run), int(nuclear[run]), int(wars[run]), int(rungs[run]),
                    float(control[run]), int(crises[run]),
                )  # fmt: skip

    @cached_property
    def at_other_precisions(self) -> dict[float, Comparison]:
        """The same comparison at each other precision, by its factor; empty where none is kept."""
        if self.band is None:
            return {}
        factors = self.band[FACTOR].to_numpy()
        rows = {factor: self.band.filter(pa.array(factors == factor)) for factor in FACTORS}
        return {
            factor: Comparison(self.manifest, self.scenario, self.variants, table.drop([FACTOR]))
            for factor, table in rows.items()
        }

    def across(self, arm: str, key: str) -> Verdict | None:
        """Return what becomes of a difference that is clear at half and at twice the precision.

        None where it is not clear in the first place, or no other precision was played.
        """
        own = self[arm][key]
        others = [found[arm][key] for found in self.at_other_precisions.values()]
        if not own.clear or not others:
            return None
        if all(other.way == own.way for other in others):
            return Verdict.HOLDS
        return (
            Verdict.FAILS
            if any(other.clear and other.way != own.way for other in others)
            else (Verdict.OPEN)
        )

    def outcomes(self) -> DataFrame:
        """Return a pandas table with one row an arm and run, all of it in memory."""
        from sim.analysis.frames import frame_of

        return frame_of(self.runs.whole() if isinstance(self.runs, Stored) else self.runs)

    def differences(self) -> DataFrame:
        """Return a pandas table with one row an arm and measure."""
        from sim.analysis.frames import frame_of

        return frame_of(differences_table(self))

    @property
    def plot(self) -> Plots:
        """The figures: ``comparison.plot.differences()`` returns a matplotlib figure."""
        return Plots(self)

    def side(self, number: int, run: int) -> Side:
        """Return one run as it was played, in the unchanged scenario (0) or in an arm (from 1)."""
        from sim.engines.chunks import Player

        scenario = self.variants[number - 1].scenario if number else self.scenario
        ints, floats = Player(scenario, int(self.manifest["seed"])).log(run)
        records = list(decode(ints, floats, names_of(scenario)))
        control = {key: float(place.control.value) for key, place in scenario.flashpoints.items()}
        for record in records:
            after = getattr(record, "control_after", None)
            if after is not None:
                control[record.flashpoint] = float(after)  # type: ignore[attr-defined]
        return Side(Wording(scenario), records, control)


class Plots:
    """The figures of a comparison as methods."""

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison

    def __getattr__(self, name: str) -> Any:
        from sim.experiments.pictures import draw

        if name not in dir(self):
            raise AttributeError(f"there is no figure '{name}'; there are: {', '.join(dir(self))}")
        return lambda: draw(name, self._comparison).figure

    def __dir__(self) -> list[str]:
        from sim.experiments.pictures import drawable

        return drawable(self._comparison)


def compare(
    scenario: Scenario,
    *others: Scenario | Variant,
    runs: int = 200,
    seed: int = 7,
    jobs: int | None = 1,
) -> Comparison:
    """Play a scenario and variants of it under shared luck, and hold them against each other.

    Parameters
    ----------
    scenario : Scenario
        The unchanged one.
    *others : Scenario or Variant
        What it is held against: ``scenario.without("us_japan")``.
    runs : int
        Of each; run k has the same luck in all.
    seed : int
        Not negative.
    jobs : int, optional
        Processes. More than one needs the calling script to be importable; None takes as many as
        there are cores.

    Returns
    -------
    Comparison
        ``differences()`` is a pandas table with one row an arm and measure.

    Raises
    ------
    InputError
        If nothing is given that differs from the scenario.
    """
    if runs < 1:
        raise ValueError(f"runs is {runs}; it has to be at least 1")
    if seed < 0:
        raise ValueError(f"seed is {seed}; it cannot be negative")
    plain = [other for other in others if isinstance(other, Scenario)]
    named = {id(s): variant for s, variant in zip(plain, given(scenario, plain), strict=True)}
    arms, notes = checked(
        scenario,
        [other if isinstance(other, Variant) else named[id(other)] for other in others],
    )
    played = [play_ensemble(s, runs, seed, jobs) for s in (scenario, *(a.scenario for a in arms))]
    tables = [runs_table(p.compiled, 0, p.runs) for p in played]
    shared = shared_columns([table.column_names for table in tables])
    rows = [
        labelled(name, table.select(shared))
        for name, table in zip((BASE, *(arm.name for arm in arms)), tables, strict=True)
    ]
    manifest = describe(scenario, arms, runs, seed, "sim.compare", notes)
    failures = [p.stats.failures for p in played]
    manifest["notes"] += unsolved(arms, failures, [p.stats.solves for p in played])
    return Comparison(manifest, scenario, arms, pa.concat_tables(rows).unify_dictionaries())


def describe(
    base: Scenario,
    arms: Sequence[Variant],
    runs: int,
    seed: int,
    command: str,
    notes: list[str],
    band: int = 0,
) -> dict[str, Any]:
    """Return the manifest of a comparison that is about to be played (see `folder.start`)."""
    manifest = describe_run(base, runs, seed, "summary", command, band)
    manifest |= {
        "kind": "comparison", "notes": list(notes),
        "arms": [
            {
                "name": arm.name, "kind": arm.kind, "option": arm.option, "file": file_of(n, arm),
                "scenario_hash": scenario_hash(arm.scenario), "notes": list(arm.notes),
                "changed": differing(base, arm.scenario)[:100],
            }
            for n, arm in enumerate(arms, 1)
        ],
    }  # fmt: skip
    return manifest


def file_of(number: int, arm: Variant) -> str:
    """Return where in a result folder the scenario of an arm lies."""
    kept = "".join(c if c.isascii() and c.isalnum() else "_" for c in arm.name)
    slug = "_".join(part for part in kept.split("_") if part)[:60]
    return f"arms/{number:03d}_{slug}.yaml"


def unsolved(arms: Sequence[Variant], failures: Sequence[int], solves: Sequence[int]) -> list[str]:
    """Say where stage games were not solved to tolerance."""
    names = (BASE, *(arm.name for arm in arms))
    return [
        f"{name}: {failed} of {max(1, solved)} stage games were not solved to tolerance"
        for name, failed, solved in zip(names, failures, solves, strict=True)
        if failed
    ]


def shared_columns(tables: Sequence[Sequence[str]]) -> list[str]:
    """Return the columns that all tables have, in the order of the first."""
    first, *others = tables
    return [name for name in first if all(name in other for other in others)]


def labelled(name: str, table: pa.Table) -> pa.Table:
    """Return a table of runs with the name of its arm in front."""
    kind = pa.dictionary(pa.int32(), pa.string())
    arm = field(ARM, kind, "which arm; 'unchanged' is the scenario")
    names = pa.DictionaryArray.from_arrays(pa.array([0] * len(table), pa.int32()), [name])
    return table.add_column(0, arm, names)


def arm_rows(compiled: Compiled, name: str, first: int, runs: Floats, shared: list[str]) -> Any:
    """Return runs of an arm as rows of the table of outcomes."""
    return labelled(name, runs_table(compiled, first, runs).select(shared))


_DIFFERENCE_FIELDS = (
    ("arm", pa.string(), "which arm"),
    ("measure", pa.string(), "what is compared"),
    ("label", pa.string(), "its name for readers"),
    ("unit", pa.string(), "share (0 to 1), number or rungs"),
    ("base", pa.float64(), "its value in the unchanged scenario; empty where there was no case"),
    ("changed", pa.float64(), "its value in the arm"),
    ("difference", pa.float64(), "the arm less the unchanged scenario, mean over pairs of runs"),
    ("low", pa.float64(), "lower end of the 95 % bootstrap interval over pairs"),
    ("high", pa.float64(), "upper end"),
    ("rose", pa.int64(), "pairs in which it is higher in the arm; of shares of cases, the cases"),
    ("fell", pa.int64(), "pairs in which it is lower in the arm"),
    ("pairs", pa.int64(), "pairs of runs"),
    ("way", pa.string(), "rises or falls (clear of zero), open (cannot be told), same (no change)"),
    ("across", pa.string(), "what becomes of a clear one at half and at twice the precision"),
)


def differences_table(comparison: Comparison) -> pa.Table:
    """Return one row an arm and measure."""
    rows = [
        {
            "arm": arm.name,
            **difference.as_dict(),
            "across": comparison.across(arm.name, difference.measure.key),
        }
        for arm in comparison.arms
        for difference in arm.differences
    ]
    schema = _schema(_DIFFERENCE_FIELDS)
    return pa.Table.from_pylist(rows, schema=schema)


_ARM_FIELDS = (
    ("arm", pa.string(), "which arm"),
    ("kind", pa.string(), "without, with, set, against, treaty, clause or given"),
    ("option", pa.string(), "how it was asked for"),
    ("file", pa.string(), "its scenario, written out"),
    ("scenario_hash", pa.string(), "SHA-256 of it"),
    ("changed", pa.string(), "paths at which it differs from the base, at most a hundred"),
    ("notes", pa.string(), "what a reader has to know of it"),
    ("runs", pa.int64(), "runs, each paired with the run of that number of the base"),
    ("differ", pa.int64(), "pairs that differ in anything that is measured"),
    ("most", pa.string(), "numbers of the runs in which it mattered most"),
)


def arms_table(comparison: Comparison) -> pa.Table:
    """Return one row an arm."""
    rows = [
        {
            "arm": arm.name, "kind": told["kind"], "option": told["option"], "file": told["file"],
            "scenario_hash": told["scenario_hash"], "changed": " ".join(told["changed"]),
            "notes": "; ".join(told["notes"]), "runs": len(comparison), "differ": arm.differ,
            "most": " ".join(str(most.run) for most in arm.most),
        }
        for arm, told in zip(comparison.arms, comparison.manifest["arms"], strict=True)
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=_schema(_ARM_FIELDS))


def _schema(fields: Sequence[tuple[str, pa.DataType, str]]) -> pa.Schema:
    return pa.schema(
        [field(*told, interval="95 %" if told[0] in ("low", "high") else "") for told in fields]
    )
