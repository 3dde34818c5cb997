"""Scalars of YAML 1.2's core schema: what an unquoted word in a scenario file stands for.

PyYAML follows YAML 1.1, where `no` is false, `1:30` is ninety and `2024-04-10` a date. Here they
are text (yaml.org/spec/1.2.2, section 10.3.2).
"""

from __future__ import annotations

import re

LONGEST_NUMBER = 40
"""Characters a number may have."""

NULL = re.compile(r"~|null|Null|NULL|")
BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
FLOAT = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)


def scalar(text: str) -> bool | int | float | str | None:
    """Return what an unquoted scalar stands for.

    Raises
    ------
    ValueError
        If it is a number of more than 40 characters.
    """
    if NULL.fullmatch(text):
        return None
    if BOOL.fullmatch(text):
        return text[0] in "tT"
    whole = INT.fullmatch(text)
    if not whole and not FLOAT.fullmatch(text):
        return text
    if len(text) > LONGEST_NUMBER:
        raise ValueError(f"a number of {len(text)} characters")
    if whole:
        return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
    # Python writes infinity and not-a-number without the point.
    return float(text.replace(".", "")) if text.lstrip("+-.")[:1] in "inIN" else float(text)
