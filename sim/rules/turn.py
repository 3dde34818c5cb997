"""The order of play, written once, as a cursor kept in the situation.

`advance` plays everything that is chance or bookkeeping up to the next decision; `options` says
what can be chosen and how likely each is; `choose` turns a draw into a choice; `apply` makes it
happen. The ensemble loops over these four; the Mesa model lets agents, or whoever sits in their
seats, do the choosing.

A turn: 1. events. 2. Where signals are due, at each quiet flashpoint who holds it or guarantees it
may send one. 3. At each flashpoint, in an order drawn afresh: if a crisis is live, or if an
opportunity arises where all is quiet, the stage game is solved and played. 4. Alignment, the
ledger, arming.

ODD 3 and 7.2 (docs/odd.md).
"""

from __future__ import annotations

from sim import luck
from sim.compiled import part, rule
from sim.luck import draw
from sim.rules import log as record
from sim.rules.alignment import align
from sim.rules.arming import arm
from sim.rules.beliefs import fade, learn_trust, learn_type
from sim.rules.choice import exponential, logistic, pick
from sim.rules.coalition import settle_answer
from sim.rules.commitments import binds, covers, is_duty, trigger_at
from sim.rules.fighting import DECIDED, GOES_ON, concede, fight, pay
from sim.rules.happenings import draw_type, events, open_crisis
from sim.rules.memory import recall, remember
from sim.rules.signalling import solve_signal
from sim.rules.signals import apply_signal, holder_at, next_signaller, own_unit, signals_due
from sim.rules.solver import solve_staged, tally
from sim.rules.stage_game import join_chance, join_choice, own_gain, predecessors
from sim.rules.staging import act_seen, recognition_level, share_to_win, stage
from sim.rules.tables import (
    A_ANSWERS,
    A_BREACH,
    A_DIRECT,
    A_HOLD,
    A_LOG_WEIGHT,
    A_MOVE,
    A_RUNG,
    A_SLICE,
    A_STANCE,
    A_TABOO,
    ACTOR,
    AGREED,
    ARRIVES,
    ASKED,
    AT,
    AUDIENCE,
    AUDIENCE_FACTOR,
    CAPABILITY,
    CHALLENGER,
    CLIMB_HARM,
    CONTEST,
    CONTROL,
    CONTROL_BEFORE,
    COOLDOWN,
    COOLDOWN_VIOLENT,
    CRISIS_MOVE,
    D_ACTIVE,
    D_POSSIBLE,
    DECLARED,
    DOUBT,
    E_DELAY,
    E_IN,
    E_MIX,
    E_NOW,
    E_R,
    E_R_OPPORTUNIST,
    E_SIDE,
    E_STATE,
    E_TREATY,
    E_TRUST,
    E_TYPES,
    ERROR,
    FORCED,
    G_ACTS,
    G_CONTROL,
    G_ENTRANTS,
    G_EXACT,
    G_LAMBDA_C,
    G_LAMBDA_D,
    G_MIX_C,
    G_TC,
    GUARANTOR,
    HARM,
    HIGHEST_REACHED,
    HOLDER,
    HOLDER_SIDE,
    INTENSITY,
    LIVE,
    MOTIVE,
    MOTIVE_INDEX,
    MOTIVE_SPREAD,
    MOVE_ATTRIBUTION,
    MOVE_TARGET,
    N_CLIMB,
    N_RUNG_Q,
    N_STEADY,
    N_VARIANT,
    NO_SIDE,
    NOW,
    NUCLEAR,
    OMEGA,
    OPPORTUNITY,
    ORDER_DRAW,
    P_AUDIENCE,
    P_KAPPA,
    P_STAKE,
    PERCEPTION,
    PLAIN,
    PRESSING,
    PSI,
    QUIET_UNTIL,
    RANK,
    RECALLED,
    RENEGE_LOSS,
    RENEGED,
    REUSES,
    RHO,
    RUN,
    S_AT,
    S_FALLBACK,
    S_OPTIONS,
    S_WHO,
    SIDE,
    SOLVES,
    SPENT,
    STAKE,
    STANCE_C,
    STANDING,
    START_CONTROL,
    STARTED,
    STEP,
    SWAPPED,
    TAKER,
    TOP_BEFORE,
    TOP_C,
    TOP_D,
    TURN,
    TURN_RUNG,
    TURNS,
    VIOLENT,
    WAR,
    WEIGHT,
    A,
    K,
    fill,
)  # fmt: skip
from sim.rules.upkeep import keep_up

# kinds of decision that `advance` returns
OVER, TURN_OVER, ACT, ANSWER, JOIN, PRESS, SIGNAL = range(7)
# steps of the cursor
BEGIN, AT_FLASHPOINT, AFTER_ACT, AFTER_ANSWER, AFTER_JOIN, END_TURN, ENDED, SIGNALLING = range(8)
WAITING = 10
"""Added to a step while a decision is awaited."""

# Five equally likely values of a standard normal: motives and errors are discrete, so that
# solutions can be used again.
NORMAL = (-1.2815515655446004, -0.5244005127080407, 0.0, 0.5244005127080407, 1.2815515655446004)


