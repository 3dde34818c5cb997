"""The event log in words: each row of numbers as a record with names.

The rules write rows (`sim.rules.log` says what each column holds); here each becomes a frozen
record of its kind. Names are the keys of the scenario file: ``japan``, ``us_japan``,
``show_of_force``. Nothing is added: whatever is told or measured later comes from these records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any, ClassVar, NamedTuple

from sim.rules import log
from sim.rules.tables import Floats, Ints

ENDINGS = (
    "deterrence_held", "acquiescence", "settlement", "limited_conflict", "war", "nuclear_use",
    "ongoing",
)  # fmt: skip
"""How a crisis can end, by the number in the log."""
SOLVERS = ("fast", "continuation", "failed")
DUTIES = ("none", "bound", "bound", "recognised")
CAUSES = ("challenge", "recovery", "accident")
SIGNALS = ("nothing", "sink", "tie", "deploy")
"""Kinds of signal, by the number in the log."""
REST, STANDS_DOWN = -1, -2


class Names(NamedTuple):
    """The keys behind the numbers in a log, in the order of the tables."""

    states: tuple[str, ...]
    flashpoints: tuple[str, ...]
    treaties: tuple[str, ...]
    rungs: tuple[str, ...]
    moves: tuple[str, ...]
    events: tuple[str, ...]
    types: tuple[tuple[str, ...], ...] = ()  # by state
    ties: tuple[str, ...] = ()


def event_key(number: int, name: str | None) -> str:
    """Return the key of an event of the scenario: its name, or its place in the file from 0."""
    return name or f"event_{number}"


@dataclass(frozen=True)
class Record:
    """Something that happened in a turn (counted from 0)."""

    kind: ClassVar[str] = ""
    turn: int

    def as_dict(self) -> dict[str, Any]:
        """Return the record as plain data fit for JSON."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {"turn": values.pop("turn"), "kind": self.kind, **values}


@dataclass(frozen=True)
class EventHappened(Record):
    """An event of the scenario happened."""

    kind: ClassVar[str] = "event"
    event: str


@dataclass(frozen=True)
class Opportunity(Record):
    """A challenger weighs a move.

    `motive` scales its stake (1 is usual, `motive_level` 0 to 4 its rank among the five values);
    `would_move_unopposed` says whether it would have moved, with the same draw, had the holder
    been sure to yield and nobody to come.
    """

    kind: ClassVar[str] = "opportunity"
    flashpoint: str
    challenger: str
    holder: str
    motive: float
    motive_level: int
    would_move_unopposed: bool
    solver: str


@dataclass(frozen=True)
class Move(Record):
    """The challenger acts: ``rests``, ``stands_down``, ``holds`` or ``moves``.

    `chosen` is false where it did not reconsider and so held; then no chance is given.
    """

    kind: ClassVar[str] = "move"
    flashpoint: str
    challenger: str
    holder: str
    act: str
    move: str | None
    rung: str | None
    chosen: bool
    chance: float | None


@dataclass(frozen=True)
class Answer(Record):
    """The holder yields (`rung` is None) or resists at a rung."""

    kind: ClassVar[str] = "answer"
    flashpoint: str
    holder: str
    challenger: str
    yields: bool
    rung: str | None
    chosen: bool
    chance: float | None


@dataclass(frozen=True)
class Invoked(Record):
    """An act in a treaty's scope reached its trigger."""

    kind: ClassVar[str] = "invoked"
    flashpoint: str
    treaty: str
    protege: str
    rung: str


@dataclass(frozen=True)
class Recognised(Record):
    """It is now public that a treaty's trigger is met; its chance was `chance`."""

    kind: ClassVar[str] = "recognised"
    flashpoint: str
    treaty: str
    guarantor: str
    principal: str
    rung: str
    chance: float


