"""The folder of a search: what was asked, the postures found, a figure and a report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from sim.analysis.searches import KIND, TABLE, SearchResults, load_search
from sim.compiled import rules_hash
from sim.engines.arrow import field
from sim.engines.folder import SCENARIO, write_manifest, write_whole
from sim.engines.parquet import TableFile
from sim.engines.provenance import program_hash, versions
from sim.experiments.designs import Design
from sim.experiments.metrics import metrics_of
from sim.experiments.seeking import Found, best
from sim.experiments.sweep_tables import word_of
from sim.files.write import scenario_hash, scenario_yaml

DESIGN = "design.yaml"


def save(folder: Path, design: Design, found: Found, again: int, command: str) -> SearchResults:
    """Write what was found; return it as it is read again.

    Parameters
    ----------
    folder : Path
        New or empty.
    again : int
        Runs of each posture under fresh luck.
    """
    known = metrics_of(design.scenario)
    manifest = {
        "kind": KIND, "complete": True, "command": command, "name": design.scenario.name,
        "title": design.scenario.title, "seed": design.seed, "fresh_seed": design.seed + 1,
        "runs_per_point": design.runs, "fresh_runs": again,
        "goals": {
            goal: {
                "label": known[goal].label, "unit": known[goal].unit,
                "meaning": known[goal].meaning, "better": "more" if best(goal) > 0 else "less",
            }
            for goal in found.goals
        },
        "postures_played": found.played, "postures_failed": found.failed,
        "axes": [axis.path for axis in design.axes],
        "scenario_hash": scenario_hash(design.scenario), "rules_hash": rules_hash(),
        "program_hash": program_hash(), **versions(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }  # fmt: skip
    write_whole(folder / SCENARIO, scenario_yaml(design.scenario).encode())
    if design.text:
        write_whole(folder / DESIGN, design.text)
    with TableFile(folder / TABLE, folder / f".{TABLE}") as file:
        file.add(table(design, found))
    write_manifest(folder, manifest)
    return load_search(folder)


def draw_search(
    results: SearchResults, told: Callable[[str], None] = lambda _name: None
) -> list[Path]:
    """Draw the frontier into the folder of a search; returns the files written."""
    from sim.analysis.figures.frontier import frontier
    from sim.analysis.figures.style import drawing
    from sim.analysis.figures.sweeps import save as save_chart

    with drawing():
        files = save_chart(results.folder, "frontier", frontier(results))
    told("frontier")
    return files


def report_search(results: SearchResults, told: Callable[[str], None] = lambda _name: None) -> Path:
    """Write the report of a search into its folder; returns its file."""
    from sim.analysis.figures.frontier import frontier
    from sim.analysis.figures.style import drawing, svg
    from sim.analysis.search_report import report

    with drawing():
        chart = frontier(results)
    told("frontier")
    file = results.folder / "report.html"
    write_whole(file, report(results, (chart.alt, svg(chart))).encode("utf-8"))
    told("report")
    return file


def table(design: Design, found: Found) -> pa.Table:
    """Return the postures found as a table: fields, goals under fresh luck, goals as found."""
    known = metrics_of(design.scenario)
    rows = found.postures
    fields = [field("posture", pa.int64(), "number in the figure")]
    columns: list[Any] = [list(range(len(rows)))]
    for k, axis in enumerate(design.axes):
        values = [row.point[k] for row in rows]
        numeric = all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
        kind = pa.float64() if numeric else pa.string()
        fields.append(field(axis.path, kind, "value of this field"))
        columns.append([float(v) if numeric else word_of(v) for v in values])
    for k, goal in enumerate(found.goals):
        unit, meaning = known[goal].unit, known[goal].meaning
        for end, text, interval in (
            ("", meaning, ""),
            ("_low", "lower end of the 95 % interval", "95 %"),
            ("_high", "upper end of the 95 % interval", "95 %"),
        ):
            told = f"{text} (under fresh luck)"
            fields.append(field(goal + end, pa.float64(), told, unit, interval))
            name = end.removeprefix("_") or "value"
            columns.append([getattr(row.fresh[k], name) for row in rows])
        told = f"{meaning} (under the luck of the search)"
        fields.append(field(f"{goal}_found", pa.float64(), told, unit))
        columns.append([row.found[k].value for row in rows])
    fields.append(field("frontier", pa.bool_(), "not dominated under fresh luck either"))
    columns.append([row.frontier for row in rows])
    arrays = [pa.array(c, f.type) for c, f in zip(columns, fields, strict=True)]
    return pa.table(arrays, schema=pa.schema(fields))
