"""Arming: how capabilities grow with those of rivals, with grievance, and against fatigue.

dK_i/dt = sum over j of k_ij K_j - a_i K_i + g_i per year (Richardson 1960). The equations are
linear, so that what they do in a turn is exact at any length of turn: a matrix times the
capabilities, and a constant, both made with the scenario's tables. Stable if fatigue outweighs
reaction: for two states where a_1 a_2 > k_12 k_21.

ODD 7.13 (docs/odd.md).
"""

from __future__ import annotations

from sim.compiled import rule
from sim.rules import log as record
from sim.rules.tables import ARMING, CAPABILITY, MONTHS, TURN

MOST = 1000.0
"""Largest capability there is."""


@rule
def arm(terms, sit, armed, log):  # type: ignore[no-untyped-def]
    """Let a turn's arming pass, within the range of capabilities.

    Parameters
    ----------
    armed : numpy.ndarray
        Shape (state, 2): room for new capabilities, and those last written to the log.
    """
    if terms.rules[ARMING] == 0.0:
        return
    n = sit.states.shape[0]
    if sit.cursor[TURN] == 0:
        for i in range(n):
            armed[i, 1] = sit.states[i, CAPABILITY]
    for i in range(n):
        total = terms.arming[i, n]
        for j in range(n):
            total += terms.arming[i, j] * sit.states[j, CAPABILITY]
        armed[i, 0] = max(0.0, min(MOST, total))
    for i in range(n):
        sit.states[i, CAPABILITY] = armed[i, 0]
    months = terms.rules[MONTHS]
    past, now = sit.cursor[TURN] * months, (sit.cursor[TURN] + 1) * months
    if int((now + 1e-9) / 12.0) > int((past + 1e-9) / 12.0):
        for i in range(n):
            if sit.states[i, CAPABILITY] != armed[i, 1]:
                record.write(
                    sit, log, record.ARMED, -1, i, -1, 0, 0, 0, armed[i, 1],
                    sit.states[i, CAPABILITY],
                )  # fmt: skip
                armed[i, 1] = sit.states[i, CAPABILITY]
