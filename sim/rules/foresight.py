"""What later stage games are worth, computed before play.

W0 = 0. Wn is worth what the next stage game at a flashpoint is worth to its two principals, by
private type, if in it everybody looks n - 1 games ahead (or as far as it ever does):

    Wn(t) = o V(t) + (1 - o) beta Wn(t + 1)

with o the challenger's chance to weigh a move in a turn, and V(t) the value of the stage game of
turn t from rest, whose outcomes add what W(n-1) leaves. Both are known at every combination of a
turn (up to the last dated change), a share controlled, and a belief about each principal
(`sim.rules.future` says where the nodes lie). It is value iteration over public states: a
policy of reputation is an investment that pays in later games (Kreps and Wilson 1982), and a dated
shift of power is seen before it comes (Fearon 1995, Powell 2006).

Parties foresee what is dated and certain. They do not foresee what is left to chance, redraws of
types, what happens at other flashpoints, the moves of other challengers, attempts at recovery, or
what is learned about guarantors. A table is a function of terms alone.

ODD 7.14 (docs/odd.md).
"""

from __future__ import annotations

import math

from sim.compiled import rule
from sim.rules.choice import logistic
from sim.rules.future import nodes_about, table_at
from sim.rules.happenings import change
from sim.rules.memory import recall, remember
from sim.rules.signals import holder_at
from sim.rules.solver import FAILED, solve_staged
from sim.rules.staging import stage
from sim.rules.tables import (
    A_ANSWERS,
    AH_ON,
    AHEAD_NODES,
    AHEAD_SHARES,
    AHEAD_STEP,
    BETA,
    CHALLENGER,
    CONTROL,
    EF_COLUMN,
    EF_KIND,
    EF_MOST,
    EF_ROW,
    EF_TABLE,
    EF_VALUE,
    ERROR,
    EV_AFTER,
    EV_FIRST,
    EV_LAST,
    EV_PROBABILITY,
    EV_TURN,
    FORESIGHT,
    G_ACTS,
    G_TC,
    G_TD,
    HOLDER,
    LAST_DATE,
    LEVEL,
    MOTIVE,
    MOTIVE_SPREAD,
    OPPORTUNITY,
    P_BELIEF,
    PRIOR,
    S_FALLBACK,
    SCALE,
    SET,
    TAKER,
    TURN,
    fill,
    restore,
)  # fmt: skip
from sim.rules.turn import motive_of

MOTIVES = 5


@rule
def lay_rays(terms, game):  # type: ignore[no-untyped-def]
    """Write where nodes of beliefs lie: even steps of log-odds along a ray, then certainty.

    Distances from the prior run from 0 to 1; the prior itself stands behind them.
    """
    nodes, rays = int(terms.rules[AHEAD_NODES]), game.rays
    for state in range(rays.shape[0]):
        for i in range(terms.n_types[state]):
            ray, prior = rays[state, i], terms.types[state, i, PRIOR]
            for k in range(nodes + 1):
                ray[k] = k / nodes
                if 0.0 < prior < 1.0 and 0 < k < nodes:
                    odds = math.log(prior / (1.0 - prior)) + k * terms.rules[AHEAD_STEP]
                    ray[k] = (logistic(odds) - prior) / (1.0 - prior)
            ray[nodes + 1] = prior


@rule
def set_calendar(terms, first, sit, turn):  # type: ignore[no-untyped-def]
    """Make the situation that of a turn if nothing happens but what is dated and certain."""
    restore(first, sit)
    fill(sit.cursor, 0)
    fill(sit.crisis, 0)
    fill(sit.who, 0)
    fill(sit.recognised, 0)
    for f in range(sit.crisis.shape[0]):
        sit.crisis[f, TAKER] = -1
    for state in range(sit.states.shape[0]):
        for t in range(terms.n_types[state]):
            sit.belief[state, t] = terms.types[state, t, PRIOR]
        for k in range(sit.treaties.shape[0]):
            for side in range(2):
                sit.trust[k, state, side] = terms.reliability[k, side]
    sit.cursor[TURN] = turn
    for now in range(turn + 1):
        for event in range(terms.events.shape[0]):
            row = terms.events[event]
            if row[EV_TURN] != now or row[EV_PROBABILITY] < 1.0 or row[EV_AFTER] >= 0.0:
                continue
            for i in range(int(row[EV_FIRST]), int(row[EV_LAST])):
                effect = terms.effects[i]
                kind = int(effect[EF_KIND])
                if kind in (SET, SCALE):
                    change(
                        sit, kind, int(effect[EF_TABLE]), int(effect[EF_ROW]),
                        int(effect[EF_COLUMN]), effect[EF_VALUE], effect[EF_MOST],
                    )  # fmt: skip


@rule
def set_belief(terms, game, role, state, node):  # type: ignore[no-untyped-def]
    """Write the belief of a node into a staged game."""
    nodes = int(terms.rules[AHEAD_NODES])
    ray = (node - 1) // nodes
    for i in range(terms.n_types[state]):
        prior = game.rays[state, i, nodes + 1]
        if node == 0:
            belief = prior
        else:
            far = game.rays[state, ray, (node - 1) % nodes + 1]
            belief = (1.0 - far) * prior + (far if i == ray else 0.0)
        game.principals[role, i, P_BELIEF] = belief


