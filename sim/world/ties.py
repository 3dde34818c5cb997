"""Ties: pairs of states whose treaties deepen or loosen step by step."""

from __future__ import annotations

from pydantic import Field

from sim.world.figures import Count, Part


class Tie(Part):
    """A ladder of treaties between two states, of which those up to its depth hold.

    What a step does is what its treaty says, clause by clause: consultation, access and exercises,
    integrated command and defences, a defence pact.
    """

    name: str = Field(description="name shown to readers")
    members: tuple[str, str] = Field(description="the two states it is between")
    steps: tuple[str, ...] = Field(
        min_length=1,
        max_length=8,
        description="treaties, the shallowest first; each holds from its depth on, if enabled",
    )
    depth: Count = Field(
        default={"value": 0},
        validate_default=True,
        description="how many of its steps hold at the start",
    )
    source: str | None = Field(default=None, description="where it can be read")
    note: str | None = Field(default=None, description="what was judged in coding it")
