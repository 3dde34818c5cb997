"""The headline measures: each defined in one sentence and estimated with its interval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from sim.analysis import intervals
from sim.analysis.columns import ENDING_COLUMNS, ENDINGS
from sim.analysis.intervals import Estimate

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
    estimate : callable
        Results -> Estimate.
    counts : bool
        Whether it is a mean of how often something happens in a run.
    """

    key: str
    group: str
    label: str
    sentence: str
    unit: Unit
    of: str
    estimate: Callable[[Results], Estimate]
    counts: bool = False


def _share_of_runs(column: str) -> Callable[[Results], Estimate]:
    def estimate(results: Results) -> Estimate:
        return intervals.share(float(results.column(column).sum()), len(results))

    return estimate


def _share_of(events: str, trials: str) -> Callable[[Results], Estimate]:
    def estimate(results: Results) -> Estimate:
        return intervals.ratio(results.column(events), results.column(trials))

    return estimate


def _mean(column: str, largest: float | None = None) -> Callable[[Results], Estimate]:
    def estimate(results: Results) -> Estimate:
        return intervals.mean(results.column(column), largest)

    return estimate


def _any_crisis(results: Results) -> Estimate:
    return intervals.share(float(np.count_nonzero(results.column("crises"))), len(results))


def _highest_rung(results: Results) -> Estimate:
    return intervals.median(results.column("highest_rung").astype(np.int64))


def _kept(results: Results) -> Estimate:
    honoured = results.column("honoured")
    return intervals.ratio(honoured, honoured + results.column("reneged"))


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
        "share", "runs", _any_crisis,
    ),
    Measure(
        "highest_rung", "How far it goes", "Highest rung, median run",
        "The highest rung reached anywhere in the run that stands in the middle when runs are "
        "ordered by it.",
        "rung", "", _highest_rung,
    ),
    Measure(
        "war", "How far it goes", "War",
        "Share of runs in which a rung of war was reached at any flashpoint.",
        "share", "runs", _share_of_runs("war"),
    ),
    Measure(
        "nuclear_use", "How far it goes", "Nuclear use",
        "Share of runs in which nuclear weapons were used at any flashpoint.",
        "share", "runs", _share_of_runs("nuclear_use"),
    ),
    Measure(
        "general_deterrence_held", "Does deterrence hold", "General deterrence held",
        "Share of opportunities that passed without a move, among those on which the challenger "
        "would have moved had nobody stood in its way.",
        "share", "times", _share_of("general_deterrence_held", "general_deterrence_tested"),
    ),
    Measure(
        "immediate_deterrence_held", "Does deterrence hold", "Immediate deterrence held",
        "Share of crises in which the challenger backed down or stood down.",
        "share", "crises", _share_of("immediate_deterrence_held", "crises"),
    ),
    Measure(
        "crises", "Does deterrence hold", "Crises per run",
        "Mean number of crises that began in a run.",
        "number", "", _mean("crises"), counts=True,
    ),
    *(
        Measure(
            f"ending_{ending}", "How crises end", name[:1].upper() + name[1:],
            f"Share of crises in which {_ENDED[ending]}.",
            "share", "crises", _share_of(ENDING_COLUMNS[ending], "crises"),
        )
        for ending, name in ENDINGS.items()
        if ending != "deterrence_held"
    ),
    *(
        Measure(
            item, "What treaties do, per run", label, sentence, "number", "", _mean(item),
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
        "share", "duties", _kept,
    ),
    Measure(
        "control_lost", "What it costs", "Control lost at one place",
        "Mean over runs of the largest share that a holder lost at any flashpoint.",
        "share", "", _mean("control_lost", 1.0),
    ),
    Measure(
        "risk_index_mean", "What it costs", "Risk index, mean turn",
        "Mean over runs and turns of the geopolitical risk index: intensity of the rung reached "
        "at each flashpoint, weighted by what is at stake there, from 0 to 1.",
        "number", "", _mean("risk_index_mean", 1.0),
    ),
    Measure(
        "risk_index_peak", "What it costs", "Risk index, worst turn",
        "Mean over runs of the index in the run's worst turn.",
        "number", "", _mean("risk_index_peak", 1.0),
    ),
)  # fmt: skip
"""In the order of the headline table."""