@rule
def start(terms, sit, run):  # type: ignore[no-untyped-def]
    """Begin a run: set the cursor, draw private types and who is committed.

    A guarantor's commitment to each treaty follows one draw of character with chance omega and a
    draw of its own otherwise, so that reputations travel as far as character does.
    """
    fill(sit.cursor, 0)
    sit.cursor[RUN] = run
    n_states, n_flash = sit.states.shape[0], sit.crisis.shape[0]
    for state in range(n_states):
        draw_type(terms, sit, state, terms.address[state])
    for k in range(sit.treaties.shape[0]):
        treaty = terms.address[n_states + n_flash + k]
        for state in range(n_states):
            a, b = terms.reliability[k, 0], terms.reliability[k, 1]
            sit.trust[k, state, 0], sit.trust[k, state, 1] = a, b
            sit.committed[k, state] = 0
            if not terms.members[k, state] & GUARANTOR:
                continue
            who = terms.address[state]
            common = draw(sit.key, run, 0, who, 0, luck.COMMON_TYPE, 0)
            own = draw(sit.key, run, 0, who, treaty, luck.COMMITMENT, 0)
            shared = draw(sit.key, run, 0, who, treaty, luck.COMMITMENT, 1) < terms.rules[OMEGA]
            u = common if shared else own
            sit.committed[k, state] = 1 if u * (a + b) < a else 0
    for f in range(n_flash):
        sit.crisis[f, LIVE] = 0
        sit.crisis[f, QUIET_UNTIL] = 0
        sit.crisis[f, TAKER] = -1
        sit.crisis[f, TURN_RUNG] = -1
    fill(sit.who, 0)
    fill(sit.recognised, 0)
    fill(sit.happened, 0)


@rule
def flash_address(terms, sit, f):  # type: ignore[no-untyped-def]
    """Return the address of a flashpoint's draws."""
    return terms.address[sit.states.shape[0] + f]


@part
def draw_order(terms, sit):  # type: ignore[no-untyped-def]
    """Draw this turn's order of flashpoints: each one's own draw, sorted; ties by number."""
    n = sit.crisis.shape[0]
    for f in range(n):
        u = draw(
            sit.key,
            sit.cursor[RUN],
            sit.cursor[TURN],
            flash_address(terms, sit, f),
            0,
            luck.ORDER,
            0,
        )
        sit.flash[f, ORDER_DRAW] = u
        place = f
        while place > 0:
            g = sit.order[place - 1]
            if sit.flash[g, ORDER_DRAW] <= u:
                break
            sit.order[place] = g
            place -= 1
        sit.order[place] = f


@rule
def who_weighs(terms, sit, f, rank):  # type: ignore[no-untyped-def]
    """Return the state whose opportunity comes `rank`-th this turn, and whether it seeks recovery.

    One draw per challenger; those below their chance weigh a move in the order of their draws.
    The former holder may seek to recover what it lost, as often as the one who took it weighs more.
    """
    where = flash_address(terms, sit, f)
    last, last_state = -1.0, -1
    found = -1
    for _ in range(rank + 1):
        best = 2.0
        found = -1
        for state in range(terms.roles.shape[1]):
            role = terms.roles[f, state]
            if role == 0:
                continue
            if role == 2:
                chance = sit.places[f, state, OPPORTUNITY]
                able = sit.flash[f, CONTROL] > 0.0
            else:
                taker = sit.crisis[f, TAKER]
                chance = sit.places[f, taker, OPPORTUNITY] if taker >= 0 else 0.0
                able = sit.flash[f, CONTROL] < sit.flash[f, START_CONTROL]
            if not able:
                continue
            u = draw(
                sit.key, sit.cursor[RUN], sit.cursor[TURN], terms.address[state], where,
                luck.OPPORTUNITY, 0,
            )  # fmt: skip
            later = u > last or (u == last and state > last_state)
            if u < chance and later and u < best:
                best, found = u, state
        if found < 0:
            return -1
        last, last_state = best, found
    return found


@part
def solve_here(terms, sit, game, contests, solution, lanes, scratch, memory, f):  # type: ignore[no-untyped-def]
    """Stage the game at a flashpoint and solve it, or recall its solution."""
    stage(terms, sit, game, f)
    sit.cursor[SOLVES] += 1
    sit.cursor[RECALLED] = 1 if recall(game, solution, memory) else 0
    if sit.cursor[RECALLED] == 1:
        sit.cursor[REUSES] += 1
    else:
        solve_staged(game, contests, solution, lanes, scratch)
        remember(game, solution, memory)
    tally(sit, solution)


@rule
def motive_of(spread, index):  # type: ignore[no-untyped-def]
    """Return the motive of a number: lognormal, on five equally likely values."""
    return exponential(spread * NORMAL[index])


