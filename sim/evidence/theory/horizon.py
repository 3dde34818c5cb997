"""Stage games with a future: a scenario whose states look ahead, read at its first turn.

Results about shadows of the future need what later games are worth. Here a small scenario is
compiled as any other, `sim.rules.foresight` fills its tables, and the game of the first turn is
staged and solved by the same rules that every run of it uses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.engines.compile_scenario import Compiled, compile_scenario
from sim.engines.room import GameRoom, Room, room_for
from sim.evidence.theory.point import NoAnswer
from sim.evidence.theory.regret import regret
from sim.rules import tables as t
from sim.rules.foresight import set_calendar
from sim.rules.solver import FAILED, solve_staged
from sim.rules.staging import stage
from sim.world.scenario import Scenario
from sim.world.validation import examine

NEAR_ENOUGH = 1e-7
"""Largest residual accepted, in log-odds. What follows a choice falls off so steeply where entry is
decided that less could not be told from rounding; the choice itself is then found far better."""
FOR_EVER = 1e9
"""Turns of quiet after violence: whoever has won has won."""


def rung(key: str, intensity: float, **fields: Any) -> dict[str, Any]:
    """Return a rung on which force decides at once, with whole slice and prize and no cost."""
    plain = {
        "key": key, "intensity": intensity, "cost": 0.0, "slice": 1.0, "prize": 1.0, "harm": 0.0,
        "slip": 0.0, "decisiveness": 1.0, "reach": 1.0, "decides": 1.0, "settles": 0.0,
        "tied": 0.0, "missile_defence": 0.0, "loss": 0.0, "taboo": 0.0, "first_strike": 1.0,
        "violent": False, "nuclear": False,
    }  # fmt: skip
    return plain | fields


def world(
    ladder: Sequence[Mapping[str, Any]],
    rules: Mapping[str, Any],
    states: Mapping[str, Mapping[str, Any]],
    stakes: Mapping[str, float],
    **more: Any,
) -> Scenario:
    """Return a scenario with one flashpoint, its holder the first of two states.

    An opportunity comes every turn, nothing is hidden but types, grids are off, and what is
    yielded renews: every turn's stake is divided anew.
    """
    holder, challenger = states
    data = {
        "schema": 1, "name": "theory", "title": "A known result", "turns": 2, "start": "2000-01",
        "ladder": [dict(row) for row in ladder],
        "rules": {
            "from_rest": ladder[0]["key"], "next_demand": 0, "yield_shame": 0, "climb_cost": 0,
            "belief_step": 0, "control_step": 0, "foresight": 1,
            "foresight_shares": 1, "fade": 0, **rules,
        },
        "states": {
            key: {"name": key, "audience_cost": 0, "readiness": 1, **state}
            for key, state in states.items()
        },
        "flashpoints": {
            "stake": {
                "name": "stake", "holder": holder, "challengers": [challenger],
                "stakes": dict(stakes), "distances": {holder: 0, challenger: 0},
                "opportunity": 1, "motive_spread": 0, "cooldown": 0, "renews": True,
            }
        },
        **more,
    }  # fmt: skip
    made, problems = examine(data)
    assert made is not None, problems
    return made


class FirstTurn:
    """The stage game of a scenario's first turn, with what its outcomes leave for later.

    Parameters
    ----------
    scenario : Scenario
        With one flashpoint.
    precision : float
        lambda of everybody; a limit needs more than a scenario file may say.
    games : sequence of int
        How many games holder and challenger look ahead, likewise.
    rays : numpy.ndarray, optional
        Where nodes of beliefs lie; even steps of log-odds if not given.

    Raises
    ------
    NoAnswer
        If some later game has no solution.
    """

    def __init__(
        self,
        scenario: Scenario,
        precision: float,
        games: Sequence[int],
        rays: t.Floats | None = None,
    ) -> None:
        self.compiled: Compiled = compile_scenario(scenario)
        start = self.compiled.start
        start.states[:, t.LAMBDA], start.states[:, t.FORESIGHT] = precision, games
        start.flash[:, t.COOLDOWN_VIOLENT] = FOR_EVER
        self.compiled.terms.rules[t.SOLVED_TO] = NEAR_ENOUGH
        self.room: Room = room_for(self.compiled, 0, remembers=False, rays=rays)
        if self.room.unsolved:
            raise NoAnswer(f"{self.room.unsolved} later games were not solved")
        roles = self.compiled.terms.roles[0].tolist()
        self.challenger, self.holder = roles.index(2), roles.index(1)
        set_calendar(self.room.terms, self.room.first, self.room.packed[0], 0)
        row = self.room.sit.crisis[0]
        row[[t.CHALLENGER, t.HOLDER]] = self.challenger, self.holder
        self.room.sit.flash[0, t.MOTIVE] = 1.0
        self.solution = self.room.solution

    def believe(self, state: int, belief: Sequence[float]) -> None:
        """Set what everybody believes of a state's type."""
        self.room.sit.belief[state, : len(belief)] = belief

    def solve(self) -> FirstTurn:
        """Stage and solve the game.

        Raises
        ------
        NoAnswer
            If the solver found no equilibrium.
        """
        sit, game, *rest = self.room.packed[:6]
        stage(self.room.terms, sit, game, 0)
        solve_staged(game, *rest)
        if self.solution.status[t.S_FALLBACK] == FAILED:
            raise NoAnswer("no equilibrium found")
        return self

    def regret(self) -> float:
        """Return the most that anybody could still gain by another choice at any decision."""
        return regret(GameRoom(*self.room[1:6]))

    def worth(self, act: int = 1) -> float:
        """Return what an act is worth to the challenger over leaving things be."""
        return float(self.solution.value_c[act, 0] - self.solution.value_c[0, 0])
