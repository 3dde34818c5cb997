"""A room: its members, its clock, and its game, kept on disk event by event.

A room is what its events make of it (`sim.web.rooms.journal`), so that a server that was killed
takes its rooms up where they were.

Orders are given in one of two ways. One by one: the room stops wherever a state that somebody plays
has to decide. At once: each turn has three phases. In the first, seats say in public what they
will and order their signals; in the second they order what they do if it comes to it; in the third
they read what happened and say what they pay for upkeep. What is written in a phase is sealed until
it closes.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sim.engines.seats import Decision
from sim.rules import tables as t
from sim.web.rooms.game import Choice, Game, by_model
from sim.web.rooms.journal import Event, Journal
from sim.web.rooms.sheets import ACT, SIGNAL, UPKEEP, Sheets
from sim.web.words import WORDS
from sim.world.plain import plain
from sim.world.problems import InputError
from sim.world.scenario import Scenario
from sim.world.validation import examine

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""What codes are made of: nothing that is mistaken for something else."""
CODE_LENGTH = 6
LONGEST_NAME, LONGEST_REASON = 40, 200
MOST_MEMBERS = 80
Way = Literal["asked", "sealed"]
"""How orders are given: one by one, or by all at once."""
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
        raise Refused(WORDS["no_too_long"].format(n=len(line), most=longest))
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
        self.sheets = Sheets()
        self._read()
        self._make()

    # --- events -----------------------------------------------------------------------------------
    @classmethod
    def opened(
        cls, folder: Path, code: str, scenario: Scenario, seed: int, seconds: int, now: float,
        way: Way = "asked",
    ) -> Room:  # fmt: skip
        """Open a new room; `seconds` is for a choice or a phase, 0 for as long as it takes."""
        file = folder / f"{code}.jsonl"
        first = {
            "what": "opened", "code": code, "scenario": plain(scenario), "seed": seed, "run": 0,
            "seconds": seconds, "way": way, "teacher": new_token(), "screen": new_token(),
        }  # fmt: skip
        Journal.begun(file, first).close()
        return cls(file, now)

    def _read(self) -> None:
        self._journal = Journal(self.file)
        events = self._journal.events
        if not events or events[0].get("what") != "opened":
            raise InputError(f"{self.file}: is no room")
        first = events[0]
        self.code: str = first["code"]
        self.teacher, self.screen = first["teacher"], first["screen"]
        self.seed, self.run, self.seconds = first["seed"], first["run"], first["seconds"]
        self.at_once = first.get("way") == "sealed"
        scenario, problems = examine(first["scenario"])
        if scenario is None:
            raise InputError(f"{self.file}: its scenario is not valid: {problems[0].wrong}")
        self.scenario = scenario
        for event in events[1:]:
            self._note(event)

    def _note(self, event: Event) -> None:
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
            self.sheets.enter(ACT)
        elif what == "closed":
            self.target = event["until"]
            self.sheets.enter(event["then"])
        elif what == "ordered":
            self.sheets.take_in(event)
        elif what == "injected":
            self.scenario = _with_event(self.scenario, event["event"])
        elif what == "rewound":
            self.target = event["turn"]
            self.choices = [c for c in self.choices if c.turn < event["turn"]]
            self.sheets.rewind(event["turn"])
        elif what == "paused":
            self.paused = True
        elif what == "resumed":
            self.paused = False
        elif what == "ended":
            self.ended = True

    def _write(self, event: Event) -> None:
        """Put an event on the disk, then take it in."""
        self._journal.put(event)
        self._note(event)
        self.version += 1

    def close(self) -> None:
        """Let go of its file."""
        self._journal.close()

    # --- the game ---------------------------------------------------------------------------------
    def _make(self) -> None:
        """Make the game anew from the choices that stand."""
        self.game = Game(self.scenario, self.seed, self.run, self.choices)
        self._play()

    def _play(self) -> None:
        """Let the game go on as far as it may."""
        self.game.play(self.target, self._decide)
        if self.at_once and self.sheets.phase == ACT and self.game.pending is None:
            self._write(self._closing(ACT, self.target))  # nobody had anything to decide
        self.version += 1
        self._wind_up()

    @property
    def begun(self) -> bool:
        """Whether play has begun and is not over; before, who comes first waits for the others."""
        return self.target > 0 and not self.game.over

    def _wind_up(self) -> None:
        """Start the clock where somebody has to do something."""
        self.deadline = None
        waits = self.begun and self.taken() if self.at_once else self.game.pending
        if waits and self.seconds and not self.paused and not self.ended:
            self.deadline = self.now + self.seconds

    def _decide(self, decision: Decision) -> Choice | None:
        """Choose for a state, or say that somebody has to."""
        taken = decision.actor in self.taken()
        if self.at_once:
            if self.sheets.phase == ACT and decision.kind != "signal":
                return None
            choice = self._absent(decision, "clock", "") if taken else by_model(decision)
        elif taken:
            return None
        else:
            choice = by_model(decision)
        event = {"what": "chose", "choice": choice.as_dict()}
        self._journal.put(event)
        self._note(event)
        return choice

    def _absent(self, decision: Decision, why: str, standing: str = "orders") -> Choice:
        """Choose as a state's orders say, else leave it to the model."""
        found = self.sheets.choose(self.scenario, decision, standing)
        return found or Choice(decision.turn, decision.actor, decision.kind, None, why)

    def taken(self) -> frozenset[str]:
        """Return the states that somebody plays."""
        seats = {member.seat for member in self.members.values()}
        return frozenset(self.scenario.states) if HOT in seats else frozenset(seats)

    # --- what members do --------------------------------------------------------------------------
    def join(self, seat: str, name: str) -> Member:
        """Let somebody take a seat."""
        if self.ended:
            raise Refused(WORDS["no_the_room_has_ended"])
        if seat != HOT and seat not in self.scenario.states:
            raise Refused(WORDS["no_there_is_no_such_seat"])
        if seat == HOT and self.at_once:
            raise Refused(WORDS["no_sealed_orders_need_a_screen_for_each"])
        if len(self.members) >= MOST_MEMBERS:
            raise Refused(WORDS["no_the_room_is_full"])
        name = tidy(name, LONGEST_NAME)
        if not name:
            raise Refused(WORDS["no_a_name_is_missing"])
        token = new_token()
        self._write({"what": "joined", "token": token, "seat": seat, "name": name})
        if self.at_once and self.deadline is None:
            self._wind_up()
        return self.members[token]

    def choose(
        self, member: Member, option: str, reason: str, number: int, expects: str = ""
    ) -> None:
        """Take an order: it is on the disk when this returns.

        Parameters
        ----------
        number : int
            How many choices had been made when it was asked for, so that an order that comes
            late is not taken for another question.
        expects : str
            What whoever chooses expects of others.
        """
        pending = None if self.at_once else self.game.pending
        self._open_to_orders()
        if pending is None or number != len(self.choices):
            raise Refused(WORDS["no_that_was_decided_already"])
        if member.seat not in (HOT, pending.actor):
            raise Refused(WORDS["no_another_state_is_asked"])
        try:
            lines = (tidy(text, LONGEST_REASON) for text in (reason, expects))
            choice = self.game.choose(option, member.name, *lines)
        except ValueError:
            raise Refused(WORDS["no_that_is_no_option"]) from None
        self._take(choice)

    def _take(self, choice: Choice) -> None:
        self._write({"what": "chose", "choice": choice.as_dict()})
        self.game.take(choice)
        self._play()

    def _open_to_orders(self) -> None:
        if self.paused or self.ended:
            raise Refused(WORDS["no_the_room_is_paused"])

    def asked(self) -> Decision | None:
        """Return what one seat is asked now, as it may see it; None where all order at once."""
        return None if self.at_once else self.game.asked()

    def upkeeps(self, seat: str) -> dict[str, float]:
        """Return the treaties in whose upkeep a seat has a say now, and the share that is paid."""
        if not self.at_once or self.sheets.phase != UPKEEP or self.game.over:
            return {}
        model, treaties = self.game.model, self.scenario.treaties
        return {
            key: float(model.room.sit.treaties[number, t.UPKEEP])
            for number, key in enumerate(model.compiled.treaties)
            if seat in (*treaties[key].guarantors, *treaties[key].proteges)
        }

    def order(
        self,
        member: Member,
        sheet: Any,
        at: tuple[int, str],
        says: str = "",
        expects: str = "",
        pays: Mapping[str, float] | None = None,
    ) -> None:
        """Take a sheet of orders: it is on the disk when this returns.

        Parameters
        ----------
        sheet : Any
            As a browser sends it: line to choice, up_to and reason.
        at : tuple of int and str
            The turn and the phase it was written in.
        says : str
            What the state says in public.
        expects : str
            What whoever writes expects of the others.
        pays : mapping, optional
            The share of its upkeep up to which the state pays, by treaty.
        """
        self._open_to_orders()
        if self.at_once and at != (self.game.turn, self.sheets.phase):
            raise Refused(WORDS["no_that_phase_is_closed"])
        try:
            written = self.sheets.written(self.scenario, member.seat, sheet, self.at_once)
        except ValueError:
            raise Refused(WORDS["no_such_order"]) from None
        may, pays = self.upkeeps(member.seat), pays or {}
        if not all(key in may and 0.0 <= share <= 1.0 for key, share in pays.items()):
            raise Refused(WORDS["no_that_is_no_upkeep_of_yours"])
        for line in written["lines"].values():
            line["reason"] = tidy(line["reason"], LONGEST_REASON)
        public = self.at_once and self.sheets.phase == SIGNAL
        self._write({
            "what": "ordered", "seat": member.seat, "name": member.name, "turn": self.game.turn,
            "says": tidy(says, LONGEST_REASON) if public else "",
            "expects": tidy(expects, LONGEST_REASON), "pays": dict(pays),
            "ready": self.at_once, **written,
        })  # fmt: skip
        if self.at_once and self.begun and self.sheets.ready >= self.taken():
            self.close_phase()

    def close_phase(self) -> None:
        """Open what was sealed, and go on to the next phase."""
        self._active()
        if not self.at_once:
            raise Refused(WORDS["no_here_states_are_asked_one_by_one"])
        if self.game.over:
            raise Refused(WORDS["no_the_last_turn_is_over"])
        phase = self.sheets.phase
        if phase == UPKEEP:
            self._agree_on_upkeep()
        self._write(self._closing(phase, self.game.turn + (phase != UPKEEP)))
        self._play()

    def _closing(self, phase: str, until: int) -> Event:
        """Return the event that closes a phase; none is for upkeep where that costs nothing."""
        rules = self.scenario.rules
        costly = rules.integration_decay.value or rules.upkeep_cost.value
        then = {SIGNAL: ACT, ACT: UPKEEP if costly else SIGNAL, UPKEEP: SIGNAL}[phase]
        return {"what": "closed", "phase": phase, "then": then, "until": until}

    def _agree_on_upkeep(self) -> None:
        model = self.game.model
        for key, share in sorted(self.sheets.agreed().items()):
            paid = float(model.room.sit.treaties[model.compiled.treaties.index(key), t.UPKEEP])
            if share != paid:
                name = self.scenario.treaties[key].name
                self.inject({
                    "set": {f"treaties.{key}.upkeep": share},
                    "why": f"{name}: its members pay {share:.0%} of its upkeep.",
                })  # fmt: skip

    # --- what the teacher does --------------------------------------------------------------------
    def go_on(self, turns: int) -> None:
        """Play so many turns more, stopping where somebody has to choose."""
        self._active()
        if self.at_once and self.sheets.phase != SIGNAL:
            turns -= self.sheets.phase == ACT
            self.close_phase()
            if turns == 0:
                return
        begun = self.game.turn if self.at_once else max(self.target, self.game.turn)
        until = min(self.scenario.turns, begun + max(1, turns))
        self._write({"what": "goes_on", "until": until})
        self._play()

    def leave_to_model(self) -> None:
        """Let the orders of whoever is asked choose, or the model."""
        self._active()
        if self.at_once or self.game.pending is None:
            raise Refused(WORDS["no_nobody_is_asked_now"])
        self._take(self._absent(self.game.pending, "teacher"))

    def pause(self, paused: bool) -> None:
        """Stop the clock and orders, or let them go on."""
        if paused == self.paused:
            return
        if paused:
            self.left = 0.0 if self.deadline is None else max(0.0, self.deadline - self.now)
        self._write({"what": "paused" if paused else "resumed"})
        if paused:
            self.deadline = None
        else:
            self._wind_up()
            if self.deadline is not None and self.left:
                self.deadline = self.now + self.left

    def rewind(self) -> None:
        """Go back to the beginning of the turn that is played, or that was played last."""
        self._active()
        turn = self.game.turn if self.game.pending is not None else self.game.turn - 1
        if turn < 0:
            raise Refused(WORDS["no_nothing_has_been_played_yet"])
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
            raise Refused(WORDS["no_the_last_turn_has_begun"])
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
        raise Refused(WORDS["no_there_is_no_such_event"])

    def end(self) -> None:
        """End play: the fog is lifted."""
        if not self.ended:
            self._write({"what": "ended"})
            self.deadline = None

    def tick(self, now: float) -> bool:
        """Let time pass; returns whether time was up, so that orders or the model chose."""
        self.now = now
        if self.deadline is None or now < self.deadline:
            return False
        if self.at_once:
            self.close_phase()
        elif self.game.pending is not None:
            self._take(self._absent(self.game.pending, "clock"))
        return True

    def _active(self) -> None:
        if self.ended:
            raise Refused(WORDS["no_the_room_has_ended_2"])
        if self.paused:
            raise Refused(WORDS["no_the_room_is_paused_2"])


def _with_event(scenario: Scenario, event: dict[str, Any]) -> Scenario:
    return scenario.set({"events": [*plain(scenario)["events"], event]})
