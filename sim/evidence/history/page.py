"""docs/history.md: the model beside history, failures first, every judgement from the data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from textwrap import fill

from sim.analysis.words import count, in_words, listing, percent, rung_name, state_in_sentence
from sim.evidence.history.judge import (
    Comparison,
    Given,
    Reading,
    chances_of_coming,
    judge,
    reading_of,
)
from sim.evidence.history.record import MONTHS, Record, ending_of, months, top_rung
from sim.evidence.history.scores import RESAMPLES, Skill
from sim.evidence.provenance import made_by
from sim.outcomes.columns import ENDINGS

COMMAND = "python -m sim.evidence.history"
RUNS, SEED = 4000, 1
"""What is played unless the command says otherwise."""
WIDTH = 100

HEAD = """\
# The model beside history

Nothing on this page is written by hand except the paragraphs on what the model leaves out, which
come with the record. After a change to the rules or their default values, run its command again. A
tool for thinking and teaching, not a forecast: chances below are those in this model, for these
scenario files, of crises that are over.
"""

METHOD = """\
## How the comparison is made

**What the model is told** is what was known before each crisis, coded by one rule for all
([Historical cases](scenarios/history.md)); no case is tuned on how it ended. **Where it starts:**
only runs count in which the challenger moved in the first month, on the rung of the record's first
act, at most the rung that can be reached from rest. The table of other choices below drops the
second condition. **What happened** comes from a list of moves coded for this project and from
International Crisis Behavior v16, in `sim/evidence/history/cases.yaml` with the sources.

**Endings.** The record is put on the model's scale by the first of these that holds:

| the record says | ending |
|---|---|
| nuclear weapons were used | nuclear use |
| it came to war | war |
| both gave something, by an agreement spoken or not | settlement |
| the holder let the challenger have what its move took | acquiescence |
| the challenger ended it without what it had moved for | deterrence held |
| none of these | limited conflict |

**Highest rung:** the coded level of the top act on the default ladder, at least major war where it
came to war. **Length** is in months, begun ones counted whole, in five classes ({classes}); a case
whose record ends where its war begins does not count. **Who came:** each third state of the
file, on either side; in the record, that it acted itself at the level of the grey zone or above, or
with a military act in ICB.

**Scores** are proper (Gneiting and Raftery 2007): the logarithm of the chance given to what came
true, Brier's score, and the ranked probability score where classes are ordered. Chances are shares
of runs with half a count added to each class. **The baseline** knows base rates only: for each case
how often each class came true in the other {others} cases, half a count added to each class; for
who came, the share of third states that came in the other cases; for war, {war_source}: {war}. Of
the first act, which the model is given, it knows that no highest rung lies below it.
**Skill** is 1 less the ratio of mean scores, above 0 where the model is better; for the log score
it is the difference in nats a case. Intervals are 95 per cent, from {resamples:,} draws of cases
with replacement; they show how few cases there are.
"""

CAUTIONS = """\
## What the comparison cannot show

- **Few cases, and famous ones.** A crisis is remembered because much happened. Base rates over
  these cases know that; the model does not. And few cases show large differences only: not to be
  told from the baseline is no praise.
- **A baseline with a handicap.** Leaving a case out makes its own class rarer among the rest, which
  counts a little against the baseline; learning from the cases at all counts for it.
- **Those who wrote the files knew the endings.** One rule for all keeps a case from being tuned by
  itself; it does not undo hindsight in the choice of cases, parties and rule.
- **One ending a case.** A history that could have gone otherwise counts as if it had to go as it
  did; only many cases can tell a chance of a third from one of two thirds.
