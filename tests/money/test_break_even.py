"""Where a lease overtakes a purchase: against hand figures, against every horizon, and against the sign of the difference."""

from __future__ import annotations

from decimal import Decimal

import numpy_financial as npf
from hypothesis import given, settings
from hypothesis import strategies as st

from money.county import Row, fen, planned, tonglu
from siteplanner.cashflow import with_horizon
from siteplanner.lifecycle import break_evens, cash_lines, complete, equal_rate, trial_of
from siteplanner.money import net_pv
from siteplanner.scenario.schema import Scenario
from siteplanner.yearly import BreakEven

TOWNSHIP = frozenset({"township"})
LEASE: Row = {"option": "O1", "kind": "lease", "works": "none", "rent_yuan_per_year": "60000"}
PURCHASE: Row = {"option": "O2", "kind": "purchase", "works": "none", "price_yuan": "300000"}


def compared(scenario: Scenario) -> BreakEven:
    """Return the one comparison of a county."""
    (found,) = break_evens(scenario, [trial_of(scenario, option) for option in scenario.options], TOWNSHIP)
    return found


def test_six_rents_against_a_price_of_five() -> None:
    """Five rents of 60,000 equal 300,000 at a rate of 0, so the sixth year is the first that is dearer.

    At 5 % from the beginnings of years rents are worth 60,000; 57,142.86; 54,421.77; 51,830.26; 49,362.15; 47,011.57: five
    272,757.04, six 319,768.61. Six rents are worth 300,000 where the five after the first are worth four: at 7.93 %.
    """
    assert compared(tonglu(LEASE, PURCHASE, rate="0", horizon_years="6")).years == 6
    found = compared(tonglu(LEASE, PURCHASE, horizon_years="6"))
    assert (found.years, found.rate) == (6, "0.0793")
    assert (found.lease_npv_fen, found.purchase_npv_fen) == (fen("319,768.61"), fen("300,000"))
    assert compared(tonglu(LEASE, PURCHASE, horizon_years="5")).lease_npv_fen == fen("272,757.04")


def test_a_lease_that_is_never_dearer_has_no_year_and_no_rate() -> None:
    """A lease that ends after one year stays below any purchase for ever; where one is always dearer no rate makes them equal."""
    short = compared(tonglu(LEASE | {"term_years": "1", "lease_end": "end"}, PURCHASE))
    assert (short.years, short.rate) == (None, "")
    dear = compared(tonglu(LEASE | {"rent_yuan_per_year": "300001"}, PURCHASE, horizon_years="1"))
    assert (dear.years, dear.rate) == (1, "")


def test_rates_at_the_ends_of_the_range() -> None:
    """Equal costs at a rate of exactly 0 or 0.5 are found; equal costs at every rate are no break-even."""
    assert equal_rate({0: -100, 1: 100}) == "0.0000"
    assert equal_rate({0: -100, 1: 150}) == "0.5000"
    assert equal_rate({0: -100, 1: 151}) == ""
    assert equal_rate({}) == equal_rate({3: 0}) == ""


def test_every_lease_meets_every_purchase_of_its_site() -> None:
    """Two leases and a purchase of one site make two rows; a swap beside them makes none."""
    swap = {"option": "O4", "kind": "swap", "works": "none", "price_yuan": "1"}
    scenario = tonglu(LEASE, PURCHASE, LEASE | {"option": "O3", "rent_yuan_per_year": "10"}, swap)
    found = complete(scenario, planned(scenario))
    assert [(row.site, row.lease, row.purchase) for row in found.break_evens] == [("S1", "O1", "O2"), ("S1", "O3", "O2")]
    assert {row.option: row.chosen for row in found.lifecycles} == {"O1": False, "O2": False, "O3": False, "O4": True}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.integers(1, 200_000), st.integers(0, 10), st.integers(0, 50_000), st.integers(1, 900_000), st.sampled_from(["", "20", "50"]),
    st.sampled_from(["", "0:30;500:70"]), st.integers(0, 800).map(lambda n: Decimal(n) / 10_000), st.integers(1, 30),
    st.sampled_from(["renew", "end"]),
)  # fmt: skip
def test_break_even_is_what_trying_every_length_and_rate_gives(
    rent: int, growth: int, deposit: int, price: int, life: str, schedule: str, rate: Decimal, years: int, lease_end: str
) -> None:
    """The year is the first of sixty horizons priced one by one; at the rate the difference changes its sign."""
    rows: list[Row] = [
        LEASE | {"rent_yuan_per_year": str(rent), "rent_growth": f"{growth}%", "deposit_yuan": str(deposit), "term_years": "11",
                 "lease_end": lease_end, "works": "conversion", "fit_out_yuan": "2000", "lead_days": "30"},
        PURCHASE | {"price_yuan": str(price), "useful_life_years": life, "payment_schedule": schedule},
    ]  # fmt: skip

    scenario = tonglu(*rows, rate=str(rate), horizon_years=str(years))

    def costs(horizon: int) -> list[int]:
        county = with_horizon(scenario, horizon)
        return [net_pv(cash_lines(county, trial_of(county, option)), TOWNSHIP) for option in county.options]

    found = compared(scenario)
    dearer = [horizon for horizon in range(1, 61) if (pair := costs(horizon))[0] > pair[1]]
    assert found.years == (dearer[0] if dearer else None)
    assert [found.lease_npv_fen, found.purchase_npv_fen] == costs(years)
    flows = [0.0] * years
    for option, sign in zip(scenario.options, (1, -1), strict=True):
        for line in cash_lines(scenario, trial_of(scenario, option)):
            flows[line.year - 2021] += sign * line.fen * ((line.payer == "township") - (line.receiver == "township"))

    def apart(at: float) -> float:
        return float(npf.npv(at, flows))

    if found.rate:
        assert apart(float(found.rate) - 0.00011) * apart(float(found.rate) + 0.00011) <= 0
    else:
        assert apart(0.0) * apart(0.5) > 0 or not any(flows)
