"""Variants and ``--set``: a few keys laid upon a base, recorded in the scenario."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from siteplanner.scenario.load import load_scenario

if TYPE_CHECKING:
    from scenario.conftest import Tiny


def test_variant_merges_mappings_and_replaces_lists(tiny: Tiny) -> None:
    """A variant changes single keys of mappings, whole lists, and its title; the rest stays."""
    base, far, poor = tiny.load(), tiny.load("far"), tiny.load("poor")
    assert far.settings.objective == ("fewest_sites", "least_cost")
    assert far.settings.what_if
    assert far.settings.standards.reach_minutes == Decimal(20)
    assert far.settings.finance == base.settings.finance
    assert poor.settings.title == "预算收紧"
    assert (base.variant, far.variant, poor.variant) == ("", "far", "poor")


def test_variant_edits_single_cells(tiny: Tiny) -> None:
    """Edits of a variant replace the cell and nothing beside it."""
    base, poor = tiny.load(), tiny.load("poor")
    assert [line.limit_fen for line in base.budgets] == [200_000_000, 100_000_000, 50_000_000]
    assert [line.limit_fen for line in poor.budgets] == [5_000_000, 100_000_000, 50_000_000]
    assert poor.options == base.options


def test_edits_of_base_and_variant_add_up(tiny: Tiny) -> None:
    """Edits of the file, of the variant and of the command line are laid upon each other, the last one winning."""
    edits = "edits:\n  budgets:\n    B01: {limit_yuan: 7, carry_over: 否}\n"
    tiny.yaml("objective: [least_cost]\nvariants", f"objective: [least_cost]\n{edits}variants")
    assert [line.limit_fen for line in tiny.load().budgets] == [700, 100_000_000, 50_000_000]
    found = tiny.load("poor", "edits.budgets.B03.limit_yuan=1", "edits.预算.B02.限额（元）=2")
    assert [(line.limit_fen, line.carry_over) for line in found.budgets] == [(5_000_000, False), (200, False), (100, False)]


def test_edit_can_clear_a_cell_and_fill_an_absent_column(tiny: Tiny) -> None:
    """An empty edit brings the default back; a column the file does not have can be edited too."""
    found = tiny.load("", "edits.options.O02.term_years=", "edits.options.O02.lead_days=30", "edits.options.O04.gives_up=[P01, P03]")
    assert (found.options[1].term_years, found.options[1].lead_days) == (None, 30)
    assert found.options[3].gives_up == ("P01", "P03")


def test_edit_of_a_walk_names_the_pair(tiny: Tiny) -> None:
    """A row of walks is called estate/place."""
    found = tiny.load("", "edits.walks.E01/S01.seconds=901")
    assert next(walk.seconds for walk in found.walks if (walk.estate, walk.place) == ("E01", "S01")) == 901


def test_edit_reaches_ids_with_dots(tiny: Tiny) -> None:
    """Dots in an id do not split it."""
    tiny.cell("budgets", "B02", "budget", "B.0.2")
    assert tiny.load("", "edits.budgets.B.0.2.limit_yuan=3").budgets[0].limit_fen == 300


def test_sets_are_recorded_and_win_over_the_variant(tiny: Tiny) -> None:
    """``--set`` is laid upon the variant, in order, and kept as it was given."""
    sets = ("standards.reach_minutes=12", "standards.reach_minutes=11", "switches.sharing=circle_own", "objective=least_walking")
    found = load_scenario(tiny.folder, variant="near", sets=sets)
    assert found.changes == sets
    assert found.settings.standards.reach_minutes == Decimal(11)
    assert found.settings.objective == ("least_walking",)
    assert found.pack.switches_in_force["sharing"] == "circle_own"


def test_base_is_the_file_itself(tiny: Tiny) -> None:
    """The name base stands for the file without a variant."""
    assert tiny.load("base").settings == tiny.load().settings


def test_variants_not_chosen_are_checked_too(tiny: Tiny) -> None:
    """A fault in a variant shows whichever variant runs."""
    tiny.yaml("{reach_minutes: 10}", "{reach_minutes: ten}")
    assert tiny.found("poor") == [("bad_number", "scenario.yaml:25:32 (variants.near.standards.reach_minutes)")]


def test_what_if_variant_may_be_laxer_than_the_law(tiny: Tiny) -> None:
    """Twenty minutes are refused without what_if and allowed with it; exactly fifteen are no departure."""
    assert tiny.load("far").settings.what_if
    assert tiny.found("far", "what_if=false") == [("wider_circle", "scenario.yaml:28:32 (variants.far.standards.reach_minutes)")]
    assert tiny.load("", "standards.reach_minutes=15", "standards.area_percent=100").settings.standards.reach_minutes == 15


@pytest.mark.parametrize("written", ["2018-02-01", "2018/2/1", "2018年2月1日"])
def test_inputs_reach_the_policy_in_one_form(tiny: Tiny, written: str) -> None:
    """A date the law leaves open is read in the usual spellings and resolved into the policy."""
    found = tiny.load("", f"inputs.cohort_date={written}")
    assert found.pack.inputs_in_force == {"cohort_date": "2018-02-01"}
    assert found.pack.cohorts[0].when.before is not None
    assert found.pack.cohorts[0].when.before.isoformat() == "2018-02-01"


def test_own_policy_file_is_read_and_recorded(tiny: Tiny) -> None:
    """A pack in the scenario folder works like a bundled one, and its hash is kept."""
    from importlib import resources

    text = (resources.files("siteplanner.policy") / "packs" / "tonglu-2021.yaml").read_text(encoding="utf-8")
    (tiny.folder / "own.yaml").write_text(text.replace("id: tonglu-2021", "id: own-law", 1), encoding="utf-8")
    found = tiny.load("", "policy=own.yaml")
    assert found.pack.id == "own-law"
    assert "own.yaml" in {file.name for file in found.files}
