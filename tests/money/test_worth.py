"""Present and equivalent annual values agree with numpy-financial, and move with rate and time as they must."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import numpy_financial as npf
from hypothesis import given, settings
from hypothesis import strategies as st

from money.county import Row, tonglu
from siteplanner.cashflow import with_horizon
from siteplanner.lifecycle import annual_cost, cash_lines, costs_by_years, trial_of
from siteplanner.money import instalments, net_pv, outlays, present_value
from siteplanner.scenario.schema import Finance, Scenario

TOWNSHIP = frozenset({"township"})
rates = st.integers(0, 5000).map(lambda n: Decimal(n) / 10_000)
amounts = st.integers(-(10**11), 10**11)
timings = st.sampled_from(["start", "end"])
some = settings(max_examples=200, deadline=None, derandomize=True)


def finance(rate: Decimal, timing: str, years: int) -> Finance:
    """Return the terms of a horizon from 2020 on."""
    return Finance.model_validate({"base_year": "2020", "horizon_years": str(years), "rate": str(rate), "timing": timing})


def own_cost(scenario: Scenario, option: int = 0) -> int:
    """Return what an option of a scenario costs the township at present, fen."""
    return net_pv(cash_lines(scenario, trial_of(scenario, scenario.options[option])), TOWNSHIP)


@some
@given(rates, timings, st.lists(amounts, min_size=1, max_size=60))
def test_present_value_of_cash_flows_is_npv(rate: Decimal, timing: str, flows: list[int]) -> None:
    """Each flow agrees within half a fen, so a sum of n rounded lines agrees within n halves; sums over years are exact."""
    terms = finance(rate, timing, len(flows))
    at_start = [0.0] * (timing == "end") + [float(flow) for flow in flows]
    lines = [present_value(flow, 2020 + n, terms) for n, flow in enumerate(flows)]
    for n, (flow, line) in enumerate(zip(flows, lines, strict=True)):
        alone = [0.0] * (n + (timing == "end")) + [float(flow)]
        assert abs(npf.npv(float(rate), alone) - line) <= 0.51
    assert abs(npf.npv(float(rate), at_start) - sum(lines)) <= 0.51 * len(flows)


@some
@given(rates, timings, st.integers(1, 60), amounts)
def test_annual_cost_is_the_payment_of_an_annuity(rate: Decimal, timing: str, years: int, npv: int) -> None:
    """The equivalent annual cost is what numpy-financial pays off the present cost with, to the fen."""
    # Present cost counts from the beginning of the base year: payments at the ends of years are an ordinary annuity.
    when = "begin" if timing == "start" else "end"
    assert abs(-npf.pmt(float(rate), years, float(npv), 0, when) - annual_cost(npv, finance(rate, timing, years))) <= 0.51


@some
@given(rates, timings, st.integers(1, 30), st.integers(1, 10**9))
def test_equal_yearly_payments_have_themselves_as_annual_cost(rate: Decimal, timing: str, years: int, fen: int) -> None:
    """What is paid alike in every year is its own equivalent annual cost, but for the rounding of its lines."""
    terms = finance(rate, timing, years)
    npv = sum(present_value(fen, 2020 + n, terms) for n in range(years))
    # A horizon's lines are off by at most half a fen each; at a high rate one of them counts up to a rate's share a year.
    assert abs(annual_cost(npv, terms) - fen) <= 1 + years // 2


@settings(some, max_examples=100)
@given(st.integers(-(10**11), 10**11), st.lists(st.integers(1, 10**6), min_size=1, max_size=6))
def test_instalments_make_up_the_whole(total: int, weights: list[int]) -> None:
    """Whatever the percentages, instalments add up to the amount, and all but the last are their share half-up."""
    percents = [Decimal(100 * w) / sum(weights) for w in weights[:-1]]
    percents = [p.quantize(Decimal("0.000001")) for p in percents]
    percents.append(100 - sum(percents, Decimal(0)))
    if any(p <= 0 for p in percents):
        return
    schedule = ";".join(f"{300 * n}:{p:f}" for n, p in enumerate(percents))
    row = {"option": "O1", "kind": "purchase", "works": "none", "price_yuan": "1", "payment_schedule": schedule}
    scenario = tonglu(row)
    parts = instalments(scenario.options[0], total, scenario.settings.base_date)
    assert sum(fen for _, fen in parts) == total
    for (_, fen), percent in zip(parts[:-1], percents, strict=False):
        assert abs(Decimal(total) * percent / 100 - fen) <= Decimal("0.5")


@settings(some, max_examples=40)
@given(st.integers(1, 10**6), st.integers(1, 10**5), st.integers(0, 10**5), st.integers(1, 8))
def test_a_higher_rate_never_raises_what_is_only_paid(price: int, rent: int, running: int, years: int) -> None:
    """Outlays that are all at once or later are worth less at a higher rate; price now against rent later is no exception."""
    rows: list[Row] = [
        {"option": "O1", "kind": "purchase", "works": "none", "price_yuan": str(price), "running_yuan_per_year": str(running)},
        {"option": "O2", "kind": "lease", "works": "none", "rent_yuan_per_year": str(rent)},
    ]
    counties = [tonglu(*rows, rate=rate, horizon_years=str(years)) for rate in ("0", "0.01", "0.05", "0.2", "0.5")]
    for option in (0, 1):
        assert all(own_cost(low, option) >= own_cost(high, option) for low, high in pairwise(counties))
    bare = [tonglu({**rows[0], "running_yuan_per_year": ""}, rows[1], rate=rate) for rate in ("0", "0.05", "0.5")]
    assert all(own_cost(a, 1) - own_cost(a, 0) >= own_cost(b, 1) - own_cost(b, 0) for a, b in pairwise(bare))


@settings(some, max_examples=40)
@given(st.integers(1, 10**6), st.integers(0, 1400))
def test_paying_later_never_costs_more(price: int, days: int) -> None:
    """Putting half of a price off, without a stated life, never raises its present cost."""
    row = {"option": "O1", "kind": "purchase", "works": "none", "price_yuan": str(price)}
    at_once = own_cost(tonglu(row))
    put_off = own_cost(tonglu(row | {"payment_schedule": f"0:50;{days + 1}:50"}))
    # Two lines are rounded where one was.
    assert put_off <= at_once + 1


@settings(some, max_examples=40)
@given(st.integers(1, 10**5), st.integers(0, 10**5), st.integers(1, 9), rates)
def test_a_lease_that_ends_never_costs_more_than_a_renewed_one(rent: int, deposit: int, term: int, rate: Decimal) -> None:
    """Rent stops and the deposit is back no later: ending is never dearer."""
    row = {"option": "O1", "kind": "lease", "works": "none", "rent_yuan_per_year": str(rent), "deposit_yuan": str(deposit),
           "term_years": str(term)}  # fmt: skip
    ending = own_cost(tonglu(row | {"lease_end": "end"}, rate=str(rate)))
    assert ending <= own_cost(tonglu(row, rate=str(rate)))


@settings(some, max_examples=30)
@given(st.integers(1, 10**6), st.integers(1, 10**5), st.integers(1, 60), st.sampled_from(["", "0:40;400:60"]), timings)
def test_costs_by_years_are_those_of_each_horizon(price: int, rent: int, life: int, schedule: str, timing: str) -> None:
    """Summing up the longest horizon year by year gives what pricing each horizon by itself gives."""
    rows: list[Row] = [
        {"option": "O1", "kind": "purchase", "works": "conversion", "price_yuan": str(price), "fit_out_yuan": "5000",
         "useful_life_years": str(life), "payment_schedule": schedule, "lead_days": "200"},
        {"option": "O2", "kind": "lease", "works": "none", "rent_yuan_per_year": str(rent), "deposit_yuan": "900", "term_years": "7",
         "lease_end": "end"},
    ]  # fmt: skip
    scenario = tonglu(*rows, timing=timing)
    for number in (0, 1):
        course = costs_by_years(scenario, trial_of(scenario, scenario.options[number]), TOWNSHIP)
        for years in (1, 2, 3, 6, 7, 8, 23, 60):
            assert course[years - 1] == own_cost(with_horizon(scenario, years), number)


def test_nothing_is_priced_that_starts_after_the_horizon() -> None:
    """An option that starts when the horizon is over has no line at all, not even residual value."""
    row = {"option": "O1", "kind": "purchase", "works": "none", "price_yuan": "1000", "useful_life_years": "9"}
    scenario = tonglu(row)
    later = trial_of(scenario, scenario.options[0]).start.replace(year=2026)
    assert outlays(scenario, scenario.options[0], 30_000, later) == ()
