"""`deter compare`, as a user meets it: what is played, stopped and refused."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.cli import stopping
from sim.experiments import folder as folders

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
SMALL = ("compare", "senkaku", "--runs", "6", "--turns", "8", "--jobs", "1")


def test_arms_of_every_kind_are_played_side_by_side(run):
    Path("other.yaml").write_text("schema: 1\nextends: senkaku\nname: other\nturns: 30\n")
    code, out, err = run(
        *SMALL, "--without", "us_japan", "--with", "us_japan", "--against", "other.yaml",
        "--set", "treaties.us_japan.conditional=false,rules.lambda=50", "--out", "o",
    )  # fmt: skip
    assert (code, err) == (0, "")
    assert "6 pairs of runs for each change, 8 months from April 2024" in out
    assert "'with us_japan' equals the base: it changes nothing" in out
    assert "'against other' equals the base" in out  # both are played for eight turns
    assert "us_japan.conditional=false, rules.lambda=50" in out
    assert out.endswith("o: tables, figures/ and report.html\n")
    manifest = json.loads(Path("o/manifest.json").read_text())
    assert manifest["complete"]
    assert len(manifest["arms"]) == 2
    assert not list(Path("o").rglob(".*"))
    assert not Path("o/parts").exists()
    first = manifest["arms"][0]["file"]
    assert run("validate", f"o/{first}")[0] == 0
    # the arm on disk is traced as it was played
    assert run("trace", f"o/{first}", "--run", "2", "--quiet")[0] == 0


def test_programs_read_json(run):
    code, out, err = run(*SMALL, "--without", "us_japan", "--json", "--out", "o")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert (told["folder"], told["runs"], told["seed"]) == ("o", 6, 7)
    (arm,) = told["arms"]
    assert arm["name"] == "without us_japan"
    assert {"measure", "difference", "low", "high", "rose", "fell"} <= set(arm["differences"][0])
    assert all(set(most) >= {"run", "war", "control"} for most in arm["most_changed"])
    assert run(*SMALL, "--without", "us_japan", "--quiet", "--out", "p")[1] == "p\n"


def test_a_folder_of_a_comparison_is_drawn_again(run):
    assert run(*SMALL, "--clauses", "us_japan", "--quiet", "--out", "o")[0] == 0
    Path("o/report.html").unlink()
    Path("o/figures/clauses.svg").unlink()
    assert run("report", "o") == (0, "o/report.html\n", "")
    code, out, _ = run("plot", "o", "--figure", "clauses")
    assert (code, out) == (0, "o/figures/clauses.png\no/figures/clauses.svg\n")
    assert "Which clause bought what" in Path("o/report.html").read_text()
    code, _, err = run("plot", "o", "--figure", "clause")
    assert code == 2
    assert "did you mean 'clauses'?" in err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "give at least one of --without"),
        (("--without", "us_japn"), 1, "--without: there is no treaty 'us_japn'\n    did you mean"),
        (("--set", "a.b=1"), 1, "--set: a.b: there is no 'a'"),
        (("--set", "treaties.us_japan.clarity=3"), 1, "3 is out of range"),
        (("--against", "nowhere.yaml"), 1, "nowhere.yaml: there is no such file"),
        (("--with", "us_japan"), 1, "'with us_japan' equals the base"),
        (("--clauses", "nato"), 1, "--clauses: there is no treaty 'nato'"),
    ],
)
def test_what_cannot_be_compared_is_one_message(run, arguments, code, said):
    assert run(*SMALL, *arguments)[0] == code
    _, out, err = run(*SMALL, *arguments)
    assert out == ""
    assert said in err
    assert not list(Path().iterdir())


def test_a_folder_that_is_not_empty_is_left_alone(run):
    Path("o").mkdir()
    Path("o/mine").write_text("x")
    code, _, err = run(*SMALL, "--without", "us_japan", "--out", "o")
    assert code == 1
    assert "is not an empty folder" in err
    assert [path.name for path in Path("o").iterdir()] == ["mine"]


WITHOUT = (*SMALL, "--without", "us_japan")
TABLES = ("outcomes", "band", "differences", "arms")


def test_a_comparison_that_was_stopped_is_completed_to_the_same_tables(run, monkeypatch):
    assert run(*WITHOUT, "--out", "whole")[0] == 0
    with monkeypatch.context() as patch:
        asked = iter(range(100))
        patch.setattr(stopping.Stop, "__call__", lambda stop: next(asked) > 2)
        patch.setattr(stopping.Stop, "__init__", lambda stop: setattr(stop, "number", 2))
        code, out, err = run(*WITHOUT, "--out", "o")
    assert (code, out) == (130, "")
    assert err.startswith("stopped; what was played is kept. To go on: deter compare --resume o\n")
    parts = sorted(Path("o/parts").iterdir())
    assert 0 < len(parts) < 6
    parts[0].write_bytes(b"half")
    code, out, err = run("compare", "--resume", "o", "--jobs", "1")
    assert code == 0
    assert f"{parts[0].name} is damaged; its runs are played again" in err
    assert "6 pairs of runs" in out
    for name in TABLES:
        one, two = (Path(folder, f"{name}.parquet") for folder in ("whole", "o"))
        assert one.read_bytes() == two.read_bytes(), name
    code, _, err = run("compare", "--resume", "o")
    assert code == 1
    assert "is complete; there is nothing to resume" in err


def test_a_comparison_is_not_resumed_as_another(run, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(stopping.Stop, "__call__", lambda stop: True)
        patch.setattr(stopping.Stop, "__init__", lambda stop: setattr(stop, "number", 2))
        assert run(*WITHOUT, "--out", "o")[0] == 130
    code, _, err = run("compare", "senkaku", "--runs", "9", "--resume", "o")
    assert code == 2
    assert "cannot be combined with FILE, --runs" in " ".join(err.split())
    code, _, err = run("run", "--resume", "o")
    assert code == 1
    assert "go on with: deter compare --resume o" in err
    (arm,) = Path("o/arms").iterdir()
    arm.write_text(arm.read_text().replace("title: ", "title: Not "))
    code, _, err = run("compare", "--resume", "o")
    assert code == 1
    assert f"has changed since it was begun: arms/{arm.name}" in err


def test_a_full_disk_is_one_message_and_can_be_made_good(run, monkeypatch):
    sync, calls = os.fsync, iter(range(100))

    def full(handle: int) -> None:
        if next(calls) == 5:
            raise OSError(28, "No space left on device")
        sync(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        code, _, err = run(*WITHOUT, "--out", "o")
    assert code == 1
    assert "cannot be written: No space left on device" in err
    assert "deter compare --resume o" in err
    assert run("compare", "--resume", "o", "--jobs", "1")[0] == 0


def test_drawing_that_was_stopped_can_be_made_good(run, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(folders, "draw_all", stop)
        code, _, err = run(*SMALL, "--without", "us_japan", "--out", "o")
    assert code == 130
    assert "the tables are complete. To draw: deter plot o; deter report o" in err
    assert run("plot", "o", "--quiet")[0] == 0
    assert run("report", "o", "--quiet")[0] == 0


@POSIX
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_signals_leave_nothing_that_looks_whole(run, tmp_path, number):
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "sim", "compare", "senkaku", "--without", "us_japan"),
            *("--runs", "400000", "--jobs", "1", "--quiet", "--out", str(tmp_path / "o")),
        ],
        cwd=Path(__file__).parents[2],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    for _ in range(1800):
        if list(tmp_path.glob("o/parts/arm-*.npz")):
            break
        time.sleep(0.1)
    os.kill(process.pid, number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == {signal.SIGINT: 130, signal.SIGTERM: 143}.get(number, -9)
    assert "Traceback" not in err
    if number != signal.SIGKILL:
        assert f"To go on: deter compare --resume {tmp_path / 'o'}" in err
    code, _, err = run("report", str(tmp_path / "o"))
    assert code == 1
    assert "is not complete" in err
    assert "deter compare --resume" in err
