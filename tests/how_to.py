"""Runs the commands of docs/how-to, and writes what they print into the pages.

A block of `sh` holds commands, one a line; a block of `python`, a program. A block of `text` right
behind one of them is what it prints, where a line of three dots stands for any lines. The blocks of
a page run one after the other in one folder.

    python -m tests.how_to        writes what is printed today into every page
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sim.cli.app import main

PAGES = Path(__file__).parents[1] / "docs" / "how-to"
_BLOCK = re.compile(
    r"^```(?P<kind>sh|python)\n(?P<code>.*?)^```\n(?:\n```text\n(?P<told>.*?)^```\n)?",
    flags=re.MULTILINE | re.DOTALL,
)
DOTS = "..."


class Block(NamedTuple):
    """Something that is run, and what the page says it prints; None where it says nothing."""

    kind: str
    code: str
    told: str | None
    span: tuple[int, int]
    """Where `told` stands in the page."""


def blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of a page that are run."""
    for found in _BLOCK.finditer(text):
        yield Block(found["kind"], found["code"], found["told"], found.span("told"))


def printed(block: Block) -> str:
    """Run a block in the folder at hand; returns what it prints.

    Raises
    ------
    RuntimeError
        If a line is no command of this program, or ends with another code than 0.
    """
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        if block.kind == "python":
            exec(compile(block.code, "a block of python", "exec"), {"__name__": "how_to"})
        else:
            for line in block.code.replace("\\\n", " ").splitlines():
                name, *arguments = shlex.split(line)
                if name != "deter":
                    raise RuntimeError(f"not a command of this program: {line}")
                code = main(arguments)
                if code != 0 and "--resume" not in arguments:  # there is nothing to resume here
                    raise RuntimeError(f"{line}: exit code {code}")
    return out.getvalue()


def agrees(told: str, out: str) -> bool:
    """Whether what a page says is what was printed; three dots stand for any lines."""
    parts = [re.escape(part) for part in re.split(r"^\.\.\.\n", told, flags=re.MULTILINE)]
    return re.fullmatch("(?:.*\n)*?".join(parts), out) is not None


def says(told: str, out: str) -> bool:
    """Whether all that a page says was printed, in this order; spaces and ends of lines apart."""
    at, out = 0, " ".join(out.split())
    for part in re.split(r"^\.\.\.\n", told, flags=re.MULTILINE):
        words = " ".join(part.split())
        found = out.find(words, at)
        if found < 0:
            return False
        at = found + len(words)
    return True


def refreshed(told: str, out: str) -> str:
    """Return what a page is to say: as before where that was printed, else all of it.

    A page may say only the part it goes on to speak of.
    """
    return told if says(told, out) else out.lstrip("\n")


@contextlib.contextmanager
def elsewhere() -> Iterator[None]:
    """Work for a while in a folder that holds nothing but the documents."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as place:
        os.chdir(place)
        Path("docs").symlink_to(PAGES.parent)
        try:
            yield
        finally:
            os.chdir(before)


def refresh(page: Path) -> None:
    """Write into a page what its blocks print, where it does not say so already."""
    text = page.read_text(encoding="utf-8")
    with elsewhere():
        outs = [(block, printed(block)) for block in blocks(text)]
    for block, out in reversed(outs):
        if block.told is not None:
            start, end = block.span
            text = text[:start] + refreshed(block.told, out) + text[end:]
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    os.environ["COLUMNS"] = "100"  # as wide as a line of a page
    for each in sorted(PAGES.glob("*.md")):
        refresh(each)
