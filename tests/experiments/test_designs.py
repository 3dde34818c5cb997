"""Design files: which points they come to, and everything that can be wrong with them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from sim.experiments.design_file import load_design
from sim.experiments.designs import Axis, overruled
from sim.experiments.metrics import metrics_of, run_columns
from sim.files.check import load_scenario
from sim.world.problems import ScenarioError

CLARITY, TRIGGER = "treaties.us_japan.clarity", "treaties.us_japan.trigger"


@pytest.fixture
def write(tmp_path):
    """Write a design file; returns its path."""

    def _write(text, name="design.yaml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return _write


def problems(path):
    with pytest.raises(ScenarioError) as refused:
        load_design(path)
    return refused.value.problems


def test_a_grid_crosses_all_values():
    design = load_design(
        {
            "scenario": "senkaku",
            "levers": {TRIGGER: ["grey_zone", "limited_strike"]},
            "uncertainties": {CLARITY: {"from": 0.2, "to": 1.0, "steps": 5}},
        }
    )
    clarity = [0.2, 0.4, 0.6, 0.8, 1.0]
    assert list(design.points) == list(itertools.product(["grey_zone", "limited_strike"], clarity))
    assert [axis.role for axis in design.axes] == ["lever", "uncertainty"]
    assert (design.runs, design.seed) == (200, 7)


def test_a_log_range_has_equal_ratios():
    assert Axis("x", low=1, high=100, steps=3, log=True).levels() == (1.0, 10.0, 100.0)


def test_one_at_a_time_departs_from_the_scenario():
    own = load_scenario("senkaku").treaties["us_japan"]
    design = load_design(
        {
            "scenario": "senkaku",
            "design": "one_at_a_time",
            "vary": {TRIGGER: ["grey_zone", own.trigger], CLARITY: {"from": 0.1, "to": 0.9}},
        }
    )
    middle = (own.trigger, own.clarity.value)
    assert design.points == (
        middle, ("grey_zone", middle[1]), (middle[0], 0.1), (middle[0], 0.9)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "samples", "points"),
    [("latin_hypercube", 50, 50), ("sobol", 16, 16 * 4), ("morris", 6, 6 * 3)],
)
def test_samples_have_their_size_and_lie_in_their_ranges(kind, samples, points):
    source = {
        "scenario": "senkaku",
        "design": kind,
        "samples": samples,
        "seed": 3,
        "vary": {
            TRIGGER: ["grey_zone", "show_of_force", "limited_strike"],
            "rules.lambda": {"from": 10, "to": 60, "scale": "log"},
        },
    }
    design = load_design(source)
    assert len(design.points) == points
    triggers, precisions = zip(*design.points, strict=True)
    assert set(triggers) == {"grey_zone", "show_of_force", "limited_strike"}
    assert min(precisions) >= 10
    assert max(precisions) <= 60
    assert load_design(source).points == design.points
    assert load_design(source | {"seed": 4}).points != design.points
    if kind == "latin_hypercube":  # one value in each of as many equal parts, by ratio
        parts = np.floor(np.log(np.array(precisions) / 10) / np.log(6) * samples)
        assert sorted(parts) == list(range(samples))
        assert [triggers.count(word) for word in sorted(set(triggers))] == [17, 17, 16] or all(
            16 <= triggers.count(word) <= 17 for word in set(triggers)
        )


def test_a_list_may_leave_fields_as_they_are(write):
    own = load_scenario("senkaku").treaties["us_japan"].clarity.value
    path = write(
        f"""
scenario: senkaku
design: list
levers: [{TRIGGER}]
points:
  - {{{TRIGGER}: grey_zone, {CLARITY}: 0.5}}
  - {{{TRIGGER}: show_of_force}}
"""
    )
    design = load_design(path)
    assert design.points == (("grey_zone", 0.5), ("show_of_force", own))
    assert [axis.role for axis in design.axes] == ["lever", "factor"]


def test_points_from_a_csv_file(write):
    write(f"{TRIGGER},{CLARITY}\ngrey_zone,0.5\n\nshow_of_force,1\n", "points.csv")
    path = write("scenario: senkaku\ndesign: list\npoints: points.csv\n")
    assert load_design(path).points == (("grey_zone", 0.5), ("show_of_force", 1))


def test_a_condition_keeps_a_part(write):
    path = write(
        f"""
scenario: senkaku
vary:
  {TRIGGER}: [grey_zone, show_of_force, limited_strike]
  {CLARITY}: [0.2, 0.8]
where: {TRIGGER} > grey_zone and not ({CLARITY} < 0.5 and {TRIGGER} == limited_strike)
"""
    )
    assert load_design(path).points == (
        ("show_of_force", 0.2), ("show_of_force", 0.8), ("limited_strike", 0.8)
    )  # fmt: skip


def test_all_that_is_wrong_is_said_at_once_and_where(write):
    path = write(
        f"""scenario: senkaku
runs_per_point: 0
design: gird
vary:
  {TRIGGER}: [grey_zone, show_of_farce]
  {CLARITY}: {{from: 0.2, to: 1.5, steps: 5}}
  treaties.us_japn.delay: [1, 2]
  rules.lambda: 3
