"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print less.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Jobs = Annotated[
    int | None, typer.Option(min=1, max=1024, help="Processes; all cores if not given.")
]
NoBand = Annotated[
    bool, typer.Option("--no-band", help="Leave out the runs at half and twice the precision.")
]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="Folder to write to, new or empty.")]
AnyFile = Annotated[
    str | None,
    typer.Argument(metavar="FILE", help="A scenario file, or the name of a packaged scenario."),
]
"""Of commands that can also resume."""
File = Annotated[
    str,
    typer.Argument(metavar="FILE", help="A scenario file, or the name of a packaged scenario."),
]
