"""Every parameter of the scenario language changes an outcome in a packaged scenario."""

from __future__ import annotations

from typing import Any

import pytest

from sim.evidence.parameters.language import parameters, parts_in, words_of
from sim.evidence.parameters.measure import (
    ERRORS,
    arms_of,
    field_of,
    words_tried,
)
from sim.evidence.parameters.rows import LABELS, NAMES, NOT_YET_CHOICES, ROWS, Row
from sim.experiments.arms import Arm, outcome, until_clear
from sim.world.shape import options

LANGUAGE = {p.field: options(p.info.annotation) for p in parameters()}
CONTAINERS = {field for field, kinds in LANGUAGE.items() if parts_in(kinds)}
"""Fields that do nothing but hold others."""
UNMEASURED = LABELS | NAMES | NOT_YET_CHOICES


def choice_in(kinds: list[Any]) -> frozenset[Any]:
    """Return the words that can stand in a field, if it is a choice."""
    return frozenset(words_of(kinds))


def test_every_field_has_a_row_or_a_reason_to_have_none() -> None:
    measured = {field_of(row) for row in ROWS}
    assert set(LANGUAGE) - CONTAINERS - UNMEASURED - measured == set(), "these have no row"
    assert UNMEASURED - set(LANGUAGE) == set(), "there are no such fields"
    assert UNMEASURED & measured == set(), "these are measured, so they are no labels"


def test_a_choice_of_one_is_no_choice_yet() -> None:
    alone = {field for field, kinds in LANGUAGE.items() if len(choice_in(kinds)) == 1}
    assert alone - NAMES == NOT_YET_CHOICES


def test_every_word_of_a_choice_is_tried() -> None:
    tried: dict[frozenset[Any], set[Any]] = {}
    for row in ROWS:
        if choice := choice_in(LANGUAGE[field_of(row)]):
            tried.setdefault(choice, set()).update(words_tried(row))
    wanted = {choice_in(kinds) for field, kinds in LANGUAGE.items() if field not in UNMEASURED}
    assert {choice: choice - tried.get(choice, set()) for choice in wanted if choice} == {
        choice: set() for choice in wanted if choice
    }


@pytest.fixture(scope="module")
def arms() -> dict[str, Arm]:
    """First arms, which many rows share, by their scenario as text."""
    return {}


def marked(row: Row) -> Any:
    """Return a row as a case; what takes long is in the long suite.

    That is what needs rules that others do not, scenarios with two flashpoints, and what shows only
    in many runs.
    """
    fields = {row.path, *row.given}
    apart = any(word in field for field in fields for word in ("signal", "foresight", "_cost"))
    apart = apart or row.scenario != "senkaku" or row.runs > 400
    return pytest.param(row, marks=pytest.mark.long if apart else ())


@pytest.mark.parametrize(
    "row", [marked(row) for row in ROWS], ids=lambda row: f"{row.path}={row.to}"[:70]
)
def test_a_parameter_moves_what_it_is_declared_to_move(row: Row, arms: dict[str, Arm]) -> None:
    first, second = arms_of(row, arms)
    found = until_clear(first, second, outcome(row.outcome), row.runs, errors=ERRORS)
    assert abs(found.mean) > ERRORS * found.error, f"{row.outcome}: no effect, {found}"
    if row.rises is not None:
        assert (found.mean > 0) == row.rises, f"{row.outcome} moves the wrong way: {found}"
