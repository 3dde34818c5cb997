"""The report: one HTML file that holds everything, loads nothing and is whole without scripts."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import attrgetter
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from sim.analysis.band import across
from sim.analysis.band import told as told_of
from sim.analysis.coalitions import cohesion, faith
from sim.analysis.commands import run_command
from sim.analysis.findings import findings, meaning
from sim.analysis.frames import Results
from sim.analysis.headline import headline
from sim.analysis.interactive import scripts
from sim.analysis.intervals import Estimate
from sim.analysis.readings import of_run
from sim.analysis.report_text import LIMITS, METHOD, clauses
from sim.analysis.words import count, in_words, percent, percent_interval, short_names, span
from sim.files.describe import describe, given_figures
from sim.world.problems import dotted

_LEFT_OUT = frozenset({"states", "flashpoints", "treaties", "rungs", "arms"})
"""What the manifest repeats of the scenario."""


def report(results: Results, pictures: Mapping[str, tuple[str, str, bytes]]) -> str:
    """Write the report of an ensemble.

    Parameters
    ----------
    results : Results
        What it reports on.
    pictures : mapping
        Name of a figure -> the question it answers, what it shows in words, the picture as SVG.

    Returns
    -------
    str
        A page whose only loads are data it carries itself.
    """
    scenario, manifest = results.scenario, results.manifest
    table = headline(results)
    told = describe(scenario)
    band = across(results, table)
    runs = count(len(results), "run")
    page: str = template("report.html").render(
        title=scenario.title,
        told=told,
        runs=runs,
        times="once" if len(results) == 1 else f"{len(results):,} times",
        span=span(scenario, results.turns),
        seed=manifest["seed"],
        deter=manifest["deter"],
        headline=table,
        band=band,
        findings=findings(results, table),
        survives=list(told_of(band)) if band else [],
        meaning=meaning(results, table),
        pictures=[
            {"question": question, "alt": alt, "data": embedded(picture)}
            for question, alt, picture in pictures.values()
        ],
        names=short_names(scenario),
        places={key: place.name for key, place in scenario.flashpoints.items()},
        pacts={key: treaty.name for key, treaty in scenario.treaties.items()},
        treaties=[
            {"name": treaty.name, "clauses": list(clauses(scenario, treaty))}
            for treaty in scenario.treaties.values()
        ],
        figures=list(_sources(results)),
        method=METHOD,
        limits=LIMITS,
        provenance=list(provenance(manifest)),
        again=run_command(manifest, len(results)),
        readings=scripts(of_run(results)),
        cohesion=cohesion(results),
        faith=[one for one in faith(results) if one.abandoned.known],
    )
    return page


def template(name: str, package: str = "sim.analysis") -> Any:
    """Return a page to be filled; every page extends `page.html`, which has the style.

    Parameters
    ----------
    package : str
        Where it lies, in a folder ``templates``.
    """
    pages = Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader("sim.analysis")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters["words"] = in_words
    pages.filters["share"] = _share
    pages.filters["short"] = lambda number: f"{number:g}"
    pages.filters["groupby_kept"] = _grouped
    return pages.get_template(name)


def _grouped(rows: Any, attribute: str) -> list[dict[str, Any]]:
    """Group rows that follow each other; Jinja's own filter would sort the groups."""
    return [
        {"grouper": key, "list": list(group)}
        for key, group in groupby(rows, key=attrgetter(attribute))
    ]


def _share(estimate: Estimate) -> str:
    if not estimate.known:
        return "-"
    return f"{percent(estimate.value)} ({percent_interval(estimate)})"


def embedded(picture: bytes) -> str:
    """Return an SVG as an address that holds it."""
    return f"data:image/svg+xml;base64,{b64encode(picture).decode('ascii')}"


def _sources(results: Results) -> Iterator[dict[str, Any]]:
    """Yield every figure the scenario gives, with its source and what was done to it."""
    for path, figure in given_figures(results.scenario, ()):
        told = [text for text in (figure.source, figure.note) if text]
        yield {
            "key": dotted(path),
            "value": figure.value,
            "year": figure.year,
            "text": "; ".join(told) or "neither source nor note",
        }


def provenance(manifest: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, str]]:
    """Yield what made the results, entry by entry."""
    for key, value in manifest.items():
        if not within and key in _LEFT_OUT:
            continue
        name = in_words(f"{within} {key}".strip())
        if isinstance(value, Mapping):
            yield from provenance(value, name)
        elif isinstance(value, list):
            if value:
                yield name, "; ".join(str(item) for item in value)
        elif isinstance(value, float):
            yield name, f"{value:.6g}"
        elif value is not None:
            yield name, str(value)
