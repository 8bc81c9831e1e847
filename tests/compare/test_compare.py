"""Plans side by side: totals, differences and lists are those of the records, and every paper says the same."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from siteplanner.compare import Compared, Comparison, compare, pack_of
from siteplanner.plan import Plan
from siteplanner.planner import plan
from siteplanner.report.comparison import caution_text, csv_bytes, write_comparison
from siteplanner.scenario.load import load_scenario
from support.line import ROOT, TOY, command

SIXTH = ROOT / "tests" / "policy" / "sixth"
WORDS = ("", "day_included", "sixteen_minute_circle", "all_public")


def planned(folder: Path, variant: str, label: str) -> Compared:
    """Return a scenario's plan under a label, as the command would make it."""
    scenario = load_scenario(folder, variant=variant)
    return Compared(label, plan(scenario).plan, f"{folder.name}:{variant}", scenario.pack, scenario)


@pytest.fixture(scope="module")
def toys() -> tuple[Compared, ...]:
    """Return four plans of the toy county."""
    return tuple(planned(TOY, variant, label) for label, variant in zip("ABCD", WORDS, strict=True))


@pytest.fixture(scope="module")
def found(toys: tuple[Compared, ...]) -> Comparison:
    """Return the toy plans compared."""
    return compare(toys)


def amounts(found: Comparison, part: str) -> dict[tuple[str, ...], tuple[int, ...]]:
    """Return the rows of a part."""
    return {row.key: row.amounts for row in found.part(part).rows}


def test_differences_of_totals_are_the_sums_of_differences(found: Comparison) -> None:
    """In every table the difference of the totals is the sum of the rows' differences, and some table differs."""
    for part in found.parts:
        sums = tuple(sum(row.differences[n] for row in part.rows) for n in range(3)) if part.rows else ()
        assert part.total.differences == sums, part.key
    assert any(any(part.total.differences) for part in found.parts)


def test_totals_are_those_of_the_records(found: Comparison, toys: tuple[Compared, ...]) -> None:
    """Cost by term adds up to the plan's terms, subsidies to its grant lines, funders' money in equals money out."""
    assert found.part("cost").total.amounts == tuple(sum(term.amount for term in one.plan.terms) for one in toys)
    grants = tuple(sum(line.fen for line in one.plan.ledger if line.kind == "grant") for one in toys)
    assert found.part("subsidies").total.amounts == grants
    assert found.part("pays").total.amounts == found.part("gets").total.amounts
    assert found.part("town_cost").total.amounts == found.part("cost").total.amounts
    assert found.part("town_added").total.amounts == tuple(sum(row.area_dm2 for row in one.plan.chosen) for one in toys)
    assert found.part("estates").total.amounts == (5, 5, 5, 5)


def test_what_a_reading_costs_is_the_hand_derived_difference(found: Comparison) -> None:
    """The day included saves 224,280.07 - 130,000.00 yuan and a grant of 50,000, as the toy county's README derives."""
    assert found.part("cost").total.amounts[:2] == (224_280_07, 130_000_00)
    assert found.part("cost").total.differences[0] == -94_280_07
    assert amounts(found, "subsidies") == {("county", "TL13"): (150_000_00, 100_000_00, 100_000_00, 150_000_00)}
    assert amounts(found, "subsidies_present")[("county", "TL13")][:2] == (130_000_00, 80_000_00)
    assert amounts(found, "public_cost") == {
        key: row for key, row in amounts(found, "public_cost").items() if key not in (("grant",), ("fund",))
    }, "grants between public funders cancel"


def test_what_a_funder_pays_receives_and_nets_agrees(found: Comparison) -> None:
    """Net is paid less received, for every funder in every plan."""
    pays, gets, net = (amounts(found, key) for key in ("pays", "gets", "net"))
    for who in {*pays, *gets} - {("market",)}:
        both = zip(pays.get(who, (0,) * 4), gets.get(who, (0,) * 4), strict=True)
        assert tuple(out - back for out, back in both) == net.get(who, (0,) * 4), who


