"""The folder of a sweep: its design, finished chunks while it grows, tables at the end.

As with an ensemble (`sim.engines.folder`), whatever stops the program leaves only whole chunks
behind, and neither that nor the number of processes shows in the bytes of the tables.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sim.analysis.intervals import NOTHING, Estimate
from sim.compiled import rules_hash
from sim.engines.folder import (
    PARTS,
    SCENARIO,
    clear_parts,
    read_manifest,
    write_manifest,
    write_whole,
    writing,
)
from sim.engines.parquet import TableFile
from sim.engines.provenance import program_hash, versions
from sim.experiments.designs import Axis, Design, Stop, overruled
from sim.experiments.metrics import Metric, metrics_of, run_columns
from sim.experiments.point_chunks import (
    Failure,
    PlayedPoints,
    columns_needed,
    points_in_chunk,
)
from sim.experiments.sweep_tables import points_table, runs_table, word_of
from sim.files.check import load_scenario
from sim.files.write import scenario_hash, scenario_yaml
from sim.luck import SCHEME
from sim.world.problems import InputError, ScenarioError, clean

DESIGN, TABLE, RUNS, FAILURES, WRITTEN = (
    "design.json", "points.parquet", "runs.parquet", "failures.jsonl", "design.yaml",
)  # fmt: skip
PART = "points-{:09d}.npz"


class BegunSweep(NamedTuple):
    """A sweep that is to be played on: what it is, and the chunks that are there and whole."""

    design: Design
    manifest: dict[str, Any]
    have: frozenset[int] = frozenset()
    failures: tuple[Failure, ...] = ()
    damaged: tuple[str, ...] = ()


def chunks(design: Design) -> list[tuple[int, int]]:
    """Return the chunks of a design: pairs of first point and number of points."""
    size = points_in_chunk(design.runs)
    total = len(design.points)
    return [(first, min(size, total - first)) for first in range(0, total, size)]


def design_data(design: Design) -> dict[str, Any]:
    """Return a design as plain data, all of it but the scenario."""
    return {
        "design": design.kind, "samples": design.samples, "seed": design.seed,
        "runs_per_point": design.runs, "outcomes": list(design.outcomes),
        "stop": {
            "error": design.stop.error, "least_runs": design.stop.least_runs,
            "minutes": design.stop.minutes,
        },
        "keep": "runs" if design.keeps_runs else "points",
        "axes": [axis._asdict() | {"values": list(axis.values)} for axis in design.axes],
        "points": [list(point) for point in design.points],
    }  # fmt: skip


def _design_bytes(design: Design) -> bytes:
    return json.dumps(design_data(design), ensure_ascii=False).encode()


def _design_from(data: dict[str, Any], scenario: Any, text: bytes) -> Design:
    axes = tuple(Axis(**{**axis, "values": tuple(axis["values"])}) for axis in data["axes"])
    points = tuple(tuple(point) for point in data["points"])
    return Design(
        scenario, data["design"], axes, points, data["runs_per_point"], data["seed"],
        tuple(data["outcomes"]), Stop(**data["stop"]), data["samples"],
        data["keep"] == "runs", text,
    )  # fmt: skip


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _identity(design: Design) -> dict[str, Any]:
    """Return what must be the same for a folder to be resumed."""
    return {
        "scenario_hash": scenario_hash(design.scenario),
        "design_hash": _hash(_design_bytes(design)),
        "rules_hash": rules_hash(), "program_hash": program_hash(), "seed_scheme": SCHEME,
        "chunk_points": points_in_chunk(design.runs),
    }  # fmt: skip


_CALLED = {
    "scenario_hash": "the scenario (scenario.yaml)", "design_hash": "the design (design.json)",
    "rules_hash": "the rules of the program", "program_hash": "the program",
    "seed_scheme": "how chance is drawn", "chunk_points": "the size of chunks",
}  # fmt: skip


def start_sweep(folder: Path, design: Design, command: str, source: str = "") -> BegunSweep:
    """Write what a sweep begins with: scenario, design and manifest.

    Parameters
    ----------
    folder : Path
        New or empty.
    design : Design
    command : str
        As it was given.
    source : str
        The design file, as it was given; empty for none.
    """
    scenario = design.scenario
    known = metrics_of(scenario)
    manifest = {
        "kind": "sweep", "complete": False, "command": command, "design_file": source,
        "name": scenario.name, "title": scenario.title, **_identity(design),
        "design": design.kind, "samples": design.samples, "seed": design.seed,
        "points": len(design.points), "runs_per_point": design.runs,
        "axes": [
            {"path": axis.path, "role": axis.role, "levels": list(axis.levels()), "log": axis.log}
            for axis in design.axes
        ],
        "outcomes": {name: _described(known[name]) for name in design.outcomes},
        "stop": design_data(design)["stop"], "keep": "runs" if design.keeps_runs else "points",
        "notes": overruled(scenario, design.paths),
        **versions(), "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }  # fmt: skip
    write_whole(folder / SCENARIO, scenario_yaml(scenario).encode())
    write_whole(folder / DESIGN, _design_bytes(design))
    if design.text:
        write_whole(folder / WRITTEN, design.text)
    write_manifest(folder, manifest)
    return BegunSweep(design, manifest)


def _described(metric: Metric) -> dict[str, str]:
    return {
        "label": metric.label, "unit": metric.unit, "meaning": metric.meaning, "of": metric.of
    }  # fmt: skip


def sweep_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a sweep's folder.

    Raises
    ------
    InputError
        If it is none of a sweep.
    """
    manifest = read_manifest(folder)
    if manifest.get("kind") != "sweep":
        raise InputError(f"{folder}: holds no sweep\n    give a folder that `deter sweep` wrote")
    return manifest


