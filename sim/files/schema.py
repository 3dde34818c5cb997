"""JSON Schema of the scenario file, for editors that complete and check while one types."""

from __future__ import annotations

import copy
from typing import Any

from sim.world.scenario import Scenario

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_EXTENDS = {
    "type": "string",
    "minLength": 1,
    "description": "scenario that this one changes: a file in this folder or a packaged name",
}


def scenario_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a scenario file.

    A file that extends another gives only what it changes: nothing is required in it, and
    null removes a key.
    """
    whole = Scenario.model_json_schema(by_alias=True, mode="validation")
    definitions: dict[str, Any] = whole.pop("$defs")
    _ladder_by_name(whole)
    for part in (whole, *definitions.values()):
        _ranges(part)
        _defaults(part)
    for section in ("states", "moves", "flashpoints", "treaties"):
        whole["properties"][section]["propertyNames"] = {"pattern": "^[a-z][a-z0-9_]{0,63}$"}
    changed = _partial(whole, definitions)
    changed["properties"]["extends"] = _EXTENDS
    changed["required"] = ["extends"]
    return {
        "$schema": DIALECT,
        "title": "deter scenario",
        "description": "A scenario of deterrence: states, flashpoints, treaties and events.",
        "if": {"type": "object", "required": ["extends"]},
        "then": {"$ref": "#/$defs/ScenarioChanges"},
        "else": {"$ref": "#/$defs/Scenario"},
        "$defs": {**definitions, "Scenario": whole, "ScenarioChanges": changed},
    }


def _ladder_by_name(whole: dict[str, Any]) -> None:
    ladder = whole["properties"]["ladder"]
    rungs = {key: ladder.pop(key) for key in list(ladder) if key not in ("title", "description")}
    rungs.pop("default", None)
    ladder.update({"anyOf": [{"const": "default"}, rungs], "default": "default"})


def _ranges(node: Any) -> None:
    """Give bare numbers and figures the range that the field allows."""
    if isinstance(node, list):
        for item in node:
            _ranges(item)
    if not isinstance(node, dict):
        return
    span = node.pop("range", None)
    if span is not None:
        for key in ("$ref", "anyOf", "allOf"):
            node.pop(key, None)
        mapping = {"type": "object", "properties": {"value": span}}
        node["anyOf"] = [
            {"type": "number", **span},
            {"allOf": [{"$ref": "#/$defs/Figure"}, mapping]},
        ]
    for item in node.values():
        _ranges(item)


def _defaults(node: Any) -> None:
    """Write defaults as a file would give them: bare numbers, nothing that is null."""
    if isinstance(node, list):
        for item in node:
            _defaults(item)
    if isinstance(node, dict):
        if "default" in node:
            node["default"] = _short(node["default"])
            if node["default"] is None:
                del node["default"]
        for key, item in node.items():
            if key != "default":
                _defaults(item)


def _short(value: Any) -> Any:
    if isinstance(value, dict):
        given = {key: _short(item) for key, item in value.items() if item is not None}
        return given["value"] if list(given) == ["value"] else given
    return [_short(item) for item in value] if isinstance(value, list) else value


def _partial(whole: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """Copy a schema and what its mappings hold so that every key may be left out or null."""
    changed = copy.deepcopy(whole)
    changed.pop("required", None)
    for name, field in changed["properties"].items():
        changed["properties"][name] = {"anyOf": [_changing(field, definitions), {"type": "null"}]}
    return changed


def _changing(field: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a field in a file that extends another."""
    field = {key: value for key, value in field.items() if key != "minProperties"}
    items = field.get("additionalProperties")
    if isinstance(items, dict):
        inner = _changing(items, definitions)
        field["additionalProperties"] = {"anyOf": [inner, {"type": "null"}]}
    reference = str(field.get("$ref", "")).rpartition("/")[2]
    if reference and reference != "Figure":
        name = f"{reference}Changes"
        if name not in definitions:
            definitions[name] = {}
            definitions[name].update(_partial(definitions[reference], definitions))
        field["$ref"] = f"#/$defs/{name}"
    return field
