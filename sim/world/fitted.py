"""The values that are fitted to the record, in one file that `deter calibrate` writes.

Every scenario draws on them, unless it sets its own: they are the defaults of its rules. Nothing
else in the program is fitted to anything.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

FILE = "fitted.json"
SOURCE = "deter calibrate"


@cache
def fitted() -> dict[str, Any]:
    """Return the file: how it was made, and by path a value with its 90 % interval."""
    found: dict[str, Any] = json.loads(
        resources.files(__package__).joinpath(FILE).read_text(encoding="utf-8")
    )
    return found


def fitted_figure(path: str) -> dict[str, Any]:
    """Return a fitted value as a figure with its source."""
    value = fitted()["values"][path]
    note = f"fitted to base rates, 90 % interval {value['low']:g} to {value['high']:g}"
    return {"value": value["value"], "source": SOURCE, "note": note}
