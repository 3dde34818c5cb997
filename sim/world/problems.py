"""What can be wrong with a scenario, in words a user can act on."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

Path = tuple[str | int, ...]
"""Where something stands in a scenario: ("flashpoints", "senkaku", "challengers", 0)."""

PRINTED = 100
"""How many problems a message lists before it only counts them."""


class InputError(Exception):
    """The user's input is wrong; the text says what and what would be right (exit code 1)."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, where it stands and what would be right.

    Parameters
    ----------
    path : tuple of str or int
        Where it stands in the scenario; empty for the file as a whole.
    wrong, right : str
        What is wrong, and what to do about it.
    suggestion : str, optional
        The known name that comes nearest to what was written.
    file : str, optional
        The file it was read from; None for a scenario that was not read from a file.
    line, column : int, optional
        Counted from 1.
    of_key : bool
        Whether the last key of the path is what is wrong, not what stands under it.
    unknown : str, optional
        The name that is used there and that nothing declares.
    """

    path: Path
    wrong: str
    right: str = ""
    suggestion: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None
    of_key: bool = False
    unknown: str | None = None

    @property
    def key(self) -> str:
        """The path as users write it: flashpoints.senkaku.challengers.0."""
        return dotted(self.path)

    def at(self, file: str, line: int | None, column: int | None) -> Problem:
        """Return the same problem with its place in a file."""
        return replace(self, file=file, line=line, column=column)

    def as_dict(self) -> dict[str, Any]:
        """Return a form fit for JSON."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "key": self.key,
            "wrong": self.wrong,
            "right": self.right,
            "suggestion": self.suggestion,
        }

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        head = ": ".join(part for part in (place, self.key, self.wrong) if part)
        hint = f"did you mean {self.suggestion!r}?" if self.suggestion else ""
        remedy = "; ".join(part for part in (hint, self.right) if part)
        return f"{head}\n    {remedy}" if remedy else head


class ScenarioError(InputError):
    """A scenario cannot be used; carries every problem found.

    Parameters
    ----------
    problems : sequence of Problem
        At least one.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(listed(self.problems))


def listed(problems: Sequence[Problem]) -> str:
    """Print problems one under the other, the first hundred of them."""
    lines = [str(problem) for problem in problems[:PRINTED]]
    rest = len(problems) - PRINTED
    if rest > 0:
        lines.append(f"... and {rest} more")
    return "\n".join(lines)


def dotted(path: Path) -> str:
    """Write a path as users do, shortened where a name in it is endless."""
    return ".".join(clean(str(part)) for part in path)


def clean(text: str, longest: int = 60) -> str:
    """Make text from a file fit for one line of a terminal."""
    short = text if len(text) <= longest else text[: longest - 3] + "..."
    return "".join(c if c.isprintable() else "\\" + f"u{ord(c):04x}" for c in short)


def shown(value: Any) -> str:
    """Quote a value from a file in a message."""
    if isinstance(value, str):
        return f"'{clean(value)}'"
    if value is None:
        return "nothing (null)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    return clean(str(value))


def near(word: str, known: Iterable[str]) -> str | None:
    """Return the known name nearest to a word, if any is near enough to be what was meant."""
    if not word or len(word) > 80:
        return None
    names = [name for name in known if len(name) <= 80]
    found = difflib.get_close_matches(word.lower(), names, n=1, cutoff=0.6)
    return found[0] if found else None


def names_in_short(known: Collection[str], most: int = 12) -> str:
    """List names for a remedy, the first few of them."""
    names = list(known)
    text = ", ".join(clean(name) for name in names[:most])
    return text + (f", ... ({len(names)} in all)" if len(names) > most else "")


def consequences(path: Path, earlier: Iterable[Path]) -> bool:
    """Tell whether a problem at `path` may merely follow from one already reported.

    True where an earlier problem stands at the same place, above it or below it.
    """
    return any(path[: len(other)] == other or other[: len(path)] == path for other in earlier)
