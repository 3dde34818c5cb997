"""Pictures of sweeps: what they say, of tables whose answer is known."""

from __future__ import annotations

import html
import itertools
import re

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.analysis.factors import effects, even, levels_of, plane
from sim.analysis.figures.style import drawing, png
from sim.analysis.figures.sweep_sensitivity import sensitivity
from sim.analysis.figures.sweeps import SWEEP_FIGURES, draw, draw_sweep, report_sweep
from sim.analysis.sensitivities import DUMMY, INDICES, Index, Sensitivity
from sim.analysis.sweeps import SweepResults
from sim.files.check import load_scenario

A, B, C = "treaties.us_japan.trigger", "rules.lambda", "rules.doubt"
RUNGS = ("limited_strike", "grey_zone")
OUTCOMES = {
    "war": {"label": "War", "unit": "share of runs", "of": "runs", "meaning": "Share of runs with war."},
    "challenges": {"label": "Challenges", "unit": "per run", "of": "", "meaning": "Moves from rest."},
}  # fmt: skip


def made_up(tmp_path, design="grid", war=None, rows=None, roles=("lever", "uncertainty", "factor")):
    """Return a sweep with tables of our own."""
    points = rows or list(itertools.product(RUNGS, (10.0, 20.0, 40.0), (0.0, 0.1)))
    columns = dict(zip((A, B, C), map(list, zip(*points, strict=True)), strict=True))
    shares = np.array([war(*point) if war else 0.2 for point in points])
    columns = {"point": list(range(len(points))), **columns, "runs": [100] * len(points)}
    for name, values in (("war", shares), ("challenges", shares * 10)):
        columns |= {
            name: values, f"{name}_low": values - 0.02, f"{name}_high": values + 0.03,
            f"{name}_error": values * 0 + 0.01,
        }  # fmt: skip
    manifest = {
        "kind": "sweep", "complete": True, "design": design, "seed": 1, "deter": "0", "keep": "points",
        "axes": [{"path": path, "role": role} for path, role in zip((A, B, C), roles, strict=True)],
        "outcomes": OUTCOMES,
    }  # fmt: skip
    return SweepResults(tmp_path, manifest, load_scenario("senkaku"), pa.table(columns))


def falling(trigger, precision, doubt):
    return 0.5 - 0.01 * precision + (0.06 if trigger == "limited_strike" else 0.0)


def test_levels_are_in_order_and_averaged_over_the_others(tmp_path):
    results = made_up(tmp_path, war=falling)
    trigger, precision, _ = results.axes()
    assert trigger.levels == ("grey_zone", "limited_strike")  # by the ladder
    found = levels_of(results, precision, "war")
    assert [level.value for level in found] == [10, 20, 40]
    assert [level.estimate.value for level in found] == pytest.approx([0.43, 0.33, 0.13])
    assert found[0].estimate.low == pytest.approx(0.41)
    assert even(results)


def test_the_largest_effect_comes_first(tmp_path):
    found = effects(made_up(tmp_path, war=falling), "war")
    assert [effect.axis.path for effect in found] == [B, A, C]
    assert [effect.difference.value for effect in found] == pytest.approx([0.3, 0.06, 0.0])


def test_a_ratio_has_an_interval_as_wide_as_leaving_out_runs_tells(tmp_path):
    rng = np.random.default_rng(3)
    results, runs = made_up(tmp_path), 100
    count = results.table.num_rows * runs
    crises = rng.poisson(2.0, count)
    held = rng.binomial(crises, np.repeat(results.axes()[0].places, runs) * 0.2 + 0.3)
    pq.write_table(
        pa.table({
            "point": np.repeat(np.arange(results.table.num_rows), runs),
            "run": np.tile(np.arange(runs), results.table.num_rows),
            "immediate_deterrence_held": held, "crises": crises,
        }),
        tmp_path / "runs.parquet",
    )  # fmt: skip
    del results.manifest["keep"]
    crises, held = crises.reshape(-1, runs), held.reshape(-1, runs)
    found = results.difference("immediate_deterrence_held", 0, 1)
    share = held.sum(axis=1) / crises.sum(axis=1)
    assert found.value == pytest.approx(share[1] - share[0])
    without = (held.sum(axis=1, keepdims=True) - held) / (
        crises.sum(axis=1, keepdims=True) - crises
    )
    moved = without[1] - without[0]
    jackknife = np.sqrt((runs - 1) / runs * ((moved - moved.mean()) ** 2).sum())
    assert found.error == pytest.approx(jackknife, rel=0.05)


def test_one_at_a_time_holds_the_others_where_they_were(tmp_path):
    base = ("grey_zone", 20.0, 0.1)
    rows = [base, ("limited_strike", 20.0, 0.1), ("grey_zone", 10.0, 0.1), ("grey_zone", 20.0, 0.0)]
    results = made_up(tmp_path, "one_at_a_time", falling, rows)
    found = {effect.axis.path: effect.difference.value for effect in effects(results, "war")}
    assert found[A] == pytest.approx(0.06)
    assert found[B] == pytest.approx(0.1)
    assert draw("phase", results, "war") is None
    assert "scenario's own values" in text_of(draw("tornado", results, "war"))


