"""Turning one switch changes in a plan exactly what its reading says and nothing else: a small county for every switch of every pack."""

from __future__ import annotations

import pytest

from policy.readings import liaoyuan, tonglu, weihai, wenzhou, yangcheng
from policy.readings.case import Reading
from siteplanner.policy.load import pack_ids, raw_pack
from support.small import outcome

READINGS: tuple[Reading, ...] = tonglu.READINGS + yangcheng.READINGS + liaoyuan.READINGS + wenzhou.READINGS + weihai.READINGS


def test_every_switch_of_every_pack_has_a_county() -> None:
    """A switch that is added to a pack without a county here, or a choice without an expectation, fails."""
    wanted = {(policy, name): set(node["choices"]) for policy in pack_ids() for name, node in raw_pack(policy)["switches"].items()}
    assert {(row.policy, row.switch): set(row.parts) for row in READINGS} == wanted
    assert len(READINGS) == len(wanted)


@pytest.mark.parametrize("row", READINGS, ids=lambda row: f"{row.policy}-{row.switch}")
def test_a_switch_changes_exactly_what_its_reading_says(row: Reading) -> None:
    """The parts of the plan that depend on the reading are as written down for each choice; all others are the same throughout.

    The default choice is planned by turning no switch at all.
    """
    default = raw_pack(row.policy)["switches"][row.switch]["default"]
    found = {choice: outcome(row.county, **({} if choice == default else {row.switch: choice})) for choice in row.parts}
    seen = {choice: {part: found[choice].get(part, "") for part in parts} for choice, parts in row.parts.items()}
    assert seen == {choice: dict(parts) for choice, parts in row.parts.items()}, row.why
    assert len({tuple(sorted(parts.items())) for parts in row.parts.values()}) == len(row.parts), "two choices are to give the same"
    named = {part for parts in row.parts.values() for part in parts}
    rest = [{part: text for part, text in parts.items() if part not in named} for parts in found.values() if len(parts) > 1]
    assert all(parts == rest[0] for parts in rest), f"besides {sorted(named)} something else changed: {rest}"
