"""Seeking postures: the frontier is what it says, the same in any number of processes."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis.frames import load_results
from sim.analysis.searches import load_search
from sim.engines.ensemble import play_ensemble
from sim.experiments.design_file import load_design
from sim.experiments.seek_folder import save
from sim.experiments.seeking import best, frontier, seek
from sim.outcomes.columns import RUN_COLUMNS
from sim.world.problems import InputError

TRIGGER, CLARITY = "treaties.us_japan.trigger", "treaties.us_japan.clarity"
DESIGN = {
    "scenario": "senkaku",
    "turns": 12,
    "design": "latin_hypercube",
    "samples": 6,
    "runs_per_point": 20,
    "seed": 3,
    "levers": {
        TRIGGER: ["grey_zone", "show_of_force", "limited_strike"],
        CLARITY: {"from": 0.3, "to": 1.0},
    },
    "outcomes": ["crises", "control_lost"],
}


@given(st.lists(st.tuples(*[st.integers(0, 4)] * 3), min_size=1, max_size=12))
def test_nothing_on_the_frontier_is_dominated_and_everything_else_is(
    values: list[tuple[int, int, int]],
) -> None:
    goals = ("war", "honoured", "control_lost")
    signs = [best(goal) for goal in goals]
    assert signs == [-1, 1, -1]
    scores = [[sign * v for sign, v in zip(signs, row, strict=True)] for row in values]

    def dominated(row: list[int]) -> bool:
        return any(
            all(a >= b for a, b in zip(other, row, strict=True)) and other != row
            for other in scores
        )

    kept = frontier(goals, values)
    assert kept == [k for k, row in enumerate(scores) if not dominated(row)]


def test_a_search_is_the_same_with_workers() -> None:
    design = load_design(DESIGN)
    one, two = (seek(design, 12, 30, jobs) for jobs in (1, 2))
    assert one == two
    assert one.played <= 12
    assert one.failed == 0


def test_what_is_found_is_played_under_other_luck() -> None:
    design = load_design(DESIGN)
    found = seek(design, 10, 40)
    crises = list(RUN_COLUMNS).index("crises")
    for posture in found.postures:
        made = design.scenario.set(dict(zip(design.paths, posture.point, strict=True)))
        searched = play_ensemble(made, 20, 3, 1).runs[:, crises].mean()
        fresh = play_ensemble(made, 40, 4, 1).runs[:, crises].mean()
        assert posture.found[0].value == searched
        assert posture.fresh[0].value == fresh
    kept = [[e.value for e in p.fresh] for p in found.postures if p.frontier]
    assert kept
    assert len(frontier(found.goals, kept)) == len(kept)
    # in the search no two of them dominated each other either
    for one, other in itertools.combinations(found.postures, 2):
        pair = [[e.value for e in posture.found] for posture in (one, other)]
        assert len(frontier(found.goals, pair)) == 2


def test_a_search_can_be_stopped() -> None:
    told: list[int] = []
    found = seek(load_design(DESIGN), 100, 5, done=told.append, stop=lambda: bool(told))
    assert found.played <= sum(told) < 100
    assert found.postures


def test_a_frontier_needs_two_goals() -> None:
    with pytest.raises(InputError, match="two goals"):
        seek(load_design(DESIGN | {"outcomes": ["war"]}), 8, 5)


def test_the_command_writes_what_it_tells(run, tmp_path: Path) -> None:
    file = tmp_path / "design.yaml"
    file.write_text(json.dumps(DESIGN), encoding="utf-8")
    out = tmp_path / "out"
    asked = ("seek", str(file), "--evaluations", "8", "--again", "20", "--jobs", "1")
    code, told, _ = run(*asked, "--out", str(out), "--json")
    assert code == 0
    said = json.loads(told)
    table = pq.read_table(out / "frontier.parquet")
    assert table.column("frontier").to_pylist() == [p["frontier"] for p in said["postures"]]
    assert table.column("crises").to_pylist() == [
        p["goals"]["crises"]["value"] for p in said["postures"]
    ]
    field = table.schema.field("control_lost")
    assert field.metadata[b"unit"] == b"share"
    assert (out / "figures" / "frontier.svg").is_file()
    code, told, _ = run(*asked, "--out", str(tmp_path / "again"))
    assert code == 0
    assert "not a forecast" in told.lower() or "no forecast" in told.lower()


def test_a_search_is_drawn_and_reported_again_from_its_folder(run, tmp_path: Path) -> None:
    design, out = load_design(DESIGN), tmp_path / "out"
    found = seek(design, 16, 30)
    out.mkdir()
    results = save(out, design, found, 30, "deter seek")
    assert results.kept == [n for n, posture in enumerate(found.postures) if posture.frontier]
    assert [e[:3] for e in results.estimates("crises")] == [p.fresh[0][:3] for p in found.postures]
    assert run("plot", str(out))[0] == 0
    assert (out / "figures" / "frontier.svg").is_file()
    assert run("plot", str(out), "--figure", "tornado")[0] == 2
    assert run("report", str(out))[0] == 0
    page = (out / "report.html").read_text(encoding="utf-8")
    for number in results.kept:
        assert f'<th scope="row" class="number">{number}</th>' in page
    assert "not a forecast" in page
    assert "http" not in page.replace("http://www.w3.org", "").replace("http-equiv", "")
    with pytest.raises(InputError, match=r"sim\.load_search"):
        load_results(out)
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    (out / "manifest.json").write_text(json.dumps(manifest | {"kind": "run"}), encoding="utf-8")
    with pytest.raises(InputError, match="holds no search"):
        load_search(out)


def test_a_wrong_design_is_one_clear_message(run, tmp_path: Path) -> None:
    file = tmp_path / "design.yaml"
    file.write_text(json.dumps(DESIGN | {"outcomes": ["war", "warz"]}), encoding="utf-8")
    code, _, err = run("seek", str(file))
    assert code == 1
    assert "outcomes.1" in err
    assert "warz" in err
    assert not (tmp_path / "results").exists() or not any((tmp_path / "results").iterdir())
