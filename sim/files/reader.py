"""Bytes to a tree of values, each with its place in the file.

libyaml splits the text into events; what they mean is decided here, by YAML 1.2's core schema
and less: a scenario is data, so there are no anchors and aliases, tags, merge keys or second
documents. Everything is bounded, so that no file can hang the program or fill the memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from sim.files.opening import read_bytes
from sim.files.scalars import LONGEST_NUMBER, scalar
from sim.files.syntax import Stop, decoded, events
from sim.files.tree import Node, Place
from sim.world.problems import Path as Steps
from sim.world.problems import Problem, clean, shown

DEEPEST = 20
"""Levels of nesting."""
MOST_NODES = 100_000
"""Keys, values, lists and mappings, taken together."""


def read(path: Path, name: str | None = None) -> tuple[Node | None, list[Problem]]:
    """Read a file into a tree.

    Parameters
    ----------
    path : Path
        The file.
    name : str, optional
        How messages call it; its path by default.

    Returns
    -------
    tree : Node or None
        None where nothing can be made of the file.
    problems : list of Problem
        What is wrong with it as a file; the rest of the tree can be checked all the same.

    Raises
    ------
    ScenarioError
        If the file cannot be read at all.
    """
    return parse(read_bytes(path), name or clean(str(path), 200))


def parse(content: bytes, name: str) -> tuple[Node | None, list[Problem]]:
    """Make a tree of the bytes of a file; see `read`."""
    builder = _Builder(name)
    tree = None
    try:
        tree = builder.document(decoded(content, name))
    except Stop as stop:
        builder.problems.append(stop.problem)
    # What an alias stands for is not looked up, so the rest of the file cannot be judged.
    return None if builder.aliases else tree, [*builder.marked(), *builder.problems]


class _Builder:
    """Makes a tree of events, and remembers what was wrong on the way."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.nodes = 0
        self.marks: list[tuple[Any, Steps]] = []
        self.aliases: list[tuple[Any, Steps]] = []
        self.events: Iterator[Any] = iter(())

    def document(self, text: str) -> Node:
        """Return the tree of the one document a file has."""
        self.events = events(text, self.name)
        next(self.events)  # the stream starts
        started = next(self.events)
        if isinstance(started, yaml.StreamEndEvent):
            raise Stop(
                Problem(
                    (),
                    "the file is empty",
                    "`deter new NAME` writes one to start from",
                    file=self.name,
                )
            )
        tree = self.node(next(self.events), (), 0)
        next(self.events)  # the document ends
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            self.report(
                after, (), "a second document begins", "keep one, and take out the line ---"
            )
        return tree

    def report(self, event: Any, path: Steps, wrong: str, right: str) -> None:
        """Note a problem after which reading can go on."""
        if len(self.problems) < 1000:
            self.problems.append(Problem(path, wrong, right, None, *self.place(event)))

    def marked(self) -> list[Problem]:
        """Return the problem of aliases, or that of anchors where none is used: the first of all.

        There may be thousands, so that they are counted rather than listed.
        """
        found = self.aliases or self.marks
        if not found:
            return []
        event, path = found[0]
        wrong, many, right = f"an anchor (&{clean(event.anchor)})", "anchors", "take it out"
        if self.aliases:
            wrong, many = f"an alias (*{clean(event.anchor)})", "aliases"
            right = "write the value out: a scenario file has no anchors and aliases"
        if len(found) > 1:
            wrong += f", the first of {len(found):,} {many}"
        return [Problem(path, wrong, right, None, *self.place(event))]

    def place(self, event: Any) -> Place:
        return Place(self.name, event.start_mark.line + 1, event.start_mark.column + 1)

    def node(self, event: Any, path: Steps, depth: int) -> Node:
        """Return the tree of the value that begins with an event."""
        self.nodes += 1
        place = self.place(event)
        if self.nodes > MOST_NODES:
            raise Stop(
                Problem(
                    path, f"more than {MOST_NODES:,} values", "split the scenario", None, *place
                )
            )
        if isinstance(event, yaml.AliasEvent):
            self.aliases.append((event, path))
            return Node(None, place)
        if event.anchor is not None:
            self.marks.append((event, path))
        if event.tag is not None:
            self.report(event, path, f"a tag ({clean(event.tag)})", "take it out")
        if depth >= DEEPEST and not isinstance(event, yaml.ScalarEvent):
            raise Stop(
                Problem(
                    path[:4], f"nested deeper than {DEEPEST} levels", "flatten it", None, *place
                )
            )
        if isinstance(event, yaml.MappingStartEvent):
            return Node(self.mapping(path, depth), place)
        if isinstance(event, yaml.SequenceStartEvent):
            return Node(self.sequence(path, depth), place)
        return Node(self.scalar(event, path), place)

    def scalar(self, event: Any, path: Steps) -> Any:
        text: str = event.value
        odd = next((c for c in text if _odd(c)), None)
        if odd is not None:
            self.report(event, path, f"a control character ({shown(odd)})", "take it out")
            return "".join(c for c in text if not _odd(c))
        # With a tag, already reported, neither flag is set.
        if not event.implicit[0]:
            return text
        try:
            return scalar(text)
        except ValueError as error:
            self.report(event, path, str(error), f"write at most {LONGEST_NUMBER}")
            return 0

    def sequence(self, path: Steps, depth: int) -> list[Node]:
        items: list[Node] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self.node(event, (*path, len(items)), depth + 1))
        return items

    def mapping(self, path: Steps, depth: int) -> dict[str, Node]:
        items: dict[str, Node] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self.key(event, path, depth)
            here = path if key is None else (*path, key)
            node = self.node(next(self.events), here, depth + 1)
            node.key_place = self.place(event)
            if key is None:
                continue
            if key in items:
                first = items[key].key_place
                self.report(
                    event,
                    here,
                    f"given twice: on line {first.line if first else '?'} and here",
                    "keep one of them",
                )
                continue
            items[key] = node
        return items

    def key(self, event: Any, path: Steps, depth: int) -> str | None:
        """Return a key, or None where there is something else, which is reported."""
        before = len(self.problems)
        key = self.node(event, path, depth + 1)
        plain = isinstance(event, yaml.ScalarEvent) and event.implicit[0]
        if len(self.problems) > before or isinstance(event, yaml.AliasEvent):
            return None
        if plain and key.value == "<<":
            self.report(event, path, "a merge key (<<)", "write the values out, or use extends")
            return None
        if isinstance(key.value, str):
            return key.value
        what = shown(key.value) if isinstance(event, yaml.ScalarEvent) else "a list or a mapping"
        if plain and event.value:
            right = "put it in quotes if it is meant as a name"
        else:
            right = "write a name before the colon"
        self.report(event, path, f"{what} as a key", right)
        return None


def _odd(character: str) -> bool:
    """Tell whether a character has no place in text: it could steer a terminal."""
    code = ord(character)
    if character in "\n\t\r\x85":
        return False
    return code < 32 or 127 <= code < 160 or 0xD800 <= code < 0xE000
