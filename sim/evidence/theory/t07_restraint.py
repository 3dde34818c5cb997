"""Deterrence against restraint: the window of firmness in which there is peace both ways.

Game: a patron supports its protégé with chance h. An adversary attacks the protégé if h < h_d,
as in T06. The protégé, which wins with chance q0 alone and q1 with its patron, provokes if h >
h_r.

Source: Snyder 1984, 1997; Benson 2012; Benson, Meirowitz and Ramsay 2014; Zagare and Kilgour
2003. A threshold abstraction of Benson's model, not the whole of it.

Set: two games with the same guarantor: the adversary challenges and the guarantor may join the
holder; the protégé challenges and the guarantor may join it (which an unconditional treaty
opens). Each threshold is the trust at which moving is worth as much as leaving things be, by
bisection.
"""

from __future__ import annotations

from sim.evidence.theory.board import Board
from sim.evidence.theory.point import Obtained, Point
from sim.evidence.theory.t06_honour import attack, pledged, threshold
from sim.rules import tables as t


def provocation(prize: float, cost: float, q_alone: float, q_helped: float) -> Board:
    """Return the game in which the protégé challenges and its guarantor may join it."""
    made = attack(prize, cost, q_alone, q_alone)
    made.game.entrants[0, t.E_SIDE] = t.CHALLENGER_SIDE
    made.joined(0, q_helped)
    return pledged(made)


def obtain(point: Point) -> Obtained:
    """Return both thresholds and what they say about firm and vague commitments."""
    p0, p1, q0, q1 = (point.chance(k) for k in ("p0", "p1", "q0", "q1"))
    point.need(p1 < p0 and q0 < q1, "p1 < p0 and q0 < q1")
    stake, cost = point.number("V", above=0.0), point.number("c", 0.0)
    prize, own_cost = point.number("W_protege", above=0.0), point.number("k_protege", 0.0)
    deterred = threshold(pledged(attack(stake, cost, p0, p1)))
    protege = provocation(prize, own_cost, q0, q1)
    restrained = threshold(protege)
    protege.game.entrants[0, t.E_TRUST] = 1.0
    entraps = protege.solve().worth() > 0.0
    values = {
        "h_deter": deterred, "h_restrain": restrained,
        "window": max(0.0, restrained - deterred), "firm_commitment_entraps": entraps,
        "ambiguity_optimal": entraps and deterred < restrained,
    }  # fmt: skip
    return Obtained(values)
