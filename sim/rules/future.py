"""How a stage game reads the future: what its outcomes leave for later.

A state with foresight n adds to every outcome of the stage game (leaving things be, yielding,
backing down, the end of a contest) what the next stage game is worth to it at the control and
beliefs that the outcome leaves, played with foresight n - 1. `sim.rules.foresight` computes these
values before play, on a grid; here they are read.

Beliefs lie on rays: from the prior to certainty of each type. A belief is the prior moved towards
certainty of some types, so it is read from those rays in proportion, each at the same distance
from the prior; with two types this is a line through the prior. Between nodes and between shares
values are interpolated (linear in probability, as a value is in beliefs while nobody changes what
it does).

ODD 7.14 (docs/odd.md).
"""

from __future__ import annotations

import math

from sim.compiled import only_with, rule
from sim.rules.choice import exponential, logistic, padded
from sim.rules.contest import columns
from sim.rules.tables import (
    A_ANSWERS,
    A_CLASS,
    A_RUNG,
    A_SLICE,
    A_STANCE,
    AFTER_CALM,
    AFTER_REST,
    AFTER_VIOLENCE,
    AH_BASE,
    AH_CELLS,
    AH_CONTROL,
    AH_KEPT,
    AH_LEVEL_C,
    AH_LEVEL_D,
    AH_ON,
    AH_REACHED,
    AH_RENEWS,
    AH_SIGN,
    AH_STRIDE_C,
    AH_STRIDE_D,
    AH_WHO_C,
    AH_WHO_D,
    AH_WORTH,
    AHEAD_NODES,
    AHEAD_SHARES,
    BETA,
    CHALLENGER,
    COGNITION,
    COOLDOWN,
    COOLDOWN_VIOLENT,
    COST,
    FADE,
    FARTHEST_LEVEL,
    FORCED,
    FORESIGHT,
    G_ACTS,
    G_CONTROL,
    G_EXACT,
    G_LAMBDA_C,
    G_LIVE,
    G_MASK,
    G_NODES,
    G_TC,
    G_TD,
    HIGHEST_REACHED,
    HOLDER,
    INTENSITY,
    LAST_DATE,
    LEVEL,
    LIVE,
    MYOPIC,
    N_LANE,
    N_RUNG_Q,
    N_STEADY,
    P_AUDIENCE,
    P_BELIEF,
    P_KAPPA,
    PRESSING,
    RENEWS,
    START_CONTROL,
    STARTED,
    SWAPPED,
    TURN,
    VIOLENT,
)  # fmt: skip

RAREST = 1e-300
"""Chances below this tell as much as this."""


# --- reading the grid ----------------------------------------------------------------------------


@rule
def cell_of(ray, nodes, r):  # type: ignore[no-untyped-def]
    """Return the last of the first `nodes` places on a ray that is not behind r."""
    low, high = 0, nodes
    while high - low > 1:
        middle = (low + high) // 2
        if ray[middle] <= r:
            low = middle
        else:
            high = middle
    return low


@rule
def near_nodes(game, lanes, role, n, kept):  # type: ignore[no-untyped-def]
    """Write the nodes near a belief and their weights; the belief stands in ``lanes.post``.

    Parameters
    ----------
    role : int
        Whom it is about: 0 the challenger of this game, 1 the holder.
    n : int
        Number of its types.
    kept : float
        Share of what was learned that will not have faded.
    """
    spot, weight, post = lanes.spot[role], lanes.weight[role], lanes.post
    last, nodes = spot.shape[0] - 1, int(game.rules[AHEAD_NODES])
    spot[0], weight[0], spot[last] = 0, 1.0, 1
    if n == 1:
        return
    rays = game.rays[int(game.ahead[AH_WHO_C + role])]
    left = 1.0
    for i in range(n):
        prior = rays[i, nodes + 1]
        if prior > 0.0 and post[i] < left * prior:
            left = post[i] / prior
    if left >= 1.0:
        return
    count, at_prior = 1, 1.0
    for i in range(n):
        part = (post[i] - left * rays[i, nodes + 1]) / (1.0 - left)
        if part <= 0.0:
            continue
        ray, r = rays[i], kept * (1.0 - left)
        k = cell_of(ray, nodes, r)
        beyond = min(1.0, (r - ray[k]) / (ray[k + 1] - ray[k]))
        spot[count], weight[count] = 1 + i * nodes + k, part * beyond
        count += 1
        at_prior -= part
        if k == 0:
            at_prior += part * (1.0 - beyond)
        else:
            spot[count], weight[count] = i * nodes + k, part * (1.0 - beyond)
            count += 1
    weight[0] = at_prior
    spot[last] = count


