"""A file to a Scenario, or to one list of everything that is wrong with it."""

from __future__ import annotations

import os

from sim.files.merge import assemble
from sim.files.packaged import find_scenario, list_scenarios, resolve
from sim.files.tree import Node, bare, located
from sim.world.problems import Path, Problem, ScenarioError, consequences, names_in_short
from sim.world.scenario import Scenario
from sim.world.validation import MOST, examine

__all__ = [
    "Problem",
    "ScenarioError",
    "check_file",
    "find_scenario",
    "list_scenarios",
    "load_scenario",
]


def load_scenario(path_or_name: str | os.PathLike[str]) -> Scenario:
    """Read a scenario.

    Parameters
    ----------
    path_or_name : str or path
        A file, or the name of a packaged scenario such as ``"senkaku"``.

    Raises
    ------
    ScenarioError
        If the file cannot be read or anything in it is wrong; lists all problems.
    """
    scenario, problems = check_file(path_or_name)
    if scenario is None:
        raise ScenarioError(problems)
    return scenario


def check_file(path_or_name: str | os.PathLike[str]) -> tuple[Scenario | None, list[Problem]]:
    """Read a scenario and return it, or None and all problems, in the order of the file."""
    try:
        tree, problems = assemble(resolve(path_or_name))
    except ScenarioError as error:
        return None, list(error.problems)
    if tree is None:
        return None, problems[:MOST]
    scenario, found = examine(bare(tree))
    earlier = [problem.path for problem in problems if problem.path]
    found = [problem for problem in found if not consequences(problem.path, earlier)]
    problems += [_placed(problem, tree) for problem in _removals_named(found, tree)]
    if problems:
        own = tree.place.file
        problems.sort(key=lambda p: (p.file != own, p.file or "", p.line or 0, p.column or 0))
        return None, problems[:MOST]
    return scenario, []


def _removals_named(found: list[Problem], tree: Node) -> list[Problem]:
    """Gather problems that follow from what a file takes out of the one it extends.

    They stand in a file that is not to be changed; the line that takes something out is named.
    """
    uses: dict[Path, list[Problem]] = {}
    rest = []
    for problem in found:
        cause = next((path for path in tree.removed or () if _follows(problem, path)), None)
        if cause is None:
            rest.append(problem)
        else:
            uses.setdefault(cause, []).append(problem)
    for path, problems in uses.items():
        place = (tree.removed or {})[path]
        keys = [problem.key for problem in problems if problem.unknown]
        if keys:
            wrong = f"is taken out here, but used elsewhere: {names_in_short(keys, 5)}"
            right = "keep it, or change what uses it"
            if path[0] == "treaties":
                right = "write enabled: false under it to switch it off; or change what uses it"
            rest.append(Problem(path, wrong, right, None, *place))
        else:
            wrong = "is taken out here, but has to be given"
            rest.append(Problem(path, wrong, "give another, or keep it", None, *place))
    return rest


def _follows(problem: Problem, removed: Path) -> bool:
    """Tell whether a problem is that something which was taken out is missing."""
    if problem.unknown is not None:
        return len(removed) == 2 and problem.unknown == removed[-1]
    return problem.path == removed


def _placed(problem: Problem, tree: Node) -> Problem:
    if problem.line is not None:
        return problem
    return problem.at(*located(tree, problem.path, problem.of_key))
