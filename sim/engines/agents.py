"""The agents of the Mesa model: states, and the coalitions they form in a crisis.

Agents keep nothing of their own that a rule decides by: they show what stands in the situation,
and a state passes the question of what to do to whoever sits in its seat.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa

from sim.engines.seats import Decision, Seat
from sim.rules import tables as t
from sim.rules.commitments import leading_treaty
from sim.rules.forces import pair_ties, reach_of, strength_parts

if TYPE_CHECKING:
    from sim.engines.model import CrisisModel

SIDE_NUMBERS = {"holder": t.HOLDER_SIDE, "challenger": t.CHALLENGER_SIDE}


class StateAgent(mesa.Agent):
    """A state of the scenario.

    Parameters
    ----------
    model : CrisisModel
    key : str
        Its key in the scenario.
    number : int
        Its row in the tables.
    """

    model: CrisisModel

    def __init__(self, model: CrisisModel, key: str, number: int) -> None:
        super().__init__(model)
        self.key = key
        self.number = number
        self.name = model.words.bare(key)
        self.seat: Seat | None = None

    @property
    def capability(self) -> float:
        """Conventional capability, as it is now."""
        return float(self.model.room.sit.states[self.number, t.CAPABILITY])

    @property
    def type(self) -> str:
        """Its true type, which others can only guess."""
        own = int(self.model.room.sit.kind[self.number])
        return self.model.case.states[self.key].types[own].key

    @property
    def beliefs(self) -> dict[str, float]:
        """What others believe of its type: type -> chance."""
        return self.model.reader.belief(self.number)

    @property
    def reliability(self) -> dict[str, float]:
        """The chance, as others see it, that it means its promise: treaty -> chance."""
        found = {}
        for k, trust in self._owed():
            a, b = float(trust[0]), float(trust[1])
            found[k] = a / (a + b)
        return found

    @property
    def committed(self) -> dict[str, bool]:
        """Whether it truly means its promise, by treaty it owes under."""
        table = self.model.room.sit.committed
        names = self.model.compiled.treaties
        return {k: bool(table[names.index(k), self.number] == 1) for k, _ in self._owed()}

    @property
    def cost(self) -> float:
        """What the run has cost it so far."""
        return float(self.model.room.sit.states[self.number, t.SPENT])

    def _owed(self) -> list[tuple[str, t.Floats]]:
        compiled, trust = self.model.compiled, self.model.room.sit.trust
        return [
            (key, trust[k, self.number])
            for k, key in enumerate(compiled.treaties)
            if compiled.terms.members[k, self.number] & t.GUARANTOR
        ]

    def choose(self, decision: Decision | None) -> tuple[int, bool]:
        """Return the number of the option it takes, and whether its seat chose it.

        Parameters
        ----------
        decision : Decision, optional
            What is to be decided; given where somebody sits in its seat.
        """
        if self.seat is not None and decision is not None:
            option = decision.pick(self.seat.choose(decision))
            if option is not None:
                return option, True
        return int(self.model.room.sit.cursor[t.LUCKY]), False


class CoalitionAgent(mesa.Agent):
    """Two or more states on one side of a crisis.

    Parameters
    ----------
    model : CrisisModel
    flashpoint : str
    side : {"holder", "challenger"}
    members : tuple of int
        Their rows in the tables, in that order.
    """

    model: CrisisModel

    def __init__(
        self, model: CrisisModel, flashpoint: str, side: str, members: tuple[int, ...]
    ) -> None:
        super().__init__(model)
        self.flashpoint = flashpoint
        self.side = side
        self.numbers = members

    @property
    def members(self) -> tuple[str, ...]:
        """The keys of its members."""
        return tuple(self.model.compiled.states[number] for number in self.numbers)

    @property
    def leader(self) -> str:
        """Its strongest member on the rung where the crisis stands; the first of equals."""
        strongest = max(self.numbers, key=lambda number: (self._strength_of(number), -number))
        return self.model.compiled.states[strongest]

    @property
    def strength(self) -> float:
        """What its members have there now on the rung where the crisis stands.

        Their sum times what joint command adds; help that is still on its way does not count.
        """
        room, total, bonds, pairs = self.model.room, 0.0, 0.0, 0
        for place, number in enumerate(self.numbers):
            total += self._strength_of(number)
            for other in self.numbers[:place]:
                bonds += float(pair_ties(room.terms, room.packed[0], number, other)[0])
                pairs += 1
        return total * (1.0 + float(self.model.compiled.terms.rules[t.GAMMA]) * bonds / pairs)

    def _strength_of(self, number: int) -> float:
        compiled, room = self.model.compiled, self.model.room
        f, sit = compiled.flashpoints.index(self.flashpoint), room.sit
        rung = int(sit.crisis[f, t.CONTEST])
        at_once, sent = strength_parts(room.terms, room.packed[0], number, f)
        holder = self.side == "holder"
        principal = int(sit.crisis[f, t.HOLDER if holder else t.CHALLENGER])
        if number != principal:
            if sit.who[f, number, t.ARRIVES] > sit.cursor[t.TURN]:
                sent = 0.0
            side = SIDE_NUMBERS[self.side]
            k = int(leading_treaty(room.terms, room.packed[0], f, number, principal, side))
            if k >= 0 and rung > sit.treaties[k, t.CEILING]:
                return 0.0
        return float(at_once + reach_of(room.terms, rung) * sent)
