"""Plain data to a Scenario, or to the whole list of what is wrong with it.

Three kinds of mistakes are found in one pass: fields of the wrong kind (pydantic), and, even
where there are such, references and sums that do not fit together (`consistency`). For the
second, each broken field is replaced by a neutral value, and what follows from that is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from pydantic import ValidationError

from sim.world.consistency import LIMITS, consistency
from sim.world.figures import OF_THE_VALUE, Figure
from sim.world.plain import holds
from sim.world.problems import Path, Problem, consequences, names_in_short, near, shown
from sim.world.scenario import Scenario
from sim.world.shape import description, has_default, kinds_at, known_keys, plainest

MOST = 1000
"""How many problems are looked at; beyond that a file is not worth more words."""

WIDEST = 256
"""How many entries any list or mapping may have, where there is no lower limit."""

_ROUNDS = 8
_COUNTS = ("too_short", "too_long")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")

_WORDS: dict[str, tuple[str, str]] = {
    "string_type": (
        "{input} is not text",
        "write text; put it in quotes if it looks like a number",
    ),
    "bool_type": ("{input} is neither true nor false", "write true or false"),
    "bool_parsing": ("{input} is neither true nor false", "write true or false"),
    "int_type": ("{input} is not a whole number", "write a whole number"),
    "int_parsing": ("{input} is not a whole number", "write a whole number"),
    "int_from_float": ("{input} is not a whole number", "write a whole number"),
    "int_parsing_size": ("{input} is out of range", "write a smaller whole number"),
    "float_type": ("{input} is not a number", "write a number"),
    "float_parsing": ("{input} is not a number", "write a number"),
    "dict_type": ("{input} where a mapping is expected", "write keys and values, one a line"),
    "model_type": ("{input} where a mapping is expected", "write keys and values, one a line"),
    "tuple_type": ("{input} where a list is expected", "write a list, such as [a, b]"),
    "greater_than_equal": ("{input} is too small", "write {ge} or more"),
    "less_than_equal": ("{input} is too large", "write {le} or less"),
    "finite_number": ("{input} is not a finite number", "write a finite number"),
    "not_finite": ("{input} is not a finite number", "write a finite number"),
    "not_whole": ("{input} is not a whole number", "write a whole number"),
    "not_a_number": ("{input} is not a number", "write a number{range}"),
    "out_of_range": ("{value} is out of range", "write a number from {low} to {high}"),
    "figure_without_value": (
        "a figure given as a mapping needs the key 'value'",
        "write {{value: 0.5, source: ...}} or the bare number",
    ),
    "too_short": ("too few entries ({actual_length})", "give at least {min_length}"),
    "too_long": ("too many entries ({actual_length})", "give at most {max_length}"),
    "string_pattern_mismatch": (
        "{input} is no name",
        "use lower-case letters, digits and underscores, beginning with a letter",
    ),
}


def examine(data: Any) -> tuple[Scenario | None, list[Problem]]:
    """Turn plain data into a scenario.

    Parameters
    ----------
    data : Any
        What a scenario file holds, as dictionaries, lists and scalars.

    Returns
    -------
    scenario : Scenario or None
        None if there is any problem.
    problems : list of Problem
        All that is wrong, at most a thousand.
    """
    crowded = _crowded(data)
    if crowded:
        return None, crowded
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as error:
        local = _local(error, data)
        if len(local) == MOST:
            return None, local
        places = [problem.path for problem in local]
        mended = _mended(data, {problem.path: problem.of_key for problem in local})
        further = consistency(mended, places) if mended is not None else []
        local += [p for p in further if not consequences(p.path, places)]
        return None, local[:MOST]
    problems = consistency(scenario)[:MOST]
    return (None if problems else scenario), problems


def _crowded(data: Any) -> list[Problem]:
    """Refuse more of anything than the program is made for, before looking at each of them."""
    return list(islice(_wide(data, ()), MOST))


def _wide(node: Any, path: Path) -> Iterator[Problem]:
    if not isinstance(node, dict | list):
        return
    most = LIMITS.get(str(path[0]), WIDEST) if len(path) == 1 else WIDEST
    if len(node) > most:
        yield Problem(path, f"too many entries ({len(node)})", f"give at most {most}")
        return
    for key, item in node.items() if isinstance(node, dict) else enumerate(node):
        yield from _wide(item, (*path, key))


def _local(error: ValidationError, data: Any) -> list[Problem]:
    """Put pydantic's findings into our words, each at its place in the data."""
    found = _placed(error, data)
    broken = {path for path, item in found if item["type"] not in _COUNTS}
    above = {path[:depth] for path in broken for depth in range(len(path))}
    problems: dict[Path, Problem] = {}
    for path, item in found:
        # "Too few" is said of the entries that were understood: not where one was not.
        if item["type"] in _COUNTS and path in above:
            continue
        problems.setdefault(path, _in_words(path, item))
        if len(problems) == MOST:
            break
    return list(problems.values())


def _placed(error: ValidationError, data: Any) -> list[tuple[Path, Any]]:
    items = error.errors(include_url=False)
    return [(path, item) for item in items if (path := _place(item, data)) is not None]


