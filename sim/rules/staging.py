"""Staging: turn the situation at one flashpoint into the game that is played there.

Order of work: principals, entrants, forces, acts and answers, duties at each answer.

ODD 7.5 (docs/odd.md).
"""

from __future__ import annotations

import math

from sim.compiled import rule
from sim.rules.beliefs import on_grid, trust_on_grid
from sim.rules.commitments import (
    binds,
    covers,
    delay_of,
    expected_price,
    is_duty,
    leading_treaty,
    may_join,
    pact_price,
    recognition,
    trigger_at,
)  # fmt: skip
from sim.rules.forces import forward_share, pair_ties, reach_of, strength_parts
from sim.rules.future import stage_ahead
from sim.rules.tables import (
    A_ANSWERS,
    A_BREACH,
    A_CLASS,
    A_DIRECT,
    A_HOLD,
    A_LOG_WEIGHT,
    A_MOVE,
    A_RUNG,
    A_SLICE,
    A_STANCE,
    A_TABOO,
    ARRIVES,
    ASKED,
    AUDIENCE,
    AUDIENCE_FACTOR,
    C_FIRST,
    CAPABILITY,
    CEILING,
    CHALLENGER,
    CHALLENGER_SIDE,
    CLIMB_COST,
    CLIMB_HARM,
    CONDITIONAL,
    CONTEST,
    CONTROL,
    CONTROL_STEP,
    COST,
    CRISIS_MOVE,
    D_ACTIVE,
    D_BREACH,
    D_FIRST,
    D_POSSIBLE,
    D_RECOGNISED,
    DECLARED,
    DELTA,
    E_BELIEF,
    E_CEILING,
    E_DELAY,
    E_EXPOSURE,
    E_IN,
    E_KAPPA,
    E_LAMBDA,
    E_LEAVE,
    E_LOG_WEIGHT,
    E_MIX,
    E_POLITICAL,
    E_R,
    E_R_OPPORTUNIST,
    E_SIDE,
    E_STAKE,
    E_STANDING,
    E_STATE,
    E_TREATY,
    E_TRUST,
    E_TYPES,
    ERROR,
    ETA,
    EXPOSURE,
    FIRST_STRIKE,
    FROM_REST,
    FULL_TRIPWIRE,
    G_ACTS,
    G_CLASSES,
    G_CONTROL,
    G_ENTRANTS,
    G_ERROR,
    G_EXACT,
    G_HIGH,
    G_LAMBDA_C,
    G_LAMBDA_D,
    G_LIVE,
    G_LOW,
    G_MASK,
    G_MIX_C,
    G_MIX_D,
    G_REST,
    G_TC,
    G_TD,
    HARM,
    HIGHEST,
    HOLDER,
    HOLDER_SIDE,
    INTENSITY,
    JOIN_WEIGHT,
    KAPPA,
    LAMBDA,
    LIVE,
    MAX_EXACT,
    MOTIVE,
    MOVE_ATTRIBUTION,
    MOVE_RUNG,
    MOVE_SLICE,
    MOVE_TARGET,
    MOVE_WEIGHT,
    N_CLIMB,
    N_CLIMB_FLAT,
    N_HOLDS,
    N_RUNG_Q,
    N_STEADY,
    N_VARIANT,
    OPPORTUNIST,
    OWN_STAKE,
    P_AUDIENCE,
    P_BELIEF,
    P_DECLARED,
    P_KAPPA,
    P_STAKE,
    PAIR_DEFENCE,
    PAIR_INTEGRATION,
    PLAIN,
    POLITICAL_COST,
    POSITION,
    PRIZE,
    RENEGE_LOSS,
    RETALIATION,
    RHO,
    RUNG_TARGET,
    SIDE,
    SIGMA,
    SLICE,
    SLIP,
    STAKE,
    STAKE_FACTOR,
    STANCE_C,
    STANDING,
    STANDING_WORTH,
    START_CONTROL,
    STRENGTH,
    SWAPPED,
    TABOO,
    TOP_C,
    TOP_D,
    TURN,
    UMBRELLA,
)  # fmt: skip


@rule
def share_to_win(sit, f, swapped):  # type: ignore[no-untyped-def]
    """Return the share a challenger can still win: what is held, or what was lost and is sought."""
    if swapped:
        return max(0.0, sit.flash[f, START_CONTROL] - sit.flash[f, CONTROL])
    return sit.flash[f, CONTROL]


