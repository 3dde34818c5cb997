"""Fields of the wrong kind, in our words, beside what the whole can tell."""

from __future__ import annotations

import copy
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.world.plain import plain
from sim.world.validation import examine


def problems_of(data):
    return examine(data)[1]


WRONG = [
    (("schema",), 2, "2 is not known here", "write 1"),
    (("name",), "Bad Name", "'Bad Name' is no name", "lower-case"),
    (("title",), 3, "3 is not text", "quotes"),
    (("turns",), "many", "'many' is not a whole number", "whole number"),
    (("turns",), "24x", "'24x' is not a whole number", "whole number"),
    (("turns",), 2.5, "2.5 is not a whole number", "whole number"),
    (("turns",), 0, "0 is too small", "1 or more"),
    (("turns",), 5000, "5000 is too large", "1200 or less"),
    (("turn_length",), "days", "'days' is not known here", "one of: week, month"),
    (("start",), 2024, "2024 is not text", "quotes"),
    (("ladder",), "defalt", "'defalt' is no ladder", "default or a list"),
    (("states",), [], "a list where a mapping", "keys and values"),
    (("states",), {}, "too few entries (0)", "at least 2"),
    (("states", "revisia"), 5, "5 where a mapping", "keys and values"),
    (("states", "revisia"), None, "nothing (null) where a mapping", "keys and values"),
    (("states", "revisia", "capability"), "strong", "'strong' is not a number", "from 0 to 1000"),
    (("states", "revisia", "capability"), "0.5", "'0.5' is not a number", "out of the quotes"),
    (("states", "revisia", "capability"), True, "true is not a number", "from 0 to 1000"),
    (("states", "revisia", "capability"), None, "nothing (null) is not a number", "number"),
    (("states", "revisia", "capability"), [1], "a list is not a number", "number"),
    (("states", "revisia", "capability"), float("inf"), "inf is not a finite", "finite"),
    (("states", "revisia", "capability"), -1, "-1 is out of range", "from 0 to 1000"),
    (("states", "revisia", "capability"), {"source": "s"}, "needs the key 'value'", "{value: 0.5"),
    (("states", "revisia", "capability"), "1,000", "'1,000' is not a number", "from 0 to 1000"),
    (("states", "revisia", "capability"), "nan", "'nan' is not a number", "from 0 to 1000"),
    (("treaties", "pact", "clarity"), "0,75", "'0,75' is not a number", "with a point: 0.75"),
    (("treaties", "pact", "clarity"), "75 %", "'75 %' is not a number", "as a share: 0.75"),
    (("states", "revisia", "types"), [], "too few entries (0)", "at least 1"),
    (("states", "revisia", "position"), [1], "too few entries", "give latitude"),
    (("states", "revisia", "position"), [1, 2, 3], "too many entries (3)", "at most 2"),
    (("states", "revisia", "position"), [1, "x"], "'x' is not a number", "number"),
    (("flashpoints", "island", "challengers"), "revisia", "'revisia' where a list", "[a, b]"),
    (("flashpoints", "island", "opportunity"), "x", "'x' is not a number", "from 0 to 1"),
    (("flashpoints", "island", "opportunity"), 3, "3 is out of range", "from 0 to 1"),
    (("treaties", "pact", "delay"), 1.5, "1.5 is not a whole number", "whole"),
    (("treaties", "pact", "umbrella"), "maybe", "neither true nor false", "true or false"),
    (("treaties", "pact", "umbrella"), [], "neither true nor false", "true or false"),
    (("treaties", "pact", "obligations"), ["defense"], "'defense' is not known", "one of: defence"),
    (("rules", "foresight"), "0", "'0' is not a number", "out of the quotes"),
    (("rules", "foresight_shares"), 0, "0 is too small", "write 1 or more"),
]


@pytest.mark.parametrize(("path", "value", "wrong", "right"), WRONG)
def test_one_problem_in_plain_words(data, path, value, wrong, right):
    node = data
    for token in path[:-1]:
        node = node[token]
    node[path[-1]] = value
    problems = problems_of(data)
    assert len(problems) == 1, [str(problem) for problem in problems]
    assert wrong in problems[0].wrong
    assert right in problems[0].right
    assert problems[0].path[: len(path)] == path


