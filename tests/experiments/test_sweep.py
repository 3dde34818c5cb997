"""Sweeps as they are played: what tables hold, and what stops, resumes and is refused."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.analysis import intervals
from sim.engines.ensemble import play_ensemble
from sim.experiments import point_chunks, sweep_folder
from sim.experiments.designs import Stop
from sim.experiments.point_chunks import Labour, Orders, PlayedPoints, points_in_chunk
from sim.experiments.sweep import sweep
from sim.files.check import load_scenario
from sim.world.horizon import with_turns
from sim.world.problems import InputError

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
TRIGGER, CHANCE = "treaties.us_japan.trigger", "flashpoints.senkaku.opportunity"
SMALL = {
    "scenario": "senkaku",
    "turns": 8,
    "runs_per_point": 30,
    "seed": 3,
    "levers": {TRIGGER: ["grey_zone", "limited_strike"]},
    "uncertainties": {CHANCE: [0.1, 0.3, 0.6], "rules.lambda": [10, 40]},
    "outcomes": ["war", "challenges", "kept", "cost_japan", "highest_rung"],
}
TEXT = """
scenario: senkaku
turns: 8
runs_per_point: 30
seed: 3
levers:
  treaties.us_japan.trigger: [grey_zone, limited_strike]
uncertainties:
  flashpoints.senkaku.opportunity: [0.1, 0.3, 0.6]
  rules.lambda: [10, 40]
outcomes: [war, challenges, kept, cost_japan, highest_rung]
"""


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    """Make chunks of two points, so that a small sweep has several."""
    monkeypatch.setattr(point_chunks, "CHUNK_POINTS", 2)


@pytest.fixture
def undrawn(monkeypatch):
    """Leave out the drawing, which takes longest."""
    from sim.analysis.figures import sweeps

    monkeypatch.setattr(sweeps, "draw_sweep", lambda *_: [])


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A small sweep that was played without interruption."""
    return sweep(SMALL, out=tmp_path_factory.mktemp("whole"))


def tables(folder: Path) -> dict[str, bytes]:
    names = ("points.parquet", "runs.parquet", "failures.jsonl")
    return {name: (folder / name).read_bytes() for name in names if (folder / name).exists()}


def test_each_point_is_what_an_ensemble_of_it_is(whole):
    points, runs = whole.points(), whole.runs()
    assert len(points) == 12
    assert len(runs) == 12 * 30
    base = with_turns(load_scenario("senkaku"), 8)
    for number in (0, 5, 11):
        row = points.iloc[number]
        alone = play_ensemble(
            base.set({name: row[name] for name in (TRIGGER, CHANCE, "rules.lambda")}), 30, 3, 1
        ).runs
        of_point = runs[runs["point"] == number]
        assert of_point["run"].tolist() == list(range(30))
        assert of_point["war"].tolist() == (alone[:, 0] != 0).tolist()
        assert of_point["challenges"].tolist() == alone[:, 3].tolist()
        assert row["challenges"] == alone[:, 3].mean()
        share = intervals.share(alone[:, 0].sum(), 30)
        assert (row["war"], row["war_low"], row["war_high"]) == share[:3]


def test_units_and_meanings_stand_in_the_table(whole):
    field = whole.table.schema.field("war")
    assert field.metadata[b"unit"] == b"share of runs"
    assert b"rung of war" in field.metadata[b"meaning"]
    assert whole.outcomes["cost_japan"]["unit"] == "utility"
    assert whole.manifest["axes"][0]["role"] == "lever"


def test_points_share_their_luck(whole):
    """A paired difference has the error of the difference, not that of two shares."""
    runs = whole.runs().pivot(index="run", columns="point", values="challenges")
    parts = runs[11] - runs[9]
    found = whole.difference("challenges", 9, 11)
    assert found.value == pytest.approx(parts.mean())
    assert found.error == pytest.approx(parts.std(ddof=1) / np.sqrt(30))
    assert whole.difference("war", 4, 4)[:4] == (0, 0, 0, 0)
    with pytest.raises(ValueError, match="fewer than two runs"):
        whole.difference("kept", 0, 1)  # no duty came due at either


