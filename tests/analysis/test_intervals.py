"""Intervals against values worked out by hand or printed in the literature."""

from __future__ import annotations

from math import isnan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.intervals import (
    Z,
    design_effect,
    dispersion,
    mean,
    median,
    rate,
    ratio,
    runs_needed,
    share,
    wilson,
)


def test_wilson_as_printed():
    # Newcombe (1998), table I, method 3: 81 of 263 and 15 of 148.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)


def test_rule_of_three_at_none_and_at_all():
    assert wilson(0, 300) == (0.0, 0.01)
    assert wilson(300, 300) == (0.99, 1.0)
    assert wilson(0, 2) == (0.0, 1.0)


@given(st.integers(1, 5000), st.data())
def test_wilson_holds_the_share_and_mirrors(trials, data):
    events = data.draw(st.integers(0, trials))
    low, high = wilson(events, trials)
    assert 0 <= low <= events / trials <= high <= 1
    assert wilson(trials - events, trials) == pytest.approx((1 - high, 1 - low))


def test_share():
    estimate = share(4, 100)
    assert estimate.value == 0.04
    assert estimate.error == pytest.approx(sqrt(0.04 * 0.96 / 100))
    assert not share(0, 0).known


def test_ratio_takes_its_variance_from_runs():
    events, trials = np.array([2.0, 0.0, 1.0, 1.0]), np.array([4.0, 2.0, 2.0, 2.0])
    estimate = ratio(events, trials)
    assert estimate.value == 0.4
    # residuals e - .4 t: .4, -.8, .2, .2; squares sum to .88; 4/3 x .88 / 10^2
    assert estimate.error == pytest.approx(sqrt(4 / 3 * 0.88 / 100))
    # .24 over that variance would be 20.5 trials, more than there were: ten count
    assert (estimate.low, estimate.high) == pytest.approx(wilson(4, 10))


def test_crises_that_all_end_alike_within_a_run_count_as_one():
    one_way = ratio(np.array([5.0, 0.0, 5.0, 0.0] * 10), np.full(40, 5.0))
    assert one_way.value == 0.5
    # 40 clusters, of which all crises end alike: 200 crises tell as much as 39 runs
    assert (one_way.low, one_way.high) == pytest.approx(wilson(19.5, 39))
    assert design_effect(np.array([5.0, 0.0] * 20), np.full(40, 5.0)) == pytest.approx(200 / 39)


def test_ratio_never_seen_is_bounded_in_its_own_denominator():
    never = ratio(np.zeros(50), np.full(50, 10.0))
    assert (never.value, never.low, never.high) == (0.0, 0.0, 3 / 500)
    always = ratio(np.full(50, 10.0), np.full(50, 10.0))
    assert (always.value, always.low, always.high) == (1.0, 1 - 3 / 500, 1.0)


def test_ratio_of_one_run_and_of_nothing():
    one = ratio(np.array([1.0]), np.array([3.0]))
    assert one.value == pytest.approx(1 / 3)
    assert not one.bounded
    assert not ratio(np.zeros(5), np.zeros(5)).known


def test_mean():
    estimate = mean(np.array([1.0, 2.0, 3.0, 4.0]))
    assert estimate.value == 2.5
    assert estimate.error == pytest.approx(sqrt(5 / 3) / 2)
    assert estimate.high == pytest.approx(2.5 + Z * sqrt(5 / 3) / 2)
    assert not mean(np.array([1.0])).bounded
    assert not mean(np.array([])).known


def test_mean_stays_within_what_is_possible():
    estimate = mean(np.array([0.0, 0.0, 0.0, 1.0]), largest=1.0)
    assert (estimate.low, estimate.high) == (0.0, pytest.approx(0.25 + Z * 0.25))
    assert mean(np.array([1.0, 1.0, 1.0, 0.9]), largest=1.0).high == 1.0
    assert mean(np.zeros(100), largest=1.0).high == 0.03
    assert mean(np.zeros(2), largest=1.0).high == 1.0
    assert mean(np.zeros(2)).high == rate(0, 2).high == 1.5


def test_rate_is_the_score_interval_of_a_count():
    # 10 events: 10 + z^2/2 -+ z sqrt(10 + z^2/4)
    estimate = rate(10, 5)
    assert estimate.value == 2.0
    assert estimate.low == pytest.approx(5.43 / 5, abs=0.002)
    assert estimate.high == pytest.approx(18.41 / 5, abs=0.002)
    assert rate(0, 100).high == rate(0, 100, dispersed=4).high == 0.03
    wide = rate(10, 5, dispersed=4)
    assert wide.value == 2.0
    assert wide.high - wide.low > 1.9 * (estimate.high - estimate.low)


def test_dispersion():
    assert dispersion(np.array([0.0, 4.0])) == 4.0
    assert dispersion(np.array([2.0, 2.0, 2.0])) == 1.0
    assert dispersion(np.zeros(3)) == 1.0


def test_median_of_an_ordered_scale():
    values = np.arange(100)
    estimate = median(values)
    # ranks 50 -+ 1.96 x 5, outward
    assert (estimate.value, estimate.low, estimate.high) == (49, 40, 60)
    assert median(np.array([3, -1, 7])).value == 3
    assert not median(np.array([3])).bounded


def test_runs_needed():
    # (1 - p) / (p x .25^2) for independent runs
    assert runs_needed(share(4, 100), 100) == 384
    assert runs_needed(share(0, 100), 100) is None
    assert runs_needed(mean(np.array([1.0])), 1) is None
    assert isnan(mean(np.array([1.0])).error)
