"""The scenarios that come with the program, and finding a file by path or by name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from sim.files.tree import bare
from sim.world.problems import Problem, ScenarioError, clean, names_in_short, near
from sim.world.references import is_name

_SUFFIXES = (".yaml", ".yml")


class Packaged(NamedTuple):
    """One packaged scenario: its name, title and question, its file and its group."""

    name: str
    title: str
    question: str
    path: Path
    group: str
    """The folder it lies in, such as ``history``; empty for those that stand by themselves."""


def scenario_folder() -> Path:
    """Return the folder of the packaged scenarios: in the package, or beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "scenarios"
    return inside if inside.is_dir() else package.parent / "scenarios"


def _files() -> dict[str, Path]:
    """Return the file of each packaged scenario: those by themselves first, then group by group.

    What other files of a group extend, and is no scenario by itself, has a name with an underscore
    before it.
    """
    folder = scenario_folder()
    try:
        files = [*sorted(folder.glob("*.yaml")), *sorted(folder.glob("*/*.yaml"))]
    except OSError:
        return {}
    return {file.stem: file for file in files if is_name(file.stem)}


def scenario_names(group: str | None = None) -> list[str]:
    """Return the names of the packaged scenarios, sorted, those in groups last.

    Parameters
    ----------
    group : str, optional
        Only those of this group; those that stand by themselves are the group ``""``.
    """
    return [name for name, file in _files().items() if group is None or group_of(file) == group]


def group_of(file: Path) -> str:
    """Return the group of a packaged file: the folder it lies in, empty for none."""
    return "" if file.parent == scenario_folder() else file.parent.name


def find_scenario(name: str) -> Path:
    """Return the file of a packaged scenario.

    Raises
    ------
    ScenarioError
        If there is none of that name; suggests the nearest.
    """
    files = _files()
    if name in files:
        return files[name]
    guess = near(name, files)
    right = "" if guess or not files else f"there are: {names_in_short(list(files))}"
    raise ScenarioError(
        [Problem((), f"there is no packaged scenario '{clean(name)}'", right, guess)]
    )


def list_scenarios() -> list[Packaged]:
    """Return the packaged scenarios with their titles, in the order of `scenario_names`.

    A file that cannot be read is listed with what is wrong with it as its title.
    """
    from sim.files.merge import assemble

    found = []
    for name, path in _files().items():
        try:
            tree, _ = assemble(path)
            data = bare(tree) if tree is not None else None
        except ScenarioError:
            data = None
        facts = data if isinstance(data, dict) else {"title": "(cannot be read)"}
        title, question = str(facts.get("title") or ""), str(facts.get("question") or "")
        found.append(Packaged(name, title, question, path, group_of(path)))
    return found


def resolve(given: str | os.PathLike[str]) -> Path:
    """Return the file meant by a path or by the name of a packaged scenario.

    Raises
    ------
    ScenarioError
        If there is neither; suggests what comes nearest.
    """
    text = os.fspath(given)
    if isinstance(given, str) and is_name(text) and text in scenario_names():
        return find_scenario(text)
    path = Path(text)
    if "\0" not in text and os.path.lexists(text):
        return path
    if is_name(text):
        guess = near(text, scenario_names()) or _neighbour(path)
        right = "`deter list` shows the packaged scenarios" if not guess else ""
        wrong = f"there is no file and no packaged scenario '{clean(text)}'"
        raise ScenarioError([Problem((), wrong, right, guess)])
    file = clean(text, 200) or "''"
    guess = _neighbour(path) or near(path.stem, scenario_names())
    right = "" if guess else "check the name and the folder"
    raise ScenarioError([Problem((), "there is no such file", right, guess, file=file)])


def _neighbour(path: Path) -> str | None:
    """Return the scenario file of the same folder whose name comes nearest."""
    try:
        names = [n for n in os.listdir(path.parent)[:1000] if n.endswith(_SUFFIXES)]
    except (OSError, ValueError):
        return None
    by_stem = {Path(name).stem.lower(): name for name in names}
    guess = near(path.stem, by_stem)
    return str(path.parent / by_stem[guess]) if guess else None
