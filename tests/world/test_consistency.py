"""What only the whole of a scenario can tell to be wrong: each rule, found and named."""

from __future__ import annotations

import copy

import pytest

from sim.world.consistency import consistency
from sim.world.validation import examine


def problems_of(data):
    scenario, problems = examine(data)
    assert (scenario is None) == bool(problems)
    return problems


def test_the_example_has_none(data):
    scenario, problems = examine(data)
    assert not problems
    assert consistency(scenario) == []


def put(data, path, value):
    """Set what stands at a dotted path; numbers are indices."""
    *above, last = path.split(".") if isinstance(path, str) else path
    node = data
    for token in above:
        node = node[int(token)] if isinstance(node, list) else node.setdefault(token, {})
    node[int(last) if isinstance(node, list) else last] = value


UNKNOWN = [
    ("rules.from_rest", "limited_strik", "rung", "limited_strike"),
    ("states.revisia.highest_rung", "blokade", "rung", "blockade"),
    ("flashpoints.island.holder", "islandi", "state", "islandia"),
    ("flashpoints.island.challengers.0", "Revisia", "state", "revisia"),
    ("treaties.pact.guarantors.0", "patronis", "state", "patronia"),
    ("treaties.pact.proteges.0", "islandias", "state", "islandia"),
    ("treaties.pact.scope.0", "iland", "flashpoint or territory", "island"),
    ("treaties.pact.scope.1", "islandia_hom", "flashpoint or territory", "islandia_home"),
    ("treaties.pact.trigger", "grey_zon", "rung", "grey_zone"),
    ("treaties.pact.ceiling", "majorwar", "rung", "major_war"),
    ("moves.water_cannon.rung", "greyzone", "rung", "grey_zone"),
    ("moves.water_cannon.who.0", "revisa", "state", "revisia"),
    ("moves.water_cannon.where", ["ireland"], "flashpoint", "island"),
    ("events.1.redraw.0", "patroni", "state", "patronia"),
    ("events.0.exercise", ["pac"], "treaty", "pact"),
    ("events.0.accident", {"island": "protst"}, "rung", "protest"),
    ("events.0.accident", {"iland": "protest"}, "flashpoint", "island"),
    ("events.1.after", "declaraton", "event", "declaration"),
]


@pytest.mark.parametrize(("path", "value", "what", "guess"), UNKNOWN)
def test_unknown_names(data, path, value, what, guess):
    put(data, path, value)
    found = [p for p in problems_of(data) if p.wrong.startswith("unknown")]
    assert [(p.suggestion, what in p.wrong) for p in found] == [(guess, True)]
    assert found[0].key.startswith(path)


UNKNOWN_KEYS = [
    ("flashpoints.island.stakes.patroni", 0.1, "state", "patronia"),
    ("flashpoints.island.distances.patroni", 100, "state", "patronia"),
    ("flashpoints.island.touches.islandia", "major_war", "territory", "islandia_home"),
    ("flashpoints.island.touches.islandia_home", "majorwar", "rung", "major_war"),
    ("flashpoints.island.opportunity", {"revisia": 0.1, "patronia": 0.1}, "challenger", None),
    ("states.revisia.forward.iland", 0.1, "flashpoint", "island"),
    ("treaties.pact.forward.ireland", 0.1, "flashpoint", "island"),
    ("treaties.pact.access.islands", 100, "flashpoint", "island"),
]


@pytest.mark.parametrize(("path", "value", "what", "guess"), UNKNOWN_KEYS)
def test_unknown_names_used_as_keys(data, path, value, what, guess):
    put(data, path, value)
    (problem,) = problems_of(data)
    assert f"unknown {what}" in problem.wrong
    assert problem.suggestion == guess
    assert problem.key.startswith(path)
    assert problem.right or problem.suggestion


LISTED_TWICE = [
    ("flashpoints.island.challengers", ["revisia", "revisia"]),
    ("treaties.pact.guarantors", ["patronia", "patronia"]),
    ("treaties.pact.obligations", ["defence", "defence"]),
    ("treaties.pact.scope", ["island", "island"]),
    ("territories", ["islandia_home", "islandia_home"]),
    ("moves.water_cannon.who", ["revisia", "revisia"]),
]


@pytest.mark.parametrize(("path", "value"), LISTED_TWICE)
def test_listed_twice(data, path, value):
    put(data, path, value)
    (problem,) = problems_of(data)
    assert "listed twice" in problem.wrong
    assert problem.key == f"{path}.1"


