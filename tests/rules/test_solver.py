"""The solver: it stays on the principal branch, whichever way it gets there."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.files.check import load_scenario
from sim.rules import tables as t
from sim.rules.solver import CONTINUATION, FAILED, FAST, mix_weights, products
from sim.rules.turn import ACT
from tests.rules.bench import TOLERANCE, Hand, Stage
from tests.rules.branch import Branch
from tests.rules.test_stage_game import random_game, unilateral, volunteers


def off_branch(hand: Hand) -> float:
    """Return how far a solved game's chances are from those on the branch."""
    found = hand.solution.prob_c.copy(), hand.solution.prob_d.copy()
    branch = Branch(hand)
    assert branch.follow(0.1) is not None
    gaps = [np.abs(a - b).max() for a, b in zip(found, (hand.solution.prob_c, hand.solution.prob_d), strict=True)]  # fmt: skip
    return float(max(gaps))


@pytest.mark.parametrize(("entrants", "lam"), [(0, 25.0), (0, 80.0), (2, 25.0), (3, 80.0)])
@pytest.mark.parametrize("seed", range(3))
def test_games_are_solved_on_the_branch(entrants: int, lam: float, seed: int) -> None:
    hand = random_game(seed, lam, entrants)
    hand.solve()
    assert hand.solution.status[t.S_FALLBACK] == FAST or lam > 25.0
    assert hand.solution.status[t.S_FALLBACK] != FAILED
    assert off_branch(hand) < 1e-6


def test_the_fast_path_ends_on_the_branch_in_games_as_they_are_played() -> None:
    stage, checked = Stage(load_scenario("senkaku")), 0
    for due in stage.decisions(1):
        if due != ACT:
            continue
        sol = stage.solution
        assert sol.status[t.S_FALLBACK] == FAST
        found = sol.prob_c.copy()
        branch = Branch(stage)
        assert branch.follow(0.3) is not None
        assert np.abs(sol.prob_c - found).max() < 1e-6
        stage.solve()
        checked += 1
        if checked == 2:
            return
    raise AssertionError("too few games")


@pytest.mark.parametrize("seed", [12, 23])
def test_where_the_fast_path_fails_the_branch_is_followed(seed: int) -> None:
    hand = random_game(seed, 300.0)
    hand.solve()
    assert hand.solution.status[t.S_FALLBACK] == CONTINUATION
    assert off_branch(hand) < 1e-6


@pytest.mark.parametrize("lam", [100.0, 200.0])
def test_precise_volunteers_are_symmetric(lam: float) -> None:
    hand = volunteers(2, 0.2, lam)
    assert hand.solution.status[t.S_FALLBACK] != FAILED
    p, q = hand.join()[1, 1, :, 0]
    assert p == pytest.approx(q, abs=1e-9)
    assert math.log(p / (1 - p)) == pytest.approx(lam * (1 - p - 0.2), abs=1e-6)


@pytest.mark.parametrize("lam", [0.5, 2.0, 8.0])
def test_precision_is_as_it_was_after_a_solve(lam: float) -> None:
    hand = unilateral(0.2, 0.3, lam)
    assert hand.game.head[[t.G_LAMBDA_C, t.G_LAMBDA_D]].tolist() == [lam, lam]
    hard = volunteers(2, 0.2, 200.0)
    assert hard.game.entrants[:, t.E_LAMBDA].tolist() == [200.0, 200.0]
    assert hard.game.head[t.G_LAMBDA_C] == 25.0


def test_a_solution_is_a_function_of_its_game_alone() -> None:
    hand = random_game(1, 80.0, 2)
    hand.solve()
    first = [table.tobytes() for table in hand.solution]
    rng = np.random.default_rng(0)
    for table in (*hand.room.contests, *hand.room.lanes, *hand.room.scratch):
        table[...] = rng.normal(size=table.shape)
    hand.solve()
    assert [table.tobytes() for table in hand.solution] == first


def test_residuals_are_below_tolerance() -> None:
    for seed in range(5):
        hand = random_game(seed, 25.0, 3)
        hand.solve()
        assert 0.0 < hand.solution.status[t.S_ITERATIONS] < 100
        branch = Branch(hand)  # fmt: skip
        x = branch.now()
        assert np.abs(branch.respond(x) - x).max() < 2 * TOLERANCE


def test_nobody_with_any_precision_chooses_by_weights_alone() -> None:
    hand = random_game(3, 0.0, 2)
    hand.game.acts[1:4, t.A_LOG_WEIGHT] = np.log([0.5, 0.25, 0.25])
    hand.solve()
    # rest weighs 1, the moves 1 together: 1/2, then 1/4, 1/8, 1/8
    assert hand.solution.prob_c[:4, 0] == pytest.approx([0.5, 0.25, 0.125, 0.125])
    assert hand.solution.prob_d[1, :4, 0] == pytest.approx(0.25)


def test_weights_of_past_steps_are_least_squares() -> None:
    rng = np.random.default_rng(5)
    past = np.zeros((8, 16))
    past[:, :13] = rng.normal(size=(8, 13))
    gram, weights, sums = np.zeros((3, 3)), np.zeros(3), np.zeros(16)
    for used in (1, 2, 3):
        products(past, 13, used - 1, used, gram, weights, sums)
    assert gram == pytest.approx(past[2::2] @ past[2::2].T, abs=1e-12)
    assert mix_weights(gram, 3, np.zeros((3, 3)), weights)
    expected = np.linalg.lstsq(past[2::2].T, past[1], rcond=None)[0]
    assert weights == pytest.approx(expected, abs=1e-9)
    assert not mix_weights(np.zeros((3, 3)), 3, np.zeros((3, 3)), weights)
