"""A decision as it was taken, as a tree: what could be chosen, what would follow, and what was."""

from __future__ import annotations

import textwrap
from typing import Any, NamedTuple

from matplotlib.axes import Axes

from sim.analysis.explain import explain, question
from sim.analysis.figures.style import (
    BLUE,
    FAINT,
    INK,
    SOFT,
    VERMILION,
    Chart,
    Frame,
    ink,
)
from sim.analysis.words import percent
from sim.engines.seats import Option, Taken
from sim.engines.wording import Wording, capitalised
from sim.world.scenario import Scenario

ROW = 0.56
"""Height of an option, inches."""
ROOT, NODE, AFTER = 0.03, 0.24, 0.62
"""Where the decision, the options and what follows begin, as shares of the width."""


class One(NamedTuple):
    """One run, as a footer names it."""

    scenario: Scenario
    manifest: dict[str, Any]

    def __len__(self) -> int:
        return 1


def why(taken: Taken, words: Wording, sheet: One, number: int) -> Chart:
    """Draw a decision as a tree.

    Parameters
    ----------
    taken : Taken
        As `CrisisModel.decisions` keeps it.
    words : Wording
    sheet : One
        The run, for the footer.
    number : int
        Of the decision in the run, from 1.
    """
    decision = taken.decision
    told = explain(taken, words)
    chosen = decision.options[taken.chosen]
    who = capitalised(words.state(decision.actor))
    options = sorted(decision.options, key=lambda o: -o.utility)
    beliefs = "; ".join(told.beliefs)
    frame = Frame(
        sheet,
        f"{who} chooses: {chosen.text}",
        f"{told.why}\n{beliefs + '.' if beliefs else ''} Decision {number} of the run, "
        f"{words.period(decision.turn)}, {words.flashpoint(decision.flashpoint)}. Options by "
        "expected utility, the best first; the thicker a branch, the likelier it is chosen; what "
        "is orange was chosen.",
        ROW * max(3, len(options)),
        chance="",
    )
    ax = frame.axes(0.1, 0.1)
    ax.set_xlim(0, 1)
    ax.set_ylim(len(options) - 0.4, -0.6)
    ax.set_axis_off()
    middle = (len(options) - 1) / 2
    own = decision.view.own_type.replace("_", " ")
    rung = "all is quiet" if decision.view.rung is None else words.rung(decision.view.rung)
    _say(ax, ROOT, middle, f"{who}\n({own})\n{question(decision)};\n{rung}", weight="bold")
    for place, option in enumerate(options):
        _branch(ax, decision.kind, words, option, place, middle, option.number == taken.chosen)
    return frame.chart(f"{told.title}. {told.why}")


def _branch(
    ax: Axes, kind: str, words: Wording, option: Option, place: int, middle: float, taken: bool
) -> None:
    colour = VERMILION if taken else BLUE
    ax.plot(
        [ROOT + 0.15, NODE - 0.01], [middle, place], color=colour if taken else FAINT,
        linewidth=0.8 + 7.0 * option.chance, solid_capstyle="round", zorder=1,
    )  # fmt: skip
    text = "\n".join(textwrap.wrap(capitalised(option.text), 38))
    _say(ax, NODE, place - 0.12, text, color=ink(colour), weight="bold" if taken else "normal")
    _say(
        ax, NODE, place + 0.26,
        f"utility {option.utility:+.3f}, chosen with {percent(option.chance)}", 8.0, color=SOFT,
    )  # fmt: skip
    after = _after(kind, words, option)
    if after:
        ax.plot([AFTER - 0.05, AFTER - 0.01], [place, place], color=FAINT, linewidth=1.0)
        _say(ax, AFTER, place, "\n".join(textwrap.wrap(after, 54)[:3]), 8.0)


def _after(kind: str, words: Wording, option: Option) -> str:
    """Say what the state expects to follow."""
    parts = []
    if kind == "act" and option.yields is not None:
        parts.append(f"the holder yields with {percent(option.yields)}")
        if option.likely is not None:
            parts.append(f"else resists most likely at {words.rung(option.likely)}")
    if kind == "answer" and option.presses is not None:
        parts.append(f"the challenger presses on with {percent(option.presses)}")
    parts += [f"{words.bare(h.state)} comes with {percent(h.chance)}" for h in option.helpers]
    return "; ".join(parts)


def _say(ax: Axes, x: float, y: float, text: str, size: float = 9.0, **style: Any) -> None:
    ax.text(x, y, text, fontsize=size, va="center", linespacing=1.2, **{"color": INK, **style})
