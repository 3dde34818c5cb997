"""docs/validation.md: what is fitted, what is compared, and what speaks against the model first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import resources
from string import Template
from textwrap import fill
from typing import Any

from sim.evidence.calibration.comparison import VERDICTS, Compared
from sim.evidence.calibration.fit import PRIORS
from sim.evidence.calibration.gates import Gate
from sim.evidence.provenance import made_by
from sim.evidence.validation.summaries import Summary

COMMAND = "python -m sim.evidence.validation"
WIDTH = 100
BAD = ("fails", "differs")


@cache
def prose() -> dict[str, str]:
    """Return the paragraphs of the page that stand between its tables, by section."""
    text = resources.files(__package__).joinpath("prose.md").read_text(encoding="utf-8")
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], map(str.strip, parts[1::2]), strict=True))


def _prose(section: str, **fields: object) -> Iterator[str]:
    text = Template(prose()[section]).substitute(fields)
    for number, paragraph in enumerate(text.split("\n\n")):
        yield from _paragraphs(*(() if number == 0 else ("",)), " ".join(paragraph.split()))


def page(
    fitted: dict[str, Any],
    compared: Sequence[Compared],
    runs: int,
    seed: int,
    summaries: Iterable[Summary],
    command: str = COMMAND,
) -> str:
    """Return the text of the page.

    Parameters
    ----------
    fitted : dict
        `sim.world.fitted.fitted`.
    compared : sequence of Compared
        Every rate.
    runs, seed : int
        What the rates were played with.
    summaries : iterable of Summary
        What the detailed pages found.
    command : str
        As it was typed.

    Raises
    ------
    ValueError
        If a rate differs and nobody has said why.
    """
    return "\n".join(_lines(fitted, compared, runs, seed, list(summaries), command)) + "\n"


def _lines(
    fitted: dict[str, Any], compared: Sequence[Compared], runs: int, seed: int,
    summaries: list[Summary], command: str,
) -> Iterator[str]:  # fmt: skip
    unexplained = [c.key for c in compared if c.verdict in BAD and not c.why]
    if unexplained:
        raise ValueError(
            f"say in sim/evidence/calibration/differences.json why these differ: {unexplained}"
        )
    worst_first = sorted(compared, key=lambda c: VERDICTS.index(c.verdict))
    count = Counter(c.verdict for c in compared)
    gated = [c for c in compared if c.gate is not None]
    yield from _paragraphs(
        "# Validation",
        "",
        made_by(command) + " What speaks against the model stands first in every table.",
        "",
        "What speaks for the model and against it, summed up from the pages that have the details. "
        "It is a tool for thinking and teaching, not a forecast.",
        "",
    )
    yield from _table(
        ("evidence", "what it says", "made by", "rules"),
        [
            (
                "[Base rates](#base-rates)",
                f"{count['fails']} of {len(gated)} gates failed; of {len(compared) - len(gated)} "
                f"rates without a gate {count['differs']} differ from the record",
                "this page", "as above",
            ),
            *(
                (f"[{s.title}](#{_anchor(s.title)})", _cell(_short(s)), f"`{s.command}`", _rules(s))
                for s in summaries
            ),
        ],
    )  # fmt: skip
    yield from ("", "## What is fitted", "")
    yield from _fitted(fitted, gated)
    yield from ("", "## Base rates", "")
    yield from _rates(worst_first, runs, seed)
    for s in summaries:
        yield from ("", f"## {s.title}", "")
        yield from _prose(s.file)
        yield from _paragraphs(
            "", f"Details: [{s.file}]({s.file}), written by `{s.command}`.", "", s.said
        )
        if s.against:
            yield ""
            yield from _table(s.heads, ([row[head] for head in s.heads] for row in s.against))
    yield from ("", "## What calibration does not validate", "")
    yield from _prose("limits")


def _fitted(fitted: dict[str, Any], gated: Sequence[Compared]) -> Iterator[str]:
    told = {key: fitted[key] for key in ("made_by", "emulates", "interval")}
    yield from _prose("fitted", count=_word(len(fitted["values"])), **told)
    yield ""
    yield from _table(
        ("value", "prior, uniform", "fitted", "interval"),
        (
            (f"`{path}`", "{:g} to {:g}".format(*PRIORS[path]), f"{value['value']:g}",
             f"{value['low']:g} to {value['high']:g}")
            for path, value in fitted["values"].items()
        ),
    )  # fmt: skip
    yield from ("", "The gates:", "")
    yield from _table(
        ("rate", "gate"), ((c.meaning, _range(c.key, c.gate)) for c in gated if c.gate is not None)
    )


def _rates(compared: Sequence[Compared], runs: int, seed: int) -> Iterator[str]:
    yield from _prose("rates", runs=f"{runs:,}", seed=seed)
    yield ""
    yield from _table(
        ("rate", "record (interval)", "model (interval)", "fitted", "verdict"),
        (
            (
                c.meaning,
                _with_interval(c.key, c.record.value, c.record.low, c.record.high),
                _with_interval(c.key, c.model.value, c.model.low, c.model.high),
                "yes" if c.gate is not None else "no",
                f"**{c.verdict}**" if c.verdict in BAD else c.verdict,
            )
            for c in compared
        ),
    )
    bad = [c for c in compared if c.verdict in BAD]
    if bad:
        yield from _paragraphs("", "Why the model differs there:", "")
        for c in bad:
            yield from _paragraphs(f"- **{c.meaning}.** {c.why}")
    sources = dict.fromkeys(c.record.source for c in compared)
    yield from _paragraphs("", f"Sources of the record: {'; '.join(sources)}.")


def _word(number: int) -> str:
    return ("No", "One", "Two", "Three", "Four")[number] if number < 5 else str(number)


def _short(s: Summary) -> str:
    """Return the sentence of a summary that counts."""
    sentences = s.said.split(". ")
    counting = [text for text in sentences if any(c.isdigit() for c in text)]
    return (counting[-1] if s.file == "parameters.md" else counting[0]).rstrip(".")


def _rules(s: Summary) -> str:
    if s.file == "theory.md":
        return "held by a test to the rules as they are"
    return f"`{s.made.rules}`" if s.made is not None else "the page does not say"


def _range(key: str, gate: Gate) -> str:
    return f"{_number(key, gate.low)} to {_number(key, gate.high)}{_unit(key)}"


def _with_interval(key: str, value: float, low: float, high: float) -> str:
    return f"{_number(key, value)}{_unit(key)} ({_number(key, low)} to {_number(key, high)})"


def _number(key: str, value: float) -> str:
    return f"{value:.0f}" if "days" in key else f"{100 * value:.1f}"


def _unit(key: str) -> str:
    return " days" if "days" in key else " %"


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def _paragraphs(*texts: str) -> Iterator[str]:
    for text in texts:
        plain = text.replace(" %", "\N{NO-BREAK SPACE}%")
        yield fill(
            plain, WIDTH, break_on_hyphens=False, break_long_words=False,
            subsequent_indent="  " if text.startswith("- ") else "",
        )  # fmt: skip
