"""How walking is measured: the settings, and how a rounded time of a ready table is read."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from siteplanner.scenario.cells import CrsName, Number, Whole
from siteplanner.units import SECONDS_PER_MINUTE


class RoadSource(BaseModel):
    """A road network: its file or files, their system, and how streets become seconds. A file name alone will do."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    file: str
    nodes: str = ""
    layer: str = ""
    crs: CrsName | None = None
    slope: Literal["none", "tobler"] = "none"
    crossing_wait_s: Annotated[Number, Field(ge=0, le=600)] = Decimal(0)
    join_m: Annotated[Number, Field(ge=0, le=5)] = Decimal("0.1")
    islands_m: Annotated[Number, Field(ge=0, le=10**6)] = Decimal(0)
    far_snap_m: Annotated[Number, Field(gt=0, le=10_000)] = Decimal(150)


class Walking(BaseModel):
    """How walking seconds are had: from the ``walks`` table, along roads, or straight line × detour, at a stated speed.

    A table of a map service is rounded: ``rounded`` says how, ``rounded_to_s`` to how much, and ``boundary`` whether a time counts
    as stated or as the longest walk that is rounded to it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    method: Literal["table", "straight_line", "roads"]
    speed_m_per_s: Annotated[Number, Field(gt=0, le=5)] | None = None
    speed_source: str = ""
    detour: Annotated[Number, Field(ge=1, le=5)] | None = None
    source: str = ""
    roads: RoadSource | None = None
    rounded: Literal["exact", "nearest", "up", "down"] | None = None
    rounded_to_s: Annotated[Whole, Field(ge=1, le=3600)] = SECONDS_PER_MINUTE
    boundary: Literal["stated", "longest"] | None = None

    @field_validator("roads", mode="before")
    @classmethod
    def _file_alone(cls, raw: object) -> object:
        return {"file": raw} if isinstance(raw, str) and raw else raw or None

    def read_s(self, stated_s: int) -> int:
        """Return the seconds that count for a time of the table.

        With ``boundary: longest``, 15 minutes rounded to the nearest minute stand for up to 15 min 29 s, rounded down for up to
        15 min 59 s; rounded up, or with ``boundary: stated``, for 15 min.
        """
        if self.boundary != "longest" or self.rounded in (None, "exact", "up"):
            return stated_s
        span = self.rounded_to_s if self.rounded == "down" else -(-self.rounded_to_s // 2)
        return stated_s + span - 1
