"""Small scenarios and hand-built games for the tests of the rules."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from sim.engines.compile_scenario import Compiled, compile_scenario
from sim.engines.room import Room, room_for
from sim.rules import tables as t
from sim.rules.run import FIRST, play
from sim.rules.solver import solve
from sim.rules.turn import ACT, OVER
from sim.world.scenario import Scenario
from sim.world.validation import examine

TOLERANCE = 1e-8
"""How exactly games are solved in these tests, in log-odds."""

BASE: dict[str, Any] = {
    "schema": 1,
    "name": "bench",
    "title": "Bench",
    "turns": 12,
    "start": "2024-01",
    "states": {
        "hold": {"name": "Hold", "capability": 0.1, "readiness": 1.0},
        "chal": {"name": "Chal", "capability": 0.2, "readiness": 1.0},
        "guard": {"name": "Guard", "capability": 0.4, "readiness": 1.0},
    },
    "flashpoints": {
        "isle": {
            "name": "Isle",
            "holder": "hold",
            "challengers": ["chal"],
            "stakes": {"hold": 0.6, "chal": 0.5, "guard": 0.2},
            "distances": {"hold": 0, "chal": 0, "guard": 1500},
            "opportunity": 0.5,
        }
    },
    "treaties": {
        "pact": {
            "name": "Pact",
            "guarantors": ["guard"],
            "proteges": ["hold"],
            "obligations": ["defence"],
            "scope": ["isle"],
            "trigger": "limited_strike",
        }
    },
}


def scenario(changes: dict[str, Any] | None = None, /, **top: Any) -> Scenario:
    """Return the small scenario with fields changed by path (None removes), then whole sections."""
    data = copy.deepcopy(BASE)
    data.update(top)
    for path, value in (changes or {}).items():
        *parents, last = path.split(".")
        place = data
        for key in parents:
            place = place.setdefault(key, {})
        if value is None:
            place.pop(last, None)
        else:
            place[last] = value
    made, problems = examine(data)
    assert made is not None, problems
    return made


class Stage:
    """A compiled scenario with its tables at the start of a run, and its names.

    `terms` and `sit` are numpy tables that share memory with what `call` hands to rules.
    """

    def __init__(self, made: Scenario, seed: int = 1) -> None:
        self.compiled: Compiled = compile_scenario(made)
        self.compiled.terms.rules[t.SOLVED_TO] = TOLERANCE
        self.room: Room = room_for(self.compiled, seed, remembers=False)
        self.terms, self.sit = self.compiled.terms, self.room.sit
        self.game, self.solution = self.room.game, self.room.solution
        self.t, self.first = self.room.terms, self.room.first
        self.s, self.g, self.con, self.sol, self.lan, self.scratch = self.room.packed[:6]
        self.log = self.room.packed[7]
        for into, table in zip(self.sit, self.compiled.start, strict=True):
            if into is not self.sit.key:
                into[...] = table
        for k in range(len(self.compiled.treaties)):
            self.sit.trust[k] = self.terms.reliability[k]
        self.sit.belief[...] = self.terms.types[:, :, t.PRIOR]
        for row in self.sit.crisis:
            row[t.TAKER] = -1

    def solve(self) -> None:
        solve(*self.room.packed[1:6])

    def join(self) -> np.ndarray:
        return joins(self.room)

    def state(self, name: str) -> int:
        return self.compiled.states.index(name)

    def place(self, name: str) -> int:
        return self.compiled.flashpoints.index(name)

    def treaty(self, name: str) -> int:
        return self.compiled.treaties.index(name)

    def rung(self, name: str) -> int:
        return self.compiled.rungs.index(name)

    def crisis(self, f: int, c: str, d: str, rung: int) -> None:
        """Write a live crisis between two states at a rung that the challenger has chosen."""
        row = self.sit.crisis[f]
        row[[t.LIVE, t.CHALLENGER, t.HOLDER]] = 1, self.state(c), self.state(d)
        row[[t.CONTEST, t.STANCE_C, t.TOP_C, t.HIGHEST_REACHED]] = rung
        row[[t.TOP_D, t.CRISIS_MOVE]] = rung
        self.sit.who[f] = 0
        self.sit.who[f, self.state(c), t.SIDE] = t.CHALLENGER_SIDE
        self.sit.who[f, self.state(d), t.SIDE] = t.HOLDER_SIDE

    def quiet(self, f: int, c: str, d: str, motive: float = 1.0) -> None:
        """Name the parties of an opportunity at a quiet flashpoint."""
        row = self.sit.crisis[f]
        row[[t.LIVE, t.CHALLENGER, t.HOLDER]] = 0, self.state(c), self.state(d)
        self.sit.flash[f, t.MOTIVE] = motive

    def step(self, run: int, option: int) -> int:
        """Play on with an option (`FIRST` begins the run)."""
        return int(
            play(self.t, self.first, *self.room.packed, self.room.probabilities, run, option)
        )

    def decisions(self, run: int) -> Any:
        """Play a run as luck has it; yield every decision as it is due."""
        due = self.step(run, FIRST)
        while due != OVER:
            if due >= ACT:
                yield due
            due = self.step(run, int(self.sit.cursor[t.LUCKY]))

    def logged(self, kind: int) -> list[list[int]]:
        """Return the rows of a kind in the log so far."""
        rows = self.room.log.ints[: self.sit.cursor[t.LOGGED]]
        return [row.tolist() for row in rows if row[t.L_KIND] == kind]


class Hand:
    """A game written by hand: tables of a chosen size, all zero but for what a test writes.

    One class of slices, moves on their rungs only, everybody of equal precision, nobody bound.
    """

    def __init__(self, rungs: int, acts: int = 1, entrants: int = 0, types: int = 1) -> None:
        made = compile_scenario(scenario())
        sizes = {
            "acts": acts + 1, "entrants": entrants, "types": types, "rungs": rungs, "classes": 1,
            "future": 0,
        }  # fmt: skip
        terms = made.terms._replace(rungs=np.zeros((rungs, t.N_RUNG)), rules=np.zeros(t.N_RULES))
        # room for all coalitions, so that more than usual can be enumerated
        self.room = room_for(
            made._replace(terms=terms, sizes=sizes), 1, max(entrants, 1), remembers=False
        )
        self.rungs, self.rules = terms.rungs, terms.rules
        self.game, self.solution = self.room.game, self.room.solution
        _s, self.g, self.con, self.sol, self.lan, self.scratch = self.room.packed[:6]
        self.contests = Valued(self.room.game, self.room.contests)
        g = self.game
        self.rungs[:, t.FIRST_STRIKE] = 1.0
        self.rungs[:, t.INTENSITY] = np.linspace(1.0 / rungs, 1.0, rungs)
        self.rungs[:, t.MU] = 1.0
        self.rules[[t.BETA, t.RHO, t.CHI]] = 0.98, 0.6, 0.5
        self.rules[t.SOLVED_TO] = TOLERANCE
        g.head[[t.G_LAMBDA_C, t.G_LAMBDA_D]] = 25.0
        g.head[[t.G_CONTROL, t.G_MIX_C, t.G_MIX_D, t.G_CLASSES]] = 1.0
        g.head[[t.G_TC, t.G_TD]] = types
        g.head[t.G_HIGH] = rungs - 1
        g.head[t.G_ENTRANTS] = g.head[t.G_EXACT] = entrants
        g.head[t.G_ACTS] = acts + 1
        g.principals[:, :, t.P_BELIEF] = 1.0 / types
        g.principals[:, :, t.P_STAKE] = 1.0
        g.principals[:, :, t.P_KAPPA] = 1.0
        g.force[:2] = 1.0
        e = g.entrants[:entrants]
        e[:, t.E_SIDE], e[:, t.E_TREATY], e[:, t.E_TYPES] = t.HOLDER_SIDE, -1, types
        e[:, t.E_TRUST], e[:, t.E_LAMBDA], e[:, t.E_MIX] = 1.0, 25.0, 1.0
        g.etypes[:entrants, :, t.E_BELIEF] = 1.0 / types
        g.etypes[:entrants, :, t.E_KAPPA] = 1.0
        g.duties[..., t.D_POSSIBLE] = 1.0
        for a in range(1, acts + 1):
            g.acts[a, t.A_ANSWERS] = 2
            g.acts[a, t.A_LOG_WEIGHT] = 0.0

    def stakes(self, rung: int, slice_: float, prize: float) -> None:
        """Write what moves at a rung if the other yields, and if force decides."""
        self.rungs[rung, t.SLICE], self.rungs[rung, t.PRIZE] = slice_, prize
        self.game.classes[0, rung, 0] = slice_
        self.game.classes[0, rung, 1] = max(slice_, prize)
        for act in range(1, int(self.game.head[t.G_ACTS])):
            if int(self.game.acts[act, t.A_RUNG]) == rung:
                self.game.acts[act, t.A_SLICE] = slice_

    def slot(self, rung: int, variant: int = t.PLAIN) -> int:
        return variant * len(self.rungs) + rung

    def value(self, table: str, rung: int, column: int = 0, i: int = 0, j: int = 0) -> float:
        return float(getattr(self.contests, table)[self.slot(rung), column, i, j])

    def solve(self) -> None:
        solve(*self.room.packed[1:6])

    def join(self) -> np.ndarray:
        return joins(self.room)


class Valued:
    """Contest tables with the coalition's column behind the slot, then both types."""

    def __init__(self, game: t.Game, contests: t.Contests) -> None:
        self.game, self.contests = game, contests

    def __getattr__(self, name: str) -> np.ndarray:
        table: np.ndarray = getattr(self.contests, name)
        if name not in ("uc", "ud", "phi", "leave", "psi"):
            return table
        head, exact = self.game.head, int(self.game.head[t.G_EXACT])
        m = (1 << exact) + int(head[t.G_ENTRANTS]) - exact
        types = int(head[t.G_TC]), int(head[t.G_TD])
        used = table[..., : types[0] * types[1] * m]
        apart = np.moveaxis(used.reshape(*table.shape[:-1], *types, m), -1, 1)
        return np.moveaxis(apart, 2, -1) if name == "leave" else apart


def joins(room: Room) -> np.ndarray:
    """Return the chance that entrants are in, as others see it: (act, answer, entrant, mask)."""
    n_a = room.game.nodes.shape[0]
    n_e, masks = room.lanes.join.shape[:2]
    out = np.zeros((n_a, 4, n_e, masks))
    for a in range(1, int(room.game.head[t.G_ACTS])):
        for k in range(1, int(room.game.acts[a, t.A_ANSWERS])):
            out[a, k] = room.lanes.join[:, :, int(room.game.nodes[a, k, t.N_LANE])]
    return out


def wide_twin(stage: Stage) -> Room:
    """Return a room with a stage's game in it, in which every entrant can be enumerated."""
    room = room_for(stage.compiled, 1, stage.game.entrants.shape[0], remembers=False)
    for into, table in zip(room.game, stage.game, strict=True):
        into[...] = table
    return room
