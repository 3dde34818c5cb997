"""The words of the explorer and the classroom, kept in ``words.toml`` to be translated there."""

from __future__ import annotations

import tomllib
from pathlib import Path

WORDS: dict[str, str] = tomllib.loads(
    (Path(__file__).parent / "words.toml").read_text(encoding="utf-8")
)
