"""Comparing what the rules give with what is expected."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sim.evidence.theory.cases import Case
from sim.evidence.theory.point import NoAnswer, Obtained, Step, Value
from sim.evidence.theory.register import HOMES, REASONS, kind_of

Verdict = Literal["pass", "fail", "not_covered"]
PASS: Verdict = "pass"
FAIL: Verdict = "fail"
NOT_COVERED: Verdict = "not_covered"


@dataclass(frozen=True)
class Finding:
    """A case and what came of it.

    Parameters
    ----------
    case : Case
    obtained : mapping
        By the quantities that were expected; None where the rules gave no answer.
    difference : mapping
        Obtained less expected, the largest one of a list; None where there is no such number.
    verdict : str
        Of the case: it passes if every quantity does.
    passed : mapping
        By quantity.
    steps, note
        As in `point.Obtained`.
    """

    case: Case
    obtained: Mapping[str, Value | None]
    difference: Mapping[str, float | None]
    verdict: Verdict
    passed: Mapping[str, bool]
    steps: Sequence[Step] = field(default=())
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return a form fit for JSON."""
        return {
            "id": self.case.result,
            "case": self.case.number,
            "expected": dict(self.case.expected),
            "obtained": {k: _plain(v) for k, v in self.obtained.items()},
            "difference": {k: _plain(v) for k, v in self.difference.items()},
            "verdict": self.verdict,
            "params": dict(self.case.point.params),
            "tol": self.case.tolerance,
            "note": self.note,
            "convergence": [
                {
                    "lambda": _plain(step.precision), "types": step.types,
                    "values": {k: _plain(v) for k, v in step.values.items()},
                    "regret": _plain(step.regret),
                }
                for step in self.steps
            ],
        }  # fmt: skip


def _plain(value: Any) -> Any:
    """Return a value as JSON knows it, which has no infinity."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def key_of(case: Case) -> tuple[str, str]:
    """Return the result and the kind of a case."""
    return case.result, kind_of(case.result, case.point.params)


def finder(case: Case) -> Callable[[Any], Obtained] | None:
    """Return what obtains a case's result from the rules, or None where nothing does."""
    home = HOMES.get(key_of(case))
    if home is None:
        return None
    obtain: Callable[[Any], Obtained] = importlib.import_module(
        f"sim.evidence.theory.{home}"
    ).obtain
    return obtain


def difference(expected: Value, obtained: Value | None) -> float | None:
    """Return obtained less expected, or None where that is no number."""
    if isinstance(expected, list):
        if not isinstance(obtained, list) or len(obtained) != len(expected):
            return None
        gaps = [got - want for want, got in zip(expected, obtained, strict=True)]
        return max(gaps, key=abs, default=0.0)
    if isinstance(expected, bool | str) or isinstance(obtained, bool | str | list | None):
        return None
    return obtained - expected


def agrees(expected: Value, obtained: Value | None, tolerance: float) -> bool:
    """Whether a quantity is as expected: numbers within the tolerance, all else the same."""
    gap = difference(expected, obtained)
    if gap is not None:
        return abs(gap) <= tolerance
    return type(expected) is type(obtained) and not isinstance(expected, list) and (
        expected == obtained
    )  # fmt: skip


def check(case: Case) -> Finding:
    """Obtain a case's quantities from the rules, and compare.

    Raises
    ------
    InputError
        If its parameters are not what the result needs, or a quantity is not one it is about.
    """
    nothing = dict.fromkeys(case.expected)
    obtain = finder(case)
    if obtain is None:
        reason = REASONS.get(key_of(case), "no result of this name and kind is known here")
        return Finding(case, nothing, nothing, NOT_COVERED, {}, (), reason)
    try:
        found = obtain(case.point)
    except NoAnswer as error:
        return Finding(case, nothing, nothing, FAIL, {}, (), str(error))
    for name in case.expected:
        if name not in found.values:
            known = ", ".join(found.values)
            raise case.point.wrong(f"no quantity is called '{name}' here", f"there are: {known}")
    values = {name: found.values[name] for name in case.expected}
    gaps = {name: difference(want, values[name]) for name, want in case.expected.items()}
    passed = {
        name: agrees(want, values[name], case.tolerance) for name, want in case.expected.items()
    }
    verdict = PASS if all(passed.values()) else FAIL
    return Finding(case, values, gaps, verdict, passed, found.steps, found.note)


def check_all(cases: Iterable[Case]) -> Iterator[Finding]:
    """Check cases one after the other."""
    return map(check, cases)
