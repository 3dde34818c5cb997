"""`deter sensitivity`: which of the varied fields an outcome depends on, and how surely."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.options import Jobs, Json, Out, Quiet

if TYPE_CHECKING:
    from sim.analysis.sensitivities import Sensitivity
    from sim.analysis.sweeps import SweepResults

EXAMPLES = (
    "deter sensitivity docs/how-to/designs/senkaku_morris.yaml",
    "deter sensitivity docs/how-to/designs/senkaku_sobol.yaml --out results/sobol",
    "deter sensitivity results/sobol",
)


def command(
    design: Annotated[
        str | None,
        typer.Argument(
            metavar="DESIGN.yaml", help="A design file, or the folder of a finished sweep."
        ),
    ] = None,
    jobs: Jobs = None,
    out: Out = None,
    resume: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Complete one that was interrupted.")
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Tell which of the varied fields an outcome depends on.

    Plays the design as `deter sweep` does, then computes indices with SALib: design: morris gives
    Morris' elementary effects (screening), sobol Sobol's shares of variance, latin_hypercube PAWN.
    Shows their intervals and whether they have settled as the sample grew. An outcome that is not
    known at every point is refused, and the points named. Needs pip install "deter[analysis]".
    """
    from sim.cli.stopping import terminable
    from sim.cli.sweep import played

    if resume is not None and out is not None:
        raise typer.BadParameter("cannot be combined with --resume", param_hint="--out")
    if design is None and resume is None:
        raise typer.BadParameter("give a design, or --resume DIR", param_hint="DESIGN.yaml")
    with terminable():
        folder: Path | None = Path(design) if design is not None else None
        if folder is None or not folder.is_dir():
            folder = played(design, jobs, out, resume, quiet or json)
        elif out is not None or resume is not None:
            raise typer.BadParameter("a finished sweep is played already", param_hint="DESIGN.yaml")
        if folder is not None:
            _analyse(folder, json, quiet)


def _analyse(folder: Path, json: bool, quiet: bool) -> None:
    from sim.analysis.figures.style import drawing
    from sim.analysis.figures.sweep_sensitivity import sensitivity
    from sim.analysis.figures.sweeps import draw_sweep, save
    from sim.analysis.sweeps import load_sweep
    from sim.cli.drawing import progress
    from sim.experiments.sensitivity import analyse, write_indices
    from sim.world.problems import InputError

    results = load_sweep(folder)
    found: list[Sensitivity] = []
    refused: list[str] = []
    with progress("analysing", len(results.outcomes), quiet or json) as told:
        for outcome in results.outcomes:
            try:
                found.append(analyse(results, outcome))
            except InputError as error:
                refused.append(str(error))
            told(outcome)
        draw_sweep(results)
        for one in found:
            with drawing():
                chart = sensitivity(results, one)
            save(folder, f"sensitivity_{one.outcome}", chart)
    if found:
        write_indices(folder, found)
        if json:
            typer.echo(_as_json(results, found))
        elif quiet:
            typer.echo(folder)
        else:
            _tell(results, found)
    if refused:
        raise InputError("\n".join(dict.fromkeys(refused)))


def _as_json(results: SweepResults, found: list[Sensitivity]) -> str:
    from json import dumps

    def number(value: Any) -> Any:
        return None if isinstance(value, float) and value != value else value

    return dumps(
        {
            "folder": str(results.folder),
            "outcomes": {
                one.outcome: {
                    "method": one.method, "settled": one.settled, "noise": number(one.noise),
                    "indices": [
                        {key: number(value) for key, value in index._asdict().items()}
                        for index in one.indices
                    ],
                }
                for one in found
            },
        },
        indent=2, ensure_ascii=False,
    )  # fmt: skip


def _tell(results: SweepResults, found: list[Sensitivity]) -> None:
    from sim.analysis.figures.sweep_sensitivity import NAMES, settled_text, title
    from sim.analysis.sensitivities import INDICES
    from sim.analysis.words import percent
    from sim.cli.page import Page

    page = Page()
    for one in found:
        names = list(INDICES[one.method])
        others = {index.path: index for index in one.at(names[1])}
        page.heading(f"{one.outcome}, {one.method}")
        page.text(f"{title(results, one)}.")
        heads = ["field", *(NAMES[name] for name in names)]
        rows = [
            [index.path, _shown(index), _shown(others[index.path])] for index in one.at(one.main)
        ]
        page.table(heads, rows, right=heads[1:])
        noise = ""
        if one.noise == one.noise:
            noise = f" Chance of runs is at most {percent(min(1.0, one.noise))} of the variance."
        page.text(settled_text(one) + noise)
    page.text("")
    page.text(
        "95 % intervals of the sample. In this model and over these ranges: an index says what "
        "matters in the design, not in the world."
    )
    page.text(f"{results.folder}: sensitivity.parquet, figures/sensitivity_OUTCOME.png")


def _shown(index: Any) -> str:
    text = f"{index.value:.3f}"
    return text + (f" ({index.low:.3f} to {index.high:.3f})" if index.low == index.low else "")
