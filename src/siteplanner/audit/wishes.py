"""Preferences about sources: what is ruled out is not taken, and each unwanted room stands beside its proof."""

from __future__ import annotations

from collections import Counter

from siteplanner.audit.cells import meets
from siteplanner.audit.places import Taken
from siteplanner.audit.reading import Reading
from siteplanner.policy.schema import Preference


def check(reading: Reading) -> None:
    """Test each preference that is binding, and the proofs of each one that must be proved."""
    for wish in reading.pack.preferences:
        unwanted = [item.option.id for item in reading.taken if listed(wish, item) == wish.avoid]
        if wish.position == "hard":
            for item in reading.taken:
                ok = item.option.id not in unwanted
                reading.docket.check(wish.clause, ok, "source_ruled_out", item.option.id, kind=item.option.kind)
        if wish.prove and wish.position != "off":
            _proofs(reading, wish, unwanted)


def listed(wish: Preference, item: Taken) -> bool:
    """Return whether an option is among those a preference lists: by kind, by source, or by all of its conditions."""
    option = item.option
    by_source = option.source != "" and option.source in wish.sources
    return option.kind in wish.kinds or by_source or (bool(wish.where) and all(meets(condition, item) for condition in wish.where))


def _proofs(reading: Reading, wish: Preference, unwanted: list[str]) -> None:
    """Test that the plan says once of each unwanted option what doing without it would cost; the figure is not worked out again."""
    rows = [row for row in reading.plan.proofs if row.preference == wish.id]
    times = Counter(row.option for row in rows)
    for option in sorted({*unwanted, *times}):
        wanted = 1 if option in unwanted else 0
        ok = times[option] == wanted and all(row.clause == wish.clause for row in rows if row.option == option)
        facts = {"preference": wish.id, "times": str(times[option]), "wanted": str(wanted)}
        reading.docket.check(wish.clause, ok, "proof_missing", option, **facts)