def test_choices_estates_and_settings_that_differ_are_listed(found: Comparison) -> None:
    """Only options started in some plan and not in another are listed, and only settings that differ."""
    listed = {row.option: [pick is not None for pick in row.chosen] for row in found.choices}
    assert listed == {
        "O01": [True, False, True, True],
        "O04": [True, False, False, True],
        "O08": [False, True, False, False],
    }
    settings = {row.key: row.values for row in found.settings}
    assert settings["switches.bare_date"] == ("excludes_day", "includes_day", "excludes_day", "excludes_day")
    assert settings["standards.reach_minutes"] == ("", "", "16", "")
    assert settings["perspective"] == ("township", "township", "township", "all_public")
    assert "finance.rate" not in settings
    assert found.standings == ()


def test_estates_that_stand_otherwise_are_listed(toys: tuple[Compared, ...]) -> None:
    """An estate whose result or need differs is listed with both."""
    other = toys[0].plan
    services = tuple(row.model_copy(update={"status": "short", "held_dm2": 1}) if row.estate == "E02" else row for row in other.services)
    pair = compare([toys[0], Compared("B", other.model_copy(update={"services": services}))])
    assert [row.estate for row in pair.standings] == ["E02"]
    assert amounts(pair, "estates")[("short",)] == (0, 1)


def cautions(plans: Sequence[Compared]) -> set[str]:
    """Return the codes of what is warned of."""
    return {caution.code for caution in compare(plans).cautions}


def test_other_policies_and_perspectives_are_warned_of(toys: tuple[Compared, ...]) -> None:
    """Plans under different policies or perspectives compare, with a warning that says which; like plans are not warned of."""
    assert cautions(toys[:2]) == {"synthetic"}
    assert cautions([toys[0], toys[3]]) == {"synthetic", "other_perspective"}
    sixth = planned(SIXTH, "", "B")
    both = compare([toys[0], sixth])
    assert {c.code for c in both.cautions} == {"synthetic", "other_policy", "other_perspective", "other_county", "other_base_date"}
    said = " ".join(caution_text(caution, both, "en") for caution in both.cautions)
    assert "tonglu-2021, sixth-2030" in said
    assert "Township, Ward purse" in said


def test_what_if_and_open_gap_travel_with_the_comparison(toys: tuple[Compared, ...]) -> None:
    """A what-if plan and a plan that is not proven are named, with the clauses departed from."""
    stopped = toys[0].plan.status.model_copy(update={"status": "feasible"})
    open_plan: Plan = toys[0].plan.model_copy(update={"status": stopped})
    pair = compare([toys[2], Compared("B", open_plan, pack=toys[0].pack)])
    stamps = {caution.code: (caution.labels, caution.facts) for caution in pair.cautions}
    assert stamps["what_if"] == (("C",), ("TL9",))
    assert stamps["open_gap"][0] == ("B",)


def test_csv_and_workbook_say_what_the_comparison_says(found: Comparison, tmp_path: Path) -> None:
    """The totals of both papers are the comparison's, in yuan, and the workbook's differences are live formulas."""
    files = write_comparison(found, tmp_path, "en")
    assert [path.name for path in files] == ["compare.csv", "compare.xlsx", "compare.html"]
    assert files[0].read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(files[0].read_text(encoding="utf-8-sig"))))
    total = next(row for row in rows if row[0].startswith("Net present cost by term (perspective") and row[1] == "Total")
    fen = (*found.part("cost").total.amounts, *found.part("cost").total.differences)
    assert [round(float(cell) * 100) for cell in total[3:]] == list(fen)
    sheet = CalamineWorkbook.from_path(files[1]).get_sheet_by_name("Net present cost").to_python()
    foot = next(row for row in sheet if row[0] == "Total")
    assert [round(float(str(cell)) * 100) for cell in foot[1:]] == list(fen)


