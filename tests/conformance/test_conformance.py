"""The same run gives the same log, bit for bit, compiled or in plain Python."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from sim.engines.chunks import Player
from sim.engines.ensemble import play_ensemble
from sim.engines.room import room_for
from sim.files.check import load_scenario
from sim.files.packaged import scenario_names
from sim.world.scenario import Scenario
from tests.conformance import worker
from tests.rules.bench import scenario
from tests.rules.grammar import check_log
from tests.rules.test_turn import busy


class Elsewhere:
    """A process of its own that plays runs."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.conformance.worker"],
            cwd=folder,
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def ask(self, name: str, *args: Any) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        pickle.dump((name, args), self.process.stdin)
        self.process.stdin.flush()
        return pickle.load(self.process.stdout)

    def close(self) -> None:
        self.process.stdin.close()  # type: ignore[union-attr]
        self.process.wait(timeout=60)
        self.process.stdout.close()  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def plain(project: Path) -> Iterator[Elsewhere]:
    """Plain Python, in which a number that overflows or is none raises an error."""
    elsewhere = Elsewhere(project, NUMBA_DISABLE_JIT="1")
    yield elsewhere
    elsewhere.close()


def shortened(name: str, turns: int) -> Scenario:
    """Return a packaged scenario cut short; what is dated later does not come to pass."""
    return load_scenario(name).model_copy(update={"turns": turns})


@pytest.mark.parametrize(
    ("name", "turns", "runs"),
    [
        ("senkaku", 24, [0, 1]),
        ("indo_pacific_2024", 4, [0]),
        ("long_wars", 4, [0]),
        ("second_thomas_shoal", 12, [0]),
        ("taiwan_strait", 12, [0]),
    ],
)
def test_packaged_scenarios(plain: Elsewhere, name: str, turns: int, runs: list[int]) -> None:
    made = shortened(name, turns)
    compiled = worker.logs(made, 1, runs)
    assert plain.ask("mesa", made, 1, runs) == compiled
    assert worker.mesa(made, 1, runs) == compiled
    assert [forgetful(made, 1, run) for run in runs] == compiled
    assert all(len(ints) > turns * 64 for ints, _ in compiled)


@pytest.mark.parametrize("name", scenario_names())
def test_packaged_scenarios_in_chunks_and_workers(name: str) -> None:
    made = shortened(name, 12)
    whole = play_ensemble(made, 12, seed=1, jobs=1, size=12, events=True)
    for size, jobs in ((1, 1), (5, 1), (5, 2)):
        parted = play_ensemble(made, 12, seed=1, jobs=jobs, size=size, events=True)
        assert parted.log_ints.tobytes() == whole.log_ints.tobytes()
        assert parted.log_floats.tobytes() == whole.log_floats.tobytes()
        assert parted.runs.tobytes() == whole.runs.tobytes()


@pytest.mark.parametrize(
    "rules",
    [
        {"continuation": "absorbing"}, {"order": "stake"}, {"cognition": "myopic"},
        {"cognition": "mirror"}, {"doubt": 0.5, "perception_spread": 0.5}, {"belief_step": 0.0},
        {"lambda": 0.0}, {"lambda": 120.0}, {"reconsider": 0.0}, {"reconsider": 1.0},
        {"distance_scale": 0.0, "full_tripwire": 0.0, "join_weight": 0.0},
        {"press": "forced"}, {"distance_decay": "linear"}, {"coalition": "consensus"},
        {"discount": 0.0, "settlement": 0.0, "synergy": 0.0}, {"discount": 1.0},
        pytest.param({"signals": "on", "signal_every": 3}, marks=pytest.mark.long),
        pytest.param({"signals": "on", "branch": "informative"}, marks=pytest.mark.long),
    ],
)  # fmt: skip
def test_every_switch(plain: Elsewhere, rules: dict[str, Any]) -> None:
    changes = {f"rules.{name}": value for name, value in rules.items()}
    made = busy().set(changes).model_copy(update={"turns": 7})
    assert plain.ask("logs", made, 2, [0]) == worker.logs(made, 2, [0])


AHEAD: dict[str, Any] = {
    "rules.foresight": 1, "rules.foresight_reach": 0.0, "rules.foresight_shares": 1,
}  # fmt: skip
"""Foresight on the coarsest grid, which plain Python fills in seconds."""


