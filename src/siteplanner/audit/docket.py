"""The docket: what was tested under each clause, and what was found wrong."""

from __future__ import annotations

from collections import Counter

from siteplanner.plan import Finding
from siteplanner.policy.schema import Matter, PolicyPack, State


class Docket:
    """Collects tests and faults by clause, and writes them up in the order of the clause register.

    A fault under a clause that is only reported does not break the plan: it is listed as reported. A fault in the
    record or in the money (`fault`) always breaks it, whatever the state of the clause it cites.
    """

    def __init__(self, pack: PolicyPack) -> None:
        self._pack = pack
        self._state: dict[str, State] = {clause.id: clause.state for clause in pack.clauses}
        self._tested: Counter[str] = Counter()
        self._found: dict[tuple[str, str, str, tuple[tuple[str, str], ...]], Finding] = {}

    def check(self, clause: str, ok: bool, code: str, subject: str = "", **facts: str) -> bool:
        """Count one test under `clause`; when it fails, note the finding `code` on `subject`. Return `ok`."""
        self._tested[clause] += 1
        if not ok:
            reported = self._state.get(clause) in ("reported", "not_modelled")
            self._note(clause, code, subject, facts, reported=reported)
        return ok

    def tell(self, clause: str, ok: bool, code: str, subject: str = "", **facts: str) -> bool:
        """Count one test of a rule that is only reported, whatever the state of its clause. Return `ok`."""
        self._tested[clause] += 1
        if not ok:
            self._note(clause, code, subject, facts, reported=True)
        return ok

    def fault(self, clause: str, ok: bool, code: str, subject: str = "", **facts: str) -> bool:
        """Count one test of the record or of the money: when it fails the plan is broken. Return `ok`."""
        self._tested[clause] += 1
        if not ok:
            self._note(clause, code, subject, facts, reported=False)
        return ok

    def governing(self, matter: Matter) -> str:
        """Return the clause that governs a matter no rule of the pack cites; else the pack's first way of getting a room."""
        return next((clause.id for clause in self._pack.clauses if matter in clause.governs), self._pack.ways[0].clause)

    def findings(self) -> tuple[Finding, ...]:
        """Return at least one finding for every clause of the register, then those under other clauses."""
        order = [clause.id for clause in self._pack.clauses]
        cited = sorted({key[0] for key in self._found} - set(order))
        return tuple(finding for clause in [*order, *cited] for finding in self._of(clause))

    def _of(self, clause: str) -> list[Finding]:
        found = [finding for key, finding in sorted(self._found.items()) if key[0] == clause]
        state = self._state.get(clause, "enforced")
        tested = str(self._tested[clause])
        if state == "reported":
            return [*found, Finding(clause=clause, state=state, result="reported", code="reported", facts={"tested": tested})]
        if state == "not_modelled":
            return [*found, Finding(clause=clause, state=state, result="not_modelled", code="not_modelled")]
        if any(finding.result == "broken" for finding in found):
            return found
        if self._tested[clause]:
            return [Finding(clause=clause, state=state, result="holds", code="holds", facts={"tested": tested}), *found]
        return [Finding(clause=clause, state=state, result="not_applicable", code="not_applicable")]

    def _note(self, clause: str, code: str, subject: str, facts: dict[str, str], *, reported: bool) -> None:
        key = (clause, code, subject, tuple(sorted(facts.items())))
        state = self._state.get(clause, "enforced")
        result = ("not_modelled" if state == "not_modelled" else "reported") if reported else "broken"
        self._found[key] = Finding.model_validate(
            {"clause": clause, "state": state, "result": result, "subject": subject, "code": code, "facts": dict(facts)}
        )
