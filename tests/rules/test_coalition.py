"""How coalitions settle on an answer: lead, consensus, majority."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engines.chunks import Player
from sim.rules import log as kind
from sim.rules import tables as t
from sim.rules.coalition import agreed_answer
from sim.rules.staging import stage
from sim.world.scenario import Scenario
from tests.rules.bench import BASE, Stage, scenario

PACT = BASE["treaties"]["pact"]
GUARD, NOBODY = 0b1, 0


def crowd(rule: str, ceiling: str | None = "grey_zone", guard: float = 0.4, **top: Any) -> Scenario:
    """A guarantor that fights beside the holder up to a ceiling, and is likely to come."""
    states = BASE["states"] | {"guard": BASE["states"]["guard"] | {"capability": guard}}
    pact = PACT | {"ceiling": ceiling, "trigger": "protest", "clarity": 1.0, "strength": 1.0}
    changes = {
        "rules.coalition": rule, "rules.from_rest": "grey_zone",
        "flashpoints.isle.distances.guard": 0,
    }  # fmt: skip
    return scenario(changes, states=states, treaties={"pact": pact}, **top)


def staged(made: Scenario) -> Stage:
    bench = Stage(made)
    bench.quiet(0, "chal", "hold")
    stage(bench.t, bench.s, bench.g, 0)
    return bench


def settled(bench: Stage, move: str, members: int) -> list[str]:
    """Return the rungs on which answers to a move end up."""
    acts = bench.game.acts[1 : int(bench.game.head[t.G_ACTS])]
    act = 1 + [int(row[t.A_RUNG]) for row in acts].index(bench.rung(move))
    rungs = []
    for answer in range(1, int(bench.game.acts[act, t.A_ANSWERS])):
        at = agreed_answer(bench.g, act, answer, members)
        rungs.append(bench.compiled.rungs[int(bench.game.nodes[act, at, t.N_RUNG_Q])])
    return rungs


PROPOSED = ["protest", "economic_coercion", "grey_zone"]


@pytest.mark.parametrize(
    ("rule", "ceiling", "guard", "found"),
    [
        ("lead", "protest", 0.4, PROPOSED),
        ("consensus", None, 0.4, PROPOSED),
        ("consensus", "grey_zone", 0.4, PROPOSED),
        ("consensus", "economic_coercion", 0.4, [*PROPOSED[:2], "economic_coercion"]),
        ("consensus", "protest", 0.4, ["protest"] * 3),
        ("consensus", "protest", 0.01, ["protest"] * 3),
        ("majority", "protest", 0.4, ["protest"] * 3),
        ("majority", "protest", 0.01, PROPOSED),
    ],
)
def test_members_hold_back_the_one_they_came_for(
    rule: str, ceiling: str | None, guard: float, found: list[str]
) -> None:
    bench = staged(crowd(rule, ceiling, guard))
    assert settled(bench, "protest", GUARD) == found
    assert settled(bench, "protest", NOBODY) == PROPOSED, "who did not come has no say"


def test_nobody_goes_below_the_act_that_is_answered() -> None:
    bench = staged(crowd("consensus", "protest"))
    assert settled(bench, "grey_zone", GUARD) == ["grey_zone"] * 3


def test_a_states_own_highest_rung_holds_back_too() -> None:
    made = crowd("consensus", None).set({"states.guard.highest_rung": "economic_coercion"})
    found = settled(staged(made), "protest", GUARD)
    assert found == [*PROPOSED[:2], "economic_coercion"]


def test_where_everybody_goes_along_the_rule_changes_nothing() -> None:
    logs = [Player(crowd(rule, None), 3).log(2) for rule in ("lead", "consensus", "majority")]
    for ints, floats in logs[1:]:
        assert np.array_equal(ints, logs[0][0])
        assert np.array_equal(floats, logs[0][1])


def test_parties_reckon_with_it() -> None:
    """What an answer is worth with the guarantor beside one is that of the answer settled on."""
    bench = staged(crowd("consensus", "protest"))
    bench.solve()
    lanes, n = bench.room.lanes, int(bench.game.head[t.G_NODES])
    lane = {k: int(bench.game.nodes[1, k, t.N_LANE]) for k in (1, 2, 3)}
    width = lanes.uc.shape[2] // bench.room.contests.here.shape[1]
    at = max(n, width) * GUARD
    free = staged(crowd("lead", "protest"))
    free.solve()
    for k in (2, 3):
        assert lanes.ud[0, 0, at + lane[k]] == lanes.ud[0, 0, at + lane[1]]
        assert lanes.ud[0, 0, lane[k]] == free.room.lanes.ud[0, 0, lane[k]], "alone it may"
    assert bench.solution.value_d[1, 3, 0] != free.solution.value_d[1, 3, 0]


def test_what_a_coalition_settles_on_is_where_the_crisis_stands() -> None:
    player = Player(crowd("consensus", "protest", turns=36), 5)
    seen = 0
    for run in range(12):
        ints, _ = player.log(run)
        rows = ints.tolist()
        for here, row in enumerate(rows):
            if row[t.L_KIND] == kind.SETTLES:
                press = rows[here + 1]
                assert press[t.L_KIND] == kind.PRESS
                assert press[t.L_B] == row[t.L_A] < row[t.L_B]
                seen += 1
    assert seen > 3
