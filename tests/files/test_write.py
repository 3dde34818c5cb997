"""A scenario to text and back, and its hash."""

from __future__ import annotations

import math

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sim.files.check import load_scenario
from sim.files.packaged import scenario_names
from sim.files.reader import parse
from sim.files.tree import bare
from sim.files.write import _Dumper, scenario_hash, scenario_yaml
from sim.world.validation import examine


def read_back(text):
    tree, problems = parse(text.encode(), "f.yaml")
    assert not problems, [str(problem) for problem in problems]
    scenario, problems = examine(bare(tree))
    assert not problems, [str(problem) for problem in problems]
    return scenario


@pytest.mark.parametrize("name", scenario_names())
def test_packaged_scenarios_read_back_equal(name):
    scenario = load_scenario(name)
    again = read_back(scenario_yaml(scenario))
    assert again == scenario
    assert scenario_hash(again) == scenario_hash(scenario)
    assert scenario_yaml(again) == scenario_yaml(scenario)


def test_what_is_extended_is_written_out(case, tmp_path):
    child = tmp_path / "child.yaml"
    child.write_text(
        "extends: case.yaml\nname: child\n"
        "states: {revisia: {capability: {value: 0.2, source: 'A: \"b\" # no', note: 'no'}}}\n"
    )
    scenario = load_scenario(child)
    text = scenario_yaml(scenario)
    assert "extends" not in text
    assert read_back(text) == scenario
    assert scenario.states["revisia"].capability.source == 'A: "b" # no'


def test_hash_ignores_writing_and_knows_values_sources_and_order(case, text):
    first = scenario_hash(load_scenario(case))
    assert len(first) == 64

    def changed(old: str, new: str) -> str:
        assert old in text
        case.write_text(text.replace(old, new), encoding="utf-8")
        return scenario_hash(load_scenario(case))

    assert changed("lambda: 25 ", "lambda: 2.5e1 ") == first
    assert changed("# A scenario to start from.", "# Another comment.") == first
    assert changed("ladder: default\n", "") == first
    assert changed("lambda: 25", "lambda: 26") != first
    assert changed("lambda: 25 ", "lambda: {value: 25, source: me} ") != first
    swapped = "stakes: {revisia: 0.5, islandia: 0.6, "
    assert changed("stakes: {islandia: 0.6, revisia: 0.5, ", swapped) != first


words = st.text(st.characters(blacklist_categories=["Cs", "Cc"], whitelist_characters="\n\t"))
scalars = st.one_of(
    words,
    st.sampled_from(["no", "0o17", "1e5", ".5", "~", "", "=", "<<", "1_0", "0b1", "1:30", ".inf"]),
    st.booleans(),
    st.none(),
    st.integers(-(10**15), 10**15),
    st.floats(allow_nan=False, allow_infinity=False),
)


@given(
    st.dictionaries(
        words.filter(lambda word: word != "<<"), scalars | st.lists(scalars), min_size=1
    )
)
def test_whatever_is_written_is_read_as_it_was(value):
    """All kinds of scalars, under keys of all kinds, in the form `scenario_yaml` uses."""
    text = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, default_flow_style=None, width=100)
    tree, problems = parse(text.encode(), "f.yaml")
    assert not problems, [str(problem) for problem in problems]
    assert bare(tree) == value


@given(st.floats(0, 1000, allow_nan=False))
def test_numbers_keep_their_last_bit(number):
    text = yaml.dump({"a": number}, Dumper=_Dumper)
    tree, _ = parse(text.encode(), "f.yaml")
    assert math.isclose(bare(tree)["a"], number, rel_tol=0, abs_tol=0)
