"""A plan written by hand, as a CSV of options, made into a Plan: areas, days, credits and ledger are worked out from it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from siteplanner.addenda import complete
from siteplanner.case.case import Case
from siteplanner.case.costing import bounds, rooms_of
from siteplanner.case.prepare import prepare
from siteplanner.errors import InputError, Location, Problem, system_reason
from siteplanner.money import ready_date
from siteplanner.plaintext import decoded
from siteplanner.plan import Chosen, Plan, Status
from siteplanner.planner import walk_record
from siteplanner.policy.rules import net_area_dm2
from siteplanner.proofs import prove_preferences
from siteplanner.scenario.cells import Day, Dm2
from siteplanner.scenario.schema import Option, Scenario
from siteplanner.solve.extract import assemble

HEADINGS = {"option": "option", "方案编号": "option", "site": "site", "点位编号": "site", "area_m2": "area_m2", "面积_m2": "area_m2",
            "start": "start", "开始日期": "start"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Row:
    where: Location
    cells: Mapping[str, str]


def plan_by_hand(scenario: Scenario, path: Path) -> tuple[Plan, Mapping[tuple[str, str], int]]:
    """Read a hand-written plan.

    Returns
    -------
    tuple
        The Plan (status ``feasible``: nothing is proven of it) and the walking table it stands on.

    Raises
    ------
    InputError
        If the file cannot be read, or names options, areas or days that do not exist: every problem at once.
    """
    case = prepare(scenario)
    chosen = _chosen(case, _rows(path))
    status = Status(status="feasible", levels=(), asked_gap=0.0, solver="-", solver_version="-", threads=0, seed=0)
    found = assemble(case, chosen, None, status, walk_record(case))
    found = found.model_copy(update={"proofs": prove_preferences(case, found)})
    return complete(scenario, found), case.walks


def _rows(path: Path) -> list[_Row]:
    where = Location(path.name)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError([Problem("hand_unreadable", where, system_reason(error, "reason"))]) from error
    text = decoded(raw)
    if text is None or "\0" in text:
        raise InputError([Problem("hand_no_text", where)])
    try:
        return _table(path.name, text)
    except csv.Error as error:
        raise InputError([Problem("hand_unreadable", where, {"reason": str(error)})]) from error


def _table(file: str, text: str) -> list[_Row]:
    reader = csv.reader(io.StringIO(text, newline=""))
    headings = [cell.strip() for cell in next(reader, [])]
    unknown = [heading for heading in headings if heading and heading not in HEADINGS]
    if unknown or "option" not in {HEADINGS.get(h) for h in headings}:
        seen = ", ".join(unknown or headings) or "-"
        raise InputError([Problem("hand_headings", Location(file, line=1), {"seen": seen})])
    rows = []
    for cells in reader:
        if any(cell.strip() for cell in cells):
            named = {HEADINGS[h]: cell.strip() for h, cell in zip(headings, cells, strict=False) if h}
            rows.append(_Row(Location(file, line=reader.line_num), named))
    return rows


def _chosen(case: Case, rows: list[_Row]) -> tuple[Chosen, ...]:
    rooms = {room.option.id: room for room in rooms_of(case.scenario, case.places, case.held)}
    problems: list[Problem] = []
    found: dict[str, Chosen] = {}
    for row in rows:
        name = row.cells.get("option", "")
        if name not in rooms:
            problems.append(Problem("hand_option", row.where, {"seen": name or "-"}))
            continue
        room = rooms[name]
        if row.cells.get("site", room.site.id) not in ("", room.site.id):
            problems.append(Problem("hand_site", row.where, {"seen": row.cells["site"], "option": name, "site": room.site.id}))
        if name in found:
            problems.append(Problem("hand_twice", row.where, {"seen": name}))
        area = _area(room.option, row, problems)
        start = _start(case.scenario, row, problems)
        found[name] = Chosen(
            option=name, site=room.site.id, place=room.place.id, kind=room.option.kind, works=room.option.works,
            township=room.site.township, area_dm2=area, start=start,
            net_area_dm2=net_area_dm2(area, room.site.gross_area_dm2, room.site.net_area_dm2),
            ready=ready_date(case.scenario.pack, room.option, area, start),
        )  # fmt: skip
    if problems:
        raise InputError(problems)
    return tuple(found[name] for name in sorted(found))


def _area(option: Option, row: _Row, problems: list[Problem]) -> int:
    text, (low, high) = row.cells.get("area_m2", ""), bounds(option)
    if not text and low == high:
        return low
    try:
        return TypeAdapter[int](Dm2).validate_python(text)
    except ValidationError:
        facts = {"seen": text or "-", "option": option.id, "least": f"{low / 100:.2f}", "greatest": f"{high / 100:.2f}"}
        problems.append(Problem("hand_area", row.where, facts))
        return low


def _start(scenario: Scenario, row: _Row, problems: list[Problem]) -> date:
    usual = min(scenario.settings.periods or (scenario.settings.base_date,))
    text = row.cells.get("start", "")
    try:
        return TypeAdapter[date](Day).validate_python(text) if text else usual
    except ValidationError:
        problems.append(Problem("hand_start", row.where, {"seen": text}))
        return usual
