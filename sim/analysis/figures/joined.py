"""Who came to whose side: cohesion of coalitions, from the table of crises.

A row is a state and the one it came to. How far its bar reaches is the share of that state's crises
in which it came; the dark part are those in which it stayed to the end.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from sim.analysis.figures.style import (
    INK,
    SOFT,
    WIDTH,
    Chart,
    Frame,
    ink,
    roof,
    state_colour,
)
from sim.analysis.frames import Results
from sim.analysis.intervals import Estimate, share
from sim.analysis.words import (
    capitalised,
    count,
    listing,
    percent,
    percent_interval,
    short_names,
    state_in_sentence,
)

MOST = 16
"""Rows a sheet can hold."""
LEFT, RIGHT, ROW = 2.75, 2.55, 0.3


class Came(NamedTuple):
    """A state, the one whose side it came to, and how often."""

    state: str
    principal: str
    crises: int
    """Of the principal, as challenger or holder."""
    times: int
    left: int
    """Of these, the crises that it left before they ended."""

    @property
    def estimate(self) -> Estimate:
        """Share of the principal's crises in which the state came."""
        return share(self.times, self.crises)


def came(results: Results) -> list[Came]:
    """Return who came to whom, the surest first."""
    table = results.all_crises()
    assert table is not None
    crises: Counter[str] = Counter()
    times: Counter[tuple[str, str]] = Counter()
    left: Counter[tuple[str, str]] = Counter()
    # few combinations repeat over many crises
    columns = ["challenger", "holder", "joined_challenger", "joined_holder", "left"]
    rows = Counter(zip(*(table[name].astype(str) for name in columns), strict=True))
    for (challenger, holder, with_c, with_d, gone), number in rows.items():
        crises[challenger] += number
        crises[holder] += number
        for principal, members in ((challenger, with_c), (holder, with_d)):
            for state in members.split():
                times[state, principal] += number
                if state in gone.split():
                    left[state, principal] += number
    found = [
        Came(state, principal, crises[principal], number, left[state, principal])
        for (state, principal), number in times.items()
    ]
    return sorted(found, key=lambda c: (-c.times / c.crises, c.state, c.principal))


def joined(results: Results) -> Chart:
    """Draw who came to whose side, how often, and who stayed."""
    if results.crises is None:
        return _nothing(results, "The folder keeps no table of crises (--detail summary).")
    found = came(results)
    if not found:
        return _nothing(results, "Nobody came to anybody's side in any run.")
    shown, names = found[:MOST], short_names(results.scenario)
    more = len(found) - len(shown)
    frame = Frame(
        results,
        _title(results, found),
        "Share of the crises of the state named second, as challenger or holder, in which the "
        "state named first came to its side. Solid: it stayed to the end; pale: it left before. "
        "Figures with 95 % Wilson intervals; crises of one run are not independent of each other, "
        "so that intervals are somewhat too narrow. Colour is the side of the state that came."
        + (f" The {len(shown)} surest of {len(found)} pairs are shown." if more else ""),
        ROW * len(shown),
        chance="Intervals show",
    )
    ax = frame.axes(LEFT, RIGHT)
    most = roof(max(c.estimate.high if c.estimate.bounded else c.estimate.value for c in shown))
    ax.set_xlim(0, most)
    ax.set_ylim(len(shown) - 0.5, -0.5)
    ax.set_yticks([])
    ticks = [tick for tick in ax.get_xticks() if 0 <= tick <= most + 1e-9]
    ax.set_xticks(ticks, [f"{round(100 * tick, 6):g} %" for tick in ticks])
    ax.grid(axis="x")
    for place, one in enumerate(shown):
        colour = state_colour(results.scenario, one.state)
        estimate = one.estimate
        stayed = (one.times - one.left) / one.crises
        ax.barh(place, estimate.value, 0.62, color=colour, alpha=0.35, linewidth=0)
        ax.barh(place, stayed, 0.62, color=colour, linewidth=0)
        if estimate.bounded:
            ax.plot([estimate.low, estimate.high], [place, place], color=INK, linewidth=1.2)
        y = frame.top - ROW * (place + 0.5)
        label = f"{names[one.state]} to {names[one.principal]}"
        frame.write(LEFT - 0.1, y, label, 8.8, ha="right", va="center", color=ink(colour))
        interval = f" ({percent_interval(estimate)})" if estimate.bounded else ""
        gone = f"; left {count(one.left, 'time')}" if one.left else ""
        text = f"{percent(estimate.value)}{interval}{gone}"
        frame.write(WIDTH - RIGHT + 0.1, y, text, 8.2, va="center", color=SOFT)
    told = [
        f"{names[c.state]} to {names[c.principal]} in {percent(c.estimate.value)} of "
        f"{count(c.crises, 'crisis', 'crises')}"
        for c in shown
    ]
    return frame.chart(f"{listing(told, MOST)}.")


def _title(results: Results, found: list[Came]) -> str:
    first = found[0]
    who = capitalised(state_in_sentence(results.scenario, first.state))
    whom = state_in_sentence(results.scenario, first.principal)
    return (
        f"{who} comes most surely: to {whom}, in {percent(first.estimate.value)} of the crises it "
        "is party to"
    )


def _nothing(results: Results, why: str) -> Chart:
    frame = Frame(
        results, "Nobody is seen to come to anybody's side",
        f"{why} So there is no interval.", 0.2, chance="",
    )  # fmt: skip
    return frame.chart(f"Of {count(len(results), 'run')} nothing is drawn.")
