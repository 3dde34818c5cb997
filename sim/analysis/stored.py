"""Tables of a result folder that stay on disk: only what is asked for is read."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.world.problems import InputError, clean

REMEDY = "give a folder that `deter run` wrote, or run the scenario again"


def broken(path: Path, wrong: str, right: str = REMEDY) -> InputError:
    """Return the error for a file of a result folder that cannot be used."""
    return InputError(f"{clean(str(path), 200)}: {wrong}\n    {right}")


class Stored:
    """A Parquet file, read column by column and group by group.

    Parameters
    ----------
    path : Path
        The file.
    wanted : collection of str
        Columns it must have.

    Raises
    ------
    InputError
        If it is missing, broken or lacks a column; so do the methods where they cannot read on.
    """

    def __init__(self, path: Path, wanted: Collection[str]) -> None:
        self.path = path
        if not path.is_file():
            raise broken(path, "the result folder lacks this file")
        self._file: pq.ParquetFile = self._reading(lambda: pq.ParquetFile(path))
        self.names: list[str] = list(self._file.schema_arrow.names)
        missing = [name for name in wanted if name not in self.names]
        if missing:
            more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
            raise broken(path, f"lacks the column '{clean(missing[0])}'{more}")

    def __len__(self) -> int:
        return int(self._file.metadata.num_rows)

    def _reading(self, read: Any) -> Any:
        try:
            return read()
        except (OSError, ValueError, KeyError, TypeError, NotImplementedError) as error:
            # pyarrow's own errors are kinds of these.
            raise broken(self.path, f"it cannot be read: {clean(str(error), 120)}") from None

    def _group(self, number: int, columns: list[str] | None) -> pa.Table:
        table: pa.Table = self._reading(lambda: self._file.read_row_group(number, columns))
        return table

    def whole(self) -> pa.Table:
        """Return everything."""
        table: pa.Table = self._reading(self._file.read)
        return table

    def column(self, name: str) -> NDArray[np.float64]:
        """Return a column as numbers."""
        numbers = np.empty(len(self))
        at = 0
        for group in range(self._file.num_row_groups):
            piece = self._group(group, [name]).column(0)
            numbers[at : at + len(piece)] = self._reading(
                lambda piece=piece: piece.to_numpy().astype(np.float64)
            )
            at += len(piece)
        return numbers

    def part(self, name: str, first: int, rows: int) -> NDArray[np.float64]:
        """Return some rows of a column as numbers; groups that hold others only are not read."""
        numbers = np.empty(rows)
        at = 0
        for group in range(self._file.num_row_groups):
            length = self._file.metadata.row_group(group).num_rows
            low, high = max(first, at), min(first + rows, at + length)
            if low < high:
                piece = self._group(group, [name]).column(0).slice(low - at, high - low)
                numbers[low - first : high - first] = self._reading(
                    lambda piece=piece: piece.to_numpy().astype(np.float64)
                )
            at += length
        return numbers

    def distinct(self, name: str) -> set[str]:
        """Return the names that a column holds."""
        found: set[str] = set()
        for group in range(self._file.num_row_groups):
            piece = self._group(group, [name]).column(0)
            found.update(str(item) for item in piece.unique().to_pylist() if item is not None)
        return found

    def of_run(self, run: int) -> pa.Table:
        """Return the rows of one run; parts of the file that hold other runs are not read."""
        at = self.names.index("run")
        pieces = [self._file.schema_arrow.empty_table()]
        for group in range(self._file.num_row_groups):
            facts = self._file.metadata.row_group(group).column(at).statistics
            if facts is not None and facts.has_min_max and not facts.min <= run <= facts.max:
                continue
            table = self._group(group, None)
            pieces.append(table.filter(pc.equal(table["run"], run)))
        return pa.concat_tables(pieces)
