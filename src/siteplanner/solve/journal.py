"""Results on disk by the content of what was asked: an interrupted run goes on where it stopped."""

from __future__ import annotations

import dataclasses
import io
import os
import pickle
import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from scipy.sparse import csr_array

from siteplanner.scenario.schema import Scenario

_SUFFIX = ".result"
RESULTS = f"*{_SUFFIX}"
"""Pattern of the files that hold results."""
_ALLOWED = frozenset(
    {("builtins", name) for name in ("complex", "set", "frozenset", "slice", "bytearray")}
    | {
        (f"numpy.{core}.{module}", name)
        for core in ("_core", "core")
        for module, name in (("multiarray", "_reconstruct"), ("multiarray", "scalar"), ("numeric", "_frombuffer"))
    }
    | {("numpy", "ndarray"), ("numpy", "dtype")}
)
"""What a result may be made of beside plain values and this package's own classes."""


@cache
def _program() -> str:
    """Return a hash of this package's own code and the solver's version: results of others are not taken up."""
    found = sha256(version("highspy").encode())
    for path in sorted(Path(__file__).parents[1].rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()


class Hash(Protocol):
    """The part of a hash object that is used here."""

    def update(self, data: bytes, /) -> None:
        """Take bytes in."""
        ...


def content_key(*values: object) -> str:
    """Return the SHA-256 of values: numbers, texts, arrays, mappings, sequences and dataclasses of these.

    Equal content gives an equal key in every process. A mapping counts as it is ordered.

    Raises
    ------
    TypeError
        If a value is of another kind: its content cannot be told.
    """
    found = sha256()
    _feed(found, values)
    return found.hexdigest()


def _feed(found: Hash, value: object) -> None:
    found.update(type(value).__name__.encode() + b":")
    if value is None or isinstance(value, bool | int | float | str | np.generic):
        found.update(repr(value).encode())
    elif isinstance(value, bytes):
        found.update(value)
    elif isinstance(value, np.ndarray):
        if value.dtype.hasobject:
            raise TypeError("an array of objects has no content of its own")
        found.update(f"{value.dtype.str}{value.shape}".encode() + np.ascontiguousarray(value).tobytes())
    elif isinstance(value, csr_array):
        _feed(found, (value.shape, value.indptr, value.indices, value.data))
    elif isinstance(value, Mapping):
        _feed(found, tuple(value.items()))
    elif isinstance(value, Sequence):
        found.update(f"{len(value)};".encode())
        for item in value:
            _feed(found, item)
    elif dataclasses.is_dataclass(value):
        _feed(found, tuple(getattr(value, field.name) for field in dataclasses.fields(value)))
    else:
        raise TypeError(f"no content key for {type(value).__name__}")
    found.update(b".")


def scenario_key(scenario: Scenario) -> str:
    """Return the content of a scenario on which plans depend: not how it came about, nor the time it may take.

    Roads are told by their own digest.
    """
    roads = "" if scenario.roads is None else scenario.roads.lines.digest
    settings = scenario.settings.model_copy(update={"solver": scenario.settings.solver.model_copy(update={"time_limit_s": None})})
    bare = scenario.model_copy(update={"roads": None, "files": (), "variant": "", "changes": (), "settings": settings})
    return content_key(bare.model_dump_json(warnings=False), roads)


class Journal:
    """Results in a folder, one file each, named by the key of function, task and version of this package.

    Parameters
    ----------
    folder : Path
        Made with the first result.
    key_of : callable, optional
        The content of a task; default: `content_key`.
    """

    def __init__(self, folder: Path, key_of: Callable[[Any], str] = content_key) -> None:
        self.folder, self._key_of = folder, key_of

    def keyed_by(self, key_of: Callable[[Any], str]) -> Journal:
        """Return the same folder for tasks whose content is told in another way."""
        return Journal(self.folder, key_of)

    def key(self, function: Callable[..., object], task: object) -> str:
        """Return the key of a function's result for a task."""
        return content_key(_program(), function.__module__, function.__qualname__, self._key_of(task))

    def __contains__(self, key: str) -> bool:
        try:
            self.read(key)
        except (OSError, pickle.UnpicklingError, EOFError, AttributeError, ImportError, ValueError, zlib.error):
            return False
        return True

    def read(self, key: str) -> Any:
        """Return a result; raises `OSError`, `zlib.error` or `pickle.UnpicklingError` where there is none or it is damaged."""
        content = (self.folder / (key + _SUFFIX)).read_bytes()
        digest, body = content[:32], content[32:]
        if sha256(body).digest() != digest:
            raise pickle.UnpicklingError(f"{key} is damaged")
        return _Careful(io.BytesIO(zlib.decompress(body))).load()

    def write(self, key: str, result: object) -> None:
        """Keep a result; a reader sees all of it or nothing."""
        # Points are mostly zeros, which the fastest setting does away with.
        body = zlib.compress(pickle.dumps(result), 1)
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / (key + _SUFFIX)
        half = path.with_suffix(f".{os.getpid()}")
        half.write_bytes(sha256(body).digest() + body)
        half.replace(path)


class _Careful(pickle.Unpickler):
    """Reads this package's own results only: a file that somebody put into the folder runs nothing."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _ALLOWED:
            return super().find_class(module, name)
        # Defined there, not merely imported there or reached through what is: that could be anything.
        found: Any = super().find_class(module, name) if module.startswith("siteplanner.") and "." not in name else None
        if isinstance(found, type) and dataclasses.is_dataclass(found) and found.__module__ == module:
            return found
        raise pickle.UnpicklingError(f"{module}.{name} is no result")
