"""The one owner of Numba: how a rule is compiled, and where the compiled code is kept.

A rule is a plain Python function over numbers and tables. With Numba it is compiled on first
use and cached; with ``NUMBA_DISABLE_JIT=1`` it stays plain Python and gives the same bits.

Numba does not notice a change in a function that a cached function calls, so the cache lies in
a folder named by a hash of every rule's source and of the versions that make machine code.
"""

from __future__ import annotations

import hashlib
import math
import os
import platform
import struct
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])

PLAIN = os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")
"""True where rules run as plain Python."""

_PACKAGE = Path(__file__).parent
_SOURCES = ("compiled.py", "luck.py", "rules", "outcomes/columns.py", "outcomes/outcome.py")
"""Everything compiled code can reach; it takes constants in as they are when it is compiled."""


def rules_hash() -> str:
    """Return a hash of the sources of all rules and of what compiles them (16 hex digits)."""
    digest = hashlib.sha256()
    for name in _SOURCES:
        path = _PACKAGE / name
        for file in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            digest.update(file.relative_to(_PACKAGE).as_posix().encode())
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


def _whole_vectors() -> str | None:
    """What the processor can do, for the compiler to use its vectors in their whole width.

    By itself it uses half of it on some of those with AVX-512. The width changes no bit.
    """
    from llvmlite.binding import get_host_cpu_features

    features = get_host_cpu_features()
    return f"{features.flatten()},-prefer-256-bit" if features.get("avx512f") else None


def _prepare() -> tuple[Any, Path | None]:
    import numba

    numba.config.DISABLE_INTEL_SVML = True  # its exp differs from the C library's in the last bit
    # loops over rows are compiled to work on several numbers at once; straight code is not
    # searched for such chances, which takes long and finds little
    numba.config.SLP_VECTORIZE = 0
    if numba.config.CPU_FEATURES is None:
        numba.config.CPU_FEATURES = _whole_vectors()
    folder = _cache_folder()
    if folder is not None:
        numba.config.CACHE_DIR = str(folder)
        numba.config.CACHE_LOCATOR_CLASSES = f"{__name__}.RuleLocator,UserProvidedCacheLocator"
    return numba, folder


if PLAIN:
    _numba, CACHE_FOLDER = None, None
else:
    _numba, CACHE_FOLDER = _prepare()


def first_compile() -> bool:
    """Whether the rules have yet to be compiled on this machine (always so without a cache).

    They are once the rule that plays a run is, which takes in nearly all others; a compilation
    that was broken off leaves only some of those.
    """
    if PLAIN:
        return False
    return CACHE_FOLDER is None or not any(CACHE_FOLDER.rglob("run.play-*.nbi"))


def rule(function: Function) -> Function:
    """Mark a function as a rule: compiled where Numba is on, plain Python where it is off.

    No fast maths and no fused operations, so that both give the same bits.
    """
    return _compile(function, "never")


def part(function: Function) -> Function:
    """Mark a rule that is called from one place: it is compiled as part of its caller.

    Numba compiles everything that a rule calls once more with the rule; this saves a level.
    """
    return _compile(function, "always")


def _compile(function: Function, inline: str) -> Function:
    if _numba is None:
        return function
    compiled = _numba.njit(
        fastmath=False, error_model="numpy", cache=CACHE_FOLDER is not None, inline=inline
    )(function)
    # Numba would compile a rule anew for every constant it is called with
    template = compiled.get_call_template

    def without_literals(args: Any, kws: Any) -> Any:
        plain = _numba.types.unliteral
        return template(tuple(map(plain, args)), {k: plain(v) for k, v in kws.items()})

    compiled.get_call_template = without_literals
    return cast(Function, compiled)