@dataclass(frozen=True)
class Join(Record):
    """A state that was free to choose a side comes or stands aside.

    `duty`: ``none``, ``bound`` (a treaty asks it, the trigger is not recognised as met) or
    ``recognised``. `gain` is what coming was worth to it apart from what its treaty makes it lose.
    """

    kind: ClassVar[str] = "join"
    flashpoint: str
    state: str
    principal: str
    came: bool
    treaty: str | None
    duty: str
    chance: float
    gain: float


@dataclass(frozen=True)
class Leave(Record):
    """A state leaves the side that it had joined; `chance` was that of staying."""

    kind: ClassVar[str] = "leave"
    flashpoint: str
    state: str
    principal: str
    treaty: str | None
    duty: str
    chance: float
    gain: float


@dataclass(frozen=True)
class Press(Record):
    """The challenger, seeing who came, presses or backs down; `chance` is that of what it did."""

    kind: ClassVar[str] = "press"
    flashpoint: str
    challenger: str
    holder: str
    presses: bool
    rung: str
    chance: float


@dataclass(frozen=True)
class Slip(Record):
    """A contest slips one rung up, which nobody chose."""

    kind: ClassVar[str] = "slip"
    flashpoint: str
    from_rung: str
    to_rung: str


@dataclass(frozen=True)
class Force(Record):
    """Force decides; `challenger_chance` was the challenger's chance to win."""

    kind: ClassVar[str] = "force"
    flashpoint: str
    winner: str
    loser: str
    rung: str
    challenger_won: bool
    challenger_chance: float
    share: float


@dataclass(frozen=True)
class Settled(Record):
    """A settlement ends a contest and moves a share of control to the challenger."""

    kind: ClassVar[str] = "settled"
    flashpoint: str
    challenger: str
    holder: str
    rung: str
    challenger_chance: float
    share: float


@dataclass(frozen=True)
class Yielded(Record):
    """The share of control that the holder gave up by yielding."""

    kind: ClassVar[str] = "yielded"
    flashpoint: str
    holder: str
    challenger: str
    rung: str
    share: float


@dataclass(frozen=True)
class CrisisBegins(Record):
    """A crisis begins: by a ``challenge``, by the former holder's ``recovery``, by ``accident``."""

    kind: ClassVar[str] = "crisis_begins"
    flashpoint: str
    challenger: str
    holder: str
    move: str
    rung: str
    cause: str
    control: float


@dataclass(frozen=True)
class CrisisEnds(Record):
    """A crisis ends; control is the share that the first holder of the scenario controls."""

    kind: ClassVar[str] = "crisis_ends"
    flashpoint: str
    challenger: str
    holder: str
    ending: str
    highest_rung: str
    turns: int
    control_before: float
    control_after: float


@dataclass(frozen=True)
class RungReached(Record):
    """The highest rung at which a crisis stood this turn."""

    kind: ClassVar[str] = "rung"
    flashpoint: str
    rung: str


@dataclass(frozen=True)
class TurnEnds(Record):
    """The ledger of a turn: the highest rung anywhere, if any, and the geopolitical risk index."""

    kind: ClassVar[str] = "turn_ends"
    highest_rung: str | None
    risk_index: float


@dataclass(frozen=True)
class StateEnds(Record):
    """A state's ledger at the end of the run."""

    kind: ClassVar[str] = "state_ends"
    state: str
    cost: float
    standing: float


@dataclass(frozen=True)
class Signal(Record):
    """A holder or a guarantor (then by a treaty) signals: ``nothing`` or ``sink, tie, deploy``.

    `amount` is what is sunk, what is added to the price of giving way, or the share deployed.
    """

    kind: ClassVar[str] = "signal"
    flashpoint: str
    state: str
    holder: str
    signal: str
    treaty: str | None
    chance: float
    amount: float
    solver: str


@dataclass(frozen=True)
class Concluded(Record):
    """What others conclude from a signal: the type in which their belief rose most.

    `type` is None where they ask whether it means its promise in a treaty.
    """

    kind: ClassVar[str] = "concluded"
    flashpoint: str
    state: str
    type: str | None
    treaty: str | None
    before: float
    after: float


