"""What a lesson is, and reading it from its file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

from sim.evidence.facts.trial import setting
from sim.world.problems import InputError, clean, names_in_short, near
from sim.world.scenario import Scenario


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Arm(_Part):
    """One variant that is played."""

    name: str = Field(description="as tables and figures call it")
    set: dict[str, Any] = Field(default_factory=dict, description="PATH: value")


class Step(_Part):
    """One step of a plan."""

    minutes: int = Field(gt=0)
    what: str


PLAN = (
    Step(minutes=5, what="Read the idea together; name the actors and what each wants."),
    Step(minutes=5, what="Each writes down a prediction and one reason, before anything is run."),
    Step(minutes=10, what="Run the lesson; read the figure; who predicted what, and why?"),
    Step(
        minutes=15,
        what="Discuss: by which step does the finding come about, and where would it not?",
    ),
    Step(minutes=10, what="In groups, one thing to try next; report in a sentence what it showed."),
)
"""45 minutes, where a lesson has no plan of its own."""


class Teacher(_Part):
    """The sheet for the teacher, kept apart from what students see."""

    answer: str = Field(description="the answer to the question, and why")
    points: tuple[str, ...] = Field(min_length=2, description="what a debrief should bring out")
    beware: str = Field(description="what students conclude too quickly")


class Lesson(_Part):
    """One concept, in the form that all lessons have."""

    title: str
    idea: str = Field(description="a page for undergraduates; paragraphs parted by empty lines")
    sources: tuple[str, ...] = Field(min_length=1)
    objectives: tuple[str, ...] = Field(min_length=2)
    question: str = Field(description="to be answered before anything is run")
    scenario: str = Field(description="a packaged scenario, or one of the small settings")
    set: dict[str, Any] = Field(default_factory=dict, description="what is set in every arm")
    arms: tuple[Arm, ...] = Field(min_length=2, max_length=3)
    measure: str = Field(description="as `sim.experiments.arms.outcome` takes it")
    measured: str = Field(description="what that is, in words, as the label of an axis")
    share: bool = Field(default=False, description="whether it is shown in per cent")
    rises: bool = Field(description="whether it rises from the first arm to the last, or falls")
    finding: str = Field(description="the finding in one sentence, without its numbers")
    runs: int = Field(default=1000, gt=1, le=20_000)
    next: tuple[str, ...] = Field(min_length=1, description="what to try next")
    plan: tuple[Step, ...] = PLAN
    teacher: Teacher

    def scenario_of(self, arm: Arm) -> Scenario:
        """Return what an arm plays."""
        settings: Mapping[str, Any] = {**self.set, **arm.set}
        return setting(self.scenario).set(settings)


@cache
def lessons() -> dict[str, Lesson]:
    """Return all lessons by name, in the order of the alphabet."""
    folder = files("sim.lessons") / "library"
    found = {}
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if file.name.endswith(".yaml"):
            data = yaml.safe_load(file.read_text(encoding="utf-8"))
            found[file.name.removesuffix(".yaml")] = Lesson.model_validate(data)
    return found


def lesson(name: str) -> Lesson:
    """Return a lesson.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    known = lessons()
    if name not in known:
        guess = near(name, known)
        right = f"did you mean '{guess}'?" if guess else f"there are: {names_in_short(known, 30)}"
        raise InputError(f"there is no lesson '{clean(name)}'\n    {right}")
    return known[name]
