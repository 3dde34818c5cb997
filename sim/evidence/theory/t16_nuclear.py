"""Stability and instability under the nuclear shadow, and defence against retaliation.

Game: a probe gains g; resisting it risks a disaster L with hazard h, so the defender resists if
what it defends is worth at least h L. A major attack gains G and is met by retaliation with
chance sigma. With missile defence, retaliation is N weapons, of which a share survives a first
strike and a share is stopped, each doing so much damage.

Source: Snyder 1965; Jervis 1984; Powell 2003, 2015; Rauchhaus 2009.

Set: one ladder with the probe, the disaster it may slip to, and major war; the challenger may
act on the first and the last. In the second game a partner networked with the attacker lends it
missile defence, the loss is what all N weapons would do, and retaliation is what survives. The
number needed to deter is found by bisection on what attacking is worth. That at least one gets
through is read from a contest against as many owners of one surviving weapon each.
"""

from __future__ import annotations

import math

import numpy as np

from sim.evidence.theory.board import SURELY, Board
from sim.evidence.theory.limits import bisect
from sim.evidence.theory.point import Obtained, Point
from sim.rules import tables as t
from sim.rules.contest import came_column, gather_who_came, weigh_coalitions, weigh_level

PROBE, DISASTER, MAJOR = 0, 1, 2
SHARP = 1e12
"""Precision times the largest utility: everybody does what is best, ties apart."""
BATCH = 32
"""Owners of weapons in one contest; more are counted batch by batch."""


def ladder(point: Point) -> Board:
    """Return the game of a probe and a major attack on one ladder."""
    gain, at_stake = point.number("g_probe", above=0.0), point.number("def_value_probe", 0.0)
    hazard, loss = point.chance("h_probe_hazard"), point.number("L_disaster", above=0.0)
    prize, answer = point.number("G_major", above=0.0), point.chance("sigma_retaliation")
    made = Board(rungs=3, acts=2)
    made.forced()
    made.place(2, MAJOR)
    made.rungs[:, t.LOSS] = 0.0, loss, loss
    made.rungs[PROBE, t.SLIP] = hazard
    # a disaster hurts both for sure; a major attack its author, if retaliation comes
    made.game.nuclear[:, MAJOR] = 0.0, answer, 0.0
    # a probe that is resisted fails unless it slips; a major attack succeeds
    made.game.force[0], made.game.force[1] = (0.0, 1.0, 1.0), (1.0, 1.0, 0.0)
    biggest = max(gain, prize)
    made.moves(1, gain / biggest, 0.0)
    made.moves(2, prize / biggest, 0.0)
    made.c[0, [t.P_STAKE, t.P_KAPPA]] = biggest, 1.0
    made.d[0, [t.P_STAKE, t.P_KAPPA]] = at_stake * biggest / gain, 1.0
    # a probe is no public stance; yielding to a major attack is out of the question
    made.rungs[PROBE, t.INTENSITY] = 0.0
    made.d[0, t.P_AUDIENCE], made.rules[t.PSI] = 1.0, 1e12
    made.precision(SHARP / max(loss, biggest, at_stake))
    return made


def shadow(point: Point) -> dict[str, bool]:
    """Return what happens to a probe and to a major attack."""
    made = ladder(point).solve()
    close = max(float(made.rungs[:, t.LOSS].max()), float(made.c[0, t.P_STAKE])) / SHARP
    resisted = made.firmness(1) >= -close
    if abs(made.firmness(1)) <= close:
        made.d[0, t.P_STAKE] *= 1.0 + 1e-6  # a defender that is indifferent resists
        made.solve()
    return {
        "probe_resisted": resisted, "probe_occurs": made.worth(1) > 0.0,
        "major_deterred": made.worth(2) <= close,
    }  # fmt: skip


def attack(damage: float, survive: float, kill: float, gain: float) -> Board:
    """Return the game of an attacker with missile defence; all weapons would do `damage`."""
    made = Board(entrants=1)
    made.forced()
    made.never_yields()
    made.odds(1.0)
    made.rungs[0, [t.LOSS, t.MD]] = damage, kill
    made.game.nuclear[0], made.game.nuclear[1] = 0.0, survive
    made.c[0, t.P_STAKE], made.c[0, t.P_KAPPA] = gain, 1.0
    # the partner's radars: it is there, and brings no strength
    partner = made.game.entrants[0]
    partner[t.E_SIDE], partner[t.E_LAMBDA] = t.CHALLENGER_SIDE, 1.0
    partner[t.E_POLITICAL] = -4.0 * SURELY
    made.game.pairs[0, 2, t.PAIR_DEFENCE] = made.game.pairs[2, 0, t.PAIR_DEFENCE] = 1.0
    return made


def some_get_through(chances: list[float]) -> float:
    """Return the chance that at least one of some weapons gets through, by the contest's rule."""
    while len(chances) > 1:
        chances = [_of_batch(chances[i : i + BATCH]) for i in range(0, len(chances), BATCH)]
    return chances[0] if chances else 0.0


def _of_batch(chances: list[float]) -> float:
    made = Board(entrants=len(chances), exact=0)
    made.game.nuclear[...] = 0.0
    made.game.nuclear[2:, 0] = chances
    made.game.entrants[:, t.E_CAME] = 1.0
    game, contests = made.packed[:2]
    last = int(came_column(contests))
    gather_who_came(game, contests)
    weigh_coalitions(game, contests, last, last + 1)
    weigh_level(game, contests, 0, t.PLAIN, 0.0, last, last + 1)
    return float(made.contests.flow[0, 0, last])


def defence(point: Point) -> dict[str, float | bool]:
    """Return expected retaliation, whether it deters, how many weapons would, and the leak."""
    n, damage = point.number("N", 0.0, 1e6), point.number("damage", above=0.0)
    survive, kill = point.chance("survive"), point.chance("kill")
    gain = point.number("gain", above=0.0)
    point.need(survive > 0.0 and kill < 1.0, "survive > 0 and kill < 1")
    made = attack(n * damage, survive, kill, gain).solve()
    expected = float(made.contests.flow[0, 0, 1])
    deterred = made.worth() <= 1e-12 * gain

    def worth(weapons: float) -> float:
        made.rungs[0, t.LOSS] = weapons * damage
        return made.solve().worth()

    most = 1.0
    while worth(most) > 0.0:
        most *= 2.0
    weapons = n * survive
    whole = math.floor(weapons + 1e-9)
    leaks = [1.0 - kill] * whole
    if weapons - whole > 1e-9:
        # part of a weapon survives on average
        leaks.append(1.0 - float(np.power(kill, weapons - whole)))
    return {
        "expected_retaliation": expected, "deterred": deterred,
        "N_min": bisect(worth, 0.0, most), "P_at_least_one_leaks": some_get_through(leaks),
    }  # fmt: skip


def obtain(point: Point) -> Obtained:
    """Return what happens under the shadow, or what defence leaves of retaliation."""
    if point.params.get("kind") == "missile_defence":
        return Obtained(defence(point))
    return Obtained(shadow(point))
