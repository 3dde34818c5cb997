"""Two fronts: whether a crisis at one place changes how often others are challenged after it.

For each pair of places the rate at which crises begin at the second in the half year after one
began at the first, over the rate in all other months. What ties forces down, draws attention or
tells of resolve (Snyder 1997) shows here; so does what makes whole runs restless, since the months
compared are of the same runs but not of the same situation.
"""

from __future__ import annotations

from math import exp, log, sqrt
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from sim.analysis.figures.style import INK, SOFT, WIDTH, Chart, Frame, wrapped
from sim.analysis.frames import Results
from sim.analysis.intervals import Z
from sim.analysis.words import count
from sim.world.calendar import MONTHS_PER_TURN

WINDOW = 6.0
"""Months after the beginning of a crisis."""
MOST_RUNS = 20_000
"""Runs that are looked at."""
FEW = 5
"""Crises on either side below which no ratio is shown."""


class Ratio(NamedTuple):
    """How much oftener crises begin at a place after one began at another."""

    after: int
    """Crises within the window."""
    value: float
    low: float
    high: float

    @property
    def known(self) -> bool:
        """Whether there were enough crises to tell."""
        return not np.isnan(self.value)

    def clear(self, pairs: int) -> bool:
        """Whether it is clear of 1 although so many pairs are looked at (Bonferroni)."""
        if not self.known:
            return False
        error = log(self.high / self.low) / (2.0 * Z)
        return abs(log(self.value)) > error * NormalDist().inv_cdf(1.0 - 0.025 / pairs)


def ratios(results: Results) -> dict[tuple[str, str], Ratio]:
    """Return for each pair of places the ratio of rates: in the window, and in all other months.

    Intervals are for the log of a ratio of Poisson rates.
    """
    assert results.crises is not None
    window = max(1, round(WINDOW / MONTHS_PER_TURN[results.scenario.turn_length]))
    runs = min(len(results), MOST_RUNS)
    begun = _begun(results, runs)
    found = {}
    for first, starts in begun.items():
        after = np.zeros_like(starts)
        for lag in range(1, window + 1):
            after[:, lag:] |= starts[:, :-lag]
        for second, crises in begun.items():
            if second != first:
                found[first, second] = _ratio(
                    int((crises & after).sum()), int(after.sum()),
                    int((crises & ~after).sum()), int((~after).sum()),
                )  # fmt: skip
    return found


def _begun(results: Results, runs: int) -> dict[str, np.ndarray]:
    """Return where in runs and turns crises begin, by place."""
    table = results.all_crises()
    assert table is not None
    table = table[table["run"] < runs]
    places = table["flashpoint"].astype(str).to_numpy()
    run, turn = table["run"].to_numpy(np.int64), table["start_turn"].to_numpy(np.int64)
    begun = {}
    for key in results.scenario.flashpoints:
        cells = np.zeros((runs, results.turns), dtype=bool)
        here = places == key
        cells[run[here], turn[here]] = True
        begun[key] = cells
    return begun


def _ratio(after: int, months: int, otherwise: int, others: int) -> Ratio:
    if min(after + 1, otherwise + 1) <= FEW or months == 0 or others == 0:
        return Ratio(after, float("nan"), float("nan"), float("nan"))
    value = (after / months) / (otherwise / others)
    spread = Z * sqrt(1.0 / after + 1.0 / otherwise)
    return Ratio(after, value, exp(log(value) - spread), exp(log(value) + spread))


def two_fronts(results: Results) -> Chart:
    """Draw how often places are challenged after a crisis elsewhere, against otherwise."""
    places = results.scenario.flashpoints
    if len(places) < 2 or results.crises is None:
        return _nothing(results)
    found = ratios(results)
    names = {key: place.name for key, place in places.items()}
    row = 0.62
    frame = Frame(
        results,
        _title(names, found),
        f"Rate at which crises begin at the place of the column in the {WINDOW:g} months after one "
        "began at the place of the row, over the rate in all other months of the same runs; in "
        "brackets the 95 % interval of a ratio of Poisson rates. Bold: clear of 1 although so many "
        "pairs are looked at. A dash: too few crises. Runs that are restless altogether raise all "
        "ratios.",
        row * len(places) + 0.75,
        runs=min(len(results), MOST_RUNS),
        chance="Intervals show",
    )
    left = 2.45
    ax = frame.axes(left, 0.2, frame.bottom - 0.3, row * len(places))
    ax.set_xlim(-0.5, len(places) - 0.5)
    ax.set_ylim(len(places) - 0.5, -0.5)
    ax.set_xticks([])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set_visible(False)
    colours, keys = colormaps["PuOr_r"], list(places)
    wide = (WIDTH - left - 0.2) / len(keys)
    for i, first in enumerate(keys):
        y = frame.bottom - 0.3 + row * (len(keys) - i - 0.5)
        frame.write(left - 0.1, y, wrapped(names[first], 34, 2), 8.5, ha="right", va="center")
        x = left + wide * (i + 0.5)
        top = frame.bottom - 0.3 + row * len(keys) + 0.08
        frame.write(
            x, top, wrapped(names[first], max(11, int(wide * 12)), 4), 7.8, ha="center", va="bottom"
        )
        for j, second in enumerate(keys):
            if first == second:
                continue
            ratio = found[first, second]
            shade = (
                0.5 if not ratio.known else 0.5 + 0.28 * np.clip(log(ratio.value) / log(2), -1, 1)
            )
            ax.add_patch(_cell(j, i, to_hex(colours(float(shade))) if ratio.known else "#f4f4f4"))
            text = "-"
            if ratio.known:
                text = f"{ratio.value:.2f}\n({ratio.low:.2f} to {ratio.high:.2f})"
            ax.text(
                j, i, text, ha="center", va="center", fontsize=7.6,
                color=INK if ratio.known else SOFT,
                weight="bold" if ratio.clear(len(found)) else "normal",
            )  # fmt: skip
    return frame.chart(_in_words(names, found))


def _cell(x: int, y: int, colour: str) -> Rectangle:
    return Rectangle((x - 0.48, y - 0.47), 0.96, 0.94, facecolor=colour, edgecolor="none")


def _title(names: dict[str, str], found: dict[tuple[str, str], Ratio]) -> str:
    clear = {pair: ratio for pair, ratio in found.items() if ratio.clear(len(found))}
    if not clear:
        return "No crisis clearly changes how often another place is challenged after it"
    first, second = max(clear, key=lambda pair: abs(log(clear[pair].value)))
    ratio = clear[first, second].value
    often = f"{ratio:.2f} times as often"
    return f"After a crisis at {names[first]}, one begins at {names[second]} {often}"


def _in_words(names: dict[str, str], found: dict[tuple[str, str], Ratio]) -> str:
    told = [
        f"{names[first]} then {names[second]} {ratio.value:.2f}"
        for (first, second), ratio in found.items()
        if ratio.known
    ]
    return f"Ratios: {'; '.join(told) if told else 'none is known'}."


def _nothing(results: Results) -> Chart:
    several = len(results.scenario.flashpoints) > 1
    note = (
        "The folder keeps no table of crises (--detail summary)."
        if several
        else (
            "A scenario with several flashpoints shows whether a crisis at one changes the others."
        )
    )
    title = "Nothing can be told here of two fronts"
    frame = Frame(results, title, f"{note} There is no interval.", 0.2, chance="")
    return frame.chart(f"Of {count(len(results), 'run')} nothing is drawn.")
