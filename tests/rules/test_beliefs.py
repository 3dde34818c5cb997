"""Learning resolve by Bayes, reliability by a Beta belief, and forgetting."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules import tables as t
from sim.rules.beliefs import learn_trust, learn_type, on_grid, snap, trust_on_grid
from tests.rules.bench import BASE, Stage, scenario

CHANCE = st.floats(0.0, 1.0)
INNER = st.floats(0.01, 0.99)


@pytest.fixture(scope="module")
def stage() -> Stage:
    pact = BASE["treaties"]["pact"]
    made = scenario(
        treaties={
            "pact": pact,
            "twin": pact | {"name": "Twin"},
            "own": pact | {"name": "Own", "guarantors": ["chal"]},
        }
    )
    return Stage(made)


def learn(
    stage: Stage, prior: float, likelihood: tuple[float, float], attribution: float
) -> list[float]:
    chal = stage.state("chal")
    stage.sit.belief[chal] = prior, 1.0 - prior
    learn_type(stage.t, stage.s, chal, np.array(likelihood), attribution)
    return stage.sit.belief[chal].tolist()


def test_bayes_by_hand(stage: Stage) -> None:
    # .35 x .8 = .28 against .65 x .2 = .13: .28 / .41
    assert learn(stage, 0.35, (0.8, 0.2), 1.0) == pytest.approx([28 / 41, 13 / 41])
    # a quarter attributed: .25 x 28/41 + .75 x .35
    assert learn(stage, 0.35, (0.8, 0.2), 0.25)[0] == pytest.approx(7 / 41 + 0.2625)


@given(prior=CHANCE, a=CHANCE, b=CHANCE, attribution=CHANCE)
def test_posteriors_sum_to_one(
    stage: Stage, prior: float, a: float, b: float, attribution: float
) -> None:
    after = learn(stage, prior, (a, b), attribution)
    assert sum(after) == pytest.approx(1.0)
    assert min(after) >= 0.0


@given(prior=CHANCE, a=st.floats(1e-6, 1.0))
def test_what_all_types_do_alike_teaches_nothing(stage: Stage, prior: float, a: float) -> None:
    assert learn(stage, prior, (a, a), 1.0)[0] == pytest.approx(prior, abs=1e-12)


@given(prior=CHANCE, a=CHANCE, b=CHANCE)
def test_an_act_nobody_owns_up_to_teaches_nothing(
    stage: Stage, prior: float, a: float, b: float
) -> None:
    assert learn(stage, prior, (a, b), 0.0)[0] == pytest.approx(prior, abs=1e-15)


@given(prior=INNER, a=INNER)
def test_beliefs_are_right_on_average(stage: Stage, prior: float, a: float) -> None:
    # two types act with chances a and 1 - a; what is believed afterwards averages to the prior
    acts = learn(stage, prior, (a, 1.0 - a), 1.0)[0]
    rests = learn(stage, prior, (1.0 - a, a), 1.0)[0]
    chance = prior * a + (1.0 - prior) * (1.0 - a)
    assert chance * acts + (1.0 - chance) * rests == pytest.approx(prior)


def test_an_act_no_type_would_choose_leaves_the_belief(stage: Stage) -> None:
    assert learn(stage, 0.35, (0.0, 0.0), 1.0) == pytest.approx([0.35, 0.65])


def trust(stage: Stage, a: float, b: float, j1: float, j0: float, omega: float = 0.0) -> np.ndarray:
    stage.sit.trust[...] = a, b
    stage.terms.rules[t.OMEGA] = omega
    learn_trust(stage.t, stage.s, 0, stage.state("guard"), j1, j0)
    return stage.sit.trust[:, stage.state("guard")].copy()


@given(a=st.floats(0.1, 50), b=st.floats(0.1, 50))
def test_where_only_the_committed_come_the_rule_is_plain_counting(
    stage: Stage, a: float, b: float
) -> None:
    assert trust(stage, a, b, 1.0, 0.0)[0] == pytest.approx([a + 1.0, b])  # it came
    assert trust(stage, a, b, 0.0, 1.0)[0] == pytest.approx([a, b + 1.0])  # it did not


def test_trust_by_hand(stage: Stage) -> None:
    # q = 2.8/4 = .7; came, as .9 of the committed and .3 of the opportunists do:
    # A gains .63 / (.63 + .09) = 7/8, B the rest
    assert trust(stage, 2.8, 1.2, 0.9, 0.3)[0] == pytest.approx([3.675, 1.325])


@given(a=st.floats(0.1, 50), b=st.floats(0.1, 50), j=INNER)
def test_honouring_that_both_do_alike_leaves_the_mean(
    stage: Stage, a: float, b: float, j: float
) -> None:
    after = trust(stage, a, b, j, j)[0]
    assert after.sum() == pytest.approx(a + b + 1.0)
    assert after[0] / after.sum() == pytest.approx(a / (a + b))


def test_reputation_travels_as_far_as_omega(stage: Stage) -> None:
    pact, twin, own = (stage.treaty(k) for k in ("pact", "twin", "own"))
    still = trust(stage, 2.0, 2.0, 1.0, 0.0, omega=0.0)
    assert still[pact] == pytest.approx([3.0, 2.0])
    assert still[twin] == pytest.approx([2.0, 2.0])
    some = trust(stage, 2.0, 2.0, 1.0, 0.0, omega=0.25)
    assert some[twin] == pytest.approx([2.25, 2.0])
    # it guarantees nothing under the third, and other guarantors learn nothing by it
    assert some[own] == pytest.approx([2.0, 2.0])
    assert stage.sit.trust[own, stage.state("chal")] == pytest.approx([2.0, 2.0])


@given(z=st.floats(-20, 20), step=st.sampled_from([0.1, 0.25, 1.0]))
def test_the_grid_is_nearest_and_symmetric(z: float, step: float) -> None:
    s = snap(z, step)
    assert abs(s - max(-12.0, min(12.0, z))) <= step / 2 + 1e-9
    assert s / step == pytest.approx(round(s / step))
    assert snap(s, step) == pytest.approx(s)
    assert snap(z, 0.0) == max(-12.0, min(12.0, z))


@given(prior=st.one_of(st.just(0.0), st.floats(1e-9, 1.0)))
def test_beliefs_on_the_grid_sum_to_one(stage: Stage, prior: float) -> None:
    chal = stage.state("chal")
    stage.terms.rules[t.BELIEF_STEP] = 0.25
    stage.sit.belief[chal] = prior, 1.0 - prior
    on = [on_grid(stage.t, stage.s, chal, i) for i in range(2)]
    assert sum(on) == pytest.approx(1.0)
    # half a step of .25 in log-odds moves a share by .125 x p (1 - p) at most: .032
    assert abs(on[0] - prior) < 0.033


def test_trust_on_the_grid_by_hand(stage: Stage) -> None:
    guard = stage.state("guard")
    stage.terms.rules[t.BELIEF_STEP] = 0.25
    prior = stage.terms.reliability[0]
    # the prior lies on the grid
    stage.sit.trust[0, guard] = prior
    assert trust_on_grid(stage.t, stage.s, 0, guard) == pytest.approx(prior[0] / prior.sum())
    # odds 1.4 times the prior's: ln 1.4 = .34, nearest quarter .25
    stage.sit.trust[0, guard] = 1.4 * prior[0], prior[1]
    odds = prior[0] / prior[1] * math.exp(0.25)
    assert trust_on_grid(stage.t, stage.s, 0, guard) == pytest.approx(odds / (1 + odds))
    stage.sit.trust[0, guard] = 4.0, 0.0
    assert trust_on_grid(stage.t, stage.s, 0, guard) == 1.0
    stage.sit.trust[0, guard] = 0.0, 4.0
    assert trust_on_grid(stage.t, stage.s, 0, guard) == 0.0
