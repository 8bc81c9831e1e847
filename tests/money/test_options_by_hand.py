"""One option of each kind over five years, every line worked out by hand: years 2021 to 2025, 5 %, 1.05^-4 = 0.822702474792."""

from __future__ import annotations

from money.county import Row, Stated, fen, in_fen, net, planned, told, tonglu, weihai
from siteplanner import lifecycle
from siteplanner.scenario.schema import Scenario

RUNNING: Stated = [
    (2022, "running", "6,000", "5,714.29"),
    (2023, "running", "6,000", "5,442.18"),
    (2024, "running", "6,000", "5,183.03"),
    (2025, "running", "6,000", "4,936.21"),
]
LEASE: Row = {
    "option": "O1", "kind": "lease", "works": "conversion", "rent_yuan_per_year": "60000", "rent_growth": "3%", "deposit_yuan": "10000",
    "fit_out_yuan": "80000", "running_yuan_per_year": "6000", "lead_days": "60", "term_years": "2",
}  # fmt: skip


def agrees(scenario: Scenario, option: str, stated: Stated, payer: str, cost: str, public: str) -> None:
    """Assert that the plan's ledger holds exactly these lines, and that plan and lifecycle both cost what they add up to."""
    found = planned(scenario)
    assert told(found.ledger, option) == in_fen(stated)
    assert net(tuple(line for line in found.ledger if line.option == option), payer) == fen(cost)
    row = next(row for row in lifecycle.complete(scenario, found).lifecycles if row.option == option)
    assert (row.npv_fen, row.npv_public_fen, row.chosen) == (fen(cost), fen(public), True)


def test_purchase_in_two_instalments_with_conversion() -> None:
    """Price 1,000,000 and fit-out 100,001.05, 30 % on 2021-12-13 and 70 % 365 days later, in 2022.

    Fit-out: 30 % is 30,000.315, half-up 30,000.32, and the last instalment is the rest, 70,000.73, worth 70,000.73 / 1.05 =
    66,667.36. Price: 300,000 and 700,000 / 1.05 = 666,666.67. Ready on 2022-03-13: running cost 12,000 from 2022 (11,428.57,
    10,884.35, 10,366.05, 9,872.43), grant 100,000 on 2022-07-11, worth 95,238.10. Held for 5 of 50 years: 900,000 left in 2025,
    worth 740,432.23. Together 966,666.67 + 30,000 + 96,667.68 + 42,551.40 − 740,432.23 − 95,238.10 = 300,215.42; all public money
    does without the grant: 395,453.52.
    """
    row = {
        "option": "O1", "kind": "purchase", "works": "conversion", "price_yuan": "1000000", "tax_fee_yuan": "30000",
        "fit_out_yuan": "100001.05", "payment_schedule": "0:30;365:70", "running_yuan_per_year": "12000", "useful_life_years": "50",
        "lead_days": "90",
    }  # fmt: skip
    stated: Stated = [
        (2021, "price", "300,000", "300,000"),
        (2022, "price", "700,000", "666,666.67"),
        (2021, "tax_fee", "30,000", "30,000"),
        (2021, "fit_out", "30,000.32", "30,000.32"),
        (2022, "fit_out", "70,000.73", "66,667.36"),
        (2022, "running", "12,000", "11,428.57"),
        (2023, "running", "12,000", "10,884.35"),
        (2024, "running", "12,000", "10,366.05"),
        (2025, "running", "12,000", "9,872.43"),
        (2025, "residual", "−900,000", "−740,432.23"),
        (2022, "grant", "100,000", "95,238.10"),
    ]
    agrees(tonglu(row), "O1", stated, "township", "300,215.42", "395,453.52")


def test_swap_with_upgrade_at_ends_of_years() -> None:
    """The difference of 200,000, taxes 5,000 and an upgrade of 40,000 are paid in 2021, and 150,000 of assets are given up.

    Timed at ends of years, 2021 counts 1 / 1.05: 190,476.19, 4,761.90, 38,095.24 and 142,857.14. The grant of 50,000 comes in
    2022 and counts 1 / 1.1025: 45,351.47. Together 376,190.47 − 45,351.47 = 330,839.00; without the grant 376,190.47.
    """
    row = {
        "option": "O1", "kind": "swap", "works": "upgrade", "price_yuan": "200000", "tax_fee_yuan": "5000", "fit_out_yuan": "40000",
        "asset_given_up_yuan": "150000", "gives_up": "P1", "lead_days": "30",
    }  # fmt: skip
    stated: Stated = [
        (2021, "price", "200,000", "190,476.19"),
        (2021, "tax_fee", "5,000", "4,761.90"),
        (2021, "fit_out", "40,000", "38,095.24"),
        (2021, "asset_given_up", "150,000", "142,857.14"),
        (2022, "grant", "50,000", "45,351.47"),
    ]
    agrees(tonglu(row, premises={"area_m2": "100"}, timing="end"), "O1", stated, "township", "330,839.00", "376,190.47")


