"""The fields that can change in a run: what an event's `set` and `scale` may address.

The one list of them. The checks read it, and the engine compiles it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sim.world.figures import Part
from sim.world.problems import Problem, clean, names_in_short, near, shown

STATE_FIELDS: tuple[str, ...] = (
    "capability", "retaliation", "readiness", "audience_cost", "standing", "precision",
)  # fmt: skip
FLASHPOINT_FIELDS: tuple[str, ...] = ("opportunity", "control", "stakes", "distances")
TREATY_FIELDS: tuple[str, ...] = (
    "enabled", "trigger", "clarity", "conditional", "ceiling", "umbrella", "strength", "delay",
    "consultation_delay", "stake", "integration", "missile_defence", "exposure", "arms",
    "upkeep", "forward", "access",
)  # fmt: skip

CHANGEABLE: dict[str, tuple[str, ...]] = {
    "states": STATE_FIELDS,
    "flashpoints": FLASHPOINT_FIELDS,
    "treaties": TREATY_FIELDS,
    "ties": ("depth",),
}
"""Section of the scenario -> fields of its entries."""

KEYED_BY: dict[tuple[str, str], str] = {
    ("flashpoints", "stakes"): "states",
    ("flashpoints", "distances"): "states",
    ("treaties", "forward"): "flashpoints",
    ("treaties", "access"): "flashpoints",
}
"""Fields that hold one number for each entry of another section; the path names the entry too."""

SWITCHES: tuple[tuple[str, str], ...] = (
    ("treaties", "enabled"),
    ("treaties", "conditional"),
    ("treaties", "umbrella"),
)
"""Fields that are true or false."""

RUNGS: tuple[tuple[str, str], ...] = (("treaties", "trigger"), ("treaties", "ceiling"))
"""Fields that name a rung."""

STEPS: tuple[tuple[str, str], ...] = (("ties", "depth"),)
"""Fields that count steps, which are set and not scaled."""


class Target(NamedTuple):
    """What a path of an event addresses: ``treaties.us_japan.forward.senkaku`` taken apart."""

    section: str
    key: str
    field: str
    item: str | None = None

    @property
    def numeric(self) -> bool:
        """Whether the field is a number that `scale` can multiply."""
        where = (self.section, self.field)
        return where not in SWITCHES and where not in RUNGS and where not in STEPS


def target_of(path: str) -> Target | Problem:
    """Take the path of an event's effect apart.

    Parameters
    ----------
    path : str
        Such as ``states.china.capability`` or ``flashpoints.senkaku.stakes.japan``.

    Returns
    -------
    Target or Problem
        A problem if no field of that kind can change in a run. Whether the names of
        states, flashpoints and treaties exist is left to the caller.
    """
    section, _, rest = path.partition(".")
    key, _, rest = rest.partition(".")
    field, _, item = rest.partition(".")
    if section not in CHANGEABLE or not key or not field:
        return Problem(
            (),
            "the path addresses nothing that can change in a run",
            "write states.STATE.FIELD, flashpoints.FLASHPOINT.FIELD, treaties.TREATY.FIELD or "
            "ties.TIE.depth",
            near(section, CHANGEABLE) if section not in CHANGEABLE else None,
        )
    if field not in CHANGEABLE[section]:
        return Problem(
            (),
            f"{shown(field)} cannot change in a run",
            f"of {section} these can: {names_in_short(CHANGEABLE[section], 20)}",
            near(field, CHANGEABLE[section]),
        )
    whole = f"{section}.{clean(key)}.{field}"
    entries = KEYED_BY.get((section, field))
    if entries and not item:
        return Problem(
            (),
            f"the path has to say which of the {entries} '{field}' is changed for",
            f"write {whole}.{'STATE' if entries == 'states' else 'FLASHPOINT'}",
        )
    if "." in item or (item and not entries):
        return Problem((), f"'{field}' has no parts", f"write {whole}")
    return Target(section, key, field, item or None)


def new_value(entry: Part, target: Target, value: Any) -> Any:
    """Return the value a field takes when an event sets it, as the file would have given it.

    Parameters
    ----------
    entry : State, Flashpoint, Treaty or Tie
        The one the path names.
    target : Target
        What the path addresses.
    value : Any
        What the event gives: a number, a figure, true or false, the name of a rung.

    Returns
    -------
    Figure, bool, str, dict or None
        As the field of the entry holds it.

    Raises
    ------
    pydantic.ValidationError
        If the field does not take the value.
    """
    whole = value
    if target.item is not None:
        whole = {**getattr(entry, target.field), target.item: value}
    changed = type(entry).model_validate({**dict(entry), target.field: whole})
    field = getattr(changed, target.field)
    return field if target.item is None else field[target.item]
