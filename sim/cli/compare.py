"""`deter compare`: what changes make of a scenario, run by run under the same luck."""

from __future__ import annotations

import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.options import AnyFile, Jobs, Json, NoBand, Out, Quiet
from sim.cli.playing import counting, said
from sim.cli.resuming import refuse_with_resume

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.experiments.comparison import Comparison
    from sim.experiments.folder import BegunComparison
    from sim.experiments.variants import Variant
    from sim.world.scenario import Scenario

EXAMPLES = (
    "deter compare senkaku --without us_japan",
    "deter compare senkaku --set treaties.us_japan.conditional=false --against my_senkaku.yaml",
    "deter compare second_thomas_shoal --clauses us_philippines --runs 500",
    "deter compare indo_pacific_2024 --structure hub --structure network",
)


class Layout(StrEnum):
    """How the ties of a web are laid out."""

    hub = "hub"
    network = "network"


FIXED = (
    "file", "without", "with_", "set_", "against", "clauses", "structure", "runs", "seed", "turns",
    "no_band", "out",
)  # fmt: skip
"""What a comparison that is resumed was begun with."""


def command(
    context: typer.Context,
    file: AnyFile = None,
    without: Annotated[
        list[str] | None,
        typer.Option("--without", metavar="TREATY", help="An arm with this treaty switched off."),
    ] = None,
    with_: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="TREATY", help="An arm with this treaty switched on."),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="PATH=VALUE[,PATH=VALUE…]", help="An arm with these fields changed."
        ),
    ] = None,
    against: Annotated[
        list[str] | None,
        typer.Option("--against", metavar="FILE", help="An arm that is another scenario."),
    ] = None,
    clauses: Annotated[
        list[str] | None,
        typer.Option(
            "--clauses",
            metavar="TREATY",
            help="An arm for each clause of this treaty, with that clause taken away.",
        ),
    ] = None,
    structure: Annotated[
        list[Layout] | None,
        typer.Option(
            help="An arm with the same ties laid out around one hub, or as a network of all.",
        ),
    ] = None,
    runs: Annotated[int, typer.Option(min=1, max=10_000_000, help="How many runs an arm.")] = 200,
    seed: Annotated[int, typer.Option(min=0, help="Seed of chance.")] = 7,
    turns: Annotated[
        int | None,
        typer.Option(min=1, max=1200, help="Play so many turns instead of the scenario's."),
    ] = None,
    jobs: Jobs = None,
    no_band: NoBand = False,
    out: Out = None,
    resume: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Complete a comparison that was interrupted.")
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Hold a scenario against changes of it.

    Each option that names a change makes an arm, and each may be given more than once. Run k has
    the same luck in every arm, so that what differs within a pair of runs follows from the change.
    Writes a folder with tables, figures and a one-file report that also tells, in two columns, the
    runs in which a change mattered most; prints what each arm changes, with 95 % intervals.
    --clauses says what each clause of a treaty buys. --structure takes the state that owes
    something to most others and those tied to it, keeps the sum of integration and of missile
    defence over all their pairs, and lays it out anew: between that hub and each partner alone, or
    evenly between all, who may then come to each other's aid. Up to 100 runs more
    of each arm are played at half and at twice the precision of every choice, to show which
    differences hold there too; --no-band leaves them out. Ctrl-C leaves a folder that --resume
    completes, to the same tables.
    """  # fmt: skip
    from sim.cli.stopping import terminable

    with terminable():
        if resume is not None:
            refuse_with_resume(context, FIXED, "a comparison")
            folder = resume
            comparison = _resume(folder, jobs, quiet or json)
        else:
            if file is None:
                raise typer.BadParameter("give a scenario, or --resume DIR", param_hint="FILE")
            if not (without or with_ or set_ or against or clauses or structure):
                raise typer.BadParameter(
                    "give at least one of --without, --with, --set, --against, --clauses and "
                    "--structure",
                    param_hint="a change",
                )
            base, arms, notes = _arms(
                file, turns, without or [], with_ or [], set_ or [], against or [], clauses or [],
                [layout.value for layout in structure or []],
            )  # fmt: skip
            comparison, folder = _begin(
                base, arms, notes, runs, seed, not no_band, jobs, out, quiet or json
            )  # fmt: skip
        _draw(comparison, folder, quiet or json)
        _tell(comparison, folder, json, quiet)


def _arms(
    file: str,
    turns: int | None,
    without: list[str],
    with_: list[str],
    settings: list[str],
    files: list[str],
    clauses: list[str],
    structures: list[str],
) -> tuple[Scenario, Sequence[Variant], list[str]]:
    from sim.experiments import variants
    from sim.experiments.clauses import clause_arms
    from sim.experiments.structure import structured
    from sim.files.check import load_scenario
    from sim.world.horizon import with_turns

    base = load_scenario(file)
    if turns is not None:
        base = with_turns(base, turns)
    asked = [
        *(variants.without(base, treaty) for treaty in without),
        *(variants.with_treaty(base, treaty) for treaty in with_),
        *(variants.setting(base, text) for text in settings),
        *(variants.against(base, other, turns) for other in files),
        *(structured(base, layout) for layout in structures),
    ]
    notes: list[str] = []
    for treaty in clauses:
        made, more = clause_arms(base, treaty)
        asked += made
        notes += more
    arms, equal = variants.checked(base, asked)
    return base, arms, [*equal, *notes]


def _begin(
    base: Scenario,
    arms: Sequence[Variant],
    notes: list[str],
    runs: int,
    seed: int,
    band: bool,
    jobs: int | None,
    out: Path | None,
    quiet: bool,
) -> tuple[Comparison, Path]:
    from sim.engines.band import band_runs
    from sim.engines.folder import fresh_folder
    from sim.engines.warm import announce_compile
    from sim.experiments.folder import start

    announce_compile(quiet)
    folder = fresh_folder(out, f"{base.name}-compared")
    at_others = band_runs(runs) if band else 0
    begun = start(folder, base, arms, runs, seed, said(), notes, at_others)
    return _play(begun, folder, jobs, quiet), folder


def _resume(folder: Path, jobs: int | None, quiet: bool) -> Comparison:
    from sim.engines.warm import announce_compile
    from sim.experiments.folder import resume

    begun = resume(folder)
    for name in begun.damaged:
        typer.echo(f"{name} is damaged; its runs are played again", err=True)
    announce_compile(quiet)
    return _play(begun, folder, jobs, quiet)


def _play(begun: BegunComparison, folder: Path, jobs: int | None, quiet: bool) -> Comparison:
    """Play what is missing of all arms; whatever stops it, say how to go on."""
    from sim.cli.stopping import Stopped, gently
    from sim.engines.folder import Interrupted
    from sim.experiments.folder import complete, play_into, ready
    from sim.world.problems import InputError

    on = f"what was played is kept. To go on: deter compare --resume {folder}"
    try:
        made = ready(begun, jobs)
        began = time.monotonic()
        with gently() as stop, counting(made.total, made.played, quiet) as done:
            play_into(folder, begun, made, done, stop)
        return complete(folder, begun, made, time.monotonic() - began)
    except Interrupted:
        typer.echo(f"stopped; {on}", err=True)
        raise Stopped(stop.number) from None
    except KeyboardInterrupt:
        typer.echo(f"stopped at once; {on}", err=True)
        raise
    except InputError as error:
        raise InputError(f"{error}\n    {on}") from None


def _draw(comparison: Comparison, folder: Path, quiet: bool) -> None:
    from sim.experiments.folder import draw_all
    from sim.experiments.pictures import drawable
    from sim.world.problems import InputError

    on = f"the tables are complete. To draw: deter plot {folder}; deter report {folder}"
    from sim.cli.drawing import progress

    try:
        with progress("drawing", len(drawable(comparison)) + 1, quiet) as told:
            draw_all(folder, comparison, told)
    except KeyboardInterrupt:
        typer.echo(f"stopped; {on}", err=True)
        raise
    except InputError as error:
        raise InputError(f"{error}\n    {on}") from None


def _tell(comparison: Comparison, folder: Path, json: bool, quiet: bool) -> None:
    if json:
        from json import dumps

        typer.echo(dumps(_as_dict(comparison, folder), indent=2, ensure_ascii=False))
        return
    if not quiet:
        from sim.experiments.terminal import print_comparison

        print_comparison(comparison, folder, typer.echo)
        typer.echo("")
    typer.echo(f"{folder}: tables, figures/ and report.html" if not quiet else str(folder))


def _as_dict(comparison: Comparison, folder: Path) -> dict[str, Any]:
    from sim.experiments.findings import findings, warnings

    return {
        "folder": str(folder),
        "runs": len(comparison),
        "seed": comparison.manifest["seed"],
        "findings": findings(comparison),
        "warnings": warnings(comparison),
        "arms": [
            {
                "name": arm.name, "kind": arm.variant.kind, "notes": list(arm.variant.notes),
                "pairs_that_differ": arm.differ,
                "differences": [
                    {
                        **difference.as_dict(),
                        "across_the_band": comparison.across(arm.name, difference.measure.key),
                    }
                    for difference in arm.differences
                ],
                "most_changed": [most._asdict() for most in arm.most],
            }
            for arm in comparison.arms
        ],
    }  # fmt: skip
