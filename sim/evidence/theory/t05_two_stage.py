"""The logit equilibrium of the two-stage deterrence game.

Game: the challenger keeps the status quo or challenges; the holder concedes or resists, which
is war. Nothing is private; both choose with logit errors.

Source: Signorino 1999; McKelvey and Palfrey 1998.

Set: one act, `press: forced`, the case's lambda; nothing is extrapolated.
"""

from __future__ import annotations

from sim.evidence.theory.board import Board
from sim.evidence.theory.point import Obtained, Point, Step
from sim.rules import tables as t


def obtain(point: Point) -> Obtained:
    """Return the chances of the four endings' steps."""
    lam = point.number("lam", 0.0, 1e6)
    rest, concession, war = (point.number(k) for k in ("C_sq", "C_con", "C_war"))
    d_con, d_war = point.number("D_con"), point.number("D_war")
    made = Board(precision=lam)
    made.forced()
    # the board wants gains and losses: what acting costs, and what both answers cost, is added
    toll = max(0.0, rest - concession)
    base = max(d_con, d_war) + 1.0
    made.war(
        concession - rest + toll, 0.0, [war - rest + toll], base - d_con, [d_war - base]
    )  # fmt: skip
    made.game.acts[1, t.A_TABOO] = toll
    made.solve()
    move, resist = made.act(), made.resists()
    found = {
        "P_resist": resist, "P_challenge": move, "P_sq": 1.0 - move,
        "P_concede": move * (1.0 - resist), "P_war": move * resist,
    }  # fmt: skip
    return Obtained(found, [Step(lam, 0, found, made.regret())])
