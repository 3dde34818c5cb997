"""From scenario to tables: clocks, names, scopes, sizes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import sim.engines.compile_scenario as module
from sim.engines.chunks import Player
from sim.engines.compile_scenario import Compiled, compile_scenario, months_between
from sim.files.check import load_scenario
from sim.rules import tables as t
from sim.world.problems import ScenarioError
from tests.rules.bench import BASE, scenario
from tests.rules.test_turn import busy

PACT = BASE["treaties"]["pact"]
LENGTHS = {"week": 12 / 52, "month": 1.0, "quarter": 3.0, "year": 12.0}


@pytest.mark.parametrize("length", LENGTHS)
def test_rates_per_month_become_rates_per_turn(length: str) -> None:
    made, months = scenario(turn_length=length), LENGTHS[length]
    terms = compile_scenario(made).terms
    rules, monthly = terms.rules, made.rules
    assert rules[t.BETA] == pytest.approx(monthly.discount.value**months)
    assert rules[t.RHO] == pytest.approx(1 - (1 - monthly.reconsider.value) ** months)
    assert rules[t.FADE] == pytest.approx(1 - (1 - monthly.fade.value) ** months)
    for row, rung in zip(terms.rungs, made.ladder, strict=True):
        assert row[t.SLIP] == pytest.approx(1 - (1 - rung.slip.value) ** months)
        # that anything ends it is a rate; what ends it is split as in a month
        ends = rung.decides.value + rung.settles.value
        assert row[t.DELTA] + row[t.SIGMA] == pytest.approx(1 - (1 - ends) ** months)
        assert row[t.DELTA] * rung.settles.value == pytest.approx(row[t.SIGMA] * rung.decides.value)
        # costs and harm are flows; what moves is a stock
        assert row[t.HARM] == pytest.approx(rung.harm.value * months)
        assert row[t.COST] == pytest.approx(rung.cost.value * months)
        assert row[t.PRIZE] == rung.prize.value
        assert row[t.SLICE] == rung.slice.value
    chance = compile_scenario(made).start.places[0, 1, t.OPPORTUNITY]
    assert chance == pytest.approx(1 - 0.5**months)


def test_four_turns_of_a_week_are_about_a_month() -> None:
    weekly, monthly = (
        compile_scenario(scenario(turn_length=length)).terms for length in ("week", "month")
    )
    weeks = 52 / 12
    assert 1 - (1 - weekly.rungs[5, t.SLIP]) ** weeks == pytest.approx(monthly.rungs[5, t.SLIP])
    assert weekly.rules[t.BETA] ** weeks == pytest.approx(monthly.rules[t.BETA])


def test_sure_and_impossible_stay_so() -> None:
    made = scenario({"flashpoints.isle.opportunity": 1.0, "rules.fade": 0.0, "rules.reconsider": 1})
    compiled = compile_scenario(made.set({"turn_length": "week"}))
    assert compiled.start.places[0, 1, t.OPPORTUNITY] == 1.0
    assert compiled.terms.rules[t.FADE] == 0.0
    assert compiled.terms.rules[t.RHO] == 1.0
    assert all(np.isfinite(table).all() for table in (*compiled.terms, *compiled.start))


def test_months_between() -> None:
    assert months_between("2024-04", "2024-04") == 0
    assert months_between("2024-11", "2025-02") == 3
    assert months_between("2024-04", "1960-06") == -766


@pytest.mark.parametrize(
    ("length", "turns"), [("month", (3.0, 8.0)), ("quarter", (1.0, 2.0)), ("year", (0.0, 0.0))]
)
def test_dates_fall_in_turns(length: str, turns: tuple[float, float]) -> None:
    made = scenario(
        {"treaties.pact.in_force": {"from": "2024-04", "until": "2024-09"}}, turn_length=length
    )
    row = compile_scenario(made).start.treaties[0]
    assert (row[t.FROM], row[t.UNTIL]) == turns


def test_a_treaty_without_dates_is_always_in_force() -> None:
    row = compile_scenario(scenario()).start.treaties[0]
    assert row[t.FROM] < -1e6
    assert row[t.UNTIL] > 1e6


def test_quiet_months_are_whole_turns() -> None:
    changes = {"flashpoints.isle.cooldown": 2, "flashpoints.isle.cooldown_after_violence": 12}
    for length, quiet in (
        ("week", (9, 52)),
        ("month", (2, 12)),
        ("quarter", (1, 4)),
        ("year", (1, 1)),
    ):
        flash = compile_scenario(scenario(changes, turn_length=length)).start.flash[0]
        assert (flash[t.COOLDOWN], flash[t.COOLDOWN_VIOLENT]) == quiet


def test_moves_follow_the_rungs_own_acts() -> None:
    moves = {
        "ram": {
            "rung": "grey_zone",
            "slice": 0.5,
            "weight": 2,
            "attribution": 0.5,
            "who": ["chal"],
        },
        "ban": {"rung": "economic_coercion", "where": []},
    }
    c = compile_scenario(scenario(moves=moves))
    assert c.moves[:10] == c.rungs
    assert c.moves[10:] == ("ram", "ban")
    ram, ban = c.terms.moves[10], c.terms.moves[11]
    assert ram[: t.MOVE_TARGET].tolist() == [2, 0.5, 2, 0.5]
    assert ban[t.MOVE_SLICE] == c.terms.rungs[1, t.SLICE]
    who = {state: int(c.terms.may[10, 0, i]) for i, state in enumerate(c.states)}
    assert who == {"hold": 0, "chal": 1, "guard": 0}
    assert (c.terms.may[:10] == 1).all()
    assert (c.terms.may[11] == 1).all()
    rows = scenario(moves=moves).set({"ladder.grey_zone.weight": 0})
    assert compile_scenario(rows).terms.moves[1:3, t.MOVE_WEIGHT].tolist() == [1, 0]


def test_members_of_treaties() -> None:
    c = compile_scenario(scenario({"treaties.pact.mutual": True}))
    both = t.GUARANTOR | t.PROTEGE
    assert dict(zip(c.states, c.terms.members[0].tolist(), strict=True)) == {
        "hold": both, "chal": 0, "guard": both,
    }  # fmt: skip
    one_way = compile_scenario(scenario()).terms.members[0]
    assert one_way.tolist() == [t.PROTEGE, 0, t.GUARANTOR]


@pytest.mark.parametrize(
    ("obligations", "scope", "rung"),
    [
        (["defence"], ["isle"], 0),
        (["defence"], ["home"], 6),
        (["defence"], ["home", "port"], 4),
        (["defence"], [], t.NOT_IN_SCOPE),
        (["non_aggression"], [], 0),  # a pact that names no place holds everywhere
        (["neutrality"], [], 0),
        (["non_aggression", "defence"], [], t.NOT_IN_SCOPE),
        (["non_aggression"], ["home"], 6),
    ],
)
def test_from_which_rung_a_treaty_applies(
    obligations: list[str], scope: list[str], rung: int
) -> None:
    made = scenario(
        {"flashpoints.isle.touches": {"home": "major_war", "port": "blockade"},
         "treaties.pact.scope": scope, "treaties.pact.obligations": obligations},
        territories=["home", "port"],
    )  # fmt: skip
    assert compile_scenario(made).terms.scope[0, 0] == rung


def test_prior_reliability_is_a_beta_belief() -> None:
    made = scenario({"treaties.pact.reliability": 0.7, "rules.reliability_weight": 10})
    assert compile_scenario(made).terms.reliability[0] == pytest.approx([7.0, 3.0])


def test_a_state_with_no_distance_is_as_far_as_can_be() -> None:
    made = scenario({"states.far": {"name": "Far", "capability": 1}})
    c = compile_scenario(made)
    assert c.start.places[0, c.states.index("far"), t.DISTANCE] == 20040.0


def test_precision_is_the_states_own_where_given() -> None:
    c = compile_scenario(scenario({"states.chal.precision": 60, "rules.lambda": 10}))
    assert c.start.states[:, t.LAMBDA].tolist() == [10, 60, 10]


def test_names_with_one_address_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "address", lambda kind, name: 7 if kind != "event" else 8)
    with pytest.raises(ScenarioError, match="same address"):
        compile_scenario(scenario())


def test_addresses_belong_to_names_not_places() -> None:
    one = compile_scenario(scenario())
    turned = scenario(states=dict(reversed(BASE["states"].items())))
    two = compile_scenario(turned)
    by_name = dict(zip(one.states, one.terms.address, strict=False))
    assert dict(zip(two.states, two.terms.address, strict=False)) == by_name
    assert len(set(one.terms.address.tolist())) == len(one.terms.address)


EFFECTS: list[tuple[dict[str, Any], list[list[float]]]] = [
    ({"set": {"treaties.pact.trigger": "blockade"}}, [[t.SET, t.T_TREATIES, 0, t.TRIGGER, 4]]),
    ({"set": {"treaties.pact.enabled": False}}, [[t.SET, t.T_TREATIES, 0, t.ENABLED, 0]]),
    ({"set": {"treaties.pact.forward.isle": 0.1}},
     [[t.SET, t.T_TREATY_PLACES, 0, t.TREATY_FORWARD, 0.1]]),
    ({"set": {"flashpoints.isle.stakes.guard": 0.4}}, [[t.SET, t.T_PLACES, 2, t.STAKE, 0.4]]),
    ({"set": {"flashpoints.isle.opportunity": 0.5}}, [[t.SET, t.T_PLACES, 1, t.OPPORTUNITY, 0.875]]),
    ({"scale": {"states.chal.capability": 2}}, [[t.SCALE, t.T_STATES, 1, t.CAPABILITY, 2]]),
    ({"redraw": ["guard"]}, [[t.REDRAW, 0, 2, 0, 0]]),
    ({"accident": {"isle": "grey_zone"}}, [[t.ACCIDENT, 0, 0, 0, 2]]),
    ({"exercise": ["pact"]}, [[t.EXERCISE, 0, 0, 0, 0]]),
]  # fmt: skip


@pytest.mark.parametrize(("effect", "cells"), EFFECTS)
def test_effects_address_cells(effect: dict[str, Any], cells: list[list[float]]) -> None:
    made = scenario(turn_length="quarter", events=[{"turn": 2, "why": "x"} | effect])
    terms = compile_scenario(made).terms
    assert terms.effects[:, : t.EF_MOST].tolist() == cells
    assert terms.events[0].tolist() == [2, 1, -1, 0, 1, 0]


def test_chance_events_have_a_rate_and_wait_for_each_other() -> None:
    events = [
        {"name": "b", "after": "a", "probability": 0.5, "redraw": ["hold"], "why": "x"},
        {"name": "a", "turn": 1, "probability": 0.5, "redraw": ["hold"], "why": "x"},
    ]
    rows = compile_scenario(scenario(turn_length="quarter", events=events)).terms.events
    assert rows[:, t.EV_PROBABILITY].tolist() == pytest.approx([1 - 0.5**3, 0.5])
    assert rows[:, t.EV_TURN].tolist() == [-1, 1]
    assert rows[:, t.EV_AFTER].tolist() == [1, -1]


def occupied(compiled: Compiled) -> None:
    """Play some runs and check that no table was filled beyond its size."""
    player = Player(compiled.scenario, 5)
    most = {"acts": 0, "entrants": 0, "classes": 0}
    for run in range(15):
        player.log(run)
        head = player.room.game.head
        for size, column in (
            ("acts", t.G_ACTS),
            ("entrants", t.G_ENTRANTS),
            ("classes", t.G_CLASSES),
        ):
            most[size] = max(most[size], int(head[column]))
        assert player.room.sit.cursor[t.LOGGED] <= compiled.log_rows
    for size, found in most.items():
        assert found <= compiled.sizes[size]


@pytest.mark.parametrize("name", ["senkaku", "taiwan_strait", "second_thomas_shoal", "busy"])
def test_sizes_suffice(name: str) -> None:
    occupied(compile_scenario(busy() if name == "busy" else load_scenario(name)))


def test_who_may_join_is_counted_for_both_sides() -> None:
    treaties = {
        "one": PACT, "two": PACT | {"proteges": ["chal"], "obligations": ["offence"]},
    }  # fmt: skip
    # the guarantor may take either side; a fourth state with no treaty neither
    made = scenario({"states.far": {"name": "Far", "capability": 1}}, treaties=treaties)
    assert compile_scenario(made).sizes["entrants"] == 2
    rivals = scenario({"flashpoints.isle.challengers": ["chal", "guard"]}, treaties={})
    assert compile_scenario(rivals).sizes["entrants"] == 1
    assert compile_scenario(scenario(treaties={})).sizes["entrants"] == 0


def test_rungs_may_be_few_and_own() -> None:
    rung = {
        "intensity": 0.2, "cost": 0.01, "slice": 0.1, "prize": 0.2, "harm": 0.01, "slip": 0.1,
        "decisiveness": 1, "reach": 1, "decides": 0.2, "settles": 0.1, "tied": 0, "loss": 0,
        "missile_defence": 0, "taboo": 0, "first_strike": 1, "violent": False, "nuclear": False,
    }  # fmt: skip
    ladder = [
        rung | {"key": "low"},
        rung | {"key": "high", "intensity": 0.8, "slip": 0, "war": True},
    ]
    made = scenario({"rules.from_rest": "high", "treaties.pact.trigger": "high"}, ladder=ladder)
    c = compile_scenario(made)
    assert c.rungs == ("low", "high")
    assert c.terms.rules[t.WAR_RUNG] == 1
    assert math.isfinite(Player(made, 1).chunk(0, 5).runs.sum())


def test_who_may_enter_is_found_whatever_is_switched_on() -> None:
    """Parties and guarantors of treaties that reach so far; nobody else, in order, then -1."""
    states = {name: {"name": name, "capability": 0.1} for name in ("far", "aloof", "pledged")}
    off = BASE["treaties"]["pact"] | {"guarantors": ["pledged"], "enabled": False}
    neutral = off | {"guarantors": ["aloof"], "obligations": ["neutrality"]}
    elsewhere = off | {"guarantors": ["far"], "scope": []}
    isle = BASE["flashpoints"]["isle"]
    isle = isle | {"distances": isle["distances"] | dict.fromkeys(states, 900)}
    c = compile_scenario(
        scenario(
            states=BASE["states"] | states, flashpoints={"isle": isle},
            treaties=BASE["treaties"] | {"off": off, "neutral": neutral, "elsewhere": elsewhere},
        )
    )  # fmt: skip
    assert [c.states[i] for i in c.terms.near[0]] == ["hold", "chal", "guard", "pledged"]
    two = {"isle": BASE["flashpoints"]["isle"], "reef": BASE["flashpoints"]["isle"]}
    near = compile_scenario(scenario(flashpoints=two)).terms.near
    assert near.tolist() == [[0, 1, 2], [0, 1, -1]]
