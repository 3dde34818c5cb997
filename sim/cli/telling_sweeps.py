"""What is said of a finished sweep: points and outcomes in a table, or as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.analysis.intervals import Estimate
    from sim.analysis.sweeps import SweepResults

SHOWN = 16
"""Points up to which all are listed."""


def tell(results: SweepResults, files: list[Path], quiet: bool) -> None:
    """Print what a sweep came to."""
    import typer

    from sim.cli.page import Page

    folder = results.folder
    if quiet:
        typer.echo(folder)
        return
    page = Page()
    points = results.table.num_rows
    page.heading(f"{results.scenario.title}: {points:,} points, {len(results):,} runs")
    if points <= SHOWN:
        heads = ["point", *(axis.path for axis in results.axes()), *results.outcomes]
        rows = [_row(results, number) for number in range(points)]
        page.table(heads, rows, right=tuple(results.outcomes))
    else:
        rows = [line for name in results.outcomes for line in _extremes(results, name)]
        page.table(("outcome", "", "value (95 %)", "where"), rows, ())
    units = "; ".join(f"{name}: {facts['unit']}" for name, facts in results.outcomes.items())
    page.text(f"Units: {units}.")
    page.text(
        "Intervals show chance only. Points share their luck, so that differences between them are "
        "surer than their intervals look. In this model, not a forecast."
    )
    page.text(f"{folder}: points.parquet, {len(files)} figure files in figures/")


def as_json(results: SweepResults, files: list[Path]) -> str:
    """Return the same for programs."""
    return json.dumps(
        {
            "folder": str(results.folder), "points": results.table.num_rows, "runs": len(results),
            "outcomes": results.outcomes, "failed": list(results.failures),
            "figures": [str(file) for file in files],
        },
        indent=2, ensure_ascii=False,
    )  # fmt: skip


def shown(estimate: Estimate, unit: str) -> str:
    """Write an estimate with its interval."""
    from sim.analysis.words import decimal, decimal_interval, percent, percent_interval

    if not estimate.known:
        return "-"
    if unit.startswith("share"):
        return f"{percent(estimate.value)} ({percent_interval(estimate)})"
    return f"{decimal(estimate.value)} ({decimal_interval(estimate)})"


def _row(results: SweepResults, number: int) -> list[str]:
    values = [_value(axis.levels[axis.places[number]]) for axis in results.axes()]
    outcomes = [
        shown(results.estimates(name)[number], facts["unit"])
        for name, facts in results.outcomes.items()
    ]
    return [str(number), *values, *outcomes]


def _extremes(results: SweepResults, name: str) -> list[list[str]]:
    import numpy as np

    values = results.values(name)
    known = np.flatnonzero(~np.isnan(values))
    if not len(known):
        return [[name, "", "never counted", ""]]
    estimates, unit = results.estimates(name), results.outcomes[name]["unit"]
    lines = []
    for word, at in (
        ("lowest", known[np.argmin(values[known])]), ("highest", known[np.argmax(values[known])])
    ):  # fmt: skip
        where = ", ".join(
            f"{axis.path} = {_value(axis.levels[axis.places[at]])}" for axis in results.axes()
        )
        lines.append([name if word == "lowest" else "", word, shown(estimates[at], unit), where])
    return lines


def _value(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