@rule
def set_parties(terms, sit, f, state):  # type: ignore[no-untyped-def]
    """Write challenger, holder, motive and public error for an opportunity."""
    row = sit.crisis[f]
    where = flash_address(terms, sit, f)
    row[SWAPPED] = 1 if terms.roles[f, state] == 1 else 0
    row[CHALLENGER] = state
    if row[SWAPPED] == 1:
        row[HOLDER] = row[TAKER]
    else:
        row[HOLDER] = holder_at(terms, f)
    u = draw(
        sit.key, sit.cursor[RUN], sit.cursor[TURN], terms.address[state], where, luck.MOTIVE, 0
    )
    row[MOTIVE_INDEX] = min(4, int(u * 5.0))
    sit.flash[f, MOTIVE] = motive_of(sit.flash[f, MOTIVE_SPREAD], row[MOTIVE_INDEX])
    u = draw(sit.key, sit.cursor[RUN], sit.cursor[TURN], where, 0, luck.PERCEPTION, 0)
    sit.flash[f, ERROR] = terms.rules[PERCEPTION] * NORMAL[min(4, int(u * 5.0))]


@rule
def reconsiders(terms, sit, state, where, purpose):  # type: ignore[no-untyped-def]
    """Whether a state reconsiders this turn what it did before (chance rho)."""
    u = draw(
        sit.key, sit.cursor[RUN], sit.cursor[TURN], terms.address[state], where, luck.RECONSIDER,
        purpose,
    )  # fmt: skip
    return u < terms.rules[RHO]


@part
def advance(terms, sit, game, contests, solution, lanes, scratch, memory, log):  # type: ignore[no-untyped-def]
    """Play on to the next decision, the end of a turn or the end of the run; say which."""
    while True:
        step = sit.cursor[STEP]
        f = sit.cursor[NOW]
        if step == BEGIN:
            if sit.cursor[TURN] >= int(terms.rules[TURNS]):
                close_run(terms, sit, log)
                sit.cursor[STEP] = ENDED
                return OVER
            for g in range(sit.crisis.shape[0]):
                sit.crisis[g, TURN_RUNG] = (
                    sit.crisis[g, CONTEST] if sit.crisis[g, LIVE] == 1 else -1
                )
            events(terms, sit, log)
            draw_order(terms, sit)
            sit.cursor[AT], sit.cursor[RANK] = 0, 0
            sit.cursor[S_AT], sit.cursor[S_WHO] = 0, 0
            sit.cursor[STEP] = SIGNALLING if signals_due(terms, sit) else AT_FLASHPOINT
        elif step == SIGNALLING:
            if next_signaller(terms, sit, solution):
                solve_signal(terms, sit, game, contests, solution, lanes, scratch, memory)
                sit.cursor[STEP] = SIGNALLING + WAITING
                return SIGNAL
            sit.cursor[STEP] = AT_FLASHPOINT
        elif step == AT_FLASHPOINT:
            if sit.cursor[AT] >= sit.crisis.shape[0]:
                sit.cursor[STEP] = END_TURN
                continue
            f = sit.order[sit.cursor[AT]]
            sit.cursor[NOW] = f
            if sit.crisis[f, LIVE] == 1:
                c = sit.crisis[f, CHALLENGER]
                solve_here(terms, sit, game, contests, solution, lanes, scratch, memory, f)
                if reconsiders(terms, sit, c, flash_address(terms, sit, f), 0):
                    sit.cursor[STEP] = AFTER_ACT + WAITING
                    sit.cursor[ACTOR] = c
                    return ACT
                apply_act(terms, sit, game, solution, scratch, log, 1, False)
                continue
            state = -1
            if sit.cursor[TURN] >= sit.crisis[f, QUIET_UNTIL]:
                state = who_weighs(terms, sit, f, sit.cursor[RANK])
            if state < 0:
                next_flashpoint(sit)
                continue
            set_parties(terms, sit, f, state)
            solve_here(terms, sit, game, contests, solution, lanes, scratch, memory, f)
            sit.cursor[STEP] = AFTER_ACT + WAITING
            sit.cursor[ACTOR] = state
            return ACT
        elif step == AFTER_ACT:
            d = sit.crisis[f, HOLDER]
            asked = game.acts[sit.cursor[A], A_HOLD] == 0.0  # a new act is always answered
            if asked or reconsiders(terms, sit, d, flash_address(terms, sit, f), 1):
                sit.cursor[STEP] = AFTER_ANSWER + WAITING
                sit.cursor[ACTOR] = d
                return ANSWER
            apply_answer(terms, sit, game, contests, solution, log, 1, False)
        elif step == AFTER_ANSWER:
            e = next_entrant(terms, sit, game, f)
            if e >= 0:
                sit.cursor[STEP] = AFTER_ANSWER + WAITING
                sit.cursor[ACTOR] = int(game.entrants[e, E_STATE])
                return JOIN
            settle_answer(sit, game, log, f)
            sit.crisis[f, LIVE] = 1
            if steady(sit, game):
                variant = int(game.nodes[sit.cursor[A], sit.cursor[AGREED], N_VARIANT])
                after_pressing(terms, sit, game, contests, log, f, variant)
                continue
            sit.cursor[STEP] = AFTER_JOIN + WAITING
            sit.cursor[ACTOR] = sit.crisis[f, CHALLENGER]
            return PRESS
        elif step == END_TURN:
            align(terms, sit, log)
            keep_up(terms, sit)
            end_turn(terms, sit, log)
            arm(terms, sit, scratch.armed, log)
            sit.cursor[TURN] += 1
            sit.cursor[STEP] = BEGIN
            return TURN_OVER
        else:
            return OVER


