"""Treaties, clause by clause.

Each field is a clause that changes the game (ODD 7.4, docs/odd.md); coding of
obligations after ATOP (Leeds, Ritter, Mitchell and Long 2002), of conditionality after
Benson (2012).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.world.figures import Amount, Count, Kilometres, Part, Share
from sim.world.ladder import Target

Obligation = Literal[
    "defence", "consultation", "neutrality", "non_aggression", "offence", "arms_and_access"
]
ALL_TARGETS: tuple[Target, ...] = (
    "words", "economy", "civilian_vessels", "public_vessels", "armed_forces", "territory",
)  # fmt: skip


class InForce(Part):
    """First and last month of validity, as YYYY-MM."""

    from_: str | None = Field(default=None, alias="from", description="first month, YYYY-MM")
    until: str | None = Field(default=None, description="last month, YYYY-MM")


class Treaty(Part):
    """A commitment: who owes what to whom, when, how plainly, and what backs it."""

    name: str = Field(description="name shown to readers")
    source: str | None = Field(default=None, description="where its text can be read")
    note: str | None = Field(default=None, description="what was judged in coding it")
    guarantors: tuple[str, ...] = Field(min_length=1, description="states that owe")
    proteges: tuple[str, ...] = Field(min_length=1, description="states that are owed")
    mutual: bool = Field(default=False, description="every member is both guarantor and protégé")
    in_force: InForce = Field(default_factory=InForce, description="months of validity")
    enabled: bool = Field(default=True, description="what --with and --without switch")
    obligations: tuple[Obligation, ...] = Field(default=(), description="what is owed")
    scope: tuple[str, ...] = Field(
        default=(), description="flashpoints and territories covered; outside no duty arises"
    )
    covers: tuple[Target, ...] = Field(
        default=ALL_TARGETS, min_length=1, description="kinds of target whose attack it covers"
    )
    trigger: str = Field(
        default="limited_strike", description="lowest rung that is an armed attack under it"
    )
    clarity: Share = Field(
        default={"value": 0.8},
        validate_default=True,
        description="how plainly trigger and scope read",
    )
    conditional: bool = Field(
        default=True,
        description="no duty if the protégé started it or itself climbed across the trigger",
    )
    ceiling: str | None = Field(
        default=None,
        description="highest rung at which the guarantor's strength counts; the top if not given",
    )
    umbrella: bool = Field(default=False, description="nuclear retaliation is extended")
    strength: Amount = Field(
        default={"value": 0.3},
        validate_default=True,
        description="R: what a committed member loses by breaking a recognised duty",
    )
    reliability: Share = Field(
        default={"value": 0.7},
        validate_default=True,
        description="prior chance that a guarantor is committed rather than an opportunist",
    )
    delay: Count = Field(
        default={"value": 0}, validate_default=True, description="turns until help is effective"
    )
    consultation_delay: Count = Field(
        default={"value": 1},
        validate_default=True,
        description="turns that consultation adds, where it is an obligation",
    )
    forward: dict[str, Share] = Field(
        default_factory=dict,
        description="share of each guarantor's capability stationed at each flashpoint under it",
    )
    stake: Share = Field(
        default={"value": 0.0},
        validate_default=True,
        description="added to a guarantor's stake where its forward forces make a full tripwire",
    )
    integration: Share = Field(
        default={"value": 0.0},
        validate_default=True,
        description="joint command, control and exercises between its members",
    )
    missile_defence: Share = Field(
        default={"value": 0.0},
        validate_default=True,
        description="share of harm stopped for members that fight side by side",
    )
    upkeep: Share = Field(
        default={"value": 1.0},
        validate_default=True,
        description="share paid of what keeps up its integration and missile defence",
    )
    exposure: Amount = Field(
        default={"value": 0.0},
        validate_default=True,
        description="utility per month that a guarantor who came costs the other side",
    )
    arms: Amount = Field(
        default={"value": 0.0},
        validate_default=True,
        description="capability each protégé gains by arms_and_access",
    )
    access: dict[str, Kilometres] = Field(
        default_factory=dict,
        description="km from the base that arms_and_access opens to guarantors, by flashpoint",
    )
