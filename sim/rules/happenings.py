"""Events: scheduled or by chance, they change clauses, forces and types whatever is decided.

ODD 7.1 (docs/odd.md).
"""

from __future__ import annotations

from sim.compiled import part, rule
from sim.luck import EVENT as EVENT_DRAW
from sim.luck import TYPE, draw
from sim.rules import log as record
from sim.rules.tables import (
    ACCIDENT,
    CHALLENGER,
    CHALLENGER_SIDE,
    CONTEST,
    CONTROL,
    CONTROL_BEFORE,
    CRISIS_MOVE,
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
    EV_REPEATS,
    EV_TURN,
    EXERCISE,
    EXERCISE_INTEGRATION,
    EXERCISE_NEWS,
    EXERCISE_TURNS,
    EXERCISED_UNTIL,
    GUARANTOR,
    HIGHEST_REACHED,
    HOLDER,
    HOLDER_SIDE,
    INTEGRATION,
    LIVE,
    MOTIVE,
    MOTIVE_INDEX,
    PRIOR,
    PROTEGE,
    REDRAW,
    RUN,
    SCALE,
    SIDE,
    STANCE_C,
    STARTED,
    SWAPPED,
    T_FLASH,
    T_PLACES,
    T_STATES,
    T_TIES,
    T_TREATIES,
    TOP_C,
    TOP_D,
    TURN,
    TURN_RUNG,
    fill,
)  # fmt: skip
from sim.rules.ties import script_tie

MEDIAN_MOTIVE = 2


@rule
def draw_type(terms, sit, state, address):  # type: ignore[no-untyped-def]
    """Draw a state's private type from its table and return beliefs about it to the prior."""
    u = draw(sit.key, sit.cursor[RUN], sit.cursor[TURN], address, 0, TYPE, 0)
    total = 0.0
    sit.kind[state] = terms.n_types[state] - 1
    for t in range(terms.n_types[state]):
        sit.belief[state, t] = terms.types[state, t, PRIOR]
    for t in range(terms.n_types[state] - 1):
        total += terms.types[state, t, PRIOR]
        if u < total:
            sit.kind[state] = t
            break