def test_the_plane_is_averaged_over_the_rest(tmp_path):
    results = made_up(tmp_path, war=falling)
    trigger, precision, _ = results.axes()
    cells = plane(results, "war", precision, trigger)
    assert [[round(cell.value, 3) for cell in row] for row in cells] == [
        [0.4, 0.3, 0.1], [0.46, 0.36, 0.16]
    ]  # fmt: skip


def text_of(chart):
    return " ".join(text.get_text().replace("\n", " ") for text in chart.figure.texts)


def test_titles_say_the_finding_with_n_and_interval(tmp_path):
    results = made_up(tmp_path, war=falling)
    lines = draw("lines", results, "war")
    assert lines.title == (
        f"War moves most with {B}: 13 % (11 to 16 %) where it is 40, 43 % (41 to 46 %) where it is 10"
    )
    phase = draw("phase", results, "war")
    assert phase.title.startswith("War: lowest, 10")
    assert "limited strike" in phase.title
    tornado = draw("tornado", results, "war")
    assert tornado.title.startswith(f"War is moved most by {B}: 30.0 points")
    for chart in (lines, phase, tornado):
        said = text_of(chart)
        assert "12 points of 100 runs each" in said
        assert "95" in said
        assert "In this model, not a forecast." in said
        assert "1,200 runs" in said


def test_what_never_moves_is_said_so(tmp_path):
    results = made_up(tmp_path)
    assert "the same all along" in draw("lines", results, "war").title
    assert "Nothing that is varied moves it" in draw("tornado", results, "war").title
    assert "wherever it is looked for" in draw("phase", results, "war").title


def test_uneven_designs_say_that_levels_differ_in_more(tmp_path):
    rows = list(itertools.product(RUNGS, (10.0, 20.0, 40.0), (0.0, 0.1)))[:-1]
    results = made_up(tmp_path, "grid", falling, rows)
    assert not even(results)
    assert "Not every combination was played" in text_of(draw("lines", results, "war"))


def test_all_figures_are_drawn_into_the_folder_and_again_the_same(tmp_path):
    results = made_up(tmp_path, war=falling)
    files = draw_sweep(results)
    assert len(files) == 2 * len(SWEEP_FIGURES) * len(OUTCOMES)
    assert all(file.stat().st_size > 2000 for file in files)
    before = [file.read_bytes() for file in files]
    assert [file.read_bytes() for file in draw_sweep(results)] == before


def test_points_that_failed_leave_gaps(tmp_path):
    def holed(trigger, precision, doubt):
        return float("nan") if (trigger, precision) == ("grey_zone", 10.0) else 0.01 * precision

    results = made_up(tmp_path, war=holed)
    for name in SWEEP_FIGURES:
        assert draw(name, results, "war") is not None
    assert "Empty cells" in text_of(draw("phase", results, "war"))


def test_a_sweep_without_any_count_draws_nothing(tmp_path):
    results = made_up(tmp_path, war=lambda *_: float("nan"))
    assert draw_sweep(results) == []


def indices(method, values):
    main, other = INDICES[method]
    rows = []
    for size in (64, 128):
        for path, value in values.items():
            rows.append(Index("war", path, main, size, value, value - 0.02, value + 0.02))
            rows.append(Index("war", path, other, size, value / 2, float("nan"), float("nan")))
    return Sensitivity("war", method, tuple(rows), 0.03)


@pytest.mark.parametrize(
    ("method", "said"),
    [
        (
            "sobol",
            "War: rules.lambda accounts for 60 % of the variance between points in all, 30 %",
        ),
        ("morris", "War: rules.lambda moves it most, by 60 points on average"),
        ("pawn", "War: rules.lambda moves it most; 1 of 2 fields do so clearly more"),
    ],
)
def test_bars_of_sensitivity(tmp_path, method, said):
    values = {A: 0.1, B: 0.6} | ({DUMMY: 0.12} if method == "pawn" else {})
    found = indices(method, values)
    with drawing():
        chart = sensitivity(made_up(tmp_path), found)
    assert chart.title.startswith(said)
    assert "They have settled" in text_of(chart)
    assert "at most 3.0 % of the variance" in text_of(chart).replace("\u00a0", " ")
    assert png(chart).startswith(b"\x89PNG")


def test_a_dummy_at_the_top_means_nothing_matters(tmp_path):
    found = indices("pawn", {A: 0.1, B: 0.11, DUMMY: 0.13})
    with drawing():
        chart = sensitivity(made_up(tmp_path), found)
    assert chart.title == "War: no field moves it more than one that does nothing"


def test_a_sweep_has_a_report_that_stands_alone(tmp_path):
    results = made_up(tmp_path, war=falling)
    file = report_sweep(results)
    page = file.read_text(encoding="utf-8")
    plain = re.sub(r"<script[^>]*>.*?</script>", "", page, flags=re.DOTALL)
    assert plain.count("<img") == len(SWEEP_FIGURES) * len(OUTCOMES)
    assert not re.search(r"(src|href)=.(?!data:|#)", plain), "nothing is loaded from elsewhere"
    told = html.unescape(" ".join(re.sub(r"<[^>]+>", " ", plain).split()))
    assert "War goes from" in told
    assert f"It changes most with {B}" in told
    assert "In this model, not a forecast." in told
    assert "built-in" not in told
    assert file == report_sweep(results)
    assert page == file.read_text(encoding="utf-8")
