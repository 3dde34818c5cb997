"""Signals: what a holder or a guarantor may do or say before it is challenged.

Every few turns, where all is quiet, it may *sink* a cost (an exercise: paid at once), *tie* its
hands (a declaration: giving way becomes dearer, nothing is paid unless it does), *deploy* (forces
here that are then missing elsewhere), or do nothing (Spence 1973; Fearon 1997; Slantchev 2005).
What it is worth, and what others conclude, is solved in `sim.rules.signalling`.

A unit is a private type of the signaller; of a guarantor, a type with its commitment, committed
first.

ODD 7.12 (docs/odd.md).
"""

from __future__ import annotations

from sim.compiled import only_with, rule
from sim.rules import log as record
from sim.rules.beliefs import learn_trust, learn_type
from sim.rules.commitments import is_duty, leading_treaty
from sim.rules.fighting import pay
from sim.rules.forces import forward_share
from sim.rules.tables import (
    ACTOR,
    BETA,
    CONTROL,
    DECLARED,
    DEPLOY,
    DEPLOY_SHARE,
    DEPLOYED,
    HOLDER_SIDE,
    LIVE,
    N_SIGNALS,
    NOTHING,
    NOW,
    OPPORTUNITY,
    QUIET_UNTIL,
    S_AT,
    S_FALLBACK,
    S_OPTIONS,
    S_WHO,
    SIGNAL_EVERY,
    SIGNALS,
    SINK,
    SINK_COST,
    TIE,
    TIE_COST,
    TURN,
    TURNS,
)  # fmt: skip


@rule
def signals_due(terms, sit):  # type: ignore[no-untyped-def]
    """Whether this is a turn in which signals may be sent."""
    return terms.rules[SIGNALS] == 1.0 and sit.cursor[TURN] % int(terms.rules[SIGNAL_EVERY]) == 0


@rule
def holder_at(terms, f):  # type: ignore[no-untyped-def]
    """Return the state that held a flashpoint at the start."""
    for state in range(terms.roles.shape[1]):
        if terms.roles[f, state] == 1:
            return state
    return -1


@rule
def promise(terms, sit, f, state, holder):  # type: ignore[no-untyped-def]
    """Return the treaty by which a state guarantees a holder at a flashpoint, or -1."""
    if state == holder or terms.roles[f, state] == 2:
        return -1
    k = leading_treaty(terms, sit, f, state, holder, HOLDER_SIDE)
    return k if k >= 0 and is_duty(terms, sit, k, HOLDER_SIDE) else -1


@rule
def coming(terms, sit, f, c):  # type: ignore[no-untyped-def]
    """Return the discounted chance that a challenger weighs a move before signals are due again."""
    chance = sit.places[f, c, OPPORTUNITY]
    total, unused, now = 0.0, 1.0, 1.0
    for ahead in range(int(terms.rules[SIGNAL_EVERY])):
        turn = sit.cursor[TURN] + ahead
        if turn >= int(terms.rules[TURNS]):
            break
        if turn >= sit.crisis[f, QUIET_UNTIL]:
            total += now * unused * chance
            unused *= 1.0 - chance
        now *= terms.rules[BETA]
    return total


@rule
def threatened(terms, sit, f):  # type: ignore[no-untyped-def]
    """Whether all is quiet at a flashpoint, but somebody may challenge its holder."""
    if sit.crisis[f, LIVE] != 0 or sit.flash[f, CONTROL] <= 0.0:
        return False
    for c in range(terms.roles.shape[1]):
        if terms.roles[f, c] == 2 and coming(terms, sit, f, c) > 0.0:
            return True
    return False


@rule
def amount(terms, sit, state, kind):  # type: ignore[no-untyped-def]
    """Return how much of a kind of signal a state can send.

    Nobody deploys more than what is not stationed somewhere already.
    """
    if kind == SINK:
        return terms.rules[SINK_COST]
    if kind == TIE:
        return terms.rules[TIE_COST]
    if kind == NOTHING:
        return 0.0
    free = 1.0
    for g in range(sit.crisis.shape[0]):
        free -= forward_share(terms, sit, state, g)
    return max(0.0, min(terms.rules[DEPLOY_SHARE], free))


@rule
def write_menu(terms, sit, f, state, menu):  # type: ignore[no-untyped-def]
    """Write what a state can signal with, doing nothing first; return how many options it has."""
    options = 0
    for kind in range(N_SIGNALS):
        much = amount(terms, sit, state, kind)
        if kind == NOTHING or much > 0.0:
            menu[options, 0], menu[options, 1] = kind, much
            options += 1
    return options


