"""The numbers of the law at, below and above their boundaries, as the packs state them."""

from __future__ import annotations

from datetime import date

import pytest

from policy.samples import resolved
from siteplanner.money import grant_amount_fen
from siteplanner.policy.rules import cohort_of, last_day, limit_dm2, net_area_dm2, reach_s, required_area_dm2, share_count, standard_of

YUAN = 100


@pytest.mark.parametrize(
    ("policy", "cohort", "dwellings", "dm2"),
    [
        ("tonglu-2021", "existing", 999, 19_980),
        ("tonglu-2021", "existing", 1_000, 20_000),
        ("tonglu-2021", "existing", 1_001, 20_020),
        ("tonglu-2021", "new", 1, 3_000),
        ("tonglu-2021", "new", 1_000, 30_000),
        ("tonglu-2021", "new", 1_001, 33_000),
        ("yangcheng-2022", "old", 3_333, 49_995),
        ("yangcheng-2022", "old", 3_334, 50_010),
        ("yangcheng-2022", "old", 13_333, 199_995),
        ("yangcheng-2022", "old", 13_334, 200_010),
        ("yangcheng-2022", "new", 1_001, 30_030),
        ("liaoyuan-2021", "new", 1_001, 20_020),
        ("liaoyuan-2021", "old", 1_001, 20_020),
        ("weihai-2019", "old", 101, 1_515),
        ("weihai-2019", "new", 101, 2_020),
    ],
)
def test_required_area_per_hundred(policy: str, cohort: str, dwellings: int, dm2: int) -> None:
    """The area an estate needs, to the dm², on both sides of the round numbers."""
    assert required_area_dm2(standard_of(resolved(policy), cohort), dwellings, None) == dm2


