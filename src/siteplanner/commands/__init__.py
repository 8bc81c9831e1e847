"""What each command does, apart from the command line itself: read, run, say."""

from __future__ import annotations

from dataclasses import dataclass, field

from siteplanner.errors import InputError, InterruptedSweep, SiteplannerError
from siteplanner.texts import Lang, say

INTERNAL, NO_PLAN, INTERRUPTED = 1, 3, 130


@dataclass(frozen=True, slots=True)
class Shown:
    """What a command shows: text for people (empty if already printed), data for ``--json``, exit code.

    ``to_error`` sends the text to standard error.
    """

    text: str
    data: dict[str, object] = field(default_factory=dict)
    exit_code: int = 0
    to_error: bool = False


def refusal(error: SiteplannerError, lang: Lang) -> Shown:
    """Return what an error of the tree shows: its text, its problems in parts, the causes of "no plan", what is kept."""
    data: dict[str, object] = {"error": error.text(lang), "problems": []}
    if isinstance(error, InputError):
        data["problems"] = [problem.parts(lang) for problem in error.problems]
    elif isinstance(error, InterruptedSweep):
        data |= {"kept": error.kept, "folder": None if error.folder is None else str(error.folder)}
    elif error.exit_code == NO_PLAN:
        data |= causes(error, lang)
    return Shown(error.text(lang), data, error.exit_code, to_error=True)


def causes(error: SiteplannerError, lang: Lang) -> dict[str, object]:
    """Return the causes of "no plan" for ``--json``."""
    from siteplanner.explain.nouns import NoPlan

    if not isinstance(error, NoPlan):
        return {}
    listed = [{"code": c.code, "clause": c.clause, "facts": c.facts, "text": c.text(lang)} for c in error.explanation.causes]
    found = error.explanation
    clash = found.clash
    return {
        "confirmed": found.confirmed,
        "causes": listed,
        "clash": [] if clash is None else [{"rule": r.name, "clause": r.clause, "text": r.text(lang)} for r in clash.rules],
        "clash_inputs": [] if clash is None else [{"code": c.code, "clause": c.clause, "text": c.text(lang)} for c in clash.inputs],
        "clash_is_minimal": clash is not None and clash.minimal,
        "shortages": [
            {"day": s.day, "needs_dm2": dict(s.needs), "places_dm2": dict(s.places), "lacking_dm2": s.lacking_dm2} for s in found.shortages
        ],
        "repairs": [
            {"code": r.code, "text": r.text(lang), "clauses": r.clauses, "extra_fen": r.extra_fen, "cost_fen": r.cost_fen, "edits": r.edits}
            for r in found.repairs
        ],
        "repairs_complete": found.complete,
    }


def interrupted(lang: Lang) -> Shown:
    """Return what is shown when the user stops a command that has nothing to save."""
    text = say("cli.interrupted", lang)
    return Shown(text, {"error": text, "problems": []}, INTERRUPTED, to_error=True)


def internal(error: Exception, lang: Lang) -> Shown:
    """Return what is shown when the program itself is at fault."""
    text = say("cli.internal", lang, error=f"{type(error).__name__}: {error}")
    return Shown(text, {"error": text, "problems": []}, INTERNAL, to_error=True)
