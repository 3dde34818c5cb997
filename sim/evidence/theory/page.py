"""docs/theory.md, written from what the rules give: ``python -m sim.evidence.theory.page FILE``."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator, Sequence
from importlib import resources
from itertools import groupby
from pathlib import Path
from string import Template

from sim.evidence.theory.cases import packaged
from sim.evidence.theory.check import FAIL, NOT_COVERED, PASS, Finding, check_all, key_of
from sim.evidence.theory.register import HOMES
from sim.evidence.theory.report import HEADS, count, label, missing, rows, steps

FEW = 1e-9
"""Differences below this are rounding, and differ between machines."""


def pages(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield the parts of the page."""
    failed = [f for f in findings if f.verdict == FAIL]
    left = "\n".join(_wrapped(f"- {line}", "  ") for line in missing(findings))
    frame = resources.files("sim.evidence.theory").joinpath("page.md").read_text(encoding="utf-8")
    yield Template(frame.rstrip()).substitute(
        count=_wrapped(count(findings)),
        failures=f"## Failures\n\n{_table(failed)}" if failed else "Nothing fails.",
        missing=f"Not covered:\n\n{left}" if left else "Everything is covered.",
    )
    covered = [f for f in findings if f.verdict != NOT_COVERED]
    for (result, title), group in groupby(covered, lambda f: (f.case.result, f.case.title)):
        yield f"## {result}: {title}"
        members = list(group)
        homes = list(dict.fromkeys(HOMES[key_of(f.case)] for f in members))
        for home in homes:
            yield _docstring(str(home))
        yield _table(members)
        notes = list(dict.fromkeys(f.note for f in members if f.note))
        if notes:
            yield "\n\n".join(_wrapped(f"Branch: {note}.") for note in notes)
        for f in members:
            if len(f.steps) > 1:
                yield _limits(f)


def _wrapped(text: str, indent: str = "") -> str:
    import textwrap

    return textwrap.fill(text, 100, subsequent_indent=indent, break_long_words=False)


def _docstring(home: str) -> str:
    """Return what a result's module says of itself, its first line apart."""
    text = importlib.import_module(f"sim.evidence.theory.{home}").__doc__ or ""
    body = text.split("\n", 1)[-1].strip()
    body = re.sub(r"^(Game|Source|Set):", r"**\1.**", body, flags=re.MULTILINE)
    return f"{body}\n\nFile: `sim/evidence/theory/{home}.py`."


def _markdown(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    drawn = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join(drawn + ["| " + " | ".join(line) + " |" for line in lines])


def _table(findings: Sequence[Finding]) -> str:
    lines = []
    for line in rows(findings):
        gap = line[4]
        small = gap != "" and abs(float(gap)) < FEW
        lines.append([*line[:4], "< 1e-9" if small else gap, line[5]])
    return _markdown(HEADS, lines)


def _limits(finding: Finding) -> str:
    """Return a case's convergence table, with the limit in its last row."""
    ((heads, lines),) = steps(finding)
    return f"Convergence of {label(finding)}:\n\n" + _markdown(heads, lines)


def main(arguments: Sequence[str]) -> int:
    """Write the page to a file, or print it."""
    findings = list(check_all(packaged()))
    text = "\n\n".join(pages(findings)) + "\n"
    if arguments:
        Path(arguments[0]).write_text(text, encoding="utf-8", newline="\n")
    else:
        print(text, end="")
    return 0 if all(f.verdict in (PASS, NOT_COVERED) for f in findings) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
