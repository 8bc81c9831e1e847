"""What changed since the earlier plan, and why: only reasons that are known, by the ledger, by the law, or by solving again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from siteplanner.case.case import Case
from siteplanner.case.eligibility import starts_of
from siteplanner.case.matters import mattering
from siteplanner.model.build import build
from siteplanner.plan import Change, Chosen, Plan, Rejected
from siteplanner.solve.extract import assemble, chosen_offers
from siteplanner.solve.lexicographic import Outcome, solve
from siteplanner.units import dm2_to_m2, fen_to_yuan

LEVEL = "least_change"
_SECONDS = 60.0
_MOST_ASKED = 20
"""Options for which it is asked by solving again why they were left out; a county where more fell out has changed altogether."""
_NAMED = 8
_ORDER = ("dropped", "added", "area", "start", "kept")


@dataclass(frozen=True, slots=True)
class _Pair:
    """The earlier plan and the new one, with their case."""

    case: Case
    earlier: Plan
    found: Plan

    def change(
        self, option: str, what: str, code: str, *, clause: str = "", because: str = "", facts: dict[str, str] | None = None
    ) -> Change:
        """Make a change with the names of the option's site."""
        pick = next((c for plan in (self.found, self.earlier) for c in plan.chosen if c.option == option), None)
        known = self.case.options.get(option)
        key = known.site if known else pick.site if pick else ""
        site = next((s for s in self.case.scenario.sites if s.id == key), None)
        old = next((p.name for p in self.earlier.places if pick is not None and p.place == pick.place), key)
        return Change.model_validate(
            {"option": option, "site": key, "name": site.name if site else old, "township": pick.township if pick else "", "what": what,
             "code": code, "clause": clause, "because": because, "facts": facts or {}}
        )  # fmt: skip


def changes_from(case: Case, earlier: Plan, found: Plan) -> tuple[Change, ...]:
    """Return every option of the earlier plan and of the new one with what became of it and why.

    An option that is left out although nothing rules it out is forced back in and the plan solved again: what that would
    change, cost or break is the reason.
    """
    pair = _Pair(case, earlier, found)
    before = {pick.option: pick for pick in earlier.chosen}
    now = {pick.option: pick for pick in found.chosen}
    changes: list[Change] = []
    for option, pick in before.items():
        if option in now:
            changes += _kept(pair, pick, now[option])
    changes += _dropped(pair, [option for option in before if option not in now])
    changes += [_added(pair, pick) for option, pick in now.items() if option not in before]
    return tuple(sorted(changes, key=lambda change: (_ORDER.index(change.what), change.option)))


def _kept(pair: _Pair, old: Chosen, new: Chosen) -> Iterator[Change]:
    row = pair.case.scenario.carried().get(new.option)
    fixed = row is not None and row.fixed
    yield pair.change(new.option, "kept", row.standing if row else "planned")
    if new.area_dm2 != old.area_dm2:
        facts = {"before": f"{dm2_to_m2(old.area_dm2):,.2f}", "after": f"{dm2_to_m2(new.area_dm2):,.2f}"}
        yield pair.change(new.option, "area", "area_stated" if fixed else "area_chosen", facts=facts)
    if new.start != old.start:
        open_still = old.start in starts_of(pair.case.scenario, pair.case.option(new.option))
        code = "start_stated" if fixed else "start_chosen" if open_still else "start_passed"
        yield pair.change(new.option, "start", code, facts={"before": old.start.isoformat(), "after": new.start.isoformat()})


def _dropped(pair: _Pair, options: Sequence[str]) -> Iterator[Change]:
    carried = pair.case.scenario.carried()
    rejected: dict[str, Rejected] = {}
    for row in pair.case.rejected:
        rejected.setdefault(row.option, row)
    matter = mattering(pair.case)
    asked = 0
    for option in options:
        taken = _taken_by(pair, option)
        if option in carried and carried[option].standing == "dropped":
            yield pair.change(option, "dropped", "dropped")
        elif option not in pair.case.options:
            yield pair.change(option, "dropped", "not_in_table")
        elif option in rejected:
            row = rejected[option]
            yield pair.change(option, "dropped", "ineligible", clause=row.clause, because=row.code, facts=row.facts)
        elif taken:
            yield pair.change(option, "dropped", "displaced", facts={"by": taken})
        elif option not in matter:
            yield pair.change(option, "dropped", "not_needed")
        elif asked < _MOST_ASKED:
            asked += 1
            yield _forced(pair, option)
        else:
            yield pair.change(option, "dropped", "not_asked")


