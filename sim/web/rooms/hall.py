"""The rooms of a server: found by their codes, taken up again from disk, watched by one clock."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sim.web.rooms.room import CODE_LENGTH, LETTERS, Member, Refused, Room, Way, new_code
from sim.web.words import WORDS
from sim.world.scenario import Scenario

MOST_ROOMS = 24
MOST_WRONG, WITHIN = 30, 60.0
"""Wrong codes and tokens that are answered within so many seconds."""
MOST_SENT, SENT_WITHIN = 60, 10.0
"""What one key may send within so many seconds."""
TICK = 0.25
LOOK = 20.0
"""Seconds that a browser is kept waiting for news at most."""
_CODE = re.compile(f"[{LETTERS}]{{{CODE_LENGTH}}}")


class TooMany(Exception):
    """Too many wrong guesses, or too much sent at once; its text is the key of what to say."""


class Hall:
    """All rooms of a server.

    Parameters
    ----------
    folder : Path
        Where they are kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rooms: dict[str, Room] = {}
        self._news: dict[str, asyncio.Event] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._wrong: deque[float] = deque(maxlen=MOST_WRONG)
        self._sent: dict[str, deque[float]] = {}
        self._clock: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Take up the rooms that are on disk, and start the clock."""
        for file in sorted(self.folder.glob("*.jsonl")):
            if _CODE.fullmatch(file.stem):
                await self._add(Room, file, time.monotonic())
        self._clock = asyncio.create_task(self._tick())

    async def close(self) -> None:
        """Stop the clock; rooms stay on disk."""
        if self._clock is not None:
            self._clock.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._clock
        for room in self.rooms.values():
            room.close()

    async def _add(self, make: Callable[..., Room], *given: Any) -> Room:
        # the first room of all may have to wait for the rules to be compiled
        room = await asyncio.to_thread(make, *given)
        self.rooms[room.code] = room
        self._news[room.code], self._locks[room.code] = asyncio.Event(), asyncio.Lock()
        return room

    async def open_room(
        self, scenario: Scenario, seed: int, seconds: int, way: Way = "asked"
    ) -> Room:
        """Open a new room."""
        if len(self.rooms) >= MOST_ROOMS:
            raise Refused(WORDS["no_more_rooms"].format(most=MOST_ROOMS, folder=self.folder))
        code = new_code()
        while code in self.rooms:
            code = new_code()
        return await self._add(
            Room.opened, self.folder, code, scenario, seed, seconds, time.monotonic(), way
        )

    # --- who may see what -------------------------------------------------------------------------
    def find(self, code: str) -> Room:
        """Return the room of a code.

        Raises
        ------
        Refused
            If there is none.
        TooMany
            If wrong codes came too often.
        """
        self._guess()
        room = self.rooms.get(code.strip().upper())
        if room is None:
            self._wrong.append(time.monotonic())
            raise Refused(WORDS["no_there_is_no_room_of_that_code"])
        return room

    def who(self, room: Room, token: str) -> Member | str | None:
        """Return whom a token of a room lets in: a member, ``teacher``, ``screen``; or None."""
        self._guess()
        if token == room.teacher:
            return "teacher"
        if token == room.screen:
            return "screen"
        found = room.members.get(token)
        if found is None:
            self._wrong.append(time.monotonic())
        return found

    def _guess(self) -> None:
        now = time.monotonic()
        if len(self._wrong) == MOST_WRONG and now - self._wrong[0] < WITHIN:
            raise TooMany("too_many")

    def send(self, token: str) -> None:
        """Count what a key sends.

        Raises
        ------
        TooMany
            If that is too much in too short a time.
        """
        now = time.monotonic()
        sent = self._sent.setdefault(token, deque(maxlen=MOST_SENT))
        if len(sent) == MOST_SENT and now - sent[0] < SENT_WITHIN:
            raise TooMany("too_fast")
        sent.append(now)

    # --- news -------------------------------------------------------------------------------------
    async def do(self, room: Room, what: Callable[..., Any], *given: Any) -> Any:
        """Do something in a room, one thing after the other, and tell whoever waits for news."""
        async with self._locks[room.code]:
            room.now = time.monotonic()
            try:
                return await asyncio.to_thread(what, *given)
            finally:
                self._tell(room)

    def _tell(self, room: Room) -> None:
        news, self._news[room.code] = self._news[room.code], asyncio.Event()
        news.set()

    async def news(self, room: Room, seen: int) -> None:
        """Wait until a room is not what somebody has seen any more, or for a while."""
        news = self._news[room.code]
        if room.version == seen:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), LOOK)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            for room in list(self.rooms.values()):
                if room.deadline is not None and time.monotonic() >= room.deadline:
                    await self.do(room, room.tick, time.monotonic())
