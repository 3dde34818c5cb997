"""Who bears the burden: each side's capability by who brings it, place by place."""

from __future__ import annotations

from sim.analysis.coalitions import AGAINST, WITH, Cohesion, Member, cohesion, members
from sim.analysis.figures.style import INK, SOFT, WIDTH, Chart, Frame, ink, state_colour, wrapped
from sim.analysis.frames import Results
from sim.analysis.words import count, listing, percent, percent_interval, short_names

MOST = 8
"""Places a sheet can hold."""
LEFT, RIGHT, ROW = 2.55, 2.6, 0.36
NARROW, LETTER = 0.01, 0.0135
"""Share of a bar that a name needs, and each of its letters."""


def burden(results: Results) -> Chart:
    """Draw whose capability stands on each side, and how well those held who were asked."""
    held = sorted(cohesion(results), key=lambda one: -one.crises)[:MOST]
    if not held:
        why = (
            "The folder keeps no table of crises (--detail summary)."
            if results.crises is None
            else "There was no crisis in any run."
        )
        why += " So there is no interval."
        frame = Frame(results, "Nobody bears a burden that is seen", why, 0.2, chance="")
        return frame.chart(f"Of {count(len(results), 'run')} nothing is drawn.")
    found = members(results)
    frame = Frame(
        results, _title(results, held),
        "Bars: whose capability stands on the side of the first holder (upper bar of a place) and "
        "on the other (lower), mean over all crises there; first whoever is there most often. "
        "At the right how often anybody came, and of those asked, crisis by crisis, the share that "
        "came and stayed, with its 95 % Wilson interval: crises of one run are not independent, so "
        "that it is somewhat too narrow. Capability as the scenario gives it at the start.",
        2 * ROW * len(held), chance="Intervals show",
    )  # fmt: skip
    ax = frame.axes(LEFT, RIGHT)
    ax.set_xlim(0, 1)
    ax.set_ylim(2 * len(held) - 0.5, -0.5)
    ax.set_yticks([])
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    names = short_names(results.scenario)
    for place, one in enumerate(held):
        there = [m for m in found if m.place == one.place]
        for below, side in enumerate((WITH, AGAINST)):
            at = 0.0
            for member in _in_order(results, there, side):
                wide = member.contribution[side]
                colour = state_colour(results.scenario, member.state)
                pale = 1.0 if at == 0.0 else 0.55
                y = 2 * place + below
                ax.barh(y, wide, 0.74, at, color=colour, alpha=pale, edgecolor="white")
                if wide > NARROW + LETTER * len(names[member.state]):
                    ax.text(
                        at + wide / 2, y, names[member.state], ha="center", va="center",
                        fontsize=7.5, color="white" if pale == 1.0 else INK,
                    )  # fmt: skip
                at += wide
        middle = frame.top - 2 * ROW * (place + 0.5)
        name = wrapped(results.scenario.flashpoints[one.place].name, 30)
        frame.write(LEFT - 0.1, middle, name, 8.8, ha="right", va="center", color=INK)
        text = (
            f"help in {percent(one.helped / one.crises)} of {count(one.crises, 'crisis', 'crises')}"
        )
        frame.write(WIDTH - RIGHT + 0.1, middle + 0.09, text, 8.2, va="center", color=ink(SOFT))
        frame.write(WIDTH - RIGHT + 0.1, middle - 0.09, _held(one), 8.2, va="center", color=INK)
    told = [
        f"{results.scenario.flashpoints[one.place].name}: help in "
        f"{percent(one.helped / one.crises)} of crises, {_held(one)}"
        for one in held
    ]
    return frame.chart(f"{listing(told, MOST)}.")


def _in_order(results: Results, there: list[Member], side: str) -> list[Member]:
    """Return who stands on a side, the principal first: it is there in every crisis."""
    on_it = [m for m in there if m.contribution.get(side)]
    return sorted(on_it, key=lambda m: (-m.came[side], -m.contribution[side], m.state))


def _held(one: Cohesion) -> str:
    if not one.held.known:
        return "nobody was asked"
    return f"held {percent(one.held.value)} ({percent_interval(one.held)})"


def _title(results: Results, held: list[Cohesion]) -> str:
    asked = [one for one in held if one.held.known]
    if not asked:
        return "Nobody is asked to come to anybody's side"
    best = max(asked, key=lambda one: one.held.value)
    worst = min(asked, key=lambda one: one.held.value)
    name = results.scenario.flashpoints
    if len(asked) == 1:
        return f"Of those asked, {percent(best.held.value)} come and stay"
    return (
        f"Coalitions hold best at {name[best.place].name} ({percent(best.held.value)} of those "
        f"asked come and stay), worst at {name[worst.place].name} ({percent(worst.held.value)})"
    )
