"""The folder of a comparison: played piece by piece, whole at the end or not there at all.

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
from sim.engines.band import FACTOR, FACTORS, behind_factor, scaled
from sim.engines.chunks import Chunk, Packed, Player, Stats, play_chunks
from sim.engines.compile_scenario import compile_scenario
from sim.engines.ensemble import chunk_plan, processes
from sim.engines.folder import (
    MANIFEST,
    PARTS,
    SCENARIO,
    Interrupted,
    clear_parts,
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
from sim.world.scenario import Scenario

KIND = "comparison"
OUTCOMES, DIFFERENCES, ARMS = "outcomes.parquet", "differences.parquet", "arms.parquet"
BAND = "band.parquet"
REMEDY = "play the comparison again in another folder"
Told = Callable[[str], None]


class Ready(NamedTuple):
    """A comparison whose rules are compiled, about to be played."""

    player: Player
    plan: list[tuple[int, int, int]]
    """First run, number of runs, arm: one arm after the other, then all at other precisions."""
    jobs: int

    @property
    def total(self) -> int:
        """Runs of all arms."""
        return sum(runs for _, runs, _ in self.plan)


def start(
    folder: Path,
    base: Scenario,
    arms: Sequence[Variant],
    runs: int,
    seed: int,
    command: str,
    notes: list[str],
    band: int = 0,
) -> dict[str, Any]:
    """Write what a comparison begins with, scenarios and a manifest; return the latter.

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
    return manifest


def ready(
    base: Scenario, arms: Sequence[Variant], manifest: dict[str, Any], jobs: int | None
) -> Ready:
    """Compile the rules if that is still to be done, and see how many processes are worth it."""
    size, many = manifest["chunk_size"], 1 + len(arms)
    plan = [
        (*chunk, number * many + arm)
        for number, runs in enumerate((manifest["runs"], *[manifest["band"]] * len(FACTORS)))
        for arm in range(many)
        for chunk in chunk_plan(runs, size)
    ]
    player = Player(base, manifest["seed"])
    return Ready(player, plan, processes(player, plan, jobs))


def play_into(
    folder: Path,
    manifest: dict[str, Any],
    arms: Sequence[Variant],
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
        ready.player, manifest["seed"], ready.plan, ready.jobs, packed=True, stop=stop,
        variants=_scenarios(ready.player.compiled.scenario, arms)[1:],
    )  # fmt: skip
    with closing(played):  # type: ignore[type-var]
        for chunk in played:
            write_whole(folder / PARTS / _part(chunk.arm, chunk.first), chunk.data)
            done(chunk.runs)
    if stop():
        raise Interrupted


def _scenarios(base: Scenario, arms: Sequence[Variant]) -> list[Scenario]:
    """Return all that is played: the base and the arms, then the same at each other precision."""
    own = [base, *(arm.scenario for arm in arms)]
    return [*own, *(scaled(scenario, factor) for factor in FACTORS for scenario in own)]


def _part(arm: int, first: int) -> str:
    return f"arm-{arm:03d}-{first:09d}.npz"


def complete(
    folder: Path, manifest: dict[str, Any], base: Scenario, arms: Sequence[Variant], ready: Ready
) -> Comparison:
    """Make the tables of a folder all of whose arms are played; the manifest says it is whole."""
    stats = _write_outcomes(folder, base, arms, ready)
    manifest["notes"] += unsolved(arms, [s.failures for s in stats], [s.solves for s in stats])
    comparison = Comparison(manifest, base, tuple(arms), _outcomes(folder), _band(folder))
    for name, table in ((DIFFERENCES, differences_table), (ARMS, arms_table)):
        _write_table(folder, name, table(comparison))
    manifest["complete"] = True
    write_manifest(folder, manifest)
    clear_parts(folder)
    return comparison


def _write_outcomes(
    folder: Path, base: Scenario, arms: Sequence[Variant], ready: Ready
) -> list[Stats]:
    many = 1 + len(arms)
    compiled = [compile_scenario(s) for s in (base, *(arm.scenario for arm in arms))]
    names = (BASE, *(arm.name for arm in arms))
    empty = [runs_table(c, 0, np.zeros((0, _width(folder, arm)))) for arm, c in enumerate(compiled)]
    shared = shared_columns([table.column_names for table in empty])
    stats = [np.zeros(len(Stats._fields), dtype=np.int64) for _ in compiled]
    parts = folder / PARTS

    def table(name: str) -> TableFile:
        return TableFile(folder / name, parts / f".{name}.{os.getpid()}")

    with writing(folder), table(OUTCOMES) as outcomes, table(BAND) as band:
        for first, _, number in ready.plan:
            chunk = Chunk.from_bytes((parts / _part(number, first)).read_bytes())
            other, arm = divmod(number, many)
            rows = arm_rows(compiled[arm], names[arm], first, chunk.runs, shared)
            if other == 0:
                stats[arm] += chunk.stats
                outcomes.add(rows)
            else:
                band.add(behind_factor(rows, FACTORS[other - 1]))
    return [Stats(*map(int, each)) for each in stats]


def _width(folder: Path, arm: int) -> int:
    data = (folder / PARTS / _part(arm, 0)).read_bytes()
    return int(Chunk.from_bytes(data).runs.shape[1])


def _write_table(folder: Path, name: str, table: pa.Table) -> None:
    with writing(folder), TableFile(folder / name, folder / f".{name}.{os.getpid()}") as file:
        file.add(table)


def discard(folder: Path, made: bool) -> None:
    """Remove what was written for a comparison that did not come to its end.

    Parameters
    ----------
    made : bool
        Whether the folder was not there before; it then goes too.
    """
    for place in (folder / PARTS, folder / "arms", folder):
        if place.is_dir():
            for path in list(place.iterdir()):
                if path.is_file():
                    path.unlink()
            if place != folder or made:
                place.rmdir()


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
        raise broken(place, "is not complete", REMEDY)
    told = manifest.get("arms")
    keys = {"name", "kind", "option", "file", "scenario_hash", "notes", "changed"}
    if not isinstance(told, list) or not all(isinstance(a, dict) and keys <= set(a) for a in told):
        raise broken(place / MANIFEST, "is damaged: it does not list the arms", REMEDY)
    arms = tuple(
        Variant(
            str(a["name"]), load_scenario(place / str(a["file"])), str(a["kind"]),
            str(a["option"]), tuple(map(str, a["notes"])),
        )
        for a in told
    )  # fmt: skip
    outcomes = _outcomes(place)
    if len(outcomes) != manifest.get("runs", 0) * (1 + len(arms)) or not len(outcomes):
        raise broken(place / OUTCOMES, "does not hold as many runs as the manifest says", REMEDY)
    return Comparison(manifest, load_scenario(place / SCENARIO), arms, outcomes, _band(place))


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
