"""What tests of findings measure: arms that share their luck, and columns of their runs."""

from __future__ import annotations

from sim.evidence.arms import Arm, Difference, Measure, difference, difference_of_shares

__all__ = ["Arm", "Difference", "Measure", "column", "difference", "difference_of_shares"]


def column(name: str) -> Measure:
    """Measure a column of the table of runs."""
    return lambda arm: arm.column(name)
