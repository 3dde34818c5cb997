"""Arming: Richardson's equations, exact at any length of turn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engines.chunks import Player
from sim.engines.exponential import matrix_exponential
from sim.engines.model import CrisisModel
from sim.outcomes.columns import RUN_COLUMNS
from sim.outcomes.events import Armed
from sim.rules import log as kind
from sim.rules import tables as t
from sim.rules.arming import MOST, arm
from sim.world.scenario import Scenario
from tests.rules.bench import Stage, scenario

HOLD = {"reaction": {"chal": 0.5}, "fatigue": 1.0, "grievance": 0.1}
CHAL = {"reaction": {"hold": 0.4}, "fatigue": 0.8, "grievance": 0.05}


def racing(hold: dict[str, Any] = HOLD, chal: dict[str, Any] = CHAL, **top: Any) -> Scenario:
    """The small scenario with two states that arm; nobody challenges."""
    changes = {
        "rules.arms": "richardson", "states.hold.arms": hold, "states.chal.arms": chal,
        "flashpoints.isle.opportunity": 0.0,
    }  # fmt: skip
    return scenario(changes, **top)


def capabilities(made: Scenario, turns: int) -> np.ndarray:
    stage = Stage(made)
    for turn in range(turns):
        stage.sit.cursor[t.TURN] = turn
        arm(stage.t, stage.s, stage.room.scratch.armed, stage.log)
    return stage.sit.states[:, t.CAPABILITY].copy()


def test_a_small_exponential_is_that_of_its_eigenvalues() -> None:
    rng = np.random.default_rng(1)
    for n in (1, 3, 6):
        for size in (0.01, 1.0, 20.0):
            matrix = rng.normal(size=(n, n)) * size
            found = np.array(matrix_exponential(matrix.tolist(), 0.7))
            values, vectors = np.linalg.eig(matrix)
            grown = (vectors * np.exp(0.7 * values)) @ np.linalg.inv(vectors)
            np.testing.assert_allclose(found, grown.real, rtol=1e-7, atol=1e-9)
    assert matrix_exponential([[0.0, 0.0], [1.0, -1.0]], 3.0)[0] == [1.0, 0.0]


@pytest.mark.parametrize(
    ("turn_length", "turns"), [("week", 104), ("month", 24), ("quarter", 8), ("year", 2)]
)
def test_two_years_of_arming_are_the_same_in_turns_of_any_length(
    turn_length: str, turns: int
) -> None:
    found = capabilities(racing(turn_length=turn_length), turns)
    # by hand: small steps of the equations themselves
    x, y, dt = 0.1, 0.2, 1e-5
    for _ in range(200_000):
        x, y = x + dt * (0.5 * y - x + 0.1), y + dt * (0.4 * x - 0.8 * y + 0.05)
    assert found[:2] == pytest.approx([x, y], abs=1e-5)
    assert found[2] == 0.4, "who does not arm stays as it is"


def test_a_race_that_fatigue_outweighs_comes_to_rest_where_nothing_changes() -> None:
    x, y = capabilities(racing(turn_length="year"), 100)[:2]
    assert x == pytest.approx(0.5 * y + 0.1, abs=1e-12)
    assert 0.8 * y == pytest.approx(0.4 * x + 0.05, abs=1e-12)


def test_a_race_that_reaction_drives_ends_at_the_most_there_is() -> None:
    mad = {"reaction": {"chal": 2.0}, "fatigue": 0.5}
    found = capabilities(racing(mad, {"reaction": {"hold": 2.0}}, turn_length="year"), 30)
    assert list(found[:2]) == [MOST, MOST]


def test_goodwill_disarms_but_not_below_nothing() -> None:
    assert capabilities(racing({"grievance": -1.0}, {}), 12)[0] == 0.0


def test_what_arms_win_counts_in_the_games_that_follow() -> None:
    shares = {}
    for arms in ("off", "richardson"):
        changes = {
            "rules.arms": arms, "states.hold.arms": {"grievance": 1.0},
            "flashpoints.isle.opportunity": 0.5,
        }  # fmt: skip
        player = Player(scenario(changes, turns=24), 1)
        lost = player.chunk(0, 200).runs[:, list(RUN_COLUMNS).index("control_lost")]
        shares[arms] = float(np.mean(lost))
    assert shares["richardson"] < shares["off"] - 0.05


def test_the_log_tells_once_a_year_who_armed() -> None:
    ints, floats = Player(racing(turns=30), 1).log(0)
    rows = [(row[t.L_TURN], row[t.L_ACTOR]) for row in ints if row[t.L_KIND] == kind.ARMED]
    assert rows == [(11, 0), (11, 1), (23, 0), (23, 1)]
    first, _, second, _ = floats[ints[:, t.L_KIND] == kind.ARMED]
    assert first[0] == 0.1
    assert first[1] == second[0]
    model = CrisisModel(racing(turns=30), seed=1)
    model.run_to_end()
    told = [record for record in model.events if isinstance(record, Armed)]
    assert [(record.turn, record.state) for record in told[:2]] == [(11, "hold"), (11, "chal")]
    assert told[0].after == first[1]


def test_an_event_shocks_what_arming_goes_on_from() -> None:
    shock = [{"turn": 0, "scale": {"states.chal.capability": 2.0}, "why": "x"}]
    model = CrisisModel(racing(turns=2, events=shock), seed=1)
    model.run_to_end()
    stage = Stage(racing())
    stage.sit.states[1, t.CAPABILITY] = 0.4
    for turn in range(2):
        stage.sit.cursor[t.TURN] = turn
        arm(stage.t, stage.s, stage.room.scratch.armed, stage.log)
    assert model.states["chal"].capability == stage.sit.states[1, t.CAPABILITY]


def test_off_means_off() -> None:
    made = racing().set({"rules.arms": "off"})
    model = CrisisModel(made, seed=1)
    model.run_to_end()
    assert model.states["hold"].capability == 0.1
    assert not [record for record in model.events if isinstance(record, Armed)]
