"""Resolving packs: faults are all found and named; inputs and switches land where the pack says."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from policy.samples import POLICIES, REQUIRED, resolved
from siteplanner.policy.load import PackError, raw_pack, resolve
from siteplanner.policy.values import by_name


def faults(tree: dict[str, Any], switches: dict[str, str], inputs: dict[str, str]) -> list[tuple[str, str]]:
    """Return (code, name) of every fault of a resolution that must fail."""
    with pytest.raises(PackError) as caught:
        resolve(tree, switches, inputs)
    return [(fault.code, fault.name) for fault in caught.value.faults]


def edited(policy: str) -> dict[str, Any]:
    """Return a copy of a raw pack that may be broken."""
    return copy.deepcopy(raw_pack(policy))


def test_every_fault_of_the_scenario_is_found_at_once() -> None:
    """Unknown and ill-valued switches and inputs and missing figures come in one error."""
    found = faults(raw_pack("liaoyuan-2021"), {"x": "y", "preference": "no", "old_area": "as_stated"}, {"population": "a=b", "z": "1"})
    assert set(found) == {
        ("unknown_switch", "x"),
        ("bad_choice", "preference"),
        ("unknown_input", "z"),
        ("bad_input", "population"),
        ("missing_input", "reach_minutes"),
        ("missing_input", "old_m2_per_100"),
    }


@pytest.mark.parametrize("policy", [policy for policy in POLICIES if REQUIRED[policy]])
def test_figures_the_text_does_not_give_are_asked_for_by_clause(policy: str) -> None:
    """A pack without its required figures is not resolved, and each fault names the clause that leaves the figure open."""
    with pytest.raises(PackError) as caught:
        resolve(raw_pack(policy), {}, {})
    assert {fault.name for fault in caught.value.faults} == set(REQUIRED[policy])
    clauses = {clause.id for clause in resolved(policy).clauses}
    assert all(fault.clause in clauses for fault in caught.value.faults)


def test_a_figure_used_under_one_reading_only_is_asked_there_only() -> None:
    """Weihai's reach in minutes is needed when the reading asks for minutes, not under membership of the community."""
    assert resolved("weihai-2019").standards[0].reach.mode == "community"
    assert faults(raw_pack("weihai-2019"), {"reach": "minutes"}, {}) == [("missing_input", "reach_minutes")]


def test_amounts_named_without_figures_are_absent_until_stated() -> None:
    """A subsidy whose amount the text leaves out is no rule before the scenario states it."""
    assert resolved("wenzhou-2023").grants == ()
    assert resolved("wenzhou-2023").recurring == ()
    full = resolved("wenzhou-2023", everything=True)
    assert [grant.id for grant in full.grants] == ["construction_subsidy"]
    assert {name: str(value.value) for name, value in full.recurring[0].amounts.items()} == {
        "star_3": "20000",
        "star_4": "30000",
        "star_5": "40000",
    }


def test_the_cohort_day_moves_the_line_by_one_day() -> None:
    """Reading the day itself as existing moves both cohorts' line to the next day."""
    pack = resolved("tonglu-2021", cohort_day="existing")
    assert str(pack.cohorts[0].when.before) == str(pack.cohorts[1].when.from_) == "2018-02-02"


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        (("standards", 0, "clause"), "WH99", "standards.0.clause"),
        (("grants", 0, "payer"), "nobody", "grants.0.payer"),
        (("milestones", 0, "cohorts"), ["old", "ancient"], "milestones.0.cohorts"),
        (("room_rules", 1, "station_types"), ["palace"], "room_rules.1.station_types"),
        (("perspective",), "nobody", "perspective"),
    ],
)
def test_a_name_that_stands_for_nothing_is_a_fault_of_the_pack(path: tuple[str | int, ...], value: object, where: str) -> None:
    """Clauses, funders, classes and station types that a rule names must exist in the pack."""
    tree = edited("weihai-2019")
    node: Any = tree
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    assert faults(tree, {}, {}) == [("unknown_reference", where)]


def test_an_unknown_key_of_a_pack_is_a_fault() -> None:
    """A misspelt key is refused, with its path."""
    tree = edited("wenzhou-2023")
    tree["standards"][0]["reech"] = "walk"
    assert faults(tree, {}, {}) == [("bad_pack", "standards.0.reech")]


def test_a_case_that_is_missing_is_a_fault() -> None:
    """Every choice of a switch needs its case."""
    tree = edited("wenzhou-2023")
    tree["standards"][1]["reach"] = {"switch": "new_cohort_reach", "cases": {"circle": {"mode": "township", "clause": "WZ1"}}}
    assert faults(tree, {}, {}) == [("bad_pack", "standards.1.reach")]


def test_a_key_given_twice_is_refused(tmp_path: Path) -> None:
    """A pack file in which a key stands twice is not read as if the first were not there."""
    (tmp_path / "mine.yaml").write_text("id: mine\nid: yours\n", encoding="utf-8")
    with pytest.raises(PackError, match="given twice"):
        raw_pack("mine.yaml", tmp_path)


def test_a_pack_that_is_not_there_is_said_so() -> None:
    """An unknown policy id is a missing file."""
    with pytest.raises(FileNotFoundError):
        raw_pack("atlantis-1066")


def test_figures_by_name_are_read_with_either_punctuation() -> None:
    """Chinese semicolons and equals signs do as well as plain ones."""
    assert by_name("西安区＝10；龙山区=20.5;") == by_name("西安区=10; 龙山区=20.5")


@pytest.mark.parametrize("text", ["西安区", "西安区=", "=3", "a=1; a=2", "a=-1", "a=NaN"])
def test_figures_by_name_that_are_none_are_refused(text: str) -> None:
    """A part without a name, without a number, negative or doubled is an error."""
    with pytest.raises(ValueError, match="not name=number"):
        by_name(text)
