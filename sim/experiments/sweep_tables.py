"""The tables of a sweep: one row a point with every outcome, one row a run with what they count."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from sim.analysis.intervals import Estimate
from sim.engines.arrow import NAMES, field, typed
from sim.experiments.designs import Design
from sim.experiments.metrics import Metric, RunColumn
from sim.experiments.point_chunks import PlayedPoints


def runs_table(played: PlayedPoints, columns: Mapping[str, RunColumn]) -> pa.Table:
    """Return one row a run: the columns that outcomes are made of."""
    runs = played.runs
    points = np.repeat(np.arange(played.first, played.first + len(runs), dtype=np.int32), runs)
    begins = np.repeat(np.cumsum(runs) - runs, runs)
    numbers = (np.arange(len(points)) - begins).astype(np.int32)
    arrays = [pa.array(points), pa.array(numbers)]
    fields = [
        field("point", pa.int32(), "number of the point"),
        field("run", pa.int32(), "number of the run; its luck is the same at every point"),
    ]
    for k, (name, column) in enumerate(columns.items()):
        arrays.append(typed(name, played.rows[:, k]))
        fields.append(field(name, arrays[-1].type, column.meaning, column.unit))
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def points_table(
    design: Design, metrics: list[Metric], counts: list[int], estimates: dict[str, list[Estimate]]
) -> pa.Table:
    """Return one row a point: its values, its runs, and each outcome with its interval."""
    arrays = [pa.array(np.arange(len(design.points), dtype=np.int32))]
    fields = [field("point", pa.int32(), "number of the point")]
    for k, axis in enumerate(design.axes):
        array = value_column([point[k] for point in design.points])
        arrays.append(array)
        fields.append(field(axis.path, array.type, f"{axis.role}: value of {axis.path}"))
    arrays.append(pa.array(np.array(counts, dtype=np.int32)))
    fields.append(field("runs", pa.int32(), "runs played at the point; 0 where it failed"))
    for metric in metrics:
        found = estimates[metric.key]
        for ending, name, meaning in (
            ("", "value", metric.meaning),
            ("_low", "low", "lower bound of its 95 % interval, chance only"),
            ("_high", "high", "upper bound of its 95 % interval, chance only"),
            ("_error", "error", "its standard error"),
        ):
            numbers = np.array([getattr(estimate, name) for estimate in found], dtype=np.float64)
            arrays.append(pa.array(numbers))
            bound = "95 %" if name in ("low", "high") else ""
            told = f"{metric.key}: {meaning}"
            fields.append(field(metric.key + ending, pa.float64(), told, metric.unit, bound))
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def value_column(values: Sequence[Any]) -> pa.Array:
    """Return values of an axis as a column: of numbers, of switches, or of words."""
    if all(isinstance(value, bool) for value in values):
        return pa.array(values, pa.bool_())
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return pa.array([float(value) for value in values], pa.float64())
    return (
        pa.array([word_of(value) for value in values], pa.string()).dictionary_encode().cast(NAMES)
    )


def word_of(value: Any) -> str:
    """Return a value of an axis as a word."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
