"""From the event log of a run to its row, its crises and what it adds to the counts.

Nothing is measured that is not in the log. Sums of numbers over runs are kept in units of 2**-32,
so that they come out the same in whatever order runs are added.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.compiled import rule
from sim.outcomes.columns import (
    C_ANSWER,
    C_ASIDE,
    C_CHALLENGER,
    C_ENDING,
    C_FLASH,
    C_HOLDER,
    C_KIND,
    C_LEFT,
    C_MOVE,
    C_RECOGNISED,
    C_RECOGNISED_2,
    C_RUNG,
    C_START,
    C_TOP,
    C_TURNS,
    C_WITH_CHALLENGER,
    C_WITH_HOLDER,
    CF_AFTER,
    CF_BEFORE,
    CF_MOTIVE,
    ENDINGS,
    FLASHPOINT_COLUMNS,
    N_CRISIS_FLOAT,
    N_CRISIS_INT,
    RUN_COLUMNS,
    STATE_COLUMNS,
    TREATY_COUNTS,
)  # fmt: skip
from sim.rules import log as kinds
from sim.rules.tables import Floats, Ints, fill

UNIT = 4294967296.0
"""Sums are kept in units of 1 / UNIT."""

(WAR_C, NUCLEAR_C, TOP_C, CHALLENGES_C, CRISES_C, TESTED_C, HELD_C, ENDED_C) = range(8)
LOST_C = ENDED_C + len(ENDINGS)
TREATY_C = LOST_C + 1
(JOINED_C, LEFT_C, TRAPPED_C, FIRST_C, RISK_C, PEAK_C, DEEPENED_C, LOOSENED_C,
 N_RUN) = range(TREATY_C + 4, TREATY_C + 13)  # fmt: skip
assert len(RUN_COLUMNS) == N_RUN
N_PER_FLASH, N_PER_STATE = len(FLASHPOINT_COLUMNS), len(STATE_COLUMNS)
INVOKED_BIT, RECOGNISED_BIT, HONOURED_BIT, RENEGED_BIT, IN_BIT, TRAPPED_BIT = 1, 2, 4, 8, 16, 32
ENTRAPPED = 4
"""Its place in the counts of a treaty."""


class Counts(NamedTuple):
    """What runs add up to; every table can be added to another's."""

    rung: Ints  # (flashpoint + 1, turn, rung + 1): runs by rung reached; last row anywhere
    control: Ints  # (flashpoint, turn): sum of control, in 1 / UNIT
    risk: Ints  # (turn,): sum of the risk index, in 1 / UNIT
    first_crisis: Ints  # (turn + 1,): runs by turn of the first crisis; last none
    ending: Ints  # (flashpoint, ending)
    treaty: Ints  # (treaty, 5)
    first_rung: Ints  # (flashpoint, rung)
    tie: Ints  # (tie, turn, depth): runs by depth at the end of the turn


def empty_counts(
    flashpoints: int, treaties: int, turns: int, rungs: int, ties: tuple[int, int]
) -> Counts:
    """Return counts of no runs; `ties` is how many there are, and the most steps of one."""
    shapes = (
        (flashpoints + 1, turns, rungs + 1), (flashpoints, turns), (turns,), (turns + 1,),
        (flashpoints, len(ENDINGS)), (treaties, len(TREATY_COUNTS)), (flashpoints, rungs),
        (ties[0], turns, ties[1] + 1),
    )  # fmt: skip
    return Counts(*(np.zeros(shape, dtype=np.int64) for shape in shapes))


def add(total: Counts, more: Counts) -> None:
    """Add counts of other runs to a total, in place."""
    for into, table in zip(total, more, strict=True):
        into += table


class Page(NamedTuple):
    """Room for what is read from one log."""

    run: Floats  # (N_RUN + flashpoints * N_PER_FLASH + states * N_PER_STATE,)
    crises: Ints  # (crisis, N_CRISIS_INT)
    numbers: Floats  # (crisis, N_CRISIS_FLOAT)
    open: Ints  # (flashpoint, 3): crisis at hand, rung this turn, rung of the answer due
    flags: Ints  # (flashpoint, treaty): what happened in the crisis at hand
    control: Floats  # (flashpoint,): control now
    trapped: Ints  # (flashpoint,): states that came to the crisis at hand for their treaty only
    depth: Ints  # (tie,): depth now