@rule
def next_flashpoint(sit):  # type: ignore[no-untyped-def]
    """Move the cursor to the turn's next flashpoint."""
    sit.cursor[AT] += 1
    sit.cursor[RANK] = 0
    sit.cursor[STEP] = AT_FLASHPOINT


@rule
def options(terms, sit, game, solution, decision, probabilities):  # type: ignore[no-untyped-def]
    """Write the chances of what can be chosen now, for the deciding state's true type.

    Parameters
    ----------
    decision : int
        What `advance` returned: ACT (rest or stand down, then acts), ANSWER (yield, then
        resisting ever higher), JOIN (stand aside, come), PRESS (back down, press), SIGNAL
        (nothing, then what is on the menu).
    probabilities : numpy.ndarray
        Where they go.

    Returns
    -------
    int
        How many options there are.
    """
    f = sit.cursor[NOW]
    a = sit.cursor[A]
    actor = sit.cursor[ACTOR]
    own = sit.kind[actor]
    if decision == SIGNAL:
        unit = own_unit(terms, sit, f, actor)
        n = sit.cursor[S_OPTIONS]
        for option in range(n):
            probabilities[option] = solution.signal_prob[option, unit]
        return n
    if decision == ACT:
        n = int(game.head[G_ACTS])
        for act in range(n):
            probabilities[act] = solution.prob_c[act, own]
        return n
    if decision == ANSWER:
        n = int(game.acts[a, A_ANSWERS])
        total = 0.0
        for answer in range(n):
            # what it chooses if it reconsiders, which is why it is asked
            z = game.head[G_LAMBDA_D] * solution.value_d[a, answer, own]
            probabilities[answer] = z
            total = z if answer == 0 else max(total, z)
        best, norm = total, 0.0
        for answer in range(n):
            probabilities[answer] = exponential(probabilities[answer] - best)
            norm += probabilities[answer]
        for answer in range(n):
            probabilities[answer] /= norm
        return n
    if decision == JOIN:
        p = own_join_choice(sit, game, solution, f, own)
        probabilities[0] = 1.0 - p
        probabilities[1] = p
        return 2
    p = press_chance(sit, game, solution, own)
    probabilities[0] = 1.0 - p
    probabilities[1] = p
    return 2


@rule
def choose(terms, sit, decision, probabilities, n):  # type: ignore[no-untyped-def]
    """Return the option that luck picks for the deciding state."""
    f = sit.cursor[NOW]
    if decision == ACT:
        purpose = luck.ACT
    elif decision == ANSWER:
        purpose = luck.ANSWER
    elif decision == JOIN:
        purpose = luck.JOIN
    elif decision == SIGNAL:
        purpose = luck.SIGNAL
    else:
        purpose = luck.PRESS
    return pick(probabilities, n, own_draw(terms, sit, f, purpose))


@rule
def own_draw(terms, sit, f, purpose):  # type: ignore[no-untyped-def]
    """Return the deciding state's draw for a purpose at a flashpoint this turn."""
    return draw(
        sit.key, sit.cursor[RUN], sit.cursor[TURN], terms.address[sit.cursor[ACTOR]],
        flash_address(terms, sit, f), purpose, 0,
    )  # fmt: skip


@part
def apply(terms, sit, game, contests, solution, scratch, log, decision, option):  # type: ignore[no-untyped-def]
    """Make a choice happen: what it does, what others learn from it, what comes next."""
    if decision == ACT:
        apply_act(terms, sit, game, solution, scratch, log, option, True)
    elif decision == ANSWER:
        apply_answer(terms, sit, game, contests, solution, log, option, True)
    elif decision == JOIN:
        apply_join(terms, sit, game, solution, scratch, log, option)
    elif decision == SIGNAL:
        apply_signal(terms, sit, solution, scratch, log, option)
        sit.cursor[STEP] = SIGNALLING
    else:
        apply_press(terms, sit, game, contests, solution, scratch, log, option)


@rule
def would_move_unopposed(sit, game, u):  # type: ignore[no-untyped-def]
    """Whether c, with the same draw, would have moved were d sure to yield and nobody to come.

    It tells general deterrence that held from a challenger that wanted nothing.
    """
    own = sit.kind[sit.cursor[ACTOR]]
    c = game.principals[0, own]
    lam = game.head[G_LAMBDA_C]
    best = 0.0
    n = int(game.head[G_ACTS])
    for a in range(1, n):
        best = max(best, unopposed(game, a, c, lam))
    rest = exponential(-best)
    total = rest
    for a in range(1, n):
        total += exponential(unopposed(game, a, c, lam) - best)
    return u >= rest / total


@rule
def unopposed(game, a, c, lam):  # type: ignore[no-untyped-def]
    """Return the log-odds of an act against rest if it meets no resistance."""
    row = game.acts[a]
    worth = (
        min(row[A_SLICE], game.head[G_CONTROL]) * c[P_STAKE]
        - c[P_KAPPA] * row[A_DIRECT] - row[A_TABOO] - row[A_BREACH]
    )  # fmt: skip
    return row[A_LOG_WEIGHT] + lam * worth


