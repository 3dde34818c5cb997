"""Paired differences: what runs that share their luck have more or less in one arm than in another.

Run k has the same draws in both arms, so that a difference is taken within pairs of runs (common
random numbers, Glasserman and Yao 1992). Intervals resample pairs of runs and keep each pair
together (the percentile bootstrap of Efron and Tibshirani 1993, chapter 13); crises of one run stay
together in a resample, so that shares of crises are clustered by run.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from math import nan
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from sim.analysis.columns import ENDING_COLUMNS, ENDINGS
from sim.analysis.intervals import Estimate, share
from sim.analysis.measures import MEASURES
from sim.analysis.words import decimal, in_words, percent, state_in_sentence
from sim.world.scenario import Scenario

Numbers = NDArray[np.float64]
Columns = Callable[[str], Numbers]
"""Name of a column of the table of runs -> its value in each run."""
Unit = Literal["share", "number", "rungs"]

RESAMPLES = 1999
"""Resamples of the pairs. Odd and one short of a round number, so that 2.5 per cent is a rank."""
GROUPS = 2_000
"""Groups of runs that are resampled, at most: of more runs, some in a row count as one."""
FEWEST = 6
"""Pairs that must have changed before a difference is called clear: even if five of five change
the same way, an exact sign test cannot tell that from chance at 5 per cent."""
KEY = ("war", "crises", "general_deterrence_held", "ending_acquiescence", "control_lost")
"""Measures that a figure and a short table have room for."""


@dataclass(frozen=True)
class Compared:
    """A measure that is compared: a mean over runs, or a share of cases.

    Parameters
    ----------
    key, group, label : str
        Its name for programs; the part of the table it stands in; its name for readers.
    unit : {"share", "number", "rungs"}
        How its value reads.
    part : str
        Column that is added up over runs.
    whole : tuple of str
        Columns whose sum it is a share of; empty for a mean over runs.
    """

    key: str
    group: str
    label: str
    unit: Unit
    part: str
    whole: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it is made of."""
        return (self.part, *self.whole)

    def show(self, value: float) -> str:
        """Write a value of it."""
        if value != value:
            return "-"
        return percent(value) if self.unit == "share" else decimal(value)

    def signed(self, value: float, unit: bool = True) -> str:
        """Write a difference of two values of it, with its sign; shares in percentage points."""
        if value != value:
            return "-"
        size = 100 * abs(value) if self.unit == "share" else abs(value)
        if self.unit == "share":
            text = f"{size:.2f}" if size < 0.095 else f"{size:.1f}"
        else:
            text = decimal(size)
        if size < (0.005 if self.unit == "share" else 0.0005):
            text = np.format_float_positional(size, 1, fractional=False, trim="-")
        if size < 1e-9:
            text = "0"
        sign = "" if float(text.replace(",", "")) == 0 else "+" if value > 0 else "−"
        text = f"{sign}{text}" if sign else "0"
        return f"{text} points" if unit and self.unit == "share" else text


@dataclass(frozen=True)
class Difference:
    """What one arm has more than the base of one measure.

    Parameters
    ----------
    base, changed : float
        Its value in the base and in the arm; NaN where there was no case.
    value, low, high : float
        The difference, the arm less the base, and its 95 % interval; NaN where it cannot be told.
    rose, fell, pairs : int
        Pairs of runs in which it is higher in the arm, lower; of how many. Of a share of cases,
        the number of cases is meant.
    moved : int
        Pairs in which anything changed that it is made of.
    """

    measure: Compared
    base: float
    changed: float
    value: float
    low: float
    high: float
    rose: int
    fell: int
    pairs: int
    moved: int

    @property
    def bounded(self) -> bool:
        """Whether it has an interval."""
        return self.low == self.low and self.high == self.high

    @property
    def way(self) -> Literal["rises", "falls", "open", "same"]:
        """Whether the interval is clear of zero, and on which side; or whether no pair changed.

        What rests on fewer than `FEWEST` pairs cannot be told, whatever its interval.
        """
        if self.moved == 0:
            return "same"
        if not self.bounded or self.moved < FEWEST:
            return "open"
        return "rises" if self.low > 0 else "falls" if self.high < 0 else "open"

    @property
    def clear(self) -> bool:
        """Whether the interval is clear of zero."""
        return self.way in ("rises", "falls")

    @property
    def share_changed(self) -> Estimate:
        """Share of pairs in which it changed."""
        return share(self.rose + self.fell, self.pairs)

    def shown(self, unit: bool = True) -> str:
        """Write the difference: +4.5 points."""
        return self.measure.signed(self.value, unit)

    def interval(self) -> str:
        """Write its interval: −1.0 to +2.5."""
        if self.way == "same":
            return "no pair changed"
        if not self.bounded:
            return "-"
        low, high = (self.measure.signed(bound, unit=False) for bound in (self.low, self.high))
        return f"{low} to {high}"

    def reversed(self) -> Difference:
        """Return what the base has more than the arm: what was bought by what the arm lacks."""
        return Difference(
            self.measure, self.changed, self.base, -self.value, -self.high, -self.low, self.fell,
            self.rose, self.pairs, self.moved,
        )  # fmt: skip

    def as_dict(self) -> dict[str, Any]:
        """Return a form fit for JSON."""
        numbers = {
            "base": self.base, "changed": self.changed, "difference": self.value,
            "low": self.low, "high": self.high,
        }  # fmt: skip
        return {
            "measure": self.measure.key, "label": self.measure.label, "unit": self.measure.unit,
            **{key: value if value == value else None for key, value in numbers.items()},
            "rose": self.rose, "fell": self.fell, "pairs": self.pairs, "way": self.way,
        }  # fmt: skip


