"""The rates of a world beside those of the record."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any, Literal, NamedTuple

from sim.analysis.intervals import Estimate
from sim.evidence.calibration.gates import GATES, Gate, Recorded, record
from sim.evidence.calibration.rates import RATES, play
from sim.world.scenario import Scenario

Verdict = Literal["fails", "differs", "passes", "agrees"]
VERDICTS: tuple[Verdict, ...] = ("fails", "differs", "passes", "agrees")
"""What can come of a comparison, the worst first: with a gate it passes or fails."""


@cache
def differences() -> dict[str, str]:
    """Return, by rate, why the model is known to differ from the record there."""
    file = resources.files(__package__).joinpath("differences.json")
    found: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return found


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

    @property
    def verdict(self) -> Verdict:
        """What came of the comparison."""
        if self.gate is not None:
            return "passes" if self.agrees else "fails"
        return "agrees" if self.agrees else "differs"

    @property
    def why(self) -> str:
        """Why it is known to differ; empty where it does not, or where nobody has said why."""
        return "" if self.agrees else differences().get(self.key, "")

    def as_dict(self) -> dict[str, Any]:
        """Return it for a program to read."""
        gate = None if self.gate is None else [self.gate.low, self.gate.high]
        return {
            "rate": self.key, "meaning": self.meaning, "fitted": self.gate is not None,
            "record": self.record.value, "record_interval": [self.record.low, self.record.high],
            "source": self.record.source, "gate": gate, "model": self.model.value,
            "model_interval": [self.model.low, self.model.high], "agrees": self.agrees,
            "why": self.why,
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
