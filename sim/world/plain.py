"""A scenario as plain data: the form that files, paths and hashes work on."""

from __future__ import annotations

from typing import Any

from sim.world.figures import Figure, Part


def plain(value: Any) -> Any:
    """Return a scenario or a part of it as dictionaries, lists and scalars.

    Every field is given, defaults too, but for those that are None. Figures without a source
    become bare numbers. Reading the result gives an equal scenario.
    """
    if isinstance(value, Figure):
        number = _shortest(value.value)
        told = {
            key: getattr(value, key)
            for key in ("source", "year", "note")
            if getattr(value, key) is not None
        }
        return {"value": number, **told} if told else number
    if isinstance(value, Part):
        return {
            field.alias or name: plain(getattr(value, name))
            for name, field in type(value).model_fields.items()
            if getattr(value, name) is not None
        }
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def holds(node: Any, token: str | int) -> bool:
    """Tell whether plain data has anything under a key or an index."""
    if isinstance(node, dict):
        return token in node
    return isinstance(node, list) and isinstance(token, int) and 0 <= token < len(node)


def _shortest(number: float) -> float | int:
    return int(number) if number == int(number) and abs(number) < 1e15 else number
