"""The description of the model and the rules name each other: sections, functions, symbols."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from sim.rules import lanes, memory, solver, tables
from tests.test_docs import leads_somewhere

ELEMENTS = (
    "Purpose and patterns", "Entities, state variables and scales",
    "Process overview and scheduling", "Design concepts", "Initialization", "Input data",
    "Submodels",
)  # fmt: skip
CONCEPTS = (
    "Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction",
    "Sensing", "Interaction", "Stochasticity", "Collectives", "Observation",
)  # fmt: skip


@pytest.fixture(scope="module")
def odd(project: Path) -> str:
    return (project / "docs/odd.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def sections(odd: str) -> dict[str, str]:
    """The text under each numbered heading; that of an element holds its subsections too."""
    found = {}
    for match in re.finditer(r"^(#{2,3}) (\d(?:\.\d+)?)\.? .+$", odd, flags=re.MULTILINE):
        rest = odd[match.end() :]
        end = re.search(rf"^#{{2,{len(match[1])}}} ", rest, flags=re.MULTILINE)
        found[match[2]] = rest[: end.start()] if end else rest
    return found


def functions_named(text: str) -> list[tuple[str, str]]:
    """Return every (file, function) that a text names as `sim/FILE.py: one, other`."""
    spans = re.findall(r"`(sim/[\w/]+\.py):\s+([\w,\s]+)`", text)
    return [(file, name) for file, names in spans for name in re.split(r",\s*", names.strip())]


def defined_in(path: Path) -> set[str]:
    nodes = ast.parse(path.read_text(encoding="utf-8")).body
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef)}


def modules(project: Path) -> list[Path]:
    return sorted((project / "sim/rules").glob("*.py"))


def test_elements_and_concepts_of_the_protocol_are_there_in_its_order(odd: str) -> None:
    headings = re.findall(r"^## \d\. (.+)$", odd, flags=re.MULTILINE)
    assert headings == list(ELEMENTS)
    concepts = odd[odd.index("## 4. ") : odd.index("## 5. ")]
    assert re.findall(r"^### (.+)$", concepts, flags=re.MULTILINE) == list(CONCEPTS)
    for heading in CONCEPTS:
        body = concepts[concepts.index(f"### {heading}\n") :].split("\n### ")[0]
        assert len(body.split()) > 20, heading


def test_every_function_that_is_named_exists(project: Path, odd: str) -> None:
    named = functions_named(odd)
    assert len(named) > 100
    assert [
        f"{file}: {name}" for file, name in named if name not in defined_in(project / file)
    ] == []


def test_names_of_functions_are_found_over_line_breaks() -> None:
    text = "(`sim/rules/contest.py: exits`), then `sim/rules/lanes.py:\njoin_chances, clear`"
    assert functions_named(text) == [
        ("sim/rules/contest.py", "exits"),
        ("sim/rules/lanes.py", "join_chances"),
        ("sim/rules/lanes.py", "clear"),
    ]


def test_every_module_of_the_rules_names_its_section_and_is_named_there(
    project: Path, sections: dict[str, str]
) -> None:
    wrong = []
    for path in modules(project):
        doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        line = re.search(r"^ODD ([\d.]+)(?: and ([\d.]+))? \(docs/odd\.md\)\.$", doc, re.MULTILINE)
        if line is None:
            wrong.append(f"{path.name} names no section")
            continue
        for number in filter(None, line.groups()):
            if number not in sections:
                wrong.append(f"{path.name}: there is no section {number}")
            elif path.name != "__init__.py" and f"sim/rules/{path.name}" not in sections[number]:
                wrong.append(f"{path.name} is not named in section {number}")
    assert wrong == []


def test_every_function_of_the_rules_is_named(project: Path, odd: str) -> None:
    """So that one gets from the code to the text; helpers have a table of their own."""
    named = set(functions_named(odd))
    missing = [
        f"{file}: {name}"
        for file in (path.relative_to(project).as_posix() for path in modules(project))
        for name in sorted(defined_in(project / file))
        if (file, name) not in named
    ]
    assert missing == [], "name these in docs/odd.md as `sim/rules/FILE.py: function`"


# --- symbols --------------------------------------------------------------------------------------


def symbols(odd: str) -> list[list[str]]:
    """Return the rows of the table of symbols."""
    table = odd[odd.index("## Symbols") :].split("\n## References")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in table.splitlines()
        if line.startswith("|")
    ]
    return rows[2:]


HOMES = {
    name: kind
    for module in (tables, lanes, memory, solver)
    for name, kind in vars(module).items()
    if hasattr(kind, "_fields")
}


def in_the_code(name: str) -> bool:
    """Whether a column or a field of a table exists."""
    table, _, field = name.rpartition(".")
    if table:
        return table in HOMES and field in HOMES[table]._fields
    return name.isupper() and isinstance(vars(tables).get(name), int)


def test_symbols_exist_in_the_rules_and_in_the_language(odd: str) -> None:
    rows = symbols(odd)
    assert len(rows) > 60
    for row in rows:
        assert len(row) == 6, row
        *_, code, keys = row
        names = re.findall(r"`([^`]+)`", code)
        assert names, row
        assert [name for name in names if not in_the_code(name)] == [], row
        paths = re.findall(r"`([^`]+)`", keys)
        assert paths or keys == "-", row
        assert [path for path in paths if not leads_somewhere(path)] == [], row


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("BETA", True), ("Contests.uc", True), ("Lanes.w", True),
        ("GAMMA_RAY", False), ("Contests.nothing", False), ("Floats", False),
    ],
)  # fmt: skip
def test_columns_and_fields_are_looked_up_in_the_tables(name: str, there: bool) -> None:
    assert in_the_code(name) is there


def test_constants_of_the_rules_of_a_scenario_have_a_symbol_or_are_named(odd: str) -> None:
    """Every number of `rules` in a scenario file is somewhere in the description."""
    from sim.world.figures import Figure
    from sim.world.scenario import Rules
    from sim.world.shape import options

    keys = [
        info.alias or name
        for name, info in Rules.model_fields.items()
        if Figure in options(info.annotation)
    ]
    assert len(keys) > 25
    named = set(re.findall(r"`rules\.(\w+)", odd))
    assert set(keys) - named == set()


def test_paths_that_are_named_exist(odd: str) -> None:
    paths = re.findall(r"`((?:rules|states|flashpoints|treaties|ladder|moves|events)\.[\w.]+)", odd)
    assert [path for path in paths if not leads_somewhere(path)] == []


def test_files_that_are_named_exist(project: Path, odd: str) -> None:
    files = set(re.findall(r"\b((?:sim|tests|docs)/[\w/]+\.(?:py|md))", odd))
    assert [file for file in sorted(files) if not (project / file).exists()] == []
