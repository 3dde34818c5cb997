"""Pages of the explorer: what is known of a scenario, a run or an ensemble into HTML.

All words that readers see are in ``words.toml``, so that they can be translated in one place; what
comes from a scenario is escaped.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from sim.analysis.words import in_words, short_names
from sim.files.describe import describe, given_figures
from sim.web.clauses import PLAY, groups
from sim.web.words import WORDS
from sim.world.problems import dotted

if TYPE_CHECKING:
    from sim.files.packaged import Packaged
    from sim.lessons.lesson import Lesson
    from sim.web.app import Asked
    from sim.web.desk import Job


def render(template: str, **values: Any) -> str:
    """Return a page of a template; all that is put into it is escaped."""
    pages = Environment(
        loader=PackageLoader("sim.web"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    pages.filters["words"] = in_words
    page: str = pages.get_template(template).render(t=WORDS, **values)
    return page


def index(packaged: Sequence[Packaged], own: Sequence[str]) -> str:
    """List the scenarios."""
    kept = [(group, list(items)) for group, items in groupby(packaged, key=lambda i: i.group)]
    return render("index.html", title=WORDS["explorer"], groups=kept, own=own)


def scenario(asked: Asked) -> str:
    """Tell a scenario, with what can be changed."""
    figures = [
        {
            "key": dotted(path), "value": figure.value,
            "text": "; ".join(text for text in (figure.source, figure.note) if text),
        }
        for path, figure in given_figures(asked.scenario, ())
    ]  # fmt: skip
    return render(
        "scenario.html", title=asked.scenario.title, asked=asked,
        told=describe(asked.scenario), names=short_names(asked.scenario), figures=figures,
        groups=groups(asked.original, asked.scenario), play=_play_fields(asked),
    )  # fmt: skip


def _play_fields(asked: Asked) -> list[tuple[str, str]]:
    return [pair for pair in asked.pairs if pair[0] not in PLAY]


def waiting(asked: Asked, kind: str, job: Job | None) -> str:
    """Offer to play what was not, or say how far it is."""
    return render(
        "waiting.html", title=asked.scenario.title, asked=asked, kind=kind, job=job,
        play=_play_fields(asked),
    )  # fmt: skip


def story(asked: Asked, job: Job) -> str:
    """Tell one run."""
    told = json.loads((job.folder / "story.json").read_text(encoding="utf-8"))
    periods: list[dict[str, Any]] = []
    for line in told["lines"]:
        if line["kind"] in ("when", "fold") or not periods:
            heading = line["text"] if line["kind"] in ("when", "fold") else ""
            first, last = line["turns"] or (0, 0)
            fold = line["kind"] == "fold"
            whys = [why for why in told["whys"] if first <= why["turn"] <= last]
            periods.append({"when": heading, "fold": fold, "last": last, "whys": whys, "lines": []})
            if heading:
                continue
        periods[-1]["lines"].append(line)
    return render(
        "story.html", title=asked.scenario.title, asked=asked, periods=periods,
        closing=told["closing"], play=_play_fields(asked), theatre=told["theatre"],
        frames=told["frames"],
    )  # fmt: skip


def tree(asked: Asked, job: Job) -> str:
    """Show one decision as a tree."""
    return render(
        "tree.html", title=asked.scenario.title, asked=asked, job=job, play=_play_fields(asked)
    )


def many(asked: Asked, job: Job) -> str:
    """Show what many runs come to."""
    from sim.analysis.figures import FIGURES, figures_of
    from sim.analysis.findings import findings
    from sim.analysis.frames import load_results
    from sim.analysis.headline import headline
    from sim.analysis.interactive import CODES, data
    from sim.analysis.readings import of_run

    results = load_results(job.folder / "results")
    table = headline(results)
    return render(
        "many.html", title=asked.scenario.title, asked=asked, job=job, headline=table,
        findings=findings(results, table), play=_play_fields(asked),
        pictures=[
            (name, FIGURES[name].question)
            for name in figures_of(results.scenario)
            if name != "band"
        ],
        differences=_differences(job), readings=data(of_run(results)), codes=CODES,
    )  # fmt: skip


def _differences(job: Job) -> dict[str, Any] | None:
    """Return what changes did, if anything was changed."""
    folder = job.folder / "compared"
    if not folder.is_dir():
        return None
    from sim.experiments.findings import findings
    from sim.experiments.folder import load_comparison

    comparison = load_comparison(folder)
    figures = sorted(path.stem for path in (folder / "figures").glob("*.svg"))
    return {"findings": findings(comparison), "figures": figures}


def lesson_list(found: Mapping[str, Lesson]) -> str:
    """List the lessons."""
    return render("lessons.html", title=WORDS["lessons"], lessons=found)


def lesson(name: str, one: Lesson, job: Job | None) -> str:
    """Show a lesson: the idea, what to predict, and once it was played what came out."""
    told = None
    if job is not None and job.state == "done":
        told = json.loads((job.folder / "results" / "told.json").read_text(encoding="utf-8"))
    return render("lesson.html", title=one.title, name=name, lesson=one, job=job, told=told)


def wrong(why: str) -> str:
    """Say what is wrong with an address."""
    return render("message.html", title=WORDS["wrong"], text=why)


def missing() -> str:
    """Say that there is nothing at an address."""
    return render("message.html", title=WORDS["missing"], text=WORDS["missing_text"])
