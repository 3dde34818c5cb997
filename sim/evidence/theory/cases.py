"""Reading a file of cases: parameter points of known results, and what is expected there.

The format is that of the packaged ``cases.json``: ``{"meta": {...}, "oracles": [{"id": "T01", ...,
"cases": [{"params": {...}, "expected": {...}, "tol": 1e-6}]}]}``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from sim.evidence.theory.point import Point, Value
from sim.files.opening import read_bytes
from sim.files.reader import parse
from sim.files.tree import Node, located
from sim.world.problems import InputError, Problem, ScenarioError, clean, shown

PACKAGED = "cases.json"
WANTED = "a file of cases (JSON), as docs/theory.md describes it"
MOST_CASES = 5000


@dataclass(frozen=True)
class Case:
    """A parameter point and what is expected there.

    Parameters
    ----------
    result, title : str
        Which known result.
    number : int
        Place among the cases of its result, from 0.
    point : Point
        Its parameters.
    expected : mapping
        Quantity -> expected value.
    tolerance : float
        Absolute, for numbers.
    """

    result: str
    title: str
    number: int
    point: Point
    expected: Mapping[str, Value]
    tolerance: float


def packaged() -> list[Case]:
    """Return the cases that come with the program."""
    content = resources.files("sim.evidence.theory").joinpath(PACKAGED).read_bytes()
    return _Reader(content, PACKAGED).cases()


def read_cases(path: Path) -> list[Case]:
    """Return the cases of a file.

    Raises
    ------
    InputError
        If the file cannot be read or is not in the format: the first thing that is wrong, where it
        stands, and what would be right.
    """
    return _Reader(read_bytes(path, WANTED), clean(str(path), 200)).cases()


class _Reader:
    def __init__(self, content: bytes, name: str) -> None:
        self.content, self.name = content, name
        self._tree: Node | None = None
        self._parsed = False

    # --- what is wrong, and where ---------------------------------------------------------------
    def _line(self, path: tuple[str | int, ...]) -> int | None:
        """Return the line on which something stands (JSON is YAML too, and that reader knows)."""
        if not self._parsed:
            self._parsed = True
            try:
                self._tree, _ = parse(self.content, self.name)
            except ScenarioError:
                self._tree = None
        return None if self._tree is None else located(self._tree, path).line

    def _wrong(self, path: tuple[str | int, ...], wrong: str, right: str) -> InputError:
        line = self._line(path) if path else None
        return InputError(str(Problem(path, wrong, right, file=self.name, line=line)))

    def _document(self) -> Any:
        try:
            return json.loads(
                self.content.decode("utf-8-sig"),
                parse_constant=_refuse,
                object_pairs_hook=_unlike,
            )
        except json.JSONDecodeError as error:
            problem = Problem((), f"is not JSON: {error.msg}", f"give {WANTED}", file=self.name,
                              line=error.lineno, column=error.colno)  # fmt: skip
            raise InputError(str(problem)) from None
        except (UnicodeDecodeError, RecursionError, ValueError) as error:
            what = {RecursionError: "is nested too deeply", UnicodeDecodeError: "is not UTF-8"}
            text = what.get(type(error), f"is not JSON: {clean(str(error), 120)}")
            raise self._wrong((), text, f"give {WANTED}") from None

    # --- the format -----------------------------------------------------------------------------
    def _mapping(self, raw: Any, path: tuple[str | int, ...]) -> dict[str, Any]:
        if not isinstance(raw, dict):
            raise self._wrong(path, f"is {shown(raw)}", "write a mapping: {...}")
        return raw

    def _list(self, raw: Any, path: tuple[str | int, ...]) -> list[Any]:
        if not isinstance(raw, list):
            raise self._wrong(path, f"is {shown(raw)}", "write a list: [...]")
        return raw

    def _member(self, raw: dict[str, Any], key: str, path: tuple[str | int, ...]) -> Any:
        if key not in raw:
            raise self._wrong(path, f"lacks '{key}'", f"add it, as in {WANTED[2:]}")
        return raw[key]

    def cases(self) -> list[Case]:
        """Return every case, in the order of the file."""
        document = self._mapping(self._document(), ())
        oracles = self._list(self._member(document, "oracles", ()), ("oracles",))
        found = [
            case for i, raw in enumerate(oracles) for case in self._result(raw, ("oracles", i))
        ]
        if not found:
            raise self._wrong(("oracles",), "holds no case", "add one")
        if len(found) > MOST_CASES:
            text = f"holds {len(found)} cases"
            raise self._wrong(("oracles",), text, f"give at most {MOST_CASES}")
        seen: set[tuple[str, int]] = set()
        for case in found:
            if (case.result, case.number) in seen:
                raise self._wrong(
                    ("oracles",), f"has {clean(case.result)} twice", "put its cases together"
                )
            seen.add((case.result, case.number))
        return found

    def _result(self, raw: Any, path: tuple[str | int, ...]) -> Iterator[Case]:
        entry = self._mapping(raw, path)
        name = self._member(entry, "id", path)
        if not isinstance(name, str) or not name:
            raise self._wrong((*path, "id"), f"is {shown(name)}", "name a result, such as 'T01'")
        title = entry.get("title", "")
        title = title if isinstance(title, str) else ""
        cases = self._list(self._member(entry, "cases", path), (*path, "cases"))
        for number, case in enumerate(cases):
            yield self._case(case, (*path, "cases", number), clean(name), title, number)

    def _case(
        self, raw: Any, path: tuple[str | int, ...], result: str, title: str, number: int
    ) -> Case:
        entry = self._mapping(raw, path)
        params = self._mapping(self._member(entry, "params", path), (*path, "params"))
        expected = self._mapping(self._member(entry, "expected", path), (*path, "expected"))
        if not expected:
            raise self._wrong((*path, "expected"), "is empty", "name a quantity and its value")
        for key, value in expected.items():
            if not _is_value(value):
                remedy = "write a number, true, false, a word or a list of numbers"
                raise self._wrong((*path, "expected", key), f"is {shown(value)}", remedy)
        tolerance = self._member(entry, "tol", path)
        if isinstance(tolerance, bool) or not _is_number(tolerance) or tolerance < 0.0:
            raise self._wrong((*path, "tol"), f"is {shown(tolerance)}", "write a number, 0 or more")
        line = self._line((*path, "params"))
        place = self.name if line is None else f"{self.name}:{line}"
        where = f"{place}: {result} case {number}"
        return Case(result, title, number, Point(params, where), expected, float(tolerance))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) < 1e300 and math.isfinite(value)


def _is_value(value: Any) -> bool:
    if isinstance(value, list):
        return all(_is_number(item) for item in value)
    return isinstance(value, bool | str) or _is_number(value)


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no number in JSON")


def _unlike(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"'{clean(twice)}' stands twice in one mapping")
    return found
