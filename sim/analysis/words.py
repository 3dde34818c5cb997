"""Numbers and names as readers see them: in sentences, tables and titles."""

from __future__ import annotations

from collections.abc import Sequence

from sim.analysis.intervals import Estimate
from sim.engines.wording import Wording
from sim.world.calendar import MONTHS_PER_TURN, month_number
from sim.world.scenario import Scenario

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def in_words(key: str) -> str:
    """Write a key as words: show_of_force becomes show of force."""
    return key.replace("_", " ")


def percent(value: float) -> str:
    """Write a share as a percentage with as many digits as say something.

    Examples
    --------
    >>> [percent(share) for share in (0, 0.00031, 0.0444, 0.213, 0.9996, 1)]
    ['0 %', '0.03 %', '4.4 %', '21 %', '99.96 %', '100 %']
    """
    if not 0 < value < 1:
        digits = 0
    elif value < 0.001 or value > 0.999:
        digits = 2
    else:
        digits = 1 if value < 0.1 or value > 0.99 else 0
    return _percentage(value, digits)


def roughly(value: float) -> str:
    """Write a share as titles do: whole per cent unless it is below one, or just below all.

    Examples
    --------
    >>> [roughly(share) for share in (0, 0.0031, 0.0444, 0.213, 0.997, 1)]
    ['0 %', '0.3 %', '4 %', '21 %', '99.7 %', '100 %']
    """
    distance = min(value, 1 - value)
    return percent(value) if 0 < distance < 0.01 else _percentage(value, 0)


def _percentage(value: float, digits: int) -> str:
    if value != value:
        return "-"
    text = f"{100 * value:.{digits}f}"
    if digits and float(text) in (0, 100):
        return "under 0.01 %" if value < 0.5 else "over 99.99 %"
    return f"{text} %"


def decimal(value: float) -> str:
    """Write a number with three digits that count, plainly.

    Examples
    --------
    >>> [decimal(number) for number in (0, 0.0312, 1.26, 17.23, 1234.5)]
    ['0', '0.031', '1.26', '17.2', '1,234']
    """
    if value != value:
        return "-"
    size = abs(value)
    if size == 0:
        return "0"
    if size < 0.0005:
        return f"{value:.1g}"
    digits = 3 if size < 1 else 2 if size < 10 else 1 if size < 100 else 0
    return f"{value:,.{digits}f}"


def count(number: float, one: str, many: str = "") -> str:
    """Write a number of things: 1 crisis, 1,204 crises."""
    return f"{number:,.0f} {one if number == 1 else many or one + 's'}"


def percent_interval(estimate: Estimate) -> str:
    """Write the interval of a share: 2 to 5 %."""
    if not estimate.bounded:
        return "-"
    return percent_span(estimate.low, estimate.high)


def percent_span(lowest: float, highest: float) -> str:
    """Write a range of shares: 2 to 5 %."""
    low, high = percent(lowest), percent(highest)
    text = f"{low.removesuffix(' %')} to {high}"
    return text.replace("under ", "<").replace("over ", ">")


def decimal_interval(estimate: Estimate) -> str:
    """Write the interval of a mean."""
    if not estimate.bounded:
        return "-"
    return f"{decimal(estimate.low)} to {decimal(estimate.high)}"


def listing(items: Sequence[str], most: int = 6) -> str:
    """Join names in a sentence: a, b and c; the rest only counted."""
    shown = list(items[:most])
    if len(items) > most:
        shown = [*items[: most - 1], f"{len(items) - most + 1} more"]
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def capitalised(text: str) -> str:
    """Begin a sentence with a capital."""
    return text[:1].upper() + text[1:]


def rung_name(scenario: Scenario, index: float) -> str:
    """Return the name of a rung for readers; below the first is quiet."""
    if index < 0:
        return "no crisis"
    rung = scenario.ladder[int(index)]
    return rung.name or in_words(rung.key)


def month_of(scenario: Scenario, turn: int) -> str:
    """Return the month in which a turn begins: April 2024."""
    first = month_number(scenario.start) or 0
    month = first + int(turn * MONTHS_PER_TURN[scenario.turn_length] + 1e-9)
    return f"{MONTHS[month % 12]} {month // 12}"


def span(scenario: Scenario, turns: int) -> str:
    """Return the horizon in words: 48 months from April 2024."""
    return f"{count(turns, scenario.turn_length)} from {month_of(scenario, 0)}"


def short_names(scenario: Scenario) -> dict[str, str]:
    """Return the names of states without what stands in brackets, where that tells them apart."""
    short = {key: state.name.partition(" (")[0] for key, state in scenario.states.items()}
    if len(set(short.values())) == len(short):
        return short
    return {key: state.name for key, state in scenario.states.items()}


def state_in_sentence(scenario: Scenario, key: str) -> str:
    """Return a state's short name as it stands in a sentence: the Philippines, Japan."""
    return Wording(scenario).state(key)