@rule
def apply_act(terms, sit, game, solution, scratch, log, option, chosen):  # type: ignore[no-untyped-def]
    """Let the challenger rest, stand down, hold or move."""
    f = sit.cursor[NOW]
    row = sit.crisis[f]
    c, d = row[CHALLENGER], row[HOLDER]
    own = sit.kind[c]
    live = row[LIVE] == 1
    chance = solution.prob_c[option, own]
    if not live:
        moved = would_move_unopposed(sit, game, own_draw(terms, sit, f, luck.ACT))
        solver = int(solution.status[S_FALLBACK])
        record.write(
            sit, log, record.OPPORTUNITY, f, c, d, row[MOTIVE_INDEX], 1 if moved else 0, solver,
            sit.flash[f, MOTIVE], 0.0,
        )  # fmt: skip
        if option == 0:
            record.write(sit, log, record.MOVE, f, c, d, -1, -1, 0, chance, 0.0)
            sit.cursor[RANK] += 1
            sit.cursor[STEP] = AT_FLASHPOINT
            return
    act = game.acts[option]
    move, rung = int(act[A_MOVE]), int(act[A_RUNG])
    hold = option > 0 and act[A_HOLD] == 1.0
    attribution = 1.0 if option == 0 or hold else terms.moves[move, MOVE_ATTRIBUTION]
    for i in range(int(game.head[G_TC])):
        p = game.head[G_MIX_C] * solution.prob_c[option, i]
        scratch.likelihood[i] = p + (1.0 - game.head[G_MIX_C] if hold else 0.0)
    learn_type(terms, sit, c, scratch.likelihood, attribution)
    if option == 0:
        record.write(sit, log, record.MOVE, f, c, d, -2, row[STANCE_C], 0, chance, 0.0)
        sit.states[c, SPENT] += audience(terms, sit, c, row[STANCE_C])
        end_crisis(terms, sit, log, f, record.DETERRENCE_HELD)
        return
    if not live:
        open_crisis(sit, f, c, d, move)
        row[LIVE] = 2  # opening: not yet answered
        row[TOP_C], row[TOP_D], row[CONTEST] = -1, -1, rung
        record.write(
            sit, log, record.CRISIS_BEGINS, f, c, d, move, rung, row[SWAPPED],
            sit.flash[f, CONTROL], 0.0,
        )  # fmt: skip
    new = 0 if hold else 1
    record.write(sit, log, record.MOVE, f, c, d, move, rung, new if chosen else -1, chance, 0.0)
    if not hold:
        row[STANCE_C], row[CRISIS_MOVE] = rung, move
        row[TOP_C] = max(row[TOP_C], rung)
        reach_rung(sit, f, rung)
        pay(terms, sit, c, act[A_DIRECT])
        sit.states[c, SPENT] += act[A_TABOO] + act[A_BREACH]
        if terms.rungs[rung, VIOLENT] == 1.0:
            pay(terms, sit, d, terms.rules[CLIMB_HARM] * terms.rungs[rung, HARM])
        log_invoked(terms, sit, log, f, d, move, rung)
    sit.cursor[A] = option
    sit.cursor[STEP] = AFTER_ACT


@rule
def audience(terms, sit, state, rung):  # type: ignore[no-untyped-def]
    """Return the audience cost of giving up a stance, as a state's true type feels it."""
    factor = terms.types[state, sit.kind[state], AUDIENCE_FACTOR]
    return sit.states[state, AUDIENCE] * factor * terms.rungs[rung, INTENSITY]


@rule
def declared(terms, sit, f, state, rung):  # type: ignore[no-untyped-def]
    """Return what giving way costs beyond that by what the state has declared at a flashpoint."""
    factor = terms.types[state, sit.kind[state], AUDIENCE_FACTOR]
    return sit.places[f, state, DECLARED] * factor * terms.rungs[rung, INTENSITY]


@rule
def reach_rung(sit, f, rung):  # type: ignore[no-untyped-def]
    """Note that a crisis has reached a rung."""
    row = sit.crisis[f]
    row[CONTEST] = max(row[CONTEST], rung)
    row[TURN_RUNG] = max(row[TURN_RUNG], rung)
    row[HIGHEST_REACHED] = max(row[HIGHEST_REACHED], rung)


@rule
def log_invoked(terms, sit, log, f, d, move, rung):  # type: ignore[no-untyped-def]
    """Log each treaty that owes the holder defence and under which the act is an armed attack."""
    for k in range(sit.treaties.shape[0]):
        if rung < trigger_at(terms, sit, k, f) or not is_duty(terms, sit, k, HOLDER_SIDE):
            continue
        if not covers(terms, k, terms.moves[move, MOVE_TARGET]):
            continue
        for g in range(sit.states.shape[0]):
            if binds(terms, sit, k, f, g, d):
                record.write(sit, log, record.INVOKED, f, -1, d, k, rung, 0, 0.0, 0.0)
                break


