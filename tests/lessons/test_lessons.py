"""Every lesson: its finding comes out, its words are whole, and what the teacher has is kept apart."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from sim.lessons.lesson import Lesson, lesson, lessons
from sim.lessons.pages import outcome
from sim.lessons.play import SEED, play
from sim.world.problems import InputError

NAMES = sorted(lessons())


def test_there_are_enough() -> None:
    assert len(NAMES) >= 16
    assert len({one.title for one in lessons().values()}) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", [SEED, 11])
def test_the_finding_comes_out(name: str, seed: int) -> None:
    """Clear of chance and of the right sign, under the usual luck and under other luck."""
    one = lessons()[name]
    found = play(one, seed)
    assert found.holds, outcome(one, found)
    values = [value.mean for value in found.values]
    assert values == sorted(values, reverse=not one.rises)
    assert outcome(one, found).startswith(one.finding)


@pytest.mark.parametrize("name", NAMES)
def test_words_are_whole(name: str) -> None:
    one = lessons()[name]
    assert sum(step.minutes for step in one.plan) == 45
    assert 60 <= len(one.idea.split()) <= 400
    assert one.question.endswith("?")
    assert one.finding.endswith(".")
    assert all(re.search(r"\(\d{4}\)", source) for source in one.sources)
    # what a student sees before the run does not give the answer away
    assert one.finding not in one.idea
    assert one.finding not in one.question


def test_the_other_sign_does_not_pass() -> None:
    one = lessons()["denial"]
    found = play(one.model_copy(update={"rises": True}), runs=300)
    assert not found.holds
    assert outcome(one, found).startswith("The finding does not come out clearly")


def test_a_lesson_that_lacks_something_is_no_lesson(project: Path) -> None:
    data = yaml.safe_load((project / "sim/lessons/library/denial.yaml").read_text("utf-8"))
    for key in ("teacher", "sources", "question", "measure"):
        with pytest.raises(ValidationError):
            Lesson.model_validate({k: v for k, v in data.items() if k != key})
    with pytest.raises(ValidationError):
        Lesson.model_validate(data | {"colour": "blue"})


def test_the_command_runs_a_lesson(run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, told, _ = run("lesson", "denial", "--runs", "200", "--out", str(out))
    assert code == 0
    one = lesson("denial")
    assert one.question.split()[0] in told
    assert "In this model" in told
    page = unescape((out / "lesson.html").read_text(encoding="utf-8"))
    assert one.idea.split("\n\n")[0] in page
    assert all(source in page for source in one.sources)
    for kept_apart in (one.teacher.answer, one.teacher.beware, *one.teacher.points):
        assert kept_apart not in page
        assert kept_apart not in " ".join(told.split())
    rows = (out / "values.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 1 + len(one.arms)
    code, told, _ = run("run", str(out / "arms" / "0.yaml"), "--runs", "2", "--quiet")
    assert code == 0


def test_the_sheet_for_the_teacher(run) -> None:
    code, told, _ = run("lesson", "denial", "--teacher")
    assert code == 0
    assert lesson("denial").teacher.answer in " ".join(told.split())
    assert "45 minutes" in told.lower()


def test_the_list_and_what_is_not_in_it(run) -> None:
    code, told, _ = run("lesson", "--json")
    assert code == 0
    assert [item["name"] for item in json.loads(told)] == NAMES
    code, _, err = run("lesson", "grey_zon")
    assert code == 1
    assert "did you mean 'grey_zone'?" in err
    with pytest.raises(InputError):
        lesson("")
