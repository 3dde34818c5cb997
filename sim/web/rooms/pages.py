"""Pages of the classroom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.web.pages import render
from sim.web.rooms.room import HOT, LONGEST_NAME, LONGEST_REASON, Member, Room
from sim.web.words import WORDS


def door(scenarios: Sequence[str]) -> str:
    """Offer to join a room or to open one."""
    return render("room_door.html", title=WORDS["classroom"], scenarios=scenarios)


def seats(room: Room) -> str:
    """Show the seats of a room."""
    words = room.game.model.words
    rows = [
        {
            "key": key, "name": words.bare(key), "side": state.side or "",
            "people": [m.name for m in room.members.values() if m.seat == key],
            "holds": [f.name for f in room.scenario.flashpoints.values() if f.holder == key],
            "challenges": [
                f.name for f in room.scenario.flashpoints.values() if key in f.challengers
            ],
        }
        for key, state in room.scenario.states.items()
    ]  # fmt: skip
    return render(
        "room_seats.html", title=room.scenario.title, room=room, seats=rows,
        longest=LONGEST_NAME,
    )  # fmt: skip


def inside(room: Room, who: Member | str) -> str:
    """Show the page of a seat, of the teacher or for a projector: a frame that a script fills."""
    kind = who if isinstance(who, str) else ("hot" if who.seat == HOT else "seat")
    token = {"teacher": room.teacher, "screen": room.screen}.get(str(kind)) or who.token  # type: ignore[union-attr]
    return render(
        "room_inside.html", title=room.scenario.title, room=room, kind=kind, token=token,
        name=who.name if isinstance(who, Member) else "", longest=LONGEST_REASON,
        prepared=room.prepared() if kind == "teacher" else [],
        signals=room.scenario.rules.signals == "on",
    )  # fmt: skip


def debrief(room: Room, who: Member | str | None, told: dict[str, Any]) -> str:
    """Show all that was hidden; `who` is None for a page that is kept."""
    token = None
    if who is not None:
        token = who.token if isinstance(who, Member) else getattr(room, str(who))
    return render(
        "room_debrief.html", title=room.scenario.title, room=room, told=told, token=token,
        last=room.game.turn,
    )  # fmt: skip


def refused(text: str) -> str:
    """Say why something was not done."""
    return render("message.html", title=WORDS["wrong"], text=text)
