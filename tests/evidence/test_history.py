"""The model beside history: the record and its coding, the scores, and the page they end on."""

from __future__ import annotations

import re
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engines.chunks import Player
from sim.engines.compile_scenario import compile_scenario
from sim.evidence.history import scores
from sim.evidence.history.__main__ import main
from sim.evidence.history.judge import Comparison, chances_of_coming, compare, judge
from sim.evidence.history.page import page
from sim.evidence.history.play import Simulated, play_case
from sim.evidence.history.record import (
    End,
    ending_of,
    length_class,
    months,
    opening_rung,
    record,
    top_rung,
)
from sim.files.check import check_file, load_scenario
from sim.files.packaged import find_scenario, scenario_names
from sim.outcomes import events
from sim.outcomes.columns import ENDINGS
from sim.world.ladder import DEFAULT_LADDER
from sim.world.scenario import Scenario
from sim.world.states import State

RECORD = record()
NAMES = sorted(RECORD.cases)
RUNGS = tuple(rung.key for rung in DEFAULT_LADDER)
STAKES = {
    "homeland": 1.0,
    "part": 0.6,
    "outlying": 0.4,
    "vital": 0.4,
    "declared": 0.2,
    "other": 0.1,
}
STEPS = (1.0, 0.6, 0.4, 0.2, 0.1)
PLAIN = State.model_validate({"name": "Plain", "capability": 1})


# --- the scenario files ---------------------------------------------------------------------------


def only(scenario: Scenario) -> Any:
    """Return the one flashpoint of a case."""
    (flashpoint,) = scenario.flashpoints.values()
    return flashpoint


def test_every_case_has_a_scenario_and_every_scenario_a_case() -> None:
    assert scenario_names("history") == NAMES
    assert len(NAMES) >= 10


@pytest.mark.parametrize("name", NAMES)
def test_a_case_is_valid_and_begins_when_the_record_does(name: str) -> None:
    scenario, problems = check_file(find_scenario(name))
    assert problems == []
    assert scenario is not None
    assert scenario.start == f"{RECORD.cases[name].start:%Y-%m}"
    assert scenario.rules == type(scenario.rules)()  # defaults, so that a calibration moves all
    assert scenario.ladder == DEFAULT_LADDER
    assert scenario.events == ()


@pytest.mark.parametrize("name", NAMES)
def test_third_states_are_those_of_the_record(name: str) -> None:
    scenario = load_scenario(name)
    flashpoint = only(scenario)
    principals = {flashpoint.holder, *flashpoint.challengers}
    assert set(RECORD.cases[name].came) == set(scenario.states) - principals
    assert len(principals) == 2
    assert set(flashpoint.stakes) == set(scenario.states)
    assert set(flashpoint.distances) == set(scenario.states)


@pytest.mark.parametrize("name", NAMES)
def test_one_crisis_a_run_and_it_is_given(name: str) -> None:
    scenario = load_scenario(name)
    flashpoint = only(scenario)
    assert flashpoint.opportunity.value == 1.0
    assert flashpoint.cooldown.value >= scenario.turns
    assert flashpoint.cooldown_after_violence.value >= scenario.turns


@pytest.mark.parametrize("name", NAMES)
def test_stakes_follow_the_rule(name: str) -> None:
    scenario = load_scenario(name)
    stakes = only(scenario).stakes
    by_name = {state.name: stakes[key].value for key, state in scenario.states.items()}
    for stake in stakes.values():
        word, _, rest = stake.note.partition(":")
        if word != "ally's":
            assert stake.value == STAKES[word], stake.note
            continue
        said = re.fullmatch(r" one step below (?:the )?([^,]+).*", rest)
        assert said, stake.note
        (ally,) = [value for key, value in by_name.items() if said[1] in key]
        assert stake.value == STEPS[min(STEPS.index(ally) + 1, len(STEPS) - 1)], stake.note


@pytest.mark.parametrize("name", NAMES)
def test_states_follow_the_rule(name: str) -> None:
    year = RECORD.cases[name].start.year - 1
    for state in load_scenario(name).states.values():
        assert state.capability.source in ("COW NMC v6.0", "COW NMC v7.0")
        assert state.capability.year == year
        warheads = re.search(
            r"from (?:a stockpile of )?([\d,]+) warhead", state.retaliation.note or ""
        )
        if warheads:
            stock = float(warheads[1].replace(",", ""))
            assert state.retaliation.value == pytest.approx(
                min(0.95, stock / (stock + 300)), abs=0.006
            )
        else:
            assert state.retaliation.value == 0.0
            assert state.highest_rung == "major_war"
        for key in ("types", "precision", "audience_cost", "standing", "political_position",
                    "readiness"):  # fmt: skip
            assert getattr(state, key) == getattr(PLAIN, key)


