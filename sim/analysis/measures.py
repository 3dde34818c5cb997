"""The headline measures: each defined in one sentence and estimated with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np

from sim.analysis import intervals
from sim.analysis.columns import ENDING_COLUMNS, ENDINGS
from sim.analysis.intervals import Estimate, Numbers

if TYPE_CHECKING:  # workers of a sweep take measures without pandas
    from sim.analysis.frames import Results

Unit = Literal["share", "rung", "number"]


@dataclass(frozen=True)
class Measure:
    """One measure of an ensemble.

    Parameters
    ----------
    key : str
        Its name for programs.
    group, label : str
        The part of the headline table it stands in, and its name for readers.
    sentence : str
        What it counts, in one sentence.
    unit : {"share", "rung", "number"}
        How its value reads.
    of : str
        What it is counted over, in the plural; empty for means over runs.
    estimate : Estimator
        Makes the estimate of some runs.
    counts : bool
        Whether it is a mean of how often something happens in a run.
    """

    key: str
    group: str
    label: str
    sentence: str
    unit: Unit
    of: str
    estimate: Estimator
    counts: bool = False


class Estimator(Protocol):
    """What makes an estimate of some runs."""

    def __call__(self, results: Results) -> Estimate:
        """Return the estimate, with its interval."""
        ...

    def sums(self, results: Results) -> tuple[Numbers, Numbers] | None:
        """Return two numbers a run; the estimate's value is the one's sum by the other's.

        None where it is nothing of that kind, such as a median.
        """
        ...


@dataclass(frozen=True)
class _ShareOfRuns:
    """The share of runs in which something happened at least once."""

    column: str

    def __call__(self, results: Results) -> Estimate:
        return intervals.share(float(self.sums(results)[0].sum()), len(results))

    def sums(self, results: Results) -> tuple[Numbers, Numbers]:
        happened = (results.column(self.column) > 0).astype(np.float64)
        return happened, np.ones(len(happened))


@dataclass(frozen=True)
class _ShareOf:
    """A share of things of which there are some in each run: columns are added up."""

    events: str
    trials: tuple[str, ...]

    def __call__(self, results: Results) -> Estimate:
        return intervals.ratio(*self.sums(results))

    def sums(self, results: Results) -> tuple[Numbers, Numbers]:
        trials = sum((results.column(name) for name in self.trials), start=np.float64(0))
        return results.column(self.events), np.asarray(trials, dtype=np.float64)


@dataclass(frozen=True)
class _Mean:
    """A mean over runs."""

    column: str
    largest: float | None = None

    def __call__(self, results: Results) -> Estimate:
        return intervals.mean(results.column(self.column), self.largest)

    def sums(self, results: Results) -> tuple[Numbers, Numbers]:
        values = results.column(self.column)
        return values, np.ones(len(values))


@dataclass(frozen=True)
class _Median:
    """The run in the middle."""

    column: str

    def __call__(self, results: Results) -> Estimate:
        return intervals.median(results.column(self.column).astype(np.int64))

    def sums(self, results: Results) -> None:
        return None


_ENDED = {
    "deterrence_held": "the challenger backed down or stood down: immediate deterrence held",
    "acquiescence": "the holder yielded",
    "settlement": "the parties settled",
    "limited_conflict": "force decided below the rungs of war",
    "war": "a rung of war was reached, without nuclear use",
    "nuclear_use": "nuclear weapons were used",
    "ongoing": "neither side had given way at the horizon",
}

MEASURES: tuple[Measure, ...] = (
    Measure(
        "crisis", "How far it goes", "Any crisis",
        "Share of runs in which at least one crisis began.",
        "share", "runs", _ShareOfRuns("crises"),
    ),
    Measure(
        "highest_rung", "How far it goes", "Highest rung, median run",
        "The highest rung reached anywhere in the run that stands in the middle when runs are "
        "ordered by it.",
        "rung", "", _Median("highest_rung"),
    ),
    Measure(
        "war", "How far it goes", "War",
        "Share of runs in which a rung of war was reached at any flashpoint.",
        "share", "runs", _ShareOfRuns("war"),
    ),
    Measure(
        "nuclear_use", "How far it goes", "Nuclear use",
        "Share of runs in which nuclear weapons were used at any flashpoint.",
        "share", "runs", _ShareOfRuns("nuclear_use"),
    ),
    Measure(
        "general_deterrence_held", "Does deterrence hold", "General deterrence held",
        "Share of opportunities that passed without a move, among those on which the challenger "
        "would have moved had nobody stood in its way.",
        "share", "times", _ShareOf("general_deterrence_held", ("general_deterrence_tested",)),
    ),
    Measure(
        "immediate_deterrence_held", "Does deterrence hold", "Immediate deterrence held",
        "Share of crises in which the challenger backed down or stood down.",
        "share", "crises", _ShareOf("immediate_deterrence_held", ("crises",)),
    ),
    Measure(
        "crises", "Does deterrence hold", "Crises per run",
        "Mean number of crises that began in a run.",
        "number", "", _Mean("crises"), counts=True,
    ),
    *(
        Measure(
            f"ending_{ending}", "How crises end", name[:1].upper() + name[1:],
            f"Share of crises in which {_ENDED[ending]}.",
            "share", "crises", _ShareOf(ENDING_COLUMNS[ending], ("crises",)),
        )
        for ending, name in ENDINGS.items()
        if ending != "deterrence_held"
    ),
    *(
        Measure(
            item, "What treaties do, per run", label, sentence, "number", "", _Mean(item),
            counts=True,
        )
        for item, label, sentence in (
            ("invoked", "Invoked",
             "Mean per run, once a crisis and treaty: an act was an armed attack under it."),
            ("recognised", "Recognised",
             "Mean per run, once a crisis and treaty: its trigger was recognised as met. Under a "
             "treaty of low clarity that may be so of an act below the trigger, which does not "
             "invoke it."),
            ("honoured", "Honoured",
             "Mean per run, once a crisis and treaty: a recognised duty was kept."),
            ("reneged", "Reneged",
             "Mean per run, once a crisis and treaty: a recognised duty was broken."),
        )
    ),
    Measure(
        "kept", "What treaties do, per run", "Kept when it came to it",
        "Share of recognised duties that were honoured rather than broken.",
        "share", "duties", _ShareOf("honoured", ("honoured", "reneged")),
    ),
    Measure(
        "control_lost", "What it costs", "Control lost at one place",
        "Mean over runs of the largest share that a holder lost at any flashpoint.",
        "share", "", _Mean("control_lost", 1.0),
    ),
    Measure(
        "risk_index_mean", "What it costs", "Risk index, mean turn",
        "Mean over runs and turns of the geopolitical risk index: intensity of the rung reached "
        "at each flashpoint, weighted by what is at stake there, from 0 to 1.",
        "number", "", _Mean("risk_index_mean", 1.0),
    ),
    Measure(
        "risk_index_peak", "What it costs", "Risk index, worst turn",
        "Mean over runs of the index in the run's worst turn.",
        "number", "", _Mean("risk_index_peak", 1.0),
    ),
)  # fmt: skip
"""In the order of the headline table."""
