"""`deter new`: a commented scenario to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.options import Quiet

EXAMPLES = ("deter new my_case",)


def command(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Name of the scenario, such as my_case.")
    ],
    quiet: Quiet = False,
) -> None:
    """Write a scenario to start from.

    NAME.yaml is small, has every part explained and is valid as it stands. An existing file
    is never overwritten.
    """
    from sim.files.template import template
    from sim.world.problems import InputError, clean
    from sim.world.references import is_name

    key = name.removesuffix(".yaml")
    if not is_name(key):
        raise InputError(
            f"'{clean(name)}' cannot name a scenario\n"
            "    use lower-case letters, digits and underscores, beginning with a letter"
        )
    path = Path(f"{key}.yaml")
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(template(key))
    except FileExistsError:
        raise InputError(f"{path} exists already\n    choose another name") from None
    if not quiet:
        typer.echo(f"wrote {path}; next: deter describe {path}")
