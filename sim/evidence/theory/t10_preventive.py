"""Preventive war: a declining power fights before the balance shifts.

Game: a pie of 1 is divided every period, for ever. A makes all offers; B takes them or fights one
war that gives the winner every pie and costs B c_B. A wins with chance p1 now and p2 from the next
period on. B fights now if even the whole pie of this period would not keep it.

Source: Fearon 1995 (on commitment); Powell 1996, 2006.

Set: A may demand nothing of this period's pie, or all of it (what is yielded renews); B yields, or
goes to war on the rung above. Strengths change at turn 1 by a dated event; B looks n games ahead, A
none. A's best offer is to demand nothing: B fights now if resisting even that is worth more than
yielding. That gap times (1 - delta) is what the two sides of the inequality differ by; with a war
that costs nothing it is the left side alone. n and lambda go to infinity.
"""

from __future__ import annotations

import math

from sim.evidence.theory.horizon import FirstTurn, rung, world
from sim.evidence.theory.limits import limit_of
from sim.evidence.theory.point import Obtained, Point, Step
from sim.world.scenario import Scenario

PRECISIONS = (10.0, 20.0, 40.0, 80.0)
"""On the scale of the least that anybody, later, loses by the wrong choice."""
LEFT = 1e-3
"""What pies beyond the horizon may weigh, as a share of what makes B fight within it."""
NEAR = 1e-6
"""The least such loss reckoned with."""
UNBEARABLE = 1000.0
"""Harm to a B that neither gives way nor goes to war."""
DEMAND_NOTHING, WAR = 2, 2


def horizon(delta: float, margin: float) -> int:
    """Return how many games to look ahead, so that B would not rather give way in all of them."""
    if delta <= 0.0:
        return 1
    return 1 + math.ceil(math.log(LEFT * margin) / math.log(delta))


def build(p1: float, p2: float, cost: float, delta: float, demand: float) -> Scenario:
    """Return the game as a scenario; the stream of all pies is worth 1, one period's 1 - delta."""
    pie = 1.0 - delta
    return world(
        # on the lower rung A alone is present, so that nothing but war keeps what A demands
        [
            rung("demand", 0.25, slice=demand, reach=0.0, harm=UNBEARABLE),
            rung("war", 0.75, cost=0.5, violent=True, war=True),
        ],
        {"discount": delta, "press": "forced"},
        {
            "b": {
                "capability": 1.0 - p1,
                # paid on crossing to war, and paid again in its one turn
                "types": [{"key": "only", "prior": 1, "cost_sensitivity": cost * pie}],
            },
            "a": {
                "capability": p1,
                "forward": {"stake": 0.5},
                "types": [{"key": "only", "prior": 1, "cost_sensitivity": 0}],
            },
        },
        {"b": 1, "a": 1},
        moves={"nothing": {"rung": "demand", "slice": 0, "who": ["a"]}},
        events=[
            {
                "turn": 1,
                "set": {"states.a.capability": p2, "states.b.capability": 1.0 - p2},
                "why": "A has risen.",
            }
        ],
    )


def gap(
    p1: float, p2: float, cost: float, delta: float, precision: float, part: int = 1
) -> tuple[float, float, float, int]:
    """Return what war now is worth to B over the whole pie of this period.

    Parameters
    ----------
    precision : float
        See `PRECISIONS`.
    part : int
        The horizon is divided by it.

    Returns
    -------
    worth, regret, precision, games : float, float, float, int
        On the scale on which all pies are worth 1; lambda on that of one pie; how many games B
        looks ahead.
    """
    pie = 1.0 - delta
    war = p2 + cost * pie
    # The source holds B to what war is worth even where giving up every pie is worth more; there
    # A has to be able to demand more than a pie.
    demand = pie if war < 1.0 else 1.0
    give_way = demand - pie * war
    losses = [give_way, p2, 1.0 + 2.0 * UNBEARABLE * cost * pie - war]
    lam = precision / min(max(loss, NEAR) for loss in losses)
    games = max(1, horizon(delta, max(give_way / demand, NEAR)) // part)
    made = FirstTurn(build(p1, p2, cost, delta, demand), lam, (games, 0)).solve()
    values = made.solution.value_d[DEMAND_NOTHING]
    return float(values[WAR, 0] - values[0, 0]), made.regret(), lam * pie, games


def obtain(point: Point) -> Obtained:
    """Return both sides of the inequality, and whether B fights now."""
    p1, p2 = point.chance("p1"), point.chance("p2")
    cost, delta = point.number("c_B", 0.0), point.number("delta", 0.0, 1.0)
    pie = 1.0 - delta
    point.need(pie > 0.0, "delta < 1")
    point.need(pie * (p2 + cost * pie) < 1.0, "a war that costs less than all there is")

    def step(precision: float, part: int = 1) -> Step:
        left, *_ = gap(p1, p2, 0.0, delta, precision, part)
        net, regret, lam, games = gap(p1, p2, cost, delta, precision, part)
        return Step(lam, 0, {"lhs": left, "rhs": left - net, "net": net}, regret, games)

    nearer = [step(PRECISIONS[-1], part) for part in (16, 4, 2)]
    steps = [step(precision) for precision in PRECISIONS]
    limits, _ = limit_of(steps)
    moved = abs(nearer[-1].values["net"] - steps[-1].values["net"])
    values = {
        "lhs": limits["lhs"], "rhs": limits["rhs"], "preventive_war": limits["net"] > 0.0,
    }  # fmt: skip
    note = f"{steps[-1].games} games ahead; half as many move the gap by {moved:.1g}"
    if p2 + cost * pie >= 1.0:
        note += "; A may demand more than a pie, since B would rather give up all than fight"
    return Obtained(values, [*nearer, *steps], note)
