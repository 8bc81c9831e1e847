"""What was settled about variations of a case, kept in a journal by the content of the question: a command that is given again goes on.

The answer to a question is settled once it is proven; what a limit cut short is asked anew, by a run that may have more time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from siteplanner.case.case import Case
from siteplanner.solve.compile import Compiled, Floats
from siteplanner.solve.decompose import Part
from siteplanner.solve.journal import Journal, content_key, scenario_key
from siteplanner.solve.levels import Goal
from siteplanner.solve.solver import Verdict
from siteplanner.whatif.variation import Found, Variation


@dataclass(frozen=True, slots=True)
class Answer:
    """A part's answer: verdict, point over its columns, (value, bound) of each level."""

    verdict: Verdict
    point: Floats | None
    levels: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """What a variation came to, and the parts that it was put together from where others set out from them."""

    found: Found
    parts: tuple[tuple[Part, Answer], ...] = ()


class Kept:
    """The settled answers about one case; without a journal there are none.

    Parameters
    ----------
    told : object
        What beside case and rows the answers depend on.
    """

    def __init__(self, journal: Journal | None, case: Case, compiled: Compiled, *told: object) -> None:
        self._journal = None if journal is None else journal.keyed_by(content_key)
        settings = case.scenario.settings.solver
        own = (settings.name, settings.threads, settings.seed)
        self._case = "" if journal is None else content_key(scenario_key(case.scenario), compiled, own, told)

    def key(self, variation: Variation, goals: Sequence[Goal], gap: float) -> str:
        """Return the key of a question; empty without a journal. A point to set out from is no part of it: it changes no answer."""
        if self._journal is None:
            return ""
        changes = (*(sorted(some) for some in (variation.shut, variation.freed, variation.present, variation.limits)), variation.extra)
        sought = [(g.level.name, g.level.hold, g.level.factor, g.costs, g.constant) for g in goals]
        return self._journal.key(Settled, (self._case, changes, sought, gap))

    def read(self, key: str) -> Settled | None:
        """Return what is kept of a question, if anything."""
        if self._journal is None or key not in self._journal:
            return None
        known: Settled = self._journal.read(key)
        return known

    def write(self, key: str, known: Settled) -> None:
        """Keep an answer if it is settled."""
        if self._journal is not None and known.found.verdict in ("proven", "infeasible"):
            self._journal.write(key, known)
