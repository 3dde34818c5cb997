"""Compare the ensemble with what one would write instead: python tests/benchmarks/compared.py.

Options: [--json | --markdown] [--runs N]. Nothing beyond deter's own dependencies is needed.

**The same game, written three times** (`small_game.py` writes it down): one flashpoint, a
challenger, a holder and a guarantor of two private types each, binary choices, a logit quantal
response equilibrium found anew at every opportunity from what is then believed and held, 48 turns.

- Mesa: agents and a model in plain Python, run by `mesa.batch_run` as Mesa's tutorials do
- numpy: all runs side by side, all games of a turn iterated together until each has settled
- deter: the game as a scenario, in the ensemble; with solved games remembered, as it is by
  default, and with none remembered

All three solve the same equations to the same residual; solved to 1e-10, they are checked to agree at
the first opportunity, and means over runs are printed. The two by hand know that here a single number
has to be found (what a move tells) and iterate nothing else. deter does not: its rules are the
general ones (any ladder, live crises, treaties clause by clause), it finds what answers tell and
what joining gains too, and it writes a log of events.

**The same program, run two ways**: the packaged Senkaku scenario under deter's own rules, event logs
equal bit for bit: deter's Mesa model through `mesa.batch_run`, in plain Python and with compiled
rules, and the ensemble. All remember solved games: a Mesa model within its run, the ensemble across
runs.

Times are processor time of one process, warm, the least of three rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import mesa
import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

import small_game
from machine import cpu_seconds, machine, machine_line, markdown

from sim.engines.chunks import Player
from sim.engines.compile_scenario import compile_scenario
from sim.engines.model import CrisisModel
from sim.engines.room import room_for
from sim.files.check import load_scenario
from sim.outcomes.columns import RUN_COLUMNS
from sim.rules.run import FIRST, play
from sim.rules.tables import SOLVED_TO
from sim.rules.turn import ACT

SENKAKU = "senkaku"
EXACT = 1e-10
"""Residual to which games are solved where the three ways are checked against one another."""


def batch(model: type[mesa.Model], first: int, runs: int) -> list[dict[str, Any]]:
    """Run a model some times as Mesa's tutorials do."""
    numbers = range(first, first + runs)
    found: list[dict[str, Any]] = mesa.batch_run(
        model, parameters={"number": numbers}, iterations=1, number_processes=1,
        data_collection_period=-1, display_progress=False,
    )  # fmt: skip
    return found


class Senkaku(CrisisModel):
    """deter's own Mesa model of one run of the scenario."""

    scenario_: Any = None

    def __init__(self, number: int) -> None:
        super().__init__(self.scenario_, seed=1, run=number)


# --- the small game ----------------------------------------------------------------------------------


def choices() -> dict[str, list[float]]:
    """Return, for each way, the chances of moving and resisting by type at the first opportunity."""
    model = small_game.SmallModel(0)
    mesa_game = small_game.Game(model.challenger, model.holder, model.guarantor, 1.0, EXACT)
    zero = np.array([0])
    belief = np.tile(np.array(small_game.PRIOR), (1, 3, 1))
    numpy_game = small_game.solve_np(small_game.fixed_np(zero, zero, belief, np.ones(1)), EXACT)
    compiled = compile_scenario(small_game.scenario())
    compiled.terms.rules[SOLVED_TO] = EXACT
    room = room_for(compiled, 1)
    due = play(room.terms, room.first, *room.packed, room.probabilities, 0, FIRST)
    while due != ACT:
        due = play(room.terms, room.first, *room.packed, room.probabilities, 0, 0)
    solution = room.solution
    return {
        "Mesa": [*mesa_game.move, *mesa_game.resist],
        "numpy": [*numpy_game["move"][0].tolist(), *numpy_game["resist"][0].tolist()],
        "deter": [*solution.prob_c[1].tolist(), *solution.prob_d[1, 1].tolist()],
    }


def told(control: Any, crises: Any, forced: Any) -> dict[str, float]:
    """Return means over runs, with the half-width of their 95 per cent intervals."""
    found = {}
    for name, values in (("control", control), ("crises", crises), ("forced", forced)):
        values = np.asarray(values, dtype=float)
        found[name] = float(values.mean())
        found[f"{name}_error"] = float(1.96 * values.std() / np.sqrt(len(values)))
    return found


