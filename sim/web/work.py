"""The process that plays one piece of work: python -m sim.web.work FOLDER, what to play on stdin.

It says how far it is in lines of JSON on stdout, and leaves files in the folder: of one run
``story.json``, of one decision ``tree.svg``, of many a result folder ``results`` and, where
something was changed, a comparison with the scenario as it was, ``compared``; of a lesson
``results``, with what came out.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sim.world.problems import InputError


def tell(**what: object) -> None:
    """Say how far the work is."""
    print(json.dumps(what), flush=True)


def story(asked: dict[str, Any], folder: Path) -> None:
    """Play one run and write it as turns with what happened in them."""
    from sim.web.clauses import changed

    original = _load(asked["scenario"])
    scenario = changed(original, asked["settings"])
    # Mesa before Numba: it looks through all modules that are loaded
    from sim.analysis.closing import closing
    from sim.analysis.explain import explain
    from sim.analysis.narration import Narration
    from sim.engines.model import CrisisModel
    from sim.web.theatre import Recorder, layout

    _say_compiling()
    model = CrisisModel(scenario, seed=asked["seed"], run=asked["number"], explain=True)
    telling, lines, heard = Narration(model.words), [], 0
    recorder = Recorder(model)
    tell(state="playing", total=scenario.turns)
    while model.running:
        model.step()
        recorder.take()
        telling.tell(model.events[heard:])
        heard = len(model.events)
        lines += telling.lines()
        tell(done=model.turn)
    lines += telling.end()
    told = {
        "lines": [{"kind": line.kind, "text": line.text, "turns": line.turns} for line in lines],
        "whys": [
            {"turn": taken.decision.turn, "number": n, **asdict(explain(taken, model.words))}
            for n, taken in enumerate(model.decisions, start=1)
        ],
        "theatre": layout(scenario),
        "frames": recorder.frames,
        "closing": list(closing(model.events, model.control(), model.words, None)),
    }
    (folder / "story.json").write_text(json.dumps(told), encoding="utf-8")


def tree(asked: dict[str, Any], folder: Path) -> None:
    """Play one run up to a decision, and draw that as a tree."""
    from sim.web.clauses import changed

    scenario = changed(_load(asked["scenario"]), asked["settings"])
    from sim.analysis.figures.style import drawing, svg
    from sim.analysis.figures.why import One, why
    from sim.engines.model import CrisisModel
    from sim.engines.provenance import versions

    _say_compiling()
    model = CrisisModel(scenario, seed=asked["seed"], run=asked["number"], explain=True)
    tell(state="playing", total=scenario.turns)
    number = asked["decision"]
    while model.running and len(model.decisions) < number:
        model.step()
        tell(done=model.turn)
    if len(model.decisions) < number:
        raise InputError(f"the run has {len(model.decisions)} decisions\n    choose one of them")
    tell(state="drawing")
    with drawing():
        sheet = One(scenario, {"seed": asked["seed"], **versions()})
        chart = why(model.decisions[number - 1], model.words, sheet, number)
    (folder / "tree.svg").write_bytes(svg(chart))


def many(asked: dict[str, Any], folder: Path) -> None:
    """Play many runs into a result folder, and beside it the comparison with what is unchanged."""
    from sim.analysis.draw import draw_all
    from sim.engines.folder import complete, play_into, ready_to_play, start_folder
    from sim.web.clauses import changed

    original = _load(asked["scenario"])
    scenario = changed(original, asked["settings"])
    _say_compiling()
    runs, seed, done = asked["number"], asked["seed"], 0
    arms = 3 if asked["settings"] else 1

    def count(played: int) -> None:
        nonlocal done
        done += played
        tell(done=done)

    tell(state="playing", total=arms * runs)
    results = folder / "results"
    results.mkdir()
    command = f"deter run {asked['scenario']} --runs {runs} --seed {seed}"
    manifest = start_folder(results, scenario, runs, seed, "crises", command, 0)
    ready = ready_to_play(scenario, manifest, set(), None, ())
    play_into(results, manifest, ready, count)
    complete(results, manifest, ready, 0.0)
    if asked["settings"]:
        compare(original, asked["settings"], runs, seed, folder / "compared", count)
    tell(state="drawing")
    draw_all(results)


def lesson(asked: dict[str, Any], folder: Path) -> None:
    """Play a lesson and write what came out."""
    from sim.lessons import pages
    from sim.lessons.lesson import lesson as named
    from sim.lessons.play import play

    one = named(asked["scenario"])
    _say_compiling()
    tell(state="playing")
    played = play(one, asked["seed"], asked["number"])
    tell(state="drawing")
    results = folder / "results"
    results.mkdir()
    pages.write(results, asked["scenario"], one, played, asked["seed"], asked["number"])
    told = {"outcome": pages.outcome(one, played), "holds": bool(played.holds)}
    (results / "told.json").write_text(json.dumps(told), encoding="utf-8")


def compare(
    original: Any, settings: list[str], runs: int, seed: int, folder: Path, count: Any
) -> None:
    """Play a scenario with and without changes under the same luck, and draw what differs."""
    from sim.experiments import folder as comparing
    from sim.experiments import variants

    arms, notes = variants.checked(original, [variants.setting(original, ",".join(settings))])
    folder.mkdir()
    command = f"deter compare {original.name} --set {','.join(settings)} --runs {runs}"
    begun = comparing.start(folder, original, arms, runs, seed, command, notes)
    ready = comparing.ready(begun, None)
    began = time.monotonic()
    comparing.play_into(folder, begun, ready, count)
    comparing.draw_all(folder, comparing.complete(folder, begun, ready, time.monotonic() - began))


def _load(name: str) -> Any:
    from sim.files.check import load_scenario

    return load_scenario(name)


def _say_compiling() -> None:
    from sim.compiled import first_compile

    if first_compile():
        tell(state="compiling")


def main() -> None:
    """Do what is asked on stdin."""
    folder = Path(sys.argv[1])
    asked = json.load(sys.stdin)
    # what the libraries print is not for whoever reads how far the work is
    try:
        {"story": story, "tree": tree, "many": many, "lesson": lesson}[asked["kind"]](asked, folder)
    except InputError as error:
        tell(state="failed", why=str(error))
    except Exception as error:  # whatever it is, the page says so
        tell(state="failed", why=f"our own fault: {type(error).__name__}: {error}")
        raise
    else:
        tell(state="done")


if __name__ == "__main__":
    main()
