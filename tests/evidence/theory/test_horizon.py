"""Preventive war and the chain store hold at points that no file lists."""

from __future__ import annotations

import pytest

from sim.evidence.theory import t10_preventive, t14_chain_store
from sim.evidence.theory.point import Point

CLOSE = 1e-6


@pytest.mark.parametrize(
    ("p1", "p2", "c_b", "delta"),
    [
        (0.2, 0.6, 0.3, 0.8), (0.55, 0.6, 0.4, 0.9), (0.4, 0.44, 1.5, 0.6), (0.7, 0.3, 0.2, 0.7),
        (0.3, 0.95, 0.8, 0.5), (0.1, 0.5, 0.0, 0.95),
    ],
)  # fmt: skip
def test_preventive_war(p1: float, p2: float, c_b: float, delta: float) -> None:
    point = Point({"p1": p1, "p2": p2, "c_B": c_b, "delta": delta}, "test")
    found = t10_preventive.obtain(point)
    left, right = delta * p2 - p1, c_b * (1.0 - delta) ** 2
    assert found.values["lhs"] == pytest.approx(left, abs=CLOSE)
    assert found.values["rhs"] == pytest.approx(right, abs=CLOSE)
    assert found.values["preventive_war"] is (left > right)
    # the table shows how far games have to be looked ahead to, then how precisely to choose
    games = [step.games for step in found.steps]
    assert games[0] < games[1] < games[2] < games[3] == games[-1]


@pytest.mark.parametrize(
    ("p", "b", "a", "n"),
    [(0.2, 0.6, 3.0, 1), (0.2, 0.6, 3.0, 2), (0.3, 0.4, 1.5, 2), (0.05, 0.4, 2.5, 3)],
)
def test_chain_store(p: float, b: float, a: float, n: int) -> None:
    found = t14_chain_store.obtain(Point({"p": p, "b": b, "a": a, "n": n}, "test")).values
    cutoff = b ** (n - 1)
    fights = 1.0 if p >= cutoff else (1.0 - cutoff) * p / ((1.0 - p) * cutoff)
    assert found["threshold"] == pytest.approx(b**n, abs=CLOSE)
    assert found["entry_prob"] == pytest.approx(0.0 if p > b**n else 1.0, abs=CLOSE)
    assert found["weak_fights_if_entered"] == pytest.approx(fights, abs=CLOSE)
    assert found["posterior_after_fight"] == pytest.approx(max(p, cutoff), abs=CLOSE)
