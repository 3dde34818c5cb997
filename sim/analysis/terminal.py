"""The headline table in the terminal: 80 columns, plain where nobody looks at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.analysis.band import Band, Verdict, across
from sim.analysis.frames import Results
from sim.analysis.headline import Headline, Row, headline
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
        for note in shown.notes:
            console.print(note)
        console.print(shown.precision)
        _print_band(console, across(results, shown))
        for warning in shown.warnings:
            console.print(Text(warning, style="yellow"))
    for line in captured.get().splitlines():
        text = line.rstrip()
        say(text) if say is not None else print(text, file=out)


def _print_band(console: Console, band: Band | None) -> None:
    """Print which headlines hold at half and at twice the precision."""
    if band is None:
        return
    console.print(
        f"At half and at twice the precision of choice ({band.runs} runs each, same luck):"
    )
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column()
    for verdict in Verdict:
        lines = band.where(verdict)
        if lines:
            grid.add_row(f" {verdict.value}", Text("; ".join(line.label for line in lines)))
    console.print(grid)


def _table(shown: Headline) -> Table:
    widths = [
        max(len(part) for cell in column for part in cell)
        for column in (
            [[f" {row.measure.label}"] for row in shown.rows],
            [["value"], *(_parts(row, row.value) for row in shown.rows)],
            [["95 % interval"], *(_parts(row, row.interval) for row in shown.rows)],
            [["counted"], *([row.counted] for row in shown.rows)],
        )
    ]
    # Two spaces between columns, or one where numbers are long.
    gap = 1 if sum(widths) + 6 <= WIDTH else 0
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, gap), header_style="dim")
    table.add_column("", no_wrap=True)
    table.add_column("value", justify="right", width=widths[1])
    table.add_column("95 % interval", justify="right", width=widths[2])
    table.add_column("counted", style="dim", width=widths[3])
    group = ""
    for row in shown.rows:
        if row.measure.group != group:
            group = row.measure.group
            table.add_row(Text(group, style="bold cyan"))
        table.add_row(f" {row.measure.label}", row.value, row.interval, row.counted)
    return table


def _parts(row: Row, cell: str) -> list[str]:
    """Return what must stay on one line: words of a rung's name, but a number with its unit."""
    return cell.split() if row.measure.unit == "rung" and cell else [cell]
