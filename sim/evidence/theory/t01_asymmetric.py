"""Rudimentary asymmetric deterrence.

Game: a challenger (A) keeps the status quo or defects; a holder (B) of a private type concedes,
if soft, or fights, if hard. A is worth aSQ at the status quo, aDC if B concedes, aDD in a
fight.

Source: Zagare and Kilgour 2000, Perfect Deterrence, section 3.4 and appendix 3.

Set: one act, `press: forced`; the holder's precision is so high that each type does what is
best for it. p* is the prior on the hard type at which acting is worth as much as leaving things
be, by bisection in the solved game: exact at any precision of the challenger.
"""

from __future__ import annotations

from sim.evidence.theory.board import SURELY, Board
from sim.evidence.theory.limits import bisect
from sim.evidence.theory.point import Obtained, Point
from sim.rules import tables as t


def board(gain: float, war: float) -> Board:
    """Return the game: what a concession and a war bring the challenger over the status quo."""
    made = Board(d_types=2)
    made.forced()
    # yielding costs 1; war costs the hard type half of that, the soft type twice as much
    made.war(gain, 0.0, [war], 1.0, [-0.5, -2.0])
    made.game.head[t.G_LAMBDA_D] = 2.0 * SURELY
    return made


def obtain(point: Point) -> Obtained:
    """Return the threshold and whether the challenger attacks."""
    rest, concede, fight = (point.number(k) for k in ("aSQ", "aDC", "aDD"))
    p_hard = point.chance("p_hard")
    point.need(fight < rest < concede, "aDD < aSQ < aDC")
    made = board(concede - rest, fight - rest)

    def worth(p: float) -> float:
        made.d[:, t.P_BELIEF] = p, 1.0 - p
        return made.solve().worth()

    threshold = bisect(worth, 0.0, 1.0)
    return Obtained({"p_star": threshold, "attack": worth(p_hard) > 0.0 and p_hard < threshold})
