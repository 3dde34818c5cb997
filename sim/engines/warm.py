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
    from sim.compiled import CACHE_FOLDER, first_compile

    if quiet or not first_compile():
        return
    if CACHE_FOLDER is None:
        text = (
            "Compiling the rules (about a minute), as at every start: there is no folder to keep "
            "them in.\n    set DETER_CACHE_DIR to a folder that can be written"
        )
    else:
        text = "Compiling the rules, once for this version (about a minute)…"
    print(text, file=sys.stderr, flush=True)
