"""Signals: who sends which, what they are worth, what they tell, and which equilibrium is taken."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sim.engines.chunks import Player
from sim.engines.model import CrisisModel
from sim.engines.room import room_for
from sim.outcomes.events import Answer, Concluded, Signal
from sim.rules import log as kind
from sim.rules import tables as t
from sim.rules.choice import padded
from sim.rules.coming_game import add_worth, member_worth
from sim.rules.run import FIRST
from sim.rules.signalling import put_beliefs, stage_after, stage_quiet
from sim.rules.signals import coming
from sim.rules.solver import FAILED, solve
from sim.rules.turn import SIGNAL
from sim.world.scenario import Scenario
from tests.rules.bench import BASE, Stage, scenario
from tests.rules.grammar import check_log
from tests.rules.test_turn import busy

pytestmark = pytest.mark.long

ONE = [{"key": "only", "prior": 1.0, "cost_sensitivity": 0.8}]
EXACT = {"rules.belief_step": 0.0, "rules.lambda": 25.0}


def signalling(changes: dict[str, Any] | None = None, /, **top: Any) -> Scenario:
    """The small scenario with signals; its first turn is an occasion to send them."""
    return scenario({"rules.signals": "on", **EXACT, **(changes or {})}, **top)


def first_signal(made: Scenario) -> Stage:
    """Play to the first signal that is due: the holder's."""
    stage = Stage(made)
    stage.terms.rules[t.SOLVED_TO] = 1e-8
    assert stage.step(0, FIRST) == SIGNAL
    return stage


def guarantors_signal(made: Scenario) -> Stage:
    """Play on to the guarantor's; the holder does nothing."""
    stage = first_signal(made)
    assert stage.step(0, 0) == SIGNAL
    assert stage.sit.cursor[t.ACTOR] == stage.state("guard")
    return stage


def menu(stage: Stage) -> list[tuple[int, float]]:
    rows = stage.solution.signal_menu[: stage.sit.cursor[t.S_OPTIONS]]
    return [(int(what), float(much)) for what, much in rows]


# --- who signals what ------------------------------------------------------------------------------


def test_the_holder_is_asked_first_then_who_guarantees_it() -> None:
    ints, _ = Player(signalling(turns=13), 1).log(0)
    rows = [row for row in ints if row[t.L_KIND] == kind.SIGNAL]
    turns = sorted({int(row[t.L_TURN]) for row in rows})
    assert set(turns) <= {0, 6, 12}
    assert [int(row[t.L_ACTOR]) for row in rows if row[t.L_TURN] == 0] == [0, 2]
    assert {(int(row[t.L_ACTOR]), int(row[t.L_B])) for row in rows} == {(0, -1), (2, 0)}


@pytest.mark.parametrize(
    ("changes", "who"),
    [
        ({}, {"hold", "guard"}),
        ({"treaties.pact.obligations": ["consultation"]}, {"hold"}),
        ({"treaties.pact.enabled": False}, {"hold"}),
        ({"treaties.pact.scope": []}, {"hold"}),
        ({"flashpoints.isle.opportunity": 0.0}, set()),
        ({"flashpoints.isle.control": 0.0}, set()),
        ({"rules.signals": "off"}, set()),
    ],
)
def test_only_who_holds_or_guarantees_what_is_threatened_signals(
    changes: dict[str, Any], who: set[str]
) -> None:
    model = CrisisModel(signalling(changes, turns=1), seed=1)
    model.run_to_end()
    assert {r.state for r in model.events if isinstance(r, Signal)} == who


def test_what_is_not_there_is_not_on_the_menu() -> None:
    stage = first_signal(signalling())
    assert menu(stage) == [(t.NOTHING, 0.0), (t.SINK, 0.02), (t.TIE, 0.2), (t.DEPLOY, 0.1)]
    stage = first_signal(signalling({"rules.sink_cost": 0, "states.hold.forward": {"isle": 0.97}}))
    assert [what for what, _ in menu(stage)] == [t.NOTHING, t.TIE, t.DEPLOY]
    assert menu(stage)[-1][1] == pytest.approx(0.03), "no more than is not stationed already"