def only_with(feature: str, otherwise: Any = None) -> Callable[[Function], Function]:
    """Mark a rule that is needed only where a feature of the model is on.

    Without it the rule is never called, and not compiled either: calls with tables that were
    packed without the feature lead to a function that does nothing. So a scenario that leaves a
    feature off does not wait for it at the first start.

    Parameters
    ----------
    feature : str
        A word given to `pack`; the rule's first argument is packed tables.
    otherwise : Any
        What a call that is never made would return: a value of the type that the rule returns.
    """

    def mark(function: Function) -> Function:
        compiled: Any = rule(function)
        if _numba is None:
            return function
        idle = _numba.njit(lambda *arguments: otherwise)
        template, overload = compiled.get_call_template, compiled.get_overload

        def wanted(first: Any) -> bool:
            # the idle function takes all its arguments as one
            tables = first if isinstance(first, TablesType) else first.types[0]
            return feature in tables.features

        compiled.get_call_template = lambda args, kws: (
            template(args, kws) if wanted(args[0]) else idle.get_call_template(args, kws)
        )
        compiled.get_overload = lambda sig: (
            overload(sig) if wanted(sig[0]) else idle.get_overload(sig)
        )
        return cast(Function, compiled)

    return mark


class Tables:
    """A NamedTuple of tables as compiled rules take it: one pointer to where its tables lie.

    Handing over the tables themselves would pass some hundred numbers with every call, and
    counting references to them would cost more than most rules do. The tables belong to this
    object, which outlives every call; compiled code sees them as attributes.

    Parameters
    ----------
    tables : NamedTuple of numpy.ndarray
        C-contiguous, float64 or int64.
    features : tuple of str
        What of the model is on that rules are compiled for only then (`only_with`).
    """

    def __init__(self, tables: Any, features: tuple[str, ...] = ()) -> None:
        import numpy as np

        words: list[int] = []
        for table in tables:
            if not table.flags.c_contiguous:
                raise ValueError("tables of rules are C-contiguous")
            words += [table.ctypes.data, *table.shape]
        self.tables = tables
        self._words = np.array(words, dtype=np.int64)
        self.address = int(self._words.ctypes.data)
        self.layout = (
            type(tables).__name__,
            tuple(
                (name, table.dtype.name, table.ndim)
                for name, table in zip(tables._fields, tables, strict=True)
            ),
            tuple(sorted(features)),
        )


def pack(tables: Any, features: tuple[str, ...] = ()) -> Any:
    """Return what rules take for a NamedTuple of tables; both see the same memory."""
    return tables if PLAIN else Tables(tables, features)


