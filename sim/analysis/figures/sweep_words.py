"""Values, units and counts as the figures of sweeps write them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from sim.analysis.intervals import Estimate
from sim.analysis.sweeps import SweepResults, Varied
from sim.analysis.words import (
    count,
    decimal,
    decimal_interval,
    in_words,
    percent,
    percent_interval,
)


def is_share(results: SweepResults, outcome: str) -> bool:
    """Tell whether an outcome reads in per cent."""
    return results.outcomes[outcome]["unit"].startswith("share")


def value_of(results: SweepResults, outcome: str, value: float) -> str:
    """Write a value of an outcome."""
    return percent(value) if is_share(results, outcome) else decimal(value)


def interval_of(results: SweepResults, outcome: str, estimate: Estimate) -> str:
    """Write the interval of an estimate."""
    if is_share(results, outcome):
        return percent_interval(estimate)
    return decimal_interval(estimate)


def points_of(results: SweepResults, outcome: str, estimate: Estimate) -> str:
    """Write a difference with its interval: in percentage points for shares."""
    scale, unit = (100.0, " points") if is_share(results, outcome) else (1.0, "")
    low, high = estimate.low * scale, estimate.high * scale
    text = f"{decimal(estimate.value * scale)}{unit}"
    return text + (f" ({decimal(low)} to {decimal(high)})" if estimate.bounded else "")


def outcome_label(results: SweepResults, outcome: str) -> str:
    """Return the name of an outcome with its unit, for an axis."""
    facts = results.outcomes[outcome]
    return f"{facts['label']} ({facts['unit']})"


def level_text(value: Any) -> str:
    """Write a value of a varied field."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.3g}"
    return in_words(str(value))


def at(axis: Varied, value: Any) -> str:
    """Say that a field has a value."""
    return f"{axis.path} is {level_text(value)}"


def outcome_axis(ax: Axes, results: SweepResults, outcome: str) -> None:
    """Let the vertical axis show an outcome."""
    if is_share(results, outcome):
        ax.yaxis.set_major_formatter(FuncFormatter(lambda tick, _: f"{round(100 * tick, 6):g} %"))
    ax.grid(axis="y")


def played(results: SweepResults) -> str:
    """Say how many points and runs a sweep has."""
    counts = results.table["runs"].to_numpy()
    least, most = int(counts.min()), int(counts.max())
    each = f"{most:,} runs each" if least == most else f"up to {most:,} runs each"
    text = f"{count(len(counts), 'point')} of {each}, the same luck at all"
    if results.failures:
        text += f"; {count(len(results.failures), 'point')} failed and left out"
    return text


def limits(values: Sequence[float], share: bool) -> tuple[float, float]:
    """Return the ends of an axis that takes in all values, zero too where that is near."""
    low, high = min(values), max(values)
    room = (high - low) * 0.08 or abs(high) * 0.1 or 0.05
    bottom = 0.0 if 0 <= low <= 0.6 * high else low - room
    top = high + room
    return bottom, min(top, 1.0) if share and high <= 1.0 else top
