"""The folder of an event study: its table, its figure, both scenarios."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path as File
from typing import Any, NamedTuple

from sim.analysis.words import count, listing, month_of
from sim.compiled import rules_hash
from sim.engines.folder import write_manifest, write_whole
from sim.engines.parquet import TableFile
from sim.engines.provenance import versions
from sim.experiments.event_study import ANYWHERE, Path, Study, clear, months_after, table
from sim.files.write import scenario_hash, scenario_yaml
from sim.luck import SCHEME
from sim.world.scenario import Scenario

TABLE = "event_study.parquet"


class _Sheet(NamedTuple):
    manifest: dict[str, Any]
    scenario: Scenario
    runs: int

    def __len__(self) -> int:
        return self.runs


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
    """Write everything into a folder that is new or empty."""
    from sim.analysis.figures.event_study import Panel, event_study
    from sim.analysis.figures.style import drawing
    from sim.analysis.figures.sweeps import save as save_chart

    question = found.question
    manifest = {
        "kind": "event study", "complete": True, "command": command,
        "name": question.without.name, "title": question.without.title, "event": question.name,
        "why": question.why, "turn": question.turn, "runs": found.runs, "seed": found.seed,
        "seed_scheme": SCHEME, "rules_hash": rules_hash(),
        "scenario_hashes": [scenario_hash(s) for s in (question.without, question.with_it)],
        **versions(), "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }  # fmt: skip
    for name, scenario in (("without", question.without), ("with", question.with_it)):
        write_whole(folder / f"{name}.yaml", scenario_yaml(scenario).encode())
    with TableFile(folder / TABLE, folder / f".{TABLE}") as file:
        file.add(table(found))
    panels = [
        Panel(
            place_name(found, path.place), path.moves, path.control,
            *(path in clear(found, what) for what in ("moves", "control")),
        )
        for path in found.paths
    ]  # fmt: skip
    scenario = question.without
    with drawing():
        chart = event_study(
            _Sheet(manifest, scenario, found.runs), finding(found),
            f"{question.why} It happens in {month_of(scenario, question.turn)} in one arm, never "
            f"in the other; {count(found.runs, 'pair')} of runs share their luck. With the event "
            "less without it: above the share that the first holder controls, below the moves from "
            "rest added up since; bands are 95 % intervals over pairs. *: clear of none at the end "
            "although so many places are looked at.",
            months_after(scenario, 1), panels,
        )  # fmt: skip
    save_chart(folder, "event_study", chart)
    write_manifest(folder, manifest)