def measures(scenario: Scenario, there: Collection[str]) -> list[Compared]:
    """Return the measures that can be compared with some columns of the table of runs.

    Parameters
    ----------
    there : collection of str
        Columns that all arms have.
    """
    labels = {measure.key: measure for measure in MEASURES}

    def like(key: str, unit: Unit, part: str, *whole: str) -> Compared:
        return Compared(key, labels[key].group, labels[key].label, unit, part, whole)

    found = [
        like("war", "share", "war"),
        like("nuclear_use", "share", "nuclear_use"),
        Compared("highest_rung", labels["war"].group, "Highest rung, mean", "rungs",
                 "highest_rung"),
        like("general_deterrence_held", "share", "general_deterrence_held",
             "general_deterrence_tested"),
        like("immediate_deterrence_held", "share", "immediate_deterrence_held", "crises"),
        like("crises", "number", "crises"),
        *(
            like(f"ending_{ending}", "share", ENDING_COLUMNS[ending], "crises")
            for ending in ENDINGS
            if ending not in ("deterrence_held", "nuclear_use")
        ),
        *(like(item, "number", item) for item in ("invoked", "recognised", "honoured", "reneged")),
        like("kept", "share", "honoured", "honoured", "reneged"),
        like("control_lost", "share", "control_lost"),
        like("risk_index_mean", "number", "risk_index_mean"),
        like("risk_index_peak", "number", "risk_index_peak"),
    ]  # fmt: skip
    cost = labels["control_lost"].group
    found += [
        Compared(
            f"cost_{key}",
            cost,
            f"Costs of {state_in_sentence(scenario, key)}",
            "number",
            f"cost_{key}",
        )
        for key in scenario.states
    ]
    for key, place in scenario.flashpoints.items():
        for field, unit, label in (
            ("control", "share", "holder's control at the end"),
            ("war", "share", "war"),
            ("challenges", "number", "moves from rest"),
        ):
            column = f"{key}_{field}"
            found.append(Compared(column, place.name, label, unit, column))  # type: ignore[arg-type]
    return [measure for measure in found if all(name in there for name in measure.columns)]


def paired(base: Columns, arm: Columns, what: Sequence[Compared], seed: int) -> list[Difference]:
    """Return the difference of each measure between two arms under shared luck.

    Parameters
    ----------
    base, arm : callable
        Columns of the two tables of runs, in the order of runs.
    what : sequence of Compared
    seed : int
        Of the resampling; the same gives the same intervals.
    """
    sums, found = [], []
    for measure in what:
        found.append(_Pairs(measure))
        sums.append(found[-1].take(base, arm))
    table = np.array(sums)  # (measure, part or whole, base or arm, group)
    values = _values(table[:, 0].sum(axis=2), table[:, 1].sum(axis=2))
    low, high = _bounds(table[:, 0], table[:, 1], seed)
    return [
        pair.difference(*map(float, (was, now, below, above)))
        for pair, (was, now), below, above in zip(found, values, low, high, strict=True)
    ]


