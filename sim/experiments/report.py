"""The report of a comparison: one HTML file that holds everything and loads nothing."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sim.analysis.band import Verdict
from sim.analysis.differences import named
from sim.analysis.interactive import Line, Reading, scripts
from sim.analysis.parallel import endings, places, rows
from sim.analysis.report import embedded, provenance, template
from sim.analysis.report_text import LIMITS, METHOD
from sim.analysis.words import count, listing, span
from sim.experiments.comparison import BASE, TOLD, ArmResult, Changed, Comparison
from sim.experiments.findings import by_treaty, clause_arms, findings, plain_arms, warnings
from sim.experiments.pictures import by_size, label

FEW = 3
"""Arms of which each has its runs told; of more, only the runs that changed most."""
PAIRING = (
    "Run k of every arm has the same draws: a draw is a function of the seed, the run, the turn, "
    "who draws and for what. A change shifts no other draw, so that a difference within a pair of "
    "runs follows from the change and from nothing else.",
    "Differences are taken within pairs. Intervals are percentiles of 1,999 resamples of whole "
    "pairs, so that crises of one run stay together. Where no pair changed in a share of runs, its "
    "bound is that of the rule of three. A difference that rests on fewer than six pairs is never "
    "called clear.",
)


def report(comparison: Comparison, pictures: Mapping[str, tuple[str, str, bytes]]) -> str:
    """Write the report of a comparison.

    Parameters
    ----------
    comparison : Comparison
    pictures : mapping
        Name of a figure -> the question it answers, what it shows in words, the picture as SVG.
    """
    scenario, manifest = comparison.scenario, comparison.manifest
    runs = len(comparison)
    told = list(_stories(comparison))
    arms = [arm.name for arm in comparison.arms]
    page: str = template("comparison.html", "sim.experiments").render(
        title=scenario.title,
        question=f"{scenario.question or 'What becomes of it?'} {_asked(comparison)}",
        deter=manifest["deter"], seed=manifest["seed"], pairs=count(runs, "pair"),
        times="once" if runs == 1 else f"{runs:,} times",
        changes=count(len(arms), "variant"), span=span(scenario, scenario.turns),
        findings=findings(comparison), warnings=warnings(comparison), arms=comparison.arms,
        pictures=[
            {"question": question, "alt": alt, "data": embedded(picture)}
            for question, alt, picture in pictures.values()
        ],
        columns=_columns(comparison), clauses=list(_clauses(comparison)),
        across=_verdicts(comparison), band=_band(comparison),
        stories=told, untold=_untold(comparison),
        changed=[
            {"name": a["name"], "paths": a["changed"], "notes": a["notes"], "file": a["file"],
             "of": _treaties(comparison, a["changed"])}
            for a in manifest["arms"]
        ],
        method=(*PAIRING, *METHOD[:3]), limits=LIMITS, provenance=list(provenance(manifest)),
        readings=scripts(readings(comparison)),
    )  # fmt: skip
    return page


def readings(comparison: Comparison) -> Iterator[Reading]:
    """Yield a chart of each measure: its value without a change, and in each arm."""
    arms = comparison.arms
    for number, first in enumerate(arms[0].differences):
        here = [arm.differences[number] for arm in arms]
        share, show = first.measure.unit == "share", first.measure.show
        values = [first.base, *(each.changed for each in here)]
        told = [show(first.base)]
        for each in here:
            bounds = f" ({each.interval()})" if each.bounded else ""
            told.append(f"{show(each.changed)}, {each.shown()}{bounds}")
        names = [BASE, *(arm.name for arm in arms)]
        line = Line(first.measure.label, values, told)
        title = f"{first.measure.group}: {first.measure.label}"
        yield Reading(title, "", names, [line], share, bars=True)


def _asked(comparison: Comparison) -> str:
    """Ask what the comparison answers."""
    plain = [arm.name for arm in plain_arms(comparison)]
    asked = f"And what difference does it make: {listing(plain, 6)}?" if plain else ""
    treaties = [
        comparison.scenario.treaties[key].name for key in by_treaty(clause_arms(comparison))
    ]
    bought = f"And what does each clause buy of: {listing(treaties)}?" if treaties else ""
    return f"{asked} {bought}".strip()


def _treaties(comparison: Comparison, paths: list[str]) -> str:
    """Name the treaties that an arm changes, as readers know them."""
    treaties = comparison.scenario.treaties
    keys = dict.fromkeys(p.split(".")[1] for p in paths if p.startswith("treaties."))
    return "; ".join(treaties[key].name for key in keys if key in treaties)


def _band(comparison: Comparison) -> str:
    for found in comparison.at_other_precisions.values():
        return count(len(found), "pair")
    return ""


def _verdicts(comparison: Comparison) -> Callable[[str, str], str]:
    """Return what says, of an arm and a measure, what becomes of a clear difference."""
    said = {
        Verdict.HOLDS: "holds at ½ and 2 λ",
        Verdict.FAILS: "turns at ½ or 2 λ",
        Verdict.OPEN: "open at ½ or 2 λ",
    }

    def verdict(arm: str, key: str) -> str:
        found = comparison.across(arm, key)
        return said[found] if found else ""

    return verdict


def _columns(comparison: Comparison) -> list[str]:
    return [named(d.measure) for d in comparison.arms[0].key_differences()]


def _clauses(comparison: Comparison) -> Iterator[dict[str, Any]]:
    """Yield a row for each clause: what it buys in the main measures."""
    arms = clause_arms(comparison)
    for arm in by_size(arms):
        yield {
            "name": label(arm, arms), "arm": arm.name, "off": "; ".join(arm.variant.notes),
            "differ": arm.differ,
            "bought": [d.reversed() for d in arm.key_differences()],
        }  # fmt: skip


def told_runs(comparison: Comparison) -> list[tuple[int, ArmResult, Changed]]:
    """Return the runs that are told, with the number of the arm from 1: three of each arm.

    Of many arms, only the three runs of all in which a change mattered most, each of another arm.
    """
    found = [
        (number, arm, most) for number, arm in enumerate(comparison.arms, 1) for most in arm.most
    ]
    if len(comparison.arms) <= FEW:
        return found
    found.sort(key=lambda item: item[2].size, reverse=True)
    kept: list[tuple[int, ArmResult, Changed]] = []
    for item in found:
        if len(kept) < TOLD and all(
            item[0] != other[0] and item[2].run != other[2].run for other in kept
        ):
            kept.append(item)
    return kept


def _stories(comparison: Comparison) -> Iterator[dict[str, Any]]:
    if not _can_be_told(comparison):
        return
    manifest = comparison.manifest
    for number, arm, most in told_runs(comparison):
        left, right = comparison.side(0, most.run), comparison.side(number, most.run)
        before, after = rows(left, right)
        yield {
            "title": f"Run {most.run}: {arm.name}", "arm": arm.name, "what": what(most),
            "left_command": _trace(manifest, "scenario.yaml", most.run),
            "right_command": _trace(manifest, manifest["arms"][number - 1]["file"], most.run),
            "before": _before(before), "endings": endings(left, right),
            "rows": [
                {"when": row.when, "alike": row.alike, "left": places(row.left),
                 "right": places(row.right)}
                for row in after
            ],
        }  # fmt: skip


def _before(rows: list[Any]) -> str:
    if not rows:
        return ""
    turns = "one turn" if len(rows) == 1 else f"{len(rows)} turns"
    return f"Until {rows[-1].when} both are told alike ({turns} in which something happened)."


def what(most: Changed) -> str:
    """Say how two runs with the same luck differ."""
    parts = []
    for value, name in ((most.nuclear, "nuclear use"), (most.war, "war")):
        if value:
            parts.append(f"{name} only {'with' if value > 0 else 'without'} the change")
    if most.rungs:
        parts.append(
            f"the highest rung is {count(abs(most.rungs), 'rung')} "
            f"{'higher' if most.rungs > 0 else 'lower'} with it"
        )
    if most.control >= 0.0005:
        parts.append(f"control at the end differs by {100 * most.control:.0f} points in all")
    if most.crises:
        more = "more" if most.crises > 0 else "fewer"
        parts.append(
            f"there {'is' if abs(most.crises) == 1 else 'are'} "
            f"{count(abs(most.crises), 'crisis', 'crises')} {more} with it"
        )
    text = listing(parts, 6) or "they differ in small things only"
    return f"{text[:1].upper()}{text[1:]}."


def _trace(manifest: Mapping[str, Any], file: str, run: int) -> str:
    return shlex.join(["deter", "trace", file, "--run", str(run), "--seed", str(manifest["seed"])])


def _can_be_told(comparison: Comparison) -> bool:
    """Whether the rules are those the runs were played with, and need not be compiled first."""
    from sim.compiled import first_compile, rules_hash

    return comparison.manifest.get("rules_hash") == rules_hash() and not first_compile()


def _untold(comparison: Comparison) -> str:
    if not any(arm.differ for arm in comparison.arms):
        return "No pair of runs differs, so that there is nothing to tell."
    return "They cannot be told here: the rules are not those the runs were played with."
