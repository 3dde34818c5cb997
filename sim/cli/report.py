"""`deter report`: the report of a result folder, written again from its tables."""

from __future__ import annotations

import typer

from sim.cli.drawing import Folder, progress
from sim.cli.options import Quiet

EXAMPLES = ("deter report results/senkaku-20250102-030405",)


def command(folder: Folder, quiet: Quiet = False) -> None:
    """Write the report of a result folder again.

    Writes report.html in the folder, from its tables alone: one file that holds everything,
    loads nothing from elsewhere and works without scripts.
    """
    from pathlib import Path

    from sim.analysis.searches import is_search, load_search
    from sim.analysis.sweeps import is_sweep
    from sim.experiments.folder import is_comparison

    if is_sweep(folder):
        from sim.analysis.figures.sweeps import MOST_OUTCOMES, SWEEP_FIGURES, report_sweep
        from sim.analysis.sweeps import load_sweep

        swept = load_sweep(folder)
        steps = len(SWEEP_FIGURES) * min(MOST_OUTCOMES, len(swept.outcomes)) + 1
        with progress("writing the report", steps, quiet) as told:
            file = report_sweep(swept, told)
    elif is_search(folder):
        from sim.experiments.seek_folder import report_search

        with progress("writing the report", 2, quiet) as told:
            file = report_search(load_search(folder), told)
    elif is_comparison(folder):
        from sim.experiments.folder import load_comparison, write_report
        from sim.experiments.pictures import drawable

        comparison = load_comparison(folder)
        with progress("writing the report", len(drawable(comparison)) + 1, quiet) as told:
            file = write_report(Path(folder), comparison, told=told)
    else:
        from sim.analysis.draw import draw_report
        from sim.analysis.figures import figures_of
        from sim.analysis.frames import load_results

        names = figures_of(load_results(folder).scenario)
        with progress("writing the report", len(names) + 1, quiet) as told:
            file = draw_report(folder, told)
    if not quiet:
        typer.echo(file)
