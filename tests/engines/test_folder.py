"""Result folders while they grow: stopped, damaged, resumed, and the same bytes in the end."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.engines import folder as folders
from sim.engines import parquet
from sim.engines.arrow import crises_table, runs_table
from sim.engines.ensemble import play_ensemble
from sim.engines.folder import (
    PARTS,
    Interrupted,
    complete,
    play_into,
    ready_to_play,
    resume_folder,
    start_folder,
)
from sim.engines.parquet import TableFile
from sim.outcomes.outcome import Counts
from sim.world.horizon import with_turns
from sim.world.problems import InputError
from sim.world.scenario import Scenario
from tests.rules.test_turn import busy

RUNS = 60


def short() -> Scenario:
    return with_turns(busy(), 6)


def begin(place: Path, detail: str = "crises") -> Path:
    place.mkdir()
    start_folder(place, short(), RUNS, 3, detail, "deter run")
    return place


def go_on(place: Path, jobs: int = 1, stop: Callable[[], bool] = lambda: False) -> list[int]:
    """Play what is missing; returns how many runs each chunk brought."""
    begun = resume_folder(place)
    ready = ready_to_play(begun.scenario, begun.manifest, begun.have, jobs)
    played: list[int] = []
    play_into(place, begun.manifest, ready, played.append, stop)
    complete(place, begun.manifest, ready, 1.0)
    return played


def tables(place: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(place.glob("*.parquet"))}


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """A folder whose run nothing interrupted."""
    place = begin(tmp_path_factory.mktemp("whole") / "r", "events")
    assert sum(go_on(place)) == RUNS
    return place


def after(chunks: int) -> Callable[[], bool]:
    """Return what says stop when asked for so many times."""
    left = [chunks]

    def stop() -> bool:
        left[0] -= 1
        return left[0] <= 0

    return stop


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupted_run_comes_to_the_same_bytes(whole, tmp_path, jobs) -> None:
    place = begin(tmp_path / "r", "events")
    for _ in range(2):
        with pytest.raises(Interrupted):
            go_on(place, jobs, after(7))
        assert list(place.glob("*.parquet")) == []
    kept = len(resume_folder(place).have)
    assert 2 * 7 <= kept < 30
    assert len(go_on(place, jobs)) == 30 - kept
    assert tables(place) == tables(whole)
    assert len(tables(place)) == 4
    assert not (place / PARTS).exists()


def test_the_size_of_chunks_does_not_show(whole, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(folders, "chunk_size", lambda *_, **__: 17)
    place = begin(tmp_path / "r", "events")
    assert go_on(place) == [17, 17, 17, 9]
    assert tables(place) == tables(whole)


@pytest.mark.parametrize(
    "harm", [lambda data: data[:-40], lambda data: b"", lambda data: b"PK" * 99]
)
def test_a_damaged_chunk_is_played_again(whole, tmp_path, harm) -> None:
    place = begin(tmp_path / "r", "events")
    with pytest.raises(Interrupted):
        go_on(place, stop=after(5))
    part = sorted((place / PARTS).iterdir())[2]
    part.write_bytes(harm(part.read_bytes()))
    begun = resume_folder(place)
    assert begun.damaged == (part.name,)
    assert len(begun.have) == 4
    go_on(place)
    assert tables(place) == tables(whole)


def test_a_chunk_in_the_place_of_another_is_played_again(tmp_path) -> None:
    place = begin(tmp_path / "r")
    with pytest.raises(Interrupted):
        go_on(place, stop=after(2))
    one, two = sorted((place / PARTS).iterdir())
    two.write_bytes(one.read_bytes())
    assert resume_folder(place).damaged == (two.name,)


def test_drafts_are_not_taken_for_chunks(tmp_path) -> None:
    place = begin(tmp_path / "r")
    (place / PARTS / ".chunk-000000000.npz.123").write_bytes(b"half of it")
    assert resume_folder(place).have == set()
    go_on(place)
    assert not (place / PARTS).exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "cannot be read"),
        ("[]", "is no manifest"),
        ("{}", "is damaged"),
        ('{"runs": 1e9}', "is damaged"),
    ],
)
def test_a_damaged_manifest_is_told(tmp_path, text, said) -> None:
    place = begin(tmp_path / "r")
    (place / "manifest.json").write_text(text)
    with pytest.raises(InputError, match=rf"manifest\.json: .*{said}"):
        resume_folder(place)


@pytest.mark.parametrize(
    ("key", "value"), [("runs", -1), ("seed", "x"), ("detail", 3), ("notes", None)]
)
def test_an_entry_that_cannot_be_is_named(tmp_path, key, value) -> None:
    place = begin(tmp_path / "r")
    manifest = json.loads((place / "manifest.json").read_text())
    (place / "manifest.json").write_text(json.dumps(manifest | {key: value}))
    with pytest.raises(InputError, match=rf"is damaged \({key}\)"):
        resume_folder(place)


@pytest.mark.parametrize("call", [0, 3, 30, 31, 32, 33])
def test_a_full_disk_spoils_nothing(whole, tmp_path, monkeypatch, call) -> None:
    """Whichever file it is that finds no room: a chunk, a table, or the manifest."""
    place = begin(tmp_path / "r", "events")
    calls = iter(range(1000))
    sync = os.fsync

    def full(handle: int) -> None:
        if next(calls) == call:
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="cannot be written: No space left on device"):
        go_on(place)
    assert not list(place.rglob(".*"))
    assert resume_folder(place).damaged == ()
    go_on(place)
    assert tables(place) == tables(whole)


def test_a_summary_holds_no_crises(whole, tmp_path) -> None:
    place = begin(tmp_path / "r", "summary")
    go_on(place)
    assert set(tables(place)) == {"runs.parquet", "counts.parquet"}
    assert tables(place)["runs.parquet"] == tables(whole)["runs.parquet"]


def test_the_tables_on_disk_are_those_in_memory(whole) -> None:
    played = play_ensemble(short(), RUNS, seed=3, jobs=1, events=True)
    c = played.compiled
    runs, crises = pq.read_table(whole / "runs.parquet"), pq.read_table(whole / "crises.parquet")
    assert runs.to_pandas().equals(runs_table(c, 0, played.runs).to_pandas())
    mine = crises_table(c, played.crises, played.numbers)
    assert crises.to_pylist() == mine.to_pylist()
    assert len(crises) > RUNS
    assert crises.schema.field("holder").metadata[b"meaning"] == b"against whom"
    events = pq.read_table(whole / "events.parquet")
    assert np.array_equal(events["a"].to_numpy(), played.log_ints[:, 6])


def test_columns_are_narrow(whole) -> None:
    runs = pq.read_schema(whole / "runs.parquet")
    assert runs.field("highest_rung").type == pa.int8()
    assert runs.field("run").type == pa.int32()
    assert runs.field("war").type == pa.bool_()
    crises = pq.read_schema(whole / "crises.parquet")
    assert all(not pa.types.is_string(field.type) for field in crises)
    assert all(field.type != pa.int64() for field in crises)


# --- tables written piece by piece ------------------------------------------------------------------


def rows(first: int, n: int) -> pa.Table:
    names = pa.array([f"n{(first + i) // 7 % 5}" for i in range(n)], pa.string())
    numbers = pa.array(np.arange(first, first + n))
    return pa.table({"number": numbers, "name": names.dictionary_encode()})


def written(path: Path, pieces: list[int]) -> bytes:
    with TableFile(path, path.with_suffix(".draft")) as file:
        first = 0
        for n in pieces:
            file.add(rows(first, n))
            first += n
    assert not path.with_suffix(".draft").exists()
    return path.read_bytes()


def test_bytes_do_not_depend_on_the_pieces(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(parquet, "ROW_GROUP", 100)
    one = written(tmp_path / "one", [330])
    assert written(tmp_path / "two", [1, 99, 0, 130, 100]) == one
    assert pq.ParquetFile(tmp_path / "one").metadata.num_row_groups == 4
    assert pq.read_table(tmp_path / "one").to_pylist() == rows(0, 330).to_pylist()
    assert len(written(tmp_path / "none", [0])) > 0
    assert pq.read_table(tmp_path / "none").num_rows == 0


def _fail_after(file: TableFile) -> None:
    file.add(rows(0, 10))
    raise ZeroDivisionError


def test_a_table_that_is_left_half_done_leaves_nothing(tmp_path) -> None:
    path = tmp_path / "t"
    file = TableFile(path, tmp_path / "draft")
    with pytest.raises(ZeroDivisionError), file:
        _fail_after(file)
    assert list(tmp_path.iterdir()) == []


def test_only_one_group_of_rows_is_in_memory(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(parquet, "ROW_GROUP", 10_000)
    path = tmp_path / "t"
    before = pa.total_allocated_bytes()
    most = 0
    with TableFile(path, tmp_path / "draft") as file:
        for first in range(0, 1_000_000, 5_000):
            file.add(rows(first, 5_000))
            most = max(most, pa.total_allocated_bytes() - before)
    assert most < 20_000 * 12 * 2  # the table has a million rows of twelve bytes
    assert pq.ParquetFile(path).metadata.num_rows == 1_000_000


def test_counts_are_those_of_all_runs(whole) -> None:
    played = play_ensemble(short(), RUNS, seed=3, jobs=1)
    assert isinstance(played.counts, Counts)
    table = pq.read_table(whole / "counts.parquet").to_pandas()
    assert table[table["kind"] == "ending"]["count"].sum() == played.counts.ending.sum()
    assert table[table["kind"] == "treaty"]["count"].sum() == played.counts.treaty.sum()
