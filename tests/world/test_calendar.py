"""Months, and the turns they fall in."""

from __future__ import annotations

import pytest

from sim.world.calendar import month_number, turn_of


def test_months():
    assert month_number("2024-01") == 2024 * 12
    assert month_number("2024-12") - month_number("2024-01") == 11
    for text in ("2024-13", "2024-00", "2024-1", "2024", "24-01", "2024-01-01", "", "２０２４-01"):
        assert month_number(text) is None


@pytest.mark.parametrize(
    ("date", "length", "turn"),
    [
        ("2024-04", "month", 0),
        ("2024-05", "month", 1),
        ("2025-04", "month", 12),
        ("2024-03", "month", -1),
        ("2024-06", "quarter", 0),
        ("2024-07", "quarter", 1),
        ("2024-03", "quarter", -1),
        ("2025-03", "year", 0),
        ("2025-04", "year", 1),
        ("2024-05", "week", 4),
        ("2024-07", "week", 13),
        ("2025-04", "week", 52),
    ],
)
def test_the_turn_in_which_a_month_begins(date, length, turn):
    assert turn_of(date, "2024-04", length) == turn


def test_weeks_are_exact_at_every_quarter_of_a_long_run():
    for quarter in range(400):
        month = 12 * 2000 + 3 * quarter
        date = f"{month // 12:04d}-{month % 12 + 1:02d}"
        assert turn_of(date, "2000-01", "week") == 13 * quarter


def test_no_month():
    with pytest.raises(ValueError, match="no month"):
        turn_of("2024-13", "2024-01", "month")
