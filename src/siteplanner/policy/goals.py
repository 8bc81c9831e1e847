"""Goals of the law beyond single estates: tiers of facility, dated shares, wishes, land, figures to report."""

from __future__ import annotations

from datetime import date
from typing import Literal

from siteplanner.policy.funding import Condition
from siteplanner.policy.standards import Deadline
from siteplanner.policy.values import Kind, PeopleByName, Strict, Text, Value


class Tier(Strict):
    """A facility every town, district or county must have: at least ``count`` places of a type and gross area.

    ``by``: ready by this date (default: the end of the plan). Whether it also counts as a station of the community it
    stands in is said by the ``station_types`` of standards; ``serves_community`` repeats it for milestones.
    """

    id: str
    clause: str
    name: Text
    per: Literal["township", "district", "county"]
    station_type: str
    min: Value | None = None
    count: int = 1
    serves_community: bool = False
    by: Deadline | None = None


class Milestone(Strict):
    """A share of a group to be done by a date, per district, county or township; the count needed rounds up.

    ``townships`` keeps the group to estates of these townships (empty: all). Communities: with ``done_when: station``
    one is done with at least one ready place standing in it that qualifies for the standard of some estate of the
    group; with ``all_estates`` when every estate of the group in it is served. ``operator_required`` further asks that such a place is
    run by a professional organisation.
    """

    id: str
    clause: str
    unit: Literal["estates", "communities", "dwellings"]
    cohorts: tuple[str, ...]
    per: Literal["district", "county", "township"]
    share: Value
    date: date
    day: Literal["included", "excluded"] = "included"
    townships: tuple[str, ...] = ()
    operator_required: bool = False
    done_when: Literal["station", "all_estates"] = "all_estates"


class Preference(Strict):
    """A soft wish about sources: as few started options as possible that are listed (``avoid``) or, without it, that are not.

    An option is listed when its kind is in ``kinds``, or its source in ``sources``, or all of ``where`` hold (a list
    that is empty lists nothing). Preferences of a pack are lexicographic in the order given, so an order of sources is
    a row of them. ``position``: ``above`` cost (fewest first, then cost), ``below`` (only between plans of equal
    cost), ``hard`` (no unwanted option may be started), ``off`` (counted in the report, never optimised). ``prove``: each
    unwanted option of the plan is listed with what the cheapest plan without that option costs more, or that there is none.
    """

    id: str
    clause: str
    name: Text
    position: Literal["below", "above", "hard", "off"]
    kinds: tuple[Kind, ...] = ()
    sources: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    avoid: bool = True
    prove: bool = False


class LandTarget(Strict):
    """Land for facilities per resident, district by district.

    Target of a district = ``value`` × its people in ``population``, rounded up to the dm²; held: the ``land_area_m2`` of
    sites with a started option and of premises kept, each once. ``enforced``: held ≥ target at the last checkpoint
    in every district that has an estate in scope (one without a population is an input fault); ``reported``: shown.
    """

    clause: str
    value: Value
    population: PeopleByName
    state: Literal["enforced", "reported"]


class Counter(Strict):
    """A quantity that is computed at the end of the plan and shown, never optimised.

    ``served_share``: estates served / estates in the denominators; ``places``: places of the plan (chosen options and
    premises kept); ``premises_count`` and ``premises_area`` (m²): rows of the premises table; ``estates``: estates in
    scope; ``use_share``: places in use (premises ``in_use``, or an option or premises with an operator) / places;
    ``cost_per_m2``: gross capital outlays / gross m² added; ``cost_per_household``: the same / dwellings of estates
    served; ``stated``: the figure the scenario states in ``stated``.

    The filters that are given must all hold for a row to count. Premises that state no station type are taken by their
    kind there. ``since``: ready on or after that day (a row without a date does not count); ``by``: as things stand
    on that day instead of at the end of the plan. ``target`` to ``target_max`` is the law's figure for the whole of its
    territory, ``own_target`` the part the scenario states for its county. ``part_of`` names a counter whose figure
    contains this one (they do not add up).
    """

    id: str
    clause: str
    name: Text
    measure: Literal[
        "served_share", "places", "premises_count", "premises_area", "estates", "use_share", "cost_per_m2", "cost_per_household", "stated"
    ]
    target: Value | None = None
    target_max: Value | None = None
    own_target: Value | None = None
    stated: Value | None = None
    by: date | None = None
    since: date | None = None
    cohorts: tuple[str, ...] = ()
    townships: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    premises_kinds: tuple[str, ...] = ()
    station_types: tuple[str, ...] = ()
    ratings: tuple[str, ...] = ()
    part_of: str | None = None
