"""Measure a sweep as large as an analyst's: its time, its largest process, its folder.

    python tests/benchmarks/sweep.py [--points N] [--runs N] [--jobs N] [--json | --markdown]

A Latin hypercube over trigger and clarity of the treaty, the precision of every choice and the
challenger's stake, in the packaged Senkaku scenario, by `deter sweep` in a process of its own: checks, tables and figures
included. The clock on the wall counts, so the machine should be quiet.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from machine import machine, machine_line, markdown

DESIGN = """\
scenario: senkaku
design: latin_hypercube
samples: {points}
runs_per_point: {runs}
seed: 1
set:
  events.article_v_covers_senkaku.enabled: false
levers:
  treaties.us_japan.trigger: [grey_zone, show_of_force, limited_strike]
  treaties.us_japan.clarity: {{from: 0.4, to: 1.0}}
uncertainties:
  rules.lambda: {{from: 10, to: 60, scale: log}}
  flashpoints.senkaku.stakes.china: {{from: 0.05, to: 0.4}}
outcomes: [war, challenges, control_lost, kept]
"""

MEANING = {
    "points": "points",
    "runs": "runs",
    "jobs": "workers",
    "minutes": "minutes by the clock",
    "largest_process_mb": "largest process, MB",
    "folder_mb": "folder, MB",
}
"""What each figure is."""


def measure(points: int, runs: int, jobs: int) -> dict[str, float]:
    """Return what a sweep of so many points took.

    Raises
    ------
    subprocess.CalledProcessError
        The sweep failed; what it said is on stderr.
    """
    with tempfile.TemporaryDirectory() as room:
        design = Path(room, "big.yaml")
        design.write_text(DESIGN.format(points=points, runs=runs), encoding="utf-8")
        out = Path(room, "results")
        command = [sys.executable, "-m", "sim", "sweep", str(design), "--out", str(out)]
        began = time.perf_counter()
        subprocess.run([*command, "--jobs", str(jobs)], check=True, stdout=subprocess.DEVNULL)
        took = time.perf_counter() - began
        folder = sum(f.stat().st_size for f in out.rglob("*") if f.is_file())
    # Kilobytes on Linux: the largest of all processes that have ended, workers among them.
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return {
        "points": points,
        "runs": points * runs,
        "jobs": jobs,
        "minutes": took / 60.0,
        "largest_process_mb": largest / 1024.0,
        "folder_mb": folder / 1e6,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--points", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=100, help="runs a point")
    parser.add_argument("--jobs", type=int, default=2)
    style = parser.add_mutually_exclusive_group()
    style.add_argument("--json", action="store_true")
    style.add_argument("--markdown", action="store_true")
    asked = parser.parse_args()
    figures = measure(asked.points, asked.runs, asked.jobs)
    if asked.json:
        print(json.dumps({"machine": machine(), **figures}, indent=1))
    elif asked.markdown:
        print(markdown(["", ""], [[MEANING[k], f"{v:,.4g}"] for k, v in figures.items()]))
    else:
        print(machine_line())
        for name, value in figures.items():
            print(f"{MEANING[name]:<24} {value:,.4g}")


if __name__ == "__main__":
    main()