@pytest.mark.long
@pytest.mark.parametrize(
    "changes",
    [
        {}, {"rules.foresight": 2}, {"rules.cognition": "myopic"}, {"rules.cognition": "mirror"},
        {"rules.order": "stake", "rules.doubt": 0.5}, {"rules.belief_step": 0.0},
        {"rules.lambda": 120.0}, {"rules.discount": 1.0, "rules.fade": 1.0},
    ],
)  # fmt: skip
def test_looking_ahead(plain: Elsewhere, changes: dict[str, Any]) -> None:
    still = {f"flashpoints.{place}.motive_spread": 0 for place in ("isle", "reef")}
    made = busy().set({**AHEAD, **still, **changes}).model_copy(update={"turns": 7})
    compiled = worker.logs(made, 2, [0, 1])
    assert plain.ask("mesa", made, 2, [0, 1]) == compiled
    assert worker.mesa(made, 2, [0, 1]) == compiled
    assert [forgetful(made, 2, run) for run in (0, 1)] == compiled


@pytest.mark.long
def test_looking_ahead_in_workers() -> None:
    made = load_scenario("senkaku").set(AHEAD).model_copy(update={"turns": 12})
    whole = play_ensemble(made, 12, seed=1, jobs=1, size=12, events=True)
    for size, jobs in ((1, 1), (5, 2)):
        parted = play_ensemble(made, 12, seed=1, jobs=jobs, size=size, events=True)
        assert parted.log_ints.tobytes() == whole.log_ints.tobytes()
        assert parted.log_floats.tobytes() == whole.log_floats.tobytes()


def test_tables_read_from_logs(plain: Elsewhere) -> None:
    made = busy().model_copy(update={"turns": 7})
    assert plain.ask("rows", made, 6, 2) == worker.rows(made, 6, 2)


# --- small scenarios drawn at random ---------------------------------------------------------------

SHARE = st.sampled_from([0.0, 0.05, 0.3, 0.5, 0.8, 1.0])
RUNGS = st.sampled_from(
    ["protest", "grey_zone", "blockade", "limited_strike", "general_nuclear_war"]
)
OBLIGATIONS = (
    "defence",
    "consultation",
    "neutrality",
    "non_aggression",
    "offence",
    "arms_and_access",
)
NAMES = ("ada", "bel", "cyd", "dun")


@st.composite
def treaties(draw: st.DrawFn, states: tuple[str, ...], places: tuple[str, ...]) -> dict[str, Any]:
    first, *others = draw(st.permutations(states))
    out: dict[str, Any] = {
        "name": "T",
        "guarantors": [first],
        "proteges": draw(st.lists(st.sampled_from(others), min_size=1, unique=True)),
        "scope": draw(st.lists(st.sampled_from(places), unique=True)),
        "obligations": draw(st.lists(st.sampled_from(OBLIGATIONS), min_size=1, unique=True)),
        "trigger": draw(RUNGS),
    }
    optional: dict[str, st.SearchStrategy[Any]] = {
        "mutual": st.booleans(), "enabled": st.booleans(), "clarity": SHARE,
        "conditional": st.booleans(), "ceiling": RUNGS, "umbrella": st.booleans(),
        "strength": st.sampled_from([0.0, 0.3, 20.0]), "reliability": SHARE,
        "delay": st.integers(0, 3), "stake": SHARE, "integration": SHARE,
        "missile_defence": SHARE, "exposure": SHARE, "arms": SHARE, "upkeep": SHARE,
        "covers": st.just(["territory"]),
    }  # fmt: skip
    chosen = draw(st.lists(st.sampled_from(sorted(optional)), unique=True))
    out |= {name: draw(optional[name]) for name in chosen}
    return out


@st.composite
def signals(draw: st.DrawFn) -> dict[str, Any]:
    """Rules under which signals are sent; one kind at least is on the menu."""
    return {
        "signals": "on", "signal_every": draw(st.integers(2, 6)), "tie_cost": draw(SHARE),
        "branch": draw(st.sampled_from(["principal", "informative"])), "sink_cost": draw(SHARE),
        "deploy_share": draw(st.sampled_from([0.05, 0.3, 1.0])),
    }  # fmt: skip


