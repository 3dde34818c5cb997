"""Tables on disk, written piece by piece: the whole is never in memory."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

ROW_GROUP = 50_000
"""Rows that are written together, however many come at a time."""


class TableFile:
    """A Parquet file to which tables are added; it has its name once it is whole.

    The bytes depend on the rows alone, not on the pieces in which they come.

    Parameters
    ----------
    path : Path
        What the file is called in the end.
    draft : Path
        What it is called until then, on the same disk.
    """

    def __init__(self, path: Path, draft: Path) -> None:
        self.path, self.draft = path, draft
        self._file = draft.open("wb")
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[pa.Table] = []
        self._rows = 0

    def add(self, table: pa.Table) -> None:
        """Append rows."""
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._file, table.schema, compression="zstd")
        self._waiting.append(table)
        self._rows += len(table)
        while self._rows >= ROW_GROUP:
            self._write(ROW_GROUP)

    def _write(self, rows: int) -> None:
        assert self._writer is not None
        waiting = pa.concat_tables(self._waiting)
        self._writer.write_table(_settled(waiting.slice(0, rows)), row_group_size=ROW_GROUP)
        rest = waiting.slice(rows)
        self._waiting, self._rows = [rest], len(rest)

    def __enter__(self) -> TableFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the file its name, or take it away where something went wrong."""
        try:
            if kind is None and self._writer is not None:
                if self._rows:
                    self._write(self._rows)
                self._writer.close()
                self._file.flush()
                os.fsync(self._file.fileno())
                self._file.close()
                self.draft.replace(self.path)
        finally:
            self._put_away()

    def _put_away(self) -> None:
        """Close what is still open, as it is after an error, and remove the draft."""
        if self._writer is not None and self._writer.is_open:
            with suppress(OSError, ValueError):
                self._writer.close()
            self._writer.is_open = False  # or it would try once more when it is collected
        try:
            with suppress(OSError):
                self._file.close()
        finally:
            self.draft.unlink(missing_ok=True)


def _settled(table: pa.Table) -> pa.Table:
    """Return the same rows in one piece, names listed in the order in which they appear."""
    columns = []
    for column in table.columns:
        if pa.types.is_dictionary(column.type):
            plain = column.cast(column.type.value_type).combine_chunks()
            columns.append(plain.dictionary_encode().cast(column.type))
        else:
            columns.append(column.combine_chunks())
    return pa.Table.from_arrays(columns, schema=table.schema)
