"""Event studies: what is dared where, month by month, after something happened that might not have.

Two arms share their luck: in one the event surely happens at a turn, in the other it never does. Up
to that turn they are the same runs; what differs after it follows from the event. That is what
event studies of the record can only assume (MacKinlay 1997).

Moves and control are told together: who has lost a place is no longer challenged for it, so that
fewer moves may mean better deterrence or a place that is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim.analysis.ensembles import ensemble
from sim.analysis.frames import Results
from sim.analysis.intervals import Estimate, Z
from sim.engines.arrow import field
from sim.world.problems import InputError, clean, names_in_short, near
from sim.world.scenario import Scenario

FRONT = "second_front"
"""The event that opens one."""
ANYWHERE = "elsewhere"


class Question(NamedTuple):
    """What is studied: two scenarios that differ in one event."""

    name: str
    why: str
    turn: int
    without: Scenario
    with_it: Scenario
    place: str | None = None
    """Where a front is opened; None for other events."""


class Path(NamedTuple):
    """What a place saw more or less of.

    Parameters
    ----------
    place : str
        A flashpoint, or "elsewhere" for all but the one at which a front was opened.
    without, with_it : numpy.ndarray
        Mean moves from rest in each turn of the run.
    moves : list of Estimate
        With the event less without it, added up from its turn on, with 95 % intervals over pairs.
    control : list of Estimate
        The share that the first holder controls at the end of each turn from then on, with less
        without; elsewhere the mean over places.
    """

    place: str
    without: NDArray[np.float64]
    with_it: NDArray[np.float64]
    moves: list[Estimate]
    control: list[Estimate]


class Study(NamedTuple):
    """What came out."""

    question: Question
    runs: int
    seed: int
    paths: list[Path]


def of_event(scenario: Scenario, name: str, turn: int) -> Question:
    """Ask what an event of the scenario does if it happens at a turn.

    Raises
    ------
    InputError
        If there is no such event, or it cannot happen then.
    """
    known = {event.name: event for event in scenario.events if event.name}
    if name not in known:
        raise _unknown("event", name, known)
    _check_turn(scenario, turn)
    here = f"events.{name}"
    off = {f"{here}.enabled": False}
    on = {
        f"{here}.enabled": True, f"{here}.probability": None, f"{here}.date": None,
        f"{here}.turn": turn, f"{here}.after": None, f"{here}.repeats": False,
    }  # fmt: skip
    return Question(name, known[name].why, turn, scenario.set(off), scenario.set(on))


def of_front(scenario: Scenario, place: str, rung: str, turn: int) -> Question:
    """Ask what a crisis that nobody chose, at a place and a rung, does to the others.

    Raises
    ------
    InputError
        If there is no such place or rung, or no other place.
    """
    if place not in scenario.flashpoints:
        raise _unknown("flashpoint", place, scenario.flashpoints)
    rungs = [one.key for one in scenario.ladder]
    if rung not in rungs:
        raise _unknown("rung", rung, rungs)
    if len(scenario.flashpoints) < 2:
        raise InputError(f"{scenario.name}: has one flashpoint, so there is no second front")
    _check_turn(scenario, turn)
    why = f"A crisis that nobody chose begins at {scenario.flashpoints[place].name}."
    made = {"name": FRONT, "turn": turn, "accident": {place: rung}, "why": why}
    events = [*(event.model_dump(exclude_unset=True) for event in scenario.events), made]
    whole = scenario.set({"events": events})
    off = whole.set({f"events.{FRONT}.enabled": False})
    return Question(f"{FRONT} at {place}", why, turn, off, whole, place)


def _unknown(what: str, name: str, known: Collection[str]) -> InputError:
    guess = near(name, known)
    remedy = f"did you mean '{guess}'?" if guess else f"there are: {names_in_short(known, 30)}"
    return InputError(f"there is no {what} '{clean(name)}'\n    {remedy}")


def _check_turn(scenario: Scenario, turn: int) -> None:
    if not 0 <= turn < scenario.turns - 1:
        raise InputError(
            f"--at: turn {turn} leaves nothing to see; the run has turns 0 to {scenario.turns - 1}"
        )


def study(
    question: Question,
    runs: int,
    seed: int = 7,
    jobs: int | None = 1,
    done: Callable[[], None] = lambda: None,
) -> Study:
    """Play both arms under the same luck, and add up what differs after the event.

    Parameters
    ----------
    done : callable
        Called after each arm.
    """
    others = [key for key in question.without.flashpoints if key != question.place]
    moved, held = [], []
    for scenario in (question.without, question.with_it):
        results = ensemble(scenario, runs=runs, seed=seed, jobs=jobs)
        moves, control = moves_by_turn(results), control_by_turn(results)
        moves[ANYWHERE] = np.sum([moves[key] for key in others], axis=0)
        control[ANYWHERE] = np.mean([control[key] for key in others], axis=0)
        moved.append(moves)
        held.append(control)
        done()
    since = question.turn
    paths = [
        Path(
            key, moved[0][key].mean(axis=0), moved[1][key].mean(axis=0),
            _estimates(np.cumsum((moved[1][key] - moved[0][key])[:, since:], axis=1)),
            _estimates((held[1][key] - held[0][key])[:, since:]),
        )
        for key in (ANYWHERE, *others)
    ]  # fmt: skip
    return Study(question, runs, seed, paths)


def moves_by_turn(results: Results) -> dict[str, NDArray[np.float64]]:
    """Return how many moves from rest there were, by place, run and turn."""
    table = results.all_crises()
    assert table is not None
    chosen = ~table["accident"].to_numpy(bool)
    places = table["flashpoint"].astype(str).to_numpy()
    run, turn = table["run"].to_numpy(np.int64), table["start_turn"].to_numpy(np.int64)
    found = {}
    for key in results.scenario.flashpoints:
        cells = np.zeros((len(results), results.turns))
        here = chosen & (places == key)
        np.add.at(cells, (run[here], turn[here]), 1.0)
        found[key] = cells
    return found


def control_by_turn(results: Results) -> dict[str, NDArray[np.float64]]:
    """Return the share that the first holder controls, by place, run and turn, from the crises.

    What a crisis leaves holds until the next; a control that an event sets shows with the next.
    """
    table = results.all_crises()
    assert table is not None
    places = table["flashpoint"].astype(str).to_numpy()
    run = table["run"].to_numpy(np.int64)
    ends = (table["start_turn"] + table["turns"] - 1).to_numpy(np.int64)
    after = table["control_after"].to_numpy(np.float64)
    found = {}
    for key, place in results.scenario.flashpoints.items():
        cells = np.full((len(results), results.turns), np.nan)
        here = places == key
        cells[run[here], np.minimum(ends[here], results.turns - 1)] = after[here]
        known = np.maximum.accumulate(
            np.where(np.isnan(cells), -1, np.arange(results.turns)), axis=1
        )
        kept = np.take_along_axis(cells, np.maximum(known, 0), axis=1)
        found[key] = np.where(known < 0, place.control.value, kept)
    return found


def _estimates(difference: NDArray[np.float64]) -> list[Estimate]:
    runs = len(difference)
    means = difference.mean(axis=0)
    errors = (
        difference.std(axis=0, ddof=1) / np.sqrt(runs) if runs > 1 else np.full_like(means, np.nan)
    )
    return [
        Estimate(mean, mean - Z * error, mean + Z * error, error, np.nan, runs)
        for mean, error in zip(means.tolist(), errors.tolist(), strict=True)
    ]


COLUMNS: dict[str, tuple[str, str, str]] = {
    "without": ("mean moves from rest without the event", "per run", ""),
    "with": ("mean moves from rest with it", "per run", ""),
    "moves": ("with less without, added up from the event's turn on", "per run", ""),
    "moves_low": ("lower bound of it", "per run", "95 %"),
    "moves_high": ("upper bound of it", "per run", "95 %"),
    "control": ("share the first holder controls, with less without", "share", ""),
    "control_low": ("lower bound of it", "share", "95 %"),
    "control_high": ("upper bound of it", "share", "95 %"),
}
"""Of the table of a study, behind place and turn: meaning, unit, interval."""


def table(found: Study) -> pa.Table:
    """Return one row a place and turn, from the first turn of the run on."""
    where = "flashpoint, or elsewhere: all but where a front was opened"
    schema = pa.schema([
        field("place", pa.string(), where),
        field("turn", pa.int32(), "turn, from 0", "turn"),
        *(field(name, pa.float64(), *told) for name, told in COLUMNS.items()),
    ])  # fmt: skip
    none = [Estimate(0.0, 0.0, 0.0, 0.0, np.nan, found.runs)] * found.question.turn
    rows: list[tuple[Any, ...]] = []
    for path in found.paths:
        whole = zip(
            path.without, path.with_it, [*none, *path.moves], [*none, *path.control], strict=True
        )
        for turn, (without, with_it, moves, control) in enumerate(whole):
            rows.append((path.place, turn, without, with_it, *moves[:3], *control[:3]))
    columns = [list(column) for column in zip(*rows, strict=True)]
    arrays = [pa.array(column, f.type) for column, f in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def paths_of(rows: list[dict[str, Any]], turn: int) -> list[Path]:
    """Return what rows of the table hold: `table` backwards."""

    def estimates(here: list[dict[str, Any]], what: str) -> list[Estimate]:
        return [
            Estimate(
                row[what], row[f"{what}_low"], row[f"{what}_high"],
                (row[f"{what}_high"] - row[f"{what}_low"]) / (2.0 * Z), np.nan, np.nan,
            )
            for row in here
            if row["turn"] >= turn
        ]  # fmt: skip

    by_place: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_place.setdefault(row["place"], []).append(row)
    return [
        Path(
            place, np.array([row["without"] for row in here]),
            np.array([row["with"] for row in here]),
            estimates(here, "moves"), estimates(here, "control"),
        )
        for place, here in by_place.items()
    ]  # fmt: skip


def clear(found: Study, what: str) -> list[Path]:
    """Return the places at which moves or control at the end are clear of no difference.

    Although so many places are looked at: by Bonferroni over them; all together are asked apart.

    Parameters
    ----------
    what : {"moves", "control"}
    """
    places = len(found.paths) - 1
    kept = []
    for path in found.paths:
        last: Estimate = getattr(path, what)[-1]
        bound = NormalDist().inv_cdf(1.0 - 0.025 / (1 if path.place == ANYWHERE else places))
        if last.error > 0 and abs(last.value) > bound * last.error:
            kept.append(path)
    return kept
