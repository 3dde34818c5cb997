"""One run: the loop over advance, options, choose and apply that both engines play.

Everything a run needs is compiled into this one rule, for the ensemble and for the Mesa model.

ODD 3 (docs/odd.md).
"""

from __future__ import annotations

from sim.compiled import part, rule
from sim.rules.tables import LUCKY, OPTIONS, PENDING, restore
from sim.rules.turn import ACT, OVER, TURN_OVER, advance, apply, choose, options, start

WHOLE, FIRST = -2, -1
"""Instead of an option: play the whole run; begin it and stop at the first decision."""


@part
def begin(terms, first, sit, run):  # type: ignore[no-untyped-def]
    """Make a situation ready for a run."""
    restore(first, sit)
    start(terms, sit, run)


@rule
def play(  # type: ignore[no-untyped-def]
    terms,
    first,
    sit,
    game,
    contests,
    solution,
    lanes,
    scratch,
    memory,
    log,
    probabilities,
    run,
    option,
):
    """Play a run to its end, or on to the next decision.

    Parameters
    ----------
    terms, first, sit, game, contests, solution, lanes, scratch, memory, log
        Packed tables (`sim.engines.room`); ``first`` is the situation every run starts from.
    probabilities : numpy.ndarray
        Is filled with the chances of the options of the decision that is due.
    run : int
        Number of the run; used when it begins.
    option : int
        `WHOLE`, `FIRST`, or what is chosen at the decision that was due (anything after a turn
        ended).

    Returns
    -------
    int
        The decision now due (`ACT`, `ANSWER`, `JOIN`, `PRESS`), `TURN_OVER` or `OVER`. The
        cursor holds how many options there are (`OPTIONS`) and which one luck picks (`LUCKY`).
    """
    cursor = sit.cursor
    decision, chosen = cursor[PENDING], option
    if option < 0:
        begin(terms, first, sit, run)
        decision = TURN_OVER
    while True:
        if decision >= ACT:
            apply(terms, sit, game, contests, solution, scratch, log, decision, chosen)
        decision = advance(terms, sit, game, contests, solution, lanes, scratch, memory, log)
        cursor[PENDING] = decision
        if decision == OVER:
            return decision
        if decision >= ACT:
            n = options(terms, sit, game, solution, decision, probabilities)
            chosen = choose(terms, sit, decision, probabilities, n)
            cursor[OPTIONS], cursor[LUCKY] = n, chosen
        if option != WHOLE:
            return decision