@pytest.mark.parametrize("data_", [None, 3, "x", [], [1]])
def test_no_mapping_at_all(data_):
    (problem,) = problems_of(data_)
    assert problem.path == ()
    assert "where a mapping is expected" in problem.wrong


def test_empty_mapping_names_all_that_is_needed():
    problems = problems_of({})
    assert {p.key for p in problems} == {
        "schema", "name", "title", "turns", "start", "states", "flashpoints",
    }  # fmt: skip
    assert {p.wrong for p in problems} == {"is missing"}


@pytest.mark.parametrize(
    ("path", "key", "guess"),
    [
        ((), "tresties", "treaties"),
        (("rules",), "cognitio", "cognition"),
        (("states", "revisia"), "capabilty", "capability"),
        (("treaties", "pact"), "protégés", "proteges"),
        (("treaties", "pact", "in_force"), "form", "from"),
        (("flashpoints", "island"), "challenger", "challengers"),
        (("events", 0), "probabilty", "probability"),
        (("moves", "water_cannon"), "attributon", "attribution"),
        (("states", "revisia"), "zzz", None),
    ],
)
def test_unknown_keys(data, path, key, guess):
    node = data
    for token in path:
        node = node[token]
    node[key] = 1
    (problem,) = problems_of(data)
    assert problem.path == (*path, key)
    assert problem.suggestion == guess
    assert problem.of_key
    assert guess or "known here: name, side" in problem.right


def test_unknown_key_of_a_figure(data):
    data["states"]["revisia"]["capability"] = {"value": 1, "sourc": "s"}
    (problem,) = problems_of(data)
    assert (problem.key, problem.suggestion) == ("states.revisia.capability.sourc", "source")


@pytest.mark.parametrize(
    ("value", "wrong", "right"),
    [
        ("75%", "'75%' is not a number", "write it as a share: 0.75"),
        ("0,75", "'0,75' is not a number", "write it with a point: 0.75"),
        ("0.75", "'0.75' is not a number", "take it out of the quotes"),
        ("NaN", "'NaN' is not a number", "write a number from 0 to 1"),
        (float("nan"), "nan is not a finite number", "write a finite number"),
        (float("inf"), "inf is not a finite number", "write a finite number"),
        ([0.75], "a list is not a number", "write a number from 0 to 1"),
        (None, "nothing (null) is not a number", "write a number from 0 to 1"),
        (True, "true is not a number", "write a number from 0 to 1"),
        (75, "75 is out of range", "write a number from 0 to 1"),
    ],
)
def test_a_wrong_number_with_a_source_is_named_itself(data, value, wrong, right):
    data["treaties"]["pact"]["clarity"] = {"source": "s", "value": value}
    (problem,) = problems_of(data)
    assert (problem.key, problem.wrong) == ("treaties.pact.clarity.value", wrong)
    assert problem.right == right


def test_a_misspelt_value_of_a_figure(data):
    data["treaties"]["pact"]["clarity"] = {"valu": 0.75, "source": "s"}
    (problem,) = problems_of(data)
    assert (problem.key, problem.suggestion) == ("treaties.pact.clarity.valu", "value")
    assert "needs the key 'value'" in problem.wrong
    assert problem.of_key


def test_a_wrong_number_with_a_source_in_an_event(data):
    data["events"][0]["set"] = {"treaties.pact.clarity": {"value": "75%", "source": "s"}}
    (problem,) = problems_of(data)
    assert "'75%' is refused" in problem.wrong


def test_a_chance_by_challenger_is_told_from_a_figure(data):
    place = data["flashpoints"]["island"]
    place["opportunity"] = {"revisia": 7}
    (problem,) = problems_of(data)
    assert problem.key == "flashpoints.island.opportunity.revisia"
    place["opportunity"] = {"value": 7}
    (problem,) = problems_of(data)
    assert problem.key == "flashpoints.island.opportunity.value"
    place["opportunity"] = {"value": 0.1, "sorce": "s"}
    (problem,) = problems_of(data)
    assert problem.key == "flashpoints.island.opportunity.sorce"


