"""What treaties ask of whom: recognition, duties, prices, and who may join whom, when."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.files.check import load_scenario
from sim.rules import tables as t
from sim.rules.commitments import (
    binds,
    covers,
    delay_of,
    expected_price,
    is_duty,
    leading_treaty,
    may_join,
    pact_price,
    recognition,
    trigger_at,
)  # fmt: skip
from sim.rules.staging import stage as stage_game
from sim.rules.turn import ACT
from tests.rules.bench import BASE, Stage, scenario

SIDES = {"holder": t.HOLDER_SIDE, "challenger": t.CHALLENGER_SIDE}


def logistic(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x))


def bench(**clauses: Any) -> Stage:
    """Return the small scenario with clauses of its treaty changed."""
    return Stage(scenario({f"treaties.pact.{name}": value for name, value in clauses.items()}))


def beside_challenger(**clauses: Any) -> Stage:
    """Return a scenario in which the guarantor is bound to the challenger."""
    return bench(proteges=["chal"], **clauses)


@pytest.mark.parametrize("clarity", [0.25, 0.8, 1.0])
def test_recognition_is_even_half_a_rung_below_the_trigger(clarity: float) -> None:
    stage = bench(clarity=clarity)
    # 8 x clarity x (4.5 - 5 + 1/2) = 0
    assert recognition(stage.s, 0, 5, 4.5) == 0.5
    # at the trigger 8 x clarity / 2, one below minus that
    assert recognition(stage.s, 0, 5, 5) == pytest.approx(logistic(4 * clarity))
    assert recognition(stage.s, 0, 5, 4) == pytest.approx(logistic(-4 * clarity))


@given(trigger=st.integers(0, 9), rung=st.integers(0, 9))
def test_without_clarity_anything_may_be_meant(trigger: int, rung: int) -> None:
    assert recognition(VAGUE.s, 0, trigger, rung) == 0.5


VAGUE = bench(clarity=0.0)


@given(rung=st.integers(0, 8), clarity=st.floats(0.01, 1.0))
def test_a_higher_act_is_recognised_more_surely(rung: int, clarity: float) -> None:
    VAGUE.sit.treaties[0, t.CLARITY] = clarity
    try:
        assert recognition(VAGUE.s, 0, 5, rung) < recognition(VAGUE.s, 0, 5, rung + 1)
    finally:
        VAGUE.sit.treaties[0, t.CLARITY] = 0.0


def test_a_treaty_that_covers_a_territory_waits_until_the_fight_reaches_it() -> None:
    made = scenario(
        {
            "flashpoints.isle.touches": {"home": "major_war"},
            "treaties.pact.scope": ["home"],
            "treaties.pact.trigger": "blockade",
        },
        territories=["home"],
    )
    stage = Stage(made)
    assert trigger_at(stage.t, stage.s, 0, 0) == stage.rung("major_war")
    assert binds(stage.t, stage.s, 0, 0, stage.state("guard"), stage.state("hold"))
    # with the isle in scope too, the trigger is the treaty's own
    both = Stage(made.set({"treaties.pact.scope": ["home", "isle"]}))
    assert trigger_at(both.t, both.s, 0, 0) == both.rung("blockade")
    neither = Stage(made.set({"treaties.pact.scope": []}))
    assert not binds(neither.t, neither.s, 0, 0, neither.state("guard"), neither.state("hold"))


def test_only_guarantors_are_bound_and_only_to_proteges() -> None:
    stage = bench()
    hold, chal, guard = map(stage.state, ("hold", "chal", "guard"))
    bound = [
        (a, b)
        for a in (hold, chal, guard)
        for b in (hold, chal, guard)
        if binds(stage.t, stage.s, 0, 0, a, b)
    ]
    assert bound == [(guard, hold)]
    mutual = bench(mutual=True)
    assert binds(mutual.t, mutual.s, 0, 0, hold, guard)
    assert binds(mutual.t, mutual.s, 0, 0, guard, hold)
    assert not binds(mutual.t, mutual.s, 0, 0, guard, guard)
    off = bench(enabled=False)
    assert not binds(off.t, off.s, 0, 0, guard, hold)


@pytest.mark.parametrize(
    ("obligations", "conditional", "side", "duty"),
    [
        (["defence"], True, "holder", True),
        (["defence"], True, "challenger", False),
        (["defence"], False, "challenger", True),
        (["offence"], True, "holder", False),
        (["offence"], True, "challenger", True),
        (["consultation"], False, "holder", False),
        (["neutrality"], False, "holder", False),
        (["non_aggression"], False, "challenger", False),
        (["arms_and_access"], False, "holder", False),
    ],
)
def test_which_obligations_make_joining_a_duty(
    obligations: list[str], conditional: bool, side: str, duty: bool
) -> None:
    stage = bench(obligations=obligations, conditional=conditional)
    assert bool(is_duty(stage.t, stage.s, 0, SIDES[side])) is duty


@pytest.mark.parametrize(
    ("obligations", "side", "leads"),
    [
        (["defence"], "holder", True),
        (["consultation"], "holder", True),
        (["consultation"], "challenger", True),
        (["defence"], "challenger", False),
        (["offence"], "challenger", True),
        (["neutrality"], "holder", False),
        (["non_aggression"], "holder", False),
        (["arms_and_access"], "holder", False),
    ],
)
def test_which_obligations_open_a_choice_at_all(
    obligations: list[str], side: str, leads: bool
) -> None:
    principal = "hold" if side == "holder" else "chal"
    stage = bench(obligations=obligations, proteges=[principal])
    k = leading_treaty(
        stage.t, stage.s, 0, stage.state("guard"), stage.state(principal), SIDES[side]
    )
    assert k == (0 if leads else -1)


def test_the_duty_that_costs_most_leads() -> None:
    pact = BASE["treaties"]["pact"]
    made = scenario(
        treaties={
            "talk": pact | {"obligations": ["consultation"], "strength": 9},
            "weak": pact | {"strength": 0.1},
            "strong": pact | {"strength": 0.4},
            "same": pact | {"strength": 0.4},
        }
    )
    stage = Stage(made)
    args = stage.t, stage.s, 0, stage.state("guard"), stage.state("hold"), t.HOLDER_SIDE
    assert leading_treaty(*args) == stage.treaty("strong")  # ties go to the first
    stage.sit.treaties[2:, t.ENABLED] = 0.0
    assert leading_treaty(*args) == stage.treaty("weak")
    stage.sit.treaties[1:, t.ENABLED] = 0.0
    assert leading_treaty(*args) == stage.treaty("talk")
    stage.sit.treaties[:, t.ENABLED] = 0.0
    assert leading_treaty(*args) == -1


def test_consultation_adds_its_delay() -> None:
    # two turns until help is effective, one more for talking, where talking is owed
    assert delay_of(*_k(bench(delay=2, consultation_delay=1))) == 2
    both = bench(delay=2, consultation_delay=1, obligations=["defence", "consultation"])
    assert delay_of(*_k(both)) == 3


def _k(stage: Stage) -> Any:
    return stage.t, stage.s, 0


def test_the_price_of_breaking_is_expected_over_commitment() -> None:
    stage = bench(strength=0.5, reliability=0.7)
    # .5 x (.7 + .3 x .2) = .38
    assert expected_price(stage.t, stage.s, 0, stage.state("guard")) == pytest.approx(0.38)


def test_a_non_aggression_pact_makes_acting_costly_as_it_is_recognised() -> None:
    stage = bench(
        guarantors=["chal"], obligations=["non_aggression"], trigger="blockade", clarity=0.5,
        strength=0.1, reliability=1.0,
    )  # fmt: skip
    chal, hold = stage.state("chal"), stage.state("hold")
    strike, grey = stage.rung("limited_strike"), stage.rung("grey_zone")
    # a strike is one above the trigger: .1 x L(8 x .5 x 1.5)
    assert pact_price(stage.t, stage.s, 0, chal, hold, strike, False) == pytest.approx(
        0.1 * logistic(6.0)
    )
    assert pact_price(stage.t, stage.s, 0, chal, hold, grey, False) == pytest.approx(
        0.1 * logistic(-6.0)
    )
    # the other has promised nothing
    assert pact_price(stage.t, stage.s, 0, hold, chal, strike, False) == 0.0


def test_neutrality_binds_those_who_would_join_and_not_those_who_act() -> None:
    stage = bench(proteges=["chal"], obligations=["neutrality"], strength=0.1, reliability=1.0)
    args = stage.t, stage.s, 0, stage.state("guard"), stage.state("chal"), 5
    assert pact_price(*args, False) == 0.0
    # at the trigger: .1 x L(8 x .8 / 2)
    assert pact_price(*args, True) == pytest.approx(0.1 * logistic(3.2))


def test_beside_a_challenger_only_offence_opens_the_choice_below_the_trigger() -> None:
    trigger = 5
    defence = beside_challenger(conditional=False)
    offence = beside_challenger(obligations=["offence"])
    talk = beside_challenger(obligations=["consultation"])
    for stage, below in ((defence, False), (offence, True), (talk, False)):
        args = stage.t, stage.s, 0, 0, t.CHALLENGER_SIDE
        assert bool(may_join(*args, trigger - 1)) is below
        assert bool(may_join(*args, trigger)) is True
    holder = bench()
    assert may_join(holder.t, holder.s, 0, 0, t.HOLDER_SIDE, 0)


def test_targets_that_a_treaty_does_not_cover() -> None:
    stage = bench(covers=["armed_forces", "territory"])
    assert [bool(covers(stage.t, 0, target)) for target in range(6)] == [False] * 4 + [True] * 2


# --- as staged: who is asked, and what hangs on it -------------------------------------------------


def staged(stage: Stage) -> Stage:
    stage.quiet(0, "chal", "hold")
    stage_game(stage.t, stage.s, stage.g, 0)
    return stage


def entrants(stage: Stage) -> list[tuple[str, int, int]]:
    """Return (state, side, treaty) of all who may join."""
    n = int(stage.game.head[t.G_ENTRANTS])
    return [
        (stage.compiled.states[int(e[t.E_STATE])], int(e[t.E_SIDE]), int(e[t.E_TREATY]))
        for e in stage.game.entrants[:n]
    ]


def duties(stage: Stage, rung: str, q: str, entrant: int = 0) -> dict[str, float]:
    """Return the duty of an entrant where an act on a rung is resisted at another."""
    for a in range(1, int(stage.game.head[t.G_ACTS])):
        act = stage.game.acts[a]
        if int(act[t.A_MOVE]) != stage.rung(rung):
            continue
        for answer in range(1, int(act[t.A_ANSWERS])):
            if int(stage.game.nodes[a, answer, t.N_RUNG_Q]) == stage.rung(q):
                row = stage.game.duties[a, answer, entrant]
                return {
                    "recognised": row[t.D_RECOGNISED],
                    "active": row[t.D_ACTIVE],
                    "breach": row[t.D_BREACH],
                    "possible": row[t.D_POSSIBLE],
                }
    raise AssertionError((rung, q))


@pytest.mark.parametrize(
    ("obligations", "asked"),
    [
        (["defence"], True), (["consultation"], True), (["defence", "arms_and_access"], True),
        (["neutrality"], False), (["non_aggression"], False), (["arms_and_access"], False),
        (["offence"], False),
    ],
)  # fmt: skip
def test_who_is_asked_beside_a_holder(obligations: list[str], asked: bool) -> None:
    stage = staged(bench(obligations=obligations))
    assert entrants(stage) == ([("guard", t.HOLDER_SIDE, 0)] if asked else [])


@pytest.mark.parametrize(
    ("obligations", "conditional", "asked"),
    [
        (["defence"], True, False), (["defence"], False, True), (["offence"], True, True),
        (["consultation"], True, True), (["neutrality"], False, False),
        (["non_aggression"], False, False), (["arms_and_access"], False, False),
    ],
)  # fmt: skip
def test_who_is_asked_beside_a_challenger(
    obligations: list[str], conditional: bool, asked: bool
) -> None:
    stage = staged(beside_challenger(obligations=obligations, conditional=conditional))
    assert entrants(stage) == ([("guard", t.CHALLENGER_SIDE, 0)] if asked else [])


def test_another_challenger_may_join_without_a_treaty() -> None:
    made = scenario({"flashpoints.isle.challengers": ["chal", "guard"]}, treaties={})
    assert entrants(staged(Stage(made))) == [("guard", t.CHALLENGER_SIDE, -1)]


def test_breaking_a_duty_costs_what_the_treaty_says() -> None:
    stage = staged(bench(strength=0.4, reliability=0.5))
    row = stage.game.entrants[0]
    assert row[t.E_R] == 0.4
    assert row[t.E_R_OPPORTUNIST] == pytest.approx(0.08)  # a fifth
    assert row[t.E_STANDING] == pytest.approx(0.03)  # a standing worth .1, of which .3 is lost
    assert row[t.E_TRUST] == pytest.approx(0.5)
    talk = staged(bench(obligations=["consultation"], strength=0.4)).game.entrants[0]
    assert talk[t.E_R] == talk[t.E_R_OPPORTUNIST] == talk[t.E_STANDING] == 0.0


def test_recognition_of_a_fresh_act() -> None:
    stage = staged(bench(clarity=0.5))
    for rung, above in (("blockade", -1), ("limited_strike", 0)):
        assert duties(stage, rung, rung)["recognised"] == pytest.approx(
            logistic(4.0 * (above + 0.5))
        )


def test_nothing_is_owed_to_a_protege_that_climbs_across_the_trigger_itself() -> None:
    conditional, always = staged(bench(clarity=0.5)), staged(bench(clarity=0.5, conditional=False))
    assert duties(conditional, "blockade", "blockade")["active"] == 1.0
    assert duties(conditional, "blockade", "limited_strike")["active"] == 0.0
    assert duties(conditional, "limited_strike", "major_war")["active"] == 1.0
    assert duties(always, "blockade", "limited_strike")["active"] == 1.0
    # and then what the protégé chose counts: the trigger itself, L(8 x .5 x .5)
    assert duties(always, "blockade", "limited_strike")["recognised"] == pytest.approx(
        logistic(2.0)
    )


def test_targets_not_covered_are_not_recognised() -> None:
    stage = staged(bench(covers=["words"]))
    assert duties(stage, "limited_strike", "limited_strike")["recognised"] == 0.0
    assert duties(stage, "protest", "protest")["recognised"] > 0.0


def test_an_act_of_unsure_author_is_recognised_in_proportion() -> None:
    made = scenario(
        {"treaties.pact.clarity": 0.5},
        moves={"sabotage": {"rung": "limited_strike", "attribution": 0.25}},
    )
    stage = staged(Stage(made))
    a = next(
        a for a in range(1, int(stage.game.head[t.G_ACTS]))
        if int(stage.game.acts[a, t.A_MOVE]) == stage.compiled.moves.index("sabotage")
    )  # fmt: skip
    assert stage.game.duties[a, 1, 0, t.D_RECOGNISED] == pytest.approx(0.25 * logistic(2.0))


def test_joining_against_a_partner_breaks_neutrality() -> None:
    pact = BASE["treaties"]["pact"]
    out = {
        "name": "Out", "guarantors": ["guard"], "proteges": ["chal"], "obligations": ["neutrality"],
        "trigger": "limited_strike", "clarity": 0.5, "strength": 0.2, "reliability": 1.0,
    }  # fmt: skip
    stage = staged(Stage(scenario(treaties={"pact": pact, "out": out})))
    found = duties(stage, "limited_strike", "limited_strike")["breach"]
    assert found == pytest.approx(0.2 * logistic(2.0))


def test_an_act_against_a_non_aggression_partner_has_its_price() -> None:
    out = {
        "name": "Out", "guarantors": ["chal"], "proteges": ["hold"], "obligations": ["non_aggression"],
        "trigger": "limited_strike", "clarity": 0.5, "strength": 0.2, "reliability": 1.0,
    }  # fmt: skip
    stage = staged(Stage(scenario(treaties={"out": out})))
    prices = {
        stage.compiled.moves[int(row[t.A_MOVE])]: row[t.A_BREACH]
        for row in stage.game.acts[1 : int(stage.game.head[t.G_ACTS])]
    }
    assert prices["limited_strike"] == pytest.approx(0.2 * logistic(2.0))
    assert prices["blockade"] == pytest.approx(0.2 * logistic(-2.0))


def test_strength_counts_up_to_the_ceiling() -> None:
    stage = staged(bench(ceiling="blockade", umbrella=True))
    top = stage.rung("blockade")
    force, nuclear = stage.game.force[2], stage.game.nuclear[2]
    assert (force[: top + 1] > 0.0).all()
    assert (force[top + 1 :] == 0.0).all()
    assert (nuclear[top + 1 :] == 0.0).all()
    assert (staged(bench()).game.force[2] > 0.0).all()


def test_an_umbrella_extends_what_is_automatic_and_what_the_tripwire_adds() -> None:
    def extended(**clauses: Any) -> float:
        changes = {f"treaties.pact.{name}": value for name, value in clauses.items()}
        stage = staged(Stage(scenario(changes | {"states.guard.retaliation": 0.8})))
        return float(stage.game.nuclear[2, 9])

    assert extended(umbrella=False) == 0.0
    # no forces there: .8 x .35
    assert extended(umbrella=True) == pytest.approx(0.28)
    # .4 x .0125 = .005 is half of a full tripwire (.01): .8 x (.35 + .65 / 2)
    assert extended(umbrella=True, forward={"isle": 0.0125}) == pytest.approx(0.54)
    # twice a full tripwire is no more than full: all of .8
    assert extended(umbrella=True, forward={"isle": 0.05}) == pytest.approx(0.8)


def test_a_tripwire_adds_the_treatys_own_stake() -> None:
    stage = staged(bench(stake=0.3, forward={"isle": 0.0125}))
    # .2 of its own and half of .3
    assert stage.game.etypes[0, 0, t.E_STAKE] == pytest.approx(0.35)


def test_delayed_help_counts_by_the_chance_that_the_contest_lasts() -> None:
    now, later = staged(bench()), staged(bench(delay=2))
    r = now.rung("limited_strike")
    # each turn it lasts with (1 - .09)(1 - .30 - .12) = .5278
    assert later.game.force[2, r] == pytest.approx(now.game.force[2, r] * 0.5278**2)
    there = staged(bench(delay=2, forward={"isle": 0.5}))
    # half of .4 is there at once, half of it at 1500 km: .2 + .7 x .1 x .5278^2
    assert there.game.force[2, r] == pytest.approx(0.2 + 0.07 * 0.5278**2)


def test_exposure_hangs_on_a_treaty_that_binds() -> None:
    assert staged(bench(exposure=0.02)).game.entrants[0, t.E_EXPOSURE] == 0.02
    assert staged(bench()).game.entrants[0, t.E_EXPOSURE] == 0.0


def test_political_distance_is_to_the_state_joined() -> None:
    made = scenario({"states.hold.political_position": 1.0, "states.guard.political_position": 3.0})
    # .01 x |3 - 1|
    assert staged(Stage(made)).game.entrants[0, t.E_POLITICAL] == pytest.approx(0.02)


@pytest.mark.parametrize("name", ["indo_pacific_2024", "second_thomas_shoal"])
def test_whoever_a_treaty_lets_join_is_staged(name: str) -> None:
    """Staging looks at those who may ever enter; here everybody is asked."""
    stage, checked = Stage(load_scenario(name)), 0
    for due in stage.decisions(0):
        if due != ACT:
            continue
        f = int(stage.sit.cursor[t.NOW])
        c, d = (int(stage.sit.crisis[f, column]) for column in (t.CHALLENGER, t.HOLDER))
        stage_game(stage.t, stage.s, stage.g, f)
        rivals = stage.terms.roles[f] == 2 if stage.sit.crisis[f, t.SWAPPED] == 0 else []
        may = {
            (state, side)
            for state in range(len(stage.compiled.states))
            for side, principal in ((t.HOLDER_SIDE, d), (t.CHALLENGER_SIDE, c))
            if state not in (c, d)
            and (
                leading_treaty(stage.t, stage.s, f, state, principal, side) >= 0
                or (side == t.CHALLENGER_SIDE and len(rivals) > 0 and rivals[state])
            )
        }
        n = int(stage.game.head[t.G_ENTRANTS])
        staged = stage.game.entrants[:n, [t.E_STATE, t.E_SIDE]].astype(int).tolist()
        assert {tuple(row) for row in staged} == may
        assert len(staged) == len(may)
        checked += len(may) > 0
    assert checked > 3
