"""The logit rule and its arithmetic."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.choice import exponential, logistic, pick

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@given(FINITE)
def test_logistic_is_safe_for_any_number(x: float) -> None:
    p = logistic(x)
    assert 0.0 <= p <= 1.0
    assert math.isclose(p + logistic(-x), 1.0, abs_tol=1e-15)
    assert (p > 0.5) <= (x > 0.0)
    assert (p < 0.5) <= (x < 0.0)


@given(st.floats(-700, 700), st.floats(-700, 700))
def test_logistic_rises(x: float, y: float) -> None:
    low, high = min(x, y), max(x, y)
    assert logistic(low) <= logistic(high)


def test_logistic_by_hand() -> None:
    # 1 / (1 + e^-ln 3) = 1 / (1 + 1/3) = 3/4
    assert math.isclose(logistic(math.log(3.0)), 0.75, rel_tol=1e-15)
    assert logistic(0.0) == 0.5
    # far out the complement e^x survives, where 1 - 1/(1 + e^x) would be 0
    assert math.isclose(logistic(-50.0), math.exp(-50.0), rel_tol=1e-12)


@given(st.floats(-700, 700))
def test_the_exponential_is_right_to_the_last_bits(x: float) -> None:
    assert math.isclose(exponential(x), math.exp(x), rel_tol=4e-16)


@given(FINITE)
def test_the_exponential_is_cut_off(x: float) -> None:
    assert 0.0 < exponential(x) < math.inf
    assert exponential(0.0) == 1.0


def test_pick_by_hand() -> None:
    p = np.array([0.2, 0.0, 0.5, 0.3])
    # cumulative .2 .2 .7 1: an option without chance is never picked
    assert [pick(p, 4, u) for u in (0.0, 0.19, 0.2, 0.69, 0.71, 0.999)] == [0, 0, 2, 2, 3, 3]
    assert pick(p, 4, 1.0) == 3
    assert pick(np.array([1.0]), 1, 0.5) == 0


@given(
    st.lists(st.floats(0.0, 1.0), min_size=1, max_size=8).filter(lambda w: sum(w) > 0.1),
    st.floats(0.0, 1.0, exclude_max=True),
)
def test_pick_inverts_the_distribution(weights: list[float], u: float) -> None:
    p = np.array(weights) / sum(weights)
    k = pick(p, len(p), u)
    assert p[:k].sum() <= u + 1e-12
    assert k == len(p) - 1 or u < p[: k + 1].sum() + 1e-12
