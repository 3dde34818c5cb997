"""How ties deepen and loosen: for each step of each tie, the share of runs in which it holds."""

from __future__ import annotations

from textwrap import shorten

import numpy as np
from matplotlib.axes import Axes

from sim.analysis.figures.style import (
    FAINT,
    INK,
    SOFT,
    WIDTH,
    Chart,
    Frame,
    ink,
    side_colours,
)
from sim.analysis.frames import Results
from sim.analysis.intervals import Estimate, Numbers, share
from sim.analysis.words import count, listing, percent, percent_interval
from sim.world.scenario import Scenario

LEFT, RIGHT = 4.55, 1.75
ROW, HEAD, GAP = 0.27, 0.29, 0.08
"""Height of a step's row and of a tie's heading, and room between ties, inches."""


def ties(results: Results) -> Chart:
    """Draw for each step of each tie the share of runs in which it holds, turn by turn."""
    scenario = results.scenario
    deep = results.depths()
    if not deep:
        return _nothing(results)
    ends = {
        key: [share(int(table[-1, step:].sum()), len(results)) for step in range(1, table.shape[1])]
        for key, table in deep.items()
    }
    steps = sum(len(tie.steps) for tie in scenario.ties.values())
    runs = count(len(results), "run")
    frame = Frame(
        results,
        _title(results, ends),
        f"A line is the share of {runs} in which a step holds at the end of a turn, from 0 at the "
        "bottom of its row to 100 % at the top; bold names are steps that hold at the start. At "
        "the right the share at the end with its 95 % Wilson interval. Colour is the side of both "
        "members, grey where they are of two sides. " + _rule(scenario),
        ROW * steps + (HEAD + GAP) * len(deep),
        chance="Intervals show" if len(results) > 1 else "",
    )
    top = frame.top
    ax = None
    for key, table in deep.items():
        tie = scenario.ties[key]
        colour = _colour(scenario, tie.members)
        frame.write(0.15, top - 0.05, tie.name, 9.5, weight="bold", color=ink(colour))
        top -= HEAD
        for step, treaty in enumerate(tie.steps):
            ax = frame.axes(LEFT, RIGHT, top - ROW, ROW * 0.86)
            _line(ax, results, table[:, step + 1 :].sum(axis=1) / len(results), colour)
            held = step < tie.depth.value
            middle = top - 0.57 * ROW
            name = scenario.treaties[treaty].name.removesuffix(" (possible step)")
            frame.write(
                LEFT - 0.12, middle, shorten(name, 62, placeholder=" …"), 8.5,
                ha="right", va="center", color=INK, weight="bold" if held else "normal",
            )  # fmt: skip
            end = ends[key][step]
            said = percent(end.value) + (f" ({percent_interval(end)})" if end.bounded else "")
            frame.write(WIDTH - RIGHT + 0.12, middle, said, 8.5, va="center", color=ink(colour))
            top -= ROW
        top -= GAP
    assert ax is not None
    ax.set_xticks([0, results.turns - 1], ["turn 0", f"turn {results.turns - 1}"])
    ax.tick_params(axis="x", length=0, labelsize=8, pad=3)
    return frame.chart(_in_words(scenario, ends))


def _line(ax: Axes, results: Results, shares: Numbers, colour: str) -> None:
    ax.set_xlim(-0.5, results.turns - 0.5)
    ax.set_ylim(-0.04, 1.04)
    ax.set_xticks([])
    ax.set_yticks([])
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    for edge in (0.0, 1.0):
        ax.axhline(edge, color=FAINT, linewidth=0.7, zorder=0)
    at = np.arange(results.turns)
    ax.fill_between(at, 0.0, shares, step="post", color=colour, alpha=0.18, linewidth=0)
    ax.step(at, shares, where="post", color=colour, linewidth=1.5)


def _colour(scenario: Scenario, members: tuple[str, str]) -> str:
    sides = {scenario.states[key].side or "no side" for key in members}
    return side_colours(scenario)[sides.pop()] if len(sides) == 1 else SOFT


def _rule(scenario: Scenario) -> str:
    return {
        "off": "Ties do not change here (rules.alignment is off).",
        "scripted": "Only events change ties here.",
        "endogenous": "Their members deepen and loosen ties by what threatens them.",
    }[scenario.rules.alignment]


def _title(results: Results, ends: dict[str, list[Estimate]]) -> str:
    scenario = results.scenario
    if scenario.rules.alignment == "off":
        return "Ties stay as they are"
    deeper: dict[str, float] = {}
    for key, tie in scenario.ties.items():
        depth = int(tie.depth.value)
        if depth < len(tie.steps):
            deeper[key] = ends[key][depth].value
    if not deeper or max(deeper.values()) == 0.0:
        return "No tie ends deeper than it began"
    most = max(deeper, key=lambda key: deeper[key])
    runs = f"in {percent(deeper[most])} of runs" if len(results) > 1 else "in the one run played"
    return f"{scenario.ties[most].name}: the tie that most often deepens, {runs}"


def _in_words(scenario: Scenario, ends: dict[str, list[Estimate]]) -> str:
    texts = [
        f"{scenario.ties[key].name}: "
        + ", ".join(f"step {i} {percent(end.value)}" for i, end in enumerate(found, start=1))
        for key, found in ends.items()
    ]
    return f"Share of runs in which each step holds at the end: {listing(texts, 64)}."


def _nothing(results: Results) -> Chart:
    note = (
        "A scenario gives 'ties' where states may move closer or apart step by step. Nothing is "
        "counted, so there is no interval."
    )
    frame = Frame(results, "This scenario has no ties that could deepen", note, 0.2, chance="")
    return frame.chart("Nothing is drawn.")
