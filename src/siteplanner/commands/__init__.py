"""What each command does, apart from the command line itself: read, run, say."""

from __future__ import annotations

from dataclasses import dataclass, field

from siteplanner.errors import SiteplannerError
from siteplanner.texts import Lang


@dataclass(frozen=True, slots=True)
class Shown:
    """What a command shows: text for people (empty if already printed), data for ``--json``, exit code."""

    text: str
    data: dict[str, object] = field(default_factory=dict)
    exit_code: int = 0


def describe(error: SiteplannerError, lang: Lang) -> dict[str, object]:
    """Return what an error adds to ``--json``: the causes of "no plan"."""
    from siteplanner.diagnose import NoPlan

    if not isinstance(error, NoPlan):
        return {}
    causes = [{"code": c.code, "clause": c.clause, "facts": c.facts, "text": c.text(lang)} for c in error.explanation.causes]
    return {"confirmed": error.explanation.confirmed, "causes": causes}
