"""Checks of estates: which class of the law each belongs to, and the figures that class needs."""

from __future__ import annotations

from collections.abc import Iterator

from siteplanner.policy.rules import cohort_of, exempt_until, reach_s, standard_of
from siteplanner.policy.schema import Cohort, PolicyPack, Standard
from siteplanner.scenario.columns import in_words, titled
from siteplanner.scenario.draft import Draft
from siteplanner.scenario.rows import Parsed
from siteplanner.scenario.schema import Estate
from siteplanner.scenario.sink import Sink, listed

_COHORT_CELLS = ("kind", "cohort", "in_programme", "approved", "started", "completed")


def in_scope(draft: Draft, estate: Estate) -> bool:
    """Whether the policy covers estates of this kind."""
    return draft.pack is not None and (draft.pack.scope is None or estate.kind in draft.pack.scope.kinds)


def cohort_found(pack: PolicyPack, estate: Estate) -> Cohort | None:
    """Return the estate's class under the policy, or None when its facts do not settle it."""
    dates = {"approved": estate.approved, "started": estate.started, "completed": estate.completed}
    return cohort_of(pack, kind=estate.kind, cohort=estate.cohort, in_programme=estate.in_programme, dates=dates)


def _covered(draft: Draft) -> Iterator[Parsed[Estate]]:
    """Iterate over the estates in scope whose class can be told apart."""
    return (parsed for parsed in draft.estates if in_scope(draft, parsed.row) and parsed.sound(*_COHORT_CELLS))


def _with_standard(draft: Draft) -> Iterator[tuple[Parsed[Estate], Standard]]:
    pack = draft.pack
    if pack is None or not draft.firm:
        return
    for parsed in _covered(draft):
        cohort = cohort_found(pack, parsed.row)
        if cohort is not None:
            yield parsed, standard_of(pack, cohort.id)


def cohort_is_clear(draft: Draft, sink: Sink) -> None:
    """Check that each estate in scope falls into a class of the policy; a stated class agrees with the law's dated test."""
    pack = draft.pack
    if pack is None:
        return
    stated = any(cohort.when.cohort for cohort in pack.cohorts)
    for parsed in _covered(draft):
        estate = parsed.row
        cohort = cohort_found(pack, estate)
        if cohort is None:
            _explain_no_cohort(draft, pack, parsed, sink)
        elif draft.firm and not stated and estate.cohort not in ("", cohort.id) and estate.cohort in {c.id for c in pack.cohorts}:
            sink.add("cohort_differs", parsed.at("cohort"), clause=draft.cite(cohort.clause), seen=estate.cohort, found=cohort.id)


def _explain_no_cohort(draft: Draft, pack: PolicyPack, parsed: Parsed[Estate], sink: Sink) -> None:
    estate = parsed.row
    fitting = [
        cohort
        for cohort in pack.cohorts
        if (cohort.when.kinds is None or estate.kind in cohort.when.kinds)
        and (cohort.when.in_programme is None or cohort.when.in_programme == estate.in_programme)
        and (cohort.when.cohort is None or estate.cohort in ("", cohort.when.cohort))
    ]
    for cohort in fitting:
        event = cohort.when.event
        if event is not None and getattr(estate, event) is None and cohort.when.cohort in (None, estate.cohort):
            sink.add("cohort_date_missing", parsed.at(event), clause=draft.cite(cohort.clause), **titled("name", "estates", event))
            return
    words = [cohort.when.cohort for cohort in fitting if cohort.when.cohort]
    if words and not estate.cohort:
        sink.add("cohort_missing", parsed.at("cohort"), clause=draft.cite(fitting[0].clause), allowed=listed(sorted(set(words))))
    elif not (estate.cohort and estate.cohort not in {c.when.cohort for c in pack.cohorts}):
        sink.add("cohort_none", parsed.at(), clause=draft.cite(pack.cohorts[0].clause), **in_words("kind", "estates", "kind", estate.kind))


def cohort_figures_given(draft: Draft, sink: Sink) -> None:
    """Check that estates give the figures their class is measured by: dwellings or households, and total floor area."""
    for parsed, standard in _with_standard(draft):
        if is_exempt(draft, parsed.row):
            continue
        for test in standard.tests:
            clause = draft.cite(test.value.clause)
            if test.test == "floor_area_share" and parsed.row.floor_area_dm2 is None and parsed.sound("floor_area_m2"):
                sink.add("floor_area_missing", parsed.at("floor_area_m2"), clause=clause)
            elif test.test == "per_hundred" and test.per == "household":
                if parsed.row.households is None and parsed.sound("households"):
                    sink.add("households_missing", parsed.at("households"), clause=clause)
            elif test.test == "per_hundred" and parsed.row.dwellings == 0:
                sink.add("dwellings_zero", parsed.at("dwellings"), clause=clause)