@pytest.mark.parametrize("name", NAMES)
def test_treaties_follow_the_rule(name: str) -> None:
    scenario = load_scenario(name)
    plain = {"strength", "reliability", "clarity", "delay", "exposure", "stake", "missile_defence"}
    for treaty in scenario.treaties.values():
        note = treaty.note or ""
        given = {key: getattr(treaty, key).value for key in plain}
        assert given["delay"] == given["exposure"] == given["stake"] == 0.0
        assert given["missile_defence"] == 0.0
        assert treaty.integration.value in (0.0, 0.25, 0.5)
        if note.startswith("pact"):
            assert treaty.obligations == ("defence", "consultation")
            assert (treaty.trigger, given["strength"], given["reliability"]) == (
                "limited_strike", 0.5, 0.75,
            )  # fmt: skip
            assert given["clarity"] == (0.75 if "place named" in note else 0.35)
            assert "place named" in note or "place open" in note
            assert treaty.consultation_delay.value == 0
            members = {*treaty.guarantors, *(treaty.proteges if treaty.mutual else ())}
            nuclear = any(scenario.states[key].retaliation.value > 0 for key in members)
            assert treaty.umbrella == nuclear, note
        elif note.startswith("tie"):
            assert treaty.obligations == ("consultation",)
            assert (treaty.trigger, given["strength"]) == ("protest", 0.0)
        elif note.startswith("non-aggression"):
            assert treaty.obligations == ("non_aggression",)
            assert (given["strength"], given["clarity"]) == (0.03, 0.5)
        else:
            assert treaty.obligations == (), note
            assert treaty.integration.value > 0.0
        assert treaty.source


@pytest.mark.parametrize("name", NAMES)
def test_the_first_act_is_a_move_on_its_rung(name: str) -> None:
    case, scenario = RECORD.cases[name], load_scenario(name)
    opening = RUNGS[opening_rung(case, RUNGS, scenario.rules.from_rest)]
    named = [move for move in scenario.moves.values() if move.rung == opening]
    assert named
    whole = {"Deployment of missiles in secret", *(m.name for m in [scenario.moves["seizure"]])}
    for key, move in scenario.moves.items():
        assert key == "seizure" or move in named  # none besides the shared one and the first act
        assert (move.slice is None) == (move.name not in whole)


# --- the record -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "ending"),
    [
        (End(war=True, nuclear=True, why=""), "nuclear_use"),
        (End(war=True, gave_way="holder", why=""), "war"),
        (End(gave_way="both", why=""), "settlement"),
        (End(gave_way="holder", why=""), "acquiescence"),
        (End(gave_way="challenger", why=""), "deterrence_held"),
        (End(why=""), "limited_conflict"),
    ],
)
def test_the_rule_for_endings(end: End, ending: str) -> None:
    assert ending_of(end) == ending
    assert ending in ENDINGS


def test_how_the_cases_are_read() -> None:
    assert {name: ending_of(case.end) for name, case in RECORD.cases.items()} == {
        "july_1914": "war", "korea_1950": "war", "taiwan_1954": "settlement",
        "taiwan_1958": "deterrence_held", "berlin_1961": "acquiescence",
        "cuba_1962": "deterrence_held", "kuwait_1990": "war", "senkaku_2012": "acquiescence",
        "crimea_2014": "war", "sts_2023": "settlement",
    }  # fmt: skip
    for case in RECORD.cases.values():
        assert case.source
        assert case.end.why
        assert len(case.leaves_out) > 100
        assert case.second is None or ending_of(case.second) != ending_of(case.end)
        assert case.first.level <= case.top.level
        assert case.start < case.over


def test_rungs_and_lengths_of_the_record() -> None:
    cases = RECORD.cases
    assert set(RECORD.ladder.values()) <= set(RUNGS)
    assert RUNGS[top_rung(cases["cuba_1962"], RUNGS)] == "blockade"
    assert RUNGS[top_rung(cases["crimea_2014"], RUNGS)] == "major_war"  # coded 6, but a war
    assert RUNGS[opening_rung(cases["berlin_1961"], RUNGS, "limited_strike")] == "show_of_force"
    assert RUNGS[opening_rung(cases["korea_1950"], RUNGS, "limited_strike")] == "limited_strike"
    assert RUNGS[opening_rung(cases["korea_1950"], RUNGS, "major_war")] == "major_war"
    # 35, 97 and 361 days
    assert [months(cases[name]) for name in ("cuba_1962", "korea_1950", "crimea_2014")] == [
        2,
        4,
        12,
    ]
    assert [length_class(n) for n in (1, 2, 3, 4, 6, 7, 12, 13, 24)] == [0, 1, 1, 2, 2, 3, 3, 4, 4]


