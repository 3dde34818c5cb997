"""The parameters of the scenario language, read off its models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, get_args, get_origin

from pydantic.fields import FieldInfo

from sim.world.figures import Amount, Count, Figure, Kilometres, Part, Rate, Share, Signed
from sim.world.fitted import SOURCE
from sim.world.ladder import DEFAULT_LADDER, Rung
from sim.world.scenario import Scenario
from sim.world.shape import is_part, items_of, options

KEYS = {
    "states": "STATE", "flashpoints": "FLASHPOINT", "treaties": "TREATY", "moves": "MOVE",
    "ties": "TIE",
    "events": "EVENT", "ladder": "RUNG", "types": "TYPE",
}  # fmt: skip
"""What stands for an entry's own name in a path."""


class Parameter(NamedTuple):
    """One field of the scenario language."""

    part: str
    """Name of the model it belongs to."""
    key: str
    path: str
    """Where it stands, entries' names in capitals: ``states.STATE.capability``."""
    info: FieldInfo

    @property
    def field(self) -> str:
        """The name that the table of rows has for it: Part.key."""
        return f"{self.part}.{self.key}"

    @property
    def meaning(self) -> str:
        """What the language says of it."""
        return self.info.description or ""


def parts_in(kinds: list[Any]) -> list[type[Part]]:
    """Return the models among types, below lists and mappings too; a figure counts as a number."""
    return [kind for kind in (*kinds, *items_of(kinds)) if is_part(kind) and kind is not Figure]


def parameters(part: type[Part] = Scenario, place: str = "") -> Iterator[Parameter]:
    """Yield every field of the language, each followed by the fields it holds."""
    for name, info in part.model_fields.items():
        key = info.alias or name
        path = f"{place}.{key}" if place else key
        yield Parameter(part.__name__, key, path, info)
        for inner in parts_in(options(info.annotation)):
            yield from parameters(inner, f"{path}.{KEYS[key]}" if key in KEYS else path)


def words_of(kinds: list[Any]) -> list[Any]:
    """Return the words that can stand in a field, if it is a choice, in the order of the model."""
    found = (kind for kind in (*kinds, *items_of(kinds)) if get_origin(kind) is Literal)
    return list(dict.fromkeys(word for kind in found for word in get_args(kind)))


def figures_of(info: FieldInfo) -> list[Any]:
    """Return the kinds of number that a field holds: itself, or as entries of a mapping."""
    kinds = (Amount, Count, Kilometres, Rate, Share, Signed)
    # an annotation that pydantic has taken apart keeps its bounds beside it
    own = [kind for kind in kinds if set(map(id, get_args(kind)[1:])) & set(map(id, info.metadata))]
    return own or [kind for kind in kinds if _holds(info.annotation, kind)]


def _holds(annotation: Any, kind: Any) -> bool:
    return annotation == kind or any(_holds(inner, kind) for inner in get_args(annotation))


def bounds(kind: Any) -> tuple[float, float]:
    """Return the lowest and the highest value of a kind of number."""
    extra = next(item.json_schema_extra for item in get_args(kind) if isinstance(item, FieldInfo))
    assert isinstance(extra, dict)
    limits: Any = extra["range"]
    return float(limits["minimum"]), float(limits["maximum"])


def range_of(info: FieldInfo) -> str:
    """Say what a field can hold, from its model."""
    kinds = options(info.annotation)
    if numbers := figures_of(info):
        low, high = bounds(numbers[0])
        return f"{low:g} to {high:,g}"
    if words := words_of(kinds):
        return ", ".join(str(word) for word in words)
    limits = {type(item).__name__: item for item in info.metadata}
    if int in kinds and {"Ge", "Le"} <= set(limits):
        return f"{limits['Ge'].ge} to {limits['Le'].le:,}"
    if bool in kinds:
        return "true, false"
    origins = [get_origin(kind) for kind in kinds]
    if dict in origins:
        return "a mapping"
    if parts_in(kinds):
        return "a list of parts" if tuple in origins else "a part"
    if tuple in origins:
        return "latitude, longitude" if float in items_of(kinds) else "a list of names"
    return "a word"


def default_of(parameter: Parameter) -> str:
    """Say what a field holds where nothing is given, from its model; empty if it must be given."""
    if parameter.part == Rung.__name__ and parameter.field != "Rung.key":
        return _along_the_ladder(parameter.key)
    info = parameter.info
    if info.is_required():
        return ""
    value = info.get_default(call_default_factory=True)
    if isinstance(value, dict):
        value = value.get("value", value or "none")
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Part):
        return "its defaults"
    if isinstance(value, tuple):
        return ", ".join(getattr(item, "key", str(item)) for item in value) or "none"
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _along_the_ladder(key: str) -> str:
    """Say what the default ladder holds, from its lowest rung to its highest."""
    name = next(n for n, f in Rung.model_fields.items() if (f.alias or n) == key)
    values = [getattr(rung, name) for rung in DEFAULT_LADDER]
    if isinstance(values[0], Figure):
        return "ladder: " + ", ".join(f"{float(value):g}" for value in values)
    if isinstance(values[0], bool):
        first = next((rung.key for rung in DEFAULT_LADDER if getattr(rung, name)), None)
        return f"ladder: from {first}" if first else "ladder: nowhere"
    told = dict.fromkeys(str(value) for value in values if value is not None)
    return "ladder: " + (", ".join(told) or "none")


def source_of(parameter: Parameter) -> str:
    """Say where a field's default comes from: fitted, a judgement, or nothing to have a source."""
    if parameter.part == Rung.__name__:
        return "judgement"
    info = parameter.info
    value = None if info.is_required() else info.get_default(call_default_factory=True)
    if isinstance(value, dict) and value.get("source") == SOURCE:
        return "fitted"
    if info.is_required() or value is None or value in ((), {}):
        return "the scenario file"
    return "judgement"
