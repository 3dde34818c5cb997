"""The headline table in the terminal: 80 columns, plain where nobody looks at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.analysis.frames import Results
from sim.analysis.headline import Headline, headline
from sim.analysis.words import count, span

WIDTH = 80


def print_headline(
    results: Results,
    table: Headline | None = None,
    stream: TextIO | None = None,
    say: Callable[[str], None] | None = None,
) -> None:
    """Print the headline table, how many runs it would need, and warnings.

    Parameters
    ----------
    results : Results
        What it tells of.
    table : Headline, optional
        The table, if it is at hand.
    stream : text file, optional
        Where to; standard output by default.
    say : callable, optional
        Prints a line instead, such as ``typer.echo``.
    """
    shown = table if table is not None else headline(results)
    out = stream if stream is not None else sys.stdout
    console = Console(
        file=out,
        width=WIDTH,
        markup=False,
        emoji=False,
        highlight=False,
        no_color=not out.isatty(),
        force_terminal=None if out.isatty() else False,
    )
    with console.capture() as captured:
        scenario = results.scenario
        console.print(Text(scenario.title, style="bold"))
        console.print(
            f"{count(len(results), 'run')} of {span(scenario, results.turns)}, seed "
            f"{results.manifest['seed']}. In this model, not a forecast."
        )
        console.print(_table(shown))
        console.print(shown.precision)
        for warning in shown.warnings:
            console.print(Text(warning, style="yellow"))
    for line in captured.get().splitlines():
        text = line.rstrip()
        say(text) if say is not None else print(text, file=out)


def _table(shown: Headline) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="dim")
    table.add_column("", no_wrap=True)
    table.add_column("value", justify="right", max_width=10)
    table.add_column("95 % interval", justify="right", max_width=15)
    table.add_column("counted", style="dim")
    group = ""
    for row in shown.rows:
        if row.measure.group != group:
            group = row.measure.group
            table.add_row(Text(group, style="bold cyan"))
        table.add_row(f" {row.measure.label}", row.value, row.interval, row.counted)
    return table