def test_lease_that_is_renewed() -> None:
    """A rent of 60,000 that grows by 3 % a year, deposit 10,000, conversion 80,000, running cost 6,000 from 2022.

    Rents 60,000; 61,800; 63,654; 65,563.62; 67,530.5286, half-up 67,530.53. Divided by 1.05, 1.1025, 1.157625, 1.21550625 they
    are worth 58,857.14; 57,736.05; 56,636.32; 55,557.53, all five 288,787.04. The deposit is still held in 2025: 10,000 less
    8,227.02. Running cost 21,275.71, grant 95,238.10. Together 288,787.04 + 1,772.98 + 80,000 + 21,275.71 − 95,238.10 =
    296,597.63; without the grant 391,835.73.
    """
    stated: Stated = [
        (2021, "rent", "60,000", "60,000"),
        (2022, "rent", "61,800", "58,857.14"),
        (2023, "rent", "63,654", "57,736.05"),
        (2024, "rent", "65,563.62", "56,636.32"),
        (2025, "rent", "67,530.53", "55,557.53"),
        (2021, "deposit", "10,000", "10,000"),
        (2025, "residual", "−10,000", "−8,227.02"),
        (2021, "fit_out", "80,000", "80,000"),
        *RUNNING,
        (2022, "grant", "100,000", "95,238.10"),
    ]
    agrees(tonglu(LEASE), "O1", stated, "township", "296,597.63", "391,835.73")


def test_lease_that_ends() -> None:
    """The same lease ends after two years: rents of 2021 and 2022, running cost of 2022, the deposit back in 2023.

    60,000 + 58,857.14 + 10,000 − 10,000 / 1.1025 (9,070.29) + 80,000 + 5,714.29 − 95,238.10 = 110,263.04; without the grant
    205,501.14.
    """
    stated: Stated = [
        (2021, "rent", "60,000", "60,000"),
        (2022, "rent", "61,800", "58,857.14"),
        (2021, "deposit", "10,000", "10,000"),
        (2023, "deposit_return", "10,000", "9,070.29"),
        (2021, "fit_out", "80,000", "80,000"),
        (2022, "running", "6,000", "5,714.29"),
        (2022, "grant", "100,000", "95,238.10"),
    ]
    agrees(tonglu(LEASE | {"lease_end": "end"}), "O1", stated, "township", "110,263.04", "205,501.14")


def test_lease_that_ends_with_the_horizon_costs_what_a_renewed_one_does() -> None:
    """Five years from 2021 take in every rent of the horizon, and the deposit comes back after it, so it is residual value."""
    ending = planned(tonglu(LEASE | {"lease_end": "end", "term_years": "5"}))
    renewed = planned(tonglu(LEASE))
    assert told(ending.ledger, "O1") == told(renewed.ledger, "O1")
    assert "residual" in {line.kind for line in ending.ledger}


def test_new_build_with_an_instalment_after_the_horizon() -> None:
    """Land 150,000 and works 960,000 (300 m² at 3,200), 20 % at once, 50 % after 180 days in 2022, 30 % after 2,000 days in 2027.

    In the horizon: 30,000 + 75,000 / 1.05 (71,428.57) and 192,000 + 480,000 / 1.05 (457,142.86). Of the 105,000 paid for land
    35 of 40 years are left in 2025: 91,875, worth 75,585.79. Ready on 2022-09-19, the grant of 100,000 comes on 2023-01-17,
    worth 90,702.95. Together 101,428.57 + 649,142.86 − 75,585.79 − 90,702.95 = 584,282.69; without the grant 674,985.64. Owed in
    2027: 45,000 and 288,000. At the end of 2022 the township has advanced 100,000.
    """
    row = {
        "option": "O1", "kind": "new_build", "works": "new", "price_yuan": "150000", "fit_out_yuan_per_m2": "3200",
        "payment_schedule": "0:20;180:50;2000:30", "useful_life_years": "40", "lead_days": "280",
    }  # fmt: skip
    stated: Stated = [
        (2021, "price", "30,000", "30,000"),
        (2022, "price", "75,000", "71,428.57"),
        (2021, "fit_out", "192,000", "192,000"),
        (2022, "fit_out", "480,000", "457,142.86"),
        (2025, "residual", "−91,875", "−75,585.79"),
        (2023, "grant", "100,000", "90,702.95"),
    ]
    scenario = tonglu(row)
    agrees(scenario, "O1", stated, "township", "584,282.69", "674,985.64")
    found = lifecycle.complete(scenario, planned(scenario))
    assert [(c.year, c.kind, c.payer, c.fen) for c in found.commitments] == [
        (2027, "fit_out", "township", fen("288,000")),
        (2027, "price", "township", fen("45,000")),
    ]
    advanced = {(row.funder, row.year): row.advanced_fen for row in found.cash if row.advanced_fen}
    assert advanced == {("township", 2022): fen("100,000")}


