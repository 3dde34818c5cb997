"""How the command line ends: one message, and an exit code that says whose fault it was."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

OK = 0
WRONG_INPUT = 1
WRONG_USAGE = 2
OUR_FAULT = 3
INTERRUPTED = 130

_NOWHERE = frozenset(
    getattr(errno, name)
    for name in ("ENOSPC", "EDQUOT", "EFBIG", "EROFS", "EIO", "EPIPE")
    if hasattr(errno, name)
)
"""What a place that takes no more output says."""


def guarded(action: Callable[[], Any]) -> int:
    """Do something and return the exit code; an error becomes one message on stderr.

    Parameters
    ----------
    action : callable
        May raise SystemExit, whose code is then returned.
    """
    try:
        action()
    except SystemExit as exit_:
        return exit_.code if isinstance(exit_.code, int) else OK if exit_.code is None else 1
    except KeyboardInterrupt as error:
        return interrupted(error)
    except Exception as error:
        return _failed(error)
    return OK


def interrupted(error: KeyboardInterrupt | None = None) -> int:
    """Say that the program was stopped, and return the exit code: 130 after Ctrl-C, 143 if told."""
    _say("interrupted")
    number = getattr(error, "number", None)
    return INTERRUPTED if number is None else 128 + int(number)


def finish(closed: bool = False) -> None:
    """Write out what is still to be printed; to nowhere if the reader has `closed` the pipe."""
    if sys.stdout is None:  # closed before the program began
        return
    if closed:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.stdout.flush()


def _failed(error: Exception) -> int:
    from sim.world.problems import InputError

    if os.environ.get("DETER_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)
    if isinstance(error, InputError):
        _say(str(error))
        return WRONG_INPUT
    if isinstance(error, OSError) and error.filename is not None:
        _say(f"{error.filename}: {error.strerror or error}")
        return WRONG_INPUT
    if isinstance(error, OSError) and error.errno in _NOWHERE:
        _say(f"the output cannot be written: {error.strerror or error}")
        finish(closed=True)
        return WRONG_INPUT
    what = " ".join(str(error).split())[:200]
    _say(
        f"deter failed ({type(error).__name__}: {what}): this is a fault of the program, please "
        "report it with the command you gave; DETER_DEBUG=1 shows where"
    )
    return OUR_FAULT


def _say(text: str) -> None:
    with suppress(OSError):  # where there is nowhere left to say it
        print(text, file=sys.stderr)