MONTHS = [
    ("start", "2024-13", "no month"),
    ("start", "2024-00", "no month"),
    ("start", "2024", "no month"),
    ("start", "2024-1", "no month"),
    ("start", "24-01", "no month"),
    ("treaties.pact.in_force.from", "1960-13", "no month"),
    ("treaties.pact.in_force.until", "soon", "no month"),
    ("treaties.pact.in_force.until", "1959-12", "before 'from'"),
    ("events.1.date", "2024-31", "no month"),
    ("events.1.date", "2023-12", "before the start"),
    ("events.1.date", "2026-01", "after the end"),
    ("events.0.date", "2024-02", "both turn and date"),
    ("events.0.turn", 24, "after the last"),
]


@pytest.mark.parametrize(("path", "value", "wrong"), MONTHS)
def test_dates(data, path, value, wrong):
    put(data, path, value)
    (problem,) = problems_of(data)
    assert wrong in problem.wrong
    assert problem.key == path
    assert problem.right


def test_dates_at_the_edges_of_the_run_are_allowed(data):
    put(data, "events.0.turn", 23)
    put(data, "events.1.date", "2025-12")
    assert not problems_of(data)
    put(data, "events.1.date", "2024-01")
    assert not problems_of(data)


def test_a_treaty_in_force_for_one_month(data):
    put(data, "treaties.pact.in_force", {"from": "2024-05", "until": "2024-05"})
    assert not problems_of(data)


def rows(*priors):
    return [
        {"key": f"t{n}", "prior": prior, "cost_sensitivity": 1} for n, prior in enumerate(priors)
    ]


def test_priors_sum_to_one(data):
    put(data, "states.revisia.types", rows(0.5, 0.4))
    (problem,) = problems_of(data)
    assert problem.key == "states.revisia.types"
    assert "0.9" in problem.wrong
    put(data, "states.revisia.types", rows(*[0.1] * 10))
    assert not problems_of(data)
    put(data, "states.revisia.types", rows(0.333333333, 0.333333333, 0.333333333))
    assert not problems_of(data)
    put(data, "states.revisia.types", rows(0.33333333, 0.33333333, 0.33333333))
    assert len(problems_of(data)) == 1


def test_types_have_keys_of_their_own(data):
    put(data, "states.revisia.types", rows(0.5, 0.5))
    put(data, "states.revisia.types.1.key", "t0")
    (problem,) = problems_of(data)
    assert problem.key == "states.revisia.types.1.key"


@pytest.fixture
def with_ladder(data):
    scenario, _ = examine(data)
    assert scenario is not None
    from sim.world.plain import plain

    return plain(scenario)


LADDER = [
    ("ladder.3.intensity", 0.2, "not above"),
    ("ladder.3.intensity", 0.1, "not above"),
    ("ladder.9.slip", 0.1, "top rung"),
    ("ladder.5.settles", 0.8, "sum to 1.1"),
]


@pytest.mark.parametrize(("path", "value", "wrong"), LADDER)
def test_ladder(with_ladder, path, value, wrong):
    put(with_ladder, path, value)
    (problem,) = problems_of(with_ladder)
    assert wrong in problem.wrong


def test_rungs_have_keys_of_their_own(with_ladder):
    put(with_ladder, "ladder.0.key", "economic_coercion")
    (problem,) = problems_of(with_ladder)
    assert problem.key == "ladder.1.key"
    put(with_ladder, "ladder.0.key", "status_quo")
    (problem,) = problems_of(with_ladder)
    assert "below the ladder" in problem.wrong
    put(with_ladder, "ladder.0.key", "Protest")
    (problem,) = problems_of(with_ladder)
    assert "no name" in problem.wrong


def test_what_decides_and_settles_may_sum_to_one(with_ladder):
    put(with_ladder, "ladder.9.decides", 0.7)
    put(with_ladder, "ladder.9.settles", 0.3)
    assert not problems_of(with_ladder)


def test_the_holder_is_no_challenger(data):
    put(data, "flashpoints.island.challengers", ["revisia", "islandia"])
    (problem,) = problems_of(data)
    assert problem.key == "flashpoints.island.challengers.1"
    assert "challenge itself" in problem.wrong