- **A month to a turn.** What took days in 1914 and 1962 is one turn here.
"""


def page(
    record: Record,
    compared: list[Comparison],
    band: Mapping[float, list[Comparison]],
    runs: int,
    seed: int,
) -> str:
    """Return the text of the page.

    Parameters
    ----------
    record : Record
    compared : list of Comparison
        From `compare`: those that the model gets most wrong first.
    band : mapping of float to list of Comparison
        The same at other precisions, by the factor on it.
    runs, seed : int
        What was played.
    """
    skills = judge(compared, record)
    wrong = [each for each in compared if each.failed]
    right = [each for each in compared if not each.failed]
    parts = [
        HEAD,
        _wrapped(made_by(_command(runs, seed))),
        f"Played: {runs:,} runs a case, seed {seed}.\n",
        "## What came out\n",
        _summary(skills, compared),
        _skills(skills),
        "## Case by case, the worst first\n",
        _wrapped(
            "A case is a failure where the model gives less to what happened than the baseline "
            "does. The baseline is what one would say from the other cases alone."
        ),
        _cases(compared),
        f"## Failures ({len(wrong)} of {len(compared)})\n" if wrong else "## No failures\n",
        *(_paragraph(each, seed) for each in wrong),
        *(["## The others\n"] if right else []),
        *(_paragraph(each, seed) for each in right),
        "## Chances of each ending in this model\n",
        _endings(compared),
        "## Rungs, months, and who came\n",
        _further(compared),
        "## Other choices\n",
        _choices(compared, band, record),
        _method(record, len(compared)),
        _flowing(CAUTIONS),
        _unsolved(compared),
    ]
    return "\n".join(part for part in parts if part)


def _wrapped(text: str) -> str:
    """Fill a paragraph; a number stays with its per cent sign."""
    plain = re.sub(r"[ \n]+", " ", text).strip().replace(" %", "\N{NO-BREAK SPACE}%")
    return fill(plain, WIDTH, break_long_words=False, break_on_hyphens=False) + "\n"


def _flowing(text: str) -> str:
    """Fill the paragraphs of a text; headings, tables and lists stay as they are."""
    blocks = text.strip().split("\n\n")
    return "\n".join(
        block + "\n" if block.startswith(("#", "|", "-")) else _wrapped(block) for block in blocks
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _title(each: Comparison) -> str:
    return each.scenario.title


def _number(value: float) -> str:
    return f"{value:.3f}"


def _command(runs: int, seed: int) -> str:
    """Return the command that writes the page from so many runs."""
    options = "" if runs == RUNS else f" --runs {runs}"
    return COMMAND + options + ("" if seed == SEED else f" --seed {seed}")


def _summary(skills: list[Skill], compared: list[Comparison]) -> str:
    """Say in sentences, from the numbers, how the model did."""
    groups: dict[str, list[str]] = {}
    for each in skills:
        groups.setdefault(each.verdict, []).append(each.name[:1].lower() + each.name[1:])
    said = "; ".join(f"{verdict} on {listing(names)}" for verdict, names in groups.items())
    wrong = sum(each.failed for each in compared)
    likeliest = sum(int(each.chances.argmax()) == each.happened for each in compared)
    return _wrapped(
        f"By the intervals, the model is {said}. In {count(wrong, 'case')} of {len(compared)} it "
        f"gives what happened a smaller chance than base rates do; in {count(likeliest, 'case')} "
        "the ending that it finds likeliest is the one that happened."
    )


def _skills(skills: list[Skill]) -> str:
    rows = [
        [
            each.name,
            str(each.cases),
            _number(each.model),
            _number(each.baseline),
            f"{each.skill:+.2f} ({each.low:+.2f} to {each.high:+.2f})",
            each.verdict,
        ]
        for each in skills
    ]
    heads = ["measure", "cases", "model", "baseline", "skill (95 %)", "the model is"]
    return _table(heads, rows)


def _cases(compared: list[Comparison]) -> str:
    rows = []
    for each in compared:
        likeliest = int(each.chances.argmax())
        rows.append(
            [
                f"{_title(each)} (`{each.name}`)",
                in_words(ENDINGS[each.happened]),
                percent(each.given),
                percent(each.expected),
                f"{in_words(ENDINGS[likeliest])} ({percent(float(each.chances[likeliest]))})",
                "yes" if each.failed else "no",
            ]
        )
    heads = ["case", "what happened", "model", "baseline", "likeliest in the model", "failure"]
    return _table(heads, rows)


def _paragraph(each: Comparison, seed: int) -> str:
    """Tell one case: what happened, what the model does instead, and what it leaves out."""
    case, sim = each.case, each.played.given_opening
    rung = rung_name(each.scenario, each.played.opening)
    trace = f"deter trace {each.name} --seed {seed} --run"
    if sim.alike is not None:
        story = f"A run that begins and ends like the record: `{trace} {sim.alike}`."
    elif sim.example is not None:
        story = f"A run that begins like the record; none ends like it: `{trace} {sim.example}`."
    else:
        story = "No run began so: with nothing to count, all endings are given the same chance."
    order = sorted(range(len(ENDINGS)), key=lambda k: -each.chances[k])[:3]
    model = listing([f"{in_words(ENDINGS[k])} {percent(float(each.chances[k]))}" for k in order])
    second = (
        f" Another reading: {in_words(ending_of(case.second))} ({case.second.why})."
        if case.second is not None
        else ""
    )
    return (
        f"### {_title(each)}\n\n"
        + _wrapped(
            f"*The record* ({case.source}): {in_words(ENDINGS[each.happened])} ({case.end.why})."
            f"{second} First act: {case.first.what}."
        )
        + "\n"
        + _wrapped(
            f"*The model*, in {count(sim.crises, 'crisis', 'crises')} that began at once on the "
            f"rung {rung}: {model}. To what happened it gives {percent(each.given)}, the "
            f"baseline {percent(each.expected)}. {story}"
        )
        + "\n"
        + _wrapped(f"*What the model leaves out.* {case.leaves_out}")
    )


def _endings(compared: list[Comparison]) -> str:
    rows = [
        [
            f"`{each.name}`",
            *(
                f"**{percent(float(p))}**" if k == each.happened else percent(float(p))
                for k, p in enumerate(each.chances)
            ),
            f"{each.played.given_opening.crises:,}",
        ]
        for each in compared
    ]
    return (
        _table(["case", *map(in_words, ENDINGS), "crises counted"], rows)
        + "\n"
        + _wrapped("In bold what happened. Half a count is added to each class.")
    )


def _further(compared: list[Comparison]) -> str:
    rows = []
    for each in compared:
        sim, case = each.played.given_opening, each.case
        tops = [k for k, n in enumerate(sim.tops) for _ in range(n)]
        chances = chances_of_coming(sim)
        rows.append(
            [
                f"`{each.name}`",
                rung_name(each.scenario, top_rung(case, each.played.rungs)),
                rung_name(each.scenario, tops[len(tops) // 2]) if tops else "-",
                f"{months(case)}{'' if case.length_known else ' (not counted)'}",
                f"{median(sim.months):g}" if sim.months else "-",
                ", ".join(
                    f"{state_in_sentence(each.scenario, state)} "
                    f"{'came' if came else 'did not'} ({percent(chances[state])})"
                    for state, came in case.came.items()
                ),
            ]
        )
    heads = [
        "case",
        "highest rung, record",
        "median, model",
        "months, record",
        "median, model",
        "who came in the record (chance of coming in the model)",
    ]
    return _table(heads, rows)


def _choices(
    compared: list[Comparison], band: Mapping[float, list[Comparison]], record: Record
) -> str:
    """Score again under other choices that could have been made."""
    choices: list[tuple[str, list[Comparison], Given, Reading]] = [
        ("as above", compared, "opening", "first"),
        ("any first act, not only that of the record", compared, "crisis", "first"),
        ("the second reading of how cases ended", compared, "opening", "second"),
        ("both", compared, "crisis", "second"),
    ]
    choices += [
        (f"states choose {factor:g} times as surely (`rules.lambda`)", other, "opening", "first")
        for factor, other in band.items()
    ]
    rows = []
    for label, cases, given, reading in choices:
        skills = judge(cases, record, given, reading)
        rows.append(
            [
                label,
                *(f"{each.skill:+.2f} ({each.low:+.2f} to {each.high:+.2f})" for each in skills),
            ]
        )
    changed = [
        f"`{each.name}` {in_words(ending_of(reading_of(each.case, 'second')))}"
        for each in compared
        if each.case.second is not None
    ]
    names = [each.name for each in judge(compared, record)]
    return (
        _table(["choice", *(f"{name}, skill" for name in names)], rows)
        + "\n"
        + _wrapped(f"Second readings: {listing(changed, len(changed))}.")
    )


def _method(record: Record, cases: int) -> str:
    rate = record.base_rates["war"]
    text = METHOD.format(
        classes=", ".join(label for label, _ in MONTHS),
        others=cases - 1,
        war=f"{rate.value:.3f} (n = {rate.n})",
        war_source=rate.source,
        resamples=RESAMPLES,
    )
    return _flowing(text)


def _unsolved(compared: list[Comparison]) -> str:
    """Name the cases in which the solver left games unsolved."""
    told = [
        f"`{each.name}` {each.played.unsolved:,} of {each.played.games:,}"
        for each in compared
        if each.played.unsolved
    ]
    if not told:
        return _wrapped("The solver solved every stage game of these runs to its tolerance.")
    return _wrapped(
        "Stage games that the solver could not solve to its tolerance, so that the last point on "
        f"its branch was played: {listing(told, len(told))}."
    )