def small(runs: int) -> dict[str, dict[str, float]]:
    """Time the small game all ways."""
    found = {}
    few = max(20, runs // 50)
    rows: list[dict[str, Any]] = []
    seconds = cpu_seconds(lambda k: rows.extend(batch(small_game.SmallModel, k * few, few)))
    columns = ([row[name] for row in rows] for name in ("control", "crises", "forced"))
    found["Mesa, batch_run"] = {"seconds": seconds / few, **told(*columns)}
    results: list[dict[str, Any]] = []
    seconds = cpu_seconds(lambda k: results.append(small_game.play_np(runs, k)))
    found["numpy, all runs at once"] = {"seconds": seconds / runs, **told(**results[0])}
    for name, remembers in (("deter, nothing remembered", False), ("deter, ensemble", True)):
        player = Player(small_game.scenario(), 1)
        player.room = room_for(player.compiled, 1, remembers=remembers)
        player.chunk(0, runs)
        kept: list[Any] = []
        seconds = cpu_seconds(lambda k: kept.append(player.chunk((k + 1) * runs, runs)))  # noqa: B023
        names, table = list(RUN_COLUMNS), kept[0].runs
        forced = table[:, names.index("limited_conflicts")] + table[:, names.index("wars")]
        control = 1.0 - table[:, names.index("control_lost")]
        outcome = told(control, table[:, names.index("crises")], forced)
        found[name] = {"seconds": seconds / runs, **outcome}
    return found


# --- Senkaku -----------------------------------------------------------------------------------------


def senkaku_mesa(runs: int) -> float:
    """Return the seconds a run takes in Mesa, in this process."""
    Senkaku.scenario_ = load_scenario(SENKAKU)
    batch(Senkaku, 0, 1)
    return cpu_seconds(lambda k: batch(Senkaku, 1 + k * runs, runs)) / runs


def senkaku_plain(runs: int) -> float:
    """Return the same in a process in which rules are plain Python."""
    done = subprocess.run(
        [sys.executable, __file__, "--plain", str(runs)],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(json.loads(done.stdout))


def senkaku(runs: int) -> dict[str, dict[str, float]]:
    """Time the packaged scenario all ways."""
    player = Player(load_scenario(SENKAKU), 1)
    player.chunk(0, runs)
    ensemble = cpu_seconds(lambda k: player.chunk((k + 1) * runs, runs)) / runs
    return {
        "deter's rules in plain Python, Mesa, batch_run": {"seconds": senkaku_plain(2)},
        "deter's rules compiled, Mesa, batch_run": {"seconds": senkaku_mesa(max(5, runs // 200))},
        "deter, ensemble": {"seconds": ensemble},
    }


def table(found: dict[str, dict[str, float]]) -> str:
    """Return a table: time a run, runs a second, and how much faster than the first row."""
    slowest = next(iter(found.values()))["seconds"]
    rows = []
    outcomes = "control" in next(iter(found.values()))
    for name, row in found.items():
        cells: list[object] = [
            name, f"{row['seconds'] * 1e6:,.0f}", f"{1 / row['seconds']:,.0f}",
            f"{slowest / row['seconds']:,.0f}",
        ]  # fmt: skip
        if outcomes:
            cells += [
                f"{row[k]:.3f} ± {row[k + '_error']:.3f}" for k in ("control", "crises", "forced")
            ]
        rows.append(cells)
    head = ["", "µs a run", "runs a second", "times the first"]
    return markdown(
        head + (["control at the end", "crises", "decided by force"] if outcomes else []), rows
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--markdown", action="store_true", help="the tables alone, as they print")
    parser.add_argument("--runs", type=int, default=5000)
    parser.add_argument("--plain", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.plain:
        print(json.dumps(senkaku_mesa(given.plain)))
        return
    agreed = choices()
    apart = max(
        abs(a - b) for one in agreed.values() for a, b in zip(one, agreed["deter"], strict=True)
    )
    if apart > 1e-6:
        raise SystemExit(f"the three do not play the same game: choices differ by {apart:.2g}")
    found = {"small_game": small(given.runs), "senkaku": senkaku(given.runs)}
    if given.json:
        print(json.dumps({"machine": machine(), "choices_apart": apart, **found}))
        return
    if not given.markdown:
        print(machine_line())
    print(f"\nThe small game; choices at the first opportunity differ by at most {apart:.1g}\n")
    print(table(found["small_game"]))
    print("\nSenkaku under deter's own rules\n")
    print(table(found["senkaku"]))


if __name__ == "__main__":
    main()
