"""What commands that play many runs share: a bar with the time left, the command as given."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def span(seconds: float) -> str:
    """Write a length of time in the unit that suits it."""
    for unit, length in (("days", 86400.0), ("hours", 3600.0), ("minutes", 60.0)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} seconds"


def said() -> str:
    """Return the command as it was given."""
    return shlex.join(["deter", *sys.argv[1:]])


@contextmanager
def counting(total: int, before: int, quiet: bool) -> Iterator[Callable[[int], None]]:
    """Show a bar that counts runs on a terminal; yield what is to be told of runs played.

    Parameters
    ----------
    total, before : int
        Runs in all, and those that were played before.
    quiet : bool
        Show nothing.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("playing"), BarColumn(), MofNCompleteColumn(), TextColumn("runs"),
        TextColumn("{task.fields[rate]}"),
    )  # fmt: skip
    shown = not quiet and console.is_terminal
    with Progress(*columns, console=console, disable=not shown, transient=True) as progress:
        task = progress.add_task("", total=total, completed=before, rate="")
        began, played = time.monotonic(), 0

        def done(runs: int) -> None:
            nonlocal played
            played += runs
            speed = played / max(time.monotonic() - began, 1e-9)
            left = span((total - before - played) / speed)
            progress.update(task, advance=runs, rate=f"{speed:,.0f} a second, {left} left")

        yield done
