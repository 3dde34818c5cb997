"""The solver: it stays on the principal branch, whichever way it gets there."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.files.check import load_scenario
from sim.rules import tables as t
from sim.rules.solver import CONTINUATION, FAST, TOLERANCE, mix_weights, solve
from sim.rules.turn import ACT
from tests.rules.bench import Hand, Stage
from tests.rules.branch import Branch
from tests.rules.test_stage_game import random_game, unilateral, volunteers


def off_branch(hand: Hand) -> float:
    """Return how far a solved game's chances are from those on the branch."""
    found = hand.solution.prob_c.copy(), hand.solution.prob_d.copy()
    branch = Branch(hand.game, hand.solution, hand.room.scratch, (hand.g, hand.sol, hand.scratch))
    assert branch.follow(0.1) is not None
    gaps = [np.abs(a - b).max() for a, b in zip(found, (hand.solution.prob_c, hand.solution.prob_d), strict=True)]  # fmt: skip
    return float(max(gaps))


@pytest.mark.parametrize(("entrants", "lam"), [(0, 25.0), (0, 80.0), (2, 25.0), (3, 80.0)])
@pytest.mark.parametrize("seed", range(3))
def test_the_fast_path_ends_on_the_branch(entrants: int, lam: float, seed: int) -> None:
    hand = random_game(seed, lam, entrants)
    solve(hand.g, hand.sol, hand.scratch)
    assert hand.solution.status[t.S_FALLBACK] == FAST
    assert off_branch(hand) < 1e-6


def test_the_fast_path_ends_on_the_branch_in_games_as_they_are_played() -> None:
    stage, checked = Stage(load_scenario("senkaku")), 0
    for due in stage.decisions(1):
        if due != ACT:
            continue
        sol = stage.solution
        assert sol.status[t.S_FALLBACK] == FAST
        found = sol.prob_c.copy()
        branch = Branch(stage.game, sol, stage.room.scratch, (stage.g, stage.sol, stage.scratch))
        assert branch.follow(0.3) is not None
        assert np.abs(sol.prob_c - found).max() < 1e-6
        solve(stage.g, stage.sol, stage.scratch)
        checked += 1
        if checked == 2:
            return
    raise AssertionError("too few games")


@pytest.mark.parametrize("seed", [12, 19, 23])
def test_where_the_fast_path_fails_the_branch_is_followed(seed: int) -> None:
    hand = random_game(seed, 300.0)
    solve(hand.g, hand.sol, hand.scratch)
    assert hand.solution.status[t.S_FALLBACK] == CONTINUATION
    assert off_branch(hand) < 1e-6


@pytest.mark.parametrize("lam", [100.0, 200.0])
def test_continuation_reaches_the_symmetric_volunteers(lam: float) -> None:
    hand = volunteers(2, 0.2, lam)
    assert hand.solution.status[t.S_FALLBACK] == CONTINUATION
    p, q = hand.solution.join[1, 1, :, 0]
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
    solve(hand.g, hand.sol, hand.scratch)
    first = [table.tobytes() for table in hand.solution]
    rng = np.random.default_rng(0)
    for table in (*hand.solution[7:16], *hand.room.scratch):  # decisions: contests are valued anew
        table[...] = rng.normal(size=table.shape)
    solve(hand.g, hand.sol, hand.scratch)
    now = [table.tobytes() for table in hand.solution]
    names = ("uc", "ud", "phi", "psi", "leave", "side", "flow", "status")
    fields = hand.solution._fields
    assert [n for n in names if first[fields.index(n)] != now[fields.index(n)]] == []
    again = random_game(1, 80.0, 2)
    solve(again.g, again.sol, again.scratch)
    acts = slice(0, 4)
    assert again.solution.prob_c[acts].tobytes() == hand.solution.prob_c[acts].tobytes()


def test_residuals_are_below_tolerance() -> None:
    for seed in range(5):
        hand = random_game(seed, 25.0, 3)
        solve(hand.g, hand.sol, hand.scratch)
        assert 0.0 < hand.solution.status[t.S_ITERATIONS] < 100
        branch = Branch(hand.game, hand.solution, hand.room.scratch, (hand.g, hand.sol, hand.scratch))  # fmt: skip
        x = branch.now()
        assert np.abs(branch.respond(x, 1.0) - x).max() < 2 * TOLERANCE


def test_nobody_with_any_precision_chooses_by_weights_alone() -> None:
    hand = random_game(3, 0.0, 2)
    hand.game.acts[1:4, t.A_LOG_WEIGHT] = np.log([0.5, 0.25, 0.25])
    solve(hand.g, hand.sol, hand.scratch)
    # rest weighs 1, the moves 1 together: 1/2, then 1/4, 1/8, 1/8
    assert hand.solution.prob_c[:4, 0] == pytest.approx([0.5, 0.25, 0.125, 0.125])
    assert hand.solution.prob_d[1, :4, 0] == pytest.approx(0.25)


def test_weights_of_past_steps_are_least_squares() -> None:
    rng = np.random.default_rng(5)
    past = rng.normal(size=(8, 6))
    gram, weights = np.zeros((3, 3)), np.zeros(3)
    assert mix_weights(past, 6, 3, gram, weights)
    expected = np.linalg.lstsq(past[2::2].T, past[1], rcond=None)[0]
    assert weights == pytest.approx(expected, abs=1e-9)
    past[2::2] = 0.0
    assert not mix_weights(past, 6, 3, gram, weights)
