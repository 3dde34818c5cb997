"""Addressing any field of a scenario by name: treaties.us_japan.trigger.

Events are addressed by their name or their number, types and rungs by their key:
events.election.enabled, states.japan.types.resolute.prior, ladder.blockade.slip.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sim.world.figures import Figure
from sim.world.plain import holds, plain
from sim.world.problems import Path, Problem, ScenarioError, names_in_short, near, shown
from sim.world.references import unknown
from sim.world.scenario import Scenario
from sim.world.shape import fields, has_default, is_free, is_part, items_of, kinds_at, options
from sim.world.validation import examine

SOURCE = "--set"
"""What stands as the source of a figure that was set by path."""


def with_set(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """Return a scenario with some fields changed, checked as a file would be.

    Parameters
    ----------
    scenario : Scenario
        Stays as it is.
    changes : mapping of str to Any
        PATH: new value. A number given for a figure replaces its source too. None leaves a
        field to its default, or removes an entry of a mapping, as in a file that extends another.

    Raises
    ------
    ScenarioError
        If a path addresses nothing, or the scenario would not be valid.
    """
    data = plain(scenario)
    problems: list[Problem] = []
    for text, value in changes.items():
        path = find(data, text)
        if isinstance(path, Problem):
            problems.append(path)
        elif value is None and not _exists(data, path):
            problems.append(Problem((text,), "is not given, so it cannot be removed"))
        else:
            _put(data, path, sourced(kinds_at(path), value))
    if not problems:
        changed, problems = examine(data)
        if changed is not None:
            return changed
        problems = [_as_typed(problem, changes) for problem in problems]
    raise ScenarioError(problems)


def _as_typed(problem: Problem, changes: Mapping[str, Any]) -> Problem:
    """Name a figure by the path that was set, not by the value it became."""
    path = problem.path
    if path[-1:] == ("value",) and Figure in kinds_at(path[:-1]) and problem.key not in changes:
        return replace(problem, path=path[:-1])
    return problem


def switched(scenario: Scenario, treaty: str, enabled: bool) -> Scenario:
    """Return a scenario with one treaty enabled or disabled."""
    if treaty not in scenario.treaties:
        raise ScenarioError(list(unknown((), treaty, scenario.treaties, "treaty")))
    return with_set(scenario, {f"treaties.{treaty}.enabled": enabled})


def find(data: Any, text: str) -> Path | Problem:
    """Resolve a path as users write it against the plain data of a scenario.

    Returns
    -------
    path : tuple of str or int, or Problem
        A problem, with the nearest known name, if the path addresses no field.
    """
    tokens = text.split(".")
    path: Path = ()
    node = data
    while tokens:
        token = tokens.pop(0)
        kinds = kinds_at(path)
        if path[-1:] in (("set",), ("scale",)):
            token = ".".join([token, *tokens])
            tokens = []
        step = _step(node, kinds, path, token, last=not tokens)
        if isinstance(step, Problem):
            return Problem((text,), step.wrong, step.right, step.suggestion)
        if step == "value" and Figure in kinds and not tokens:
            break
        path = (*path, step)
        node = node[step] if holds(node, step) else None
    return path


def _step(node: Any, kinds: list[Any], path: Path, token: str, last: bool) -> str | int | Problem:
    """Return the key or the number that one part of a path stands for."""
    if isinstance(node, list):
        named = {name: n for n, name in enumerate(_item_names(node)) if name}
        if token in named:
            return named[token]
        if token.isascii() and token.isdigit() and len(token) < 6 and int(token) < len(node):
            return int(token)
        return _nothing(path, token, list(named) or [f"0 to {len(node) - 1}"])
    known = [key for kind in kinds if is_part(kind) for key in fields(kind)]
    if token in known:
        return token
    if not is_free(kinds) or isinstance(node, int | float):
        return _nothing(path, token, known)
    present = list(node) if isinstance(node, dict) else []
    # A new entry can be given, whole; the scenario is checked afterwards.
    if token in present or (last and token):
        return token
    return _nothing(path, token, present)


def _item_names(items: list[Any]) -> list[str | None]:
    """Return the names by which items of a list are addressed: their keys, or names."""
    return [
        (item.get("key") or item.get("name")) if isinstance(item, dict) else None for item in items
    ]


def _nothing(path: Path, token: str, known: list[str]) -> Problem:
    where = f" in {Problem(path, '').key}" if path else ""
    guess = near(token, known)
    right = f"known here: {names_in_short(known, 40)}" if known and not guess else ""
    return Problem(path, f"there is no {shown(token)}{where}", right, guess)


def _exists(data: Any, path: Path) -> bool:
    node = data
    for token in path:
        if not holds(node, token):
            return has_default(path)
        node = node[token]
    return True


def _put(data: Any, path: Path, value: Any) -> None:
    node = data
    for number, token in enumerate(path[:-1]):
        if isinstance(node, dict) and not isinstance(node.get(str(token)), dict | list):
            # A bare number whose source is set becomes a figure; what was left out, a mapping.
            bare = node.get(str(token))
            figure = Figure in kinds_at(path[: number + 1]) and bare is not None
            node[token] = {"value": bare} if figure else {}
        node = node[token]
    if value is None and isinstance(node, dict):
        node.pop(path[-1], None)
    else:
        node[path[-1]] = value


def sourced(kinds: list[Any], value: Any) -> Any:
    """Give every bare number that becomes a figure its new source."""
    if isinstance(value, int | float) and not isinstance(value, bool) and Figure in kinds:
        return {"value": value, "source": SOURCE}
    if isinstance(value, list):
        return [sourced(items_of(kinds), item) for item in value]
    if isinstance(value, dict):
        return {
            key: sourced(
                [
                    found
                    for kind in kinds
                    if is_part(kind)
                    for found in options(fields(kind).get(key))
                ]
                or items_of(kinds),
                item,
            )
            for key, item in value.items()
        }
    return value
