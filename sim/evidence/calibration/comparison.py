"""The rates of a world beside those of the record."""

from __future__ import annotations

from typing import Any, NamedTuple

from sim.analysis.intervals import Estimate
from sim.evidence.calibration.gates import GATES, Gate, Recorded, record
from sim.evidence.calibration.rates import RATES, play
from sim.world.scenario import Scenario


class Compared(NamedTuple):
    """One rate of the model beside the record."""

    key: str
    meaning: str
    record: Recorded
    gate: Gate | None
    """None where nothing was fitted to it."""
    model: Estimate

    @property
    def agrees(self) -> bool:
        """Whether it passes its gate; without one, whether the intervals meet."""
        if self.gate is not None:
            return self.gate.low <= self.model.value <= self.gate.high
        return self.model.low <= self.record.high and self.record.low <= self.model.high

    def as_dict(self) -> dict[str, Any]:
        """Return it for a program to read."""
        gate = None if self.gate is None else [self.gate.low, self.gate.high]
        return {
            "rate": self.key, "meaning": self.meaning, "fitted": self.gate is not None,
            "record": self.record.value, "record_interval": [self.record.low, self.record.high],
            "source": self.record.source, "gate": gate, "model": self.model.value,
            "model_interval": [self.model.low, self.model.high], "agrees": self.agrees,
        }  # fmt: skip


def compare_rates(world: Scenario, runs: int, seed: int) -> list[Compared]:
    """Play a world and put its rates beside the record.

    Parameters
    ----------
    world : Scenario
        With the rungs of the default ladder.
    runs, seed : int
        Not those that anything was fitted on, or the fit flatters itself.
    """
    crises = play(world, runs, seed)
    known = record()
    return [
        Compared(key, meaning, known[row], GATES.get(key), measure(crises))
        for key, meaning, row, measure in RATES
    ]
