"""The toy scenario plans as its README derives by hand, to the fen."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from siteplanner.explain.nouns import NoPlan
from siteplanner.plan import Plan
from siteplanner.planner import plan
from siteplanner.scenario.load import load_scenario

TOY = Path(__file__).parents[2] / "scenarios" / "toy"

BY_HAND = {
    "": (("O01", "O04", "O05"), 224_280_07),
    "day_included": (("O05", "O08"), 130_000_00),
    "small_premises_ignored": (("O01", "O04", "O05", "O06"), 284_280_07),
    "sixteen_minute_circle": (("O01", "O05"), 78_640_00),
    "all_public": (("O01", "O04", "O05"), 354_280_07),
    "budget_exact": (("O01", "O04", "O05"), 224_280_07),
}
LEDGER = [
    (2021, "S01", "township", "market", "fit_out", "TL1", 150_000_00, 150_000_00),
    (2021, "S03", "county", "township", "grant", "TL13", 50_000_00, 50_000_00),
    (2021, "S03", "township", "market", "fit_out", "TL1", 120_000_00, 120_000_00),
    (2021, "S03", "township", "market", "rent", "TL1", 31_000_03, 31_000_03),
    (2021, "S04", "developer", "market", "price", "TL4", 900_000_00, 900_000_00),
    (2022, "S01", "county", "township", "grant", "TL13", 100_000_00, 80_000_00),
    (2022, "S01", "township", "market", "running", "TL1", 6_000_00, 4_800_00),
    (2022, "S03", "township", "market", "rent", "TL1", 31_000_03, 24_800_02),
    (2023, "S01", "township", "market", "running", "TL1", 6_000_00, 3_840_00),
    (2023, "S03", "township", "market", "rent", "TL1", 31_000_03, 19_840_02),
]
"""Year, site, payer, receiver, kind, clause, fen, present value: section 6 of the README."""


def planned(variant: str = "") -> Plan:
    """Return the plan of a variant."""
    return plan(load_scenario(TOY, variant=variant)).plan


@pytest.mark.parametrize("variant", BY_HAND)
def test_optimum_is_the_one_derived_by_hand(variant: str) -> None:
    """Each variant is proven at the options and the present net cost the README derives."""
    options, fen = BY_HAND[variant]
    found = planned(variant)
    assert found.status.status == "optimal"
    assert tuple(row.option for row in found.chosen) == options
    assert round(found.status.levels[0].value) == fen


def test_ledger_is_the_one_worked_out_by_hand() -> None:
    """Every ledger line of the README is there, to the fen, and no other."""
    rows = [(line.year, line.site, line.payer, line.receiver, line.kind, line.clause, line.fen, line.pv_fen) for line in planned().ledger]
    assert sorted(rows) == LEDGER


def test_subsidies_by_funder_and_clause_are_the_ones_worked_out_by_hand() -> None:
    """The county pays 150,000 yuan under TL13, worth 130,000 at the base date, and nobody pays any other subsidy."""
    cash, worth = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for line in planned().ledger:
        if line.kind == "grant":
            cash[line.payer, line.clause] += line.fen
            worth[line.payer, line.clause] += line.pv_fen
    assert cash == {("county", "TL13"): 150_000_00}
    assert worth == {("county", "TL13"): 130_000_00}


def test_needs_are_the_ones_worked_out_by_hand() -> None:
    """Required areas follow the two rounding rules; the estate demolished on the last day of two years is exempt."""
    services = {row.estate: row for row in planned().services}
    assert {key: row.required_dm2 for key, row in services.items()} == {"E01": 19980, "E02": 20020, "E03": 0, "E04": 33000, "E05": 8000}
    assert services["E03"].status == "exempt"
    assert [duty.estate for duty in planned().duties] == ["E03"]


def test_one_fen_short_of_the_budget_leaves_no_plan() -> None:
    """With 269,999.99 yuan of capital in 2021 nothing is left; with 270,000.00 the optimum stands."""
    with pytest.raises(NoPlan):
        planned("budget_one_fen_short")


def test_hand_table_stands_in_the_readme() -> None:
    """The figures tested here are the ones the README shows."""
    text = (TOY / "README.md").read_text(encoding="utf-8")
    shown = (
        {f"{fen / 100:,.2f}" for _, fen in BY_HAND.values()}
        | {f"{row[6] / 100:,.2f}" for row in LEDGER}
        | {f"{row[7] / 100:,.2f}" for row in LEDGER}
    )
    assert sorted(figure for figure in shown if figure not in text) == []
