"""The scripts in tests/benchmarks: they start, and what they compare is the same game."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sim.engines.chunks import Player
from sim.outcomes.columns import RUN_COLUMNS
from tests.benchmarks import compared, scaling, small_game

SCRIPTS = (
    "approximation", "compared", "grids", "places", "scaling", "throughput", "weak_spots"
)  # fmt: skip


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_benchmark_starts(project: Path, name: str) -> None:
    script = project / "tests/benchmarks" / f"{name}.py"
    subprocess.run([sys.executable, script, "--help"], cwd=project, capture_output=True, check=True)


def test_three_ways_of_writing_the_small_game_choose_alike() -> None:
    """Two solutions that share no code with the rules agree with them."""
    found = compared.choices()
    assert all(0.1 < chance < 0.9 for chance in found["deter"])
    for way in ("Mesa", "numpy"):
        assert found[way] == pytest.approx(found["deter"], abs=1e-8)


def test_mesa_and_numpy_solve_the_small_game_alike_whatever_is_believed_and_held() -> None:
    rng = np.random.default_rng(1)
    model = small_game.SmallModel(0)
    for mover in (0, 1):
        for _ in range(20):
            share = float(rng.uniform(0.01, 1.0))
            beliefs = rng.dirichlet((1.0, 1.0), 3)
            parties = (model.challenger, model.holder, model.guarantor)
            for party, belief in zip(parties, beliefs, strict=True):
                party.belief = belief.tolist()
            game = small_game.Game(
                parties[mover], parties[1 - mover], None if mover else parties[2], share, 1e-10
            )
            control = np.array([1.0 - share if mover else share])
            fixed = small_game.fixed_np(np.array([0]), np.array([mover]), beliefs[None], control)
            found = small_game.solve_np(fixed, 1e-10)
            assert game.move == pytest.approx(found["move"][0].tolist(), abs=1e-7)
            assert game.resist == pytest.approx(found["resist"][0].tolist(), abs=1e-7)
            assert np.allclose(game.join, found["join"][0], atol=1e-7)
            assert np.allclose(game.press, found["press"][0], atol=1e-7)


def test_histories_of_the_small_game_agree_within_chance() -> None:
    """Means over runs of numpy and of the ensemble, by four standard errors of the difference."""
    runs = 2000
    by_hand = small_game.play_np(runs, 1)
    table = Player(small_game.scenario(), 1).chunk(0, runs).runs
    names = list(RUN_COLUMNS)
    lost = table[:, names.index("control_lost")]
    crises = table[:, names.index("crises")]
    for one, two in ((1.0 - by_hand["control"], lost), (by_hand["crises"], crises)):
        error = np.sqrt((one.var() + two.var()) / runs)
        assert abs(one.mean() - two.mean()) < 4 * error
        assert one.mean() > 10 * error


def test_slopes_and_limits() -> None:
    sizes = (1, 2, 4, 8)
    assert scaling.slope(sizes, [3.0 * s**2 for s in sizes]) == pytest.approx(2.0)
    assert scaling.slope(sizes, [1.0, 2.0, 2.0, 2.0], 3) == pytest.approx(0.0)
    assert scaling.slope((0, 1, 2), [9.0, 1.0, 2.0]) == pytest.approx(1.0)
    ways = {way: {"slope_upper": 1.2} for way in scaling.WAYS}
    assert len(scaling.exceeded({"turns": {"limit": 1.15, **ways}})) == len(ways)
    assert scaling.exceeded({"turns": {"limit": 1.3, **ways}}) == []
