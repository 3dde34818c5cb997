"""The language of comparisons: what holds, what is refused, and that nothing is ever run."""

from __future__ import annotations

import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiments.conditions import DEEPEST, LONGEST, read_condition

NAMES = ("a.b", "rules.lambda", "t.trigger", "on")
RUNGS = ("grey_zone", "show_of_force", "limited_strike")
VALUES = {"a.b": 0.5, "rules.lambda": 25, "t.trigger": "show_of_force", "on": True}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("a.b > 0.4", True),
        ("a.b > 0.5", False),
        ("0.4 < a.b", True),
        ("rules.lambda >= 25 and a.b != 0.5", False),
        ("rules.lambda >= 30 or a.b == 0.5", True),
        ("not a.b == 0.5", False),
        ("not not a.b == 0.5", True),
        # `and` binds before `or`, as everywhere
        ("a.b == 0.5 or a.b == 1 and a.b == 2", True),
        ("(a.b == 0.5 or a.b == 1) and a.b == 2", False),
        ("t.trigger == show_of_force", True),
        ("t.trigger == 'show_of_force'", True),
        # rungs have the order of the ladder, not of the alphabet
        ("t.trigger > grey_zone", True),
        ("t.trigger < limited_strike", True),
        ("on == true", True),
        ("on == 1", False),
        ("on != 1", True),
    ],
)
def test_conditions_hold_as_they_read(text, holds):
    assert read_condition(text, NAMES, RUNGS).holds(VALUES) is holds


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("a.b", "where one of"),
        ("a.b >", "the end where a name or a value"),
        ("a.b > 1 a.b < 2", "join with 'and' or 'or'"),
        ("0 < a.b < 1", "two sides"),
        ("(a.b > 1", "not closed"),
        ("a.c > 1", "did you mean a.b?"),
        ("states.x.y > 1", "is not varied"),
        ("1 < 2", "names nothing"),
        ("__import__('os').system('true')", "where one of"),
        ("a.b > 1; a.b", "join with"),
        ("(" * (DEEPEST + 1) + "a.b > 1", "nested deeper"),
        ("a.b > 1 " * LONGEST, "longer than"),
    ],
)
def test_what_is_no_condition_is_refused(text, said):
    with pytest.raises(ValueError, match=said.replace("(", r"\(").replace("?", r"\?")):
        read_condition(text, NAMES, RUNGS)


@pytest.mark.parametrize(
    ("text", "said"),
    [("t.trigger > other", "no order"), ("t.trigger > 3", "cannot be compared")],
)
def test_what_has_no_order_is_not_ordered(text, said):
    condition = read_condition(text, NAMES, RUNGS)
    with pytest.raises(ValueError, match=said):
        condition.holds(VALUES)


SIGNS = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


@given(
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: float(f"{x:.6g}")),
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: float(f"{x:.6g}")),
    st.sampled_from(sorted(SIGNS)),
)
def test_numbers_compare_as_in_python(one, two, sign):
    found = read_condition(f"a.b {sign} {two:.10f}", NAMES).holds({"a.b": one})
    assert found is SIGNS[sign](one, float(f"{two:.10f}"))


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        condition = read_condition(text, NAMES, RUNGS)
        condition.holds(VALUES)
    except ValueError:
        pass
