"""A small valid scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.files.reader import parse
from sim.files.template import template
from sim.files.tree import bare


@pytest.fixture
def text() -> str:
    return template("case")


@pytest.fixture
def data(text: str) -> dict[str, Any]:
    tree, problems = parse(text.encode(), "case.yaml")
    assert tree is not None
    assert not problems
    return bare(tree)


@pytest.fixture
def case(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return path
