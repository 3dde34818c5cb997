"""The one list of what can change in a run agrees with the models."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from sim.world.changeable import CHANGEABLE, KEYED_BY, RUNGS, SWITCHES, Target, new_value, target_of
from sim.world.figures import Figure
from sim.world.problems import Problem
from sim.world.shape import is_free, kinds_at
from sim.world.validation import examine

FIELDS = [(section, field) for section, names in CHANGEABLE.items() for field in names]


@pytest.mark.parametrize(("section", "field"), FIELDS)
def test_every_field_exists_and_is_of_the_kind_the_list_says(section, field):
    kinds = kinds_at((section, "x", field))
    where = (section, field)
    if where in KEYED_BY:
        assert is_free(kinds)
        assert kinds_at((section, "x", field, "y")) == [Figure]
    elif where in SWITCHES:
        assert kinds == [bool]
    elif where in RUNGS:
        assert kinds == [str]
    else:
        assert Figure in kinds


def test_the_lists_name_fields_that_can_change():
    assert {*KEYED_BY, *SWITCHES, *RUNGS} <= set(FIELDS)


def test_paths_taken_apart():
    assert target_of("states.a.capability") == Target("states", "a", "capability")
    target = target_of("treaties.t.forward.f")
    assert target == Target("treaties", "t", "forward", "f")
    assert isinstance(target, Target)
    assert target.numeric
    assert not Target("treaties", "t", "trigger").numeric
    assert not Target("treaties", "t", "enabled").numeric
    assert isinstance(target_of("treaties.t.forward"), Problem)
    assert isinstance(target_of("treaties.t.forward.f.g"), Problem)


def test_new_values_are_what_the_field_holds(data):
    scenario, _ = examine(data)
    pact = scenario.treaties["pact"]

    def value(path, given):
        target = target_of(path)
        assert isinstance(target, Target)
        return new_value(pact, target, given)

    assert value("treaties.pact.clarity", 1) == Figure(value=1.0)
    assert value("treaties.pact.clarity", {"value": 1, "source": "s"}).source == "s"
    assert value("treaties.pact.forward.island", 0.3) == Figure(value=0.3)
    assert value("treaties.pact.enabled", False) is False
    assert value("treaties.pact.trigger", "blockade") == "blockade"
    assert value("treaties.pact.ceiling", None) is None
    with pytest.raises(ValidationError):
        value("treaties.pact.clarity", 2)
    assert pact.clarity.value == 0.6
