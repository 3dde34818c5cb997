"""`deter sweep`: play every point of a design; tables and figures."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.options import Jobs, Json, Out, Quiet

if TYPE_CHECKING:
    from sim.experiments.designs import Design
    from sim.experiments.sweep_folder import BegunSweep

EXAMPLES = (
    "deter sweep docs/how-to/designs/senkaku_trigger.yaml",
    "deter sweep mine.yaml --jobs 2 --out results/mine",
    "deter sweep --resume results/mine",
)

SHOWN = 16
"""Points up to which all are listed."""


def command(
    design: Annotated[
        str | None, typer.Argument(metavar="DESIGN.yaml", help="A design file.")
    ] = None,
    jobs: Jobs = None,
    out: Out = None,
    resume: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Complete a sweep that was interrupted.")
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Have it played by the workers of a Dask scheduler."),
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Play a scenario at many points: a parameter sweep.

    The design file says what is varied, over which values, how often each point is played and
    what is measured (docs/how-to/sweep.md). All points are checked before the first is played.
    Run k has the same luck at every point, so that differences between points are paired. Writes
    a folder with one row a point, one row a run, and figures. Ctrl-C leaves a folder that
    --resume completes, to the same tables. With --cluster the points are played wherever the
    workers of a scheduler are, to the same tables again (docs/cluster.md).
    """
    from sim.cli.stopping import terminable

    if resume is not None and out is not None:
        raise typer.BadParameter("cannot be combined with --resume", param_hint="--out")
    if design is None and resume is None:
        raise typer.BadParameter("give a design, or --resume DIR", param_hint="DESIGN.yaml")
    if cluster is not None and jobs is not None:
        raise typer.BadParameter("cannot be combined with --jobs", param_hint="--cluster")
    with terminable():
        folder = played(design, jobs, out, resume, quiet or json, cluster)
        if folder is not None:
            _finish(folder, json, quiet)


def played(
    design: str | None,
    jobs: int | None,
    out: Path | None,
    resume: Path | None,
    quiet: bool,
    cluster: str | None = None,
) -> Path | None:
    """Play a design, or what is missing of it; return its folder, or None if it was paused."""
    from sim.cli.playing import said
    from sim.engines.folder import fresh_folder
    from sim.engines.warm import announce_compile
    from sim.experiments.sweep_folder import resume_sweep, start_sweep, sweep_manifest
    from sim.world.problems import InputError

    if resume is not None:
        manifest = sweep_manifest(resume)
        source = design
        if source is None and manifest.get("design_file"):
            file = Path(str(manifest["design_file"]))
            source = str(file) if file.is_file() else None  # gone: the folder has its own
        begun = resume_sweep(resume, _read(source, quiet) if source else None)
        if begun.manifest.get("complete") is True:
            if (resume / "figures").is_dir():
                raise InputError(f"{resume}: is complete; there is nothing to resume")
            return resume
        for name in begun.damaged:
            typer.echo(f"{name} is damaged; its points are played again", err=True)
        folder = resume
    else:
        assert design is not None
        read = _read(design, quiet)
        folder = fresh_folder(out, f"{read.scenario.name}-sweep")
        begun = start_sweep(folder, read, said(), design)
    for note in begun.manifest.get("notes", ()):
        typer.echo(f"note: {note}", err=True)
    announce_compile(quiet)
    return folder if _play(folder, begun, jobs, quiet, cluster) else None


def _read(file: str, quiet: bool) -> Design:
    """Read a design; a bar shows how far its points are checked, where that takes a while."""
    from sim.cli.drawing import progress
    from sim.experiments.design_file import load_design

    with progress("checking points", 0, quiet) as told:
        return load_design(file, told=lambda done: told(f"{done:,}"))


def _play(
    folder: Path, begun: BegunSweep, jobs: int | None, quiet: bool, cluster: str | None
) -> bool:
    """Play with a progress bar; whatever stops it, say how to go on. False if it was paused."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from sim.cli.playing import span
    from sim.cli.stopping import Stopped, gently
    from sim.engines.folder import Interrupted
    from sim.experiments.point_chunks import Failure
    from sim.experiments.sweep import Paused, play_sweep
    from sim.experiments.sweep_folder import chunks, listed_failures
    from sim.world.problems import InputError

    console = Console(stderr=True)
    columns = (
        TextColumn("playing"), BarColumn(), MofNCompleteColumn(), TextColumn("points"),
        TextColumn("{task.fields[rate]}"),
    )  # fmt: skip
    shown = not quiet and console.is_terminal
    design = begun.design
    total = len(design.points)
    before = sum(points for first, points in chunks(design) if first in begun.have)
    on = f"what was played is kept. To go on: deter sweep --resume {folder}"
    failures = list(begun.failures)
    try:
        with (
            gently() as stop,
            Progress(*columns, console=console, disable=not shown, transient=True) as progress,
        ):
            task = progress.add_task("", total=total, completed=before, rate="")
            began, made = time.monotonic(), 0

            def done(points: int) -> None:
                nonlocal made
                made += points
                speed = made / max(time.monotonic() - began, 1e-9)
                left = span((total - before - made) / speed)
                progress.update(task, advance=points, rate=f"{speed:,.1f} a second, {left} left")

            def failed(failure: Failure) -> None:
                failures.append(failure)
                console.print(
                    f"failed: {listed_failures([failure], design)}", markup=False, soft_wrap=True
                )

            play_sweep(folder, begun, jobs, done, failed, stop, cluster)
    except Paused:
        minutes = design.stop.minutes
        typer.echo(f"paused after {minutes:g} minutes, as the design says; {on}", err=True)
        return False
    except Interrupted:
        typer.echo(f"stopped; {on}", err=True)
        raise Stopped(stop.number) from None
    except KeyboardInterrupt:
        typer.echo(f"stopped at once; {on}", err=True)
        raise
    except InputError as error:
        raise InputError(f"{error}\n    {on}") from None
    if failures:
        failures.sort()
        typer.echo(
            f"{len(failures)} of {total:,} points failed:\n{listed_failures(failures, design)}",
            err=True,
        )
    return True


def _finish(folder: Path, json: bool, quiet: bool) -> None:
    """Draw what was played, and tell of it."""
    from sim.analysis.figures.sweeps import draw_sweep
    from sim.analysis.sweeps import load_sweep
    from sim.cli.drawing import progress
    from sim.cli.telling_sweeps import as_json, tell
    from sim.world.problems import InputError

    results = load_sweep(folder)
    on = f"the tables are complete. To draw what is missing: deter sweep --resume {folder}"
    try:
        with progress("drawing", 0, quiet or json) as told:
            files = draw_sweep(results, told)
    except KeyboardInterrupt:
        typer.echo(f"stopped; {on}", err=True)
        raise
    except OSError as error:
        raise InputError(
            f"{folder}: figures cannot be written: {error.strerror or error}\n    {on}"
        ) from None
    if json:
        typer.echo(as_json(results, files))
    else:
        tell(results, files, quiet)
