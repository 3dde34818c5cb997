"""What the documents say is there: files, scenario keys, commands, versions."""

from __future__ import annotations

import re
import subprocess
import tomllib
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml

from sim.world.scenario import Scenario
from tests.how_to import PAGES, agrees, blocks, elsewhere, printed, refreshed

COMMANDS = {
    "main": "python3 -m venv .venv && .venv/bin/pip install --quiet . "
    "&& .venv/bin/deter run indo_pacific_2024",
    "test": 'python3 -m venv .venv && .venv/bin/pip install --quiet ".[test]" '
    "&& .venv/bin/python -m pytest -n auto",
}
SCHEMA = Scenario.model_json_schema()


def test_links_to_files_lead_somewhere(project: Path) -> None:
    pages = [*project.glob("*.md"), *project.glob("docs/**/*.md"), project / "results/README.md"]
    dead = [
        f"{page.relative_to(project)}: {link}"
        for page in sorted(pages)
        for link in re.findall(r"\]\(([^)\s#]+)", page.read_text(encoding="utf-8"))
        if "://" not in link and not (page.parent / link).exists()
    ]
    assert dead == []


def alternatives(node: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the schemas a node may stand for, references followed."""
    if "$ref" in node:
        return alternatives(SCHEMA["$defs"][node["$ref"].removeprefix("#/$defs/")])
    return [node, *(found for part in node.get("anyOf", []) for found in alternatives(part))]


def leads_somewhere(path: str) -> bool:
    """Whether a path exists in the schema; a part in capitals stands for any key or row."""
    nodes = [SCHEMA]
    for part in path.split("."):
        found = []
        for node in (one for each in nodes for one in alternatives(each)):
            if part.isupper():
                found += [node[key] for key in ("additionalProperties", "items") if key in node]
            elif part in node.get("properties", {}):
                found.append(node["properties"][part])
        nodes = [node for node in found if isinstance(node, dict)]
    return bool(nodes)


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("rules.lambda", True),
        ("states.STATE.types.TYPE.prior", True),
        ("ladder.RUNG.slip", True),
        ("rules.precision", False),
        ("states.prior", False),
        ("STATE", False),
    ],
)
def test_paths_are_looked_up_in_the_schema(path: str, there: bool) -> None:
    assert leads_somewhere(path) is there


def test_glossary_keys_exist(project: Path) -> None:
    text = (project / "docs/glossary.md").read_text(encoding="utf-8")
    keys = re.findall(r"`([^`]+)`", text)
    assert len(keys) > 50
    assert [key for key in keys if not leads_somewhere(key)] == []


def test_glossary_is_alphabetical_without_duplicates(project: Path) -> None:
    text = (project / "docs/glossary.md").read_text(encoding="utf-8")
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    terms = re.findall(r"^### (.+)$", plain, flags=re.MULTILINE)
    assert len(terms) > 50
    assert terms == sorted(set(terms))


@pytest.mark.parametrize("name", COMMANDS)
def test_readme_commands_are_taken_as_the_checks_take_them(project: Path, name: str) -> None:
    done = subprocess.run(
        ["bash", ".ci/run", "command", name],
        cwd=project,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == COMMANDS[name] + "\n"
    first_screen = (project / "README.md").read_text(encoding="utf-8").splitlines()[:30]
    assert COMMANDS[name] in first_screen


def test_versions_agree(project: Path) -> None:
    version = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = yaml.safe_load((project / "CITATION.cff").read_text(encoding="utf-8"))
    assert (citation["version"], citation["license"]) == (version["version"], version["license"])


ON_SMALLER_DESIGNS = ("discover", "seek", "sensitivity", "sweep")
"""Pages whose commands take minutes: `tests/test_how_to.py` runs them on smaller designs."""


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, id=page.stem, marks=[pytest.mark.long] if page.stem == "compare" else [])
        for page in sorted(PAGES.glob("*.md"))
        if page.stem not in ON_SMALLER_DESIGNS
    ],
)
def test_how_to_pages_print_what_they_say(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    found = list(blocks(page.read_text(encoding="utf-8")))
    assert [block for block in found if block.told is not None]
    with elsewhere():
        for block in found:
            out = printed(block)
            if block.told is not None and not agrees(block.told, out):
                # python -m tests.how_to writes what is printed today into the page
                assert out == block.told


def test_blocks_of_a_page_are_found_run_and_held_to_what_they_say() -> None:
    page = "a\n\n```sh\ndeter --version\n```\n\n```text\ndeter 0\n```\n\n```python\nprint(1)\n```\n"
    first, second = blocks(page)
    assert (first.kind, first.told, second.kind, second.told) == ("sh", "deter 0\n", "python", None)
    assert printed(second) == "1\n"
    assert printed(first).startswith("deter ")
    assert not agrees(first.told or "", printed(first))
    assert agrees("a\n...\nd\n", "a\nb\nc\nd\n")
    assert agrees("a\n...\n", "a\nb\n")
    assert not agrees("a\n...\nd\n", "a\nb\nc\n")
    assert refreshed("x\n...\n", "a\nb\n") == "a\nb\n"
    assert refreshed("a\n...\nc  d\n", "\na\nb\nc\nd\ne\n") == "a\n...\nc  d\n"
    assert refreshed("c\n...\na\n", "a\nb\nc\n") == "a\nb\nc\n"
    for wrong in ("```sh\nrm -r x\n```\n", "```sh\ndeter describe nowhere\n```\n"):
        with pytest.raises(RuntimeError):
            printed(next(blocks(wrong)))
