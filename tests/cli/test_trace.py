"""`deter trace`, as a user meets it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sim.cli.app import main
from sim.engines import warm
from sim.engines.model import CrisisModel
from sim.files.check import load_scenario


@pytest.fixture
def run(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("DETER_DEBUG", raising=False)

    def _run(*arguments: str) -> tuple[int, str, str]:
        code = main(["trace", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return _run


@pytest.fixture
def typing(monkeypatch):
    """Let a player type lines; then the input ends."""

    def _typing(*lines: str) -> list[str]:
        left = list(lines)

        def typed() -> str:
            if not left:
                raise EOFError
            return left.pop(0)

        monkeypatch.setattr("builtins.input", typed)
        return left

    return _typing


def joined(text: str) -> str:
    """Undo the breaking of lines."""
    return " ".join(text.split())


def test_a_run_is_told_as_a_story(run):
    code, out, _ = run("senkaku", "--run", "1")
    text = joined(out)
    assert code == 0
    assert text.startswith("Senkaku / Diaoyu Islands: run 1 of seed 7 This is one run of many")
    assert text.count("no forecast") == 2
    assert "APRIL 2024" in out
    assert ": quiet." in out
    assert "WHAT RUN 1 OF SEED 7 CAME TO" in out
    assert "Control of Senkaku / Diaoyu Islands by Japan:" in out
    for key in ("united_states", "us_japan", "show_of_force", "None", "deterrence_held"):
        assert key not in out


def test_the_story_is_that_of_the_run_and_the_seed(run):
    stories = [run("senkaku", *more)[1] for more in (["--run", "1"], ["--run", "2"])]
    stories.append(run("senkaku", "--run", "1", "--seed", "8")[1])
    assert len(set(stories)) == 3
    assert run("senkaku", "--run", "1")[1] == stories[0]


def test_explaining_adds_the_options_and_why(run):
    _, plain, _ = run("senkaku", "--run", "1", "--turns", "24")
    code, out, _ = run("senkaku", "--run", "1", "--turns", "24", "--explain")
    text = joined(out)
    assert code == 0
    assert "HOW TO READ THE TABLES" in out
    assert "decides whether to act" in out
    assert "expected utility" in text
    assert "Others' belief that China is resolute: 0." in text
    assert "leave things be" in out
    told = [line for line in plain.splitlines() if line.startswith("  - ")]
    assert told
    assert all(line in out for line in told if "Japan yields" not in line)


def test_json_holds_the_records_and_the_decisions(run):
    code, out, err = run("senkaku", "--run", "1", "--json", "--explain", "--turns", "20")
    assert (code, err) == (0, "")
    told = json.loads(out)
    model = CrisisModel(load_scenario("senkaku").model_copy(update={"turns": 20}), run=1)
    model.run_to_end()
    assert told["records"] == [record.as_dict() for record in model.events]
    assert told["control"] == model.control()
    assert (told["scenario"], told["seed"], told["run"], told["turns"]) == ("senkaku", 7, 1, 20)
    assert "no forecast" in told["note"]
    first = told["decisions"][0]
    assert first["decision"]["options"][0]["key"] == "rest"
    assert first["why"]
    assert "decisions" not in json.loads(run("senkaku", "--turns", "3", "--json")[1])


def test_fewer_turns_are_the_start_of_the_same_run(run):
    def records(*more: str) -> list[dict]:
        return json.loads(run("senkaku", "--run", "1", "--json", *more)[1])["records"]

    whole, short = records(), records("--turns", "3")
    until = [record for record in whole if record["turn"] < 3]
    assert short[: len(until)] == until
    assert {record["kind"] for record in short[len(until) :]} == {"state_ends"}


def test_settings_change_the_scenario(run):
    code, out, _ = run("senkaku", "--set", "flashpoints.senkaku.opportunity=0", "--turns", "12")
    assert code == 0
    assert "No crisis." in out or "nobody chose" in out
    code, _, err = run("senkaku", "--set", "treaties.us_japan.clarit=1")
    assert code == 1
    assert "did you mean 'clarity'?" in err


def test_quiet_prints_only_what_it_came_to(run):
    code, out, err = run("senkaku", "--quiet", "--run", "1")
    assert (code, err) == (0, "")
    assert out.lstrip().startswith("WHAT RUN 1 OF SEED 7 CAME TO")
    assert ": quiet." not in out


def test_a_player_decides(run, typing):
    left = typing("what?", "99", "0", "", "")
    code, out, _ = run("senkaku", "--run", "1", "--play", "japan")
    text = joined(out)
    assert code == 0
    assert left == []
    assert "You decide for Japan, which is " in out
    assert text.count("Type a number from 0 to") == 2
    assert "Japan yields." in text.split("Type a number from 0 to")[2]
    assert "Stopped in" in out  # the input ended
    assert "WHAT THE OTHERS DO NOT KNOW" not in out


def test_a_player_is_told_when_and_where_before_being_asked(run, typing):
    typing(*[""] * 200)
    code, out, _ = run("second_thomas_shoal", "--play", "philippines")
    assert code == 0
    assert out.count("> \n") > 5
    place = ""
    shoals = ("Second Thomas Shoal / ", "Scarborough Shoal / ")
    for line in out.splitlines()[2:]:
        if line.isupper() and line[-4:].isdecimal():
            place = ""
        elif line.startswith(shoals):
            place = line
        elif line.startswith("You decide"):
            assert place, line
    own = [line for line in out.splitlines() if line.startswith("  - The Philippines")]
    assert own
    assert not any("motive" in line or "stood in the way" in line for line in own)
    assert "your motive this time: " in out
    hidden = out.split("WHAT YOU DID NOT KNOW")[1]
    assert "China is " in hidden
    assert "Philippines is " not in hidden


@pytest.mark.parametrize("name", ["senkaku", "second_thomas_shoal"])
def test_each_explanation_follows_a_line_of_the_story(run, name):
    _, out, _ = run(name, "--explain")
    before = re.split(r"(?m)^    \S.* decides (?:whether|how) .*$", out)
    assert len(before) > 10
    for text in before[:-1]:
        assert "\n  - " in text.split("HOW TO READ")[-1], text


def test_a_player_who_leaves_all_to_the_model_sees_the_same_run(run, typing):
    typing(*[""] * 200)
    _, played, _ = run("senkaku", "--run", "1", "--play", "united_states")
    _, told, _ = run("senkaku", "--run", "1")
    assert "WHAT YOU DID NOT KNOW" in played

    def came_to(text: str) -> str:
        return joined(text.split("CAME TO")[1].split("WHAT YOU")[0].split("This is one run")[0])

    assert "crises" in came_to(told)
    assert came_to(played) == came_to(told)


def test_a_player_can_stop(run, typing):
    left = typing("q", "0")
    code, out, _ = run("senkaku", "--run", "1", "--play", "japan")
    assert (code, left) == (0, ["0"])
    assert out.rstrip().splitlines()[-1].startswith("Stopped in")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["senkaku", "--play", "jp"], 1, "--play: there is no state 'jp'\n    there are: japan,"),
        (["senkaku", "--play", "japan", "--json"], 2, "--play"),
        (["senkaku", "--seed", "-1"], 2, "--seed"),
        (["senkaku", "--turns", "0"], 2, "--turns"),
        (["senkaku", "--run", "x"], 2, "--run"),
        (["senkaku", "--run", "4294967296"], 2, "--run"),
        (["senkaku", "--run", "99999999999999999999"], 2, "--run"),
        (["sankaku"], 1, "did you mean 'senkaku'?"),
    ],
)
def test_wrong_input_is_told(run, arguments, code, said):
    found, out, err = run(*arguments)
    assert (found, out) == (code, "")
    assert said in err


def test_the_first_compilation_is_announced(monkeypatch, capsys):
    monkeypatch.setattr("sim.compiled.first_compile", lambda: True)
    monkeypatch.setattr("sim.compiled.CACHE_FOLDER", Path("somewhere"))
    warm.announce_compile(quiet=True)
    assert capsys.readouterr().err == ""
    warm.announce_compile()
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("Compiling the rules, once for this version")
    monkeypatch.setattr("sim.compiled.first_compile", lambda: False)
    warm.announce_compile()
    assert capsys.readouterr().err == ""


def test_help_and_usage_load_no_engine(project):
    program = (
        "import sys; from sim.cli.app import main; main(['trace', '--help']); "
        "print(sorted({'mesa', 'numba', 'pandas', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=project,
        env={**os.environ},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "deter trace senkaku --play japan" in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_decision_is_drawn_as_a_tree(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["trace", "senkaku", "--run", "1", "--turns", "14", "--tree", "3"]) == 0
    files = capsys.readouterr().out.split()
    assert [Path(file).suffix for file in files] == [".png", ".svg"]
    assert all(Path(file).stat().st_size > 5000 for file in files)
    assert main(["trace", "senkaku", "--run", "1", "--turns", "14", "--tree", "999"]) == 1
    assert "`--explain` numbers them" in capsys.readouterr().err