@rule
def later(game, lanes, kind, role, t, control):  # type: ignore[no-untyped-def]
    """Return what the future is worth now to a principal of type t.

    At a share controlled, and at the beliefs that `near_nodes` was last asked for.
    """
    ahead, future = game.ahead, game.future
    base = int(ahead[AH_BASE + 3 * role + kind])
    if base < 0:
        return 0.0
    shares, cells = int(game.rules[AHEAD_SHARES]), int(ahead[AH_CELLS])
    place = max(0.0, min(1.0, control)) * shares
    low = min(int(place), shares - 1)
    up = place - low
    at = base + (t * (shares + 1) + low) * cells
    stride_c, stride_d = int(ahead[AH_STRIDE_C]), int(ahead[AH_STRIDE_D])
    last = lanes.spot.shape[1] - 1
    total = 0.0
    for a in range(int(lanes.spot[0, last])):
        for b in range(int(lanes.spot[1, last])):
            k = at + int(lanes.spot[0, a]) * stride_c + int(lanes.spot[1, b]) * stride_d
            value = (1.0 - up) * future[k] + up * future[k + cells]
            total += lanes.weight[0, a] * lanes.weight[1, b] * value
    return ahead[AH_WORTH + kind] * total


# --- what outcomes leave -------------------------------------------------------------------------


@rule
def kind_at(game, rung):  # type: ignore[no-untyped-def]
    """Return how quiet things are after a crisis that ends at a rung."""
    highest = max(rung, int(game.ahead[AH_REACHED]))
    return AFTER_VIOLENCE if game.rungs[highest, VIOLENT] == 1.0 else AFTER_CALM


@rule
def told(game, lanes, role, n, logs, at, step, myopic):  # type: ignore[no-untyped-def]
    """Write into ``lanes.post`` a belief there, multiplied by likelihoods given as logs.

    Those of types from the second on, against the first, lie in `logs` from `at` on, `step` apart.
    """
    post = lanes.post
    if not myopic and n > 1:
        top, total = 0.0, 0.0
        for i in range(1, n):
            top = max(top, logs[at + (i - 1) * step])
        for i in range(n):
            z = logs[at + (i - 1) * step] if i > 0 else 0.0
            post[i] *= exponential(z - top)
            total += post[i]
        if total > 0.0:
            for i in range(n):
                post[i] /= total
    near_nodes(game, lanes, role, n, game.ahead[AH_KEPT])


@rule
def about_d(game, lanes, lane):  # type: ignore[no-untyped-def]
    """Find the nodes near what is believed of d after a resisting answer."""
    td = int(game.head[G_TD])
    for j in range(td):
        lanes.post[j] = lanes.g[j, lane]
    near_nodes(game, lanes, 1, td, game.ahead[AH_KEPT])


@rule
def about_c(game, lanes, act, logs, at, step, myopic):  # type: ignore[no-untyped-def]
    """Find the nodes near what is believed of c after an act and what it did next."""
    tc = int(game.head[G_TC])
    for i in range(tc):
        lanes.post[i] = lanes.b_act[act, i]
    told(game, lanes, 0, tc, logs, at, step, myopic)


@only_with("foresight")
def look_ahead(game, lanes, x, at):  # type: ignore[no-untyped-def]
    """Write what every outcome is worth with the future in it.

    Parameters
    ----------
    x : numpy.ndarray
        Unknowns: from `at` on, by act, the log of how much likelier than the first each further
        type of d is to yield; then, a row for each further type of c over resisting answers, to
        press; then to back down.
    """
    tc, td = int(game.head[G_TC]), int(game.head[G_TD])
    n_acts, n = int(game.head[G_ACTS]), int(game.head[G_NODES])
    control, sign = game.ahead[AH_CONTROL], game.ahead[AH_SIGN]
    myopic = game.rules[COGNITION] == MYOPIC
    press = at + (n_acts - 1) * (td - 1)
    back = press + (tc - 1) * n
    for act in range(n_acts):
        rung = int(game.acts[act, A_RUNG]) if act > 0 else 0
        # leaving things be, standing down, or d yielding
        if act == 0:
            live = game.head[G_LIVE] == 1.0
            kind = kind_at(game, 0) if live else AFTER_REST
            kept = game.ahead[AH_KEPT] if live else 1.0
            for i in range(tc):
                lanes.post[i] = lanes.b_act[0, i]
            near_nodes(game, lanes, 0, tc, kept)
            for j in range(td):
                lanes.post[j] = game.principals[1, j, P_BELIEF]
            near_nodes(game, lanes, 1, td, kept)
            for i in range(tc):
                lanes.rest_c[i] = later(game, lanes, kind, 0, i, control)
            for j in range(td):
                lanes.rest_d[j] = later(game, lanes, kind, 1, j, control)
            continue
        kind = kind_at(game, rung)
        for i in range(tc):
            lanes.post[i] = lanes.b_act[act, i]
        near_nodes(game, lanes, 0, tc, game.ahead[AH_KEPT])
        for j in range(td):
            lanes.post[j] = game.principals[1, j, P_BELIEF]
        told(game, lanes, 1, td, x, at + (act - 1) * (td - 1), 1, myopic)
        left = control
        if game.ahead[AH_RENEWS] == 0.0:
            left += sign * min(game.acts[act, A_SLICE], game.head[G_CONTROL])
        for i in range(tc):
            lanes.calm_c[act, i] = later(game, lanes, kind, 0, i, left)
        for j in range(td):
            lanes.calm_d[act, j] = later(game, lanes, kind, 1, j, left)
        for answer in range(1, int(game.acts[act, A_ANSWERS])):
            lane = int(game.nodes[act, answer, N_LANE])
            about_d(game, lanes, lane)
            about_c(game, lanes, act, x, back + lane, n, myopic)
            after_backing_down(game, lanes, act, answer, lane, kind, control)
            about_c(game, lanes, act, x, press + lane, n, myopic)
            after_contest(game, lanes, act, answer, lane, control, sign)


