"""Part of the plan record about walking: how the pairs table was had, and how points meet the streets."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from siteplanner.scenario.walking import Walking


class _Record(BaseModel):
    """Frozen, unknown keys refused, as every part of the record."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SnapRecord(_Record):
    """A point and how far it is from the nearest street, metres."""

    id: str
    metres: float


class StreetRecord(_Record):
    """The road network that was walked, and how estates, sites and premises meet it.

    Attributes
    ----------
    network : str
        SHA-256 of the network file (of names and hashes where there are several).
    points, median_m, greatest_m
        Points that were joined to the nearest street, and how far they are from it.
    far : tuple of SnapRecord
        Points farther than the scenario allows before it is told.
    unreachable : tuple of str
        Estates from which the network leads to no place at all.
    isolated : tuple of str
        Other estates without a place within the longest circle.
    shift_m, shift_crs
        How far the points seem to lie off the streets in one direction, and the declaration that would explain it.
    """

    network: str
    points: int
    median_m: float
    greatest_m: float
    far: tuple[SnapRecord, ...] = ()
    unreachable: tuple[str, ...] = ()
    isolated: tuple[str, ...] = ()
    shift_m: int | None = None
    shift_crs: str = ""


class AccessRecord(_Record):
    """An estate that must be served on foot: its circle, usable places in it, the nearest usable place anywhere and the walk to it.

    ``minutes`` is the least circle in whole minutes that holds that place; None, with no place, where nothing can be walked to.
    """

    estate: str
    limit_s: int
    places: int
    place: str = ""
    walk_s: int | None = None
    minutes: int | None = None


class SpeedRow(_Record):
    """What the plan would be at another walking speed: ``percent`` of the stated one.

    Attributes
    ----------
    status
        ``optimal`` or ``feasible`` with a plan, ``no_plan`` where it is proven that there is none, ``stopped`` at a limit.
    cost_fen, options
        Present net cost to the perspective and options chosen; None without a plan.
    pairs : int
        Walks within the circle.
    bare : tuple of AccessRecord
        Estates without a usable place in their circle.
    """

    percent: int
    speed_m_per_s: str
    status: Literal["optimal", "feasible", "no_plan", "stopped"]
    cost_fen: int | None = None
    options: int | None = None
    pairs: int = 0
    bare: tuple[AccessRecord, ...] = ()


class WalkRecord(_Record):
    """The pairs table the plan walked on: method label, SHA-256 of ``walks.csv``, number of pairs.

    A table that was rounded says how and how its boundary is read; walks along roads say which network and how points meet it.
    """

    method: Literal["table", "straight_line", "roads"]
    sha256: str
    pairs: int
    speed_m_per_s: str = ""
    speed_source: str = ""
    detour: str = ""
    source: str = ""
    rounded: str = ""
    rounded_to_s: int | None = None
    boundary: str = ""
    slope: str = ""
    streets: StreetRecord | None = None

    @classmethod
    def as_asked(cls, walking: Walking) -> WalkRecord:
        """Return what the settings say of walking, without any pair."""
        return cls(
            method=walking.method,
            sha256="",
            pairs=0,
            speed_m_per_s="" if walking.speed_m_per_s is None else str(walking.speed_m_per_s),
            speed_source=walking.speed_source,
            detour="" if walking.detour is None else str(walking.detour),
            source=walking.source,
            rounded=walking.rounded or "",
            rounded_to_s=walking.rounded_to_s if walking.rounded not in (None, "exact") else None,
            boundary=walking.boundary or "",
            slope=walking.roads.slope if walking.roads and walking.method == "roads" else "",
        )
