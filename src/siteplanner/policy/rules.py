"""Which rule of a pack applies to given facts. Pure functions of the pack and plain arguments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from siteplanner.policy.schema import Cohort, Deadline, LandTarget, PlaceRule, PolicyPack, Standard, Value, When
from siteplanner.units import DM2_PER_M2, ceil_decimal, ceil_div, half_up, m2_to_dm2, minutes_to_seconds

HUNDRED = 100


def cohort_of(pack: PolicyPack, *, kind: str, cohort: str, in_programme: bool, dates: Mapping[str, date | None]) -> Cohort | None:
    """Return the first cohort of the pack whose ``when`` holds for an estate, or None.

    `dates` maps ``approved``, ``started`` and ``completed`` to the estate's dates; a cohort tested on a date that is
    missing does not hold.
    """
    for candidate in pack.cohorts:
        if _holds(candidate.when, kind=kind, cohort=cohort, in_programme=in_programme, dates=dates):
            return candidate
    return None


def _holds(when: When, *, kind: str, cohort: str, in_programme: bool, dates: Mapping[str, date | None]) -> bool:
    if when.cohort is not None and when.cohort != cohort:
        return False
    if when.kinds is not None and kind not in when.kinds:
        return False
    if when.in_programme is not None and when.in_programme != in_programme:
        return False
    if when.event is not None:
        day = dates.get(when.event)
        if day is None or (when.before is not None and day >= when.before) or (when.from_ is not None and day < when.from_):
            return False
    return True


def standard_of(pack: PolicyPack, cohort: str) -> Standard:
    """Return the standard of a cohort; KeyError if the pack has none (a defect of the pack)."""
    for standard in pack.standards:
        if standard.cohort == cohort:
            return standard
    raise KeyError(cohort)


def required_area_dm2(standard: Standard, dwellings: int, floor_area_dm2: int | None, households: int | None = None) -> int:
    """Return the area an estate needs, dm²: the largest of its standard's tests, rounded up to the dm²; 0 without tests.

    `households` counts in tests that go by household instead of dwelling.
    """
    needed = 0
    for test in standard.tests:
        if test.test == "per_hundred":
            per_hundred = m2_to_dm2(test.value.value)
            count = (households or 0) if test.per == "household" else dwellings
            if test.rounding == "up_to_hundred":
                needed = max(needed, per_hundred * ceil_div(count, HUNDRED))
            else:
                needed = max(needed, ceil_div(per_hundred * count, HUNDRED))
        else:
            needed = max(needed, ceil_decimal(test.value.value * Decimal(floor_area_dm2 or 0)))
    return needed


def scaled_area_dm2(required_dm2: int, percent: Decimal | None) -> int:
    """Return a required area under a standard other than the law's, rounded up to the dm²."""
    return required_dm2 if percent is None else ceil_decimal(Decimal(required_dm2) * percent / HUNDRED)


def last_day(deadline: Deadline) -> date:
    """Return the last day that is still in time."""
    return deadline.date if deadline.day == "included" else deadline.date - timedelta(days=1)


def exempt_until(base_date: date, years: int) -> date:
    """Return the last demolition date inside an exemption of whole years from the base date (end included)."""
    try:
        return base_date.replace(year=base_date.year + years)
    except ValueError:
        return date(base_date.year + years, 2, 28)


def limit_dm2(value: Value | None) -> int | None:
    """Return an area limit of the law in dm²."""
    return None if value is None else m2_to_dm2(value.value)


def place_limits_dm2(rule: PlaceRule) -> tuple[int | None, int | None]:
    """Return the least and greatest area of one place, dm², both inside: an excluded end moves in by one dm²."""
    inward = 0 if rule.ends == "included" else 1
    least, most = limit_dm2(rule.min), limit_dm2(rule.max)
    return (None if least is None else least + inward, None if most is None else most - inward)


def reach_s(standard: Standard, minutes: Decimal | None = None) -> int | None:
    """Return the walking limit of a standard in seconds (None where its reach is not by walking).

    `minutes` replaces the law's figure in a scenario that asks for another circle.
    """
    if standard.reach.mode != "walk":
        return None
    if minutes is not None:
        return minutes_to_seconds(minutes)
    if standard.reach.limit is None:
        return None
    return minutes_to_seconds(standard.reach.limit.value)


def net_area_dm2(gross_dm2: int, site_gross_dm2: int | None, site_net_dm2: int | None) -> int:
    """Return the net internal area that goes with a gross area, at the room's own ratio, rounded down to the dm².

    Without a stated net area the net area counts as the gross area only where no test is on net area; the loader asks
    for it otherwise.
    """
    if not site_gross_dm2 or site_net_dm2 is None:
        return gross_dm2
    return gross_dm2 * site_net_dm2 // site_gross_dm2


def share_count(share: Decimal, total: int) -> int:
    """Return how many of `total` make up at least a share: rounded up (30 % of 17 is 6)."""
    return ceil_decimal(share * total)


def yuan_value_fen(value: Value) -> int:
    """Return an amount of law in fen."""
    return half_up(value.value * HUNDRED)


def land_target_dm2(target: LandTarget, district: str) -> int:
    """Return the land a district must hold, dm²: the value per person times its people, rounded up; 0 if none are stated."""
    return ceil_decimal(target.value.value * DM2_PER_M2 * target.population.get(district, Decimal(0)))