@rule
def apply_answer(terms, sit, game, contests, solution, log, option, chosen):  # type: ignore[no-untyped-def]
    """Let the holder yield or resist; then see which treaties are recognised as met."""
    f = sit.cursor[NOW]
    a = sit.cursor[A]
    row = sit.crisis[f]
    c, d = row[CHALLENGER], row[HOLDER]
    rung = int(game.acts[a, A_RUNG])
    chance = solution.prob_d[a, option, sit.kind[d]]
    learn_type(terms, sit, d, solution.prob_d[a, option], 1.0)
    sit.cursor[K] = option
    if option == 0:
        record.write(sit, log, record.ANSWER, f, d, c, -1, 1, 0, chance, 0.0)
        moved = concede(sit, f, game.acts[a, A_SLICE])
        record.write(sit, log, record.YIELDED, f, d, c, rung, 0, 0, moved, 0.0)
        sit.states[d, SPENT] += terms.rules[PSI] * (
            audience(terms, sit, d, rung) + declared(terms, sit, f, d, rung)
        )
        where = flash_address(terms, sit, f)
        u = draw(sit.key, sit.cursor[RUN], sit.cursor[TURN], where, 0, luck.ASSURANCE, 0)
        if u < terms.rules[DOUBT] and share_to_win(sit, f, row[SWAPPED] == 1) > 0.0:
            row[LIVE] = 1  # the assurance is broken: pressed although the holder yielded
            after_pressing(terms, sit, game, contests, log, f, PLAIN)
        else:
            end_crisis(terms, sit, log, f, record.ACQUIESCENCE)
        return
    q = int(game.nodes[a, option, N_RUNG_Q])
    record.write(sit, log, record.ANSWER, f, d, c, q, 1 if chosen else 0, 0, chance, 0.0)
    for e in range(int(game.head[G_ENTRANTS])):
        see_trigger(terms, sit, game, log, f, e, a, q)
    sit.cursor[TOP_BEFORE] = row[TOP_D]
    if chosen and (row[LIVE] == 2 or q > rung):
        row[TOP_D] = max(row[TOP_D], q)
    # an answer is a stance: the crisis is there only once the challenger presses on
    row[CONTEST] = max(row[CONTEST], q)
    pay(terms, sit, d, game.nodes[a, option, N_CLIMB])
    sit.cursor[E_NOW] = -1
    sit.cursor[STEP] = AFTER_ANSWER


@rule
def see_trigger(terms, sit, game, log, f, e, a, q):  # type: ignore[no-untyped-def]
    """Decide by the crisis's public draw whether a treaty is now recognised as met."""
    k = int(game.entrants[e, E_TREATY])
    if k < 0 or sit.recognised[f, k] == 1 or game.duties[a, sit.cursor[K], e, D_ACTIVE] == 0.0:
        return
    side = int(game.entrants[e, E_SIDE])
    fresh = sit.crisis[f, LIVE] == 2
    move, rung = int(game.acts[a, A_MOVE]), int(game.acts[a, A_RUNG])
    hold = game.acts[a, A_HOLD] == 1.0
    chosen, target, attribution = act_seen(terms, sit, f, move, rung, hold)
    _low, high = recognition_level(terms, sit, f, k, side, chosen, target, q, attribution)
    treaty = terms.address[sit.states.shape[0] + sit.crisis.shape[0] + k]
    u = draw(
        sit.key, sit.cursor[RUN], sit.crisis[f, STARTED], treaty, flash_address(terms, sit, f),
        luck.RECOGNITION, 0,
    )  # fmt: skip
    if u < high:
        sit.recognised[f, k] = 1
        principal = sit.crisis[f, HOLDER] if side == HOLDER_SIDE else sit.crisis[f, CHALLENGER]
        guarantor = int(game.entrants[e, E_STATE])
        record.write(
            sit, log, record.RECOGNISED, f, guarantor, principal, k, max(rung, q),
            1 if fresh else 0, high, 0.0,
        )  # fmt: skip


@part
def next_entrant(terms, sit, game, f):  # type: ignore[no-untyped-def]
    """Return the next entrant that has something to decide, or -1."""
    a, answer = sit.cursor[A], sit.cursor[K]
    for e in range(sit.cursor[E_NOW] + 1, int(game.head[G_ENTRANTS])):
        sit.cursor[E_NOW] = e
        state, side = int(game.entrants[e, E_STATE]), int(game.entrants[e, E_SIDE])
        if game.duties[a, answer, e, D_POSSIBLE] == 0.0:
            continue
        taken = sit.who[f, state, SIDE]
        if taken != NO_SIDE and taken != side:
            continue
        if game.entrants[e, E_MIX] < 1.0 and not reconsiders(
            terms, sit, state, flash_address(terms, sit, f), 1 + side
        ):
            continue
        return e
    return -1


@rule
def coalition_now(sit, game, f):  # type: ignore[no-untyped-def]
    """Return the mask of exact entrants that are in."""
    mask = 0
    for e in range(int(game.head[G_EXACT])):
        state = int(game.entrants[e, E_STATE])
        if sit.who[f, state, SIDE] == int(game.entrants[e, E_SIDE]):
            mask |= 1 << e
    return mask


