"""The event log: what is written down of a run, row by row.

Everything measured later is derived from these rows, so a kind is never renumbered. Columns are
turn, kind, flashpoint, actor, other, a, b, c and two numbers x, y; the table says what they hold.

EVENT          -; a event
OPPORTUNITY    challenger, holder; a motive, b would move unopposed, c solver; x motive
MOVE           challenger, holder; a move (-1 rest, -2 stands down), b rung, c new; x chance
ANSWER         holder, challenger; a rung (-1 yields), b chosen rather than held; x chance
INVOKED        -, protégé; a treaty, b rung
RECOGNISED     guarantor, protégé; a treaty, b rung, c at the opening; x level of recognition
JOIN           entrant, principal; a came, b treaty, c duty (1 active, 2 seen); x chance, y gain
LEAVE          entrant, principal; a -, b treaty, c duty; x chance, y own gain from staying
PRESS          challenger, holder; a presses, b rung; x chance
SLIP           -; a from rung, b to rung
FORCE          winner, loser; a rung, b 1 if the challenger won; x its odds, y share moved
SETTLED        challenger, holder; a rung; x odds, y share moved
YIELDED        holder, challenger; a rung; x share moved
CRISIS_BEGINS  challenger, holder; a move, b rung, c 1 recovery, 2 accident; x control
CRISIS_ENDS    challenger, holder; a ending, b highest rung, c turns; x control before, y after
RUNG           -; a highest rung at the flashpoint this turn
TURN_ENDS      -; a highest rung anywhere; x risk index
STATE_ENDS     state; x cost, y standing
SIGNAL         signaller, holder; a kind of signal, b treaty (-1 as holder), c solver; x chance,
               y amount
CONCLUDED      signaller; a type (-1 commitment), b treaty; x belief before, y after
TIE            member, member; a tie, b depth, c depth before; x, y what the step is worth to each
SETTLES        holder; a rung its coalition answers at, b rung the holder proposed
TIE_SET        member, member; a tie, b depth, c depth before, by an event
ARMED          state; x capability a year before (or at the start), y now

ODD 7.11 (docs/odd.md).
"""

from __future__ import annotations

from sim.compiled import rule
from sim.rules.tables import LOGGED, TURN

(EVENT, OPPORTUNITY, MOVE, ANSWER, INVOKED, RECOGNISED, JOIN, LEAVE, PRESS, SLIP, FORCE, SETTLED,
 YIELDED, CRISIS_BEGINS, CRISIS_ENDS, RUNG, TURN_ENDS, STATE_ENDS, SIGNAL, CONCLUDED,
 ARMED, TIE, TIE_SET, SETTLES) = range(1, 25)  # fmt: skip

# endings of a crisis
(DETERRENCE_HELD, ACQUIESCENCE, SETTLEMENT, LIMITED_CONFLICT, WAR, NUCLEAR_USE, ONGOING) = range(7)


@rule
def write(sit, log, kind, f, actor, other, a, b, c, x, y):  # type: ignore[no-untyped-def]
    """Append a row to the log of the run; rows beyond its room are counted but not kept."""
    row = sit.cursor[LOGGED]
    if row < log.ints.shape[0]:
        ints = log.ints[row]
        ints[0], ints[1], ints[2], ints[3] = sit.cursor[TURN], kind, f, actor
        ints[4], ints[5], ints[6], ints[7] = other, a, b, c
        log.floats[row, 0] = x
        log.floats[row, 1] = y
    sit.cursor[LOGGED] = row + 1
