"""The folder of an ensemble: finished chunks while it grows, tables and manifest at the end.

A chunk is written whole and then given its name, so that whatever stops the program leaves only
whole chunks behind. The tables are made of the chunks one after the other, in run order: neither
how often the program was stopped nor the number of runs shows in their bytes or in the memory it
takes. Tables are never overwritten.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sim.compiled import rules_hash
from sim.engines.arrow import counts_table, crises_table, events_table, runs_table
from sim.engines.band import FACTORS, MOST, Piece, band_plan, band_table, scaled
from sim.engines.chunks import Chunk, Packed, Player, Stats, counts_for, play_chunks
from sim.engines.compile_scenario import Compiled
from sim.engines.ensemble import chunk_plan, chunk_size, processes
from sim.engines.parquet import TableFile
from sim.engines.provenance import versions
from sim.files.check import load_scenario
from sim.files.write import scenario_hash, scenario_yaml
from sim.luck import SCHEME
from sim.outcomes.outcome import add
from sim.world.problems import InputError, clean
from sim.world.scenario import Scenario

MANIFEST, SCENARIO, PARTS = "manifest.json", "scenario.yaml", "parts"
DETAILS = ("summary", "crises", "events")
PART = "chunk-{:09d}.npz"
BAND_PART = "band-{}-{:09d}.npz"

Plan = list[tuple[int, int]]


class Begun(NamedTuple):
    """A folder that was interrupted."""

    scenario: Scenario
    manifest: dict[str, Any]
    have: set[int]
    """First runs of the chunks that are there and whole."""
    damaged: tuple[str, ...]
    """Chunks that are not."""
    band: frozenset[Piece] = frozenset()
    """Chunks at other precisions that are there and whole."""


class Interrupted(KeyboardInterrupt):
    """Playing was stopped before the last chunk; those played are kept."""


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what a disk can say no with into one message."""
    try:
        yield
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror or error}") from None


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all.

    Raises
    ------
    InputError
        If the disk is full or will not take it.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with writing(path):
        try:
            with draft.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise


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
    scenario: Scenario, runs: int, seed: int, detail: str, command: str, band: int = 0
) -> dict[str, Any]:
    """Return the manifest of an ensemble that is about to be played (see `start_folder`)."""
    size = chunk_size(runs, events=detail == "events")
    identity = _identity(scenario, runs, seed, size, detail)
    return _manifest(scenario, identity, command) | {"band": band}


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest of a folder, in place of the one that is there."""
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    write_whole(folder / MANIFEST, text.encode())


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return a result folder's manifest; InputError if there is none that can be read."""
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(f"{folder}: is no result folder (it has no {MANIFEST})") from None
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path}: cannot be read ({clean(str(error), 120)})") from None
    if not isinstance(manifest, dict):
        raise InputError(f"{path}: is damaged: it is no manifest")
    return manifest


_NUMBERS = {"runs": 1, "seed": 0, "chunk_size": 1}
"""Entry of the manifest that a resumed run needs -> the least it can be."""