@dataclass(frozen=True)
class Armed(Record):
    """What a year of arming made of a state's capability; chance events are in it too."""

    kind: ClassVar[str] = "armed"
    state: str
    before: float
    after: float


@dataclass(frozen=True)
class CoalitionSettles(Record):
    """A holder's coalition answers at a lower rung than the holder proposed."""

    kind: ClassVar[str] = "coalition_settles"
    flashpoint: str
    holder: str
    rung: str
    proposed: str


@dataclass(frozen=True)
class TieChanged(Record):
    """A tie that deepened or loosened: by its members' wish, or (`scripted`) by an event.

    `worth` is what the step is worth to each member, where they chose; a step loosened is worth
    little or less than nothing.
    """

    kind: ClassVar[str] = "tie_changed"
    tie: str
    members: tuple[str, str]
    depth: int
    before: int
    scripted: bool
    worth: tuple[float, float] | None


CHOICES = (Move, Answer, Join, Leave, Press, Signal)
"""The records that say what a state chose."""

Row = tuple[int, int, int, int, int, int, int]
"""turn, flashpoint, actor, other, a, b, c: a row of the log without its kind."""


def _move(n: Names, row: Row, x: float, _y: float) -> Record:
    turn, f, actor, other, a, b, c = row
    act = {REST: "rests", STANDS_DOWN: "stands_down"}.get(a, "moves" if c == 1 else "holds")
    move = n.moves[a] if a >= 0 else None
    rung = n.rungs[b] if a != REST else None
    where = n.flashpoints[f], n.states[actor], n.states[other]
    return Move(turn, *where, act, move, rung, c >= 0, x if c >= 0 else None)


def _answer(n: Names, row: Row, x: float, _y: float) -> Record:
    turn, f, actor, other, a, b, _c = row
    rung = n.rungs[a] if a >= 0 else None
    where = n.flashpoints[f], n.states[actor], n.states[other]
    return Answer(turn, *where, rung is None, rung, b == 1, x if b == 1 else None)


def _join(n: Names, row: Row, x: float, y: float) -> Record:
    turn, f, actor, other, a, b, c = row
    where = n.flashpoints[f], n.states[actor], n.states[other]
    return Join(turn, *where, a == 1, n.treaties[b] if b >= 0 else None, DUTIES[c], x, y)


def _leave(n: Names, row: Row, x: float, y: float) -> Record:
    turn, f, actor, other, _a, b, c = row
    where = n.flashpoints[f], n.states[actor], n.states[other]
    return Leave(turn, *where, n.treaties[b] if b >= 0 else None, DUTIES[c], x, y)


def _begins(n: Names, row: Row, x: float, _y: float) -> Record:
    turn, f, actor, other, a, b, c = row
    where = n.flashpoints[f], n.states[actor], n.states[other]
    return CrisisBegins(turn, *where, n.moves[a], n.rungs[b], CAUSES[c], x)


def _ends(n: Names, row: Row, x: float, y: float) -> Record:
    turn, f, actor, other, a, b, c = row
    where = n.flashpoints[f], n.states[actor], n.states[other]
    return CrisisEnds(turn, *where, ENDINGS[a], n.rungs[b], c, x, y)


def _signal(n: Names, row: Row, x: float, y: float) -> Record:
    turn, f, actor, other, a, b, c = row
    treaty = n.treaties[b] if b >= 0 else None
    where = n.flashpoints[f], n.states[actor], n.states[other]
    return Signal(turn, *where, SIGNALS[a], treaty, x, y, SOLVERS[c])


def _concluded(n: Names, row: Row, x: float, y: float) -> Record:
    turn, f, actor, _other, a, b, _c = row
    found = n.types[actor][a] if a >= 0 else None
    treaty = n.treaties[b] if b >= 0 else None
    return Concluded(turn, n.flashpoints[f], n.states[actor], found, treaty, x, y)