def test_workers_do_not_show(whole, tmp_path):
    other = sweep(SMALL, out=tmp_path, jobs=2)
    assert tables(other.folder) == tables(whole.folder)


def test_a_sweep_is_not_taken_for_an_ensemble(whole, run):
    with pytest.raises(InputError, match="holds a sweep"):
        sim.load_results(whole.folder)
    code, _, err = run("run", "--resume", str(whole.folder))
    assert code == 1
    assert f"deter sweep --resume {whole.folder}" in err


def test_figures_of_a_sweep_are_drawn_again_from_its_tables(whole, run, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(whole.folder, folder)
    shutil.rmtree(folder / "figures", ignore_errors=True)
    code, out, _ = run("plot", str(folder), "--figure", "lines")
    assert code == 0
    drawn = sorted(path.name for path in (folder / "figures").glob("*.svg"))
    assert drawn
    assert all(name.startswith("lines_") for name in drawn)
    assert all(name in out for name in drawn)
    code, _, err = run("plot", str(folder), "--figure", "line")
    assert code == 2
    assert "did you mean 'lines'" in err
    code, out, _ = run("report", str(folder))
    assert code == 0
    assert (folder / "report.html").stat().st_size > 50_000
    assert "report.html" in out


def test_less_is_kept_if_asked(tmp_path):
    found = sweep(SMALL | {"keep": "points", "outcomes": ["war"]}, out=tmp_path)
    assert not (tmp_path / "runs.parquet").exists()
    with pytest.raises(InputError, match="keeps no runs"):
        found.runs()


def test_a_point_stops_when_it_is_sure(tmp_path):
    source = SMALL | {
        "runs_per_point": 400,
        "stop": {"error": {"challenges": 0.17}, "least_runs": 20},
        "outcomes": ["war"],
    }
    found = sweep(source, out=tmp_path).points()
    assert set(found["runs"]) <= {20, 40, 80, 160, 320, 400}
    assert len(set(found["runs"])) > 1
    # a point is the same as if so many runs had been asked for
    few = sweep(SMALL | {"runs_per_point": 20, "outcomes": ["war"]}, out=tmp_path / "few").points()
    short = found[found["runs"] == 20]
    assert len(short)
    assert short["war"].tolist() == few.loc[short["point"], "war"].tolist()


def test_what_was_never_seen_is_not_taken_for_sure():
    base = with_turns(load_scenario("senkaku"), 2)
    stop = Stop({"nuclear_use": 0.01}, least_runs=10)
    labour = Labour(Orders(base, ("rules.lambda",), 3, 200, ("war",), stop))
    rows = labour.play((60,))
    # none seen in n runs: 3 / n over 2 x 1.96 is below 0.01 from 77 runs on
    assert len(rows) == 80


# Interruptions


def interrupted(source, folder, after: int) -> None:
    """Play a sweep until so many chunks are done, as Ctrl-C would leave it."""
    from sim.engines.folder import Interrupted
    from sim.experiments.design_file import load_design
    from sim.experiments.sweep import play_sweep
    from sim.experiments.sweep_folder import start_sweep

    folder.mkdir(exist_ok=True)
    done: list[int] = []
    begun = start_sweep(folder, load_design(source), "test")
    with pytest.raises(Interrupted):
        play_sweep(folder, begun, 1, done.append, stop=lambda: len(done) >= after)


@pytest.mark.parametrize("after", [1, 3])
def test_a_stopped_sweep_resumes_to_the_same_bytes(whole, tmp_path, after):
    interrupted(SMALL, tmp_path / "o", after)
    assert len(list((tmp_path / "o/parts").glob("*.npz"))) == after
    with pytest.raises(InputError, match="is not complete"):
        sim.load_sweep(tmp_path / "o")
    found = sweep(SMALL, resume=tmp_path / "o")
    assert tables(found.folder) == tables(whole.folder)
    assert not (tmp_path / "o/parts").exists()


def test_damaged_chunks_are_played_again(whole, tmp_path):
    interrupted(SMALL, tmp_path / "o", 3)
    first, second, third = sorted((tmp_path / "o/parts").glob("*.npz"))
    first.write_bytes(second.read_bytes())
    second.write_bytes(second.read_bytes()[:-50])
    third.write_bytes(b"")
    found = sweep(SMALL, resume=tmp_path / "o")
    assert tables(found.folder) == tables(whole.folder)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"runs_per_point": 31}, "runs_per_point"),
        ({"seed": 4}, "seed"),
        ({"outcomes": ["war"]}, "outcomes"),
        ({"turns": 9}, "the scenario, or what the design sets"),
        ({"where": f"{CHANCE} < 0.5"}, "the points"),
        ({"uncertainties": {CHANCE: [0.1, 0.3, 0.7], "rules.lambda": [10, 40]}}, "axes"),
        ({"stop": {"error": {"war": 0.1}}}, "stop"),
    ],
)
def test_a_changed_design_is_not_resumed(tmp_path, changes, said):
    interrupted(SMALL, tmp_path / "o", 1)
    before = {path: path.read_bytes() for path in (tmp_path / "o").rglob("*") if path.is_file()}
    with pytest.raises(InputError) as refused:
        sweep(SMALL | changes, resume=tmp_path / "o")
    assert said in str(refused.value)
    assert "anew" in str(refused.value)
    after = {path: path.read_bytes() for path in (tmp_path / "o").rglob("*") if path.is_file()}
    assert after == before


