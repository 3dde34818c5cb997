"""Chance by address: known answers, uniformity, and draws that nothing else can shift."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim import luck
from sim.engines.chunks import Player
from sim.rules import tables as t
from tests.rules.bench import BASE, scenario

ONES = 0xFFFFFFFF


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        # Random123, kat_vectors: philox4x32 10
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((ONES,) * 4, (ONES,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_philox_gives_the_known_answers(
    counter: tuple[int, ...], key: tuple[int, ...], words: tuple[int, ...]
) -> None:
    assert tuple(map(int, luck.philox(*counter, *key))) == words


def draws(seed: int, **along: Any) -> np.ndarray:
    """Draw along one coordinate of the address, all others fixed."""
    at: dict[str, Any] = {"run": 3, "turn": 5, "who": 7, "where": 11, "purpose": 13, "index": 2}
    (name, values), key = next(iter(along.items())), luck.key_of(seed)
    return np.array([luck.draw(key, *(at | {name: int(v)}).values()) for v in values])


@pytest.mark.parametrize("name", ["run", "turn", "who", "where"])
@pytest.mark.parametrize("seed", [0, 1, 2**40])
def test_draws_are_uniform_along_every_coordinate(name: str, seed: int) -> None:
    u = draws(seed, **{name: range(4000)})
    assert u.min() > 0.0
    assert u.max() < 1.0
    # 20 cells of 200: chi-square with 19 degrees of freedom stays below its .9999 point, 50.8
    cells = np.histogram(u, 20, (0, 1))[0]
    assert ((cells - 200.0) ** 2 / 200.0).sum() < 50.8
    # neighbours are unrelated: a correlation of 4000 pairs has a standard error of .016
    assert abs(np.corrcoef(u[1:], u[:-1])[0, 1]) < 0.07


def test_every_coordinate_of_an_address_matters() -> None:
    key = luck.key_of(1)
    at = [3, 5, 7, 11, 13, 2]
    base = luck.draw(key, *at)
    for place in range(6):
        other = list(at)
        other[place] += 1
        assert luck.draw(key, *other) != base
    assert luck.draw(luck.key_of(2), *at) != base


def test_purposes_are_distinct_and_fit_their_field() -> None:
    names = [
        "TYPE",
        "COMMON_TYPE",
        "COMMITMENT",
        "EVENT",
        "ORDER",
        "OPPORTUNITY",
        "MOTIVE",
        "PERCEPTION",
        "RECOGNITION",
        "RECONSIDER",
        "ACT",
        "ANSWER",
        "JOIN",
        "PRESS",
        "SLIP",
        "FORCE",
        "ATTRIBUTION",
        "WINNER",
        "ASSURANCE",
    ]
    numbers = [getattr(luck, name) for name in names]
    assert numbers == list(range(1, 20))  # never renumbered: it would change every history
    assert max(numbers) < 256


def test_seed_zero_is_a_seed() -> None:
    made = scenario()
    zero, one = Player(made, 0).log(0), Player(made, 1).log(0)
    again = Player(made, 0).log(0)
    assert zero[0].tobytes() == again[0].tobytes()
    assert zero[0].tobytes() != one[0].tobytes()
    assert luck.key_of(0).tolist() != [0, 0]


def test_a_run_does_not_depend_on_which_were_played_before() -> None:
    player = Player(scenario(), 5)
    fresh = Player(scenario(), 5).log(9)
    for run in (0, 3, 9):
        last = player.log(run)
    assert last[0].tobytes() == fresh[0].tobytes()
    assert last[1].tobytes() == fresh[1].tobytes()


def history(player: Player, run: int, place: str) -> list[Any]:
    """Return what a log says of one flashpoint, in names' own numbers, with all numbers."""
    ints, floats = player.log(run)
    f = player.compiled.flashpoints.index(place)
    names = player.compiled.states
    out = []
    for row, (x, y) in zip(ints.tolist(), floats.tolist(), strict=True):
        if row[t.L_FLASH] != f:
            continue
        who = [names[s] if s >= 0 else None for s in (row[t.L_ACTOR], row[t.L_OTHER])]
        out.append((row[t.L_TURN], row[t.L_KIND], *who, *row[t.L_A :], x, y))
    return out


def test_adding_a_state_leaves_histories_as_they_were() -> None:
    before = Player(scenario(), 1)
    far = {"name": "Far", "capability": 0.3}
    # first in the file, so that all numbers of states shift
    after = Player(scenario({"states": {"far": far} | BASE["states"]}), 1)
    for run in range(10):
        assert history(before, run, "isle") == history(after, run, "isle")
    assert any(history(before, run, "isle") for run in range(10))


def test_a_flashpoint_without_common_parties_leaves_histories_as_they_were() -> None:
    second = {
        "name": "Reef",
        "holder": "east",
        "challengers": ["west"],
        "stakes": {"east": 0.6, "west": 0.9},
        "distances": {"east": 0, "west": 0},
        "opportunity": 0.9,
    }
    states = {
        "east": {"name": "East", "capability": 0.1},
        "west": {"name": "West", "capability": 0.3},
    }
    before = Player(scenario(turns=24), 1)
    after = Player(
        scenario(
            turns=24,
            states=states | BASE["states"],
            flashpoints={"reef": second} | BASE["flashpoints"],
        ),
        1,
    )
    crises = 0
    for run in range(20):
        assert history(before, run, "isle") == history(after, run, "isle")
        crises += len(history(after, run, "reef"))
    assert crises > 100


def test_a_longer_horizon_only_adds() -> None:
    short, long = Player(scenario(), 1), Player(scenario(turns=24), 1)
    for run in range(5):
        # what is alive at the horizon is closed there, so compare whole turns before it
        one = [row for row in history(short, run, "isle") if row[0] < 11]
        two = [row for row in history(long, run, "isle") if row[0] < 11]
        assert one == two
