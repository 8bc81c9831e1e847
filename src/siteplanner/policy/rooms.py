"""Rooms before the law: which premises count, what a room must be, when it is handed over, rooms apart."""

from __future__ import annotations

from typing import Literal

from siteplanner.policy.values import KINDS, WORKS, Kind, Strict, Text, Value, Works


class PremisesKind(Strict):
    """A kind of existing premises: the whole area counts, only the part set aside for the old, or ``none`` of it.

    Premises of a ``none`` kind are a place of no area: they qualify for nothing and are seen by counters only.
    """

    id: str
    name: Text
    area: Literal["whole", "set_aside", "none"] = "whole"
    clause: str


class RoomRule(Strict):
    """A test on a site or option that an option must pass.

    ``field`` is a column of ``table``; exactly one of ``equals``, ``one_of``, ``at_least``, ``at_most``, ``present`` is
    given; an empty cell fails. ``field: area_m2`` of the option table is the gross area of the place the option makes
    (with the premises it extends); where the area is a decision, the rule narrows its range and the option fails only if nothing is left.
    ``kinds``, ``works`` and ``station_types`` limit where the rule bites. ``exception``: a column of option or site holding a
    reason, which lets the option pass and lists it as an exception. ``state: reported``: an option that fails is
    allowed and listed.
    """

    id: str
    clause: str
    table: Literal["site", "option"]
    field: str
    equals: str | int | bool | None = None
    one_of: tuple[str, ...] | None = None
    at_least: Value | None = None
    at_most: Value | None = None
    present: bool | None = None
    kinds: tuple[Kind, ...] = KINDS
    works: tuple[Works, ...] = WORKS
    station_types: tuple[str, ...] | None = None
    exception: str | None = None
    state: Literal["enforced", "reported"] = "enforced"
    text: Text


class DeliveryRule(Strict):
    """Rooms handed over with the housing: an option of these ``kinds`` whose site stands in an estate of ``cohorts``.

    Its ready day must be on or before the estate's date ``event`` (``first_delivery``: the hand-over of the first
    phase); an estate that does not state the date is not tested and is listed. ``enforced`` rules an option out on
    the start days that are too late; ``reported`` lists it.
    """

    id: str
    clause: str
    kinds: tuple[Kind, ...]
    cohorts: tuple[str, ...]
    event: Literal["first_delivery", "completed"]
    state: Literal["enforced", "reported"]
    text: Text


class ClusterRule(Strict):
    """Rooms apart that count as one place: distance, whom they may serve, approval."""

    clause: str
    within: Value
    cohorts: tuple[str, ...]
    distance: Literal["pairwise", "to_main"] = "pairwise"
    circle_to: Literal["main", "every_room"] = "main"
    minimum_on: Literal["sum", "each_room"] = "sum"
    grants: Literal["one_per_cluster", "one_per_room"] = "one_per_cluster"
