"""`deter calibrate`: fit what is fitted to the record, and say how well."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.options import Json, Quiet

if TYPE_CHECKING:
    from sim.evidence.calibration.comparison import Compared
    from sim.evidence.calibration.fit import Fit

EXAMPLES = (
    "deter calibrate --check",
    "deter calibrate --particles 100 --out fitted.json",
)

WORLD = "world"
FRESH = 1000
"""Added to the seed for the comparison, so that it is not the luck the fit was made on."""


def command(
    check: Annotated[
        bool, typer.Option("--check", help="Fit nothing; compare the values in use.")
    ] = False,
    particles: Annotated[
        int, typer.Option(min=10, max=10_000, help="Sets of values kept in each round.")
    ] = 100,
    rounds: Annotated[int, typer.Option(min=1, max=50, help="Rounds at most.")] = 8,
    runs: Annotated[
        int, typer.Option(min=50, max=100_000, help="Runs of the world for each set.")
    ] = 400,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the search and of the luck.")] = 7,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write the fitted values to a new file."),
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Fit the few values that are fitted to base rates of the record, and say how well.

    Plays a generic world of twelve pairs and compares how often its crises are answered, reach
    war and how long they last with militarised disputes since 1816. Fitting takes some minutes
    and needs pip install "deter[calibrate]"; --check needs nothing more.
    """
    from sim.evidence.calibration.comparison import compare_rates
    from sim.files.check import load_scenario
    from sim.world.problems import InputError

    if check and out is not None:
        raise InputError("--check fits nothing, so there is nothing to write\n    leave out one")
    if out is not None and out.exists():
        raise InputError(f"{out} exists already\n    choose another name")
    world = load_scenario(WORLD)
    found: Fit | None = None
    if not check:
        found = _fit(world, particles, runs, seed, rounds, quiet or json)
        world = world.set({value.path: _rounded(value.value) for value in found.values})
    compared = compare_rates(world, 10 * runs, seed + FRESH)
    if found is not None and out is not None:
        made = (
            f"deter calibrate --particles {particles} --rounds {rounds} --runs {runs} --seed {seed}"
        )
        _write(out, found, made)
    if json:
        from json import dumps

        values = _values(found) if found is not None else _in_use()
        typer.echo(dumps({"values": values, "rates": [c.as_dict() for c in compared]}, indent=2))
        return
    _show_values(found)
    _show_rates(compared, 10 * runs)
    if out is not None and not quiet:
        typer.echo(f"wrote {out}")


def _rounded(value: float) -> float:
    """Keep three digits: more would pretend to know more than the interval says."""
    return float(f"{value:.3g}")


def _fit(world: Any, particles: int, runs: int, seed: int, rounds: int, silent: bool) -> Fit:
    from rich.console import Console

    from sim.evidence.calibration.fit import fit

    best = 100.0
    with Console(stderr=True, quiet=silent).status("fitting…") as status:

        def told(played: int, misfit: float) -> None:
            nonlocal best
            best = min(best, misfit)
            status.update(
                f"fitting: {played} sets tried, the best {best:.2f} of the way to an edge"
            )

        return fit(world, particles, runs, seed, rounds, told)


def _values(found: Fit) -> dict[str, dict[str, float]]:
    return {
        value.path: {
            "value": _rounded(value.value), "low": _rounded(value.low), "high": _rounded(value.high)
        }
        for value in found.values
    }  # fmt: skip


def _in_use() -> dict[str, Any]:
    from sim.world.fitted import fitted

    found: dict[str, Any] = fitted()["values"]
    return found


def _write(out: Path, found: Fit, made: str) -> None:
    from json import dumps

    content = {
        "made_by": made,
        "emulates": "militarised interstate disputes (MID-like crises)",
        "interval": "90 % of the weight of all sets of values that fit",
        "values": _values(found),
    }
    with out.open("x", encoding="utf-8", newline="\n") as file:
        file.write(dumps(content, indent=2) + "\n")


def _show_values(found: Fit | None) -> None:
    from sim.cli.page import Page
    from sim.evidence.calibration.fit import PRIORS

    used, now = _in_use(), {} if found is None else _values(found)
    heads = ["field", "prior", "in use (90 %)", *(["now (90 %)"] if now else [])]
    rows = []
    for path, (low, high) in PRIORS.items():
        row = [path, f"{low:g} to {high:g}"]
        for values in (used, now) if now else (used,):
            value = values[path]
            row.append(f"{value['value']:g} ({value['low']:g} to {value['high']:g})")
        rows.append(row)
    page = Page()
    page.heading("What is fitted")
    page.table(heads, rows, right=heads[1:])
    if found is not None:
        page.text(
            f"{found.played:,} sets of values tried. The kept ones lie at most {found.reach:.2f} "
            "of the way from the middle of every gate to its edge."
        )


def _show_rates(compared: list[Compared], runs: int) -> None:
    from sim.cli.page import Page

    rows = []
    for row in compared:
        form = _days if "days" in row.key else _per_cent
        gate = "-"
        if row.gate is not None:
            gate = f"{form(row.gate.low)} to {form(row.gate.high)}"
        verdict = row.verdict if row.agrees else row.verdict.upper()
        known, found = (
            f"{form(rate.value)} ({form(rate.low)} to {form(rate.high)})"
            for rate in (row.record, row.model)
        )
        rows.append((row.meaning, known, gate, found, verdict))
    page = Page()
    page.heading(f"A generic world beside the record ({runs:,} runs)")
    page.table(("% or days", "record", "gate", "model", ""), rows, ("record", "gate", "model"))
    page.text(
        "Rates with a gate were fitted to, which validates nothing; the others were not. Intervals "
        "are 95 %, those of recorded days quartiles. A rate agrees if the intervals meet. MID-like "
        "crises are those in which force was displayed or used, from the grey zone up; ICB-like "
        "ones were answered in kind and reached a show of force."
    )


def _per_cent(share: float) -> str:
    return f"{100 * share:.1f}"


def _days(days: float) -> str:
    return f"{days:.0f}"