def test_signals_lapse_when_they_are_next_due() -> None:
    made = signalling({"rules.signal_every": 2, "flashpoints.isle.opportunity": 0.001})
    model = CrisisModel(made, seed=1)
    model.seat("hold", {(0, "signal"): "tie", (2, "signal"): "deploy", (4, "signal"): "nothing"})
    place = model.room.sit.places[0, 0]
    seen = []
    for _ in range(5):
        model.step()
        seen.append((float(place[t.DECLARED]), float(place[t.DEPLOYED])))
    assert seen == [(0.2, 0.0), (0.2, 0.0), (0.0, 0.1), (0.0, 0.1), (0.0, 0.0)]


def test_a_game_that_comes_sooner_counts_more() -> None:
    stage = Stage(signalling({"rules.discount": 0.9, "rules.signal_every": 3}))
    chance = stage.sit.places[0, 1, t.OPPORTUNITY]
    assert chance == pytest.approx(0.5)
    assert coming(stage.t, stage.s, 0, 1) == pytest.approx(0.5 + 0.9 * 0.25 + 0.81 * 0.125)
    stage.sit.crisis[0, t.QUIET_UNTIL] = 2
    assert coming(stage.t, stage.s, 0, 1) == pytest.approx(0.81 * 0.5)
    stage.sit.cursor[t.TURN] = 11  # the last turn of twelve
    assert coming(stage.t, stage.s, 0, 1) == pytest.approx(0.5)


# --- what they cost and change ---------------------------------------------------------------------


def test_where_nothing_can_be_learned_a_sunk_cost_is_just_a_cost() -> None:
    changes = {
        "states.hold.types": ONE, "rules.tie_cost": 0, "rules.deploy_share": 0, "rules.sink_cost": 0.05,
    }  # fmt: skip
    stage = first_signal(signalling(changes))
    assert menu(stage) == [(t.NOTHING, 0.0), (t.SINK, 0.05)]
    value, chance = stage.solution.signal_value[:2, 0], stage.solution.signal_prob[:2, 0]
    assert value[1] - value[0] == pytest.approx(-0.8 * 0.05, abs=1e-12)
    assert chance[1] == pytest.approx(1.0 / (1.0 + math.exp(25.0 * 0.8 * 0.05)), rel=1e-9)
    assert stage.solution.signal_post[1, 0] == 1.0
    stage.step(0, 1)
    assert stage.sit.states[0, t.SPENT] == pytest.approx(0.8 * 0.05)


def test_a_declaration_makes_yielding_dearer_but_not_defeat() -> None:
    # nobody leaves a contest: what it is worth hangs on how it is fought alone
    stage = Stage(signalling({"rules.continuation": "absorbing"}))
    found = {}
    for what, much in ((t.NOTHING, 0.0), (t.TIE, 0.5)):
        stage_after(stage.t, stage.s, stage.g, 0, 1, 0, 0, what, much)
        assert stage.game.principals[1, 0, t.P_DECLARED] == much
        stage.solve()
        found[what] = stage.solution.value_d[:, 0, 0].copy(), stage.room.contests.ud.copy()
    for a in range(1, int(stage.game.head[t.G_ACTS])):
        iota = stage.game.rungs[int(stage.game.acts[a, t.A_RUNG]), t.INTENSITY]
        lost = found[t.NOTHING][0][a] - found[t.TIE][0][a]
        assert lost == pytest.approx(0.6 * 0.5 * iota, abs=1e-12)  # psi = .6
    assert np.array_equal(found[t.NOTHING][1], found[t.TIE][1])
    assert stage.sit.places[0, 0, t.DECLARED] == 0.0, "staging leaves nothing behind"


def test_a_declaration_keeps_its_author_in_a_contest() -> None:
    stage = Stage(signalling())
    stays = {}
    for what, much in ((t.NOTHING, 0.0), (t.TIE, 0.5)):
        stage_after(stage.t, stage.s, stage.g, 0, 1, 0, 0, what, much)
        stage.solve()
        slot = stage.rung("show_of_force")
        stays[what] = 1.0 - stage.room.contests.leave[slot, 1, 0]
    assert stays[t.TIE] > stays[t.NOTHING]


