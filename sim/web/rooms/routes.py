"""The routes of the classroom."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import Route

from sim.files.check import load_scenario
from sim.files.paths import apply_settings, parse_value
from sim.web.rooms import debrief, pages, seen
from sim.web.rooms.hall import Hall, TooMany
from sim.web.rooms.room import HOT, Member, Refused, Room, Way
from sim.web.words import WORDS
from sim.world.problems import InputError
from sim.world.scenario import Scenario

LAST_SEED = 2**63 - 1
LONGEST_WAIT = 3600


class Classroom:
    """What a browser can ask of the rooms.

    Parameters
    ----------
    hall : Hall
    given : mapping of str to str
        Scenarios a room can be opened with: name to file.
    """

    def __init__(self, hall: Hall, given: Mapping[str, str]) -> None:
        self.hall, self.given = hall, given

    def routes(self) -> list[Route]:
        """Return the routes."""
        one = "/rooms/{code}/{token}"
        return [
            Route("/rooms", self.door),
            Route("/rooms/open", self.open, methods=["POST"]),
            Route("/rooms/find", self.find, methods=["POST"]),
            Route("/rooms/{code}", self.seats),
            Route("/rooms/{code}/join", self.join, methods=["POST"]),
            Route(one, self.page),
            Route(f"{one}/now", self.now),
            Route(f"{one}/choose", self.choose, methods=["POST"]),
            Route(f"{one}/order", self.order, methods=["POST"]),
            Route(f"{one}/control", self.control, methods=["POST"]),
            Route(f"{one}/debrief", self.debrief),
            Route(f"{one}/debrief.{{kind}}", self.taken_away),
            Route(f"{one}/paths.json", self.paths),
        ]

    # --- coming in --------------------------------------------------------------------------------
    async def door(self, request: Request) -> Response:
        """Offer to join a room or to open one."""
        return HTMLResponse(pages.door(sorted(self.given)))

    async def open(self, request: Request) -> Response:
        """Open a room; leads its teacher in."""
        form = await _form(request)
        name = form.get("scenario", "")
        if name not in self.given:
            raise Refused(WORDS["no_there_is_no_such_scenario"])
        seed = _whole(form.get("seed", "7"), "seed", LAST_SEED)
        seconds = _whole(form.get("seconds", "0"), "seconds", LONGEST_WAIT)
        way: Way = "sealed" if form.get("way") == "sealed" else "asked"
        scenario = await asyncio.to_thread(_changed, self.given[name], form.get("changes", ""))
        room = await self.hall.open_room(scenario, seed, seconds, way)
        return RedirectResponse(f"/rooms/{room.code}/{room.teacher}", status_code=303)

    async def find(self, request: Request) -> Response:
        """Lead from a code to the seats of its room."""
        room = self.hall.find((await _form(request)).get("code", ""))
        return RedirectResponse(f"/rooms/{room.code}", status_code=303)

    async def seats(self, request: Request) -> Response:
        """Show the seats of a room."""
        return HTMLResponse(pages.seats(self.hall.find(request.path_params["code"])))

    async def join(self, request: Request) -> Response:
        """Let somebody take a seat."""
        room, form = self.hall.find(request.path_params["code"]), await _form(request)
        if form.get("seat") == HOT:
            raise Refused(WORDS["no_there_is_no_such_seat"])
        member = await self.hall.do(room, room.join, form.get("seat", ""), form.get("name", ""))
        return RedirectResponse(f"/rooms/{room.code}/{member.token}", status_code=303)

    def _who(self, request: Request) -> tuple[Room, Member | str]:
        room = self.hall.find(request.path_params["code"])
        who = self.hall.who(room, request.path_params["token"])
        if who is None:
            raise Refused(WORDS["no_that_address_lets_nobody_in"])
        if request.method == "POST":
            self.hall.send(request.path_params["token"])
        return room, who

    # --- inside -----------------------------------------------------------------------------------
    async def page(self, request: Request) -> Response:
        """Show the page of a seat, of the teacher or for a projector."""
        return HTMLResponse(pages.inside(*self._who(request)))

    async def now(self, request: Request) -> Response:
        """Tell how things stand, once that is not what was seen."""
        room, who = self._who(request)
        text = request.query_params.get("seen", "-1")
        await self.hall.news(room, int(text) if text.isdecimal() and len(text) < 10 else -1)
        return JSONResponse(standing(room, who))

    async def choose(self, request: Request) -> Response:
        """Take an order; answered once it is on the disk."""
        room, who = self._who(request)
        if not isinstance(who, Member):
            raise Refused(WORDS["no_only_a_seat_can_choose"])
        form = await _form(request)
        number = _whole(form.get("number", ""), "number", 10**6)
        await self.hall.do(
            room, room.choose, who, form.get("option", ""), form.get("reason", ""), number,
            form.get("expects", ""),
        )  # fmt: skip
        return JSONResponse({"taken": True})

    async def order(self, request: Request) -> Response:
        """Take a sheet of orders; answered once it is on the disk."""
        room, who = self._who(request)
        if not isinstance(who, Member) or who.seat == HOT:
            raise Refused(WORDS["no_only_a_seat_can_give_orders"])
        form = await _form(request)
        at = _whole(form.get("turn", ""), "turn", 10**6), form.get("phase", "")
        try:
            sheet = json.loads(form.get("sheet", "{}"))
            pays = {str(k): float(v) for k, v in json.loads(form.get("pays", "{}")).items()}
        except (ValueError, TypeError, AttributeError, RecursionError):
            raise Refused(WORDS["no_that_is_no_sheet_of_orders"]) from None
        says, expects = form.get("says", ""), form.get("expects", "")
        await self.hall.do(room, room.order, who, sheet, at, says, expects, pays)
        return JSONResponse({"taken": True})

    async def control(self, request: Request) -> Response:
        """Do what the teacher asks."""
        room, who = self._who(request)
        if who != "teacher":
            raise Refused(WORDS["no_only_the_teacher_can_do_that"])
        form = await _form(request)
        try:
            await self.hall.do(room, _control, room, form)
        except InputError as error:
            raise Refused(str(error)) from None
        return JSONResponse({"done": True})

    # --- afterwards -------------------------------------------------------------------------------
    def _revealed(self, request: Request) -> Room:
        room, _ = self._who(request)
        if not room.ended:
            raise Refused(WORDS["no_the_fog_is_lifted_once_the_teacher"])
        return room

    async def debrief(self, request: Request) -> Response:
        """Show all that was hidden."""
        room, who = self._who(request)
        self._revealed(request)
        told = await asyncio.to_thread(debrief.revealed, room.game)
        return HTMLResponse(pages.debrief(room, who, told))

    async def taken_away(self, request: Request) -> Response:
        """Hand out the debrief as a file."""
        room, kind = self._revealed(request), request.path_params["kind"]
        told = await asyncio.to_thread(debrief.revealed, room.game)
        head = {"content-disposition": f'attachment; filename="room-{room.code}.{kind}"'}
        if kind == "json":
            text = json.dumps(told, ensure_ascii=False, indent=1)
            return Response(text, media_type="application/json", headers=head)
        if kind == "csv":
            return Response(debrief.as_csv(told), media_type="text/csv", headers=head)
        if kind == "html":
            whole = pages.debrief(room, None, told)
            return HTMLResponse(whole, headers=head)
        raise Refused(WORDS["no_there_is_no_such_file"])

    async def paths(self, request: Request) -> Response:
        """Lay the class's path over others from a turn on."""
        room = self._revealed(request)
        turn = _whole(request.query_params.get("turn", "0"), "turn", room.game.turn)
        return JSONResponse(await asyncio.to_thread(debrief.paths, room.game, turn))