# --- scores, by hand ------------------------------------------------------------------------------


def test_scores_by_hand() -> None:
    p = np.array([0.5, 0.25, 0.25])
    assert scores.log_score(p, 1) == pytest.approx(log(0.25))
    assert scores.brier(p, 0) == pytest.approx(0.25 + 0.0625 + 0.0625)
    assert scores.brier(np.array([0.0, 1.0]), 0) == 2.0
    assert scores.brier_of_two(0.2, True) == pytest.approx(0.64)
    # cumulated .2, .5 against 0, 1: (.04 + .25) / 2
    assert scores.ranked(np.array([0.2, 0.3, 0.5]), 1) == pytest.approx(0.145)
    assert scores.ranked(np.array([1.0, 0.0, 0.0]), 2) == 1.0
    assert scores.smoothed([3, 0]).tolist() == [0.875, 0.125]
    assert scores.smoothed([0, 0]).tolist() == [0.5, 0.5]
    assert scores.from_class(np.array([0.5, 0.3, 0.2]), 1).tolist() == pytest.approx([0, 0.6, 0.4])


def test_the_baseline_never_sees_the_case_itself() -> None:
    first, second, third = scores.leave_one_out([0, 0, 1], 2)
    assert first.tolist() == second.tolist() == [0.5, 0.5]
    assert third.tolist() == pytest.approx([2.5 / 3, 0.5 / 3])


CHANCES = st.lists(st.integers(1, 50), min_size=4, max_size=4).map(
    lambda counts: np.array(counts) / sum(counts)
)


@given(true=CHANCES, said=CHANCES)
def test_saying_what_one_believes_scores_best(true: np.ndarray, said: np.ndarray) -> None:
    """Expected under `true`, no other statement does better: the scores are proper."""
    for score, best in ((scores.brier, min), (scores.ranked, min), (scores.log_score, max)):
        honest = sum(true[k] * score(true, k) for k in range(4))
        other = sum(true[k] * score(said, k) for k in range(4))
        assert best(honest, other) == pytest.approx(honest, abs=1e-9)


def test_skill_and_its_interval() -> None:
    half = scores.skill("half", [0.1, 0.2, 0.4], [0.2, 0.4, 0.8])
    assert (half.skill, half.low, half.high) == pytest.approx((0.5, 0.5, 0.5))
    assert half.verdict == "better than the baseline"
    mixed = scores.skill("mixed", [0.1, 0.3], [0.2, 0.4])
    assert mixed.skill == pytest.approx(1 - 0.2 / 0.3)
    # drawn twice the first: .5; twice the second: .25
    assert (mixed.low, mixed.high) == pytest.approx((0.25, 0.5))
    open_ = scores.skill("open", [0.1, 0.9], [0.5, 0.5])
    assert open_.low < 0 < open_.high
    assert open_.verdict == "not to be told from the baseline"
    logs = scores.skill("logs", [-2.0, -2.0], [-1.0, -1.0], scores.gain)
    assert (logs.skill, logs.verdict) == (-1.0, "worse than the baseline")
    assert scores.skill("again", [0.1, 0.9], [0.5, 0.5])[1:] == open_[1:]


# --- play and page --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def compared() -> list[Comparison]:
    return compare(RECORD, 150, seed=3)


def test_crises_are_counted(compared: list[Comparison]) -> None:
    for each in compared:
        opened, at_once = each.played.given_opening, each.played.given_crisis
        for sim in (opened, at_once):
            assert sum(sim.endings) == sum(sim.tops) == sum(sim.lengths) == sim.crises
            assert len(sim.months) == sim.crises
            assert set(sim.came) == set(each.case.came)
            assert all(0 <= n <= sim.crises for n in sim.came.values())
        # a first act that the model seldom chooses may be missing in so few runs
        assert opened.crises <= at_once.crises
        assert 0 < at_once.crises <= at_once.runs == 150
        assert sum(opened.tops[: each.played.opening]) == 0  # none ends below its first act


