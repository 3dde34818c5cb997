"""The packaged cases: what passes, what is not covered, and that the rules are what gives the results."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.evidence.theory import board as boards
from sim.evidence.theory.board import Board
from sim.evidence.theory.cases import Case, packaged
from sim.evidence.theory.check import (
    FAIL,
    NOT_COVERED,
    PASS,
    Finding,
    agrees,
    check,
    difference,
    key_of,
)  # fmt: skip
from sim.evidence.theory.page import pages
from sim.evidence.theory.register import HOMES, REASONS, kind_of
from sim.rules import tables as t

pytestmark = pytest.mark.long

CASES = packaged()
NUMBER = re.compile(r"(?:< )?(-?\d+(?:\.\d+)?(?:e-?\d+)?)")


def case(result: str, number: int) -> Case:
    return next(c for c in CASES if (c.result, c.number) == (result, number))


@pytest.fixture(scope="module")
def findings() -> list[Finding]:
    return [check(one) for one in CASES]


def test_every_packaged_case_passes_or_is_not_covered(findings: list[Finding]) -> None:
    failed = [
        (f.case.result, f.case.number, f.difference, f.note) for f in findings if f.verdict == FAIL
    ]
    assert failed == []
    for found in findings:
        covered = HOMES.get(key_of(found.case)) is not None
        assert found.verdict == (PASS if covered else NOT_COVERED)
        assert set(found.obtained) == set(found.case.expected)
        assert covered or found.note
    assert sum(f.verdict == PASS for f in findings) > 50


def test_the_page_says_what_is_found(findings: list[Finding], project: Path) -> None:
    """Written anew by python -m sim.evidence.theory.page docs/theory.md.

    Processors differ in the last bits of a sum, so numbers agree to 1e-5 and words to the letter.
    """
    found = "\n\n".join(pages(findings)) + "\n"
    kept = (project / "docs/theory.md").read_text(encoding="utf-8")
    assert NUMBER.sub("#", found) == NUMBER.sub("#", kept)
    numbers = ([float(x) for x in NUMBER.findall(text)] for text in (found, kept))
    assert next(numbers) == pytest.approx(next(numbers), rel=0, abs=1e-5)


def test_what_is_not_covered_is_what_the_model_leaves_out() -> None:
    left_out = {key for key, home in HOMES.items() if home is None}
    assert left_out == set(REASONS) == {
        ("T08", "risk_bidding"), ("T12", "tullock"), ("T12", "lanchester_square"), ("T13", "olson_zeckhauser"),
    }  # fmt: skip


@pytest.mark.parametrize("home", sorted({home for home in HOMES.values() if home}))
def test_every_file_says_game_source_and_what_was_set(home: str) -> None:
    text = importlib.import_module(f"sim.evidence.theory.{home}").__doc__ or ""
    for part in ("Game:", "Source:", "Set:"):
        assert re.search(rf"^{part} \S", text, re.MULTILINE), part


def test_a_kind_is_named_or_told_by_a_parameter() -> None:
    assert kind_of("T12", {"kind": "boulding"}) == "boulding"
    assert kind_of("T08", {"win": 1, "concede": 0, "disaster": -1}) == "critical_risk"
    assert kind_of("T01", {"aSQ": 1}) == ""
    assert kind_of("T14", {"kind": 3}) == ""


# --- the rules give the results ----------------------------------------------------------------------


def _rung(column: int, value: float) -> Callable[[Board], None]:
    return lambda made: made.rungs.__setitem__((slice(None), column), value)


def _rule(column: int, value: float) -> Callable[[Board], None]:
    return lambda made: made.rules.__setitem__(column, value)


def _head(column: int, value: float) -> Callable[[Board], None]:
    return lambda made: made.game.head.__setitem__(column, value)


RULES: list[tuple[str, int, str, Callable[[Board], None]]] = [
    ("T01", 0, "force decides half of the time", _rung(t.DELTA, 0.5)),
    ("T02", 1, "beliefs stay as they were", _rule(t.COGNITION, t.MYOPIC)),
    ("T02", 1, "yielding invites nothing", _rule(t.NU, 3.0)),
    ("T02Q", 4, "beliefs stay as they were", _rule(t.COGNITION, t.MYOPIC)),
    ("T03", 0, "pressing is forced", _rule(t.PRESSING, t.FORCED)),
    ("T05", 1, "force decides half of the time", _rung(t.DELTA, 0.5)),
    ("T06", 1, "only half can be won", _head(t.G_CONTROL, 0.5)),
    ("T07", 1, "only half can be won", _head(t.G_CONTROL, 0.5)),
    ("T08", 2, "what follows a slip counts", _rule(t.BETA, 0.9)),
    ("T09", 0, "force decides half of the time", _rung(t.DELTA, 0.5)),
    ("T11", 0, "yielding shames only half as much", _rule(t.PSI, 0.5)),
    ("T12", 2, "strength is misperceived", _head(t.G_ERROR, 0.1)),
    ("T13", 0, "they decide one after the other", _rule(t.ORDERING, t.BY_STAKE)),
    ("T14", 8, "assurances are doubted", _rule(t.DOUBT, 0.5)),
    ("T15", 0, "a settlement moves something", _rule(t.CHI, 0.5)),
    ("T16", 3, "defence does not reach this rung", _rung(t.MD, 0.0)),
]


@pytest.mark.parametrize(
    ("result", "number", "change"),
    [(r, n, c) for r, n, _, c in RULES],
    ids=[f"{r}.{n} {what}" for r, n, what, _ in RULES],
)
def test_another_rule_gives_another_result(
    monkeypatch: pytest.MonkeyPatch, result: str, number: int, change: Callable[[Board], None]
) -> None:
    solve = Board.solve

    def changed(self: Board, lam: float | None = None) -> Board:
        change(self)
        return solve(self, lam)

    monkeypatch.setattr(Board, "solve", changed)
    assert check(case(result, number)).verdict == FAIL


def test_boards_are_solved_by_the_rules_own_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Any] = []
    solve = boards.solve

    def counted(*tables: Any) -> None:
        calls.append(tables)
        solve(*tables)

    monkeypatch.setattr(boards, "solve", counted)
    for result in ("T01", "T02", "T05", "T06", "T07", "T08", "T09", "T11", "T13", "T15", "T16"):
        calls.clear()
        assert check(case(result, 0)).verdict == PASS
        assert calls, result


# --- comparing -----------------------------------------------------------------------------------------


def test_numbers_agree_within_the_tolerance_and_all_else_exactly() -> None:
    assert agrees(1.0, 1.0 + 1e-7, 1e-6)
    assert not agrees(1.0, 1.0 + 1e-5, 1e-6)
    assert not agrees(1.0, float("nan"), 1e-6)
    assert not agrees(1.0, None, 1e9)
    assert agrees(True, True, 0.0)
    assert not agrees(True, False, 9.0)
    assert not agrees(True, 1.0, 9.0)
    assert not agrees("bluff", "attack", 9.0)
    assert agrees([1.0, 2.0], [1.0, 2.0 + 1e-9], 1e-6)
    assert not agrees([1.0, 2.0], [1.0], 1e-6)
    assert difference([1.0, 2.0], [1.5, 1.0]) == -1.0
    assert difference(True, False) is None


def test_a_case_that_expects_otherwise_fails() -> None:
    one = case("T05", 1)
    wrong = Case(one.result, "", 0, one.point, {"P_resist": 0.5, "P_challenge": 0.475104}, 1e-6)
    found = check(wrong)
    assert found.verdict == FAIL
    assert found.passed == {"P_resist": False, "P_challenge": True}
    assert found.difference["P_resist"] == pytest.approx(0.049834, abs=1e-6)


def test_limits_come_with_their_steps() -> None:
    found = check(case("T02", 1))
    assert len(found.steps) >= 4
    gaps = [abs(s.values["x_soft"] - 1 / 3) for s in found.steps]
    # as 1 / lambda, and so does regret
    for k in range(len(gaps) - 1):
        s, after = found.steps[k], found.steps[k + 1]
        assert gaps[k + 1] / gaps[k] == pytest.approx(s.precision / after.precision, abs=0.1)
        assert after.regret < 0.7 * s.regret
