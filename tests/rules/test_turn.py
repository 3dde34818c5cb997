"""Whole runs: the log keeps to its grammar, and what should happen does."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any

import numpy as np
import pytest

from sim.engines.chunks import Player
from sim.files.check import load_scenario
from sim.rules import log as kind
from sim.rules import tables as t
from sim.rules.run import FIRST
from sim.rules.turn import OVER
from sim.world.scenario import Scenario
from tests.rules.bench import BASE, Stage, scenario
from tests.rules.grammar import check_log

ISLE = BASE["flashpoints"]["isle"]
PACT = BASE["treaties"]["pact"]


def busy() -> Scenario:
    """Two flashpoints with much going on: recovery, rivals, accidents, duties on both sides."""
    states = BASE["states"] | {"rival": {"name": "Rival", "capability": 0.15}}
    stakes = {"hold": 0.4, "chal": 0.9, "guard": 0.3, "rival": 0.7}
    near = dict.fromkeys(states, 100)
    isle = ISLE | {
        "challengers": ["chal", "rival"], "stakes": stakes, "distances": near, "cooldown": 0,
        "opportunity": {"chal": 0.7, "rival": 0.4}, "cooldown_after_violence": 3,
    }  # fmt: skip
    reef = isle | {"name": "Reef", "holder": "rival", "challengers": ["hold"], "opportunity": 0.5}
    both = PACT | {"scope": ["isle", "reef"], "strength": 0.2, "trigger": "grey_zone"}
    treaties = {
        "pact": both | {"reliability": 0.5},
        "league": both | {
            "guarantors": ["rival", "guard"], "proteges": ["chal"], "mutual": True,
            "obligations": ["offence", "consultation"],
        },
        "peace": both | {
            "guarantors": ["chal"], "proteges": ["hold"], "obligations": ["non_aggression"],
        },
    }  # fmt: skip
    events: list[dict[str, Any]] = [
        {"probability": 0.1, "repeats": True, "accident": {"isle": "show_of_force"}, "why": "x"},
        {"turn": 5, "name": "vote", "redraw": ["hold", "guard"], "why": "x"},
        {"turn": 9, "after": "vote", "exercise": ["pact"], "why": "x"},
        {"probability": 0.05, "scale": {"states.chal.capability": 1.5}, "why": "x"},
    ]
    return scenario(
        {"rules.doubt": 0.2, "rules.lambda": 10}, turns=36, states=states, treaties=treaties,
        flashpoints={"isle": isle, "reef": reef}, events=events,
    )  # fmt: skip


PLAYED = {
    "senkaku": (lambda: load_scenario("senkaku"), 60),
    "second_thomas_shoal": (lambda: load_scenario("second_thomas_shoal"), 60),
    "taiwan_strait": (lambda: load_scenario("taiwan_strait"), 40),
    "indo_pacific_2024": (lambda: load_scenario("indo_pacific_2024"), 12),
    "busy": (busy, 60),
    "busy, in order of stake": (lambda: busy().set({"rules.order": "stake"}), 40),
    "busy, weekly": (lambda: busy().set({"turn_length": "week"}), 20),
}


@pytest.mark.parametrize("name", PLAYED)
def test_logs_keep_to_their_grammar(name: str) -> None:
    make, runs = PLAYED[name]
    player = Player(make(), 3)
    total: Counter[str] = Counter()
    for run in range(runs):
        total.update(check_log(player.compiled, *player.log(run)))
    assert total["crises"] > runs
    assert total["joins"] > 0
    assert total["yields"] > 0
    if name.startswith("busy"):
        assert total["recoveries"] > 0
        assert total["slips"] > 0


def test_the_grammar_notices_what_is_wrong() -> None:
    player = Player(busy(), 3)
    ints, floats = player.log(0)
    check_log(player.compiled, ints, floats)
    unnoticed = []
    for row in range(len(ints)):
        missing = np.delete(ints, row, 0), np.delete(floats, row, 0)
        twice = np.insert(ints, row, ints[row], 0), np.insert(floats, row, floats[row], 0)
        for wrong in (missing, twice):
            try:
                check_log(player.compiled, *wrong)
            except (AssertionError, IndexError):
                continue
            unnoticed.append(int(ints[row, t.L_KIND]))
    # that a weighed move is missing or an act was invoked twice cannot be seen from the rest
    assert set(unnoticed) <= {kind.EVENT, kind.INVOKED, kind.RECOGNISED, kind.JOIN, kind.SLIP,
                              kind.LEAVE, kind.OPPORTUNITY, kind.PRESS}  # fmt: skip
    assert len(unnoticed) < 0.1 * 2 * len(ints)


def rows(player: Player, run: int, *kinds: int) -> list[list[int]]:
    ints, _ = player.log(run)
    return [row.tolist() for row in ints if row[t.L_KIND] in kinds]


def test_scheduled_events_happen_on_their_turn() -> None:
    events: list[dict[str, Any]] = [
        {"turn": 3, "set": {"treaties.pact.clarity": 0.1}, "why": "x"},
        {"date": "2024-08", "set": {"treaties.pact.clarity": 0.2}, "why": "x"},
        {"turn": 0, "enabled": False, "set": {"treaties.pact.clarity": 0.3}, "why": "x"},
        {"turn": 5, "probability": 0, "set": {"treaties.pact.clarity": 0.3}, "why": "x"},
    ]
    player = Player(scenario(events=events), 1)
    for run in range(5):
        happened = [(row[t.L_TURN], row[t.L_A]) for row in rows(player, run, kind.EVENT)]
        assert happened == [(3, 0), (7, 1)]  # January is turn 0, so August is turn 7


def test_a_chance_event_comes_as_often_as_it_says_and_once() -> None:
    events: list[dict[str, Any]] = [
        {"name": "first", "probability": 0.1, "set": {"treaties.pact.clarity": 0.1}, "why": "x"},
        {"after": "first", "probability": 1, "set": {"treaties.pact.clarity": 0.2}, "why": "x"},
        {"probability": 0.1, "repeats": True, "set": {"treaties.pact.clarity": 0.1}, "why": "x"},
    ]
    made = scenario({"flashpoints.isle.opportunity": 0}, events=events)
    player = Player(made, 1)
    seen: Counter[int] = Counter()
    for run in range(400):
        happened = [(row[t.L_A], row[t.L_TURN]) for row in rows(player, run, kind.EVENT)]
        seen.update(event for event, _ in happened)
        once = dict(happened[::-1])
        # what waits for another and is sure follows at once
        assert once.get(1) == once.get(0)
    # 1 - .9^12 = .718 of 400: 287, standard deviation 9; and 480 in 4800 turns, sd 21
    assert abs(seen[0] - 287) < 36
    assert seen[0] == seen[1]
    assert abs(seen[2] - 480) < 84


def test_events_change_what_they_name() -> None:
    events: list[dict[str, Any]] = [
        {"turn": 1, "set": {"treaties.pact.trigger": "blockade"}, "why": "x"},
        {"turn": 2, "scale": {"states.chal.capability": 2}, "why": "x"},
        {"turn": 2, "scale": {"states.chal.readiness": 5}, "why": "x"},
        {"turn": 3, "set": {"flashpoints.isle.stakes.guard": 0.9}, "why": "x"},
        {"turn": 4, "exercise": ["pact"], "why": "x"},
    ]
    made = scenario({"states.chal.readiness": 0.5, "treaties.pact.integration": 0.5}, events=events)
    stage = Stage(made)
    for _ in stage.decisions(0):
        pass
    sit, chal, guard = stage.sit, stage.state("chal"), stage.state("guard")
    assert sit.treaties[0, t.TRIGGER] == stage.rung("blockade")
    assert sit.states[chal, t.CAPABILITY] == pytest.approx(0.4)
    assert sit.states[chal, t.READINESS] == 1.0  # five times .5 would be more than all
    assert sit.places[0, guard, t.STAKE] == 0.9
    assert sit.treaties[0, t.INTEGRATION] == pytest.approx(0.55)  # a tenth of what is missing
    assert sit.states[guard, t.EXERCISED_UNTIL] == 16
    # and the next run starts as the file says
    for _ in stage.decisions(1):
        break
    assert sit.states[chal, t.CAPABILITY] in (0.2, 0.4)
    assert stage.compiled.start.states[chal, t.CAPABILITY] == 0.2


def test_an_election_draws_a_type_afresh() -> None:
    types = [
        {"key": "firm", "prior": 0.5, "cost_sensitivity": 0.5},
        {"key": "soft", "prior": 0.5, "cost_sensitivity": 2},
    ]
    events: list[dict[str, Any]] = [{"turn": 3, "redraw": ["chal"], "why": "x"}]
    made = scenario(
        {"states.chal.types": types, "flashpoints.isle.opportunity": 0}, events=events, turns=4
    )
    stage = Stage(made)
    kinds = []
    for run in range(300):
        due = stage.step(run, FIRST)
        first = int(stage.sit.kind[stage.state("chal")])
        while due != OVER:
            due = stage.step(run, 0)
        kinds.append((first, int(stage.sit.kind[stage.state("chal")])))
    seen = Counter(kinds)
    # four combinations of 75 each, standard deviation 7.5
    assert all(abs(seen[i, j] - 75) < 32 for i in range(2) for j in range(2))


def test_private_types_follow_their_priors() -> None:
    stage = Stage(scenario())
    resolute = 0
    for run in range(1000):
        stage.step(run, FIRST)
        resolute += int(stage.sit.kind[stage.state("chal")] == 0)
    # 350 expected, standard deviation 15
    assert abs(resolute - 350) < 60


@pytest.mark.parametrize("omega", [0.0, 1.0])
def test_commitment_follows_reliability_and_travels_with_character(omega: float) -> None:
    treaties = {"pact": PACT | {"reliability": 0.6}, "twin": PACT | {"reliability": 0.6}}
    stage = Stage(scenario({"rules.spillover": omega}, treaties=treaties))
    guard = stage.state("guard")
    pairs = []
    for run in range(600):
        stage.step(run, FIRST)
        pairs.append(tuple(stage.sit.committed[:, guard].tolist()))
    kept = sum(a for a, _ in pairs)
    assert abs(kept - 360) < 48  # sd 12
    apart = sum(a != b for a, b in pairs)
    # apart .48 of the time if independent (288, sd 12), never if one draw of character decides
    assert apart == 0 if omega == 1.0 else abs(apart - 288) < 48


def test_opportunities_come_as_often_as_they_say() -> None:
    # a state to which the least act costs far more than all there is to win weighs and rests
    wary = [{"key": "wary", "prior": 1, "cost_sensitivity": 1000}]
    made = scenario({"flashpoints.isle.opportunity": 0.1, "states.chal.types": wary}, turns=24)
    player = Player(made, 1)
    weighed = sum(len(rows(player, run, kind.OPPORTUNITY)) for run in range(200))
    assert not any(rows(player, run, kind.CRISIS_BEGINS) for run in range(20))
    assert abs(weighed - 480) < 84  # of 4800 turns; standard deviation 21
    quarterly = Player(made.set({"turn_length": "quarter"}), 1)
    weighed = sum(len(rows(quarterly, run, kind.OPPORTUNITY)) for run in range(200))
    assert abs(weighed - 4800 * 0.271) < 123  # 1 - .9^3 = .271; sd 31


def test_quiet_follows_a_crisis() -> None:
    made = scenario(
        {"flashpoints.isle.opportunity": 1.0, "flashpoints.isle.cooldown": 4,
         "rules.from_rest": "show_of_force"}, turns=48,
    )  # fmt: skip
    player = Player(made, 1)
    gaps = Counter()
    for run in range(20):
        log = rows(player, run, kind.CRISIS_ENDS, kind.OPPORTUNITY)
        for one, two in itertools.pairwise(log):
            ended = one[t.L_KIND] == kind.CRISIS_ENDS and two[t.L_KIND] == kind.OPPORTUNITY
            if ended and one[t.L_B] <= 3:
                gaps[two[t.L_TURN] - one[t.L_TURN]] += 1
    assert set(gaps) == {5}  # four turns in between
    assert gaps[5] > 30


def test_a_former_holder_recovers_what_it_lost_in_swapped_roles() -> None:
    made = scenario(
        {
            "flashpoints.isle.opportunity": 0.6,
            "flashpoints.isle.cooldown": 0,
            "flashpoints.isle.stakes": {"hold": 0.9, "chal": 0.9, "guard": 0.1},
            "states.hold.capability": 0.5,
        },
        turns=48,
    )
    player = Player(made, 2)
    hold, chal = (player.compiled.states.index(s) for s in ("hold", "chal"))
    recoveries = gained = 0
    for run in range(40):
        ints, floats = player.log(run)
        for row, (before, after) in zip(ints.tolist(), floats.tolist(), strict=True):
            if row[t.L_KIND] == kind.CRISIS_BEGINS and row[t.L_C] == 1:
                assert row[t.L_ACTOR : t.L_A] == [hold, chal]
                recoveries += 1
            if row[t.L_KIND] == kind.CRISIS_ENDS and row[t.L_ACTOR] == hold:
                assert after >= before
                assert after <= 1.0
                gained += after > before
    assert recoveries > 20
    assert gained > 5


def test_nothing_happens_where_nobody_weighs_a_move() -> None:
    player = Player(scenario({"flashpoints.isle.opportunity": 0}), 1)
    ints, floats = player.log(0)
    assert ints[:, t.L_KIND].tolist() == [kind.TURN_ENDS] * 12 + [kind.STATE_ENDS] * 3
    assert not floats[:12].any()
    assert floats[12:].tolist() == [[0.0, 1.0]] * 3


def test_only_challengers_with_a_chance_weigh_moves() -> None:
    made = scenario(
        {"flashpoints.isle.challengers": ["chal", "guard"],
         "flashpoints.isle.opportunity": {"chal": 0.0, "guard": 1.0}},
        treaties={},
    )  # fmt: skip
    player = Player(made, 1)
    names = player.compiled.states
    weighed = [row for run in range(5) for row in rows(player, run, kind.OPPORTUNITY)]
    # the holder may weigh recovery
    assert {names[row[t.L_ACTOR]] for row in weighed} - {"hold"} == {"guard"}


def test_accidents_open_a_crisis_or_lift_one() -> None:
    events = [{"turn": 2, "accident": {"isle": "blockade"}, "why": "x"}]
    player = Player(scenario({"flashpoints.isle.opportunity": 0}, events=events), 1)
    chal = player.compiled.states.index("chal")
    for run in range(10):
        begun = rows(player, run, kind.CRISIS_BEGINS)
        assert [(row[t.L_TURN], row[t.L_ACTOR], row[t.L_B], row[t.L_C]) for row in begun] == [
            (2, chal, 4, 2)
        ]
    # where a crisis is live, the clash lifts it to its rung
    lifted = Player(scenario({"flashpoints.isle.opportunity": 1.0}, events=events), 1)
    for run in range(30):
        begun = [row for row in rows(lifted, run, kind.CRISIS_BEGINS) if row[t.L_TURN] == 2]
        reached = [row[t.L_A] for row in rows(lifted, run, kind.RUNG) if row[t.L_TURN] == 2]
        assert reached
        assert reached[0] >= 4
        assert all(row[t.L_C] == 2 for row in begun)


def test_the_risk_index_weighs_flashpoints_by_stakes_and_strength() -> None:
    events = [{"turn": 0, "accident": {"reef": "limited_strike"}, "why": "x"}]
    quiet = ISLE | {"opportunity": 0}
    reef = quiet | {"name": "Reef", "stakes": {"hold": 0.1, "chal": 0.2}, "weight": 2}
    made = scenario(
        {"rules.reconsider": 0}, flashpoints={"isle": quiet, "reef": reef}, events=events
    )
    player = Player(made, 1)
    ints, floats = player.log(0)
    first = next(i for i, row in enumerate(ints) if row[t.L_KIND] == kind.TURN_ENDS)
    assert ints[first, t.L_TURN] == 0
    reached = ints[first, t.L_A]
    intensity = player.compiled.terms.rungs[reached, t.INTENSITY]
    # isle .6 x .1 + .5 x .2 + .2 x .4 = .24; reef 2 x (.1 x .1 + .2 x .2) = .1
    assert floats[first, 0] == pytest.approx(intensity * 0.1 / 0.34)


def test_a_crisis_alive_at_the_horizon_is_ongoing() -> None:
    events = [{"turn": 11, "accident": {"isle": "grey_zone"}, "why": "x"}]
    made = scenario({"flashpoints.isle.opportunity": 0, "rules.reconsider": 0}, events=events)
    player = Player(made, 1)
    seen = Counter()
    for run in range(60):
        for row in rows(player, run, kind.CRISIS_ENDS):
            assert row[t.L_TURN] == 11
            seen[row[t.L_A]] += 1
    assert seen[6] > 30


def test_chances_in_the_log_are_those_drawn_from() -> None:
    """Of many moves with a given chance, as many are made as the chance says."""
    player = Player(load_scenario("senkaku"), 1)
    said, came, n = 0.0, 0, 0
    for run in range(150):
        ints, floats = player.log(run)
        for row, (x, _) in zip(ints, floats, strict=True):
            if row[t.L_KIND] == kind.JOIN:
                said, came, n = said + x, came + row[t.L_A], n + 1
    assert n > 100
    spread = np.sqrt(said * (1 - said / n))
    assert abs(came - said) < 4 * spread + 1


def test_where_pressing_is_forced_whoever_is_resisted_goes_on() -> None:
    counts = {}
    for press in ("chosen", "forced"):
        stage = Stage(scenario({"rules.press": press}))
        counts[press] = dict.fromkeys(("answers", "presses", "fights"), 0)
        for run in range(30):
            for _ in stage.decisions(run):
                pass
            answers = stage.logged(kind.ANSWER)
            counts[press]["answers"] += sum(row[t.L_A] >= 0 for row in answers)
            counts[press]["presses"] += len(stage.logged(kind.PRESS))
            counts[press]["fights"] += sum(len(stage.logged(k)) for k in (kind.FORCE, kind.SETTLED))
    assert counts["chosen"]["presses"] > 0
    assert counts["forced"]["answers"] > 0
    assert counts["forced"]["presses"] == 0
    assert counts["forced"]["fights"] > 0