def standing(room: Room, who: Member | str) -> dict[str, Any]:
    """Return how things stand in a room, for one who may see so much of it."""
    seats = [
        {
            "state": key, "name": room.game.model.words.bare(key), "side": state.side or "",
            "people": sum(member.seat == key for member in room.members.values()),
        }
        for key, state in room.scenario.states.items()
    ]  # fmt: skip
    words, asked = room.game.model.words, room.asked()
    told: dict[str, Any] = {
        "at_once": room.at_once, "begun": room.begun,
        "phase": room.sheets.phase if room.at_once else "",
        "ready": [words.bare(seat) for seat in sorted(room.sheets.ready)],
        "said": [
            {"period": words.period(one.turn), "state": words.bare(one.seat), "text": one.text}
            for one in room.sheets.open(room.game.turn, room.at_once)
        ],
        "version": room.version, "code": room.code, "paused": room.paused, "ended": room.ended,
        "seats": seats, "number": len(room.choices),
        "seconds": None if room.deadline is None else max(0.0, room.deadline - room.now),
    }  # fmt: skip
    if isinstance(who, Member):
        seat = who.seat
        if seat == HOT:
            if asked is None:
                return {**told, **seen.board(room.game), "role": None, "asked": None}
            return {**told, **seen.of_seat(room.game, asked.actor, asked)}
        return {**told, **seen.of_seat(room.game, seat, asked), "sheet": sheet_of(room, seat)}
    told |= seen.board(room.game)
    if who == "teacher":
        told |= {
            "members": [[member.name, member.seat] for member in room.members.values()],
            "hot": next((m.token for m in room.members.values() if m.seat == HOT), None),
            "waits_for": None
            if asked is None
            else {"state": words.bare(asked.actor), "kind": asked.kind},
        }
    return told


