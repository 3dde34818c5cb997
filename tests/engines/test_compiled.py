"""Where compiled code is kept: by what it was made from, for one user, and not at any price."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import sim.compiled as compiled
from tests.test_imports import imported

PROJECT = Path(__file__).parent.parent.parent


def reached() -> list[str]:
    """Return the files that compiled code can reach: those with rules, and all they import."""
    files = {path.relative_to(PROJECT) for path in (PROJECT / "sim").rglob("*.py")}
    found: set[Path] = set()
    waiting = [
        file for file in files
        if {"@rule", "@part"} & set((PROJECT / file).read_text(encoding="utf-8").split())
    ]  # fmt: skip
    while waiting:
        file = waiting.pop()
        if file in found:
            continue
        found.add(file)
        for name in imported(PROJECT / file, ".".join(file.parent.parts)):
            module = Path(*name.split(".")).with_suffix(".py")
            waiting += {module} & files
    return sorted(file.as_posix() for file in found)


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package."""
    folder = tmp_path_factory.mktemp("copied") / "sim"
    shutil.copytree(PROJECT / "sim", folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.mark.parametrize("file", reached())
def test_a_change_in_any_file_that_compiled_code_reaches_has_a_cache_of_its_own(
    file: str, copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, "_PACKAGE", copied)
    before, path = compiled.rules_hash(), copied.parent / file
    source = path.read_bytes()
    path.write_bytes(source + b"# changed\n")
    assert compiled.rules_hash() != before
    path.write_bytes(source)
    assert compiled.rules_hash() == before


def test_what_compiled_code_reaches_is_what_has_rules_and_what_those_take_constants_from() -> None:
    files = reached()
    assert {
        "sim/compiled.py", "sim/luck.py", "sim/outcomes/columns.py", "sim/outcomes/outcome.py",
        "sim/rules/tables.py", "sim/rules/run.py",
    } <= set(files)  # fmt: skip
    assert {file.split("/")[1] for file in files} == {"compiled.py", "luck.py", "outcomes", "rules"}


def test_a_change_elsewhere_leaves_the_cache(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "_PACKAGE", copied)
    before = compiled.rules_hash()
    for file in ("cli/app.py", "engines/model.py", "world/states.py", "outcomes/events.py"):
        path = copied / file
        path.write_bytes(path.read_bytes() + b"# changed\n")
    assert compiled.rules_hash() == before
    assert compiled.rules_hash() == compiled.rules_hash()


def test_the_same_source_in_another_file_has_a_cache_of_its_own(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, "_PACKAGE", copied)
    before = compiled.rules_hash()
    rules = copied / "rules"
    (rules / "beliefs.py").rename(rules / "other_beliefs.py")
    assert compiled.rules_hash() != before
    (rules / "other_beliefs.py").rename(rules / "beliefs.py")


def test_two_copies_of_the_package_share_what_they_compiled(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(package: Path, name: str) -> Any:
        monkeypatch.setattr(compiled, "_PACKAGE", package)
        return compiled.RuleLocator.from_function(compiled.rules_hash, str(package / name))

    for name in ("rules/choice.py", "luck.py", "outcomes/outcome.py"):
        one, other = found(PROJECT / "sim", name), found(copied, name)
        assert one.get_cache_path() == other.get_cache_path()
        assert one.get_source_stamp() == other.get_source_stamp()
    assert found(copied, "engines/model.py") is None, "not among what the folder's name tells"
    assert found(copied, "outcomes/events.py") is None


# --- a few rules in processes of their own ---------------------------------------------------------


def start(cache: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.engines.small_rules", *arguments], cwd=PROJECT,
        env={**os.environ, "NUMBA_DISABLE_JIT": "0", "DETER_CACHE_DIR": str(cache), **environment},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def ended(process: subprocess.Popen[str]) -> tuple[dict[str, Any], str]:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return json.loads(out), err


@pytest.fixture(scope="module")
def value() -> str:
    """What the rules come to in plain Python."""
    return str(ended(start(Path("unused"), NUMBA_DISABLE_JIT="1"))[0]["value"])


def test_where_no_cache_can_be_written_rules_are_compiled_all_the_same(
    tmp_path: Path, value: str
) -> None:
    """A file stands where the folder should be, which holds for every user; so does read-only."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    found, said = ended(start(tmp_path / "file" / "cache"))
    assert found == {"value": value, "folder": None, "first": True, "from_cache": 0}
    assert "there is no folder to keep them in" in said
    assert "set DETER_CACHE_DIR" in said
    assert "once for this version" not in said


def test_a_folder_that_exists_but_takes_no_file_is_no_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a read-only disk, where making a folder that is there already does not fail."""

    def refuse(dir: Path) -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(dir))

    monkeypatch.setenv("DETER_CACHE_DIR", str(tmp_path))
    assert compiled._cache_folder() is not None
    monkeypatch.setattr("sim.compiled.tempfile.TemporaryFile", refuse)
    assert compiled._cache_folder() is None


def test_a_compilation_says_beforehand_that_it_comes(tmp_path: Path) -> None:
    found, said = ended(start(tmp_path))
    assert said.startswith("Compiling the rules, once for this version")
    # some rules are compiled now, but not the one that plays a run
    assert found["first"]


def test_two_that_compile_at_once_do_no_harm(tmp_path: Path, value: str) -> None:
    """Both start from an empty cache and write it at the same time; a third one uses it."""
    for attempt in range(3):
        cache, gate = tmp_path / f"cache{attempt}", tmp_path / f"gate{attempt}"
        both = [start(cache, str(gate)) for _ in range(2)]
        while len(list(tmp_path.glob(f"{gate.name}.*"))) < 2:
            assert all(process.poll() is None for process in both)
            time.sleep(0.005)
        gate.touch()
        for process in both:
            found, _ = ended(process)
            assert found["value"] == value
            assert found["folder"] is not None
    third, _ = ended(start(cache))
    assert third["value"] == value
    assert third["from_cache"] == 1
    # nothing half-written is left
    assert not list(cache.rglob("*.tmp*"))