@pytest.mark.parametrize(
    ("field", "state", "role"),
    [
        ("stakes", "islandia", "the holder"),
        ("stakes", "revisia", "a challenger"),
        ("distances", "islandia", "the holder"),
        ("distances", "revisia", "a challenger"),
        ("distances", "patronia", "a guarantor under pact"),
    ],
)
def test_who_needs_a_stake_and_a_distance(data, field, state, role):
    del data["flashpoints"]["island"][field][state]
    (problem,) = problems_of(data)
    assert problem.key == f"flashpoints.island.{field}.{state}"
    assert problem.wrong == "is missing"
    assert role in problem.right


def test_a_guarantor_needs_no_stake(data):
    del data["flashpoints"]["island"]["stakes"]["patronia"]
    assert not problems_of(data)


def test_a_guarantor_elsewhere_needs_no_distance(data):
    del data["flashpoints"]["island"]["distances"]["patronia"]
    put(data, "treaties.pact.scope", [])
    assert not problems_of(data)


def test_a_guarantor_of_a_territory_that_is_touched_needs_a_distance(data):
    del data["flashpoints"]["island"]["distances"]["patronia"]
    put(data, "treaties.pact.scope", ["islandia_home"])
    assert [p.key for p in problems_of(data)] == ["flashpoints.island.distances.patronia"]


def test_a_chance_for_every_challenger(data):
    put(data, "flashpoints.island.challengers", ["revisia", "patronia"])
    put(data, "flashpoints.island.opportunity", {"revisia": 0.1})
    (problem,) = problems_of(data)
    assert problem.key == "flashpoints.island.opportunity.patronia"
    put(data, "flashpoints.island.opportunity", {"revisia": 0.1, "patronia": 0, "islandia": 0.2})
    assert not problems_of(data)


def test_guarantor_and_protege(data):
    put(data, "treaties.pact.proteges", ["islandia", "patronia"])
    (problem,) = problems_of(data)
    assert problem.key == "treaties.pact.proteges.1"
    assert "mutual" in problem.right
    put(data, "treaties.pact.mutual", True)
    assert not problems_of(data)
    put(data, "treaties.pact.proteges", ["patronia"])
    (problem,) = problems_of(data)
    assert "one member" in problem.wrong


def test_forward_forces_are_not_more_than_there_are(data):
    put(data, "states.patronia.forward", {"island": 0.96})
    (problem,) = problems_of(data)
    assert problem.key == "states.patronia.forward"
    assert "1.01" in problem.wrong
    assert "treaties.pact 0.05" in problem.wrong
    put(data, "treaties.pact.enabled", False)
    assert not problems_of(data)
    put(data, "treaties.pact.enabled", True)
    put(data, "states.patronia.forward", {"island": 0.95})
    assert not problems_of(data)


def test_a_protege_sends_forces_under_a_mutual_treaty_only(data):
    put(data, "states.islandia.forward", {"island": 0.96})
    assert not problems_of(data)
    put(data, "treaties.pact.mutual", True)
    assert [p.key for p in problems_of(data)] == ["states.islandia.forward"]


@pytest.mark.parametrize("key", ["Revisia", "1st", "a-b", "a b", "_a", "é", "a" * 65, "", "a.b"])
def test_names(data, key):
    data["states"][key] = copy.deepcopy(data["states"]["revisia"])
    (problem,) = problems_of(data)
    assert problem.path == ("states", key)
    assert "no name" in problem.wrong
    assert problem.of_key


@pytest.mark.parametrize("section", ["flashpoints", "treaties", "moves"])
def test_names_of_other_parts(data, section):
    key = next(iter(data[section]))
    data[section]["Other"] = copy.deepcopy(data[section][key])
    data[section]["Other"].pop("forward", None)
    assert [p.path for p in problems_of(data)] == [(section, "Other")]


def test_a_territory_is_no_flashpoint(data):
    data["territories"].append("island")
    (problem,) = problems_of(data)
    assert problem.key == "territories.1"
    data["territories"][1] = "Bad"
    (problem,) = problems_of(data)
    assert "no name" in problem.wrong


@pytest.mark.parametrize("position", [[91, 0], [0, 181], [-91, 0], [float("nan"), 0]])
@pytest.mark.parametrize("path", ["states.revisia.position", "flashpoints.island.position"])
def test_positions_are_on_earth(data, path, position):
    put(data, path, position)
    (problem,) = problems_of(data)
    assert problem.key == path
    put(data, path, [-90, 180])
    assert not problems_of(data)


