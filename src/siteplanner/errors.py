"""The error tree. Whatever a user did ends in one of these; each knows its exit code and speaks both languages."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from siteplanner.texts import LANGS, Lang, catalogue, say


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """Where a problem stands: ``file:line:column`` in text files, ``file [sheet!cell]`` in workbooks.

    ``line`` and ``col`` count from 1; in a table ``heading`` names the column and ``row_id`` the row.
    """

    file: str
    line: int = 0
    col: int = 0
    sheet: str = ""
    cell: str = ""
    heading: str = ""
    row_id: str = ""

    def __str__(self) -> str:
        if self.sheet:
            spot = f"{self.file} [{self.sheet}!{self.cell}]" if self.cell else f"{self.file} [{self.sheet}]"
        else:
            spot = ":".join([self.file, *(str(n) for n in (self.line, self.col) if n)])
        detail = ", ".join(part for part in (self.row_id, self.heading) if part)
        return f"{spot} ({detail})" if detail else spot


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the input: ``code`` names the message in the text catalogues, ``facts`` fill it in.

    The catalogue entry ``problem.<code>`` has three parts: what was seen, what must hold, what to try. A fact that
    differs by language is given as ``<name>_zh`` and ``<name>_en`` and used as ``<name>``; a fact ``near`` that is not
    empty is the closest known name and becomes a "did you mean" before what to try.
    """

    code: str
    where: Location
    facts: Mapping[str, str] = field(default_factory=dict)
    clause: str = ""

    def parts(self, lang: Lang) -> dict[str, str]:
        """Return the message in parts, for ``--json``."""
        own = {name.removesuffix(f"_{lang}"): fact for name, fact in self.facts.items() if name.endswith(f"_{lang}")}
        facts = {**self.facts, **own}
        meant = say("error.did_you_mean", lang, **facts) if facts.get("near") else ""
        return {
            "code": self.code,
            "where": str(self.where),
            "seen": say(f"problem.{self.code}.seen", lang, **facts),
            "must": say(f"problem.{self.code}.must", lang, **facts),
            "try": meant + say(f"problem.{self.code}.try", lang, **facts),
            "clause": self.clause,
        }

    def text(self, lang: Lang) -> str:
        """Return the message as one paragraph."""
        part = self.parts(lang)
        cited = f" [{self.clause}]" if self.clause else ""
        stop = " " if lang == "en" else ""
        return f"{part['where']}: {part['seen']}{stop}{part['must']}{cited}{stop}{part['try']}"


def system_reason(error: OSError | ValueError, fact: str) -> dict[str, str]:
    """Return why the system refused a file as a fact in both languages; what is not among the usual reasons goes by its number.

    A path that cannot be a name at all (a NUL in it) is no system error but a ValueError, and means the same as EINVAL.
    """
    number = error.errno if isinstance(error, OSError) else errno.EINVAL
    key = f"system.{errno.errorcode.get(number or 0, '')}"
    if key not in catalogue("en"):
        key = "system.other"
    return {f"{fact}_{lang}": say(key, lang, number=str(number or type(error).__name__)) for lang in LANGS}


class SiteplannerError(Exception):
    """Base of every error a user can cause; ``exit_code`` follows the table in the README."""

    exit_code = 1

    def text(self, lang: Lang) -> str:
        """Return the message in the asked language."""
        return str(self)


class InputError(SiteplannerError):
    """Bad input: every problem found, in file order."""

    exit_code = 2

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.where, p.code)))
        super().__init__(self.text("en"))

    def text(self, lang: Lang) -> str:
        """Return all problems, one a line, after a count."""
        head = say("error.input", lang, count=str(len(self.problems)))
        return "\n".join([head, *(f"- {problem.text(lang)}" for problem in self.problems)])


class StoppedWithoutPlan(SiteplannerError):
    """A limit was reached before any plan was found."""

    exit_code = 5

    def text(self, lang: Lang) -> str:
        """Return what stopped the run and what to try."""
        return say("error.stopped", lang)


class InterruptedWithoutPlan(StoppedWithoutPlan):
    """The user stopped the run before any plan was found."""

    exit_code = 130

    def text(self, lang: Lang) -> str:
        """Return that nothing was found, so nothing was saved."""
        return say("error.interrupted", lang)


class InterruptedSweep(SiteplannerError):
    """The user stopped a command that asks many questions; so many results are kept in a folder, None where none was named."""

    exit_code = 130

    def __init__(self, kept: int, folder: Path | None) -> None:
        self.kept, self.folder = kept, folder
        super().__init__(self.text("en"))

    def text(self, lang: Lang) -> str:
        """Return what is kept and how to go on."""
        if self.folder is None:
            return say("sweep.interrupted", lang)
        return say(
            "sweep.interrupted_kept" if self.kept else "sweep.interrupted_early", lang, count=str(self.kept), folder=str(self.folder)
        )


class PlanFailsCheck(SiteplannerError):
    """The independent check found a plan of ours at fault: a defect of the program, so nothing is published."""

    def __init__(self, findings: Iterable[str]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(self.findings))

    def text(self, lang: Lang) -> str:
        """Return the findings."""
        return say("error.fails_check", lang, findings="; ".join(self.findings))
