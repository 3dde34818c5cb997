"""Orders that are given beforehand: what a state is to do if it comes to it.

A sheet holds an order for each kind of decision at each place. In a room where orders are given at
once the sheets of all seats are closed together and the turn is played by them; where states are
asked one by one a sheet stands in for whoever is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sim.engines.seats import Decision
from sim.world.scenario import Scenario

CHOICES: Mapping[str, tuple[str, ...]] = {
    "signal": ("nothing", "sink", "tie", "deploy"),
    "move": ("rest",),  # and each rung and named move that can be reached from rest
    "go_on": ("stand_down", "hold", "climb"),
    "answer": ("yield", "resist", "climb"),
    "join": ("come", "stand_aside"),
    "press": ("press", "back_down"),
}
"""What may be ordered, by kind of line; ``move`` and ``go_on`` are what a challenger does where all
is quiet and in a crisis."""
OTHERWISE = {"answer": "yield", "join": "stand_aside", "press": "back_down"}
"""What is done instead above the rung to which an order holds."""


@dataclass(frozen=True)
class Order:
    """What is to be done at one kind of decision at one place.

    Parameters
    ----------
    choice : str
        One of `CHOICES`, or a rung to move on, or a move.
    up_to : str
        The highest rung at which it holds; empty for all. Above it, see `OTHERWISE`.
    reason : str
        A line.
    by : str
        Who gave it.
    """

    choice: str
    up_to: str = ""
    reason: str = ""
    by: str = ""


@dataclass(frozen=True)
class Line:
    """A line of a sheet that can be filled in."""

    kind: str
    place: str
    choices: tuple[str, ...]

    @property
    def key(self) -> str:
        """Its name on a sheet."""
        return f"{self.kind} {self.place}"

    @property
    def bounded(self) -> bool:
        """Whether it can hold up to a rung."""
        return self.kind in OTHERWISE


Sheet = Mapping[str, Order]


def lines_of(scenario: Scenario, seat: str) -> list[Line]:
    """Return the lines that a seat may fill in, place by place."""
    rungs = [rung.key for rung in scenario.ladder]
    reach = rungs[: rungs.index(scenario.rules.from_rest) + 1]
    allies = {
        one
        for key, treaty in scenario.treaties.items()
        if seat in (*treaty.guarantors, *treaty.proteges)
        for one in (*treaty.guarantors, *treaty.proteges)
    }
    found = []
    for key, place in scenario.flashpoints.items():
        parties = (place.holder, *place.challengers)
        kinds: tuple[str, ...] = ()
        if seat in parties:
            # who has lost a part may challenge to recover it, and be answered by who holds it now;
            # one of several challengers may come to another's side
            kinds = ("move", "go_on", "press", "answer", "join")[: None if len(parties) > 2 else 4]
        elif allies.intersection(parties) or seat in place.stakes:
            kinds = ("join",)
        if kinds and scenario.rules.signals == "on" and seat not in place.challengers:
            kinds = ("signal", *kinds)
        for kind in kinds:
            more = (*reach, *_moves(scenario, seat, key, reach)) if kind == "move" else ()
            found.append(Line(kind, key, (*CHOICES[kind], *more)))
    return found


def _moves(scenario: Scenario, seat: str, place: str, reach: list[str]) -> list[str]:
    return [
        key
        for key, move in scenario.moves.items()
        if move.rung in reach
        and (not move.who or seat in move.who)
        and (not move.where or place in move.where)
    ]


def read(data: Any, lines: Iterable[Line], rungs: Iterable[str]) -> dict[str, Order]:
    """Return a sheet from what a browser sent.

    Raises
    ------
    ValueError
        If it is no sheet of these lines.
    """
    known, names = {line.key: line for line in lines}, {"", *rungs}
    if not isinstance(data, dict):
        raise ValueError("that is no sheet of orders")
    sheet = {}
    for key, given in data.items():
        line = known.get(key)
        if line is None or not isinstance(given, dict):
            raise ValueError("there is no such line of orders")
        order = Order(*(str(given.get(name, "")) for name in ("choice", "up_to", "reason")))
        if order.choice not in line.choices or order.up_to not in (
            names if line.bounded else ("",)
        ):
            raise ValueError("that is no order for that line")
        sheet[key] = order
    return sheet


def line_for(decision: Decision) -> str:
    """Return the key of the line that a decision falls under."""
    kind = decision.kind
    if kind == "act":
        kind = "move" if decision.view.turns == 0 else "go_on"
    return f"{kind} {decision.flashpoint}"


def settled(sheet: Sheet, decision: Decision, rungs: list[str]) -> tuple[str, Order] | None:
    """Return the option that a sheet chooses, and by which order; None if it leaves it open.

    Parameters
    ----------
    rungs : list of str
        The ladder, from the bottom.
    """
    order = sheet.get(line_for(decision))
    if order is None:
        return None
    choice = order.choice
    stands = decision.view.rung
    if order.up_to and stands is not None and rungs.index(stands) > rungs.index(order.up_to):
        choice = OTHERWISE[decision.kind]
    option = _option(choice, decision)
    return None if option is None else (option, order)


def _option(choice: str, decision: Decision) -> str | None:
    keys = [option.key for option in decision.options]
    same = {"come": "stay", "stand_aside": "leave", "rest": "stand_down"}
    for key in (choice, same.get(choice)):
        if key in keys:
            return key
    climbing = [option for option in decision.options if option.rung is not None]
    if decision.kind == "answer" and climbing:
        return climbing[0 if choice == "resist" else min(1, len(climbing) - 1)].key
    if decision.kind == "act":
        if choice == "climb":
            on_it = [option.key for option in climbing if option.key != "hold"] or ["hold"]
        else:
            on_it = [option.key for option in climbing if option.rung == choice]
        return next((key for key in on_it if key in keys), None)
    return None
