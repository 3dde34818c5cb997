"""What is measured of a run and of a crisis: names, meaning and unit, each in one line."""

from __future__ import annotations

ENDINGS = (
    "deterrence_held", "acquiescence", "settlement", "limited_conflict", "war", "nuclear_use",
    "ongoing",
)  # fmt: skip
"""How a crisis can end, in the order of the log's codes."""

TREATY_ITEMS = ("invoked", "recognised", "honoured", "reneged")
TREATY_COUNTS = (*TREATY_ITEMS, "entrapped")
"""What is counted of each treaty, once a crisis; entrapped: who came for it only found a war."""

RUN_COLUMNS: dict[str, str] = {
    "war": "whether any crisis reached a rung that counts as war",
    "nuclear_use": "whether nuclear weapons were used",
    "highest_rung": "number of the highest rung reached anywhere; -1 if there was no crisis",
    "challenges": "moves from rest",
    "crises": "crises that began, by a move or by accident",
    "general_deterrence_tested": "opportunities at which the challenger would have moved unopposed",
    "general_deterrence_held": "of those, the ones at which it made no move",
    "immediate_deterrence_held": "crises that ended with the challenger backing or standing down",
    "acquiescences": "crises that ended with the holder yielding",
    "settlements": "crises that ended in a settlement",
    "limited_conflicts": "crises that force decided below war",
    "wars": "crises that reached war, without nuclear use",
    "nuclear_uses": "crises in which nuclear weapons were used",
    "ongoing": "crises still alive at the horizon",
    "control_lost": "largest share of control lost at any flashpoint",
    "invoked": "crises times treaties: an act was an armed attack under a defence clause",
    "recognised": "crises times treaties: the trigger was recognised as met",
    "honoured": "crises times treaties: a recognised duty was kept",
    "reneged": "crises times treaties: a recognised duty was broken",
    "joined": "times a state joined a crisis that was not its own",
    "left": "times a member left a coalition",
    "entrapments": "times a state joined, for its treaty only, a crisis that became war",
    "first_crisis_turn": "turn of the first crisis; -1 if there was none",
    "risk_index_mean": "geopolitical risk index, mean over turns, in [0, 1]",
    "risk_index_peak": "geopolitical risk index, highest turn, in [0, 1]",
    "ties_deepened": "steps by which ties deepened",
    "ties_loosened": "steps by which ties loosened",
}
WHOLE = frozenset(RUN_COLUMNS) - {
    "war", "nuclear_use", "control_lost", "risk_index_mean", "risk_index_peak",
}  # fmt: skip
SWITCHES = frozenset({"war", "nuclear_use"})

FLASHPOINT_COLUMNS: dict[str, str] = {
    "war": "whether a crisis there reached war",
    "control": "share the holder controls at the end",
    "highest_rung": "number of the highest rung reached there; -1 if there was no crisis",
    "crises": "crises there",
    "challenges": "moves from rest there",
}
STATE_COLUMNS: dict[str, str] = {
    "cost": "utility lost to costs, harm and audiences, as its true type feels it",
    "standing": "share of its standing that is left at the end",
}

_UNITS = {
    "control_lost": "share", "control": "share", "standing": "share", "cost": "utility",
    "highest_rung": "rung", "first_crisis_turn": "turn",
    "risk_index_mean": "index from 0 to 1", "risk_index_peak": "index from 0 to 1",
}  # fmt: skip


def unit_of(name: str) -> str:
    """Return the unit of a column of a run, of a flashpoint or of a state."""
    return "yes or no" if name in SWITCHES else _UNITS.get(name, "count")


(C_FLASH, C_CHALLENGER, C_HOLDER, C_KIND, C_START, C_TURNS, C_MOVE, C_RUNG, C_ANSWER, C_TOP,
 C_ENDING, C_WITH_HOLDER, C_WITH_CHALLENGER, C_ASIDE, C_LEFT, C_RECOGNISED, C_RECOGNISED_2,
 N_CRISIS_INT) = range(18)  # fmt: skip
CF_MOTIVE, CF_BEFORE, CF_AFTER, N_CRISIS_FLOAT = range(4)
