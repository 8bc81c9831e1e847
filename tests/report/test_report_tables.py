"""Tables: sums agree with the record to the fen, and numbers are shown in one way."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from report.example import Example, example
from siteplanner.plan import NON_CASH_KINDS, LineKind
from siteplanner.policy.load import pack_ids, raw_pack
from siteplanner.report.names import GROUPS, Names, coded
from siteplanner.report.stamps import stamps, walking_label
from siteplanner.report.table import CellKind, Plain, Table, clean, show, show_with_unit
from siteplanner.report.tables import plan_tables
from siteplanner.texts import Lang, catalogue

SRC = Path(__file__).resolve().parents[2] / "src" / "siteplanner"


@pytest.fixture(scope="module")
def tables(made: Example) -> dict[str, Table]:
    """The Chinese tables of the example."""
    return plan_tables(Names(made.scenario, made.plan, "zh"))


def test_the_ledger_adds_up_to_the_objective(made: Example, tables: dict[str, Table]) -> None:
    """Net present cost in the ledger, by kind, by township, by project and by funder is the value of the objective."""
    value = round(made.plan.status.levels[0].value)
    assert tables["ledger"].total("net_pv") == value
    assert tables["composition"].total("present_cost") == value
    assert tables["townships"].total("present_cost") == value
    assert tables["projects"].total("present_cost") == value
    township = tables["perspectives"].values("funder").index("乡镇（街道）")
    assert tables["perspectives"].values("net_present")[township] == value
    assert sum(int(str(v)) for v in tables["terms"].values("amount")) == value


def test_cash_adds_up_by_year_funder_and_flow(made: Example, tables: dict[str, Table]) -> None:
    """What public funders pay net is the same by year and by funder; every cash line stands in one flow."""
    cash = [line for line in made.plan.ledger if line.cash and line.kind not in NON_CASH_KINDS]
    assert tables["shares"].total("amount") == sum(line.fen for line in cash)
    assert tables["shares"].total("lines") == len(cash)
    assert tables["funding"].total("public_net") == tables["perspectives"].total("net_cash")
    paid = sum(line.fen for line in cash if line.payer == "township") - sum(line.fen for line in cash if line.receiver == "township")
    assert tables["funding"].total("net.township") == paid == tables["ledger"].total("net")


def test_subsidies_agree_in_every_table(made: Example, tables: dict[str, Table]) -> None:
    """Grants add up alike line by line, by funder and clause, by township and by project."""
    grants = sum(line.fen for line in made.plan.ledger if GROUPS[line.kind] == "subsidy")
    assert grants > 0
    for key, column in (("subsidy", "amount"), ("subsidy_totals", "amount"), ("townships", "subsidy"), ("projects", "subsidy")):
        assert tables[key].total(column) == grants


def test_capital_and_recurring_agree(tables: dict[str, Table]) -> None:
    """Projects and townships tell the same capital and recurring sums."""
    for column in ("capital", "recurring"):
        assert tables["projects"].total(column) == tables["townships"].total(column) > 0


def test_every_kind_of_line_has_a_group_and_a_word() -> None:
    """No kind of ledger line is without a group or a word in either language."""
    kinds = set(LineKind.__args__)  # type: ignore[attr-defined]
    assert set(GROUPS) == kinds
    for lang in ("zh", "en"):
        assert {f"report.line.{kind}" for kind in kinds} <= set(catalogue(lang))


@pytest.mark.parametrize(
    ("kind", "value", "zh", "en"),
    [
        ("money", 123_456_789, "123.46", "1,234,567.89"),
        ("money", 4_999, "0.00", "49.99"),
        ("money", 5_000, "0.01", "50"),
        ("money", -123_450_000, "-123.45", "-1,234,500"),
        ("yuan", -5, "-0.05", "-0.05"),
        ("area", 19_980, "199.80", "199.80"),
        ("seconds", 900, "15:00", "15:00"),
        ("seconds", 901, "15:01", "15:01"),
        ("share", 0.0, "0%", "0%"),
        ("share", 0.00001, "<0.01%", "<0.01%"),
        ("share", float("inf"), "—", "—"),
        ("year", 2022, "2022", "2022"),
        ("count", 1234, "1,234", "1,234"),
        ("area", None, "", ""),
    ],
)
def test_numbers_are_shown_in_each_language(kind: CellKind, value: Plain, zh: str, en: str) -> None:
    """万元 round half up to two decimals, yuan show fen only where there are any, 901 s does not look like fifteen minutes."""
    assert show(kind, value, "zh") == zh
    assert show(kind, value, "en") == en


def test_units_follow_the_number() -> None:
    """A number on its own carries its unit."""
    assert show_with_unit("money", 1_000_000, "zh") == "1.00 万元"
    assert show_with_unit("seconds", 901, "en") == "15 min 1 s"


def test_control_characters_are_dropped() -> None:
    """Escape sequences and bells do not reach a terminal or a workbook; marks of direction do."""
    assert clean("a\x1b[31m\u202eb") == "a [31m\u202eb"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_clause_stands_in_the_compliance_table(made: Example, lang: Lang) -> None:
    """No clause of the policy is missing, and the one that is not modelled is listed by itself."""
    found = plan_tables(Names(made.scenario, made.plan, lang))
    assert set(found["compliance"].values("clause")) == {clause.id for clause in made.scenario.pack.clauses}
    assert found["not_modelled"].values("clause") == ["TL16"]
    assert len(found["switches"].rows) == len(made.scenario.pack.switches)


def test_a_clause_without_a_finding_is_not_passed_over(made: Example) -> None:
    """Where the check said nothing about a clause, the table says so."""
    plan = made.plan.model_copy(update={"compliance": ()})
    found = plan_tables(Names(made.scenario, plan, "en"))["compliance"]
    assert set(found.values("result")) == {"not checked", "not modelled"}


def test_stamps_name_everything_a_reader_must_know(made: Example) -> None:
    """What-if, broken clauses, an open gap, made-up data and estimated walks are all said, gravest first."""
    level = made.plan.status.levels[0].model_copy(update={"gap": 0.0123, "proven": False})
    status = made.plan.status.model_copy(update={"status": "feasible", "levels": (level,)})
    broken = made.plan.compliance[0].model_copy(update={"result": "broken"})
    plan = made.plan.model_copy(update={"what_if": ("TL9",), "status": status, "compliance": (broken,)})
    found = stamps(plan, "zh")
    assert [stamp.kind for stamp in found] == ["what_if", "broken", "gap", "synthetic", "walking"]
    assert "TL9" in found[0].text and "TL1" in found[1].text and "1.23%" in found[2].text


def test_walking_says_how_it_was_had(made: Example) -> None:
    """Straight lines are called estimates with speed, detour and source; a table names its source and needs no stamp."""
    assert all(word in walking_label(made.plan, "zh") for word in ("直线", "1.3", "1.0", "估算"))
    by_table = example(method="table").plan
    assert "路网" in walking_label(by_table, "zh")
    assert "walking" not in [stamp.kind for stamp in stamps(by_table, "zh")]


def test_rejections_and_departures_have_words() -> None:
    """Every reason the program gives for leaving an option out or departing from a rule has a sentence in both languages."""
    given: dict[str, set[str]] = {"Rejected": set(), "NamedException": set()}
    for path in [*(SRC / "case").glob("*.py"), *(SRC / "solve").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in given:
                codes = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
                given[node.func.id] |= {leaf.value for code in codes for leaf in ast.walk(code) if isinstance(leaf, ast.Constant)}
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "rejected":
                given["Rejected"] |= {
                    leaf.value for leaf in ast.walk(node.args[1]) if isinstance(leaf, ast.Constant) and leaf.value is not None
                }
    assert {"too_late", "room_rule"} <= given["Rejected"]
    assert "longer_circle" in given["NamedException"]
    for lang in ("zh", "en"):
        assert sorted(code for code in given["Rejected"] if f"report.rejected.{code}" not in catalogue(lang)) == []
        assert sorted(code for code in given["NamedException"] if f"report.departure.{code}" not in catalogue(lang)) == []


def test_a_remark_without_a_sentence_keeps_its_facts() -> None:
    """An unknown code is shown with its facts rather than dropped."""
    assert coded("finding", "odd", {"b": "2", "a": "1"}, "en") == "odd a=1 b=2"
    assert coded("rejected", "room_rule", {"rule_zh": "独栋", "rule_en": "stand-alone"}, "zh") == "不符合：独栋"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_reading_of_every_policy_has_a_word(lang: Lang) -> None:
    """No paper shows a reading by its code: each choice of each switch of the bundled policies is worded in both languages."""
    words = catalogue(lang)
    for policy in pack_ids():
        for name, switch in raw_pack(policy)["switches"].items():
            for choice in switch["choices"]:
                text = str(choice).lower() if isinstance(choice, bool) else choice
                assert f"report.choice.{text}" in words or f"report.choice_of.{name}.{text}" in words, (policy, name, text)