def _place(item: Any, data: Any) -> Path | None:
    """Find where in the data a finding stands; None for the branch of a union that was not meant.

    Pydantic adds names of its own types to the location where a field allows several.
    """
    path: list[str | int] = []
    node = data
    tokens = item["loc"]
    for number, token in enumerate(tokens):
        last = number == len(tokens) - 1
        if holds(node, token):
            node = node[token]
            path.append(token)
        elif last and item["type"] == "missing" and isinstance(token, str):
            path.append(token)
        elif isinstance(token, str):
            by_key = isinstance(node, dict) and "value" not in node
            if (token.startswith("dict[") and not by_key) or (
                token.startswith("function-before[") and by_key
            ):
                return None
    if item["type"] in OF_THE_VALUE and isinstance(node, dict) and "value" in node:
        path.append("value")  # of a figure with its source, only the number is wrong
    return tuple(path)


def _in_words(path: Path, item: Any) -> Problem:
    kind, value = item["type"], item.get("input")
    if kind in OF_THE_VALUE and isinstance(value, dict):
        value = value.get("value", value)
    if kind == "figure_without_value" and (typo := _misspelt_value(value)):
        wrong = "unknown key; a figure given as a mapping needs the key 'value'"
        return Problem((*path, typo), wrong, "", "value", of_key=True)
    if kind == "missing" and item["loc"][-1] != path[-1]:
        return Problem(path, "too few entries", f"give {description(path)}")
    if kind == "missing":
        said = description(path)
        return Problem(path, "is missing", f"add it: {said}" if said else "add it")
    if kind == "extra_forbidden":
        known = known_keys(path[:-1])
        guess = near(str(path[-1]), known)
        right = "" if guess else f"known here: {names_in_short(known, 20)}"
        return Problem(path, "unknown key", right, guess, of_key=True)
    if kind == "literal_error":
        words = _literals(path)
        guess = near(value, words) if isinstance(value, str) and value not in words else None
        right = f"write {words[0]}" if len(words) == 1 else f"write one of: {', '.join(words)}"
        return Problem(path, f"{shown(value)} is not known here", right, guess)
    if path == ("ladder",) and kind == "tuple_type":
        return Problem(path, f"{shown(value)} is no ladder", "write default or a list of rungs")
    if kind in _WORDS:
        wrong, right = _WORDS[kind]
        facts = {**item.get("ctx", {}), "input": shown(value)}
        facts.setdefault("range", "")
        right = right.format(**facts)
        if kind in ("not_a_number", "int_parsing", "float_parsing"):
            right = _as_number(value, facts["range"]) or right
        return Problem(path, wrong.format(**facts), right)
    return Problem(path, str(item["msg"]), description(path) or "`deter schema` says what fits")


def _as_number(value: Any, bounds: str) -> str:
    """Say how a text is written as the number that was meant; empty where that is not plain."""
    if not isinstance(value, str) or len(value) > 40:
        return ""
    text = value.strip()
    if _NUMBER.fullmatch(text):
        return "take it out of the quotes"
    pointed = text.replace(",", ".", 1)
    thousands = re.fullmatch(r"[-+]?[1-9][0-9]*,[0-9]{3}", text)
    if _NUMBER.fullmatch(pointed) and not thousands:
        return f"write it with a point: {pointed}"
    share = pointed.removesuffix("%").rstrip()
    if bounds.endswith("to 1") and share != pointed and _NUMBER.fullmatch(share):
        return f"write it as a share: {float(share) / 100:g}"
    return ""


def _misspelt_value(figure: Any) -> str | None:
    """Return the key of a figure by which its value was meant, if any comes near."""
    others = [key for key in figure if key not in Figure.model_fields]
    return next((key for key in others if near(key, Figure.model_fields) == "value"), None)


def _literals(path: Path) -> list[str]:
    return [str(word) for kind in kinds_at(path) for word in getattr(kind, "__args__", ())]


def _mended(data: Any, broken: dict[Path, bool]) -> Scenario | None:
    """Return the scenario with neutral values for broken fields; None if it stays beyond use.

    `broken` says of each field whether its key is what is wrong, so that it has to go.
    """
    whole = {"all": _copied(data)}
    for _ in range(_ROUNDS):
        # The deepest first, while what they lie in is still there.
        for path in sorted(broken, key=len, reverse=True):
            _mend(whole, path, broken[path])
        try:
            return Scenario.model_validate(whole["all"])
        except ValidationError as error:
            placed = _placed(error, whole["all"])
            broken = {path: item["type"] == "extra_forbidden" for path, item in placed}
    return None


def _mend(whole: dict[str, Any], path: Path, of_key: bool) -> None:
    """Leave the value at `path` to its default, or make it neutral where it has none."""
    if path[-1:] == ("value",) and Figure in kinds_at(path[:-1]):
        path = path[:-1]  # a figure is one thing
    node: Any = whole
    for token in ("all", *path)[:-1]:
        node = node[token]
    last = path[-1] if path else "all"
    if isinstance(node, list):
        node[int(last)] = plainest(kinds_at(path)[0])
    elif of_key or has_default(path):
        node.pop(last, None)
    else:
        node[last] = plainest(kinds_at(path)[0])


def _copied(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _copied(value) for key, value in node.items()}
    return [_copied(value) for value in node] if isinstance(node, list) else node