def test_a_guarantors_declaration_adds_to_what_reneging_costs() -> None:
    stage = Stage(signalling())
    stage_after(stage.t, stage.s, stage.g, 0, 1, 0, 2, t.NOTHING, 0.0)
    before = stage.game.entrants[0, [t.E_R, t.E_R_OPPORTUNIST]].copy()
    stage_after(stage.t, stage.s, stage.g, 0, 1, 0, 2, t.TIE, 0.5)
    assert stage.game.entrants[0, [t.E_R, t.E_R_OPPORTUNIST]] == pytest.approx(
        [before[0] + 0.5, before[1] + 0.1]
    )


def test_deployed_forces_are_there_at_once_and_missing_elsewhere() -> None:
    reef = BASE["flashpoints"]["isle"] | {"name": "Reef"}
    places = {"isle": BASE["flashpoints"]["isle"], "reef": reef}
    stage = Stage(signalling(flashpoints=places))
    force = {}
    for what, much in ((t.NOTHING, 0.0), (t.DEPLOY, 0.3)):
        for f in (0, 1):
            stage.sit.places[0, 0, t.DEPLOYED] = much
            stage_quiet(stage.t, stage.s, stage.g, f, 1, 0)
            force[what, f] = stage.game.force[1].copy()
    low = stage.rung("protest")
    assert force[t.DEPLOY, 0][low] > force[t.NOTHING, 0][low]
    assert force[t.DEPLOY, 1] == pytest.approx(0.7 * force[t.NOTHING, 1])


def test_deploying_is_paid_for_where_the_forces_are_missed() -> None:
    near = {"hold": 0, "chal": 0, "guard": 1500}
    isle = BASE["flashpoints"]["isle"] | {"distances": near}
    reef = isle | {"name": "Reef", "stakes": {"hold": 0.9, "chal": 0.5, "guard": 0.0}}
    alone = first_signal(signalling()).room.scratch.signal_elsewhere.copy()
    changes = {"rules.deploy_share": 0.5, "treaties.pact.enabled": False}
    stage = first_signal(signalling(changes, flashpoints={"isle": isle, "reef": reef}))
    assert not alone.any()
    # which place comes first is drawn; its holder and that of the other are one
    worths = {}
    f = int(stage.sit.cursor[t.NOW])
    for gone in (0.0, 0.5):
        stage.sit.places[f, 0, t.DEPLOYED] = gone
        stage_quiet(stage.t, stage.s, stage.g, 1 - f, 1, 0)
        stage.solve()
        worth = stage.room.scratch.signal_worth
        worth[:] = 0.0
        weight = coming(stage.t, stage.s, 1 - f, 1)
        add_worth(
            stage.g, stage.lan, stage.sol, worth, 0, 0, 1, 1, weight
        )  # fmt: skip
        worths[gone] = worth[:2].copy()
    lost = stage.room.scratch.signal_elsewhere[:2]
    assert lost == pytest.approx(worths[0.0] - worths[0.5], abs=1e-9)
    assert lost[0] > 0.001, "the resolute would have fought there"


# --- what they tell --------------------------------------------------------------------------------