def stored_design(folder: Path) -> Design:
    """Return the design that a folder was begun with.

    Raises
    ------
    InputError
        If it is missing or damaged.
    """
    path = folder / DESIGN
    try:
        text = (folder / WRITTEN).read_bytes() if (folder / WRITTEN).exists() else b""
        data = json.loads(path.read_bytes())
        return _design_from(data, load_scenario(folder / SCENARIO), text)
    except ScenarioError:
        raise
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(
            f"{path}: is missing or damaged ({clean(str(error), 100)})\n"
            "    start the sweep anew in another folder"
        ) from None


def resume_sweep(folder: Path, now: Design | None = None) -> BegunSweep:
    """Return what is there of a sweep that was interrupted.

    Parameters
    ----------
    folder : Path
    now : Design, optional
        The design as its file has it now, which must be the one that was begun with.

    Raises
    ------
    InputError
        If scenario, design or code are no longer those it was begun with; says which. Or if it is
        complete.
    """
    manifest = sweep_manifest(folder)
    design = stored_design(folder)
    changed = [
        _CALLED[key] for key, value in _identity(design).items() if manifest.get(key) != value
    ]
    if now is not None:
        changed += _differences(design, now)
    if changed and manifest.get("complete") is not True:
        raise InputError(
            f"{folder}: cannot be resumed, because this has changed since it was begun: "
            f"{', '.join(dict.fromkeys(changed))}\n"
            "    put it back as it was, or start the sweep anew in another folder"
        )
    if manifest.get("complete") is True:
        return BegunSweep(design, manifest)
    have, damaged, failures = set(), [], list[Failure]()
    for first, points in chunks(design):
        path = folder / PARTS / PART.format(first)
        if not path.exists():
            continue
        try:
            played = PlayedPoints.from_bytes(path.read_bytes())
        except (OSError, ValueError):
            damaged.append(path.name)
            continue
        if (played.first, len(played.runs)) == (first, points):
            have.add(first)
            failures += played.failures
        else:
            damaged.append(path.name)
    return BegunSweep(design, manifest, frozenset(have), tuple(failures), tuple(damaged))


def _differences(begun: Design, now: Design) -> list[str]:
    """Return, in words, what a design file has that is not what was begun with."""
    found = []
    if scenario_hash(begun.scenario) != scenario_hash(now.scenario):
        found.append("the scenario, or what the design sets")
    # by way of JSON, as it was written
    old, new = (json.loads(_design_bytes(design)) for design in (begun, now))
    found += [
        f"{key} (in the design file)" for key in old if key != "points" and old[key] != new[key]
    ]
    if not found and old["points"] != new["points"]:
        found.append("the points (in the design file)")
    return found


# --- tables ---------------------------------------------------------------------------------


def complete_sweep(folder: Path, begun: BegunSweep, seconds: float) -> None:
    """Make the tables of a sweep all of whose chunks are played; the manifest says it is whole.

    Parameters
    ----------
    seconds : float
        How long playing took, this time.
    """
    design, manifest = begun.design, begun.manifest
    failures, runs = _write_tables(folder, design)
    if failures:
        lines = [
            json.dumps(
                {
                    "point": failure.point, "error": failure.error,
                    "values": dict(zip(design.paths, design.points[failure.point], strict=True)),
                },
                ensure_ascii=False,
            )
            for failure in failures
        ]  # fmt: skip
        write_whole(folder / FAILURES, ("\n".join(lines) + "\n").encode())
    manifest |= {
        "complete": True, "seconds": round(seconds, 3), "runs": runs, "failed": len(failures)
    }  # fmt: skip
    write_manifest(folder, manifest)
    clear_parts(folder)


def _write_tables(folder: Path, design: Design) -> tuple[list[Failure], int]:
    known = metrics_of(design.scenario)
    metrics = [known[name] for name in design.outcomes]
    names = columns_needed(design.scenario, design.outcomes)
    of_a_run = run_columns(design.scenario)
    estimates: dict[str, list[Estimate]] = {metric.key: [] for metric in metrics}
    counts: list[int] = []
    failures: list[Failure] = []
    parts = folder / PARTS
    with writing(folder), ExitStack() as files:

        def table(name: str) -> TableFile:
            return files.enter_context(TableFile(folder / name, parts / f".{name}.{os.getpid()}"))

        of_runs = table(RUNS) if design.keeps_runs else None
        of_points = table(TABLE)
        for first, _ in chunks(design):
            played = PlayedPoints.from_bytes((parts / PART.format(first)).read_bytes())
            failures += played.failures
            ends = np.cumsum(played.runs)
            for end, runs in zip(ends, played.runs, strict=True):
                rows = played.rows[end - runs : end]
                columns = {name: rows[:, k] for k, name in enumerate(names)}
                for metric in metrics:
                    estimates[metric.key].append(metric.estimate(columns) if runs else NOTHING)
            counts += played.runs.tolist()
            if of_runs is not None:
                of_runs.add(runs_table(played, {name: of_a_run[name] for name in names}))
        of_points.add(points_table(design, metrics, counts, estimates))
    return failures, int(sum(counts))


def listed_failures(failures: Sequence[Failure], design: Design, most: int = 10) -> str:
    """Return failed points in words, the first few of them."""
    lines = []
    for failure in failures[:most]:
        at = ", ".join(
            f"{path} = {word_of(value)}"
            for path, value in zip(design.paths, design.points[failure.point], strict=True)
        )
        lines.append(f"point {failure.point} ({clean(at, 200)}): {failure.error}")
    if len(failures) > most:
        lines.append(f"... and {len(failures) - most} more, in {FAILURES}")
    return "\n".join(lines)
