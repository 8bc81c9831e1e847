"""Functions over arrays, made machine code where numba is installed (extra ``speed``): as Python they are far too slow to be used."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")
QUICK = find_spec("numba") is not None
"""Whether functions become machine code."""


def jitted(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Return the function as machine code that is made at the first call and kept beside the source, where that can be written."""
    if not QUICK:
        return function
    make = import_module("numba").njit
    try:
        quick: Callable[_P, _R] = make(cache=True, nogil=True)(function)
    except RuntimeError:
        quick = make(nogil=True)(function)
    return quick


def inlined(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Return a small function as machine code that stands in its callers: passing many arrays costs more than what it does."""
    if not QUICK:
        return function
    quick: Callable[_P, _R] = import_module("numba").njit(inline="always")(function)
    return quick
