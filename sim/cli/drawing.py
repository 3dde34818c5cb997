"""What commands that draw from a result folder share: the folder, and a progress bar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

Folder = Annotated[
    str,
    typer.Argument(metavar="DIR", help="A folder that `deter run`, `compare` or `sweep` wrote."),
]


@contextmanager
def progress(what: str, total: int, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Show a bar with the time left on a terminal; yield what is to be told of each thing done.

    Parameters
    ----------
    what : str
        What is being done.
    total : int
        How many things there are to do.
    quiet : bool
        Show nothing.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=quiet or not console.is_terminal,
    )
    with bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, advance=1, description=f"{what}: {done}")
