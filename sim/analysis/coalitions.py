"""Who stood together: members of coalitions, how well they held, and what treaties led into.

Contribution is a state's share of its side's capability, as the scenario gives capabilities. A
state that was asked and stood aside, or that came and left, lowers the cohesion of its side.
Abandonment and entrapment are the two fears of the alliance dilemma (Snyder 1984).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import pyarrow as pa

from sim.analysis.frames import Results
from sim.analysis.intervals import NOTHING, Estimate, share
from sim.engines.arrow import field

WITH, AGAINST = "with", "against"
"""Sides of a place: that of its first holder, whoever holds or challenges now, and the other."""


class Member(NamedTuple):
    """A state in the crises at one place.

    Parameters
    ----------
    place, state : str
    crises : int
        Crises there, in all runs.
    came : dict of str to int
        By side, the crises in which it was on it, as principal or as member.
    aside, left : int
        Crises in which it was asked and never came; in which it came and left before the end.
    contribution : dict of str to float
        By side, its mean share of the side's capability over all crises there.
    """

    place: str
    state: str
    crises: int
    came: dict[str, int]
    aside: int
    left: int
    contribution: dict[str, float]


class Cohesion(NamedTuple):
    """How well those held together who were asked to come to a place."""

    place: str
    crises: int
    helped: int
    """Crises in which anybody came."""
    held: Estimate
    """Share of those asked, crisis by crisis, who came and stayed to the end."""


class Faith(NamedTuple):
    """What became of a treaty's duties, and what it led into."""

    treaty: str
    abandoned: Estimate
    """Of the crises in which a recognised duty was kept or broken, the share with it broken."""
    entrapped: Estimate
    """Of the crises in which it was kept, the share that drew a member into war for it only."""