@pytest.mark.parametrize(
    ("floor_m2", "dwellings", "m2"), [(120_000, 1_000, 300), (150_000, 1_000, 300), (150_001, 1_000, 301), (120_000, 800, 240)]
)
def test_the_larger_of_two_tests_counts(floor_m2: int, dwellings: int, m2: int) -> None:
    """Wenzhou's new estates: 0.2 % of floor area or 30 m² per 100, whichever is more (rounded up to the m² here)."""
    needed = required_area_dm2(standard_of(resolved("wenzhou-2023"), "new"), dwellings, floor_m2 * 100)
    assert -(-needed // 100) == m2


def test_net_minimum_needs_more_gross() -> None:
    """At a net to gross ratio of 0.75, 300 m² net takes 400 m² gross: 399.99 m² is too little."""
    least = limit_dm2(standard_of(resolved("wenzhou-2023"), "new").place.min)
    assert (least, standard_of(resolved("wenzhou-2023"), "new").place.basis) == (30_000, "net")
    assert net_area_dm2(40_000, 40_000, 30_000) >= 30_000 > net_area_dm2(39_999, 40_000, 30_000)


def test_old_estates_of_wenzhou_need_a_place_and_no_area() -> None:
    """Pure covering: no test per household, one place of 200 m² gross (net under the other reading)."""
    standard = standard_of(resolved("wenzhou-2023"), "old_rest")
    assert (required_area_dm2(standard, 5_000, None), standard.coverage, limit_dm2(standard.place.min)) == (0, 1, 20_000)
    assert standard_of(resolved("wenzhou-2023", old_area_basis="net"), "old_rest").place.basis == "net"


@pytest.mark.parametrize(
    ("m2", "yuan"),
    [("0.01", 50_000), ("499.99", 50_000), ("500.00", 50_000), ("500.01", 100_000), ("999.99", 100_000), ("1000.00", 200_000)],
)
def test_the_lottery_grant_steps_as_the_law_states_its_ends(m2: str, yuan: int) -> None:
    """Up to and including 500 m², between, from 1000 m² on."""
    grant = resolved("weihai-2019").grants[0]
    assert grant_amount_fen(grant, "none", int(m2.replace(".", ""))) == yuan * YUAN


@pytest.mark.parametrize(
    ("works", "yuan"), [("new", 100_000), ("conversion", 100_000), ("extension", 50_000), ("upgrade", 50_000), ("none", 0)]
)
def test_the_county_grant_follows_works(works: str, yuan: int) -> None:
    """New or converted 100,000 yuan, extended or upgraded 50,000, no works nothing."""
    assert grant_amount_fen(resolved("tonglu-2021").grants[0], works, 20_000) == yuan * YUAN


@pytest.mark.parametrize(("day", "cohort"), [("2014-05-31", "old"), ("2014-06-01", "new"), ("2014-06-30", "new"), ("2014-07-01", "new")])
@pytest.mark.parametrize("reading", ["new", "old"])
def test_june_2014_belongs_where_the_reading_puts_it(day: str, cohort: str, reading: str) -> None:
    """Estates approved in June 2014 itself are new by default and old under the other reading."""
    expected = "old" if reading == "old" and day.startswith("2014-06") else cohort
    pack = resolved("weihai-2019", june_2014=reading)
    found = cohort_of(pack, kind="urban", cohort="", in_programme=False, dates={"approved": date.fromisoformat(day)})
    assert found is not None
    assert found.id == expected


@pytest.mark.parametrize(
    ("policy", "cohort", "reading", "day"),
    [
        ("tonglu-2021", "existing", "excludes_day", "2022-09-30"),
        ("tonglu-2021", "existing", "includes_day", "2022-10-01"),
        ("wenzhou-2023", "old_rest", "excludes_day", "2027-06-30"),
        ("wenzhou-2023", "old_rest", "includes_day", "2027-07-01"),
        ("wenzhou-2023", "old_programme", "excludes_day", "2025-12-31"),
        ("wenzhou-2023", "new", "excludes_day", "2025-12-31"),
        ("yangcheng-2022", "new", "excludes_day", "2022-12-31"),
        ("yangcheng-2022", "new", "includes_day", "2022-12-31"),
        ("yangcheng-2022", "old", "excludes_day", "2024-06-30"),
        ("liaoyuan-2021", "old", "excludes_day", "2022-12-31"),
        ("liaoyuan-2021", "old", "includes_day", "2023-01-01"),
    ],
)
def test_the_last_day_in_time(policy: str, cohort: str, reading: str, day: str) -> None:
    """Deadlines on a bare day follow the reading; the end of a year is in time under both."""
    deadline = standard_of(resolved(policy, everything=True, bare_date=reading), cohort).deadline
    assert deadline is not None
    assert last_day(deadline) == date.fromisoformat(day)


def test_milestones_of_weihai() -> None:
    """30 % and 70 % of communities in each district by the end of a month, 70 % of estates by the end of 2020; 17 at 30 % are 6."""
    found = [(m.unit, m.per, str(m.share.value), str(m.date), m.day, m.operator_required) for m in resolved("weihai-2019").milestones]
    assert found == [
        ("communities", "district", "0.3", "2019-09-30", "included", True),
        ("communities", "district", "0.7", "2020-09-30", "included", True),
        ("estates", "county", "0.7", "2020-12-31", "included", False),
    ]
    assert share_count(resolved("weihai-2019").milestones[0].share.value, 17) == 6


def test_the_two_towns_of_yangcheng_are_all_served_by_2025() -> None:
    """Full coverage in the two towns by the end of 2025; elsewhere the share is only counted."""
    pack = resolved("yangcheng-2022")
    assert [(m.townships, m.share.value, str(m.date)) for m in pack.milestones] == [(("凤城镇", "润城镇"), 1, "2025-12-31")]
    assert [c.measure for c in pack.counters if c.id == "county_coverage"] == ["served_share"]


def test_fifteen_minutes_are_900_seconds() -> None:
    """The circle is 900 s in the policies that state it, and none where the reading does not enforce it."""
    assert reach_s(standard_of(resolved("yangcheng-2022"), "old")) == 900
    assert reach_s(standard_of(resolved("wenzhou-2023"), "old_rest")) == 900
    assert reach_s(standard_of(resolved("yangcheng-2022", enforce_circle="false"), "old")) is None


def test_band_of_yangcheng_and_where_it_builds() -> None:
    """Old estates: places of 500 to 2000 m², a new build only inside an estate, a developer's room not among the ways."""
    pack = resolved("yangcheng-2022")
    standard = standard_of(pack, "old")
    assert (limit_dm2(standard.place.min), limit_dm2(standard.place.max), standard.place.ends) == (50_000, 200_000, "included")
    assert [rule.kinds for rule in pack.room_rules if rule.id == "inside_estate"] == [("new_build",)]
    assert "developer" not in standard.kinds


def test_liaoyuan_keeps_leases_last_and_out_of_new_estates() -> None:
    """A lease gives no title, so new estates cannot count it; new build is not among the ways for old estates."""
    pack = resolved("liaoyuan-2021")
    assert "lease" not in standard_of(pack, "new").kinds
    assert {"new_build", "co_built"}.isdisjoint(standard_of(pack, "old").kinds)
    assert [(p.id, p.position, p.prove) for p in pack.preferences] == [("lease_last", "above", True), ("idle_stock_first", "below", False)]
    assert [resolved("liaoyuan-2021", preference=choice).preferences[0].position for choice in ("below", "hard")] == ["below", "hard"]


def test_money_in_lieu_buys_and_repairs_but_pays_no_rent() -> None:
    """Payments in lieu are earmarked by use and territory, for new estates only."""
    rule = resolved("liaoyuan-2021").in_lieu
    assert rule is not None
    assert (rule.uses, rule.works, rule.territory, rule.cohorts) == (
        ("purchase",),
        ("conversion", "extension", "upgrade"),
        "district",
        ("new",),
    )


def test_stays_must_exceed_three_months() -> None:
    """Bed subsidies of 200 and 300 yuan need a stay of more than 3 months: three are not enough."""
    beds = [rule for rule in resolved("yangcheng-2022").recurring if rule.clause == "YC8"]
    assert [(str(rule.amounts["all"].value), str(rule.months_above and rule.months_above.value)) for rule in beds] == [
        ("200", "3"),
        ("300", "3"),
    ]


def test_service_projects_are_shared_half_and_half() -> None:
    """Two projects of 30,000 yuan a year at most, three years, city and district 5 to 5, from 600 visits a month."""
    rule = resolved("weihai-2019").recurring[0]
    assert [(share.funder, str(share.share)) for share in rule.shares] == [("city", "0.5"), ("district", "0.5")]
    assert sum(share.share for share in rule.shares) == 1
    assert (rule.max_heads and rule.max_heads.value, rule.max_years and rule.max_years.value, rule.amounts["all"].value) == (2, 3, 30_000)
    assert [str(test.at_least.value) for test in rule.conditions if test.at_least] == ["600"]
