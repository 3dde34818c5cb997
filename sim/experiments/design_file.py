"""A design file to a Design, or to one list of everything that is wrong with it.

Every point is looked at before the first run: a sweep of hours does not end on its last point
because of a slip in the first line.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from sim.experiments.conditions import read_condition
from sim.experiments.designs import (
    KINDS,
    MOST_POINTS,
    ROLES,
    SAMPLED,
    STRUCTURED,
    Axis,
    Design,
    Point,
    Stop,
    count_points,
    make_points,
)
from sim.experiments.examine import Examiner
from sim.experiments.metrics import metrics_of, unknown_metric
from sim.experiments.points_table import Places, Rows, read_table
from sim.files.check import load_scenario
from sim.files.opening import read_bytes
from sim.files.packaged import find_scenario
from sim.files.reader import parse
from sim.files.tree import Node, bare, located
from sim.world.horizon import with_turns
from sim.world.paths import find, with_set
from sim.world.plain import plain
from sim.world.problems import (
    InputError,
    Problem,
    ScenarioError,
    clean,
    names_in_short,
    near,
    shown,
)
from sim.world.references import is_name, rung_keys
from sim.world.scenario import Scenario

KEYS = (
    "scenario", "set", "turns", "design", "vary", "levers", "uncertainties", "points", "samples",
    "where", "runs_per_point", "seed", "outcomes", "stop", "keep",
)  # fmt: skip
WANTED = "a design file (YAML)"
MOST_PROBLEMS = 100
DEFAULT_OUTCOMES = ("war", "challenges", "control_lost", "honoured")

Told = Callable[[int], None]
"""Is told how many points were looked at."""


def load_design(
    source: str | os.PathLike[str] | Mapping[str, Any],
    scenario: Scenario | None = None,
    told: Told = lambda _done: None,
) -> Design:
    """Read a design.

    Parameters
    ----------
    source : path or mapping
        A design file, or what one would hold.
    scenario : Scenario, optional
        What is varied, in place of the design's `scenario`.
    told : callable, optional
        Is told now and then how many points were looked at.

    Raises
    ------
    ScenarioError
        If anything in it is wrong; lists all problems with file, line, key and remedy.
    InputError
        If it needs a library that is not here.
    """
    if isinstance(source, Mapping):
        text = yaml.safe_dump(dict(source), sort_keys=False, allow_unicode=True).encode()
        return parse_design(text, "design", Path(), scenario, told)
    path = Path(source)
    return parse_design(
        read_bytes(path, WANTED), clean(str(path), 200), path.parent, scenario, told
    )


def parse_design(
    text: bytes,
    name: str,
    folder: Path,
    scenario: Scenario | None = None,
    told: Told = lambda _done: None,
) -> Design:
    """Read a design from the bytes of a file; see `load_design`.

    Parameters
    ----------
    text : bytes
        What the file holds.
    name : str
        How messages call it.
    folder : Path
        What files are relative to that it names.
    """
    tree, problems = parse(text, name)
    if tree is None or not isinstance(tree.value, dict):
        if not problems:
            problems = [
                Problem((), "is not a mapping of keys to values", f"give {WANTED}", None, name)
            ]
        raise ScenarioError(problems)
    reader = _Reader(tree, folder, problems, told)
    design = reader.design(text, scenario)
    if reader.problems or design is None:
        found = sorted(set(reader.problems), key=lambda p: (p.line or 0, p.column or 0, p.key))
        raise ScenarioError(found[:MOST_PROBLEMS])
    return design


class _Reader:
    """Reads one file; notes problems and goes on as far as that makes sense."""

    def __init__(self, tree: Node, folder: Path, problems: list[Problem], told: Told) -> None:
        self.tree, self.folder, self.problems, self.told = tree, folder, problems, told
        self.top: dict[str, Node] = tree.value

    def wrong(
        self, path: tuple[str | int, ...], wrong: str, right: str = "", guess: str | None = None,
        of_key: bool = False,
    ) -> None:  # fmt: skip
        """Note a problem with what stands at a path of the design."""
        place = located(self.tree, path, of_key)
        self.problems.append(Problem(path, wrong, right, guess, *place))

    def design(self, text: bytes, given: Scenario | None) -> Design | None:
        for key in self.top:
            if key not in KEYS:
                guess = near(key, KEYS)
                right = "" if guess else f"known here: {names_in_short(KEYS, 20)}"
                self.wrong((key,), "unknown key", right, guess, of_key=True)
        kind = self.one_of("design", KINDS, "grid")
        runs = self.whole("runs_per_point", 200, 1, 1_000_000)
        seed = self.whole("seed", 7, 0, 2**63 - 1)
        samples = self.whole("samples", 0, 0, MOST_POINTS)
        keep = self.one_of("keep", ("runs", "points"), "runs")
        scenario = given if given is not None else self.scenario()
        if scenario is None:
            return None
        scenario = self.settings(scenario)
        if scenario is None:
            return None
        if "turns" in self.top:
            scenario = with_turns(scenario, self.whole("turns", scenario.turns, 1, 1200))
        outcomes = self.outcomes(scenario)
        stop = self.stop(scenario, runs)
        if kind == "list":
            axes, points, places = self.listed(scenario)
        else:
            if "points" in self.top:
                self.wrong(
                    ("points",), f"a {kind} makes its own points", "take it out", of_key=True
                )
            axes = self.axes(scenario, kind)
            points, places = [], []
            if axes:
                points = self.made(kind, axes, samples, seed, scenario)
        points, kept = self.where(kind, axes, points, scenario)
        places = [places[number] for number in kept] if places else []
        examiner = Examiner(self.wrong, self.problems)
        if not places:
            examiner.single(scenario, axes)
        if points and not self.problems:
            examiner.all(scenario, axes, points, places, self.told)
        if not axes or not points:
            if not self.problems:
                self.wrong((), "no point is left to play", "loosen `where`, or vary more")
            return None
        return Design(
            scenario, kind, tuple(axes), tuple(points), runs, seed, outcomes, stop,
            samples if kind in SAMPLED else 0, keep == "runs", text,
        )  # fmt: skip

    # --- scalars ----------------------------------------------------------------------------
    def one_of(self, key: str, words: Sequence[str], default: str) -> str:
        value = self.top[key].value if key in self.top else default
        if value not in words:
            guess = near(value, words) if isinstance(value, str) else None
            right = "" if guess else f"write one of: {', '.join(words)}"
            self.wrong((key,), f"{shown(_bare(value))} is none of what it can be", right, guess)
            return default
        return str(value)

    def whole(self, key: str, default: int, low: int, high: int) -> int:
        value = self.top[key].value if key in self.top else default
        if not _is_whole(value) or not low <= value <= high:
            said = f"{shown(_bare(value))} is no whole number from {low:,} to {high:,}"
            self.wrong((key,), said, f"write one, such as {max(low, default):,}".replace(",", ""))
            return max(low, default)
        return int(value)

    # --- what is varied ---------------------------------------------------------------------
    def scenario(self) -> Scenario | None:
        node = self.top.get("scenario")
        if node is None:
            self.wrong((), "has no scenario", "add scenario: a packaged name, or a file's path")
            return None
        text = node.value
        if not isinstance(text, str) or not text:
            self.wrong(("scenario",), f"{shown(_bare(text))} is no scenario", "write name or path")
            return None
        try:
            file = find_scenario(text) if is_name(text) else self.folder / text
            return load_scenario(file)
        except ScenarioError as error:
            for problem in error.problems:
                if problem.line is None and not problem.path:
                    self.wrong(("scenario",), problem.wrong, problem.right, problem.suggestion)
                else:
                    self.problems.append(problem)
            return None

    def settings(self, scenario: Scenario) -> Scenario | None:
        node = self.top.get("set")
        if node is None:
            return scenario
        if not isinstance(node.value, dict):
            self.wrong(("set",), "is no mapping", "write PATH: value, one a line")
            return None
        try:
            return with_set(scenario, bare(node))
        except ScenarioError as error:
            for problem in error.problems:
                at = ("set", problem.key) if problem.key in node.value else ("set",)
                wrong = problem.wrong if len(at) == 2 else f"{problem.key}: {problem.wrong}"
                self.wrong(at, wrong, problem.right, problem.suggestion)
            return None

    def axes(self, scenario: Scenario, kind: str) -> list[Axis]:
        axes: list[Axis] = []
        data = plain(scenario)
        for key, role in ROLES.items():
            node = self.top.get(key)
            if node is None:
                continue
            if not isinstance(node.value, dict):
                self.wrong((key,), "is no mapping", "write PATH: values, one a line")
                continue
            for path, values in node.value.items():
                where = (key, path)
                found = find(data, path)
                if isinstance(found, Problem):
                    self.wrong(where, found.wrong, found.right, found.suggestion, of_key=True)
                elif path in (axis.path for axis in axes):
                    self.wrong(where, "is varied twice", "keep one of them", of_key=True)
                elif axis := self.axis(where, role, values, kind):
                    axes.append(axis)
        if not axes and not self.problems:
            self.wrong((), "varies nothing", "add vary: with PATH: [values], one a line")
        return axes

    def axis(self, where: tuple[str, str], role: str, node: Node, kind: str) -> Axis | None:
        value = node.value
        if isinstance(value, list):
            if not value:
                self.wrong(where, "lists no value", "write some, such as [0.2, 0.5, 0.8]")
                return None
            return Axis(where[1], role, tuple(bare(item) for item in value))
        if not isinstance(value, dict):
            right = "write a list of values, or {from: 0.2, to: 1.0, steps: 5}; or put it under set"
            self.wrong(where, f"{shown(value)} is one value", right)
            return None
        before = len(self.problems)
        known = ("from", "to", "steps", "scale")
        for key in value:
            if key not in known:
                self.wrong((*where, key), "unknown key", "", near(key, known), of_key=True)
        ends: dict[str, float] = {}
        for key in ("from", "to"):
            end = value[key].value if key in value else None
            if end is None or not _is_number(end):
                said = "is missing" if key not in value else f"{shown(_bare(end))} is not a number"
                self.wrong((*where, key), said, f"write {key}: 0.5, or list the values")
            else:
                ends[key] = float(end)
        steps = value["steps"].value if "steps" in value else 0
        if "steps" in value and (not _is_whole(steps) or not 2 <= steps <= MOST_POINTS):
            self.wrong(
                (*where, "steps"), f"{shown(_bare(steps))} is too few or none", "write steps: 5"
            )
        elif not steps and kind == "grid":
            self.wrong(where, "has no steps", "a grid needs them: {from: 0.2, to: 1.0, steps: 5}")
        scale = value["scale"].value if "scale" in value else "linear"
        if scale not in ("linear", "log"):
            self.wrong(
                (*where, "scale"), f"{shown(_bare(scale))} is no scale", "write linear or log"
            )
        if len(ends) == 2 and not ends["from"] < ends["to"]:
            self.wrong(where, "'from' is not below 'to'", "turn them round")
        if scale == "log" and not ends.get("from", 1.0) > 0:
            self.wrong((*where, "from"), "a log scale has no zero", "begin above 0")
        if len(self.problems) > before:
            return None
        if not steps and kind == "one_at_a_time":
            steps = 2
        return Axis(where[1], role, (), ends["from"], ends["to"], steps, scale == "log")

    # --- points -----------------------------------------------------------------------------
    def made(
        self, kind: str, axes: list[Axis], samples: int, seed: int, scenario: Scenario
    ) -> list[Point]:
        if kind in SAMPLED:
            if samples < 2:
                self.wrong(("samples",), "a sample needs a size", "add samples: 64")
                return []
            if kind == "sobol" and samples & (samples - 1):
                power = 1 << round(math.log2(samples))
                self.wrong(("samples",), f"{samples} is no power of two", f"write {power}")
                return []
        elif "samples" in self.top:
            self.wrong(("samples",), f"a {kind} draws no sample", "take it out", of_key=True)
        number = count_points(kind, axes, samples)
        if number > MOST_POINTS:
            self.wrong(
                ("design",), f"has {number:,} points; {MOST_POINTS:,} are the most",
                "take fewer values, or a sample (design: latin_hypercube)",
            )  # fmt: skip
            return []
        return make_points(kind, axes, samples, seed, lambda path: own_value(scenario, path))

    def listed(self, scenario: Scenario) -> tuple[list[Axis], list[Point], Places]:
        """Return the axes, the points and the place of each, of a list or a CSV file."""
        node = self.top.get("points")
        if node is None:
            self.wrong(("points",), "a list needs points", "add points: a list, or a CSV file")
            return [], [], []
        if isinstance(node.value, str):
            rows, places = self.table(node.value)
        elif isinstance(node.value, list) and node.value:
            rows, places = [], []
            for number, item in enumerate(node.value):
                if not isinstance(item.value, dict):
                    self.wrong(("points", number), "is no mapping", "write {PATH: value, ...}")
                    continue
                rows.append(bare(item))
                places.append((item.place.file, item.place.line))
        else:
            self.wrong(("points",), "lists no point", "write {PATH: value, ...}, one a line")
            return [], [], []
        roles = self.roles()
        data = plain(scenario)
        paths: dict[str, bool] = {}
        for row, (file, line) in zip(rows, places, strict=True):
            for path in row:
                if path in paths:
                    continue
                found = find(data, path)
                paths[path] = not isinstance(found, Problem)
                if isinstance(found, Problem):
                    self.problems.append(
                        Problem(
                            ("points", path), found.wrong, found.right, found.suggestion, file, line
                        )
                    )
        good = [path for path, right in paths.items() if right]
        own = {path: own_value(scenario, path) for path in good}
        points = [tuple(row.get(path, own[path]) for path in good) for row in rows]
        if len(points) > MOST_POINTS:
            self.wrong(("points",), f"has {len(points):,} points", f"give at most {MOST_POINTS:,}")
            return [], [], []
        axes = [
            Axis(path, roles.get(path, "factor"), _distinct(point[k] for point in points))
            for k, path in enumerate(good)
        ]
        return axes, points, places

    def roles(self) -> dict[str, str]:
        """Return which of the listed paths are levers and which uncertainties."""
        found = {}
        for key, role in ROLES.items():
            node = self.top.get(key)
            if node is None:
                continue
            if not isinstance(node.value, list):
                self.wrong((key,), "is no list of paths", "a list of points has its values itself")
                continue
            found.update({str(bare(item)): role for item in node.value})
        return found

    def table(self, name: str) -> Rows:
        """Read points from a CSV file beside the design."""
        path = self.folder / name
        try:
            rows, places, problems = read_table(path)
        except ValueError as error:
            self.wrong(("points",), f"{clean(str(path), 200)}: {error}", "give a CSV file")
            return [], []
        self.problems += problems
        return rows, places

    def where(
        self, kind: str, axes: list[Axis], points: list[Point], scenario: Scenario
    ) -> tuple[list[Point], list[int]]:
        """Return the points that meet the condition, and which they were."""
        node = self.top.get("where")
        everything = list(range(len(points)))
        if node is None:
            return points, everything
        if not isinstance(node.value, str):
            self.wrong(("where",), "is no condition", "write one, such as rules.lambda > 10")
            return points, everything
        if kind in STRUCTURED:
            right = "take it out, or use design: latin_hypercube"
            self.wrong(("where",), f"{kind} needs all its points", right, of_key=True)
            return points, everything
        names = [axis.path for axis in axes]
        try:
            condition = read_condition(node.value, names, rung_keys(scenario))
            kept = [
                number
                for number, point in enumerate(points)
                if condition.holds(dict(zip(names, point, strict=True)))
            ]
        except ValueError as error:
            self.wrong(("where",), str(error))
            return points, everything
        if points and not kept:
            self.wrong(("where",), f"none of {len(points):,} points meets it", "loosen it")
        return [points[number] for number in kept], kept

    # --- what is measured -------------------------------------------------------------------
    def outcomes(self, scenario: Scenario) -> tuple[str, ...]:
        node = self.top.get("outcomes")
        if node is None:
            return DEFAULT_OUTCOMES
        items = node.value if isinstance(node.value, list) else [node]
        if not items:
            self.wrong(("outcomes",), "names nothing", "write a list, such as [war, honoured]")
        known = metrics_of(scenario)
        names: list[str] = []
        for number, item in enumerate(items):
            name = bare(item)
            where = ("outcomes", number) if isinstance(node.value, list) else ("outcomes",)
            if name not in known if isinstance(name, str) else True:
                self.wrong(where, *unknown_metric(name, known))
            elif name not in names:
                names.append(name)
        return tuple(names)

    def stop(self, scenario: Scenario, runs: int) -> Stop:
        node = self.top.get("stop")
        if node is None:
            return Stop()
        if not isinstance(node.value, dict):
            self.wrong(
                ("stop",), "is no mapping", "write error: {war: 0.02} under it, or minutes: 30"
            )
            return Stop()
        known = ("error", "least_runs", "minutes")
        for key in node.value:
            if key not in known:
                right = f"known here: {', '.join(known)}"
                self.wrong(("stop", key), "unknown key", right, near(key, known), of_key=True)
        error: dict[str, float] = {}
        small = node.value.get("error")
        if small is not None:
            metrics = metrics_of(scenario)
            if not isinstance(small.value, dict):
                self.wrong(("stop", "error"), "is no mapping", "write {war: 0.02}")
            for name, item in small.value.items() if isinstance(small.value, dict) else ():
                where = ("stop", "error", name)
                if name not in metrics:
                    self.wrong(where, *unknown_metric(name, metrics), of_key=True)
                elif not _is_number(item.value) or not item.value > 0:
                    said = f"{shown(_bare(item.value))} is no standard error"
                    self.wrong(where, said, "write a number above 0")
                else:
                    error[name] = float(item.value)
        least = node.value["least_runs"].value if "least_runs" in node.value else min(50, runs)
        if not _is_whole(least) or not 2 <= least <= max(2, runs):
            said = f"{shown(_bare(least))} is no whole number from 2 to runs_per_point"
            self.wrong(("stop", "least_runs"), said, "write one")
            least = 50
        minutes = node.value["minutes"].value if "minutes" in node.value else None
        if minutes is not None and not (_is_number(minutes) and minutes > 0):
            self.wrong(
                ("stop", "minutes"), f"{shown(_bare(minutes))} is no time", "write minutes: 30"
            )
            minutes = None
        return Stop(error, int(least), minutes)


def own_value(scenario: Scenario, path: str) -> Any:
    """Return what a scenario itself has at a path, as a file would say it; None where nothing."""
    node = plain(scenario)
    found = find(node, path)
    if isinstance(found, Problem):
        raise InputError(str(found))
    for token in found:
        try:
            node = node[token]
        except (KeyError, IndexError, TypeError):
            return None
    return node["value"] if isinstance(node, dict) and "value" in node else node


def _distinct(values: Any) -> tuple[Any, ...]:
    found: list[Any] = []
    seen: set[str] = set()
    for value in values:
        if repr(value) not in seen:
            seen.add(repr(value))
            found.append(value)
    return tuple(found)


def _bare(value: Any) -> Any:
    return [] if isinstance(value, list) else {} if isinstance(value, dict) else value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
