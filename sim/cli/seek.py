"""`deter seek`: the postures on the frontier between goals."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.options import Jobs, Json, Out, Quiet

if TYPE_CHECKING:
    from sim.experiments.designs import Design
    from sim.experiments.seeking import Found

EXAMPLES = ("deter seek docs/how-to/designs/senkaku_postures.yaml --evaluations 200",)


def command(
    design: Annotated[str, typer.Argument(metavar="DESIGN.yaml", help="A design file.")],
    evaluations: Annotated[
        int, typer.Option(min=8, max=100_000, help="How many postures the search plays.")
    ] = 300,
    again: Annotated[
        int, typer.Option(min=2, max=1_000_000, help="Runs of each posture found, on fresh luck.")
    ] = 2000,
    jobs: Jobs = None,
    out: Out = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Look for the postures on the frontier between goals.

    The design file is one of `deter sweep`: what it varies is what can be chosen, its outcomes are
    the goals (two or more), its points are where the search starts. Of deterrence that held,
    settlements and duties kept one wants more, of all else less. A posture is on the frontier if no
    other is as good in every goal and better in one. Those found are played again under other
    luck, since the best of many are partly lucky. Ctrl-C ends the search early and plays again
    what was found by then.
    """
    from sim.cli.drawing import progress
    from sim.cli.playing import said
    from sim.cli.stopping import gently, terminable
    from sim.engines.folder import fresh_folder
    from sim.engines.warm import announce_compile
    from sim.experiments.design_file import load_design
    from sim.experiments.seek_folder import draw_search, report_search, save
    from sim.experiments.seeking import seek

    with terminable():
        read = load_design(design)
        announce_compile(quiet or json)
        folder = fresh_folder(out, f"{read.scenario.name}-seek")
        began = time.monotonic()
        try:
            with gently() as stop, progress("seeking", evaluations, quiet or json) as told:

                def done(postures: int) -> None:
                    for _ in range(postures):
                        told(f"{time.monotonic() - began:.0f} s")

                found = seek(read, evaluations, again, jobs, done, stop)
        except BaseException:
            if out is None or not any(folder.iterdir()):
                folder.rmdir()
            raise
        saved = save(folder, read, found, again, said())
        draw_search(saved)
        report_search(saved)
    _tell(read, found, folder, again, json, quiet)


def _tell(design: Design, found: Found, folder: Path, again: int, json: bool, quiet: bool) -> None:
    if json:
        from json import dumps

        typer.echo(dumps(_as_dict(design, found, folder), indent=2, ensure_ascii=False))
        return
    if quiet:
        typer.echo(folder)
        return
    from sim.cli.page import Page

    page = Page()
    kept = [(n, posture) for n, posture in enumerate(found.postures) if posture.frontier]
    page.heading(
        f"{design.scenario.title}: {len(kept)} of {found.played} postures are on the frontier"
    )
    heads = ["", *found.goals]
    rows = [
        [str(n), *(f"{e.value:.2g} ± {(e.high - e.low) / 2:.1g}" for e in posture.fresh)]
        for n, posture in kept
    ]
    page.table(heads, rows, right=heads[1:])
    for number, posture in kept:
        page.text(
            f"{number}: "
            + ", ".join(f"{p} = {v}" for p, v in zip(design.paths, posture.point, strict=True))
        )
    dropped = len(found.postures) - len(kept)
    page.text("")
    page.text(
        f"Each played {again:,} times under other luck than it was found with; ±: half a 95 % "
        f"interval, chance alone. {dropped} more looked as good in the search and are not."
    )
    page.text("In this model, not a forecast.")
    if found.failed:
        page.text(f"{found.failed} postures could not be played.")
    page.text(f"{folder}: frontier.parquet, figures/frontier.png, report.html")


def _as_dict(design: Design, found: Found, folder: Path) -> dict[str, Any]:
    return {
        "folder": str(folder), "goals": list(found.goals), "played": found.played,
        "failed": found.failed,
        "postures": [
            {
                "posture": number, "frontier": posture.frontier,
                "fields": dict(zip(design.paths, posture.point, strict=True)),
                "goals": {
                    goal: {"value": e.value, "low": e.low, "high": e.high}
                    for goal, e in zip(found.goals, posture.fresh, strict=True)
                },
            }
            for number, posture in enumerate(found.postures)
        ],
    }  # fmt: skip
