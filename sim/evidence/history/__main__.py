"""Write docs/history.md anew: ``python -m sim.evidence.history``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from sim.evidence.history.judge import compare
from sim.evidence.history.page import COMMAND, RUNS, SEED, page
from sim.evidence.history.record import record

BAND = (0.5, 2.0)
"""Factors on precision at which the scores are given as well: rates of war restate it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the cases, score them and write the page."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=main.__doc__)
    parser.add_argument("--runs", type=_positive, default=RUNS, help="runs a case (%(default)s)")
    parser.add_argument("--seed", type=_whole, default=SEED, help="seed (%(default)s)")
    parser.add_argument(
        "--out", type=Path, default=Path("docs/history.md"), help="file to write (%(default)s)"
    )
    given = parser.parse_args(arguments)
    known = record()
    try:
        with given.out.open("a", encoding="utf-8"):
            pass  # better to know before playing
        compared = compare(known, given.runs, given.seed)
        band = {factor: compare(known, given.runs, given.seed, factor) for factor in BAND}
        text = page(known, compared, band, given.runs, given.seed)
        given.out.write_text(text, encoding="utf-8")
    except OSError as error:
        print(f"{given.out}: {error.strerror}; name a file with --out", file=sys.stderr)
        return 1
    print(f"wrote {given.out}")
    return 0


def _whole(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{text} is negative")
    return number


def _positive(text: str) -> int:
    number = _whole(text)
    if number == 0:
        raise argparse.ArgumentTypeError("at least one run is needed")
    return number


if __name__ == "__main__":
    raise SystemExit(main())
