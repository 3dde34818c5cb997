"""`deter run`, as a user meets it: what is played, stopped, resumed and refused."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path

import pytest

from sim.analysis import draw
from sim.analysis.figures import FIGURES
from sim.cli import run as command
from sim.cli.playing import span
from sim.files.check import load_scenario

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


@pytest.fixture
def undrawn(monkeypatch):
    """Leave out the drawing, which takes longest; returns what was to be drawn."""
    drawn: list[Path] = []

    def stand_in(folder, *_):
        place = Path(folder)
        (place / "figures").mkdir(exist_ok=True)
        for name in FIGURES:
            for kind in ("png", "svg"):
                (place / "figures" / f"{name}.{kind}").touch()
        (place / "report.html").touch()
        drawn.append(place)

    monkeypatch.setattr(draw, "draw_all", stand_in)
    return drawn


SMALL = ("run", "senkaku", "--runs", "6", "--turns", "4", "--jobs", "1")


def test_fewer_turns_leave_later_events_out_of_reach(run, undrawn):
    code, out, err = run(*SMALL, "--out", "o")
    assert (code, err) == (0, "")
    assert "6 runs of 4 months" in out
    saved = load_scenario("o/scenario.yaml")
    assert saved.turns == 4
    assert len(saved.events) == len(load_scenario("senkaku").events)
    assert run("plot", "o", "--figure", "risk", "--quiet")[0] == 0
    assert run("validate", "o/scenario.yaml")[0] == 0
    # and what was saved plays the same runs
    assert run("run", "o/scenario.yaml", "--runs", "6", "--jobs", "1", "--out", "p")[0] == 0
    assert Path("p/runs.parquet").read_bytes() == Path("o/runs.parquet").read_bytes()


def test_the_first_compilation_is_announced_before_anything_is_played(run, undrawn, monkeypatch):
    monkeypatch.setattr("sim.compiled.first_compile", lambda: True)
    monkeypatch.setattr("sim.compiled.CACHE_FOLDER", Path("somewhere"))
    code, _, err = run(*SMALL, "--out", "loud")
    assert code == 0
    assert err.startswith("Compiling the rules, once for this version")
    code, _, err = run(*SMALL, "--out", "quiet", "--quiet")
    assert code == 0
    assert "Compiling" not in err


def test_a_summary_keeps_no_crises(run, undrawn):
    assert run(*SMALL, "--detail", "summary", "--out", "o")[0] == 0
    assert not Path("o/crises.parquet").exists()
    assert run("plot", "o", "--figure", "timeline", "--quiet")[0] == 0


def test_the_band_is_played_told_and_left_out(run, undrawn):
    small = ("run", "senkaku", "--runs", "40", "--turns", "4", "--jobs", "1")
    code, out, _ = run(*small, "--out", "o")
    assert code == 0
    assert "At half and at twice the precision of choice (40 runs each, same luck):" in out
    code, out, _ = run(*small, "--out", "p", "--json")
    band = json.loads(out)["band"]
    assert (band["runs"], band["factors"]) == (40, [0.5, 1.0, 2.0])
    assert {line["key"] for line in band["lines"]} >= {"war", "control_lost", "order_ending"}
    code, out, _ = run(*small, "--out", "q", "--json", "--no-band")
    assert json.loads(out)["band"] is None
    assert not Path("q/band.parquet").exists()
    for name in ("runs", "crises", "counts"):
        one, two = (Path(place) / f"{name}.parquet" for place in ("o", "q"))
        assert one.read_bytes() == two.read_bytes()
    code, out, _ = run(*small, "--out", "s", "--no-band")
    assert "At half and at twice" not in out
    for place in ("o", "q"):
        assert run("plot", place, "--figure", "band", "--quiet")[0] == 0


def test_a_band_that_is_broken_is_one_message(run, undrawn):
    assert run(*SMALL, "--out", "o")[0] == 0
    Path("o/band.parquet").write_bytes(b"no table")
    code, out, err = run("report", "o", "--quiet")
    assert (code, out) == (1, "")
    assert err.startswith("o/band.parquet: it cannot be read")


# Resuming


@pytest.fixture
def stopped(run, undrawn, monkeypatch):
    """A folder whose run was stopped after its first chunk."""
    from sim.cli import stopping

    with monkeypatch.context() as patch:
        patch.setattr(stopping.Stop, "__call__", lambda stop: stop.number != 0)
        patch.setattr(stopping.Stop, "__init__", lambda stop: setattr(stop, "number", 2))
        code, _, err = run(*SMALL, "--out", "o")
    assert code == 130
    assert err == (
        "stopped; what was played is kept. To go on: deter run --resume o\ninterrupted\n"
    )
    assert len(list(Path("o/parts").iterdir())) == 1
    return Path("o")


def test_a_stopped_run_is_resumed(run, stopped, undrawn):
    assert undrawn == []
    code, out, err = run("run", "--resume", "o", "--jobs", "1")
    assert (code, err) == (0, "")
    assert "6 runs of 4 months" in out
    assert run(*SMALL, "--out", "p")[0] == 0
    for name in ("runs", "crises", "counts"):
        one, two = (Path(place) / f"{name}.parquet" for place in ("o", "p"))
        assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize(
    ("more", "named"),
    [
        (("--runs", "200"), "--runs"),
        (("--seed", "7"), "--seed"),
        (("--turns", "4", "--runs", "6"), "--runs, --turns"),
        (("--set", "a.b=1"), "--set"),
        (("--detail", "crises"), "--detail"),
        (("--out", "p"), "--out"),
        (("senkaku",), "FILE"),
    ],
)
def test_what_a_resumed_run_cannot_follow_is_refused(run, stopped, more, named):
    before = sorted(stopped.rglob("*"))
    code, out, err = run("run", "--resume", "o", *more)
    assert (code, out) == (2, "")
    assert f"--resume: cannot be combined with {named}:" in " ".join(err.split())
    assert sorted(stopped.rglob("*")) == before


def test_neither_scenario_nor_folder_is_wrong_usage(run):
    code, _, err = run("run")
    assert code == 2
    assert "give a scenario, or --resume DIR" in err


def test_a_damaged_chunk_is_played_again_and_told(run, stopped):
    (part,) = (stopped / "parts").iterdir()
    part.write_bytes(part.read_bytes()[:100])
    code, _, err = run("run", "--resume", "o", "--jobs", "1")
    assert code == 0
    assert err == f"{part.name} is damaged; its runs are played again\n"


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"runs": 3}', "\x00"])
def test_a_damaged_manifest_is_one_message(run, stopped, text):
    (stopped / "manifest.json").write_text(text)
    code, _, err = run("run", "--resume", "o")
    assert code == 1
    assert err.startswith("o/manifest.json: ")
    assert "report" not in err


def test_a_full_disk_is_one_message_that_says_how_to_go_on(run, undrawn, monkeypatch):
    sync, calls = os.fsync, iter(range(100))

    def full(handle: int) -> None:
        if next(calls) == 4:
            raise OSError(28, "No space left on device")
        sync(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        code, _, err = run(*SMALL, "--out", "o")
    assert code == 1
    assert "chunk-000000002.npz: cannot be written: No space left on device\n" in err
    assert "To go on: deter run --resume o\n" in err
    assert run("run", "--resume", "o", "--jobs", "1")[0] == 0


# Drawing


def test_drawing_that_was_stopped_is_finished(run, undrawn, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(draw, "draw_all", stop)
        code, _, err = run(*SMALL, "--out", "o")
    assert code == 130
    assert "the tables are complete" in err
    assert "deter run --resume o" in err
    code, out, err = run("run", "--resume", "o")
    assert (code, err) == (0, "")
    assert "6 runs of 4 months" in out
    assert undrawn == [Path("o")]
    Path("o/figures/risk.svg").unlink()
    assert run("run", "--resume", "o")[0] == 0
    assert len(undrawn) == 2
    code, _, err = run("run", "--resume", "o")
    assert code == 1
    assert "is complete" in err
    assert "`deter plot o`" in err
    assert "`deter report o`" in err


def test_a_disk_that_is_full_when_drawing_is_told(run, undrawn, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(draw, "draw_all", full)
    code, _, err = run(*SMALL, "--out", "o")
    assert code == 1
    assert "figures and report cannot be written: No space left on device" in err
    assert "deter run --resume o" in err


# What it will cost


Usage = namedtuple("Usage", "total used free")


def test_many_runs_are_estimated_beforehand(run, undrawn, monkeypatch):
    monkeypatch.setattr(command, "MANY", 6)
    code, _, err = run(*SMALL, "--out", "o")
    assert code == 0
    assert err.startswith("6 runs take about ")
    assert "1 MB of disk" in err
    assert run(*SMALL, "--out", "p", "--quiet")[2] == ""


@pytest.mark.parametrize("more", [(), ("--quiet",)])
def test_a_disk_that_is_clearly_too_small_is_refused(run, monkeypatch, more):
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: Usage(10**9, 0, 10**9))
    code, out, err = run("run", "senkaku", "--runs", "100000000", "--out", "far/o", *more)
    assert (code, out) == (1, "")
    assert "100,000,000 runs take about " in err
    assert "1.0 GB are free" in err
    assert "--detail summary" in err
    assert not Path("far").exists()


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(1.2, "1 seconds"), (150, "2 minutes"), (7300, "2 hours"), (4e5, "5 days")],
)
def test_spans_are_told_in_their_unit(seconds, said):
    assert span(seconds) == said


# Signals


def started(place: Path, *more: str) -> subprocess.Popen[str]:
    """Begin a long run in a session of its own, and wait until a chunk is there."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "sim", "run", "senkaku", "--runs", "400000", "--turns", "6"),
            *("--out", str(place), "--quiet", *more),
        ],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    for _ in range(1800):
        if list(place.glob("parts/chunk-*.npz")):
            return process
        time.sleep(0.1)
    raise TimeoutError


