"""Sensitivity indices of a sweep's fields, as they are told, kept and drawn."""

from __future__ import annotations

from typing import NamedTuple

METHODS: dict[str, str] = {
    "morris": "Morris (1991)", "sobol": "Sobol (1993), Saltelli and others (2010)",
    "pawn": "PAWN (Pianosi and Wagener 2018)",
}  # fmt: skip
INDICES: dict[str, dict[str, str]] = {
    "morris": {
        "mu_star": "mean size of the change of the outcome when the field alone goes its whole way",
        "sigma": "spread of these changes: interactions, or a bent response",
    },
    "sobol": {
        "ST": "share of the variance between points that would go were the field known last",
        "S1": "share of the variance between points that would go were the field known first",
    },
    "pawn": {
        "median": "median distance between all outcomes and those of a part of the field's values",
        "maximum": "largest such distance",
    },
}
"""Method -> its indices with what they mean, the one that fields are ranked by first."""
DUMMY = "(a field that does nothing)"
"""Stands for the index that chance alone gives, for methods that need it."""


NARROW = 0.1
"""Width of an interval, as a share of the scale, up to which an index counts as settled."""


class Index(NamedTuple):
    """One index of one field for one outcome, from a sample of some size.

    Parameters
    ----------
    outcome, path, name : str
        Of what, of which field, which index.
    size : int
        Trajectories, base points or points it was computed from.
    value, low, high : float
        With its 95 % interval of the sample; NaN bounds where none was computed.
    """

    outcome: str
    path: str
    name: str
    size: int
    value: float
    low: float
    high: float


class Sensitivity(NamedTuple):
    """Indices of one outcome.

    Parameters
    ----------
    outcome : str
    method : {"morris", "sobol", "pawn"}
    indices : tuple of Index
        At growing sizes of the sample, the whole of it last.
    noise : float
        Share of the variance between points that is chance of runs, at most.
    """

    outcome: str
    method: str
    indices: tuple[Index, ...]
    noise: float

    @property
    def main(self) -> str:
        """The index that fields are ranked by."""
        return next(iter(INDICES[self.method]))

    @property
    def sizes(self) -> list[int]:
        """Sizes of the sample, growing."""
        return sorted({index.size for index in self.indices})

    def at(self, name: str, size: int | None = None) -> list[Index]:
        """Return one index of every field, largest first; from the whole sample by default."""
        size = self.sizes[-1] if size is None else size
        rows = [i for i in self.indices if i.name == name and i.size == size]
        return sorted(rows, key=lambda index: -index.value)

    def moved(self) -> float:
        """Return by how much any ranking index moved when the sample last grew; NaN for one."""
        if len(self.sizes) < 2:
            return float("nan")
        before = {i.path: i.value for i in self.at(self.main, self.sizes[-2])}
        return max(abs(i.value - before[i.path]) for i in self.at(self.main))

    @property
    def widest(self) -> float:
        """Width of the widest interval of a ranking index, as a share of the scale.

        The scale is 1 for shares and distances, and the largest effect for Morris' (Sarrazin,
        Pianosi and Wagener 2016).
        """
        rows = self.at(self.main)
        scale = max(rows[0].value, 1e-12) if self.method == "morris" else 1.0
        return max(row.high - row.low for row in rows) / scale

    @property
    def settled(self) -> bool:
        """Whether every interval is narrow, and none moved further than that as the sample grew."""
        if len(self.sizes) < 2:
            return False
        rows = self.at(self.main)
        scale = max(rows[0].value, 1e-12) if self.method == "morris" else 1.0
        return self.widest <= NARROW and self.moved() <= NARROW * scale
