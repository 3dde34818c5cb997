"""The direction of imports, and one place for each heavy library (docs/architecture.md)."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib.util import resolve_name
from pathlib import Path

import pytest

# Each layer with the layers it may import.
MAY: dict[str, set[str]] = {"world": set(), "compiled": set(), "luck": {"compiled"}}
MAY["rules"] = {"luck", "compiled"}
MAY["outcomes"] = MAY["rules"] | {"rules"}
MAY["files"] = {"world"}
MAY["engines"] = MAY["outcomes"] | MAY["files"] | {"outcomes", "files"}
MAY["analysis"] = MAY["engines"] | {"engines"}
MAY["experiments"] = MAY["analysis"] | {"analysis"}
MAY["evidence"] = MAY["experiments"] | {"experiments"}
MAY["lessons"] = MAY["evidence"] | {"evidence"}
MAY["web"] = MAY["lessons"] | {"lessons"}
MAY["cli"] = MAY["web"] | {"web"}
MAY["__main__"] = {"cli"}
MAY["__init__"] = MAY["cli"]

HOMES = {
    "numba": ("sim/compiled.py",),
    "mesa": ("sim/engines/agents.py", "sim/engines/model.py"),
    "matplotlib": ("sim/analysis/figures",),
    "scipy": ("sim/analysis/differences.py",),
    "pandas": ("sim/analysis/frames.py", "sim/evidence/calibration/fit.py"),
    "SALib": ("sim/experiments/sampling.py", "sim/experiments/sensitivity.py"),
    "ema_workbench": ("sim/experiments/prim.py",),
    "optuna": ("sim/experiments/seeking.py",),
    "distributed": ("sim/experiments/cluster.py",),
    "pyabc": ("sim/evidence/calibration/fit.py",),
    "starlette": ("sim/web/app.py", "sim/web/rooms/routes.py"),
    "uvicorn": ("sim/cli/serve.py",),
}


def imported(path: Path, package: str) -> list[str]:
    """Return every module a file imports, wherever in the file, by its full name."""
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = resolve_name("." * node.level + (node.module or ""), package)
            names += [
                f"{module}.{alias.name}" if module == "sim" else module for alias in node.names
            ]
    return names


def wrong_imports(project: Path) -> list[str]:
    """Return a line for each import that goes up, or that reaches a library outside its home."""
    wrong = []
    for path in sorted((project / "sim").rglob("*.py")):
        file = path.relative_to(project).as_posix()
        layer = file.split("/")[1].removesuffix(".py")
        for name in imported(path, ".".join(path.relative_to(project).parent.parts)):
            top, _, rest = name.partition(".")
            allowed = MAY[layer] | {layer, "__version__"}
            if top == "sim" and rest.split(".")[0] not in allowed:
                wrong.append(f"{file} imports {name}")
            if top in HOMES and not file.startswith(HOMES[top]):
                wrong.append(f"{file} imports {name}")
    return wrong


def test_imports_go_one_way(project: Path) -> None:
    assert wrong_imports(project) == []


def test_wrong_imports_are_found(tmp_path: Path) -> None:
    files = {
        "sim/rules/forces.py": "import numpy\nimport sim.world.states\nfrom ..luck import draw\n",
        "sim/world/states.py": "from sim import files\n",
        "sim/engines/model.py": "import mesa\n\ndef f():\n    from pandas import Series\n",
    }
    for file, text in files.items():
        (tmp_path / file).parent.mkdir(parents=True)
        (tmp_path / file).write_text(text, encoding="utf-8")
    assert wrong_imports(tmp_path) == [
        "sim/engines/model.py imports pandas",
        "sim/rules/forces.py imports sim.world.states",
        "sim/world/states.py imports sim.files",
    ]


HEAVY = {*HOMES, "numpy", "pyarrow", "networkx", "jinja2"}

CALL = """
import contextlib, io, sys
from sim.cli.app import main
with contextlib.redirect_stdout(io.StringIO()):
    code = main(sys.argv[1:])
print(code, *sorted(set(sys.modules)))
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"], ["--version"], ["validate", "senkaku"], ["validate", "indo_pacific_2024"],
        ["describe", "senkaku"], ["list"], ["run", "--help"], ["trace", "--help"],
        ["compare", "--help"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_commands_that_play_nothing_load_nothing_heavy(project: Path, arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CALL, *arguments],
        cwd=project, capture_output=True, text=True, check=True,
    )  # fmt: skip
    code, *loaded = done.stdout.split()
    assert code == "0"
    assert HEAVY & set(loaded) == set()
    assert "sim.cli.app" in loaded


def test_importing_the_package_loads_nothing_heavy(project: Path) -> None:
    program = f"import sim, sys; print(*sorted(set(sys.modules) & set({sorted(HOMES)})))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=project, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
