"""The game of a room: a scenario, a seed, and the choices made so far, in their order.

Whatever happened follows from these three, so that a room can be rewound, changed and taken up
again after its server was stopped: the model is made anew and plays the choices over. A choice is
an option's key, or None where the model chose.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sim.engines.model import CrisisModel
from sim.engines.seats import Decision, View
from sim.outcomes.events import Answer, Join, Leave
from sim.world.scenario import Scenario


class Waiting(Exception):
    """A state that somebody plays has to decide, and has not."""


@dataclass(frozen=True)
class Choice:
    """What was chosen at a decision, by whom and why.

    Parameters
    ----------
    turn : int
    actor : str
        The state.
    kind : str
        Of decision.
    option : str, optional
        The option's key; None where it was left to the model.
    by : str
        A name, or ``model``, ``clock`` (nobody chose in time), ``orders`` (nobody did, but had left
        orders) or ``teacher``.
    reason : str
        A line, in the words of who chose.
    expects : str
        What who chose expects of others, in a line.
    """

    turn: int
    actor: str
    kind: str
    option: str | None
    by: str
    reason: str = ""
    expects: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return dict(self.__dict__)


Decide = Callable[[Decision], Choice | None]
"""Says what is chosen at a decision, or None if the game has to wait for somebody."""


def by_model(decision: Decision) -> Choice:
    """Leave a decision to the model."""
    return Choice(decision.turn, decision.actor, decision.kind, None, "model")


class _Asked:
    """Sits in the seat of a state and passes on what is asked."""

    def __init__(self, ask: Callable[[Decision], str | None]) -> None:
        self.ask = ask

    def choose(self, decision: Decision) -> str | None:
        return self.ask(decision)


class Game:
    """A model that stops where a person has to choose.

    Parameters
    ----------
    scenario : Scenario
    seed, run : int
    choices : collection of Choice
        Those made before, to be played over.
    """

    def __init__(
        self, scenario: Scenario, seed: int, run: int, choices: Collection[Choice] = ()
    ) -> None:
        self.scenario, self.seed, self.run = scenario, seed, run
        self.choices = list(choices)
        self.played = 0
        self.pending: Decision | None = None
        self.model = CrisisModel(scenario, seed=seed, run=run)
        for state in scenario.states:
            self.model.seat(state, _Asked(self._ask))
        self._decide: Decide = by_model

    @property
    def turn(self) -> int:
        """Turns that are over."""
        return self.model.turn

    @property
    def over(self) -> bool:
        """Whether the run has ended."""
        return not self.model.running

    def play(self, until: int, decide: Decide = by_model) -> None:
        """Play on until so many turns are over, or somebody has to choose.

        Parameters
        ----------
        until : int
        decide : callable
            Asked at each decision that was not made before; where it answers None play stops.
        """
        self._decide = decide
        self.pending = None
        while self.model.running and self.model.turn < until:
            try:
                self.model.step()
            except Waiting:
                return

    def _ask(self, decision: Decision) -> str | None:
        if self.played < len(self.choices):
            choice = self.choices[self.played]
            if (choice.turn, choice.actor, choice.kind) != (
                decision.turn, decision.actor, decision.kind,
            ):  # fmt: skip
                raise RuntimeError(
                    f"turn {decision.turn}: {decision.actor} is asked to {decision.kind}, but the "
                    f"room holds a choice of {choice.actor} to {choice.kind} in turn {choice.turn}"
                )
        else:
            made = self._decide(decision)
            if made is None:
                self.pending = decision
                raise Waiting
            choice = made
            self.choices.append(choice)
        self.played += 1
        return choice.option

    def choose(self, option: str | None, by: str, reason: str = "", expects: str = "") -> Choice:
        """Return the choice that an option makes of what is pending.

        Raises
        ------
        ValueError
            If nothing is pending, or that is no option.
        """
        if self.pending is None:
            raise ValueError("nothing is asked now")
        decision = self.pending
        decision.pick(option)
        return Choice(
            decision.turn, decision.actor, decision.kind, option, by, reason, expects
        )  # fmt: skip

    def take(self, choice: Choice) -> None:
        """Let a choice be played when the game goes on."""
        self.choices.append(choice)
        self.pending = None

    def rewound(self, turn: int) -> Game:
        """Return the game as it was when a turn began, with what was chosen before."""
        return Game(self.scenario, self.seed, self.run, [c for c in self.choices if c.turn < turn])

    def changed(self, scenario: Scenario) -> Game:
        """Return the same game under a scenario that differs only in what is still to come."""
        return Game(scenario, self.seed, self.run, self.choices)

    # --- what is public -------------------------------------------------------------------------
    def sealed(self) -> int | None:
        """Return where in the model's events answers begin that others may not see yet.

        States that decide at once whether to come (`rules.order: simultaneous`) do not see what
        the others chose before all have; None where nothing is sealed.
        """
        asked = self.pending
        if asked is None or asked.kind != "join" or self.scenario.rules.order == "stake":
            return None
        events = self.model.events
        for at in range(len(events) - 1, -1, -1):
            record = events[at]
            if isinstance(record, Answer) and record.flashpoint == asked.flashpoint:
                return next(
                    (i for i in range(at, len(events)) if isinstance(events[i], Join | Leave)),
                    None,
                )
        return None

    def asked(self) -> Decision | None:
        """Return what is pending as who decides it may see it."""
        decision, at = self.pending, self.sealed()
        if decision is None or at is None:
            return decision
        came: Mapping[str, bool] = {
            r.state: isinstance(r, Join) and r.came
            for r in self.model.events[at:]
            if isinstance(r, Join | Leave)
        }
        view: View = decision.view
        holder = tuple(key for key in view.holder_side if not came.get(key, False))
        challenger = tuple(key for key in view.challenger_side if not came.get(key, False))
        seen = replace(view, holder_side=holder, challenger_side=challenger)
        return replace(decision, view=seen)
