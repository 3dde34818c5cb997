"""Events: what happens to the world whatever the states decide."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from sim.world.figures import Amount, Count, Part, Share


class Event(Part):
    """A scheduled or chance event. It needs a time or a chance, and at least one effect."""

    name: str | None = Field(default=None, description="name by which --set can switch it")
    enabled: bool = Field(default=True, description="whether it can happen at all")
    turn: Count | None = Field(default=None, description="turn at which it happens; 0 is the first")
    date: str | None = Field(default=None, description="month at which it happens, YYYY-MM")
    probability: Share = Field(
        default={"value": 1.0},
        validate_default=True,
        description="chance that it happens at its turn; per month where no turn or date is given",
    )
    repeats: bool = Field(default=False, description="whether it can happen more than once")
    after: str | None = Field(
        default=None, description="name of an event that must have happened before"
    )
    set: dict[str, Any] = Field(
        default_factory=dict, description="PATH: new value, for fields that can change in a run"
    )
    scale: dict[str, Amount] = Field(
        default_factory=dict, description="PATH: factor, a shock to a number"
    )
    redraw: tuple[str, ...] = Field(
        default=(), description="states whose private type is drawn anew (an election)"
    )
    accident: dict[str, str] = Field(
        default_factory=dict,
        description="flashpoint: rung at which an unintended clash starts or lifts a crisis",
    )
    exercise: tuple[str, ...] = Field(
        default=(), description="treaties whose members exercise together"
    )
    why: str = Field(description="what it stands for, in a sentence")
    source: str | None = Field(default=None, description="where it is reported")