@st.composite
def parts(draw: st.DrawFn, signalling: bool = False) -> dict[str, Any]:
    states = NAMES[: draw(st.integers(2, 4))]
    places = ("isle", "reef")[: draw(st.integers(1, 2))]
    flashpoints = {}
    for place in places:
        holder, *others = draw(st.permutations(states))
        flashpoints[place] = {
            "name": place, "holder": holder,
            "challengers": draw(st.lists(st.sampled_from(others), min_size=1, unique=True)),
            "stakes": {state: draw(SHARE) for state in states},
            "distances": {state: draw(st.sampled_from([0, 500, 20040])) for state in states},
            "control": draw(SHARE), "opportunity": draw(st.sampled_from([0.3, 1.0])),
            "motive_spread": draw(st.sampled_from([0.0, 0.5])), "cooldown": draw(st.integers(0, 2)),
        }  # fmt: skip
    types = [
        {"key": f"t{i}", "prior": 1 / 4, "cost_sensitivity": i, "audience_factor": draw(SHARE)}
        for i in range(4)
    ]
    made: dict[str, Any] = {
        state: {
            "name": state, "capability": draw(st.sampled_from([0.0, 0.1, 0.4, 1000.0])),
            "retaliation": draw(SHARE), "audience_cost": draw(SHARE), "readiness": draw(SHARE),
            "arms": {
                "reaction": {
                    other: draw(st.sampled_from([0.0, 0.3, 10.0])) for other in states if other != state
                },
                "fatigue": draw(SHARE), "grievance": draw(st.sampled_from([-1.0, 0.01, 0.0])),
            },
        } | ({"types": types} if draw(st.booleans()) else {})
        for state in states
    }  # fmt: skip
    bound = {f"t{i}": draw(treaties(states, places)) for i in range(draw(st.integers(0, 3)))}
    ties: dict[str, Any] = {}
    members = {key: {*bound[key]["guarantors"], *bound[key]["proteges"]} for key in bound}
    free = list(bound)
    while free and draw(st.booleans()):
        pair = sorted(draw(st.permutations(sorted(members[free[0]])))[:2])
        steps = [key for key in free if {*pair} <= members[key]]
        free = [key for key in free if key not in steps]
        depth = draw(st.integers(0, len(steps)))
        ties[f"tie{len(ties)}"] = {"name": "X", "members": pair, "steps": steps, "depth": depth}
    rules = draw(signals()) if signalling else {}
    rules["coalition"] = draw(st.sampled_from(["lead", "consensus", "majority"]))
    if ties and not signalling:
        rules |= {"alignment": "endogenous", "align_every": draw(st.integers(1, 3))}
        rules |= {"tie_weight": 1.0, "entrapment_fear": draw(SHARE)}
    if draw(st.booleans()):
        rules |= {name: draw(SHARE) for name in ("integration_decay", "upkeep_cost", "swiftness")}
    rules["arms"] = draw(st.sampled_from(["off", "richardson"]))
    if not any(
        a["reaction"] or a["fatigue"] or a["grievance"] for a in (s["arms"] for s in made.values())
    ):
        rules["arms"] = "off"
    return {
        "turns": draw(st.sampled_from([2, 4] if signalling else [2, 3, 5])),
        "turn_length": draw(st.sampled_from(["month", "quarter"])) if signalling else "month",
        "states": made, "flashpoints": flashpoints, "treaties": bound, "ties": ties,
        "rules": {"from_rest": draw(RUNGS), "lambda": draw(st.sampled_from([5.0, 25.0])), **rules},
    }  # fmt: skip


def forgetful(made: Scenario, seed: int, run: int) -> tuple[bytes, bytes]:
    """Return a run's log where no solution is ever used again."""
    player = Player(made, seed)
    player.room = room_for(player.compiled, seed, remembers=False)
    ints, floats = player.log(run)
    return ints.tobytes(), floats.tobytes()


def agree_on_random_scenarios(number: int, signalling: bool = False) -> Any:
    """Return a test of a hundred scenarios drawn at random, other ones for each number.

    Of those in which signals are sent a dozen, as plain Python takes long over them.
    """

    @seed(number)
    @settings(max_examples=12 if signalling else 100, derandomize=False, database=None)
    @given(parts=parts(signalling), luck=st.integers(0, 2**40))
    def test(plain: Elsewhere, parts: dict[str, Any], luck: int) -> None:
        made = scenario(**parts)
        ensemble = worker.logs(made, luck, [1, 0])
        assert plain.ask("mesa", made, luck, [0]) == ensemble[1:]
        assert worker.mesa(made, luck, [0]) == ensemble[1:]
        assert forgetful(made, luck, 0) == ensemble[1]
        player = Player(made, luck)
        check_log(player.compiled, *player.log(0))

    return test


@pytest.mark.long
@seed(6)
@settings(max_examples=12, derandomize=False, database=None)
@given(parts=parts(), luck=st.integers(0, 2**40))
def test_random_scenarios_that_look_ahead(
    plain: Elsewhere, parts: dict[str, Any], luck: int
) -> None:
    made = scenario(**parts).set(AHEAD)
    ensemble = worker.logs(made, luck, [1, 0])
    assert plain.ask("mesa", made, luck, [0]) == ensemble[1:]
    assert forgetful(made, luck, 0) == ensemble[1]
    player = Player(made, luck)
    check_log(player.compiled, *player.log(0))


test_random_scenarios_1 = agree_on_random_scenarios(1)
test_random_scenarios_2 = agree_on_random_scenarios(2)
test_random_scenarios_3 = agree_on_random_scenarios(3)
test_random_scenarios_4 = pytest.mark.long(agree_on_random_scenarios(4))
test_random_scenarios_5 = pytest.mark.long(agree_on_random_scenarios(5))
test_random_scenarios_with_signals = pytest.mark.long(agree_on_random_scenarios(6, signalling=True))