def _window_years(pack: PolicyPack) -> int:
    return max((int(exemption.within.value) for exemption in pack.exemptions if exemption.within.unit == "years"), default=-1)


def is_exempt(draft: Draft, estate: Estate) -> bool:
    """Whether the estate is under demolition, or listed for it within the policy's window from the base date."""
    if draft.pack is None or estate.demolition_date is None or not draft.sure("base_date"):
        return False
    years = _window_years(draft.pack)
    return years >= 0 and estate.demolition_date <= exempt_until(draft.settings.base_date, years)


def exceptions_have_reasons(draft: Draft, sink: Sink) -> None:
    """Check that what departs from the rule says why: a longer circle, a demolition."""
    if draft.pack is None:
        return
    exemption = draft.cite(draft.pack.exemptions[0].clause) if draft.pack.exemptions else ""
    for parsed in draft.estates:
        estate = parsed.row
        if not estate.demolition_evidence and is_exempt(draft, estate):
            day = str(estate.demolition_date)
            sink.add("evidence_missing", parsed.at("demolition_evidence"), clause=exemption, seen=day)
        if estate.demolition_evidence and estate.demolition_date is None and parsed.sound("demolition_date"):
            sink.add("demolition_date_missing", parsed.at("demolition_date"), clause=exemption)
    _circle_exceptions(draft, sink)


def _circle_exceptions(draft: Draft, sink: Sink) -> None:
    for parsed in draft.estates:
        if parsed.row.circle_exception_s is not None and not parsed.row.circle_exception_reason:
            clause = next((draft.cite(s.reach.clause) for s in draft.pack.standards if s.reach.mode == "walk"), "") if draft.pack else ""
            sink.add("exception_without_reason", parsed.at("circle_exception_reason"), clause=clause)
    for parsed, standard in _with_standard(draft):
        law, own = reach_s(standard), parsed.row.circle_exception_s
        if law is not None and own is not None and own <= law:
            facts = {"seen": f"{own / 60:g}", "limit": f"{law / 60:g}"}
            sink.add("exception_not_longer", parsed.at("circle_exception_minutes"), clause=draft.cite(standard.reach.clause), **facts)


def figures_agree(draft: Draft, sink: Sink) -> None:
    """Check that dates follow each other, age groups fit into each other, a payment in lieu is whole and known to the law."""
    for parsed in draft.estates:
        estate = parsed.row
        if estate.started and estate.completed and estate.completed < estate.started:
            facts = {"seen": estate.completed.isoformat(), "other": estate.started.isoformat()}
            sink.add("completed_before_start", parsed.at("completed"), **facts)
        for larger, smaller in (("persons", "persons_60"), ("persons_60", "persons_80")):
            more, fewer = getattr(estate, larger), getattr(estate, smaller)
            if more is not None and fewer is not None and fewer > more:
                sink.add("more_than_all", parsed.at(smaller), seen=str(fewer), limit=str(more), **titled("name", "estates", larger))
        _check_in_lieu(draft, parsed, sink)


def _check_in_lieu(draft: Draft, parsed: Parsed[Estate], sink: Sink) -> None:
    estate = parsed.row
    if estate.in_lieu_fen and draft.pack is not None and draft.pack.in_lieu is None:
        sink.add("in_lieu_not_in_law", parsed.at("in_lieu_yuan"))
    if (estate.in_lieu_fen is None) != (estate.in_lieu_year is None) and parsed.sound("in_lieu_yuan", "in_lieu_year"):
        sink.add("in_lieu_incomplete", parsed.at("in_lieu_year" if estate.in_lieu_year is None else "in_lieu_yuan"))


def land_figures_given(draft: Draft, sink: Sink) -> None:
    """Check that where the law sets land per resident, every district with an estate in scope has its number of people."""
    land = draft.pack.land if draft.pack else None
    if land is None or land.state != "enforced" or not draft.firm:
        return
    districts = {parsed.row.district for parsed in draft.estates if in_scope(draft, parsed.row)}
    for district in sorted(districts - set(land.population)):
        facts = {"seen": district, "allowed": listed(land.population)}
        sink.add("district_without_people", draft.key("inputs"), clause=draft.cite(land.clause), **facts)
