"""What can be changed of a scenario on its page, and the address that holds what was changed.

An address names changed fields by the paths of `--set`: ``?treaties.us_japan.trigger=blockade``. So
a page can be passed on, and says what was changed to whoever reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple
from urllib.parse import urlencode

from sim.files.paths import apply_settings
from sim.world.figures import Figure
from sim.world.problems import InputError
from sim.world.scenario import Scenario

MOST, LONGEST = 60, 200
"""Changes an address may hold, and letters of one."""
PLAY = ("runs", "seed", "run")
"""What else stands in an address: how it is played."""


class Control(NamedTuple):
    """One field that can be changed."""

    path: str
    label: str
    kind: Literal["switch", "choice", "slider"]
    value: str
    original: str
    options: tuple[tuple[str, str], ...] = ()
    low: float = 0.0
    high: float = 1.0
    step: float = 0.05
    source: str = ""

    @property
    def changed(self) -> bool:
        """Whether it differs from the scenario as packaged."""
        return self.value != self.original


class Group(NamedTuple):
    """The fields of one treaty, one state, or the rules."""

    title: str
    note: str
    controls: tuple[Control, ...]

    @property
    def changed(self) -> bool:
        """Whether anything in it is changed."""
        return any(control.changed for control in self.controls)


def text_of(value: object) -> str:
    """Write a value as an address holds it."""
    if isinstance(value, Figure):
        value = value.value
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


def settings_of(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Return the changes an address holds, as `--set` takes them.

    Raises
    ------
    InputError
        If there are too many or one is too long.
    """
    found = {path: value for path, value in pairs if path not in PLAY}
    if len(found) > MOST or any(len(p) + len(v) > LONGEST for p, v in found.items()):
        raise InputError(
            f"the address holds more than {MOST} changes, or one of more than {LONGEST} letters\n"
            "    change fewer fields, or write a scenario file"
        )
    return [f"{path}={value}" for path, value in found.items()]


def changed(original: Scenario, settings: Iterable[str]) -> Scenario:
    """Return a scenario with changes; InputError says what is wrong with them."""
    return apply_settings(original, settings, option="in the address")


def needed(original: Scenario, pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Leave out of an address what is as in the scenario, and what is repeated."""
    same = {c.path: c.original for group in groups(original, original) for c in group.controls}
    last = dict(pairs)
    return [(path, value) for path, value in last.items() if same.get(path) != value]


def address(name: str, pairs: Iterable[tuple[str, str]], page: str = "") -> str:
    """Return the address of a page of a scenario with changes."""
    query = urlencode(list(pairs))
    return f"/scenarios/{name}{f'/{page}' if page else ''}{f'?{query}' if query else ''}"


def groups(original: Scenario, now: Scenario) -> list[Group]:
    """Return every field that can be changed, as it was and as it is now."""
    return [
        *(
            Group(treaty.name, treaty.note or "", tuple(_treaty(original, now, key)))
            for key, treaty in original.treaties.items()
        ),
        *(
            Group(state.name, "", tuple(_state(original, now, key)))
            for key, state in original.states.items()
        ),
        Group("Rules", "", tuple(_rules(original, now))),
    ]


def _treaty(original: Scenario, now: Scenario, key: str) -> Iterator[Control]:
    one, other = original.treaties[key], now.treaties[key]
    here = f"treaties.{key}"
    for field, label in (
        ("enabled", "in use"), ("conditional", "only if the protégé did not begin"),
        ("umbrella", "nuclear umbrella"),
    ):  # fmt: skip
        yield Control(
            f"{here}.{field}", label, "switch", text_of(getattr(other, field)),
            text_of(getattr(one, field)),
        )  # fmt: skip
    rungs = tuple((rung.key, rung.key.replace("_", " ")) for rung in original.ladder)
    yield Control(f"{here}.trigger", "trigger", "choice", other.trigger, one.trigger, rungs)
    for field in ("clarity", "strength", "reliability", "integration"):
        yield _slider(f"{here}.{field}", field, getattr(one, field), getattr(other, field))


def _state(original: Scenario, now: Scenario, key: str) -> Iterator[Control]:
    one, other = original.states[key], now.states[key]
    for field, label in (("audience_cost", "audience cost"), ("readiness", "readiness")):
        yield _slider(f"states.{key}.{field}", label, getattr(one, field), getattr(other, field))


def _rules(original: Scenario, now: Scenario) -> Iterator[Control]:
    yield _slider(
        "rules.lambda", "lambda: how surely the better act is chosen", original.rules.precision,
        now.rules.precision, 100.0, 0.5,
    )  # fmt: skip


def _slider(
    path: str, label: str, one: object, other: object, high: float = 1.0, step: float = 0.05
) -> Control:
    source = "; ".join(
        text for text in (getattr(one, "source", None), getattr(one, "note", None)) if text
    )
    top = max(high, float(text_of(one)), float(text_of(other)))
    return Control(path, label, "slider", text_of(other), text_of(one), (), 0.0, top, step, source)
