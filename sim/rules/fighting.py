"""A turn of contest as it happens: a slip, then force, a settlement, or it goes on.

Valuation reckons with help on its way; here only what has arrived fights.

ODD 7.9 (docs/odd.md).
"""

from __future__ import annotations

from sim.compiled import part, rule
from sim.luck import FORCE as FORCE_DRAW
from sim.luck import SLIP as SLIP_DRAW
from sim.luck import WINNER, draw
from sim.rules import log as record
from sim.rules.contest import (
    came_column,
    gather_who_came,
    weigh_coalitions,
    weigh_level,
)
from sim.rules.forces import reach_of, strength_parts
from sim.rules.staging import share_to_win, slice_at
from sim.rules.tables import (
    ARRIVES,
    CHALLENGER,
    CHI,
    CONTEST,
    CONTROL,
    CRISIS_MOVE,
    DELTA,
    E_CAME,
    E_SIDE,
    E_STATE,
    G_ENTRANTS,
    HIGHEST_REACHED,
    HOLDER,
    KAPPA,
    PLAIN,
    PRIZE,
    RENEWS,
    RUN,
    SIDE,
    SIGMA,
    SLIP,
    SPENT,
    SWAPPED,
    TAKER,
    TURN,
    TURN_RUNG,
)  # fmt: skip

GOES_ON, DECIDED, SETTLED = 0, 1, 2


@part
def count_who_came(sit, game, f):  # type: ignore[no-untyped-def]
    """Mark on the game's entrants who truly is on which side."""
    for e in range(int(game.head[G_ENTRANTS])):
        row = game.entrants[e]
        side = sit.who[f, int(row[E_STATE]), SIDE]
        row[E_CAME] = 1.0 if side == int(row[E_SIDE]) else 0.0


@rule
def field_forces(terms, sit, game, f):  # type: ignore[no-untyped-def]
    """Write what has arrived into the game's table of forces."""
    for e in range(int(game.head[G_ENTRANTS])):
        row = game.entrants[e]
        if row[E_CAME] == 0.0:
            continue
        state = int(row[E_STATE])
        at_once, sent = strength_parts(terms, sit, state, f)
        if sit.who[f, state, ARRIVES] > sit.cursor[TURN]:
            sent = 0.0
        for rung in range(terms.rungs.shape[0]):
            if game.force[2 + e, rung] > 0.0:  # zero above a ceiling stays zero
                game.force[2 + e, rung] = at_once + reach_of(terms, rung) * sent


@rule
def pay(terms, sit, state, amount):  # type: ignore[no-untyped-def]
    """Enter a cost in a state's ledger, as its true type feels it."""
    sit.states[state, SPENT] += terms.types[state, sit.kind[state], KAPPA] * amount


@rule
def weigh(game, contests, rung, variant):  # type: ignore[no-untyped-def]
    """Weigh the forces that are there at a rung; return the challenger's true chance to win."""
    last = came_column(contests)
    weigh_level(game, contests, rung, variant, 0.0, last, last + 1)
    return contests.odds[variant * game.rungs.shape[0] + rung, last]


@rule
def pay_flows(terms, sit, game, contests, f, level):  # type: ignore[no-untyped-def]
    """Enter a turn of contest in the ledgers of all who take part."""
    last = came_column(contests)
    pay(terms, sit, sit.crisis[f, CHALLENGER], contests.flow[level, 0, last])
    pay(terms, sit, sit.crisis[f, HOLDER], contests.flow[level, 1, last])
    for e in range(int(game.head[G_ENTRANTS])):
        if game.entrants[e, E_CAME] == 1.0:
            pay(terms, sit, int(game.entrants[e, E_STATE]), contests.flow[level, 2 + e, last])


@rule
def transfer(sit, f, share):  # type: ignore[no-untyped-def]
    """Move a share of the stake to the challenger; return what truly moved."""
    share = min(share, share_to_win(sit, f, sit.crisis[f, SWAPPED] == 1))
    if sit.crisis[f, SWAPPED] == 1:
        sit.flash[f, CONTROL] += share
    else:
        sit.flash[f, CONTROL] = max(0.0, sit.flash[f, CONTROL] - share)
        if share > 0.0:
            sit.crisis[f, TAKER] = sit.crisis[f, CHALLENGER]
    return share


@rule
def concede(sit, f, share):  # type: ignore[no-untyped-def]
    """Yield a share of the stake; return what moved. What renews is the holder's again at once."""
    if sit.flash[f, RENEWS] == 1.0:
        return min(share, share_to_win(sit, f, sit.crisis[f, SWAPPED] == 1))
    return transfer(sit, f, share)


@part
def fight(terms, sit, game, contests, log, address_f, f, variant):  # type: ignore[no-untyped-def]
    """Play one turn of a contest that goes on; return what came of it.

    1. Costs and harm. 2. A slip to the next rung, which does its own harm at once.
    3. Without a slip, one draw: force decides, or a settlement, or neither.
    """
    rung = sit.crisis[f, CONTEST]
    r = terms.rungs[rung]
    c, d = sit.crisis[f, CHALLENGER], sit.crisis[f, HOLDER]
    run, turn = sit.cursor[RUN], sit.cursor[TURN]
    count_who_came(sit, game, f)
    field_forces(terms, sit, game, f)
    last, n_rungs = came_column(contests), terms.rungs.shape[0]
    gather_who_came(game, contests)
    weigh_coalitions(game, contests, last, last + 1)
    p = weigh(game, contests, rung, variant)
    pay_flows(terms, sit, game, contests, f, variant * n_rungs + rung)
    top = n_rungs - 1
    if rung < top and draw(sit.key, run, turn, address_f, 0, SLIP_DRAW, 0) < r[SLIP]:
        record.write(sit, log, record.SLIP, f, -1, -1, rung, rung + 1, 0, 0.0, 0.0)
        sit.crisis[f, CONTEST] = rung + 1
        sit.crisis[f, TURN_RUNG] = max(sit.crisis[f, TURN_RUNG], rung + 1)
        sit.crisis[f, HIGHEST_REACHED] = max(sit.crisis[f, HIGHEST_REACHED], rung + 1)
        weigh(game, contests, rung + 1, PLAIN)
        pay_flows(terms, sit, game, contests, f, PLAIN * n_rungs + rung + 1)
        return GOES_ON
    u = draw(sit.key, run, turn, address_f, 0, FORCE_DRAW, 0)
    yields = slice_at(terms, sit.crisis[f, CRISIS_MOVE], rung)
    share = max(yields, r[PRIZE])
    if u < r[DELTA]:
        won = draw(sit.key, run, turn, address_f, 0, WINNER, 0) < p
        moved = transfer(sit, f, share) if won else 0.0
        winner, loser = (c, d) if won else (d, c)
        record.write(sit, log, record.FORCE, f, winner, loser, rung, 1 if won else 0, 0, p, moved)
        return DECIDED
    if u < r[DELTA] + r[SIGMA]:
        share = min(share, share_to_win(sit, f, sit.crisis[f, SWAPPED] == 1))
        moved = transfer(sit, f, terms.rules[CHI] * p * share)
        record.write(sit, log, record.SETTLED, f, c, d, rung, 0, 0, p, moved)
        return SETTLED
    return GOES_ON