@rule
def own_join_choice(sit, game, solution, f, own):  # type: ignore[no-untyped-def]
    """Return the chance that the entrant at the cursor joins, by what it truly is and sees."""
    e = sit.cursor[E_NOW]
    k = int(game.entrants[e, E_TREATY])
    state = int(game.entrants[e, E_STATE])
    committed = k < 0 or sit.committed[k, state] == 1
    recognised = k >= 0 and sit.recognised[f, k] == 1
    before = predecessors(game, e, coalition_now(sit, game, f))
    return join_choice(
        game, solution, sit.cursor[A], sit.cursor[K], e, before, own, committed, recognised
    )


@part
def apply_join(terms, sit, game, solution, scratch, log, option):  # type: ignore[no-untyped-def]
    """Let an entrant come, stand aside, stay or leave; a broken duty costs R and standing."""
    f, a, answer, e = sit.cursor[NOW], sit.cursor[A], sit.cursor[K], sit.cursor[E_NOW]
    row = game.entrants[e]
    state, side, k = int(row[E_STATE]), int(row[E_SIDE]), int(row[E_TREATY])
    who = sit.who[f, state]
    principal = sit.crisis[f, HOLDER] if side == HOLDER_SIDE else sit.crisis[f, CHALLENGER]
    recognised = k >= 0 and sit.recognised[f, k] == 1
    active = game.duties[a, answer, e, D_ACTIVE] == 1.0
    inside = row[E_IN] == 1.0
    before = predecessors(game, e, coalition_now(sit, game, f))
    gain = own_gain(game, solution, a, answer, e, before, sit.kind[state])
    duty = (1 if active else 0) + (2 if active and recognised else 0)
    chance = own_join_choice(sit, game, solution, f, sit.kind[state])
    kind = record.LEAVE if inside and option == 0 else record.JOIN
    if not (inside and option == 1):
        record.write(sit, log, kind, f, state, principal, option, k, duty, chance, gain)
    learn_from_joining(terms, sit, game, solution, scratch, a, answer, e, before, option)
    if option == 1 and not inside:
        who[SIDE] = side
        who[ARRIVES] = sit.cursor[TURN] + int(row[E_DELAY])
    elif option == 0:
        who[SIDE] = NO_SIDE
        if inside:
            sit.states[state, SPENT] += audience(terms, sit, state, sit.crisis[f, CONTEST])
        if active and (recognised or inside) and who[RENEGED] == 0:
            who[RENEGED] = 1
            sit.states[state, STANDING] *= 1.0 - terms.rules[RENEGE_LOSS]
            committed = sit.committed[k, state] == 1
            sit.states[state, SPENT] += row[E_R] if committed else row[E_R_OPPORTUNIST]
    who[ASKED] = 1
    sit.cursor[STEP] = AFTER_ANSWER


@rule
def learn_from_joining(terms, sit, game, solution, scratch, a, answer, e, before, option):  # type: ignore[no-untyped-def]
    """Update beliefs about an entrant's resolve and, where its duty was recognised, reliability."""
    row = game.entrants[e]
    f = sit.cursor[NOW]
    state, k = int(row[E_STATE]), int(row[E_TREATY])
    recognised = k >= 0 and sit.recognised[f, k] == 1
    likelihood = scratch.likelihood
    if_committed, if_opportunist = 0.0, 0.0
    for t in range(int(row[E_TYPES])):
        yes = join_chance(game, solution, a, answer, e, before, t, True, recognised)
        no = join_chance(game, solution, a, answer, e, before, t, False, recognised)
        if option == 0:
            yes, no = 1.0 - yes, 1.0 - no
        likelihood[t] = row[E_TRUST] * yes + (1.0 - row[E_TRUST]) * no
        if_committed += sit.belief[state, t] * yes
        if_opportunist += sit.belief[state, t] * no
    learn_type(terms, sit, state, likelihood, 1.0)
    if recognised and game.duties[a, answer, e, D_ACTIVE] == 1.0:
        learn_trust(terms, sit, k, state, if_committed, if_opportunist)


@rule
def steady(sit, game):  # type: ignore[no-untyped-def]
    """Whether the contest simply goes on: nothing changed this turn, or pressing is forced."""
    f, a, answer = sit.cursor[NOW], sit.cursor[A], sit.cursor[K]
    if game.rules[PRESSING] == FORCED:
        return True
    if game.nodes[a, answer, N_STEADY] == 0.0:
        return False
    for e in range(int(game.head[G_ENTRANTS])):
        row = game.entrants[e]
        inside = sit.who[f, int(row[E_STATE]), SIDE] == int(row[E_SIDE])
        if inside != (row[E_IN] == 1.0):
            return False
    return True