def members(results: Results) -> list[Member]:
    """Return every state in the crises at every place; empty where no crises are kept."""
    rows = _patterns(results)
    capability = {k: s.capability.value for k, s in results.scenario.states.items()}
    crises: Counter[str] = Counter()
    came: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    aside: Counter[tuple[str, str]] = Counter()
    left: Counter[tuple[str, str]] = Counter()
    given: dict[tuple[str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row, number in rows.items():
        place = row.place
        crises[place] += number
        for side, party in ((WITH, row.those_with), (AGAINST, row.those_against)):
            whole = sum(capability[state] for state in party)
            for state in party:
                came[place, state][side] += number
                part = capability[state] / whole if whole > 0 else 1.0 / len(party)
                given[place, state][side] += number * part
        for state in row.aside:
            aside[place, state] += number
        for state in row.left:
            left[place, state] += number
    there = [
        (place, state)
        for place in results.scenario.flashpoints
        for state in results.scenario.states
        if (place, state) in came or (place, state) in aside
    ]
    return [
        Member(
            place, state, crises[place], dict(came[place, state]), aside[place, state],
            left[place, state],
            {side: total / crises[place] for side, total in given[place, state].items()},
        )
        for place, state in there
    ]  # fmt: skip


def cohesion(results: Results) -> list[Cohesion]:
    """Return how well coalitions held, place by place; only places with crises."""
    crises: Counter[str] = Counter()
    helped: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    stayed: Counter[str] = Counter()
    for row, number in _patterns(results).items():
        allies = len(row.those_with) + len(row.those_against) - 2
        crises[row.place] += number
        helped[row.place] += number * (allies > 0)
        asked[row.place] += number * (allies + len(row.aside))
        stayed[row.place] += number * max(0, allies - len(row.left))
    return [
        Cohesion(
            place, crises[place], helped[place],
            share(stayed[place], asked[place]) if asked[place] else NOTHING,
        )
        for place in results.scenario.flashpoints
        if crises[place]
    ]  # fmt: skip


def faith(results: Results) -> list[Faith]:
    """Return abandonment and entrapment, treaty by treaty."""
    return [
        Faith(
            key,
            share(row["reneged"], row["honoured"] + row["reneged"]),
            share(row["entrapped"], row["honoured"]),
        )
        for key, row in results.treaties().items()
    ]


class _Row(NamedTuple):
    place: str
    those_with: tuple[str, ...]
    """The first holder, or who now stands for its side, and who came to it."""
    those_against: tuple[str, ...]
    aside: tuple[str, ...]
    """Who was asked and never came."""
    left: tuple[str, ...]


def _patterns(results: Results) -> Counter[_Row]:
    """Return who was where in each crisis, with how often: few patterns repeat many times."""
    table = results.all_crises()
    if table is None:
        return Counter()
    names = (
        "flashpoint", "holder", "joined_holder", "challenger", "joined_challenger", "stood_aside",
        "left",
    )  # fmt: skip
    found: Counter[_Row] = Counter()
    rows = Counter(zip(*(table[name].astype(str) for name in names), strict=True))
    for (place, holder, with_d, challenger, with_c, aside, left), number in rows.items():
        sides = (holder, *with_d.split()), (challenger, *with_c.split())
        if challenger == results.scenario.flashpoints[place].holder:
            sides = sides[::-1]  # it seeks to recover what it lost
        # who is asked again may stand aside once and come another time
        never = tuple(key for key in aside.split() if key not in {*sides[0], *sides[1]})
        row = _Row(place, *sides, never, tuple(left.split()))
        found[row] += number
    return found


def coalitions_table(results: Results) -> pa.Table:
    """Return one row a place and state: who came, stood aside, left, and contributed how much."""
    schema = pa.schema([
        field("flashpoint", pa.string(), "where"),
        field("state", pa.string(), "who"),
        field("crises", pa.int64(), "crises there, in all runs", "count"),
        field("with", pa.int64(), "crises in which it was on the first holder's side", "count"),
        field("against", pa.int64(), "crises in which it was on the other side", "count"),
        field("stood_aside", pa.int64(), "crises in which it was asked and never came", "count"),
        field("left", pa.int64(), "crises in which it came and left before the end", "count"),
        field(
            "contribution_with", pa.float64(),
            "mean share of the capability on the first holder's side, over all crises there",
            "share",
        ),
        field(
            "contribution_against", pa.float64(),
            "mean share of the capability on the other side, over all crises there", "share",
        ),
    ])  # fmt: skip
    rows = [
        (
            m.place, m.state, m.crises, m.came.get(WITH, 0), m.came.get(AGAINST, 0), m.aside,
            m.left, m.contribution.get(WITH, 0.0), m.contribution.get(AGAINST, 0.0),
        )
        for m in members(results)
    ]  # fmt: skip
    return _table(schema, rows)


def treaties_table(results: Results) -> pa.Table:
    """Return one row a treaty: what became of its duties, abandonment and entrapment."""
    estimates = {
        "abandonment": "share of kept or broken duties that were broken",
        "entrapment": "share of kept duties that drew a member into war for the treaty only",
    }
    fields = [field("treaty", pa.string(), "which")]
    counted = results.treaties()
    items = list(next(iter(counted.values()), {}))
    fields += [field(item, pa.int64(), f"crises in which it was {item}", "count") for item in items]
    for name, meaning in estimates.items():
        fields.append(field(name, pa.float64(), meaning, "share"))
        for end, word in (("low", "lower"), ("high", "upper")):
            told = f"{word} bound of {name}, chance only"
            fields.append(field(f"{name}_{end}", pa.float64(), told, "share", "95 %"))
    rows = [
        (one.treaty, *counted[one.treaty].values(), *one.abandoned[:3], *one.entrapped[:3])
        for one in faith(results)
    ]
    return _table(pa.schema(fields), rows)


def _table(schema: pa.Schema, rows: Sequence[tuple[object, ...]]) -> pa.Table:
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in schema]
    arrays = [pa.array(column, f.type) for column, f in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)
