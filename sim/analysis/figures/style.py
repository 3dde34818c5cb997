"""How figures look: colours that colour-blind readers tell apart, titles, notes and footers.

Colours after Okabe and Ito (2008). Figures are made without pyplot, so that drawing leaves no
trace in a program that draws its own; and the same tables give the same bytes.
"""

from __future__ import annotations

import io
import textwrap
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from sim.analysis.frames import Results
from sim.analysis.words import count, month_of
from sim.world.scenario import Scenario

BLUE, VERMILION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY, YELLOW, BLACK = "#E69F00", "#56B4E9", "#F0E442", "#000000"
SIDES = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY)
LINES = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, BLACK)
DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
INK, SOFT, FAINT = "#1a1a1a", "#555555", "#d9d9d9"
WIDTH = 9.0

_SETTINGS: dict[str, Any] = {
    "font.family": ["DejaVu Sans"],
    "font.size": 9.5,
    "text.color": INK,
    "text.parse_math": False,  # a dollar sign in a name is a dollar sign
    "axes.edgecolor": SOFT,
    "axes.labelcolor": SOFT,
    "axes.labelsize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "grid.color": "#e6e6e6",
    "grid.linewidth": 0.8,
    "svg.hashsalt": "deter",
    "svg.fonttype": "path",
    "path.simplify": True,
    "figure.dpi": 100,
}


class Made(NamedTuple):
    """What a footer names, where there is nothing else that holds it."""

    manifest: dict[str, Any]
    scenario: Scenario
    runs: int

    def __len__(self) -> int:
        """Return how many runs there are."""
        return self.runs


class Sheet(Protocol):
    """What a footer names: an ensemble, or a comparison of several."""

    @property
    def manifest(self) -> dict[str, Any]:
        """What made it."""

    @property
    def scenario(self) -> Scenario:
        """What was played."""

    def __len__(self) -> int:
        """Return how many runs there are."""


class Chart(NamedTuple):
    """A figure with its title and what it shows in words, for those who cannot see it."""

    figure: Figure
    title: str
    alt: str


@contextmanager
def drawing() -> Iterator[None]:
    """Draw by our own settings, whatever the reader's are."""
    with matplotlib.rc_context(), warnings.catch_warnings():
        # A letter the font lacks is drawn as a box; the report writes it in full.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        matplotlib.rcdefaults()
        settings: Any = matplotlib.rcParams  # its keys are typed one by one
        settings.update(_SETTINGS)
        yield


def png(chart: Chart) -> bytes:
    """Return a figure as PNG, 150 dots an inch."""
    return _saved(chart, "png", {"Title": chart.title}, dpi=150)


def svg(chart: Chart) -> bytes:
    """Return a figure as SVG, without the time it was drawn at."""
    return _saved(chart, "svg", {"Title": chart.title, "Date": None})


def _saved(chart: Chart, kind: str, metadata: dict[str, Any], **settings: Any) -> bytes:
    stream = io.BytesIO()
    with drawing():
        chart.figure.savefig(stream, format=kind, metadata=metadata, **settings)
    return stream.getvalue()


class Frame:
    """A sheet with a title that says the finding, a note and a footer around what is drawn.

    Parameters
    ----------
    results : Sheet
        What is drawn; names the scenario, the seed and the runs in the footer.
    title, note : str
        The finding; what the marks and bars are. A line break in the note is kept.
    height : float
        Of what lies between note and axis labels, inches.
    runs : int, optional
        Runs the figure shows; all of them by default.
    chance : str, optional
        What shows chance in the figure, for the footer: "Bars show"; empty where nothing does.
    """

    def __init__(
        self,
        results: Sheet,
        title: str,
        note: str,
        height: float,
        runs: int | None = None,
        chance: str = "Bars show",
    ) -> None:
        heads = textwrap.wrap(_unbroken(title), 80, break_on_hyphens=False)
        notes = [
            line
            for part in note.split("\n")
            for line in textwrap.wrap(_unbroken(part), 124, break_on_hyphens=False)
        ]
        feet = textwrap.wrap(_unbroken(footer(results, runs, chance)), 162)
        above = 0.18 + 0.25 * len(heads) + 0.17 * len(notes) + 0.22
        below = 0.62 + 0.15 * len(feet)
        self.title = title
        self.height = above + height + below
        self.bottom, self.top = below, below + height
        self.figure = Figure(figsize=(WIDTH, self.height))
        y = self.height - 0.16
        self.write(0.15, y, "\n".join(heads), 13, weight="bold", linespacing=1.25)
        y -= 0.25 * len(heads) + 0.05
        self.write(0.15, y, "\n".join(notes), 9, color=SOFT, linespacing=1.3)
        self.write(0.15, 0.1, "\n".join(feet), 7.5, va="bottom", color=SOFT, linespacing=1.3)

    def write(self, x: float, y: float, text: str, size: float, **style: Any) -> None:
        """Write text at a place given in inches from the lower left."""
        style = {"va": "top", "ha": "left", **style}
        self.figure.text(x / WIDTH, y / self.height, text, fontsize=size, **style)

    def axes(
        self,
        left: float = 0.75,
        right: float = 0.3,
        bottom: float | None = None,
        height: float | None = None,
        **settings: Any,
    ) -> Axes:
        """Return axes; left and right margins, and height above the sheet's edge, in inches."""
        low = self.bottom if bottom is None else bottom
        tall = self.top - low if height is None else height
        box = (
            left / WIDTH,
            low / self.height,
            (WIDTH - left - right) / WIDTH,
            tall / self.height,
        )
        return self.figure.add_axes(box, **settings)

    def chart(self, alt: str) -> Chart:
        """Return the finished figure; its words begin with its title."""
        return Chart(self.figure, self.title, f"{self.title}. {alt}")


