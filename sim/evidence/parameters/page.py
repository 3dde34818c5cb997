"""docs/parameters.md: every parameter, where it comes from, and what it was seen to move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from textwrap import fill
from typing import Any

from sim.evidence.parameters.language import (
    Parameter,
    default_of,
    parameters,
    parts_in,
    range_of,
    source_of,
)
from sim.evidence.parameters.measure import ERRORS, Measured, field_of
from sim.evidence.parameters.rows import BUSY, LABELS, NAMES, NOT_YET_CHOICES
from sim.evidence.parameters.units import unit_of
from sim.evidence.provenance import made_by
from sim.files.check import load_scenario
from sim.files.packaged import scenario_names
from sim.world.plain import plain
from sim.world.scenario import Scenario
from sim.world.shape import options

COMMAND = "python -m sim.evidence.parameters"
WIDTH = 100
PARTS = {
    "Scenario": "The scenario", "Rules": "Rules", "State": "States", "Type": "Private types",
    "Arms": "Arming", "Flashpoint": "Flashpoints", "Treaty": "Treaties",
    "InForce": "Months of validity", "Tie": "Ties", "Rung": "Rungs", "Move": "Moves",
    "Event": "Events",
}  # fmt: skip
"""Parts of the language in the order of the page."""
HEADS = ("parameter", "meaning", "unit", "range", "default", "source")
EFFECTS = (
    "parameter", "from → to", "scenario", "outcome", "first arm", "difference", "expected",
    "moves it",
)  # fmt: skip


def page(found: Sequence[Measured], most: int | None = None) -> str:
    """Return the text of the page.

    Parameters
    ----------
    found : sequence of Measured
        Every row of the table, played.
    most : int, optional
        The most runs spent on a row, where not all were.
    """
    return "\n".join(_lines(found, most)).rstrip() + "\n"


def _lines(found: Sequence[Measured], most: int | None) -> Iterator[str]:
    notes = _numbered(found)
    failed = [m for m in found if not m.as_declared]
    language = [p for p in parameters() if not parts_in(options(p.info.annotation))]
    by_field: dict[str, list[Measured]] = {}
    for m in found:
        by_field.setdefault(field_of(m.row), []).append(m)
    measured = [p for p in language if p.field in by_field]
    command = COMMAND if most is None else f"{COMMAND} --runs {most}"
    yield from _paragraphs(
        "# Parameters",
        "",
        made_by(command) + " Meanings, ranges and defaults are read off the models of the scenario "
        "language; what each parameter moves is measured.",
        "",
        f"The language has {len(language)} fields; {len(measured)} are parameters of the model, "
        f"{len(language) - len(measured)} are names, labels for readers, or choices of one value "
        f"so far. {len(found)} changes were tried: {len(found) - len(failed)} move what they are "
        f"declared to move, {len(failed)} do not.",
        "",
        "**How to read the effects.** Each row changes one field of a packaged scenario, from a "
        "value to another, and names one outcome. Both arms are played under the same luck: run k "
        "has the same draws in each. The difference is the second arm less the first, a mean over "
        "runs with its 95 per cent interval, for chance alone; the number of runs is set "
        f"beforehand. A row fails (**no**) where the difference is within {ERRORS:g} standard "
        "errors or against the direction that theory gives, (+) or (−), where it gives one. "
        "Outcomes are columns of the table of runs ([results](../results/README.md)), or moves "
        "from rest on some rungs. Steps are large, to be seen in few runs: the differences say "
        "that and where a parameter works, not how much a small change does. All hold in this "
        "model, for these scenario files.",
        "",
        "**Sources.** *judgement*: a default that was chosen by hand; *fitted*: found by `deter "
        "calibrate` ([validation](validation.md)); *the scenario file*: no default, or one that "
        "does nothing; behind it, how many figures in the packaged scenarios carry a source of "
        "their own. Units: utilities are on the scale of stakes, where 1 is all of what matters "
        "most; 'ladder' gives the rungs of the default ladder from the lowest to the highest.",
    )
    if failed:
        yield from ("", "## Without the declared effect", "", *_table(EFFECTS, (
            _effect(m, notes) for m in failed)))  # fmt: skip
    sources = sourced()
    for name, heading in PARTS.items():
        members = [p for p in language if p.part == name and p.field not in NAMES | LABELS]
        yield from ("", f"## {heading}", "")
        yield from _table(HEADS, (_parameter(p, sources) for p in members))
        rows = [m for p in members for m in by_field.get(p.field, ())]
        rows.sort(key=lambda m: m.as_declared)  # what fails first
        if rows:
            yield from ("", "What they move:", "")
            yield from _table(EFFECTS, (_effect(m, notes) for m in rows))
    yield from ("", "## Names and labels", "")
    yield from _table(
        ("field", "meaning", "kind"),
        (
            (f"`{p.path}`", _cell(p.meaning), "label" if p.field in LABELS else "name")
            for p in language
            if p.field in LABELS | NAMES
        ),
    )
    yield from _paragraphs(
        "", "Names are referred to by other fields, labels are for readers, maps and charts; "
        "neither changes a decision.",
    )  # fmt: skip
    yield from ("", "## What is given in both arms", "")
    for scenario, changes in BUSY.items():
        yield from _paragraphs(
            f"In every row on `{scenario}` that does not set it itself: {_changes(changes)}.", ""
        )
    for text, number in notes.items():
        yield from _paragraphs(f"[{number}] {text}", "")


def _parameter(parameter: Parameter, sources: dict[str, Counter[str]]) -> tuple[str, ...]:
    source = source_of(parameter)
    counted = sources.get(parameter.field, Counter())
    if counted["sourced"]:
        source += f"; {counted['sourced']} of {counted.total()} sourced in packaged files"
    if parameter.field in NOT_YET_CHOICES:
        source = "one value so far"
    return (
        f"`{parameter.path}`", _cell(parameter.meaning), unit_of(parameter),
        range_of(parameter.info), default_of(parameter) or "must be given", source,
    )  # fmt: skip


def _effect(m: Measured, notes: dict[str, int]) -> tuple[str, ...]:
    row, d = m.row, m.difference
    number = notes.get(_given(m), 0)
    expected = {True: "+", False: "−", None: "any"}[row.rises]
    text = f"{d.mean:+.3f} [{d.low:+.3f}, {d.high:+.3f}], {d.runs:,} runs".replace("-", "−")
    return (
        f"`{row.path}`", _cell(f"{told(m.start)} → {told(row.to)}"),
        f"`{row.scenario}`{f' [{number}]' if number else ''}", row.outcome.replace("_", " "),
        f"{m.first:.3f}", text, expected, "yes" if m.as_declared else "**no**",
    )  # fmt: skip


def _numbered(found: Sequence[Measured]) -> dict[str, int]:
    """Number what is given in both arms of rows, in the order of the table."""
    texts = dict.fromkeys(text for m in found if (text := _given(m)))
    return {text: number for number, text in enumerate(texts, start=1)}


def _given(m: Measured) -> str:
    text = _changes(m.row.given) if m.row.given else ""
    if m.row.also:
        text += f"{'; ' if text else ''}in the second arm also {_changes(m.row.also)}"
    return text


def _changes(changes: Any) -> str:
    """Write changes by path; what has the same value is put together."""
    pairs = [(path, told(value)) for path, value in changes.items()]
    groups = groupby(pairs, key=lambda pair: pair[1])
    return "; ".join(
        ", ".join(f"`{path}`" for path, _ in group) + f" {value}" for value, group in groups
    )


def told(value: Any) -> str:
    """Write a value of a scenario field in a line."""
    if isinstance(value, dict):
        if "value" in value:
            return told(value["value"])
        return ", ".join(f"{key}: {told(inner)}" for key, inner in value.items()) or "none"
    if isinstance(value, list | tuple):
        if any(isinstance(item, dict) for item in value):
            return "; ".join(f"({told(item)})" for item in value)
        return ", ".join(map(told, value)) or "none"
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def sourced() -> dict[str, Counter[str]]:
    """Count, by field, the figures of packaged scenarios with a source of their own and without.

    Figures at their default are not counted: the file says nothing of them.
    """
    counts: dict[str, Counter[str]] = {}
    for name in scenario_names():
        _count(load_scenario(name), counts)
    return counts


def _count(part: Any, counts: dict[str, Counter[str]]) -> None:
    for name, info in type(part).model_fields.items():
        field = f"{type(part).__name__}.{info.alias or name}"
        value = getattr(part, name)
        default = None if info.is_required() else info.get_default(call_default_factory=True)
        own = plain(value) != plain(default) and plain(value) != _bare(default)
        entries = list(value.values()) if isinstance(value, dict) else value
        for item in entries if isinstance(entries, list | tuple) else [value]:
            if hasattr(item, "source") and hasattr(item, "value"):
                if own:
                    kind = "sourced" if item.source else "judged"
                    counts.setdefault(field, Counter())[kind] += 1
            elif hasattr(type(item), "model_fields"):
                _count(item, counts)


def _bare(default: Any) -> Any:
    if isinstance(default, dict) and set(default) == {"value"}:
        return default["value"]
    return default


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _table(heads: Sequence[str], rows: Any) -> Iterator[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def _paragraphs(*texts: str) -> Iterator[str]:
    for text in texts:
        yield fill(text, WIDTH, break_on_hyphens=False, break_long_words=False)


assert set(PARTS) == {p.part for p in parameters(Scenario)}
