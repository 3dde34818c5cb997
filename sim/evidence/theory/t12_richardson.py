"""The arms race.

Game: two states arm in answer to each other: x' = k y - a x + g, y' = l x - b y + h, a year.

Source: Richardson 1960.

Set: two states with reaction, fatigue and grievance (`rules.arms: richardson`). The rule is run:
where it comes to rest is the balance, and how fast changes from turn to turn die away or grow is
the larger eigenvalue. Where it does not come to rest, the balance is the point that the rule would
leave as it is. Everything is scaled so that capabilities stay within their range; rates are not.
"""

from __future__ import annotations

import numpy as np

from sim.engines.compile_scenario import compile_scenario
from sim.engines.room import room_for
from sim.evidence.theory.point import Obtained, Point
from sim.rules import tables as t
from sim.rules.arming import arm
from sim.world.scenario import Scenario

MOST_RATE = 10.0
"""Largest rate a year in a scenario."""
YEARS = 1200
"""How long the race is run to see whether it comes to rest."""
AT_REST = 1e-9
"""Change in a year, as a share of the first, at which it has."""


def race(
    reaction: tuple[float, float], fatigue: tuple[float, float], grievance: tuple[float, float],
    turn_length: str,
) -> Scenario:  # fmt: skip
    """Return two states that arm against each other."""
    keys = ("one", "other")

    def state(i: int) -> dict[str, object]:
        arms = {
            "reaction": {keys[1 - i]: reaction[i]},
            "fatigue": fatigue[i],
            "grievance": grievance[i],
        }
        return {"name": keys[i], "capability": 0.0, "arms": arms}

    return Scenario.model_validate({
        "schema": 1, "name": "race", "title": "Race", "turns": 1, "start": "2000-01",
        "turn_length": turn_length, "rules": {"arms": "richardson"},
        "states": {key: state(i) for i, key in enumerate(keys)},
        "flashpoints": {
            "prize": {
                "name": "Prize", "holder": "one", "challengers": ["other"],
                "stakes": {"one": 1.0, "other": 1.0}, "opportunity": 0.0,
            }
        },
    })  # fmt: skip


def run(made: Scenario, first: t.Floats, turns: int) -> t.Floats:
    """Let the rule run from some capabilities; return them turn by turn, shape (turn + 1, 2)."""
    room = room_for(compile_scenario(made), 1, remembers=False)
    sit, log = room.packed[0], room.packed[7]
    room.sit.states[:, t.CAPABILITY] = first
    path = [first]
    for turn in range(turns):
        # the log of a run is not needed, and has no room for so long a one
        room.sit.cursor[[t.TURN, t.LOGGED]] = turn, 0
        arm(room.terms, sit, room.scratch.armed, log)
        path.append(room.sit.states[:, t.CAPABILITY].copy())
    return np.array(path)


def obtain(point: Point) -> Obtained:
    """Return whether the race is stable, where it balances, and its larger eigenvalue."""
    reaction = point.number("k", 0.0, MOST_RATE), point.number("l", 0.0, MOST_RATE)
    fatigue = point.number("a", 0.0, MOST_RATE), point.number("b", 0.0, MOST_RATE)
    given = point.number("g", -1e6, 1e6), point.number("h", -1e6, 1e6)
    point.need(
        reaction[0] * reaction[1] != fatigue[0] * fatigue[1], "a balance: a b differs from k l"
    )
    # far inside the range of capabilities, so that three quarters of a race stay there
    scale = 0.1 / max(map(abs, given)) if any(given) else 1.0
    grievance = scale * given[0], scale * given[1]
    start = np.array([0.3, 0.2])
    short = run(race(reaction, fatigue, grievance, "quarter"), start, 3)
    steps = np.diff(short, axis=0)
    # two successive changes span the plane, unless the race has only one direction
    onto = np.linalg.lstsq(steps[:2], steps[1:], rcond=None)[0].T
    eigenvalue = float(np.log(np.abs(np.linalg.eigvals(onto))).max()) * 4.0
    balance = start + np.linalg.solve(np.eye(2) - onto, steps[0])
    path = run(race(reaction, fatigue, grievance, "year"), start, YEARS)
    change = np.abs(np.diff(path, axis=0)).max(axis=1)
    stable = bool(change[-1] <= AT_REST * max(float(change[0]), AT_REST) and eigenvalue < 0.0)
    if stable and path[-1].min() > 0.0:
        balance = path[-1]  # nobody has less than nothing: a balance below it is not reached
    return Obtained({
        "stable": stable, "x_eq": float(balance[0]) / scale, "y_eq": float(balance[1]) / scale,
        "max_eig": eigenvalue,
    })  # fmt: skip
