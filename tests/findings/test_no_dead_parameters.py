"""Every parameter of the scenario language changes an outcome in a packaged scenario."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

import pytest

from sim.experiments.arms import Arm, outcome, until_clear
from sim.files.check import load_scenario
from sim.world.figures import Figure
from sim.world.paths import find
from sim.world.plain import holds, plain
from sim.world.problems import Path, Problem
from sim.world.scenario import Scenario
from sim.world.shape import fields, is_part, items_of, kinds_at, options
from tests.findings.parameters import AS_IT_IS, BUSY, LABELS, NAMES, NOT_YET_CHOICES, ROWS, Row

ERRORS = 3.0
"""Standard errors beyond which a difference counts."""


def parts_in(kinds: list[Any]) -> list[Any]:
    """Return the models among types, below lists and mappings too; a figure counts as a number."""
    return [kind for kind in (*kinds, *items_of(kinds)) if is_part(kind) and kind is not Figure]


def walk(part: Any) -> Iterator[tuple[str, list[Any]]]:
    """Yield every field of the language as Part.field, with the types it can hold."""
    for key, annotation in fields(part).items():
        kinds = options(annotation)
        yield f"{part.__name__}.{key}", kinds
        for inner in parts_in(kinds):
            yield from walk(inner)


LANGUAGE = dict(walk(Scenario))
CONTAINERS = {field for field, kinds in LANGUAGE.items() if parts_in(kinds)}
"""Fields that do nothing but hold others."""
UNMEASURED = LABELS | NAMES | NOT_YET_CHOICES


def choice_in(kinds: list[Any]) -> frozenset[Any]:
    """Return the words that can stand in a field, if it is a choice."""
    found = (kind for kind in (*kinds, *items_of(kinds)) if get_origin(kind) is Literal)
    return frozenset(word for kind in found for word in get_args(kind))


def given(row: Row) -> Scenario:
    return load_scenario(row.scenario).set({**BUSY.get(row.scenario, {}), **row.given})


def place(row: Row) -> Path:
    found = find(plain(given(row)), row.path)
    assert not isinstance(found, Problem), found
    return found


def field_of(row: Row) -> str:
    """Return the field that a row addresses as Part.field; keys below it are the scenario's own."""
    path = place(row)
    inmost = ""
    for number, token in enumerate(path):
        for kind in kinds_at(path[:number]):
            if is_part(kind) and token in fields(kind):
                inmost = f"{kind.__name__}.{token}"
    return inmost


def words_tried(row: Row) -> frozenset[Any]:
    """Return the words in which the arms of a row differ."""
    before: Any = row.start
    if before is AS_IT_IS:
        before = plain(given(row))
        for token in place(row):
            before = before[token] if holds(before, token) else None
    arms = [frozenset(v if isinstance(v, list) else [v]) for v in (before, row.to)]
    return arms[0] ^ arms[1]


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


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.path}={row.to}"[:70])
def test_a_parameter_moves_what_it_is_declared_to_move(row: Row, arms: dict[str, Arm]) -> None:
    scenario = given(row)
    start = scenario if row.start is AS_IT_IS else scenario.set({row.path: row.start})
    key = start.model_dump_json()
    if key not in arms:
        arms[key] = Arm(start)
    first = arms[key]
    second = Arm(scenario.set({row.path: row.to, **row.also}))
    found = until_clear(first, second, outcome(row.outcome), row.runs, errors=ERRORS)
    assert abs(found.mean) > ERRORS * found.error, f"{row.outcome}: no effect, {found}"
    if row.rises is not None:
        assert (found.mean > 0) == row.rises, f"{row.outcome} moves the wrong way: {found}"