def page_for(flashpoints: int, treaties: int, states: int, most_crises: int, ties: int) -> Page:
    """Allocate the room to read logs of a scenario."""
    whole = np.int64
    return Page(
        np.zeros(N_RUN + flashpoints * N_PER_FLASH + states * N_PER_STATE),
        np.zeros((most_crises + 1, N_CRISIS_INT), whole),
        np.zeros((most_crises + 1, N_CRISIS_FLOAT)),
        np.zeros((flashpoints, 3), whole), np.zeros((flashpoints, treaties), whole),
        np.zeros(flashpoints), np.zeros(flashpoints, whole), np.zeros(ties, whole),
    )  # fmt: skip


@rule
def note_treaty(page, counts, f, k, bit, item):  # type: ignore[no-untyped-def]
    """Count something of a treaty once per crisis."""
    if page.flags[f, k] & bit == 0:
        page.flags[f, k] |= bit
        counts.treaty[k, item] += 1
        page.run[TREATY_C + item] += 1.0


@rule
def read_log(ints, floats, rows, start_control, start_depth, war_rung, page, counts):  # type: ignore[no-untyped-def]
    """Read the log of one run.

    Parameters
    ----------
    ints, floats : numpy.ndarray
        The log's tables.
    rows : int
        How many rows were written.
    start_control : numpy.ndarray
        Shape (flashpoint,): control at the start.
    start_depth : numpy.ndarray
        Shape (tie,): depth at the start.
    war_rung : int
        Lowest rung that counts as war.
    page : Page
        Is filled with the run's row and its crises.
    counts : Counts
        Is added to.

    Returns
    -------
    int
        Number of crises.
    """
    run = page.run
    n_f = start_control.shape[0]
    fill(run, 0.0)
    run[TOP_C], run[FIRST_C] = -1.0, -1.0
    for f in range(n_f):
        page.control[f] = start_control[f]
        page.open[f, 0], page.open[f, 1] = -1, -1
        run[N_RUN + f * N_PER_FLASH + 1] = start_control[f]
        run[N_RUN + f * N_PER_FLASH + 2] = -1.0
    for tie in range(start_depth.shape[0]):
        page.depth[tie] = start_depth[tie]
    states_at = N_RUN + n_f * N_PER_FLASH
    crises = 0
    turns = counts.risk.shape[0]
    for r in range(rows):
        row = ints[r]
        turn, kind, f = row[0], row[1], row[2]
        at = N_RUN + f * N_PER_FLASH
        if kind == kinds.OPPORTUNITY:
            page.numbers[crises, CF_MOTIVE] = floats[r, 0]
            if row[6] == 1:
                run[TESTED_C] += 1.0
                # held unless a move follows, which takes it back
                run[HELD_C] += 1.0
        elif kind == kinds.CRISIS_BEGINS:
            begin_crisis(row, floats[r], page, crises)
            if row[7] != 2:
                run[CHALLENGES_C] += 1.0
                run[at + 4] += 1.0
                counts.first_rung[f, row[6]] += 1
                if r > 0 and ints[r - 1, 1] == kinds.OPPORTUNITY and ints[r - 1, 6] == 1:
                    run[HELD_C] -= 1.0
            if run[FIRST_C] < 0.0:
                run[FIRST_C] = turn
            run[CRISES_C] += 1.0
            run[at + 3] += 1.0
            crises += 1
        elif kind == kinds.ANSWER:
            c = page.open[f, 0]
            if page.crises[c, C_ANSWER] == -2:
                page.crises[c, C_ANSWER] = row[5]
        elif kind == kinds.INVOKED:
            note_treaty(page, counts, f, row[5], INVOKED_BIT, 0)
        elif kind == kinds.RECOGNISED:
            k = row[5]
            note_treaty(page, counts, f, k, RECOGNISED_BIT, 1)
            if page.flags[f, k] & IN_BIT:
                note_treaty(page, counts, f, k, HONOURED_BIT, 2)
            c = page.open[f, 0]
            if k < 62:
                page.crises[c, C_RECOGNISED] |= 1 << k
            else:
                page.crises[c, C_RECOGNISED_2] |= 1 << (k - 62)
        elif kind == kinds.JOIN or kind == kinds.LEAVE:
            read_join(row, floats[r], kind, page, counts)
        elif kind == kinds.CRISIS_ENDS:
            end_crisis(row, floats[r], page, counts, war_rung)
        elif kind == kinds.RUNG:
            page.open[f, 1] = row[5]
            counts.rung[f, turn, row[5] + 1] += 1
            run[at + 2] = max(run[at + 2], row[5])
        elif kind == kinds.TURN_ENDS:
            end_turn(turn, row[5], floats[r, 0], page, counts, n_f)
        elif kind == kinds.TIE or kind == kinds.TIE_SET:
            page.depth[row[5]] = row[6]
            run[DEEPENED_C] += max(0, row[6] - row[7])
            run[LOOSENED_C] += max(0, row[7] - row[6])
        elif kind == kinds.STATE_ENDS:
            run[states_at + row[3] * N_PER_STATE] = floats[r, 0]
            run[states_at + row[3] * N_PER_STATE + 1] = floats[r, 1]
    run[RISK_C] /= turns
    for f in range(n_f):
        run[LOST_C] = max(run[LOST_C], start_control[f] - page.control[f])
        run[N_RUN + f * N_PER_FLASH + 1] = page.control[f]
    first = int(run[FIRST_C])
    counts.first_crisis[first if first >= 0 else turns] += 1
    return crises


