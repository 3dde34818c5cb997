"""Comparisons: shared luck, the tables of a folder, what is told of them."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

import sim
from sim.analysis.band import Verdict
from sim.analysis.differences import KEY
from sim.analysis.frames import load_results
from sim.engines.band import scaled
from sim.experiments import findings as words
from sim.experiments.clauses import clause_arms
from sim.experiments.comparison import BASE, compare
from sim.experiments.folder import (
    complete,
    draw_all,
    is_comparison,
    load_comparison,
    play_into,
    ready,
    start,
)
from sim.experiments.pictures import draw, drawable
from sim.experiments.report import told_runs, what
from sim.experiments.terminal import print_comparison
from sim.experiments.variants import Variant, checked, setting, without
from sim.files.check import load_scenario
from sim.world.problems import InputError

RUNS = 40


@pytest.fixture(scope="module")
def senkaku():
    return load_scenario("senkaku")


@pytest.fixture(scope="module")
def arms(senkaku):
    """One that matters, one that cannot: its change is undone before anything happens."""
    asked = [without(senkaku, "us_japan"), setting(senkaku, "treaties.us_japan.clarity=0.2")]
    return checked(senkaku, asked)[0]


@pytest.fixture(scope="module")
def compared(senkaku, arms):
    return compare(senkaku, *arms, runs=RUNS)


@pytest.fixture(scope="module")
def clauses(senkaku):
    return compare(senkaku, *clause_arms(senkaku, "us_japan")[0][:7], runs=RUNS)


@pytest.fixture(scope="module")
def folder(senkaku, arms, tmp_path_factory):
    place = tmp_path_factory.mktemp("compared") / "c"
    place.mkdir()
    begun = start(place, senkaku, arms, RUNS, 7, "deter compare senkaku", [])
    made = ready(begun, 1)
    play_into(place, begun, made)
    comparison = complete(place, begun, made, 1.0)
    draw_all(place, comparison)
    return place


def test_each_arm_has_the_runs_it_has_by_itself(senkaku, compared):
    for number, scenario in enumerate((senkaku, senkaku.without("us_japan"))):
        alone = sim.ensemble(scenario, runs=RUNS, seed=7)
        for name in ("war", "control_lost", "crises", "risk_index_mean", "senkaku_control"):
            assert np.array_equal(compared.column(number, name), alone.column(name)), name


def test_the_same_luck_gives_the_same_run_where_the_change_does_nothing(compared):
    undone = compared["us_japan.clarity=0.2"]
    assert undone.differ == 0
    assert undone.most == ()
    assert {d.way for d in undone.differences} == {"same"}
    assert "here the change does nothing" in words.finding(undone)


def test_the_treaty_buys_control(compared):
    arm = compared["without us_japan"]
    lost = arm["control_lost"]
    assert lost.way == "rises"
    assert lost.low > 0.4
    assert lost.changed - lost.base == pytest.approx(lost.value)
    assert [d.measure.key for d in arm.key_differences()] == list(KEY)
    assert "control lost rises by" in words.finding(arm)
    with pytest.raises(KeyError):
        compared["nothing"]


def test_the_runs_told_are_those_that_differ_most(compared):
    arm = compared["without us_japan"]
    assert len(arm.most) == 3
    assert list(arm.most) == sorted(arm.most, key=lambda most: most.size, reverse=True)

    def apart(name: str) -> np.ndarray:
        return np.abs(compared.column(1, name) - compared.column(0, name))

    sizes = 10 * apart("war") + apart("senkaku_control")
    assert sizes[arm.most[0].run] == sizes.max()
    text = what(arm.most[0])
    assert text[0].isupper()
    assert text.endswith(".")


def test_python_takes_scenarios_alone(senkaku):
    found = sim.compare(senkaku, senkaku.without("us_japan"), runs=6)
    assert [arm.name for arm in found.arms] == ["without us_japan"]
    assert len(found) == 6
    table = found.outcomes()
    assert list(table["arm"].unique()) == [BASE, "without us_japan"]
    assert len(table) == 12
    rows = found.differences()
    assert set(rows["arm"]) == {"without us_japan"}
    assert set(KEY) <= set(rows["measure"])
    assert found.plot.differences().axes
    assert dir(found.plot) == ["differences", "pairs"]
    with pytest.raises(AttributeError, match="there is no figure 'nothing'"):
        found.plot.nothing()
    with pytest.raises(InputError, match="equals the base"):
        sim.compare(senkaku, senkaku, runs=2)
    with pytest.raises(InputError, match="nothing to compare with"):
        sim.compare(senkaku, runs=2)
    for wrong in ({"runs": 0}, {"seed": -1}):
        with pytest.raises(ValueError, match="is"):
            sim.compare(senkaku, senkaku.without("us_japan"), **wrong)


def test_a_scenario_with_other_states_is_compared_in_what_both_have(senkaku):
    found = sim.compare(senkaku, load_scenario("taiwan_strait"), runs=4)
    assert "senkaku_control" not in found.names
    assert {"war", "crises", "cost_china"} <= set(found.names)
    assert print_comparison(found, Path("r"), lambda _line: None) is None
    draw("differences", found)


# Clauses


def test_clauses_are_told_by_what_they_buy(clauses):
    treaty = clauses["us_japan switched off"]
    assert treaty["control_lost"].reversed().way == "falls"
    told = " ".join(words.findings(clauses))
    assert "With us_japan as a whole, against without it:" in told
    assert "taken away one at a time" in told
    assert drawable(clauses) == ["clauses", "pairs"]
    assert "clauses move" in words.title_of_clauses(words.clause_arms(clauses))
    chart = draw("clauses", clauses)
    assert "the whole treaty: War" in chart.alt
    assert "switched off: War" in draw("pairs", clauses).alt
    assert any("intervals of 95 %" in warning for warning in words.warnings(clauses))


def test_of_many_arms_three_runs_are_told_each_of_another_arm(clauses, compared):
    told = told_runs(clauses)
    assert len(told) == 3
    assert len({number for number, _, _ in told}) == 3
    assert len({most.run for _, _, most in told}) == 3
    assert len(told_runs(compared)) == 3


# Other precisions


@pytest.fixture(scope="module")
def banded(senkaku, arms, tmp_path_factory):
    place = tmp_path_factory.mktemp("banded") / "c"
    place.mkdir()
    begun = start(place, senkaku, arms, RUNS, 7, "deter compare senkaku", [], band=30)
    made = ready(begun, 1)
    assert made.total == 3 * (RUNS + 2 * 30)
    play_into(place, begun, made)
    complete(place, begun, made, 1.0)
    return place


def test_the_band_is_the_same_comparison_at_other_precisions(senkaku, banded, folder):
    assert (banded / "outcomes.parquet").read_bytes() == (folder / "outcomes.parquet").read_bytes()
    read = load_comparison(banded)
    half = sim.compare(scaled(senkaku, 0.5), scaled(senkaku.without("us_japan"), 0.5), runs=30)
    found = read.at_other_precisions[0.5]
    assert len(found) == 30
    for number in (0, 1):
        for name in ("war", "crises", "control_lost"):
            assert np.array_equal(found.column(number, name), half.column(number, name))


def test_a_clear_difference_is_held_to_the_band(banded, compared):
    read = load_comparison(banded)
    assert read.across("without us_japan", "control_lost") is Verdict.HOLDS
    assert read.across("without us_japan", "nuclear_use") is None
    assert compared.across("without us_japan", "control_lost") is None  # nothing else was played
    turned = replace(read)
    turned.__dict__["at_other_precisions"] = {
        0.5: read.at_other_precisions[0.5], 2.0: compare(
            read.variants[0].scenario, Variant("without us_japan", read.scenario), runs=30
        ),
    }  # fmt: skip
    assert turned.across("without us_japan", "control_lost") is Verdict.FAILS
    (text,) = words.across(read, read["without us_japan"])
    assert text.startswith("At half and at twice the precision (30 pairs each), the same way: ")
    assert words.across(compared, compared["without us_japan"]) == []
    rows = pq.read_table(banded / "differences.parquet").to_pylist()
    assert {"arm": "without us_japan", "measure": "control_lost", "across": "holds"} in [
        {key: row[key] for key in ("arm", "measure", "across")} for row in rows
    ]
    draw_all(banded, read)
    assert "holds at ½ and 2 λ" in (banded / "report.html").read_text()


# The folder


def test_a_folder_holds_what_was_compared(folder, compared):
    read = load_comparison(folder)
    assert is_comparison(folder)
    assert len(read) == RUNS
    for one, other in zip(read.arms, compared.arms, strict=True):
        assert (one.name, one.differ, one.most) == (other.name, other.differ, other.most)
        for a, b in zip(one.differences, other.differences, strict=True):
            assert np.array_equal(
                [a.base, a.value, a.low, a.rose], [b.base, b.value, b.low, b.rose], equal_nan=True
            )
    assert sorted(path.name for path in folder.iterdir()) == [
        "arms", "arms.parquet", "differences.parquet", "figures", "manifest.json",
        "outcomes.parquet", "report.html", "scenario.yaml",
    ]  # fmt: skip
    for name in ("arms", "differences", "outcomes"):
        schema = pq.read_schema(folder / f"{name}.parquet")
        assert all(field.metadata[b"meaning"] for field in schema), name
    rows = pq.read_table(folder / "differences.parquet").to_pylist()
    assert len(rows) == 2 * len(read.measures())
    (first, second) = pq.read_table(folder / "arms.parquet").to_pylist()
    assert first["changed"] == "treaties.us_japan.enabled"
    assert (second["differ"], second["most"]) == (0, "")
    played = load_scenario(folder / first["file"])
    assert not played.treaties["us_japan"].enabled


def test_neither_processes_nor_chunks_show_in_the_tables(senkaku, arms, folder, tmp_path):
    place = tmp_path / "c"
    place.mkdir()
    begun = start(place, senkaku, arms, RUNS, 7, "deter compare senkaku", [])
    begun.manifest["chunk_size"] = 17
    made = ready(begun, 2)
    assert made.jobs == 2
    play_into(place, begun, made)
    complete(place, begun, made, 1.0)
    for name in ("outcomes", "differences", "arms"):
        one, two = (p / f"{name}.parquet" for p in (folder, place))
        assert one.read_bytes() == two.read_bytes(), name


class Page(HTMLParser):
    """Collects what a page loads, and checks that tags are closed in order."""

    def __init__(self, text):
        super().__init__()
        self.loads, self.open, self.words = [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.loads += [value for key, value in attributes if key in ("src", "href")]
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] != ["script"]:
            self.words.append(data)


def test_the_report_holds_everything_and_loads_nothing(folder):
    text = (folder / "report.html").read_text()
    page = Page(text)
    assert all(load.startswith("data:image/svg+xml;base64,") for load in page.loads)
    assert len(page.loads) == 2
    told = " ".join(" ".join(page.words).split())
    for part in (
        "The finding", "Figures", "Every measure, arm by arm", "The method in short", "Limits",
        "The runs in which it mattered most", "What was changed", "Seeds and versions",
        "In this model, not a forecast.", "run k of each had the same luck", "Run ",
        "US-Japan Treaty of Mutual Cooperation and Security", "deter trace scenario.yaml --run",
    ):  # fmt: skip
        assert part in told, part
    assert "Which clause bought what" not in told
    assert " will " not in told


def test_names_in_a_report_are_escaped(senkaku, tmp_path):
    strange = senkaku.set({"title": "<b>&", "flashpoints.senkaku.name": "</td><script>"})
    found = compare(strange, strange.without("us_japan"), runs=3)
    files = draw_all(tmp_path, found)
    Page(files[-1].read_text())


def test_the_same_folder_gives_the_same_report(folder, tmp_path):
    place = shutil.copytree(folder, tmp_path / "c")
    before = (place / "report.html").read_bytes()
    draw_all(place, load_comparison(place))
    assert (place / "report.html").read_bytes() == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"complete": False}, "is not complete"),
        ({"kind": "run"}, "holds no comparison"),
        ({"arms": [{}]}, "does not list the arms"),
        ({"runs": 3}, "does not hold as many runs"),
    ],
)
def test_a_folder_that_is_not_whole_is_one_message(folder, tmp_path, change, said):
    place = shutil.copytree(folder, tmp_path / "c")
    manifest = json.loads((place / "manifest.json").read_text())
    (place / "manifest.json").write_text(json.dumps(manifest | change))
    with pytest.raises(InputError, match=said):
        load_comparison(place)


def test_a_comparison_is_not_taken_for_an_ensemble(folder):
    with pytest.raises(InputError, match="holds a comparison"):
        load_results(folder)


def test_the_terminal_fits_eighty_columns(clauses, compared):
    for found in (clauses, compared):
        lines: list[str] = []
        print_comparison(found, Path("r"), lines.append)
        assert all(len(line) <= 80 for line in lines if not line.startswith(" deter trace"))
        assert not [line for line in lines if "…" in line]
        assert any(line.startswith(" deter trace r/arms/0") for line in lines)