def test_no_precision_at_all_is_a_choice_at_random(data):
    put(data, "rules.lambda", 0)
    put(data, "states.revisia.precision", 0)
    assert not problems_of(data)


# Events


def event(data, **parts):
    """Give the example one event."""
    data["events"] = [{"turn": 1, "why": "w", **parts}]
    return data


def test_an_event_does_something(data):
    (problem,) = problems_of(event(data))
    assert problem.key == "events.0"
    assert "nothing" in problem.wrong


@pytest.mark.parametrize(
    ("parts", "right"),
    [
        ({}, False),
        ({"probability": 1}, False),
        ({"repeats": True}, False),
        ({"probability": 1, "repeats": True}, True),
        ({"probability": 0.5}, True),
        ({"turn": 0}, True),
        ({"date": "2024-02"}, True),
        ({"after": "first"}, True),
    ],
)
def test_an_event_has_a_time_or_a_chance(data, parts, right):
    first = {"name": "first", "turn": 1, "why": "w", "redraw": ["revisia"]}
    data["events"] = [first, {"why": "w", "redraw": ["revisia"], **parts}]
    problems = problems_of(data)
    assert [problem.key for problem in problems] == ([] if right else ["events.1"])
    for problem in problems:
        assert "when the event happens" in problem.wrong
        assert "a turn, a date or a probability" in problem.right


def test_names_of_events(data):
    data["events"][1]["name"] = "declaration"
    (problem,) = problems_of(data)
    assert problem.key == "events.1.name"
    data["events"][1]["name"] = "Election 2024"
    (problem,) = problems_of(data)
    assert "no name" in problem.wrong


def test_events_do_not_wait_for_each_other(data):
    data["events"][0]["after"] = "declaration"
    (problem,) = problems_of(data)
    assert "waits for itself" in problem.wrong
    data["events"][0]["after"] = "election"
    data["events"][1]["after"] = "declaration"
    assert [p.key for p in problems_of(data)] == ["events.0.after", "events.1.after"]
    # One that waits for such a circle is not in it.
    third = {"why": "w", "redraw": ["revisia"], "after": "election"}
    data["events"].append(third)
    assert len(problems_of(data)) == 2


ALLOWED = {
    "states.revisia.capability": 0.2,
    "states.revisia.retaliation": {"value": 0.6, "source": "s"},
    "states.revisia.readiness": 0,
    "states.revisia.audience_cost": 1,
    "states.revisia.standing": 0.5,
    "states.revisia.precision": 10,
    "flashpoints.island.opportunity": 0.5,
    "flashpoints.island.control": 0.5,
    "flashpoints.island.stakes.patronia": 0.4,
    "flashpoints.island.distances.patronia": 40,
    "treaties.pact.enabled": False,
    "treaties.pact.trigger": "blockade",
    "treaties.pact.clarity": 1,
    "treaties.pact.conditional": False,
    "treaties.pact.ceiling": "major_war",
    "treaties.pact.umbrella": False,
    "treaties.pact.strength": 1,
    "treaties.pact.delay": 3,
    "treaties.pact.consultation_delay": 2,
    "treaties.pact.stake": 0.1,
    "treaties.pact.integration": 0.4,
    "treaties.pact.missile_defence": 0.4,
    "treaties.pact.exposure": 0.01,
    "treaties.pact.arms": 0.01,
    "treaties.pact.forward.island": 0.1,
    "treaties.pact.access.island": 300,
}


@pytest.mark.parametrize("path", ALLOWED)
def test_what_can_change_in_a_run(data, path):
    assert not problems_of(event(data, set={path: ALLOWED[path]}))


def test_ceiling_and_precision_can_be_taken_away(data):
    assert not problems_of(
        event(data, set={"treaties.pact.ceiling": None, "states.revisia.precision": None})
    )


