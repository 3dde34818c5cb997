"""`deter theory` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sim.cli.app import main

TWO_STAGE = {"lam": 1.0, "C_sq": 0.0, "C_con": 1.0, "C_war": -1.0, "D_con": -1.0, "D_war": -0.8}


def entry(result: str = "T05", **case: Any) -> dict[str, Any]:
    given = {"params": TWO_STAGE, "expected": {"P_resist": 0.549834}, "tol": 1e-6} | case
    return {"id": result, "title": "a result", "cases": [given]}


@pytest.fixture
def theory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Any:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("DETER_DEBUG", raising=False)
    # whether the rules are compiled by now is not what is tested here
    monkeypatch.setattr("sim.engines.warm.announce_compile", lambda quiet: None)

    def _theory(content: Any, *options: str) -> tuple[int, str, str]:
        text = content if isinstance(content, str) else json.dumps(content, indent=1)
        Path("points.json").write_text(text, encoding="utf-8")
        code = main(["theory", "--cases", "points.json", *options])
        said = capsys.readouterr()
        return code, said.out, said.err

    return _theory


def test_any_file_in_the_format_is_checked(theory: Any) -> None:
    code, out, err = theory({"meta": {}, "oracles": [entry()]})
    assert (code, err) == (0, "")
    assert "P_resist" in out
    assert "1 cases: 1 pass, 0 fail, 0 not covered." in out


def test_failures_come_first_and_quiet_prints_them_alone(theory: Any) -> None:
    points = entry()
    points["cases"].append({"params": TWO_STAGE, "expected": {"P_resist": 0.5}, "tol": 1e-6})
    code, out, _ = theory({"oracles": [points]})
    assert code == 0
    assert out.index("T05.1") < out.index("T05.0")
    assert "1 pass, 1 fail" in out
    _, quiet, _ = theory({"oracles": [points]}, "--quiet")
    assert "T05.1" in quiet
    assert "T05.0" not in quiet


def test_json_is_a_list_with_a_verdict_for_each_case(theory: Any) -> None:
    rest = {"params": {"kind": "tullock", "V1": 1, "V2": 1}, "expected": {"p1": 0.5}, "tol": 1}
    code, out, _ = theory(
        {"oracles": [entry(), {"id": "T12", "cases": [rest]}, entry("T99")]}, "--json"
    )
    assert code == 0
    first, second, third = json.loads(out)
    assert {"id", "case", "expected", "obtained", "difference", "verdict"} <= first.keys()
    assert (first["id"], first["case"], first["verdict"]) == ("T05", 0, "pass")
    assert first["obtained"]["P_resist"] == pytest.approx(0.549834, abs=1e-6)
    assert first["difference"]["P_resist"] == first["obtained"]["P_resist"] - 0.549834
    assert [second["verdict"], third["verdict"]] == ["not_covered", "not_covered"]
    assert second["obtained"] == {"p1": None}


def test_convergence_adds_raw_values_on_the_way(theory: Any) -> None:
    params = {"kind": "volunteer", "c": 0.3, "b": 1, "n": 3}
    volunteers = {
        "id": "T13",
        "cases": [{"params": params, "expected": {"p_each": 0.452277}, "tol": 1e-6}],
    }
    _, out, _ = theory({"oracles": [volunteers]}, "--convergence")
    assert "lambda" in out
    assert "regret" in out
    assert "1 pass" in out


BAD: dict[str, tuple[Any, str]] = {
    "no JSON": ('{"oracles": [}', "points.json:1:14: is not JSON"),
    "empty": ("", "is not JSON"),
    "a number twice": ('{"oracles": [], "oracles": []}', "'oracles' stands twice"),
    "not a number": ('{"oracles": [{"id": "T05", "cases": [{"tol": NaN}]}]}', "NaN is no number"),
    "too deep": ("[" * 100_000, "is nested too deeply"),
    "a list": ([], "write a mapping"),
    "no oracles": ({"meta": {}}, "lacks 'oracles'"),
    "no cases": ({"oracles": []}, "holds no case"),
    "no id": ({"oracles": [{"cases": []}]}, "oracles.0: lacks 'id'"),
    "id no name": ({"oracles": [{"id": 5, "cases": []}]}, "oracles.0.id: is 5"),
    "no params": ({"oracles": [{"id": "T05", "cases": [{"expected": {"p": 1}, "tol": 1}]}]}, "lacks 'params'"),
    "bad tol": ({"oracles": [entry(tol=-1)]}, "oracles.0.cases.0.tol: is -1"),
    "tol no number": ({"oracles": [entry(tol=True)]}, "oracles.0.cases.0.tol: is true"),
    "expected nothing": ({"oracles": [entry(expected={})]}, "expected: is empty"),
    "expected null": ({"oracles": [entry(expected={"P_resist": None})]}, "expected.P_resist: is nothing"),
    "unknown quantity": ({"oracles": [entry(expected={"P_war_now": 1})]}, "no quantity is called 'P_war_now'"),
    "a parameter missing": ({"oracles": [entry(params={"lam": 1})]}, "T05 case 0: params lack 'C_sq'"),
    "a parameter no number": ({"oracles": [entry(params=TWO_STAGE | {"lam": "1"})]}, "'lam' is '1'"),
    "a parameter too large": ({"oracles": [entry(params=TWO_STAGE | {"lam": 1e9})]}, "'lam' is 1000000000.0"),
    "twice": ({"oracles": [entry(), entry()]}, "has T05 twice"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_gets_one_clear_message(theory: Any, name: str) -> None:
    content, message = BAD[name]
    code, out, err = theory(content)
    assert code == 1
    assert out == ""
    assert "points.json" in err
    assert message in err
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) == 2, "what is wrong, and what would be right"


def test_messages_name_the_line(theory: Any) -> None:
    _, _, err = theory({"oracles": [entry(tol=-1)]})
    assert err.startswith("points.json:19: oracles.0.cases.0.tol: is -1")


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["theory", "--cases", str(tmp_path / "none.json")]) == 1
    assert "there is no such file" in capsys.readouterr().err
    assert main(["theory", "--cases", str(tmp_path)]) == 1
    assert "a file of cases (JSON)" in capsys.readouterr().err