@rule
def same_belief(terms, game, state, node):  # type: ignore[no-untyped-def]
    """Whether a node and the next one lie at the same place on one ray."""
    nodes = int(terms.rules[AHEAD_NODES])
    if node == 0 or node % nodes == 0:
        return False
    ray = game.rays[state, (node - 1) // nodes]
    return ray[(node - 1) % nodes + 1] == ray[(node - 1) % nodes + 2]


@rule
def worth_to_c(game, solution, i):  # type: ignore[no-untyped-def]
    """Return what a solved game is worth to the challenger's type i before it acts."""
    total = 0.0
    for act in range(int(game.head[G_ACTS])):
        total += solution.prob_c[act, i] * solution.value_c[act, i]
    return total


@rule
def worth_to_d(game, solution, j):  # type: ignore[no-untyped-def]
    """Return what a solved game is worth to the holder's type j before the challenger acts."""
    total = 0.0
    for act in range(int(game.head[G_ACTS])):
        answered = 0.0
        if act > 0:
            for answer in range(int(game.acts[act, A_ANSWERS])):
                answered += solution.prob_d[act, answer, j] * solution.value_d[act, answer, j]
        elif game.ahead[AH_ON] == 1.0:
            answered = solution.value_d[0, 0, j]
        for i in range(int(game.head[G_TC])):
            total += game.principals[0, i, P_BELIEF] * solution.prob_c[act, i] * answered
    return total


@rule
def add_game(terms, sit, game, contests, solution, lanes, scratch, memory, f, nodes, worth):  # type: ignore[no-untyped-def]
    """Solve the game at nodes of beliefs for every motive; write the mean values to `worth`.

    Returns how many games were not solved.
    """
    spread = sit.flash[f, MOTIVE_SPREAD]
    motives = MOTIVES if spread > 0.0 else 1
    c, d = sit.crisis[f, CHALLENGER], sit.crisis[f, HOLDER]
    failed = 0
    fill(worth, 0.0)
    for motive in range(motives):
        sit.flash[f, MOTIVE] = motive_of(spread, motive) if spread > 0.0 else 1.0
        stage(terms, sit, game, f)
        set_belief(terms, game, 0, c, nodes[0])
        set_belief(terms, game, 1, d, nodes[1])
        if not recall(game, solution, memory):
            solve_staged(game, contests, solution, lanes, scratch)
            remember(game, solution, memory)
        failed += 1 if solution.status[S_FALLBACK] == FAILED else 0
        for i in range(int(game.head[G_TC])):
            worth[0, i] += worth_to_c(game, solution, i) / motives
        for j in range(int(game.head[G_TD])):
            worth[1, j] += worth_to_d(game, solution, j) / motives
    return failed


@rule
def fill_turn(terms, sit, game, contests, solution, lanes, scratch, memory, f, level, worth):  # type: ignore[no-untyped-def]
    """Write a level's values of a turn, which the situation is set to; those of later turns stand.

    Returns how many games were not solved.
    """
    c, d = sit.crisis[f, CHALLENGER], sit.crisis[f, HOLDER]
    turn, last = sit.cursor[TURN], int(terms.rules[LAST_DATE])
    shares, about_c, about_d = (
        int(terms.rules[AHEAD_SHARES]),
        nodes_about(terms, c),
        nodes_about(terms, d),
    )
    beta, chance = terms.rules[BETA], sit.places[f, c, OPPORTUNITY]
    failed = 0
    for share in range(shares + 1):
        sit.flash[f, CONTROL] = share / shares
        for node in range(about_c * about_d):
            nodes = (node // about_d, node % about_d)
            known = nodes[1] > 0 and same_belief(terms, game, d, nodes[1] - 1)
            if share == 0:
                fill(worth, 0.0)
            elif not known:
                failed += add_game(
                    terms, sit, game, contests, solution, lanes, scratch, memory, f,
                    nodes, worth,
                )  # fmt: skip
            for part in range(2):
                state = c if part == 0 else d
                if level > int(sit.states[state, FORESIGHT]):
                    continue  # it never looks so far
                now = table_at(terms, f, c, d, level, turn, part)
                then = table_at(terms, f, c, d, level, turn + 1, part)
                for t in range(terms.n_types[state]):
                    k = (t * (shares + 1) + share) * about_c * about_d + node
                    value = chance * worth[part, t]
                    if turn < last:
                        value += (1.0 - chance) * beta * game.future[then + k]
                    else:
                        rest = 1.0 - (1.0 - chance) * beta
                        value = value / rest if rest > 0.0 else 0.0
                    game.future[now + k] = value
    return failed


@rule
def foresee(terms, first, sit, game, contests, solution, lanes, scratch, memory, worth):  # type: ignore[no-untyped-def]
    """Fill the table of what later stage games are worth; return how many were not solved.

    For every challenger at every flashpoint, level by level, from the last dated turn backward:
    solve the game of that turn at every node (`lay_rays` says where they lie).

    Parameters
    ----------
    terms, first, sit, game, contests, solution, lanes, scratch, memory
        Packed tables, as `sim.rules.run.play` takes them; the situation is left as it comes.
    worth : numpy.ndarray
        Shape (2, type): room for values.
    """
    failed = 0
    for f in range(terms.roles.shape[0]):
        d = holder_at(terms, f)
        for c in range(terms.roles.shape[1]):
            if terms.futures[f, c] < 0:
                continue
            most = int(max(first.states[c, FORESIGHT], first.states[d, FORESIGHT]))
            for level in range(1, most + 1):
                for turn in range(int(terms.rules[LAST_DATE]), -1, -1):
                    set_calendar(terms, first, sit, turn)
                    sit.cursor[LEVEL] = level
                    sit.crisis[f, CHALLENGER], sit.crisis[f, HOLDER] = c, d
                    sit.flash[f, ERROR] = 0.0
                    failed += fill_turn(
                        terms, sit, game, contests, solution, lanes, scratch, memory, f, level,
                        worth,
                    )  # fmt: skip
    return failed
