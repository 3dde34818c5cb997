"""What a run came to, in a few sentences: crises, deterrence, control, treaties, costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from sim.analysis.narration import ENDING_NAMES
from sim.engines.wording import Wording, capitalised, listed, per_cent
from sim.outcomes.events import (
    ENDINGS,
    CrisisBegins,
    CrisisEnds,
    Invoked,
    Join,
    Leave,
    Move,
    Opportunity,
    Recognised,
    Record,
    StateEnds,
    TurnEnds,
)  # fmt: skip

NO_FORECAST = (
    "This is one run of many in this model, a tool for thinking and teaching: no forecast."
)


def closing(
    records: Iterable[Record],
    control: Mapping[str, float],
    words: Wording,
    player: str | None = None,
) -> list[str]:
    """Return what a run came to, one sentence a line.

    Parameters
    ----------
    records : iterable of Record
        All of the run, or those of the turns played so far.
    control : mapping
        Share of each flashpoint that its first holder controls now.
    words : Wording
    player : str, optional
        A state that somebody played: whether it was deterred is not for the model to say.
    """
    known = list(records)
    lines = [_crises_line(known, words)]
    asked = [r for r in known if getattr(r, "challenger", None) != player or player is None]
    tested = sum(isinstance(r, Opportunity) and r.would_move_unopposed for r in asked)
    if tested:
        weighed = "a challenger" if len(asked) == len(known) else "another challenger"
        cases = "the 1 case" if tested == 1 else f"the {tested} cases"
        lines.append(
            f"General deterrence held in {_general_held(asked)} of {cases} in which {weighed} "
            "weighed a move that it would have made had nobody stood in the way."
        )
    for key, point in words.scenario.flashpoints.items():
        start, now = float(point.control.value), control[key]
        if now == start:
            change = f"still {per_cent(now)}"
        elif per_cent(now) == per_cent(start):
            change = f"hardly changed, from {per_cent(start)}"
        else:
            change = f"from {per_cent(start)} to {per_cent(now)}"
        lines.append(f"Control of {point.name} by {words.state(point.holder)}: {change}.")
    lines += _treaty_lines(known, words)
    costs = [f"{words.bare(r.state)} {r.cost:.3f}" for r in known if isinstance(r, StateEnds)]
    if costs:
        lines.append(f"Costs borne, on the scale of stakes: {', '.join(costs)}.")
    ledger = [r for r in known if isinstance(r, TurnEnds)]
    if ledger:
        total = 0.0
        for entry in ledger:
            total += entry.risk_index
        peak = max(ledger, key=lambda entry: entry.risk_index)
        when = f" in {words.period(peak.turn)}" if peak.risk_index > 0.0 else ""
        lines.append(
            f"Geopolitical risk index (0 to 1): {total / len(ledger):.3f} on average, "
            f"{peak.risk_index:.3f} at its peak{when}."
        )
    return lines


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")


def _general_held(records: list[Record]) -> int:
    """Count opportunities left that, with the same draw, would have been used unopposed."""
    held, weighed = 0, {}
    for record in records:
        if isinstance(record, Opportunity):
            weighed[record.flashpoint] = record.would_move_unopposed
        elif isinstance(record, Move) and record.act == "rests":
            held += weighed.pop(record.flashpoint, False)
    return held


def _crises_line(records: list[Record], words: Wording) -> str:
    ends = [r for r in records if isinstance(r, CrisisEnds)]
    if not ends:
        return "No crisis."
    counts = Counter(r.ending for r in ends)
    kinds = [f"{ENDING_NAMES[e]} {_times(counts[e])}" for e in ENDINGS if counts[e]]
    order = [rung.key for rung in words.scenario.ladder]
    top = max((r.highest_rung for r in ends), key=order.index)
    reached = dict.fromkeys(r.flashpoint for r in ends if r.highest_rung == top)
    places = [words.flashpoint(f) for f in words.scenario.flashpoints if f in reached]
    many = "crisis" if len(ends) == 1 else "crises"
    return (
        f"{len(ends)} {many}: {', '.join(kinds)}. Highest rung: {words.rung(top)}, at "
        f"{listed(places)}."
    )


def _treaty_lines(records: list[Record], words: Wording) -> list[str]:
    """Say of each treaty in how many crises it was invoked, recognised, honoured and broken."""
    crisis: Counter[str] = Counter()
    seen: dict[str, dict[str, set[tuple[str, int]]]] = {}
    for record in records:
        if isinstance(record, CrisisBegins):
            crisis[record.flashpoint] += 1
            continue
        done = None
        if isinstance(record, Invoked | Recognised):
            done = record.kind
        elif isinstance(record, Join) and record.duty == "recognised":
            done = "honoured" if record.came else "broken"
        elif isinstance(record, Leave) and record.duty != "none":
            done = "broken"
        if done is not None and record.treaty is not None:  # type: ignore[attr-defined]
            where = record.flashpoint, crisis[record.flashpoint]  # type: ignore[attr-defined]
            seen.setdefault(record.treaty, {}).setdefault(done, set()).add(where)  # type: ignore[attr-defined]
    lines = []
    for key, what in seen.items():
        counts = [
            f"{done} {_times(len(what[done]))}"
            for done in ("invoked", "recognised", "honoured", "broken")
            if done in what
        ]
        lines.append(f"{capitalised(words.treaty(key))}: {', '.join(counts)}.")
    if not seen and words.scenario.treaties:
        lines.append("No treaty was invoked, recognised or broken.")
    return lines
