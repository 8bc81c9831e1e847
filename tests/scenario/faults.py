"""Faults of scenario files and CSV tables: what is changed in the tiny scenario, and the one problem it must cause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scenario.conftest import Tiny

Change = Callable[["Tiny"], None]


@dataclass(frozen=True)
class Fault:
    """A change to the tiny scenario and the one problem it must cause."""

    code: str
    where: str
    change: Change = lambda tiny: None
    clause: str = ""
    variant: str = ""
    sets: tuple[str, ...] = field(default=())


def cell(table: str, row: str, column: str, value: str) -> Change:
    """Return a change of one cell."""
    return lambda tiny: tiny.cell(table, row, column, value)


def text(old: str, new: str) -> Change:
    """Return a change of the scenario file."""
    return lambda tiny: tiny.yaml(old, new)


def both(*changes: Change) -> Change:
    """Return several changes as one."""

    def apply(tiny: Tiny) -> None:
        for change in changes:
            change(tiny)

    return apply


def heading(table: str, old: str, new: str) -> Change:
    """Return a change of a table's text."""
    return lambda tiny: tiny.text(f"{table}.csv", old, new)


def line(table: str, row: str) -> Change:
    """Return a change that adds a line to a table."""
    return lambda tiny: tiny.append(table, row)


def raw(name: str, content: bytes) -> Change:
    """Return a change of a file's bytes."""

    def write(tiny: Tiny) -> None:
        (tiny.folder / name).write_bytes(content)

    return write


def cut_variants(tiny: Tiny, instead: str) -> None:
    """Replace the variants of the scenario file."""
    path = tiny.folder / "scenario.yaml"
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole[: whole.index("variants:")] + instead, encoding="utf-8")


STRAIGHT = "method: straight_line\n  speed_m_per_s: 1\n  speed_source: 实测\n  detour: 1.3"

