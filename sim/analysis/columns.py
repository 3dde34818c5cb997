"""What the columns of the tables mean, and which of them must be there."""

from __future__ import annotations

ENDINGS: dict[str, str] = {
    "deterrence_held": "deterrence held",
    "acquiescence": "acquiescence",
    "settlement": "settlement",
    "limited_conflict": "limited conflict",
    "war": "war",
    "nuclear_use": "nuclear use",
    "ongoing": "still going on",
}
"""Endings of a crisis in the order of the report, and their names for readers."""

ENDING_COLUMNS: dict[str, str] = {
    "deterrence_held": "immediate_deterrence_held",
    "acquiescence": "acquiescences",
    "settlement": "settlements",
    "limited_conflict": "limited_conflicts",
    "war": "wars",
    "nuclear_use": "nuclear_uses",
    "ongoing": "ongoing",
}
"""The column of the table of runs that counts each ending."""

TREATY_ITEMS: dict[str, str] = {
    "invoked": "an act in its scope at or above its trigger",
    "recognised": "the duty was publicly seen to arise",
    "honoured": "a guarantor came",
    "reneged": "a guarantor stood aside from a recognised duty",
}

RUN_COLUMNS: dict[str, str] = {
    "run": "number of the run; with the seed it gives the same history again",
    "war": "whether a rung of war was reached anywhere",
    "nuclear_use": "whether nuclear weapons were used anywhere",
    "highest_rung": "index of the highest rung reached anywhere; -1 none",
    "challenges": "moves made from rest",
    "crises": "crises that began",
    "general_deterrence_tested": "opportunities on which a move would have come had nobody "
    "stood in the way",
    "general_deterrence_held": "those of them that passed without a move",
    "immediate_deterrence_held": "crises in which the challenger backed down",
    "acquiescences": "crises in which the holder yielded",
    "settlements": "crises that were settled",
    "limited_conflicts": "crises that force decided below war",
    "wars": "crises that reached war",
    "nuclear_uses": "crises that reached nuclear use",
    "ongoing": "crises alive at the horizon",
    "control_lost": "largest share that a holder lost at any flashpoint",
    "invoked": "times a treaty was invoked: an act in its scope at or above its trigger",
    "recognised": "times a duty was recognised",
    "honoured": "times a duty was honoured",
    "reneged": "times a recognised duty was broken",
    "joined": "states that joined a side of a crisis",
    "left": "states that left a side they had joined",
    "entrapments": "wars a state was in beyond its own stake",
    "first_crisis_turn": "turn in which the first crisis began; -1 none",
    "risk_index_mean": "geopolitical risk index, mean over the turns",
    "risk_index_peak": "geopolitical risk index, highest turn",
}
"""Columns of the table of runs that every folder has."""

STATE_COLUMNS: dict[str, str] = {
    "cost_": "utility lost to acting, harm and losses",
    "standing_": "standing at the end",
}
"""Prefixes of the columns that each state adds."""

FLASHPOINT_COLUMNS: dict[str, str] = {
    "_war": "whether war was reached there",
    "_control": "share the first holder controls at the end",
    "_highest_rung": "index of the highest rung reached there; -1 none",
    "_crises": "crises there",
    "_challenges": "moves from rest there",
}
"""Suffixes of the columns that each flashpoint adds."""

CRISIS_COLUMNS: tuple[str, ...] = (
    "run", "crisis", "flashpoint", "challenger", "holder", "recovery", "accident", "start_turn",
    "turns", "motive", "first_move", "first_rung", "first_answer", "recognised", "joined_holder",
    "joined_challenger", "stood_aside", "left", "highest_rung", "ending", "control_before",
    "control_after",
)  # fmt: skip
COUNT_COLUMNS: tuple[str, ...] = ("kind", "name", "item", "turn", "rung", "count", "total")


def meaning(column: str) -> str:
    """Say what a column of the table of runs holds.

    Raises
    ------
    KeyError
        If there is no such column.
    """
    if column in RUN_COLUMNS:
        return RUN_COLUMNS[column]
    for prefix, text in STATE_COLUMNS.items():
        if column.startswith(prefix):
            return f"{text} ({column.removeprefix(prefix)})"
    # The longest first: `_highest_rung` before a suffix it may end with.
    for suffix in sorted(FLASHPOINT_COLUMNS, key=len, reverse=True):
        if column.endswith(suffix):
            return f"{FLASHPOINT_COLUMNS[suffix]} ({column.removesuffix(suffix)})"
    raise KeyError(column)
