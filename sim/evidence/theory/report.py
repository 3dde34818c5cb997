"""Findings in words and tables, for the terminal and for docs/theory.md."""

from __future__ import annotations

from collections.abc import Sequence

from sim.evidence.theory.check import FAIL, NOT_COVERED, PASS, Finding
from sim.evidence.theory.point import Value

HEADS = ["case", "quantity", "expected", "obtained", "difference", "verdict"]
DRAWN = "mc_"
"""How quantities that both sides drew at random are called; they differ by chance."""
ORDER = (FAIL, NOT_COVERED, PASS)
"""Failures first."""


def written(value: Value | None) -> str:
    """Write a value for a table."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(f"{item:.6g}" for item in value)
    return f"{0.0 if abs(value) < 5e-16 else value:.7g}"


def rows(findings: Sequence[Finding]) -> list[list[str]]:
    """Return the table of what is covered, a row for each quantity, failures first."""
    table = []
    for verdict in (FAIL, PASS):
        for f in findings:
            if f.verdict != verdict:
                continue
            # within a case, too, what fails comes first
            passed = {name: f.passed.get(name, False) for name in f.case.expected}
            for name in sorted(passed, key=passed.__getitem__):
                gap = f.difference[name]
                table.append([
                    label(f), name, written(f.case.expected[name]), written(f.obtained[name]),
                    "" if gap is None else f"{gap:.0e}", PASS if passed[name] else FAIL,
                ])  # fmt: skip
    return table


def label(finding: Finding) -> str:
    """Name a case: its result, and its place among that result's cases from 0."""
    return f"{finding.case.result}.{finding.case.number}"


def missing(findings: Sequence[Finding]) -> list[str]:
    """Return a line for each kind of case that is not covered, with the reason."""
    lines: dict[str, list[str]] = {}
    for f in findings:
        if f.verdict == NOT_COVERED:
            lines.setdefault(f.note, []).append(label(f))
    return [f"{', '.join(cases)}: {reason}" for reason, cases in lines.items()]


def count(findings: Sequence[Finding]) -> str:
    """Say how many cases passed, failed and are not covered."""
    n = {verdict: sum(f.verdict == verdict for f in findings) for verdict in ORDER}
    gaps = [
        abs(gap)
        for f in findings
        for name, gap in f.difference.items()
        if gap is not None and not name.startswith(DRAWN)
    ]
    text = f"{len(findings)} cases: {n[PASS]} pass, {n[FAIL]} fail, {n[NOT_COVERED]} not covered."
    return text + (f" Largest difference {max(gaps):.0e}." if gaps else "")


def steps(finding: Finding, most: int = 99) -> list[tuple[list[str], list[list[str]]]]:
    """Return convergence tables of at most so many quantities: heads, and a row for each step.

    The last row is the limit, where one was taken of a quantity that the case expects.
    """
    names = list(finding.steps[0].values)
    tables = []
    for first in range(0, len(names), most):
        some = names[first : first + most]
        lines = [
            [f"{s.precision:g}", str(s.types) if s.types else "-",
             *(f"{s.values[name]:.8f}" for name in some), f"{s.regret:.1e}"]
            for s in finding.steps
        ]  # fmt: skip
        if len(finding.steps) > 1:
            ends = [finding.obtained.get(name) for name in some]
            numbers = [f"{x:.8f}" if isinstance(x, float) else "" for x in ends]
            lines.append(["limit", "", *numbers, ""])
        tables.append((["lambda", "types", *some, "regret"], lines))
    return tables