def test_references_are_checked_beside_broken_fields(data):
    """Every broken field is in a part whose references are wrong too."""
    data["turns"] = None
    data["states"]["islandia"] = 5
    data["states"]["revisia"]["highest_rung"] = "blokade"
    data["states"]["revisia"]["capability"] = -1
    del data["states"]["patronia"]["capability"]
    data["flashpoints"]["island"]["stakes"]["revisia"] = 9
    data["flashpoints"]["island"]["holder"] = "islandi"
    data["treaties"]["pact"]["obligations"] = ["defense"]
    data["treaties"]["pact"]["scope"] = ["islan"]
    data["events"][0]["turn"] = 900
    data["events"].append({"set": {"states.revisia.capabilty": 1}})
    data["events"].append(3)
    assert {p.key for p in problems_of(data)} == {
        "turns",
        "states.islandia",
        "states.revisia.highest_rung",
        "states.revisia.capability",
        "states.patronia.capability",
        "flashpoints.island.stakes.revisia",
        "flashpoints.island.holder",
        "treaties.pact.obligations.0",
        "treaties.pact.scope.0",
        "events.2.why",
        "events.2.set.states.revisia.capabilty",
        "events.3",
    }


def test_nothing_is_blamed_on_a_stand_in(data):
    """What is broken is said once; what would follow from it is not said."""
    data["start"] = 5
    data["states"]["revisia"]["types"] = [{"key": "a", "prior": 7, "cost_sensitivity": 1}]
    data["flashpoints"]["island"]["challengers"] = [5]
    data["flashpoints"]["island"]["distances"] = "far"
    data["treaties"]["pact"]["proteges"] = [7]
    data["events"][0]["set"] = 3
    data["events"][1]["date"] = "2099-01"
    assert {p.key for p in problems_of(data)} == {
        "start",
        "states.revisia.types.0.prior",
        "flashpoints.island.challengers.0",
        "flashpoints.island.distances",
        "treaties.pact.proteges.0",
        "events.0.set",
    }


def test_endless_names_are_cut_in_messages(data):
    data["states"]["revisia"]["x" * 5000] = 1
    data["flashpoints"]["island"]["holder"] = "y" * 5000
    for problem in problems_of(data):
        assert len(str(problem)) < 1500


def test_text_that_would_steer_the_terminal_is_shown_harmlessly(data):
    data["flashpoints"]["island"]["holder"] = "a\x1b[31m\nb"
    (problem,) = problems_of(data)
    assert problem.wrong == "unknown state 'a\\u001b[31m\\u000ab'"


ODD = [None, True, 0, -1, 0.5, 1e9, float("nan"), float("inf"), "", "x", "islandia", "0.5",
       "blockade", "2024-05", [], [1], ["islandia"], [None], [[]], {}, {"value": 1},
       {"value": "x"}, {"source": 1}, {"": 1}, {"value": 0.1, "x": 1}, 10**30, "a.b", "\0", [{}],
       [{"key": "a"}], {"islandia": 0.5}]  # fmt: skip


def places(node, above=()):
    yield above
    if isinstance(node, dict | list):
        for key, item in node.items() if isinstance(node, dict) else enumerate(node):
            yield from places(item, (*above, key))


def damage(data, luck):
    """Replace, remove, add: anything anywhere."""
    path = luck.choice([path for path in places(data) if path])
    node = data
    for token in path[:-1]:
        node = node[token]
    act = luck.random()
    if act < 0.6:
        node[path[-1]] = copy.deepcopy(luck.choice(ODD))
    elif isinstance(node, list):
        node.append(copy.deepcopy(luck.choice(ODD)))
    elif act < 0.8:
        node[luck.choice(["x", "value", "name", "key", "set", "islandia"])] = luck.choice(ODD)
    else:
        del node[path[-1]]


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9))
def test_damaged_data_is_a_scenario_or_has_problems_with_remedies(data, seed):
    luck = random.Random(seed)
    data = copy.deepcopy(data)
    for _ in range(luck.randint(1, 4)):
        damage(data, luck)
    scenario, problems = examine(data)
    assert (scenario is None) == bool(problems)
    for problem in problems:
        assert problem.wrong
        assert problem.right or problem.suggestion, str(problem)
    if scenario is not None:
        assert examine(plain(scenario)) == (scenario, [])
