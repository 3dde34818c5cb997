"""PATH=VALUE as typed on the command line."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.files.check import load_scenario
from sim.files.paths import apply_settings, parse_setting, parse_value, split_settings
from sim.world.problems import InputError, ScenarioError


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.9", 0.9), (" 12 ", 12), ("no", "no"), ("true", True), ("null", None), ("", None),
     ("'12'", "12"), ('"a b"', "a b"), ("[a, no, 3]", ["a", "no", 3]), ("[]", []),
     ("{value: 0.1, source: 'x, y'}", {"value": 0.1, "source": "x, y"}),
     ("An island: a title # with signs", "An island: a title # with signs"),
     ("show_of_force", "show_of_force"), ("2024-04", "2024-04")],
)  # fmt: skip
def test_values(text, value):
    assert parse_value(text) == value
    assert type(parse_value(text)) is type(value)


@pytest.mark.parametrize("text", ["[a", "{a: 1", "'x", "[a] b", "{a: &x 1}", "9" * 41, "a\x1b"])
def test_values_that_cannot_be_read(text):
    with pytest.raises(ValueError, match=r"\S"):
        parse_value(text)
    with pytest.raises(InputError, match=r"--set: a\.b: the value cannot be read"):
        parse_setting(f"a.b={text}")


@given(st.text())
def test_any_text_is_a_value_or_refused(text):
    with contextlib.suppress(ValueError):
        parse_value(text)


def test_path_and_value():
    assert parse_setting("a.b=x=y") == ("a.b", "x=y")
    assert parse_setting(" a.b = 1") == ("a.b", 1)


@pytest.mark.parametrize("text", ["a.b", "=1", "", "  =1"])
def test_not_path_equals_value(text):
    with pytest.raises(InputError, match="is not PATH=VALUE"):
        parse_setting(text)


def test_an_empty_value_does_not_quietly_become_the_default(case):
    for text in ("treaties.pact.clarity=", "treaties.pact.clarity= "):
        with pytest.raises(InputError, match="there is no value after the equals sign") as error:
            apply_settings(load_scenario(case), [text])
        assert "null leaves a field to its default" in str(error.value)
    changed = apply_settings(load_scenario(case), ["treaties.pact.clarity=null"])
    assert changed.treaties["pact"].clarity.source is None


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (".nan", "nan is not a finite number"),
        ("nan", "'nan' is not a number\n    write a number from 0 to 1"),
        ("75%", "'75%' is not a number\n    write it as a share: 0.75"),
        ("{value: 2}", "2 is out of range"),
    ],
)
def test_a_wrong_number_is_named_under_the_path_that_was_set(case, value, said):
    with pytest.raises(ScenarioError) as error:
        apply_settings(load_scenario(case), [f"treaties.pact.clarity={value}"])
    assert str(error.value).startswith(f"--set: treaties.pact.clarity: {said}")


def test_settings_joined_by_commas():
    assert split_settings("a.b=1,c.d=2") == ["a.b=1", "c.d=2"]
    assert split_settings("a=[x, y],b={c: 1, d: 2}, e=3") == ["a=[x, y]", "b={c: 1, d: 2}", "e=3"]
    assert split_settings("a='x,b=1',c=2") == ["a='x,b=1'", "c=2"]
    assert split_settings("title=One, two, it's three") == ["title=One, two, it's three"]
    assert split_settings("a.b=1") == ["a.b=1"]


def test_applied_to_a_scenario(case):
    scenario = load_scenario(case)
    changed = apply_settings(
        scenario,
        ["treaties.pact.trigger=show_of_force", "treaties.pact.clarity=0.9", "turns=30",
         "treaties.pact.clarity=0.8"],
    )  # fmt: skip
    assert changed.treaties["pact"].trigger == "show_of_force"
    assert changed.treaties["pact"].clarity.value == 0.8
    assert changed.treaties["pact"].clarity.source == "--set"
    assert changed.turns == 30
    assert scenario.turns == 24
    assert apply_settings(scenario, []) is scenario


def test_problems_name_the_option_and_the_path(case):
    scenario = load_scenario(case)
    with pytest.raises(ScenarioError) as error:
        apply_settings(scenario, ["treaties.pakt.trigger=blockade"])
    assert str(error.value) == (
        "--set: treaties.pakt.trigger: there is no 'pakt' in treaties\n    did you mean 'pact'?"
    )
    with pytest.raises(ScenarioError, match=r"^--vary: treaties\.pact\.trigger: unknown rung"):
        apply_settings(scenario, ["treaties.pact.trigger=blokade"], option="--vary")
