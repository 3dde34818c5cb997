"""A room: its members, its clock, and its game, kept on disk event by event.

A room is what its events make of it. Each is written to a file and forced to the disk before
anything is done with it, so that a server that was killed takes its rooms up where they were; a
last line that was cut off is an event that was never acknowledged.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.web.rooms.game import Choice, Game
from sim.world.plain import plain
from sim.world.problems import InputError
from sim.world.scenario import Scenario
from sim.world.validation import examine

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""What codes are made of: nothing that is mistaken for something else."""
CODE_LENGTH = 6
LONGEST_NAME, LONGEST_REASON = 40, 200
MOST_MEMBERS = 80
HOT = "*"
"""The seat of a member that sits in every seat, on one laptop that is passed around."""


class Refused(InputError):
    """Something that a room does not do; says why and what to do."""


@dataclass(frozen=True)
class Member:
    """Somebody who sits in a seat; several in one are a team."""

    token: str
    seat: str
    name: str


def new_code() -> str:
    """Return a code that can be read out."""
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def new_token() -> str:
    """Return what nobody guesses."""
    return secrets.token_urlsafe(18)


def tidy(text: str, longest: int) -> str:
    """Return a line of text without what cannot be printed.

    Raises
    ------
    Refused
        If it is too long.
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if len(line) > longest:
        raise Refused(f"that is too long ({len(line)} letters)\n    write at most {longest}")
    return line


class Room:
    """A room that is open.

    Parameters
    ----------
    file : Path
        Where its events are.
    now : float
        Seconds on a clock that only goes forward.
    """

    def __init__(self, file: Path, now: float) -> None:
        self.file, self.now = file, now
        self.members: dict[str, Member] = {}
        self.target = 0
        self.paused = self.ended = False
        self.deadline: float | None = None
        self.left = 0.0  # seconds that were left when it was paused
        self.version = 0
        self.choices: list[Choice] = []
        self._file: Any = None
        self._read()
        self._make()

    # --- events -----------------------------------------------------------------------------------
    @classmethod
    def opened(
        cls, folder: Path, code: str, scenario: Scenario, seed: int, seconds: int, now: float
    ) -> Room:
        """Open a new room; `seconds` is the time for a choice, 0 for as long as it takes."""
        file = folder / f"{code}.jsonl"
        event = {
            "what": "opened", "code": code, "scenario": plain(scenario), "seed": seed,
            "run": 0, "seconds": seconds, "teacher": new_token(), "screen": new_token(),
        }  # fmt: skip
        folder.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as out:
            _put(out, event)
        return cls(file, now)

    def _read(self) -> None:
        events, whole = _events(self.file)
        if not events or events[0].get("what") != "opened":
            raise InputError(f"{self.file}: is no room")
        first = events[0]
        self.code: str = first["code"]
        self.teacher, self.screen = first["teacher"], first["screen"]
        self.seed, self.run, self.seconds = first["seed"], first["run"], first["seconds"]
        scenario, problems = examine(first["scenario"])
        if scenario is None:
            raise InputError(f"{self.file}: its scenario is not valid: {problems[0].wrong}")
        self.scenario = scenario
        for event in events[1:]:
            self._note(event)
        # a line that was cut off is written over
        self._file = self.file.open("r+", encoding="utf-8")
        self._file.seek(whole)
        self._file.truncate()

    def _note(self, event: dict[str, Any]) -> None:
        """Take in what an event changes, but for what the game plays."""
        what = event["what"]
        if what == "joined":
            member = Member(event["token"], event["seat"], event["name"])
            self.members[member.token] = member
        elif what == "left":
            self.members.pop(event["token"], None)
        elif what == "chose":
            self.choices.append(Choice(**event["choice"]))
        elif what == "goes_on":
            self.target = event["until"]
        elif what == "injected":
            self.scenario = _with_event(self.scenario, event["event"])
        elif what == "rewound":
            self.target = event["turn"]
            self.choices = [c for c in self.choices if c.turn < event["turn"]]
        elif what == "paused":
            self.paused = True
        elif what == "resumed":
            self.paused = False
        elif what == "ended":
            self.ended = True

    def _write(self, event: dict[str, Any]) -> None:
        """Put an event on the disk, then take it in."""
        _put(self._file, event)
        self._note(event)
        self.version += 1

    def close(self) -> None:
        """Let go of its file."""
        self._file.close()

    # --- the game ---------------------------------------------------------------------------------
    def _make(self) -> None:
        """Make the game anew from the choices that stand."""
        self.game = Game(self.scenario, self.seed, self.run, self.choices)
        self._play()

    def _play(self) -> None:
        """Let the game go on as far as it may."""
        self.game.play(self.target, self.taken(), self._model_chose)
        self.version += 1
        self.deadline = None
        if self.game.pending is not None and self.seconds and not self.paused and not self.ended:
            self.deadline = self.now + self.seconds

    def _model_chose(self, choice: Choice) -> None:
        _put(self._file, {"what": "chose", "choice": choice.as_dict()})
        self.choices.append(choice)

    def taken(self) -> frozenset[str]:
        """Return the states that somebody plays."""
        seats = {member.seat for member in self.members.values()}
        return frozenset(self.scenario.states) if HOT in seats else frozenset(seats)

    # --- what members do --------------------------------------------------------------------------
    def join(self, seat: str, name: str) -> Member:
        """Let somebody take a seat."""
        if self.ended:
            raise Refused("the room has ended\n    ask for the code of another")
        if seat != HOT and seat not in self.scenario.states:
            raise Refused("there is no such seat\n    choose one of the list")
        if len(self.members) >= MOST_MEMBERS:
            raise Refused("the room is full\n    share a screen with somebody")
        name = tidy(name, LONGEST_NAME)
        if not name:
            raise Refused("a name is missing\n    write one; it need not be your own")
        token = new_token()
        self._write({"what": "joined", "token": token, "seat": seat, "name": name})
        return self.members[token]

    def choose(self, member: Member, option: str, reason: str, number: int) -> None:
        """Take an order: it is on the disk when this returns.

        Parameters
        ----------
        number : int
            How many choices had been made when it was asked for, so that an order that comes
            late is not taken for another question.
        """
        pending = self.game.pending
        if self.paused or self.ended:
            raise Refused("the room is paused\n    wait until it goes on")
        if pending is None or number != len(self.choices):
            raise Refused("that was decided already\n    look at what is asked now")
        if member.seat not in (HOT, pending.actor):
            raise Refused("another state is asked\n    wait until yours is")
        try:
            choice = self.game.choose(option, member.name, tidy(reason, LONGEST_REASON))
        except ValueError:
            raise Refused("that is no option\n    choose one of those shown") from None
        self._take(choice)

    def _take(self, choice: Choice) -> None:
        self._write({"what": "chose", "choice": choice.as_dict()})
        self.game.take(choice)
        self._play()

    # --- what the teacher does --------------------------------------------------------------------
    def go_on(self, turns: int) -> None:
        """Play so many turns more, stopping where somebody has to choose."""
        self._active()
        until = min(self.scenario.turns, max(self.target, self.game.turn) + max(1, turns))
        self._write({"what": "goes_on", "until": until})
        self._play()

    def leave_to_model(self) -> None:
        """Let the model choose for whoever is asked."""
        self._active()
        if self.game.pending is None:
            raise Refused("nobody is asked now\n    play on")
        self._take(self.game.choose(None, "teacher"))

    def pause(self, paused: bool) -> None:
        """Stop the clock and orders, or let them go on."""
        if paused == self.paused:
            return
        if paused:
            self.left = 0.0 if self.deadline is None else max(0.0, self.deadline - self.now)
        self._write({"what": "paused" if paused else "resumed"})
        if paused:
            self.deadline = None
        elif self.game.pending is not None and self.seconds:
            self.deadline = self.now + (self.left or self.seconds)

    def rewind(self) -> None:
        """Go back to the beginning of the turn that is played, or that was played last."""
        self._active()
        turn = self.game.turn if self.game.pending is not None else self.game.turn - 1
        if turn < 0:
            raise Refused("nothing has been played yet\n    play a turn first")
        self._write({"what": "rewound", "turn": turn})
        self._make()

    def inject(self, event: dict[str, Any]) -> None:
        """Let something happen that nobody foresaw, when the next turn begins.

        Parameters
        ----------
        event : dict
            As in a scenario file, without its time.

        Raises
        ------
        InputError
            If it is no event, or cannot happen any more.
        """
        self._active()
        turn = self.game.turn + (1 if self.game.pending is not None else 0)
        if turn >= self.scenario.turns:
            raise Refused("the last turn has begun\n    rewind it, or end the room")
        dated = {**event, "turn": turn, "enabled": True, "probability": 1.0}
        for key in ("date", "after", "repeats", "name"):
            dated.pop(key, None)
        _with_event(self.scenario, dated)  # refuses before anything is written
        self._write({"what": "injected", "event": dated})
        self._make()

    def prepared(self) -> list[tuple[str, str]]:
        """Return the events that the scenario keeps ready but switched off: name and why."""
        return [(e.name, e.why) for e in self.scenario.events if e.name and not e.enabled]

    def inject_prepared(self, name: str) -> None:
        """Let an event happen that the scenario keeps ready."""
        for event in self.scenario.events:
            if event.name == name and not event.enabled:
                self.inject({k: v for k, v in plain(event).items() if v is not None})
                return
        raise Refused("there is no such event\n    choose one of the list")

    def end(self) -> None:
        """End play: the fog is lifted."""
        if not self.ended:
            self._write({"what": "ended"})
            self.deadline = None

    def tick(self, now: float) -> bool:
        """Let time pass; returns whether somebody's time was up, so that the model chose."""
        self.now = now
        if self.deadline is None or now < self.deadline:
            return False
        self._take(self.game.choose(None, "clock"))
        return True

    def _active(self) -> None:
        if self.ended:
            raise Refused("the room has ended\n    open another")
        if self.paused:
            raise Refused("the room is paused\n    let it go on first")


def _put(out: Any, event: dict[str, Any]) -> None:
    out.write(json.dumps(event, ensure_ascii=False) + "\n")
    out.flush()
    os.fsync(out.fileno())


def _events(file: Path) -> tuple[list[dict[str, Any]], int]:
    """Return the events of a file and where they end; a last line that was cut off is no event."""
    whole = file.read_bytes().rpartition(b"\n")[0]
    return [json.loads(line) for line in whole.splitlines()], len(whole) + 1 if whole else 0


def _with_event(scenario: Scenario, event: dict[str, Any]) -> Scenario:
    return scenario.set({"events": [*plain(scenario)["events"], event]})
