"""What made a result: versions of everything that could change it."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from importlib import metadata
from pathlib import Path


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def git_commit() -> str | None:
    """Return the commit of the checkout this program runs from, or None if it is installed."""
    root = Path(__file__).resolve().parents[2]
    if not (root / ".git").exists():
        return None
    try:
        result = subprocess.run(
            ["git", "-C", str(root), "rev-parse", "HEAD"],
            capture_output=True, text=True, timeout=5, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return result.stdout.strip()


PROGRAM = (
    "compiled.py", "luck.py", "rules", "outcomes", "world", "files", "engines", "experiments",
    "analysis/intervals.py", "analysis/measures.py",
)  # fmt: skip


def program_hash() -> str:
    """Return a hash of all code that has a part in the numbers of an experiment (16 hex digits)."""
    package = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for name in PROGRAM:
        path = package / name
        for file in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            digest.update(file.relative_to(package).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def versions() -> dict[str, str | None]:
    """Return versions of this program, Python and the libraries that compute."""
    from sim import __version__

    return {
        "deter": __version__, "git_commit": git_commit(), "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}", "numpy": _version("numpy"),
        "numba": _version("numba"), "mesa": _version("mesa"), "pyarrow": _version("pyarrow"),
    }  # fmt: skip
