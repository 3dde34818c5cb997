"""`extends`: what merges, what replaces, what goes, and where errors point."""

from __future__ import annotations

import os

import pytest

from sim.files import packaged
from sim.files.check import check_file, load_scenario
from sim.files.merge import assemble
from sim.files.tree import bare, located


@pytest.fixture
def write(tmp_path):
    def _write(name: str, text: str):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return _write


def merged(path):
    tree, problems = assemble(path, path.name)
    assert not problems, [str(problem) for problem in problems]
    return bare(tree)


def test_mappings_merge_lists_replace_null_removes(write):
    write("base.yaml", "name: base\na: {x: 1, y: {z: 2}}\nl: [1, 2]\ngone: 3\nkept: 4\n")
    path = write(
        "child.yaml",
        "extends: base.yaml\nname: child\na: {y: {w: 3}}\nl: [9]\ngone: null\nnew: 5\n",
    )
    assert merged(path) == {
        "name": "child",
        "a": {"x": 1, "y": {"z": 2, "w": 3}},
        "l": [9],
        "kept": 4,
        "new": 5,
    }


def test_order_is_that_of_what_is_extended(write):
    """Ties are broken by order: changing a state must not move it."""
    write("base.yaml", "states: {a: {k: 1}, b: {k: 2}, c: {k: 3}}\n")
    path = write("child.yaml", "extends: base.yaml\nstates: {d: {k: 4}, b: {k: 5}}\n")
    assert list(merged(path)["states"]) == ["a", "b", "c", "d"]


def test_a_figure_does_not_keep_the_source_of_another_value(write):
    write("base.yaml", "a: {value: 1, source: s, year: 2020}\nb: {value: 1, source: s}\n")
    path = write("child.yaml", "extends: base.yaml\na: {value: 2}\nb: {note: n}\n")
    assert merged(path) == {"a": {"value": 2}, "b": {"value": 1, "source": "s", "note": "n"}}


def test_three_files_in_a_row_and_a_folder_below(write):
    write("below/one.yaml", "a: 1\nb: 1\nc: 1\n")
    write("two.yaml", "extends: below/one.yaml\nb: 2\nc: 2\n")
    path = write("three.yaml", "extends: ./two.yaml\nc: 3\n")
    assert merged(path) == {"a": 1, "b": 2, "c": 3}


def test_places_name_the_file_a_value_came_from(write):
    write("base.yaml", "a:\n  x: 1\n  y: 2\nb: 3\n")
    path = write("child.yaml", "# changed\nextends: base.yaml\na: {y: 5}\nc: 6\n")
    tree, _ = assemble(path, "child.yaml")
    assert located(tree, ("a", "x"))[1:] == (2, 6)
    assert located(tree, ("a", "x")).file.endswith("base.yaml")
    assert located(tree, ("a", "y")) == ("child.yaml", 3, 8)
    assert located(tree, ("a",)) == ("child.yaml", 3, 1)
    assert located(tree, ("b",)).file.endswith("base.yaml")
    assert located(tree, ("c",)) == ("child.yaml", 4, 4)
    assert located(tree, ("missing",)).file == "child.yaml"


def test_problems_point_into_both_files(write, text):
    write("base.yaml", text.replace("trigger: limited_strike", "trigger: limited_strik"))
    path = write(
        "child.yaml", "extends: base.yaml\nname: child\nstates:\n  revisia: {capability: -1}\n"
    )
    _, problems = check_file(path)
    places = {problem.key: (problem.file, problem.line) for problem in problems}
    line = 1 + text[: text.index("trigger: limited_strike")].count("\n")
    assert places == {
        "states.revisia.capability": (str(path), 4),
        "treaties.pact.trigger": (str(path.parent / "base.yaml"), line),
    }
    assert problems[0].file == str(path)


def test_name_and_title_of_the_child_count(write, text):
    write("base.yaml", text)
    path = write("child.yaml", "extends: base.yaml\nname: child\ntitle: Child\n")
    scenario = load_scenario(path)
    assert (scenario.name, scenario.title) == ("child", "Child")
    assert scenario.treaties["pact"].clarity.value == 0.6


def test_a_treaty_can_be_taken_out(write, text):
    write("base.yaml", text)
    path = write(
        "child.yaml", "extends: base.yaml\nname: child\ntreaties: {pact: null}\nevents: []\n"
    )
    assert not load_scenario(path).treaties


def test_removing_what_is_not_there_is_a_problem(write):
    write("base.yaml", "treaties: {us_japan: {a: 1}}\n")
    path = write("child.yaml", "extends: base.yaml\ntreaties:\n  us_japn: null\n")
    _, problems = assemble(path)
    assert [(p.key, p.line, p.suggestion) for p in problems] == [
        ("treaties.us_japn", 3, "us_japan")
    ]


def places(path):
    """Return key, line and file of each problem of a file; every one stands in it."""
    _, problems = check_file(path)
    assert {problem.file for problem in problems} == {str(path)}
    return problems


