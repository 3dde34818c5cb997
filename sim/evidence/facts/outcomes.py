"""What the tests of facts measure of an ensemble: shares of cases, each in one sentence.

A share is given as two numbers a run: cases of the kind, and cases. A gap between two shares within
one ensemble, such as of war among disputes that were joined and those that were not, is the pair.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.experiments.arms import ACCIDENT, Arm
from sim.outcomes.columns import (
    C_ANSWER,
    C_CHALLENGER,
    C_ENDING,
    C_KIND,
    C_RUNG,
    C_START,
    C_TOP,
    C_WITH_CHALLENGER,
    C_WITH_HOLDER,
    ENDINGS,
)
from sim.rules.tables import Floats, Ints

Share = Callable[[Arm], tuple[Floats, Floats]]
"""Arm -> cases of the kind and cases, one number a run each."""


Marks = NDArray[np.bool_]
"""Which crises are meant."""


class Outcome(NamedTuple):
    """What a trial measures."""

    name: str
    """P(...) as a table shows it."""
    share: Share
    less: Share | None = None
    """Subtracted, where the outcome is a gap between two shares."""


def _is(arm: Arm, column: int) -> Ints:
    values: Ints = arm.crises()[:, 1 + column]
    return values


def _chosen(arm: Arm) -> Marks:
    chosen: Marks = _is(arm, C_KIND) != ACCIDENT
    return chosen


def _ended(arm: Arm, *endings: str) -> Marks:
    return np.isin(_is(arm, C_ENDING), [ENDINGS.index(ending) for ending in endings])


def _of_crises(kind: Callable[[Arm], Marks], among: Callable[[Arm], Marks]) -> Share:
    def share(arm: Arm) -> tuple[Floats, Floats]:
        cases = among(arm)
        return arm.per_run(kind(arm) & cases), arm.per_run(cases)

    return share


def _all(arm: Arm) -> Marks:
    return np.ones(len(arm.crises()), dtype=bool)


def _came(arm: Arm) -> Marks:
    return (_is(arm, C_WITH_HOLDER) | _is(arm, C_WITH_CHALLENGER)) > 0


def _war(arm: Arm) -> Marks:
    return _ended(arm, "war", "nuclear_use")


def moves(least: str = "", most: str = "", who: str = "", at_once: bool = False) -> Outcome:
    """Share of runs in which a state makes a move from rest, on some rungs (in the first month)."""

    def share(arm: Arm) -> tuple[Floats, Floats]:
        wanted = _chosen(arm)
        if least:
            wanted &= _is(arm, C_RUNG) >= arm.rung(least)
        if most:
            wanted &= _is(arm, C_RUNG) <= arm.rung(most)
        if who:
            wanted &= (1 << _is(arm, C_CHALLENGER)) == arm.bit(who)
        if at_once:
            wanted &= _is(arm, C_START) == 0
        return np.minimum(arm.per_run(wanted), 1.0), np.ones(arm.runs)

    name = f"{who.capitalize()} moves" if who else "challenge"
    name += f" at {least} or above" if least else f" at {most} or below" if most else ""
    name += " in the first month" if at_once else ""
    return Outcome(f"P({name})".replace("_", " "), share)


def climbs(rung: str) -> Outcome:
    """Share of crises that reach a rung."""
    return Outcome(
        f"P({rung} reached | crisis)".replace("_", " "),
        _of_crises(lambda arm: _is(arm, C_TOP) >= arm.rung(rung), _all),
    )


def joins(state: str) -> Outcome:
    """Share of crises that a state joins on the holder's side."""
    return Outcome(
        f"P({state} intervenes | crisis)".replace("_", " "),
        _of_crises(lambda arm: _is(arm, C_WITH_HOLDER) & arm.bit(state) > 0, _all),
    )


def resists(rung: str) -> Outcome:
    """Share of moves on a rung that are resisted at once."""
    return Outcome(
        f"P(resist | {rung})".replace("_", " "),
        _of_crises(lambda arm: _is(arm, C_ANSWER) >= 0, _first(rung)),
    )


def war_after(rung: str) -> Outcome:
    """Share of crises that become war, among those that a move on a rung began."""
    return Outcome(f"P(war | {rung})".replace("_", " "), _of_crises(_war, _first(rung)))


def _first(rung: str) -> Callable[[Arm], Marks]:
    return lambda arm: _chosen(arm) & (_is(arm, C_RUNG) == arm.rung(rung))


def _honour(arm: Arm) -> tuple[Floats, Floats]:
    kept = arm.column("honoured")
    return kept, kept + arm.column("reneged")


CONCEDES = Outcome(
    "P(target concedes | challenge)",
    _of_crises(lambda arm: _ended(arm, "acquiescence"), _chosen),
)
COMPLIES = Outcome(
    "P(target complies at once | challenge)",
    _of_crises(lambda arm: _is(arm, C_ANSWER) == -1, _chosen),
)
WAR = Outcome("P(war | crisis)", _of_crises(_war, _all))
FOUGHT = Outcome(
    "P(conflict)",
    lambda arm: (arm.per_run(_ended(arm, "limited_conflict", "war")), np.ones(arm.runs)),
)
DEFENDED = Outcome(
    "P(target defended | crisis)", _of_crises(lambda arm: _is(arm, C_WITH_HOLDER) > 0, _all)
)
HONOURS = Outcome("P(honour | duty)", _honour)
WAR_IF_JOINED = Outcome(
    "P(war), joined against not joined",
    _of_crises(_war, _came),
    _of_crises(_war, lambda arm: ~_came(arm)),
)


def war_if_answered(least: str) -> Outcome:
    """Gap in war between disputes that were resisted and those that were not, from a rung on."""

    def disputes(arm: Arm) -> Marks:
        return _chosen(arm) & (_is(arm, C_TOP) >= arm.rung(least))

    return Outcome(
        "P(war), reciprocated against not",
        _of_crises(_war, lambda arm: disputes(arm) & (_is(arm, C_ANSWER) >= 0)),
        _of_crises(_war, lambda arm: disputes(arm) & (_is(arm, C_ANSWER) < 0)),
    )
