"""Scenario discovery: boxes that are known are found, and said in plain words."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from sim.analysis.sweeps import SweepResults
from sim.cli.app import main
from sim.experiments.design_file import load_design
from sim.experiments.discovery import discover, sentence
from sim.experiments.prim import Limit, inside, peel
from sim.experiments.sweep import sweep
from sim.experiments.sweep_folder import start_sweep
from sim.world.problems import InputError

TRIGGER, CLARITY, LAMBDA = "treaties.us_japan.trigger", "treaties.us_japan.clarity", "rules.lambda"
WORDS = ["grey_zone", "show_of_force", "limited_strike"]


def made_up(folder: Path, function, samples: int = 600) -> SweepResults:
    """Return a sweep of two shares of runs that are functions of the points."""
    design = load_design(
        {
            "scenario": "senkaku", "design": "latin_hypercube", "samples": samples, "seed": 2,
            "runs_per_point": 50,
            "vary": {
                TRIGGER: WORDS, CLARITY: {"from": 0, "to": 1}, LAMBDA: {"from": 10, "to": 60}
            },
            "outcomes": ["war", "kept"],
        }
    )  # fmt: skip
    begun = start_sweep(folder, design, "test")
    columns = {"point": np.arange(samples)}
    for k, path in enumerate((TRIGGER, CLARITY, LAMBDA)):
        columns[path] = np.array([point[k] for point in design.points])
    war = function(columns[TRIGGER], columns[CLARITY], columns[LAMBDA])
    columns |= {"runs": np.full(samples, 50)}
    for name, values in (("war", war), ("kept", war * 0 + 0.5)):
        columns |= {name: values}
        columns |= {f"{name}_{end}": values for end in ("low", "high", "error")}
    return SweepResults(folder, begun.manifest, design.scenario, pa.table(columns))


def corner(trigger, clarity, precision):
    """War is likely in one corner, and seldom elsewhere."""
    inside = (trigger == "limited_strike") & (clarity < 0.4)
    return np.where(inside, 0.61, 0.02)


def test_a_corner_is_found_and_said(tmp_path):
    found = discover(made_up(tmp_path, corner), "war", most=1)
    (box,) = found.boxes
    assert set(box.box) == {TRIGGER, CLARITY}  # lambda plays no part
    assert box.box[TRIGGER].words == {"limited_strike"}
    assert box.box[CLARITY].high == pytest.approx(0.4, abs=0.03)
    assert box.density == pytest.approx(0.61, abs=0.01)
    assert box.coverage == pytest.approx(0.1333 * 0.61 / (0.1333 * 0.61 + 0.8667 * 0.02), abs=0.04)
    assert box.again == {TRIGGER: 1.0, CLARITY: 1.0}
    said = sentence(box, found)
    assert said.startswith("In this model, war in 61 % of runs where ")
    assert f"{TRIGGER} is limited strike" in said
    assert f"{CLARITY} is at most 0." in said


def test_coverage_and_density_are_counted_from_the_points(tmp_path):
    results = made_up(tmp_path, lambda t, c, p: np.where((c > 0.6) & (p < 30), 0.5, c / 10))
    found = discover(results, "war")
    values, weights = results.values("war"), results.table["runs"].to_numpy()
    columns = {
        axis.path: np.array([axis.levels[k] for k in axis.places]) for axis in results.axes()
    }
    left = np.ones(len(values), dtype=bool)
    for box in found.boxes:
        kept = left & inside(box.box, columns)
        assert box.points == kept.sum()
        assert box.density == pytest.approx((values * weights)[kept].sum() / weights[kept].sum())
        assert box.coverage == pytest.approx(
            (values * weights)[kept].sum() / (values * weights).sum()
        )
        left &= ~kept
    coverages = [step[0] for step in found.path]
    assert coverages[0] == pytest.approx(1.0)
    assert found.path[-1][1] > found.base


def test_a_wanted_density_is_met_by_the_widest_box_that_has_it(tmp_path):
    results = made_up(tmp_path, lambda t, c, p: c**2)
    strict, loose = (
        discover(results, "war", most=1, density=density).boxes[0] for density in (0.8, 0.5)
    )
    assert strict.density >= 0.8
    assert loose.density >= 0.5
    assert strict.density > loose.density
    assert strict.coverage < loose.coverage


def test_a_condition_makes_boxes_of_points(tmp_path):
    found = discover(made_up(tmp_path, corner), "war > 0.3 and kept == 0.5", most=1)
    assert found.of == "points"
    (box,) = found.boxes
    assert box.density > 0.95
    assert "war > 0.3 and kept == 0.5 in " in sentence(box, found)


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("kept", "does not happen or not"),
        ("wars > 1", "did you mean war"),
        ("war > 2", "never happens"),
        ("war >= 0", "always happens"),
        ("war >", "the end"),
    ],
)
def test_what_cannot_be_looked_for_is_refused(tmp_path, outcome, said):
    with pytest.raises(InputError, match=said):
        discover(made_up(tmp_path, corner, 60), outcome)


def test_too_few_points_are_refused(tmp_path):
    with pytest.raises(InputError, match="would be guesses"):
        discover(made_up(tmp_path, corner, 30), "war")


def test_unknown_points_are_named(tmp_path):
    def holed(trigger, clarity, precision):
        values = corner(trigger, clarity, precision)
        values[7] = np.nan
        return values

    with pytest.raises(InputError, match="not known at 1 of 600 points: 7"):
        discover(made_up(tmp_path, holed), "war")


def test_peeling_ends_in_the_densest_corner():
    generator = np.random.default_rng(1)
    fields = {"a": generator.random(500), "b": generator.random(500)}
    outcome = ((fields["a"] > 0.8) & (fields["b"] < 0.5)).astype(float)
    boxes = peel(fields, outcome, 0.05)
    assert boxes[0] == {}
    kept = inside(boxes[-1], fields)
    assert outcome[kept].mean() > 0.95
    assert boxes[-1]["a"].low > 0.7
    assert boxes[-1]["a"].high == np.inf


def test_limits_hold_their_ends():
    assert Limit(0.2, 0.4).holds(np.array([0.1, 0.2, 0.3, 0.4, 0.5])).tolist() == [
        False, True, True, True, False
    ]  # fmt: skip
    assert Limit(words=frozenset({"x"})).holds(np.array(["x", "y"], dtype=object)).tolist() == [
        True, False
    ]  # fmt: skip


def test_the_command(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "250")
    source = {
        "scenario": "senkaku", "design": "latin_hypercube", "samples": 60, "turns": 12,
        "runs_per_point": 40, "seed": 1,
        "vary": {
            LAMBDA: {"from": 5, "to": 60},
            "flashpoints.senkaku.opportunity": {"from": 0.05, "to": 0.6},
        },
        "outcomes": ["challenges", "war"],
    }  # fmt: skip
    sweep(source, out="o")
    assert main(["discover", "o", "--boxes", "1", "--mass", "0.1"]) == 0
    said = capsys.readouterr().out
    assert "In this model, war in " in said
    assert "searches in half of the points" in said
    assert "TRADE-OFF" in said
    assert main(["discover", "o", "--outcome", "challenges > 2", "--json"]) == 0
    box = json.loads(capsys.readouterr().out)["boxes"][0]
    assert box["density"] > 0.5
    assert "flashpoints.senkaku.opportunity" in box["where"]
    assert main(["discover", "o", "--outcome", "challenges"]) == 1
    assert "give a condition on points" in capsys.readouterr().err
