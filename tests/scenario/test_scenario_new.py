"""A starting scenario loads, in both forms and languages, under every bundled policy, and invents no figure of law."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from siteplanner.errors import InputError
from siteplanner.planner import plan
from siteplanner.policy.load import pack_ids, raw_pack
from siteplanner.scenario.load import load_scenario
from siteplanner.scenario.new import write_new
from siteplanner.texts import Lang

FORMS: tuple[Literal["csv", "xlsx"], ...] = ("csv", "xlsx")
LANGS: tuple[Lang, ...] = ("zh", "en")
SAMPLES = {"date": "2018-02-01", "share": "0.05", "by_name": "东区=1000"}


def asked(policy: str) -> dict[str, str]:
    """Return a value for every figure a policy must be told."""
    inputs = raw_pack(policy).get("inputs") or {}
    return {name: SAMPLES.get(need["type"], "10") for name, need in inputs.items() if not need.get("optional")}


@pytest.mark.parametrize("policy", pack_ids())
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("lang", LANGS)
def test_new_scenario_loads(tmp_path: Path, policy: str, form: Literal["csv", "xlsx"], lang: Lang) -> None:
    """With the law's open figures stated, what was written loads: synthetic, and with an estate for every class."""
    files = write_new(tmp_path, form=form, lang=lang, policy=policy, inputs=asked(policy))
    found = load_scenario(tmp_path, variant="small_budget")
    assert files[0] == tmp_path / "scenario.yaml"
    assert all(path.exists() for path in files)
    assert found.settings.synthetic
    assert found.pack.id == policy
    assert len(found.estates) == len(found.pack.cohorts)
    assert len(found.options) >= len(found.sites) > 0
    assert found.budgets[0].limit_fen == 500_000_000


@pytest.mark.parametrize("policy", pack_ids())
def test_new_scenario_has_a_plan(tmp_path: Path, policy: str) -> None:
    """A first run ends in a proven plan under every bundled policy, facilities of each tier included."""
    write_new(tmp_path, form="csv", lang="zh", policy=policy, inputs=asked(policy))
    scenario = load_scenario(tmp_path)
    found = plan(scenario).plan
    assert found.status.status == "optimal"
    types = {option.station_type for option in scenario.options if option.id in {pick.option for pick in found.chosen}}
    assert types >= {tier.station_type for tier in scenario.pack.tiers}


@pytest.mark.parametrize("lang", LANGS)
def test_both_forms_of_a_new_scenario_mean_the_same(tmp_path: Path, lang: Lang) -> None:
    """The workbook holds what the CSV files hold."""
    found = []
    for form in FORMS:
        write_new(tmp_path / form, form=form, lang=lang, policy="tonglu-2021", inputs=asked("tonglu-2021"))
        found.append(load_scenario(tmp_path / form).model_dump(exclude={"files"}))
    assert found[0] == found[1]


@pytest.mark.parametrize("policy", [policy for policy in pack_ids() if asked(policy)])
def test_figures_the_law_leaves_open_are_asked_for(tmp_path: Path, policy: str) -> None:
    """Nothing is made up: the first load asks for each figure under its clause, and for nothing else."""
    write_new(tmp_path, form="csv", lang="zh", policy=policy)
    with pytest.raises(InputError) as caught:
        load_scenario(tmp_path)
    problems = caught.value.problems
    assert [(p.code, p.where.heading) for p in problems] == [("missing_input", f"inputs.{name}") for name in asked(policy)]
    assert all(p.clause and p.where.line for p in problems)


def test_new_files_are_the_same_twice(tmp_path: Path) -> None:
    """The same call gives the same bytes, workbook included."""
    for n in (1, 2):
        write_new(tmp_path / str(n), form="xlsx", lang="zh", policy="tonglu-2021")
    for name in ("scenario.yaml", "tables.xlsx"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_new_csv_opens_in_a_spreadsheet(tmp_path: Path) -> None:
    """CSV files begin with a byte-order mark and carry units in their headings."""
    write_new(tmp_path, form="csv", lang="zh", policy="tonglu-2021")
    text = (tmp_path / "options.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    assert "总价_元,单价_元每m2" in text.decode("utf-8-sig")


def test_workbook_offers_choices_and_notes(tmp_path: Path) -> None:
    """The workbook has drop-downs for choices and a note on every heading."""
    import zipfile

    write_new(tmp_path, form="xlsx", lang="zh", policy="tonglu-2021")
    with zipfile.ZipFile(tmp_path / "tables.xlsx") as package:
        options = package.read("xl/worksheets/sheet3.xml").decode()
        strings = package.read("xl/sharedStrings.xml").decode()
        notes = package.read("xl/comments3.xml").decode()
    assert options.count("<dataValidation ") >= 6
    assert "提供存量房屋" in strings
    assert "英文列名 area_m2" in notes


def test_new_scenario_of_an_unknown_policy_is_refused(tmp_path: Path) -> None:
    """A slip in the policy's name is met with the closest one, and nothing is written."""
    with pytest.raises(InputError) as caught:
        write_new(tmp_path / "x", form="csv", lang="en", policy="tonglo-2021")
    assert caught.value.problems[0].facts["near"] == "tonglu-2021"
    assert not (tmp_path / "x").exists()
