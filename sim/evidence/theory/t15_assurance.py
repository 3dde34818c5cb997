"""Threats need assurances.

Game: a target complies or defies, which gains it g. It is punished, at a loss L, with the
chance tau if it defies and alpha if it complies.

Source: Schelling 1966; Kydd and McManus 2017, in a reduced form.

Set: the target holds what is demanded; complying is yielding, defying is resisting. A
punishment is a contest in which nothing moves: only the loss is inflicted. alpha is
`rules.doubt`, the chance of being pressed although one yielded; tau is the prior on a
challenger that presses where it is resisted, against one that backs down. Both chances are
given, so nothing is learned from acts. What the net threat must be is found by bisection on
tau, without any punishment of compliance.
"""

from __future__ import annotations

from sim.evidence.theory.board import SURELY, Board
from sim.evidence.theory.limits import zero_of
from sim.evidence.theory.point import Obtained, Point, Step
from sim.rules import tables as t

CLOSE = 1e-12
"""Share of the loss below which two utilities count as equal: a target indifferent complies."""


def threat(gain: float, loss: float, lam: float) -> Board:
    """Return the game: what complying gives up, and what a punishment costs."""
    made = Board(c_types=2)
    # a settlement that moves nothing ends the contest; its cost is all it leaves
    made.rungs[0, [t.DELTA, t.SIGMA]], made.rules[t.CHI] = (0.0, 1.0), 0.0
    made.rules[t.COGNITION] = t.MYOPIC
    made.d[0, [t.P_STAKE, t.P_KAPPA, t.P_AUDIENCE]] = gain, loss, 0.0
    # the first type would be shamed by backing down, the second ruined by a contest
    made.c[:, t.P_AUDIENCE], made.c[:, t.P_KAPPA] = (SURELY, 0.0), (0.0, SURELY)
    made.game.head[[t.G_LAMBDA_C, t.G_LAMBDA_D]] = 4.0, lam
    return made


def set_chances(made: Board, tau: float, alpha: float) -> Board:
    """Set how likely defiance and compliance are punished, and solve."""
    made.c[:, t.P_BELIEF] = tau, 1.0 - tau
    made.rules[t.DOUBT] = alpha
    return made.solve()


def obtain(point: Point) -> Obtained:
    """Return the net threat, the one needed, and what the target does."""
    lam = point.number("lam", 0.0, 1e6)
    gain, loss = point.number("gain", 0.0), point.number("loss", above=0.0)
    tau, alpha = point.chance("tau_punish_if_defy"), point.chance("alpha_punish_if_comply")
    made = threat(gain, loss, lam)
    need = zero_of(lambda chance: set_chances(made, chance, 0.0).firmness(), 0.0, 1.0)
    set_chances(made, tau, alpha)
    pressed = float(made.belief_c() @ [made.pressing(1, i) for i in range(2)])
    values = {
        "net": pressed - float(made.rules[t.DOUBT]), "need": need,
        "comply_BR": made.firmness() <= CLOSE * (loss + gain),
        "P_comply_logit": 1.0 - made.resists(),
    }  # fmt: skip
    complying = {"P_comply_logit": values["P_comply_logit"]}
    return Obtained(values, [Step(lam, 0, complying, made.regret())])
