"""Two runs with the same luck told side by side, turn by turn, in the words of `deter trace`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sim.analysis.closing import closing
from sim.analysis.diary import Line
from sim.analysis.narration import Narration
from sim.engines.wording import Wording
from sim.outcomes.events import Record


class Row(NamedTuple):
    """Some turns of both runs.

    Parameters
    ----------
    when : str
        The months.
    left, right : tuple of Line
        What is told of them on each side; empty where nothing happened.
    """

    when: str
    left: tuple[Line, ...]
    right: tuple[Line, ...]

    @property
    def alike(self) -> bool:
        """Whether both sides tell the same."""
        return self.left == self.right


class Side(NamedTuple):
    """One of the two runs."""

    words: Wording
    records: list[Record]
    control: Mapping[str, float]
    """Share of each flashpoint that its first holder controls at the end."""


def rows(left: Side, right: Side) -> tuple[list[Row], list[Row]]:
    """Return the turns in which something is told of either run.

    Returns
    -------
    before : list of Row
        Up to the first turn in which the two are told differently: the same on both sides.
    after : list of Row
        From there on.
    """
    one, other = _by_turn(left), _by_turn(right)
    words = left.words if left.records else right.words
    told = [
        Row(words.period(turn), tuple(one.get(turn, ())), tuple(other.get(turn, ())))
        for turn in sorted({*one, *other})
    ]
    first = next((at for at, row in enumerate(told) if not row.alike), len(told))
    return told[:first], told[first:]


def _by_turn(side: Side) -> dict[int, list[Line]]:
    """Return what is told in each turn; what merely lasts stands in the first turn it lasted."""
    story = Narration(side.words)
    story.tell(side.records)
    told: dict[int, list[Line]] = {}
    turn = 0
    for line in story.end():
        if line.turns is not None:
            turn = line.turns[0]
        if line.kind == "fold":
            if not line.text.endswith(": quiet."):
                told.setdefault(turn, []).append(line)
        elif line.kind != "when":
            told.setdefault(turn, []).append(line)
    return told


def endings(left: Side, right: Side) -> list[tuple[str, str]]:
    """Return what each run came to, sentences that tell of the same beside each other."""
    one, other = (_closing(side) for side in (left, right))
    return [(one.get(key, ""), other.get(key, "")) for key in dict.fromkeys([*one, *other])]


def _closing(side: Side) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, text in enumerate(closing(side.records, side.control, side.words)):
        # the first tells of crises, all others of what stands before their colon
        about = "" if number == 0 else text.partition(":")[0]
        if about.startswith("General deterrence"):
            about = "general"
        found[about if about not in found else f"{about} {number}"] = text
    return found


def places(lines: Iterable[Line]) -> list[tuple[str, list[str]]]:
    """Group lines by the place they tell of: its name, empty for none, and the sentences."""
    grouped: list[tuple[str, list[str]]] = []
    for line in lines:
        if line.kind == "where":
            grouped.append((line.text, []))
        else:
            if not grouped:
                grouped.append(("", []))
            grouped[-1][1].append(line.text)
    return grouped
