"""A decision put into words: the table, the beliefs, and why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.analysis.explain import explain
from sim.engines.model import CrisisModel
from sim.engines.seats import Commitment, Decision, Helper, Option, Taken, View
from sim.engines.wording import Wording
from sim.files.check import load_scenario

HELP = (Helper("united_states", "holder", 0.8),)
ACTS = (
    Option(0, "rest", None, "leave things be", "nothing changes", 0.0, 0.30),
    Option(1, "protest", "protest", "protest", "", -0.004, 0.25, 0.2, "protest", None, HELP),
    Option(2, "blockade", "blockade", "blockade", "", 0.031, 0.44, 0.6, "blockade", None, HELP),
    Option(3, "strike", "limited_strike", "limited strike", "", -0.2, 0.01, 0.9, "major_war"),
)
ANSWERS = (
    Option(0, "yield", None, "yield", "", -0.05, 0.3),
    Option(1, "blockade", "blockade", "resist at blockade", "", -0.02, 0.7, None, None, 0.5, HELP),
)
JOIN = (
    Option(0, "stand_aside", None, "stand aside", "", 0.0, 0.4),
    Option(1, "come", None, "come to Japan's side", "", 0.016, 0.6),
)
PRESS = (
    Option(0, "back_down", None, "back down", "", -0.03, 0.3),
    Option(1, "press", "blockade", "press on at blockade", "", 0.01, 0.7),
)
OWED = Commitment("us_japan", True, True, 0.92, 0.8, True)


@pytest.fixture(scope="module")
def words():
    return Wording(load_scenario("senkaku"))


def taken(kind, actor, options, chosen, commitment=None, parts=None, seated=False):
    beliefs = {"resolute": 0.35, "irresolute": 0.65}
    view = View("irresolute", {}, 1.0, None, (), (), 0, 1.0, ())
    decision = Decision(
        3, kind, actor, "senkaku", "china", "japan", options, view, commitment, parts or {}
    )
    after = {"resolute": 0.5, "irresolute": 0.5}
    trust = {"us_japan": 0.8}, {"us_japan": 0.84}
    return Taken(decision, chosen, seated, beliefs, after, *trust, 0)


def test_a_move_is_explained_by_what_was_expected_of_it(words):
    told = explain(taken("act", "china", ACTS, 2), words)
    assert told.title == "China (irresolute) decides whether to act"
    assert told.heads == (
        "", "option", "utility", "chance", "Japan yields", "United States comes",
    )  # fmt: skip
    assert told.rows == (
        ("", "leave things be", "0", "0.30", "", ""),
        ("", "protest", "-0.004", "0.25", "0.20", "0.80"),
        (">", "blockade", "+0.031", "0.44", "0.60", "0.80"),
    )
    assert told.left_out == "1 more option, with a chance below 0.02"
    assert told.beliefs == ("Others' belief that China is resolute: 0.35 -> 0.50",)
    assert told.why == (
        "China chose blockade: expected utility +0.031 against 0 for leaving things be; Japan was "
        "expected to yield with chance 0.60, and to resist, if it did, most likely at blockade; the "
        "United States was then expected to help Japan with chance 0.80."
    )


def test_what_was_not_the_best_is_told(words):
    why = explain(taken("act", "china", ACTS, 0), words).why
    assert why.startswith(
        "China chose to leave things be: expected utility 0 against +0.031 for what was best "
        "otherwise, blockade"
    )
    assert why.endswith("The best in expectation was another: blockade (+0.031).")


def test_an_unlikely_choice_is_in_the_table(words):
    told = explain(taken("act", "china", ACTS, 3), words)
    assert told.rows[-1] == (">", "limited strike", "-0.200", "0.01", "0.90", "")
    assert told.left_out == ""


def test_an_answer_is_explained_by_whether_the_challenger_presses(words):
    why = explain(taken("answer", "japan", ANSWERS, 1), words).why
    assert why == (
        "Japan chose to resist at blockade: expected utility -0.020 against -0.050 for yielding; "
        "then China was expected to press on with chance 0.50; the United States was then expected "
        "to help Japan with chance 0.80."
    )
    why = explain(taken("answer", "japan", ANSWERS, 0), words).why
    assert "expected utility -0.050 against -0.020 if it were to resist at blockade" in why


def test_helpers_of_both_sides_are_told_apart(words):
    helpers = (*HELP, Helper("japan", "holder", 0.3), Helper("united_states", "challenger", 0.1))
    options = (ANSWERS[0], replace(ANSWERS[1], helpers=helpers))
    why = explain(taken("answer", "japan", options, 1), words).why
    assert why.endswith(
        "the chances of help for Japan were then 0.80 from the United States and 0.30 from Japan; "
        "the United States was then expected to help China with chance 0.10."
    )


def test_where_nobody_can_help_no_column_says_who_comes(words):
    for kind, options in (("act", ACTS), ("answer", ANSWERS)):
        alone = tuple(replace(option, helpers=()) for option in options)
        told = explain(taken(kind, "japan", alone, 1), words)
        assert len(told.heads) == 5
        assert all(len(row) == 5 for row in told.rows)
        assert "help" not in told.why


def test_joining_is_explained_part_by_part(words):
    parts = {"stake": 0.02, "fighting": -0.004, "distance": -0.0001, "promise": 0.0}
    told = explain(taken("join", "united_states", JOIN, 1, OWED, parts), words)
    assert told.why == (
        "The United States came: coming was worth +0.016 to it (what it changes in the dispute "
        "+0.020, harm and effort -0.004). That the trigger of the US-Japan Treaty of Mutual "
        "Cooperation and Security is met was recognised (chance 0.92)."
    )
    assert told.beliefs[1] == (
        "Others' belief that it means its promise in the US-Japan Treaty of Mutual Cooperation and "
        "Security: 0.80 -> 0.84"
    )


@pytest.mark.parametrize(
    ("commitment", "text"),
    [
        (None, "No treaty binds it here."),
        (replace(OWED, duty=False), "It owes nothing here under the US-Japan Treaty"),
        (replace(OWED, recognised=False), "so standing aside breaks no promise."),
    ],
)
def test_standing_aside_is_explained_by_what_was_owed(words, commitment, text):
    told = explain(taken("join", "united_states", JOIN, 0, commitment), words)
    assert text in told.why
    assert len(told.beliefs) == (2 if commitment is not None and commitment.duty else 1)


def test_leaving_breaks_a_promise_whether_or_not_the_trigger_was_recognised(words):
    options = (
        Option(0, "leave", None, "leave Japan's side", "", 0.0, 0.1),
        Option(1, "stay", None, "stay at Japan's side", "", 0.3, 0.9),
    )
    told = explain(
        taken("join", "united_states", options, 1, replace(OWED, recognised=False)), words
    )
    assert told.title == "The United States (irresolute) decides whether to stay"
    assert told.why.endswith(
        "To leave a side once joined breaks the promise given in the US-Japan Treaty of Mutual "
        "Cooperation and Security."
    )


def test_pressing_is_explained_by_what_backing_down_costs(words):
    parts = {"press": 0.01, "back_down": -0.03, "wins": 0.996}
    told = explain(taken("press", "china", PRESS, 1, parts=parts), words)
    assert told.why == (
        "China pressed on: pressing was worth +0.010 to it against -0.030 for backing down. If "
        "force were to decide, it would win with chance >.99."
    )


SIGNALS = (
    Option(0, "nothing", None, "send no signal", "nothing is paid", -0.05, 0.3),
    Option(1, "tie", None, "declare that it will not yield", "its word costs more", -0.02, 0.7),
)


def test_a_signal_is_explained_by_what_others_will_believe(words):
    told = explain(taken("signal", "japan", SIGNALS, 1), words)
    assert told.title == "Japan (irresolute) decides whether to signal"
    assert told.why == (
        "Japan chose to declare that it will not yield: expected utility -0.020 of what may come "
        "against -0.050 without a signal. What counts is what others, above all China, believe of "
        "it then: its word costs more."
    )
    assert explain(taken("signal", "japan", SIGNALS, 0), words).why.startswith(
        "Japan sent no signal: expected utility -0.050 of what may come against -0.020 if it were "
        "to declare that it will not yield."
    )


def test_a_seat_is_not_the_model(words):
    why = explain(taken("press", "china", PRESS, 0, parts={"press": 0.01, "back_down": -0.03,
                        "wins": 0.5}, seated=True), words).why  # fmt: skip
    assert why.endswith("The choice was a player's, not the model's.")


def test_every_decision_of_a_run_can_be_explained():
    model = CrisisModel(load_scenario("second_thomas_shoal"), explain=True)
    model.run_to_end()
    for each in model.decisions:
        told = explain(each, model.words)
        assert sum(row[0] == ">" for row in told.rows) == 1
        assert all(len(row) == len(told.heads) for row in told.rows)
        assert told.why.endswith(".")
        assert told.beliefs
