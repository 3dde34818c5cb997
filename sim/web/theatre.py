"""The theatre: where states and flashpoints stand on a page, and what goes on there turn by turn.

Two layouts: a map that keeps which lies north, south, east and west of which, but not distances, so
that names do not cover each other; and a circle of states by side, in which ties are seen. No
coast and no border is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, pi, sin
from typing import Any

from sim.analysis.ties import ties
from sim.analysis.words import short_names
from sim.engines.model import CrisisModel
from sim.outcomes.events import (
    CrisisBegins,
    Join,
    Leave,
    Move,
    RungReached,
)
from sim.rules.forces import in_force
from sim.world.scenario import Scenario

WIDE, TALL, EDGE = 1000.0, 720.0, 70.0
TOP, BOTTOM = 45.0, 85.0
"""Room for names at the upper and the lower edge."""
ROOM = (150.0, 88.0)
"""Room that a spot with its name takes, across and down."""
EVEN = 0.75
"""How far places are evened out by their order, from 0 (as they lie) to 1 (by order alone)."""

Spot = tuple[float, float]


def layout(scenario: Scenario) -> dict[str, Any]:
    """Return where things stand: ``circle``, and ``map`` where all have a position (else None)."""
    names = short_names(scenario)
    sides = list(dict.fromkeys(state.side or "" for state in scenario.states.values()))
    states = {
        key: {"name": names[key], "side": sides.index(state.side or "")}
        for key, state in scenario.states.items()
    }
    places = {key: {"name": place.name} for key, place in scenario.flashpoints.items()}
    return {
        "states": states, "places": places, "sides": sides,
        "circle": _circle(scenario), "map": _map(scenario),
    }  # fmt: skip


def _circle(scenario: Scenario) -> dict[str, Spot]:
    """Return states in a circle by side, flashpoints in the middle."""
    order = sorted(
        scenario.states, key=lambda key: (scenario.states[key].side or "", key != "united_states")
    )
    spots = {}
    for number, key in enumerate(order):
        angle = pi / 2 - 2 * pi * number / len(order)
        spots[key] = _spot(0.5 + 0.46 * cos(angle), 0.5 - 0.46 * sin(angle))
    middle = list(scenario.flashpoints)
    for number, key in enumerate(middle):
        angle = pi / 2 - 2 * pi * (number + 0.5) / len(middle)
        far = 0.0 if len(middle) == 1 else 0.2
        spots[f"place:{key}"] = _spot(0.5 + far * cos(angle), 0.5 - far * sin(angle))
    return spots


def _map(scenario: Scenario) -> dict[str, Spot] | None:
    here: dict[str, tuple[float, float]] = {}
    for prefix, entries in (("", scenario.states), ("place:", scenario.flashpoints)):
        for key, entry in entries.items():
            if entry.position is None:
                return None
            here[f"{prefix}{key}"] = entry.position
    cut = _widest_gap([longitude for _, longitude in here.values()])
    east = {key: (longitude - cut) % 360.0 for key, (_, longitude) in here.items()}
    north = {key: latitude for key, (latitude, _) in here.items()}
    x, y = _evened(east), _evened(north)
    return _apart({key: _spot(x[key], 1.0 - y[key]) for key in here})


def _widest_gap(longitudes: Sequence[float]) -> float:
    """Return where a map is cut open: the middle of the widest gap."""
    found = sorted(longitude % 360.0 for longitude in longitudes)
    gaps = [
        ((later - sooner) % 360.0 or 360.0, sooner)
        for sooner, later in zip(found, [*found[1:], found[0]], strict=True)
    ]
    wide, start = max(gaps)
    return start + wide / 2.0


def _evened(values: Mapping[str, float]) -> dict[str, float]:
    """Return values between 0 and 1, moved towards equal steps in their order."""
    low, high = min(values.values()), max(values.values())
    order = sorted(values, key=lambda key: (values[key], key))
    step = max(1, len(order) - 1)
    return {
        key: EVEN * number / step + (1.0 - EVEN) * (values[key] - low) / ((high - low) or 1.0)
        for number, key in enumerate(order)
    }


def _apart(spots: dict[str, Spot]) -> dict[str, Spot]:
    """Push spots apart until the names under and over them have room, where there is any."""
    found = {key: list(spot) for key, spot in spots.items()}
    keys = sorted(found)
    for _ in range(300):
        moved = False
        for number, one in enumerate(keys):
            for other in keys[:number]:
                a, b = found[one], found[other]
                near_x, near_y = ROOM[0] - abs(a[0] - b[0]), ROOM[1] - abs(a[1] - b[1])
                if near_x <= 0.0 or near_y <= 0.0:
                    continue
                moved = True
                axis, by = (0, near_x) if near_x < near_y else (1, near_y)
                push = 0.26 * by * (1.0 if a[axis] >= b[axis] else -1.0)
                a[axis], b[axis] = a[axis] + push, b[axis] - push
        for spot in found.values():
            spot[0] = min(WIDE - EDGE, max(EDGE, spot[0]))
            spot[1] = min(TALL - BOTTOM, max(TOP, spot[1]))
        if not moved:
            break
    return {key: (round(x, 1), round(y, 1)) for key, (x, y) in found.items()}


def _spot(x: float, y: float) -> Spot:
    return (
        round(EDGE + x * (WIDE - 2 * EDGE), 1),
        round(TOP + y * (TALL - TOP - BOTTOM), 1),
    )


class Recorder:
    """Takes down, turn by turn, what goes on in the theatre.

    Parameters
    ----------
    model : CrisisModel
        Asked after each turn.
    """

    def __init__(self, model: CrisisModel) -> None:
        self.model = model
        self.frames: list[dict[str, Any]] = []
        self._heard = 0
        self._sides: dict[str, dict[str, str]] = {}
        self._ties: list[list[Any]] = []

    def take(self) -> None:
        """Take down the turn that has just been played."""
        model = self.model
        fresh = model.events[self._heard :]
        self._heard = len(model.events)
        reached: dict[str, str] = {}
        for record in fresh:
            if isinstance(record, CrisisBegins | Move):
                if isinstance(record, Move) and record.act == "rests":
                    continue
                here = self._sides.setdefault(record.flashpoint, {})
                if isinstance(record, CrisisBegins):
                    here.clear()
                here[record.challenger], here[record.holder] = "challenger", "holder"
            elif isinstance(record, Join) and record.came:
                here = self._sides.setdefault(record.flashpoint, {})
                here[record.state] = here.get(record.principal, "holder")
            elif isinstance(record, Leave):
                self._sides.get(record.flashpoint, {}).pop(record.state, None)
            elif isinstance(record, RungReached):
                reached[record.flashpoint] = record.rung
        control = model.control()
        places = {
            key: {
                "control": round(control[key], 3),
                "rung": model.words.rung(reached[key]) if key in reached else None,
                "sides": dict(self._sides.get(key, {})) if key in reached else {},
            }
            for key in model.compiled.flashpoints
        }
        bound = self._bound()
        self.frames.append({"places": places, "ties": bound if bound != self._ties else None})
        self._ties = bound

    def _bound(self) -> list[list[Any]]:
        """Return who is tied to whom now: two states, the kind of tie, whether one way."""
        model, sit = self.model, self.model.room.packed[0]
        held = [treaty for k, treaty in enumerate(model.case.treaties.values()) if in_force(sit, k)]
        return [[tie.giver, tie.taker, tie.kind, tie.one_way] for tie in ties(model.case, held)]
