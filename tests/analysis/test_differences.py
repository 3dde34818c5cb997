"""Paired differences: known answers, coverage, and what cannot be told."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.differences import FEWEST, GROUPS, Compared, measures, paired
from sim.analysis.figures.differences import differences, pairs
from sim.analysis.figures.style import png, svg
from sim.files.check import load_scenario

SHARE = Compared("war", "g", "War", "share", "war")
NUMBER = Compared("crises", "g", "Crises", "number", "crises")
OF_CASES = Compared("kept", "g", "Kept", "share", "honoured", ("honoured", "reneged"))


def one(measure, base, arm, seed=1):
    found = paired(lambda name: base[name], lambda name: arm[name], [measure], seed)
    return found[0]


def table(**columns):
    return {name: np.asarray(values, dtype=float) for name, values in columns.items()}


def test_a_difference_of_means_and_the_pairs_behind_it():
    base = table(crises=[1, 2, 3, 4] * 25)
    arm = table(crises=[2, 2, 2, 6] * 25)
    found = one(NUMBER, base, arm)
    assert (found.base, found.changed, found.value) == (2.5, 3.0, 0.5)
    assert (found.rose, found.fell, found.moved, found.pairs) == (50, 25, 75, 100)
    assert found.low < 0.5 < found.high
    assert found.way == "rises"
    assert found.share_changed.value == 0.75


def test_the_bootstrap_comes_to_the_normal_interval_where_that_holds():
    rng = np.random.default_rng(3)
    base = table(crises=rng.poisson(4, 1500))
    arm = table(crises=base["crises"] + rng.poisson(0.5, 1500) - rng.poisson(0.3, 1500))
    found = one(NUMBER, base, arm)
    apart = arm["crises"] - base["crises"]
    half = 1.96 * apart.std(ddof=1) / np.sqrt(1500)
    assert found.low == pytest.approx(apart.mean() - half, abs=0.15 * half)
    assert found.high == pytest.approx(apart.mean() + half, abs=0.15 * half)


def test_shares_of_cases_are_ratios_of_sums_with_cases_of_a_run_kept_together():
    rng = np.random.default_rng(4)
    often = rng.poisson(3, 800)
    base = table(honoured=rng.binomial(often, 0.8), reneged=0 * often)
    base["reneged"] = often - base["honoured"]
    arm = table(honoured=rng.binomial(often, 0.5), reneged=0 * often)
    arm["reneged"] = often - arm["honoured"]
    found = one(OF_CASES, base, arm)
    assert found.base == pytest.approx(base["honoured"].sum() / often.sum())
    assert found.way == "falls"
    assert found.value == pytest.approx(-0.3, abs=0.05)
    assert found.low < found.value < found.high < 0


def test_groups_of_many_runs_leave_the_value_and_hardly_touch_the_interval():
    rng = np.random.default_rng(5)
    runs = 5 * GROUPS + 7
    base = table(war=rng.random(runs) < 0.2)
    arm = table(war=np.where(rng.random(runs) < 0.05, 1.0, base["war"]))
    found = one(SHARE, base, arm)
    apart = arm["war"] - base["war"]
    half = 1.96 * apart.std() / np.sqrt(runs)
    assert found.value == pytest.approx(apart.mean(), abs=1e-12)
    assert (found.high - found.low) / 2 == pytest.approx(half, rel=0.1)


def test_about_one_in_twenty_intervals_misses_where_nothing_differs():
    rng = np.random.default_rng(6)
    missed = 0
    for _ in range(150):
        base = table(crises=rng.poisson(2, 120))
        missed += one(NUMBER, base, table(crises=rng.poisson(2, 120)), seed=8).clear
    assert 1 <= missed <= 18


def test_where_no_pair_changed_a_share_of_runs_has_the_bound_of_three():
    base = table(war=[0, 1] * 100)
    found = one(SHARE, base, base)
    assert (found.value, found.way) == (0.0, "same")
    assert (found.low, found.high) == (-0.015, 0.015)
    assert found.interval() == "no pair changed"
    counted = one(NUMBER, table(crises=[3] * 9), table(crises=[3] * 9))
    assert (counted.way, counted.bounded) == ("same", False)


def test_few_pairs_are_never_clear():
    base = table(war=[0] * 300)
    few, enough = ([1] * n + [0] * (300 - n) for n in (FEWEST - 1, FEWEST))
    found = one(SHARE, base, table(war=few))
    assert found.low > 0
    assert found.way == "open"
    assert one(SHARE, base, table(war=enough)).way == "rises"


def test_no_case_is_no_difference_that_can_be_told():
    found = one(
        OF_CASES, table(honoured=[1, 1], reneged=[0, 1]), table(honoured=[0, 0], reneged=[0, 0])
    )
    assert found.base == pytest.approx(2 / 3)
    assert found.value != found.value
    assert (found.way, found.shown(), found.interval()) == ("open", "-", "-")
    assert found.as_dict()["difference"] is None


def test_one_run_has_no_interval():
    found = one(NUMBER, table(crises=[1]), table(crises=[4]))
    assert found.value == 3
    assert not found.bounded
    assert found.way == "open"


def test_the_same_seed_gives_the_same_interval():
    rng = np.random.default_rng(9)
    base, arm = (table(crises=rng.poisson(2, 90)) for _ in range(2))
    assert one(NUMBER, base, arm, seed=5) == one(NUMBER, base, arm, seed=5)
    assert one(NUMBER, base, arm, seed=5) != one(NUMBER, base, arm, seed=6)


def test_what_is_bought_is_the_other_way_round():
    base, arm = table(war=[0] * 90 + [1] * 10), table(war=[0] * 70 + [1] * 30)
    found = one(SHARE, base, arm)
    bought = found.reversed()
    assert (bought.value, bought.low, bought.high) == (-found.value, -found.high, -found.low)
    assert (bought.rose, bought.fell) == (found.fell, found.rose)
    assert (found.way, bought.way) == ("rises", "falls")


@pytest.mark.parametrize(
    ("measure", "value", "said"),
    [
        (SHARE, 0.045, "+4.5 points"), (SHARE, -0.0004, "−0.04 points"), (SHARE, 0.0, "0 points"),
        (SHARE, -0.00001, "−0.001 points"), (SHARE, 1e-14, "0 points"), (NUMBER, -1.264, "−1.26"),
        (NUMBER, 0.00006, "+0.00006"), (NUMBER, 1234.5, "+1,234"), (NUMBER, float("nan"), "-"),
    ],
)  # fmt: skip
def test_differences_are_written_with_their_sign(measure, value, said):
    assert measure.signed(value) == said


def test_only_what_all_arms_have_is_compared(scenario):
    there = ["war", "crises", "senkaku_control", "cost_japan"]
    assert [m.key for m in measures(scenario, there)] == [
        "war", "crises", "cost_japan", "senkaku_control",
    ]  # fmt: skip


def test_figures_of_one_arm_and_of_many_can_be_drawn(results):
    base = table(war=[0] * 90 + [1] * 10, crises=[1] * 100)
    rows = [
        ("nothing", paired(base.get, base.get, [SHARE, NUMBER], 1)),
        ("a much longer name of an arm than there is room for, in words",
         paired(base.get, table(war=[1] * 100, crises=[0] * 50 + [4] * 50).get, [SHARE, NUMBER], 1)),
    ]  # fmt: skip
    for arms in (rows[:1], rows, rows * 12):
        for chart in (differences(results, "A finding", arms), pairs(results, "A finding", arms)):
            assert chart.alt.startswith("A finding. nothing: War")
            assert png(chart)[:4] == b"\x89PNG"
            assert svg(chart) == svg(chart)


def test_the_flagship_has_a_measure_for_every_place():
    flagship = load_scenario("indo_pacific_2024")
    columns = [f"{place}_{field}" for place in flagship.flashpoints for field in ("control", "war")]
    assert len(measures(flagship, columns)) == len(columns)
