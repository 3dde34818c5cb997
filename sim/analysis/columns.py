"""Columns of the result tables: which must be there, and what they mean to readers."""

from __future__ import annotations

from sim.outcomes.columns import FLASHPOINT_COLUMNS, RUN_COLUMNS, STATE_COLUMNS

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

CRISIS_COLUMNS: tuple[str, ...] = (
    "run", "crisis", "flashpoint", "challenger", "holder", "recovery", "accident", "start_turn",
    "turns", "first_move", "first_rung", "first_answer", "recognised", "joined_holder",
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
    if column == "run":
        return "number of the run; with the seed it gives the same history again"
    if column in RUN_COLUMNS:
        return RUN_COLUMNS[column]
    for field, text in STATE_COLUMNS.items():
        if column.startswith(f"{field}_"):
            return f"{text} ({column.removeprefix(f'{field}_')})"

    for field in sorted(FLASHPOINT_COLUMNS, key=len, reverse=True):
        if column.endswith(f"_{field}"):
            return f"{FLASHPOINT_COLUMNS[field]} ({column.removesuffix(f'_{field}')})"
    raise KeyError(column)
