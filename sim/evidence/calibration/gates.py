"""What the record says, and the gates that the generic world has to pass."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import NamedTuple


class Recorded(NamedTuple):
    """A rate of the record with its interval."""

    value: float
    low: float
    high: float
    n: int
    source: str


class Gate(NamedTuple):
    """The range in which a rate of the model has to lie."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        """The middle of the range."""
        return (self.low + self.high) / 2

    def distance(self, value: float) -> float:
        """Return how far a value is from the middle; 1 at the edge of the gate."""
        return abs(value - self.middle) / ((self.high - self.low) / 2)


GATES = {
    "war": Gate(0.02, 0.06),
    "reciprocated": Gate(0.45, 0.57),
    "war_given_reciprocated": Gate(0.04, 0.10),
    "days": Gate(30.0, 200.0),
}
"""By rate: wide enough to hold the record of any period (1816 on, 1946 on, 1990 on)."""


@cache
def record() -> dict[str, Recorded]:
    """Return the record by row: shares and days computed from the data sets named as sources."""
    file = resources.files(__package__).joinpath("record.json")
    return {
        row["id"]: Recorded(row["value"], row["lo"], row["hi"], row["n"], row["source"])
        for row in json.loads(file.read_text(encoding="utf-8"))
    }
