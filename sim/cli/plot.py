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
    escalation, band, rungs, endings, first_crisis, treaties, joined, burden, control,
    alliances, ties, two_fronts, risk, timeline.
    Of a comparison it is one of differences, clauses, pairs; of a sweep one of lines, phase,
    tornado, drawn for each outcome; of a search, frontier; of an event study, event_study. The
    figures of `deter sensitivity` are drawn by `deter sensitivity DIR`.
    """
    from pathlib import Path

    from sim.analysis.searches import is_search, load_search
    from sim.analysis.sweeps import is_sweep
    from sim.experiments.event_folder import is_study
    from sim.experiments.folder import is_comparison

    if is_sweep(folder):
        from sim.analysis.figures.sweeps import SWEEP_FIGURES, draw_sweep
        from sim.analysis.sweeps import load_sweep

        names = _names(figure, list(SWEEP_FIGURES))
        results = load_sweep(folder)
        with progress("drawing", len(names) * len(results.outcomes), quiet) as told:
            files = draw_sweep(results, told, names)
    elif is_search(folder):
        from sim.experiments.seek_folder import draw_search

        _names(figure, ["frontier"])
        with progress("drawing", 1, quiet) as told:
            files = draw_search(load_search(folder), told)
    elif is_study(folder):
        from sim.experiments.event_folder import draw, load_study

        _names(figure, ["event_study"])
        with progress("drawing", 1, quiet) as told:
            files = draw(Path(folder), load_study(folder))
            told("event_study")
    elif is_comparison(folder):
        from sim.experiments.folder import draw_figures as draw_compared
        from sim.experiments.folder import load_comparison
        from sim.experiments.pictures import drawable

        comparison = load_comparison(folder)
        names = _names(figure, drawable(comparison))
        with progress("drawing", len(names), quiet) as told:
            files = draw_compared(Path(folder), comparison, names, told)
    else:
        from sim.analysis.draw import draw_figures
        from sim.analysis.figures import FIGURES, figures_of
        from sim.analysis.frames import load_results

        known = list(FIGURES) if figure else figures_of(load_results(folder).scenario)
        names = _names(figure, known)
        with progress("drawing", len(names), quiet) as told:
            files = draw_figures(folder, names, told)
    if not quiet:
        for file in files:
            typer.echo(file)


def _names(asked: list[str] | None, known: list[str]) -> list[str]:
    """Return the figures to draw: those asked for, or all there are."""
    from sim.world.problems import near, shown

    for name in asked or ():
        if name not in known:
            guess = near(name, known)
            remedy = f"did you mean {guess!r}?" if guess else f"there are: {', '.join(known)}"
            raise typer.BadParameter(f"no figure {shown(name)}; {remedy}", param_hint="--figure")
    return list(dict.fromkeys(asked or known))