@only_with("signals", otherwise=False)
def next_signaller(terms, sit, solution):  # type: ignore[no-untyped-def]
    """Move the cursor to the next state that may signal, and write its menu; False if none is left.

    Place by place in this turn's order; at each the holder first, then guarantors by number.
    What was signalled there before lapses.
    """
    n_states = sit.states.shape[0]
    while sit.cursor[S_AT] < sit.crisis.shape[0]:
        f = sit.order[sit.cursor[S_AT]]
        if sit.crisis[f, LIVE] == 0:
            holder = holder_at(terms, f)
            if sit.cursor[S_WHO] == 0:
                for state in range(n_states):
                    sit.places[f, state, DECLARED] = 0.0
                    sit.places[f, state, DEPLOYED] = 0.0
            here = threatened(terms, sit, f)
            for place in range(sit.cursor[S_WHO], n_states + 1):
                state = holder if place == 0 else place - 1
                if not here or (place > 0 and promise(terms, sit, f, state, holder) < 0):
                    continue
                options = write_menu(terms, sit, f, state, solution.signal_menu)
                if options > 1:
                    sit.cursor[S_OPTIONS] = options
                    sit.cursor[S_WHO] = place + 1
                    sit.cursor[NOW] = f
                    sit.cursor[ACTOR] = state
                    return True
        sit.cursor[S_AT] += 1
        sit.cursor[S_WHO] = 0
    return False


# --- sending one ---------------------------------------------------------------------------------


@only_with("signals", otherwise=0)
def own_unit(terms, sit, f, state):  # type: ignore[no-untyped-def]
    """Return the unit that a signaller truly is."""
    k = promise(terms, sit, f, state, holder_at(terms, f))
    if k < 0:
        return int(sit.kind[state])
    return 2 * int(sit.kind[state]) + (0 if sit.committed[k, state] == 1 else 1)


@only_with("signals")
def apply_signal(terms, sit, solution, scratch, log, option):  # type: ignore[no-untyped-def]
    """Let a state send a signal; others conclude from it what they can."""
    f, state = sit.cursor[NOW], sit.cursor[ACTOR]
    holder = holder_at(terms, f)
    k = promise(terms, sit, f, state, holder)
    kinds = 1 if k < 0 else 2
    kind, much = int(solution.signal_menu[option, 0]), solution.signal_menu[option, 1]
    chance = solution.signal_prob[option, own_unit(terms, sit, f, state)]
    record.write(
        sit, log, record.SIGNAL, f, state, holder, kind, k, int(solution.status[S_FALLBACK]),
        chance, much,
    )  # fmt: skip
    if kind == SINK:
        pay(terms, sit, state, much)
    elif kind == TIE:
        sit.places[f, state, DECLARED] = much
    elif kind == DEPLOY:
        sit.places[f, state, DEPLOYED] = much
    likelihood, before = scratch.likelihood, scratch.signal_worth
    trust, if_committed, if_opportunist = 1.0, 0.0, 0.0
    if k >= 0:
        trust = sit.trust[k, state, 0] / (sit.trust[k, state, 0] + sit.trust[k, state, 1])
    for t in range(terms.n_types[state]):
        before[t] = sit.belief[state, t]
        yes = solution.signal_prob[option, t * kinds]
        no = solution.signal_prob[option, t * kinds + kinds - 1]
        likelihood[t] = trust * yes + (1.0 - trust) * no
        if_committed += before[t] * yes
        if_opportunist += before[t] * no
    learn_type(terms, sit, state, likelihood, 1.0)
    most = 0
    for t in range(1, terms.n_types[state]):
        rise = sit.belief[state, t] - before[t]
        if rise > sit.belief[state, most] - before[most]:
            most = t
    if terms.n_types[state] > 1:
        record.write(
            sit, log, record.CONCLUDED, f, state, holder, most, k, 0, before[most],
            sit.belief[state, most],
        )  # fmt: skip
    if k >= 0:
        learn_trust(terms, sit, k, state, if_committed, if_opportunist)
        a, b = sit.trust[k, state, 0], sit.trust[k, state, 1]
        record.write(sit, log, record.CONCLUDED, f, state, holder, -1, k, 0, trust, a / (a + b))
