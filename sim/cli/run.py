"""`deter run`: play a scenario many times; tables, figures and a one-file report."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.options import Json, Quiet

if TYPE_CHECKING:
    from sim.engines.chunks import Chunk
    from sim.world.scenario import Scenario

EXAMPLES = (
    "deter run senkaku",
    "deter run indo_pacific_2024 --runs 1000 --seed 7",
    "deter run senkaku --set treaties.us_japan.trigger=show_of_force --out results/mine",
)


class Detail(StrEnum):
    """How much of each run is kept."""

    summary = "summary"
    crises = "crises"
    events = "events"


def command(
    file: Annotated[
        str | None,
        typer.Argument(metavar="FILE", help="A scenario file, or the name of a packaged scenario."),
    ] = None,
    runs: Annotated[int, typer.Option(min=1, max=100_000_000, help="How many runs.")] = 200,
    seed: Annotated[int, typer.Option(min=0, help="Seed of chance.")] = 7,
    turns: Annotated[
        int | None,
        typer.Option(min=1, max=1200, help="Play so many turns instead of the scenario's."),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Change a field of the scenario."),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, max=1024, help="Processes; all cores if not given.")
    ] = None,
    detail: Annotated[
        Detail, typer.Option(help="What is kept: runs only, crises too, every event too.")
    ] = Detail.crises,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder to write to, new or empty.")
    ] = None,
    resume: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Complete a run that was interrupted.")
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Play a scenario many times.

    Writes a folder with tables, figures and a one-file report, and prints the headline table.
    Run k of a seed is the same however many runs are played, in however many processes, and the
    same that `deter trace FILE --run k --seed S` tells. Ctrl-C leaves a folder that --resume
    completes.
    """
    if (file is None) == (resume is None):
        raise typer.BadParameter("give a scenario, or --resume DIR", param_hint="FILE")
    from sim.engines.folder import fresh_folder, resume_folder, start_folder
    from sim.engines.warm import announce_compile

    if resume is not None:
        folder = resume
        scenario, manifest, have = resume_folder(folder)
    else:
        scenario, have = _scenario(str(file), turns, set_ or []), []
        folder = fresh_folder(out, scenario.name)
        manifest = start_folder(folder, scenario, runs, seed, detail.value, _said())
    announce_compile(quiet)
    _play(folder, scenario, manifest, have, jobs, quiet)
    results = _draw(folder, quiet or json)
    _tell(folder, results, json, quiet)


def _scenario(file: str, turns: int | None, settings: list[str]) -> Scenario:
    from sim.files.check import load_scenario
    from sim.files.paths import apply_settings
    from sim.world.horizon import with_turns

    scenario = apply_settings(load_scenario(file), settings)
    if turns is not None:
        scenario = with_turns(scenario, turns)
    return scenario


def _said() -> str:
    """Return the command as it was given."""
    import shlex

    return shlex.join(["deter", *sys.argv[1:]])


def _play(
    folder: Path,
    scenario: Scenario,
    manifest: dict[str, Any],
    have: list[Chunk],
    jobs: int | None,
    quiet: bool,
) -> None:
    """Play with a progress bar; an interruption says how to go on."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )  # fmt: skip

    from sim.engines.folder import play_into

    console = Console(stderr=True)
    columns = (
        TextColumn("playing"), BarColumn(), MofNCompleteColumn(), TextColumn("runs"),
        TextColumn("{task.fields[rate]}"), TimeRemainingColumn(),
    )  # fmt: skip
    shown = not quiet and console.is_terminal
    total = manifest["runs"]
    try:
        with Progress(*columns, console=console, disable=not shown, transient=True) as progress:
            task = progress.add_task("", total=total, rate="")
            progress.advance(task, sum(len(chunk.runs) for chunk in have))

            def done(chunk: Chunk) -> None:
                progress.advance(task, len(chunk.runs))
                speed = progress.tasks[0].speed
                if speed:
                    progress.update(task, rate=f"{speed:,.0f} a second")

            play_into(folder, scenario, manifest, have, jobs, done)
    except KeyboardInterrupt:
        typer.echo(
            f"stopped; what was played is kept. To go on: deter run --resume {folder}", err=True
        )
        raise


def _draw(folder: Path, quiet: bool) -> Any:
    from sim.analysis.draw import draw_all
    from sim.analysis.frames import load_results

    if not quiet and sys.stderr.isatty():
        typer.echo("drawing…", err=True)
    results = load_results(folder)
    draw_all(folder, results)
    return results


def _tell(folder: Path, results: Any, json: bool, quiet: bool) -> None:
    from sim.analysis.headline import headline
    from sim.analysis.terminal import print_headline

    if json:
        from json import dumps

        shown = {"folder": str(folder), "headline": headline(results).as_dict()}
        typer.echo(dumps(shown, indent=2, ensure_ascii=False))
        return
    if not quiet:
        print_headline(results, say=typer.echo)
        typer.echo("")
    typer.echo(f"{folder}: tables, figures/ and report.html" if not quiet else str(folder))
