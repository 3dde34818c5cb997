"""The tables of an ensemble as Arrow tables: names instead of numbers, a meaning on each column.

Columns are as narrow as what they can hold, because a million runs are to fit in memory column by
column; names are kept once and pointed to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pyarrow as pa

from sim.engines.compile_scenario import Compiled
from sim.outcomes import columns as c
from sim.outcomes.outcome import UNIT, Counts
from sim.rules import tables as t


def field(
    name: str, kind: pa.DataType, meaning: str, unit: str = "", interval: str = ""
) -> pa.Field:
    """Return a column's field, with metadata that travel in the file.

    Parameters
    ----------
    name : str
    kind : pyarrow.DataType
    meaning : str
        What it holds, in a line.
    unit : str
        Empty for names and numbers of rows.
    interval : str
        The interval of which the column is a bound, such as "95 %"; empty for others.
    """
    told = {"meaning": meaning, "unit": unit, "interval": interval}
    return pa.field(name, kind, metadata={key: text for key, text in told.items() if text})


NAMES = pa.dictionary(pa.int32(), pa.string())
"""The type of columns that repeat a few names."""


def typed(name: str, values: t.Floats) -> pa.Array:
    """Return a column of the table of runs, typed by what it can hold."""
    if name in c.SWITCHES:
        return pa.array(values != 0.0)
    if name in c.STATE_COLUMNS:
        return pa.array(values.astype(np.float32))
    if name == "highest_rung":
        return pa.array(values.astype(np.int8))
    if name == "first_crisis_turn":
        return pa.array(values.astype(np.int16))
    if name in c.WHOLE:
        return pa.array(values.astype(np.int32))
    return pa.array(values)


def runs_table(compiled: Compiled, first: int, runs: t.Floats) -> pa.Table:
    """Return one row a run.

    Parameters
    ----------
    first : int
        Number of the first run.
    runs : numpy.ndarray
        Rows as `sim.outcomes.outcome.read_log` writes them.
    """
    arrays = [pa.array(np.arange(first, first + len(runs), dtype=np.int32))]
    fields = [field("run", pa.int32(), "number of the run")]

    def put(name: str, plain: str, meaning: str, column: int) -> None:
        array = typed(plain, runs[:, column])
        arrays.append(array)
        fields.append(field(name, array.type, meaning, c.unit_of(plain)))

    for i, (name, meaning) in enumerate(c.RUN_COLUMNS.items()):
        put(name, name, meaning, i)
    at = len(c.RUN_COLUMNS)
    for key in compiled.flashpoints:
        for name, meaning in c.FLASHPOINT_COLUMNS.items():
            put(f"{key}_{name}", name, f"{key}: {meaning}", at)
            at += 1
    for key in compiled.states:
        for name, meaning in c.STATE_COLUMNS.items():
            put(f"{name}_{key}", name, f"{key}: {meaning}", at)
            at += 1
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def _members(mask: int, names: tuple[str, ...]) -> str:
    return " ".join(name for i, name in enumerate(names) if mask >> i & 1)


def _told(numbers: t.Ints, name: Callable[[int], str]) -> pa.Array:
    """Return the name of each number; each distinct number is named once.

    The names are listed in the order in which they first appear, so that the same rows make the
    same bytes.
    """
    known, inverse = np.unique(numbers, return_inverse=True)
    names = np.array([name(int(number)) for number in known], dtype=object)
    return pa.array(names[inverse.reshape(-1)], pa.string()).dictionary_encode()


CRISIS_FIELDS = (
    ("run", pa.int32(), "number of the run"),
    ("crisis", pa.int32(), "number of the crisis within the run"),
    ("flashpoint", NAMES, "where"),
    ("challenger", NAMES, "who made the move"),
    ("holder", NAMES, "against whom"),
    ("recovery", pa.bool_(), "whether a former holder sought to recover what it lost"),
    ("accident", pa.bool_(), "whether it began with a clash that nobody chose"),
    ("start_turn", pa.int16(), "first turn", "turn"),
    ("turns", pa.int16(), "length in turns", "turns"),
    ("motive", pa.float32(), "factor on the challenger's stake", "factor"),
    ("first_move", NAMES, "the first act"),
    ("first_rung", pa.int8(), "number of its rung", "rung"),
    ("first_answer", pa.int8(), "rung of the first answer; -1 yielded, -2 none", "rung"),
    ("recognised", NAMES, "treaties whose trigger was recognised as met"),
    ("joined_holder", NAMES, "states that came to the holder's side"),
    ("joined_challenger", NAMES, "states that came to the challenger's side"),
    ("stood_aside", NAMES, "states that were asked and did not come"),
    ("left", NAMES, "members that left a coalition"),
    ("highest_rung", pa.int8(), "number of the highest rung reached", "rung"),
    ("ending", NAMES, "how it ended"),
    ("control_before", pa.float64(), "share the holder controlled before", "share"),
    ("control_after", pa.float64(), "share the holder controlled after", "share"),
)


def crises_table(compiled: Compiled, crises: t.Ints, numbers: t.Floats) -> pa.Table:
    """Return one row a crisis, in run order."""
    run, rows = crises[:, 0], crises[:, 1:]
    starts = np.flatnonzero(np.diff(run, prepend=-1)) if len(run) else np.zeros(0, dtype=int)
    within = np.arange(len(run)) - np.repeat(starts, np.diff(np.append(starts, len(run))))

    def named(column: int, names: tuple[str, ...]) -> pa.Array:
        return _told(rows[:, column], names.__getitem__)

    def sets(column: int, names: tuple[str, ...]) -> pa.Array:
        return _told(rows[:, column], lambda mask: _members(mask, names))

    columns = [
        run, within, named(c.C_FLASH, compiled.flashpoints),
        named(c.C_CHALLENGER, compiled.states), named(c.C_HOLDER, compiled.states),
        rows[:, c.C_KIND] == 1, rows[:, c.C_KIND] == 2, rows[:, c.C_START], rows[:, c.C_TURNS],
        numbers[:, c.CF_MOTIVE], named(c.C_MOVE, compiled.moves), rows[:, c.C_RUNG],
        rows[:, c.C_ANSWER], _recognised(compiled, rows), sets(c.C_WITH_HOLDER, compiled.states),
        sets(c.C_WITH_CHALLENGER, compiled.states), sets(c.C_ASIDE, compiled.states),
        sets(c.C_LEFT, compiled.states), rows[:, c.C_TOP], named(c.C_ENDING, c.ENDINGS),
        numbers[:, c.CF_BEFORE], numbers[:, c.CF_AFTER],
    ]  # fmt: skip
    schema = pa.schema([field(*spec) for spec in CRISIS_FIELDS])
    arrays = [_as(column, f.type) for column, f in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _as(column: pa.Array | np.ndarray, kind: pa.DataType) -> pa.Array:
    if isinstance(column, pa.Array):
        return column
    return pa.array(column.astype(kind.to_pandas_dtype()))


def _recognised(compiled: Compiled, rows: t.Ints) -> pa.Array:
    """Return the recognised treaties of each crisis, whose set takes two words."""
    words = np.ascontiguousarray(rows[:, [c.C_RECOGNISED, c.C_RECOGNISED_2]])
    known, inverse = np.unique(words, axis=0, return_inverse=True)

    def name(number: int) -> str:
        first, second = map(int, known[number])
        return _members(first | second << 62, compiled.treaties)

    return _told(inverse.reshape(-1), name)


def counts_table(compiled: Compiled, counts: Counts) -> pa.Table:
    """Return the mergeable counts, one cell a row."""
    rows: list[tuple[str, str, str, int, int, int, float]] = []
    turns = counts.risk.shape[0]
    runs = int(counts.first_crisis.sum())
    for f, name in enumerate((*compiled.flashpoints, "any")):
        for turn in range(turns):
            for rung, n in enumerate(counts.rung[f, turn]):
                if n:
                    rows.append(("rung", name, "", turn, rung - 1, int(n), 0.0))
    for f, name in enumerate(compiled.flashpoints):
        for turn in range(turns):
            rows.append(("control", name, "", turn, 0, runs, float(counts.control[f, turn] / UNIT)))
    for turn in range(turns):
        rows.append(("risk", "", "", turn, 0, runs, float(counts.risk[turn] / UNIT)))
    for turn, n in enumerate(counts.first_crisis):
        if n:
            rows.append(("first_crisis", "", "", turn if turn < turns else -1, 0, int(n), 0.0))
    rows += _named_counts("ending", compiled.flashpoints, c.ENDINGS, counts.ending)
    rows += _named_counts("treaty", compiled.treaties, c.TREATY_COUNTS, counts.treaty)
    for f, name in enumerate(compiled.flashpoints):
        for rung, n in enumerate(counts.first_rung[f]):
            rows.append(("first_rung", name, "", 0, rung, int(n), 0.0))
    for tie, name in enumerate(compiled.ties):
        for turn in range(turns):
            for depth, n in enumerate(counts.tie[tie, turn]):
                if n:
                    rows.append(("tie", name, str(depth), turn, 0, int(n), 0.0))
    schema = pa.schema(
        [
            field("kind", pa.string(), "what is counted"),
            field("name", pa.string(), "flashpoint, treaty or tie; 'any' for anywhere"),
            field("item", pa.string(), "ending, what happened to a treaty, or depth of a tie"),
            field("turn", pa.int64(), "turn, from 0"),
            field("rung", pa.int64(), "number of the rung; -1 quiet"),
            field("count", pa.int64(), "runs or crises"),
            field("total", pa.float64(), "sum over runs"),
        ]
    )
    return pa.Table.from_arrays(
        [
            pa.array(column, f.type)
            for column, f in zip(zip(*rows, strict=True), schema, strict=True)
        ],
        schema=schema,
    )


def _named_counts(
    kind: str, names: Iterable[str], items: tuple[str, ...], table: t.Ints
) -> list[tuple[str, str, str, int, int, int, float]]:
    return [
        (kind, name, item, 0, 0, int(table[i, j]), 0.0)
        for i, name in enumerate(names)
        for j, item in enumerate(items)
    ]


_HANGS = "what it holds hangs on the kind: sim.rules.log"
EVENT_COLUMNS = {
    "run": "number of the run", "turn": "turn, from 0",
    "kind": "kind of event, numbered as in sim.rules.log",
    "flashpoint": "number of the flashpoint in the scenario, from 0; -1 none",
    "actor": "number of the state that acts, from 0; -1 none",
    "other": "number of the state it is done to, from 0; -1 none",
    "a": _HANGS, "b": _HANGS, "c": _HANGS, "x": _HANGS, "y": _HANGS,
}  # fmt: skip
EVENT_TYPES = (
    pa.int32(), pa.int16(), pa.int8(), pa.int8(), pa.int8(), pa.int8(), pa.int16(), pa.int16(),
    pa.int16(),
)  # fmt: skip


def events_table(ints: t.Ints, floats: t.Floats) -> pa.Table:
    """Return the event logs of all runs, as written; `sim.rules.log` says what columns hold."""
    arrays = [_as(ints[:, i], kind) for i, kind in enumerate(EVENT_TYPES)]
    arrays += [pa.array(floats[:, i]) for i in range(floats.shape[1])]
    schema = pa.schema([
        field(name, array.type, meaning)
        for (name, meaning), array in zip(EVENT_COLUMNS.items(), arrays, strict=True)
    ])  # fmt: skip
    return pa.Table.from_arrays(arrays, schema=schema)