def _taken_by(pair: _Pair, option: str) -> str:
    """Return the done or committed option that has the site or building, "" if there is none."""
    if option not in pair.case.options:
        return ""
    groups = {site.id: site.building_group or site.id for site in pair.case.scenario.sites}
    carried, spot = pair.case.scenario.carried(), groups[pair.case.option(option).site]
    fixed = (c for c in pair.found.chosen if c.option in carried and carried[c.option].fixed)
    return next((c.option for c in fixed if groups[c.site] == spot), "")


def _forced(pair: _Pair, option: str) -> Change:
    """Solve again with the option forced in, and say what that would mean."""
    outcome, other = _with(pair, option)
    if outcome.verdict == "infeasible":
        return pair.change(option, "dropped", "impossible" if outcome.confirmed else "not_settled")
    if other is None or outcome.verdict != "proven":
        return pair.change(option, "dropped", "not_settled")
    changes = round(_level(outcome) - _found_level(pair.found))
    if changes > 0:
        return pair.change(option, "dropped", "more_changes", facts={"count": str(changes)})
    extra = _cost(other) - _cost(pair.found)
    if extra > 0:
        return pair.change(option, "dropped", "cheaper", facts={"yuan": f"{fen_to_yuan(extra):,.2f}", "fen": str(extra)})
    return pair.change(option, "dropped", "no_better")


def _with(pair: _Pair, option: str) -> tuple[Outcome, Plan | None]:
    """Return the plan with the fewest changes, then of least cost, that starts the option."""
    scenario = pair.case.scenario
    options = tuple(o.model_copy(update={"lock": "in"}) if o.id == option else o for o in scenario.options)
    case = replace(pair.case, scenario=scenario.model_copy(update={"options": options}))
    model = build(case)
    names = [level.name for level in model.levels]
    last = names.index("least_cost") + 1 if "least_cost" in names else names.index(LEVEL) + 1
    model = replace(model, levels=model.levels[:last])
    settings = scenario.settings.solver
    outcome = solve(model, settings, seconds=None if settings.time_limit_s else _SECONDS)
    if not outcome.values:
        return outcome, None
    return outcome, assemble(case, chosen_offers(case, model, outcome), outcome, pair.found.status, pair.found.walks)


def _level(outcome: Outcome) -> float:
    return next(level.value for level in outcome.levels if level.objective == LEVEL)


def _found_level(found: Plan) -> float:
    return next((level.value for level in found.status.levels if level.objective == LEVEL), 0.0)


def _cost(plan: Plan) -> int:
    return sum(term.amount for term in plan.terms)


def _added(pair: _Pair, pick: Chosen) -> Change:
    row = pair.case.scenario.carried().get(pick.option)
    if row is not None and row.fixed:
        return pair.change(pick.option, "added", row.standing)
    served = _estates(pair.found, {pick.place})
    kept = {c.place for c in pair.found.chosen} | {p.premises for p in pair.found.premises if p.fate != "given_up"}
    gone = {c.place for c in pair.earlier.chosen} - kept
    left = [estate for estate in served if estate in _estates(pair.earlier, gone)]
    code = "replaces" if left else "serves" if served else "other_rule"
    return pair.change(pick.option, "added", code, facts={"estates": _named(pair, left or served)} if served else {})


def _estates(plan: Plan, places: set[str]) -> list[str]:
    """Return the estates that lean on places at the last checkpoint."""
    last = plan.checkpoints[-1] if plan.checkpoints else None
    return sorted({credit.estate for credit in plan.credits if credit.checkpoint == last and credit.place in places})


def _named(pair: _Pair, estates: Sequence[str]) -> str:
    names = {row.estate: row.name for row in pair.found.services}
    shown = [f"{names.get(estate, estate)} ({estate})" for estate in estates[:_NAMED]]
    return ", ".join(shown) + (f", … ({len(estates)})" if len(estates) > _NAMED else "")
