"""`deter theory`: the model's special cases against known results."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.options import Json, Quiet

if TYPE_CHECKING:
    from sim.evidence.theory.check import Finding

EXAMPLES = (
    "deter theory",
    "deter theory --cases my_points.json --json",
    "deter theory --convergence",
)


def command(
    cases: Annotated[
        Path | None,
        typer.Option(
            "--cases",
            metavar="FILE",
            help="Other parameter points, in the format of the packaged ones.",
        ),
    ] = None,
    convergence: Annotated[
        bool,
        typer.Option("--convergence", help="Add raw values and regret on the way to each limit."),
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Hold the model against known results of deterrence theory.

    Each result is got from the rules themselves, set as the source sets its game; docs/theory.md
    says how. Failures come first. With --quiet only they and the count are printed.
    """
    from sim.cli.drawing import progress
    from sim.engines.warm import announce_compile
    from sim.evidence.theory.cases import packaged, read_cases
    from sim.evidence.theory.check import check

    wanted = packaged() if cases is None else read_cases(cases)
    announce_compile(quiet or json)
    findings: list[Finding] = []
    with progress("solving", len(wanted), quiet or json) as told:
        for case in wanted:
            findings.append(check(case))
            told(case.result)
    if json:
        from json import dumps

        typer.echo(dumps([f.as_dict() for f in findings], indent=2, ensure_ascii=False))
        return
    _print(findings, convergence, quiet)


def _print(findings: Sequence[Finding], convergence: bool, quiet: bool) -> None:
    from sim.cli.page import Page
    from sim.evidence.theory.report import HEADS, count, label, missing, rows, steps

    page = Page()
    shown = [f for f in findings if f.verdict == "fail"] if quiet else findings
    table = rows(shown)
    if table:
        page.table(HEADS, table, right=("expected", "obtained", "difference"))
    for finding in shown:
        if finding.verdict == "fail" and finding.note:
            page.text(f"{label(finding)}: {finding.note}")
    if convergence:
        for finding in findings:
            if finding.steps:
                page.heading(label(finding))
                for heads, lines in steps(finding, most=2):
                    page.table(heads, lines, right=heads)
    if not quiet and (left := missing(findings)):
        page.heading("not covered")
        for line in left:
            page.item(line)
        typer.echo()
    page.text(count(findings))
