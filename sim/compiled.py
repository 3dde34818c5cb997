"""The one owner of Numba: how a rule is compiled, and where the compiled code is kept.

A rule is a plain Python function over numbers and tables. With Numba it is compiled on first
use and cached; with ``NUMBA_DISABLE_JIT=1`` it stays plain Python and gives the same bits.

Numba does not notice a change in a function that a cached function calls, so the cache lies in
a folder named by a hash of every rule's source and of the versions that make machine code.
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])

PLAIN = os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")
"""True where rules run as plain Python."""

_PACKAGE = Path(__file__).parent
_SOURCES = ("compiled.py", "luck.py", "rules", "outcomes")


def rules_hash() -> str:
    """Return a hash of the sources of all rules and of what compiles them (16 hex digits)."""
    digest = hashlib.sha256()
    for name in _SOURCES:
        path = _PACKAGE / name
        for file in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            digest.update(file.name.encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _user_cache() -> Path:
    """The folder for caches of this user, by the custom of the system."""
    if chosen := os.environ.get("DETER_CACHE_DIR"):
        return Path(chosen)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return base / "deter"


def _writable(folder: Path) -> bool:
    """Whether files can be made in `folder`, which is created for this user alone."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _cache_folder() -> Path | None:
    """Where compiled rules are kept, or None if no place can be written."""
    import numba
    import numpy

    versions = f"{sys.implementation.cache_tag}-{platform.machine()}-nb{numba.__version__}"
    folder = _user_cache() / f"{versions}-np{numpy.__version__}-{rules_hash()}"
    return folder if _writable(folder) else None


def _prepare() -> tuple[Any, Path | None]:
    import numba

    numba.config.DISABLE_INTEL_SVML = True  # its exp differs from the C library's in the last bit
    # nothing here gains from vector instructions, and looking for them takes a third of the time
    numba.config.LOOP_VECTORIZE = 0
    numba.config.SLP_VECTORIZE = 0
    folder = _cache_folder()
    if folder is not None:
        numba.config.CACHE_DIR = str(folder)
    return numba, folder


if PLAIN:
    _numba, CACHE_FOLDER = None, None
else:
    _numba, CACHE_FOLDER = _prepare()


def first_compile() -> bool:
    """Whether the rules have yet to be compiled on this machine (always so without a cache)."""
    if PLAIN:
        return False
    return CACHE_FOLDER is None or not any(CACHE_FOLDER.rglob("*.nbi"))


def rule(function: Function) -> Function:
    """Mark a function as a rule: compiled where Numba is on, plain Python where it is off.

    No fast maths and no fused operations, so that both give the same bits.
    """
    if _numba is None:
        return function
    caching = CACHE_FOLDER is not None
    compiled = _numba.njit(fastmath=False, error_model="numpy", cache=caching)(function)
    # Numba would compile a rule anew for every constant it is called with
    template = compiled.get_call_template

    def without_literals(args: Any, kws: Any) -> Any:
        plain = _numba.types.unliteral
        return template(tuple(map(plain, args)), {k: plain(v) for k, v in kws.items()})

    compiled.get_call_template = without_literals
    return cast(Function, compiled)


def struct_of(tables: type[Any], dimensions: dict[str, tuple[str, int]]) -> Any:
    """Return the compiled type that stands for a NamedTuple of tables.

    Compiled code gets a pointer to the tables instead of some hundred numbers that describe them
    all, which made calls and compilation five times slower.

    Parameters
    ----------
    tables : type
        The NamedTuple.
    dimensions : dict
        Field: (``"float64"`` or ``"int64"``, number of dimensions).
    """
    if _numba is None:
        return None
    from numba.experimental import structref

    name = f"{tables.__name__}Struct"
    types = _numba.types
    kind = type(name, (types.StructRef,), {"__module__": __name__})
    proxy = type(f"{tables.__name__}Proxy", (structref.StructRefProxy,), {"__module__": __name__})
    globals()[name] = structref.register(kind)  # found by name when a cached rule is loaded
    globals()[proxy.__name__] = proxy
    structref.define_boxing(kind, proxy)
    scalar = {"float64": types.float64, "int64": types.int64}
    return kind([(f, types.Array(scalar[d], n, "C")) for f, (d, n) in dimensions.items()])


if _numba is None:

    def new(struct: Any) -> Any:
        """Never called in plain Python, where tables stay as they are."""
        raise NotImplementedError

else:
    from numba.experimental.structref import new  # noqa: F401  (rules make their structs with it)
