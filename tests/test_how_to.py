"""The how-to pages: their commands run as printed, on smaller designs; their design is the file."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from sim.cli.app import main
from sim.experiments.design_file import load_design

PAGES = ("sweep", "sensitivity", "discover", "seek")
SMALLER = {"sobol": 8, "morris": 4, "latin_hypercube": 44}


def commands(page: Path) -> list[list[str]]:
    blocks = re.findall(r"^```sh\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)
    return [shlex.split(line)[1:] for block in blocks for line in block.splitlines()]


def smaller(text: str) -> str:
    """Return a design with few runs of few turns, and a small sample."""
    text = re.sub(r"(?m)^runs_per_point: .*", "runs_per_point: 8\nturns: 8", text)
    kind = re.search(r"(?m)^design: (\w+)", text)
    assert kind
    return re.sub(r"(?m)^samples: .*", f"samples: {SMALLER.get(kind[1], 0)}", text)


@pytest.mark.parametrize("name", PAGES)
def test_commands_run_as_printed(project, tmp_path, monkeypatch, capsys, name):
    monkeypatch.chdir(tmp_path)
    folder = Path("docs/how-to/designs")
    folder.mkdir(parents=True)
    for design in (project / folder).glob("*.yaml"):
        text = smaller(design.read_text(encoding="utf-8"))
        (folder / design.name).write_text(text, encoding="utf-8")
    found = commands(project / f"docs/how-to/{name}.md")
    assert len(found) >= 2
    for command in found:
        code = main([*command, "--jobs", "1"] if command[0] != "discover" else command)
        said = capsys.readouterr()
        if "--resume" in command:  # it was not interrupted here
            assert (code, "nothing to resume" in said.err) == (1, True)
        elif "--outcome" in command and code:  # so few runs may hold none of it
            assert "happens in this sweep" in said.err
        else:
            assert code == 0, (command, said.err)
            assert "In this model" in said.out


def test_the_python_example_runs(project, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = (project / "docs/how-to/sweep.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```python\n(.*?)^```", text, re.M | re.S)
    example = example.replace('"runs_per_point": 50', '"runs_per_point": 5, "turns": 6')
    names: dict[str, object] = {}
    exec(example, names)
    assert Path("results/python/points.parquet").exists()


def test_the_design_on_the_page_is_the_file(project):
    page = (project / "docs/how-to/sweep.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"^```yaml\n(.*?)^```", page, re.M | re.S)
    file = (project / "docs/how-to/designs/senkaku_trigger.yaml").read_text(encoding="utf-8")
    assert shown in file


def test_every_design_is_valid_and_notes_nothing(project):
    from sim.experiments.designs import overruled

    files = sorted((project / "docs/how-to/designs").glob("*.yaml"))
    assert len(files) == 5
    for file in files:
        design = load_design(file)
        # a design for teaching does not vary what an event overwrites
        assert overruled(design.scenario, design.paths) == []


def test_all_keys_of_a_design_are_on_the_page(project):
    from sim.experiments.design_file import KEYS
    from sim.experiments.designs import KINDS

    page = (project / "docs/how-to/sweep.md").read_text(encoding="utf-8")
    assert [word for word in (*KEYS, *KINDS) if f"`{word}`" not in page] == []
