"""The folder of an event study: its table, its figure, both scenarios."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path as File

from sim.analysis.stored import Stored, broken
from sim.analysis.words import count, listing, month_of
from sim.compiled import rules_hash
from sim.engines.folder import MANIFEST, read_manifest, write_manifest, write_whole
from sim.engines.parquet import TableFile
from sim.engines.provenance import versions
from sim.experiments.event_study import (
    ANYWHERE,
    COLUMNS,
    Path,
    Question,
    Study,
    clear,
    paths_of,
    table,
)
from sim.files.check import load_scenario
from sim.files.write import scenario_hash, scenario_yaml
from sim.luck import SCHEME
from sim.world.calendar import MONTHS_PER_TURN

KIND, TABLE = "event study", "event_study.parquet"
ARMS = "without.yaml", "with.yaml"


def place_name(found: Study, key: str) -> str:
    """Return what a path is called."""
    if key == ANYWHERE:
        return "All other places" if found.question.place else "All places"
    return found.question.without.flashpoints[key].name


def finding(found: Study) -> str:
    """Say in a sentence what the event changes."""
    told = [text for what in ("control", "moves") if (text := _told(found, what))]
    if told:
        return "; ".join(told)
    return "What it changes cannot be told from nothing, neither control nor moves, at any place"


def _told(found: Study, what: str) -> str:
    surely = [path for path in clear(found, what) if path.place != ANYWHERE]
    surely.sort(key=lambda path: -abs(getattr(path, what)[-1].value))
    named = [f"{place_name(found, path.place)} ({_shown(path, what)})" for path in surely]
    word = "Control at the end differs" if what == "control" else "moves since then differ"
    return f"{word} at {listing(named, 3)}" if named else ""


def _shown(path: Path, what: str) -> str:
    value = getattr(path, what)[-1].value
    return f"{100 * value:+.1f} points" if what == "control" else f"{value:+.2f} per run"


def save(folder: File, found: Study, command: str) -> None:
    """Write table, scenarios and manifest into a folder that is new or empty."""
    question = found.question
    manifest = {
        "kind": KIND, "complete": True, "command": command,
        "name": question.without.name, "title": question.without.title, "event": question.name,
        "why": question.why, "turn": question.turn, "place": question.place, "runs": found.runs,
        "seed": found.seed, "seed_scheme": SCHEME, "rules_hash": rules_hash(),
        "scenario_hashes": [scenario_hash(s) for s in (question.without, question.with_it)],
        **versions(), "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }  # fmt: skip
    for name, scenario in zip(ARMS, (question.without, question.with_it), strict=True):
        write_whole(folder / name, scenario_yaml(scenario).encode())
    with TableFile(folder / TABLE, folder / f".{TABLE}") as file:
        file.add(table(found))
    write_manifest(folder, manifest)


def is_study(folder: str | os.PathLike[str]) -> bool:
    """Tell whether a folder holds an event study."""
    place = File(folder)
    return (place / MANIFEST).is_file() and read_manifest(place).get("kind") == KIND


def load_study(folder: str | os.PathLike[str]) -> Study:
    """Read the folder of an event study.

    Raises
    ------
    InputError
        If it is none, or a file is missing or broken.
    """
    place = File(folder)
    manifest = read_manifest(place)
    known = {"event", "why", "turn", "place", "runs", "seed"}
    if manifest.get("kind") != KIND or not known <= set(manifest):
        raise broken(place, "holds no event study", "give a folder that `deter event` wrote")
    without, with_it = (load_scenario(place / name) for name in ARMS)
    question = Question(
        manifest["event"], manifest["why"], manifest["turn"], without, with_it, manifest["place"]
    )
    rows = Stored(place / TABLE, ["place", "turn", *COLUMNS]).whole().to_pylist()
    return Study(question, manifest["runs"], manifest["seed"], paths_of(rows, manifest["turn"]))


def draw(folder: File, found: Study) -> list[File]:
    """Draw the figure of a study into its folder; returns the files written."""
    from sim.analysis.figures.event_study import Panel, event_study
    from sim.analysis.figures.style import Made, drawing
    from sim.analysis.figures.sweeps import save as save_chart

    question, scenario = found.question, found.question.without
    surely = {what: [path.place for path in clear(found, what)] for what in ("moves", "control")}
    panels = [
        Panel(
            place_name(found, path.place), path.moves, path.control,
            path.place in surely["moves"], path.place in surely["control"],
        )
        for path in found.paths
    ]  # fmt: skip
    with drawing():
        chart = event_study(
            Made(read_manifest(folder), scenario, found.runs), finding(found),
            f"{question.why} It happens in {month_of(scenario, question.turn)} in one arm, never "
            f"in the other; {count(found.runs, 'pair')} of runs share their luck. With the event "
            "less without it: above the share that the first holder controls, below the moves from "
            "rest added up since; bands are 95 % intervals over pairs. *: clear of none at the end "
            "although so many places are looked at.",
            MONTHS_PER_TURN[scenario.turn_length], panels,
        )  # fmt: skip
    return save_chart(folder, "event_study", chart)
