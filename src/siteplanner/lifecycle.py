"""What each option costs over its life: present and equivalent annual cost, and where a lease overtakes a purchase."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext

from siteplanner.cashflow import cash_rows, commitments, with_horizon
from siteplanner.money import CashLine, earned_grants, net_pv, outlays, payments, ready_date, residuals
from siteplanner.plan import Plan
from siteplanner.scenario.schema import Finance, Option, Scenario, Site
from siteplanner.units import half_up
from siteplanner.yearly import BreakEven, Lifecycle

LONGEST_YEARS = 60
HIGHEST_RATE = Decimal("0.5")
ALL_PUBLIC = "all_public"
_PRECISION = 50
_STEPS = 40
"""Halvings of the range of rates: far below a ten-thousandth."""
_PLACES = 10_000


@dataclass(frozen=True, slots=True)
class Trial:
    """An option as it is compared: at its least area, on the first day it may start; ``place_dm2`` is its place's gross area."""

    option: Option
    site: Site
    area_dm2: int
    place_dm2: int
    start: date


def complete(scenario: Scenario, plan: Plan) -> Plan:
    """Return the plan with lifecycle costs, break-evens, commitments after the horizon and cash rows; nothing else changes."""
    public = frozenset(funder.id for funder in scenario.pack.funders if funder.public)
    funders = public if plan.perspective == ALL_PUBLIC else frozenset({plan.perspective})
    sites = {site.id: site for site in scenario.sites}
    trials = [trial_of(scenario, option, sites[option.site]) for option in sorted(scenario.options, key=lambda o: o.id)]
    started = frozenset(pick.option for pick in plan.chosen)
    addenda = {
        "lifecycles": tuple(_lifecycle(scenario, trial, funders, public, trial.option.id in started) for trial in trials),
        "break_evens": break_evens(scenario, trials, funders),
        "commitments": commitments(scenario, plan),
        "cash": cash_rows(scenario, plan),
    }
    return plan.model_copy(update=addenda)


def trial_of(scenario: Scenario, option: Option, site: Site | None = None) -> Trial:
    """Return an option at its least area and first start, in the place it makes with the premises it extends.

    `site` is the option's, looked up where it is not given.
    """
    area = option.area_dm2 if option.area_dm2 is not None else option.area_min_dm2 or 0
    periods = sorted(scenario.settings.periods or (scenario.settings.base_date,))
    start = next((day for day in periods if option.first_start is None or day >= option.first_start), option.first_start or periods[-1])
    site = site or next(each for each in scenario.sites if each.id == option.site)
    return Trial(option, site, area, area + _extended_dm2(scenario, option), start)


def _extended_dm2(scenario: Scenario, option: Option) -> int:
    """Return the area that counts of the premises an option adds to, dm²."""
    kinds = {kind.id: kind.area for kind in scenario.pack.premises_kinds}
    for room in scenario.premises:
        if room.id == option.extends:
            return {"whole": room.area_dm2, "set_aside": room.set_aside_dm2 or 0, "none": 0}[kinds[room.kind]]
    return 0


def cash_lines(scenario: Scenario, trial: Trial) -> tuple[CashLine, ...]:
    """Return every line of an option in the horizon, with the grants it earns by itself."""
    return outlays(scenario, trial.option, trial.area_dm2, trial.start) + _grants(scenario, trial)


def _grants(scenario: Scenario, trial: Trial) -> tuple[CashLine, ...]:
    ready = ready_date(scenario.pack, trial.option, trial.area_dm2, trial.start)
    return earned_grants(scenario, trial.option, trial.site, trial.place_dm2, ready)


def annual_cost(npv_fen: int, finance: Finance) -> int:
    """Return the equal payment in each year of the horizon that is worth a present cost, half-up to the fen.

    npv × r / (1 − (1 + r)^−n), paid at the ends of years; at their beginnings that over 1 + r; npv / n at a rate of 0.
    """
    years, rate = finance.horizon_years, finance.rate
    if rate == 0:
        return half_up(Decimal(npv_fen) / years)
    with localcontext() as context:
        context.prec = _PRECISION
        growth = (1 + rate) ** years
        factor = rate * growth / (growth - 1)
        return half_up(npv_fen * (factor / (1 + rate) if finance.timing == "start" else factor))


