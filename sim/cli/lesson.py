"""`deter lesson`: list the lessons, or run one."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli.options import Json, Out, Quiet

EXAMPLES = ("deter lesson", "deter lesson grey_zone", "deter lesson grey_zone --teacher")


def command(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Which lesson.")] = None,
    teacher: Annotated[
        bool, typer.Option("--teacher", help="Show the sheet for the teacher, and run nothing.")
    ] = False,
    runs: Annotated[
        int | None, typer.Option(min=2, max=20_000, help="Runs of each arm; the lesson's own.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of chance.")] = 7,
    out: Out = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List the lessons, or run one.

    A lesson tells the idea of a concept, asks what you expect, plays two or three arms under the
    same luck and says what came out; page, figure, values and scenarios lie in a folder. Answers
    for the teacher are kept apart: --teacher shows them.
    """
    from sim.lessons.lesson import lesson, lessons

    if name is None:
        if json:
            from json import dumps

            listed = [{"name": key, "title": one.title} for key, one in lessons().items()]
            typer.echo(dumps(listed, indent=2, ensure_ascii=False))
        elif quiet:
            for key in lessons():
                typer.echo(key)
        else:
            from sim.cli.page import Page

            Page().table(["name", "title"], [[key, one.title] for key, one in lessons().items()])
        return
    one = lesson(name)
    if teacher:
        _teach(name)
        return
    from sim.engines.folder import fresh_folder
    from sim.engines.warm import announce_compile

    announce_compile(quiet or json)
    if not quiet and not json:
        _open(name)
    from sim.lessons import pages
    from sim.lessons.play import play

    number = runs or one.runs
    played = play(one, seed, number)
    folder = fresh_folder(out, f"lesson-{name}")
    pages.write(folder, name, one, played, seed, number)
    if json:
        from json import dumps

        told = {
            "lesson": name, "folder": str(folder), "holds": played.holds,
            "values": {
                arm.name: value.mean for arm, value in zip(one.arms, played.values, strict=True)
            },
            "change": played.change._asdict(),
        }  # fmt: skip
        typer.echo(dumps(told, indent=2, ensure_ascii=False))
    elif quiet:
        typer.echo(folder)
    else:
        _close(name, pages.outcome(one, played), str(folder))


def _open(name: str) -> None:
    from sim.cli.page import Page
    from sim.lessons.lesson import lesson

    one, page = lesson(name), Page()
    page.title(one.title)
    for text in one.idea.split("\n\n"):
        page.text(text)
        page.text("")
    page.heading("Predict before you read on")
    page.text(one.question, style="italic")


def _close(name: str, told: str, folder: str) -> None:
    from sim.cli.page import Page
    from sim.lessons.lesson import lesson

    one, page = lesson(name), Page()
    page.heading("What came out")
    page.text(told)
    page.heading("Try next")
    for text in one.next:
        page.item(text)
    page.heading("Sources")
    for text in one.sources:
        page.item(text)
    page.text("")
    page.text("In this model, not a forecast.")
    page.text(f"{folder}: lesson.html, figures/, values.csv, arms/")


def _teach(name: str) -> None:
    from sim.cli.page import Page
    from sim.lessons.lesson import lesson

    one, page = lesson(name), Page()
    page.title(f"{one.title}: for the teacher")
    page.heading("Objectives")
    for text in one.objectives:
        page.item(text)
    page.heading(f"Plan, {sum(step.minutes for step in one.plan)} minutes")
    for step in one.plan:
        page.item(f"{step.minutes} minutes: {step.what}")
    page.heading("The question")
    page.text(one.question)
    page.heading("The answer")
    page.text(one.teacher.answer)
    page.heading("What the debrief should bring out")
    for text in one.teacher.points:
        page.item(text)
    page.heading("Beware")
    page.text(
        f"Students conclude too quickly: {one.teacher.beware[0].lower()}{one.teacher.beware[1:]}"
    )
