"""Charts of the page: bars and bands that stand for the amounts of the record, in proportion."""

from __future__ import annotations

import re

import pytest

from report.example import Example
from siteplanner.report.chart_area import area_chart
from siteplanner.report.flow import Flow, subsidy_flow
from siteplanner.report.names import Names


def flow(made: Example) -> Flow:
    """Return the subsidy flow of an example."""
    return subsidy_flow(Names(made.scenario, made.plan, "zh"))


def amounts(text: str) -> float:
    """Return the number of an amount such as 1,234.50 万元."""
    return float(text.split(maxsplit=1)[0].replace(",", ""))


def test_every_subsidy_passes_every_column(made: Example) -> None:
    """Each column of bars adds up to all grants of the plan, and the bars' heights are in proportion."""
    found = flow(made)
    total = sum(line.fen for line in made.plan.ledger if line.kind == "grant") / 1_000_000
    columns: dict[float, list[tuple[float, float]]] = {}
    for node in found.nodes:
        columns.setdefault(node.x, []).append((amounts(node.amount), node.height))
    assert len(columns) == 3 and total
    for bars in columns.values():
        assert sum(amount for amount, _ in bars) == pytest.approx(total, abs=0.005 * len(bars))
        assert len({round(height / amount, 1) for amount, height in bars}) == 1


def test_bands_are_as_wide_as_what_flows(made: Example) -> None:
    """Bands out of the first column are together as wide as its bars."""
    found = flow(made)
    first = [node for node in found.nodes if node.x == 0]
    wide = 0.0
    for ribbon in found.ribbons:
        start, end = re.findall(r"[\d.]+ ([\d.]+)", ribbon.path)[0], re.findall(r"([\d.]+)Z", ribbon.path)[0]
        if ribbon.path.startswith(f"M{found.bar}"):
            wide += float(end) - float(start)
    assert wide == pytest.approx(sum(node.height for node in first), abs=0.05)


def test_many_sites_share_a_bar(made: Example) -> None:
    """Beyond the largest sites those of a township are drawn as one bar that says how many they are."""
    grant = next(line for line in made.plan.ledger if line.kind == "grant")
    lines = tuple(grant.model_copy(update={"site": f"X{n}", "fen": 1_000_000 + n}) for n in range(50))
    found = flow(Example(made.scenario, made.plan.model_copy(update={"ledger": lines}), made.walks))
    assert [node.text for node in found.nodes if "其余" in node.text] == ["其余 18 处"]
    assert len(found.nodes) == 1 + 1 + 33


def test_without_subsidies_there_is_no_flow(made: Example) -> None:
    """A plan that earns no grant has no figure of them."""
    assert not flow(Example(made.scenario, made.plan.model_copy(update={"ledger": ()}), made.walks)).nodes


def test_area_bars_are_the_townships_sums(made: Example) -> None:
    """Each township has what it must have, has today and has under the plan, as its estates' rows add up."""
    chart = area_chart(Names(made.scenario, made.plan, "zh"))
    town = made.plan.services[0].township
    said = {bar.kind: bar.text for bar in chart.bars if bar.title.startswith(town)}
    for kind, rows, field in (("required", made.plan.services, "required_dm2"), ("today", made.plan.today, "held_dm2")):
        assert said[kind] == f"{sum(getattr(row, field) for row in rows if row.township == town) / 100:,.2f}"
    none = tuple(row.model_copy(update={"required_dm2": 0}) for row in made.plan.services)
    assert not area_chart(Names(made.scenario, made.plan.model_copy(update={"services": none}), "zh")).bars
