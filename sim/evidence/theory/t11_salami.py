"""Salami slices: the largest one that a defender lets pass.

Game: a challenger takes a slice s of a stake V. The defender reverses it with chance p at a
cost c, or accepts, which costs it a where the slice crossed a declared line. It looks no
further than this.

Source: Schelling 1966; Powell 1996; Tarar 2016; Altman 2017.

Set: one act of slice s, prize = slice, `press: forced`; the holder's audience cost is a / p,
which it pays if it loses the slice, by yielding (psi = 1) or by force, so that resisting saves
it a. The largest slice is where yielding and resisting are worth the same, by bisection; then
slices of that size are taken one after the other, each in a game solved anew with what is left.
"""

from __future__ import annotations

from sim.evidence.theory.board import Board
from sim.evidence.theory.limits import zero_of
from sim.evidence.theory.point import Obtained, Point
from sim.rules import tables as t

MOST = 20_000
"""Slices taken before the point is refused."""


def obtain(point: Point) -> Obtained:
    """Return the largest slice, and what slices of that size add up to."""
    stake, p = point.number("V_def", above=0.0), point.number("p_def_reverses", 0.0, 1.0, above=0.0)
    cost, line = point.number("c_def", 0.0), point.number("audience_or_redline_cost", 0.0)
    made = Board()
    made.forced()
    made.odds(1.0 - p)
    made.rules[t.PSI] = 1.0
    made.d[0, [t.P_STAKE, t.P_KAPPA, t.P_AUDIENCE]] = stake, cost, line / p

    def firmness(share: float) -> float:
        made.moves(1, share, share)
        return made.solve().firmness()

    largest = min(1.0, max(0.0, zero_of(firmness, 0.0, 1.0)))
    whole = firmness(1.0)
    close = 1e-9 * (stake + cost)
    left, taken, after_three = 1.0, 0, 0.0
    point.need(largest == 0.0 or largest > 1.0 / MOST, f"slices of more than 1/{MOST}")
    while largest > 0.0 and left > 1e-9:
        made.game.head[t.G_CONTROL] = left
        if firmness(largest) > close:
            break
        left, taken = left - min(largest, left), taken + 1
        if taken <= 3:
            after_three = 1.0 - left
    values = {
        "max_unopposed_slice": largest, "slices_to_take_all": float(taken),
        "loss_after_3": after_three, "whole_grab_resisted": whole >= -close,
    }  # fmt: skip
    return Obtained(values)