@rule
def share_seen(terms, share):  # type: ignore[no-untyped-def]
    """Return a share as parties reckon with it: on a grid, finer where little is left."""
    step = terms.rules[CONTROL_STEP]
    if step <= 0.0 or share <= 0.0:
        return share
    if share < step:
        step *= 0.2
    return step * max(1.0, math.floor(share / step + 0.5))


@rule
def tripwire(terms, sit, state, f):  # type: ignore[no-untyped-def]
    """Return how full a tripwire a state's forward forces make at a flashpoint, in [0, 1]."""
    full = terms.rules[FULL_TRIPWIRE]
    if full <= 0.0:
        return 1.0
    return min(1.0, forward_share(terms, sit, state, f) * sit.states[state, CAPABILITY] / full)


@rule
def stage_principal(terms, sit, game, role, state, f, factor):  # type: ignore[no-untyped-def]
    """Write a principal's types; `factor` is the challenger's motive (1 for the holder).

    What a holder has declared adds to the price of giving way, not to that of being beaten.
    """
    declared = sit.places[f, state, DECLARED] if role == 1 else 0.0
    for t in range(terms.n_types[state]):
        row = terms.types[state, t]
        game.principals[role, t, P_BELIEF] = on_grid(terms, sit, state, t)
        game.principals[role, t, P_STAKE] = sit.places[f, state, STAKE] * row[STAKE_FACTOR] * factor
        game.principals[role, t, P_KAPPA] = row[KAPPA]
        game.principals[role, t, P_AUDIENCE] = sit.states[state, AUDIENCE] * row[AUDIENCE_FACTOR]
        game.principals[role, t, P_DECLARED] = declared * row[AUDIENCE_FACTOR]


@rule
def stage_entrant(terms, sit, game, f, state, side, k, principal):  # type: ignore[no-untyped-def]
    """Write one entrant behind those already written; `k` is its leading treaty, -1 for none."""
    e = int(game.head[G_ENTRANTS])
    row = game.entrants[e]
    live = sit.crisis[f, LIVE] == 1
    inside = live and sit.who[f, state, SIDE] == side
    duty = k >= 0 and is_duty(terms, sit, k, side)
    row[E_STATE], row[E_SIDE], row[E_TREATY] = state, side, k
    row[E_TYPES] = terms.n_types[state]
    row[E_TRUST], row[E_R], row[E_R_OPPORTUNIST], row[E_STANDING] = 1.0, 0.0, 0.0, 0.0
    if duty:
        row[E_TRUST] = trust_on_grid(terms, sit, k, state)
        row[E_R] = sit.treaties[k, STRENGTH] + sit.places[f, state, DECLARED]
        row[E_R_OPPORTUNIST] = row[E_R] * terms.rules[OPPORTUNIST]
        row[E_STANDING] = (
            sit.states[state, STANDING_WORTH]
            * sit.states[state, STANDING]
            * terms.rules[RENEGE_LOSS]
        )
    row[E_POLITICAL] = terms.rules[POLITICAL_COST] * abs(
        sit.states[state, POSITION] - sit.states[principal, POSITION]
    )
    row[E_IN] = 1.0 if inside else 0.0
    # a member that is in weighs staying and leaving alike
    row[E_LOG_WEIGHT] = 0.0 if inside else terms.rules[JOIN_WEIGHT]
    row[E_LAMBDA] = sit.states[state, LAMBDA]
    row[E_MIX] = terms.rules[RHO] if live and sit.who[f, state, ASKED] == 1 else 1.0
    row[E_LEAVE] = sit.states[state, AUDIENCE]
    own = sit.states[state, HIGHEST]
    row[E_CEILING] = own if k < 0 else min(own, sit.treaties[k, CEILING])
    if inside:
        row[E_DELAY] = max(0, sit.who[f, state, ARRIVES] - sit.cursor[TURN])
    else:
        row[E_DELAY] = delay_of(terms, sit, k) if k >= 0 else 0
    stake = sit.places[f, state, STAKE]
    exposure = 0.0
    umbrella = False
    wire = tripwire(terms, sit, state, f)
    for other in range(sit.treaties.shape[0]):
        if binds(terms, sit, other, f, state, principal):
            stake += sit.treaties[other, OWN_STAKE] * wire
            exposure = max(exposure, sit.treaties[other, EXPOSURE])
            umbrella = umbrella or sit.treaties[other, UMBRELLA] == 1.0
    row[E_EXPOSURE] = exposure
    for t in range(terms.n_types[state]):
        game.etypes[e, t, E_BELIEF] = on_grid(terms, sit, state, t)
        game.etypes[e, t, E_STAKE] = stake * terms.types[state, t, STAKE_FACTOR]
        game.etypes[e, t, E_KAPPA] = terms.types[state, t, KAPPA]
    extended = 0.0
    if umbrella:
        # part of an umbrella is automatic; the rest hangs on the tripwire (Schelling 1966)
        eta = terms.rules[ETA]
        extended = sit.states[state, RETALIATION] * (eta + (1.0 - eta) * wire)
    stage_force(terms, sit, game, 2 + e, state, f, int(row[E_DELAY]), extended)
    if k >= 0:
        for rung in range(int(sit.treaties[k, CEILING]) + 1, terms.rungs.shape[0]):
            game.force[2 + e, rung] = 0.0
            game.nuclear[2 + e, rung] = 0.0
    game.head[G_ENTRANTS] = e + 1


