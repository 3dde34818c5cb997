"""Which headlines hold across the band of precision: verdicts on ensembles of which they are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.band import Verdict, across, strength, told
from sim.analysis.figures import draw
from sim.analysis.figures.style import svg
from sim.analysis.frames import load_results
from sim.analysis.headline import headline
from sim.analysis.intervals import Estimate, share
from sim.engines.band import FACTOR
from tests.analysis.synthetic import write_folder

N = 100


@pytest.fixture(scope="module")
def made(tmp_path_factory, scenario):
    """Return a function that makes results whose columns are given at half, once and twice."""
    folder = write_folder(tmp_path_factory.mktemp("band") / "r", scenario, runs=N)
    whole = load_results(folder)
    base = whole.outcomes()

    def make(**columns):
        frames = []
        for at in range(3):
            frame = base.copy()
            for name, values in columns.items():
                frame[name] = np.resize(values[at], N)
            frames.append(frame)
        half, own, twice = frames
        band = pd.concat([half.assign(**{FACTOR: 0.5}), twice.assign(**{FACTOR: 2.0})])
        return replace(whole, runs=own, band=band)

    return make


def wars(*shares):
    return [[index < round(part * N) for index in range(N)] for part in shares]


@pytest.mark.parametrize(
    ("shares", "verdict", "said"),
    [
        ((0.0, 0.0, 0.0), Verdict.HOLDS, "in under one run in ten"),
        ((0.97, 0.98, 0.99), Verdict.HOLDS, "in over nine runs in ten"),
        ((0.25, 0.28, 0.30), Verdict.HOLDS, "in less than half of runs"),
        ((0.35, 0.10, 0.02), Verdict.DIRECTION, "in less than half of runs"),
        ((0.65, 0.97, 1.00), Verdict.DIRECTION, "in more than half of runs"),
        ((0.80, 0.30, 0.10), Verdict.FAILS, "neither direction nor size"),
        ((0.50, 0.51, 0.49), Verdict.HOLDS, "about the same at every precision"),
        ((0.55, 0.40, 0.36), Verdict.OPEN, "too few cases to tell"),
    ],
)
def test_verdicts_on_shares(made, shares, verdict, said):
    band = across(made(war=wars(*shares)))
    values = [row.estimate.value for row in band["war"].rows.values()]
    assert values == pytest.approx(shares)
    assert (band["war"].verdict, band["war"].said) == (verdict, said)


def test_numbers_and_orders(made):
    results = made(
        crises=[[8, 9], [7, 8], [6, 7]],
        invoked=[[4, 5], [0, 1], [0, 0]],
        highest_rung=[[5, 5], [4, 4], [4, 4]],
        risk_index_mean=[[0.3, 0.31], [0.1, 0.11], [0.05, 0.06]],
        immediate_deterrence_held=[[4, 5], [4, 5], [1, 2]],
        acquiescences=[[1, 2], [1, 2], [4, 5]],
        settlements=[[0], [0], [0]], limited_conflicts=[[0], [0], [0]], wars=[[0], [0], [0]],
        nuclear_uses=[[0], [0], [0]], ongoing=[[0], [0], [0]],
    )  # fmt: skip
    band = across(results)
    assert (band["crises"].verdict, band["crises"].said) == (Verdict.HOLDS, "more than once a run")
    assert band["invoked"].verdict is Verdict.FAILS
    assert band["highest_rung"].verdict is Verdict.DIRECTION
    assert band["risk_index_mean"].verdict is Verdict.FAILS
    assert band["order_ending"].verdict is Verdict.FAILS
    assert "Deterrence held" in band["order_ending"].said
    assert band.factors == (0.5, 1.0, 2.0)
    assert band.runs == N
    for row in headline(results).rows:
        assert band[row.measure.key].rows[1.0].estimate == row.estimate
    sentences = " ".join(told(band))
    for line in band.lines:
        assert line.label in sentences


def test_without_a_band_nothing_is_judged(results, made):
    assert across(results) is None
    few = made()
    assert across(replace(few, band=few.band[few.band["run"] < 20])) is None
    chart = draw("band", results)
    assert "No runs at other precisions" in chart.title


def test_the_figure_shows_every_headline(made):
    chart = draw("band", made(war=wars(0.35, 0.1, 0.02)))
    texts = [text.get_text() for text in chart.figure.findobj(lambda a: hasattr(a, "get_text"))]
    band = across(made(war=wars(0.35, 0.1, 0.02)))
    for line in band.lines:
        assert line.label in texts
        assert line.label in chart.alt
    assert "in less than half of runs: 2.0 to 35 %" in texts
    assert chart.title.startswith("Across the band ")
    assert svg(chart) == svg(draw("band", made(war=wars(0.35, 0.1, 0.02))))


@given(st.integers(0, 200), st.integers(1, 200))
def test_a_statement_is_never_stronger_than_its_interval(events, trials):
    estimate = share(min(events, trials), trials)
    found = strength(estimate, "share")
    if found < 0:
        assert estimate.high < 0.5
    if found == -2:
        assert estimate.high <= 0.1
    if found > 0:
        assert estimate.low > 0.5
    if found == 0:
        assert estimate.low <= 0.5 <= estimate.high
    mirrored = Estimate(1 - estimate.value, 1 - estimate.high, 1 - estimate.low, 0, 0, 0)
    other = strength(mirrored, "share")
    assert abs(other + found) <= 1
    assert other * found <= 0
