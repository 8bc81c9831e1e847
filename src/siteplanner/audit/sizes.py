"""Whether a place qualifies for a standard: its rooms' kinds and types, consent to rooms apart, least and greatest area."""

from __future__ import annotations

from datetime import date

from siteplanner.audit.places import Place
from siteplanner.policy.schema import PlaceRule, PolicyPack, Standard
from siteplanner.scenario.schema import Site


def meets_size(pack: PolicyPack, place: Place, standard: Standard, day: date, estate: str | None = None) -> str:
    """Return "" if the place qualifies for a standard (and may serve an estate) on `day`, else the code of what it fails."""
    parts = place.standing(day, standard, estate)
    if not parts:
        return _nothing(place, standard, day)
    if place.kind == "cluster" and pack.cluster:
        if standard.cohort not in pack.cluster.cohorts:
            return "cluster_cohort"
        if not place.approval:
            return "cluster_not_approved"
    rule = standard.place
    areas = [part.area(rule.basis) for part in parts]
    if sum(areas) <= 0:
        return "place_without_area"
    if size_reason(place, standard):
        return ""
    each = pack.cluster is not None and place.kind == "cluster" and pack.cluster.minimum_on == "each_room"
    return outside(rule, min(areas)) or outside(rule, sum(areas)) if each else outside(rule, sum(areas))


def _nothing(place: Place, standard: Standard, day: date) -> str:
    """Return why no room of a place counts: none is ready, or of a kind or type the standard takes, or open to this estate."""
    if not place.standing(day):
        return "not_ready"
    if place.standing(day, standard):
        return "own_estate_only"
    allowed = any(part.kind is None or part.kind in standard.kinds for part in place.standing(day))
    return "station_type_not_taken" if allowed else "kind_not_allowed"


def outside(rule: PlaceRule, area_dm2: int) -> str:
    """Return "" if an area is between the least and the greatest, else the code of the end it is beyond."""
    open_ends = rule.ends == "excluded"
    if rule.min and (area_dm2 < rule.min.value * 100 or (open_ends and area_dm2 == rule.min.value * 100)):
        return "place_below_min"
    if rule.max and (area_dm2 > rule.max.value * 100 or (open_ends and area_dm2 == rule.max.value * 100)):
        return "place_above_max"
    return ""


def size_reason(place: Place, standard: Standard) -> str:
    """Return the reason the place's main site states for an area outside the rule, "" where none is stated or taken."""
    name = standard.place.exception
    if name is None or place.main is None:
        return ""
    field = next((field for field, info in Site.model_fields.items() if info.alias == name), name)
    return str(getattr(place.main, field, None) or "")


def may_credit(pack: PolicyPack, place: Place, standard: Standard, day: date, estate: str | None = None) -> str:
    """Return "" if m² of the place may be credited under a standard on `day`, else the code of what it fails."""
    fails = meets_size(pack, place, standard, day, estate)
    if fails == "place_below_min" and place.kind == "premises" and standard.small_premises == "count":
        return ""
    return fails