def _lifecycle(scenario: Scenario, trial: Trial, funders: frozenset[str], public: frozenset[str], chosen: bool) -> Lifecycle:
    option, finance = trial.option, scenario.settings.finance
    lines = cash_lines(scenario, trial)
    own, everybody = net_pv(lines, funders), net_pv(lines, public)
    return Lifecycle(
        option=option.id,
        site=option.site,
        township=trial.site.township,
        kind=option.kind,
        works=option.works,
        area_dm2=trial.area_dm2,
        start=trial.start,
        chosen=chosen,
        npv_fen=own,
        npv_public_fen=everybody,
        annual_fen=annual_cost(own, finance),
        annual_public_fen=annual_cost(everybody, finance),
    )


def break_evens(scenario: Scenario, trials: Sequence[Trial], funders: frozenset[str]) -> tuple[BreakEven, ...]:
    """Return every lease of a site against every purchase of it, by site and option ids."""
    by_site: dict[str, list[Trial]] = defaultdict(list)
    for trial in trials:
        if trial.option.kind in ("lease", "purchase"):
            by_site[trial.option.site].append(trial)
    found = []
    for site, both in sorted(by_site.items()):
        leases = [trial for trial in both if trial.option.kind == "lease"]
        purchases = [trial for trial in both if trial.option.kind == "purchase"]
        if leases and purchases:
            courses = {trial.option.id: costs_by_years(scenario, trial, funders) for trial in both}
            found += [_break_even(scenario, site, lease, purchase, courses, funders) for lease in leases for purchase in purchases]
    return tuple(found)


def _break_even(
    scenario: Scenario, site: str, lease: Trial, purchase: Trial, courses: Mapping[str, Sequence[int]], funders: frozenset[str]
) -> BreakEven:
    horizon = scenario.settings.finance.horizon_years
    rented, bought = courses[lease.option.id], courses[purchase.option.id]
    apart: dict[int, int] = defaultdict(int)
    for trial, sign in ((lease, 1), (purchase, -1)):
        for line in cash_lines(scenario, trial):
            side = (line.payer in funders) - (line.receiver in funders)
            apart[line.year - scenario.settings.finance.base_year] += sign * side * line.fen
    return BreakEven(
        site=site,
        lease=lease.option.id,
        purchase=purchase.option.id,
        lease_npv_fen=rented[horizon - 1],
        purchase_npv_fen=bought[horizon - 1],
        years=next((n for n, (a, b) in enumerate(zip(rented, bought, strict=True), start=1) if a > b), None),
        rate=equal_rate(apart),
    )


def costs_by_years(scenario: Scenario, trial: Trial, funders: frozenset[str]) -> tuple[int, ...]:
    """Return the present net cost of an option over 1, 2, … 60 years, fen.

    Payments of the longest horizon are summed up year by year; only what is left at the end is worked out for each length.
    """
    longest, first = with_horizon(scenario, LONGEST_YEARS), scenario.settings.finance.base_year
    by_year: dict[int, list[CashLine]] = defaultdict(list)
    for line in (*payments(longest, trial.option, trial.area_dm2, trial.start), *_grants(longest, trial)):
        by_year[line.year].append(line)
    found, paid = [], 0
    for last in range(first, first + LONGEST_YEARS):
        paid += net_pv(by_year[last], funders)
        found.append(paid + net_pv(residuals(scenario, trial.option, trial.area_dm2, trial.start, last), funders))
    return tuple(found)


def equal_rate(flows: Mapping[int, int]) -> str:
    """Return the rate in [0, 0.5] at which flows (year from the base year → fen) are worth nothing, by bisection.

    Returns
    -------
    str
        A decimal text of four places, half-up; empty where their worth has the same sign at both ends.
    """
    low, high = Decimal(0), HIGHEST_RATE
    with localcontext() as context:
        context.prec = _PRECISION
        at_low, at_high = _worth(flows, low), _worth(flows, high)
        if at_low == 0 == at_high or at_low * at_high > 0:
            return ""
        if at_low == 0:
            high = low
        for _ in range(_STEPS):
            middle = (low + high) / 2
            low, high = (middle, high) if _worth(flows, middle) * at_low > 0 else (low, middle)
        return f"{Decimal(half_up((low + high) / 2 * _PLACES)) / _PLACES:.4f}"


def _worth(flows: Mapping[int, int], rate: Decimal) -> Decimal:
    """Return Σ fen / (1 + rate)^year."""
    worth, factor = Decimal(0), 1 / (1 + rate)
    for year in range(max(flows, default=0), -1, -1):
        worth = worth * factor + flows.get(year, 0)
    return worth
