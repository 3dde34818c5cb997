"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print less.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
File = Annotated[
    str,
    typer.Argument(metavar="FILE", help="A scenario file, or the name of a packaged scenario."),
]
