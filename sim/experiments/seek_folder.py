"""The folder of a search: what was asked, the postures found, and a figure of the frontier."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from sim.compiled import rules_hash
from sim.engines.folder import SCENARIO, write_manifest, write_whole
from sim.engines.parquet import TableFile
from sim.engines.provenance import program_hash, versions
from sim.experiments.designs import Design
from sim.experiments.metrics import metrics_of
from sim.experiments.seeking import Found, best
from sim.experiments.sweep_tables import word_of
from sim.files.write import scenario_hash, scenario_yaml
from sim.world.scenario import Scenario

TABLE, DESIGN = "frontier.parquet", "design.yaml"


class Searched(NamedTuple):
    """What a figure names in its footer."""

    manifest: dict[str, Any]
    scenario: Scenario
    runs: int

    def __len__(self) -> int:
        return self.runs


def save(folder: Path, design: Design, found: Found, again: int, command: str) -> list[Path]:
    """Write everything; returns the files of the figure.

    Parameters
    ----------
    folder : Path
        New or empty.
    again : int
        Runs of each posture under fresh luck.
    """
    from sim.analysis.figures.frontier import Mark, frontier
    from sim.analysis.figures.style import drawing
    from sim.analysis.figures.sweeps import save as save_chart

    manifest = {
        "kind": "search", "complete": True, "command": command, "name": design.scenario.name,
        "title": design.scenario.title, "seed": design.seed, "fresh_seed": design.seed + 1,
        "runs_per_point": design.runs, "fresh_runs": again, "goals": list(found.goals),
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
    known = metrics_of(design.scenario)
    goals = [(known[goal].label, known[goal].unit, best(goal)) for goal in found.goals]
    marks = [Mark(n, p.fresh, p.frontier) for n, p in enumerate(found.postures)]
    kept = sum(mark.frontier for mark in marks)
    with drawing():
        chart = frontier(
            Searched(manifest, design.scenario, again),
            f"{kept} of {found.played} postures are on the frontier of {len(goals)} goals",
            goals, marks,
            "Each dot is a posture that was best under the luck it was found with, played "
            f"{again:,} times under other luck; bars are 95 % intervals. Filled: still on the "
            "frontier, numbered as in frontier.parquet. Hollow: dominated now. Best is to the "
            "lower left of each panel.",
        )  # fmt: skip
    files = save_chart(folder, "frontier", chart)
    write_manifest(folder, manifest)
    return files


def table(design: Design, found: Found) -> pa.Table:
    """Return the postures found as a table: fields, goals under fresh luck, goals as found."""
    known = metrics_of(design.scenario)
    rows = found.postures
    fields = [pa.field("posture", pa.int64(), metadata={"meaning": "number in the figure"})]
    columns: list[Any] = [list(range(len(rows)))]
    for k, axis in enumerate(design.axes):
        values = [row.point[k] for row in rows]
        numeric = all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
        fields.append(
            pa.field(
                axis.path, pa.float64() if numeric else pa.string(),
                metadata={"meaning": "value of this field"},
            )
        )  # fmt: skip
        columns.append([float(v) if numeric else word_of(v) for v in values])
    for k, goal in enumerate(found.goals):
        unit, meaning = known[goal].unit, known[goal].meaning
        for end, text in (
            ("", meaning), ("_low", "lower end of the 95 % interval"),
            ("_high", "upper end of the 95 % interval"),
        ):  # fmt: skip
            told = {"meaning": f"{text} (under fresh luck)", "unit": unit}
            fields.append(pa.field(goal + end, pa.float64(), metadata=told))
            name = end.removeprefix("_") or "value"
            columns.append([getattr(row.fresh[k], name) for row in rows])
        told = {"meaning": f"{meaning} (under the luck of the search)", "unit": unit}
        fields.append(pa.field(f"{goal}_found", pa.float64(), metadata=told))
        columns.append([row.found[k].value for row in rows])
    fields.append(
        pa.field(
            "frontier", pa.bool_(), metadata={"meaning": "not dominated under fresh luck either"}
        )
    )
    columns.append([row.frontier for row in rows])
    arrays = [pa.array(c, f.type) for c, f in zip(columns, fields, strict=True)]
    return pa.table(arrays, schema=pa.schema(fields))
