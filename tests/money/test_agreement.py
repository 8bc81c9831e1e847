"""The check, which shares no arithmetic with pricing, finds the same lines to the fen on random options with the columns of years."""

from __future__ import annotations

import random
from datetime import timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from siteplanner.audit.outlays import outlays as checked
from siteplanner.audit.reading import read
from siteplanner.explain.nouns import NoPlan
from siteplanner.lifecycle import complete
from siteplanner.money import last_year, outlays, ready_date
from siteplanner.plan import Chosen, Plan
from siteplanner.planner import plan
from siteplanner.scenario.schema import Option, Scenario
from support.random_county import Row, random_county, scenario_of

seeds = st.integers(0, 10**6)
some = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
SCHEDULES = ("", "0:100", "0:30;365:70", "0:33.33;90:33.33;700:33.34", "10:0.5;4000:99.5", "0:20;20:30;40:50")


def in_years(row: Row, rng: random.Random) -> None:
    """Give an option instalments, a lease its term, growth, deposit and end."""
    if row["kind"] == "lease":
        row["term_years"] = str(rng.randint(1, 6))
        row |= {"lease_end": rng.choice(("renew", "end", "end")), "deposit_yuan": str(rng.choice((0, 1234, 9999))),
                "rent_growth": rng.choice(("0", "3.3%", "-2%"))}  # fmt: skip
    elif row.get("price_yuan") or row.get("price_yuan_per_m2"):
        row["useful_life_years"] = rng.choice(("", "3", "40"))
    if any(row.get(key) for key in ("price_yuan", "price_yuan_per_m2", "fit_out_yuan")):
        row["payment_schedule"] = rng.choice(SCHEDULES)
    if row.get("price_yuan") == "0" and not row.get("fit_out_yuan"):
        row["payment_schedule"] = ""


def county(seed: int) -> Scenario:
    """Return a random county with the columns of years, over 2 to 6 years at a rate that is awkward to round."""
    rng = random.Random(seed)
    tree, tables = random_county(seed, periods=1 + seed % 2)
    for row in tables["options"]:
        in_years(row, rng)
    years = rng.randint(3, 6)
    tree["finance"] = {"base_year": "2021", "horizon_years": str(years), "rate": rng.choice(("0", "0.037", "0.25")),
                       "timing": rng.choice(("start", "end")), "grant_delay_days": str(rng.choice((0, 120, 900)))}  # fmt: skip
    return scenario_of(tree, tables)


def with_every_option(scenario: Scenario, found: Plan, rng: random.Random) -> Plan:
    """Return a plan in which every option is started at some area on some day, lawful or not."""
    sites = {site.id: site for site in scenario.sites}

    def started(option: Option) -> Chosen:
        low, high = (option.area_dm2,) * 2 if option.area_dm2 is not None else (option.area_min_dm2 or 0, option.area_max_dm2 or 0)
        area, start = rng.randint(low or 0, high or 0), scenario.settings.base_date + timedelta(days=rng.randint(0, 700))
        return Chosen(
            option=option.id, site=option.site, place=option.site, kind=option.kind, works=option.works,
            township=sites[option.site].township, area_dm2=area, net_area_dm2=area, start=start,
            ready=ready_date(scenario.pack, option, area, start),
        )  # fmt: skip

    return found.model_copy(update={"chosen": tuple(started(option) for option in scenario.options)})


@some
@given(seeds)
def test_the_check_passes_every_plan_with_instalments_and_leases_that_end(seed: int) -> None:
    """A plan that is found has passed the check: ledger, budgets and credits agree; its cash rows add up to its ledger."""
    scenario = county(seed)
    try:
        found = plan(scenario).plan
    except NoPlan as error:
        assert error.explanation.confirmed
        return
    done = complete(scenario, found)
    cash = [line for line in found.ledger if line.cash]
    for funder in ("township", "county"):
        rows = [row for row in done.cash if row.funder == funder]
        assert sum(row.paid_fen for row in rows) == sum(line.fen for line in cash if line.payer == funder)
        assert sum(row.received_fen for row in rows) == sum(line.fen for line in cash if line.receiver == funder)
        assert all(row.net_fen == row.paid_fen - row.received_fen for row in rows)
    assert all(row.year > last_year(scenario.settings.finance) and row.fen > 0 for row in done.commitments)


@some
@given(seeds)
def test_every_option_is_priced_alike_twice(seed: int) -> None:
    """Line by line, pricing and check give the same year, parties, fen and present value for options chosen or not."""
    scenario, rng = county(seed), random.Random(seed)
    try:
        found = plan(scenario).plan
    except NoPlan:
        return
    everything = with_every_option(scenario, found, rng)
    reading = read(scenario, everything, {})
    for item in reading.taken:
        ours = outlays(scenario, item.option, item.row.area_dm2, item.row.start)
        theirs = checked(reading, item)
        assert sorted((n.year, n.kind, n.payer, n.receiver, n.fen, n.pv_fen, n.cash) for n in ours) == sorted(
            (n.year, n.kind, n.payer, n.receiver, n.fen, n.pv_fen, n.cash) for n in theirs
        )
        assert all(n.clause in due.clauses for n in ours for due in checked(reading, item) if (due.kind, due.year) == (n.kind, n.year))


@some
@given(seeds)
def test_instalments_in_and_after_the_horizon_are_the_whole_price(seed: int) -> None:
    """What the ledger holds of price and fit-out and what is owed afterwards add up to the price and fit-out of each option."""
    scenario = county(seed)
    try:
        found = complete(scenario, plan(scenario).plan)
    except NoPlan:
        return
    options = {option.id: option for option in scenario.options}
    for pick in found.chosen:
        option = options[pick.option]
        bare = option.model_copy(update={"payment_schedule": ""})
        whole = sum(n.fen for n in outlays(scenario, bare, pick.area_dm2, pick.start) if n.kind in ("price", "fit_out"))
        inside = sum(n.fen for n in found.ledger if n.option == pick.option and n.kind in ("price", "fit_out"))
        after = sum(n.fen for n in found.commitments if n.option == pick.option and n.kind in ("price", "fit_out"))
        assert inside + after == whole
