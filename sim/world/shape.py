"""The shape of the scenario language, read off its models: which keys can stand where.

Error messages name the keys that would have been right, and `--set` finds its way, by walking
the annotations of the models; so a new field needs no entry anywhere else.
"""

from __future__ import annotations

import types
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from sim.world.figures import Figure, Part
from sim.world.problems import Path
from sim.world.scenario import Scenario


def options(kind: Any) -> list[Any]:
    """Return the alternatives a type allows, without `None` and without validators."""
    origin = get_origin(kind)
    if origin is Annotated:
        return options(get_args(kind)[0])
    if origin in (Union, types.UnionType):
        return [option for part in get_args(kind) for option in options(part)]
    return [] if kind is type(None) else [kind]


def is_part(kind: Any) -> bool:
    """Tell whether a type is one of the models, with named fields."""
    return isinstance(kind, type) and issubclass(kind, Part)


@cache
def fields(kind: Any) -> dict[str, Any]:
    """Return the types of a model's fields under the names a file gives them."""
    return {
        field.alias or name: field.annotation
        for name, field in getattr(kind, "model_fields", {}).items()
    }


def step(kind: Any, token: str | int) -> list[Any]:
    """Return the types that can stand under a key or an index of a type; none if it has no such."""
    if is_part(kind):
        return options(fields(kind)[str(token)]) if token in fields(kind) else []
    fits = isinstance(token, str) if get_origin(kind) is dict else isinstance(token, int)
    return items_of([kind]) if fits else []


def is_free(kinds: list[Any]) -> bool:
    """Tell whether keys are free at types: names of states, of flashpoints, paths."""
    return any(get_origin(kind) is dict for kind in kinds)


def items_of(kinds: list[Any]) -> list[Any]:
    """Return the types of the entries of lists and of mappings with free keys."""
    found: list[Any] = []
    for kind in kinds:
        if get_origin(kind) is dict:
            found += options(get_args(kind)[1])
        elif get_origin(kind) is tuple:
            found += options(get_args(kind)[0])
    return found


def kinds_at(path: Path) -> list[Any]:
    """Return the types that can stand at a path of a scenario; none if nothing can."""
    kinds: list[Any] = [Scenario]
    for token in path:
        kinds = [found for kind in kinds for found in step(kind, token)]
    return kinds


def known_keys(path: Path) -> list[str]:
    """Return the keys the format knows at a path; none where keys are free, as names of states."""
    return [key for kind in kinds_at(path) if is_part(kind) for key in fields(kind)]


def required_keys(path: Path) -> list[str]:
    """Return the keys that must be given at a path."""
    return [
        field.alias or name
        for kind in kinds_at(path)
        if is_part(kind)
        for name, field in kind.model_fields.items()
        if field.is_required()
    ]


def field_at(path: Path) -> FieldInfo | None:
    """Return the declaration of the field at a path; None for a free key or an unknown one."""
    for kind in kinds_at(path[:-1]):
        if path and is_part(kind):
            for name, field in kind.model_fields.items():
                if (field.alias or name) == path[-1]:
                    declared: FieldInfo = field
                    return declared
    return None


def description(path: Path) -> str:
    """Return what the format says of the field at a path."""
    field = field_at(path)
    return (field.description or "") if field else ""


def has_default(path: Path) -> bool:
    """Tell whether the key at a path may be left out; so may a key the format does not know."""
    field = field_at(path)
    return not field.is_required() if field else not kinds_at(path)


def plainest(kind: Any) -> Any:
    """Return a neutral value of a type, to stand in for a broken one while the rest is checked."""
    first = options(kind)[0] if options(kind) else None
    origin = get_origin(first)
    if origin is Literal:
        return get_args(first)[0]
    if first is Figure:
        return 0
    if is_part(first) or origin is dict:
        return {}
    if origin is tuple:
        return [plainest(part) for part in get_args(first)[:1]]
    neutral: dict[Any, Any] = {str: "", bool: False, int: 1, float: 0.0}
    return neutral.get(first)
