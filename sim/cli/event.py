"""`deter event`: what is dared where, month by month, after something happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.options import File, Jobs, Json, Out, Quiet

if TYPE_CHECKING:
    from pathlib import Path

    from sim.experiments.event_study import Study
    from sim.world.scenario import Scenario

EXAMPLES = (
    "deter event indo_pacific_2024 war_in_ukraine_ends --at 2025-04",
    "deter event indo_pacific_2024 --front taiwan_strait=limited_strike --at 2025-04",
)


def command(
    file: File,
    name: Annotated[
        str | None, typer.Argument(metavar="[EVENT]", help="An event of the scenario, by its name.")
    ] = None,
    front: Annotated[
        str | None,
        typer.Option(metavar="PLACE=RUNG", help="Or a crisis that begins there, chosen by nobody."),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="WHEN", help="Month (YYYY-MM) or turn; a quarter of the run if not given."
        ),
    ] = None,
    runs: Annotated[int, typer.Option(min=2, max=1_000_000, help="How many runs an arm.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of chance.")] = 7,
    jobs: Jobs = None,
    out: Out = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Study what an event changes, place by place and month by month.

    Plays two arms under the same luck: in one the event surely happens at --at, in the other it
    never does. Until then they are the same runs; what differs after it follows from the event.
    Writes a table and a figure of the control that first holders keep and of the moves from rest
    since, with the event less without it, with 95 % intervals over pairs of runs. With --front it
    is a crisis at one place that is studied at all others.
    """  # fmt: skip
    from sim.cli.drawing import progress
    from sim.cli.playing import said
    from sim.cli.stopping import terminable
    from sim.engines.folder import fresh_folder
    from sim.engines.warm import announce_compile
    from sim.experiments.event_folder import draw, save
    from sim.experiments.event_study import of_event, of_front, study
    from sim.files.check import load_scenario

    if (name is None) == (front is None):
        raise typer.BadParameter("give an event's name, or --front", param_hint="EVENT")
    with terminable():
        scenario = load_scenario(file)
        turn = _turn(scenario, at)
        if front is not None:
            place, _, rung = front.partition("=")
            if not rung:
                raise typer.BadParameter("write PLACE=RUNG", param_hint="--front")
            question = of_front(scenario, place, rung, turn)
        else:
            question = of_event(scenario, str(name), turn)
        announce_compile(quiet or json)
        folder = fresh_folder(out, f"{scenario.name}-event")
        try:
            with progress("playing", 2, quiet or json) as told:
                found = study(question, runs, seed, jobs, lambda: told("arm"))
        except BaseException:
            if out is None or not any(folder.iterdir()):
                folder.rmdir()
            raise
        save(folder, found, said())
        draw(folder, found)
    _tell(found, folder, json, quiet)


def _turn(scenario: Scenario, at: str | None) -> int:
    from sim.world.calendar import month_number, turn_of

    if at is None:
        return scenario.turns // 4
    if at.isdecimal():
        return int(at)
    if month_number(at) is None:
        raise typer.BadParameter(f"{at!r} is no month (YYYY-MM) and no turn", param_hint="--at")
    return turn_of(at, scenario.start, scenario.turn_length)


def _tell(found: Study, folder: Path, json: bool, quiet: bool) -> None:
    from sim.experiments.event_folder import finding, place_name
    from sim.experiments.event_study import clear

    surely = {what: [path.place for path in clear(found, what)] for what in ("control", "moves")}
    if json:
        from json import dumps

        typer.echo(dumps(_as_dict(found, folder, surely), indent=2, ensure_ascii=False))
        return
    if quiet:
        typer.echo(folder)
        return
    from sim.analysis.words import month_of
    from sim.cli.page import Page

    scenario, page = found.question.without, Page()
    page.title(
        f"{scenario.title}: {found.question.name}, {month_of(scenario, found.question.turn)}"
    )
    page.text(found.question.why)
    page.text("")
    rows = []
    for path in found.paths:
        moves, control = path.moves[-1], path.control[-1]
        marks = {what: " *" if path.place in surely[what] else "" for what in surely}
        rows.append([
            place_name(found, path.place),
            f"{100 * control.value:+.1f} ({100 * control.low:+.1f} to {100 * control.high:+.1f})"
            + marks["control"],
            f"{moves.value:+.2f} ({moves.low:+.2f} to {moves.high:+.2f})" + marks["moves"],
        ])  # fmt: skip
    heads = ["with it less without", "control at the end, points", "moves since then, per run"]
    page.table(heads, rows, right=heads[1:])
    page.text(f"{finding(found)}.")
    page.text(
        f"{found.runs:,} pairs of runs with the same luck, 95 % intervals. *: clear of none "
        "although so many places are looked at. In this model, not a forecast."
    )
    page.text(f"{folder}: event_study.parquet, figures/event_study.png")


def _as_dict(found: Study, folder: Path, surely: dict[str, list[str]]) -> dict[str, Any]:
    return {
        "folder": str(folder), "event": found.question.name, "turn": found.question.turn,
        "runs": found.runs, "seed": found.seed,
        "places": {
            path.place: {
                what: {
                    "difference": last.value, "low": last.low, "high": last.high,
                    "clear": path.place in surely[what],
                }
                for what, last in (("control", path.control[-1]), ("moves", path.moves[-1]))
            }
            for path in found.paths
        },
    }  # fmt: skip
