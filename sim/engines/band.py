"""The same scenario at half and at twice the precision of every choice, under the same luck.

Choice noise alone makes wars, so that no headline stands by itself: a result folder keeps a few
runs at other precisions beside its own (McKelvey and Palfrey 1995 on what lambda is).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pyarrow as pa

from sim.engines.arrow import field, runs_table
from sim.engines.compile_scenario import Compiled
from sim.rules.tables import Floats
from sim.world.figures import LARGEST, Figure
from sim.world.scenario import Scenario

FACTORS = (0.5, 2.0)
"""What every precision of a scenario is multiplied by, besides one."""
MOST = 100
"""Runs played at each of them, at most."""
PIECES = 10
"""Chunks in which they are played: what an interruption can cost is a tenth of them."""
FACTOR = "precision_factor"
"""Column that tells the rows of the table of the band apart."""


class Piece(NamedTuple):
    """Some consecutive runs at one of the other precisions."""

    first: int
    runs: int
    arm: int  # 1 + place in FACTORS; 0 is the scenario as it is


def band_runs(runs: int) -> int:
    """Return how many runs are played at each other precision, beside so many at the own."""
    return min(runs, MOST)


def scaled(scenario: Scenario, factor: float) -> Scenario:
    """Return a scenario in which every precision is multiplied: the rules', states', events'.

    Parameters
    ----------
    factor : float
        Above 0. No precision is raised beyond what a scenario file may say.
    """

    def times(value: float) -> float:
        return min(value * factor, LARGEST)

    rules = scenario.rules
    states = {
        key: state
        if state.precision is None
        else state.model_copy(update={"precision": _at(state.precision, times)})
        for key, state in scenario.states.items()
    }
    events = tuple(
        event.model_copy(
            update={
                "set": {
                    path: _set_to(value, times) if _sets_precision(path) else value
                    for path, value in event.set.items()
                }
            }
        )
        for event in scenario.events
    )
    return scenario.model_copy(
        update={
            "rules": rules.model_copy(update={"precision": _at(rules.precision, times)}),
            "states": states,
            "events": events,
        }
    )


def _at(figure: Figure, times: Callable[[float], float]) -> Figure:
    return figure.model_copy(update={"value": times(figure.value)})


def _set_to(value: Any, times: Callable[[float], float]) -> Any:
    if isinstance(value, dict):
        return {**value, "value": times(value["value"])}
    return times(float(value))


def _sets_precision(path: str) -> bool:
    section, _, rest = path.partition(".")
    return section == "states" and rest.endswith(".precision")


def band_plan(runs: int) -> list[Piece]:
    """Return the chunks of the band: for each factor as many runs as are said."""
    size = max(1, -(-runs // PIECES))
    return [
        Piece(first, min(size, runs - first), arm)
        for arm in range(1, 1 + len(FACTORS))
        for first in range(0, runs, size)
    ]


def band_table(compiled: Compiled, piece: Piece, rows: Floats) -> pa.Table:
    """Return a chunk of the band: the columns of the table of runs behind the factor."""
    return behind_factor(runs_table(compiled, piece.first, rows), FACTORS[piece.arm - 1])


def behind_factor(table: pa.Table, factor: float) -> pa.Table:
    """Return rows played at another precision, the factor in front of their columns."""
    told = field(FACTOR, pa.float32(), "what every precision was multiplied by", "factor")
    return table.add_column(0, told, pa.array([factor] * len(table), pa.float32()))
