"""`deter trace`: one run told as a story, explained decision by decision, or played by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.options import File, Json, Quiet

if TYPE_CHECKING:
    from sim.engines.model import CrisisModel

LAST_RUN = 2**32 - 1
"""Draws are addressed by 32 bits of the number of the run."""

EXAMPLES = (
    "deter trace senkaku",
    "deter trace senkaku --run 3 --explain",
    "deter trace senkaku --run 3 --tree 2",
    "deter trace senkaku --play japan",
)


def command(
    file: File,
    run: Annotated[int, typer.Option(min=0, max=LAST_RUN, help="Which run of the seed.")] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Seed of chance.")] = 7,
    turns: Annotated[
        int | None,
        typer.Option(min=1, max=1200, help="Play so many turns instead of the scenario's."),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Change a field of the scenario."),
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Say why at each decision.")] = False,
    play: Annotated[
        str | None, typer.Option(metavar="STATE", help="Decide for a state yourself.")
    ] = None,
    tree: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="N", help="Draw the N-th decision as a tree, into results/trees."
        ),
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Tell one run as a story, turn by turn.

    The run is the same as the one of that number and seed in `deter run`. --explain adds at each
    decision the options, what the state expected of them (utility, on the scale of stakes), how
    likely each was, and what others believed before and after. With --play you decide for a state:
    type a number, Enter for what the model would do, q to stop. --tree N draws a decision as a
    tree, by its number in --explain, instead of telling the run. --quiet prints only the end.
    """
    if play is not None and (json or quiet):
        raise typer.BadParameter(
            "it talks to you; leave out --json and --quiet", param_hint="--play"
        )
    from sim.files.check import load_scenario
    from sim.files.paths import apply_settings
    from sim.world.horizon import with_turns
    from sim.world.problems import InputError, clean, names_in_short

    scenario = load_scenario(file)
    scenario = apply_settings(scenario, set_ or [])
    if turns is not None:
        scenario = with_turns(scenario, turns)
    if play is not None and play not in scenario.states:
        raise InputError(
            f"--play: there is no state '{clean(play)}'\n"
            f"    there are: {names_in_short(scenario.states)}"
        )
    # Mesa before Numba: it looks through all modules that are loaded
    from sim.engines.model import CrisisModel
    from sim.engines.warm import announce_compile

    announce_compile(quiet)
    model = CrisisModel(scenario, seed=seed, run=run, explain=explain or tree is not None)
    if tree is not None:
        model.run_to_end()
        _draw(model, tree)
        return
    if json:
        model.run_to_end()
        _print_json(model)
        return
    from sim.cli.telling import Stopped, Teller

    teller = Teller(model, play)
    if not quiet:
        teller.opening()
    if play is not None:
        model.seat(play, teller.ask)
    try:
        while model.running:
            model.step()
            if not quiet:
                teller.tell()
    except Stopped:
        teller.stopped()
        return
    if not quiet:
        teller.end()
    teller.closing()


def _draw(model: CrisisModel, number: int) -> None:
    """Draw a decision as a tree, and say where."""
    from pathlib import Path

    from sim.analysis.figures.style import drawing, png, svg
    from sim.analysis.figures.why import One, why
    from sim.engines.folder import write_whole, writing
    from sim.engines.provenance import versions
    from sim.world.problems import InputError

    if number > len(model.decisions):
        raise InputError(
            f"--tree: the run has {len(model.decisions)} decisions\n    `--explain` numbers them"
        )
    sheet = One(model.case, {"seed": model.seed, **versions()})
    with drawing():
        chart = why(model.decisions[number - 1], model.words, sheet, number)
    folder = Path("results/trees")
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    stem = f"{model.case.name}-seed{model.seed}-run{model.run_number}-decision{number}"
    for kind, content in (("png", png(chart)), ("svg", svg(chart))):
        write_whole(folder / f"{stem}.{kind}", content)
        typer.echo(folder / f"{stem}.{kind}")


def _print_json(model: CrisisModel) -> None:
    import dataclasses
    from json import dumps

    from sim.analysis.closing import NO_FORECAST
    from sim.analysis.explain import explain

    told: dict[str, Any] = {
        "scenario": model.case.name,
        "seed": model.seed,
        "run": model.run_number,
        "turns": model.turn,
        "note": NO_FORECAST,
        "records": [record.as_dict() for record in model.events],
        "control": model.control(),
    }
    if model.explain:
        told["decisions"] = [
            {**dataclasses.asdict(taken), **explain(taken, model.words).as_dict()}
            for taken in model.decisions
        ]
    typer.echo(dumps(told, indent=2, ensure_ascii=False))
