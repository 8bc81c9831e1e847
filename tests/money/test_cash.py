"""Cash by funder and year, money advanced until grants come in, and what is still owed after the horizon, by hand."""

from __future__ import annotations

import pytest

from money.county import Row, fen, planned, tonglu
from siteplanner.lifecycle import complete
from siteplanner.plan import Plan
from siteplanner.report.names import Names
from siteplanner.report.tables import plan_tables
from siteplanner.scenario.schema import Scenario

LEASE: Row = {
    "option": "O1", "kind": "lease", "works": "conversion", "rent_yuan_per_year": "60000", "rent_growth": "3%", "fit_out_yuan": "80000",
    "running_yuan_per_year": "6000", "lead_days": "60", "term_years": "3",
}  # fmt: skip


def done(scenario: Scenario) -> Plan:
    """Return the completed plan."""
    return complete(scenario, planned(scenario))


def owed(found: Plan) -> list[tuple[int, str, int]]:
    """Return what is owed after the horizon: year, kind, fen."""
    return [(row.year, row.kind, row.fen) for row in found.commitments]


def test_a_renewed_lease_owes_to_the_end_of_its_current_term() -> None:
    """Terms of three years run 2021-2023 and 2024-2026, so one more year is owed after 2025: 60,000 × 1.03^5 and running cost.

    60,000 × 1.159274... = 69,556.4444..., half-up 69,556.44.
    """
    assert owed(done(tonglu(LEASE))) == [(2026, "rent", fen("69,556.44")), (2026, "running", fen("6,000"))]


@pytest.mark.parametrize(("term", "ends", "years"), [("5", "renew", []), ("7", "end", [2026, 2027]), ("2", "end", []), ("", "renew", [])])
def test_what_is_owed_stops_with_the_term(term: str, ends: str, years: list[int]) -> None:
    """A term that ends with the horizon or before owes nothing, one that ends for good owes to its end, no term owes nothing."""
    found = done(tonglu(LEASE | {"term_years": term, "lease_end": ends}))
    assert [row.year for row in found.commitments if row.kind == "rent"] == years


def test_a_purchase_owes_its_instalments_and_no_running_cost() -> None:
    """Only what is contracted is owed: the last third of the price in 2027, not the running cost of the years after."""
    row = {"option": "O1", "kind": "purchase", "works": "none", "price_yuan": "1000000", "running_yuan_per_year": "9000",
           "payment_schedule": "0:33.33;365:33.33;2000:33.34"}  # fmt: skip
    assert owed(done(tonglu(row))) == [(2027, "price", fen("333,400"))]


def test_cash_by_year_and_the_grant_that_comes_late() -> None:
    """Ready on 2022-02-11, the grant of 100,000 comes 700 days later, on 2024-01-12: advanced at the ends of 2022 and 2023.

    The township pays 60,000 + 80,000; 61,800 + 6,000; 63,654 + 6,000; 65,563.62 + 6,000 less 100,000; 67,530.53 + 6,000.
    """
    found = done(tonglu(LEASE, grant_delay_days="700"))
    rows = {(row.funder, row.year): (row.paid_fen, row.received_fen, row.net_fen, row.advanced_fen) for row in found.cash}
    late = fen("100,000")
    assert rows == {
        ("township", 2021): (fen("140,000"), 0, fen("140,000"), 0),
        ("township", 2022): (fen("67,800"), 0, fen("67,800"), late),
        ("township", 2023): (fen("69,654"), 0, fen("69,654"), late),
        ("township", 2024): (fen("71,563.62"), late, fen("−28,436.38"), 0),
        ("township", 2025): (fen("73,530.53"), 0, fen("73,530.53"), 0),
        **{("county", year): (late, 0, late, 0) if year == 2024 else (0, 0, 0, 0) for year in range(2021, 2026)},
    }


def test_a_grant_that_comes_after_the_horizon_is_advanced_to_its_end() -> None:
    """With 3,650 days of delay no grant line stands in the ledger, but the township has advanced it from 2022 on."""
    found = done(tonglu(LEASE, grant_delay_days="3650"))
    assert "grant" not in {line.kind for line in found.ledger}
    assert [row.advanced_fen for row in found.cash if row.funder == "township"] == [0, *[fen("100,000")] * 4]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tables_show_what_the_record_holds(lang: str) -> None:
    """Lifecycle costs, break-evens, cash and commitments stand in tables of their own, sums from the ledger agreeing with the record."""
    purchase = {"option": "O2", "kind": "purchase", "works": "none", "price_yuan": "900000"}
    scenario = tonglu(LEASE, purchase, grant_delay_days="700")
    found = done(scenario)
    tables = plan_tables(Names(scenario, found, "zh" if lang == "zh" else "en"))
    assert tables["lifecycles"].values("annual_cost") == [row.annual_fen for row in found.lifecycles]
    assert tables["break_evens"].values("even_years") == [row.years for row in found.break_evens] != [None]
    for key, field in (("pays", "paid_fen"), ("gets", "received_fen"), ("net_cash", "net_fen"), ("advanced", "advanced_fen")):
        assert tables["cash"].values(key) == [getattr(row, field) for row in found.cash]
    assert tables["cash"].total("net_cash") == tables["funding"].total("public_net")
    assert tables["commitments"].total("amount") == sum(row.fen for row in found.commitments) > 0
    empty = found.model_copy(update=dict.fromkeys(("lifecycles", "break_evens", "cash", "commitments"), ()))
    bare = plan_tables(Names(scenario, empty, "zh"))
    assert not {"lifecycles", "break_evens", "cash", "commitments"} & set(bare)