outcomes: [war, chalenges]
stop: {{eror: 3}}
where: treaties.us_japan.clarty > 3
colour: blue
"""
    )
    found = {(problem.line, problem.key): problem for problem in problems(path)}
    assert list(found) == [
        (2, "runs_per_point"), (3, "design"), (5, f"vary.{TRIGGER}.1"), (6, f"vary.{CLARITY}.to"),
        (7, "vary.treaties.us_japn.delay"), (8, "vary.rules.lambda"), (9, "outcomes.1"),
        (10, "stop.eror"), (11, "where"), (12, "colour"),
    ]  # fmt: skip
    assert all(problem.file == str(path) for problem in found.values())
    assert all(problem.right or problem.suggestion or "did you mean" in problem.wrong
               for problem in found.values())  # fmt: skip
    assert found[5, f"vary.{TRIGGER}.1"].suggestion == "show_of_force"
    assert "1.5 is out of range" in found[6, f"vary.{CLARITY}.to"].wrong


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ("vary: {rules.lambda: [1]}", "", "has no scenario"),
        ("scenario: senkakuu\nvary: {rules.lambda: [1]}", "scenario", "no packaged scenario"),
        ("scenario: ../none.yaml\nvary: {rules.lambda: [1]}", "scenario", "no such file"),
        ("scenario: senkaku", "", "varies nothing"),
        ("scenario: senkaku\nvary: {rules.lambda: {from: 1, to: 2}}", "vary.rules.lambda", "no steps"),
        ("scenario: senkaku\nvary: {rules.lambda: {from: 2, to: 1, steps: 3}}", "vary.rules.lambda", "not below"),
        ("scenario: senkaku\nvary: {rules.lambda: {to: 1, steps: 3}}", "vary.rules.lambda.from", "missing"),
        ("scenario: senkaku\nvary: {rules.lambda: {from: 0, to: 1, steps: 3, scale: log}}", "vary.rules.lambda.from", "no zero"),
        ("scenario: senkaku\ndesign: sobol\nsamples: 20\nvary: {rules.lambda: {from: 1, to: 2}}", "samples", "no power of two"),
        ("scenario: senkaku\ndesign: morris\nvary: {rules.lambda: {from: 1, to: 2}}", "samples", "needs a size"),
        ("scenario: senkaku\nsamples: 4\nvary: {rules.lambda: [1]}", "samples", "draws no sample"),
        ("scenario: senkaku\ndesign: sobol\nsamples: 8\nwhere: rules.lambda > 1\nvary: {rules.lambda: {from: 1, to: 2}}", "where", "needs all its points"),
        ("scenario: senkaku\nwhere: rules.lambda > 5\nvary: {rules.lambda: [1, 2]}", "where", "none of 2 points"),
        ("scenario: senkaku\nset: {rules.lamda: 3}\nvary: {rules.doubt: [0.1]}", "set.rules.lamda", "there is no"),
        ("scenario: senkaku\ndesign: list", "points", "needs points"),
        ("scenario: senkaku\ndesign: list\npoints: none.csv", "points", "no such file"),
        ("scenario: senkaku\ndesign: list\npoints: [{rules.lamda: 3}]", "points.rules.lamda", "there is no"),
        ("scenario: senkaku\nlevers: {rules.lambda: [1]}\nvary: {rules.lambda: [2]}", "levers.rules.lambda", "varied twice"),
        ("scenario: senkaku\nvary: {rules.lambda: [1]}\nstop: {error: {war: 0}}", "stop.error.war", "no standard error"),
        ("scenario: senkaku\nvary: {rules.lambda: [1]}\nseed: -1", "seed", "no whole number"),
        ("scenario: senkaku\nvary: {rules.lambda: [1]}\noutcomes: [first_crisis_turn]", "outcomes.0", "no outcome"),
        ("[]", "", "not a mapping"),
        ("scenario: senkaku\nvary: {rules.lambda: {from: 1, to: 9, steps: 900}, rules.doubt: {from: 0, to: 1, steps: 900}}", "design", "810,000 points"),
    ],
)  # fmt: skip
def test_single_mistakes(write, text, key, said):
    found = problems(write(text))
    assert [problem.key for problem in found] == [key]
    assert said in found[0].wrong


def test_a_bad_line_of_a_csv_file_is_named(write):
    write(f"{CLARITY}\n0.5\n7\n0.6,3\nlots\n", "points.csv")
    path = write("scenario: senkaku\ndesign: list\npoints: points.csv\n")
    found = problems(path)
    assert [(p.line, p.file and p.file.rpartition("/")[2]) for p in found] == [(4, "points.csv")]
    write(f"{CLARITY}\n0.5\n7\nlots\n", "points.csv")
    found = problems(path)
    assert [p.line for p in found] == [3, 4]
    assert all(p.key == CLARITY for p in found)


def test_points_that_do_not_fit_together_are_named_with_their_values(write):
    keys = [kind.key for kind in load_scenario("senkaku").states["china"].types]
    path = write(
        "scenario: senkaku\nvary:\n"
        + "".join(f"  states.china.types.{key}.prior: [0.2, 0.5]\n" for key in keys)
    )
    found = problems(path)
    assert found
    assert "states.china.types" in found[0].wrong
    assert " = 0.2" in found[0].wrong
    assert "where" in found[0].right


def test_fields_that_an_event_sets_are_noted():
    scenario = load_scenario("senkaku")
    (note,) = overruled(scenario, [CLARITY, TRIGGER])
    assert CLARITY in note
    assert "article_v_covers_senkaku" in note
    off = scenario.set({"events.article_v_covers_senkaku.enabled": False})
    assert overruled(off, [CLARITY]) == []


def test_every_outcome_is_made_of_columns_that_a_run_has():
    scenario = load_scenario("taiwan_strait")
    columns = set(run_columns(scenario))
    for name, metric in metrics_of(scenario).items():
        assert metric.key == name
        assert metric.unit
        assert set(metric.columns) <= columns
