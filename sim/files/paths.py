"""PATH=VALUE as typed on the command line: treaties.us_japan.trigger=show_of_force."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sim.files.reader import parse
from sim.files.scalars import scalar
from sim.files.tree import bare
from sim.world.paths import with_set
from sim.world.problems import InputError, ScenarioError, clean
from sim.world.scenario import Scenario

__all__ = ["apply_settings", "parse_setting", "parse_value", "split_settings", "with_set"]

_NEXT = re.compile(r",\s*[A-Za-z_][A-Za-z0-9_.]*=")


def apply_settings(scenario: Scenario, settings: Iterable[str], option: str = "--set") -> Scenario:
    """Return a scenario changed by settings typed as PATH=VALUE.

    Parameters
    ----------
    scenario : Scenario
        Stays as it is.
    settings : iterable of str
        Each PATH=VALUE; of two for one path the later counts.
    option : str
        The option they were given with, named in messages.

    Raises
    ------
    InputError
        If one is not written so, addresses nothing, or leads to an invalid scenario.
    """
    changes = dict(parse_setting(text, option) for text in settings)
    if not changes:
        return scenario
    try:
        return with_set(scenario, changes)
    except ScenarioError as error:
        raise ScenarioError([p.at(option, None, None) for p in error.problems]) from None


def parse_setting(text: str, option: str = "--set") -> tuple[str, Any]:
    """Take PATH=VALUE apart.

    Raises
    ------
    InputError
        If there is no path or no value, or the value cannot be read.
    """
    path, equals, value = text.partition("=")
    path = path.strip()
    if not equals or not path:
        raise InputError(
            f"{option}: '{clean(text)}' is not PATH=VALUE\n"
            "    write it like treaties.us_japan.clarity=0.9"
        )
    if not value.strip():
        raise InputError(
            f"{option}: {clean(path)}: there is no value after the equals sign\n"
            "    write one; null leaves a field to its default, or removes an entry"
        )
    try:
        return path, parse_value(value)
    except ValueError as error:
        raise InputError(f"{option}: {clean(path)}: the value cannot be read: {error}") from None


def split_settings(text: str) -> list[str]:
    """Split settings joined by commas: `a.b=1,c.d=[x, y]` gives `a.b=1` and `c.d=[x, y]`.

    A comma parts two settings where PATH= follows it and no bracket or quote is open.
    """
    parts, start, depth, quote = [], 0, 0, ""
    for number, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"" and text[number - 1 : number] in ("=", "[", "{", ",", " ", ":"):
            quote = character
        elif character in "[{":
            depth += 1
        elif character in "]}":
            depth -= 1
        elif depth == 0 and _NEXT.match(text, number):
            parts.append(text[start:number])
            start = number + 1
    return [part.strip() for part in (*parts, text[start:])]


def parse_value(text: str) -> Any:
    """Read a value as a scenario file would: a scalar, a quoted text, `[a, b]` or `{a: 1}`.

    Raises
    ------
    ValueError
        If brackets or quotes do not close, or it is a number of more than 40 characters.
    """
    text = text.strip()
    if text[:1] not in ("[", "{", "'", '"'):
        if not text.isprintable():
            raise ValueError("a control character")
        return scalar(text)
    node, problems = parse(text.encode("utf-8", "replace"), "")
    if problems or node is None:
        raise ValueError(problems[0].wrong if problems else "nothing there")
    return bare(node)
