"""One fault at a time in a lawful plan: each is found, under the right clause."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import siteplanner.audit as checks
from audit.lawful import WALKS, faults, scenario
from audit.seeds import FAULTS, LAWFUL, Case, line
from siteplanner.audit import audit, broken
from siteplanner.plan import Finding
from siteplanner.texts import Lang, catalogue, say


def test_a_lawful_plan_passes() -> None:
    """The plan worked out by hand has no fault, and every clause of the policy has a row."""
    findings = audit(scenario(), LAWFUL, WALKS)
    assert broken(findings) == ()
    assert [f.clause for f in findings] == [c.id for c in scenario().pack.clauses]
    assert {f.clause: f.result for f in findings if f.result != "holds"} == {"TL15": "reported", "TL16": "not_modelled"}


@pytest.mark.parametrize(("make", "clause", "code", "subject"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
def test_a_seeded_fault_is_found_under_its_clause(make: Callable[[], Case], clause: str, code: str, subject: str) -> None:
    """Each fault is found on the right subject, under the right clause, and reads well in both languages."""
    case, made = make()
    findings = audit(case, made, WALKS)
    found = [f for f in broken(findings) if (f.clause, f.code, f.subject) == (clause, code, subject)]
    assert found, [(f.clause, f.code, f.subject) for f in broken(findings)]
    assert all(text(f, lang) for f in findings for lang in ("zh", "en"))


def text(finding: Finding, lang: Lang) -> str:
    """Return the sentence of a finding."""
    return say(f"finding.{finding.code}", lang, **finding.facts)


@pytest.mark.parametrize("name", ["no consent to rooms apart", "a wrong purse alone"])
def test_faults_are_told_apart_from_their_neighbours(name: str) -> None:
    """A fault in one family leaves the clauses of the other families as they were."""
    made = dict((row[0], row[1]) for row in FAULTS).get(name, lambda: line({"option": "O7", "kind": "grant"}, payer="township"))()
    clauses = {clause for clause, _, _ in faults(*made)}
    assert clauses <= ({"TL3", "TL11"} if name.startswith("no consent") else {"TL13", "TL14"})


@pytest.mark.parametrize(
    "name",
    [
        "a credit that misstates the walk",
        "a duty without its evidence",
        "the visiting duty forgotten",
        "dwellings misstated",
        "the wrong class",
        "the need misstated",
        "a longer circle not named",
        "a place made larger",
        "a use misstated",
        "a line under another clause",
        "a present value off by one fen",
        "a cost misstated",
        "a walk shortened",
        "a what-if plan",
        "a start too early",
    ],
)
def test_a_fault_in_one_place_gives_one_clause(name: str) -> None:
    """A fault that touches nothing else breaks exactly one clause."""
    _, make, clause, _, _ = next(row for row in FAULTS if row[0] == name)
    assert {found for found, _, _ in faults(*make())} - {"TL14"} <= {clause}


def test_every_sentence_of_the_catalogue_is_used() -> None:
    """Each finding the catalogue words is one the check can make, and no text waits for a fault that cannot be found."""
    source = "".join(path.read_text(encoding="utf-8") for path in Path(checks.__file__).parent.glob("*.py"))
    keys = [key.removeprefix("finding.") for key in catalogue("zh") if key.startswith("finding.")]
    assert len(keys) > 90
    assert [key for key in keys if f'"{key}"' not in source] == []
