"""Result folders made up at random, in the format that runs write, from crises that fit together.

Everything is derived from one list of crises, as in real folders, so that tables agree.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.files.write import scenario_hash, scenario_yaml
from sim.world.scenario import Scenario

ENDINGS = (
    "deterrence_held", "acquiescence", "settlement", "limited_conflict", "war", "nuclear_use",
    "ongoing",
)  # fmt: skip
ITEMS = ("invoked", "recognised", "honoured", "reneged")


def write_folder(
    folder: Path,
    scenario: Scenario,
    runs: int = 200,
    seed: int = 7,
    chance: float = 0.05,
    climb: float = 0.3,
    detail: str = "crises",
) -> Path:
    """Write a result folder.

    Parameters
    ----------
    chance : float
        Chance per turn that a crisis begins at a quiet flashpoint.
    climb : float
        Chance per turn that a crisis climbs a rung.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = _Ensemble(scenario, runs, np.random.default_rng(seed), chance, climb)
    (folder / "manifest.json").write_text(json.dumps(_manifest(scenario, runs, seed, detail)))
    (folder / "scenario.yaml").write_text(scenario_yaml(scenario), encoding="utf-8")
    made.runs().to_parquet(folder / "runs.parquet")
    made.counts().to_parquet(folder / "counts.parquet")
    if detail != "summary":
        made.crises().to_parquet(folder / "crises.parquet")
    return folder


def _manifest(scenario: Scenario, runs: int, seed: int, detail: str) -> dict[str, Any]:
    return {
        "command": f"deter run {scenario.name} --runs {runs} --seed {seed}",
        "deter": "0.1.0",
        "python": "3.11.9",
        "numpy": "2.4.6",
        "numba": "0.63.0",
        "mesa": "3.3.1",
        "commit": None,
        "scenario": scenario.name,
        "title": scenario.title,
        "scenario_hash": scenario_hash(scenario),
        "rules_hash": "0" * 64,
        "seed": seed,
        "seed_scheme": "philox4x32-10/1",
        "runs": runs,
        "turns": scenario.turns,
        "turn_length": scenario.turn_length,
        "start": scenario.start,
        "detail": detail,
        "chunk_size": 1000,
        "created": "2025-01-02T03:04:05Z",
        "seconds": 1.5,
        "runs_per_second": runs / 1.5,
        "solves_per_run": 18.2,
        "fallbacks": 0,
        "failures": 0,
        "states": {k: {"name": s.name, "side": s.side} for k, s in scenario.states.items()},
        "flashpoints": {k: f.name for k, f in scenario.flashpoints.items()},
        "treaties": {k: t.name for k, t in scenario.treaties.items()},
        "rungs": [rung.key for rung in scenario.ladder],
        "notes": [],
    }