@rule
def stage_force(terms, sit, game, participant, state, f, delay, retaliation):  # type: ignore[no-untyped-def]
    """Write a participant's strength as valued and its retaliation, rung by rung.

    Help some turns away counts by the chance that the contest lasts that long.
    """
    at_once, sent = strength_parts(terms, sit, state, f)
    for rung in range(terms.rungs.shape[0]):
        r = terms.rungs[rung]
        lasts = 1.0
        for _ in range(delay):
            lasts *= (1.0 - r[SLIP]) * (1.0 - r[DELTA] - r[SIGMA])
        game.force[participant, rung] = at_once + reach_of(terms, rung) * sent * lasts
        game.nuclear[participant, rung] = retaliation


@rule
def stage_entrants(terms, sit, game, f, c, d):  # type: ignore[no-untyped-def]
    """Write everyone who may join: bound by treaty, or another challenger; largest stake first."""
    game.head[G_ENTRANTS] = 0
    room = game.entrants.shape[0]
    near = terms.near[f]
    last_stake, last_state = 1e300, -1
    for _ in range(near.shape[0]):
        # next in order of stake, ties by number
        best, best_stake = -1, -1.0
        for place in range(near.shape[0]):
            state = near[place]
            if state < 0:
                break
            stake = sit.places[f, state, STAKE]
            before = stake < last_stake or (stake == last_stake and state > last_state)
            if before and stake > best_stake:
                best, best_stake = state, stake
        if best < 0:
            break
        last_stake, last_state = best_stake, best
        if best in (c, d):
            continue
        for side in (HOLDER_SIDE, CHALLENGER_SIDE):
            principal = d if side == HOLDER_SIDE else c
            k = leading_treaty(terms, sit, f, best, principal, side)
            rival = (
                side == CHALLENGER_SIDE
                and sit.crisis[f, SWAPPED] == 0
                and terms.roles[f, best] == 2
            )
            if (k >= 0 or rival) and int(game.head[G_ENTRANTS]) < room:
                stage_entrant(terms, sit, game, f, best, side, k, principal)
    game.head[G_EXACT] = min(int(game.head[G_ENTRANTS]), MAX_EXACT)


@rule
def stage_pairs(terms, sit, game, c, d):  # type: ignore[no-untyped-def]
    """Write integration and missile defence between every two participants."""
    n = 2 + int(game.head[G_ENTRANTS])
    for i in range(n):
        si = c if i == 0 else (d if i == 1 else int(game.entrants[i - 2, E_STATE]))
        for j in range(i):
            sj = c if j == 0 else (d if j == 1 else int(game.entrants[j - 2, E_STATE]))
            integration, defence = (0.0, 0.0) if si == sj else pair_ties(terms, sit, si, sj)
            game.pairs[i, j, PAIR_INTEGRATION] = integration
            game.pairs[j, i, PAIR_INTEGRATION] = integration
            game.pairs[i, j, PAIR_DEFENCE] = defence
            game.pairs[j, i, PAIR_DEFENCE] = defence


@rule
def slice_at(terms, move, rung):  # type: ignore[no-untyped-def]
    """Return what yields at a rung concede: the move's slice, or the rung's where that is more.

    What is conceded grows with the rung on which the parties stand.
    """
    own = terms.moves[move, MOVE_SLICE]
    if rung <= int(terms.moves[move, MOVE_RUNG]):
        return own
    return max(own, terms.rungs[rung, SLICE])


