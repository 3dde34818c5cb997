"""What may be seen of a game: by everybody, by a seat, by the teacher.

Everything that goes to a browser is made here, from what the one who sits there may know. Fields of
records that hold what only one state knows are emptied before anything is told of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any

from sim.analysis.narration import Narration
from sim.engines.seats import Decision
from sim.outcomes.events import (
    Join,
    Leave,
    Move,
    Opportunity,
    Record,
    StateEnds,
    TieChanged,
)
from sim.web.rooms.game import Game

SECRET = frozenset({"chance", "gain"})
"""Fields of records that follow from what a state is by itself."""


def public(records: Iterable[Record]) -> list[Record]:
    """Return what everybody sees of what happened: who weighs and rests is not among it."""
    found: list[Record] = []
    for record in records:
        if isinstance(record, Opportunity | StateEnds):
            continue
        if isinstance(record, Move) and record.act == "rests":
            continue
        if isinstance(record, TieChanged):
            found.append(replace(record, worth=None))
            continue
        names = {field.name for field in fields(record)} & SECRET
        emptied: dict[str, Any] = dict.fromkeys(names, 0.0)
        found.append(replace(record, **emptied))
    return found


def told(game: Game, records: Iterable[Record]) -> list[dict[str, str]]:
    """Return records as lines of a story."""
    narrator = Narration(game.model.words)
    narrator.tell(records)
    lines = narrator.lines(flush=True)
    return [{"kind": line.kind, "text": line.text} for line in lines if line.kind != "note"]


def story(game: Game, seat: str | None = None) -> list[dict[str, str]]:
    """Return what happened as everybody may know it, and a seat's own sealed answer."""
    events, sealed = game.model.events, game.sealed()
    if sealed is not None:
        own = [r for r in events[sealed:] if isinstance(r, Join | Leave) and r.state == seat]
        events = [*events[:sealed], *own]
    return told(game, public(events))


def board(game: Game) -> dict[str, Any]:
    """Return what a projector may show."""
    words, scenario = game.model.words, game.scenario
    control = game.model.control()
    turn = min(game.turn, scenario.turns - 1)
    return {
        "title": scenario.title,
        "turn": game.turn,
        "turns": scenario.turns,
        "period": words.period(turn),
        "over": game.over,
        "places": [
            {
                "name": place.name,
                "holder": words.bare(place.holder),
                "control": round(control[key], 4),
            }
            for key, place in scenario.flashpoints.items()
        ],
        "story": story(game),
    }


def role(game: Game, seat: str) -> dict[str, Any]:
    """Return what a state knows of itself: its type, what it cares for, to whom it is bound."""
    words, scenario = game.model.words, game.scenario
    agent, latent = game.model.states[seat], scenario.latent()
    treaties = [
        {
            "name": treaty.name,
            "owes": seat in treaty.guarantors or (treaty.mutual and seat in treaty.proteges),
            "is_owed": seat in treaty.proteges or (treaty.mutual and seat in treaty.guarantors),
        }
        for key, treaty in scenario.treaties.items()
        if treaty.enabled and key not in latent and seat in (*treaty.guarantors, *treaty.proteges)
    ]
    return {
        "state": seat,
        "name": words.bare(seat),
        "type": agent.type.replace("_", " "),
        "means_it": {
            scenario.treaties[key].name: meant for key, meant in sorted(agent.committed.items())
        },
        "others_think": {
            key.replace("_", " "): round(chance, 3) for key, chance in agent.beliefs.items()
        },
        "stakes": [
            {"name": place.name, "stake": place.stakes[seat].value}
            for place in scenario.flashpoints.values()
            if seat in place.stakes
        ],
        "treaties": treaties,
    }


def question(game: Game, decision: Decision) -> dict[str, Any]:
    """Return what a state is asked; what the model would do is not among it."""
    words, view = game.model.words, decision.view
    return {
        "kind": decision.kind,
        "place": words.flashpoint(decision.flashpoint),
        "challenger": words.bare(decision.challenger),
        "holder": words.bare(decision.holder),
        "rung": None if view.rung is None else words.rung(view.rung),
        "control": round(view.control, 4),
        "holder_side": [words.bare(key) for key in view.holder_side],
        "challenger_side": [words.bare(key) for key in view.challenger_side],
        "beliefs": [
            {
                "state": words.bare(key),
                "types": {name.replace("_", " "): round(p, 3) for name, p in types.items()},
            }
            for key, types in view.beliefs.items()
        ],
        "recognised": [words.treaty(key) for key in view.recognised],
        "options": [
            {"key": option.key, "text": option.text, "meaning": option.meaning}
            for option in decision.options
        ],
    }


def of_seat(game: Game, seat: str, asked: Decision | None) -> dict[str, Any]:
    """Return what a seat may see, where somebody is asked something or nobody."""
    mine = asked is not None and asked.actor == seat
    return {
        **board(game),
        "story": story(game, seat),
        "role": role(game, seat),
        "asked": question(game, asked) if asked is not None and mine else None,
    }