@pytest.mark.parametrize(
    ("module", "name", "said"),
    [
        (sweep_folder, "program_hash", "the program"),
        (sweep_folder, "rules_hash", "the rules of the program"),
    ],
)
def test_changed_code_is_not_resumed(tmp_path, monkeypatch, module, name, said):
    interrupted(SMALL, tmp_path / "o", 1)
    monkeypatch.setattr(module, name, lambda: "other")
    with pytest.raises(InputError, match=said):
        sweep(SMALL, resume=tmp_path / "o")


def test_the_hash_of_the_program_follows_its_sources(tmp_path, monkeypatch):
    from sim.engines import provenance

    copy = tmp_path / "sim"
    shutil.copytree(Path(sim.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(provenance, "__file__", str(copy / "engines/provenance.py"))
    before = provenance.program_hash()
    for name in ("rules/turn.py", "experiments/metrics.py", "world/variation.py"):
        with (copy / name).open("a") as file:
            file.write("# changed\n")
        after = provenance.program_hash()
        assert after != before
        before = after
    (copy / "cli/app.py").write_text("")
    assert provenance.program_hash() == before


def test_what_lies_in_the_folder_is_not_changed_unnoticed(tmp_path):
    interrupted(SMALL, tmp_path / "o", 1)
    path = tmp_path / "o/scenario.yaml"
    text = path.read_text()
    path.write_text(text.replace("turns: 8", "turns: 9"))
    with pytest.raises(InputError, match=r"the scenario \(scenario.yaml\)"):
        sweep_folder.resume_sweep(tmp_path / "o")
    path.write_text(text)
    path = tmp_path / "o/design.json"
    path.write_text(path.read_text().replace("0.6", "0.7"))
    with pytest.raises(InputError, match=r"the design \(design.json\)"):
        sweep_folder.resume_sweep(tmp_path / "o")
    path.write_text("{")
    with pytest.raises(InputError, match="damaged"):
        sweep_folder.resume_sweep(tmp_path / "o")


# Points that fail


@pytest.fixture
def failing(monkeypatch):
    """Let every point of a high chance of opportunities fail."""
    play = Labour.play

    def broken(self, point):
        if point[1] == 0.6:
            raise RuntimeError("the event log has no room")
        return play(self, point)

    monkeypatch.setattr(Labour, "play", broken)


def test_failed_points_are_told_listed_and_left_out(run, undrawn, failing, whole):
    Path("d.yaml").write_text(TEXT)
    code, _, err = run("sweep", "d.yaml", "--jobs", "1", "--out", "o")
    assert code == 0
    assert err.count("failed: point") == 4
    assert "4 of 12 points failed" in err
    assert err.index("failed: point 4 (") < err.index("4 of 12 points failed")
    listed = [json.loads(line) for line in Path("o/failures.jsonl").read_text().splitlines()]
    assert [failure["point"] for failure in listed] == [4, 5, 10, 11]
    assert listed[0]["error"] == "RuntimeError: the event log has no room"
    assert listed[0]["values"][CHANCE] == 0.6
    found = sim.load_sweep("o").points()
    assert found["runs"].tolist() == [30] * 4 + [0, 0] + [30] * 4 + [0, 0]
    assert found["war"].isna().tolist() == (found["runs"] == 0).tolist()
    rest = found["runs"] > 0
    pd.testing.assert_frame_equal(found[rest], whole.points()[rest])


def test_failures_survive_an_interruption(failing, tmp_path, run, undrawn):
    interrupted(SMALL, tmp_path / "o", 4)
    sweep(SMALL, resume=tmp_path / "o")
    sweep(SMALL, out=tmp_path / "p")
    assert tables(tmp_path / "o") == tables(tmp_path / "p")
    assert len(tables(tmp_path / "o")) == 3


def test_running_out_of_memory_is_no_property_of_a_point(monkeypatch, tmp_path):
    def broken(self, point):
        raise MemoryError

    monkeypatch.setattr(Labour, "play", broken)
    with pytest.raises(MemoryError):
        sweep(SMALL, out=tmp_path / "o")


# The command


def test_the_command_tells_what_it_found(run, whole):
    Path("d.yaml").write_text(TEXT)
    code, out, err = run("sweep", "d.yaml", "--jobs", "1", "--out", "o")
    assert (code, err) == (0, "")
    assert tables(Path("o")) == tables(whole.folder)
    assert "12 POINTS, 360 RUNS" in out
    assert "challenges: per run" in out
    assert Path("o/design.yaml").read_text() == TEXT
    names = {path.name for path in Path("o/figures").iterdir()}
    assert {"lines_war.png", "phase_war.svg", "tornado_war.png"} <= names
    code, _, err = run("sweep", "--resume", "o")
    assert code == 1
    assert "nothing to resume" in err


def test_json_names_folder_points_and_failures(run, undrawn):
    Path("d.yaml").write_text(TEXT)
    code, out, _ = run("sweep", "d.yaml", "--jobs", "1", "--out", "o", "--json")
    assert code == 0
    said = json.loads(out)
    assert (said["folder"], said["points"], said["failed"]) == ("o", 12, [])
    assert said["outcomes"]["war"]["unit"] == "share of runs"


def test_wrong_designs_end_in_one_message(run):
    Path("d.yaml").write_text(TEXT.replace("limited_strike", "limited_strik"))
    code, _, err = run("sweep", "d.yaml", "--out", "o")
    assert code == 1
    assert err.startswith("d.yaml:7:")
    assert "did you mean 'limited_strike'?" in err
    assert "Traceback" not in err
    assert not Path("o").exists()
    assert run("sweep", "none.yaml")[0] == 1
    assert run("sweep")[0] == 2
    assert run("sweep", "--resume", "nowhere")[0] == 1
    assert run("discover", "nowhere")[0] == 1
    assert run("sensitivity", "nowhere")[0] == 1


def test_an_edited_design_file_is_noticed_on_resuming(run, undrawn, tmp_path, monkeypatch):
    Path("d.yaml").write_text(TEXT + "stop: {minutes: 0.000001}\n")
    code, _, err = run("sweep", "d.yaml", "--jobs", "1", "--out", "o")
    assert code == 0
    assert "paused after 1e-06 minutes" in err
    assert "deter sweep --resume o" in err
    Path("d.yaml").write_text(TEXT.replace("0.3", "0.4") + "stop: {minutes: 0.000001}\n")
    code, _, err = run("sweep", "--resume", "o")
    assert code == 1
    assert "axes (in the design file)" in err
    Path("d.yaml").unlink()  # then the folder's own copy counts
    code, _, err = run("sweep", "--resume", "o", "--jobs", "1")
    assert code == 0
    assert "paused" in err


def test_fields_that_an_event_sets_are_pointed_out(run, undrawn):
    Path("d.yaml").write_text(
        "scenario: senkaku\nturns: 3\nruns_per_point: 3\n"
        "vary: {treaties.us_japan.clarity: [0.2, 0.9]}\n"
    )
    code, _, err = run("sweep", "d.yaml", "--jobs", "1", "--out", "o")
    assert code == 0
    assert "note: treaties.us_japan.clarity is set by the event article_v_covers_senkaku" in err


LONG = TEXT.replace("runs_per_point: 30", "runs_per_point: 400").replace(
    "[0.1, 0.3, 0.6]", "{from: 0.05, to: 0.6, steps: 12}"
)


def started(place: Path, *more: str) -> subprocess.Popen[str]:
    """Begin a sweep in a session of its own, and wait until a chunk is there."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", "sweep", *more, "--quiet"],
        cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    for _ in range(1800):
        if list(place.glob("parts/points-*.npz")):
            return process
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    raise TimeoutError


@POSIX
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_killed_sweep_resumes_to_the_same_bytes(tmp_path, jobs, monkeypatch):
    monkeypatch.undo()  # chunks as they are
    design, place = tmp_path / "d.yaml", tmp_path / "o"
    design.write_text(LONG)
    process = started(place, str(design), "--jobs", jobs, "--out", str(place))
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    assert json.loads((place / "manifest.json").read_text())["complete"] is False
    had = len(list((place / "parts").glob("points-*.npz")))
    assert 1 <= had < 48 / points_in_chunk(400)
    sweep(design, resume=place)
    sweep(design, out=tmp_path / "p")
    assert tables(place) == tables(tmp_path / "p")


@POSIX
def test_ctrl_c_says_how_to_go_on(tmp_path):
    design, place = tmp_path / "d.yaml", tmp_path / "o"
    design.write_text(LONG)
    process = started(place, str(design), "--jobs", "1", "--out", str(place))
    os.kill(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert f"To go on: deter sweep --resume {place}" in err
    assert "Traceback" not in err


@POSIX
def test_a_dead_worker_ends_in_one_message(tmp_path):
    design, place = tmp_path / "d.yaml", tmp_path / "o"
    design.write_text(LONG)
    process = started(place, str(design), "--jobs", "2", "--out", str(place))
    children = subprocess.run(
        ["pgrep", "-P", str(process.pid), "-f", "spawn_main"], capture_output=True, text=True
    ).stdout.split()  # fmt: skip
    if not children:
        pytest.skip("no worker to be seen")
    os.kill(int(children[-1]), signal.SIGKILL)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "a worker process was ended from outside" in err
    assert f"deter sweep --resume {place}" in err
    assert "Traceback" not in err


@POSIX
def test_a_full_disk_ends_in_one_message_and_resumes(tmp_path):
    """A limit on the size of files stands for the disk: chunks do not fit under it."""
    design, place = tmp_path / "d.yaml", tmp_path / "o"
    design.write_text(TEXT.replace("runs_per_point: 30", "runs_per_point: 3000"))
    # numba is not to write its cache under the limit
    sweep(SMALL | {"runs_per_point": 1}, out=tmp_path / "warm")
    done = subprocess.run(
        ["bash", "-c", 'ulimit -f 16; exec "$@"', "bash", sys.executable, "-m", "sim", "sweep",
         str(design), "--jobs", "1", "--out", str(place), "--quiet"],
        cwd=Path(__file__).parents[2], capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "cannot be written: File too large" in done.stderr
    assert f"deter sweep --resume {place}" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (place / "points.parquet").exists()
    sweep(design, resume=place)
    sweep(design, out=tmp_path / "p")
    assert tables(place) == tables(tmp_path / "p")


def test_chunks_that_are_not_whole_are_told_apart():
    played = PlayedPoints(3, np.array([2, 0, 1]), np.arange(6.0).reshape(3, 2), ())
    data = played.to_bytes()
    again = PlayedPoints.from_bytes(data)
    assert again.first == 3
    assert again.rows.tolist() == played.rows.tolist()
    for cut in (0, 10, len(data) // 2, len(data) - 1):
        with pytest.raises(ValueError):  # noqa: PT011
            PlayedPoints.from_bytes(data[:cut])
