"""One run in the Mesa model: the same log as the ensemble's, and what there is to see."""

from __future__ import annotations

import hashlib
import math
import os
import subprocess
import sys

import mesa
import numpy as np
import pytest

from sim.engines.agents import CoalitionAgent, StateAgent
from sim.engines.compile_scenario import compile_scenario
from sim.engines.model import CrisisModel
from sim.engines.room import room_for
from sim.files.check import load_scenario
from sim.outcomes.events import CrisisEnds, Join, StateEnds, TurnEnds
from sim.rules import tables as t
from sim.rules.run import WHOLE, play


@pytest.fixture(scope="module")
def senkaku():
    return load_scenario("senkaku")


@pytest.fixture(scope="module")
def shoal():
    return load_scenario("second_thomas_shoal")


def log_of(room) -> tuple[bytes, bytes]:
    written = int(room.sit.cursor[t.LOGGED])
    return room.log.ints[:written].tobytes(), room.log.floats[:written].tobytes()


def played(scenario, **settings) -> CrisisModel:
    model = CrisisModel(scenario, **settings)
    model.run_to_end()
    return model


def step_until(model: CrisisModel, condition) -> None:
    while not condition():
        assert model.running, "it never came to that"
        model.step()


# The same history as the ensemble


@pytest.mark.parametrize("name", ["senkaku", "second_thomas_shoal"])
def test_the_log_is_that_of_the_ensemble(name):
    scenario = load_scenario(name)
    room = room_for(compile_scenario(scenario), 7)
    for run in range(4):
        play(room.terms, room.first, *room.packed, room.probabilities, run, WHOLE)
        assert log_of(played(scenario, seed=7, run=run).room) == log_of(room)


def test_explaining_changes_nothing(senkaku):
    plain, explained = played(senkaku, run=3), played(senkaku, run=3, explain=True)
    assert log_of(plain.room) == log_of(explained.room)
    assert plain.decisions == []
    assert len(explained.decisions) > 10