REFUSED = [
    ("states.revisia.capabilty", 1, "cannot change", "capability"),
    ("states.revisia.name", "x", "cannot change", None),
    ("states.revisia.types", [], "cannot change", None),
    ("treaties.pact.scope", [], "cannot change", None),
    ("treaties.pact", {}, "addresses nothing", None),
    ("treaty.pact.clarity", 1, "addresses nothing", "treaties"),
    ("rules.lambda", 1, "addresses nothing", None),
    ("", 1, "addresses nothing", None),
    ("turns", 1, "addresses nothing", None),
    ("states.revisa.capability", 1, "unknown state", "revisia"),
    ("treaties.pakt.clarity", 1, "unknown treaty", "pact"),
    ("flashpoints.iland.control", 1, "unknown flashpoint", "island"),
    ("flashpoints.island.stakes", {"revisia": 1}, "which of the states", None),
    ("flashpoints.island.stakes.revisa", 1, "unknown state", "revisia"),
    ("treaties.pact.forward.iland", 0.1, "unknown flashpoint", "island"),
    ("treaties.pact.clarity.value", 1, "has no parts", None),
    ("treaties.pact.forward.island.value", 1, "has no parts", None),
    ("treaties.pact.clarity", 2, "outside the range", None),
    ("treaties.pact.clarity", "high", "expected a number", None),
    ("treaties.pact.clarity", True, "expected a number", None),
    ("treaties.pact.clarity", {"source": "s"}, "mapping where one value", None),
    ("treaties.pact.clarity", {"value": 1, "sorce": "s"}, "unknown key 'sorce'", None),
    ("treaties.pact.clarity", None, "expected a number", None),
    ("treaties.pact.clarity", [1], "expected a number", None),
    ("treaties.pact.delay", 1.5, "whole number", None),
    ("treaties.pact.forward.island", 2, "outside the range", None),
    ("treaties.pact.enabled", "perhaps", "boolean", None),
    ("treaties.pact.enabled", 0.5, "boolean", None),
    ("treaties.pact.trigger", "blokade", "unknown rung", "blockade"),
    ("treaties.pact.trigger", 3, "refused", None),
    ("treaties.pact.ceiling", "blokade", "unknown rung", "blockade"),
    ("flashpoints.island.opportunity", {"revisia": 0.1}, "mapping where one value", None),
    ("flashpoints.island.control", 1.5, "outside the range", None),
]


@pytest.mark.parametrize(("path", "value", "wrong", "guess"), REFUSED)
def test_what_cannot_be_set(data, path, value, wrong, guess):
    (problem,) = problems_of(event(data, set={path: value}))
    assert wrong in problem.wrong
    assert problem.suggestion == guess
    assert problem.path == ("events", 0, "set", path)
    assert problem.right or problem.suggestion


NUMBERS = [path for path, value in ALLOWED.items() if not isinstance(value, bool | str)]


@pytest.mark.parametrize("path", NUMBERS)
def test_what_can_be_scaled(data, path):
    if path.endswith("access.island"):
        put(data, "treaties.pact.access", {"island": 100})
    assert not problems_of(event(data, scale={path: 1.5}))


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("treaties.pact.trigger", "no number"),
        ("treaties.pact.ceiling", "no number"),
        ("treaties.pact.enabled", "no number"),
        ("treaties.pact.conditional", "no number"),
        ("treaties.pact.umbrella", "no number"),
        ("treaties.pact.access.island", "nothing to scale"),
        ("states.revisia.name", "cannot change"),
        ("states.revisa.capability", "unknown state"),
    ],
)
def test_what_cannot_be_scaled(data, path, wrong):
    (problem,) = problems_of(event(data, scale={path: 1.5}))
    assert wrong in problem.wrong


def test_a_factor_is_a_figure(data):
    (problem,) = problems_of(event(data, scale={"states.revisia.capability": -1}))
    assert problem.wrong == "-1 is out of range"


# Limits


@pytest.mark.parametrize(
    ("section", "most"),
    [("states", 62), ("flashpoints", 32), ("treaties", 128), ("moves", 128)],
)
def test_limits_of_mappings(data, section, most):
    first = data[section][next(iter(data[section]))]
    example = {**first, "forward": {}}
    if section in ("moves", "flashpoints"):
        example.pop("forward")
    own = len(data[section])
    data[section].update({f"x{n}": example for n in range(most - own)})
    assert not problems_of(data)
    data[section]["one_more"] = example
    (problem,) = problems_of(data)
    assert (problem.key, problem.wrong) == (section, f"too many entries ({most + 1})")
    assert str(most) in problem.right


def test_limit_of_events(data):
    data["events"] = [{"turn": 1, "why": "w", "redraw": ["revisia"]}] * 256
    assert not problems_of(data)
    data["events"] = data["events"] * 2
    (problem,) = problems_of(data)
    assert problem.key == "events"


def test_limit_of_anything_else(data):
    put(data, "treaties.pact.scope", ["island"] * 257)
    (problem,) = problems_of(data)
    assert problem.key == "treaties.pact.scope"
