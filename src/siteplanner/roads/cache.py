"""Results kept by the hash of everything that went into them, so that a run that asks for the same walks need not find them again."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cache
from importlib import resources
from importlib.metadata import version
from importlib.resources.abc import Traversable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[np.generic]]
FOLDER_VARIABLE = "SITEPLANNER_CACHE"
"""Environment variable that names another folder; ``off`` keeps nothing."""
LIBRARIES = ("numpy", "pyproj", "scipy", "shapely")
"""Libraries whose versions may move a result by a second."""


def key_of(parts: Iterable[bytes]) -> str:
    """Return the key of a result: the hash of what went into it, of the code that makes it and of the libraries it stands on."""
    content = hashlib.sha256(_code())
    for part in parts:
        content.update(len(part).to_bytes(8, "big") + part)
    return content.hexdigest()


def remembered(key: str, make: Callable[[], Arrays]) -> tuple[Arrays, bool]:
    """Return a result and whether it was kept from before; a new one is made and kept.

    A file that cannot be read or written costs time only: the result is made anew.
    """
    folder = cache_folder()
    if folder is None:
        return make(), False
    path = folder / f"{key}.npz"
    with suppress(OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile), np.load(path, allow_pickle=False) as kept:
        return {name: kept[name] for name in kept.files}, True
    made = make()
    with suppress(OSError):
        _keep(path, made)
    return made, False


def cache_folder() -> Path | None:
    """Return the folder results are kept in, or None where none is wanted."""
    named = os.environ.get(FOLDER_VARIABLE, "")
    if named:
        return None if named == "off" else Path(named)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "")
    else:
        base = os.environ.get("XDG_CACHE_HOME", "") or os.path.expanduser("~/.cache")
    return Path(base) / "siteplanner" if base and Path(base).is_absolute() else None


def _keep(path: Path, arrays: Arrays) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written aside and moved, so that nobody ever reads half a file.
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        np.savez(file, allow_pickle=False, **arrays)
    os.replace(file.name, path)


def sources() -> list[Traversable]:
    """Return the code that makes results: this room, and the transformations of coordinates that it measures in."""
    room, package = resources.files("siteplanner.roads"), resources.files("siteplanner")
    return [*sorted((entry for entry in room.iterdir() if entry.name.endswith(".py")), key=lambda e: e.name), package / "coordinates.py"]


@cache
def _code() -> bytes:
    content = hashlib.sha256()
    for entry in sources():
        content.update(hashlib.sha256(entry.read_bytes()).digest())
    for library in LIBRARIES:
        content.update(f"{library} {version(library)}\n".encode())
    return content.digest()
