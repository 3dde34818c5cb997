"""Plain pages in the terminal: headings, paragraphs and tables that fit its width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text


class Page:
    """Prints to standard output; text from files is never taken for markup."""

    def __init__(self) -> None:
        self.console = Console(markup=False, emoji=False, highlight=False, soft_wrap=False)

    def show(self, what: RenderableType) -> None:
        """Print anything rich can, without the blanks with which it fills lines."""
        with self.console.capture() as captured:
            self.console.print(what)
        for line in captured.get().splitlines():
            typer.echo(line.rstrip())

    def title(self, text: str) -> None:
        """Print the title of the page."""
        self.show(Text(text, style="bold"))

    def heading(self, text: str) -> None:
        """Print the heading of a part."""
        typer.echo()
        self.show(Text(text.upper(), style="bold cyan"))

    def text(self, text: str, indent: int = 0, style: str = "") -> None:
        """Print a paragraph."""
        self.show(Padding(Text(text.strip(), style=style), (0, 0, 0, indent)))

    def item(self, text: str, indent: int = 2, style: str = "") -> None:
        """Print an item of a list; further lines hang under the first."""
        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column()
        grid.add_row("-", Text(text.strip(), style=style))
        self.show(Padding(grid, (0, 0, 0, indent)))

    def table(
        self, heads: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[str] = ()
    ) -> None:
        """Print a table; columns named in `right` are aligned to the right."""
        table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="dim", show_edge=False)
        for head in heads:
            number = head in right
            overflow: Literal["fold", "ellipsis"] = "ellipsis" if number else "fold"
            table.add_column(
                head, justify="right" if number else "left", no_wrap=number, overflow=overflow
            )
        for row in rows:
            table.add_row(*row)
        self.show(table)
