"""The page of facts: a table with failures first, and why the model fails where it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import fill
from typing import NamedTuple

from sim.evidence.facts.judge import Found
from sim.evidence.facts.trial import Fact, Missing, Trial, Verdict
from sim.evidence.provenance import made_by

COMMAND, SEED = "python -m sim.evidence.facts", 1
ORDER: tuple[Verdict, ...] = ("fails", "not clear", "holds")


class Result(NamedTuple):
    """A trial of a fact with what it came to."""

    fact: Fact
    trial: Trial
    found: Found
    elsewhere: tuple[Verdict, ...] = ()
    """Verdicts at half and at twice the precision of choice."""


def page(results: list[Result], missing: Mapping[str, tuple[Fact, Missing]], seed: int) -> str:
    """Return docs/stylised_facts.md."""
    return "\n".join(_lines(results, missing, seed)) + "\n"


def _lines(
    results: list[Result], missing: Mapping[str, tuple[Fact, Missing]], seed: int
) -> Iterator[str]:
    ordered = sorted(results, key=lambda r: ORDER.index(r.found.verdict))
    count = {verdict: sum(r.found.verdict == verdict for r in results) for verdict in ORDER}
    tried = {r.fact.id for r in results}
    good = {
        key for key in tried if all(r.found.verdict == "holds" for r in results if r.fact.id == key)
    }
    steady = sum(set(r.elsewhere) <= {r.found.verdict} for r in results)
    yield from _wrapped(
        "# Stylised facts",
        "",
        "Findings of the field, each tried on simulated ensembles. "
        + made_by(COMMAND if seed == SEED else f"{COMMAND} --seed {seed}"),
        "",
        f"Of {len(tried) + len(missing)} facts {len(tried)} are tried, in {len(results)} trials: "
        f"{count['holds']} hold, {count['fails']} fail, {count['not clear']} not clear. "
        f"{len(good)} facts hold in every trial. At half and at twice the precision of choice "
        f"{steady} trials come to the same verdict. Agreement with a fact in direction says that "
        "the model reasons as the theory does, not that its numbers are right.",
        "",
        "**How to read it.** A cause is set at two or more points, from less to more; everything "
        "else is the same, luck included: run k has the same draws at each point. The difference "
        "is the last point less the first, with a 95 per cent interval over runs (for chance "
        "alone). A rise (+) or fall (−) holds where the whole interval lies on that side of zero "
        "and no step between points lies clear on the other; none (0) holds where the whole "
        "interval lies within the band; 0/− where it lies below the band's upper end; a peak "
        "where the named point is clear above both ends. Facts about associations are measured as "
        "such, within one ensemble.",
        "",
        "**What is emulated.** 'The game': a formal game rebuilt in the scenario language, which "
        "stands for no data. 'MID-like': every move from rest is a case, as threats, displays and "
        "uses of force are in the militarized dispute data. 'ICB-like': a case is a crisis played "
        "to its end. Neither is fitted to the rates of those data here.",
        "",
        "**Settings.** Lower-case names are packaged scenarios, or the files of "
        "`sim/evidence/facts/settings`: `pair` (a challenger, a holder, an ally, a partner), "
        "`deterrence_game` (Zagare and Kilgour), `demand` and `hand_tying` (Fearon), "
        "`volunteers` (Diekmann).",
        "",
        "## Trials",
        "",
        "| fact | what is set | setting, like what | outcome at each point | difference | expected "
        "| verdict | at half, at twice the precision |",
        "|---|---|---|---|---|---|---|---|",
    )
    for result in ordered:
        yield _row(result)
    failing = [r for r in ordered if r.found.verdict != "holds"]
    if failing:
        yield from ("", "## Why the model differs")
        for r in failing:
            yield from _wrapped(
                "", f"**{r.fact.id}, {r.trial.setting}: {r.trial.what}.** {r.trial.note}"
            )
    noted = [r for r in ordered if r.found.verdict == "holds" and r.trial.note]
    if noted:
        yield from ("", "## To be known of trials that hold")
        for r in noted:
            yield from _wrapped(
                "", f"**{r.fact.id}, {r.trial.setting}: {r.trial.what}.** {r.trial.note}"
            )
    yield from (
        "",
        "## Not tried",
        "",
        "| fact | cause | effect | sign | why |",
        "|---|---|---|---|---|",
    )
    for key, (fact, why) in missing.items():
        yield f"| {key} | {fact.cause} | {_cell(fact.effect)} | {fact.sign} | {why.why} |"
    yield from ("", "## The facts", "", "| fact | cause | effect | sign | source | caveat |",
                "|---|---|---|---|---|---|")  # fmt: skip
    facts = {r.fact.id: r.fact for r in results} | {key: fact for key, (fact, _) in missing.items()}
    for key in sorted(facts):
        fact = facts[key]
        yield (
            f"| {key} | {fact.cause} | {_cell(fact.effect)} | {fact.sign} | {fact.source} | "
            f"{_cell(fact.caveat)} |"
        )


def _wrapped(*paragraphs: str) -> Iterator[str]:
    """Break paragraphs into lines; tables stay as they are."""
    for text in paragraphs:
        yield text if text.startswith("|") else fill(text, 100, break_on_hyphens=False)


def _row(result: Result) -> str:
    fact, trial, found, _ = result
    verdict = found.verdict if found.verdict == "holds" else f"**{found.verdict}**"
    expected = {"0": f"0 ± {trial.band:g}", "0/−": f"0/− (band {trial.band:g})"}.get(
        trial.sign, trial.sign
    )
    return (
        f"| {fact.id}{', caveat' if trial.caveat else ''} | {_cell(trial.what)} | "
        f"`{trial.setting}`, {trial.emulates} | {_cell(_outcome(trial, found))} | "
        f"{_difference(found)} | {expected} | {verdict} | {', '.join(result.elsewhere)} |"
    )


def _outcome(trial: Trial, found: Found) -> str:
    name = trial.outcome.name
    if trial.kind == "least":
        name = f"least retaliation at which {name} is down to {trial.level:g}"
    if trial.kind == "within":
        return f"{name}: {' against '.join(f'{value:.3f}' for value in found.values)}"
    values = zip(trial.points, found.values, strict=True)
    return f"{name}: " + "; ".join(f"{point.label} → {value:.3f}" for point, value in values)


def _difference(found: Found) -> str:
    d = found.difference
    text = f"{d.mean:+.3f} [{d.low:+.3f}, {d.high:+.3f}], {d.runs:,} runs"
    return text.replace("-", "−")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