_READERS: dict[int, Callable[[Names, Row, float, float], Record]] = {
    log.EVENT: lambda n, r, x, y: EventHappened(r[0], n.events[r[4]]),
    log.OPPORTUNITY: lambda n, r, x, y: Opportunity(
        r[0], n.flashpoints[r[1]], n.states[r[2]], n.states[r[3]], x, r[4], r[5] == 1, SOLVERS[r[6]]
    ),
    log.MOVE: _move,
    log.ANSWER: _answer,
    log.INVOKED: lambda n, r, x, y: Invoked(
        r[0], n.flashpoints[r[1]], n.treaties[r[4]], n.states[r[3]], n.rungs[r[5]]
    ),
    log.RECOGNISED: lambda n, r, x, y: Recognised(
        r[0],
        n.flashpoints[r[1]],
        n.treaties[r[4]],
        n.states[r[2]],
        n.states[r[3]],
        n.rungs[r[5]],
        x,
    ),
    log.JOIN: _join,
    log.LEAVE: _leave,
    log.PRESS: lambda n, r, x, y: Press(
        r[0], n.flashpoints[r[1]], n.states[r[2]], n.states[r[3]], r[4] == 1, n.rungs[r[5]], x
    ),
    log.SLIP: lambda n, r, x, y: Slip(r[0], n.flashpoints[r[1]], n.rungs[r[4]], n.rungs[r[5]]),
    log.FORCE: lambda n, r, x, y: Force(
        r[0], n.flashpoints[r[1]], n.states[r[2]], n.states[r[3]], n.rungs[r[4]], r[5] == 1, x, y
    ),
    log.SETTLED: lambda n, r, x, y: Settled(
        r[0], n.flashpoints[r[1]], n.states[r[2]], n.states[r[3]], n.rungs[r[4]], x, y
    ),
    log.YIELDED: lambda n, r, x, y: Yielded(
        r[0], n.flashpoints[r[1]], n.states[r[2]], n.states[r[3]], n.rungs[r[4]], x
    ),
    log.CRISIS_BEGINS: _begins,
    log.CRISIS_ENDS: _ends,
    log.RUNG: lambda n, r, x, y: RungReached(r[0], n.flashpoints[r[1]], n.rungs[r[4]]),
    log.TURN_ENDS: lambda n, r, x, y: TurnEnds(r[0], n.rungs[r[4]] if r[4] >= 0 else None, x),
    log.SIGNAL: _signal,
    log.CONCLUDED: _concluded,
    log.ARMED: lambda n, r, x, y: Armed(r[0], n.states[r[2]], x, y),
    log.SETTLES: lambda n, r, x, y: CoalitionSettles(
        r[0], n.flashpoints[r[1]], n.states[r[2]], n.rungs[r[4]], n.rungs[r[5]]
    ),
    log.TIE: lambda n, r, x, y: TieChanged(
        r[0], n.ties[r[4]], (n.states[r[2]], n.states[r[3]]), r[5], r[6], False, (x, y)
    ),
    log.TIE_SET: lambda n, r, x, y: TieChanged(
        r[0], n.ties[r[4]], (n.states[r[2]], n.states[r[3]]), r[5], r[6], True, None
    ),
    log.STATE_ENDS: lambda n, r, x, y: StateEnds(r[0], n.states[r[2]], x, y),
}


def decode(ints: Ints, floats: Floats, names: Names) -> Iterator[Record]:
    """Turn rows of a log into records, in their order.

    Parameters
    ----------
    ints, floats : numpy.ndarray
        Rows of `sim.rules.tables.Log`, only those that were written.
    names : Names
        The keys behind the numbers.
    """
    for (turn, kind, *rest), (x, y) in zip(ints.tolist(), floats.tolist(), strict=True):
        yield _READERS[kind](names, (turn, *rest), x, y)
