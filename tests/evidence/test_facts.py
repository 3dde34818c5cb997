"""Stylised facts: each trial comes to the verdict that is written down; the judge is not fooled."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from sim.evidence.facts.judge import Found, crossing, judge, play, verdict_on
from sim.evidence.facts.outcomes import Outcome
from sim.evidence.facts.page import Result, page
from sim.evidence.facts.trial import Missing, Point, Trial, facts, setting
from sim.evidence.facts.trials import TRIALS
from sim.experiments.arms import Difference

EVERY = [
    # the first of each fact, but of those that signal or look ahead, which need rules of their own
    pytest.param(
        trial,
        id=f"{key}-{number}",
        marks=pytest.mark.long if number or key in ("S09", "S11") else (),
    )
    for key, trials in TRIALS.items()
    for number, trial in enumerate(() if isinstance(trials, Missing) else trials)
]
RUNS = 2000


@pytest.mark.parametrize("trial", EVERY)
def test_each_trial_comes_to_the_known_verdict(trial: Trial) -> None:
    found = play(trial)
    assert found.verdict == trial.known, found
    # and what is set does move what is measured, unless nothing is to move
    if trial.sign not in ("0", "0/−") and trial.known != "not clear":
        assert found.difference.mean != 0


def test_every_fact_is_tried_or_says_why_not() -> None:
    assert set(TRIALS) == set(facts())
    assert all(trials.why if isinstance(trials, Missing) else trials for trials in TRIALS.values())


def test_a_trial_that_does_not_hold_says_why() -> None:
    for param in EVERY:
        trial = param.values[0]
        assert trial.known == "holds" or len(trial.note) > 200


def test_the_sign_tried_is_the_sign_of_the_fact() -> None:
    for key, trials in TRIALS.items():
        for trial in () if isinstance(trials, Missing) else trials:
            if trial.caveat or trial.sign in ("peak", "0"):
                continue
            assert trial.sign == facts()[key].sign, (key, trial.what)


def test_trials_have_points_to_compare() -> None:
    for param in EVERY:
        trial = param.values[0]
        assert len(trial.points) == 1 if trial.kind == "within" else len(trial.points) >= 2
        scenarios = [trial.scenario(point) for point in trial.points]
        assert all(a != b for a, b in pairwise(scenarios))
        if trial.sign in ("0", "0/−"):
            assert trial.band > 0


# The judge, on ensembles made up so that the sign is known


class Made:
    """What an arm would have left behind: cases of the kind, and cases, one number a run."""

    def __init__(self, chance: float, luck: np.ndarray, cases: np.ndarray | None = None) -> None:
        self.runs = len(luck)
        self.cases = np.ones(self.runs) if cases is None else cases
        self.part = (luck < chance) * self.cases


OUTCOME = Outcome("P(made up)", lambda arm: (arm.part, arm.cases))


def made_trial(sign: str, points: int, **more: object) -> Trial:
    at = tuple(Point(str(i), {}) for i in range(points))
    return Trial("pair", "made up", at, OUTCOME, sign, **more)  # type: ignore[arg-type]


def arms(*chances: float, seed: int = 5, shared: bool = True) -> list[Made]:
    rng = np.random.default_rng(seed)
    luck = rng.random(RUNS)
    return [Made(chance, luck if shared else rng.random(RUNS)) for chance in chances]


@pytest.mark.parametrize(
    ("sign", "chances", "verdict"),
    [
        ("+", (0.2, 0.3, 0.4), "holds"),
        ("−", (0.2, 0.3, 0.4), "fails"),
        ("−", (0.4, 0.3, 0.3), "holds"),
        ("+", (0.2, 0.45, 0.4), "fails"),  # up in all, but clear down in a step
        ("+", (0.3, 0.3, 0.3), "not clear"),
        ("−", (0.3, 0.3, 0.3), "not clear"),
    ],
)
def test_rises_and_falls(sign: str, chances: tuple[float, ...], verdict: str) -> None:
    found = judge(made_trial(sign, 3), arms(*chances))
    assert found.verdict == verdict
    assert found.values == pytest.approx(chances, abs=0.03)
    assert found.difference.mean == pytest.approx(chances[-1] - chances[0], abs=0.03)


@pytest.mark.parametrize(
    ("sign", "chances", "verdict"),
    [
        ("0", (0.3, 0.31), "holds"),
        ("0", (0.3, 0.5), "fails"),
        ("0", (0.5, 0.3), "fails"),
        ("0", (0.3, 0.35), "not clear"),
        ("0/−", (0.3, 0.31), "holds"),
        ("0/−", (0.5, 0.3), "holds"),
        ("0/−", (0.3, 0.5), "fails"),
    ],
)
def test_no_difference_lies_within_its_band(
    sign: str, chances: tuple[float, ...], verdict: str
) -> None:
    assert judge(made_trial(sign, 2, band=0.05), arms(*chances)).verdict == verdict


@pytest.mark.parametrize(
    ("chances", "verdict"),
    [
        ((0.1, 0.4, 0.2), "holds"),
        ((0.1, 0.2, 0.4), "fails"),
        ((0.4, 0.2, 0.1), "fails"),
        ((0.1, 0.4, 0.4), "not clear"),
    ],
)
def test_a_peak_is_clear_above_both_ends(chances: tuple[float, ...], verdict: str) -> None:
    assert judge(made_trial("peak", 3, peak=1), arms(*chances)).verdict == verdict


def test_shared_luck_shows_what_other_luck_would_hide() -> None:
    trial = made_trial("+", 2)
    assert judge(trial, arms(0.30, 0.31)).verdict == "holds"
    assert judge(trial, arms(0.30, 0.31, shared=False)).verdict == "not clear"


def test_intervals_cover_as_often_as_they_say() -> None:
    trial = made_trial("+", 2)
    hits = 0
    for seed in range(300):
        d = judge(trial, arms(0.3, 0.34, seed=seed, shared=False)).difference
        hits += d.low <= 0.04 <= d.high
    assert 0.92 <= hits / 300 <= 0.98


def test_cases_that_come_in_clusters_widen_the_interval() -> None:
    rng = np.random.default_rng(2)
    luck = rng.random(RUNS)
    one = [Made(chance, luck) for chance in (0.3, 0.34)]
    many = [Made(chance, luck, np.where(luck < 0.5, 1.0, 9.0)) for chance in (0.3, 0.34)]
    for pair in (one, many):
        found = judge(made_trial("+", 2), pair)
        assert found.difference.error > 0
    with pytest.raises(ValueError, match="no case"):
        judge(made_trial("+", 2), [Made(0.3, luck, np.zeros(RUNS))] * 2)


def test_an_association_is_measured_within_one_ensemble() -> None:
    rng = np.random.default_rng(3)
    joined = rng.random(RUNS) < 0.3
    war = rng.random(RUNS) < np.where(joined, 0.2, 0.05)

    def share(of: np.ndarray):  # type: ignore[no-untyped-def]
        return lambda _arm: ((war & of).astype(float), of.astype(float))

    trial = replace(
        made_trial("+", 1, kind="within"), outcome=Outcome("gap", share(joined), share(~joined))
    )
    found = judge(trial, [Made(0.5, rng.random(RUNS))])
    assert found.verdict == "holds"
    assert found.values == pytest.approx((0.2, 0.05), abs=0.03)
    assert found.difference.mean == pytest.approx(found.values[0] - found.values[1])
    war = rng.random(RUNS) < 0.1
    assert judge(trial, [Made(0.5, rng.random(RUNS))]).verdict == "not clear"


def test_selection_weighs_pacts_by_how_often_they_are_tested() -> None:
    luck = np.random.default_rng(4).random(RUNS)
    often, seldom = np.ones(RUNS), (np.arange(RUNS) % 10 == 0).astype(float)
    trial = made_trial("−", 2, kind="tested")
    assert judge(trial, [Made(0.4, luck, often), Made(0.9, luck, seldom)]).verdict == "holds"
    assert judge(trial, [Made(0.4, luck, seldom), Made(0.9, luck, often)]).verdict == "fails"
    assert judge(trial, [Made(0.4, luck, often), Made(0.9, luck, often)]).verdict == "not clear"


def test_where_a_threshold_lies() -> None:
    grid = np.array([0.0, 0.5, 1.0])
    assert crossing(grid, np.array([0.4, 0.2, 0.0]), 0.1) == pytest.approx(0.75)
    assert crossing(grid, np.array([0.05, 0.2, 0.0]), 0.1) == 0.0
    assert crossing(grid, np.array([0.4, 0.3, 0.2]), 0.1) == 1.0


def test_a_difference_of_nothing_is_nothing() -> None:
    nothing = Difference(0.0, 0.0, RUNS)
    assert verdict_on(made_trial("+", 2), nothing, (nothing,)) == "not clear"
    assert verdict_on(made_trial("0", 2, band=0.01), nothing, (nothing,)) == "holds"


# The page


def test_the_page_puts_failures_first_and_says_why() -> None:
    d = Difference(0.1, 0.01, RUNS)
    fact = facts()["S08"]
    good = Result(fact, made_trial("+", 2), Found((0.1, 0.2), d, (d,), "holds"), ("holds", "fails"))
    bad = Result(
        fact, replace(made_trial("−", 2), what="badly set", note="Because | of this."),
        Found((0.1, 0.2), d, (d,), "fails"), ("fails", "fails"),
    )  # fmt: skip
    missing = {"S17": (facts()["S17"], Missing("no such choice"))}
    text = page([good, bad], missing, 1)
    assert text.index("badly set") < text.index("made up |")
    assert "2 trials: 1 hold, 1 fail, 0 not clear" in " ".join(text.split())
    assert "Because | of this." in text
    assert "no such choice" in text
    widths = {
        line.replace("\\|", "").count("|")
        for line in text.splitlines()
        if line.startswith("| S08 |")
    }
    assert widths <= {9, 7}


def test_the_page_in_the_documents_has_every_trial(project) -> None:  # type: ignore[no-untyped-def]
    text = (project / "docs" / "stylised_facts.md").read_text(encoding="utf-8")
    for key, trials in TRIALS.items():
        for trial in () if isinstance(trials, Missing) else trials:
            (row,) = [
                line for line in text.splitlines()
                if line.startswith((f"| {key} |", f"| {key}, caveat |"))
                and f"| {trial.what.replace('|', chr(92) + '|')} | `{trial.setting}`" in line
                and trial.outcome.name.replace("|", "\\|") in line
            ]  # fmt: skip
            assert f"| {trial.known} |" in row.replace("*", "")
            assert not trial.note or " ".join(trial.note.split())[:60] in " ".join(text.split())


@pytest.mark.parametrize("name", ["pair", "deterrence_game", "demand", "volunteers"])
def test_settings_are_valid_scenarios(name: str) -> None:
    assert setting(name).name == name
