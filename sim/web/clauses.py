"""What can be changed of a scenario on its page, and the address that holds what was changed.

An address names changed fields by the paths of `--set`: ``?treaties.us_japan.trigger=blockade``. So
a page can be passed on, and says what was changed to whoever reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple, get_args
from urllib.parse import urlencode

from sim.files.paths import apply_settings
from sim.web.words import WORDS
from sim.world.figures import Figure
from sim.world.problems import InputError
from sim.world.scenario import Scenario

MOST, LONGEST = 60, 200
"""Changes an address may hold, and letters of one."""
NOTHING = "null"
"""What an address holds for no value at all."""
PLAY = ("runs", "seed", "run", "decision")
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
    """The fields of one treaty, one state, one flashpoint, or the rules."""

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
    if value is None:
        return NOTHING
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
        *(
            Group(place.name, "", tuple(_place(original, now, key)))
            for key, place in original.flashpoints.items()
        ),
        Group(WORDS["rules"], "", tuple(_rules(original, now))),
    ]


def _treaty(original: Scenario, now: Scenario, key: str) -> Iterator[Control]:
    one, other = original.treaties[key], now.treaties[key]
    here = f"treaties.{key}"
    for field in ("enabled", "conditional", "umbrella"):
        yield _switch(f"{here}.{field}", _said(field), getattr(one, field), getattr(other, field))
    rungs = _rungs(original)
    yield _choice(f"{here}.trigger", _said("trigger"), one.trigger, other.trigger, rungs)
    top = ((NOTHING, _said("no_ceiling")), *rungs)
    yield _choice(f"{here}.ceiling", _said("ceiling"), one.ceiling, other.ceiling, top)
    for field, high, step in TREATY_SLIDERS:
        had, has = getattr(one, field), getattr(other, field)
        yield _slider(f"{here}.{field}", _said(field), had, has, high, step)
    for place, had in one.forward.items():
        label = f"{_said('forward')} {original.flashpoints[place].name}"
        yield _slider(f"{here}.forward.{place}", label, had, other.forward[place], 0.5, 0.01)


def _state(original: Scenario, now: Scenario, key: str) -> Iterator[Control]:
    one, other = original.states[key], now.states[key]
    here = f"states.{key}"
    had, has = one.capability, other.capability
    yield _slider(f"{here}.capability", _said("capability"), had, has, 0.5, 0.005)
    for field in ("retaliation", "audience_cost", "readiness", "standing"):
        yield _slider(f"{here}.{field}", _said(field), getattr(one, field), getattr(other, field))
    rungs = _rungs(original)
    label = _said("highest_rung")
    yield _choice(f"{here}.highest_rung", label, one.highest_rung, other.highest_rung, rungs)


def _place(original: Scenario, now: Scenario, key: str) -> Iterator[Control]:
    one, other = original.flashpoints[key], now.flashpoints[key]
    here = f"flashpoints.{key}"
    for state, had in one.stakes.items():
        label = f"{_said('stakes')} {original.states[state].name}"
        yield _slider(f"{here}.stakes.{state}", label, had, other.stakes[state])
    if isinstance(one.opportunity, dict) and isinstance(other.opportunity, dict):
        for state, had in one.opportunity.items():
            label = f"{_said('opportunity_of')} {original.states[state].name}"
            yield _slider(f"{here}.opportunity.{state}", label, had, other.opportunity[state])
    elif not isinstance(one.opportunity, dict):
        label = _said("opportunity")
        yield _slider(f"{here}.opportunity", label, one.opportunity, other.opportunity)
    yield _slider(f"{here}.control", _said("control"), one.control, other.control)


TREATY_SLIDERS = (
    ("clarity", 1.0, 0.05), ("strength", 1.0, 0.05), ("reliability", 1.0, 0.05),
    ("integration", 1.0, 0.05), ("missile_defence", 1.0, 0.05), ("stake", 1.0, 0.05),
    ("delay", 12, 1), ("consultation_delay", 12, 1), ("upkeep", 1.0, 0.05),
    ("exposure", 0.05, 0.001), ("arms", 0.1, 0.005),
)  # fmt: skip
"""Figures of a treaty: how far a slider goes, and by what steps."""
CHOICES = (
    "order", "press", "coalition", "cognition", "continuation", "signals", "alignment",
)  # fmt: skip
"""Rules with a few values."""
SHARES = ("reconsider", "spillover", "settlement", "fade", "automatic", "integration_decay")
"""Rules that are shares."""


def _rules(original: Scenario, now: Scenario) -> Iterator[Control]:
    one, other = original.rules, now.rules
    yield _slider("rules.lambda", _said("lambda"), one.precision, other.precision, 100.0, 0.5)
    for field in CHOICES:
        values = get_args(type(one).model_fields[field].annotation)
        options = tuple((value, _plain(value)) for value in values)
        had, has = getattr(one, field), getattr(other, field)
        yield _choice(f"rules.{field}", _said(field), had, has, options)
    for field in SHARES:
        yield _slider(f"rules.{field}", _said(field), getattr(one, field), getattr(other, field))


def _said(field: str) -> str:
    return WORDS[f"clause_{field}"]


def _plain(key: str) -> str:
    return key.replace("_", " ")


def _rungs(scenario: Scenario) -> tuple[tuple[str, str], ...]:
    return tuple((rung.key, _plain(rung.key)) for rung in scenario.ladder)


def _switch(path: str, label: str, one: object, other: object) -> Control:
    return Control(path, label, "switch", text_of(other), text_of(one))


def _choice(
    path: str, label: str, one: object, other: object, options: tuple[tuple[str, str], ...]
) -> Control:
    return Control(path, label, "choice", text_of(other), text_of(one), options)


def _slider(
    path: str, label: str, one: object, other: object, high: float = 1.0, step: float = 0.05
) -> Control:
    source = "; ".join(
        text for text in (getattr(one, "source", None), getattr(one, "note", None)) if text
    )
    top = max(high, float(text_of(one)), float(text_of(other)))
    return Control(path, label, "slider", text_of(other), text_of(one), (), 0.0, top, step, source)
