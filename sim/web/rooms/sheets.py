"""What the seats of a room have written: sheets of orders, what they say in public, what they pay.

A part of a room's state, made of its events like the rest of it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from sim.engines.seats import Decision
from sim.web.rooms.game import Choice
from sim.web.rooms.journal import Event
from sim.web.rooms.orders import Order, lines_of, read, settled
from sim.world.scenario import Scenario

SIGNAL, ACT, UPKEEP = PHASES = ("signal", "act", "upkeep")
"""Of a turn in which orders are given at once."""


class Said(NamedTuple):
    """What a state says in public."""

    turn: int
    seat: str
    name: str
    text: str


class Sheets:
    """All that the seats have written.

    Attributes
    ----------
    phase : str
        One of `PHASES`; of no meaning where states are asked one by one.
    ready : set of str
        Seats that have nothing more to write in this phase.
    said : list of Said
    """

    def __init__(self) -> None:
        self.phase = SIGNAL
        self.ready: set[str] = set()
        self.said: list[Said] = []
        self._orders: dict[str, dict[str, Order]] = {}
        self._expects: dict[str, str] = {}
        self._pays: dict[str, dict[str, float]] = {}

    def enter(self, phase: str) -> None:
        """Begin a phase: nobody is ready."""
        self.phase, self.ready, self._pays = phase, set(), {}

    def rewind(self, turn: int) -> None:
        """Go back to where a turn began; orders stay as they stand."""
        self.said = [one for one in self.said if one.turn < turn]
        self.enter(SIGNAL)

    def take_in(self, event: Event) -> None:
        """Take in what a seat wrote: the lines it was shown anew, the others as they were."""
        seat, by, turn = event["seat"], event["name"], event["turn"]
        kept = {k: o for k, o in self.of(seat).items() if k not in event["shown"]}
        new = {key: Order(**order, by=by) for key, order in event["lines"].items()}
        self._orders[seat] = kept | new
        self._expects[seat], self._pays[seat] = event["expects"], event["pays"]
        if event["says"]:
            self.said = [s for s in self.said if (s.turn, s.seat) != (turn, seat)]
            self.said.append(Said(turn, seat, by, event["says"]))
        if event["ready"]:
            self.ready.add(seat)

    def of(self, seat: str) -> dict[str, Order]:
        """Return the orders of a seat."""
        return self._orders.get(seat, {})

    def lines(self, scenario: Scenario, seat: str, at_once: bool) -> list[dict[str, Any]]:
        """Return the lines that a seat may fill in now, with what it has written."""
        own, found = self.of(seat), []
        for line in lines_of(scenario, seat):
            if at_once and self.phase != (SIGNAL if line.kind == "signal" else ACT):
                continue
            order = own.get(line.key, Order(""))
            found.append({
                "key": line.key, "kind": line.kind, "place": line.place, "bounded": line.bounded,
                "choices": line.choices, "choice": order.choice, "up_to": order.up_to,
                "reason": order.reason,
            })  # fmt: skip
        return found

    def written(self, scenario: Scenario, seat: str, sheet: Any, at_once: bool) -> Event:
        """Return what a sheet changes, as a part of an event.

        Raises
        ------
        ValueError
            If it holds what is no order.
        """
        shown = {line["key"] for line in self.lines(scenario, seat, at_once)}
        lines = [line for line in lines_of(scenario, seat) if line.key in shown]
        orders = read(sheet, lines, [rung.key for rung in scenario.ladder])
        return {
            "shown": sorted(shown),
            "lines": {
                key: {"choice": o.choice, "up_to": o.up_to, "reason": o.reason}
                for key, o in orders.items()
            },
        }

    def choose(self, scenario: Scenario, decision: Decision, standing: str = "") -> Choice | None:
        """Return what a state's orders choose; None where they leave it open.

        Parameters
        ----------
        standing : str
            Who chose, where orders stand in for somebody; else it is whoever gave them.
        """
        seat = decision.actor
        found = settled(self.of(seat), decision, [rung.key for rung in scenario.ladder])
        if found is None:
            return None
        option, order = found
        expects = "" if standing else self._expects.get(seat, "")
        return Choice(
            decision.turn, seat, decision.kind, option, standing or order.by, order.reason, expects
        )

    def agreed(self) -> dict[str, float]:
        """Return the upkeep of treaties that somebody named: as much as the least willing pays."""
        named: dict[str, float] = {}
        for pays in self._pays.values():
            for treaty, share in pays.items():
                named[treaty] = min(share, named.get(treaty, 1.0))
        return named

    def open(self, turn: int, at_once: bool) -> Collection[Said]:
        """Return what was said in public and is no longer sealed, of this turn and the last."""
        sealed = turn if at_once and self.phase == SIGNAL else turn + 1
        return [one for one in self.said if turn - 1 <= one.turn < sealed]
