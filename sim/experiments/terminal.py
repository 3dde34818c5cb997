"""A comparison in the terminal: 80 columns, plain where nobody looks at a terminal."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.analysis.band import Verdict
from sim.analysis.differences import Difference
from sim.analysis.words import count, span
from sim.experiments.comparison import ArmResult, Comparison
from sim.experiments.findings import across, clause_arms, plain_arms, warnings
from sim.experiments.pictures import by_size, label
from sim.experiments.report import told_runs, what

WIDTH = 80
_HEADS = {
    "war": "war", "crises": "crises", "general_deterrence_held": "general deterrence",
    "ending_acquiescence": "holder yields", "control_lost": "control lost",
}  # fmt: skip


def print_comparison(comparison: Comparison, folder: Path, say: Callable[[str], None]) -> None:
    """Print what each arm changes in the main measures, what clauses buy, and warnings.

    Parameters
    ----------
    folder : Path
        Where it lies, for commands that tell a run in full.
    say : callable
        Prints a line, such as ``typer.echo``.
    """
    console = Console(
        width=WIDTH, markup=False, emoji=False, highlight=False,
        no_color=not sys.stdout.isatty(), force_terminal=None if sys.stdout.isatty() else False,
    )  # fmt: skip
    with console.capture() as captured:
        scenario = comparison.scenario
        console.print(Text(scenario.title, style="bold"))
        console.print(
            f"{count(len(comparison), 'pair')} of runs for each change, "
            f"{span(scenario, scenario.turns)}, seed "
            f"{comparison.manifest['seed']}. In this model, not a forecast."
        )
        plain = plain_arms(comparison)
        if plain:
            console.print(
                "Differences of shares are in percentage points; what cannot be told from none is "
                "dim."
                if sys.stdout.isatty()
                else "Differences of shares are in percentage points."
            )
        for arm in plain:
            console.print()
            console.print(Text(arm.name, style="bold cyan"))
            console.print(_table(arm))
            console.print(
                f"{arm.differ:,} of {count(len(comparison), 'pair')} differ in something. Lower, "
                "higher: pairs."
            )
            for text in across(comparison, arm):
                console.print(text)
        clauses = clause_arms(comparison)
        if clauses:
            console.print()
            console.print(_bought(comparison, clauses))
            twice = (
                "; ** and of the same sign at half and at twice the precision"
                if comparison.at_other_precisions
                else ""
            )
            console.print(
                f"With the clause less without it, means over pairs of runs; * clear of zero{twice}"
                ". Shares in points, crises a run. Rows do not add up to the whole treaty."
            )
        _print_most(console, comparison, folder)
        for warning in warnings(comparison):
            console.print(Text(warning, style="yellow"))
    for line in captured.get().splitlines():
        say(line.rstrip())


def _empty() -> Table:
    return Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")


def _table(arm: ArmResult) -> Table:
    table = _empty()
    table.add_column("", no_wrap=True)
    for name in ("unchanged", "changed", "difference", "95 % interval", "lower", "higher"):
        table.add_column(name, justify="right", no_wrap=True)
    for d in arm.key_differences():
        table.add_row(
            _HEADS[d.measure.key], d.measure.show(d.base), d.measure.show(d.changed),
            d.shown(False), d.interval(), f"{d.fell:,}", f"{d.rose:,}",
            style="" if d.clear else "dim",
        )  # fmt: skip
    return table


def _bought(comparison: Comparison, arms: list[ArmResult]) -> Table:
    table = _empty()
    table.add_column("what each clause buys")
    for head in (*(_HEADS[d.measure.key] for d in arms[0].key_differences()), "pairs differ"):
        table.add_column(head.replace(" ", "\n"), justify="right", no_wrap=True)
    for arm in by_size(arms):
        cells = [
            _cell(d.reversed(), comparison.across(arm.name, d.measure.key))
            for d in arm.key_differences()
        ]
        style = "bold" if arm.variant.kind == "treaty" else ""
        table.add_row(label(arm, arms), *cells, f"{arm.differ:,}", style=style)
    return table


def _cell(d: Difference, verdict: Verdict | None) -> str:
    if d.way == "same":
        return ".  "
    stars = "**" if verdict is Verdict.HOLDS else "*" if d.clear else ""
    return f"{d.shown(unit=False)}{stars:<2}"


def _print_most(console: Console, comparison: Comparison, folder: Path) -> None:
    told = told_runs(comparison)[:3]
    if not told:
        return
    console.print()
    console.print(Text("Where it mattered most", style="bold cyan"))
    seed = comparison.manifest["seed"]
    for _, arm, most in told:
        console.print(f" run {most.run}, {arm.name}: {what(most)}")
    number, _, most = told[0]
    file = folder / comparison.manifest["arms"][number - 1]["file"]
    trace = shlex.join(["deter", "trace", str(file), "--run", str(most.run), "--seed", str(seed)])
    console.print(f" {trace}", soft_wrap=True)
