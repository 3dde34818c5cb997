"""What happened: the cases of the record, and the rules that put them on the model's scales."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib.resources import files
from math import ceil
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from sim.outcomes.columns import ENDINGS

DAYS_PER_MONTH = 30.4375
WAR_RUNG = "major_war"
"""Where the record speaks of war, at least this rung was reached."""
MONTHS: tuple[tuple[str, int], ...] = (
    ("1", 1), ("2 to 3", 3), ("4 to 6", 6), ("7 to 12", 12), ("over 12", 10**6),
)  # fmt: skip
"""Classes of length: label and last month."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Act(_Part):
    """An act of the record: its level in the move list, and what it was."""

    level: int = Field(ge=1, le=7)
    what: str


class End(_Part):
    """How the record says a case ended; the facts that the rule for endings reads."""

    war: bool = False
    nuclear: bool = False
    gave_way: Literal["challenger", "holder", "both", "nobody"] = "nobody"
    why: str


class Case(_Part):
    """A case of the record."""

    start: date
    over: date
    length_known: bool = True
    first: Act
    top: Act
    end: End
    second: End | None = None
    came: dict[str, bool]
    source: str
    leaves_out: str


class BaseRate(_Part):
    """A share in a larger body of cases."""

    value: float = Field(ge=0, le=1)
    n: int
    source: str


class Record(_Part):
    """All cases, with what they are read by."""

    sources: dict[str, str]
    ladder: dict[int, str]
    base_rates: dict[str, BaseRate]
    cases: dict[str, Case]


@cache
def record() -> Record:
    """Return the record that comes with the program."""
    text = files(__package__).joinpath("cases.yaml").read_text(encoding="utf-8")
    return Record.model_validate(yaml.safe_load(text))


def ending_of(end: End) -> str:
    """Return the ending of the model that a case's end stands for.

    In this order: nuclear weapons were used; it came to war; both gave something, by an agreement
    spoken or not; the holder let the challenger have what its move took; the challenger ended it
    without what it had moved for; else force below war decided.
    """
    if end.nuclear:
        return "nuclear_use"
    if end.war:
        return "war"
    return {
        "both": "settlement",
        "holder": "acquiescence",
        "challenger": "deterrence_held",
        "nobody": "limited_conflict",
    }[end.gave_way]


def ending_number(end: End) -> int:
    """Return the number of that ending among `ENDINGS`."""
    return ENDINGS.index(ending_of(end))


def opening_rung(case: Case, rungs: tuple[str, ...], highest: str) -> int:
    """Return the number of the rung of a case's first act, at most what can be reached from rest.

    Parameters
    ----------
    rungs : tuple of str
        The ladder of the scenario.
    highest : str
        Its rule ``from_rest``.
    """
    return min(rungs.index(record().ladder[case.first.level]), rungs.index(highest))


def top_rung(case: Case, rungs: tuple[str, ...]) -> int:
    """Return the number of the highest rung of a case: its top act's, at least that of a war."""
    coded = rungs.index(record().ladder[case.top.level])
    return max(coded, rungs.index(WAR_RUNG)) if case.end.war else coded


def months(case: Case) -> int:
    """Return how many months a case lasted, begun ones counted whole."""
    return max(1, ceil((case.over - case.start).days / DAYS_PER_MONTH))


def length_class(lasted: int) -> int:
    """Return the number of the class in `MONTHS` that a length in months falls in."""
    return next(number for number, (_, last) in enumerate(MONTHS) if lasted <= last)