def test_plain_python_plays_the_same(senkaku, project):
    program = (
        "import hashlib, sys\n"
        "from sim.compiled import PLAIN\n"
        "from sim.engines.model import CrisisModel\n"
        "from sim.files.check import load_scenario\n"
        "from sim.rules.tables import LOGGED\n"
        "assert PLAIN\n"
        "scenario = load_scenario('senkaku').model_copy(update={'turns': 12})\n"
        "model = CrisisModel(scenario, seed=3, run=5)\n"
        "model.run_to_end()\n"
        "log, n = model.room.log, int(model.room.sit.cursor[LOGGED])\n"
        "digest = hashlib.sha256(log.ints[:n].tobytes() + log.floats[:n].tobytes())\n"
        "print(n, digest.hexdigest())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=project,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.stderr == ""
    here = played(senkaku.model_copy(update={"turns": 12}), seed=3, run=5)
    ints, floats = log_of(here.room)
    assert any(isinstance(record, CrisisEnds) for record in here.events)
    digest = hashlib.sha256(ints + floats).hexdigest()
    assert done.stdout.split() == [str(len(here.events)), digest]


def test_seed_and_run_make_another_history(senkaku):
    logs = {log_of(played(senkaku, seed=s, run=r).room) for s, r in ((7, 0), (7, 1), (0, 0))}
    assert len(logs) == 3


@pytest.mark.parametrize(("seed", "run"), [(-1, 0), (7, -1)])
def test_negative_seeds_and_runs_are_refused(senkaku, seed, run):
    with pytest.raises(ValueError, match="must not be negative"):
        CrisisModel(senkaku, seed=seed, run=run)


# A Mesa model


def test_it_is_stepped_turn_by_turn(senkaku):
    model = CrisisModel(senkaku, run=1)
    assert isinstance(model, mesa.Model)
    for turn in range(1, senkaku.turns):
        model.step()
        assert (model.turn, model.running) == (turn, True)
        assert isinstance(next(r for r in reversed(model.events) if r.turn == turn - 1), TurnEnds)
    model.step()
    assert not model.running
    assert isinstance(model.events[-1], StateEnds)
    told = len(model.events)
    model.step()
    assert (model.turn, len(model.events)) == (senkaku.turns, told)


def test_the_data_collector_has_a_row_a_turn(senkaku):
    model = played(senkaku, run=1)
    table = model.datacollector.get_model_vars_dataframe()
    ledger = [record for record in model.events if isinstance(record, TurnEnds)]
    keys = [rung.key for rung in senkaku.ladder]
    assert table["risk_index"].tolist() == [record.risk_index for record in ledger]
    assert table["highest_rung"].tolist() == [
        -1 if record.highest_rung is None else keys.index(record.highest_rung) for record in ledger
    ]
    ends = [record for record in model.events if isinstance(record, CrisisEnds)]
    control = np.ones(senkaku.turns)
    for end in ends:
        control[end.turn :] = end.control_after
    assert table["senkaku_control"].tolist() == control.tolist()
    assert model.control() == {"senkaku": control[-1]}


def test_states_are_agents(senkaku):
    model = CrisisModel(senkaku)
    agents = model.agents_by_type[StateAgent]
    assert [agent.key for agent in agents] == ["japan", "china", "united_states"]
    state = model.states["united_states"]
    assert (state.name, state.capability) == ("United States", 0.2822)
    assert state.type in ("resolute", "irresolute")
    assert state.beliefs == {"resolute": 0.35, "irresolute": 0.65}
    assert state.reliability == {"us_japan": pytest.approx(0.8)}
    assert set(state.committed) == {"us_japan"}
    assert state.cost == 0.0


def test_types_are_drawn_by_their_priors(senkaku):
    short = senkaku.model_copy(update={"turns": 1})
    models = [CrisisModel(short, run=run) for run in range(150)]
    resolute = sum(model.states["china"].type == "resolute" for model in models)
    assert 0.22 < resolute / len(models) < 0.48


# Coalitions


def test_a_coalition_lives_as_long_as_two_stand_on_a_side(senkaku):
    model = CrisisModel(senkaku, run=1)
    model.seat("china", {"act": "show_of_force", "press": "press"})
    model.seat("japan", {"act": "rest", "answer": "show_of_force"})
    seen: list[tuple[str, ...]] = []

    def joining(decision):
        seen.append(tuple(c.flashpoint for c in model.coalitions))
        return 1

    model.seat("united_states", joining)
    step_until(model, lambda: model.coalitions)
    assert seen[0] == ()
    (coalition,) = model.coalitions
    assert (coalition.side, coalition.members) == ("holder", ("japan", "united_states"))
    assert list(model.agents_by_type[CoalitionAgent]) == [coalition]
    japan, states = (coalition._strength_of(model.states[key].number) for key in coalition.members)
    assert coalition.leader == ("japan" if japan > states else "united_states")
    assert coalition.strength > japan + states > 0.0  # joint command adds to the sum
    model.seat("china", {"act": "stand_down", "press": "back_down"})
    step_until(model, lambda: not model.coalitions)
    assert len(model.agents_by_type[CoalitionAgent]) == 0


def test_help_on_its_way_does_not_count(senkaku):
    late = senkaku.set({"treaties.us_japan.delay": 6})
    strength = {}
    for name, scenario in (("at once", senkaku), ("late", late)):
        model = CrisisModel(scenario, run=1)
        model.seat("china", {"act": "show_of_force", "press": "press"})
        model.seat("japan", {"act": "rest", "answer": "show_of_force"})
        model.seat("united_states", lambda decision: 1)
        step_until(model, lambda model=model: model.coalitions)
        strength[name] = model.coalitions[0].strength
    assert strength["late"] < strength["at once"]


# What a decision says is what the rules hold


def test_utilities_and_chances_agree(shoal):
    precision = float(shoal.rules.precision.value)
    kinds = set()
    for run in range(3):
        for taken in played(shoal, run=run, explain=True).decisions:
            decision = taken.decision
            kinds.add(decision.kind)
            chances = [option.chance for option in decision.options]
            worth = [option.utility for option in decision.options]
            assert sum(chances) == pytest.approx(1.0)
            if decision.kind == "act":
                # moves on one rung share its weight, so each counts for less than by itself
                for option in decision.options[1:]:
                    same = [o for o in decision.options if o.rung == option.rung]
                    most = chances[0] * math.exp(precision * (option.utility - worth[0]))
                    assert most / len(same) * 0.999 <= option.chance <= most * 1.001
            else:
                weights = [1.0] * len(worth)
                if decision.options[-1].key == "come":
                    weights[-1] = float(shoal.rules.join_weight.value)
                odds = [w * math.exp(precision * u) for w, u in zip(weights, worth, strict=True)]
                assert chances == pytest.approx([each / sum(odds) for each in odds])
    assert kinds == {"act", "answer", "join", "press"}


def test_what_others_are_expected_to_do_is_a_chance(shoal):
    for taken in played(shoal, run=0, explain=True).decisions:
        for option in taken.decision.options:
            seen = [option.yields, option.presses, *(h.chance for h in option.helpers)]
            assert all(0.0 <= chance <= 1.0 for chance in seen if chance is not None)
            if taken.decision.kind == "act" and option.number > 0:
                assert option.yields is not None
                assert option.likely is not None


def test_beliefs_move_with_what_is_seen(shoal):
    moved = 0
    for taken in played(shoal, run=0, explain=True).decisions:
        assert sum(taken.before.values()) == pytest.approx(1.0)
        assert sum(taken.after.values()) == pytest.approx(1.0)
        moved += taken.before != taken.after
    assert moved > 5


def test_a_decision_stands_where_its_records_are(shoal):
    model = played(shoal, run=0, explain=True)
    joins = [taken for taken in model.decisions if taken.decision.kind == "join"]
    assert joins
    for taken in joins:
        record = model.events[taken.at]
        if taken.decision.options[taken.chosen].key in ("come", "stand_aside"):
            assert isinstance(record, Join)
            assert record.state == taken.decision.actor
            assert record.came == (taken.chosen == 1)
            assert record.chance == pytest.approx(taken.decision.options[1].chance)
            assert record.gain == pytest.approx(
                sum(
                    value
                    for name, value in taken.decision.parts.items()
                    if name not in ("promise", "standing", "leaving")
                )
            )


def test_a_log_that_is_too_small_is_told(senkaku):
    model = CrisisModel(senkaku)
    model.room.sit.cursor[t.LOGGED] = len(model.room.log.ints) + 1
    with pytest.raises(RuntimeError, match="room for"):
        model._catch_up()
