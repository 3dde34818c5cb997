"""What the model makes of a case: many runs, and of them those that begin like the record."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engines.ensemble import play_ensemble
from sim.evidence.history.record import MONTHS, Case, ending_number, length_class, opening_rung
from sim.outcomes.columns import (
    C_ENDING,
    C_RUNG,
    C_START,
    C_TOP,
    C_TURNS,
    C_WITH_CHALLENGER,
    C_WITH_HOLDER,
    ENDINGS,
)
from sim.world.scenario import Scenario

Whole = NDArray[np.int64]


class Simulated(NamedTuple):
    """Crises of a case that began as given, counted."""

    runs: int
    """How many were played."""
    crises: int
    """Of them, those whose crisis is counted here."""
    example: int | None
    """The first such run: it can be traced."""
    alike: int | None
    """The first such run that also ended as the record did."""
    endings: list[int]
    tops: list[int]
    lengths: list[int]
    months: list[int]
    """How long each lasted."""
    came: dict[str, int]
    """State -> crises it came to, on either side."""


class Played(NamedTuple):
    """A case as played: given the first act of the record, and given any crisis."""

    rungs: tuple[str, ...]
    opening: int
    """Number of the rung of the first act."""
    given_opening: Simulated
    given_crisis: Simulated
    games: int
    unsolved: int
    """Stage games that were solved in the runs, and those that the solver could not solve."""


def play_case(case: Case, scenario: Scenario, runs: int, seed: int) -> Played:
    """Play a case many times.

    Parameters
    ----------
    case : Case
        What happened. Its first act says which runs count; the rest only which of them to show.
    scenario : Scenario
        The case as it stood before it began.
    runs, seed : int
        As in `play_ensemble`.
    """
    played = play_ensemble(scenario, runs, seed, jobs=1)
    rungs, states = played.compiled.rungs, played.compiled.states
    opening = opening_rung(case, rungs, scenario.rules.from_rest)
    # later crises come from states that let earlier occasions pass: another question
    at_once = played.crises[played.crises[:, 1 + C_START] == 0]
    opened = at_once[at_once[:, 1 + C_RUNG] == opening]
    stats = played.stats
    return Played(
        rungs,
        opening,
        _count(opened, runs, rungs, states, case),
        _count(at_once, runs, rungs, states, case),
        stats.solves,
        stats.failures,
    )


def _count(
    crises: Whole,
    runs: int,
    rungs: tuple[str, ...],
    states: tuple[str, ...],
    case: Case,
) -> Simulated:
    """Count the crises of a table whose first column is the run."""
    column = crises[:, 1:]
    lasted = column[:, C_TURNS].tolist()
    alike = crises[column[:, C_ENDING] == ending_number(case.end)]
    sides = column[:, C_WITH_HOLDER] | column[:, C_WITH_CHALLENGER]
    return Simulated(
        runs,
        len(crises),
        int(crises[0, 0]) if len(crises) else None,
        int(alike[0, 0]) if len(alike) else None,
        np.bincount(column[:, C_ENDING], minlength=len(ENDINGS)).tolist(),
        np.bincount(column[:, C_TOP], minlength=len(rungs)).tolist(),
        [sum(length_class(n) == number for n in lasted) for number in range(len(MONTHS))],
        lasted,
        {state: int(((sides >> states.index(state)) & 1).sum()) for state in case.came},
    )
