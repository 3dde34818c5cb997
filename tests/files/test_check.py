"""One list of all problems of a file, and the packaged scenarios."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.files import packaged
from sim.files.check import check_file, find_scenario, list_scenarios, load_scenario
from sim.files.packaged import scenario_names
from sim.files.template import template
from sim.world.problems import ScenarioError


def test_the_template_is_valid(case):
    scenario = load_scenario(case)
    assert scenario.name == "case"
    assert len(scenario.states) == 3


def test_text_and_path_are_both_taken(case):
    assert load_scenario(str(case)) == load_scenario(case)


def test_all_problems_in_one_pass_in_the_order_of_the_file(case, text):
    """A broken field does not hide a dangling reference, nor is it reported twice."""
    case.write_text(
        text.replace("turns: 24", "turns: many")
        .replace("capability: 0.02", "capabilty: 0.02")
        .replace("holder: islandia ", "holder: islandi ")
        .replace("clarity: 0.6", "clarity: 6")
        .replace("trigger: limited_strike", "trigger: limited_strik")
        .replace("  - name: election", "  - nam: election")
        .replace("proteges: [islandia]", "proteges: [islandia, 5]"),
        encoding="utf-8",
    )
    _, problems = check_file(case)
    assert [(problem.key, problem.suggestion) for problem in problems] == [
        ("turns", None),
        ("states.islandia.capability", None),
        ("states.islandia.capabilty", "capability"),
        ("flashpoints.island.holder", "islandia"),
        ("treaties.pact.proteges.1", None),
        ("treaties.pact.trigger", "limited_strike"),
        ("treaties.pact.clarity", None),
        ("events.1.nam", "name"),
    ]
    lines = case.read_text(encoding="utf-8").splitlines()
    for problem in problems:
        assert problem.file == str(case)
        assert problem.wrong
        assert problem.right or problem.suggestion
        last = str(problem.path[-1])
        if not last.isdigit() and problem.wrong != "is missing":
            assert last in lines[problem.line - 1]


def test_a_problem_reads_as_file_line_column_key_remedy(case, text):
    case.write_text(text.replace("lambda: 25", "lambda: -1"), encoding="utf-8")
    line = 1 + text[: text.index("lambda: 25")].count("\n")
    with pytest.raises(ScenarioError) as error:
        load_scenario(case)
    assert str(error.value) == (
        f"{case}:{line}:11: rules.lambda: -1 is out of range\n    write a number from 0 to 1000"
    )
    assert error.value.problems[0].as_dict() == {
        "file": str(case),
        "line": line,
        "column": 11,
        "key": "rules.lambda",
        "wrong": "-1 is out of range",
        "right": "write a number from 0 to 1000",
        "suggestion": None,
    }


def test_at_most_a_hundred_are_printed(case, text):
    many = "".join(f"  k{n}: 1\n" for n in range(150))
    case.write_text(text.replace("rules:\n", "rules:\n" + many), encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        load_scenario(case)
    assert len(error.value.problems) == 150
    assert str(error.value).endswith("... and 50 more")
    assert str(error.value).count("unknown key") == 100


def test_what_follows_from_a_problem_of_the_file_is_not_reported_again(case, text):
    case.write_text(text.replace("holder: islandia ", "holder: *who "), encoding="utf-8")
    _, problems = check_file(case)
    assert [problem.wrong for problem in problems] == ["an alias (*who)"]


def test_infinity_and_not_a_number_are_refused_where_they_stand(case, text):
    case.write_text(
        text.replace("capability: 0.02", "capability: .inf").replace(
            "clarity: 0.6", "clarity: .nan"
        ),
        encoding="utf-8",
    )
    _, problems = check_file(case)
    assert [(problem.key, problem.wrong) for problem in problems] == [
        ("states.islandia.capability", "inf is not a finite number"),
        ("treaties.pact.clarity", "nan is not a finite number"),
    ]


def test_the_country_code_no_is_a_name(case, text):
    case.write_text(text.replace("islandia:", "no:").replace("islandia", "no"), encoding="utf-8")
    text = case.read_text(encoding="utf-8").replace("no_home", "nohome")
    case.write_text(text, encoding="utf-8")
    assert "no" in load_scenario(case).states


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    folder = tmp_path / "shelf"
    folder.mkdir()
    for name in ("island", "harbour"):
        (folder / f"{name}.yaml").write_text(template(name), encoding="utf-8")
    (folder / "broken.yaml").write_text("a: [", encoding="utf-8")
    (folder / "notes.txt").write_text("no scenario")
    (folder / "past").mkdir()
    for name in ("crisis", "_common"):
        (folder / "past" / f"{name}.yaml").write_text(template("crisis"), encoding="utf-8")
    monkeypatch.setattr(packaged, "scenario_folder", lambda: folder)
    return folder


def test_packaged_scenarios_are_listed_and_found_by_name(shelf):
    listed = list_scenarios()
    assert [item.name for item in listed] == ["broken", "harbour", "island", "crisis"]
    assert [item.group for item in listed] == ["", "", "", "past"]
    assert listed[0].title == "(cannot be read)"
    assert listed[2].title == "An island between two states"
    assert listed[2].question.startswith("Does a plainer promise")
    assert find_scenario("island") == shelf / "island.yaml"
    assert load_scenario("island").name == "island"


def test_a_group_is_a_folder_without_the_files_that_others_extend(shelf):
    assert scenario_names("past") == ["crisis"]
    assert scenario_names("") == ["broken", "harbour", "island"]
    assert find_scenario("crisis") == shelf / "past" / "crisis.yaml"
    with pytest.raises(ScenarioError, match="no packaged scenario '_common'"):
        find_scenario("_common")


def test_a_near_miss_of_a_packaged_name(shelf):
    with pytest.raises(ScenarioError) as error:
        find_scenario("iland")
    assert error.value.problems[0].suggestion == "island"
    with pytest.raises(ScenarioError, match="did you mean 'island'"):
        load_scenario("iland")
    with pytest.raises(ScenarioError, match="deter list"):
        load_scenario("zzz")


def test_a_near_miss_of_a_file(case):
    with pytest.raises(ScenarioError) as error:
        load_scenario(case.with_name("cas.yaml"))
    assert error.value.problems[0].suggestion == str(case)


def test_a_file_in_the_folder_is_found_without_being_packaged(case, monkeypatch, shelf):
    monkeypatch.chdir(case.parent)
    assert load_scenario("case.yaml").name == "case"


def test_an_installed_package_carries_its_scenarios(project, tmp_path):
    """The wheel puts them into the package; a folder `scenarios` beside it is then not ours."""
    for layer in ("world", "files"):
        shutil.copytree(project / "sim" / layer, tmp_path / "sim" / layer)
    # without it, a package installed elsewhere would come first
    shutil.copy(project / "sim" / "__init__.py", tmp_path / "sim")
    for name, folder in (("inside", tmp_path / "sim"), ("beside", tmp_path)):
        (folder / "scenarios").mkdir()
        (folder / "scenarios" / f"{name}.yaml").write_text(template(name), encoding="utf-8")
    code = "from sim.files.packaged import scenario_names; print(scenario_names())"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "['inside']\n"


def test_every_packaged_scenario_is_valid_and_named_like_its_file(project):
    files = [
        path for path in (project / "scenarios").rglob("*.yaml") if not path.stem.startswith("_")
    ]
    names = [path.stem for path in files]
    assert sorted(names) == sorted(packaged.scenario_names())
    for name in names:
        assert load_scenario(name).name == name


def test_what_happens_in_a_packaged_scenario_is_told_in_a_sentence_of_its_own(project):
    """A story tells it without what stands around it in the file."""
    for name in packaged.scenario_names():
        for event in load_scenario(name).events:
            assert event.why[0].isupper(), event.why
            assert event.why.endswith("."), event.why
            assert ". " not in event.why, event.why
            assert not re.search(r"(?i)judgement|\bas in\b|\bthe same\b| \.\d", event.why), (
                event.why
            )


LINES = template("case").splitlines(keepends=True)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_a_damaged_scenario_is_read_or_refused(seed, tmp_path):
    """Lines lost, doubled, swapped, cut; letters changed: nothing but ScenarioError is raised."""
    luck = random.Random(seed)
    lines = list(LINES)
    for _ in range(luck.randint(1, 6)):
        number = luck.randrange(len(lines))
        line = lines[number]
        match luck.randrange(6):
            case 0:
                lines[number] = ""
            case 1:
                lines[number] = line * 2
            case 2:
                other = luck.randrange(len(lines))
                lines[number], lines[other] = lines[other], line
            case 3:
                lines[number] = line[: luck.randint(0, len(line))] + "\n"
            case 4:
                at = luck.randrange(len(line))
                lines[number] = line[:at] + luck.choice("[]{}:,-0x'\"&*!~ \n") + line[at + 1 :]
            case 5:
                words = line.split(" ")
                luck.shuffle(words)
                lines[number] = " ".join(words)
    path = Path(tmp_path) / "damaged.yaml"
    path.write_text("".join(lines), encoding="utf-8")
    scenario, problems = check_file(path)
    assert (scenario is None) == bool(problems)
    for problem in problems:
        assert problem.file == str(path)
        assert problem.wrong
