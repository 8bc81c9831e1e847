"""Cash by funder and year, what is advanced until grants come in, and what is still owed when the horizon is over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from siteplanner.ledger import grant_lines
from siteplanner.money import instalments, is_rented, last_year, payments, price_fen
from siteplanner.plan import NON_CASH_KINDS, Chosen, Line, LineKind, Plan
from siteplanner.scenario.schema import Option, Scenario
from siteplanner.yearly import Cash, Commitment, Owed

_OWED: Mapping[LineKind, Owed] = {"price": "price", "fit_out": "fit_out", "rent": "rent", "running": "running"}
_LONGEST_DELAY_YEARS = 11
"""A grant is paid at most 3,650 days after its room is ready."""


def with_horizon(scenario: Scenario, years: int) -> Scenario:
    """Return the scenario over another number of years."""
    settings = scenario.settings
    finance = settings.finance.model_copy(update={"horizon_years": years})
    return scenario.model_copy(update={"settings": settings.model_copy(update={"finance": finance})})


def commitments(scenario: Scenario, plan: Plan) -> tuple[Commitment, ...]:
    """Return what the chosen options still owe after the horizon, by year, option and kind.

    Instalments to the end of their schedule; rent, and the running cost of rented rooms, to the end of the term that runs when
    the horizon ends. What is not rented, or has no stated term, owes no running cost.
    """
    options = {option.id: option for option in scenario.options}
    found = [row for pick in plan.chosen for row in _owed(scenario, options[pick.option], pick)]
    return tuple(sorted(found, key=lambda row: (row.year, row.option, row.kind)))


def _owed(scenario: Scenario, option: Option, pick: Chosen) -> Iterator[Commitment]:
    finance = scenario.settings.finance
    last = last_year(finance)
    term_end = _term_end(option, pick.start, last)
    paid = [year for year, _ in instalments(option, price_fen(scenario, option, pick.area_dm2), pick.start)]
    until = max([last, term_end, *paid])
    longer = with_horizon(scenario, until - finance.base_year + 1)
    for line in payments(longer, option, pick.area_dm2, pick.start):
        in_term = line.kind in ("price", "fit_out") or line.year <= term_end
        if line.kind in _OWED and last < line.year and in_term:
            yield Commitment(
                site=pick.site, option=pick.option, township=pick.township, year=line.year, payer=line.payer, kind=_OWED[line.kind],
                clause=line.clause, fen=line.fen,
            )  # fmt: skip


def _term_end(option: Option, start: date, last: int) -> int:
    """Return the last year of the term under way in the last year of the horizon; that year itself where no term is stated."""
    term = option.term_years
    if term is None or not is_rented(option):
        return last
    terms = 1 if option.lease_end == "end" else (last - start.year) // term + 1
    return start.year + terms * term - 1


def cash_rows(scenario: Scenario, plan: Plan) -> tuple[Cash, ...]:
    """Return paid, received, net and advanced money of each funder with any cash, for every year of the horizon.

    Funders come in the order of the policy. Over all of them, net is what leaves for the market.
    """
    finance = scenario.settings.finance
    lines = [line for line in plan.ledger if line.cash and line.kind not in NON_CASH_KINDS]
    paid, received = _sums(lines, "payer"), _sums(lines, "receiver")
    advanced = _advanced(scenario, plan)
    known = {funder for funder, _ in (*paid, *received, *advanced)}
    return tuple(
        Cash(
            funder=funder.id,
            year=year,
            paid_fen=paid.get((funder.id, year), 0),
            received_fen=received.get((funder.id, year), 0),
            net_fen=paid.get((funder.id, year), 0) - received.get((funder.id, year), 0),
            advanced_fen=advanced.get((funder.id, year), 0),
        )
        for funder in scenario.pack.funders
        if funder.id in known
        for year in range(finance.base_year, last_year(finance) + 1)
    )


def _sums(lines: Sequence[Line], side: str) -> dict[tuple[str, int], int]:
    found: dict[tuple[str, int], int] = {}
    for line in lines:
        key = (line.payer if side == "payer" else line.receiver, line.year)
        found[key] = found.get(key, 0) + line.fen
    return found


def _advanced(scenario: Scenario, plan: Plan) -> Mapping[tuple[str, int], int]:
    """Return the grants earned but not paid yet at the end of each year, by their receiver."""
    finance = scenario.settings.finance
    longer = with_horizon(scenario, finance.horizon_years + _LONGEST_DELAY_YEARS)
    ready = {pick.option: pick.ready.year for pick in plan.chosen}
    found: dict[tuple[str, int], int] = {}
    for line in grant_lines(longer, plan.chosen, {place.place: place for place in plan.places}):
        for year in range(ready[line.option], min(line.year - 1, last_year(finance)) + 1):
            found[line.receiver, year] = found.get((line.receiver, year), 0) + line.fen
    return found
