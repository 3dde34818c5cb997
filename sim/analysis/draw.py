"""Figures and report of a result folder, drawn from its tables.

Only the timeline needs more than they keep: it has its one run played again (`replay`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sim.analysis.coalitions import coalitions_table, treaties_table
from sim.analysis.figures import FIGURES, draw, figures_of
from sim.analysis.frames import Results, load_results

Told = Callable[[str], None]
"""Is told what has been drawn."""


def draw_all(
    folder: str | os.PathLike[str], results: Results | None = None, told: Told = lambda _what: None
) -> list[Path]:
    """Draw every figure and the report of a result folder; what was drawn before is replaced.

    Parameters
    ----------
    folder : path
        A folder that `deter run` wrote.
    results : Results, optional
        Its tables, if they are at hand; read from the folder otherwise.
    told : callable, optional
        Is told the name of each figure, and "report", once it is written.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    InputError
        If a file of the folder is missing or broken.
    """
    known = results if results is not None else load_results(folder)
    place = Path(folder)
    pictures: dict[str, tuple[str, str, bytes]] = {}
    files = [
        *write_tables(place, known),
        *_figures(known, place, figures_of(known.scenario), told, pictures),
    ]
    return [*files, _report(known, place, told, pictures)]


def write_tables(place: Path, results: Results) -> list[Path]:
    """Write the tables that are made of others: of coalitions, and of what became of treaties."""
    files = []
    for name, table in (
        ("coalitions", coalitions_table(results)), ("treaties", treaties_table(results)),
    ):  # fmt: skip
        stream = pa.BufferOutputStream()
        pq.write_table(table, stream, compression="zstd")
        files.append(_written(place / f"{name}.parquet", stream.getvalue().to_pybytes()))
    return files


def is_drawn(folder: str | os.PathLike[str]) -> bool:
    """Tell whether a result folder holds the report and every figure."""
    place = Path(folder)
    names = figures_of(load_results(place).scenario)
    files = [place / "figures" / f"{name}.{kind}" for name in names for kind in ("png", "svg")]
    return all(file.is_file() for file in (place / "report.html", *files))


def draw_figures(
    folder: str | os.PathLike[str],
    names: Iterable[str] = FIGURES,
    told: Told = lambda _what: None,
) -> list[Path]:
    """Draw figures of a result folder as PNG and SVG; returns the files written."""
    return _figures(load_results(folder), Path(folder), names, told, {})


def draw_report(folder: str | os.PathLike[str], told: Told = lambda _what: None) -> Path:
    """Write the report of a result folder; returns its file."""
    from sim.analysis.figures.style import svg

    results = load_results(folder)
    pictures = {}
    for name in figures_of(results.scenario):
        chart = draw(name, results)
        pictures[name] = FIGURES[name].question, chart.alt, svg(chart)
        told(name)
    return _report(results, Path(folder), told, pictures)


def _figures(
    results: Results,
    place: Path,
    names: Iterable[str],
    told: Told,
    pictures: dict[str, tuple[str, str, bytes]],
) -> list[Path]:
    from sim.analysis.figures.style import png, svg

    (place / "figures").mkdir(exist_ok=True)
    files = []
    for name in names:
        chart = draw(name, results)
        image = svg(chart)
        pictures[name] = FIGURES[name].question, chart.alt, image
        for kind, content in (("png", png(chart)), ("svg", image)):
            files.append(_written(place / "figures" / f"{name}.{kind}", content))
        told(name)
    return files


def _report(
    results: Results, place: Path, told: Told, pictures: dict[str, tuple[str, str, bytes]]
) -> Path:
    from sim.analysis.report import report

    page = report(results, pictures).encode("utf-8")
    file = _written(place / "report.html", page)
    told("report")
    return file


def _written(path: Path, content: bytes) -> Path:
    """Replace a file as a whole: whoever reads it meanwhile sees the old one or the new one."""
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.write_bytes(content)
    os.replace(unfinished, path)
    return path
