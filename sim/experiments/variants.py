"""The arms of a comparison: a scenario, and what is changed in each variant of it.

A new kind of arm is a function here that returns variants, and an option of `deter compare`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from sim.files.check import load_scenario
from sim.files.paths import apply_settings, split_settings
from sim.outcomes.events import event_key
from sim.world.calendar import turn_of
from sim.world.events import Event
from sim.world.horizon import with_turns
from sim.world.paths import with_set
from sim.world.plain import plain
from sim.world.problems import InputError, clean, names_in_short, near
from sim.world.scenario import Scenario

MOST = 200
"""Arms a comparison may have."""
_TOLD = frozenset({"title", "question", "summary", "source", "note", "why", "year"})
"""What is only read by people: two scenarios that differ in nothing else are alike."""


class Variant(NamedTuple):
    """One arm: a scenario that differs from the base.

    Parameters
    ----------
    name : str
        How it is called in tables and figures; no two arms of a comparison share one.
    scenario : Scenario
        What is played.
    kind : str
        ``without``, ``with``, ``set``, ``against``, ``treaty``, ``clause``, ``structure`` or
        ``given``.
    option : str
        How it is asked for on the command line; empty where it was not.
    notes : tuple of str
        What a reader of its figures has to know.
    """

    name: str
    scenario: Scenario
    kind: str = "given"
    option: str = ""
    notes: tuple[str, ...] = ()


# --- kinds of arms ---------------------------------------------------------------------------


def without(base: Scenario, treaty: str) -> Variant:
    """Return the arm in which a treaty is switched off."""
    return _switched(base, treaty, False)


def with_treaty(base: Scenario, treaty: str) -> Variant:
    """Return the arm in which a treaty is switched on."""
    return _switched(base, treaty, True)


def _switched(base: Scenario, treaty: str, on: bool) -> Variant:
    kind = "with" if on else "without"
    path = f"treaties.{known_treaty(base, treaty, f'--{kind}')}.enabled"
    arm = with_set(base, {path: on})
    notes = tuple(_overruled(arm, [path]))
    return Variant(f"{kind} {treaty}", arm, kind, f"--{kind} {treaty}", notes)


def setting(base: Scenario, text: str) -> Variant:
    """Return the arm in which fields are changed.

    Parameters
    ----------
    text : str
        ``PATH=VALUE``, or several joined by commas.
    """
    parts = split_settings(text)
    scenario = apply_settings(base, parts)
    paths = [part.partition("=")[0].strip() for part in parts]
    name = ", ".join("=".join(s.strip() for s in part.split("=", 1)) for part in parts)
    return Variant(
        name.replace("treaties.", ""), scenario, "set", f"--set {text}",
        tuple(_overruled(scenario, paths)),
    )  # fmt: skip


def against(base: Scenario, file: str, turns: int | None = None) -> Variant:
    """Return the arm that is another scenario file, or another packaged scenario.

    Parameters
    ----------
    turns : int, optional
        Turns it is played for, where not as many as it says.
    """
    other = load_scenario(file)
    if turns is not None:
        other = with_turns(other, turns)
    notes = []
    for what in ("states", "flashpoints"):
        here, there = set(getattr(base, what)), set(getattr(other, what))
        if here != there:
            lacks, has = sorted(here - there), sorted(there - here)
            told = [f"lacks {names_in_short(lacks, 6)}"] if lacks else []
            told += [f"has {names_in_short(has, 6)} besides"] if has else []
            notes.append(f"of the {what} it {' and '.join(told)}")
    return Variant(f"against {other.name}", other, "against", f"--against {file}", tuple(notes))


def given(base: Scenario, scenarios: Iterable[Scenario]) -> Iterator[Variant]:
    """Yield arms for scenarios at hand, each named by what differs in it."""
    for number, scenario in enumerate(scenarios, 1):
        paths = differing(base, scenario)
        named = [f"{path}={_short(scenario, path)}" for path in paths[:2]]
        name = ", ".join(named).replace("treaties.", "") if len(paths) <= 2 else scenario.name
        if len(paths) == 1 and paths[0].startswith("treaties.") and paths[0].endswith(".enabled"):
            treaty = paths[0].split(".")[1]
            name = f"{'with' if scenario.treaties[treaty].enabled else 'without'} {treaty}"
        yield Variant(name or f"arm {number}", scenario)


# --- checks ----------------------------------------------------------------------------------


def checked(base: Scenario, arms: Iterable[Variant]) -> tuple[tuple[Variant, ...], list[str]]:
    """Return the arms that differ from the base, and a sentence on each that does not.

    Raises
    ------
    InputError
        If there is no arm, none differs, or two are called the same.
    """
    asked = list(arms)
    if not asked:
        raise InputError(
            "there is nothing to compare with\n    give at least one scenario that differs"
        )
    if len(asked) > MOST:
        raise InputError(f"{len(asked)} arms are too many for one comparison (at most {MOST})")
    names = [arm.name for arm in asked]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice and all(arm.kind == "given" for arm in asked):
        asked = [arm._replace(name=f"{arm.name} ({n})") for n, arm in enumerate(asked, 1)]
    elif twice:
        raise InputError(f"'{clean(twice[0], 200)}' is asked for twice\n    give each change once")
    kept, notes = [], []
    for arm in asked:
        if differing(base, arm.scenario):
            kept.append(arm._replace(notes=(*arm.notes, *_horizon(base, arm.scenario))))
        else:
            notes.append(f"'{clean(arm.name, 200)}' equals the base: it changes nothing")
    if not kept:
        raise InputError(
            "; ".join(notes) + "\n    `deter describe` shows what the scenario says already"
        )
    return tuple(kept), notes


def _horizon(base: Scenario, other: Scenario) -> Iterator[str]:
    """Say so where an arm does not play the same time as the base."""
    if (other.turns, other.turn_length) != (base.turns, base.turn_length):
        yield (
            f"it plays {other.turns} turns of a {other.turn_length}, the base {base.turns} of a "
            f"{base.turn_length}: counts per run are not over the same time"
        )


def known_treaty(base: Scenario, treaty: str, option: str) -> str:
    """Return the key of a treaty.

    Raises
    ------
    InputError
        If the scenario has none of that name.
    """
    if treaty in base.treaties:
        return treaty
    guess = near(treaty, base.treaties)
    right = (
        f"did you mean '{guess}'?"
        if guess
        else f"there are: {names_in_short(base.treaties)}"
        if base.treaties
        else "the scenario has no treaty"
    )
    raise InputError(f"{option}: there is no treaty '{clean(treaty)}'\n    {right}")


def differing(one: Scenario, other: Scenario) -> list[str]:
    """Return the paths at which two scenarios differ in what is played, not in what is told."""
    found = list(_differing(plain(one), plain(other), ""))
    return [path for path in found if path not in ("name", "schema")]


def _differing(one: Any, other: Any, path: str) -> Iterator[str]:
    one, other = _value(one), _value(other)
    if isinstance(one, dict) and isinstance(other, dict):
        for key in dict.fromkeys([*one, *other]):
            if key in _TOLD and not isinstance(one.get(key, other.get(key)), dict):
                continue
            at = f"{path}.{key}" if path else str(key)
            if (key in one) != (key in other):
                yield at
            else:
                yield from _differing(one[key], other[key], at)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        if not all(isinstance(item, dict) for item in (*one, *other)):
            if one != other:
                yield path
            return
        for number, (a, b) in enumerate(zip(one, other, strict=True)):
            name = a.get("key") or a.get("name") or number
            yield from _differing(a, b, f"{path}.{name}")
    elif one != other or isinstance(one, bool) != isinstance(other, bool):
        yield path


def _value(node: Any) -> Any:
    """Return the number of a figure that stands with its source."""
    if isinstance(node, dict) and "value" in node and set(node) <= {"value", *_TOLD}:
        return node["value"]
    return node


def _short(scenario: Scenario, path: str) -> str:
    """Return the value at a path in a few letters."""
    return clean(str(_at(scenario, path)), 40)


def _at(scenario: Scenario, path: str) -> Any:
    """Return the value at a path, without its source; None where there is nothing."""
    node: Any = plain(scenario)
    for token in path.split("."):
        if isinstance(node, list):
            named = {str(i.get("key") or i.get("name") or n): i for n, i in enumerate(node)}
            node = named.get(token)
        elif isinstance(node, dict):
            node = node.get(token)
    return _value(node)


# --- what events do to an arm ------------------------------------------------------------------


def at_turn(scenario: Scenario, event: Event) -> int | None:
    """Return the turn at which an event is due; None where it may come at any."""
    if event.turn is not None:
        return int(event.turn.value)
    if event.date is not None:
        return turn_of(event.date, scenario.start, scenario.turn_length)
    return None


def _overruled(arm: Scenario, paths: Iterable[str]) -> Iterator[str]:
    """Say which events set anew what an arm changes, and when: the change lasts until then."""
    for path in paths:
        for number, event in enumerate(arm.events):
            if not event.enabled or path not in event.set or event.probability.value <= 0:
                continue
            if _value(event.set[path]) == _at(arm, path):
                continue  # it was changed along
            key, turn = event_key(number, event.name), at_turn(arm, event)
            if turn is not None and not 0 <= turn < arm.turns:
                continue
            when = "once it happens" if turn is None else f"in turn {turn}"
            lasts = "does nothing" if turn == 0 else "lasts only until then"
            yield (
                f"the event {key} sets {path} anew {when}, so that this change {lasts}; to let it "
                f"last, change events.{key}.set.{path} too"
            )


def steady(
    base: Scenario, changes: dict[str, Any], taken: Callable[[str, Any], Any]
) -> dict[str, Any]:
    """Return changes with those to events that would undo them.

    Parameters
    ----------
    changes : dict
        PATH: value, of an arm.
    taken : callable
        Path and value that an event sets there -> the value it is to set instead.
    """
    more = dict(changes)
    for number, event in enumerate(base.events):
        key = event.name or str(number)
        for path, value in event.set.items():
            if path in changes:
                more[f"events.{key}.set.{path}"] = taken(path, value)
        for path in event.scale:
            if path in changes:
                more[f"events.{key}.scale.{path}"] = 1.0
    return more
