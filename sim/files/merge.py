"""`extends`: a scenario that takes another and changes parts of it.

Mappings merge, lists replace, `key: null` removes. A figure is one thing: a new value does not
keep the old one's source. Values keep their places, so that an error names the file a value
came from.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePath

from sim.files.packaged import find_scenario
from sim.files.reader import read
from sim.files.tree import Node, Place, located
from sim.world.problems import Path as Steps
from sim.world.problems import Problem, ScenarioError, clean, names_in_short, near, shown
from sim.world.references import is_name
from sim.world.shape import required_keys

DEEPEST = 8
"""How many files may extend one another."""


def assemble(path: Path, name: str | None = None) -> tuple[Node | None, list[Problem]]:
    """Read a scenario file and all it extends into one tree.

    Parameters
    ----------
    path : Path
        The file.
    name : str, optional
        How messages call it; its path by default.

    Returns
    -------
    tree : Node or None
        None where nothing can be made of it.
    problems : list of Problem
        What is wrong with the files as such.

    Raises
    ------
    ScenarioError
        If the file itself cannot be read.
    """
    return _assemble(path, name or clean(str(path), 200), ())


def _assemble(
    path: Path, name: str, chain: tuple[tuple[Path, str], ...]
) -> tuple[Node | None, list[Problem]]:
    tree, problems = read(path, name)
    if tree is None or not isinstance(tree.value, dict) or "extends" not in tree.value:
        return tree, problems
    reference = tree.value.pop("extends")
    chain = (*chain, (path.resolve(), name))
    try:
        parent, parent_name = _parent(path, name, reference, chain)
        base, further = _assemble(parent, parent_name, chain)
    except ScenarioError as error:
        return None, [*problems, *(_at(problem, reference) for problem in error.problems)]
    problems += further
    if base is None:
        return None, problems
    if not isinstance(base.value, dict):
        wrong = f"{parent_name}: this file is not a mapping of keys to values"
        return None, [
            *problems,
            Problem(("extends",), wrong, "extend another", None, *reference.place),
        ]
    base.removed = base.removed or {}
    problems += _merge(base, tree, (), base.removed)
    base.place = tree.place
    return base, problems


def _at(problem: Problem, reference: Node) -> Problem:
    """Point a problem with the extended file at the line that extends it."""
    if problem.line is not None or problem.path:
        return problem
    wrong = f"{problem.file}: {problem.wrong}" if problem.file else problem.wrong
    place = reference.place
    return Problem(("extends",), wrong, problem.right, problem.suggestion, *place)


def _parent(
    path: Path, name: str, reference: Node, chain: tuple[tuple[Path, str], ...]
) -> tuple[Path, str]:
    """Return the file that is extended and what to call it, or raise."""
    text = reference.value
    if not isinstance(text, str) or not text:
        raise _refused("extends needs a file or a packaged scenario", "write its path or its name")
    if is_name(text):
        parent = _by_name(path, text)
        parent_name = str(parent)
    else:
        parent = _by_path(path, text)
        parent_name = clean(str(Path(name).parent / text), 200)
    resolved = parent.resolve()
    seen = [file for file, _ in chain]
    if resolved in seen:
        circle = [PurePath(label).name for _, label in chain[seen.index(resolved) :]]
        raise _refused(
            f"the files extend each other: {' -> '.join([*circle, circle[0]])}",
            "take one of the extends out",
        )
    if len(chain) > DEEPEST:
        raise _refused(
            f"more than {DEEPEST} files extend one another", "extend an earlier one directly"
        )
    return parent, parent_name


def _by_name(path: Path, text: str) -> Path:
    beside = path.parent / f"{text}.yaml"
    try:
        return find_scenario(text)
    except ScenarioError:
        if beside.exists():
            raise _refused(
                f"there is no packaged scenario {shown(text)}", f"write {text}.yaml for the file"
            ) from None
        raise


def _by_path(path: Path, text: str) -> Path:
    folder = path.parent
    inside = "the file has to lie in the same folder, or below it"
    if PurePath(text).is_absolute() or PurePath(text).drive or "\0" in text:
        raise _refused(f"{shown(text)} is not a path relative to this file", inside)
    try:
        parent = folder / text
        outside = not parent.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError) as error:
        raise _refused(f"{shown(text)} cannot be followed: {error}", "check the path") from None
    if outside:
        raise _refused(f"{shown(text)} lies outside the folder of this file", inside)
    return parent


def _refused(wrong: str, right: str) -> ScenarioError:
    return ScenarioError([Problem((), wrong, right)])


def _merge(base: Node, change: Node, path: Steps, removed: dict[Steps, Place]) -> Iterator[Problem]:
    """Put a mapping over another, in place; a part that changes takes the place of the change."""
    for key, node in change.value.items():
        here = (*path, key)
        old = base.value.get(key)
        if node.value is None:
            if old is None:
                yield Problem(
                    here,
                    "null removes a key, but what is extended has none of this name",
                    "take the line out",
                    near(key, base.value),
                    *located(change, (key,), of_key=True),
                )
            else:
                removed[here] = located(change, (key,), of_key=True)
            base.value.pop(key, None)
        elif old is not None and _merges(old, node):
            yield from _merge(old, node, here, removed)
            old.key_place = node.key_place
        else:
            if old is None:
                yield from _misspelt(base, node, here)
            base.value[key] = node
            removed.pop(here, None)


def _misspelt(base: Node, node: Node, path: Steps) -> Iterator[Problem]:
    """Yield a problem for a new entry that can be no new one and is named almost like an old one.

    What it lacks would otherwise be all that is said of a slip in the name.
    """
    lacking = [key for key in required_keys(path) if key not in (node.value or ())]
    guess = near(str(path[-1]), base.value)
    if len(path) == 2 and isinstance(node.value, dict) and lacking and guess:
        yield Problem(
            path,
            f"what is extended has no {shown(path[-1])}",
            f"a new one needs {names_in_short(lacking)} too",
            guess,
            *(node.key_place or node.place),
        )


def _merges(old: Node, new: Node) -> bool:
    """Tell whether mappings merge; not figures, whose value and source belong together."""
    return isinstance(old.value, dict) and isinstance(new.value, dict) and "value" not in new.value
