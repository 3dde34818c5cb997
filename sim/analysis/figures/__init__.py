"""Pictures of an ensemble: tables in, figures out; the one place that needs matplotlib.

Each module holds a family of figures as functions Results -> Chart. `FIGURES` names them all.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from sim.analysis.figures.style import Chart
    from sim.analysis.frames import Results
    from sim.world.scenario import Scenario


class Entry(NamedTuple):
    """Where a figure is made, and what it answers."""

    module: str
    function: str
    question: str


FIGURES: dict[str, Entry] = {
    "escalation": Entry("escalation", "fan", "How far does it climb, and when?"),
    "band": Entry("band", "band", "Which findings hold, however surely states choose?"),
    "rungs": Entry("heatmap", "rungs", "Which rungs are in use where, turn by turn?"),
    "endings": Entry("endings", "endings", "How do crises end?"),
    "first_crisis": Entry("survival", "first_crisis", "How long does the first crisis take?"),
    "treaties": Entry("treaties", "treaties", "Which treaties come into play, and are they kept?"),
    "joined": Entry("joined", "joined", "Who comes to whose side, and stays?"),
    "burden": Entry("burden", "burden", "Who bears the burden, and do coalitions hold?"),
    "control": Entry("control", "control", "Who loses control of what?"),
    "alliances": Entry("network", "alliances", "Who is bound to whom?"),
    "ties": Entry("ties", "ties", "Which ties deepen, which loosen?"),
    "two_fronts": Entry(
        "two_fronts", "two_fronts", "Does a crisis at one place change what is dared at others?"
    ),
    "risk": Entry("risk", "risk", "How dangerous is each turn?"),
    "timeline": Entry("timeline", "steepest", "What happened in the run that climbed highest?"),
}
"""The figures of a result folder, in the order of the report."""


def figures_of(scenario: Scenario) -> list[str]:
    """Return the figures that a scenario has something to show in."""
    shown = {"ties": bool(scenario.ties), "two_fronts": len(scenario.flashpoints) > 1}
    return [name for name in FIGURES if shown.get(name, True)]


def draw(name: str, results: Results) -> Chart:
    """Draw a figure.

    Parameters
    ----------
    name : str
        One of `FIGURES`.
    results : Results
        The tables it is drawn from.

    Raises
    ------
    KeyError
        If there is no such figure.
    """
    entry = FIGURES[name]
    from sim.analysis.figures.style import drawing

    module = importlib.import_module(f"sim.analysis.figures.{entry.module}")
    make: Callable[[Results], Chart] = getattr(module, entry.function)
    with drawing():
        return make(results)


class Plots:
    """The figures of an ensemble as methods: ``results.plot.escalation()``."""

    def __init__(self, results: Results) -> None:
        self._results = results

    def __getattr__(self, name: str) -> Callable[[], Any]:
        if name not in FIGURES:
            raise AttributeError(f"there is no figure '{name}'; there are: {', '.join(FIGURES)}")
        return lambda: draw(name, self._results).figure

    def __dir__(self) -> list[str]:
        return list(FIGURES)
