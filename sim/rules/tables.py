"""The tables that rules read and write, and the names of their columns.

Rules never see a scenario: `sim.engines.compile_scenario` turns one into `Terms` (fixed for a
run) and a `Situation` (changes). `Game` is one flashpoint made ready for its stage game;
`Solution` is what the solver finds. All tables are C-contiguous float64 or int64.

Column names are grouped by table. Utilities are on the scale of stakes; rates are per turn.

ODD 2 (docs/odd.md).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compiled import rule

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# --- Terms.rules ---
(COGNITION, CONTINUATION, ORDERING, FROM_REST, BETA, RHO, CHI, GAMMA, ETA, FULL_TRIPWIRE, PSI, NU,
 CLIMB_HARM, CLIMB_COST, OPPORTUNIST, RENEGE_LOSS, POLITICAL_COST, DOUBT, PERCEPTION,
 DISTANCE_DECAY, FADE, OMEGA, BELIEF_STEP, EXERCISE_READINESS, EXERCISE_INTEGRATION,
 EXERCISE_NEWS, EXERCISE_TURNS, MONTHS, TURNS, WAR_RUNG,
 JOIN_WEIGHT, CONTROL_STEP, SOLVED_TO, PRESSING, SIGNALS, SIGNAL_EVERY, BRANCH, SINK_COST,
 TIE_COST, DEPLOY_SHARE, ARMING, FARTHEST_LEVEL, AHEAD_STEP, AHEAD_NODES, AHEAD_SHARES, LAST_DATE,
 ALIGNMENT, ALIGN_EVERY, TIE_CRISES, AUTONOMY_COST, TIE_DISTANCE, ENTRAPMENT_FEAR, TIE_WEIGHT,
 COERCION_FORGOTTEN, COALITION, INTEGRATION_DECAY, UPKEEP_COST, SWIFTNESS,
 N_RULES) = range(59)  # fmt: skip
BAYES, MYOPIC, MIRROR = 0, 1, 2
EXIT, ABSORBING = 0, 1
SIMULTANEOUS, BY_STAKE = 0, 1
CHOSEN, FORCED = 0, 1
HYPERBOLIC, LINEAR = 0, 1
PRINCIPAL, INFORMATIVE = 0, 1
FIXED_TIES, SCRIPTED, ENDOGENOUS = 0, 1, 2
LEAD, CONSENSUS, MAJORITY = 0, 1, 2

# --- Terms.rungs (one row a rung) ---
(INTENSITY, COST, SLICE, PRIZE, HARM, SLIP, MU, REACH, DELTA, SIGMA, TIED, MD, LOSS, TABOO,
 FIRST_STRIKE, VIOLENT, NUCLEAR, WAR, RUNG_TARGET, N_RUNG) = range(20)  # fmt: skip

# --- Terms.moves (one row a move) ---
MOVE_RUNG, MOVE_SLICE, MOVE_WEIGHT, MOVE_ATTRIBUTION, MOVE_TARGET, N_MOVE = range(6)

# --- Terms.types (state, type) ---
PRIOR, STAKE_FACTOR, KAPPA, AUDIENCE_FACTOR, N_TYPE = range(5)

# --- Terms.members (treaty, state): bits ---
GUARANTOR, PROTEGE = 1, 2
# --- Terms.clauses (treaty): which obligations (columns 0-5), then which targets it covers ---
(DEFENCE, CONSULTATION, NEUTRALITY, NON_AGGRESSION, OFFENCE, ARMS_AND_ACCESS, COVERS) = range(7)
N_CLAUSE = COVERS + 6
NOT_IN_SCOPE = 99

# --- Terms.events ---
EV_TURN, EV_PROBABILITY, EV_AFTER, EV_FIRST, EV_LAST, EV_REPEATS, N_EVENT = range(7)
# --- Terms.effects: kind, table or entity, row, column, value ---
EF_KIND, EF_TABLE, EF_ROW, EF_COLUMN, EF_VALUE, EF_MOST, N_EFFECT = range(7)
SET, SCALE, REDRAW, ACCIDENT, EXERCISE = range(5)
T_STATES, T_PLACES, T_FLASH, T_TREATIES, T_TREATY_PLACES, T_TIES = range(6)

# --- Situation.states (state) ---
(CAPABILITY, RETALIATION, READINESS, AUDIENCE, STANDING_WORTH, POSITION, LAMBDA, HIGHEST,
 EXERCISED_UNTIL, STANDING, SPENT, GRADIENT, FORESIGHT, AUTONOMY, N_STATE) = range(15)  # fmt: skip
# --- Situation.places (flashpoint, state) ---
STAKE, DISTANCE, FORWARD, OPPORTUNITY, DECLARED, DEPLOYED, N_PLACE = range(7)
# --- Situation.flash (flashpoint) ---
(CONTROL, START_CONTROL, MOTIVE_SPREAD, COOLDOWN, COOLDOWN_VIOLENT, WEIGHT, MOTIVE, ERROR,
 CONTROL_BEFORE, ORDER_DRAW, RENEWS, COERCION, N_FLASH) = range(13)  # fmt: skip
# --- Situation.treaties (treaty) ---
(ENABLED, FROM, UNTIL, TRIGGER, CLARITY, CONDITIONAL, CEILING, UMBRELLA, STRENGTH, DELAY,
 CONSULTATION_DELAY, OWN_STAKE, INTEGRATION, MISSILE_DEFENCE, EXPOSURE, ARMS, UPKEEP,
 N_TREATY) = range(18)  # fmt: skip
# --- Situation.treaty_places (treaty, flashpoint) ---
TREATY_FORWARD, ACCESS, N_TREATY_PLACE = range(3)

# --- Terms.ties (tie), then the treaties that are its steps, -1 behind the last ---
TIE_ONE, TIE_OTHER, TIE_STEPS = range(3)

# --- Situation.crisis (flashpoint), int ---
(LIVE, CHALLENGER, HOLDER, SWAPPED, STANCE_C, TOP_C, TOP_D, CRISIS_MOVE, STARTED,
 HIGHEST_REACHED, QUIET_UNTIL, MOTIVE_INDEX, TAKER, CONTEST, TURN_RUNG,
 N_CRISIS) = range(16)  # fmt: skip
# --- Situation.who (flashpoint, state), int: side taken, when help counts, asked, broke faith ---
SIDE, ARRIVES, ASKED, RENEGED, N_WHO = range(5)
NO_SIDE, HOLDER_SIDE, CHALLENGER_SIDE = 0, 1, 2

# --- Situation.cursor, int ---
(RUN, TURN, STEP, AT, RANK, NOW, A, K, E_NOW, ACTOR, LOGGED, OPTIONS, FALLBACKS, FAILURES, SOLVES,
 PENDING, LUCKY, REUSES, RECALLED, S_AT, S_WHO, S_OPTIONS, LEVEL, AGREED, TOP_BEFORE,
 N_CURSOR) = range(26)  # fmt: skip


class Terms(NamedTuple):
    """What is fixed for every run of a scenario."""

    rules: Floats
    rungs: Floats
    moves: Floats
    may: Ints  # (move, flashpoint, state): 1 where that state may use that move there
    types: Floats  # (state, type, N_TYPE)
    n_types: Ints  # (state,)
    members: Ints  # (treaty, state)
    clauses: Ints  # (treaty, N_CLAUSE)
    scope: Ints  # (treaty, flashpoint): rung from which it applies there, or NOT_IN_SCOPE
    events: Floats
    effects: Floats
    reliability: Floats  # (treaty, 2): prior A and B of the Beta belief
    address: Ints  # states, then flashpoints, treaties, events, ties
    roles: Ints  # (flashpoint, state): 1 holder at the start, 2 challenger
    futures: Ints  # (flashpoint, state): where the future of a challenger and the holder begins
    arming: Floats  # (state, state + 1): what capabilities become in a turn, and what is added
    ties: Ints  # (tie, TIE_STEPS + steps)
    near: Ints  # (flashpoint, n): states that may ever enter a crisis there, by number; then -1


class Situation(NamedTuple):
    """What changes in a run."""

    states: Floats
    places: Floats
    flash: Floats
    treaties: Floats
    treaty_places: Floats
    belief: Floats  # (state, type): what everyone believes of its type
    kind: Ints  # (state,): its true type
    trust: Floats  # (treaty, state, 2): Beta belief that a guarantor is committed
    committed: Ints  # (treaty, state): 1 where it truly is
    crisis: Ints
    who: Ints
    recognised: Ints  # (flashpoint, treaty)
    happened: Ints  # (event,): 1 once it has happened
    order: Ints  # (flashpoint,): this turn's order
    cursor: Ints
    depth: Ints  # (tie,): how many of its steps hold
    key: Ints  # (2,): words of the seed


# --- kinds of signal ---
NOTHING, SINK, TIE, DEPLOY, N_SIGNALS = range(5)


class Log(NamedTuple):
    """The event log of a run: rows of whole numbers and of numbers, of one length."""

    ints: Ints  # (row, N_LOG_INT)
    floats: Floats  # (row, N_LOG_FLOAT)


# --- Game.head ---
(G_LAMBDA_C, G_LAMBDA_D, G_CONTROL, G_LIVE, G_ACTS, G_ENTRANTS, G_EXACT, G_TC, G_TD,
 G_ERROR, G_REST, G_MIX_C, G_MIX_D, G_MASK, G_CLASSES, G_LOW, G_HIGH, G_NODES,
 N_HEAD) = range(19)  # fmt: skip
# --- Game.principals (0 challenger / 1 holder, type) ---
P_BELIEF, P_STAKE, P_KAPPA, P_AUDIENCE, P_DECLARED, N_PRINCIPAL = range(6)
# --- Game.entrants ---
(E_STATE, E_SIDE, E_TREATY, E_TYPES, E_TRUST, E_R, E_R_OPPORTUNIST, E_STANDING, E_POLITICAL, E_IN,
 E_LAMBDA, E_EXPOSURE, E_MIX, E_DELAY, E_LEAVE, E_CAME, E_LOG_WEIGHT, E_CEILING,
 N_ENTRANT) = range(19)  # fmt: skip
E_BELIEF, E_STAKE, E_KAPPA, N_ETYPE = range(4)
# --- Game.acts ---
(A_MOVE, A_RUNG, A_LOG_WEIGHT, A_DIRECT, A_TABOO, A_BREACH, A_SLICE, A_CLASS, A_HOLD, A_ANSWERS,
 A_STANCE,
 N_ACT) = range(12)  # fmt: skip
# --- Game.nodes (act, answer): resisting at a rung ---
(N_RUNG_Q, N_VARIANT, N_STEADY, N_CLIMB, N_CLIMB_FLAT, N_HOLDS, N_LANE, N_NODE) = range(8)
# --- Game.duties (act, answer, entrant) ---
D_RECOGNISED, D_ACTIVE, D_BREACH, D_POSSIBLE, N_DUTY = range(5)
# --- Game.pairs (participant, participant) ---
PAIR_INTEGRATION, PAIR_DEFENCE, N_PAIR = range(3)
PLAIN, C_FIRST, D_FIRST = 0, 1, 2
# --- Game.ahead: how this game reads the future ---
(AH_ON, AH_CONTROL, AH_SIGN, AH_RENEWS, AH_KEPT, AH_REACHED, AH_STRIDE_C, AH_STRIDE_D, AH_CELLS,
 AH_WHO_C, AH_WHO_D, AH_LEVEL_C, AH_LEVEL_D) = range(13)  # fmt: skip
AH_WORTH = 13
"""From here: what a payoff then is worth now, after rest, a calm and a violent crisis."""
AH_BASE = 16
"""From here: where c's tables for the same three begin, then d's; -1 for none."""
N_AHEAD = 22
AFTER_REST, AFTER_CALM, AFTER_VIOLENCE = 0, 1, 2
MAX_EXACT = 3
"""Coalitions are enumerated for up to this many entrants; further ones enter additively."""
# --- Contests.rows ---
W_MINE, W_OTHER, W_NONE, N_ROW = range(4)
# --- Contests.whose: stakes, sensitivities to cost, audience costs, and d's of yielding ---
STAKE_C, STAKE_D, KAPPA_C, KAPPA_D, PRIDE_C, PRIDE_D, SHAME, N_WHOSE = range(8)
# --- Contests.ends: c's gain if d yields, what c loses by leaving, what d loses by yielding ---
GAINED, BACKED, YIELDED, N_END = range(4)
# --- Contests.entry: chance that neither leaves at once; values of the contest before that ---
STAYS, TO_C, TO_D, TO_PHI, TO_OVER, N_ENTRY = range(6)


class Game(NamedTuple):
    """One flashpoint, one opportunity or one turn of a crisis: everything its game depends on.

    Participants are numbered 0 challenger, 1 holder, 2 + e entrant e.
    """

    head: Floats
    rungs: Floats
    rules: Floats
    principals: Floats  # (2, type, N_PRINCIPAL)
    entrants: Floats  # (entrant, N_ENTRANT)
    etypes: Floats  # (entrant, type, N_ETYPE)
    force: Floats  # (participant, rung): strength as valued
    nuclear: Floats  # (participant, rung): retaliation it brings
    pairs: Floats  # (participant, participant, N_PAIR)
    breach: Floats  # (entrant, rung): what joining breaks
    acts: Floats
    nodes: Floats
    duties: Floats
    classes: Floats  # (class, rung, 3): share lost by yielding, by force; 1 where as class 0
    ahead: Floats  # (N_AHEAD,): how the future is read; see `sim.rules.future`
    future: Floats  # (cell,): what later stage games are worth; fixed before play
    rays: Floats  # (state, type, node): how far from the prior the nodes of beliefs lie; the prior


class Contests(NamedTuple):
    """What contests are worth. Columns number coalitions: see `sim.rules.contest`.

    ``slot = (class * 3 + variant) * rungs + rung`` numbers contests,
    ``level = variant * rungs + rung`` what does not depend on slices. A long row holds the columns
    of every pair of types: those of c's type i and d's type j begin at ``at_pair(game, i, j)``.
    """

    uc: Floats  # (slot, long row): value of the contest to c
    ud: Floats
    phi: Floats  # expected discounted share that changes hands
    over: Floats  # expected discount at its end
    psi: Floats  # (slot, entrant, long row): expected discounted flow of a member
    leave: Floats  # (slot, 2, long row): chance that c leaves, that d yields
    entry: Floats  # (slot, N_ENTRY, long row): what slipping into it is worth
    odds: Floats  # (level, column): c's chance to win if force decides
    flow: Floats  # (level, participant, column): cost of a turn, before cost sensitivity
    part: Floats  # (rung, participant, column): its part of its side's strength
    here: Floats  # (participant, column): 1 where it is in the coalition
    bonus: Floats  # (side, column): what integration makes of a side's strength
    shield: Floats  # (participant, column): share of harm missile defence stops
    exposure: Floats  # (side, column): what the other side's members cost it whoever wins
    whose: Floats  # (N_WHOSE, long row): what each pair of types wants and fears
    ends: Floats  # (N_END, long row): what leaving the contest at hand ends with
    wins: Floats  # (long row,): odds of the contest at hand
    costs: Floats  # (participant, long row): cost of a turn of it, with that of a slip
    a_c: Floats  # (long row,): what a turn of it brings c
    a_d: Floats
    a_phi: Floats
    a_over: Floats
    on: Floats  # (long row,): how much of a following turn there is
    left: Floats  # (long row,): discounted chance that c leaves, that d yields, after a turn
    yields: Floats
    stray: Floats  # (long row,): how far chances of leaving are from settled
    rows: Floats  # (N_ROW, column): room for sums
    places: Ints  # contests that are remembered: as in `sim.rules.memory.Memory`
    store: Floats
    state: Ints
    hashes: Ints


class Solution(NamedTuple):
    """What the solver finds for a game."""

    value_c: Floats  # (act, c type)
    value_d: Floats  # (act, answer, d type); answer 0 is yielding; (0, 0): c leaves things be
    gain: Floats  # (act, answer, entrant, mask, 2): stake and cost parts of what joining gains
    prob_c: Floats  # (act, c type): chance of each act
    prob_d: Floats  # (act, answer, d type)
    post_c: Floats  # (act, c type): belief after the act
    post_d: Floats  # (act, answer, d type)
    worth: Floats  # (act, answer, column, c type): value of pressing
    status: Floats  # (N_STATUS,)
    signal_menu: Floats  # (option, 2): kind of signal, and how much of it
    signal_prob: Floats  # (option, unit): chance of each signal; units as in `sim.rules.signals`
    signal_value: Floats  # (option, unit): what it is worth
    signal_post: Floats  # (option, type): what others believe of its type after it
    signal_trust: Floats  # (option,): what they believe of its commitment


(S_ITERATIONS, S_RESIDUAL, S_FALLBACK, S_CONTEST_FAILURES, N_STATUS) = range(5)

# --- Log ---
L_TURN, L_KIND, L_FLASH, L_ACTOR, L_OTHER, L_A, L_B, L_C, N_LOG_INT = range(9)
L_X, L_Y, N_LOG_FLOAT = range(3)


@rule
def fill(table, value):  # type: ignore[no-untyped-def]
    """Set every cell of a table; a slice assignment would compile ten times as much code."""
    for i in range(table.size):
        table.flat[i] = value


@rule
def copy(table, into):  # type: ignore[no-untyped-def]
    """Copy a table into another of its shape."""
    for i in range(table.size):
        into.flat[i] = table.flat[i]


@rule
def restore(first, sit):  # type: ignore[no-untyped-def]
    """Return what events and crises change to what it is at the start of every run."""
    copy(first.states, sit.states)
    copy(first.places, sit.places)
    copy(first.flash, sit.flash)
    copy(first.treaties, sit.treaties)
    copy(first.depth, sit.depth)
    copy(first.treaty_places, sit.treaty_places)
