"""Sensitivity indices: right where the answer is known, and never made of what is not known."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from sim.analysis.sensitivities import DUMMY, INDICES, Sensitivity
from sim.analysis.sweeps import SweepResults, load_sweep
from sim.cli.app import main
from sim.experiments.design_file import load_design
from sim.experiments.sensitivity import analyse, write_indices
from sim.experiments.sweep import sweep
from sim.experiments.sweep_folder import start_sweep, sweep_manifest
from sim.world.problems import InputError

THREE = ("rules.lambda", "rules.doubt", "rules.fade")
"""Fields that stand for x1, x2, x3 of a function whose indices are known."""


def ishigami(x):
    """Ishigami and Homma (1990) over [-pi, pi], with a = 7, b = 0.1."""
    one, two, three = ((2 * column - 1) * math.pi for column in x.T)
    return np.sin(one) + 7 * np.sin(two) ** 2 + 0.1 * three**4 * np.sin(one)


def made_up(folder: Path, kind: str, samples: int, function, seed: int = 1) -> SweepResults:
    """Return a sweep whose one outcome is a function of the fields, each scaled to [0, 1]."""
    design = load_design(
        {
            "scenario": "senkaku", "design": kind, "samples": samples, "seed": seed,
            "runs_per_point": 10,
            "vary": {path: {"from": 0.0, "to": 1.0} for path in THREE}, "outcomes": ["challenges"],
        }
    )  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    begun = start_sweep(folder, design, "test")
    points = np.array(design.points)
    values = function(points)
    columns = {"point": np.arange(len(points)), **{p: points[:, k] for k, p in enumerate(THREE)}}
    columns |= {"runs": np.full(len(points), 10), "challenges": values}
    columns |= {f"challenges_{end}": values * 0 + 0.1 for end in ("low", "high", "error")}
    return SweepResults(folder, begun.manifest, design.scenario, pa.table(columns))


def main_indices(found: Sensitivity) -> dict[str, float]:
    return {index.path: index.value for index in found.at(found.main)}


def test_sobol_finds_the_indices_of_ishigamis_function(tmp_path):
    found = analyse(made_up(tmp_path, "sobol", 2048, ishigami), "challenges")
    total = main_indices(found)
    alone = {index.path: index.value for index in found.at("S1")}
    # closed forms: S1 = .3139, .4424, 0; ST = .5576, .4424, .2437
    for path, first, all_of_it in zip(
        THREE, (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437), strict=True
    ):
        assert alone[path] == pytest.approx(first, abs=0.03)
        assert total[path] == pytest.approx(all_of_it, abs=0.03)
    assert found.sizes == [256, 512, 1024, 2048]
    assert found.moved() < 0.05
    for index in found.at("ST"):
        assert index.low < index.value < index.high


def test_morris_ranks_and_measures_a_linear_function(tmp_path):
    def linear(x):
        return 3 * x[:, 0] - 1 * x[:, 1]

    found = analyse(made_up(tmp_path, "morris", 20, linear), "challenges")
    assert list(main_indices(found)) == list(THREE)
    assert list(main_indices(found).values()) == pytest.approx([3, 1, 0], abs=1e-9)
    assert [index.value for index in found.at("sigma")] == pytest.approx([0, 0, 0], abs=1e-9)
    assert found.settled


def test_pawn_tells_a_field_that_does_nothing(tmp_path):
    found = analyse(made_up(tmp_path, "latin_hypercube", 800, lambda x: x[:, 1] ** 3), "challenges")
    index = {row.path: row for row in found.at("median")}
    assert next(iter(index)) == THREE[1]
    assert index[THREE[1]].low > index[DUMMY].high
    for path in (THREE[0], THREE[2]):
        assert index[path].low < index[DUMMY].high
    assert found.sizes == [100, 200, 400, 800]


def test_a_small_sample_is_not_said_to_have_settled(tmp_path):
    found = analyse(made_up(tmp_path, "sobol", 16, ishigami), "challenges")
    assert not found.settled
    assert found.widest > 0.1


@pytest.mark.parametrize("kind", ["sobol", "morris", "latin_hypercube"])
@pytest.mark.parametrize("hole", [math.nan, math.inf])
def test_one_unknown_point_is_named_and_refused(tmp_path, kind, hole):
    def holed(x):
        values = ishigami(x)
        values[[5, 9]] = hole
        return values

    with pytest.raises(InputError) as refused:
        analyse(made_up(tmp_path, kind, 16, holed), "challenges")
    said = str(refused.value)
    assert "is not known at 2 of " in said
    assert ": 5, 9;" in said


def test_an_outcome_that_never_moves_is_refused(tmp_path):
    with pytest.raises(InputError, match="at every point, so there is nothing to attribute"):
        analyse(made_up(tmp_path, "sobol", 8, lambda x: x[:, 0] * 0 + 2), "challenges")


def test_other_designs_have_no_indices(tmp_path):
    results = made_up(tmp_path, "sobol", 8, ishigami)
    results.manifest["design"] = "grid"
    with pytest.raises(InputError, match="no sensitivity index goes with"):
        analyse(results, "challenges")


def test_indices_do_not_depend_on_luck_and_leave_numpys_alone(tmp_path):
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    for kind in ("morris", "sobol", "latin_hypercube"):
        one = analyse(made_up(tmp_path / f"{kind}1", kind, 64, ishigami, seed=0), "challenges")
        two = analyse(made_up(tmp_path / f"{kind}2", kind, 64, ishigami, seed=0), "challenges")
        assert repr(one) == repr(two)
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002


def test_indices_are_written_as_a_table(tmp_path):
    found = analyse(made_up(tmp_path, "sobol", 16, ishigami), "challenges")
    import pyarrow.parquet as pq

    table = pq.read_table(write_indices(tmp_path, [found]))
    assert table.num_rows == len(found.indices) == 2 * 2 * 3
    assert set(table["name"].to_pylist()) == set(INDICES["sobol"])


def test_the_command_plays_analyses_and_draws(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    Path("d.yaml").write_text(
        "scenario: senkaku\ndesign: morris\nsamples: 4\nturns: 12\nruns_per_point: 40\nseed: 1\n"
        "vary:\n  rules.lambda: {from: 10, to: 60}\n"
        "  flashpoints.senkaku.opportunity: {from: 0.1, to: 0.6}\n"
        "outcomes: [challenges, ending_settlement]\n"
    )
    code = main(["sensitivity", "d.yaml", "--jobs", "1", "--out", "o"])
    said = capsys.readouterr()
    assert code == 0, said.err
    assert "CHALLENGES, MORRIS" in said.out
    assert "too small to see whether they have settled" in said.out
    for name in ("sensitivity_challenges.png", "lines_challenges.svg"):
        assert (Path("o/figures") / name).stat().st_size > 1000
    assert Path("o/sensitivity.parquet").exists()
    # the folder of a finished sweep is analysed without playing
    assert main(["sensitivity", "o", "--json"]) == 0
    assert '"settled": false' in capsys.readouterr().out


def test_a_share_that_was_never_counted_is_refused_after_the_others(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    source = {
        "scenario": "senkaku", "design": "morris", "samples": 2, "turns": 2, "runs_per_point": 2,
        "vary": {
            "rules.lambda": {"from": 10, "to": 60},
            "flashpoints.senkaku.opportunity": {"from": 0.0, "to": 0.9},
        },
        "outcomes": ["challenges", "kept"],
    }  # fmt: skip
    sweep(source, out="o")
    assert np.isnan(load_sweep("o").values("kept")).any()
    code = main(["sensitivity", "o"])
    said = capsys.readouterr()
    assert code == 1
    assert "CHALLENGES, MORRIS" in said.out
    assert "kept: is not known at " in said.err
    assert "KEPT" not in said.out


def test_a_sweep_is_told_from_other_folders(tmp_path):
    with pytest.raises(InputError, match="no result folder"):
        sweep_manifest(tmp_path)
    (tmp_path / "manifest.json").write_text('{"kind": "run"}')
    with pytest.raises(InputError, match="holds no sweep"):
        sweep_manifest(tmp_path)
