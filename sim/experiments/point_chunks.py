"""Playing points in chunks: what one worker does, and what it hands back.

All points of a worker are played in one room (`sim.engines.chunks.Player.change_to`). A point that
fails is noted and the next one played.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.analysis.intervals import Estimate, Z
from sim.engines.chunks import Player
from sim.experiments.designs import Point, Stop
from sim.experiments.metrics import metrics_of, run_columns
from sim.rules.tables import Floats, Ints
from sim.world.scenario import Scenario
from sim.world.variation import Variation

CHUNK_RUNS, CHUNK_POINTS = 5_000, 100
"""Runs and points that a chunk has, about and at most: some seconds of work."""


class Orders(NamedTuple):
    """What is the same for every point of a sweep."""

    scenario: Scenario
    paths: tuple[str, ...]
    seed: int
    runs: int
    outcomes: tuple[str, ...]
    stop: Stop


class Failure(NamedTuple):
    """A point that could not be played."""

    point: int
    error: str


class PlayedPoints(NamedTuple):
    """Some consecutive points, played."""

    first: int
    runs: Ints  # (point,): how many each has; 0 if it failed
    rows: Floats  # (run, column): runs of all points one behind the other
    failures: tuple[Failure, ...]

    def to_bytes(self) -> bytes:
        """Return them as the bytes of a compressed npz file."""
        buffer = io.BytesIO()
        failed = json.dumps([tuple(failure) for failure in self.failures]).encode()
        np.savez_compressed(
            buffer, first=np.array(self.first), runs=self.runs, rows=self.rows,
            failures=np.frombuffer(failed, dtype=np.uint8),
        )  # fmt: skip
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> PlayedPoints:
        """Read what `to_bytes` wrote.

        Raises
        ------
        ValueError
            If the bytes are not whole.
        """
        try:
            with np.load(io.BytesIO(data)) as file:
                runs, rows = file["runs"], file["rows"]
                failed = json.loads(file["failures"].tobytes().decode())
                if runs.sum() != len(rows):
                    raise ValueError("runs are missing")
                failures = tuple(Failure(int(point), str(error)) for point, error in failed)
                return cls(int(file["first"]), runs, rows, failures)
        except (OSError, EOFError, KeyError, TypeError, zipfile.BadZipFile, zlib.error) as error:
            raise ValueError(str(error)) from None


class PackedPoints(NamedTuple):
    """Points ready to be written to a file, and what is to be said of them at once."""

    first: int
    points: int
    runs: int
    data: bytes
    failures: tuple[Failure, ...]


def points_in_chunk(runs: int) -> int:
    """Return how many points of so many runs a chunk has."""
    return max(1, min(CHUNK_POINTS, CHUNK_RUNS // runs))


def columns_needed(scenario: Scenario, outcomes: Sequence[str]) -> list[str]:
    """Return the columns of a run that outcomes are made of, in the order of a run."""
    known = metrics_of(scenario)
    wanted = {column for name in outcomes for column in known[name].columns}
    return [name for name in run_columns(scenario) if name in wanted]


class Labour:
    """Plays chunks of points; made once in each process.

    Parameters
    ----------
    orders : Orders
    player : Player, optional
        To play with; made here otherwise.
    """

    def __init__(self, orders: Orders, player: Player | None = None) -> None:
        self.orders = orders
        self.player = player or Player(orders.scenario, orders.seed)
        self.variation = Variation(orders.scenario, orders.paths)
        known = metrics_of(orders.scenario)
        self.watched = {known[name]: small for name, small in orders.stop.error.items()}
        self.columns = columns_needed(
            orders.scenario, (*orders.outcomes, *(metric.key for metric in self.watched))
        )
        self.kept = columns_needed(orders.scenario, orders.outcomes)
        names = list(run_columns(orders.scenario))
        self.places = [names.index(name) for name in self.columns]
        self.keeps = [self.columns.index(name) for name in self.kept]

    def __call__(self, first: int, points: Sequence[Point]) -> PackedPoints:
        """Play consecutive points.

        Parameters
        ----------
        first : int
            Number of the first.
        points : sequence of Point
        """
        pieces, counts, failures = [], [], []
        for number, point in enumerate(points, start=first):
            try:
                rows = self.play(point)[:, self.keeps]
            except (MemoryError, OSError):  # says nothing about the point
                raise
            except Exception as error:
                what = " ".join(str(error).split())[:300]
                failures.append(Failure(number, f"{type(error).__name__}: {what}"))
                rows = np.empty((0, len(self.keeps)))
            pieces.append(rows)
            counts.append(len(rows))
        played = PlayedPoints(
            first, np.array(counts, dtype=np.int64), np.concatenate(pieces), tuple(failures)
        )
        return PackedPoints(
            first, len(points), int(sum(counts)), played.to_bytes(), played.failures
        )

    def play(self, point: Point) -> Floats:
        """Play one point: all its runs, or as many as its outcomes need.

        Errors are looked at when the runs have doubled, and not after each: the more often one
        looks, the likelier one stops where chance made them look small.
        """
        orders = self.orders
        self.player.change_to(self.variation.at(point, checked=True))
        if not self.watched:
            return self.player.rows(0, orders.runs)[:, self.places]
        rows = np.empty((0, len(self.columns)))
        goal = min(orders.stop.least_runs, orders.runs)
        while True:
            more = self.player.rows(len(rows), goal - len(rows))[:, self.places]
            rows = np.concatenate([rows, more])
            if goal >= orders.runs or self.sure(rows):
                return rows
            goal = min(2 * goal, orders.runs)

    def sure(self, rows: Floats) -> bool:
        """Tell whether every watched outcome has an error as small as is wanted."""
        columns = {name: rows[:, k] for k, name in enumerate(self.columns)}
        return all(
            error_of(metric.estimate(columns)) <= small for metric, small in self.watched.items()
        )


def error_of(estimate: Estimate) -> float:
    """Return half the width of an interval over 1.96; infinite where there is no interval.

    Unlike the standard error it is not zero for what was never seen.
    """
    if not (estimate.known and estimate.bounded):
        return float("inf")
    return (estimate.high - estimate.low) / (2 * Z)


def make_labour(orders: Orders) -> Labour:
    """Return what plays chunks in a worker process."""
    return Labour(orders)