@rule
def class_of(terms, game, move, lowest):  # type: ignore[no-untyped-def]
    """Return the number of the slice class of a move, opening a new one where needed.

    Moves with their rung's own slice share class 0.
    """
    rung = int(terms.moves[move, MOVE_RUNG])
    own = terms.moves[move, MOVE_SLICE]
    if own == terms.rungs[rung, SLICE]:
        return 0
    klass = int(game.head[G_CLASSES])
    for r in range(terms.rungs.shape[0]):
        x = slice_at(terms, move, r)
        game.classes[klass, r, 0] = x if r >= lowest else -1.0
        game.classes[klass, r, 1] = max(x, terms.rungs[r, PRIZE])
    same = 1.0
    for r in range(terms.rungs.shape[0] - 1, -1, -1):
        if (
            game.classes[klass, r, 0] != game.classes[0, r, 0]
            or game.classes[klass, r, 1] != game.classes[0, r, 1]
        ):
            same = 0.0
        game.classes[klass, r, 2] = same
    game.head[G_CLASSES] = klass + 1
    return klass


@rule
def stage_act(terms, sit, game, f, c, d, move, rung, hold):  # type: ignore[no-untyped-def]
    """Write one act of the challenger and the holder's answers to it."""
    a = int(game.head[G_ACTS])
    live = sit.crisis[f, LIVE] == 1
    row = game.acts[a]
    r = terms.rungs[rung]
    row[A_MOVE], row[A_RUNG], row[A_HOLD] = move, rung, 1.0 if hold else 0.0
    row[A_LOG_WEIGHT] = 0.0
    row[A_SLICE] = slice_at(terms, move, rung)
    row[A_CLASS] = class_of(terms, game, move, rung)
    row[A_STANCE] = sit.crisis[f, STANCE_C] if hold else rung
    row[A_DIRECT], row[A_TABOO], row[A_BREACH] = 0.0, 0.0, 0.0
    if not hold:
        row[A_DIRECT] = r[COST] + terms.rules[CLIMB_HARM] * r[HARM]
        row[A_BREACH] = pact_price(terms, sit, f, c, d, rung, False)
        if not live or rung > sit.crisis[f, TOP_C]:
            row[A_TABOO] = r[TABOO]
    stood = sit.crisis[f, CONTEST] if live else -1
    n_rungs = terms.rungs.shape[0]
    answers = 1
    for q in range(rung, min(rung + 3, n_rungs)):
        if q > rung and q > int(sit.states[d, HIGHEST]):
            break
        node = game.nodes[a, answers]
        node[N_RUNG_Q] = q
        first = D_FIRST if q > rung else (C_FIRST if q > stood else PLAIN)
        # where crossing first gives no edge, all contests at the rung are plain ones
        node[N_VARIANT] = PLAIN if terms.rungs[q, FIRST_STRIKE] == 1.0 else first
        node[N_STEADY] = 1.0 if hold and q == stood else 0.0
        # a new act is always answered afresh
        node[N_HOLDS] = 1.0 if live and hold and q == rung else 0.0
        node[N_CLIMB], node[N_CLIMB_FLAT] = 0.0, 0.0
        if q > rung:
            up = terms.rungs[q]
            node[N_CLIMB] = up[COST] + terms.rules[CLIMB_HARM] * up[HARM]
            node[N_CLIMB_FLAT] = terms.rules[CLIMB_COST] * (up[INTENSITY] - r[INTENSITY])
            if not live or q > sit.crisis[f, TOP_D]:
                node[N_CLIMB_FLAT] += up[TABOO]
        answers += 1
        game.head[G_HIGH] = max(game.head[G_HIGH], q)
    game.head[G_LOW] = min(game.head[G_LOW], rung)
    row[A_ANSWERS] = answers
    game.head[G_ACTS] = a + 1


