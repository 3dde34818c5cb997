"""YAML 1.2's core schema, value by value (yaml.org/spec/1.2.2, section 10.3.2)."""

from __future__ import annotations

import math

import pytest

from sim.files.scalars import scalar


@pytest.mark.parametrize(
    "word",
    ["no", "No", "NO", "off", "yes", "on", "y", "n", "2024-04", "2024-04-10", "1:30", "1_000",
     "0b11", "<<", "=", "tRUE", "nULL", "1e", "e5", ".", "+", "-", "0o8", "0xg", ".Nan", "1.2.3"],
)  # fmt: skip
def test_stays_text(word):
    assert scalar(word) == word


@pytest.mark.parametrize(
    ("word", "value"),
    [("", None), ("~", None), ("null", None), ("NULL", None), ("true", True), ("False", False),
     ("12", 12), ("+12", 12), ("-0", 0), ("007", 7), ("0o17", 15), ("0x1F", 31), ("1.", 1.0),
     (".5", 0.5), ("-.5", -0.5), ("1e3", 1000.0), ("1.5E-2", 0.015), (".inf", math.inf),
     ("-.INF", -math.inf), ("+.Inf", math.inf), ("1e999", math.inf)],
)  # fmt: skip
def test_stands_for(word, value):
    result = scalar(word)
    assert result == value
    assert type(result) is type(value)


def test_not_a_number():
    assert math.isnan(scalar(".nan"))


def test_number_of_forty_characters_and_no_more():
    assert scalar("9" * 40) == int("9" * 40)
    with pytest.raises(ValueError, match="41 characters"):
        scalar("9" * 41)
    assert scalar("9" * 41 + "x") == "9" * 41 + "x"