def test_what_uses_something_taken_out_is_told_at_the_line_that_takes_it_out(write, text):
    text = text.replace("states:\n", "states: # all\n")
    write("base.yaml", text)
    head = "extends: base.yaml\nname: child\n"
    (problem,) = places(write("child.yaml", f"{head}treaties:\n  pact: null\n"))
    assert (problem.key, problem.line, problem.column) == ("treaties.pact", 4, 3)
    assert problem.wrong == (
        "is taken out here, but used elsewhere: events.0.set.treaties.pact.clarity"
    )
    assert "enabled: false" in problem.right
    (problem,) = places(write("child.yaml", f"{head}states: {{patronia: null}}\n"))
    assert (problem.key, problem.line) == ("states.patronia", 3)
    for user in ("flashpoints.island.stakes.patronia", "treaties.pact.guarantors.0"):
        assert user in problem.wrong
    (problem,) = places(write("child.yaml", f"{head}states: {{revisia: {{capability: null}}}}\n"))
    assert (problem.key, problem.line) == ("states.revisia.capability", 3)
    assert "has to be given" in problem.wrong


def test_what_is_taken_out_and_given_again_is_not_missing(write, text):
    write("base.yaml", text)
    pact = text[text.index("treaties:") : text.index("# What happens")]
    write("middle.yaml", "extends: base.yaml\nname: middle\ntreaties: {pact: null}\nevents: []\n")
    path = write("child.yaml", f"extends: middle.yaml\nname: child\n{pact}")
    assert load_scenario(path).treaties["pact"].clarity.value == 0.6


def test_a_slip_in_the_name_of_what_is_changed_is_told_as_such(write, text):
    write("base.yaml", text)
    for line, key, guess in (
        ("treaties: {pakt: {clarity: 0.3}}", "treaties.pakt", "pact"),
        ("states: {revisa: {name: R}}", "states.revisa", "revisia"),
    ):
        path = write("child.yaml", f"extends: base.yaml\nname: child\n{line}\n")
        (problem,) = places(path)
        assert (problem.key, problem.line, problem.suggestion) == (key, 3, guess)
        assert "a new one needs" in problem.right
    # What can be a new one is taken for one.
    line = "states: {revisa: {name: R, capability: 0.1}}"
    assert load_scenario(write("child.yaml", f"extends: base.yaml\nname: child\n{line}\n"))


def test_null_in_something_new_is_left_to_the_check(write):
    write("base.yaml", "a: 1\n")
    path = write("child.yaml", "extends: base.yaml\nb: {c: null}\n")
    assert merged(path) == {"a": 1, "b": {"c": None}}


def test_a_packaged_scenario_can_be_extended(write, tmp_path, text, monkeypatch):
    folder = tmp_path / "packaged"
    folder.mkdir()
    (folder / "island.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(packaged, "scenario_folder", lambda: folder)
    path = write("own/child.yaml", "extends: island\nname: child\nturns: 30\n")
    scenario = load_scenario(path)
    assert (scenario.name, scenario.turns) == ("child", 30)


def refusal(path):
    _, problems = check_file(path)
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]


@pytest.mark.parametrize(
    ("reference", "wrong"),
    [
        ("../base.yaml", "outside the folder"),
        ("below/../../base.yaml", "outside the folder"),
        ("/etc/passwd", "not a path relative"),
        ("[a]", "needs a file"),
        ("''", "needs a file"),
        ("3", "needs a file"),
        ("missing.yaml", "no such file"),
        ("nothing_of_that_name", "no packaged scenario"),
        (".", "folder"),
    ],
)
def test_what_cannot_be_extended(write, reference, wrong):
    write("base.yaml", "a: 1\n")
    path = write("folder/child.yaml", f"name: child\nextends: {reference}\n")
    problem = refusal(path)
    assert wrong in problem.wrong
    assert (problem.file, problem.line, problem.key) == (str(path), 2, "extends")


def test_a_link_out_of_the_folder_is_not_followed(write, tmp_path):
    write("secret.yaml", "a: 1\n")
    path = write("folder/child.yaml", "extends: link.yaml\n")
    try:
        os.symlink(tmp_path / "secret.yaml", tmp_path / "folder" / "link.yaml")
    except OSError:
        pytest.skip("no links here")
    assert "outside the folder" in refusal(path).wrong


def test_a_file_beside_is_named_with_its_ending(write):
    write("base.yaml", "a: 1\n")
    path = write("child.yaml", "extends: base\n")
    assert "write base.yaml" in refusal(path).right


def test_a_circle_is_reported_with_its_chain(write):
    write("a.yaml", "extends: b.yaml\n")
    write("b.yaml", "extends: c.yaml\n")
    path = write("c.yaml", "extends: a.yaml\n")
    assert "c.yaml -> a.yaml -> b.yaml -> c.yaml" in refusal(path).wrong


def test_a_file_that_extends_itself(write):
    path = write("a.yaml", "extends: a.yaml\n")
    assert "a.yaml -> a.yaml" in refusal(path).wrong


def test_at_most_eight_in_a_row(write):
    write("f0.yaml", "a: 0\n")
    paths = [write(f"f{n}.yaml", f"extends: f{n - 1}.yaml\nb{n}: 1\n") for n in range(1, 10)]
    assert len(merged(paths[7])) == 9
    assert "more than 8" in refusal(paths[8]).wrong


def test_broken_yaml_in_what_is_extended_is_shown_there(write):
    base = write("base.yaml", "a: 1\nb: [1\n")
    problem = refusal(write("child.yaml", "extends: base.yaml\n"))
    assert problem.file == str(base)
    assert problem.line == 2


def test_what_is_extended_has_to_be_a_mapping(write):
    write("base.yaml", "[1, 2]\n")
    path = write("child.yaml", "extends: base.yaml\nname: child\n")
    assert "not a mapping" in refusal(path).wrong