@rule
def press_chance(sit, game, solution, i):  # type: ignore[no-untyped-def]
    """Return the chance that a challenger of type i presses, seeing who came."""
    f, a, answer = sit.cursor[NOW], sit.cursor[A], sit.cursor[K]
    exact = int(game.head[G_EXACT])
    full = (1 << exact) - 1
    worths = solution.worth[a, answer]
    worth = worths[coalition_now(sit, game, f), i]
    for e in range(exact, int(game.head[G_ENTRANTS])):
        row = game.entrants[e]
        if sit.who[f, int(row[E_STATE]), SIDE] == int(row[E_SIDE]):
            worth += worths[full + 1 + e - exact, i] - worths[full, i]
    stance = game.rungs[int(game.acts[a, A_STANCE]), INTENSITY]
    back_down = -game.principals[0, i, P_AUDIENCE] * stance
    return logistic(game.head[G_LAMBDA_C] * (worth - back_down))


@part
def apply_press(terms, sit, game, contests, solution, scratch, log, option):  # type: ignore[no-untyped-def]
    """Let the challenger back down or press on into the contest."""
    f = sit.cursor[NOW]
    row = sit.crisis[f]
    c = row[CHALLENGER]
    likelihood = scratch.likelihood
    for i in range(int(game.head[G_TC])):
        p = press_chance(sit, game, solution, i)
        likelihood[i] = p if option == 1 else 1.0 - p
    chance = likelihood[sit.kind[c]]
    learn_type(terms, sit, c, likelihood, 1.0)
    record.write(sit, log, record.PRESS, f, c, row[HOLDER], option, row[CONTEST], 0, chance, 0.0)
    if option == 0:
        sit.states[c, SPENT] += audience(terms, sit, c, row[STANCE_C])
        end_crisis(terms, sit, log, f, record.DETERRENCE_HELD)
        return
    variant = int(game.nodes[sit.cursor[A], sit.cursor[AGREED], N_VARIANT])
    after_pressing(terms, sit, game, contests, log, f, variant)


@rule
def after_pressing(terms, sit, game, contests, log, f, variant):  # type: ignore[no-untyped-def]
    """Play the turn of contest and end the crisis where force or a settlement ends it."""
    reach_rung(sit, f, sit.crisis[f, CONTEST])
    result = fight(terms, sit, game, contests, log, flash_address(terms, sit, f), f, variant)
    if result == GOES_ON:
        next_flashpoint(sit)
    elif result == DECIDED:
        end_crisis(terms, sit, log, f, record.LIMITED_CONFLICT)
    else:
        end_crisis(terms, sit, log, f, record.SETTLEMENT)


@rule
def end_crisis(terms, sit, log, f, ending):  # type: ignore[no-untyped-def]
    """Close a crisis: name its ending, let things cool down, let beliefs fade."""
    row = sit.crisis[f]
    top = row[HIGHEST_REACHED]
    turns = sit.cursor[TURN] - row[STARTED] + 1
    if terms.rungs[top, NUCLEAR] == 1.0:
        ending = record.NUCLEAR_USE
    elif terms.rungs[top, WAR] == 1.0:
        ending = record.WAR
    record.write(
        sit, log, record.CRISIS_ENDS, f, row[CHALLENGER], row[HOLDER], ending, top, turns,
        sit.flash[f, CONTROL_BEFORE], sit.flash[f, CONTROL],
    )  # fmt: skip
    violent = terms.rungs[top, VIOLENT] == 1.0
    quiet = sit.flash[f, COOLDOWN_VIOLENT] if violent else sit.flash[f, COOLDOWN]
    row[QUIET_UNTIL] = sit.cursor[TURN] + 1 + int(quiet)
    row[LIVE] = 0
    fill(sit.who[f], 0)
    fade(terms, sit, f, turns)
    next_flashpoint(sit)


@part
def end_turn(terms, sit, log):  # type: ignore[no-untyped-def]
    """Write the ledger of a turn: rungs reached and the geopolitical risk index.

    Index: sum over flashpoints of weight x intensity reached, over the sum of weights; a
    flashpoint weighs by the stakes in it times the capability of those who have them.
    """
    total, index = 0.0, 0.0
    highest = -1
    for f in range(sit.crisis.shape[0]):
        weight = 0.0
        for state in range(sit.states.shape[0]):
            weight += sit.places[f, state, STAKE] * sit.states[state, CAPABILITY]
        weight *= sit.flash[f, WEIGHT]
        total += weight
        rung = sit.crisis[f, TURN_RUNG]
        if rung >= 0:
            record.write(sit, log, record.RUNG, f, -1, -1, rung, 0, 0, 0.0, 0.0)
            index += weight * terms.rungs[rung, INTENSITY]
            highest = max(highest, rung)
    if total > 0.0:
        index /= total
    record.write(sit, log, record.TURN_ENDS, -1, -1, -1, highest, 0, 0, index, 0.0)


@part
def close_run(terms, sit, log):  # type: ignore[no-untyped-def]
    """Write down what is still going on at the horizon, and every state's ledger."""
    sit.cursor[TURN] -= 1
    for f in range(sit.crisis.shape[0]):
        if sit.crisis[f, LIVE] == 1:
            end_crisis(terms, sit, log, f, record.ONGOING)
    for state in range(sit.states.shape[0]):
        record.write(
            sit, log, record.STATE_ENDS, -1, state, -1, 0, 0, 0, sit.states[state, SPENT],
            sit.states[state, STANDING],
        )  # fmt: skip
    sit.cursor[TURN] += 1
