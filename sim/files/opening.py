"""Reading the bytes of a file that may be anything: a pipe, a device, a gigabyte."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from sim.world.problems import Problem, ScenarioError, clean

LARGEST = 1_000_000
"""Bytes a scenario file may have."""
SCENARIO = "a scenario file (YAML)"

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


def read_bytes(path: Path, wanted: str = SCENARIO) -> bytes:
    """Return what a regular file of at most 1 MB holds.

    Parameters
    ----------
    path : Path
        The file.
    wanted : str
        What should have been given, for messages.

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
        _check(path, os.stat(path), wanted)
        handle = os.open(path, flags)
        with os.fdopen(handle, "rb") as file:
            _check(path, os.fstat(file.fileno()), wanted)
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise refusal(path, "there is no such file", "check the name and the folder") from None
    except PermissionError:
        raise refusal(path, "it may not be read", "check its permissions") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise refusal(path, f"it cannot be read: {reason}", "check the name") from None
    if content is None or len(content) > LARGEST:
        raise _too_large(path, wanted)
    return content


def _check(path: Path, facts: os.stat_result, wanted: str) -> None:
    for is_kind, words in _KINDS:
        if is_kind(facts.st_mode):
            raise refusal(path, words, f"give {wanted}")
    if not stat.S_ISREG(facts.st_mode):
        raise refusal(path, "is no regular file", f"give {wanted}")
    if facts.st_size > LARGEST:
        raise _too_large(path, wanted)


def _too_large(path: Path, wanted: str) -> ScenarioError:
    return refusal(path, f"is larger than {LARGEST // 1_000_000} MB", f"give {wanted}")
