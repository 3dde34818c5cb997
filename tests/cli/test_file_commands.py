"""The commands that only need files, as a user meets them: what is printed, and the exit code."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from sim.cli import app, errors
from sim.cli.app import COMMANDS, main
from sim.files import packaged
from sim.files.template import template
from sim.world.problems import InputError


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("DETER_DEBUG", raising=False)
    return tmp_path


@pytest.fixture
def case(here):
    path = here / "case.yaml"
    path.write_text(template("case"), encoding="utf-8")
    return "case.yaml"


@pytest.fixture
def bad(here):
    path = here / "bad.yaml"
    path.write_text(template("bad").replace("clarity: 0.6", "clarty: 0.6"), encoding="utf-8")
    return "bad.yaml"


@pytest.fixture
def run(capsys):
    def _run(*arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        said = capsys.readouterr()
        return code, said.out, said.err

    return _run


def python(*arguments: str, **settings):
    """Run the program in a process of its own."""
    root = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": root, **settings.pop("env", {})}
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
        **settings,
    )


# The program as a whole


def test_version_and_help(run):
    code, out, _ = run("--version")
    assert code == 0
    assert re.fullmatch(r"deter \d+\.\d+\.\d+\S*\n", out)
    code, out, _ = run("--help")
    assert code == 0
    assert "Example:\n    deter list\n    deter describe senkaku\n" in out
    assert all(re.search(rf"^  {name} ", out, re.MULTILINE) for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(run, name):
    code, out, _ = run(name, "--help")
    assert code == 0
    assert f"Example:\n    deter {name}" in out
    assert "--quiet" in out
    assert max(len(line) for line in out.splitlines()) <= 100


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Usage"),
        (("nonsense",), "No such command"),
        (("validat",), "validate"),
        (("--nonsense",), "No such option"),
        (("validate",), "Missing argument"),
        (("validate", "--nonsense", "x"), "No such option"),
        (("list", "x"), "unexpected extra argument"),
    ],
)
def test_wrong_usage_is_two(run, arguments, said):
    code, out, err = run(*arguments)
    assert code == 2
    assert said in out + err
    assert "Traceback" not in err


def raising(error: BaseException):
    """Return a stand-in for what a command calls, which fails."""

    def fail(*_: object, **__: object):
        raise error

    return fail


def test_our_own_fault_is_three_and_asks_for_a_report(run, monkeypatch):
    monkeypatch.setattr(packaged, "list_scenarios", raising(KeyError("lost\nfor words")))
    code, out, err = run("list")
    assert (code, out) == (3, "")
    assert err.count("\n") == 1
    assert "KeyError" in err
    assert "report" in err
    monkeypatch.setenv("DETER_DEBUG", "1")
    code, _, err = run("list")
    assert code == 3
    assert "Traceback" in err


def test_wrong_input_is_one_and_one_message(run, monkeypatch):
    monkeypatch.setattr(packaged, "list_scenarios", raising(InputError("no good")))
    assert run("list") == (1, "", "no good\n")


def test_a_file_that_cannot_be_written_is_the_users_matter(run, monkeypatch):
    failure = OSError(28, "No space left on device", "out.yaml")
    monkeypatch.setattr(packaged, "list_scenarios", raising(failure))
    assert run("list") == (1, "", "out.yaml: No space left on device\n")


def test_ctrl_c_is_130(run, monkeypatch):
    monkeypatch.setattr(packaged, "list_scenarios", raising(KeyboardInterrupt()))
    assert run("list") == (130, "", "interrupted\n")


def test_ctrl_c_while_starting_is_130(capsys):
    assert errors.guarded(raising(KeyboardInterrupt())) == 130
    assert capsys.readouterr().err == "interrupted\n"


@pytest.mark.skipif(os.name == "nt", reason="signals differ")
def test_a_real_ctrl_c():
    code = (
        "import os, signal, sys\n"
        "from sim.files import packaged\n"
        "packaged.list_scenarios = lambda: os.kill(os.getpid(), signal.SIGINT)\n"
        "from sim.cli.app import main\n"
        "sys.exit(main(['list']))"
    )
    done = python("-c", code)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "interrupted\n")


@pytest.mark.skipif(os.name == "nt", reason="pipes differ")
def test_a_reader_that_has_seen_enough():
    script = f"{sys.executable} -m sim schema | head -n 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", script],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        check=True,
    )
    assert (done.stdout, done.stderr) == ("{\n0\n", "")


def test_python_m_sim_and_a_terminal_without_letters(case):
    done = python("-m", "sim", "describe", case, env={"PYTHONIOENCODING": "ascii", "COLUMNS": "80"})
    assert done.returncode == 0
    assert done.stderr == ""
    assert "---+---" in done.stdout
    assert "unless the prot" in done.stdout


def loaded(*arguments: str) -> set[str]:
    """Return the modules a command imports."""
    done = python("-X", "importtime", "-m", "sim", *arguments)
    assert done.returncode == 0
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}


def test_help_is_quick_because_it_loads_little():
    modules = loaded("--help")
    assert "sim.cli.app" in modules
    heavy = {"pydantic", "yaml", "rich", "numpy", "pandas", "mesa", "numba", "matplotlib"}
    assert not heavy & modules
    assert not [name for name in modules if name.startswith(("sim.files", "sim.world"))]


def test_validate_loads_only_what_reads_files(case):
    modules = loaded("validate", case)
    assert "sim.files.check" in modules
    assert not {"rich", "numpy", "pandas", "mesa", "numba", "matplotlib"} & modules


def test_a_command_is_one_line_to_add(run, monkeypatch):
    """A module with `command` and `EXAMPLES`, and its line in the table."""
    monkeypatch.setitem(app.COMMANDS, "again", "sim.cli.listing")
    _, out, _ = run("--help")
    assert re.search(r"^  again +List the packaged scenarios", out, re.MULTILINE)
    assert run("again", "--quiet")[0] == 0


# validate


def test_validate_says_ok(run, case):
    code, out, err = run("validate", case)
    assert (code, err) == (0, "")
    assert out == "case.yaml: ok (3 states, 1 flashpoint, 1 treaty, 2 events)\n"
    assert run("validate", case, "--quiet") == (0, "", "")


def test_validate_names_file_line_key_and_remedy(run, case, bad):
    line = 1 + template("bad").partition("clarity: 0.6")[0].count("\n")
    code, out, err = run("validate", case, bad)
    assert code == 1
    assert out.startswith("case.yaml: ok")
    assert err == (
        f"bad.yaml:{line}:5: treaties.pact.clarty: unknown key\n"
        "    did you mean 'clarity'?\n"
        "bad.yaml: 1 problem\n"
    )
    assert run("validate", bad, "--quiet")[2] == err


def test_validate_for_programs(run, case, bad):
    code, out, err = run("validate", case, bad, "missing.yaml", "--json")
    assert (code, err) == (1, "")
    good, wrong, missing = json.loads(out)
    assert good == {"file": "case.yaml", "ok": True, "problems": []}
    assert wrong["ok"] is False
    assert wrong["problems"][0]["key"] == "treaties.pact.clarty"
    assert wrong["problems"][0]["suggestion"] == "clarity"
    assert missing["problems"][0]["wrong"] == "there is no such file"


@pytest.mark.parametrize("name", ["missing.yaml", "nowhere", ".", "", "/dev/null"])
def test_validate_what_is_no_scenario(run, here, name):
    code, _, err = run("validate", name)
    assert code == 1
    assert err.endswith(": 1 problem\n")
    assert "Traceback" not in err


def test_validate_takes_packaged_names(run):
    names = packaged.scenario_names()
    code, out, _ = run("validate", *names)
    assert code == 0
    assert out.count(": ok (") == len(names)


# describe


def test_describe_tells_who_what_and_where_the_seams_are(run, case):
    code, out, err = run("describe", case)
    assert (code, err) == (0, "")
    for part in (
        "An island between two states (case)",
        "24 months, from 2024-01 to 2025-12.",
        "WHO",
        "WHAT IS AT STAKE",
        "held by Islandia, challenged by Revisia",
        "WHO IS BOUND TO WHOM",
        "Patronia to Islandia",
        "WHERE THE SEAMS ARE",
        "acts up to blockade stay below its",
        "WHAT MAY HAPPEN",
        "treaties.pact.clarity = 0.95",
        "FIGURES WITHOUT A SOURCE",
        "flashpoints.island: stakes.islandia",
    ):
        assert part in out
    assert max(len(line) for line in out.splitlines()) <= 80
    assert not [line for line in out.splitlines() if line != line.rstrip()]


def test_describe_quietly(run, case):
    _, out, _ = run("describe", case, "--quiet")
    assert "WHAT MAY HAPPEN" in out
    assert "FIGURES" not in out


def test_describe_for_programs(run, case):
    code, out, _ = run("describe", case, "--json")
    assert code == 0
    assert json.loads(out)["treaties"][0]["key"] == "pact"


def test_text_of_a_file_is_no_markup(run, here):
    text = template("case").replace("name: Islandia", "name: '[red]Is:smile:landia[/red]'")
    (here / "case.yaml").write_text(text, encoding="utf-8")
    _, out, _ = run("describe", "case.yaml")
    assert "[red]Is:smile:landia[/red]" in out


def test_types_are_shown_where_they_differ(run, here, case):
    _, out, _ = run("describe", case)
    assert "Each is one of these types, as far as others know: resolute 0.35" in out
    types = "    types: [{key: sure, prior: 1, cost_sensitivity: 1}]\n"
    text = template("case").replace("    retaliation: 0.9\n", "    retaliation: 0.9\n" + types)
    (here / "case.yaml").write_text(text, encoding="utf-8")
    _, out, _ = run("describe", case)
    assert "sure 1" in out
    assert "Each is one of" not in out


def test_describe_a_broken_scenario(run, bad):
    code, out, err = run("describe", bad)
    assert (code, out) == (1, "")
    assert "did you mean 'clarity'?" in err


@pytest.mark.parametrize("name", packaged.scenario_names())
def test_every_packaged_scenario_fits_the_terminal(run, here, name):
    code, out, _ = run("describe", name)
    assert code == 0
    assert max(len(line) for line in out.splitlines()) <= 80


# list, new, schema


def test_list(run):
    code, out, err = run("list")
    assert (code, err) == (0, "")
    names = packaged.scenario_names()
    assert all(re.search(rf"^{name} +\S", out, re.MULTILINE) for name in names)
    assert run("list", "--quiet")[1].split() == names
    entries = json.loads(run("list", "--json")[1])
    assert [entry["name"] for entry in entries] == names
    assert all(Path(entry["path"]).is_file() and entry["title"] for entry in entries)


def test_new_writes_a_valid_file_and_never_overwrites(run, here):
    code, out, _ = run("new", "my_case")
    assert code == 0
    assert out == "wrote my_case.yaml; next: deter describe my_case.yaml\n"
    assert run("validate", "my_case.yaml")[0] == 0
    (here / "my_case.yaml").write_text("mine")
    code, _, err = run("new", "my_case")
    assert code == 1
    assert "exists already" in err
    assert (here / "my_case.yaml").read_text() == "mine"
    assert run("new", "other.yaml", "--quiet") == (0, "", "")
    assert (here / "other.yaml").exists()


@pytest.mark.parametrize("name", ["My-Case", "../x", "a/b", "", "1a", "a b", "/tmp/x", ".yaml"])
def test_new_refuses_what_is_no_name(run, here, name):
    code, _, err = run("new", name)
    assert code == 1
    assert "cannot name a scenario" in err
    assert not list(here.iterdir())


def test_schema(run, here):
    code, out, _ = run("schema")
    assert code == 0
    Draft202012Validator.check_schema(json.loads(out))
    code, said, _ = run("schema", "--out", "s.json")
    assert (code, said) == (0, "wrote s.json\n")
    assert (here / "s.json").read_text(encoding="utf-8") == out
    code, _, err = run("schema", "--out", "s.json", "--quiet")
    assert code == 1
    assert "exists already" in err
    code, _, err = run("schema", "--out", "no/such/folder.json")
    assert code == 1
    assert err == "no/such/folder.json: No such file or directory\n"
