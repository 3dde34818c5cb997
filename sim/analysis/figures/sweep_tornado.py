"""A tornado: by how much each varied field moves an outcome, largest first."""

from __future__ import annotations

from typing import Any

from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.analysis.factors import Effect, effects, even, sampled
from sim.analysis.figures.style import BLUE, INK, ORANGE, SOFT, WIDTH, Chart, Frame, wrapped
from sim.analysis.figures.sweep_words import (
    is_share,
    level_text,
    limits,
    outcome_label,
    played,
    points_of,
    value_of,
)
from sim.analysis.sweeps import SweepResults
from sim.analysis.words import listing

MOST = 15
ROW = 0.46
LEFT, RIGHT = 2.6, 2.1


def tornado(results: SweepResults, outcome: str) -> Chart | None:
    """Draw the range over which each field moves an outcome."""
    found = effects(results, outcome)
    if len(found) < 2 or sampled(results):
        return None
    shown = found[:MOST]
    values = results.values(outcome)
    single = results.manifest["design"] == "one_at_a_time"
    middle = float(values[0]) if single else float(values[values == values].mean())
    frame = Frame(
        results, _title(results, outcome, shown), _note(results, outcome, single, middle),
        ROW * len(shown) + 0.1, chance="Intervals show",
    )  # fmt: skip
    ax = frame.axes(LEFT, RIGHT)
    ends = [e.low.estimate.value for e in shown] + [e.high.estimate.value for e in shown]
    ax.set_xlim(*limits([*ends, middle], False))
    ax.set_ylim(len(shown) - 0.5, -0.5)
    ax.set_yticks(
        range(len(shown)),
        [
            wrapped(effect.axis.path.replace(".", ". "), 32, 2).replace(". ", ".")
            for effect in shown
        ],
    )
    ax.tick_params(axis="y", length=0, labelcolor=INK)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x")
    ax.xaxis.set_major_locator(MaxNLocator(6))
    if is_share(results, outcome):
        ax.xaxis.set_major_formatter(FuncFormatter(lambda tick, _: f"{round(100 * tick, 6):g} %"))
    ax.set_xlabel(outcome_label(results, outcome))
    for place, effect in enumerate(shown):
        low, high = effect.low.estimate.value, effect.high.estimate.value
        for begin, end, colour in (
            (low, min(middle, high), ORANGE),
            (max(middle, low), high, BLUE),
        ):
            if end > begin:
                ax.barh(place, end - begin, left=begin, height=0.34, color=colour)
        style: dict[str, Any] = {
            "fontsize": 7.5,
            "bbox": {"facecolor": "white", "edgecolor": "none", "pad": 0.4},
            "color": SOFT,
            "textcoords": "offset points",
        }
        if high > low:
            for level, at, shift, side, edge in (
                (effect.low, low, (-3, 9), "left", "bottom"),
                (effect.high, high, (3, -9), "right", "top"),
            ):
                ax.annotate(
                    level_text(level.value), (at, place), xytext=shift, ha=side, va=edge, **style
                )
        y = frame.bottom + (ROW * len(shown) + 0.1) * (1 - (place + 0.5) / len(shown))
        said = "no difference"
        if high > low:
            said = points_of(results, outcome, effect.difference)
        frame.write(WIDTH - RIGHT + 0.12, y, said, 8.5, va="center", color=INK)
    ax.axvline(middle, color=SOFT, linewidth=1)
    return frame.chart(
        listing(
            [
                f"{effect.axis.path} {points_of(results, outcome, effect.difference)}"
                for effect in shown
            ],
            MOST,
        )
        + "."
    )


def _title(results: SweepResults, outcome: str, shown: list[Effect]) -> str:
    label = results.outcomes[outcome]["label"]
    first = shown[0]
    if first.difference.value == 0:
        return f"Nothing that is varied moves it: {label}"
    said = points_of(results, outcome, first.difference)
    clear = [e for e in shown if e.difference.bounded and e.difference.low > 0]
    rest = f"; {len(clear)} of {len(shown)} fields move it beyond chance" if clear else ""
    return f"{label} is moved most by {first.axis.path}: {said}{rest}"


def _note(results: SweepResults, outcome: str, single: bool, middle: float) -> str:
    base = value_of(results, outcome, middle)
    line = f"the scenario's own values ({base})" if single else f"the mean of all points ({base})"
    said = played(results)
    return (
        f"{said[:1].upper()}{said[1:]}. A bar spans the lowest and the highest mean over a field's "
        f"values, which are written at its ends; the line is {line}. At the right the span, with "
        "the 95 % interval of the difference run by run, unless the outcome is a median; picked "
        "as the largest of several, it is somewhat too large."
        + (
            ""
            if even(results)
            else " Not every combination was played, so that a bar also shows what else differs."
        )
    )