def test_provided_stock_with_a_rent() -> None:
    """A provided room has no price: conversion 50,000, a stated rent of 12,000, grant 100,000 in 2022.

    Rents are worth 12,000; 11,428.57; 10,884.35; 10,366.05; 9,872.43, together 54,551.40. 54,551.40 + 50,000 − 95,238.10 =
    9,313.30; without the grant 104,551.40.
    """
    row = {"option": "O1", "kind": "provided", "works": "conversion", "fit_out_yuan": "50000", "rent_yuan_per_year": "12000",
           "lead_days": "100"}  # fmt: skip
    stated: Stated = [
        (2021, "fit_out", "50,000", "50,000"),
        (2021, "rent", "12,000", "12,000"),
        (2022, "rent", "12,000", "11,428.57"),
        (2023, "rent", "12,000", "10,884.35"),
        (2024, "rent", "12,000", "10,366.05"),
        (2025, "rent", "12,000", "9,872.43"),
        (2022, "grant", "100,000", "95,238.10"),
    ]
    agrees(tonglu(row), "O1", stated, "township", "9,313.30", "104,551.40")


def test_developers_duty_costs_the_public_nothing() -> None:
    """The developer pays 900,000 in two halves, 2021 and 2022 (450,000 / 1.05 = 428,571.43); it earns no grant."""
    row = {"option": "O1", "kind": "developer", "works": "new", "price_yuan": "900000", "payment_schedule": "0:50;200:50",
           "lead_days": "200"}  # fmt: skip
    stated: Stated = [(2021, "price", "450,000", "450,000"), (2022, "price", "450,000", "428,571.43")]
    scenario = tonglu(row, estate={"started": "2019-01-01"})
    agrees(scenario, "O1", stated, "township", "0", "0")
    assert net(planned(scenario).ledger, "developer") == fen("878,571.43")


def test_own_room_that_is_extended() -> None:
    """100 m² are added to 150 m² of premises for 200,000; the grant for extensions is 50,000 in 2022, worth 47,619.05.

    200,000 + running cost 21,275.71 − 47,619.05 = 173,656.66; without the grant 221,275.71.
    """
    row = {"option": "O1", "kind": "own", "works": "extension", "extends": "P1", "area_m2": "100", "fit_out_yuan": "200000",
           "running_yuan_per_year": "6000", "lead_days": "200"}  # fmt: skip
    stated: Stated = [(2021, "fit_out", "200,000", "200,000"), *RUNNING, (2022, "grant", "50,000", "47,619.05")]
    agrees(tonglu(row, premises={"area_m2": "150"}), "O1", stated, "township", "173,656.66", "221,275.71")


def test_co_built_room() -> None:
    """Price 600,000 and works 90,000 in two halves, 2019 and 2020 (365 days on is 2020-06-20); 2023 is the last year.

    300,000 + 285,714.29 + 45,000 + 42,857.14; 25 of 30 years left: 500,000, worth 411,351.24. Ready on 2019-09-19, the 50,000 for
    300 m² come on 2020-01-17, worth 47,619.05. Together 673,571.43 − 411,351.24 − 47,619.05 = 214,601.14; without the grant
    262,220.19.
    """
    row = {"option": "O2", "kind": "co_built", "works": "new", "price_yuan": "600000", "fit_out_yuan": "90000", "lead_days": "90",
           "payment_schedule": "0:50;365:50", "useful_life_years": "30"}  # fmt: skip
    stated: Stated = [
        (2019, "price", "300,000", "300,000"),
        (2020, "price", "300,000", "285,714.29"),
        (2019, "fit_out", "45,000", "45,000"),
        (2020, "fit_out", "45,000", "42,857.14"),
        (2023, "residual", "−500,000", "−411,351.24"),
        (2020, "grant", "50,000", "47,619.05"),
    ]
    agrees(weihai(row), "O2", stated, "district", "214,601.14", "262,220.19")


def test_adjusted_room_on_a_term() -> None:
    """A room lent by another office for three years at 20,000, deposit 3,000, upgrade 30,000; grant 50,000 in 2019.

    Rents 20,000; 19,047.62; 18,140.59. The deposit is back in 2022: 3,000 / 1.157625 = 2,591.51. Together 57,188.21 + 408.49 +
    30,000 − 50,000 = 37,596.70; without the grant 87,596.70.
    """
    row = {"option": "O2", "kind": "adjustment", "works": "upgrade", "rent_yuan_per_year": "20000", "deposit_yuan": "3000",
           "term_years": "3", "lease_end": "end", "fit_out_yuan": "30000", "lead_days": "30"}  # fmt: skip
    stated: Stated = [
        (2019, "rent", "20,000", "20,000"),
        (2020, "rent", "20,000", "19,047.62"),
        (2021, "rent", "20,000", "18,140.59"),
        (2019, "deposit", "3,000", "3,000"),
        (2022, "deposit_return", "3,000", "2,591.51"),
        (2019, "fit_out", "30,000", "30,000"),
        (2019, "grant", "50,000", "50,000"),
    ]
    agrees(weihai(row), "O2", stated, "district", "37,596.70", "87,596.70")
