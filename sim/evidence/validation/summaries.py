"""What the detailed pages found, read from the pages: their sentences of counts and their tables.

A page is written by its own command, which plays for minutes; so this one is made from what they
say, and says which rules each of them was made with.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from sim.evidence.provenance import Made, made

Row = dict[str, str]


class Summary(NamedTuple):
    """What a detailed page says."""

    title: str
    file: str
    command: str
    made: Made | None
    """How it was made; None where the page does not say."""
    said: str
    """Its own sentence of counts."""
    heads: tuple[str, ...]
    against: tuple[Row, ...]
    """The rows of its tables that speak against the model, the worst first."""


class Unreadable(ValueError):
    """A page does not have what it should."""


def tables(text: str) -> list[list[Row]]:
    """Return the tables of a page: for each a list of rows by head."""
    found: list[list[Row]] = []
    heads: list[str] = []
    for line in text.splitlines():
        if not line.startswith("|"):
            heads = []
            continue
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip()[1:-1])]
        if not heads:
            heads = cells
            found.append([])
        elif not all(set(cell) <= set("-: ") for cell in cells):
            found[-1].append(dict(zip(heads, cells, strict=True)))
    return found


def paragraph(text: str, pattern: str) -> str:
    """Return the paragraph in which a pattern is found, as one line.

    Raises
    ------
    Unreadable
        If there is none.
    """
    for block in text.split("\n\n"):
        line = " ".join(block.split())
        if re.search(pattern, line):
            return line
    raise Unreadable(f"no paragraph has {pattern!r}")


def _rows(text: str, wanted: set[str], keep: Callable[[Row], bool]) -> tuple[Row, ...]:
    """Return rows of the tables that have certain heads."""
    found = [table for table in tables(text) if table and wanted <= set(table[0])]
    if not found:
        raise Unreadable(f"no table has the heads {sorted(wanted)}")
    return tuple(row for table in found for row in table if keep(row))


def theory(text: str) -> Summary:
    """Read docs/theory.md, which a test holds to what the rules give."""
    heads = ("case", "quantity", "expected", "obtained", "difference")
    rows = _rows(text, {*heads, "verdict"}, lambda row: row["verdict"] == "fail")
    said = paragraph(text, r"^\d+ cases: ")
    return Summary(
        "Known results of theory", "theory.md", "python -m sim.evidence.theory.page docs/theory.md",
        made(text), said, heads, rows,
    )  # fmt: skip


def facts(text: str) -> Summary:
    """Read docs/stylised_facts.md."""
    heads = ("fact", "what is set", "setting, like what", "difference", "expected", "verdict")
    rows = _rows(text, set(heads), lambda row: row["verdict"] != "holds")
    said = paragraph(text, r"^Of \d+ facts ")
    return Summary(
        "Stylised facts", "stylised_facts.md", "python -m sim.evidence.facts", made(text), said,
        heads, rows,
    )  # fmt: skip


WORST_FIRST = ("worse", "not to be told", "better")


def history(text: str) -> Summary:
    """Read docs/history.md: all its scores, the worst first."""
    heads = ("measure", "cases", "model", "baseline", "skill (95 %)", "the model is")
    rows = list(_rows(text, set(heads), lambda _row: True))
    rows.sort(key=lambda row: [row["the model is"].startswith(w) for w in WORST_FIRST].index(True))
    said = paragraph(text, r"^By the intervals")
    return Summary(
        "Ten crises", "history.md", "python -m sim.evidence.history", made(text), said, heads,
        tuple(rows),
    )  # fmt: skip


def parameters(text: str) -> Summary:
    """Read docs/parameters.md: rows without the effect they declare."""
    heads = ("parameter", "from → to", "scenario", "outcome", "difference", "expected")
    # a row that fails stands at the top and with its part
    rows = _rows(text, {*heads, "moves it"}, lambda row: row["moves it"] != "yes")
    said = paragraph(text, r"changes were tried")
    once = {tuple(row.items()): {**row, "scenario": _unnumbered(row["scenario"])} for row in rows}
    return Summary(
        "Parameters", "parameters.md", "python -m sim.evidence.parameters", made(text), said, heads,
        tuple(once.values()),
    )  # fmt: skip


def _unnumbered(cell: str) -> str:
    """Return a cell without the number of a note, which stays with its page."""
    return re.sub(r" \[\d+\]$", "", cell)


READERS: tuple[tuple[str, Callable[[str], Summary]], ...] = (
    ("theory.md", theory), ("stylised_facts.md", facts), ("history.md", history),
    ("parameters.md", parameters),
)  # fmt: skip
"""The detailed pages with what reads each."""
