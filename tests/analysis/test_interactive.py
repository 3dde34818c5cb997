"""Charts to be read value by value: what a page holds of them, and that nothing else may run."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

import numpy as np
import pytest

import sim
from sim.analysis.interactive import CODES, Line, Reading, as_json, code, scripts
from sim.analysis.readings import of_run
from sim.world.horizon import with_turns


@pytest.fixture(scope="module")
def results():
    scenario = with_turns(sim.load_scenario("second_thomas_shoal"), 12)
    return sim.ensemble(scenario, runs=20, seed=3)


def shown(chart):
    """Return the values of a chart by the name of their line."""
    return {line.name: np.array(line.values) for line in chart.lines}


def test_what_is_read_is_what_was_counted(results):
    charts = {chart.title: chart for chart in of_run(results)}
    places = {key: flash.name for key, flash in results.scenario.flashpoints.items()}
    for key, place in (("any", "anywhere"), *places.items()):
        rungs = charts[f"Share of runs on each rung, {place}"]
        quiet = results.rungs_by_turn(key)[:, 0]
        assert sum(shown(rungs).values()) == pytest.approx(1 - quiet / 20)
        assert all(len(line.told) == len(rungs.labels) == 12 for line in rungs.lines)
    control = shown(charts["Share that the first holder controls, mean over runs"])
    for key, place in places.items():
        assert control[place][-1] == pytest.approx(results.column(f"{key}_control").mean())
    endings = shown(charts["How crises end, by place"])
    assert sum(endings.values()) == pytest.approx(1.0)
    treaties = charts["What becomes of treaties, times per run"]
    assert shown(treaties)["honoured"].sum() == pytest.approx(results.column("honoured").mean())


def test_an_ensemble_without_a_crisis_has_its_charts_too():
    calm = sim.load_scenario("senkaku").set({"flashpoints.senkaku.opportunity": 0.0})
    charts = list(of_run(sim.ensemble(calm, runs=3)))
    made = scripts(charts)
    assert made
    assert "in crisis" in made.data
    assert "How crises end" not in made.data  # there is nothing to show of it


def test_names_of_a_scenario_cannot_leave_the_data():
    name = "</script><script>alert(1)</script><!--"
    chart = Reading(name, "", [name], [Line(name, [float("nan")])])
    made = scripts([chart])
    assert made
    assert "<" not in made.data
    (read,) = json.loads(made.data)
    assert read["title"] == name
    assert read["lines"][0]["values"] == [None]
    assert as_json("<") == '"\\u003c"'


def test_only_these_scripts_may_run():
    made = scripts([Reading("a", "", ["x"], [Line("b", [1.0])])])
    assert made
    for text in made.codes:
        assert b64encode(sha256(text.encode()).digest()).decode() in made.allowed
    assert "unsafe" not in made.allowed
    assert scripts([]) is None


def test_the_list_of_files_of_others_is_true():
    folder = files("sim.analysis").joinpath("scripts", "vendor")
    listed = folder.joinpath("README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\S+)` \|.* (\d+\.\d+\.\d+) \|.*`([0-9a-f]{64})` \|$", listed, re.M)
    assert [name for name, *_ in rows] == [
        f.name for f in folder.iterdir() if f.name.endswith(".js")
    ]
    for name, version, digest in rows:
        data = folder.joinpath(name).read_bytes()
        assert sha256(data).hexdigest() == digest
        assert f'version="{version}"'.encode() in data
    assert [name for name in CODES if "eval(" in code(name) or "new Function" in code(name)] == []
