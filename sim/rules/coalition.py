"""How a coalition settles on the rung at which it answers.

Under *lead* the attacked state's answer stands, and members take part in it as far as their
ceilings go. Under *consensus* a coalition answers at the lowest of the rungs its members accept, so
that whoever comes can hold back the one it came for (Snyder 1984; Pressman 2008); under *majority*
at the highest that members with more than half of its strength accept. A member accepts rungs up to
the ceiling of the treaty that leads it there and to the highest it chooses for itself; nobody goes
below the rung of the act that is answered. Everybody reckons with it beforehand.

ODD 7.5 (docs/odd.md).
"""

from __future__ import annotations

from sim.compiled import rule
from sim.rules import log as record
from sim.rules.tables import (
    A_ANSWERS,
    A_RUNG,
    AGREED,
    AH_ON,
    COALITION,
    CONSENSUS,
    CONTEST,
    E_CEILING,
    E_SIDE,
    E_STATE,
    G_ENTRANTS,
    G_EXACT,
    G_TC,
    G_TD,
    HOLDER,
    HOLDER_SIDE,
    LEAD,
    N_LANE,
    N_RUNG_Q,
    SIDE,
    TOP_BEFORE,
    TOP_D,
    A,
    K,
)  # fmt: skip


@rule
def members_of(game, column):  # type: ignore[no-untyped-def]
    """Return the entrants in the coalition of a column, as bits."""
    exact = int(game.head[G_EXACT])
    masks = 1 << exact
    return column if column < masks else (masks - 1) | 1 << (exact + column - masks)


@rule
def agreed_answer(game, act, answer, members):  # type: ignore[no-untyped-def]
    """Return the answer that the holder's coalition settles on where the holder proposes one.

    Parameters
    ----------
    members : int
        Entrants who came, as bits; those beside the challenger have no say.
    """
    if game.rules[COALITION] == LEAD:
        return answer
    lowest = int(game.acts[act, A_RUNG])
    for settled in range(answer, 1, -1):
        rung = int(game.nodes[act, settled, N_RUNG_Q])
        strength = game.force[1, lowest]
        willing, refused = strength, False
        for e in range(int(game.head[G_ENTRANTS])):
            if not members >> e & 1 or int(game.entrants[e, E_SIDE]) != HOLDER_SIDE:
                continue
            strength += game.force[2 + e, lowest]
            if game.entrants[e, E_CEILING] >= rung:
                willing += game.force[2 + e, lowest]
            else:
                refused = True
        if not refused or (game.rules[COALITION] != CONSENSUS and 2.0 * willing > strength):
            return settled
    return 1


@rule
def lay_out_agreed(game, lanes, act, m, n):  # type: ignore[no-untyped-def]
    """Let coalitions that would settle lower fight there: copy what leads there into their rows."""
    if game.rules[COALITION] == LEAD:
        return
    tc, td, n_e = int(game.head[G_TC]), int(game.head[G_TD]), int(game.head[G_ENTRANTS])
    for answer in range(int(game.acts[act, A_ANSWERS]) - 1, 1, -1):
        lane = int(game.nodes[act, answer, N_LANE])
        for column in range(m):
            settled = agreed_answer(game, act, answer, members_of(game, column))
            if settled == answer:
                continue
            here = column * n + lane
            there = column * n + int(game.nodes[act, settled, N_LANE])
            for i in range(tc):
                for j in range(td):
                    lanes.uc[i, j, here] = lanes.uc[i, j, there]
                    lanes.ud[i, j, here] = lanes.ud[i, j, there]
                    lanes.phi[i, j, here] = lanes.phi[i, j, there]
                    if game.ahead[AH_ON] == 1.0:
                        lanes.near_c[i, j, here] = lanes.near_c[i, j, there]
                        lanes.near_d[i, j, here] = lanes.near_d[i, j, there]
                        lanes.over[i, j, here] = lanes.over[i, j, there]
                    for e in range(n_e):
                        lanes.psi[e, i, j, here] = lanes.psi[e, i, j, there]
            for e in range(n_e):
                lanes.idle[e, here] = lanes.idle[e, there]
            for j in range(td):
                lanes.vain[j, here] = lanes.vain[j, there]


@rule
def settle_answer(sit, game, log, f):  # type: ignore[no-untyped-def]
    """Let the coalition that came settle on its answer, where it goes less far than proposed."""
    act, answer = sit.cursor[A], sit.cursor[K]
    members = 0
    for e in range(int(game.head[G_ENTRANTS])):
        row = game.entrants[e]
        if sit.who[f, int(row[E_STATE]), SIDE] == int(row[E_SIDE]):
            members |= 1 << e
    settled = agreed_answer(game, act, answer, members)
    sit.cursor[AGREED] = settled
    if settled == answer:
        return
    row = sit.crisis[f]
    proposed = int(game.nodes[act, answer, N_RUNG_Q])
    rung = int(game.nodes[act, settled, N_RUNG_Q])
    row[CONTEST] = rung
    row[TOP_D] = min(row[TOP_D], max(sit.cursor[TOP_BEFORE], rung))
    record.write(sit, log, record.SETTLES, f, row[HOLDER], -1, rung, proposed, 0, 0.0, 0.0)
