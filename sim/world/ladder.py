"""The ladder of escalation and the moves on its rungs.

The ladder orders coercive acts by intensity (Kahn 1965); what each rung costs, moves and risks
is in the file, so another ladder needs no code.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.world.figures import Amount, Part, Share

Target = Literal[
    "words", "economy", "civilian_vessels", "public_vessels", "armed_forces", "territory"
]
Domain = Literal["political", "economic", "maritime", "air", "land", "cyber", "space", "nuclear"]


class Rung(Part):
    """One step of the ladder. Rates are per month, utilities on the scale of stakes."""

    key: str = Field(description="name used in references, snake_case")
    name: str | None = Field(default=None, description="name shown to readers")
    intensity: Share = Field(description="how coercive an act here is; orders the ladder")
    cost: Amount = Field(description="utility per month of acting here at parity")
    slice: Share = Field(description="share of the stake that changes hands if the other yields")
    prize: Share = Field(description="share of the stake that changes hands if force decides")
    harm: Amount = Field(description="utility per month lost to harm at parity")
    slip: Share = Field(description="chance per month of slipping one rung up")
    decisiveness: Amount = Field(description="mu: how sharply strength turns into winning")
    reach: Share = Field(description="share of total capability that counts here")
    decides: Share = Field(description="delta: chance per month that force decides")
    settles: Share = Field(description="sigma: chance per month of a settlement")
    tied: Share = Field(description="share of a participant's forces tied down here")
    missile_defence: Share = Field(description="md: share of harm missile defence can stop here")
    loss: Amount = Field(description="L: utility lost to nuclear retaliation here")
    taboo: Amount = Field(description="utility lost by first choosing this rung")
    first_strike: Amount = Field(
        description="factor on the strength of the side that crosses this rung first, that turn"
    )
    violent: bool = Field(description="an act here is done before it is answered")
    war: bool = Field(default=False, description="a crisis that reached this rung counts as war")
    nuclear: bool = Field(description="nuclear weapons are used here")
    domain: Domain = Field(default="political", description="where acts here take place")
    target: Target = Field(default="armed_forces", description="what an act here is aimed at")
    weight: Amount = Field(
        default={"value": 1.0},
        validate_default=True,
        description="weight of the rung's own act among the moves on it; 0 leaves named moves only",
    )


class Move(Part):
    """A named act on a rung, besides the rung's own default act."""

    name: str | None = Field(default=None, description="name shown to readers")
    rung: str = Field(description="the rung it stands on")
    slice: Share | None = Field(
        default=None, description="share of the stake that changes hands if the other yields"
    )
    domain: Domain | None = Field(default=None, description="where it takes place")
    target: Target | None = Field(
        default=None, description="what it is aimed at; treaties may cover some targets only"
    )
    attribution: Share = Field(
        default={"value": 1.0},
        validate_default=True,
        description="chance that its author is known",
    )
    weight: Amount = Field(
        default={"value": 1.0},
        validate_default=True,
        description="weight among the moves of its rung",
    )
    who: tuple[str, ...] = Field(default=(), description="states that may use it; empty means all")
    where: tuple[str, ...] = Field(
        default=(), description="flashpoints where it is possible; empty means all"
    )


def _rung(key: str, intensity: float, cost: float, prize: float, harm: float, slip: float,
          decisiveness: float, reach: float, decides: float, settles: float, tied: float,
          missile_defence: float, loss: float, taboo: float, violent: bool, nuclear: bool,
          domain: str, target: str, slice_: float | None = None, first_strike: float = 1.0,
          ) -> Rung:  # fmt: skip
    return Rung.model_validate({
        "key": key, "intensity": intensity, "cost": cost, "slice": prize if slice_ is None else slice_,
        "prize": prize, "harm": harm, "slip": slip, "decisiveness": decisiveness, "reach": reach,
        "decides": decides, "settles": settles, "tied": tied, "missile_defence": missile_defence,
        "loss": loss, "taboo": taboo, "first_strike": first_strike, "violent": violent,
        "nuclear": nuclear, "domain": domain, "target": target, "war": intensity >= 0.8,
    })  # fmt: skip


# Hand-tuned on a trial of the model; docs/parameters.md says what each moves. Ordering after
# Kahn (1965), cut to the ten steps that treaties and the literature tell apart.
DEFAULT_LADDER: tuple[Rung, ...] = (
    _rung("protest", .05, .004, .01, .000, .002, 0.5, .05, .00, .35, .00, 0., 0, 0, False, False, "political", "words"),
    _rung("economic_coercion", .12, .008, .03, .001, .004, 0.6, .10, .00, .14, .00, 0., 0, 0, False, False, "economic", "economy"),
    _rung("grey_zone", .20, .006, .06, .002, .015, 0.8, .15, .06, .12, .04, 0., 0, 0, False, False, "maritime", "public_vessels"),
    _rung("show_of_force", .30, .008, .10, .003, .030, 1.0, .35, .06, .14, .10, 0., 0, 0, False, False, "maritime", "armed_forces"),
    _rung("blockade", .45, .012, .20, .012, .070, 1.1, .60, .08, .12, .25, .3, 0, 0, False, False, "maritime", "armed_forces"),
    _rung("limited_strike", .60, .020, .30, .050, .090, 1.3, .70, .30, .12, .40, 1., 0, 0, True, False, "air", "armed_forces", first_strike=1.15),
    _rung("major_war", .80, .040, .90, .100, .010, 1.6, 1.0, .10, .04, .70, 1., 0, 0, True, False, "air", "territory", first_strike=1.15),
    _rung("nuclear_alert_war", .90, .040, .90, .100, .015, 1.6, 1.0, .10, .08, .80, 1., 0, .1, True, False, "nuclear", "territory"),
    _rung("limited_nuclear_use", .97, .040, .90, .250, .100, 1.6, 1.0, .20, .25, .90, .5, 2, .8, True, True, "nuclear", "territory", first_strike=1.3),
    _rung("general_nuclear_war", 1.0, .040, .90, .250, .000, 1.0, 1.0, .70, .10, 1.0, .3, 6, 1.5, True, True, "nuclear", "territory", first_strike=1.3),
)  # fmt: skip