class _Ensemble:
    """Crises drawn at random, and the tables that follow from them."""

    def __init__(
        self, scenario: Scenario, runs: int, rng: Any, chance: float, climb: float
    ) -> None:
        self.scenario, self.n, self.turns = scenario, runs, scenario.turns
        self.places = list(scenario.flashpoints)
        self.top = len(scenario.ladder) - 1
        shape = (runs, len(self.places), self.turns)
        self.rung = np.full(shape, -1)
        self.control = np.ones(shape)
        self.rows: list[dict[str, Any]] = []
        self.treaty = {name: dict.fromkeys(ITEMS, 0) for name in scenario.treaties}
        self.items = np.zeros((runs, 4), dtype=int)
        for run in range(runs):
            for place in range(len(self.places)):
                self._play(run, place, rng, chance * (0.3 + place % 4), climb)

    def _play(self, run: int, place: int, rng: Any, chance: float, climb: float) -> None:
        flash = self.scenario.flashpoints[self.places[place]]
        control, turn = flash.control.value, 0
        while turn < self.turns:
            if rng.random() >= chance:
                self.control[run, place, turn] = control
                turn += 1
                continue
            start, before, first = turn, control, int(rng.choice([2, 2, 3, 3, 3, 5, 6]))
            rung = min(first, self.top)
            ending = "ongoing"
            while turn < self.turns:
                self.rung[run, place, turn] = rung
                over = rng.random() < 0.4
                if over:
                    ending = self._ending(rung, rng)
                    lost = {"acquiescence": 0.06, "settlement": 0.02, "war": 0.3}.get(ending, 0)
                    control = max(0.0, control - lost)
                self.control[run, place, turn] = control
                turn += 1
                if over:
                    break
                rung = min(rung + int(rng.random() < climb), self.top)
            reached = int(self.rung[run, place, start:turn].max())
            joined, recognised = self._treaties(run, flash, reached, rng)
            self.rows.append(
                {
                    "run": run, "crisis": 0, "flashpoint": self.places[place],
                    "challenger": flash.challengers[0], "holder": flash.holder,
                    "recovery": False, "accident": False, "start_turn": start,
                    "turns": turn - start, "motive": 1.0,
                    "first_move": self.scenario.ladder[first].key if first <= self.top else "",
                    "first_rung": min(first, self.top),
                    "first_answer": -1 if ending == "acquiescence" else min(first, self.top),
                    "recognised": recognised, "joined_holder": joined, "joined_challenger": "",
                    "stood_aside": "", "left": "", "highest_rung": reached, "ending": ending,
                    "control_before": before, "control_after": control,
                }
            )  # fmt: skip

    def _ending(self, rung: int, rng: Any) -> str:
        ladder = self.scenario.ladder
        if ladder[rung].nuclear:
            return "nuclear_use"
        if ladder[rung].war:
            return "war"
        return str(
            rng.choice(
                ["deterrence_held", "acquiescence", "settlement", "limited_conflict"],
                p=[0.35, 0.45, 0.12, 0.08],
            )
        )

    def _treaties(self, run: int, flash: Any, reached: int, rng: Any) -> tuple[str, str]:
        keys = [rung.key for rung in self.scenario.ladder]
        joined, recognised = [], []
        for name, treaty in self.scenario.treaties.items():
            if flash.holder not in treaty.proteges or keys.index(treaty.trigger) > reached:
                continue
            came = rng.random() < 0.8
            recognised.append(name)
            for number, happened in enumerate((True, True, came, not came)):
                self.treaty[name][ITEMS[number]] += happened
                self.items[run, number] += happened
            if came:
                joined.append(treaty.guarantors[0])
        return " ".join(dict.fromkeys(joined)), " ".join(recognised)

    def crises(self) -> pd.DataFrame:
        rows = sorted(self.rows, key=lambda row: (row["run"], row["start_turn"]))
        number: dict[int, int] = {}
        for row in rows:
            row["crisis"] = number.setdefault(row["run"], 0)
            number[row["run"]] += 1
        columns = [
            "run", "crisis", "flashpoint", "challenger", "holder", "recovery", "accident",
            "start_turn", "turns", "motive", "first_move", "first_rung", "first_answer",
            "recognised", "joined_holder", "joined_challenger", "stood_aside", "left",
            "highest_rung", "ending", "control_before", "control_after",
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=columns)

    def runs(self) -> pd.DataFrame:
        ladder = self.scenario.ladder
        wars = [number for number, rung in enumerate(ladder) if rung.war]
        bombs = [number for number, rung in enumerate(ladder) if rung.nuclear]
        made = []
        for run in range(self.n):
            own = [row for row in self.rows if row["run"] == run]
            ended = {name: sum(row["ending"] == name for row in own) for name in ENDINGS}
            top = int(self.rung[run].max())
            risk = self._risk(run)
            row = {
                "run": run, "war": top >= min(wars, default=99),
                "nuclear_use": top >= min(bombs, default=99), "highest_rung": top,
                "challenges": len(own), "crises": len(own),
                "general_deterrence_tested": len(own) + 3, "general_deterrence_held": 3,
                "immediate_deterrence_held": ended["deterrence_held"],
                "acquiescences": ended["acquiescence"], "settlements": ended["settlement"],
                "limited_conflicts": ended["limited_conflict"], "wars": ended["war"],
                "nuclear_uses": ended["nuclear_use"], "ongoing": ended["ongoing"],
                "control_lost": max(
                    float(self.scenario.flashpoints[key].control.value - self.control[run, i, -1])
                    for i, key in enumerate(self.places)
                ),
                **dict(zip(ITEMS, (int(n) for n in self.items[run]), strict=True)),
                "joined": 0, "left": 0, "entrapments": 0,
                "first_crisis_turn": min((row["start_turn"] for row in own), default=-1),
                "risk_index_mean": float(risk.mean()), "risk_index_peak": float(risk.max()),
                "ties_deepened": run % 2, "ties_loosened": 0,
            }  # fmt: skip
            for state in self.scenario.states:
                row[f"cost_{state}"], row[f"standing_{state}"] = 0.1, 0.1
            for i, key in enumerate(self.places):
                here = int(self.rung[run, i].max())
                row[f"{key}_war"] = here >= min(wars, default=99)
                row[f"{key}_control"] = float(self.control[run, i, -1])
                row[f"{key}_highest_rung"] = here
                row[f"{key}_crises"] = sum(r["flashpoint"] == key for r in own)
                row[f"{key}_challenges"] = row[f"{key}_crises"]
            made.append(row)
        return pd.DataFrame(made)

    def _risk(self, run: int) -> np.ndarray:
        intensity = np.array([0.0, *(rung.intensity.value for rung in self.scenario.ladder)])
        return intensity[self.rung[run] + 1].mean(axis=0)

    def counts(self) -> pd.DataFrame:
        made: list[tuple[Any, ...]] = []
        for turn in range(self.turns):
            for name, rungs in [("any", self.rung[:, :, turn].max(axis=1))] + [
                (key, self.rung[:, i, turn]) for i, key in enumerate(self.places)
            ]:
                for rung, count in zip(*np.unique(rungs, return_counts=True), strict=True):
                    made.append(("rung", name, "", turn, int(rung), int(count), 0.0))
            for i, key in enumerate(self.places):
                total = float(self.control[:, i, turn].sum())
                made.append(("control", key, "", turn, -1, self.n, total))
        risk = np.array([self._risk(run) for run in range(self.n)]).sum(axis=0)
        made += [("risk", "", "", t, -1, self.n, float(risk[t])) for t in range(self.turns)]
        firsts = self.runs()["first_crisis_turn"].value_counts()
        made += [("first_crisis", "", "", int(t), -1, int(c), 0.0) for t, c in firsts.items()]
        crises = self.crises()
        for (place, ending), group in crises.groupby(["flashpoint", "ending"]):
            made.append(("ending", place, ending, -1, -1, len(group), 0.0))
        for (place, rung), group in crises.groupby(["flashpoint", "first_rung"]):
            made.append(("first_rung", place, "", -1, int(rung), len(group), 0.0))
        for name, tie in self.scenario.ties.items():
            depth = int(tie.depth.value)
            deeper = self.n // 2 if depth < len(tie.steps) else 0  # from the middle of each run on
            for t in range(self.turns):
                moved = deeper if 2 * t > self.turns else 0
                made.append(("tie", name, str(depth), t, 0, self.n - moved, 0.0))
                if moved:
                    made.append(("tie", name, str(depth + 1), t, 0, moved, 0.0))
        for name, items in self.treaty.items():
            made += [("treaty", name, item, -1, -1, n, 0.0) for item, n in items.items() if n]
        columns = ["kind", "name", "item", "turn", "rung", "count", "total"]
        return pd.DataFrame(made, columns=columns)
