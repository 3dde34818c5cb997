"""Findings that must come out, in direction: paired arms under shared luck, 95 % intervals clear of zero.

Each comparison changes one thing. Where a packaged scenario changes the same clause by an event,
the event is switched off in both arms.
"""

from __future__ import annotations

import numpy as np
import pytest

from sim.experiments.arms import (
    Arm,
    Difference,
    Measure,
    column,
    difference,
    difference_of_shares,
)
from sim.files.check import load_scenario
from sim.world.scenario import Scenario

ASIA = ("senkaku", "second_thomas_shoal", "taiwan_strait", "korean_dmz")
FORCE = ("blockade", "limited_strike")
AT_THE_TRIGGER = ("limited_strike", "major_war", "nuclear_alert_war")


@pytest.fixture(scope="module")
def senkaku() -> Scenario:
    """The islands without the declaration that makes the treaty plainer."""
    return load_scenario("senkaku").set({"events.article_v_covers_senkaku.enabled": False})


@pytest.fixture(scope="module")
def scarborough() -> Scenario:
    """One month in which the Philippines weighs a challenge at Scarborough, and nothing else is.

    Later months would differ for another reason: what the protégé won it holds, and is defended.
    """
    return load_scenario("second_thomas_shoal").set({
        "turns": 1,
        "events": [],
        "flashpoints.scarborough_shoal.opportunity": 1.0,
        "flashpoints.second_thomas_shoal.opportunity": 0.0,
    })  # fmt: skip


def assert_rises(found: Difference) -> None:
    assert found.low > 0, f"does not rise: {found}"


def assert_falls(found: Difference) -> None:
    assert found.high < 0, f"does not fall: {found}"


def test_without_the_treaty_control_of_the_islands_is_lost(senkaku: Scenario) -> None:
    with_it, without = Arm(senkaku), Arm(senkaku.without("us_japan"))
    assert_falls(difference(with_it, without, column("senkaku_control"), 50))
    assert_rises(difference(with_it, without, lambda arm: arm.moves(AT_THE_TRIGGER), 50))


@pytest.mark.parametrize(
    ("trigger", "below", "other"),
    [
        ("show_of_force", "grey_zone", "limited_strike"),
        ("blockade", "show_of_force", "show_of_force"),
        ("limited_strike", "blockade", "show_of_force"),
    ],
)
def test_moves_gather_on_the_rung_below_the_trigger(
    senkaku: Scenario, trigger: str, below: str, other: str
) -> None:
    there, elsewhere = (
        Arm(senkaku.set({"treaties.us_japan.trigger": t})) for t in (trigger, other)
    )
    found = difference_of_shares(
        elsewhere, there, lambda arm: arm.moves([below]), lambda arm: arm.moves(), 400
    )
    assert_rises(found)


@pytest.mark.parametrize(
    ("trigger", "runs"), [("show_of_force", 400), ("blockade", 200), ("limited_strike", 800)]
)
def test_vagueness_widens_the_grey_zone(senkaku: Scenario, trigger: str, runs: int) -> None:
    """A vague trigger spreads the moves that a plain one gathers below it, some of them across it."""
    plain, vague = (
        Arm(senkaku.set({"treaties.us_japan.trigger": trigger, "treaties.us_japan.clarity": c}))
        for c in (0.9, 0.1)
    )
    rungs = [rung.key for rung in senkaku.ladder]
    at_or_above = rungs[rungs.index(trigger) :]
    assert_rises(
        difference_of_shares(
            plain, vague, lambda arm: arm.moves(at_or_above), lambda arm: arm.moves(), runs
        )
    )
    just_below = rungs[rungs.index(trigger) - 1]
    assert_falls(
        difference_of_shares(
            plain, vague, lambda arm: arm.moves([just_below]), lambda arm: arm.moves(), runs
        )
    )


def test_unconditional_backing_emboldens_a_protege(scarborough: Scenario) -> None:
    backed = scarborough.set({"treaties.us_philippines.conditional": False})
    alone, bold = Arm(scarborough.without("us_philippines")), Arm(backed)
    assert_rises(difference(alone, bold, lambda arm: arm.moves(AT_THE_TRIGGER), 1200))
    assert_rises(difference(alone, bold, column("challenges"), 1200))


def test_a_condition_takes_the_emboldening_away_exactly(scarborough: Scenario) -> None:
    only_defence = scarborough.set({"treaties.us_philippines.obligations": ["defence"]})
    alone, backed = Arm(only_defence.without("us_philippines")), Arm(only_defence)
    for rung in (rung.key for rung in scarborough.ladder):
        first, second = (arm.play(400).moves([rung], who="philippines") for arm in (alone, backed))
        assert np.array_equal(first, second), rung


@pytest.mark.parametrize(
    ("months", "done"), [(6, column("invoked")), (12, lambda arm: arm.moves(["limited_strike"]))]
)
def test_help_that_comes_late_lets_a_fait_accompli_through(
    senkaku: Scenario, months: int, done: Measure
) -> None:
    """Help half a year away lets a crisis climb to the trigger; a year away, it is begun there."""
    nobody_there = senkaku.set({"treaties.us_japan.forward.senkaku": 0.0})
    prompt, late = (Arm(nobody_there.set({"treaties.us_japan.delay": d})) for d in (0, months))
    assert_rises(difference(prompt, late, done, 200))
    assert_rises(difference(prompt, late, column("control_lost"), 200))


def test_forces_held_in_europe_raise_what_is_dared_in_asia() -> None:
    flagship = load_scenario("indo_pacific_2024")
    free, held = (Arm(flagship.set({"treaties.nato.forward.baltic": s})) for s in (0.0, 0.6))
    dared = difference(free, held, lambda arm: arm.moves(FORCE, where=ASIA), 150)
    assert_rises(dared)
    kept = difference(
        free, held, lambda arm: sum(arm.column(f"{place}_control") for place in ASIA), 150
    )
    assert_falls(kept)


@pytest.fixture(scope="module")
def a_year_of_long_wars() -> Scenario:
    """The first year where wars last, in which a war that nobody chose begins at Taiwan."""
    war = {
        "name": "war", "turn": 1, "accident": {"taiwan_strait": "major_war"},
        "why": "War breaks out in the Taiwan Strait; nobody ordered it.",
    }  # fmt: skip
    return load_scenario("long_wars").set({"turns": 12, "events": [war]})


@pytest.mark.parametrize("tied_down", [True, False])
def test_a_war_elsewhere_invites_moves_and_ties_down_the_challenger_too(
    a_year_of_long_wars: Scenario, tied_down: bool
) -> None:
    """Second Thomas is less protected; at the Senkakus it is China that lacks the forces."""
    war = a_year_of_long_wars
    if not tied_down:
        war = war.set({f"ladder.{rung.key}.tied": 0 for rung in war.ladder})
    with_it, without = Arm(war), Arm(war.set({"events.war.enabled": False}))
    shoal, islands = (
        difference(without, with_it, lambda arm, at=place: arm.moves(where=[at]), 300)
        for place in ("second_thomas_shoal", "senkaku")
    )
    if tied_down:
        assert_rises(shoal)
        assert_falls(islands)
    else:  # so it is by the forces
        assert abs(shoal.mean) < 0.01
        assert abs(islands.mean) < 0.01
