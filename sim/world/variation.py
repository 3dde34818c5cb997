"""The same few fields of a scenario set again and again, as a sweep does for each of its points.

`with_set` writes the whole scenario out and checks all of it anew. Most fields that are varied
belong to one part of it: there only that part is checked by itself, the others are kept as they
are, and what has to fit together is checked over the whole. Wherever that finds anything wrong,
or the field is of another kind, `with_set` has the last word, so that both always agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError

from sim.world.consistency import consistency
from sim.world.figures import Figure, Part
from sim.world.paths import find, sourced, with_set
from sim.world.plain import holds, plain
from sim.world.problems import Path, Problem, ScenarioError
from sim.world.scenario import Scenario
from sim.world.shape import kinds_at


class _Way(NamedTuple):
    """How a path leads to the part that holds its field, and to the value in that."""

    to: Path  # steps to the part, each an attribute, a key or an index
    field: str  # the part's attribute
    key: str | None  # of a figure in a mapping of figures
    kinds: list[Any]


class Variation:
    """A scenario some fields of which are to be set many times.

    Parameters
    ----------
    scenario : Scenario
        Stays as it is.
    paths : sequence of str
        PATH of each field, in the order in which values will be given.

    Raises
    ------
    ScenarioError
        If a path addresses nothing.
    """

    def __init__(self, scenario: Scenario, paths: Sequence[str]) -> None:
        self.scenario, self.paths = scenario, tuple(paths)
        data = plain(scenario)
        found = [find(data, path) for path in paths]
        problems = [path for path in found if isinstance(path, Problem)]
        if problems:
            raise ScenarioError(problems)
        self._ways = [_way(scenario, path) for path in found if not isinstance(path, Problem)]

    def at(self, values: Sequence[Any], checked: bool = False) -> Scenario:
        """Return the scenario with every field set.

        Parameters
        ----------
        values : sequence of Any
            One for each path, as `with_set` takes them.
        checked : bool
            Whether these values were found to fit together before.

        Raises
        ------
        ScenarioError
            If the scenario would not be valid.
        """
        changed = self.scenario
        try:
            for way, value in zip(self._ways, values, strict=True):
                if way is None or value is None:
                    return self._slowly(values)
                changed = _put(changed, way.to, way, sourced(way.kinds, value))
        except ValidationError:
            return self._slowly(values)
        if not checked and consistency(changed):
            return self._slowly(values)
        return changed

    def _slowly(self, values: Sequence[Any]) -> Scenario:
        return with_set(self.scenario, dict(zip(self.paths, values, strict=True)))


def _way(scenario: Scenario, path: Path) -> _Way | None:
    """Return how a path leads to a field that can be checked by itself; None if it does not."""
    node: Any = scenario
    to: list[str | int] = []
    for number, token in enumerate(path):
        if isinstance(node, Figure):
            return None  # its source or year: the number itself has to be checked with its field
        if isinstance(node, Part):
            field = _attribute(node, token)
            if field is None:
                return None
            left = path[number + 1 :]
            if not left:
                return _Way(tuple(to), field, None, kinds_at(path))
            child = getattr(node, field)
            if len(left) == 1 and isinstance(child, dict) and Figure in kinds_at(path):
                return _Way(tuple(to), field, str(left[0]), kinds_at(path))
            to.append(field)
            node = child
        elif holds(list(node) if isinstance(node, tuple) else node, token):
            to.append(token)
            node = node[token]
        else:
            return None
    return None


def _attribute(part: Part, key: str | int) -> str | None:
    for name, field in type(part).model_fields.items():
        if (field.alias or name) == key:
            return name
    return None


def _put(node: Any, to: Path, way: _Way, value: Any) -> Any:
    """Return what stands at `to` with one field set; what lies beside the way is shared."""
    if not to:
        if way.key is not None:
            value = {**getattr(node, way.field), way.key: value}
        return type(node).model_validate({**dict(node), way.field: value})
    step, rest = to[0], to[1:]
    if isinstance(node, Part):
        child = _put(getattr(node, str(step)), rest, way, value)
        return node.model_copy(update={str(step): child})
    if isinstance(node, dict):
        return {**node, step: _put(node[step], rest, way, value)}
    items = list(node)
    items[int(step)] = _put(items[int(step)], rest, way, value)
    return tuple(items)