if _numba is not None:
    from numba.core import cgutils, types
    from numba.core.caching import UserProvidedCacheLocator
    from numba.core.extending import (
        NativeValue,
        infer_getattr,
        models,
        register_model,
        typeof_impl,
        unbox,
    )  # fmt: skip
    from numba.core.imputils import lower_getattr_generic
    from numba.core.typing.templates import AttributeTemplate
    from numba.np.arrayobj import make_array, populate_array

    class RuleLocator(UserProvidedCacheLocator):  # type: ignore[misc]
        """Finds compiled rules by what they are rather than by where the package lies.

        The folder's name says what the sources of all rules are, so that two copies of the package
        share it: an installed one, and the tree it was installed from.
        """

        def __init__(self, py_func: Any, py_file: str) -> None:
            super().__init__(py_func, py_file)
            inside = Path(py_file).relative_to(_PACKAGE)
            self._cache_path = os.path.join(str(CACHE_FOLDER), *inside.parent.parts, "rules")

        def get_source_stamp(self) -> str:
            """Return what never changes: other sources have another folder."""
            return "as the folder says"

        @classmethod
        def from_function(cls, py_func: Any, py_file: str) -> Any:
            """Return a locator for a rule of the package; None for anything else."""
            path = Path(py_file)
            ours = any(
                path == _PACKAGE / name or path.parent == _PACKAGE / name for name in _SOURCES
            )
            return super().from_function(py_func, py_file) if ours else None

    _SCALARS = {"float64": types.float64, "int64": types.int64}

    class TablesType(types.Type):
        """Numba's type for `Tables` of one layout."""

        def __init__(self, layout: Any) -> None:
            name, fields, self.features = layout
            self.fields = {f: types.Array(_SCALARS[d], n, "C") for f, d, n in fields}
            self.words = {}
            at = 0
            for f, _d, n in fields:
                self.words[f] = at
                at += 1 + n
            spec = " ".join(f"{f}:{d}:{n}" for f, d, n in fields)
            on = "".join(f" with {feature}" for feature in self.features)
            super().__init__(name=f"Tables({name} {spec}{on})")

    register_model(TablesType)(models.OpaqueModel)

    @cache
    def _type_for(layout: Any) -> TablesType:
        return TablesType(layout)

    @typeof_impl.register(Tables)  # type: ignore[untyped-decorator]
    def _type_of(value: Tables, _context: Any) -> TablesType:
        return _type_for(value.layout)

    @unbox(TablesType)  # type: ignore[untyped-decorator]
    def _unbox(_typ: Any, obj: Any, c: Any) -> Any:
        number = c.pyapi.object_getattr_string(obj, "address")
        pointer = c.builder.inttoptr(c.pyapi.long_as_longlong(number), cgutils.voidptr_t)
        c.pyapi.decref(number)
        return NativeValue(pointer)

    @infer_getattr
    class _Attributes(AttributeTemplate):  # type: ignore[misc]
        key = TablesType

        def generic_resolve(self, typ: Any, attr: str) -> Any:
            return typ.fields.get(attr)

    @lower_getattr_generic(TablesType)  # type: ignore[untyped-decorator]
    def _get_table(context: Any, builder: Any, typ: Any, value: Any, attr: str) -> Any:
        """Build the array from its pointer and shape; it owns nothing, so nothing is counted."""
        array_type = typ.fields[attr]
        word = context.get_value_type(types.int64)
        base = builder.bitcast(value, word.as_pointer())

        def load(at: int) -> Any:
            return builder.load(builder.gep(base, [context.get_constant(types.int64, at)]))

        at = typ.words[attr]
        shape = [load(at + 1 + axis) for axis in range(array_type.ndim)]
        size = context.get_constant(types.intp, 8)
        strides = [size]
        for length in reversed(shape[1:]):
            strides.insert(0, builder.mul(strides[0], length))
        array = make_array(array_type)(context, builder)
        data = builder.inttoptr(load(at), context.get_value_type(array_type.dtype).as_pointer())
        populate_array(array, data, shape, strides, size, meminfo=None)
        return array._getvalue()


if _numba is None:

    def power_of_two(shifted: float) -> float:
        """Return 2**k, given k + 1.5 x 2**52."""
        return math.ldexp(1.0, int(shifted - 6755399441055744.0))

    def bits_of(value: float) -> int:
        """Return the bits of a number, the sign folded in so that they are not negative."""
        bits: int = struct.unpack("<Q", struct.pack("<d", value))[0]
        return bits ^ 0x9E3779B97F4A7C15 if bits >> 63 else bits

else:
    from llvmlite import ir
    from numba.core.extending import intrinsic

    @intrinsic
    def power_of_two(_context: Any, _shifted: Any) -> Any:
        """Return 2**k, given k + 1.5 x 2**52, by moving the low bits into the exponent."""

        def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            whole = ir.IntType(64)
            bits = builder.bitcast(arguments[0], whole)
            bits = builder.add(bits, ir.Constant(whole, 1023))
            return builder.bitcast(builder.shl(bits, ir.Constant(whole, 52)), ir.DoubleType())

        return types.float64(types.float64), code

    @intrinsic
    def bits_of(_context: Any, _value: Any) -> Any:
        """Return the bits of a number, the sign folded in so that they are not negative."""

        def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            whole = ir.IntType(64)
            bits = builder.bitcast(arguments[0], whole)
            folded = builder.xor(bits, ir.Constant(whole, 0x9E3779B97F4A7C15))
            negative = builder.icmp_signed("<", bits, ir.Constant(whole, 0))
            return builder.select(negative, folded, bits)

        return types.int64(types.float64), code
