"""The folder of a comparison: finished chunks while it grows, tables and manifest at the end.

The runs of every arm lie on disk while they are played; tables are made of them one after the
other, so that neither the number of runs nor that of arms has to fit in memory.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from sim.analysis.stored import Stored, broken
from sim.engines.arrow import runs_table
from sim.engines.band import FACTOR, FACTORS, Piece, behind_factor, scaled
from sim.engines.chunks import Chunk, Packed, Player, Stats, play_chunks
from sim.engines.compile_scenario import compile_scenario
from sim.engines.ensemble import chunk_plan, processes
from sim.engines.folder import (
    MANIFEST,
    PARTS,
    SCENARIO,
    Interrupted,
    clear_parts,
    is_whole,
    read_manifest,
    write_manifest,
    write_whole,
    writing,
)
from sim.engines.parquet import TableFile
from sim.experiments.comparison import (
    ARM,
    BASE,
    Comparison,
    arm_rows,
    arms_table,
    describe,
    differences_table,
    shared_columns,
    unsolved,
)
from sim.experiments.variants import Variant
from sim.files.check import load_scenario
from sim.files.write import scenario_yaml
from sim.world.problems import InputError
from sim.world.scenario import Scenario

KIND = "comparison"
OUTCOMES, DIFFERENCES, ARMS = "outcomes.parquet", "differences.parquet", "arms.parquet"
BAND = "band.parquet"
REMEDY = "play the comparison again in another folder"
Told = Callable[[str], None]


class Ready(NamedTuple):
    """A comparison whose rules are compiled, about to be played."""

    player: Player
    plan: list[Piece]
    """All chunks: one arm after the other, then all at other precisions."""
    missing: list[Piece]
    """Those that are still to be played."""
    jobs: int

    @property
    def total(self) -> int:
        """Runs of all arms."""
        return sum(piece.runs for piece in self.plan)

    @property
    def played(self) -> int:
        """Runs that are on disk already."""
        return self.total - sum(piece.runs for piece in self.missing)


class BegunComparison(NamedTuple):
    """A comparison that was begun: what it is of, and what was played of it."""

    base: Scenario
    arms: tuple[Variant, ...]
    manifest: dict[str, Any]
    have: frozenset[Piece] = frozenset()
    """Chunks that are there and whole."""
    damaged: tuple[str, ...] = ()
    """Chunks that are not."""


def start(
    folder: Path,
    base: Scenario,
    arms: Sequence[Variant],
    runs: int,
    seed: int,
    command: str,
    notes: list[str],
    band: int = 0,
) -> BegunComparison:
    """Write what a comparison begins with, scenarios and a manifest.

    Parameters
    ----------
    band : int
        Runs of each arm that are played at each other precision too; 0 for none.
    """
    manifest = describe(base, arms, runs, seed, command, notes, band)
    write_whole(folder / SCENARIO, scenario_yaml(base).encode())
    with writing(folder):
        (folder / "arms").mkdir(exist_ok=True)
        (folder / PARTS).mkdir(exist_ok=True)
    for arm, told in zip(arms, manifest["arms"], strict=True):
        write_whole(folder / told["file"], scenario_yaml(arm.scenario).encode())
    write_manifest(folder, manifest)
    return BegunComparison(base, tuple(arms), manifest)


def resume(folder: Path) -> BegunComparison:
    """Return what is there of a comparison that was interrupted.

    Raises
    ------
    InputError
        If it is none, is complete, is damaged, or scenarios or rules are no longer those it was
        begun with.
    """
    manifest = read_manifest(folder)
    if manifest.get("kind") != KIND:
        raise broken(folder, "holds no comparison", "give a folder that `deter compare` wrote")
    if manifest.get("complete") is True:
        raise InputError(
            f"{folder}: is complete; there is nothing to resume\n"
            f"    `deter plot {folder}` draws its figures again, `deter report {folder}` "
            "writes its report again"
        )
    arms, base = _arms_of(folder, manifest), load_scenario(folder / SCENARIO)
    try:
        now = describe(
            base, arms, manifest["runs"], manifest["seed"], "", [], manifest["band"]
        )  # fmt: skip
        plan = _plan(manifest, len(arms))
    except (KeyError, TypeError, ValueError):
        raise broken(folder / MANIFEST, "is damaged", REMEDY) from None
    changed = [key for key in _FIXED if manifest.get(key) != now[key]]
    changed += [
        str(was["file"])
        for was, told in zip(manifest["arms"], now["arms"], strict=True)
        if was["scenario_hash"] != told["scenario_hash"]
    ]
    if changed:
        raise InputError(
            f"{folder}: cannot be resumed, because this has changed since it was begun: "
            f"{', '.join(changed)}\n    {REMEDY}"
        )
    there = [piece for piece in plan if (folder / PARTS / _part(piece)).exists()]
    have = frozenset(piece for piece in there if is_whole(folder / PARTS / _part(piece), piece))
    damaged = tuple(_part(piece) for piece in there if piece not in have)
    return BegunComparison(base, arms, manifest, have, damaged)


_FIXED = ("scenario_hash", "rules_hash", "seed_scheme", "chunk_size")


def _plan(manifest: dict[str, Any], arms: int) -> list[Piece]:
    size, many = manifest["chunk_size"], 1 + arms
    return [
        Piece(*chunk, number * many + arm)
        for number, runs in enumerate((manifest["runs"], *[manifest["band"]] * len(FACTORS)))
        for arm in range(many)
        for chunk in chunk_plan(runs, size)
    ]


def ready(begun: BegunComparison, jobs: int | None) -> Ready:
    """Compile the rules if that is still to be done, and see how many processes are worth it."""
    plan = _plan(begun.manifest, len(begun.arms))
    missing = [piece for piece in plan if piece not in begun.have]
    player = Player(begun.base, begun.manifest["seed"])
    return Ready(player, plan, missing, processes(player, missing, jobs))


def play_into(
    folder: Path,
    begun: BegunComparison,
    ready: Ready,
    done: Callable[[int], None] = lambda _runs: None,
    stop: Callable[[], bool] = lambda: False,
) -> None:
    """Play all arms into a folder.

    Parameters
    ----------
    done : callable
        Told the number of runs of each chunk, after it is on disk.
    stop : callable
        Asked now and then; once it says yes, only chunks at hand are still finished.

    Raises
    ------
    Interrupted
        If it was stopped so.
    InputError
        If the disk is full, or a worker was killed.
    """
    played: Iterator[Packed] = play_chunks(
        ready.player, begun.manifest["seed"], ready.missing, ready.jobs, packed=True, stop=stop,
        variants=_scenarios(begun)[1:],
    )  # fmt: skip
    with closing(played):  # type: ignore[type-var]
        for chunk in played:
            write_whole(folder / PARTS / _part(chunk), chunk.data)
            done(chunk.runs)
    if stop():
        raise Interrupted


def _scenarios(begun: BegunComparison) -> list[Scenario]:
    """Return all that is played: the base and the arms, then the same at each other precision."""
    own = [begun.base, *(arm.scenario for arm in begun.arms)]
    return [*own, *(scaled(scenario, factor) for factor in FACTORS for scenario in own)]


def _part(piece: Packed | Piece) -> str:
    return f"arm-{piece.arm:03d}-{piece.first:09d}.npz"


def complete(folder: Path, begun: BegunComparison, ready: Ready, seconds: float) -> Comparison:
    """Make the tables of a folder all of whose arms are played; the manifest says it is whole.

    Parameters
    ----------
    seconds : float
        What was played of it this time took so long.
    """
    base, arms, manifest = begun[:3]
    runs = ready.total - ready.played
    manifest |= {
        "seconds": round(seconds, 3), "runs_per_second": round(runs / max(seconds, 1e-9), 1),
    }  # fmt: skip
    stats = _write_outcomes(folder, begun, ready)
    manifest["notes"] += unsolved(arms, [s.failures for s in stats], [s.solves for s in stats])
    comparison = Comparison(manifest, base, tuple(arms), _outcomes(folder), _band(folder))
    for name, table in ((DIFFERENCES, differences_table), (ARMS, arms_table)):
        _write_table(folder, name, table(comparison))
    manifest["complete"] = True
    write_manifest(folder, manifest)
    clear_parts(folder)
    return comparison


def _write_outcomes(folder: Path, begun: BegunComparison, ready: Ready) -> list[Stats]:
    many = 1 + len(begun.arms)
    compiled = [compile_scenario(scenario) for scenario in _scenarios(begun)[:many]]
    names = (BASE, *(arm.name for arm in begun.arms))
    empty = [runs_table(c, 0, np.zeros((0, _width(folder, arm)))) for arm, c in enumerate(compiled)]
    shared = shared_columns([table.column_names for table in empty])
    stats = [np.zeros(len(Stats._fields), dtype=np.int64) for _ in compiled]
    parts = folder / PARTS

    def table(name: str) -> TableFile:
        return TableFile(folder / name, parts / f".{name}.{os.getpid()}")

    with writing(folder), table(OUTCOMES) as outcomes, table(BAND) as band:
        for piece in ready.plan:
            chunk = Chunk.from_bytes((parts / _part(piece)).read_bytes())
            other, arm = divmod(piece.arm, many)
            rows = arm_rows(compiled[arm], names[arm], piece.first, chunk.runs, shared)
            if other == 0:
                stats[arm] += chunk.stats
                outcomes.add(rows)
            else:
                band.add(behind_factor(rows, FACTORS[other - 1]))
    return [Stats(*map(int, each)) for each in stats]


def _width(folder: Path, arm: int) -> int:
    data = (folder / PARTS / _part(Piece(0, 0, arm))).read_bytes()
    return int(Chunk.from_bytes(data).runs.shape[1])


def _write_table(folder: Path, name: str, table: pa.Table) -> None:
    with writing(folder), TableFile(folder / name, folder / f".{name}.{os.getpid()}") as file:
        file.add(table)


def is_comparison(folder: str | os.PathLike[str]) -> bool:
    """Tell whether a folder holds a comparison, whole or not."""
    place = Path(folder)
    return (place / MANIFEST).is_file() and read_manifest(place).get("kind") == KIND


def load_comparison(folder: str | os.PathLike[str]) -> Comparison:
    """Read the folder of a comparison.

    Raises
    ------
    InputError
        If the folder or one of its files is missing or broken; says which.
    """
    place = Path(folder)
    manifest = read_manifest(place)
    if manifest.get("kind") != KIND:
        raise broken(place, "holds no comparison", "give a folder that `deter compare` wrote")
    if manifest.get("complete") is not True:
        remedy = f"finish it with `deter compare --resume {place}`"
        raise broken(place, "is not complete", remedy)
    arms = _arms_of(place, manifest)
    outcomes = _outcomes(place)
    if len(outcomes) != manifest.get("runs", 0) * (1 + len(arms)) or not len(outcomes):
        raise broken(place / OUTCOMES, "does not hold as many runs as the manifest says", REMEDY)
    return Comparison(manifest, load_scenario(place / SCENARIO), arms, outcomes, _band(place))


def _arms_of(folder: Path, manifest: dict[str, Any]) -> tuple[Variant, ...]:
    told = manifest.get("arms")
    keys = {"name", "kind", "option", "file", "scenario_hash", "notes", "changed"}
    if not isinstance(told, list) or not all(isinstance(a, dict) and keys <= set(a) for a in told):
        raise broken(folder / MANIFEST, "is damaged: it does not list the arms", REMEDY)
    return tuple(
        Variant(
            str(a["name"]), load_scenario(folder / str(a["file"])), str(a["kind"]),
            str(a["option"]), tuple(map(str, a["notes"])),
        )
        for a in told
    )  # fmt: skip


def _outcomes(folder: Path) -> Stored:
    return Stored(folder / OUTCOMES, [ARM, "run", "war", "highest_rung", "control_lost"])


def _band(folder: Path) -> pa.Table | None:
    """Return the runs at other precisions, if there are any; they are few."""
    place = folder / BAND
    return Stored(place, [FACTOR, ARM, "run"]).whole() if place.exists() else None


def draw_all(folder: Path, comparison: Comparison, told: Told = lambda _what: None) -> list[Path]:
    """Draw every figure and the report; what was drawn before is replaced."""
    from sim.experiments.pictures import drawable

    pictures: dict[str, tuple[str, str, bytes]] = {}
    files = draw_figures(folder, comparison, drawable(comparison), told, pictures)
    return [*files, write_report(folder, comparison, pictures, told)]


def draw_figures(
    folder: Path,
    comparison: Comparison,
    names: Sequence[str],
    told: Told = lambda _what: None,
    pictures: dict[str, tuple[str, str, bytes]] | None = None,
) -> list[Path]:
    """Draw some figures as PNG and SVG; returns the files written."""
    from sim.analysis.figures.style import png, svg
    from sim.experiments.pictures import FIGURES, draw

    with writing(folder):
        (folder / "figures").mkdir(exist_ok=True)
    files = []
    for name in names:
        chart = draw(name, comparison)
        image = svg(chart)
        if pictures is not None:
            pictures[name] = FIGURES[name].question, chart.alt, image
        for kind, content in (("png", png(chart)), ("svg", image)):
            files.append(folder / "figures" / f"{name}.{kind}")
            write_whole(files[-1], content)
        told(name)
    return files


def write_report(
    folder: Path,
    comparison: Comparison,
    pictures: dict[str, tuple[str, str, bytes]] | None = None,
    told: Told = lambda _what: None,
) -> Path:
    """Write the report; figures are drawn for it where they are not at hand."""
    from sim.analysis.figures.style import svg
    from sim.experiments.pictures import FIGURES, draw, drawable
    from sim.experiments.report import report

    if pictures is None:
        pictures = {}
        for name in drawable(comparison):
            chart = draw(name, comparison)
            pictures[name] = FIGURES[name].question, chart.alt, svg(chart)
            told(name)
    write_whole(folder / "report.html", report(comparison, pictures).encode("utf-8"))
    told("report")
    return folder / "report.html"
