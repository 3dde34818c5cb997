"""What to say before the rules are compiled, which happens once for each version."""

from __future__ import annotations

import sys


def announce_compile(quiet: bool = False) -> None:
    """Say on stderr that the rules must first be compiled, where that is so.

    Parameters
    ----------
    quiet : bool
        Say nothing.
    """
    from sim.compiled import first_compile

    if not quiet and first_compile():
        text = "Compiling the rules, once for this version (about a minute)…"
        print(text, file=sys.stderr, flush=True)
