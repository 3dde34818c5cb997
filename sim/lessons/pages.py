"""A lesson in words: its page, what came out, and the sheet for the teacher."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from sim.analysis.report import embedded, template
from sim.engines.folder import write_whole
from sim.engines.provenance import versions
from sim.files.write import scenario_yaml
from sim.lessons.lesson import Lesson
from sim.lessons.play import Played


def number(lesson: Lesson, value: float) -> str:
    """Write a value of a lesson's measure."""
    return f"{100 * value:.1f} %" if lesson.share else f"{value:.3g}"


def outcome(lesson: Lesson, played: Played) -> str:
    """Say in one sentence what came out, with its numbers."""
    arms = ", ".join(
        f"{number(lesson, value.mean)} ({arm.name})"
        for arm, value in zip(lesson.arms, played.values, strict=True)
    )
    scale, unit = (100, " points") if lesson.share else (1, "")
    change, low, high = (
        f"{scale * value:+.3g}"
        for value in (played.change.mean, played.change.low, played.change.high)
    )
    told = (
        f"{lesson.measured[0].upper()}{lesson.measured[1:]}: {arms}. From the first to the last: "
        f"{change}{unit} (95 % interval {low} to {high}, chance alone)."
    )
    if played.holds:
        return f"{lesson.finding} {told}"
    return f"The finding does not come out clearly in so few runs, or not with this seed. {told}"


def write(folder: Path, name: str, lesson: Lesson, played: Played, seed: int, runs: int) -> None:
    """Write page, figure, values and scenarios of a lesson that was played."""
    from sim.analysis.figures.arms import arms
    from sim.analysis.figures.style import Made, drawing, svg
    from sim.analysis.figures.sweeps import save

    scenarios = [lesson.scenario_of(arm) for arm in lesson.arms]
    told = outcome(lesson, played)
    rows = [
        (arm.name, value.mean, max(0.0, value.low), value.high)
        for arm, value in zip(lesson.arms, played.values, strict=True)
    ]
    made = {"seed": seed, **versions()}
    with drawing():
        chart = arms(
            Made(made, scenarios[0], runs), lesson.finding.removesuffix("."),
            f"Each arm is played {runs:,} times with the same luck; bars are 95 % intervals.",
            lesson.measured, rows, lesson.share,
        )  # fmt: skip
    save(folder, "finding", chart)
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(["arm", "value", "low", "high", "runs"])
    table.writerows([*row, runs] for row in rows)
    write_whole(folder / "values.csv", stream.getvalue().encode())
    (folder / "arms").mkdir(exist_ok=True)
    for place, scenario in enumerate(scenarios):
        write_whole(folder / "arms" / f"{place}.yaml", scenario_yaml(scenario).encode())
    page = template("lesson.html", "sim.lessons").render(
        name=name, lesson=lesson, told=told, deter=made["deter"], alt=chart.alt,
        picture=embedded(svg(chart)), rows=rows, show=lambda value: number(lesson, value),
        readings=None,
    )  # fmt: skip
    write_whole(folder / "lesson.html", page.encode())
