"""What every model of this room hands back: the chosen sites, how good they are, and whether that is proven."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from siteplanner.errors import SiteplannerError
from siteplanner.texts import Lang, say

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Model = Literal["lscp", "lscp_backup", "mclp", "p_median", "capacitated_p_median", "cflp", "p_center", "p_dispersion"]
NONE = -1
"""In an assignment: no site."""


@dataclass(frozen=True, slots=True)
class Step:
    """One reduction that was made: its name, and how many things (rows, columns, pairs, sites) stood before and after it."""

    name: str
    before: int
    after: int


@dataclass(frozen=True, slots=True, eq=False)
class Siting:
    """The answer to one model, counted anew from the caller's own arrays, never read back from the solver.

    Attributes
    ----------
    model : str
        The function that was called.
    chosen : array of int, shape (k,)
        The chosen sites, as sorted column numbers.
    assignment : array of int, shape (customers,)
        The site of each customer: the nearest chosen site, or the one that serves or (lowest numbered) covers it; -1 where none
        does. Of divisible demand, the site with the largest share.
    shares : sparse array, shape (customers, sites), or None
        Of divisible demand: which part of each customer's demand each site serves; rows sum to 1.
    value : float
        The objective, in the caller's units.
    bound : float
        What no answer can beat: at most `value` where the model minimises, at least `value` where it maximises.
    proven : bool
        Whether nothing is better by more than 1e-6 (or 1e-9 of the value). An answer that is not proven is never called optimal.
    steps : tuple of Step
        How the problem was reduced before branch-and-bound had what was left.
    then : float or None
        What the second objective reached, where one was asked for.
    """

    model: Model
    chosen: Ints
    assignment: Ints
    shares: csr_array | None
    value: float
    bound: float
    proven: bool
    steps: tuple[Step, ...]
    then: float | None = None

    @property
    def gap(self) -> float:
        """Return how far value and bound are apart, as a share of the value (0 if proven)."""
        apart = abs(self.value - self.bound)
        return 0.0 if self.proven or apart == 0 else apart / max(abs(self.value), 1e-12)

    @property
    def status(self) -> Literal["optimal", "feasible"]:
        """Return "optimal" if proven, else "feasible"."""
        return "optimal" if self.proven else "feasible"


class NoSiting(SiteplannerError):
    """No choice of sites obeys the rules of the model, and why: proven, not merely not found."""

    exit_code = 3

    def __init__(self, reason: str, **facts: str) -> None:
        self.reason, self.facts = reason, facts
        super().__init__(self.text("en"))

    def text(self, lang: Lang) -> str:
        """Return why there is no answer, and what to try."""
        return say(f"textbook.none.{self.reason}", lang, **self.facts)


class StoppedWithoutSiting(SiteplannerError):
    """The time limit was reached before any choice of sites was found."""

    exit_code = 5

    def text(self, lang: Lang) -> str:
        """Return that nothing was found in time."""
        return say("textbook.stopped", lang)


def listed(numbers: Ints, most: int = 8) -> str:
    """Return numbers as one text, cut where there are many."""
    shown = ", ".join(str(n) for n in numbers[:most].tolist())
    return f"{shown}, … ({len(numbers)})" if len(numbers) > most else shown