def test_the_same_plans_give_the_same_bytes(found: Comparison, tmp_path: Path) -> None:
    """Writing twice gives the same files."""
    first, second = (write_comparison(found, tmp_path / name, "zh") for name in ("one", "two"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_csv_cells_are_never_formulas(toys: tuple[Compared, ...], start: str) -> None:
    """Whatever a title, township or option says, no cell of words begins like a formula."""
    bad = f"{start}cmd|' /C calc'!A0"
    rows = tuple(row.model_copy(update={"township": bad}) for row in toys[0].plan.ledger)
    one = Compared("B", toys[0].plan.model_copy(update={"title": bad, "ledger": rows, "variant": bad}), source=bad)
    content = csv_bytes(compare([toys[0], one]), "zh").decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(content)) for cell in row]
    assert any(bad in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@")) or (cell.startswith("-") and not is_number(cell))]


def is_number(text: str) -> bool:
    """Return whether a cell is a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_a_record_finds_its_bundled_policy_under_its_readings(toys: tuple[Compared, ...]) -> None:
    """A record of a bundled policy names its funders; one of an office's own policy has no pack at hand."""
    pack = pack_of(toys[1].plan)
    assert pack is not None
    assert pack.switches_in_force["bare_date"] == "includes_day"
    assert pack_of(toys[1].plan.model_copy(update={"policy": "mine-2031"})) is None


def test_the_command_reads_records_and_plans_on_the_spot(tmp_path: Path) -> None:
    """A record, its folder, a scenario and a variant compare alike; differences agree with the records'."""
    assert command("plan", TOY, "--out", tmp_path / "一", "--json").code == 0
    ran = command("compare", tmp_path / "一", tmp_path / "一" / "plan.json", TOY, f"{TOY}:day_included", "--out", tmp_path / "二", "--json")
    assert ran.code == 0
    data = ran.data
    assert [row["label"] for row in data["plans"]] == ["A", "B", "C", "D"]
    assert data["tables"]["cost"]["total"] == {
        "amounts": [224_280_07, 224_280_07, 224_280_07, 130_000_00],
        "differences": [0, 0, -94_280_07],
    }
    assert {Path(path).name for path in data["files"]} == {"compare.csv", "compare.xlsx", "compare.html"}
    assert [row["option"] for row in data["options"]] == ["O01", "O04", "O08"]


def test_own_policies_lend_their_names_to_records(tmp_path: Path) -> None:
    """A record made under an office's own policy is named by the plan that has the policy at hand."""
    assert command("plan", SIXTH, "--out", tmp_path, "--json").code == 0
    alone = command("compare", tmp_path, tmp_path, "--lang", "en")
    assert "Policy not at hand" in alone.out
    both = command("compare", tmp_path, f"{SIXTH}:public_first", "--lang", "en")
    assert both.code == 0
    assert "Policy not at hand" not in both.out
    assert "Ward purse" in both.out


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_says_every_problem_at_once(lang: str, tmp_path: Path) -> None:
    """A missing file, an empty folder, an unknown variant and a broken record are one answer, exit 2."""
    (tmp_path / "plan").mkdir()
    (tmp_path / "bad.json").write_text("{", encoding="utf-8")
    words = (tmp_path / "nowhere", tmp_path / "plan", f"{TOY}:nix", tmp_path / "bad.json")
    ran = command("compare", *words, "--lang", lang, "--json")
    assert ran.code == 2
    codes = {problem["code"] for problem in ran.data["problems"]}
    assert codes == {"no_compared", "nothing_to_compare", "unknown_variant", "record_not_json"}


def test_one_plan_is_too_few() -> None:
    """A single plan is refused with how to write the line."""
    ran = command("compare", TOY, "--json")
    assert (ran.code, [problem["code"] for problem in ran.data["problems"]]) == (2, ["compare_too_few"])


def test_a_scenario_without_a_plan_is_named() -> None:
    """A scenario that cannot obey the rules ends the comparison with its label and its causes, exit 3."""
    ran = command("compare", TOY, f"{TOY}:budget_one_fen_short", "--lang", "en")
    assert ran.code == 3
    assert ran.err.startswith("B ")
    assert "B-TOWN" in ran.err
