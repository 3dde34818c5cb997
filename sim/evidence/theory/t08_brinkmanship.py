"""Brinkmanship: cumulative hazard and critical risk.

Game: each round that both stand, disaster strikes with a hazard. A party stands its ground as
long as the risk of the next step is no more than its critical risk, against an opponent that
otherwise yields.

Source: Schelling 1960, 1966; Ellsberg 1961; Powell 1990, 2015. Bidding in total risk (Nalebuff
1986, Powell 1990) is not covered: a bid of risk is no move of the ladder.

Set: a rung whose slip leads to a rung of certain loss. Cumulative hazard: contests of one
round, valued from the last round back, each deciding about what the next is worth. Critical
risk: the slip at which pressing is worth as much as backing down, by bisection; exact at any
precision.
"""

from __future__ import annotations

from sim.evidence.theory.board import Board
from sim.evidence.theory.limits import bisect
from sim.evidence.theory.point import Obtained, Point
from sim.rules import tables as t


def brink() -> Board:
    """Return a game on a rung that may slip to disaster; otherwise the challenger wins."""
    made = Board(rungs=2)
    made.odds(1.0)
    made.rungs[0, t.LOSS] = 0.0
    return made


def cumulative(hazards: list[float]) -> float:
    """Return the chance of disaster over rounds of given hazards."""
    made = brink()
    made.d[0, t.P_KAPPA] = 1.0
    later = 0.0
    for hazard in reversed(hazards):
        made.rungs[0, t.SLIP] = hazard
        made.d[0, t.P_STAKE] = later
        made.solve()
        later = -float(made.contests.ud[0, 0])
    return later


def critical(win: float, concede: float, disaster: float) -> float:
    """Return the hazard at which standing one more round is worth as much as conceding."""
    made = brink()
    made.c[0, t.P_STAKE], made.c[0, t.P_KAPPA] = win - concede, concede - disaster

    def firmness(hazard: float) -> float:
        made.rungs[0, t.SLIP] = hazard
        made.solve()
        return float(made.solution.worth[1, 1, 0, 0])  # backing down is worth 0

    return bisect(firmness, 0.0, 1.0)


def obtain(point: Point) -> Obtained:
    """Return the cumulative hazard, or the critical risk."""
    if point.has("hazards"):
        return Obtained({"cumulative": cumulative(point.numbers("hazards", 0.0, 1.0))})
    win, concede, disaster = (point.number(k) for k in ("win", "concede", "disaster"))
    point.need(disaster < concede < win, "disaster < concede < win")
    return Obtained({"critical_risk": critical(win, concede, disaster)})
