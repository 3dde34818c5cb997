"""One parameter point of a known result, and what the rules give for it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sim.world.problems import InputError, clean, shown


class NoAnswer(Exception):
    """The rules give no answer at a point; the text says why."""


Value = float | bool | str | list[float]
"""A quantity that a result is about."""


@dataclass(frozen=True)
class Step:
    """A row of a convergence table: what the rules give short of the limit.

    Parameters
    ----------
    precision : float
        lambda, on the scale of the case's utilities.
    types : int
        How many private types stand for a continuum; 0 where there is none.
    values : mapping
        Raw values by quantity.
    regret : float
        The most that anybody could still gain by another choice, on the scale of utilities.
    games : int
        How many games are looked ahead to; 0 where that is no limit.
    """

    precision: float
    types: int
    values: Mapping[str, float]
    regret: float
    games: int = 0


@dataclass(frozen=True)
class Obtained:
    """What the rules give at a point.

    Parameters
    ----------
    values : mapping
        By the names of the quantities the case expects; more than those is harmless.
    steps : sequence of Step
        Empty where no limit was taken.
    note : str
        Which branch, if several equilibria exist.
    """

    values: Mapping[str, Value]
    steps: Sequence[Step] = field(default=())
    note: str = ""


class Point:
    """The parameters of a case, read by name.

    Parameters
    ----------
    params : mapping
        As the file has them.
    where : str
        Names file, result and case in messages.
    """

    def __init__(self, params: Mapping[str, Any], where: str) -> None:
        self.params, self.where = params, where

    def wrong(self, text: str, remedy: str) -> InputError:
        """Return an error about this point, to be raised."""
        return InputError(f"{self.where}: {text}\n    {remedy}")

    def has(self, name: str) -> bool:
        """Whether a parameter is given."""
        return name in self.params

    def _raw(self, name: str) -> Any:
        if name not in self.params:
            given = ", ".join(clean(str(key)) for key in self.params)
            raise self.wrong(f"params lack '{name}'", f"add it; given are: {given or 'none'}")
        return self.params[name]

    def number(
        self, name: str, low: float = -1e12, high: float = 1e12, above: float | None = None
    ) -> float:
        """Return a finite number within [low, high] (and above a bound), or raise InputError."""
        return self._number(self._raw(name), f"'{name}'", low, high, above)

    def _number(
        self, raw: Any, name: str, low: float, high: float, above: float | None = None
    ) -> float:
        if isinstance(raw, bool) or not isinstance(raw, int | float):
            raise self.wrong(f"{name} is {shown(raw)}", "write a number")
        if abs(raw) > 1e300 or not math.isfinite(raw):
            raise self.wrong(f"{name} is {shown(raw)}", "write a finite number")
        value = float(raw)
        if above is not None and value <= above:
            raise self.wrong(f"{name} is {shown(raw)}", f"write a number above {above:g}")
        if not low <= value <= high:
            remedy = f"write a number from {low:g} to {high:g}"
            raise self.wrong(f"{name} is {shown(raw)}", remedy)
        return value

    def chance(self, name: str) -> float:
        """Return a number in [0, 1]."""
        return self.number(name, 0.0, 1.0)

    def whole(self, name: str, low: int, high: int) -> int:
        """Return a whole number within [low, high]."""
        value = self.number(name, low, high)
        if value != int(value):
            raise self.wrong(f"'{name}' is {value:g}", "write a whole number")
        return int(value)

    def numbers(self, name: str, low: float, high: float, most: int = 1000) -> list[float]:
        """Return a list of numbers, each within [low, high]."""
        raw = self._raw(name)
        if not isinstance(raw, list) or not 0 < len(raw) <= most:
            raise self.wrong(f"'{name}' is {shown(raw)}", f"write a list of 1 to {most} numbers")
        return [self._number(item, f"'{name}[{i}]'", low, high) for i, item in enumerate(raw)]

    def need(self, holds: bool, text: str) -> None:
        """Raise InputError unless an assumption of the result holds."""
        if not holds:
            raise self.wrong(f"the result assumes {text}", "give a point at which it holds")
