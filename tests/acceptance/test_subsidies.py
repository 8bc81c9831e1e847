"""Grants, payments in lieu and earmarked money of the five scenarios against tables worked out by hand, row by row and to the fen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from siteplanner.plan import Chosen, LineKind

if TYPE_CHECKING:
    from acceptance.conftest import Five

FOLDER = Path(__file__).parent / "subsidies"
FIVE = tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))
SUBSIDIES: tuple[LineKind, ...] = ("grant", "in_lieu", "fund", "fund_recurring")
AGAIN = """
The plan of {name} or its data has changed, so tests/acceptance/subsidies/{name}.yaml must be worked out again. For every option the
plan chooses read kind, works, area, payer and conditions in scenarios/{name}/options.csv and sites.csv, read the clause quoted in the
file (with the readings in force), write down which rule it earns, and add the rules up by funder and clause. Do not copy the ledger.
"""
Run = Callable[[str], "Five"]
Key = tuple[str, str, str, str]


@pytest.fixture(params=FIVE)
def name(request: pytest.FixtureRequest) -> str:
    """Return each scenario that has a table by hand."""
    return str(request.param)


def by_hand(name: str) -> dict[str, Any]:
    """Return the table worked out by hand."""
    table = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    assert isinstance(table, dict)
    return table


def hint(name: str) -> str:
    """Return what to do when the table and the plan differ."""
    return AGAIN.format(name=name)


def in_ledger(run: Five, *kinds: LineKind) -> Counter[Key]:
    """Return fen by kind, option (or estate), payer and clause."""
    found: Counter[Key] = Counter()
    for line in run.plan.ledger:
        if line.kind in kinds:
            found[line.kind, line.option or line.item, line.payer, line.clause] += line.fen
    return found


def test_all_five_have_a_table() -> None:
    """No scenario goes without its table by hand."""
    assert set(FIVE) == {"tonglu", "yangcheng", "liaoyuan", "wenzhou", "weihai"}


def test_table_speaks_of_the_options_that_are_chosen(five: Run, name: str) -> None:
    """Every chosen option stands in the table, with the kind, works, area and conditions it was worked out from, and no other."""
    run, rows = five(name), by_hand(name)["options"]
    picks = {pick.option: pick for pick in run.plan.chosen}
    assert set(rows) == set(picks), hint(name)
    for key, row in rows.items():
        stated = {fact: text for fact, text in row.items() if fact != "earns"}
        assert {fact: _fact(run, picks[key], fact) for fact in stated} == stated, f"{key}: {hint(name)}"


def test_every_row_is_the_one_worked_out_by_hand(five: Run, name: str) -> None:
    """Each grant and each payment in lieu of the ledger is in the table with the same funder, clause and amount, and back."""
    table = by_hand(name)
    wanted: Counter[Key] = Counter()
    for key, row in table["options"].items():
        for rule in (table["rules"][earned] for earned in row["earns"]):
            wanted[rule["kind"], key, rule["funder"], rule["clause"]] += rule["yuan"] * 100
    for key, row in table.get("in_lieu", {}).items():
        wanted["in_lieu", key, row["funder"], row["clause"]] += row["yuan"] * 100
    assert in_ledger(five(name), "grant", "in_lieu") == wanted, hint(name)


def test_earmarked_money_is_drawn_as_worked_out_by_hand(five: Run, name: str) -> None:
    """Each pool pays what the table says in all, for the bills the table lists, and no bill more than once."""
    run, pools = five(name), by_hand(name).get("pools", [])
    drawn = {(line.item, line.kind) for line in run.plan.ledger if line.kind in ("fund", "fund_recurring")}
    assert drawn == {(pool["pool"], pool["kind"]) for pool in pools}, hint(name)
    for pool in pools:
        lines = [line for line in run.plan.ledger if (line.item, line.kind) == (pool["pool"], pool["kind"])]
        assert {(line.payer, line.clause) for line in lines} == {(pool["funder"], pool["clause"])}, hint(name)
        assert sum(line.fen for line in lines) == pool["yuan"] * 100, hint(name)
        paid = Counter({option: sum(line.fen for line in lines if line.option == option) for option in {line.option for line in lines}})
        assert {option: fen for option, fen in paid.items() if fen > pool["bills"].get(option, 0) * 100} == {}, hint(name)


def test_totals_by_funder_and_clause_are_those_worked_out_by_hand(five: Run, name: str) -> None:
    """The sums by kind, funder and clause agree to the fen, and so do they with the rows of the table."""
    wanted = {(row["kind"], row["funder"], row["clause"]): row["yuan"] * 100 for row in by_hand(name)["totals"]}
    found: Counter[tuple[str, str, str]] = Counter()
    for (kind, _, payer, clause), fen in in_ledger(five(name), *SUBSIDIES).items():
        found[kind, payer, clause] += fen
    assert dict(found) == wanted, hint(name)


def _fact(run: Five, pick: Chosen, fact: str) -> str:
    """Return a cell of the option or site, or the area taken, as the table writes it."""
    if fact == "taken_m2":
        return f"{pick.area_dm2 / 100:g}"
    option = next(row for row in run.scenario.options if row.id == pick.option)
    site = next(row for row in run.scenario.sites if row.id == pick.site)
    money = {"fit_out_yuan": option.fit_out_fen, "running_yuan_per_year": option.running_fen}
    if fact in money:
        return f"{money[fact] / 100:.12g}"
    cell = getattr(option if fact in type(option).model_fields else site, fact)
    return {True: "yes", False: "no"}[cell] if isinstance(cell, bool) else str(cell)
