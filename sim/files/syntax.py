"""Bytes to the events of YAML: what begins and ends where, and every way the text can be broken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from sim.world.problems import Problem, clean

_REMEDIES: tuple[tuple[str, str], ...] = (
    ("'\\t'", "indent with spaces: YAML does not allow tabs"),
    ("mapping values are not allowed", "put text with a colon in quotes; check the indentation"),
    ("could not find expected ':'", "write KEY: VALUE; check the indentation and the quotes"),
    ("did not find expected key", "check the indentation and the quotes"),
    ("expected <block end>", "check the indentation and the quotes"),
    ("unexpected end of stream", "close the quotes"),
    ("did not find expected ',' or", "close the bracket, or put a comma between the entries"),
    ("expected ',' or", "close the bracket, or put a comma between the entries"),
    ("cannot start any token", "put text that begins with this character in quotes"),
    ("control characters", "take the control character out"),
    ("special characters", "take the control character out"),
)


class Stop(Exception):
    """Reading cannot go on; the problem says why."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


def decoded(content: bytes, name: str) -> str:
    """Return the text of a file in UTF-8, with or without a byte-order mark, or stop."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Stop(Problem((), "the file is in UTF-16", "save it as UTF-8", file=name))
    if b"\0" in content:
        raise Stop(
            Problem((), "this is a binary file", "give a scenario file (YAML text)", file=name)
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # A BOM is cut off before the bytes are counted.
        before = error.object[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        byte = error.object[error.start]
        raise Stop(
            Problem(
                (),
                f"byte 0x{byte:02x} is not UTF-8",
                "save the file as UTF-8",
                None,
                name,
                line,
                column,
            )
        ) from None
    return text


def events(text: str, name: str) -> Iterator[Any]:
    """Yield the events of libyaml, or of PyYAML's slower parser where that is not built in."""
    quoted = None
    try:
        parser = _parser(text)
        while parser.check_event():
            event = parser.get_event()
            if isinstance(event, yaml.ScalarEvent) and event.style in ("'", '"'):
                quoted = event
            yield event
    except yaml.YAMLError as error:
        raise Stop(_unclosed(error, quoted, name) or _syntax(error, text, name)) from None


def _parser(text: str) -> Any:
    try:
        # The C parser alone: the loaders built on it would make objects.
        from yaml._yaml import CParser
    except ImportError:
        return PurePython(text)
    return CParser(text)


class PurePython(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):
    """PyYAML's own parser, without what would build objects."""

    def __init__(self, text: str) -> None:
        yaml.reader.Reader.__init__(self, text)
        yaml.scanner.Scanner.__init__(self)
        yaml.parser.Parser.__init__(self)


def _unclosed(error: yaml.YAMLError, quoted: Any, name: str) -> Problem | None:
    """Return the problem that a quote is not closed, at the line that opens it, if it is that.

    The file then reads as one text up to its end, or up to the next quote, behind which nothing
    makes sense any more.
    """
    mark = getattr(error, "problem_mark", None)
    if "quoted scalar" in (getattr(error, "context", None) or ""):
        opened, until = getattr(error, "context_mark", None), "is never closed"
        if opened is None or "end of stream" not in (getattr(error, "problem", None) or ""):
            return None
    elif quoted is not None and mark is not None and quoted.end_mark.line == mark.line:
        opened, until = quoted.start_mark, f"is closed only on line {mark.line + 1}"
        if opened.line == mark.line:
            return None
    else:
        return None
    wrong = f"not YAML: the quote that opens here {until}"
    right = "close it at the end of the text, and check the quotes within it"
    return Problem((), wrong, right, None, name, opened.line + 1, opened.column + 1)


def _syntax(error: yaml.YAMLError, text: str, name: str) -> Problem:
    """Put what the parser says into a problem."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or "not readable"
    if mark is not None:
        line, column = mark.line + 1, mark.column + 1
    else:
        before = text[: getattr(error, "position", 0)]
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    lines = text.splitlines()
    if line > len(lines) > 0:  # the end of the file: point at the last line there is
        line, column = len(lines), len(lines[-1]) + 1
    here = lines[line - 1] if lines else ""
    if "cannot start any token" in said and here[column - 1 : column] == "\t":
        said = "found a tab '\\t' where a key or a value should begin"
    right = next((remedy for words, remedy in _REMEDIES if words in said), "check this line")
    return Problem((), f"not YAML: {clean(said, 200)}", right, None, name, line, column)
