"""`deter discover`: which corners of a finished sweep lead to an outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.options import Json, Quiet

if TYPE_CHECKING:
    from sim.experiments.discovery import Discovery

EXAMPLES = (
    "deter discover results/hypercube",
    'deter discover results/hypercube --outcome "war > 0.05 and control_lost < 0.1"',
)


def command(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="The folder of a finished sweep.")],
    outcome: Annotated[
        str | None,
        typer.Option(
            metavar="NAME or CONDITION",
            help="A share of runs such as war (the first one measured if not given), or a "
            "condition on points such as 'war > 0.3'.",
        ),
    ] = None,
    boxes: Annotated[int, typer.Option(min=1, max=10, help="Boxes to look for.")] = 2,
    mass: Annotated[
        float, typer.Option(min=0.005, max=0.5, help="Smallest share of points a box may have.")
    ] = 0.05,
    density: Annotated[
        float | None,
        typer.Option(min=0.0, max=1.0, help="Take the widest box with at least this density."),
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Tell where in a sweep an outcome happens: the boxes of its fields, in plain sentences.

    Boxes are found by PRIM (the patient rule induction method) over the points of a finished
    sweep, best a latin_hypercube. Says how much of a box shows the outcome (density), how much of
    the outcome it holds (coverage), and which fields halves of the points name again. Needs
    pip install "deter[analysis]".
    """
    from sim.analysis.sweeps import load_sweep
    from sim.experiments.discovery import discover
    from sim.world.problems import InputError

    results = load_sweep(folder)
    if outcome is None:
        outcome = next(
            (name for name, facts in results.outcomes.items() if facts["unit"] == "share of runs"),
            None,
        )
        if outcome is None:
            raise InputError(
                f"{folder}: measures no share of runs\n    give a condition on what it measures, "
                'such as --outcome "control_lost > 0.2"'
            )
    found = discover(results, outcome, boxes, mass, density)
    if json:
        typer.echo(_as_json(found))
    else:
        _tell(found, density, quiet)


def _as_json(found: Discovery) -> str:
    from json import dumps

    from sim.experiments.discovery import sentence

    def limits(low: float, high: float) -> list[float | None]:
        return [None if abs(bound) == float("inf") else bound for bound in (low, high)]

    return dumps(
        {
            "outcome": found.what, "of": found.of, "base": found.base, "points": found.points,
            "boxes": [
                {
                    "where": {
                        path: sorted(limit.words) if limit.words else limits(limit.low, limit.high)
                        for path, limit in box.box.items()
                    },
                    "density": box.density, "interval": [box.low, box.high],
                    "coverage": box.coverage, "mass": box.mass, "points": box.points,
                    "found_again": box.again, "sentence": sentence(box, found),
                }
                for box in found.boxes
            ],
            "trade_off": [
                {"coverage": c, "density": d, "restricted": n, "mass": m}
                for c, d, n, m in found.path
            ],
        },
        indent=2, ensure_ascii=False,
    )  # fmt: skip


def _tell(found: Discovery, density: float | None, quiet: bool) -> None:
    from sim.analysis.words import percent
    from sim.cli.page import Page
    from sim.experiments.discovery import RESAMPLES, limit_text, sentence

    page = Page()
    if not found.boxes:
        reason = (
            f"with a density of {percent(density)}" if density is not None else "denser than all"
        )
        page.text(f"No box {reason} was found in {found.points:,} points.")
        return
    for number, box in enumerate(found.boxes, start=1):
        if quiet:
            page.text(sentence(box, found))
            continue
        page.heading(
            f"box {number} of {len(found.boxes)}: {box.points:,} of {found.points:,} points"
        )
        page.text(sentence(box, found))
        for path, limit in box.box.items():
            page.item(
                f"{limit_text(path, limit)}: restricted again in {box.again[path] * RESAMPLES:.0f} "
                f"of {RESAMPLES} searches in half of the points"
            )
    if quiet:
        return
    page.heading("trade-off of the first box")
    step = max(1, len(found.path) // 10)
    rows = [
        [percent(c), percent(d), str(n), percent(m)]
        for c, d, n, m in dict.fromkeys((*found.path[::step], found.path[-1]))
    ]
    heads = ("coverage", "density", "fields restricted", "points in it")
    page.table(heads, rows, right=heads)
    page.text(
        "Boxes are looked for where they fit best, so that their density is somewhat too high for "
        "new points; a field that few searches name again is not to be relied on."
    )
