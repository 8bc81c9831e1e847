"""What callers hand in, checked: every problem is collected, located by argument and index, and raised once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array, issparse

from siteplanner.errors import InputError, Location, Problem
from siteplanner.textbook.answer import Bools, Floats, Ints, listed


class Check:
    """Gather the problems of one call; `call` is the name of the function that was called."""

    def __init__(self, call: str) -> None:
        self._call = call
        self._problems: list[Problem] = []

    def add(self, argument: str, code: str, **facts: str) -> None:
        """Note one problem of an argument; `facts` fill the catalogue entry ``problem.textbook.<code>``."""
        self._problems.append(Problem(f"textbook.{code}", Location(f"{self._call}()", heading=argument), facts))

    def raise_if_any(self) -> None:
        """Raise every problem found.

        Raises
        ------
        InputError
            If there is at least one problem.
        """
        if self._problems:
            raise InputError(self._problems)

    def numbers(self, argument: str, given: ArrayLike, shape: tuple[int | None, ...]) -> Floats:
        """Return an array of numbers of the shape asked (None: any length but 0), without NaN."""
        try:
            array = np.asarray(given, dtype=np.float64)
        except (TypeError, ValueError):
            self.add(argument, "not_numbers")
            return np.zeros(tuple(n or 1 for n in shape))
        fits = array.ndim == len(shape) and all(want in (None, have) for want, have in zip(shape, array.shape, strict=True))
        if not fits or 0 in array.shape:
            wanted = " × ".join("n" if n is None else str(n) for n in shape)
            self.add(argument, "shape", seen=" × ".join(map(str, array.shape)) or "0", wanted=wanted)
            return np.zeros(tuple(n or 1 for n in shape))
        self._at(argument, "nan", np.isnan(array))
        return array

    def vector(self, argument: str, given: ArrayLike | None, length: int, *, default: float = 1.0, least: float = 0.0) -> Floats:
        """Return a finite vector of at least `least` each (shape: length); a single number stands for all of them."""
        if given is None:
            return np.full(length, default)
        if np.ndim(given) == 0:
            given = np.full(length, given)
        array = self.numbers(argument, given, (length,))
        self._at(argument, "infinite", np.isinf(array))
        self._at(argument, "below", array < least, least=f"{least:g}")
        return array

    def distances(self, argument: str, given: Any, *, square: bool = False) -> Floats:
        """Return distances or costs (shape: customers × sites), none negative; inf (or not stored, if sparse) is a pair that may not be."""
        if issparse(given):
            entries = csr_array(given).tocoo()  # type: ignore[call-overload]
            array = np.full(entries.shape, np.inf)
            array[entries.row, entries.col] = entries.data
            given = array
        array = self.numbers(argument, given, (None, None))
        self._at(argument, "below", array < 0, least="0")
        if square and array.shape[0] != array.shape[1]:
            self.add(argument, "not_square", seen=f"{array.shape[0]} × {array.shape[1]}")
        elif square and not np.array_equal(array, array.T, equal_nan=True):
            self._at(argument, "not_symmetric", array != array.T)
        return array

    def cover(self, given: Any) -> csr_array:
        """Return the coverage (shape: customers × sites) as a sparse array of ones with sorted indices."""
        if not issparse(given):
            given = self.numbers("cover", np.asarray(given), (None, None))
        matrix = csr_array(given)
        if 0 in matrix.shape:
            self.add("cover", "shape", seen=f"{matrix.shape[0]} × {matrix.shape[1]}", wanted="n × n")
        if matrix.dtype != np.bool_ and not np.isin(matrix.data, (0, 1)).all():
            self.add("cover", "not_binary")
        if matrix is given:
            matrix = matrix.copy()
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        return csr_array((np.ones(matrix.nnz), matrix.indices, matrix.indptr), shape=matrix.shape)

    def rule_of_sites(self, sites: int, predefined: Iterable[int], forbidden: Iterable[int]) -> tuple[Bools, Bools]:
        """Return which sites are predefined and which forbidden (each shape: sites)."""
        fixed, out = (self._marks(name, given, sites) for name, given in (("predefined", predefined), ("forbidden", forbidden)))
        both = np.flatnonzero(fixed & out)
        if len(both):
            self.add("predefined", "both", sites=listed(both))
        return fixed, out

    def how_many(self, p: int, sites: int, fixed: Bools, out: Bools, *, least: int = 1) -> int:
        """Return p, the number of sites to choose."""
        if isinstance(p, bool) or not isinstance(p, int | np.integer):
            self.add("p", "not_whole", seen=str(p))
            return least
        if p < least:
            self.add("p", "below", least=str(least), at=str(p))
        elif p > sites - int(out.sum()):
            self.add("p", "too_many", seen=str(p), sites=str(sites), free=str(sites - int(out.sum())))
        if fixed.sum() > p:
            self.add("p", "fewer_than_predefined", seen=str(p), fixed=str(int(fixed.sum())))
        return int(p)

    def time(self, seconds: float | None) -> None:
        """Check a time limit."""
        if seconds is not None and not seconds > 0:
            self.add("time_limit", "not_positive", seen=str(seconds))

    def _marks(self, argument: str, given: Iterable[int], sites: int) -> Bools:
        marks = np.zeros(sites, dtype=np.bool_)
        array = np.asarray(list(given))
        if not array.size:
            return marks
        if array.ndim != 1 or not np.issubdtype(array.dtype, np.integer):
            self.add(argument, "not_indices")
            return marks
        wrong = array[(array < 0) | (array >= sites)]
        if len(wrong):
            self.add(argument, "no_such_site", seen=listed(wrong), sites=str(sites))
            return marks
        marks[array] = True
        return marks

    def _at(self, argument: str, code: str, wrong: Bools, **facts: str) -> None:
        if wrong.any():
            spots: Ints = np.argwhere(wrong)
            shown = ", ".join(str(spot.tolist()) for spot in spots[:5])
            self.add(argument, code, at=f"{shown}, … ({len(spots)})" if len(spots) > 5 else shown, **facts)
