"""Crises step by step, from the log of a run, as the timeline draws them.

What a state does is told under its name; what nobody does, such as a slip, the decision by force
or the end of a war, under none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sim.analysis.words import listing, percent, rung_name
from sim.engines.wording import Wording
from sim.outcomes.events import (
    Answer,
    CrisisBegins,
    CrisisEnds,
    Force,
    Join,
    Leave,
    Move,
    Press,
    Recognised,
    Record,
    Settled,
    Slip,
    Yielded,
)  # fmt: skip
from sim.world.scenario import Scenario

_LAST = {
    "war": "the crisis ends as a war",
    "nuclear_use": "the crisis ends in nuclear use",
    "ongoing": "still going on at the horizon",
}
"""Endings that no step tells."""


def crises_in_steps(scenario: Scenario, records: Iterable[Record]) -> list[list[dict[str, Any]]]:
    """Return the events of each crisis, in the order in which crises began.

    Parameters
    ----------
    records : iterable of Record
        All of a run.

    Returns
    -------
    list of list of dict
        Keys as `sim.analysis.story.events_of_run` says.
    """
    told: list[_Steps] = []
    live: dict[str, _Steps] = {}
    for record in records:
        if isinstance(record, CrisisBegins):
            live[record.flashpoint] = _Steps(scenario, record)
            told.append(live[record.flashpoint])
        crisis = live.get(getattr(record, "flashpoint", ""))
        if crisis is not None:
            crisis.take(record)
    return [crisis.events for crisis in told]


class _Steps:
    """One crisis: takes its records, keeps its events."""

    def __init__(self, scenario: Scenario, begins: CrisisBegins) -> None:
        self.scenario, self.begins = scenario, begins
        self.words = Wording(scenario)
        self.events: list[dict[str, Any]] = []
        self._keys = [rung.key for rung in scenario.ladder]
        self._rung = self._keys.index(begins.rung)
        self._fresh, self._answered = True, False
        self._aside: dict[str, str] = {}
        self._joined: tuple[Any, ...] | None = None
        self._takers: dict[type[Record], Callable[[Any], None]] = {
            CrisisBegins: self._begin, Move: self._move, Answer: self._answer,
            Yielded: self._yielded, Recognised: self._recognised, Join: self._join,
            Leave: self._leave, Press: self._press, Slip: self._slip, Force: self._force,
            Settled: self._settled, CrisisEnds: self._end,
        }  # fmt: skip

    def take(self, record: Record) -> None:
        """Take the next record."""
        if not isinstance(record, Join):
            self._joined = None
        taker = self._takers.get(type(record))
        if taker is not None:
            taker(record)

    def _say(self, record: Record, actor: str | None, text: str, on_rung: bool = True) -> None:
        self.events.append(
            {
                "turn": record.turn, "flashpoint": self.begins.flashpoint, "actor": actor,
                "text": text, "rung": self._rung if on_rung else None, "by": False,
            }
        )  # fmt: skip

    def _called(self, rung: int) -> str:
        return rung_name(self.scenario, rung)

    def _to(self, rung: str) -> str:
        self._rung = self._keys.index(rung)
        return self._called(self._rung)

    def _begin(self, record: CrisisBegins) -> None:
        if record.cause == "accident":
            self._fresh = False
            self._say(record, None, f"a clash that nobody chose: {self._called(self._rung)}")

    def _move(self, record: Move) -> None:
        if record.act == "stands_down":
            self._say(record, record.challenger, "stands down")
        elif record.act == "moves" and record.move is not None and record.rung is not None:
            rung = self._to(record.rung)
            own = self.words.own_move(record.move)
            if not self._fresh:
                text = f"climbs to {rung}" + (f": {own}" if own else "")
            else:
                recovers = self.begins.cause == "recovery"
                text = ("seeks to recover it: " if recovers else "") + (own or rung)
            self._fresh = False
            self._say(record, record.challenger, text)

    def _answer(self, record: Answer) -> None:
        if record.rung is None:
            self._say(record, record.holder, "yields")
            return
        before, rung = self._rung, self._to(record.rung)
        if not self._answered:
            self._say(record, record.holder, f"answers: {rung}")
        elif self._rung != before:
            self._say(record, record.holder, f"climbs to {rung}")
        self._answered = True

    def _yielded(self, record: Yielded) -> None:
        if self.events and record.share > 0:
            self.events[-1]["text"] += self._passes(record.share, record.challenger)

    def _passes(self, share: float, gainer: str) -> str:
        return f"; {percent(share)} passes to {self.words.state(gainer)}"

    def _recognised(self, record: Recognised) -> None:
        treaty = self.words.treaty(record.treaty)
        self._say(record, None, f"the trigger of {treaty} is recognised as met", on_rung=False)

    def _join(self, record: Join) -> None:
        if record.came:
            self._aside.pop(record.state, None)
            text = f"sides with {self.words.state(record.principal)}"
        else:
            if self._aside.get(record.state) == record.duty:
                return
            self._aside[record.state] = record.duty
            text = "stands aside"
            if record.duty == "recognised":
                text += " and breaks its promise"
        # Those who do alike, one after another, share an event.
        alike = self._joined is not None and self._joined[:2] == (record.turn, text)
        others: list[str] = [*self._joined[2], self.words.state(record.state)] if (
            alike and self._joined is not None
        ) else []  # fmt: skip
        self._joined = record.turn, text, others
        if alike:
            does = "does" if len(others) == 1 else "do"
            self.events[-1]["text"] = f"{text}, as {does} {listing(others, 20)}"
        else:
            self._say(record, record.state, text, on_rung=False)

    def _leave(self, record: Leave) -> None:
        broken = " and breaks its promise" if record.duty != "none" else ""
        side = self.words.of_state(record.principal)
        self._say(record, record.state, f"leaves {side} side{broken}", on_rung=False)

    def _press(self, record: Press) -> None:
        if not record.presses:
            self._say(record, record.challenger, "backs down")

    def _slip(self, record: Slip) -> None:
        self._say(record, None, f"it slips to {self._to(record.to_rung)}, which nobody chose")

    def _force(self, record: Force) -> None:
        text = f"force decides: {self.words.state(record.winner)} wins"
        if record.challenger_won and record.share > 0:
            text += self._passes(record.share, record.winner)
        self._say(record, None, text)

    def _settled(self, record: Settled) -> None:
        text = "the parties settle"
        if record.share > 0:
            text += self._passes(record.share, record.challenger)
        self._say(record, None, text)

    def _end(self, record: CrisisEnds) -> None:
        if record.ending in _LAST:
            self._say(record, None, _LAST[record.ending])
