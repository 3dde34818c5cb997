"""What a trial of a fact is: what is set at each point, what is measured, what must come out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple

from sim.engines.band import scaled
from sim.evidence.facts.outcomes import Outcome
from sim.files.check import load_scenario
from sim.world.scenario import Scenario

Kind = Literal["set", "within", "tested", "least"]
"""How causes are laid out: set by hand at each point; an association within one ensemble; pacts
that were tested against all pacts; the least value of a grid at which something is deterred."""
Sign = Literal["+", "−", "0", "0/−", "peak"]
Verdict = Literal["holds", "fails", "not clear"]
Emulates = Literal["the game", "MID-like", "ICB-like"]
"""Which events the cases are like: those of a formal game, which stand for no data; militarized
disputes, of which 2 to 6 per cent become war; or international crises, of which 13 to 25 do."""


class Fact(NamedTuple):
    """A stylised fact of the field."""

    id: str
    cause: str
    effect: str
    sign: str
    source: str
    caveat: str


class Point(NamedTuple):
    """One value of the cause."""

    label: str
    settings: Mapping[str, Any]


class Missing(NamedTuple):
    """A fact that is not tried, and why."""

    why: str


@dataclass(frozen=True)
class Trial:
    """One test of a fact on simulated ensembles with shared luck.

    Parameters
    ----------
    setting : str
        A packaged scenario, or one of `settings`.
    what : str
        What is set at the points.
    points : tuple of Point
        From less to more of the cause.
    outcome : Outcome
    sign : Sign
        Of the outcome at the last point less that at the first; of a peak, which point it is at
        stands in `peak`.
    given : mapping
        What is set at every point.
    runs : int
        At each point.
    band : float
        Half the width of the interval within which a difference counts as none.
    grid : tuple of Point
        Where the least value that deters is sought, at every point.
    level : float
        Share at which the outcome counts as deterred.
    note : str
        Why the model gets the fact wrong, as far as its own working tells; or what else is to be
        known of the trial.
    caveat : bool
        Whether it tries what the caveat says, not the fact itself.
    known : Verdict
        What it comes to today, so that a change of the model that turns it is noticed.
    """

    setting: str
    what: str
    points: tuple[Point, ...]
    outcome: Outcome
    sign: Sign
    given: Mapping[str, Any] = field(default_factory=dict)
    kind: Kind = "set"
    emulates: Emulates = "MID-like"
    runs: int = 2000
    band: float = 0.0
    peak: int = -1
    grid: tuple[Point, ...] = ()
    level: float = 0.0
    note: str = ""
    caveat: bool = False
    known: Verdict = "holds"

    def scenario(self, point: Point, precision: float = 1.0, more: Point | None = None) -> Scenario:
        """Return the scenario of a point, every precision of choice multiplied by a factor."""
        also = more.settings if more else {}
        made = setting(self.setting).set({**self.given, **point.settings, **also})
        return made if precision == 1.0 else scaled(made, precision)


@cache
def setting(name: str) -> Scenario:
    """Return one of the settings of this package, or else a packaged scenario."""
    own = files("sim.evidence.facts") / "settings" / f"{name}.yaml"
    return load_scenario(str(own) if own.is_file() else name)


@cache
def facts() -> dict[str, Fact]:
    """Return the facts by their id."""
    text = (files("sim.evidence.facts") / "facts.json").read_text(encoding="utf-8")
    return {row["id"]: Fact(**row) for row in json.loads(text)}


def points(path: str, *values: Any, also: Mapping[str, Any] | None = None) -> tuple[Point, ...]:
    """Return points at which one field takes one value after the other."""
    return tuple(Point(f"{value:g}", {path: value, **(also or {})}) for value in values)
