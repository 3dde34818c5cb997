"""Reading result folders, whole and broken."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pandas as pd
import pytest

from sim.analysis.frames import load_results
from sim.world.problems import InputError
from tests.analysis.synthetic import write_folder


@pytest.fixture
def copy(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "copy")


def test_tables_agree(results):
    runs = results.outcomes()
    assert len(results) == len(runs) == 60
    by_turn = results.rungs_by_turn("any")
    assert by_turn.shape == (48, 11)
    assert (by_turn.sum(axis=1) == 60).all()
    assert by_turn[:, 1:].any(axis=0).nonzero()[0].max() == runs["highest_rung"].max()
    firsts, never = results.first_crises()
    assert firsts.sum() + never == 60
    assert never == (runs["crises"] == 0).sum()
    ended = results.endings()["senkaku"]
    assert sum(ended.values()) == runs["crises"].sum()
    assert ended["war"] == runs["wars"].sum()
    assert results.first_rungs().sum() == runs["challenges"].sum()
    kept = results.treaties()
    assert sum(row["invoked"] for row in kept.values()) == runs["invoked"].sum()
    control = results.mean_by_turn("control", "senkaku")
    assert control[-1] == pytest.approx(runs["senkaku_control"].mean())
    assert results.mean_by_turn("risk").mean() == pytest.approx(runs["risk_index_mean"].mean())


def test_crises_of_a_run(results, summary):
    run = int(results.outcomes()["crises"].idxmax())
    crises = results.crises_of(run)
    assert len(crises) == results.outcomes()["crises"].max()
    assert [c["start_turn"] for c in crises] == sorted(c["start_turn"] for c in crises)
    assert summary.crises is None
    assert summary.crises_of(0) == []


def test_every_column_is_explained(large):
    told = large.columns()
    assert list(told) == list(large.outcomes().columns)
    assert told["cost_japan"].endswith("(japan)")
    assert told["taiwan_strait_highest_rung"].endswith("(taiwan_strait)")
    assert "highest rung" in told["taiwan_strait_highest_rung"]


@pytest.mark.parametrize(
    "name", ["manifest.json", "scenario.yaml", "runs.parquet", "counts.parquet", "crises.parquet"]
)
def test_missing_and_broken_files_are_named(copy, name):
    (copy / name).write_bytes(b"\x00broken: [")
    with pytest.raises(InputError, match=name.replace(".", r"\.")):
        load_results(copy)
    (copy / name).unlink()
    with pytest.raises(InputError, match=rf"{name}: the result folder lacks this file"):
        load_results(copy)


def test_no_folder(tmp_path):
    with pytest.raises(InputError, match="there is no such folder"):
        load_results(tmp_path / "none")
    with pytest.raises(InputError, match=r"manifest\.json: the result folder lacks"):
        load_results(tmp_path)


def rewritten(path, change):
    change(pd.read_parquet(path)).to_parquet(path)


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("runs.parquet", lambda t: t.drop(columns="war"), "lacks the column 'war'"),
        ("runs.parquet", lambda t: t.drop(columns="senkaku_control"), "senkaku_control"),
        ("runs.parquet", lambda t: t.iloc[:0], "holds no run"),
        ("counts.parquet", lambda t: t.assign(turn=t["turn"] + 40), "'turn' does not fit"),
        ("counts.parquet", lambda t: t.assign(rung=99), "'rung' does not fit"),
        ("crises.parquet", lambda t: t.assign(holder="atlantis"), "names 'atlantis'"),
    ],
)
def test_tables_that_do_not_fit(copy, name, change, said):
    rewritten(copy / name, change)
    with pytest.raises(InputError, match=said):
        load_results(copy)


def test_a_run_that_was_interrupted(copy):
    data = json.loads((copy / "manifest.json").read_text())
    (copy / "manifest.json").write_text(json.dumps(data | {"complete": False}))
    with pytest.raises(
        InputError, match="is not complete\\n    finish it with `deter run --resume"
    ):
        load_results(copy)


@pytest.mark.parametrize("lost", ["seed", "turns", "deter"])
def test_a_manifest_that_lacks_something(copy, lost):
    data = json.loads((copy / "manifest.json").read_text())
    del data[lost]
    (copy / "manifest.json").write_text(json.dumps(data))
    with pytest.raises(InputError, match=f"lacks the entry '{lost}'"):
        load_results(copy)


def test_runs_are_read_as_numbers(tmp_path, scenario):
    results = load_results(write_folder(tmp_path / "r", scenario, runs=3))
    assert results.column("war").dtype == np.float64
    assert set(results.column("war")) <= {0.0, 1.0}


def test_a_column_and_a_run_are_read_alone(tmp_path, scenario):
    """Written in groups of seven rows, so that a run lies in two of them."""
    place = write_folder(tmp_path / "r", scenario, runs=40, chance=0.2)
    whole = {name: pd.read_parquet(place / f"{name}.parquet") for name in ("runs", "crises")}
    for name, table in whole.items():
        table.to_parquet(place / f"{name}.parquet", row_group_size=7)
    results = load_results(place)
    assert len(results) == 40
    for name in whole["runs"].columns:
        assert (results.column(name) == whole["runs"][name].to_numpy(dtype=float)).all()
    pd.testing.assert_frame_equal(results.outcomes(), whole["runs"])
    crises = results.all_crises()
    assert crises is not None
    pd.testing.assert_frame_equal(crises, whole["crises"])
    for run in range(40):
        assert len(results.crises_of(run)) == (whole["crises"]["run"] == run).sum()
    assert results.crises_of(99) == []


def test_a_file_that_breaks_off_later_is_named(copy):
    results = load_results(copy)
    data = (copy / "runs.parquet").read_bytes()
    (copy / "runs.parquet").write_bytes(b"PAR1" + b"\x00" * (len(data) - 4))
    with pytest.raises(InputError, match=r"runs\.parquet: it cannot be read"):
        results.column("war")
    with pytest.raises(InputError, match=r"runs\.parquet: it cannot be read"):
        results.outcomes()
