"""States: who can act, how strong they are, and what others do not know about them."""

from __future__ import annotations

from pydantic import Field

from sim.world.figures import Amount, Count, Kilometres, Part, Rate, Share, Signed


class Type(Part):
    """One row of a state's table of private types (Harsanyi 1967): what others can only guess."""

    key: str = Field(description="name of the type, such as resolute")
    prior: Share = Field(description="chance that the state is of this type; the table sums to 1")
    stake_factor: Amount = Field(
        default={"value": 1.0}, validate_default=True, description="multiplies every stake"
    )
    cost_sensitivity: Amount = Field(description="kappa: multiplies costs, harm and losses")
    audience_factor: Amount = Field(
        default={"value": 1.0}, validate_default=True, description="multiplies audience costs"
    )


DEFAULT_TYPES: tuple[Type, ...] = (
    Type.model_validate({"key": "resolute", "prior": 0.35, "cost_sensitivity": 0.6}),
    Type.model_validate({"key": "irresolute", "prior": 0.65, "cost_sensitivity": 1.5}),
)


class Arms(Part):
    """How a state arms (Richardson 1960), per year; it does where the rules let it."""

    reaction: dict[str, Rate] = Field(
        default_factory=dict,
        description="k: capability added a year per unit of a rival's capability, by rival",
    )
    fatigue: Rate = Field(
        default={"value": 0.0},
        validate_default=True,
        description="a: share of its own capability that its upkeep wears away a year",
    )
    grievance: Signed = Field(
        default={"value": 0.0},
        validate_default=True,
        description="g: capability added a year whatever others have; below 0 goodwill",
    )


class State(Part):
    """A state that can challenge, hold, guarantee or join."""

    name: str = Field(description="name shown to readers")
    side: str | None = Field(
        default=None, description="label that groups states in charts; changes no decision"
    )
    position: tuple[float, float] | None = Field(
        default=None, description="latitude and longitude of its label on maps"
    )
    capability: Amount = Field(description="K: conventional capability, an index used as given")
    retaliation: Share = Field(
        default={"value": 0.0},
        validate_default=True,
        description="N: nuclear retaliation that survives a first strike",
    )
    types: tuple[Type, ...] = Field(
        default=DEFAULT_TYPES, min_length=1, max_length=24, description="table of private types"
    )
    precision: Amount | None = Field(
        default=None, description="lambda of this state; the scenario's where not given"
    )
    foresight: Count | None = Field(
        default=None, description="how far this state looks ahead; the scenario's where not given"
    )
    distance_scale: Kilometres | None = Field(
        default=None, description="km at which its strength is halved; the rules' where not given"
    )
    highest_rung: str | None = Field(
        default=None, description="highest rung it will choose; the top where not given"
    )
    audience_cost: Amount = Field(
        default={"value": 0.2},
        validate_default=True,
        description="a: utility lost per unit of declared intensity by backing down",
    )
    standing: Amount = Field(
        default={"value": 0.1},
        validate_default=True,
        description="what its name is worth: lost in part by breaking a recognised duty",
    )
    political_position: Signed = Field(
        default={"value": 0.0},
        validate_default=True,
        description="position on a political axis (UN ideal point); joining a distant state costs",
    )
    readiness: Share = Field(
        default={"value": 0.9},
        validate_default=True,
        description="share of its forces ready at the start",
    )
    forward: dict[str, Share] = Field(
        default_factory=dict,
        description="share of its capability stationed at each flashpoint, not free elsewhere",
    )
    autonomy: Amount = Field(
        default={"value": 1.0},
        validate_default=True,
        description="how dear autonomy is to it: multiplies what a step deeper into a tie costs",
    )
    arms: Arms = Field(default_factory=Arms, description="how it arms, where rules.arms is on")
