"""The folder of an ensemble: finished chunks while it grows, tables and manifest at the end.

A chunk is written whole and then given its name, so that whatever stops the program leaves only
whole chunks behind. Tables are never overwritten.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sim.compiled import rules_hash
from sim.engines.arrow import counts_table, crises_table, events_table, runs_table
from sim.engines.chunks import Chunk
from sim.engines.ensemble import Ensemble, chunk_size, play_ensemble
from sim.engines.provenance import versions
from sim.files.check import load_scenario
from sim.files.write import scenario_hash, scenario_yaml
from sim.luck import SCHEME
from sim.world.problems import InputError
from sim.world.scenario import Scenario

MANIFEST, SCENARIO, PARTS = "manifest.json", "scenario.yaml", "parts"
ROW_GROUP = 10_000
PART = re.compile(r"chunk-(\d{7,})\.npz")


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def fresh_folder(out: Path | None, name: str) -> Path:
    """Return an empty folder for results: `out`, or results/NAME-TIME.

    Raises
    ------
    InputError
        If `out` is there and not empty, or cannot be made.
    """
    if out is not None:
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise InputError(f"{out}: is not an empty folder; name one that is new or empty")
        folder = out
    else:
        stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
        folder = Path("results") / f"{name}-{stamp}"
        for again in range(2, 1000):
            if not folder.exists():
                break
            folder = Path("results") / f"{name}-{stamp}-{again}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be made ({error.strerror})") from None
    return folder


def _identity(scenario: Scenario, runs: int, seed: int, size: int, detail: str) -> dict[str, Any]:
    """Return what must be the same for a folder to be resumed."""
    return {
        "scenario_hash": scenario_hash(scenario), "rules_hash": rules_hash(), "runs": runs,
        "seed": seed, "seed_scheme": SCHEME, "chunk_size": size, "detail": detail,
    }  # fmt: skip


def _manifest(scenario: Scenario, identity: dict[str, Any], command: str) -> dict[str, Any]:
    return {
        "kind": "run", "complete": False, "command": command,
        "name": scenario.name, "title": scenario.title,
        **identity, "turns": scenario.turns, "turn_length": scenario.turn_length,
        "start": scenario.start, **versions(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "states": {k: {"name": s.name, "side": s.side} for k, s in scenario.states.items()},
        "flashpoints": {k: f.name for k, f in scenario.flashpoints.items()},
        "treaties": {k: treaty.name for k, treaty in scenario.treaties.items()},
        "rungs": [rung.key for rung in scenario.ladder],
        "notes": [],
    }  # fmt: skip


def describe_run(
    scenario: Scenario, runs: int, seed: int, detail: str, command: str
) -> dict[str, Any]:
    """Return the manifest of an ensemble that is about to be played."""
    identity = _identity(scenario, runs, seed, chunk_size(runs), detail)
    return _manifest(scenario, identity, command)


def _write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    write_whole(folder / MANIFEST, text.encode())


def _write_table(folder: Path, name: str, table: pa.Table) -> None:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, row_group_size=ROW_GROUP, compression="zstd")
    write_whole(folder / f"{name}.parquet", sink.getvalue().to_pybytes())


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return a result folder's manifest; InputError if there is none that can be read."""
    path = folder / MANIFEST
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{folder}: is no result folder (it has no {MANIFEST})") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read ({error})") from None
    return manifest


def start_folder(
    folder: Path, scenario: Scenario, runs: int, seed: int, detail: str, command: str
) -> dict[str, Any]:
    """Write what a run begins with: the resolved scenario and a manifest; return the latter."""
    manifest = describe_run(scenario, runs, seed, detail, command)
    write_whole(folder / SCENARIO, scenario_yaml(scenario).encode())
    _write_manifest(folder, manifest)
    (folder / PARTS).mkdir(exist_ok=True)
    return manifest


def resume_folder(folder: Path) -> tuple[Scenario, dict[str, Any], list[Chunk]]:
    """Return the scenario, manifest and finished chunks of a folder that was interrupted.

    Raises
    ------
    InputError
        If it is complete, or if scenario or rules are no longer those it was begun with.
    """
    manifest = read_manifest(folder)
    if manifest.get("complete"):
        raise InputError(f"{folder}: is complete; there is nothing to resume")
    scenario = load_scenario(str(folder / SCENARIO))
    now = _identity(
        scenario, manifest["runs"], manifest["seed"], manifest["chunk_size"], manifest["detail"]
    )
    changed = [key for key, value in now.items() if manifest.get(key) != value]
    if changed:
        raise InputError(
            f"{folder}: cannot be resumed, because this has changed since it was begun: "
            f"{', '.join(changed)}; start it anew"
        )
    chunks = []
    for path in sorted((folder / PARTS).glob("chunk-*.npz")):
        if PART.fullmatch(path.name):
            chunks.append(Chunk.from_bytes(path.read_bytes()))
    return scenario, manifest, chunks


def play_into(
    folder: Path,
    scenario: Scenario,
    manifest: dict[str, Any],
    have: list[Chunk],
    jobs: int | None,
    done: Callable[[Chunk], None],
) -> Ensemble:
    """Play what is missing of an ensemble and complete its folder.

    Parameters
    ----------
    folder : Path
        As `start_folder` or `resume_folder` left it.
    have : list of Chunk
        What was played before.
    jobs : int, optional
        Processes.
    done : callable
        Told of each chunk, after it is on disk.
    """

    def keep(chunk: Chunk) -> None:
        write_whole(folder / PARTS / f"chunk-{chunk.first:07d}.npz", chunk.to_bytes())
        done(chunk)

    (folder / PARTS).mkdir(exist_ok=True)
    detail = manifest["detail"]
    ensemble = play_ensemble(
        scenario, manifest["runs"], manifest["seed"], jobs, manifest["chunk_size"], keep, have,
        events=detail == "events",
    )  # fmt: skip
    c = ensemble.compiled
    _write_table(folder, "runs", runs_table(c, 0, ensemble.runs))
    _write_table(folder, "counts", counts_table(c, ensemble.counts))
    if detail != "summary":
        _write_table(folder, "crises", crises_table(c, ensemble.crises, ensemble.numbers))
    if detail == "events":
        _write_table(folder, "events", events_table(ensemble.log_ints, ensemble.log_floats))
    solved = max(1, ensemble.stats.solves)
    manifest |= {
        "complete": True,
        "seconds": round(ensemble.seconds, 3),
        "runs_per_second": round(manifest["runs"] / max(ensemble.seconds, 1e-9), 1),
        "solves_per_run": ensemble.stats.solves / manifest["runs"],
        "fallbacks": ensemble.stats.fallbacks,
        "failures": ensemble.stats.failures,
    }
    if ensemble.stats.failures:
        manifest["notes"].append(
            f"{ensemble.stats.failures} of {solved} stage games were not solved to tolerance"
        )
    _write_manifest(folder, manifest)
    for path in (folder / PARTS).iterdir():
        path.unlink()
    (folder / PARTS).rmdir()
    return ensemble