def sheet_of(room: Room, seat: str) -> dict[str, Any] | None:
    """Return the sheet of orders of a seat: what it may write now, and what it has written."""
    if room.ended or room.game.over:
        return None
    words = room.game.model.words
    places: dict[str, list[dict[str, Any]]] = {}
    for line in room.sheets.lines(room.scenario, seat, room.at_once):
        line["choices"] = [
            [key, words.move(key) if line["kind"] == "move" and key != "rest" else ""]
            for key in line["choices"]
        ]
        places.setdefault(words.flashpoint(line.pop("place")), []).append(line)
    return {
        "places": [{"name": name, "lines": lines} for name, lines in places.items()],
        "rungs": {rung.key: words.rung(rung.key) for rung in room.scenario.ladder},
        "pays": [
            {"key": key, "name": room.scenario.treaties[key].name, "share": share}
            for key, share in room.upkeeps(seat).items()
        ],
        "ready": seat in room.sheets.ready,
    }


def _changed(file: str, changes: str) -> Scenario:
    """Return the scenario of a file with changes that a teacher typed, one a line."""
    settings = [line.strip() for line in changes.splitlines() if line.strip()]
    return apply_settings(load_scenario(file), settings, option="a change")


def _control(room: Room, form: Mapping[str, str]) -> None:
    what = form.get("what", "")
    if what == "go":
        room.go_on(_whole(form.get("turns", "1"), "turns", 1200))
    elif what in ("pause", "resume"):
        room.pause(what == "pause")
    elif what == "rewind":
        room.rewind()
    elif what == "close":
        room.close_phase()
    elif what == "model":
        room.leave_to_model()
    elif what == "end":
        room.end()
    elif what == "prepared":
        room.inject_prepared(form.get("event", ""))
    elif what == "hot":
        if HOT not in {member.seat for member in room.members.values()}:
            room.join(HOT, "one laptop")
    elif what == "inject":
        path, _, value = form.get("change", "").partition("=")
        why = form.get("why", "").strip()
        if not path.strip() or not value.strip() or not why:
            raise Refused(WORDS["no_a_change_and_what_happened_are_needed"])
        try:
            changed = parse_value(value)
        except ValueError as error:
            raise Refused(WORDS["no_value"].format(value=value[:40], error=error)) from None
        room.inject({"set": {path.strip(): changed}, "why": why[:300]})
    else:
        raise Refused(WORDS["no_that_is_nothing_a_teacher_can_do"])


async def _form(request: Request) -> dict[str, str]:
    body = await request.body()
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=50)
    return dict(pairs)


def _whole(text: str, name: str, most: int) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 20 and int(text) <= most):
        raise Refused(WORDS["no_number"].format(name=name, value=text[:40], most=most))
    return int(text)


async def refused(request: Request, error: Exception) -> Response:
    """Say why something was not done."""
    if request.url.path.endswith(("/choose", "/order", "/control", "/paths.json")):
        return PlainTextResponse(str(error), status_code=409)
    return HTMLResponse(pages.refused(str(error)), status_code=400)


async def too_many(request: Request, error: Exception) -> Response:
    """Say that too many guesses were wrong, or that too much was sent."""
    return PlainTextResponse(WORDS[str(error)], status_code=429)


HANDLERS: dict[Any, Any] = {Refused: refused, TooMany: too_many}
