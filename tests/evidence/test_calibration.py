"""Base rates: how they are measured, held against the record, and fitted to."""

from __future__ import annotations

import json
import math
import sys
import types
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.analysis.intervals import Estimate
from sim.cli.app import main
from sim.evidence.calibration import fit as fitting
from sim.evidence.calibration.comparison import (
    VERDICTS,
    Compared,
    compare_rates,
    differences,
)
from sim.evidence.calibration.fit import GATED, PRIORS, Fit, fit, misfit
from sim.evidence.calibration.gates import GATES, Gate, Recorded, record
from sim.evidence.calibration.rates import (
    DAYS_PER_MONTH,
    LAST_TURNS,
    RATES,
    Crises,
    gather,
    icb_like,
    mid_like,
)
from sim.files.check import load_scenario
from sim.outcomes import columns as c
from sim.world.fitted import fitted
from sim.world.ladder import DEFAULT_LADDER
from sim.world.problems import InputError

RUNGS = {rung.key: k for k, rung in enumerate(DEFAULT_LADDER)}
YIELDS = "yields"


def crises(*rows: tuple[str, str, int, bool, int], runs: int = 0) -> Crises:
    """Make crises by hand: highest rung, first answer, days, whether joined, nuclear sides."""
    tops, answers, days, joined, nuclear = zip(*rows, strict=True) if rows else ((),) * 5
    return Crises(
        np.arange(len(rows)), max(runs, len(rows)), np.array(days, float),
        np.array([RUNGS[top] for top in tops], int),
        np.array([-1 if a == YIELDS else RUNGS[a] for a in answers], int),
        np.array(joined, bool), np.array(nuclear, int), RUNGS,
    )  # fmt: skip


SAMPLE = crises(
    ("protest", "protest", 30, True, 0),  # no display of force: no dispute
    ("grey_zone", YIELDS, 30, False, 0),
    ("grey_zone", "protest", 30, False, 1),
    ("show_of_force", "show_of_force", 60, True, 1),
    ("blockade", "grey_zone", 90, False, 0),
    ("limited_strike", "limited_strike", 120, False, 2),
    ("major_war", "grey_zone", 150, True, 0),
    ("nuclear_alert_war", YIELDS, 180, False, 2),
    ("blockade", YIELDS, 30, False, 0),
)
"""Eight disputes, of which four are answered in kind."""
EXPECTED = {
    "war": 2 / 8, "reciprocated": 4 / 8, "war_given_reciprocated": 1 / 4,
    "days": 75.0, "fatal": 3 / 8, "display": 3 / 8, "third_parties": 2 / 8,
    "war_none_nuclear": 1 / 4, "war_one_nuclear": 0 / 2, "war_both_nuclear": 1 / 2,
    "icb_war": 1 / 4, "icb_calm": 2 / 4, "icb_days": 105.0,
}  # fmt: skip


@pytest.mark.parametrize("rate", RATES, ids=lambda rate: rate.key)
def test_rates_are_what_one_counts_by_hand(rate: Any) -> None:
    found = rate.measure(SAMPLE)
    assert found.value == pytest.approx(EXPECTED[rate.key])
    assert found.low <= found.value <= found.high


def test_disputes_begin_at_the_grey_zone_and_crises_at_an_answered_show_of_force() -> None:
    assert len(mid_like(SAMPLE).run) == 8
    kept = icb_like(SAMPLE)
    assert [list(RUNGS)[top] for top in kept.top] == [
        "show_of_force", "blockade", "limited_strike", "major_war",
    ]  # fmt: skip
    assert kept.runs == SAMPLE.runs


def test_nothing_to_count_is_no_number() -> None:
    for rate in RATES:
        assert math.isnan(rate.measure(crises(runs=3)).value), rate.key


