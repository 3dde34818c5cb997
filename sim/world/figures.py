"""Numbers that can carry their source.

Every numeric field of a scenario may be a bare number or ``{value, source, year, note}``.
Both become a `Figure`; rules only ever see the value, `describe` and the report show the rest.
"""

from __future__ import annotations

import math
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError


class Part(BaseModel):
    """Base of everything in a scenario: frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Figure(Part):
    """A number with where it comes from.

    Parameters
    ----------
    value : float
        The number itself; finite.
    source, note : str, optional
        Where it was read, and what was done to it.
    year : int, optional
        The year it describes.
    """

    value: float
    source: str | None = None
    year: int | None = Field(default=None, ge=-3000, le=3000)
    note: str | None = None

    def __float__(self) -> float:
        return self.value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"anyOf": [{"type": "number"}, handler(core_schema)]}


OF_THE_VALUE = ("not_a_number", "not_finite", "out_of_range", "not_whole")
"""Kinds of findings that are about the number of a figure, not about the mapping that holds it."""


def _checked(low: float, high: float, whole: bool) -> BeforeValidator:
    """A validator that wraps a bare number and checks its range, in the words of the error list."""

    def check(raw: Any) -> Any:
        if isinstance(raw, Figure):
            value: Any = raw.value
        elif isinstance(raw, dict):
            if "value" not in raw:
                raise PydanticCustomError(
                    "figure_without_value", "a figure given as a mapping needs the key 'value'"
                )
            value = raw["value"]
        else:
            value = raw
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise PydanticCustomError(
                "not_a_number",
                "expected a number{range}",
                {"range": f" from {low:g} to {high:g}"},
            )
        if not math.isfinite(value):
            raise PydanticCustomError("not_finite", "the number must be finite")
        if not low <= value <= high:
            raise PydanticCustomError(
                "out_of_range",
                "{value} is outside the range {low} to {high}",
                {"value": f"{value:g}", "low": f"{low:g}", "high": f"{high:g}"},
            )
        if whole and value != int(value):
            raise PydanticCustomError("not_whole", "expected a whole number")
        return raw if isinstance(raw, dict | Figure) else {"value": float(value)}

    return BeforeValidator(check)


def _bounds(low: float, high: float, whole: bool) -> Any:
    extra: dict[str, Any] = {"minimum": low, "maximum": high}
    return Annotated[Figure, _checked(low, high, whole), Field(json_schema_extra={"range": extra})]


Share = _bounds(0.0, 1.0, False)
"""A figure in [0, 1]."""
LARGEST = 1000.0
"""The largest amount."""
Amount = _bounds(0.0, LARGEST, False)
"""A figure in [0, 1000]: capability units, utilities, factors."""
Kilometres = _bounds(0.0, 20040.0, False)
"""A distance on the Earth, km."""
Signed = _bounds(-10.0, 10.0, False)
"""A figure in [-10, 10], such as a political position."""
Rate = _bounds(0.0, 10.0, False)
"""A rate per year in [0, 10]."""
Count = _bounds(0.0, 1200.0, True)
"""A whole number of turns or of equivalents."""
