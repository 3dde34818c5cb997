"""Play every row of the table and write the page: python -m sim.evidence.parameters [FILE]."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from sim.evidence.parameters.measure import Measured, measured
from sim.evidence.parameters.page import COMMAND, page
from sim.evidence.parameters.rows import ROWS
from sim.experiments.arms import Arm


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=Path("docs/parameters.md"))
    parser.add_argument("--runs", type=int, help="at most so many runs a row, for a quick look")
    given = parser.parse_args(arguments)
    if given.runs is not None and given.runs < 2:
        parser.error("an interval needs at least two runs")
    played: dict[str, Arm] = {}
    found: list[Measured] = []
    try:
        with given.file.open("a", encoding="utf-8"):
            pass  # better to know before playing
        for row in ROWS:
            found.append(measured(row, played, given.runs))
            print(row.path, row.outcome, found[-1].difference, sep="; ", file=sys.stderr)
        given.file.write_text(page(found, given.runs), encoding="utf-8", newline="\n")
    except OSError as error:
        print(f"{given.file}: {error.strerror}; name another file", file=sys.stderr)
        return 1
    print(f"wrote {given.file}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
