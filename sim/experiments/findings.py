"""What a comparison shows, in sentences and titles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.analysis.band import Verdict
from sim.analysis.differences import KEY, Difference, named
from sim.analysis.words import count, listing
from sim.experiments.clauses import WITHOUT
from sim.experiments.comparison import ArmResult, Comparison

FEW = 30
"""Pairs below which a comparison says so."""
MOST = 3
"""Differences told of an arm."""
ORDER = ("war", "control_lost", "ending_acquiescence", "general_deterrence_held", "crises")
"""The main measures, those that matter most to readers first."""


def clause_arms(comparison: Comparison) -> list[ArmResult]:
    """Return the arms without a treaty or without one of its clauses."""
    return [arm for arm in comparison.arms if arm.variant.kind in ("treaty", "clause")]


def plain_arms(comparison: Comparison) -> list[ArmResult]:
    """Return the other arms."""
    return [arm for arm in comparison.arms if arm.variant.kind not in ("treaty", "clause")]


def findings(comparison: Comparison) -> list[str]:
    """Return what each arm changes, a sentence or two an arm; then what clauses buy."""
    found = [" ".join([finding(arm), *across(comparison, arm)]) for arm in plain_arms(comparison)]
    clauses = clause_arms(comparison)
    if clauses:
        found += list(_of_clauses(clauses))
    return found


def finding(arm: ArmResult) -> str:
    """Return what an arm changes."""
    pairs = arm.differences[0].pairs
    if arm.differ == 0:
        return (
            f"'{arm.name}': not one of {count(pairs, 'pair')} of runs differs in "
            "anything; here the change does nothing."
        )
    parts = [_told(d) for d in strongest(arm)]
    text = f"'{arm.name}': {listing(parts, MOST + 1)}" if parts else (
        f"'{arm.name}': nothing among the main measures moves so much that these runs "
        "can tell"
    )  # fmt: skip
    text += f". {arm.differ:,} of {count(pairs, 'pair')} of runs play out differently."
    war = arm["war"]
    if war.way == "open":
        text += f" Whether war becomes more or less likely cannot be told: {_sized(war)}."
    elif war.way == "same":
        most = war.measure.signed(war.high, unit=True).lstrip("+")
        text += f" War comes in the very same runs, so that it differs by {most} at most."
    return text


def across(comparison: Comparison, arm: ArmResult) -> list[str]:
    """Return which clear differences of an arm hold at half and at twice the precision."""
    if not comparison.at_other_precisions:
        return []
    said = {
        Verdict.HOLDS: "the same way",
        Verdict.FAILS: "the other way at one of them",
        Verdict.OPEN: "cannot be told there",
    }
    parts = []
    for verdict, text in said.items():
        names = [_named(arm[key]) for key in ORDER if comparison.across(arm.name, key) is verdict]
        if names:
            parts.append(f"{text}: {listing(names)}")
    pairs = count(len(next(iter(comparison.at_other_precisions.values()))), "pair")
    if not parts:
        return []
    return [f"At half and at twice the precision ({pairs} each), {'; '.join(parts)}."]


def strongest(arm: ArmResult, most: int = MOST) -> list[Difference]:
    """Return the main measures whose difference is clear of zero, in their order."""
    return [arm[key] for key in ORDER if arm[key].clear][:most]


def weight(arm: ArmResult) -> tuple[float, ...]:
    """Return what arms are ordered by: the largest clear difference in the first main measure."""
    return tuple(-abs(arm[key].value) if arm[key].clear else 0.0 for key in ORDER)


def _told(d: Difference) -> str:
    verb = "rises" if d.value > 0 else "falls"
    return f"{_named(d)} {verb} by {_sized(d)}"


def _named(d: Difference) -> str:
    label = {"ending_acquiescence": "the share of crises in which the holder yields",
             "crises": "the number of crises a run",
             "general_deterrence_held": "the share of cases in which general deterrence holds",
             "control_lost": "control lost",
             "war": "the share of runs with war"}  # fmt: skip
    return label.get(d.measure.key, named(d.measure))


def _sized(d: Difference) -> str:
    if d.clear:
        return f"{_size(d)} (95 % interval {_bounds(d)})"
    return f"{d.shown()} (95 % interval {d.interval()})"


def _size(d: Difference) -> str:
    return d.shown().lstrip("+−")


def _bounds(d: Difference) -> str:
    """Write the interval of a difference that is clear of zero without its sign."""
    low, high = sorted((abs(d.low), abs(d.high)))
    texts = (d.measure.signed(bound, unit=False).lstrip("+−") for bound in (low, high))
    return " to ".join(texts)


def bought(d: Difference) -> str:
    """Say what is had with something that is not had without it."""
    return f"{_named(d)} {_size(d)} {'higher' if d.value > 0 else 'lower'}"


def _of_clauses(arms: Sequence[ArmResult]) -> Iterator[str]:
    for treaty, of_it in by_treaty(arms).items():
        whole = [arm for arm in of_it if arm.variant.kind == "treaty"]
        clauses = [arm for arm in of_it if arm.variant.kind == "clause"]
        pairs = of_it[0].differences[0].pairs
        for arm in whole:
            parts = [
                f"{bought(d)} (95 % interval {_bounds(d)})"
                for d in (each.reversed() for each in strongest(arm))
            ]
            told = listing(parts, MOST + 1) or "no main measure clearly different"
            yield f"With {treaty} as a whole, against without it: {told}."
        if not clauses:
            continue
        clauses.sort(key=weight)
        moving = [(arm, d.reversed()) for arm in clauses for d in strongest(arm, 1)]
        idle = [arm for arm in clauses if arm.differ == 0]
        if moving:
            clear = [f"{clause_name(arm)} ({bought(d)})" for arm, d in moving]
            yield (
                f"Of {count(len(clauses), 'clause')} of {treaty} taken away one at a time, "
                f"{len(moving)} move{'s' if len(moving) == 1 else ''} a main measure clearly. What "
                f"each buys: {listing(clear, 8)}."
            )
        else:
            yield f"No clause of {treaty} by itself moves a main measure clearly."
        if idle:
            yield (
                f"Taking away {listing([clause_name(arm) for arm in idle], 12)} changes nothing "
                f"in any of {count(pairs, 'pair')} of runs."
            )


def by_treaty(arms: Sequence[ArmResult]) -> dict[str, list[ArmResult]]:
    """Group arms of clauses by their treaty."""
    found: dict[str, list[ArmResult]] = {}
    for arm in arms:
        found.setdefault(arm.name.partition(" ")[0], []).append(arm)
    return found


def clause_name(arm: ArmResult) -> str:
    """Return the name of the clause that an arm takes away, without that of its treaty."""
    if arm.variant.kind == "treaty":
        return "the whole treaty"
    return arm.name.partition(WITHOUT)[2]


def title(arms: Sequence[ArmResult]) -> str:
    """Say in a line what arms change."""
    if len(arms) == 1:
        return _title_of_one(arms[0])
    arm = min(arms, key=weight)
    if not strongest(arm):
        return f"None of {len(arms)} changes moves a main measure so much that it can be told"
    d = strongest(arm)[0]
    moved = sum(1 for each in arms if strongest(each, 1))
    verb = "raises" if d.value > 0 else "lowers"
    return (
        f"'{arm.name}' {verb} {_named(d)} by {_size(d)}; {moved} of {len(arms)} "
        "changes move a main measure clearly"
    )


def _title_of_one(arm: ArmResult) -> str:
    if arm.differ == 0:
        return f"'{arm.name}' changes nothing in any pair of runs"
    parts = [
        f"{_named(d)} {'rises' if d.value > 0 else 'falls'} by {_size(d)}"
        for d in strongest(arm, 2)
    ]
    if not parts:
        return f"'{arm.name}' moves no main measure so much that it can be told"
    return f"'{arm.name}': {listing(parts)}"


def title_of_clauses(arms: Sequence[ArmResult]) -> str:
    """Say in a line which clause buys most."""
    clauses = [arm for arm in arms if arm.variant.kind == "clause"]
    moving = [arm for arm in clauses if strongest(arm)]
    if not moving:
        return "No clause by itself moves a main measure so much that it can be told"
    arm = min(moving, key=weight)
    d = strongest(arm)[0].reversed()
    return (
        f"{len(moving)} of {count(len(clauses), 'clause')} move{'s' if len(moving) == 1 else ''} a "
        f"main measure; with '{clause_name(arm)}', {bought(d)}"
    )


def title_of_pairs(arms: Sequence[ArmResult]) -> str:
    """Say in a line in how many pairs the arms play out differently."""
    arm = max(arms, key=lambda each: each.differ)
    pairs = arm.differences[0].pairs
    if arm.differ == 0:
        return "No pair of runs plays out differently"
    most = "" if len(arms) == 1 else ", the most of all changes"
    return f"'{arm.name}' lets {arm.differ:,} of {count(pairs, 'pair')} play out differently{most}"


def warnings(comparison: Comparison) -> list[str]:
    """Return what a reader should be warned of."""
    found = list(comparison.notes)
    pairs = len(comparison)
    if pairs < FEW:
        few = "One pair of runs shows" if pairs == 1 else f"{pairs} pairs of runs show"
        found.append(f"{few} what can happen, not how much it matters: play more.")
    for arm in comparison.arms:
        if arm.variant.kind not in ("treaty", "clause"):
            found += [f"'{arm.name}': {note}." for note in arm.variant.notes]
    tried = len(comparison.arms) * len(KEY)
    if tried >= 20:
        found.append(
            f"{tried} intervals of 95 % are shown side by side: if no change did anything, about "
            f"{round(tried * 0.05)} of them would be clear of zero by chance alone."
        )
    return found