@rule
def after_backing_down(game, lanes, act, answer, lane, kind, control):  # type: ignore[no-untyped-def]
    """Write what c's backing down is worth to both, whoever came."""
    m = columns(game)
    stride = padded(int(game.head[G_NODES]))
    stance = game.rungs[int(game.acts[act, A_STANCE]), INTENSITY]
    cost = game.rungs[int(game.nodes[act, answer, N_RUNG_Q]), COST]
    for i in range(int(game.head[G_TC])):
        value = -game.principals[0, i, P_AUDIENCE] * stance
        value += later(game, lanes, kind, 0, i, control)
        for column in range(m):
            lanes.back[i, column * stride + lane] = value
    for j in range(int(game.head[G_TD])):
        value = -game.principals[1, j, P_KAPPA] * cost + later(game, lanes, kind, 1, j, control)
        for column in range(m):
            lanes.vain[j, column * stride + lane] = value


@rule
def after_contest(game, lanes, act, answer, lane, control, sign):  # type: ignore[no-untyped-def]
    """Add to what contests are worth what comes after their end.

    A contest ends with the share as it was, or with its prize moved; how often is read from the
    share expected to change hands. What comes after is discounted to the end of the contest.
    """
    tc, td = int(game.head[G_TC]), int(game.head[G_TD])
    stride = padded(int(game.head[G_NODES]))
    rung = int(game.nodes[act, answer, N_RUNG_Q])
    kind = kind_at(game, rung)
    prize = min(game.classes[int(game.acts[act, A_CLASS]), rung, 1], game.head[G_CONTROL])
    left = control + sign * prize
    per_prize = 1.0 / prize if prize > 0.0 else 0.0
    for i in range(tc):
        lanes.same_c[i] = later(game, lanes, kind, 0, i, control)
        lanes.moved_c[i] = later(game, lanes, kind, 0, i, left) - lanes.same_c[i]
    for j in range(td):
        lanes.same_d[j] = later(game, lanes, kind, 1, j, control)
        lanes.moved_d[j] = later(game, lanes, kind, 1, j, left) - lanes.same_d[j]
    for i in range(tc):
        for j in range(td):
            near_c, near_d = lanes.near_c[i, j], lanes.near_d[i, j]
            over, phi = lanes.over[i, j], lanes.phi[i, j]
            uc, ud = lanes.uc[i, j], lanes.ud[i, j]
            for column in range(columns(game)):
                k = column * stride + lane
                moves = min(over[k], phi[k] * per_prize)
                uc[k] = near_c[k] + over[k] * lanes.same_c[i] + moves * lanes.moved_c[i]
                ud[k] = near_d[k] + over[k] * lanes.same_d[j] + moves * lanes.moved_d[j]


@only_with("foresight")
def tell_pressing(game, lanes, n):  # type: ignore[no-untyped-def]
    """Write what pressing and backing down tell about c, over the coalitions that may have come.

    Who came is not part of the news: it is what c does on average that speaks.
    """
    tc, lam = int(game.head[G_TC]), game.head[G_LAMBDA_C]
    for act in range(1, int(game.head[G_ACTS])):
        for answer in range(1, int(game.acts[act, A_ANSWERS])):
            lane = int(game.nodes[act, answer, N_LANE])
            steady = game.nodes[act, answer, N_STEADY] == 1.0
            for i in range(tc):
                presses, backs = 0.0, 0.0
                for mask in range(1 << int(game.head[G_EXACT])):
                    k = mask * n + lane
                    presses += lanes.chance[k] * lanes.w[i, k]
                    goes_on = steady and mask == int(game.head[G_MASK])
                    if goes_on or game.rules[PRESSING] == FORCED:
                        continue
                    # not 1 - w, which is nothing where backing down is rare
                    z = lam * (lanes.worth[i, k] - lanes.back[i, k])
                    backs += lanes.chance[k] * logistic(-z)
                lanes.tells[0, i, lane] = math.log(max(presses, RAREST))
                lanes.tells[1, i, lane] = math.log(max(backs, RAREST))


