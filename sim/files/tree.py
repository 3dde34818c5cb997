"""The tree of a file: values, each with its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from sim.world.plain import holds
from sim.world.problems import Path


class Place(NamedTuple):
    """Where something stands in a file; line and column count from 1."""

    file: str
    line: int
    column: int


@dataclass(slots=True)
class Node:
    """A value with its place: a scalar, a mapping of names to nodes, or a list of nodes.

    `key_place` is where its key stands, for the value of a key. `removed`, of the root of files
    that extend one another, holds what they took out: path -> where the line stands.
    """

    value: Any
    place: Place
    key_place: Place | None = None
    removed: dict[Path, Place] | None = None


def located(tree: Node, path: Path, of_key: bool = False) -> Place:
    """Return the place of what stands at a path, or of the nearest thing above it that is there.

    A scalar is pointed at itself, unless its key is what is wrong; a mapping or a list at its key.
    """
    node = tree
    for token in path:
        if holds(node.value, token):
            node = node.value[token]
        else:
            of_key = True
            break
    if node.key_place and (of_key or isinstance(node.value, dict | list)):
        return node.key_place
    return node.place


def bare(node: Node) -> Any:
    """Return the values of a tree without their places."""
    if isinstance(node.value, dict):
        return {key: bare(item) for key, item in node.value.items()}
    if isinstance(node.value, list):
        return [bare(item) for item in node.value]
    return node.value
