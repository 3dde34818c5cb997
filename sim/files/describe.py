"""A scenario told in words and plain tables: who, what is at stake, who is bound, where it gapes.

`describe` returns data; the command prints it and a report can use it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from sim.files.seams import seams
from sim.world.calendar import MONTHS_PER_TURN, month_number
from sim.world.consistency import owing
from sim.world.events import Event
from sim.world.figures import Figure, Part
from sim.world.plain import plain
from sim.world.problems import Path, dotted
from sim.world.scenario import Scenario
from sim.world.treaties import Treaty


class Given(NamedTuple):
    """A figure a scenario gives, and where it stands."""

    path: Path
    figure: Figure


def describe(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario as a readable page, in plain data fit for JSON.

    Returns
    -------
    dict
        Keys: name, title, question, summary, time, states, flashpoints, moves, treaties,
        ties, signals, arms, seams, events, figures. ``signals`` is None where they are off,
        ``arms`` empty.
    """
    latent = scenario.latent()
    return {
        "name": scenario.name,
        "title": scenario.title,
        "question": scenario.question,
        "summary": scenario.summary,
        "time": {
            "turns": scenario.turns,
            "turn_length": scenario.turn_length,
            "first_month": scenario.start,
            "last_month": _last_month(scenario),
        },
        "states": [_state(scenario, key) for key in scenario.states],
        "flashpoints": [_flashpoint(scenario, key) for key in scenario.flashpoints],
        "moves": [{"key": key, **plain(move)} for key, move in scenario.moves.items()],
        "treaties": [
            {**_treaty(key, treaty), "holds": treaty.enabled and key not in latent}
            for key, treaty in scenario.treaties.items()
        ],
        "ties": [
            {"key": key, **plain(tie), "depth": tie.depth.value}
            for key, tie in scenario.ties.items()
        ],
        "signals": _signals(scenario),
        "arms": _arms(scenario),
        "seams": [seam._asdict() for seam in seams(scenario)],
        "events": [_event(number, event) for number, event in enumerate(scenario.events)],
        "figures": _sourcing(scenario),
    }


def _last_month(scenario: Scenario) -> str:
    first = month_number(scenario.start) or 0
    months = round(scenario.turns * MONTHS_PER_TURN[scenario.turn_length])
    last = first + max(months, 1) - 1
    return f"{last // 12:04d}-{last % 12 + 1:02d}"


def _state(scenario: Scenario, key: str) -> dict[str, Any]:
    state = scenario.states[key]
    return {
        "key": key,
        "name": state.name,
        "side": state.side,
        "capability": state.capability.value,
        "retaliation": state.retaliation.value,
        "highest_rung": state.highest_rung or scenario.ladder[-1].key,
        "types": {row.key: row.prior.value for row in state.types},
        "forward": {place: share.value for place, share in state.forward.items()},
    }


def _flashpoint(scenario: Scenario, key: str) -> dict[str, Any]:
    place = scenario.flashpoints[key]
    stakes = sorted(place.stakes.items(), key=lambda item: -item[1].value)
    return {
        "key": key,
        "name": place.name,
        "holder": place.holder,
        "challengers": list(place.challengers),
        "control": place.control.value,
        "stakes": {name: stake.value for name, stake in stakes},
        "opportunity": {
            name: chance.value
            for name, chance in (
                place.opportunity.items()
                if isinstance(place.opportunity, dict)
                else ((name, place.opportunity) for name in place.challengers)
            )
        },
        "touches": dict(place.touches),
    }


