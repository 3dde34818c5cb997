"""Names used in one place of a scenario and declared in another."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from sim.world.problems import Path, Problem, names_in_short, near, shown
from sim.world.scenario import Scenario

_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")


def is_name(text: str) -> bool:
    """Tell whether a text can name a part of a scenario, so that paths and charts can carry it."""
    return _KEY.fullmatch(text) is not None


def named(path: Path, name: str) -> Iterator[Problem]:
    """Yield a problem if a name is not written as names are."""
    if not is_name(name):
        yield Problem(
            path,
            f"{shown(name)} is no name",
            "use lower-case letters, digits and underscores, beginning with a letter, at most 64",
            of_key=path[-1:] == (name,),
        )


def rung_keys(scenario: Scenario) -> list[str]:
    """Return the names of the ladder's rungs, lowest first."""
    return [rung.key for rung in scenario.ladder]


def unknown(path: Path, name: str, known: Collection[str], what: str) -> Iterator[Problem]:
    """Yield a problem if a name is not among the known ones, with the nearest of these."""
    if name in known:
        return
    guess = near(name, known)
    if guess:
        right = ""
    elif known:
        right = f"known here: {names_in_short(known)}"
    else:
        right = f"the scenario has no {what}"
    wrong, of_key = f"unknown {what} {shown(name)}", path[-1:] == (name,)
    yield Problem(path, wrong, right, guess, of_key=of_key, unknown=name)


def unknowns(
    path: Path, names: Iterable[str], known: Collection[str], what: str
) -> Iterator[Problem]:
    """Yield a problem for each name of a list that is not known, or that stands there twice."""
    listed = list(names)
    for number, name in enumerate(listed):
        yield from unknown((*path, number), name, known, what)
    yield from duplicates(path, listed)


def duplicates(path: Path, names: Iterable[str]) -> Iterator[Problem]:
    """Yield a problem for each name that a list repeats."""
    seen: set[str] = set()
    for number, name in enumerate(names):
        if name in seen:
            yield Problem((*path, number), f"{shown(name)} is listed twice", "list it once")
        seen.add(name)
