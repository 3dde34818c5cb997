"""One run as a Mesa model: to be stepped, watched, asked why, and played by people.

The order of play is that of `sim.rules.turn`, and so are the draws: the same scenario, seed and
run number give the same log as the ensemble, byte for byte. The model only lets states choose,
each by its seat if somebody sits there and by the rules' own draw if not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mesa

from sim.engines.agents import SIDE_NUMBERS, CoalitionAgent, StateAgent
from sim.engines.compile_scenario import compile_scenario
from sim.engines.decisions import DecisionReader
from sim.engines.room import room_for
from sim.engines.seats import Decision, Script, Seat, Taken, seat_of
from sim.engines.wording import Wording, names_of
from sim.outcomes.events import Record, TurnEnds, decode
from sim.rules import tables as t
from sim.rules.run import FIRST, play
from sim.rules.turn import OVER, TURN_OVER
from sim.world.scenario import Scenario


class CrisisModel(mesa.Model):
    """A run of a scenario, made ready up to its first decision.

    Parameters
    ----------
    scenario : Scenario
        As `sim.load_scenario` returns it.
    seed, run : int
        Not negative. Run 0 of a seed is run 0 of the ensemble with that seed.
    explain : bool
        Whether to keep every decision with its options in `decisions`.

    Attributes
    ----------
    turn : int
        Turns played, which is the number of the turn to come.
    events : list of sim.outcomes.events.Record
        What happened so far.
    decisions : list of sim.engines.seats.Taken
        Decisions taken so far; those of seats always, all others with `explain`.
    states : dict
        The agents of the states, by key.
    datacollector : mesa.DataCollector
        A row a turn: ``risk_index``, ``highest_rung`` (its number on the ladder, -1 for none) and
        for each flashpoint ``FLASHPOINT_control``.

    Raises
    ------
    ValueError
        If seed or run is negative.
    """

    def __init__(
        self, scenario: Scenario, seed: int = 7, run: int = 0, explain: bool = False
    ) -> None:
        if seed < 0 or run < 0:
            raise ValueError(f"seed and run must not be negative, but are {seed} and {run}")
        super().__init__(rng=seed)
        self._failure: BaseException | None = None
        self._mesa_step = self.step
        self.step = self._step_or_raise  # type: ignore[method-assign]
        self.case, self.seed, self.run_number, self.explain = scenario, seed, run, explain
        self.words = Wording(scenario)
        self.compiled = compile_scenario(scenario)
        self.room = room_for(self.compiled, seed)
        self.reader = DecisionReader(self.compiled, self.room, self.words)
        self.events: list[Record] = []
        self.decisions: list[Taken] = []
        self._names = names_of(scenario)
        self.turn = 0
        self.states = {
            key: StateAgent(self, key, number) for number, key in enumerate(self.compiled.states)
        }
        self._coalitions: dict[tuple[int, str], CoalitionAgent] = {}
        self.running: bool = True
        self.datacollector = mesa.DataCollector(model_reporters=self._reporters())
        self._due = self._play(FIRST)

    # --- playing ------------------------------------------------------------------------------
    def step(self) -> None:
        """Play one turn; nothing happens once the run is over.

        1. Events and chance, up to the next decision. 2. The state that decides chooses. 3. What
        follows from it. So on to the end of the turn; after the last one the books are closed.

        Raises
        ------
        ValueError
            If a seat chose what is no option; the next step asks again.
        """
        try:
            if self.running:
                self._play_turn()
        except BaseException as error:
            self._failure = error

    def _step_or_raise(self) -> None:
        """Step as Mesa wraps it, then raise what went wrong.

        Mesa 3.5 never steps again if it is raised within.
        """
        self._mesa_step()
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def _play_turn(self) -> None:
        if self._due == TURN_OVER and self.turn > 0:
            self._due = self._play(0)
        while self._due != TURN_OVER:
            self._due = self._decide(self._due)
        self.turn += 1
        self.datacollector.collect(self)
        if self.turn == self.case.turns:
            self.running = self._play(0) != OVER

    def run_to_end(self) -> None:
        """Play all turns that are left."""
        while self.running:
            self.step()

    def _play(self, option: int) -> int:
        """Let the rules go on to the next decision or the end of a turn; say which."""
        room = self.room
        code = play(
            room.terms, room.first, *room.packed, room.probabilities, self.run_number, option
        )
        self._catch_up()
        return int(code)

    def _decide(self, code: int) -> int:
        """Let the state at the cursor choose, make it happen, and go on."""
        cursor = self.room.sit.cursor
        agent = self.states[self.compiled.states[cursor[t.ACTOR]]]
        decision = None
        if self.explain or agent.seat is not None:
            decision = self.reader.read(code, int(cursor[t.OPTIONS]))
        option, seated = agent.choose(decision)
        at, before, trust = len(self.events), agent.beliefs, agent.reliability
        due = self._play(option)
        if decision is not None:
            self.decisions.append(
                Taken(decision, option, seated, before, agent.beliefs, trust, agent.reliability, at)
            )
        return due

    def _catch_up(self) -> None:
        """Turn what the rules have written since last time into records and coalitions."""
        log, read, written = self.room.log, len(self.events), int(self.room.sit.cursor[t.LOGGED])
        if written > len(log.ints):
            raise RuntimeError(f"the log has room for {len(log.ints)} rows but needs {written}")
        self.events += decode(log.ints[read:written], log.floats[read:written], self._names)
        self._meet()

    def _meet(self) -> None:
        """Make, change and remove the agents of coalitions, as states come and go."""
        sit = self.room.sit
        for f, flashpoint in enumerate(self.compiled.flashpoints):
            for side, number in SIDE_NUMBERS.items():
                members: tuple[int, ...] = ()
                if sit.crisis[f, t.LIVE] != 0:
                    taken = sit.who[f, :, t.SIDE]
                    members = tuple(i for i in range(len(taken)) if taken[i] == number)
                agent = self._coalitions.get((f, side))
                if len(members) < 2:
                    if agent is not None:
                        del self._coalitions[f, side]
                        agent.remove()
                elif agent is None:
                    self._coalitions[f, side] = CoalitionAgent(self, flashpoint, side, members)
                else:
                    agent.numbers = members

    # --- seats ----------------------------------------------------------------------------------
    def seat(self, state: str, chooser: Seat | Script | Callable[[Decision], Any] | None) -> None:
        """Let somebody decide for a state.

        Parameters
        ----------
        state : str
            Its key.
        chooser : Seat, callable, sequence, mapping or None
            Something with ``choose(decision)``, a function, or a script (see
            `sim.engines.seats.ScriptedSeat`); None gives the state back to the model.

        Raises
        ------
        ValueError
            If there is no such state, or that cannot sit there.
        """
        if state not in self.states:
            known = ", ".join(self.states)
            raise ValueError(f"there is no state {state!r}; there are: {known}")
        self.states[state].seat = None if chooser is None else seat_of(chooser)

    # --- what there is to see ---------------------------------------------------------------------
    @property
    def coalitions(self) -> list[CoalitionAgent]:
        """The coalitions there are, in the order of flashpoints, holder's side first."""
        return [self._coalitions[key] for key in sorted(self._coalitions, key=_place)]

    def control(self) -> dict[str, float]:
        """Return the share of each flashpoint that its first holder controls."""
        return {
            key: float(self.room.sit.flash[f, t.CONTROL])
            for f, key in enumerate(self.compiled.flashpoints)
        }

    def _ledger(self) -> TurnEnds:
        return next(r for r in reversed(self.events) if isinstance(r, TurnEnds))

    def _reporters(self) -> dict[str, Callable[[CrisisModel], Any]]:
        def highest(model: CrisisModel) -> int:
            rung = model._ledger().highest_rung
            return -1 if rung is None else model.compiled.rungs.index(rung)

        def control(key: str) -> Callable[[CrisisModel], float]:
            return lambda model: model.control()[key]

        reporters: dict[str, Callable[[CrisisModel], Any]] = {
            "risk_index": lambda model: model._ledger().risk_index,
            "highest_rung": highest,
        }
        return reporters | {f"{key}_control": control(key) for key in self.compiled.flashpoints}


def _place(key: tuple[int, str]) -> tuple[int, int]:
    return key[0], SIDE_NUMBERS[key[1]]
