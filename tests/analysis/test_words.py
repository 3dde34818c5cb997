"""Numbers and names as readers see them; the examples in docstrings hold."""

from __future__ import annotations

import doctest

import pytest

from sim.analysis import intervals, words
from sim.analysis.intervals import Estimate
from sim.analysis.words import count, decimal_interval, listing, month_of, percent_interval, span


@pytest.mark.parametrize("module", [words, intervals])
def test_examples(module):
    done = doctest.testmod(module)
    assert done.attempted > 0
    assert done.failed == 0


def test_lists_and_counts():
    assert [listing(["a", "b", "c"][:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert listing(list("abcdefgh"), 3) == "a, b and 6 more"
    assert [count(n, "crisis", "crises") for n in (0, 1, 1200)] == [
        "0 crises",
        "1 crisis",
        "1,200 crises",
    ]


def test_intervals_in_words():
    nan = float("nan")
    assert percent_interval(Estimate(0.04, 0.03, 0.125, 0, 0, 0)) == "3.0 to 12 %"
    assert decimal_interval(Estimate(1, 0.5, 12.25, 0, 0, 0)) == "0.500 to 12.2"
    assert percent_interval(Estimate(0.04, nan, nan, 0, 0, 0)) == "-"


def test_months(scenario):
    assert month_of(scenario, 0) == "April 2024"
    assert month_of(scenario, 9) == "January 2025"
    assert span(scenario, 48) == "48 months from April 2024"
    assert month_of(scenario.set(turn_length="week"), 13) == "July 2024"
    assert month_of(scenario.set(turn_length="year"), 2) == "April 2026"