@part
def change(sit, kind, table, row, column, value, most):  # type: ignore[no-untyped-def]
    """Set or scale one cell of the situation, up to the most its field allows.

    Two-index tables are addressed row by row.
    """
    if table == T_STATES:
        cells = sit.states[row]
    elif table == T_PLACES:
        cells = sit.places[row // sit.places.shape[1], row % sit.places.shape[1]]
    elif table == T_FLASH:
        cells = sit.flash[row]
    elif table == T_TREATIES:
        cells = sit.treaties[row]
    else:
        cells = sit.treaty_places[
            row // sit.treaty_places.shape[1], row % sit.treaty_places.shape[1]
        ]
    cells[column] = min(most, cells[column] * value) if kind == SCALE else value


@rule
def clash(terms, sit, log, f, rung):  # type: ignore[no-untyped-def]
    """An unintended clash at a rung: it starts a crisis nobody chose, or lifts one.

    Nobody has declared a stance, so backing down costs no more than at the lowest rung.
    """
    row = sit.crisis[f]
    if row[LIVE] == 1:
        row[CONTEST] = max(row[CONTEST], rung)
    elif sit.flash[f, CONTROL] <= 0.0:
        return
    else:
        c = -1
        for state in range(terms.roles.shape[1]):
            if terms.roles[f, state] == 2 and c < 0:
                c = state
            elif terms.roles[f, state] == 1:
                row[HOLDER] = state
        open_crisis(sit, f, c, row[HOLDER], rung)
        row[SWAPPED] = 0
        row[CONTEST] = rung
        row[STANCE_C] = 0
        row[TOP_C], row[TOP_D] = -1, -1
        row[MOTIVE_INDEX] = MEDIAN_MOTIVE
        sit.flash[f, MOTIVE] = 1.0
        sit.flash[f, ERROR] = 0.0
        record.write(
            sit,
            log,
            record.CRISIS_BEGINS,
            f,
            c,
            row[HOLDER],
            rung,
            rung,
            2,
            sit.flash[f, CONTROL],
            0.0,
        )
    row[HIGHEST_REACHED] = max(row[HIGHEST_REACHED], rung)
    row[TURN_RUNG] = max(row[TURN_RUNG], rung)


@rule
def open_crisis(sit, f, c, d, move):  # type: ignore[no-untyped-def]
    """Make a crisis live: its parties, nobody else in it, nothing recognised."""
    row = sit.crisis[f]
    row[LIVE], row[CHALLENGER], row[HOLDER] = 1, c, d
    row[CRISIS_MOVE], row[STARTED] = move, sit.cursor[TURN]
    row[HIGHEST_REACHED] = -1
    fill(sit.who[f], 0)
    sit.who[f, c, SIDE] = CHALLENGER_SIDE
    sit.who[f, d, SIDE] = HOLDER_SIDE
    fill(sit.recognised[f], 0)
    sit.flash[f, CONTROL_BEFORE] = sit.flash[f, CONTROL]


@rule
def exercise(terms, sit, k):  # type: ignore[no-untyped-def]
    """Let a treaty's members exercise: readier for a while, better integrated, more believed.

    The news reaches every treaty in which one member guarantees another.
    """
    n = terms.members.shape[1]
    until = sit.cursor[TURN] + int(terms.rules[EXERCISE_TURNS])
    for state in range(n):
        if terms.members[k, state] != 0:
            sit.states[state, EXERCISED_UNTIL] = until
    missing = 1.0 - sit.treaties[k, INTEGRATION]
    sit.treaties[k, INTEGRATION] += missing * terms.rules[EXERCISE_INTEGRATION]
    for other in range(terms.members.shape[0]):
        for guarantor in range(n):
            if not (terms.members[other, guarantor] & GUARANTOR and terms.members[k, guarantor]):
                continue
            for protege in range(n):
                if (
                    protege != guarantor
                    and terms.members[other, protege] & PROTEGE
                    and terms.members[k, protege] != 0
                ):
                    sit.trust[other, guarantor, 0] += terms.rules[EXERCISE_NEWS]
                    break


@rule
def happen(terms, sit, log, event):  # type: ignore[no-untyped-def]
    """Let an event happen: all its effects, in their order."""
    record.write(sit, log, record.EVENT, -1, -1, -1, event, 0, 0, 0.0, 0.0)
    sit.happened[event] = 1
    for i in range(int(terms.events[event, EV_FIRST]), int(terms.events[event, EV_LAST])):
        row = terms.effects[i]
        kind = int(row[EF_KIND])
        if kind == REDRAW:
            draw_type(terms, sit, int(row[EF_ROW]), terms.address[int(row[EF_ROW])])
        elif kind == ACCIDENT:
            clash(terms, sit, log, int(row[EF_ROW]), int(row[EF_VALUE]))
        elif kind == EXERCISE:
            exercise(terms, sit, int(row[EF_ROW]))
        elif int(row[EF_TABLE]) == T_TIES:
            script_tie(terms, sit, log, int(row[EF_ROW]), int(row[EF_VALUE]))
        else:
            change(
                sit, kind, int(row[EF_TABLE]), int(row[EF_ROW]), int(row[EF_COLUMN]),
                row[EF_VALUE], row[EF_MOST],
            )  # fmt: skip


@rule
def events(terms, sit, log):  # type: ignore[no-untyped-def]
    """Let this turn's events happen, in the order of the file."""
    n_states = sit.states.shape[0]
    offset = n_states + sit.crisis.shape[0] + sit.treaties.shape[0]
    for event in range(terms.events.shape[0]):
        row = terms.events[event]
        if sit.happened[event] == 1 and row[EV_REPEATS] == 0.0:
            continue
        if row[EV_TURN] >= 0.0 and int(row[EV_TURN]) != sit.cursor[TURN]:
            continue
        after = int(row[EV_AFTER])
        if after >= 0 and sit.happened[after] == 0:
            continue
        who = terms.address[offset + event]
        u = draw(sit.key, sit.cursor[RUN], sit.cursor[TURN], who, 0, EVENT_DRAW, 0)
        if u < row[EV_PROBABILITY]:
            happen(terms, sit, log, event)
