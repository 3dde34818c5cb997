"""Play the base rates, read the detailed pages and write docs/validation.md."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from sim.evidence.calibration.comparison import compare_rates
from sim.evidence.validation.page import COMMAND, page
from sim.evidence.validation.summaries import READERS, Summary, Unreadable
from sim.files.check import load_scenario
from sim.world.fitted import fitted

RUNS, SEED = 4000, 1007
"""Those of `deter calibrate --check`."""


def summed(folder: Path) -> list[Summary]:
    """Read the detailed pages in a folder.

    Raises
    ------
    OSError
        If one is missing.
    Unreadable
        If one does not have what its command writes.
    """
    found = []
    for name, read in READERS:
        try:
            found.append(read((folder / name).read_text(encoding="utf-8")))
        except Unreadable as error:
            raise Unreadable(f"{folder / name}: {error}; write it anew by its command") from None
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("docs"), help="of the pages")
    parser.add_argument("--runs", type=int, default=RUNS, help="runs of the world (%(default)s)")
    parser.add_argument(
        "--seed", type=int, default=SEED, help="not what was fitted on (%(default)s)"
    )
    given = parser.parse_args(arguments)
    if given.runs < 2 or given.seed < 0:
        parser.error("at least two runs, and a seed that is not negative")
    command = COMMAND + "".join(
        f" --{name} {value}"
        for name, value, usual in (("runs", given.runs, RUNS), ("seed", given.seed, SEED))
        if value != usual
    )
    place = given.folder / "validation.md"
    try:
        summaries = summed(given.folder)
        compared = compare_rates(load_scenario("world"), given.runs, given.seed)
        text = page(fitted(), compared, given.runs, given.seed, summaries, command)
        place.write_text(text, encoding="utf-8", newline="\n")
    except (Unreadable, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename}: {error.strerror}; name the folder of the pages", file=sys.stderr)
        return 1
    print(f"wrote {place}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
