"""A file to a Scenario, or to one list of everything that is wrong with it."""

from __future__ import annotations

import os

from sim.files.merge import assemble
from sim.files.packaged import find_scenario, list_scenarios, resolve
from sim.files.tree import Node, bare, located
from sim.world.problems import Problem, ScenarioError, consequences
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
    problems += [_placed(p, tree) for p in found if not consequences(p.path, earlier)]
    if problems:
        own = tree.place.file
        problems.sort(key=lambda p: (p.file != own, p.file or "", p.line or 0, p.column or 0))
        return None, problems[:MOST]
    return scenario, []


def _placed(problem: Problem, tree: Node) -> Problem:
    return problem.at(*located(tree, problem.path, problem.of_key))
