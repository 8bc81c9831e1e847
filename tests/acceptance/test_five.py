"""The five scenarios plan to proven optimality in the default run, pass check, and their reports say what they rest on."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from python_calamine import CalamineWorkbook

from siteplanner.policy.load import raw_pack
from siteplanner.units import FEN_PER_YUAN
from support.line import ROOT, command
from support.packed import texts_of

if TYPE_CHECKING:
    from acceptance.conftest import Five

FIVE = ("tonglu", "yangcheng", "liaoyuan", "wenzhou", "weihai")
Run = Callable[[str], "Five"]


def page_rows(page: str) -> list[list[str]]:
    """Return the rows of the page's tables of readings and of clauses not modelled, from the data that the page draws them from."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    tables = json.loads(found.group(1))["tables"]
    rows: list[list[str]] = []
    for name in ("switches", "not_modelled"):
        rows += [list(row) for row in zip(*map(texts_of, tables[name]["columns"]), strict=True)]
    return rows


def readings(run: Five) -> dict[str, str]:
    """Return the switches of the scenario's policy with the choice in force."""
    switches = raw_pack(run.scenario.pack.id)["switches"]
    return {name: run.scenario.settings.switches.get(name, node["default"]) for name, node in switches.items()}


def not_modelled(run: Five) -> dict[str, str]:
    """Return the clauses that the policy states without modelling them, with their Chinese paraphrase."""
    clauses = raw_pack(run.scenario.pack.id)["clauses"]
    return {clause["id"]: clause["text"]["zh"] for clause in clauses if clause["state"] == "not_modelled"}


def told(rows: list[list[str]], run: Five) -> None:
    """Assert that rows of a table name every reading with its choice and every clause not modelled with what it says."""
    silent = [name for name, choice in readings(run).items() if not any(row[:1] == [name] and choice in "".join(row[1:]) for row in rows)]
    assert silent == []
    left = {key: text for key, text in not_modelled(run).items() if not any(row[:1] == [key] and text in row for row in rows)}
    assert left == {}


@pytest.mark.parametrize("name", FIVE)
def test_plan_is_proven_optimal_with_gap_0(five: Run, name: str) -> None:
    """Exit 0, status optimal, every level proven at gap 0 as asked."""
    run = five(name)
    assert run.ran.code == 0
    assert run.plan.status.status == "optimal"
    assert run.plan.status.asked_gap == 0
    assert [(level.objective, level.gap) for level in run.plan.status.levels if not level.proven or level.gap > 0] == []
    assert run.plan.variant == "" and not run.plan.what_if


@pytest.mark.parametrize("name", FIVE)
def test_plan_passes_check(five: Run, name: str) -> None:
    """The written record obeys every clause in the second reading, and every clause has at least one finding."""
    run = five(name)
    checked = command("check", ROOT / "scenarios" / name, run.folder, "--json")
    assert checked.code == 0, checked.said
    assert checked.data["broken"] == []
    assert [row.clause for row in run.plan.compliance if row.result == "broken"] == []
    enforced = {clause.id for clause in run.scenario.pack.clauses if clause.state == "enforced"}
    assert enforced - {row.clause for row in run.plan.compliance} == set()


@pytest.mark.parametrize("name", FIVE)
def test_cost_is_the_ledgers_to_the_fen(five: Run, name: str) -> None:
    """The terms of the objective add up to the net present cost of the ledger, and the value proven is within a yuan of it.

    The solver prices an area that it decides on a line between the two ends of its band; the ledger rounds every line.
    """
    run = five(name)
    funder = run.plan.perspective
    net = sum(line.pv_fen * ((line.payer == funder) - (line.receiver == funder)) for line in run.plan.ledger)
    assert sum(term.amount for term in run.plan.terms) == net
    level = next(level for level in run.plan.status.levels if level.objective == "least_cost")
    assert abs(level.value - net) <= FEN_PER_YUAN


@pytest.mark.parametrize("name", FIVE)
def test_record_lists_readings_and_clauses_not_modelled(five: Run, name: str) -> None:
    """plan.json names every switch with the choice in force and exactly the clauses that are not modelled."""
    run = five(name)
    assert run.plan.switches == readings(run)
    assert run.plan.not_modelled == tuple(not_modelled(run))
    assert {row.clause for row in run.plan.compliance if row.result == "not_modelled"} >= set(not_modelled(run))


@pytest.mark.parametrize("name", FIVE)
def test_page_lists_readings_and_clauses_not_modelled(five: Run, name: str) -> None:
    """report.html has a row for every switch in force and one for every clause not modelled."""
    run = five(name)
    told(page_rows((run.folder / "report.html").read_text(encoding="utf-8")), run)


@pytest.mark.parametrize("name", FIVE)
def test_workbook_lists_readings_and_clauses_not_modelled(five: Run, name: str) -> None:
    """plan.xlsx has a row for every switch in force and one for every clause not modelled."""
    run = five(name)
    book = CalamineWorkbook.from_path(str(run.folder / "plan.xlsx"))
    told([[str(cell) for cell in row] for sheet in book.sheet_names for row in book.get_sheet_by_name(sheet).to_python()], run)