def test_the_run_that_is_named_begins_like_the_record(compared: list[Comparison]) -> None:
    for each in compared:
        sim = each.played.given_opening
        c = compile_scenario(each.scenario)
        names = events.Names(c.states, c.flashpoints, c.treaties, c.rungs, c.moves, ())
        for run, ending in ((sim.example, None), (sim.alike, ending_of(each.case.end))):
            if run is None:
                continue
            told = list(events.decode(*Player(each.scenario, 3).log(run), names))
            begins = next(item for item in told if isinstance(item, events.CrisisBegins))
            ends = next(item for item in told if isinstance(item, events.CrisisEnds))
            assert (begins.turn, begins.rung) == (0, c.rungs[each.played.opening])
            assert ending in (None, ends.ending)


def test_a_case_is_played_the_same_again(compared: list[Comparison]) -> None:
    one = compared[0]
    assert play_case(one.case, one.scenario, 150, 3)[:4] == one.played[:4]


def test_worst_first_and_judged_by_hand(compared: list[Comparison]) -> None:
    gaps = [each.given - each.expected for each in compared]
    assert gaps == sorted(gaps)
    skills = {each.name: each for each in judge(compared, RECORD)}
    logs = skills["How it ended (log score)"]
    assert logs.model == pytest.approx(np.mean([log(each.given) for each in compared]))
    assert logs.baseline == pytest.approx(np.mean([log(each.expected) for each in compared]))
    assert skills["Length (ranked)"].cases == len(compared) - 1  # 1914 ends where its war begins
    war = skills["War or not (Brier)"]
    assert war.baseline == pytest.approx((4 * (1 - 0.2119) ** 2 + 6 * 0.2119**2) / 10)


def test_precision_is_a_factor_on_that_of_the_file() -> None:
    (one,) = compare(
        RECORD.model_copy(update={"cases": {"cuba_1962": RECORD.cases["cuba_1962"]}}), 10, 1, 0.5
    )
    assert (
        one.scenario.rules.precision.value == load_scenario("cuba_1962").rules.precision.value / 2
    )


def test_chances_of_coming() -> None:
    sim = Simulated(9, 9, None, None, [], [], [], [], {"ally": 9, "other": 0})
    assert chances_of_coming(sim) == {"ally": 0.95, "other": 0.05}


def test_the_page_says_what_the_numbers_say(compared: list[Comparison]) -> None:
    text = page(RECORD, compared, {}, 150, 3)
    assert not re.search(r"[{}]|nan", text)
    for each in compared:
        assert f"(`{each.name}`)" in text
        assert f"### {each.scenario.title}\n" in text
    wrong = [each for each in compared if each.failed]
    assert f"## Failures ({len(wrong)} of {len(compared)})" in text
    places = [text.index(f"### {each.scenario.title}\n") for each in compared]
    assert places == sorted(places)  # failures first
    # the same page of a model that foresees everything
    sure = [each._replace(chances=np.eye(len(ENDINGS))[each.happened]) for each in compared]
    text = page(RECORD, sure, {}, 150, 3)
    assert "## No failures" in text
    assert f"in {len(sure)} cases the ending that it finds likeliest is" in text.replace("\n", " ")


def test_a_case_that_never_begins_so_is_told(compared: list[Comparison]) -> None:
    one = compared[0]
    none = play_case(one.case, one.scenario.set({"rules.from_rest": "protest"}), 20, 1)
    sim = none.given_opening
    empty = sim._replace(crises=0, example=None, alike=None, months=[], tops=[0] * len(RUNGS),
                         endings=[0] * len(ENDINGS), came=dict.fromkeys(sim.came, 0))  # fmt: skip
    told = one._replace(played=none._replace(given_opening=empty))
    assert "No run began so" in page(RECORD, [told, *compared[1:]], {}, 150, 3)


def test_the_script_writes_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "page.md"
    assert main(["--runs", "30", "--seed", "2", "--out", str(place)]) == 0
    assert f"wrote {place}" in capsys.readouterr().out
    text = place.read_text(encoding="utf-8")
    assert "Played: 30 runs a case, seed 2." in text
    assert "| states choose 0.5 times as surely" in text
    assert "| states choose 2 times as surely" in text
    assert main(["--out", str(tmp_path / "nowhere" / "page.md")]) == 1
    assert "No such file or directory; name a file with --out" in capsys.readouterr().err
    for wrong in (["--runs", "0"], ["--seed", "-1"], ["--runs", "many"]):
        with pytest.raises(SystemExit) as stop:
            main(wrong)
        assert stop.value.code == 2


def test_the_document_names_every_case(project: Path) -> None:
    text = (project / "docs/history.md").read_text(encoding="utf-8")
    for name in NAMES:
        assert f"`{name}`" in text
        assert load_scenario(name).title in text
