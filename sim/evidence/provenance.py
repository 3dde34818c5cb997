"""What a generated page says of how it was made, so that a reader sees whether it still holds."""

from __future__ import annotations

import re
from typing import NamedTuple

from sim import __version__
from sim.compiled import rules_hash


class Made(NamedTuple):
    """What made a page."""

    command: str
    version: str
    rules: str
    """Hash of the sources of the rules (`sim.compiled.rules_hash`)."""


RULES = rules_hash()
"""Of the rules that this process plays by: files may change while it plays."""
_LINE = "Made by `{}` with deter {}, rules `{}`; do not edit by hand."
_PATTERN = re.compile(r"Made by `([^`]+)` with deter ([^,\s]+), rules `([0-9a-f]{16})`")


def made_by(command: str) -> str:
    """Return the sentence by which a page names its command, the version and the rules in use."""
    return _LINE.format(command, __version__, RULES)


def made(page: str) -> Made | None:
    """Return what a page says of how it was made; None if it says nothing."""
    found = _PATTERN.search(" ".join(page.split()))
    return None if found is None else Made(*found.groups())
