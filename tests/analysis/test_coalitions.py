"""Coalitions: who was where, told from the table of crises by its definitions."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

import sim
from sim.analysis.coalitions import AGAINST, WITH, cohesion, faith, members
from sim.analysis.draw import write_tables
from sim.analysis.figures import draw


@pytest.fixture(scope="module")
def results():
    return sim.ensemble(sim.load_scenario("second_thomas_shoal"), runs=150, seed=5)


def by_hand(results, place, state, side):
    """Return in how many crises a state was on a side of a place, and its summed contribution."""
    first = results.scenario.flashpoints[place].holder
    strength = {key: one.capability.value for key, one in results.scenario.states.items()}
    came, given = 0, 0.0
    for row in results.all_crises().to_dict("records"):
        if row["flashpoint"] != place:
            continue
        holders = [row["holder"], *row["joined_holder"].split()]
        others = [row["challenger"], *row["joined_challenger"].split()]
        mine = holders if (side == WITH) == (row["challenger"] != first) else others
        if state in mine:
            came += 1
            given += strength[state] / sum(strength[key] for key in mine)
    return came, given


def test_members_are_who_was_there(results):
    found = members(results)
    assert {m.state for m in found} >= {"philippines", "china", "united_states"}
    for one in found:
        for side in (WITH, AGAINST):
            came, given = by_hand(results, one.place, one.state, side)
            assert one.came.get(side, 0) == came
            assert one.contribution.get(side, 0.0) * one.crises == pytest.approx(given)
    for place in {one.place for one in found}:
        for side in (WITH, AGAINST):
            parts = [one.contribution.get(side, 0.0) for one in found if one.place == place]
            assert sum(parts) == pytest.approx(1.0)


def test_cohesion_is_of_those_asked_who_came_and_stayed(results):
    table = results.all_crises()
    for one in cohesion(results):
        rows = table[table["flashpoint"] == one.place]
        asked, stayed, helped = 0, 0, 0
        for row in rows.to_dict("records"):
            came = {*row["joined_holder"].split(), *row["joined_challenger"].split()}
            asked += len(came | {*row["stood_aside"].split()})
            stayed += len(came - {*row["left"].split()})
            helped += bool(came)
        assert (one.crises, one.helped) == (len(rows), helped)
        assert (one.held.events, one.held.trials) == (stayed, asked)
    both = table["joined_holder"].str.contains("united_states") & (
        table["stood_aside"].str.contains("united_states")
    )
    assert both.any()  # who came after all is not counted twice


def test_faith_is_what_became_of_duties(results):
    for one in faith(results):
        row = results.treaties()[one.treaty]
        assert one.abandoned.events == (row["reneged"] if one.abandoned.known else 0)
        assert row["entrapped"] <= row["honoured"]
    assert sum(one.abandoned.trials for one in faith(results)) > 0


def test_the_tables_say_the_same(results, tmp_path: Path):
    write_tables(tmp_path, results)
    table = pq.read_table(tmp_path / "coalitions.parquet").to_pylist()
    assert len(table) == len(members(results))
    us = next(row for row in table if row["state"] == "united_states")
    assert us["with"] == by_hand(results, us["flashpoint"], "united_states", WITH)[0]
    assert us["stood_aside"] > 0
    kept = pq.read_table(tmp_path / "treaties.parquet").to_pylist()
    assert [row["treaty"] for row in kept] == list(results.scenario.treaties)


def test_the_figure_tells_of_places_and_of_none(results):
    assert "help in" in draw("burden", results).alt
    calm = results.scenario.set(
        {f"flashpoints.{k}.opportunity": 0.0 for k in results.scenario.flashpoints}
    )
    none = draw("burden", sim.ensemble(calm.set({"events": []}), runs=2))
    assert none.title == "Nobody bears a burden that is seen"