# --- making a game ready -------------------------------------------------------------------------


@rule
def power(base, n):  # type: ignore[no-untyped-def]
    """Return a number to a whole power, by squaring."""
    value = 1.0
    while n > 0:
        if n % 2 == 1:
            value *= base
        base *= base
        n //= 2
    return value


@rule
def nodes_about(terms, state):  # type: ignore[no-untyped-def]
    """Return the number of nodes of beliefs about a state."""
    n = terms.n_types[state]
    return 1 if n == 1 else 1 + n * int(terms.rules[AHEAD_NODES])


@rule
def level_of(sit, state):  # type: ignore[no-untyped-def]
    """Return how many stage games a state looks ahead: its foresight, less while it looks ahead."""
    own = int(sit.states[state, FORESIGHT])
    looking = int(sit.cursor[LEVEL])
    return own if looking == 0 else min(own, looking - 1)


@rule
def table_at(terms, f, c, d, level, turn, part):  # type: ignore[no-untyped-def]
    """Return where the values of a pair of states begin: of a level, a turn and one of the two.

    Two levels are kept, the even and the odd one last computed.

    Parameters
    ----------
    c, d : int
        Who challenges at a flashpoint, and who holds it at the start.
    part : int
        0 the values of c, 1 those of d.
    """
    cells = nodes_about(terms, c) * nodes_about(terms, d)
    size = terms.types.shape[1] * (int(terms.rules[AHEAD_SHARES]) + 1) * cells
    last = int(terms.rules[LAST_DATE])
    place = ((level % 2) * (last + 1) + min(turn, last)) * 2 + part
    return int(terms.futures[f, c]) + place * size


@only_with("foresight")
def stage_ahead(terms, sit, game, f):  # type: ignore[no-untyped-def]
    """Write how a staged game reads the future, if anybody in it looks ahead.

    The future of a crisis is that of its two principals at this flashpoint: the next opportunity
    of the one that challenges, after the quiet that follows, whatever others do elsewhere.
    """
    ahead = game.ahead
    ahead[AH_ON] = 0.0
    if terms.rules[FARTHEST_LEVEL] == 0.0:
        return
    row = sit.crisis[f]
    swapped = row[SWAPPED] == 1
    c, d = row[CHALLENGER], row[HOLDER]
    mover, keeper = (d, c) if swapped else (c, d)
    level_c, level_d = level_of(sit, c), level_of(sit, d)
    if terms.futures[f, mover] < 0 or (level_c == 0 and level_d == 0):
        return
    live = row[LIVE] == 1
    ahead[AH_ON], ahead[AH_WHO_C], ahead[AH_WHO_D] = 1.0, c, d
    # places are used again by later levels, so that levels have to be told apart
    ahead[AH_LEVEL_C], ahead[AH_LEVEL_D] = level_c, level_d
    ahead[AH_SIGN] = 1.0 if swapped else -1.0
    share = game.head[G_CONTROL]
    ahead[AH_CONTROL] = sit.flash[f, START_CONTROL] - share if swapped else share
    ahead[AH_RENEWS] = sit.flash[f, RENEWS]
    ahead[AH_REACHED] = row[HIGHEST_REACHED] if live else 0.0
    turns = sit.cursor[TURN] - row[STARTED] + 1 if live else 1
    ahead[AH_KEPT] = power(1.0 - terms.rules[FADE], turns)
    about_keeper = nodes_about(terms, keeper)
    ahead[AH_CELLS] = nodes_about(terms, mover) * about_keeper
    ahead[AH_STRIDE_C] = 1.0 if swapped else about_keeper
    ahead[AH_STRIDE_D] = about_keeper if swapped else 1.0
    for kind in range(3):
        quiet = 0
        if kind != AFTER_REST:
            quiet = int(sit.flash[f, COOLDOWN if kind == AFTER_CALM else COOLDOWN_VIOLENT])
        ahead[AH_WORTH + kind] = terms.rules[BETA] * power(terms.rules[BETA], quiet)
        for role in range(2):
            level = level_c if role == 0 else level_d
            at = -1
            if level > 0:
                part = 1 - role if swapped else role
                then = sit.cursor[TURN] + 1 + quiet
                at = table_at(terms, f, mover, keeper, level, then, part)
            ahead[AH_BASE + 3 * role + kind] = at