@rule
def stage_acts(terms, sit, game, f, c, d):  # type: ignore[no-untyped-def]
    """Write the challenger's acts: rest or standing down first, then holding, then moves."""
    live = sit.crisis[f, LIVE] == 1
    game.head[G_ACTS] = 1
    game.acts[0, A_LOG_WEIGHT] = 0.0
    game.acts[0, A_HOLD] = 0.0
    game.acts[0, A_MOVE] = -1
    low, high = 0, int(terms.rules[FROM_REST])
    if live:
        low = sit.crisis[f, CONTEST] + 1
        high = sit.crisis[f, CONTEST] + 2
        stage_act(
            terms, sit, game, f, c, d, sit.crisis[f, CRISIS_MOVE], sit.crisis[f, CONTEST], True
        )
    high = min(high, int(sit.states[c, HIGHEST]), terms.rungs.shape[0] - 1)
    for rung in range(low, high + 1):
        total = 0.0
        for move in range(terms.moves.shape[0]):
            if int(terms.moves[move, MOVE_RUNG]) == rung and terms.may[move, f, c] == 1:
                total += terms.moves[move, MOVE_WEIGHT]
        for move in range(terms.moves.shape[0]):
            if (
                int(terms.moves[move, MOVE_RUNG]) == rung
                and terms.may[move, f, c] == 1
                and terms.moves[move, MOVE_WEIGHT] > 0.0
            ):
                stage_act(terms, sit, game, f, c, d, move, rung, False)
                a = int(game.head[G_ACTS]) - 1
                game.acts[a, A_LOG_WEIGHT] = math.log(terms.moves[move, MOVE_WEIGHT] / total)


@rule
def highest_covered(terms, k, rung, target, top):  # type: ignore[no-untyped-def]
    """Return the highest rung chosen so far that a treaty takes notice of."""
    if covers(terms, k, target):
        return max(rung, top)
    return top


@rule
def recognition_level(terms, sit, f, k, side, chosen, target, q, attribution):  # type: ignore[no-untyped-def]
    """Return the levels below which a treaty's public draw must fall: before this turn, and now.

    What counts is the highest rung the opponent itself has chosen against a target the treaty
    covers. Without the condition also what the protégé chose: an unconditional pact covers a
    fight the protégé itself widened.
    """
    live = sit.crisis[f, LIVE] == 1
    top_c = sit.crisis[f, TOP_C] if live else -1
    top_d = sit.crisis[f, TOP_D] if live else -1
    answer_target = terms.rungs[q, RUNG_TARGET]
    trigger = trigger_at(terms, sit, k, f)
    if side == HOLDER_SIDE:
        before, now = top_c, highest_covered(terms, k, chosen, target, top_c)
    else:
        before, now = top_d, highest_covered(terms, k, q, answer_target, top_d)
    if sit.treaties[k, CONDITIONAL] == 0.0:
        before = max(top_c, top_d)
        now = max(now, highest_covered(terms, k, q, answer_target, before))
    low = recognition(sit, k, trigger, before) if before >= 0 else 0.0
    high = recognition(sit, k, trigger, now) * attribution if now >= 0 else 0.0
    return low, max(low, high)


@rule
def act_seen(terms, sit, f, move, a_rung, hold):  # type: ignore[no-untyped-def]
    """Return (rung chosen, target, attribution) of an act, as treaties see it."""
    if hold:
        return sit.crisis[f, TOP_C], terms.rungs[a_rung, RUNG_TARGET], 1.0
    return a_rung, terms.moves[move, MOVE_TARGET], terms.moves[move, MOVE_ATTRIBUTION]


@rule
def stage_breaches(terms, sit, game, f, c, d):  # type: ignore[no-untyped-def]
    """Write what joining breaks, by entrant and rung: pacts, or a duty to the other side."""
    low, high = int(game.head[G_LOW]), int(game.head[G_HIGH])
    for e in range(int(game.head[G_ENTRANTS])):
        side, state = int(game.entrants[e, E_SIDE]), int(game.entrants[e, E_STATE])
        opponent = c if side == HOLDER_SIDE else d
        other = CHALLENGER_SIDE if side == HOLDER_SIDE else HOLDER_SIDE
        rival = leading_treaty(terms, sit, f, state, opponent, other)
        if rival >= 0 and not is_duty(terms, sit, rival, other):
            rival = -1
        for q in range(low, high + 1):
            game.breach[e, q] = pact_price(terms, sit, f, state, opponent, q, True)
            if rival >= 0:
                # bound to both sides: joining one breaks faith with the other
                seen = recognition(sit, rival, trigger_at(terms, sit, rival, f), q)
                game.breach[e, q] += seen * expected_price(terms, sit, rival, state)