FAULTS = [
    # the scenario file
    Fault("bad_yaml", "scenario.yaml:5:16", text("base_date: 2021-12-13", "base_date: 2021: 12")),
    Fault("bad_yaml", "scenario.yaml", raw("scenario.yaml", b"title: \x01")),
    Fault("yaml_key", "scenario.yaml:17:3", text("objective: [least_cost]", "? [objective]\n: [least_cost]")),
    Fault("yaml_feature", "scenario.yaml:4:9", text("county: 桐庐县", "county: *county")),
    Fault("yaml_feature", "scenario.yaml:4:9", text("county: 桐庐县", "county: !!python/none 桐庐县")),
    Fault("yaml_too_deep", "scenario.yaml:17:23", text("objective: [least_cost]", f"objective: {'[' * 40}least_cost{']' * 40}")),
    Fault("duplicate_key", "scenario.yaml:5:1 (county)", text("county: 桐庐县", "county: 桐庐县\ncounty: 富阳")),
    Fault("duplicate_key", "scenario.yaml:17:3 (finance.rate)", text("  rate: 0.04", "  rate: 0.04\n  rate: 0.05")),
    Fault("need_mapping", "scenario.yaml:10:10 (walking)", text("walking:\n  method: table\n  source: 虚构", "walking: table")),
    Fault("need_mapping", "scenario.yaml:18:11 (variants)", lambda tiny: cut_variants(tiny, "variants: [poor]\n")),
    Fault("need_mapping", "scenario.yaml:24:9 (variants.near)", text("near:\n    standards: {reach_minutes: 10}", "near: closer")),
    Fault("need_mapping", "--set (edits.options)", sets=("edits.options=O01",)),
    Fault("need_list", "scenario.yaml:17:12 (objective)", text("objective: [least_cost]", "objective: {first: least_cost}")),
    Fault("empty_list", "scenario.yaml:17:12 (objective)", text("objective: [least_cost]", "objective: []")),
    Fault("bad_value", "scenario.yaml:4:9 (county)", text("county: 桐庐县", "county: [桐庐县]")),
    Fault("bad_value", "--set (workbook)", sets=("workbook=[a, b]",)),
    Fault("unknown_key", "scenario.yaml:17:1 (objektive)", text("rate: 0.04\nobjective", "rate: 0.04\nobjektive")),
    Fault("unknown_key", "scenario.yaml:25:17 (variants.near.standards.reach_minute)", text("reach_minutes: 10", "reach_minute: 10")),
    Fault("unknown_key", "--set (solver.gp)", sets=("solver.gp=0.1",)),
    Fault("unknown_key", "--set (variants.poor.title)", sets=("variants.poor.title=x",)),
    Fault("missing_key", "scenario.yaml (county)", text("county: 桐庐县\n", "")),
    Fault("missing_key", "scenario.yaml:14:3 (finance.rate)", text("  rate: 0.04\n", "")),
    Fault("missing_key", "--set (title)", sets=("title=",)),
    Fault("bad_set", "--set (solver.gap)", sets=("solver.gap",)),
    Fault("bad_set", "--set (=1)", sets=("=1",)),
    Fault("bad_yaml", "--set (objective)", sets=("objective=[least_cost",)),
    Fault("unknown_variant", "scenario.yaml:18:1 (variants)", variant="pooor"),
    Fault("odd_character", "scenario.yaml:4:9 (county)", text("county: 桐庐县", "county: 桐庐\u200b县")),
    Fault("bad_number", "scenario.yaml:16:9 (finance.rate)", text("rate: 0.04", "rate: four")),
    Fault("bad_number", "--set (solver.time_limit_s)", sets=("solver.time_limit_s=.inf",)),
    Fault("bad_integer", "scenario.yaml:15:18 (finance.horizon_years)", text("horizon_years: 5", "horizon_years: 5.5")),
    Fault("bad_date", "scenario.yaml:5:12 (base_date)", text("base_date: 2021-12-13", "base_date: 2021-02-29")),
    Fault("bad_date", "scenario.yaml:5:12 (base_date)", text("base_date: 2021-12-13", "base_date: 86400")),
    Fault("bad_yes_no", "scenario.yaml:6:12 (synthetic)", text("synthetic: true", "synthetic: maybe")),
    Fault("bad_choice", "scenario.yaml:11:11 (walking.method)", text("method: table", "method: tabel")),
    Fault("below_least", "--set (finance.rate)", sets=("finance.rate=-0.01",)),
    Fault("above_most", "--set (finance.rate)", sets=("finance.rate=51%",)),
    Fault("not_above", "--set (solver.time_limit_s)", sets=("solver.time_limit_s=0",)),
    Fault("not_below", "--set (solver.gap)", sets=("solver.gap=1",)),
    Fault("too_fine", "--set (standards.reach_minutes)", sets=("standards.reach_minutes=10.001",)),
    Fault("waiver_not_what_if", "--set (waive.place_minimum)", sets=("waive.place_minimum=yes",)),
    Fault("unknown_waiver", "--set (waive.rules)", sets=("what_if=yes", "waive.rules=[nowhere]")),
    Fault("unknown_keep", "--set (never_touch)", sets=("never_touch=[budgett]",)),
    Fault("best_effort_late", "scenario.yaml:17:12 (objective)", text("[least_cost]", "[least_cost, most_served]")),
    Fault("listed_twice", "scenario.yaml:17:12 (objective)", text("[least_cost]", "[least_cost, fewest_sites, least_cost]")),
    Fault("empty_file", "scenario.yaml", raw("scenario.yaml", b"# nothing\n")),
    Fault("need_mapping", "scenario.yaml", raw("scenario.yaml", b"- a\n- b\n")),
    Fault("bad_encoding", "scenario.yaml", raw("scenario.yaml", b"title: \xff\xfe\xff")),
    # the policy
    Fault("unknown_policy", "scenario.yaml:3:9 (policy)", text("policy: tonglu-2021", "policy: tongloo-2021")),
    Fault("missing_file", "scenario.yaml:3:9 (policy)", text("policy: tonglu-2021", "policy: own.yaml")),
    Fault("bad_policy", "scenario.yaml:3:9 (policy)", both(text("policy: tonglu-2021", "policy: own.yaml"), raw("own.yaml", b"- a\n"))),
    Fault("bad_policy", "scenario.yaml:3:9 (policy)",
          both(text("policy: tonglu-2021", "policy: own.yaml"), raw("own.yaml", b"switches: 3\n"))),
    Fault("unknown_switch", "--set (switches.sharring)", sets=("switches.sharring=circle_total",)),
    Fault("bad_switch", "--set (switches.sharing)", sets=("switches.sharing=circle",), clause="TL3"),
    Fault("unknown_input", "--set (inputs.cohort_dat)", sets=("inputs.cohort_dat=2018-01-01",)),
    Fault("missing_input", "scenario.yaml:8:15 (inputs.cohort_date)", text("cohort_date: 2018-02-01", "cohort_date:"), clause="TL5"),
    Fault("missing_input", "scenario.yaml (inputs.cohort_date)", text("inputs:\n  cohort_date: 2018-02-01\n", ""), clause="TL5"),
    Fault("bad_input", "scenario.yaml:8:16 (inputs.cohort_date)", text("2018-02-01", "2018年"), clause="TL5"),
    Fault("unknown_perspective", "--set (perspective)", sets=("perspective=city",)),
    Fault("unknown_perspective", "--set (perspective)", sets=("perspective=developer",)),
    Fault("wider_circle", "--set (standards.reach_minutes)", sets=("standards.reach_minutes=15.05",), clause="TL9"),
    Fault("lower_standard", "--set (standards.area_percent)", sets=("standards.area_percent=99.99",), clause="TL3"),
    # horizon and walking
    Fault("base_date_outside", "scenario.yaml:5:12 (base_date)", text("base_date: 2021-12-13", "base_date: 2020-12-31")),
    Fault("bad_period", "--set (periods)", sets=("periods=[2023-01-01, 2022-01-01]",)),
    Fault("bad_period", "--set (periods)", sets=("periods=2026-01-01",)),
    Fault("walking_incomplete", "scenario.yaml:11:3 (walking.detour)",
          both(text("  method: table", f"  {STRAIGHT}"), text("\n  detour: 1.3", "")), clause="TL9"),
    Fault("walking_incomplete", "scenario.yaml:11:3 (walking.speed_source)",
          both(text("  method: table", f"  {STRAIGHT}"), text("  speed_source: 实测\n", "")), clause="TL9"),
    Fault("no_walks", "walks.csv", raw("walks.csv", b"estate,place,seconds\n"), clause="TL9"),
    Fault("no_walks", "scenario.yaml:11:11 (walking.method)", lambda tiny: (tiny.folder / "walks.csv").unlink(), clause="TL9"),
    Fault("duplicate_walk", "walks.csv:7:2 (E01/S01, place)", line("walks", "E01,S01,301")),
    Fault("above_most", "walks.csv:2:3 (E01/S01, seconds)", cell("walks", "E01/S01", "seconds", "86401")),
    Fault("unknown_id", "walks.csv:2:2 (E01/S99, place)", cell("walks", "E01/S01", "place", "S99")),
    Fault("unknown_id", "walks.csv:2:1 (E99/S01, estate)", cell("walks", "E01/S01", "estate", "E99")),
    # coordinates
    Fault("crs_missing", "scenario.yaml (crs)", text("crs: epsg:4549\n", "")),
    Fault("bad_crs", "scenario.yaml:9:6 (crs)", text("crs: epsg:4549", "crs: wgs1984")),
    Fault("point_missing", "sites.csv:2:5 (S01, x)",
          both(text("  method: table", f"  {STRAIGHT}"), cell("sites", "S01", "x", ""), cell("sites", "S01", "y", "")), clause="TL9"),
    Fault("half_point", "sites.csv:2:6 (S01, y)", cell("sites", "S01", "y", "")),
    Fault("point_not_metres", "sites.csv:2:5 (S01, x)", both(cell("sites", "S01", "x", "119.6"), cell("sites", "S01", "y", "29.8"))),
    Fault("bad_number", "sites.csv:2:5 (S01, x)", cell("sites", "S01", "x", "NaN")),
    # tables as files
    Fault("missing_file", "scenario.yaml:31:10 (tables.sites)", text(
        "    objective: [fewest_sites, least_cost]", "    objective: [fewest_sites, least_cost]\ntables:\n  sites: site.csv")),
    Fault("unreadable_file", "--set (tables.funds)", lambda tiny: (tiny.folder / "some").mkdir(), sets=("tables.funds=some",)),
    Fault("unknown_table", "--set (tables.parks)", sets=("tables.parks=parks.csv",)),
    Fault("bad_value", "--set (tables.sites)", sets=("tables.sites=[a.csv, b.csv]",)),
    Fault("bad_encoding", "funds.csv", raw("funds.csv", b"fund,funder\n\xff\xff\xff\n")),
    Fault("empty_file", "funds.csv", raw("funds.csv", b"\r\n\r\n")),
    Fault("bad_csv", "funds.csv:3", line("funds", 'F02,county,2022,100000,"purchase')),
    Fault("unknown_column", "funds.csv:1:7 (townshp)", heading("funds", "works,township", "works,townshp")),
    Fault("duplicate_column", "funds.csv:1:8 (乡镇街道)", heading("funds", "township,district", "township,乡镇街道")),
    Fault("missing_column", "budgets.csv:1", raw("budgets.csv", b"budget,payer,years,measure\nB01,township,2021,net\n")),
    Fault("stray_cell", "walks.csv:2:4", heading("walks", "E01,S01,300", "E01,S01,300,秒")),
    Fault("no_estates", "estates.csv", raw("estates.csv", b"estate,name,township,dwellings\n")),
    Fault("odd_character", "sites.csv:2:3 (S01, township)", heading("sites", "S01,旧办公楼,桐君街道", "S01,旧办公楼,桐君\u200b街道")),
    # cells
    Fault("missing_cell", "estates.csv:2:6 (E01, dwellings)", cell("estates", "E01", "dwellings", "")),
    Fault("missing_cell", "estates.csv:5:6 (E03, dwellings)", cell("estates", "E03", "dwellings", "")),
    Fault("bad_integer", "estates.csv:2:6 (E01, dwellings)", cell("estates", "E01", "dwellings", "999.5")),
    Fault("bad_number", "estates.csv:2:6 (E01, dwellings)", cell("estates", "E01", "dwellings", "约1000")),
    Fault("bad_number", "options.csv:2:8 (O01, price_yuan)", cell("options", "O01", "price_yuan", "1,00")),
    Fault("bad_number", "options.csv:2:8 (O01, price_yuan)", cell("options", "O01", "price_yuan", "1e999999999")),
    Fault("below_least", "estates.csv:2:6 (E01, dwellings)", cell("estates", "E01", "dwellings", "-1")),
    Fault("above_most", "options.csv:2:8 (O01, price_yuan)", cell("options", "O01", "price_yuan", "1e13")),
    Fault("too_fine", "options.csv:2:5 (O01, area_m2)", cell("options", "O01", "area_m2", "260.001")),
    Fault("bad_date", "estates.csv:2:8 (E01, started)", cell("estates", "E01", "started", "1998.3")),
    Fault("bad_yes_no", "sites.csv:3:7 (S02, detached)", cell("sites", "S02", "detached", "也许")),
    Fault("bad_id", "sites.csv:3:14 (S02, building_group)", cell("sites", "S02", "building_group", "一号楼")),
    Fault("bad_choice", "options.csv:2:3 (O01, kind)", cell("options", "O01", "kind", "buy")),
    Fault("bad_choice", "options.csv:2:3 (O01, kind)", cell("options", "O01", "kind", "购买")),
    Fault("bad_years", "budgets.csv:3:3 (B02, years)", cell("budgets", "B02", "years", "2023-2022")),
    # edits
    Fault("unknown_table", "--set (edits.option.O01.kind)", sets=("edits.option.O01.kind=lease",)),
    Fault("unknown_row", "--set (edits.options.O99.kind)", sets=("edits.options.O99.kind=lease",)),
    Fault("unknown_row", "scenario.yaml:23:14 (variants.poor.edits.budgets.B99)", text("B01: {limit", "B99: {limit")),
    Fault("unknown_column", "--set (edits.options.O01.kin)", sets=("edits.options.O01.kin=lease",)),
    Fault("edit_of_id", "--set (edits.options.O01.option)", sets=("edits.options.O01.option=O77",)),
    Fault("bad_value", "--set (edits.options.O01.kind)", sets=("edits.options.O01.kind={a: b}",)),
    Fault("bad_number", "--set (edits.budgets.B01.limit_yuan)", sets=("edits.budgets.B01.limit_yuan=much",)),
    # ids
    Fault("duplicate_id", "options.csv:11:1 (O01, option)", line("options", "O01,S02,lease,none,150,,,,9000,,,,,,,")),
    Fault("id_taken", "premises.csv:4:1 (E05, premises)", cell("premises", "P03", "premises", "E05")),
    Fault("id_taken", "sites.csv:2:11 (S01, cluster)", both(
        cell("sites", "S01", "cluster", "P03"), cell("sites", "S01", "cluster_main", "是"),
        cell("sites", "S01", "cluster_approval", "民〔2021〕6号"))),
    Fault("unknown_id", "options.csv:2:2 (O01, site)", cell("options", "O01", "site", "S10")),
    Fault("unknown_id", "options.csv:5:13 (O04, gives_up)", cell("options", "O04", "gives_up", "P01;P07")),
    Fault("unknown_id", "options.csv:8:14 (O07, extends)", cell("options", "O07", "extends", "P22")),
    Fault("unknown_id", "sites.csv:2:10 (S01, estate)", cell("sites", "S01", "estate", "E77")),
    Fault("unknown_id", "premises.csv:2:11 (P01, estate)", cell("premises", "P01", "estate", "E77")),
    Fault("unknown_id", "estates.csv:2:17 (E01, adjacent)", cell("estates", "E01", "adjacent", "E02;E77")),
    Fault("listed_twice", "options.csv:5:13 (O04, gives_up)", cell("options", "O04", "gives_up", "P01;P01")),
    Fault("unknown_cohort", "estates.csv:2:10 (E01, cohort)", cell("estates", "E01", "cohort", "ancient"), clause="TL5"),
    Fault("unknown_premises_kind", "premises.csv:2:3 (P01, kind)", cell("premises", "P01", "kind", "cinema"), clause="TL8"),
    Fault("unknown_funder", "options.csv:9:15 (O08, payer)", cell("options", "O08", "payer", "city")),
    Fault("unknown_funder", "budgets.csv:4:2 (B03, payer)", cell("budgets", "B03", "payer", "县")),
    Fault("unknown_funder", "funds.csv:2:2 (F01, funder)", cell("funds", "F01", "funder", "lottery")),
    Fault("bad_choice", "funds.csv:2:5 (F01, uses)", cell("funds", "F01", "uses", "purchase;rent")),
    # estates
    Fault("cohort_date_missing", "estates.csv:2:8 (E01, started)", cell("estates", "E01", "started", ""), clause="TL5"),
    Fault("cohort_differs", "estates.csv:2:10 (E01, cohort)", cell("estates", "E01", "cohort", "new"), clause="TL5"),
    Fault("dwellings_zero", "estates.csv:2:6 (E01, dwellings)", cell("estates", "E01", "dwellings", "0"), clause="TL3"),
    Fault("evidence_missing", "estates.csv:5:12 (E03, demolition_evidence)",
          cell("estates", "E03", "demolition_evidence", ""), clause="TL7"),
    Fault("demolition_date_missing", "estates.csv:5:11 (E03, demolition_date)",
          cell("estates", "E03", "demolition_date", ""), clause="TL7"),
    Fault("exception_without_reason", "estates.csv:3:16 (E02, circle_exception_reason)",
          cell("estates", "E02", "circle_exception_reason", ""), clause="TL9"),
    Fault("exception_not_longer", "estates.csv:3:15 (E02, circle_exception_minutes)",
          cell("estates", "E02", "circle_exception_minutes", "15"), clause="TL9"),
    Fault("completed_before_start", "estates.csv:2:9 (E01, completed)", cell("estates", "E01", "completed", "1998-02-28")),
    Fault("more_than_all", "estates.csv:2:19 (E01, persons_60)", cell("estates", "E01", "persons_60", "2001")),
    Fault("in_lieu_not_in_law", "estates.csv:2:20 (E01, in_lieu_yuan)",
          both(cell("estates", "E01", "in_lieu_yuan", "100000"), cell("estates", "E01", "in_lieu_year", "2022"))),
    # sites
    Fault("net_above_gross", "sites.csv:2:9 (S01, net_area_m2)", cell("sites", "S01", "net_area_m2", "400.01")),
    Fault("cluster_missing", "sites.csv:2:11 (S01, cluster)", cell("sites", "S01", "cluster_main", "是")),
    Fault("cluster_main_count", "sites.csv:6:12 (S05, cluster_main)", cell("sites", "S04", "cluster_main", ""), clause="TL11"),
    Fault("cluster_approval_missing", "sites.csv:5:13 (S04, cluster_approval)",
          cell("sites", "S04", "cluster_approval", ""), clause="TL11"),
    Fault("cluster_townships", "sites.csv:6:3 (S05, township)", cell("sites", "S05", "township", "城南街道"), clause="TL11"),
    Fault("cluster_point_missing", "sites.csv:6:5 (S05, x)",
          both(cell("sites", "S05", "x", ""), cell("sites", "S05", "y", "")), clause="TL11"),
    Fault("cluster_room_large", "sites.csv:6:11 (S05, cluster)",
          both(cell("sites", "S05", "gross_area_m2", "200"), cell("options", "O06", "area_m2", "200")), clause="TL11"),
    # premises
    Fault("set_aside_missing", "premises.csv:3:8 (P02, set_aside_m2)", cell("premises", "P02", "set_aside_m2", ""), clause="TL8"),
    Fault("set_aside_unused", "premises.csv:2:8 (P01, set_aside_m2)", cell("premises", "P01", "set_aside_m2", "20"), clause="TL8"),
    Fault("set_aside_above_area", "premises.csv:3:8 (P02, set_aside_m2)", cell("premises", "P02", "set_aside_m2", "500.01")),
    Fault("ready_date_missing", "premises.csv:4:10 (P03, ready_date)", cell("premises", "P03", "ready_date", "")),
    Fault("in_use_later", "premises.csv:2:10 (P01, ready_date)", cell("premises", "P01", "ready_date", "2021-12-14")),
    Fault("area_zero", "premises.csv:4:6 (P03, area_m2)", cell("premises", "P03", "area_m2", "0")),
    # options
    Fault("area_missing", "options.csv:2:5 (O01, area_m2)", cell("options", "O01", "area_m2", "")),
    Fault("area_twice", "options.csv:4:5 (O03, area_m2)", cell("options", "O03", "area_m2", "300")),
    Fault("area_half", "options.csv:4:7 (O03, area_max_m2)", cell("options", "O03", "area_max_m2", "")),
    Fault("area_reversed", "options.csv:4:6 (O03, area_min_m2)", cell("options", "O03", "area_min_m2", "400.01")),
    Fault("area_zero", "options.csv:2:5 (O01, area_m2)", cell("options", "O01", "area_m2", "0")),
    Fault("area_zero", "options.csv:4:6 (O03, area_min_m2)", cell("options", "O03", "area_min_m2", "0")),
    Fault("area_above_site", "options.csv:2:5 (O01, area_m2)", cell("options", "O01", "area_m2", "400.01")),
    Fault("area_above_site", "options.csv:4:7 (O03, area_max_m2)", cell("options", "O03", "area_max_m2", "401")),
    Fault("works_need_extends", "options.csv:4:14 (O03, extends)", cell("options", "O03", "works", "extension")),
    Fault("extends_needs_works", "options.csv:8:4 (O07, works)",
          both(cell("options", "O07", "works", "none"), cell("options", "O07", "area_m2", "20"))),
    Fault("extended_and_given_up", "options.csv:8:13 (O07, gives_up)", cell("options", "O07", "gives_up", "P02")),
    Fault("kind_not_in_law", "options.csv:4:3 (O03, kind)", cell("options", "O03", "kind", "adjustment"), clause="TL1"),
    Fault("works_not_in_law", "options.csv:2:4 (O01, works)", cell("options", "O01", "works", "new"), clause="TL1"),
    Fault("cost_missing", "options.csv:2:8 (O01, price_yuan)", cell("options", "O01", "price_yuan", "")),
    Fault("cost_missing", "options.csv:4:11 (O03, fit_out_yuan)", cell("options", "O03", "fit_out_yuan", "")),
    Fault("cost_missing", "options.csv:8:11 (O07, fit_out_yuan)", cell("options", "O07", "fit_out_yuan", "")),
    Fault("negative_price", "options.csv:2:8 (O01, price_yuan)", cell("options", "O01", "price_yuan", "-1")),
    Fault("provided_priced", "options.csv:4:8 (O03, price_yuan)", cell("options", "O03", "price_yuan", "1"), clause="TL1"),
    Fault("rent_missing", "options.csv:3:9 (O02, rent_yuan_per_year)",
          both(cell("options", "O02", "rent_yuan_per_year", "0"), cell("options", "O02", "term_years", ""))),
    Fault("rent_on_bought", "options.csv:2:9 (O01, rent_yuan_per_year)", cell("options", "O01", "rent_yuan_per_year", "1")),
    Fault("lease_term_without_rent", "options.csv:4:10 (O03, term_years)", cell("options", "O03", "term_years", "5")),
    Fault("lease_term_without_rent", "options.csv:4:17 (O03, lease_end)", cell("options", "O03", "lease_end", "end")),
    Fault("lease_end_without_term", "options.csv:3:10 (O02, term_years)",
          both(cell("options", "O02", "lease_end", "到期终止"), cell("options", "O02", "term_years", ""))),
    Fault("bad_choice", "options.csv:3:17 (O02, lease_end)", cell("options", "O02", "lease_end", "收回")),
    Fault("bad_schedule", "options.csv:2:18 (O01, payment_schedule)", cell("options", "O01", "payment_schedule", "30;70")),
    Fault("bad_schedule", "options.csv:2:18 (O01, payment_schedule)", cell("options", "O01", "payment_schedule", "0:100;30:0")),
    Fault("schedule_order", "options.csv:2:18 (O01, payment_schedule)", cell("options", "O01", "payment_schedule", "0:30;90:30;90:40")),
    Fault("schedule_sum", "options.csv:2:18 (O01, payment_schedule)", cell("options", "O01", "payment_schedule", "0:30;365:69.99")),
    Fault("schedule_without_price", "options.csv:6:18 (O05, payment_schedule)", cell("options", "O05", "payment_schedule", "0:100")),
    Fault("start_after_horizon", "options.csv:9:12 (O08, first_start)", cell("options", "O08", "first_start", "2026-01-01")),
    # locks
    Fault("lock_unavailable", "options.csv:2:16 (O01, lock)",
          both(cell("options", "O01", "lock", "in"), cell("sites", "S01", "available", "否"))),
    Fault("lock_twice", "options.csv:3:16 (O02, lock)", both(cell("options", "O01", "lock", "in"), cell("options", "O02", "lock", "in"))),
    Fault("lock_twice", "options.csv:5:16 (O04, lock)", both(cell("options", "O03", "lock", "in"), cell("options", "O04", "lock", "in"))),
    Fault("lock_kind", "options.csv:2:16 (O01, lock)", cell("options", "O01", "lock", "in"), sets=("only_kinds=[lease, swap]",)),
    Fault("lock_premises", "options.csv:10:14 (O09, extends)", both(
        cell("options", "O04", "gives_up", "P02"), cell("sites", "S03", "building_group", ""), cell("options", "O04", "site", "S01"),
        cell("options", "O04", "lock", "in"), cell("options", "O09", "lock", "in"))),
    Fault("lock_premises", "options.csv:5:13 (O04, gives_up)", both(
        cell("options", "O02", "gives_up", "P01"), cell("options", "O02", "lock", "in"), cell("options", "O04", "lock", "in"))),
    # money
    Fault("years_outside_horizon", "budgets.csv:4:3 (B03, years)", cell("budgets", "B03", "years", "2021-2026")),
    Fault("years_outside_horizon", "funds.csv:2:3 (F01, years)", cell("funds", "F01", "years", "2020")),
    Fault("unknown_township", "budgets.csv:2:4 (B01, township)", cell("budgets", "B01", "township", "桐君镇")),
    Fault("unknown_district", "funds.csv:2:8 (F01, district)", cell("funds", "F01", "district", "东区")),
    Fault("carry_over_overlap", "budgets.csv:3:3 (B02, years)", cell("budgets", "B02", "years", "2021-2023")),
]  # fmt: skip
