"""A run told in plain English, turn by turn: records in, lines out.

`Narration` takes records as they come and gives finished lines back, so that it can tell a run
while it is played.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sim.analysis.diary import Diary, Line
from sim.engines.wording import Wording, capitalised, listed, per_cent
from sim.outcomes.events import (
    Answer,
    Armed,
    CoalitionSettles,
    Concluded,
    CrisisBegins,
    CrisisEnds,
    EventHappened,
    Force,
    Invoked,
    Join,
    Leave,
    Move,
    Opportunity,
    Press,
    Recognised,
    Record,
    Settled,
    Signal,
    Slip,
    TieChanged,
    TurnEnds,
    Yielded,
    event_key,
)  # fmt: skip

ENDING_NAMES = {
    "deterrence_held": "immediate deterrence held",
    "acquiescence": "acquiescence",
    "settlement": "settlement",
    "limited_conflict": "limited conflict",
    "war": "war",
    "nuclear_use": "nuclear use",
    "ongoing": "still open at the end",
}
_MOTIVES = {0: "weak", 4: "strong"}
TELLS = 0.05
"""Change in a belief from which silence is told."""
SAME = 0.005
"""Change in a belief that is none in words."""


@dataclass
class _Crisis:
    """What the narrator keeps in mind of a live crisis."""

    challenger: str
    holder: str
    cause: str
    rung: str
    began: int
    fresh: bool = True
    held: bool = False
    aside: dict[str, str] = field(default_factory=dict)
    beside: dict[str, list[str]] = field(default_factory=dict)


class Narration:
    """Tells records as they come.

    Parameters
    ----------
    words : Wording
        What the things of the scenario are called.
    player : str, optional
        A state that somebody plays: its motive is no news to it, and what it would have done had
        nobody stood in the way is not for the model to say.
    thorough : bool
        Whether to tell, too, what is else left out because nothing came of it.
    """

    def __init__(self, words: Wording, player: str | None = None, thorough: bool = False) -> None:
        self.words, self.player, self.thorough = words, player, thorough
        scenario = words.scenario
        self._control = {f: float(point.control) for f, point in scenario.flashpoints.items()}
        self._events = {event_key(i, event.name): event for i, event in enumerate(scenario.events)}
        self._diary = Diary(words)
        self._crises: dict[str, _Crisis] = {}
        self._weighed: dict[str, Opportunity] = {}
        self._silent: Signal | None = None
        self._tellers: dict[type[Record], Callable[[Any], None]] = {
            EventHappened: self._event, Opportunity: self._opportunity, Move: self._move,
            CrisisBegins: self._crisis_begins, Invoked: self._invoked, Answer: self._answer,
            Yielded: self._yielded, Recognised: self._recognised, Leave: self._leave,
            Press: self._press, Slip: self._slip, Force: self._force, Settled: self._settled,
            CrisisEnds: self._crisis_ends, TurnEnds: self._turn_ends, Signal: self._signal,
            Concluded: self._concluded, Armed: self._armed, TieChanged: self._tie_changed,
            CoalitionSettles: self._coalition_settles,
        }  # fmt: skip

    def tell(self, records: Iterable[Record]) -> None:
        """Take records in their order."""
        joins: list[Join] = []
        for record in records:
            if joins and not (isinstance(record, Join) and _alike(joins[0], record)):
                self._joins(joins)
                joins = []
            self._diary.open(record.turn)
            if isinstance(record, Join):
                joins.append(record)
            elif type(record) in self._tellers:
                self._tellers[type(record)](record)
        if joins:
            self._joins(joins)

    def note(self, payload: Any, where: str | None = None) -> None:
        """Put something between the lines here; it comes back as the payload of a line."""
        self._say_who_holds()
        self._diary.note(payload, where)

    def stays(self, where: str, state: str, principal: str) -> None:
        """Tell that a state stays at the side it has joined, of which there is no record."""
        side = f"{self.words.of_state(principal)} side"
        self._say(where, f"{capitalised(self._state(state))} stays at {side}.")

    def head(self, turn: int, where: str) -> None:
        """Write the headings of a turn and a place, for what is asked before anything is told."""
        self._say_who_holds()
        self._diary.open(turn)
        self._diary.head(where)

    def lines(self, flush: bool = False) -> list[Line]:
        """Return the lines that are finished, once; with `flush` also those of a turn under way."""
        if flush:
            self._say_who_holds()
            self._diary.flush()
        return self._diary.taken()

    def end(self) -> list[Line]:
        """Return all lines that are left, when no more records come."""
        self._say_who_holds()
        self._diary.flush()
        self._diary.unfold()
        return self._diary.taken()

    # --- records ------------------------------------------------------------------------------
    def _event(self, record: EventHappened) -> None:
        self._say(None, self.words.event(record.event))
        event = self._events[record.event]
        for f in self._control:
            path = f"flashpoints.{f}.control"
            if path in event.set:
                value = event.set[path]
                self._control[f] = float(value["value"] if isinstance(value, dict) else value)
            if path in event.scale:
                self._control[f] = min(1.0, self._control[f] * float(event.scale[path]))
        for f, rung in event.accident.items():
            self._accident(f, rung)

    def _accident(self, f: str, rung: str) -> None:
        """Tell what an accident does where it starts no crisis."""
        crisis, order = self._crises.get(f), [step.key for step in self.words.scenario.ladder]
        if crisis is not None and order.index(rung) > order.index(crisis.rung):
            crisis.rung = rung
            self._say(f, f"It lifts the crisis to {self.words.rung(rung)}, which nobody chose.")
        elif crisis is not None:
            self._say(f, "The crisis already stands at that height, so it changes nothing.")
        elif self._control[f] <= 0.0:
            holder = self._state(self.words.scenario.flashpoints[f].holder)
            self._say(
                f,
                f"No crisis follows from it: {holder} has already lost all control, so that "
                "nothing is left to take.",
            )

    def _opportunity(self, record: Opportunity) -> None:
        self._weighed[record.flashpoint] = record

    def _crisis_begins(self, record: CrisisBegins) -> None:
        f = record.flashpoint
        parts = record.challenger, record.holder, record.cause, record.rung, record.turn
        self._crises[f] = _Crisis(*parts)
        if record.cause == "accident":
            self._crises[f].fresh = False
            parties = f"{self._state(record.challenger)} and {self._state(record.holder)}"
            text = f"A crisis between {parties} begins that nobody chose"
            self._say(f, f"{text}, at {self.words.rung(record.rung)}.")

    def _move(self, record: Move) -> None:
        f, actor = record.flashpoint, capitalised(self._state(record.challenger))
        weighed = self._weighed.pop(f, None)
        if record.act == "rests":
            text = f"{actor} weighs a move and leaves things be."
            if record.challenger == self.player:
                self._say(f, text)
            elif weighed is not None and weighed.would_move_unopposed:
                why = "It would have moved had nobody stood in the way: general deterrence held."
                self._say(f, f"{text} {why}")
            elif self.thorough:
                self._say(f, f"{text} It would have done so even had nobody stood in the way.")
            return
        crisis = self._crises[f]
        if record.act == "stands_down":
            self._say(f, f"{actor} stands down.")
        elif record.act == "holds":
            assert record.rung is not None
            crisis.held, crisis.rung = True, record.rung
        else:
            assert record.move is not None
            assert record.rung is not None
            text = self._moving(crisis, actor, record.move, record.rung)
            told = record.challenger != self.player
            if told and weighed is not None and weighed.motive_level in _MOTIVES:
                strength = _MOTIVES[weighed.motive_level]
                text += (
                    f" Its motive is {strength} this time ({weighed.motive:.1f} times the usual)."
                )
            self._say(f, text)
            crisis.rung, crisis.fresh = record.rung, False

    def _moving(self, crisis: _Crisis, actor: str, move: str, rung: str) -> str:
        own, acts = self.words.own_move(move), self.words.acts(rung)
        act = f": {own} ({self.words.rung(rung)})." if own else f" and {acts}."
        if not crisis.fresh:
            return f"{actor} climbs higher{act}"
        if crisis.cause == "recovery":
            return f"{actor} sets out to recover what it lost{act}"
        return f"{actor} makes a move{act}" if own else f"{actor} {acts}."

    def _invoked(self, record: Invoked) -> None:
        treaty = capitalised(self.words.treaty(record.treaty))
        self._say(
            record.flashpoint,
            f"{treaty} is invoked: under it, this is an armed attack on "
            f"{self._state(record.protege)}.",
        )

    def _answer(self, record: Answer) -> None:
        f, holder = record.flashpoint, self._state(record.holder)
        crisis = self._crises[f]
        held, crisis.held = crisis.held, False
        if record.rung is None:
            if held:
                self._say_held(f)
            self._say(f, f"{capitalised(holder)} yields.")
            return
        rung = self.words.rung(record.rung)
        if record.rung != crisis.rung:
            text = f"{holder} resists and climbs to {rung}."
            if held:
                text = f"{self._state(crisis.challenger)} holds; {text}"
            self._say(f, capitalised(text))
        elif held and record.turn == crisis.began:
            self._say(f, "Neither side gives way.")
        elif held:
            self._say(f, f"The stand-off goes on at {rung}.", lasts=True)
        else:
            does = "resists" if record.chosen else "stands firm"
            self._say(f, f"{capitalised(holder)} {does} at {rung}.")
        crisis.rung = record.rung

    def _yielded(self, record: Yielded) -> None:
        share, gainer = per_cent(record.share), self._state(record.challenger)
        self._diary.add(record.flashpoint, f"{capitalised(share)} of control passes to {gainer}.")

    def _recognised(self, record: Recognised) -> None:
        guarantor, principal = self._state(record.guarantor), self._state(record.principal)
        self._say(
            record.flashpoint,
            f"It is now plain that the trigger of {self.words.treaty(record.treaty)} is met: "
            f"if {guarantor} does not help {principal}, it breaks a promise.",
        )

    def _joins(self, records: list[Join]) -> None:
        """Tell what states did that came, or stood aside, alike."""
        first = records[0]
        f, crisis = first.flashpoint, self._crises[first.flashpoint]
        if not first.came and not self.thorough:
            # who stands aside is told once, unless its duty has become another
            records = [
                r for r in records if crisis.aside.get(r.state) != r.duty or r.state == self.player
            ]
            crisis.aside |= {r.state: r.duty for r in records}
            if not records:
                return
        who = capitalised(listed([self._state(r.state) for r in records]))
        one = len(records) == 1
        treaty = "" if first.treaty is None else self.words.treaty(first.treaty)
        if first.came:
            crisis.beside.setdefault(first.principal, []).extend(r.state for r in records)
            for record in records:
                crisis.aside.pop(record.state, None)
            reason = {
                "recognised": f", as {treaty} asks",
                "bound": f", although {treaty} does not yet oblige {'it' if one else 'them'}",
                "none": f" of {'its' if one else 'their'} own choice",
            }[first.duty]
            side = f"{self.words.of_state(first.principal)} side"
            text = f"{who} {'comes' if one else 'come'} to {side}{reason}."
        else:
            stand = f"{who} {'stands' if one else 'stand'} aside"
            text = {
                "recognised": f"{stand} and {'breaks' if one else 'break'} the promise given in "
                f"{treaty}.",
                "bound": f"{stand}: the trigger of {treaty} is not seen to be met.",
                "none": f"{stand}; nothing obliges {'it' if one else 'them'}.",
            }[first.duty]
        self._say(f, text)

    def _leave(self, record: Leave) -> None:
        self._crises[record.flashpoint].beside[record.principal].remove(record.state)
        side = f"{self.words.of_state(record.principal)} side"
        text = f"{capitalised(self._state(record.state))} leaves {side}"
        if record.duty != "none" and record.treaty is not None:
            text += f" and breaks the promise given in {self.words.treaty(record.treaty)}"
        self._say(record.flashpoint, f"{text}.")

    def _press(self, record: Press) -> None:
        crisis, actor = self._crises[record.flashpoint], self._state(record.challenger)
        came = crisis.beside.get(record.holder, [])
        does = "presses on" if record.presses else "backs down"
        text = f"{actor} {does}."
        if came:
            facing = listed([self._state(key) for key in (record.holder, *came)])
            text = f"facing {facing}, {text}"
        self._say(record.flashpoint, capitalised(text))

    def _slip(self, record: Slip) -> None:
        low, high = self.words.rung(record.from_rung), self.words.rung(record.to_rung)
        self._crises[record.flashpoint].rung = record.to_rung
        self._say(record.flashpoint, f"It slips from {low} to {high}, which nobody chose.")

    def _force(self, record: Force) -> None:
        chance = (
            record.challenger_chance if record.challenger_won else 1.0 - record.challenger_chance
        )
        text = (
            f"Force decides: {self._state(record.winner)} wins, which had a chance of "
            f"{per_cent(chance)}"
        )
        if record.challenger_won:
            text += f", and takes {per_cent(record.share)} of control"
        self._say(record.flashpoint, f"{text}.")

    def _settled(self, record: Settled) -> None:
        moved = f"{per_cent(record.share)} of control passes to {self._state(record.challenger)}"
        if record.share == 0.0:
            moved = "nothing changes hands"
        self._say(record.flashpoint, f"They settle: {moved}.")

    def _crisis_ends(self, record: CrisisEnds) -> None:
        f = record.flashpoint
        holder = self.words.scenario.flashpoints[f].holder
        after, before = record.control_after, record.control_before
        length = self.words.turns(record.turns)
        if record.ending == "ongoing":
            text = f"The crisis is still open after {length} when the run ends."
        else:
            text = f"The crisis ends after {length}: {ENDING_NAMES[record.ending]}."
        if record.ending in ("war", "nuclear_use"):
            text += f" It reached {self.words.rung(record.highest_rung)}."
        control = f"{capitalised(self.words.of_state(holder))} control"
        if after == before and after > 0.0:
            text += f" {capitalised(self._state(holder))} still controls {per_cent(after)}."
        elif after == before:
            text += f" {capitalised(self._state(holder))} still controls nothing."
        elif per_cent(after) == per_cent(before):
            text += f" {control} hardly changes, from {per_cent(after)}."
        else:
            text += f" {control} goes from {per_cent(before)} to {per_cent(after)}."
        self._say(f, text)
        self._control[f] = after
        del self._crises[f]

    def _signal(self, record: Signal) -> None:
        actor, holder = self._state(record.state), self._state(record.holder)
        self._silent = None
        if record.signal == "nothing":
            self._silent = record
            if self.thorough or record.state == self.player:
                self._say_silent(record)
            return
        if record.signal == "sink":
            text = f"{actor} holds an exercise, which costs it {record.amount:g} at once"
        elif record.signal == "tie" and record.treaty is None:
            text = f"{actor} declares that it will not give way, which ties its hands"
        elif record.signal == "tie":
            text = (
                f"{actor} declares that it will come to {self.words.of_state(record.holder)} help"
            )
            text += ", which ties its hands"
        elif record.treaty is None:
            text = f"{actor} deploys {per_cent(record.amount)} of its forces there"
        else:
            text = f"{actor} deploys {per_cent(record.amount)} of its forces there, beside {holder}"
        self._say(record.flashpoint, f"{capitalised(text)}.")

    def _say_silent(self, record: Signal) -> None:
        self._silent = None
        self._say(record.flashpoint, f"{capitalised(self._state(record.state))} sends no signal.")

    def _concluded(self, record: Concluded) -> None:
        """Tell what others make of a signal; of silence only where it tells much."""
        change = record.after - record.before
        if self._silent is not None:
            if abs(change) < TELLS:
                return
            self._say_silent(self._silent)
        if record.type is None:
            assert record.treaty is not None
            what = f"that it means its promise in {self.words.treaty(record.treaty)}"
        else:
            what = f"that it is {record.type.replace('_', ' ')}"
        if abs(change) < SAME:
            if record.type is not None or self.thorough:
                self._diary.add(record.flashpoint, f"Others believe as before {what}.")
            return
        moved = "up" if change > 0.0 else "down"
        self._diary.add(
            record.flashpoint,
            f"Others now believe with {per_cent(record.after)} {what}, {moved} from "
            f"{per_cent(record.before)}.",
        )

    def _armed(self, record: Armed) -> None:
        if abs(record.after - record.before) < 0.005 * max(record.before, 0.001):
            return
        does = "grows" if record.after > record.before else "shrinks"
        self._say(
            None,
            f"{capitalised(self.words.of_state(record.state))} capability {does} over the year "
            f"from {record.before:.3g} to {record.after:.3g}.",
        )

    def _coalition_settles(self, record: CoalitionSettles) -> None:
        crisis = self._crises[record.flashpoint]
        crisis.rung = record.rung
        beside = listed([self._state(key) for key in crisis.beside.get(record.holder, [])])
        self._diary.add(
            record.flashpoint,
            f"{capitalised(beside)} will not go as far as {self.words.rung(record.proposed)}: "
            f"together they answer with {self.words.rung(record.rung)}.",
        )

    def _tie_changed(self, record: TieChanged) -> None:
        tie = self.words.scenario.ties[record.tie]
        deeper = record.depth > record.before
        low, high = sorted((record.depth, record.before))
        steps = [self.words.treaty(key) for key in tie.steps[low:high]]
        members = listed([self._state(key) for key in record.members])
        does = "deepen" if deeper else "loosen"
        holds = "holds" if len(steps) == 1 else "hold"
        changed = f"now {holds}" if deeper else f"no longer {holds}"
        self._say(
            None,
            f"{capitalised(members)} {does} their tie: {listed(steps)} {changed}.",
        )

    def _turn_ends(self, record: TurnEnds) -> None:
        self._diary.close(record.turn)

    # --- helpers ------------------------------------------------------------------------------
    def _state(self, key: str) -> str:
        return self.words.state(key)

    def _say(self, where: str | None, text: str, lasts: bool = False) -> None:
        self._diary.say(where, text, lasts)

    def _say_who_holds(self) -> None:
        """Say of a challenger that holds that it does, where more is told before the answer."""
        for f, crisis in self._crises.items():
            if crisis.held:
                crisis.held = False
                self._say_held(f)

    def _say_held(self, f: str) -> None:
        crisis = self._crises[f]
        actor = capitalised(self._state(crisis.challenger))
        self._say(f, f"{actor} holds at {self.words.rung(crisis.rung)}.")


def _alike(one: Join, other: Join) -> bool:
    """Whether two states did the same for the same reason, so that one sentence tells both."""
    same = (one.flashpoint, one.principal, one.came, one.duty) == (
        other.flashpoint, other.principal, other.came, other.duty,
    )  # fmt: skip
    return same and (one.duty == "none" or one.treaty == other.treaty)
