"""Pictures of a sweep: which there are, and drawing them into its folder."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.analysis.figures.style import Chart
    from sim.analysis.sweeps import SweepResults

SWEEP_FIGURES: dict[str, str] = {
    "lines": "How does it change with each field by itself?",
    "phase": "Where in the plane of the two fields that matter most?",
    "tornado": "Which field moves it most?",
}
"""Figures of each outcome; module `sim.analysis.figures.sweep_NAME`, function NAME."""
MOST_OUTCOMES = 6
"""Outcomes that are drawn."""


def draw(name: str, results: SweepResults, outcome: str) -> Chart | None:
    """Draw a figure of an outcome; None where the design has nothing to show in it.

    Raises
    ------
    KeyError
        If there is no such figure or outcome.
    """
    if outcome not in results.outcomes or name not in SWEEP_FIGURES:
        raise KeyError(f"there is no figure '{name}' of '{outcome}'")
    from sim.analysis.figures.style import drawing

    module = importlib.import_module(f"sim.analysis.figures.sweep_{name}")
    make: Callable[[SweepResults, str], Chart | None] = getattr(module, name)
    with drawing():
        return make(results, outcome)


def draw_sweep(
    results: SweepResults,
    told: Callable[[str], None] = lambda _name: None,
    names: Collection[str] = tuple(SWEEP_FIGURES),
) -> list[Path]:
    """Draw the figures of a sweep into its folder; returns the files written.

    Parameters
    ----------
    results : SweepResults
    told : callable
        Is told the name of each figure once it is written.
    names : collection of str
        Which of `SWEEP_FIGURES`.
    """
    files = []
    for outcome in list(results.outcomes)[:MOST_OUTCOMES]:
        for name in names:
            chart = draw(name, results, outcome)
            if chart is not None:
                files += save(results.folder, f"{name}_{outcome}", chart)
                told(f"{name} of {outcome}")
    return files


def report_sweep(results: SweepResults, told: Callable[[str], None] = lambda _name: None) -> Path:
    """Write the report of a sweep into its folder; returns its file."""
    from sim.analysis.figures.style import svg
    from sim.analysis.sweep_report import report

    pictures = []
    for outcome in list(results.outcomes)[:MOST_OUTCOMES]:
        label = results.outcomes[outcome]["label"]
        for name, question in SWEEP_FIGURES.items():
            chart = draw(name, results, outcome)
            if chart is not None:
                pictures.append((f"{label}: {question}", chart.alt, svg(chart)))
            told(f"{name} of {outcome}")
    file = results.folder / "report.html"
    unfinished = file.with_name(f".{file.name}.part")
    unfinished.write_bytes(report(results, pictures).encode("utf-8"))
    os.replace(unfinished, file)
    told("report")
    return file


def save(folder: Path, name: str, chart: Chart) -> list[Path]:
    """Write a chart as PNG and SVG into the figures of a folder; returns the files."""
    from sim.analysis.figures.style import png, svg

    place = folder / "figures"
    place.mkdir(exist_ok=True)
    files = []
    for kind, content in (("png", png(chart)), ("svg", svg(chart))):
        path = place / f"{name}.{kind}"
        unfinished = path.with_name(f".{path.name}.part")
        unfinished.write_bytes(content)
        os.replace(unfinished, path)
        files.append(path)
    return files


class SweepPlots:
    """The figures of a sweep as methods: ``results.plot.lines("war")``."""

    def __init__(self, results: SweepResults) -> None:
        self._results = results

    def __getattr__(self, name: str) -> Callable[[str], Any]:
        if name not in SWEEP_FIGURES:
            raise AttributeError(
                f"there is no figure '{name}'; there are: {', '.join(SWEEP_FIGURES)}"
            )

        def made(outcome: str) -> Any:
            chart = draw(name, self._results, outcome)
            if chart is None:
                raise ValueError(f"this design has nothing to show in '{name}' of '{outcome}'")
            return chart.figure

        return made

    def __dir__(self) -> list[str]:
        return list(SWEEP_FIGURES)