def _treaty(key: str, treaty: Treaty) -> dict[str, Any]:
    owe = owing(treaty)
    return {
        "key": key,
        "name": treaty.name,
        "owing": list(owe),
        "owed": list(owe) if treaty.mutual else list(treaty.proteges),
        **{
            field: plain(getattr(treaty, field))
            for field in (
                "mutual", "enabled", "in_force", "obligations", "scope", "trigger", "ceiling",
                "conditional", "umbrella",
            )
        },
        **{
            field: getattr(treaty, field).value
            for field in (
                "clarity", "strength", "reliability", "delay", "consultation_delay", "stake",
                "integration", "missile_defence", "upkeep", "exposure", "arms",
            )
        },
        "forward": {place: share.value for place, share in treaty.forward.items()},
        "source": treaty.source,
        "note": treaty.note,
    }  # fmt: skip


def _signals(scenario: Scenario) -> dict[str, Any] | None:
    rules = scenario.rules
    if rules.signals == "off":
        return None
    menu = {"sink": rules.sink_cost, "tie": rules.tie_cost, "deploy": rules.deploy_share}
    return {
        "months": rules.signal_every.value,
        "branch": rules.branch,
        "menu": {kind: much.value for kind, much in menu.items() if much.value},
    }


def _arms(scenario: Scenario) -> list[dict[str, Any]]:
    if scenario.rules.arms == "off":
        return []
    return [
        {
            "key": key,
            "reaction": {rival: rate.value for rival, rate in state.arms.reaction.items()},
            "fatigue": state.arms.fatigue.value,
            "grievance": state.arms.grievance.value,
        }
        for key, state in scenario.states.items()
        if state.arms.reaction or state.arms.fatigue.value or state.arms.grievance.value
    ]


def _event(number: int, event: Event) -> dict[str, Any]:
    return {
        "number": number,
        "name": event.name,
        "enabled": event.enabled,
        "when": _when(event),
        "probability": event.probability.value,
        "effects": list(_effects(event)),
        "why": event.why,
        "source": event.source,
    }


def _when(event: Event) -> str:
    if event.turn is not None:
        when = f"turn {event.turn.value:g}"
    else:
        when = event.date or "any turn"
    return f"{when}, after {event.after}" if event.after else when


def _effects(event: Event) -> Iterator[str]:
    for path, value in event.set.items():
        bare = value.get("value") if isinstance(value, dict) else value
        switch = {True: "true", False: "false", None: "none"}
        yield f"{path} = {switch[bare] if bare is None or isinstance(bare, bool) else bare}"
    for path, factor in event.scale.items():
        yield f"{path} x {factor.value:g}"
    if event.redraw:
        yield f"new type of {', '.join(event.redraw)}"
    for place, rung in event.accident.items():
        yield f"accident at {place}: {rung}"
    if event.exercise:
        yield f"exercise under {', '.join(event.exercise)}"


def _sourcing(scenario: Scenario) -> dict[str, Any]:
    """Tell the figures the scenario gives apart by what they rest on; defaults are not its own."""
    given = list(given_figures(scenario, ()))
    bare = [item for item in given if not item.figure.source]
    return {
        "given": len(given),
        "with_source": len(given) - len(bare),
        "with_note_only": [dotted(item.path) for item in bare if item.figure.note],
        "without": [dotted(item.path) for item in bare if not item.figure.note],
    }


def given_figures(value: Any, path: Path) -> Iterator[Given]:
    """Yield the figures of a part that differ from the default or say where they come from."""
    if isinstance(value, Figure):
        yield Given(path, value)
    elif isinstance(value, Part):
        for name, field in type(value).model_fields.items():
            if isinstance(value, Event) and name == "turn":
                continue  # when something happens is a date, not a measurement
            inner = getattr(value, name)
            if not field.is_required() and _same(
                inner, field.get_default(call_default_factory=True)
            ):
                continue
            yield from given_figures(inner, (*path, field.alias or name))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from given_figures(item, (*path, key))
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            key = getattr(item, "key", None) or getattr(item, "name", None)
            yield from given_figures(item, (*path, key or number))


def _same(value: Any, default: Any) -> bool:
    if isinstance(value, Figure) and isinstance(default, dict):
        usual = Figure.model_validate(default)
        return value in (usual, Figure(value=usual.value))
    return bool(value == default)
