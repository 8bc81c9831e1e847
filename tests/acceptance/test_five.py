"""The five scenarios plan to proven optimality in the default run, pass check, and their reports say what they rest on."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from python_calamine import CalamineWorkbook

from siteplanner.policy.load import raw_pack
from support.line import ROOT, command

if TYPE_CHECKING:
    from acceptance.conftest import Five

FIVE = ("tonglu", "yangcheng", "liaoyuan", "wenzhou", "weihai")
Run = Callable[[str], "Five"]


class _Rows(HTMLParser):
    """Collects the cells of every table row of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._cell: list[str] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self._cell = []

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._cell is not None:
            if self.rows:
                self.rows[-1].append("".join(self._cell).strip())
            self._cell = None

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)


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
    """The terms of the objective add up to the net present cost of the ledger, and that is the value proven."""
    run = five(name)
    funder = run.plan.perspective
    net = sum(line.pv_fen * ((line.payer == funder) - (line.receiver == funder)) for line in run.plan.ledger)
    assert sum(term.amount for term in run.plan.terms) == net
    level = next(level for level in run.plan.status.levels if level.objective == "least_cost")
    assert round(level.value) == net


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
    told(_Rows((run.folder / "report.html").read_text(encoding="utf-8")).rows, run)


@pytest.mark.parametrize("name", FIVE)
def test_workbook_lists_readings_and_clauses_not_modelled(five: Run, name: str) -> None:
    """plan.xlsx has a row for every switch in force and one for every clause not modelled."""
    run = five(name)
    book = CalamineWorkbook.from_path(str(run.folder / "plan.xlsx"))
    told([[str(cell) for cell in row] for sheet in book.sheet_names for row in book.get_sheet_by_name(sheet).to_python()], run)