@rule
def begin_crisis(row, numbers, page, c):  # type: ignore[no-untyped-def]
    """Open a crisis's row."""
    out = page.crises[c]
    fill(out, 0)
    f = row[2]
    out[C_FLASH], out[C_CHALLENGER], out[C_HOLDER], out[C_KIND] = f, row[3], row[4], row[7]
    out[C_START], out[C_MOVE], out[C_RUNG], out[C_ANSWER] = row[0], row[5], row[6], -2
    if row[7] == 2:
        page.numbers[c, CF_MOTIVE] = 1.0
    page.numbers[c, CF_BEFORE] = numbers[0]
    page.open[f, 0] = c
    fill(page.flags[f], 0)
    page.trapped[f] = 0


@rule
def read_join(row, numbers, kind, page, counts):  # type: ignore[no-untyped-def]
    """Note who came, who stood aside and who left, and duties kept or broken."""
    f, state, k, duty = row[2], row[3], row[6], row[7]
    c = page.open[f, 0]
    bit = 1 << state
    if kind == kinds.LEAVE:
        page.crises[c, C_LEFT] |= bit
        page.run[LEFT_C] += 1.0
    elif row[5] == 1:
        beside = C_WITH_HOLDER if row[4] == page.crises[c, C_HOLDER] else C_WITH_CHALLENGER
        page.crises[c, beside] |= bit
        page.run[JOINED_C] += 1.0
        if numbers[1] < 0.0 and duty == 3:
            page.trapped[f] += 1
            if k >= 0:
                page.flags[f, k] |= TRAPPED_BIT
        if k >= 0:
            page.flags[f, k] |= IN_BIT
            if duty == 3:
                note_treaty(page, counts, f, k, HONOURED_BIT, 2)
    else:
        page.crises[c, C_ASIDE] |= bit
    if k >= 0 and duty == 3 and (kind == kinds.LEAVE or row[5] == 0):
        note_treaty(page, counts, f, k, RENEGED_BIT, 3)


@rule
def end_crisis(row, numbers, page, counts, war_rung):  # type: ignore[no-untyped-def]
    """Close a crisis's row."""
    f, ending, top = row[2], row[5], row[6]
    c = page.open[f, 0]
    out = page.crises[c]
    out[C_ENDING], out[C_TOP], out[C_TURNS] = ending, top, row[7]
    page.numbers[c, CF_AFTER] = numbers[1]
    page.control[f] = numbers[1]
    counts.ending[f, ending] += 1
    run = page.run
    run[ENDED_C + ending] += 1.0
    if top >= war_rung:
        run[WAR_C] = 1.0
        run[N_RUN + f * N_PER_FLASH] = 1.0
        run[TRAPPED_C] += page.trapped[f]
        for k in range(page.flags.shape[1]):
            if page.flags[f, k] & TRAPPED_BIT:
                counts.treaty[k, ENTRAPPED] += 1
    if ending == kinds.NUCLEAR_USE:
        run[NUCLEAR_C] = 1.0
    run[TOP_C] = max(run[TOP_C], top)
    run[N_RUN + f * N_PER_FLASH + 2] = max(run[N_RUN + f * N_PER_FLASH + 2], top)


@rule
def end_turn(turn, highest, risk, page, counts, n_f):  # type: ignore[no-untyped-def]
    """Add a turn to the counts."""
    counts.rung[n_f, turn, highest + 1] += 1
    counts.risk[turn] += int(risk * UNIT + 0.5)
    page.run[RISK_C] += risk
    page.run[PEAK_C] = max(page.run[PEAK_C], risk)
    for f in range(n_f):
        if page.open[f, 1] < 0:
            counts.rung[f, turn, 0] += 1
        page.open[f, 1] = -1
        counts.control[f, turn] += int(page.control[f] * UNIT + 0.5)
    for tie in range(counts.tie.shape[0]):
        counts.tie[tie, turn, page.depth[tie]] += 1