def _check_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Refuse to resume from a manifest in which something is missing or cannot be."""
    wrong = [
        key
        for key, least in _NUMBERS.items()
        if type(manifest.get(key)) is not int or manifest[key] < least
    ]
    wrong += [] if manifest.get("detail") in DETAILS else ["detail"]
    wrong += [] if isinstance(manifest.get("notes"), list) else ["notes"]
    band = manifest.get("band", 0)  # folders of old have none
    wrong += [] if type(band) is int and 0 <= band <= MOST else ["band"]
    if wrong:
        raise InputError(
            f"{folder / MANIFEST}: is damaged ({', '.join(wrong)}), so the run cannot be resumed\n"
            "    start it anew in another folder"
        )


def start_folder(
    folder: Path,
    scenario: Scenario,
    runs: int,
    seed: int,
    detail: str,
    command: str,
    band: int = 0,
) -> dict[str, Any]:
    """Write what a run begins with: the resolved scenario and a manifest; return the latter.

    Parameters
    ----------
    detail : {"summary", "crises", "events"}
    command : str
        As it was given.
    band : int
        Runs that are played at each other precision; 0 for none.
    """
    manifest = describe_run(scenario, runs, seed, detail, command, band)
    write_whole(folder / SCENARIO, scenario_yaml(scenario).encode())
    write_manifest(folder, manifest)
    (folder / PARTS).mkdir(exist_ok=True)
    return manifest


def resume_folder(folder: Path) -> Begun:
    """Return what is there of a folder that was interrupted, while playing or after it.

    Raises
    ------
    InputError
        If scenario or rules are no longer those it was begun with, or if it is damaged.
    """
    manifest = read_manifest(folder)
    if manifest.get("kind") == "sweep":
        raise InputError(f"{folder}: holds a sweep\n    go on with: deter sweep --resume {folder}")
    if manifest.get("kind") == "comparison":
        raise InputError(
            f"{folder}: holds a comparison\n    go on with: deter compare --resume {folder}"
        )
    if manifest.get("complete") is True:
        return Begun(load_scenario(folder / SCENARIO), manifest, set(), ())
    _check_manifest(folder, manifest)
    scenario = load_scenario(folder / SCENARIO)
    now = _identity(
        scenario, manifest["runs"], manifest["seed"], manifest["chunk_size"], manifest["detail"]
    )
    changed = [key for key, value in now.items() if manifest.get(key) != value]
    if changed:
        raise InputError(
            f"{folder}: cannot be resumed, because this has changed since it was begun: "
            f"{', '.join(changed)}; start it anew"
        )
    have, band, damaged = set(), set(), []
    plan = chunk_plan(manifest["runs"], manifest["chunk_size"])
    for piece in [Piece(first, n, 0) for first, n in plan] + band_plan(manifest.get("band", 0)):
        path = folder / PARTS / part_name(piece)
        if not path.exists():
            continue
        if not is_whole(path, piece):
            damaged.append(path.name)
        elif piece.arm == 0:
            have.add(piece.first)
        else:
            band.add(piece)
    return Begun(scenario, manifest, have, tuple(damaged), frozenset(band))


def is_whole(path: Path, piece: Piece) -> bool:
    """Tell whether a file holds the chunk that it should."""
    try:
        chunk = Chunk.from_bytes(path.read_bytes())
    except (OSError, ValueError):
        return False
    return (chunk.first, len(chunk.runs)) == (piece.first, piece.runs)


def part_name(piece: Packed | Piece) -> str:
    """Return the name of the file of a chunk."""
    if piece.arm == 0:
        return PART.format(piece.first)
    return BAND_PART.format(piece.arm, piece.first)


class Ready(NamedTuple):
    """An ensemble whose rules are compiled, about to be played."""

    player: Player
    seed: int
    plan: Plan
    """All chunks."""
    missing: Sequence[tuple[int, ...]]
    """Those that are still to be played, those at other precisions last."""
    jobs: int
    band: Sequence[Piece] = ()
    """All chunks at other precisions."""


def ready_to_play(
    scenario: Scenario,
    manifest: dict[str, Any],
    have: set[int],
    jobs: int | None,
    have_band: Collection[Piece] = (),
) -> Ready:
    """Compile the rules if that is still to be done, and see how many processes are worth it.

    Parameters
    ----------
    have : set of int
        First runs of the chunks that were played before.
    jobs : int, optional
        Processes.
    have_band : collection of Piece
        Chunks at other precisions that were played before.
    """
    plan = chunk_plan(manifest["runs"], manifest["chunk_size"])
    band = band_plan(manifest.get("band", 0))
    missing: list[tuple[int, ...]] = [chunk for chunk in plan if chunk[0] not in have]
    missing += [piece for piece in band if piece not in have_band]
    player = Player(scenario, manifest["seed"])
    jobs = processes(player, missing, jobs)
    return Ready(player, manifest["seed"], plan, missing, jobs, band)


def play_into(
    folder: Path,
    manifest: dict[str, Any],
    ready: Ready,
    done: Callable[[int], None] = lambda _runs: None,
    stop: Callable[[], bool] = lambda: False,
) -> None:
    """Play the missing chunks of an ensemble into its folder.

    Parameters
    ----------
    folder : Path
        As `start_folder` or `resume_folder` left it.
    done : callable
        Told the number of runs of each chunk, after it is on disk.
    stop : callable
        Asked now and then; once it says yes, only chunks at hand are still finished.

    Raises
    ------
    Interrupted
        If it was stopped so.
    InputError
        If the disk is full, or a worker was killed; what was written stays valid.
    """
    with writing(folder / PARTS):
        (folder / PARTS).mkdir(exist_ok=True)
    played: Iterator[Packed] = play_chunks(
        ready.player, ready.seed, ready.missing, ready.jobs,
        events=manifest["detail"] == "events", packed=True, stop=stop,
        variants=[scaled(ready.player.compiled.scenario, factor) for factor in FACTORS],
    )  # fmt: skip
    with closing(played):  # type: ignore[type-var]
        for chunk in played:
            write_whole(folder / PARTS / part_name(chunk), chunk.data)
            done(chunk.runs)
    if stop():
        raise Interrupted


def complete(folder: Path, manifest: dict[str, Any], ready: Ready, seconds: float) -> None:
    """Make the tables of a folder all of whose chunks are played; the manifest says it is whole.

    Parameters
    ----------
    seconds : float
        How long playing took, this time.
    """
    stats = _write_tables(folder, ready.player.compiled, ready.plan, manifest["detail"], ready.band)
    played = sum(piece[1] for piece in ready.missing)
    manifest |= {
        "complete": True,
        "seconds": round(seconds, 3),
        "runs_per_second": round(played / max(seconds, 1e-9), 1),
        "solves_per_run": stats.solves / manifest["runs"],
        "fallbacks": stats.fallbacks,
        "failures": stats.failures,
    }
    if stats.failures:
        manifest["notes"].append(
            f"{stats.failures} of {max(1, stats.solves)} stage games were not solved to tolerance"
        )
    if unsolved := ready.player.room.unsolved:
        manifest["notes"].append(
            f"{unsolved} of the later games that states look ahead to were not solved to tolerance"
        )
    write_manifest(folder, manifest)
    clear_parts(folder)


def _write_tables(
    folder: Path, compiled: Compiled, plan: Plan, detail: str, band: Sequence[Piece]
) -> Stats:
    """Make the tables of the chunks, one after the other; returns how the solver fared."""
    c = compiled
    counts = counts_for(c)
    stats = np.zeros(len(Stats._fields), dtype=np.int64)
    parts = folder / PARTS
    with writing(folder), ExitStack() as files:

        def table(name: str) -> TableFile:
            draft = parts / f".{name}.{os.getpid()}"
            return files.enter_context(TableFile(folder / f"{name}.parquet", draft))

        counted, runs = table("counts"), table("runs")
        crises = table("crises") if detail != "summary" else None
        events = table("events") if detail == "events" else None
        for first, _ in plan:
            chunk = Chunk.from_bytes((parts / PART.format(first)).read_bytes())
            add(counts, chunk.counts)
            stats += chunk.stats
            runs.add(runs_table(c, first, chunk.runs))
            if crises is not None:
                crises.add(crises_table(c, chunk.crises, chunk.numbers))
            if events is not None:
                events.add(events_table(chunk.log_ints, chunk.log_floats))
        counted.add(counts_table(c, counts))
        if band:
            others = table("band")
            for piece in band:
                chunk = Chunk.from_bytes((parts / part_name(piece)).read_bytes())
                others.add(band_table(c, piece, chunk.runs))
    return Stats(*map(int, stats))


def clear_parts(folder: Path) -> None:
    """Remove the chunks of a folder that is complete, and drafts that were left among them."""
    parts = folder / PARTS
    if parts.is_dir():
        for path in parts.iterdir():
            path.unlink()
        parts.rmdir()
