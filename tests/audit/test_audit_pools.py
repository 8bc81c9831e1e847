"""Earmarked money: what each pool may pay, when, where and how much, and whose budget it relieves."""

from __future__ import annotations

from typing import Any

import pytest

from audit.others import TEXT, county, estate, law, line, made, option, site, wrong
from siteplanner.plan import BudgetUse, Line
from siteplanner.scenario.schema import Budget, Fund, Scenario

WORTH = {2022: 10000, 2023: 8000, 2024: 6400, 2025: 5120, 2026: 4096}
"""Present value factors at 25 %, in parts of 10,000."""
EARMARK = {
    "id": "care", "clause": "C8", "name": TEXT, "funder": "city", "uses": ["purchase", "lease"], "works": ["conversion"], "recurring": True,
}  # fmt: skip
IN_LIEU = {"clause": "C6", "receiver": "town", "uses": ["purchase"], "works": ["conversion"], "need": "remains"}
BILL = {"price_yuan": 1000, "tax_fee_yuan": 50, "fit_out_yuan": 300, "works": "conversion", "running_yuan_per_year": 20}


def fund(**cells: Any) -> Fund:
    """Return a row of funds under the earmark."""
    base = {"fund": "F", "funder": "city", "years": "2022-2023", "limit_yuan": 2000, "clause": "C8"}
    return Fund.model_validate({**base, **cells})