@pytest.mark.parametrize("branch", ["principal", "informative"])
@pytest.mark.parametrize("whose", ["holder", "guarantor"])
def test_signals_games_and_beliefs_fit_together(branch: str, whose: str) -> None:
    made = signalling({"rules.branch": branch, "treaties.pact.reliability": 0.6})
    stage = first_signal(made) if whose == "holder" else guarantors_signal(made)
    state, k, kinds = (0, -1, 1) if whose == "holder" else (2, 0, 2)
    found = stage.solution
    assert found.status[t.S_FALLBACK] != FAILED
    n, options = 2 * kinds, len(menu(stage))
    chance, value, post, trust = (
        table.copy() for table in (found.signal_prob[:options, :n], found.signal_value[:options, :n],
                                   found.signal_post[:options, :2], found.signal_trust[:options])
    )  # fmt: skip
    belief = stage.sit.belief[state]
    a, b = stage.sit.trust[0, 2]
    q = a / (a + b)
    prior = belief[:2] if kinds == 1 else np.outer(belief[:2], [q, 1.0 - q]).ravel()
    # choices are logit choices
    z = np.exp(25.0 * (value - value.max(0)))
    assert chance == pytest.approx(z / z.sum(0), abs=1e-9)
    joint = chance * prior
    joint /= joint.sum(1, keepdims=True)
    assert post == pytest.approx(joint.reshape(options, 2, kinds).sum(2), abs=1e-5)
    if kinds == 2:
        committed = joint.reshape(options, 2, 2)[:, :, 0].sum(1)
        assert trust == pytest.approx((a + committed) / (a + b + 1.0), abs=1e-5)
    # values are those of the games that follow
    costs = {t.SINK: 0.02}
    for option, (what, much) in enumerate(menu(stage)):
        found.signal_post[:options, :2], found.signal_trust[:options] = post, trust
        stage_after(stage.t, stage.s, stage.g, 0, 1, 0, state, what, much)
        put_beliefs(stage.g, stage.sol, state, k, option)
        solve(stage.g, stage.con, stage.sol, stage.lan, stage.room.packed[5])
        worth = np.zeros(4)
        weight = coming(stage.t, stage.s, 0, 1)
        add_worth(stage.g, stage.lan, stage.sol, worth, state, 0, 1, kinds, weight)
        for u in range(n):
            kappa = stage.terms.types[state, u // kinds, t.KAPPA]
            expected = worth[u] - kappa * costs.get(what, 0.0)
            assert value[option, u] == pytest.approx(expected, abs=1e-6)


def test_what_was_concluded_is_what_is_believed() -> None:
    stage = guarantors_signal(signalling())
    option = 1
    told, trust = stage.solution.signal_post[option].copy(), stage.solution.signal_trust[option]
    stage.step(0, option)
    assert stage.sit.belief[2] == pytest.approx(told, abs=1e-5)
    a, b = stage.sit.trust[0, 2]
    assert a / (a + b) == pytest.approx(trust, abs=1e-5)
    (_, row) = stage.logged(kind.CONCLUDED)[-2:]
    assert row[t.L_A] == -1


def test_under_myopia_signals_tell_nothing_beforehand() -> None:
    stage = first_signal(signalling({"rules.cognition": "myopic"}))
    for option in range(4):
        assert stage.solution.signal_post[option] == pytest.approx(stage.sit.belief[0])


@pytest.mark.parametrize("order", ["simultaneous", "stake"])
def test_a_guarantor_for_whom_nothing_counts_but_the_stake_expects_what_moves(order: str) -> None:
    """Averaged over its types, such a guarantor expects to lose its stake in what changes hands."""
    states = BASE["states"] | {
        name: {"name": name, "capability": 0.3, "standing": 0.0} for name in ("guard", "other")
    }
    pact = BASE["treaties"]["pact"] | {"strength": 0.0}
    made = signalling(
        {"rules.order": order, "rules.political_cost": 0.0},
        states=states,
        flashpoints={"isle": BASE["flashpoints"]["isle"] | {
            "stakes": {"hold": 0.6, "chal": 0.5, "guard": 0.2, "other": 0.3},
            "distances": {"hold": 0, "chal": 0, "guard": 1500, "other": 500}}},
        treaties={"pact": pact, "twin": pact | {"guarantors": ["other"]}},
    )  # fmt: skip
    stage = Stage(made)
    stage_quiet(stage.t, stage.s, stage.g, 0, 1, 0)
    game, lanes = stage.game, stage.room.lanes
    game.etypes[:, :, t.E_KAPPA] = 0.0
    game.etypes[0, :, t.E_STAKE], game.etypes[1, :, t.E_STAKE] = 0.3, 0.2
    stage.solve()
    nodes, masks = int(game.head[t.G_NODES]), 4
    n = int(padded(nodes))
    moved = 0.0
    for act in range(1, int(game.head[t.G_ACTS])):
        p = float(game.principals[0, :2, t.P_BELIEF] @ stage.solution.prob_c[act, :2])
        for answer in range(int(game.acts[act, t.A_ANSWERS])):
            y = float(game.principals[1, :2, t.P_BELIEF] @ stage.solution.prob_d[act, answer, :2])
            if answer == 0:
                moved += p * y * min(game.acts[act, t.A_SLICE], game.head[t.G_CONTROL])
                continue
            lane = int(game.nodes[act, answer, t.N_LANE])
            for mask in range(masks):
                moved += p * y * lanes.chance[mask * n + lane] * lanes.moved[mask * n + lane]
    for e, stake in ((0, 0.3), (1, 0.2)):
        worth = member_worth(stage.g, stage.lan, stage.sol, e, 0, True)
        assert worth == pytest.approx(-stake * moved, rel=1e-6)


def test_help_is_worth_less_to_whom_it_costs_more() -> None:
    stage = Stage(signalling())
    stage_quiet(stage.t, stage.s, stage.g, 0, 1, 0)
    stage.solve()
    worths = []
    for kappa in (0.0, 1.0, 3.0):  # its own; others reckon with what they know
        stage.game.etypes[:, :, t.E_KAPPA] = kappa
        worths.append(float(member_worth(stage.g, stage.lan, stage.sol, 0, 0, False)))
    assert worths[0] > worths[1] > worths[2]


# --- whole runs ------------------------------------------------------------------------------------


@pytest.mark.parametrize("branch", ["principal", "informative"])
def test_logs_with_signals_and_arms_keep_to_their_grammar(branch: str) -> None:
    made = busy().set({
        "rules.signals": "on", "rules.branch": branch, "rules.arms": "richardson",
        "states.chal.arms.reaction": {"hold": 0.3}, "states.hold.arms.fatigue": 0.1,
    })  # fmt: skip
    player = Player(made, 3)
    total: dict[str, int] = {}
    for run in range(10):
        for name, count in check_log(player.compiled, *player.log(run)).items():
            total[name] = total.get(name, 0) + count
    assert total["signals"] > 10
    assert total["armed"] > 10
    assert total["crises"] > 10


def test_a_solution_is_used_again_only_where_it_is_the_same() -> None:
    made = signalling({"rules.belief_step": 1.0}, turns=24)
    player, forgetful = Player(made, 1), Player(made, 1)
    forgetful.room = room_for(forgetful.compiled, 1, remembers=False)
    for run in range(5):
        for one, other in zip(player.log(run), forgetful.log(run), strict=True):
            assert one.tobytes() == other.tobytes()
    assert player.room.sit.cursor[t.REUSES] > 0


def test_a_person_signals_and_others_conclude() -> None:
    model = CrisisModel(signalling(turns=6), seed=1, explain=True)
    model.seat("hold", {"signal": "tie", "answer": "yield"})
    model.run_to_end()
    sent = next(r for r in model.events if isinstance(r, Signal))
    assert (sent.state, sent.signal, sent.amount) == ("hold", "tie", 0.2)
    told = next(r for r in model.events if isinstance(r, Concluded))
    assert (told.state, told.treaty) == ("hold", None)
    assert told.type in ("resolute", "irresolute")
    taken = next(d for d in model.decisions if d.decision.kind == "signal")
    assert taken.seated
    assert [option.key for option in taken.decision.options] == ["nothing", "sink", "tie", "deploy"]
    assert taken.after[told.type] == pytest.approx(told.after)
    assert taken.decision.challenger == "chal"
    second = next(d for d in model.decisions if d.decision.actor == "guard")
    assert second.decision.commitment is not None
    assert second.decision.commitment.treaty == "pact"


def test_who_yields_after_a_declaration_pays_for_it() -> None:
    costs = {}
    for said in ("nothing", "tie"):
        made = signalling({"flashpoints.isle.opportunity": 1.0}, turns=1)
        model = CrisisModel(made, seed=1, run=0)
        model.seat("hold", {"signal": said, "answer": "yield"})
        model.seat("guard", {"signal": "nothing"})
        model.seat("chal", {"act": "blockade"})
        model.run_to_end()
        assert any(isinstance(r, Answer) and r.yields for r in model.events)
        costs[said] = model.states["hold"].cost
    assert costs["tie"] - costs["nothing"] == pytest.approx(0.6 * 0.2 * 0.45)