@rule
def stage_duties(terms, sit, game, f):  # type: ignore[no-untyped-def]
    """Write, for every answer and entrant: recognition, whether the duty binds, pacts breached."""
    for a in range(1, int(game.head[G_ACTS])):
        move = int(game.acts[a, A_MOVE])
        a_rung = int(game.acts[a, A_RUNG])
        hold = game.acts[a, A_HOLD] == 1.0
        for answer in range(1, int(game.acts[a, A_ANSWERS])):
            q = int(game.nodes[a, answer, N_RUNG_Q])
            for e in range(int(game.head[G_ENTRANTS])):
                stage_duty(terms, sit, game, f, a, answer, e, move, a_rung, q, hold)


@rule
def stage_duty(terms, sit, game, f, a, answer, e, move, a_rung, q, hold):  # type: ignore[no-untyped-def]
    """Write the duty of one entrant at one answer."""
    out = game.duties[a, answer, e]
    row = game.entrants[e]
    k, side = int(row[E_TREATY]), int(row[E_SIDE])
    out[D_RECOGNISED], out[D_ACTIVE] = 0.0, 0.0
    inside = row[E_IN] == 1.0
    out[D_POSSIBLE] = 1.0 if inside or may_join(terms, sit, k, f, side, q) else 0.0
    out[D_BREACH] = game.breach[e, q]
    if k < 0 or (row[E_R] == 0.0 and row[E_STANDING] == 0.0):
        return
    out[D_ACTIVE] = 1.0
    conditional = sit.treaties[k, CONDITIONAL] == 1.0
    trigger = trigger_at(terms, sit, k, f)
    top_c = max(a_rung, sit.crisis[f, TOP_C]) if sit.crisis[f, LIVE] == 1 else a_rung
    if side == HOLDER_SIDE and conditional and q >= trigger and top_c < trigger:
        out[D_ACTIVE] = 0.0  # the protégé itself climbed across the trigger
    if sit.recognised[f, k] == 1 and sit.crisis[f, LIVE] == 1:
        out[D_RECOGNISED] = 1.0
        return
    chosen, target, attribution = act_seen(terms, sit, f, move, a_rung, hold)
    low, high = recognition_level(terms, sit, f, k, side, chosen, target, q, attribution)
    if high > low:
        out[D_RECOGNISED] = (high - low) / (1.0 - low)


@rule
def stage(terms, sit, game, f):  # type: ignore[no-untyped-def]
    """Fill `game` for a flashpoint whose crisis row names challenger and holder."""
    c, d = sit.crisis[f, CHALLENGER], sit.crisis[f, HOLDER]
    live = sit.crisis[f, LIVE] == 1
    head = game.head
    head[G_LAMBDA_C], head[G_LAMBDA_D] = sit.states[c, LAMBDA], sit.states[d, LAMBDA]
    head[G_CONTROL] = share_seen(terms, share_to_win(sit, f, sit.crisis[f, SWAPPED] == 1))
    head[G_LIVE] = 1.0 if live else 0.0
    head[G_TC], head[G_TD] = terms.n_types[c], terms.n_types[d]
    head[G_ERROR] = sit.flash[f, ERROR]
    # standing down in a crisis costs the audience cost of the stance declared
    head[G_REST] = -terms.rungs[sit.crisis[f, STANCE_C], INTENSITY] if live else 0.0
    head[G_MIX_C] = terms.rules[RHO] if live else 1.0
    head[G_MIX_D] = terms.rules[RHO] if live else 1.0
    stage_principal(terms, sit, game, 0, c, f, sit.flash[f, MOTIVE])
    stage_principal(terms, sit, game, 1, d, f, 1.0)
    stage_force(terms, sit, game, 0, c, f, 0, sit.states[c, RETALIATION])
    stage_force(terms, sit, game, 1, d, f, 0, sit.states[d, RETALIATION])
    stage_entrants(terms, sit, game, f, c, d)
    stage_pairs(terms, sit, game, c, d)
    head[G_CLASSES] = 1.0
    for r in range(terms.rungs.shape[0]):
        game.classes[0, r, 0] = terms.rungs[r, SLICE]
        game.classes[0, r, 1] = max(terms.rungs[r, SLICE], terms.rungs[r, PRIZE])
        game.classes[0, r, 2] = 0.0
    head[G_LOW], head[G_HIGH] = terms.rungs.shape[0], 0
    stage_acts(terms, sit, game, f, c, d)
    stage_breaches(terms, sit, game, f, c, d)
    stage_duties(terms, sit, game, f)
    mask = 0
    for e in range(int(head[G_EXACT])):
        if game.entrants[e, E_IN] == 1.0:
            mask |= 1 << e
    head[G_MASK] = mask
    stage_ahead(terms, sit, game, f)
