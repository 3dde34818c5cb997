"""Being stopped: Ctrl-C and SIGTERM let the work at hand be finished; a second one does not."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any


class Stopped(KeyboardInterrupt):
    """The program was asked to stop.

    Parameters
    ----------
    number : int
        The signal that asked.
    """

    def __init__(self, number: int = signal.SIGINT) -> None:
        super().__init__()
        self.number = number


class Stop:
    """Whether the program was asked to stop, and by which signal."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self) -> bool:
        """Tell whether it was asked to stop."""
        return self.number != 0


_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def _handled(handler: Any, *numbers: signal.Signals) -> Iterator[None]:
    """Handle signals for a while; in a thread, which cannot, do nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, handled in before.items():
            signal.signal(number, handled)


@contextmanager
def terminable() -> Iterator[None]:
    """Let SIGTERM end the program as Ctrl-C does, with everything put in order."""

    def heard(number: int, _frame: FrameType | None) -> None:
        raise Stopped(number)

    with _handled(heard, signal.SIGTERM):
        yield


@contextmanager
def gently() -> Iterator[Stop]:
    """Let the first signal only ask to stop; it says so at once. The second one stops.

    Yields
    ------
    Stop
        To be asked whether to stop.
    """
    stop = Stop()

    def heard(number: int, _frame: FrameType | None) -> None:
        if stop():
            for each in _SIGNALS:  # what is put in order now must not be stopped as well
                signal.signal(each, signal.SIG_IGN)
            raise Stopped(number)
        stop.number = number
        _say("stopping after the chunks at hand... (once more stops at once)")

    with _handled(heard, *_SIGNALS):
        yield stop


def _say(text: str) -> None:
    """Print on stderr from within whatever is being done, even another print."""
    clear = "\r\x1b[2K" if sys.stderr is not None and sys.stderr.isatty() else ""
    with suppress(OSError):  # where nobody listens
        os.write(2, f"{clear}{text}\n".encode())
