"""Reading the bytes of a file that may be anything: a pipe, a device, a gigabyte."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from sim.world.problems import Problem, ScenarioError, clean

LARGEST = 1_000_000
"""Bytes a scenario file may have."""

_KINDS = (
    (stat.S_ISDIR, "is a folder"),
    (stat.S_ISFIFO, "is a pipe"),
    (stat.S_ISCHR, "is a device"),
    (stat.S_ISBLK, "is a device"),
    (stat.S_ISSOCK, "is a socket"),
)


def refusal(path: Path, wrong: str, right: str) -> ScenarioError:
    """Return the error for a file that cannot be used at all."""
    return ScenarioError([Problem((), wrong, right, file=clean(str(path), 200))])


def read_bytes(path: Path) -> bytes:
    """Return what a regular file of at most 1 MB holds.

    Raises
    ------
    ScenarioError
        If it cannot be read, is no regular file or is too large. Never waits: a pipe is
        refused before it is opened, and should one take the file's place, opening does not block.
    """
    flags = os.O_RDONLY
    for name in ("O_NONBLOCK", "O_CLOEXEC", "O_BINARY", "O_NOCTTY"):
        flags |= getattr(os, name, 0)
    try:
        _check(path, os.stat(path))
        handle = os.open(path, flags)
        with os.fdopen(handle, "rb") as file:
            _check(path, os.fstat(file.fileno()))
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise refusal(path, "there is no such file", "check the name and the folder") from None
    except PermissionError:
        raise refusal(path, "it may not be read", "check its permissions") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise refusal(path, f"it cannot be read: {reason}", "check the name") from None
    if content is None or len(content) > LARGEST:
        raise _too_large(path)
    return content


def _check(path: Path, facts: os.stat_result) -> None:
    for is_kind, words in _KINDS:
        if is_kind(facts.st_mode):
            raise refusal(path, words, "give a scenario file (YAML)")
    if not stat.S_ISREG(facts.st_mode):
        raise refusal(path, "is no regular file", "give a scenario file (YAML)")
    if facts.st_size > LARGEST:
        raise _too_large(path)


def _too_large(path: Path) -> ScenarioError:
    return refusal(path, f"is larger than {LARGEST // 1_000_000} MB", "give a scenario file (YAML)")
