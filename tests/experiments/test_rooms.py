"""One room for many scenarios: nothing of one is left in the next."""

from __future__ import annotations

import pytest

from sim.engines.chunks import Player
from sim.engines.compile_scenario import compile_scenario
from sim.engines.room import features, forget, same_room
from sim.evidence.parameters.rows import ROWS
from sim.files.check import load_scenario
from sim.world.horizon import with_turns

SEED, RUNS = 5, 3


def small(name):
    return with_turns(load_scenario(name), 12)


@pytest.mark.parametrize("name", ["senkaku", "second_thomas_shoal", "taiwan_strait"])
def test_every_parameter_can_change_in_one_room(name):
    """Each row of the register is played in the room of the rows before it, and in a new one.

    Scenarios with signals or foresight never share a room, which the next test sees to.
    """
    rows = [row for row in ROWS if row.scenario == name]
    assert rows
    whole, base = load_scenario(name), small(name)
    player = Player(base, SEED)
    alone = []
    for row in rows:
        changed = with_turns(whole.set({**row.given, row.path: row.to, **row.also}), 12)
        if features(compile_scenario(changed).terms):
            continue
        player.change_to(changed)
        player.rows(0, RUNS)
        player.change_to(base)
        again = player.rows(0, RUNS).tobytes()
        player.change_to(changed)
        alone.append((changed, player.rows(0, RUNS).tobytes(), again))
    fresh = Player(base, SEED)
    plain = fresh.rows(0, RUNS).tobytes()
    differing = 0
    for changed, found, again in alone:
        assert again == plain
        expected = Player(changed, SEED).rows(0, RUNS).tobytes()
        assert found == expected
        differing += expected != plain
    assert differing > len(rows) / 6  # or the test could not fail


def test_what_looks_ahead_or_signals_has_a_room_of_its_own():
    base = small("senkaku")
    plain, ahead, signals = (
        compile_scenario(scenario)
        for scenario in (
            base, base.set({"rules.foresight": 1}), base.set({"rules.signals": "on"})
        )
    )  # fmt: skip
    assert same_room(plain, plain)
    for one, two in ((plain, ahead), (ahead, ahead), (plain, signals)):
        assert not same_room(one, two)


def test_solved_games_are_kept_only_under_the_same_terms():
    base = small("senkaku")
    player = Player(base, SEED)
    player.rows(0, 20)
    kept = int(player.room.memory.state[0])
    assert kept > 0
    player.change_to(base.set({"flashpoints.senkaku.opportunity": 0.2}))
    assert int(player.room.memory.state[0]) == kept
    player.change_to(base.set({"ladder.blockade.harm": 0.5}))
    assert int(player.room.memory.state[0]) == 0


def test_what_is_kept_does_not_show_in_what_is_played():
    base = small("senkaku")
    changed = base.set({"flashpoints.senkaku.opportunity": 0.3})
    player = Player(base, SEED)
    player.rows(0, 40)
    player.change_to(changed)
    with_memory = player.rows(0, 40)
    forget(player.room)
    assert player.rows(0, 40).tobytes() == with_memory.tobytes()


def test_a_scenario_of_another_shape_gets_a_room_of_its_own():
    base = small("senkaku")
    player = Player(base, SEED)
    longer = with_turns(load_scenario("senkaku"), 20)
    player.change_to(longer)
    assert player.rows(0, RUNS).tobytes() == Player(longer, SEED).rows(0, RUNS).tobytes()
    player.change_to(base)
    assert player.rows(0, RUNS).tobytes() == Player(base, SEED).rows(0, RUNS).tobytes()
