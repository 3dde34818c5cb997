"""The file of a room: one line an event, forced to the disk before anything is done with it.

A last line that was cut off is an event that was never acknowledged, and is written over.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

Event = dict[str, Any]


class Journal:
    """A file of events that is open.

    Parameters
    ----------
    file : Path
        One that `begun` made.

    Attributes
    ----------
    events : list of dict
        Those it held when it was opened.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        whole = file.read_bytes().rpartition(b"\n")[0]
        self.events: list[Event] = [json.loads(line) for line in whole.splitlines()]
        self._out: Any = file.open("r+", encoding="utf-8")
        self._out.seek(len(whole) + 1 if whole else 0)
        self._out.truncate()

    @classmethod
    def begun(cls, file: Path, first: Event) -> Journal:
        """Make a new file with its first event."""
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as out:
            _put(out, first)
        return cls(file)

    def put(self, event: Event) -> None:
        """Write an event; it is on the disk when this returns."""
        _put(self._out, event)

    def close(self) -> None:
        """Let go of the file."""
        self._out.close()


def _put(out: Any, event: Event) -> None:
    out.write(json.dumps(event, ensure_ascii=False) + "\n")
    out.flush()
    os.fsync(out.fileno())