class _Pairs:
    """Counts in how many pairs a measure changes; holds no column longer than it takes."""

    def __init__(self, measure: Compared) -> None:
        self.measure = measure
        self.rose = self.fell = self.moved = self.runs = 0

    def take(self, base: Columns, arm: Columns) -> Numbers:
        """Return the sums over groups of runs, shape (part or whole, base or arm, group)."""
        one, other = base(self.measure.part), arm(self.measure.part)
        self.runs = len(one)
        # Two sums of the same numbers in another order may differ in the last bit.
        apart = np.abs(other - one) > 1e-12
        self.rose = int(np.count_nonzero(apart & (other > one)))
        self.fell = int(np.count_nonzero(apart)) - self.rose
        starts = np.linspace(0, self.runs, min(self.runs, GROUPS), endpoint=False).astype(np.int64)
        parts = [np.add.reduceat(one, starts), np.add.reduceat(other, starts)]
        if not self.measure.whole:
            self.moved = self.rose + self.fell
            size = np.diff(np.append(starts, self.runs)).astype(np.float64)
            return np.array([parts, [size, size]])
        wholes = np.zeros((2, len(starts)))
        for name in self.measure.whole:
            one, other = base(name), arm(name)
            apart |= one != other
            wholes += [np.add.reduceat(one, starts), np.add.reduceat(other, starts)]
        self.moved = int(np.count_nonzero(apart))
        return np.array([parts, wholes])

    def difference(self, base: float, changed: float, low: float, high: float) -> Difference:
        """Return the difference with its bounds."""
        value = changed - base
        if self.moved == 0:
            value, (low, high) = 0.0, _unchanged(self.measure, self.runs)
        return Difference(
            self.measure, base, changed, value, low, high, self.rose, self.fell, self.runs,
            self.moved,
        )  # fmt: skip


def _unchanged(measure: Compared, runs: int) -> tuple[float, float]:
    """Return the bounds where no pair changed: of what lies in [0, 1], by the rule of three."""
    if measure.unit != "share" or measure.whole:
        return nan, nan
    most = min(1.0, 3 / runs)
    return -most, most


def _values(parts: Numbers, wholes: Numbers) -> Numbers:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(wholes > 0, parts / wholes, nan)


def _bounds(parts: Numbers, wholes: Numbers, seed: int) -> tuple[Numbers, Numbers]:
    """Return the bounds of the difference of each measure.

    Parameters
    ----------
    parts, wholes : numpy.ndarray
        Shape (measure, 2, group): sums over the runs of a group, in the base and in the arm.
    """
    from scipy.stats import DegenerateDataWarning, bootstrap

    many, _, groups = parts.shape
    if groups < 2:
        return np.full(many, nan), np.full(many, nan)
    flat = np.concatenate([parts.reshape(-1, groups), wholes.reshape(-1, groups)])

    def difference(drawn: NDArray[np.int64], axis: int) -> Numbers:
        lots = np.atleast_2d(drawn)
        offset = groups * np.arange(len(lots))[:, None]
        often = np.bincount((lots + offset).ravel(), minlength=groups * len(lots))
        totals = flat @ often.reshape(len(lots), groups).T.astype(np.float64)
        part, whole = totals.reshape(2, many, 2, len(lots))
        value = _values(part, whole)
        apart = value[:, 1] - value[:, 0]
        return apart if drawn.ndim == 2 else apart[:, 0]

    with warnings.catch_warnings():
        # some measure always is the same in all resamples; its bounds are then that value
        warnings.simplefilter("ignore", DegenerateDataWarning)
        found = bootstrap(
            (np.arange(groups),), difference, n_resamples=RESAMPLES, batch=200, vectorized=True,
            axis=-1, method="percentile", rng=np.random.default_rng(seed),
        )  # fmt: skip
    return found.confidence_interval.low, found.confidence_interval.high


def named(measure: Compared) -> str:
    """Return what a measure is called where its group is not said beside it."""
    if measure.key.endswith(("_control", "_war", "_challenges")) and measure.part == measure.key:
        return f"{measure.group}: {measure.label}"
    if measure.key.startswith("ending_"):
        return f"{measure.label} (share of crises)"
    if measure.key in ("invoked", "recognised", "honoured", "reneged"):
        return f"Treaty duties {in_words(measure.key)}, a run"
    return measure.label