def test_intervals_widen_where_crises_of_a_run_go_together() -> None:
    apart = SAMPLE
    together = SAMPLE._replace(run=SAMPLE.run // 3)
    (rate,) = (rate for rate in RATES if rate.key == "reciprocated")
    assert rate.measure(apart).value == rate.measure(together).value
    assert rate.measure(apart).low != rate.measure(together).low


def test_crises_are_read_off_an_ensemble() -> None:
    world = load_scenario("world")
    states = list(world.states)
    rows = np.zeros((3, 1 + c.N_CRISIS_INT), np.int64)
    rows[:, 1 + c.C_CHALLENGER] = [
        states.index(s) for s in ("challenger_01", "challenger_07", "challenger_07")
    ]
    rows[:, 1 + c.C_HOLDER] = [states.index(s) for s in ("holder_01", "holder_07", "holder_07")]
    rows[:, 1 + c.C_START] = [0, world.turns - LAST_TURNS - 1, world.turns - LAST_TURNS]
    rows[:, 1 + c.C_TURNS] = [0, 2, 1]
    rows[:, 1 + c.C_TOP] = [2, 4, 4]
    rows[:, 1 + c.C_ANSWER] = [-1, 3, 3]
    rows[1, 1 + c.C_WITH_HOLDER] = 1 << states.index("guarantor_1")
    rows[:, 0] = [0, 4, 4]
    ensemble: Any = types.SimpleNamespace(crises=rows, runs=np.zeros((5, 1)))
    found = gather(world, ensemble)
    assert found.run.tolist() == [0, 4], "a crisis that the horizon may cut short is left out"
    assert found.runs == 5
    assert found.days == pytest.approx([DAYS_PER_MONTH, 2 * DAYS_PER_MONTH])
    assert found.nuclear.tolist() == [0, 2]
    assert found.joined.tolist() == [False, True]
    assert found.answered.tolist() == [False, True]
    quarters = gather(world.set({"turn_length": "quarter"}), ensemble)
    assert quarters.days == pytest.approx(3 * found.days)


# --- gates and verdicts -----------------------------------------------------------------------------


def test_a_gate_has_a_middle_and_edges() -> None:
    gate = Gate(0.2, 0.6)
    assert gate.middle == pytest.approx(0.4)
    assert [gate.distance(x) for x in (0.4, 0.2, 0.6, 0.8)] == pytest.approx([0, 1, 1, 2])


def test_every_gate_has_a_rate_and_every_rate_a_record() -> None:
    assert set(GATES) <= {rate.key for rate in RATES}
    assert {rate.record for rate in RATES} <= set(record())
    assert len({rate.key for rate in RATES}) == len(RATES)
    assert {rate.key for rate in GATED} == set(GATES)


def test_gates_meet_the_record_of_every_period() -> None:
    known = record()
    for rate in GATED:
        gate = GATES[rate.key]
        for period in ("_all", "_1946_on", "_1990_on"):
            there = known[rate.record.replace("_all", period)]
            assert there.low <= gate.high, (rate.key, period)
            assert gate.low <= there.high, (rate.key, period)


def compared(
    value: float, gate: Gate | None = None, reach: float = 0.01, key: str = "display"
) -> Compared:
    return Compared(
        key, "made up", Recorded(0.3, 0.28, 0.32, 100, "nowhere"), gate,
        Estimate(value, value - reach, value + reach, math.nan, 100, 100),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "gate", "verdict"),
    [
        (0.30, None, "agrees"),
        (0.33, None, "agrees"),  # the intervals just meet
        (0.3301, None, "differs"),
        (0.2699, None, "differs"),
        (0.40, Gate(0.35, 0.45), "passes"),  # whatever the record's interval says
        (0.45, Gate(0.35, 0.45), "passes"),
        (0.30, Gate(0.35, 0.45), "fails"),
        (math.nan, None, "differs"),
        (math.nan, Gate(0.35, 0.45), "fails"),
    ],
)
def test_verdicts(value: float, gate: Gate | None, verdict: str) -> None:
    found = compared(value, gate)
    assert found.verdict == verdict
    assert found.agrees == (verdict in ("agrees", "passes"))
    told = found.as_dict()
    assert told["fitted"] is (gate is not None)
    assert told["agrees"] is found.agrees
    assert bool(told["why"]) is not found.agrees


def test_a_reason_is_given_for_rates_only_and_as_a_sentence() -> None:
    assert set(differences()) <= {rate.key for rate in RATES}
    for key, why in differences().items():
        assert why.endswith("."), key
        assert len(why.split()) > 15, key
    assert compared(0.9, key="no such rate").why == ""


@pytest.fixture(scope="module")
def world_rates() -> list[Compared]:
    return compare_rates(load_scenario("world"), 1000, 1007)


def test_every_rate_that_differs_from_the_record_has_its_reason(
    world_rates: list[Compared],
) -> None:
    bad = {found.key for found in world_rates if not found.agrees}
    assert bad, "then nothing would need a reason"
    assert bad - set(differences()) == set()


def test_reasons_are_kept_for_what_differs_only(world_rates: list[Compared]) -> None:
    good = {found.key for found in world_rates if found.agrees}
    assert set(differences()) & good == set(), "these agree by now: take their reasons away"


def test_gates_are_passed_by_the_values_in_use(world_rates: list[Compared]) -> None:
    assert [found.key for found in world_rates if found.verdict == "fails"] == []


# --- the fit ----------------------------------------------------------------------------------------


def playing(monkeypatch: pytest.MonkeyPatch, made: Crises) -> None:
    monkeypatch.setattr(fitting, "play", lambda *_: made)


