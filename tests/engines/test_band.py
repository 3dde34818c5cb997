"""The band of precision: what is scaled, how it is played, stopped and resumed."""

from __future__ import annotations

import numpy as np
import pyarrow.parquet as pq
import pytest

from sim.engines.band import FACTOR, FACTORS, MOST, band_plan, band_runs, scaled
from sim.engines.folder import (
    PARTS,
    Interrupted,
    complete,
    play_into,
    ready_to_play,
    resume_folder,
    start_folder,
)
from sim.files.check import load_scenario
from tests.engines.test_folder import after, short, tables

RUNS, BAND = 20, 20


def begin(place):
    place.mkdir()
    start_folder(place, short(), RUNS, 3, "crises", "deter run", BAND)
    return place


def go_on(place, jobs=1, stop=lambda: False):
    begun = resume_folder(place)
    ready = ready_to_play(begun.scenario, begun.manifest, begun.have, jobs, begun.band)
    played = []
    play_into(place, begun.manifest, ready, played.append, stop)
    complete(place, begun.manifest, ready, 1.0)
    return played


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A folder whose run nothing interrupted."""
    place = begin(tmp_path_factory.mktemp("whole") / "r")
    assert sum(go_on(place)) == RUNS + len(FACTORS) * BAND
    return place


def test_every_precision_is_scaled() -> None:
    scenario = load_scenario("senkaku").set({
        "rules.lambda": 20,
        "states.china.precision": {"value": 10, "source": "a book"},
        "events": [
            {"turn": 1, "set": {"states.japan.precision": 40}, "why": "to see"},
            {"turn": 2, "set": {"states.japan.precision": {"value": 8, "note": "n"}}, "why": "to see"},
            {"turn": 3, "set": {"states.japan.capability": 0.5}, "why": "to see"},
            {"turn": 4, "scale": {"states.japan.precision": 3}, "why": "to see"},
        ],
    })  # fmt: skip
    half = scaled(scenario, 0.5)
    assert half.rules.precision.value == 10
    assert (half.states["china"].precision.value, half.states["china"].precision.source) == (
        5,
        "a book",
    )
    assert half.states["japan"].precision is None
    assert half.events[0].set == {"states.japan.precision": 20}
    assert half.events[1].set == {"states.japan.precision": {"value": 4, "note": "n"}}
    assert half.events[2:] == scenario.events[2:]  # a factor is a factor at any precision
    assert scaled(half, 2.0) == scenario
    assert scaled(scenario, 1e6).rules.precision.value == 1000


def test_the_plan_covers_each_arm_once() -> None:
    for runs in (1, 7, 30, 100):
        plan = band_plan(runs)
        for arm in (1, 2):
            played = [r for p in plan if p.arm == arm for r in range(p.first, p.first + p.runs)]
            assert played == list(range(runs))
    assert band_plan(0) == []
    assert [band_runs(runs) for runs in (1, 100, 10**6)] == [1, 100, MOST]


def test_its_rows_are_those_of_the_scaled_scenario(whole, tmp_path) -> None:
    band = pq.read_table(whole / "band.parquet").to_pandas()
    assert list(band[FACTOR].unique()) == list(FACTORS)
    for factor in FACTORS:
        alone = tmp_path / str(factor)
        alone.mkdir()
        start_folder(alone, scaled(short(), factor), BAND, 3, "summary", "deter run")
        go_on(alone)
        rows = band[band[FACTOR] == factor].drop(columns=FACTOR).reset_index(drop=True)
        assert rows.equals(pq.read_table(alone / "runs.parquet").to_pandas())
    own = pq.read_table(whole / "runs.parquet").to_pandas()
    assert not np.allclose(band[band[FACTOR] == 0.5]["crises"], own["crises"])


@pytest.mark.parametrize("jobs", [1, 2])
def test_interrupted_in_the_band_it_comes_to_the_same_bytes(whole, tmp_path, jobs) -> None:
    place = begin(tmp_path / "r")
    with pytest.raises(Interrupted):
        go_on(place, jobs, after(25))  # twenty chunks of one run, then ten of each arm
    begun = resume_folder(place)
    assert len(begun.have) == 20
    assert len(begun.band) >= 5
    sum_left = RUNS + 2 * BAND - 20 - sum(piece.runs for piece in begun.band)
    part = next(iter(sorted((place / PARTS).glob("band-*"))))
    part.write_bytes(part.read_bytes()[:50])
    assert resume_folder(place).damaged == (part.name,)
    assert sum(go_on(place, jobs)) == sum_left + 2
    assert tables(place) == tables(whole)
    assert not (place / PARTS).exists()


def test_the_band_changes_no_other_table(whole, tmp_path) -> None:
    place = tmp_path / "r"
    place.mkdir()
    start_folder(place, short(), RUNS, 3, "crises", "deter run")
    go_on(place)
    assert set(tables(whole)) - set(tables(place)) == {"band.parquet"}
    assert all(tables(whole)[name] == data for name, data in tables(place).items())
