"""Commands that play again what a result folder holds, as a reader can type them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

_VALUED = frozenset({"--runs", "--seed", "--jobs", "--detail", "--out", "--resume"})
"""Options of `deter run` with a value that do not change what a run of a number is."""
_KEPT = frozenset({"--set", "--turns"})
"""Those that do."""


def trace_command(manifest: Mapping[str, Any], run: int) -> str:
    """Return the command that tells one run of an ensemble in full."""
    return _again(manifest, "trace", "--run", run)


def run_command(manifest: Mapping[str, Any], runs: int) -> str:
    """Return the command that plays an ensemble again."""
    return _again(manifest, "run", "--runs", runs)


def _again(manifest: Mapping[str, Any], command: str, option: str, number: int) -> str:
    words = ["deter", command, *_scenario(manifest), option, str(number)]
    return f"{shlex.join(words)} --seed {manifest['seed']}"


def _scenario(manifest: Mapping[str, Any]) -> list[str]:
    """Return the scenario of an ensemble as it was given, with what was set in it.

    Where the command is not known, or was not `deter run FILE`, it is the scenario that was
    written beside the tables: it holds all that was set.
    """
    try:
        words = shlex.split(str(manifest.get("command", "")))
    except ValueError:
        words = []
    if words[:2] != ["deter", "run"]:
        return ["scenario.yaml"]
    found = list(_kept(iter(words[2:])))
    files = [word for option, word in found if not option]
    if len(files) != 1:
        return ["scenario.yaml"]
    return [*files, *(word for option, value in found if option for word in (option, value))]


def _kept(words: Iterator[str]) -> Iterator[tuple[str, str]]:
    """Yield the file of a command, and its settings, each with its option."""
    for word in words:
        name, equals, value = word.partition("=")
        if not word.startswith("-"):
            yield "", word
        elif name in _KEPT or name in _VALUED:
            value = value if equals else next(words, "")
            if name in _KEPT:
                yield name, value
