"""Estates before the law: cohorts, what each must have, which are left out."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from siteplanner.policy.values import KINDS, Basis, Kind, Strict, Text, Value


class When(Strict):
    """A test on an estate; every part given must hold. Dates: ``before`` excludes the day, ``from_`` includes it."""

    cohort: str | None = None
    kinds: tuple[str, ...] | None = None
    in_programme: bool | None = None
    event: Literal["approved", "started", "completed"] | None = None
    before: date | None = None
    from_: Annotated[date | None, Field(alias="from")] = None

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Cohort(Strict):
    """A class of estates. The first cohort whose ``when`` holds is the estate's."""

    id: str
    family: Literal["existing", "new", "old", "village"]
    name: Text
    when: When
    clause: str


class AreaTest(Strict):
    """One area test: per hundred dwellings, or a share of the estate's total floor area.

    ``per: household`` counts the estate's ``households`` column instead of its ``dwellings``; the loader asks for it.
    """

    test: Literal["per_hundred", "floor_area_share"]
    value: Value
    rounding: Literal["pro_rata", "up_to_hundred"] = "pro_rata"
    per: Literal["dwelling", "household"] = "dwelling"


class PlaceRule(Strict):
    """Least and greatest area of one place, on the stated area basis.

    ``ends``: whether an area equal to ``min`` or ``max`` is inside (dm² are whole, so ``excluded`` means at least one
    dm² inside). ``exception``: a column of the site holding a reason; a place whose (main) site states one qualifies
    whatever its area and is listed as a named exception under ``min``'s clause.
    """

    min: Value | None = None
    max: Value | None = None
    basis: Basis = "gross"
    ends: Literal["included", "excluded"] = "included"
    exception: str | None = None


class Reach(Strict):
    """Which places an estate may use.

    ``walk``: at most ``limit`` minutes on foot, end included; ``own_estate``: places standing in the estate;
    ``community``: places of the same administrative community; ``village``: places in the village or in a village it
    lists as adjacent; ``township``: anywhere in the township.
    """

    mode: Literal["walk", "own_estate", "community", "village", "township"]
    limit: Value | None = None
    clause: str


class Deadline(Strict):
    """Rooms must be ready by this date; ``day`` says whether the named day itself is still in time."""

    date: date
    day: Literal["included", "excluded"]
    clause: str


class Standard(Strict):
    """What the estates of one cohort must have.

    ``tests`` give the required area (the largest counts; none means coverage only); ``coverage`` places that meet
    ``place`` must be within ``reach``; ``kinds`` lists the option kinds the law allows for these estates, and
    ``kinds_clause`` is the clause that says so (default: ``clause``).

    ``station_types``: only options and premises of these types are credited to (or cover) these estates; None: any. A
    row that states no type passes (a room rule asks for one where the law does).
    ``own_estate_kinds``: options of these kinds are credited only to the estate their site stands in, whatever the
    reach. ``shared_place: false``: a place that serves an estate of this cohort (credit above 0) serves no other
    estate at the same checkpoint. ``some_area: leave``: an estate in which counted premises in use at the base date
    stand needs nothing more and stays in the denominators as done; ``top_up``: it needs the whole required area, and
    premises in reach count towards it.
    """

    cohort: str
    clause: str
    tests: tuple[AreaTest, ...] = ()
    area_basis: Basis = "gross"
    sharing: Literal["shared_capacity", "circle_total", "circle_own"] = "shared_capacity"
    place: PlaceRule = PlaceRule()
    coverage: int = 1
    reach: Reach
    kinds: tuple[Kind, ...] = KINDS
    kinds_clause: str | None = None
    station_types: tuple[str, ...] | None = None
    own_estate_kinds: tuple[Kind, ...] = ()
    shared_place: bool = True
    small_premises: Literal["count", "ignore"] = "ignore"
    some_area: Literal["top_up", "leave"] = "top_up"
    deadline: Deadline | None = None


class Exemption(Strict):
    """Estates that may be left out: outside every denominator, with a duty that must be listed."""

    id: str
    clause: str
    within: Value
    duty: Text


class NamedExemption(Strict):
    """An "in principle" of the law: an estate of ``cohorts`` that states a reason in ``field`` (a column of estates)
    needs nothing, stands outside every denominator, and is listed as a named exception. It owes no duty.
    """  # noqa: D205

    id: str
    clause: str
    cohorts: tuple[str, ...]
    field: str


class Scope(Strict):
    """Kinds of estate the document covers; others are listed as out of scope."""

    clause: str
    kinds: tuple[str, ...]
