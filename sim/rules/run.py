"""One whole run in one call: the loop that both engines share in spirit, here compiled."""

from __future__ import annotations

from sim.compiled import rule
from sim.rules.tables import LOGGED
from sim.rules.turn import OVER, TURN_OVER, advance, apply, choose, options, start


@rule
def reset(first, sit):  # type: ignore[no-untyped-def]
    """Copy into a situation what every run starts from."""
    sit.states[:, :] = first.states
    sit.places[:, :, :] = first.places
    sit.flash[:, :] = first.flash
    sit.treaties[:, :] = first.treaties
    sit.treaty_places[:, :, :] = first.treaty_places


@rule
def begin(terms, first, sit, run):  # type: ignore[no-untyped-def]
    """Make a situation ready for a run."""
    reset(first, sit)
    start(terms, sit, run)


@rule
def play(terms, first, sit, game, solution, scratch, log, probabilities, run):  # type: ignore[no-untyped-def]
    """Play one run to its end; the log holds it. Returns the number of rows written."""
    begin(terms, first, sit, run)
    while True:
        decision = advance(terms, sit, game, solution, scratch, log)
        if decision == OVER:
            return sit.cursor[LOGGED]
        if decision == TURN_OVER:
            continue
        n = options(terms, sit, game, solution, decision, probabilities)
        option = choose(terms, sit, decision, probabilities, n)
        apply(terms, sit, game, solution, scratch, log, decision, option)
