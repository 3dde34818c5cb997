"""Flashpoints: the disputed places or issues where challenges arise."""

from __future__ import annotations

from pydantic import Field

from sim.world.figures import Amount, Count, Kilometres, Part, Share


class Flashpoint(Part):
    """A disputed place or issue, its holder, its challengers and who cares how much."""

    name: str = Field(
        description="name shown to readers; use both neutral names of disputed places"
    )
    position: tuple[float, float] | None = Field(default=None, description="latitude, longitude")
    holder: str = Field(description="the state that controls or administers it at the start")
    challengers: tuple[str, ...] = Field(min_length=1, description="states that may challenge")
    stakes: dict[str, Share] = Field(
        description="v: what all of it is worth to each state, on one scale for all flashpoints"
    )
    distances: dict[str, Kilometres] = Field(
        default_factory=dict, description="km from each state's nearest usable base"
    )
    control: Share = Field(
        default={"value": 1.0}, validate_default=True, description="s: share the holder controls"
    )
    opportunity: Share | dict[str, Share] = Field(
        default={"value": 0.08},
        validate_default=True,
        description="chance per month that a challenger weighs a move; for all or by challenger",
    )
    motive_spread: Amount = Field(
        default={"value": 0.5},
        validate_default=True,
        description="sd of the log of the challenger's motive; drawn for each opportunity",
    )
    cooldown: Count = Field(
        default={"value": 2}, validate_default=True, description="quiet months after a crisis"
    )
    cooldown_after_violence: Count = Field(
        default={"value": 12},
        validate_default=True,
        description="quiet months after a crisis that reached a violent rung",
    )
    coercion: Share = Field(
        default={"value": 0.1},
        validate_default=True,
        description="intensity of what was lately done there, as remembered at the start; it moves "
        "ties",
    )
    renews: bool = Field(
        default=False,
        description="whether what is yielded is back at once, as a season's catch is; a flow",
    )
    weight: Amount = Field(
        default={"value": 1.0},
        validate_default=True,
        description="weight in the geopolitical risk index, besides stakes and capability",
    )
    touches: dict[str, str] = Field(
        default_factory=dict,
        description="territory: rung from which a fight here reaches it and its treaties apply",
    )
