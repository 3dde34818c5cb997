"""Ties: the treaties that are their steps hold up to their depth.

ODD 7.15 (docs/odd.md).
"""

from __future__ import annotations

from sim.compiled import rule
from sim.rules import log as record
from sim.rules.tables import ALIGNMENT, ENABLED, FIXED_TIES, TIE_ONE, TIE_OTHER, TIE_STEPS


@rule
def steps_of(terms, tie):  # type: ignore[no-untyped-def]
    """Return how many steps a tie has."""
    steps = 0
    for step in range(TIE_STEPS, terms.ties.shape[1]):
        if terms.ties[tie, step] >= 0:
            steps += 1
    return steps


@rule
def set_depth(terms, sit, tie, depth):  # type: ignore[no-untyped-def]
    """Let the first steps of a tie hold, and no others."""
    sit.depth[tie] = depth
    for step in range(steps_of(terms, tie)):
        sit.treaties[terms.ties[tie, TIE_STEPS + step], ENABLED] = 1.0 if step < depth else 0.0


@rule
def script_tie(terms, sit, log, tie, depth):  # type: ignore[no-untyped-def]
    """Let an event set the depth of a tie, where ties may change at all."""
    now = min(depth, steps_of(terms, tie))
    before = sit.depth[tie]
    if terms.rules[ALIGNMENT] == FIXED_TIES or now == before:
        return
    set_depth(terms, sit, tie, now)
    row = terms.ties[tie]
    record.write(
        sit, log, record.TIE_SET, -1, row[TIE_ONE], row[TIE_OTHER], tie, now, before, 0.0, 0.0
    )