def footer(results: Sheet, runs: int | None = None, chance: str = "") -> str:
    """Return what stands under a figure; `chance` names what shows chance in it, if anything."""
    manifest = results.manifest
    number = len(results) if runs is None else runs
    only = f" {chance} chance only, not how uncertain the parameters are." if chance else ""
    return (
        f"In this model, not a forecast.{only} {results.scenario.title}, "
        f"seed {manifest['seed']}, {count(number, 'run')}, deter {manifest['deter']}"
    )


def _unbroken(text: str) -> str:
    """Keep a number and its unit on one line."""
    return text.replace(" %", "\u00a0%")


def side_colours(scenario: Scenario) -> dict[str, str]:
    """Return the colour of each side, in the order in which sides come up."""
    sides = dict.fromkeys(state.side or "no side" for state in scenario.states.values())
    return {side: SIDES[i] if i < len(SIDES) else SOFT for i, side in enumerate(sides)}


def state_colour(scenario: Scenario, key: str) -> str:
    """Return the colour of a state: that of its side."""
    return side_colours(scenario)[scenario.states[key].side or "no side"]


def line_style(number: int) -> dict[str, Any]:
    """Return colour, dash and marker of the line of that number: no two are alike for 84 lines."""
    return {
        "color": LINES[number % len(LINES)],
        "linestyle": DASHES[number % len(DASHES)],
        "marker": MARKERS[number % len(MARKERS)],
    }


def rung_colours(number: int) -> list[str]:
    """Return a colour for each rung, from light to dark, so that grey print keeps their order."""
    scale = matplotlib.colormaps["YlOrBr"]
    return [to_hex(scale(0.15 + 0.85 * i / max(1, number - 1))) for i in range(number)]


def ink(colour: str) -> str:
    """Darken a colour until text in it is readable on white."""
    red, green, blue = to_rgb(colour)
    while 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2 > 0.17:
        red, green, blue = red * 0.92, green * 0.92, blue * 0.92
    return to_hex((red, green, blue))


def wrapped(name: str, width: int = 26, lines: int = 2) -> str:
    """Break a name into a few short lines."""
    return "\n".join(
        textwrap.wrap(
            name, width, max_lines=lines, placeholder=" …", break_long_words=len(name) > 60
        )
    )


def turn_edges(results: Results) -> NDArray[np.float64]:
    """Return where turns begin and end on an axis of turns: turn t lies around t, everywhere."""
    return np.arange(results.turns + 1, dtype=np.float64) - 0.5


def turn_axis(ax: Axes, results: Results) -> None:
    """Label an axis that counts turns, and say when they are."""
    scenario = results.scenario
    ax.set_xlim(-0.5, results.turns - 0.5)
    ax.set_xlabel(f"turn (a {scenario.turn_length} each; turn 0 is {month_of(scenario, 0)})")
    ax.xaxis.set_major_locator(MaxNLocator(9, integer=True))


def percent_axis(ax: Axes, top: float, low: float = 0.0) -> None:
    """Let the vertical axis show shares from `low` to `top`."""
    ax.set_ylim(low, top)
    ax.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    ticks = [tick for tick in ax.get_yticks() if low - 1e-9 <= tick <= top + 1e-9]
    ax.set_yticks(ticks, [f"{round(100 * tick, 6):g} %" for tick in ticks])
    ax.grid(axis="y")


def roof(largest: float, steps: Sequence[float] = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)) -> float:
    """Return the next round number above the largest value shown."""
    if largest <= 0:
        return 1.0
    scale = 0.0001
    while scale * 10 < largest:
        scale *= 10
    return next(scale * step for step in steps if scale * step >= largest * 0.999)
