"""How every option stands when an earlier plan is carried on, and the scenario that follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from pydantic import TypeAdapter, ValidationError

from siteplanner.carry.table import Ledger, LedgerRow, state_of
from siteplanner.case.case import Case
from siteplanner.case.costing import bounds
from siteplanner.errors import Location
from siteplanner.money import permits_of, ready_date
from siteplanner.plan import Chosen, Plan
from siteplanner.scenario.cells import Day, Dm2
from siteplanner.scenario.earlier import Carried, Earlier
from siteplanner.scenario.schema import Option, Scenario
from siteplanner.scenario.sink import Sink, cite
from siteplanner.units import dm2_to_m2


def carry_on(scenario: Scenario, plan: Plan, plan_sha256: str, ledger: Ledger | None, sink: Sink) -> Scenario:
    """Return the scenario with an earlier plan laid on it.

    What the ledger says is done or committed is locked in with its area and days; what it says is dropped is locked out; the rest
    of the earlier plan is planned. An option that the ledger does not name stands as it stood when the earlier plan was
    itself carried on.

    Parameters
    ----------
    plan, plan_sha256
        The earlier plan and the SHA-256 of its record.
    ledger : Ledger, optional
        Without one everything is still planned.

    Raises
    ------
    InputError
        If the ledger names unknown options or states, an option twice, areas or days that cannot be: every problem at once.
    """
    before = {row.option: row for row in plan.carried_from.rows if row.standing != "planned"} if plan.carried_from else {}
    chosen = {pick.option: pick for pick in plan.chosen}
    rows = {option: Carried(option=option, state="not_started", in_plan=True) for option in chosen}
    rows |= {option: row.model_copy(update={"in_plan": option in chosen}) for option, row in before.items()}
    if ledger is not None:
        stated = _stated(scenario, ledger, chosen, sink)
        _one_a_site(scenario, stated, sink)
        rows |= {option: row for option, (row, _) in stated.items()}
    sink.raise_if_any()
    ordered = tuple(rows[option] for option in sorted(rows))
    return with_earlier(
        scenario,
        Earlier(plan_sha256=plan_sha256, file=ledger.file if ledger else "", sha256=ledger.sha256 if ledger else "", rows=ordered),
    )


def refuse_unlawful(case: Case) -> None:
    """Refuse what is done or committed but cannot stand in a lawful plan.

    Raises
    ------
    InputError
        If such an option breaks a rule for rooms by itself, with the clause.
    """
    earlier = case.scenario.earlier
    fixed = {row.option for row in earlier.rows if row.fixed} if earlier else set()
    offered = {offer.option for offer in case.offers}
    rejected = {row.option: row for row in case.rejected}
    sink = Sink()
    for option in sorted(fixed - offered):
        row = rejected.get(option)
        facts = {"rule_zh": row.facts["rule_zh"], "rule_en": row.facts["rule_en"]} if row and "rule_zh" in row.facts else {}
        code = "carry_unlawful" if facts else "carry_counts_for_nothing"
        where = Location(earlier.file if earlier else "", row_id=option)
        sink.add(code, where, clause=cite(case.scenario.pack, row.clause) if row else "", option=option, **facts)
    sink.raise_if_any()


def with_earlier(scenario: Scenario, earlier: Earlier) -> Scenario:
    """Return the scenario with what an earlier plan fixed or gave up written into its options."""
    rows = {row.option: row for row in earlier.rows}
    options = tuple(_standing(scenario, option, rows.get(option.id)) for option in scenario.options)
    return scenario.model_copy(update={"options": options, "earlier": earlier})


def _standing(scenario: Scenario, option: Option, row: Carried | None) -> Option:
    if row is None:
        return option
    if row.standing == "dropped":
        return option.model_copy(update={"lock": "out"})
    if not row.fixed or row.area_dm2 is None or row.start is None:
        # A lock of the options table speaks of the plan from scratch, and still holds.
        return option
    fixed = option.model_copy(
        update={"lock": "in", "area_dm2": row.area_dm2, "area_min_dm2": None, "area_max_dm2": None, "first_start": None}
    )
    if row.ready is None:
        return fixed
    paper_days = sum(permit.days for permit in permits_of(scenario.pack, option, row.area_dm2))
    return fixed.model_copy(update={"lead_days": (row.ready - row.start).days - paper_days})


def _stated(scenario: Scenario, ledger: Ledger, chosen: Mapping[str, Chosen], sink: Sink) -> dict[str, tuple[Carried, LedgerRow]]:
    """Return the standing of every option that the ledger names, with its row."""
    options = {option.id: option for option in scenario.options}
    found: dict[str, tuple[Carried, LedgerRow]] = {}
    for row in ledger.rows:
        state = state_of(row, sink)
        if row.option in found:
            sink.add("carry_twice", row.at("option"), seen=row.option, other=str(found[row.option][1].at()))
            continue
        carried = Carried(option=row.option, state=state or "not_started", in_plan=row.option in chosen)
        if row.option not in options and (row.option not in chosen or carried.fixed):
            sink.add_unknown("carry_option", row.at("option"), row.option, [*options, *chosen])
            continue
        if carried.fixed:
            carried = _fixed(scenario, options[row.option], carried, (row, chosen.get(row.option)), sink)
        found[row.option] = carried, row
    return found


def _fixed(scenario: Scenario, option: Option, carried: Carried, source: tuple[LedgerRow, Chosen | None], sink: Sink) -> Carried:
    """Return a standing with its area and days: the ledger's, else the earlier plan's."""
    row, pick = source
    area = _area(option, row, pick, sink)
    start = _day(row, "start", sink) or (pick.start if pick else None)
    if start is None and "start" not in row.cells:
        sink.add("carry_start_missing", row.at("start"), option=option.id)
    if area is None or start is None:
        return carried
    done_on = _day(row, "done_on", sink) if carried.standing == "done" else None
    usual = ready_date(scenario.pack, option, area, start)
    ready = done_on or _day(row, "ready", sink) or usual
    if ready < start:
        key = "done_on" if done_on else "ready"
        sink.add("carry_ready_before_start", row.at(key), seen=ready.isoformat(), start=start.isoformat())
    return carried.model_copy(update={"area_dm2": area, "start": start, "ready": None if ready == usual else ready})


def _area(option: Option, row: LedgerRow, pick: Chosen | None, sink: Sink) -> int | None:
    """Return the area in dm²; None where it is not known or cannot be."""
    low, high = bounds(option)
    facts = {"option": option.id, "least": f"{dm2_to_m2(low):.2f}", "greatest": f"{dm2_to_m2(high):.2f}"}
    text = row.cells.get("area", "")
    if not text and pick is None and low < high:
        sink.add("carry_area_missing", row.at("area"), **facts)
        return None
    try:
        area = TypeAdapter[int](Dm2).validate_python(text) if text else pick.area_dm2 if pick else low
    except ValidationError:
        area = -1
    if low <= area <= high:
        return area
    sink.add("carry_area", row.at("area"), seen=text or (f"{dm2_to_m2(pick.area_dm2):.2f}" if pick else "-"), **facts)
    return None


def _day(row: LedgerRow, key: str, sink: Sink) -> date | None:
    text = row.cells.get(key, "")
    try:
        return TypeAdapter[date](Day).validate_python(text) if text else None
    except ValidationError:
        sink.add("carry_day", row.at(key), seen=text)
        return None


def _one_a_site(scenario: Scenario, stated: Mapping[str, tuple[Carried, LedgerRow]], sink: Sink) -> None:
    """Refuse two options of one site (or building) that both stand fixed: one of them cannot be true."""
    options = {option.id: option for option in scenario.options}
    group = {site.id: site.building_group or site.id for site in scenario.sites}
    first: dict[str, str] = {}
    for option, row in _in_order(stated.values()):
        spot = group.get(options[option].site, options[option].site)
        if spot in first:
            sink.add("carry_same_site", row.at("state"), seen=option, other=first[spot], site=options[option].site)
        first.setdefault(spot, option)


def _in_order(stated: Iterable[tuple[Carried, LedgerRow]]) -> list[tuple[str, LedgerRow]]:
    return [(row.option, row) for carried, row in stated if carried.fixed]
