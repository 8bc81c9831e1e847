"""Where problems gather: everything wrong is collected, nothing is raised before every file has been read."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

from siteplanner.errors import InputError, Location, Problem
from siteplanner.policy.schema import PolicyPack

_SHOWN = 60
_LISTED = 24
_ALIKE = 0.55


class Sink:
    """Collect problems, each once."""

    def __init__(self) -> None:
        self._problems: dict[tuple[str, Location, tuple[tuple[str, str], ...]], Problem] = {}

    def add(self, code: str, where: Location, *, clause: str = "", **facts: str) -> None:
        """Note one problem; `facts` fill the catalogue entry ``problem.<code>``."""
        shown = {name: printable(fact, _SHOWN if name.startswith("seen") else None) for name, fact in facts.items()}
        self._problems.setdefault((code, where, tuple(sorted(shown.items()))), Problem(code, where, shown, clause))

    def extend(self, problems: Iterable[Problem]) -> None:
        """Note problems that another reader found."""
        for problem in problems:
            self.add(problem.code, problem.where, clause=problem.clause, **problem.facts)

    def add_unknown(self, code: str, where: Location, seen: str, allowed: Iterable[str], *, clause: str = "", **facts: str) -> None:
        """Note a name that is not one of `allowed`: the closest one becomes the "did you mean"."""
        names = sorted(set(allowed))
        self.add(code, where, clause=clause, seen=seen, allowed=listed(names), near=closest(seen, names), **facts)

    def __bool__(self) -> bool:
        """Whether anything was found."""
        return bool(self._problems)

    def raise_if_any(self) -> None:
        """Raise every problem found, at once.

        Raises
        ------
        InputError
            If there is at least one problem.
        """
        if self._problems:
            raise InputError(self._problems.values())


def closest(seen: str, names: Iterable[str]) -> str:
    """Return the name most like `seen`, or an empty text when none is."""
    plain = {name.casefold(): name for name in names}
    found = get_close_matches(seen.casefold(), list(plain), n=1, cutoff=_ALIKE)
    return plain[found[0]] if found else ""


def listed(names: Iterable[str]) -> str:
    """Return names as one text, cut where there are very many."""
    every = list(names)
    return ", ".join(every[:_LISTED]) + (", …" if len(every) > _LISTED else "")


def printable(text: str, limit: int | None = None) -> str:
    """Return a text fit for one line: control characters spelt out, cut after `limit` characters."""
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " if char in "\u3000\n\r\t" else f"U+{ord(char):04X}" for char in text)
    return text if limit is None or len(text) <= limit else f"{text[:limit]}…"


def odd_character(text: str) -> str:
    """Return the first character that no cell should hold (control, invisible, broken), spelt out; else an empty text."""
    if text.isprintable():
        return ""
    return next((f"U+{ord(char):04X}" for char in text if _is_odd(char)), "")


def without_odd(text: str) -> str:
    """Return a text without its odd characters."""
    return "".join(char for char in text if not _is_odd(char))


def _is_odd(char: str) -> bool:
    return char not in "\n\t" and unicodedata.category(char) in {"Cc", "Cf", "Cs"}


def cite(pack: PolicyPack, clause: str) -> str:
    """Return a clause as it is cited in messages: document number, place in the text; row of the register."""
    where = next((row.where for row in pack.clauses if row.id == clause), "")
    return f"{pack.document.number}, {where}; {clause}" if where else clause
