"""`deter plot`: the figures of a result folder, drawn again from its tables."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli.drawing import Folder, progress
from sim.cli.options import Quiet

EXAMPLES = (
    "deter plot results/senkaku-20250102-030405",
    "deter plot results/senkaku-20250102-030405 --figure escalation",
)


def command(
    folder: Folder,
    figure: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Draw only this figure; may be given more than once."),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Draw the figures of a result folder again.

    Writes figures/NAME.png and NAME.svg in the folder, from its tables. NAME is one of
    escalation, band, rungs, endings, first_crisis, treaties, control, alliances, risk, timeline.
    """
    from sim.analysis.draw import draw_figures
    from sim.analysis.figures import FIGURES
    from sim.world.problems import near, shown

    for name in figure or ():
        if name not in FIGURES:
            guess = near(name, FIGURES)
            remedy = f"did you mean {guess!r}?" if guess else f"there are: {', '.join(FIGURES)}"
            raise typer.BadParameter(f"no figure {shown(name)}; {remedy}", param_hint="--figure")
    names = list(dict.fromkeys(figure or FIGURES))
    with progress("drawing", len(names), quiet) as told:
        files = draw_figures(folder, names, told)
    if not quiet:
        for file in files:
            typer.echo(file)