def test_misfit_is_that_of_the_worst_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    world = load_scenario("world")
    # 51 of 100 answered, of these 7 with war: 4 of 100 is the middle of the gate of war
    rows = [("major_war", "grey_zone", 61, False, 0)] * 4
    rows += [("grey_zone", "grey_zone", 61, False, 0)] * 47
    rows += [("grey_zone", YIELDS, 61, False, 0)] * 49
    playing(monkeypatch, crises(*rows))
    by_hand = GATES["war_given_reciprocated"].distance(4 / 51)
    assert misfit(world, 1, 1) == pytest.approx(by_hand)
    # length counts only where it lies outside
    playing(monkeypatch, crises(*rows)._replace(days=np.full(100, 199.0)))
    assert misfit(world, 1, 1) == pytest.approx(by_hand)
    playing(monkeypatch, crises(*rows)._replace(days=np.full(100, 285.0)))
    assert misfit(world, 1, 1) == pytest.approx(2.0)


def test_a_world_without_crises_fits_worst(monkeypatch: pytest.MonkeyPatch) -> None:
    playing(monkeypatch, crises(runs=3))
    assert misfit(load_scenario("world"), 1, 1) == 100.0


class FakeSearch:
    """What is used of pyabc.ABCSMC: draws from the prior and keeps the nearest, round by round."""

    def __init__(
        self, model: Callable[[Mapping[str, float]], dict[str, float]], prior: Any,
        distance: Callable[[Mapping[str, float], Mapping[str, float]], float],
        population_size: int, eps: Any, sampler: Any,
    ) -> None:  # fmt: skip
        assert (eps, sampler) == (("quantile", 0.4), "one core")
        self.model, self.prior, self.distance = model, prior, distance
        self.size = population_size

    def new(self, place: str, observed: Mapping[str, float]) -> None:
        assert place == "sqlite://", "nothing is written to disk"
        self.observed = observed

    def run(self, minimum_epsilon: float, max_nr_populations: int) -> FakeSearch:
        self.kept: list[tuple[float, dict[str, float]]] = []
        for _ in range(max_nr_populations):
            for _ in range(self.size):
                values = {k: np.random.uniform(a, a + w) for k, (a, w) in self.prior.items()}  # noqa: NPY002
                self.kept.append((self.distance(self.model(values), self.observed), values))
            self.kept = sorted(self.kept, key=lambda pair: pair[0])[: self.size]
            if self.kept[-1][0] <= minimum_epsilon:
                break
        return self

    def get_distribution(self) -> tuple[pd.DataFrame, np.ndarray]:
        return pd.DataFrame([values for _, values in self.kept]), np.full(self.size, 1 / self.size)

    def get_weighted_distances(self) -> pd.DataFrame:
        return pd.DataFrame({"distance": [distance for distance, _ in self.kept]})


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pyabc with the interface that the fit uses, and a world with its best values known."""
    module: Any = types.ModuleType("pyabc")
    module.Distribution = lambda **variables: variables
    module.RV = lambda kind, low, width: (low, width) if kind == "uniform" else None
    module.QuantileEpsilon = lambda alpha: ("quantile", alpha)
    module.SingleCoreSampler = lambda: "one core"
    module.ABCSMC = FakeSearch
    monkeypatch.setitem(sys.modules, "pyabc", module)

    def known(scenario: Any, runs: int, seed: int) -> float:
        surely, dear = float(scenario.rules.precision), float(scenario.rules.climb_harm)
        return abs(surely - 30.0) / 20.0 + abs(dear - 1.0) / 2.0

    monkeypatch.setattr(fitting, "misfit", known)


def found(seed: int = 3, rounds: int = 6) -> tuple[Fit, list[tuple[int, float]]]:
    heard: list[tuple[int, float]] = []
    result = fit(load_scenario("world"), 40, 50, seed, rounds, lambda *said: heard.append(said))
    return result, heard


@pytest.mark.usefixtures("fake")
def test_the_fit_finds_values_that_are_known() -> None:
    result, heard = found()
    assert [value.path for value in result.values] == list(PRIORS)
    surely, dear = result.values
    assert surely.low < 30.0 < surely.high
    assert dear.low < 1.0 < dear.high
    for value in result.values:
        low, high = PRIORS[value.path]
        assert low < value.low < value.value < value.high < high
        assert value.high - value.low < 0.7 * (high - low), "narrower than the prior"
    assert result.played == len(heard) == heard[-1][0]
    assert result.reach == pytest.approx(sorted(misfit for _, misfit in heard)[39])
    assert result.sample["weight"].sum() == pytest.approx(1.0)


@pytest.mark.long
@pytest.mark.usefixtures("fake")
def test_a_fit_can_be_repeated_and_more_rounds_come_nearer() -> None:
    assert found()[0].values == found()[0].values
    assert found(4)[0].values != found()[0].values
    assert found(rounds=6)[0].reach < found(rounds=1)[0].reach


def test_an_interval_holds_nine_tenths_of_the_weight() -> None:
    drawn, weights = np.arange(101.0), np.full(101, 1 / 101)
    value = fitting._summed("rules.lambda", drawn, weights)
    assert (value.value, value.low, value.high) == (pytest.approx(50.0), 5.0, 95.0)
    tilted = np.where(drawn < 50, 0.0, 1 / 51)
    assert fitting._summed("rules.lambda", drawn, tilted).low >= 50.0


def test_a_tiny_fit_by_the_library_itself() -> None:
    pytest.importorskip("pyabc")
    result = fit(load_scenario("world"), 10, 50, 1, 2)
    assert result.played >= 20
    assert len(result.sample) == 10
    for value in result.values:
        low, high = PRIORS[value.path]
        assert low <= value.low <= value.value <= value.high <= high
    assert 0.0 < result.reach < 100.0


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyabc", None)
    with pytest.raises(InputError, match=r"pip install \"deter\[calibrate\]\""):
        fit(load_scenario("world"), 10, 50, 1, 1)


# --- the command ------------------------------------------------------------------------------------


@pytest.fixture
def calibrate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "140")
    monkeypatch.delenv("DETER_DEBUG", raising=False)
    # whether the rules are compiled by now is not what is tested here
    monkeypatch.setattr("sim.engines.warm.announce_compile", lambda quiet: None)

    def _calibrate(*options: str) -> tuple[int, str, str]:
        code = main(["calibrate", *options])
        said = capsys.readouterr()
        return code, said.out, said.err

    return _calibrate


def test_check_fits_nothing_and_compares_every_rate(calibrate: Any) -> None:
    code, out, _ = calibrate("--check", "--runs", "50")
    assert code == 0
    for rate in RATES:
        assert rate.meaning.split(": ")[0] in out
    assert "(500 runs)" in out.lower()
    assert "36.5 (34.4 to 38.8)" in out or f"{fitted()['values']['rules.lambda']['value']:g}" in out
    assert "DIFFERS" in out
    assert "now (90 %)" not in out


def test_check_as_json(calibrate: Any) -> None:
    code, out, _ = calibrate("--check", "--runs", "50", "--json")
    told = json.loads(out)
    assert code == 0
    assert told["values"] == fitted()["values"]
    assert [row["rate"] for row in told["rates"]] == [rate.key for rate in RATES]
    for row in told["rates"]:
        assert row["why"] == ("" if row["agrees"] else differences().get(row["rate"], ""))
    assert {row["rate"] for row in told["rates"] if row["fitted"]} == set(GATES)


def test_a_file_is_never_written_over(calibrate: Any) -> None:
    Path("mine.json").write_text("{}", encoding="utf-8")
    code, _, err = calibrate("--out", "mine.json")
    assert code == 1
    assert "mine.json exists already" in err
    assert Path("mine.json").read_text(encoding="utf-8") == "{}"


def test_check_and_out_do_not_go_together(calibrate: Any) -> None:
    code, _, err = calibrate("--check", "--out", "new.json")
    assert code == 1
    assert "--check fits nothing" in err
    assert not Path("new.json").exists()


def test_the_command_names_a_missing_library(
    calibrate: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyabc", None)
    code, out, err = calibrate("--out", "new.json")
    assert (code, out) == (1, "")
    assert 'pip install "deter[calibrate]"' in err
    assert "Traceback" not in err
    assert not Path("new.json").exists()


@pytest.mark.usefixtures("fake")
def test_a_fit_is_written_as_the_program_reads_it(calibrate: Any) -> None:
    code, out, _ = calibrate(
        "--particles", "20", "--rounds", "3", "--runs", "50", "--out", "new.json"
    )
    assert code == 0
    assert "now (90 %)" in out
    assert "wrote new.json" in out
    written = json.loads(Path("new.json").read_text(encoding="utf-8"))
    assert set(written) == set(fitted())
    assert set(written["values"]) == set(fitted()["values"]) == set(PRIORS)
    assert written["made_by"] == ("deter calibrate --particles 20 --rounds 3 --runs 50 --seed 7")
    for value in written["values"].values():
        assert value["low"] <= value["value"] <= value["high"]
        assert value["value"] == float(f"{value['value']:.3g}")


def test_verdicts_are_ordered_from_bad_to_good() -> None:
    assert VERDICTS == ("fails", "differs", "passes", "agrees")
