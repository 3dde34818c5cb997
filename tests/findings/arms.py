"""Measures that tables of findings name, and how many runs a difference takes to be clear."""

from __future__ import annotations

from sim.evidence.arms import Arm, Difference, Measure, difference, difference_of_shares

__all__ = [
    "Arm", "Difference", "Measure", "column", "difference", "difference_of_shares", "outcome",
    "until_clear",
]  # fmt: skip


def column(self, name: str) -> Floats:
        """Return a column of the table of runs, named as in results: ``war``, ``cost_japan``."""
        c = self._player.compiled
        names = [
            *RUN_COLUMNS,
            *(
                f"{flashpoint}_{item}"
                for flashpoint in c.flashpoints
                for item in FLASHPOINT_COLUMNS
            ),
            *(f"{item}_{state}" for state in c.states for item in STATE_COLUMNS),
        ]
        return np.concatenate([chunk.runs[:, names.index(name)] for chunk in self._chunks])

    def moves(
        self,
        rungs: Collection[str] | None = None,
        where: Collection[str] | None = None,
        who: str | None = None,
    ) -> Floats:
        """Return the number of moves from rest in each run: on some rungs, at some flashpoints."""
        c = self._player.compiled
        rows = np.concatenate([chunk.crises for chunk in self._chunks])
        wanted = rows[:, 1 + C_KIND] != ACCIDENT
        if rungs is not None:
            wanted &= np.isin(rows[:, 1 + C_RUNG], [c.rungs.index(rung) for rung in rungs])
        if where is not None:
            wanted &= np.isin(rows[:, 1 + C_FLASH], [c.flashpoints.index(f) for f in where])
        if who is not None:
            wanted &= rows[:, 1 + C_CHALLENGER] == c.states.index(who)
        return np.bincount(rows[wanted, 0], minlength=self.runs).astype(float)

    def joined(self, state: str) -> Floats:
        """Return the number of crises in each run that a state joined on either side."""
        rows = np.concatenate([chunk.crises for chunk in self._chunks])
        bit = 1 << self._player.compiled.states.index(state)
        came = (rows[:, 1 + C_WITH_HOLDER] | rows[:, 1 + C_WITH_CHALLENGER]) & bit
        return np.bincount(rows[came > 0, 0], minlength=self.runs).astype(float)


Measure = Callable[[Arm], Floats]


def column(name: str) -> Measure:
    """Measure a column of the table of runs."""
    return lambda arm: arm.column(name)


def outcome(text: str) -> Measure:
    """Return the measure that a table of findings names.

    Parameters
    ----------
    text : str
        A column of the table of runs; ``moves RUNG RUNG``, moves from rest on these rungs, with
        ``at FLASHPOINT`` or ``by STATE`` behind; or ``joined STATE``.
    """
    head, *rest = text.split()
    if head == "joined" and rest:
        return lambda arm: arm.joined(rest[0])
    if head == "moves":
        named = {}
        for word in ("by", "at"):
            if word in rest:
                named[word] = rest[rest.index(word) + 1]
                del rest[rest.index(word) : rest.index(word) + 2]
        where = [named["at"]] if "at" in named else None
        return lambda arm: arm.moves(rest or None, where=where, who=named.get("by"))
    return column(text)


def until_clear(
    first: Arm, second: Arm, measure: Measure, most: int, start: int = 50, errors: float = 3.0
) -> Difference:
    """Double the number of runs until a difference exceeds so many standard errors, or `most`."""
    runs = min(start, most)
    while True:
        found = difference(first, second, measure, runs)
        if abs(found.mean) > errors * found.error or runs >= most:
            return found
        runs = min(2 * runs, most)
