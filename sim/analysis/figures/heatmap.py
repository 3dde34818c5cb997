"""Which rungs are in use at each flashpoint, turn by turn."""

from __future__ import annotations

from math import ceil

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.ticker import MaxNLocator

from sim.analysis.figures.style import SOFT, WIDTH, Chart, Frame, roof, wrapped
from sim.analysis.frames import Results
from sim.analysis.intervals import Numbers, share, wilson
from sim.analysis.words import capitalised, count, listing, percent, percent_interval, rung_name

MOST = 10
"""Panels a sheet can hold; the busiest flashpoints are shown."""


def rungs(results: Results) -> Chart:
    """Draw the share of runs at each rung, by turn, one panel a flashpoint."""
    runs = len(results)
    shares = {key: results.rungs_by_turn(key)[:, 1:] / runs for key in results.scenario.flashpoints}
    busy = sorted(shares, key=lambda key: -float(shares[key].sum()))[:MOST]
    shown = [key for key in shares if key in busy]
    used = [
        r
        for r in range(len(results.scenario.ladder))
        if any(s[:, r].any() for s in shares.values())
    ]
    used = list(range(used[0], used[-1] + 1)) if used else [0]
    columns = 2 if len(shown) > 1 else 1
    rows = ceil(len(shown) / columns)
    tall = max(0.8, 0.155 * len(used))
    frame = Frame(
        results, _title(results, shares), _note(results, shares, shown), rows * (tall + 0.42),
        chance="Intervals show",
    )  # fmt: skip
    largest = roof(max(float(shares[key].max()) for key in shown))
    room = (WIDTH - 1.55 - 0.95 - 0.25 * (columns - 1)) / columns
    image = None
    for number, key in enumerate(shown):
        row, column = divmod(number, columns)
        left = 1.55 + column * (room + 0.25)
        bottom = frame.top - (row + 1) * (tall + 0.42) + 0.16
        ax = frame.axes(left, WIDTH - left - room, bottom, tall)
        image = _panel(ax, shares[key][:, used], largest)
        ax.set_title(
            wrapped(results.scenario.flashpoints[key].name, 100 // columns, 1),
            fontsize=8.5, loc="left", pad=3,
        )  # fmt: skip
        names = [rung_name(results.scenario, rung) for rung in used]
        ax.set_yticks(range(len(used)), names if column == 0 else [""] * len(used), fontsize=7.5)
        last = number + columns >= len(shown)
        ax.tick_params(labelbottom=last, length=2)
        if last:
            ax.set_xlabel("turn")
    assert image is not None
    _scale(frame, image, largest)
    return frame.chart(_in_words(results, shares))


def _panel(ax: Axes, shares: Numbers, largest: float) -> AxesImage:
    turns = shares.shape[0]
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.set_facecolor("#f4f4f4")
    shown = np.ma.masked_equal(shares.T, 0)
    image = ax.imshow(
        shown,
        aspect="auto",
        origin="lower",
        interpolation="none",
        extent=(-0.5, turns - 0.5, -0.5, shares.shape[1] - 0.5),
        cmap="YlGnBu",
        norm=PowerNorm(0.5, 0, largest),
    )
    ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    return image


def _scale(frame: Frame, image: AxesImage, largest: float) -> None:
    """Draw the colour scale at the right edge."""
    figure: Figure = frame.figure
    tall = min(2.0, frame.top - frame.bottom - 0.4)
    ax = figure.add_axes(
        (
            (WIDTH - 0.72) / WIDTH,
            (frame.top - 0.26 - tall) / frame.height,
            0.12 / WIDTH,
            tall / frame.height,
        )
    )
    ticks = [largest * part for part in (0, 0.04, 0.16, 0.36, 0.64, 1)]
    bar = figure.colorbar(image, cax=ax, ticks=ticks)
    bar.ax.set_yticklabels([percent(tick) for tick in ticks], fontsize=7.5)
    bar.outline.set_visible(False)
    bar.ax.tick_params(length=2)
    bar.ax.set_title("of runs", fontsize=7.5, color=SOFT, loc="left", pad=4)


def _use(shares: dict[str, Numbers]) -> tuple[str, int, float]:
    """Return the place and rung most in use, and in which share of turns."""
    place = max(
        shares, key=lambda key: float(shares[key].max(initial=0) and shares[key].mean(axis=0).max())
    )
    mean = shares[place].mean(axis=0)
    return place, int(mean.argmax()), float(mean.max())


def _title(results: Results, shares: dict[str, Numbers]) -> str:
    place, rung, used = _use(shares)
    if used == 0:
        return f"All quiet: no crisis in {count(len(results), 'run')}"
    name = results.scenario.flashpoints[place].name
    return (
        f"'{capitalised(rung_name(results.scenario, rung))}' is the rung most in use: "
        f"{percent(used)} of turns at {name}"
    )


def _note(results: Results, shares: dict[str, Numbers], shown: list[str]) -> str:
    runs = len(results)
    place, rung, mean = _use(shares)
    peak = share(round(float(shares[place].max()) * runs), runs)
    # The tables do not tell how alike the turns of a run are: were they all the same, a run would
    # count once. The interval is then at its widest.
    low, high = wilson(mean * runs, runs)
    left_out = len(shares) - len(shown)
    text = (
        f"Share of {count(runs, 'run')} whose highest rung of the turn is the one shown; grey "
        "where no run stood, and quiet runs are left out."
    )
    if mean > 0:
        text += (
            f" Over all turns '{rung_name(results.scenario, rung)}' there comes to {percent(mean)} "
            "(95 % Wilson interval, at its widest, "
            f"{percent(low).removesuffix(' %')} to {percent(high)}); the darkest cell "
            f"is {percent(peak.value)} ({percent_interval(peak)})."
        )
    else:
        text += f" The 95 % Wilson interval of a cell is {percent_interval(peak)}."
    return text + (f" The {left_out} quietest places are left out." if left_out else "")


def _in_words(results: Results, shares: dict[str, Numbers]) -> str:
    parts = []
    for key, here in shares.items():
        mean = here.mean(axis=0)
        top = int(mean.argmax())
        if mean[top] > 0:
            parts.append(
                f"{results.scenario.flashpoints[key].name}: {rung_name(results.scenario, top)} in "
                f"{percent(float(mean[top]))} of turns"
            )
    return f"The rung most in use at each place: {listing(parts, 20)}." if parts else "No crisis."
