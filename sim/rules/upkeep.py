"""What joint command and defences cost to keep up, and how they decay where nobody does.

Integration is earned (a treaty has it, an exercise adds to it) and kept: `treaties.TREATY.upkeep`
is the share of what keeps it up that its members pay. Each turn a treaty in force loses the unpaid
share of what a year without upkeep takes away, of integration and of missile defence alike, and
each member pays the rest. What interoperability loses when it is not kept up: Hura and others 2000;
who pays for what all members have: Olson and Zeckhauser 1966.

ODD 7.16 (docs/odd.md).
"""

from __future__ import annotations

from sim.compiled import rule
from sim.rules.forces import in_force
from sim.rules.tables import (
    INTEGRATION,
    INTEGRATION_DECAY,
    MISSILE_DEFENCE,
    SPENT,
    UPKEEP,
    UPKEEP_COST,
)


@rule
def keep_up(terms, sit):  # type: ignore[no-untyped-def]
    """Let integration and missile defence decay as far as their upkeep is not paid; charge it."""
    decay, cost = terms.rules[INTEGRATION_DECAY], terms.rules[UPKEEP_COST]
    if decay == 0.0 and cost == 0.0:
        return
    for k in range(sit.treaties.shape[0]):
        row = sit.treaties[k]
        if not in_force(sit, k):
            continue
        paid = cost * row[UPKEEP] * row[INTEGRATION]
        for state in range(sit.states.shape[0]):
            if terms.members[k, state] != 0:
                sit.states[state, SPENT] += paid
        kept = 1.0 - decay * (1.0 - row[UPKEEP])
        row[INTEGRATION] *= kept
        row[MISSILE_DEFENCE] *= kept