def draw(year: int, yuan: int, kind: str = "fund", **cells: Any) -> Line:
    """Return a draw of the pool F for option O."""
    base = {"payer": "city", "receiver": "town", "item": "F", **cells}
    return line("O", "S", year, kind, yuan, yuan, **{"clause": "C8", **base}).model_copy(
        update={"pv_fen": yuan * 100 * WORTH[year] // 10000}
    )


def bill(kind: str = "purchase") -> list[Line]:
    """Return what option O costs over five years."""
    once = [line("O", "S", 2022, *row) for row in (("price", 1000, 1000), ("tax_fee", 50, 50), ("fit_out", 300, 300))]
    yearly = [line("O", "S", y, "running", 20, 20).model_copy(update={"pv_fen": 2000 * w // 10000}) for y, w in WORTH.items()]
    return [*once, *yearly] if kind != "lease" else [*once[2:], *yearly]


def drawn(draws: list[Line], *funds: Fund, kind: str = "purchase", earmark: dict[str, Any] | None = None) -> list[tuple[str, str, str]]:
    """Return what is wrong when pools pay towards a room that costs 1,050 yuan to buy, 300 to convert and 20 a year to run."""
    cells = {**BILL, **({"price_yuan": 0, "tax_fee_yuan": 0} if kind == "lease" else {})}
    pack = law(earmarks=[{**EARMARK, **(earmark or {})}])
    case = county(pack, [estate("E", 100)], [site("S", district="D")], [option("O", "S", 20, kind, **cells)], funds=funds or [fund()])
    return wrong(case, made(case, {"O": 2000}, [("E", "S", 2000)], {"E": 2000}, ledger=[*bill(kind), *draws]))


def test_a_pool_pays_its_uses_and_its_works_up_to_the_bill() -> None:
    """Price and taxes of a kind in `uses`, fit-out of works in `works`: 1,350 yuan together, and not a yuan more."""
    assert drawn([draw(2022, 1350)]) == []
    assert drawn([draw(2022, 1050), draw(2022, 300)]) == []
    assert drawn([draw(2022, 1351)]) == [("C8", "fund_over_outlay", "O")]
    assert drawn([]) == []


def test_a_pool_that_pays_works_only_leaves_the_price_to_others() -> None:
    """Without the kind in `uses` only the 300 yuan of conversion are paid; without the works only the 1,050 of buying."""
    works = {"uses": "lease"}
    assert drawn([draw(2022, 300)], fund(**works)) == []
    assert drawn([draw(2022, 301)], fund(**works)) == [("C8", "fund_over_outlay", "O")]
    assert drawn([draw(2022, 1050)], earmark={"works": ["extension"]}) == []
    assert drawn([draw(2022, 1051)], earmark={"works": ["extension"]}) == [("C8", "fund_over_outlay", "O")]
    assert drawn([draw(2022, 1)], fund(**works), earmark={"works": ["extension"]}) == [("C8", "fund_not_for_this", "O")]


def test_two_pools_share_a_bill_but_do_not_pay_it_twice() -> None:
    """One pool for works and one for both pay 1,350 together; the works' pool may not pay what the other should."""
    works, both = fund(fund="G", uses="lease"), fund()
    assert drawn([draw(2022, 300, item="G"), draw(2022, 1050)], works, both) == []
    assert drawn([draw(2022, 300, item="G"), draw(2022, 1051)], works, both) == [("C8", "fund_over_outlay", "O")]
    assert drawn([draw(2022, 301, item="G"), draw(2022, 1000)], works, both) == [("C8", "fund_over_outlay", "O")]


def test_a_row_narrows_its_earmark_and_never_widens_it() -> None:
    """A row that lists more works than the earmark still pays only the earmark's; one that cites no earmark pays what it lists."""
    assert drawn([draw(2022, 1)], fund(works="conversion; extension", uses="lease"), earmark={"works": ["extension"]})[0][1] == (
        "fund_not_for_this"
    )
    free = fund(clause="C7", uses="purchase")
    assert drawn([draw(2022, 1050, clause="C7")], free) == []
    assert ("C7", "fund_over_outlay", "O") in drawn([draw(2022, 1051, clause="C7")], free)
    assert ("C7", "fund_not_for_this", "O") in drawn([draw(2022, 1, clause="C7")], fund(clause="C7"))


def test_running_costs_are_paid_only_where_the_earmark_says_so() -> None:
    """20 yuan a year of running cost may be paid with `recurring`, in a line of its own kind; never out of a row without an earmark."""
    assert drawn([draw(2022, 20, "fund_recurring"), draw(2023, 20, "fund_recurring")]) == []
    assert drawn([draw(2023, 21, "fund_recurring")]) == [("C8", "fund_over_outlay", "O")]
    never = [("C8", "fund_not_for_this", "O")]
    assert drawn([draw(2022, 20, "fund_recurring")], earmark={"recurring": False}) == never
    assert drawn([draw(2022, 20, "fund_recurring")], fund(uses="lease")) == never
    assert ("C7", "fund_not_for_this", "O") in drawn([draw(2022, 20, "fund_recurring", clause="C7")], fund(clause="C7", uses="purchase"))
    assert ("C8", "fund_over_outlay", "O") in drawn([draw(2023, 20)])


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        ({"years": "2023"}, {"fund_not_for_this", "fund_exceeded"}),
        ({"years": "2022"}, set()),
        ({"township": "U"}, {"fund_not_for_this"}),
        ({"township": "T"}, set()),
        ({"district": "X"}, {"fund_not_for_this"}),
        ({"district": "D"}, set()),
        ({"limit_yuan": "99.99"}, {"fund_exceeded"}),
        ({"limit_yuan": 100}, set()),
    ],
)
def test_a_pool_keeps_to_its_years_its_territory_and_its_limit(cells: dict[str, Any], codes: set[str]) -> None:
    """100 yuan in 2022 in township T, district D, out of pools that may or may not pay them."""
    found = drawn([draw(2022, 100)], fund(**cells))
    assert {code for _, code, _ in found} == codes
    assert {clause for clause, _, _ in found} <= {"C8"}


def test_each_draw_names_its_payer_its_receiver_and_its_clause() -> None:
    """A draw goes from the pool's funder to whoever's bill it pays, in cash, under the pool's clause."""
    assert drawn([draw(2022, 100, payer="town")]) == [("C8", "fund_parties", "O")]
    assert set(drawn([draw(2022, 100, receiver="market")])) == {("C8", "fund_parties", "O"), ("C8", "fund_over_outlay", "O")}
    assert drawn([draw(2022, 100, clause="C1")]) == [("C8", "fund_clause", "O")]
    assert drawn([draw(2022, 100, cash=False)]) == [("C8", "fund_amount", "O")]
    assert drawn([draw(2022, 0)]) == [("C8", "fund_amount", "O")]
    assert drawn([draw(2022, 100, township="U")]) == [("C8", "fund_parties", "O")]
    assert drawn([draw(2022, 100, item="G")]) == [("C1", "fund_unknown", "O")]


def paid(year: int, yuan: int, estate_: str = "E") -> Line:
    """Return a developer's payment in lieu."""
    base = line("", "", year, "in_lieu", yuan, yuan, "C6", payer="developer", receiver="town", item=estate_)
    return base.model_copy(update={"pv_fen": yuan * 100 * WORTH[year] // 10000})


def in_lieu(draws: list[Line], territory: str = "county", district: str = "D", **rule: Any) -> list[tuple[str, str, str]]:
    """Return what is wrong when payments of 100 (2022) and 200 yuan (2023) pay towards rooms bought in both years."""
    pack = law(in_lieu={**IN_LIEU, "territory": territory, **rule})
    rows = [
        estate("E", 50, in_lieu_yuan=100, in_lieu_year=2022, district="D"),
        estate("F", 50, in_lieu_yuan=200, in_lieu_year=2023, district="D"),
    ]
    rooms = [option("O", "S", 20, "purchase", payment_schedule="0:50;365:50", price_yuan=1000)]
    case = county(pack, rows, [site("S", district=district)], rooms)
    ledger = [line("O", "S", 2022, "price", 500, 500), line("O", "S", 2023, "price", 500, 400), paid(2022, 100), paid(2023, 200, "F")]
    credits = [("E", "S", 1000), ("F", "S", 1000)]
    return wrong(case, made(case, {"O": 2000}, credits, {"E": 1000, "F": 1000}, ledger=[*ledger, *draws]))


def test_payments_in_lieu_are_spent_only_once_they_are_paid_in() -> None:
    """100 yuan in 2022 and 300 in all by 2023 may be drawn, not a yuan earlier or more."""

    def pool(year: int, yuan: int) -> Line:
        return draw(year, yuan, item="in_lieu:*", payer="town", clause="C6")

    assert in_lieu([pool(2022, 100), pool(2023, 200)]) == []
    assert in_lieu([pool(2023, 300)]) == []
    assert in_lieu([pool(2022, 101), pool(2023, 199)]) == [("C6", "fund_exceeded", "in_lieu:*")]
    assert in_lieu([pool(2022, 100), pool(2023, 201)]) == [("C6", "fund_exceeded", "in_lieu:*")]
    assert ("C6", "fund_not_for_this", "O") in in_lieu([pool(2022, 100)], uses=["lease"])
    assert ("C6", "fund_not_for_this", "O") in in_lieu([draw(2022, 100, "fund_recurring", item="in_lieu:*", payer="town", clause="C6")])


def test_payments_in_lieu_stay_in_their_territory() -> None:
    """Paid in district D they buy rooms in D, in a pool of that name, and none in district X."""

    def pool(name: str) -> Line:
        return draw(2022, 100, item=name, payer="town", clause="C6")

    assert in_lieu([pool("in_lieu:D")], "district") == []
    assert ("C6", "fund_not_for_this", "O") in in_lieu([pool("in_lieu:D")], "district", "X")
    assert in_lieu([pool("in_lieu:T")], "township") == []
    assert in_lieu([pool("in_lieu:*")], "district") == [("C1", "fund_unknown", "O")]


def test_only_the_classes_the_law_names_pay_in_lieu() -> None:
    """An estate of a class that may not pay owes no line and is not relieved of its need."""
    for cohorts, due in (([], True), (["old"], True), (["new"], False)):
        pack = law(in_lieu={**IN_LIEU, "cohorts": cohorts, "need": "extinguished"})
        case = county(pack, [estate("E", 100, in_lieu_yuan=100, in_lieu_year=2022)], [site("S")], [option("O", "S", 20)])
        done = made(case, {}, [], {"E": 0}, ledger=[paid(2022, 100)])
        assert (wrong(case, done) == []) is due
        bought = made(case, {"O": 2000}, [("E", "S", 2000)], {"E": 2000})
        assert (wrong(case, bought) == []) is not due


def test_a_payment_in_lieu_after_the_horizon_is_no_line() -> None:
    """Paid in 2027, after the five years, it stands in no ledger."""
    case = county(law(in_lieu=IN_LIEU), [estate("E", 100, in_lieu_yuan=100, in_lieu_year=2027)], [site("S")], [option("O", "S", 20)])
    assert wrong(case, made(case, {"O": 2000}, [("E", "S", 2000)], {"E": 2000})) == []


def used(measure: str, payer: str, limit: int, draws: list[Line], *, extra: list[Line] | None = None) -> list[str]:
    """Return the codes when a budget line of 2022 has a limit in yuan and states that it uses just that."""
    pack = law(earmarks=[EARMARK], in_lieu=IN_LIEU)
    rows = [estate("E", 100, **({"in_lieu_yuan": 500, "in_lieu_year": 2022} if extra else {}))]
    row = Budget.model_validate({"budget": "B", "payer": payer, "years": "2022", "measure": measure, "limit_yuan": max(0, limit)})
    case: Scenario = county(pack, rows, [site("S")], [option("O", "S", 20, "purchase", **BILL)], funds=[fund(funder=draws[0].payer)])
    case = case.model_copy(update={"budgets": (row,)})
    plan = made(case, {"O": 2000}, [("E", "S", 2000)], {"E": 2000}, ledger=[*bill(), *draws, *(extra or [])])
    use = BudgetUse(budget="B", payer=payer, years="2022", township="", measure=measure, limit_fen=max(0, limit) * 100, carried_fen=0,
                    used_fen=limit * 100)  # fmt: skip
    return [code for _, code, _ in wrong(case, plan.model_copy(update={"budgets": (use,)}))]


@pytest.mark.parametrize(
    ("measure", "payer", "use"),
    [
        ("gross_capital", "town", 1350 - 400),
        ("recurring", "town", 20 - 5),
        ("net", "town", 1370 - 400 - 5),
        ("grants", "town", 0),
        ("net", "city", 405),
        ("gross_capital", "city", 0),
        ("recurring", "city", 0),
    ],
)
def test_a_draw_relieves_the_budget_of_whoever_it_pays(measure: str, payer: str, use: int) -> None:
    """400 yuan towards capital and 5 towards running cost relieve the town's lines and burden the city's net line."""
    draws = [draw(2022, 400), draw(2022, 5, "fund_recurring")]
    assert used(measure, payer, use, draws) == []
    assert set(used(measure, payer, use - 1, draws)) == {"budget_misstated"} | ({"budget_exceeded"} if use else set())


def test_a_payers_own_pool_relieves_its_lines_too() -> None:
    """The town's own earmarked money relieves its capital and net lines by what is drawn, and burdens none."""
    draws = [draw(2022, 400, payer="town")]
    assert used("gross_capital", "town", 950, draws) == []
    assert used("net", "town", 970, draws) == []


def test_payments_in_lieu_relieve_no_budget_until_they_are_spent() -> None:
    """500 yuan paid in to the town leave its net line as it was."""
    assert used("net", "town", 1370 - 400, [draw(2022, 400)], extra=[paid(2022, 500)]) == []