def ended(process: subprocess.Popen[str]) -> str:
    """Wait until nobody holds the output any more; returns stderr."""
    _, err = process.communicate(timeout=60)
    for _ in range(100):
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return err
        time.sleep(0.1)
    raise AssertionError("a process is left")


@POSIX
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_finishes_the_chunks_at_hand(tmp_path, jobs):
    process = started(tmp_path / "o", "--jobs", jobs)
    os.killpg(process.pid, signal.SIGINT)
    assert process.stderr is not None
    assert process.stderr.readline().startswith("stopping after the chunks at hand...")
    err = ended(process)
    assert process.returncode == 130
    assert f"stopped; what was played is kept. To go on: deter run --resume {tmp_path}/o\n" in err
    assert "Traceback" not in err
    assert not json.loads((tmp_path / "o" / "manifest.json").read_text())["complete"]
    assert not list((tmp_path / "o").rglob(".*"))


@POSIX
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_second_ctrl_c_stops_at_once(tmp_path, jobs):
    process = started(tmp_path / "o", "--jobs", jobs)
    os.killpg(process.pid, signal.SIGINT)
    assert process.stderr is not None
    process.stderr.readline()
    os.killpg(process.pid, signal.SIGINT)
    began = time.monotonic()
    err = ended(process)
    assert time.monotonic() - began < 20
    assert process.returncode == 130
    assert f"deter run --resume {tmp_path}/o\n" in err
    assert "Traceback" not in err


@POSIX
def test_a_request_to_end_is_followed(tmp_path):
    process = started(tmp_path / "o", "--jobs", "2")
    os.kill(process.pid, signal.SIGTERM)
    err = ended(process)
    assert process.returncode == 143
    assert f"deter run --resume {tmp_path}/o\n" in err


@POSIX
def test_a_killed_run_leaves_no_process(tmp_path):
    process = started(tmp_path / "o", "--jobs", "2")
    process.kill()
    ended(process)


# Output that nobody takes


@POSIX
def test_output_that_cannot_be_written_is_the_users_matter(project):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "sim", "describe", "senkaku"],
            cwd=project, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == "the output cannot be written: No space left on device\n"


@POSIX
@pytest.mark.parametrize("how", ["| head -1", ">&-"])
def test_output_that_is_closed_is_no_fault(project, how):
    line = f"'{sys.executable}' -m sim describe senkaku {how}; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", line], cwd=project, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
