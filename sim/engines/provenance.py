"""What made a result: versions of everything that could change it."""

from __future__ import annotations

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


def versions() -> dict[str, str | None]:
    """Return versions of this program, Python and the libraries that compute."""
    from sim import __version__

    return {
        "deter": __version__, "git_commit": git_commit(), "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}", "numpy": _version("numpy"),
        "numba": _version("numba"), "mesa": _version("mesa"), "pyarrow": _version("pyarrow"),
    }  # fmt: skip
