"""How much strength a state brings to a place: worked by hand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules import tables as t
from sim.rules.forces import (
    capability,
    forward_share,
    in_force,
    pair_ties,
    reach_of,
    readiness,
    strength_parts,
    tied_elsewhere,
    usable_distance,
)  # fmt: skip
from tests.rules.bench import BASE, Stage, scenario

TWO_PLACES: dict[str, Any] = {
    "flashpoints": {
        "isle": BASE["flashpoints"]["isle"],
        "reef": BASE["flashpoints"]["isle"] | {"name": "Reef"},
    }
}


def parts(stage: Stage, state: str, place: str = "isle") -> tuple[float, float]:
    return tuple(strength_parts(stage.t, stage.s, stage.state(state), stage.place(place)))  # type: ignore[return-value]


def test_a_state_with_all_forces_at_home_next_door() -> None:
    # K .2, ready 1, no distance, nothing forward: nothing there at once, .2 to be sent
    assert parts(Stage(scenario()), "chal") == (0.0, 0.2)


@pytest.mark.parametrize(
    ("km", "left"), [(0, 1.0), (500, 0.75), (1500, 0.25), (2000, 0.0), (9000, 0.0)]
)
def test_strength_may_fall_linearly_to_nothing(km: float, left: float) -> None:
    # Boulding's gradient: K (1 - d / scale), the guard's own scale being 2,000 km
    changes = {
        "rules.distance_decay": "linear", "states.guard.distance_scale": 2000,
        "flashpoints.isle.distances.guard": km,
    }  # fmt: skip
    assert parts(Stage(scenario(changes)), "guard") == pytest.approx((0.0, 0.4 * left))


def test_a_state_may_have_a_scale_of_its_own() -> None:
    made = Stage(
        scenario({"states.guard.distance_scale": 500, "flashpoints.isle.distances.chal": 1500})
    )
    assert parts(made, "guard") == pytest.approx((0.0, 0.4 / 4.0))
    assert parts(made, "chal") == pytest.approx((0.0, 0.1))


def test_distance_halves_at_its_scale() -> None:
    # K .4 at 1500 km: .4 / (1 + 1500/1500) = .2
    assert parts(Stage(scenario()), "guard") == (0.0, pytest.approx(0.2))


def test_forward_forces_are_there_at_once_and_are_taken_from_the_pool() -> None:
    stage = Stage(scenario({"states.guard.forward": {"isle": 0.25}, "states.guard.readiness": 0.8}))
    # forward .4 x .25 x .8 = .08 whatever the distance; sent .4 x .75 x .8 / 2 = .12
    assert parts(stage, "guard") == (pytest.approx(0.08), pytest.approx(0.12))


def test_forward_forces_elsewhere_are_missing_here() -> None:
    stage = Stage(scenario({"states.guard.forward": {"reef": 0.5}}, **TWO_PLACES))
    # .4 x .5 / 2 = .1 can still be sent; nothing is here
    assert parts(stage, "guard") == (0.0, pytest.approx(0.1))
    assert parts(stage, "guard", "reef") == (pytest.approx(0.2), pytest.approx(0.1))


def test_a_treaty_stations_forces_of_its_guarantor_only() -> None:
    made = scenario({"treaties.pact.forward": {"isle": 0.5}})
    stage = Stage(made)
    # guard: .4 x .5 there, .4 x .5 / 2 sent; the protégé stations nothing by it
    assert parts(stage, "guard") == (pytest.approx(0.2), pytest.approx(0.1))
    assert forward_share(stage.t, stage.s, stage.state("hold"), 0) == 0.0
    stage.sit.treaties[0, t.ENABLED] = 0.0
    assert parts(stage, "guard") == (0.0, pytest.approx(0.2))


def test_no_more_than_all_forces_can_be_forward() -> None:
    stage = Stage(scenario({"states.guard.forward": {"isle": 0.9}}))
    stage.sit.treaty_places[0, 0, t.TREATY_FORWARD] = 0.9  # as an event may set it
    assert forward_share(stage.t, stage.s, stage.state("guard"), 0) == 1.0
    assert parts(stage, "guard") == (pytest.approx(0.4), 0.0)


def test_forces_tied_down_in_other_crises_are_summed_and_capped() -> None:
    three = {key: BASE["flashpoints"]["isle"] | {"name": key} for key in ("isle", "reef", "cape")}
    stage = Stage(scenario(flashpoints=three))
    stage.crisis(1, "chal", "hold", stage.rung("limited_strike"))
    # a strike ties .40 down: .2 x .6 = .12 left for the isle
    assert tied_elsewhere(stage.t, stage.s, stage.state("chal"), 0) == pytest.approx(0.40)
    assert parts(stage, "chal") == (0.0, pytest.approx(0.12))
    # at the place itself nothing is tied; a state outside the crisis is free
    assert parts(stage, "chal", "reef") == (0.0, pytest.approx(0.2))
    assert parts(stage, "guard") == (0.0, pytest.approx(0.2))
    stage.crisis(2, "chal", "hold", stage.rung("major_war"))
    # .40 + .70 is more than all
    assert tied_elsewhere(stage.t, stage.s, stage.state("chal"), 0) == 1.0
    assert parts(stage, "chal") == (0.0, 0.0)


def test_what_is_forward_is_not_tied_down_elsewhere() -> None:
    stage = Stage(scenario({"states.chal.forward": {"isle": 0.5}}, **TWO_PLACES))
    stage.crisis(1, "chal", "hold", stage.rung("limited_strike"))
    # .2 x .5 = .1 stays; of the pool .2 x .5, .6 is free: .06
    assert parts(stage, "chal") == (pytest.approx(0.1), pytest.approx(0.06))


def test_access_shortens_the_way_for_guarantors_of_arms_and_access() -> None:
    changes = {"treaties.pact.access": {"isle": 500}}
    assert usable_distance(*_tables(scenario(changes), "guard")) == 1500.0  # no such obligation
    changes["treaties.pact.obligations"] = ["defence", "arms_and_access"]
    assert usable_distance(*_tables(scenario(changes), "guard")) == 500.0
    assert usable_distance(*_tables(scenario(changes), "hold")) == 0.0
    changes["treaties.pact.access"] = {"isle": 5000}  # a base farther off helps nobody
    assert usable_distance(*_tables(scenario(changes), "guard")) == 1500.0
    # .4 / (1 + 500/1500) = .3
    changes["treaties.pact.access"] = {"isle": 500}
    assert parts(Stage(scenario(changes)), "guard") == (0.0, pytest.approx(0.3))


def _tables(made: Any, state: str) -> Any:
    stage = Stage(made)
    return stage.t, stage.s, stage.state(state), 0


def test_arms_go_to_proteges_of_arms_and_access() -> None:
    changes = {"treaties.pact.arms": 0.05, "treaties.pact.obligations": ["arms_and_access"]}
    stage = Stage(scenario(changes))
    assert capability(stage.t, stage.s, stage.state("hold")) == pytest.approx(0.15)
    assert capability(stage.t, stage.s, stage.state("guard")) == 0.4
    without = Stage(scenario(changes | {"treaties.pact.obligations": ["defence"]}))
    assert capability(without.t, without.s, without.state("hold")) == 0.1


def test_a_treaty_is_in_force_within_its_dates() -> None:
    stage = Stage(scenario({"treaties.pact.in_force": {"from": "2024-03", "until": "2024-05"}}))
    inside = []
    for turn in range(6):
        stage.sit.cursor[t.TURN] = turn
        inside.append(bool(in_force(stage.s, 0)))
    # January 2024 is turn 0: March to May are turns 2 to 4, the last month included
    assert inside == [False, False, True, True, True, False]


def test_an_exercise_restores_part_of_what_is_missing_for_a_while() -> None:
    stage = Stage(scenario({"states.chal.readiness": 0.6}))
    chal = stage.state("chal")
    stage.sit.states[chal, t.EXERCISED_UNTIL] = 3
    ready = []
    for turn in range(5):
        stage.sit.cursor[t.TURN] = turn
        ready.append(readiness(stage.t, stage.s, chal))
    # .6 + half of the missing .4
    assert ready == pytest.approx([0.8, 0.8, 0.8, 0.6, 0.6])


def test_pairs_are_tied_by_the_best_of_their_treaties() -> None:
    pact = BASE["treaties"]["pact"] | {"integration": 0.4, "missile_defence": 0.1}
    other = pact | {"name": "Other", "integration": 0.2, "missile_defence": 0.3}
    stage = Stage(scenario(treaties={"pact": pact, "other": other}))
    guard, hold, chal = map(stage.state, ("guard", "hold", "chal"))
    assert tuple(pair_ties(stage.t, stage.s, guard, hold)) == (0.4, 0.3)
    assert tuple(pair_ties(stage.t, stage.s, hold, guard)) == (0.4, 0.3)
    assert tuple(pair_ties(stage.t, stage.s, guard, chal)) == (0.0, 0.0)


def test_reach_is_the_rungs() -> None:
    stage = Stage(scenario())
    assert reach_of(stage.t, stage.rung("limited_strike")) == 0.70
    assert reach_of(stage.t, stage.rung("major_war")) == 1.0


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage(scenario({"states.guard.forward": {"isle": 0.2}}))


@given(near=st.floats(0, 20040), far=st.floats(0, 20040))
def test_strength_falls_with_distance(stage: Stage, near: float, far: float) -> None:
    near, far = min(near, far), max(near, far)
    guard, values = stage.state("guard"), []
    for km in (near, far):
        stage.sit.places[0, guard, t.DISTANCE] = km
        values.append(parts(stage, "guard"))
    assert values[0][0] == values[1][0]
    assert values[0][1] >= values[1][1] > 0.0


@given(share=st.floats(0, 1))
def test_no_force_is_counted_twice(stage: Stage, share: float) -> None:
    guard = stage.state("guard")
    stage.sit.places[0, guard, t.FORWARD] = share
    stage.sit.places[0, guard, t.DISTANCE] = 0.0
    # with no distance all forces count, wherever they are stationed
    assert sum(parts(stage, "guard")) == pytest.approx(0.4)
