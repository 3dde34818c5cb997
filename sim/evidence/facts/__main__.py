"""Play every trial and write the page: python -m sim.evidence.facts [FILE]."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sim.engines.band import FACTORS
from sim.evidence.facts.judge import play
from sim.evidence.facts.page import COMMAND, SEED, Result, page
from sim.evidence.facts.trial import Missing, facts
from sim.evidence.facts.trials import TRIALS


def results(seed: int = SEED) -> list[Result]:
    """Play every trial of every fact."""
    found = []
    for key, trials in TRIALS.items():
        for trial in () if isinstance(trials, Missing) else trials:
            others = tuple(play(trial, seed, factor).verdict for factor in FACTORS)
            result = Result(facts()[key], trial, play(trial, seed), others)
            print(key, trial.setting, trial.what, result.found.verdict, sep="; ", file=sys.stderr)
            found.append(result)
    return found


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=Path("docs/stylised_facts.md"))
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    missing = {
        key: (facts()[key], trials) for key, trials in TRIALS.items() if isinstance(trials, Missing)
    }
    text = page(results(given.seed), missing, given.seed)
    given.file.write_text(text, encoding="utf-8")
    print(given.file)


if __name__ == "__main__":
    main()
