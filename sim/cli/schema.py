"""`deter schema`: JSON Schema of the scenario file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.options import Quiet

EXAMPLES = ("deter schema --out scenario.schema.json",)


def command(
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write it to a new file, not to the screen."),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Print the JSON Schema of the scenario file.

    Editors complete and check with it: one with a YAML language server looks for the line
    "# yaml-language-server: $schema=scenario.schema.json" at the top of a scenario.
    """
    from json import dumps

    from sim.files.schema import scenario_schema
    from sim.world.problems import InputError

    text = dumps(scenario_schema(), indent=2, ensure_ascii=False)
    if out is None:
        typer.echo(text)
        return
    try:
        with out.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text + "\n")
    except FileExistsError:
        raise InputError(f"{out} exists already\n    choose another name") from None
    if not quiet:
        typer.echo(f"wrote {out}")
