"""`deter run`: play a scenario many times; tables, figures and a one-file report."""

from __future__ import annotations

import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.options import AnyFile, Jobs, Json, NoBand, Out, Quiet
from sim.cli.playing import counting, said, span
from sim.cli.resuming import refuse_with_resume

if TYPE_CHECKING:
    from sim.engines.folder import Begun
    from sim.world.scenario import Scenario

EXAMPLES = (
    "deter run senkaku",
    "deter run indo_pacific_2024 --runs 1000 --seed 7",
    "deter run senkaku --set treaties.us_japan.trigger=show_of_force --out results/mine",
)

FIXED = ("file", "runs", "seed", "turns", "set_", "detail", "out", "no_band")
"""What a run that is resumed was begun with."""

MANY = 50_000
"""Runs from which on it is said beforehand what they will cost."""


class Detail(StrEnum):
    """How much of each run is kept."""

    summary = "summary"
    crises = "crises"
    events = "events"


def command(
    context: typer.Context,
    file: AnyFile = None,
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
    jobs: Jobs = None,
    detail: Annotated[
        Detail, typer.Option(help="What is kept: runs only, crises too, every event too.")
    ] = Detail.crises,
    no_band: NoBand = False,
    out: Out = None,
    resume: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Complete a run that was interrupted.")
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Play a scenario many times.

    Writes a folder with tables, figures and a one-file report, and prints the headline table.
    Up to 100 runs more are played at half and at twice the precision of every choice, under the
    same luck, to show which findings hold across that band; --no-band leaves them out.
    Run k of a seed is the same however many runs are played, in however many processes, and the
    same that `deter trace FILE --run k --seed S` tells. Ctrl-C leaves a folder that --resume
    completes, to the same tables.
    """
    from sim.cli.stopping import terminable

    with terminable():
        if resume is not None:
            refuse_with_resume(context, FIXED, "a run")
            _resume(resume, jobs, json, quiet)
            return
        if file is None:
            raise typer.BadParameter("give a scenario, or --resume DIR", param_hint="FILE")
        scenario = _scenario(file, turns, set_ or [])
        _run(scenario, runs, seed, jobs, detail.value, not no_band, out, json, quiet)


def _run(
    scenario: Scenario,
    runs: int,
    seed: int,
    jobs: int | None,
    detail: str,
    band: bool,
    out: Path | None,
    json: bool,
    quiet: bool,
) -> None:
    from sim.engines.band import band_runs
    from sim.engines.folder import Begun, fresh_folder, start_folder
    from sim.engines.warm import announce_compile

    announce_compile(quiet)
    if runs >= MANY:
        _say_costs(scenario, runs, seed, jobs, detail, out or Path("results"), quiet)
    folder = fresh_folder(out, scenario.name)
    manifest = start_folder(
        folder, scenario, runs, seed, detail, said(), band_runs(runs) if band else 0
    )
    _play(Begun(scenario, manifest, set(), ()), folder, jobs, quiet)
    _finish(folder, json, quiet)


def _resume(folder: Path, jobs: int | None, json: bool, quiet: bool) -> None:
    from sim.analysis.draw import is_drawn
    from sim.engines.folder import clear_parts, resume_folder
    from sim.engines.warm import announce_compile
    from sim.world.problems import InputError

    begun = resume_folder(folder)
    if begun.manifest.get("complete"):
        clear_parts(folder)
        if is_drawn(folder):
            raise InputError(
                f"{folder}: is complete; there is nothing to resume\n"
                f"    `deter plot {folder}` draws its figures again, `deter report {folder}` "
                "writes its report again"
            )
    else:
        for name in begun.damaged:
            typer.echo(f"{name} is damaged; its runs are played again", err=True)
        announce_compile(quiet)
        _play(begun, folder, jobs, quiet)
    _finish(folder, json, quiet)


def _say_costs(
    scenario: Scenario,
    runs: int,
    seed: int,
    jobs: int | None,
    detail: str,
    place: Path,
    quiet: bool,
) -> None:
    """Say what many runs will cost; refuse if the disk is clearly too small for them."""
    from sim.engines.estimate import estimate
    from sim.world.problems import InputError

    costs = estimate(scenario, runs, seed, detail, jobs, place)
    told = (
        f"{runs:,} runs take about {span(costs.seconds)} in "
        f"{costs.processes} process{'es' if costs.processes > 1 else ''}, and "
        f"{_size(costs.table_bytes)} of disk ({_size(costs.peak_bytes)} while they are played; "
        f"{_size(costs.free_bytes)} are free)"
    )
    if costs.peak_bytes > 1.5 * costs.free_bytes:
        raise InputError(
            f"{told}\n    play fewer runs, keep less (--detail summary), or name a folder on "
            "another disk (--out)"
        )
    if not quiet or costs.peak_bytes > costs.free_bytes:
        typer.echo(told, err=True)


def _size(number: float) -> str:
    for unit, size in (("TB", 1e12), ("GB", 1e9)):
        if number >= size:
            return f"{number / size:.1f} {unit}"
    return f"{max(1.0, number / 1e6):.0f} MB"


def _scenario(file: str, turns: int | None, settings: list[str]) -> Scenario:
    from sim.files.check import load_scenario
    from sim.files.paths import apply_settings
    from sim.world.horizon import with_turns

    scenario = apply_settings(load_scenario(file), settings)
    if turns is not None:
        scenario = with_turns(scenario, turns)
    return scenario


def _play(begun: Begun, folder: Path, jobs: int | None, quiet: bool) -> None:
    """Play with a progress bar; whatever stops it, say how to go on."""
    from sim.cli.stopping import Stopped, gently
    from sim.engines.folder import Interrupted, complete, play_into, ready_to_play
    from sim.world.problems import InputError

    manifest = begun.manifest
    on = f"what was played is kept. To go on: deter run --resume {folder}"
    try:
        ready = ready_to_play(begun.scenario, manifest, begun.have, jobs, begun.band)
        total = sum(piece[1] for piece in (*ready.plan, *ready.band))
        before = total - sum(piece[1] for piece in ready.missing)
        began = time.monotonic()
        with gently() as stop, counting(total, before, quiet) as done:
            play_into(folder, manifest, ready, done, stop)
        complete(folder, manifest, ready, time.monotonic() - began)
    except Interrupted:
        typer.echo(f"stopped; {on}", err=True)
        raise Stopped(stop.number) from None
    except KeyboardInterrupt:
        typer.echo(f"stopped at once; {on}", err=True)
        raise
    except InputError as error:
        raise InputError(f"{error}\n    {on}") from None


def _finish(folder: Path, json: bool, quiet: bool) -> None:
    """Draw what was played, and tell of it."""
    from sim.world.problems import InputError

    on = f"the tables are complete. To draw what is missing: deter run --resume {folder}"
    try:
        results = _draw(folder, quiet or json)
    except KeyboardInterrupt:
        typer.echo(f"stopped; {on}", err=True)
        raise
    except OSError as error:
        raise InputError(
            f"{folder}: figures and report cannot be written: {error.strerror or error}\n    {on}"
        ) from None
    _tell(folder, results, json, quiet)


def _draw(folder: Path, quiet: bool) -> Any:
    from sim.analysis.draw import draw_all
    from sim.analysis.frames import load_results

    if not quiet and sys.stderr.isatty():
        typer.echo("drawing…", err=True)
    results = load_results(folder)
    draw_all(folder, results)
    return results


def _tell(folder: Path, results: Any, json: bool, quiet: bool) -> None:
    from sim.analysis.band import across
    from sim.analysis.headline import headline
    from sim.analysis.terminal import print_headline

    if json:
        from json import dumps

        table = headline(results)
        band = across(results, table)
        shown = {
            "folder": str(folder),
            "headline": table.as_dict(),
            "band": band.as_dict() if band else None,
        }
        typer.echo(dumps(shown, indent=2, ensure_ascii=False))
        return
    if not quiet:
        print_headline(results, say=typer.echo)
        typer.echo("")
    typer.echo(f"{folder}: tables, figures/ and report.html" if not quiet else str(folder))
