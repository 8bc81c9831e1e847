"""An earlier plan that is carried on: how far each of its options is, by the office's close-out ledger."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

CloseOutState = Literal["not_started", "contracted", "under_way", "completed", "accepted", "closed", "dropped"]
"""What a row of the close-out ledger 销号台账 may say of a project."""
Standing = Literal["planned", "committed", "done", "dropped"]
_STANDINGS: Mapping[CloseOutState, Standing] = {
    "not_started": "planned", "contracted": "committed", "under_way": "committed",
    "completed": "done", "accepted": "done", "closed": "done", "dropped": "dropped",
}  # fmt: skip


class Carried(BaseModel):
    """How an option stands when an earlier plan is carried on.

    ``in_plan``: the earlier plan started it. ``area_dm2``, ``start`` and ``ready`` (the first day it counts) are what is done or
    committed; a planned or dropped option states none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    option: str
    state: CloseOutState
    in_plan: bool
    area_dm2: int | None = None
    start: date | None = None
    ready: date | None = None

    @property
    def standing(self) -> Standing:
        """Return what the state means for planning on."""
        return _STANDINGS[self.state]

    @property
    def fixed(self) -> bool:
        """Return whether the option stays as it is."""
        return self.standing in ("committed", "done")


class Earlier(BaseModel):
    """The earlier plan that a run carries on: SHA-256 of its record, the ledger that says how far it is, and every option's standing.

    ``file`` and ``sha256`` are empty where no ledger was given: then all is still planned.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    plan_sha256: str
    file: str = ""
    sha256: str = ""
    rows: tuple[Carried, ...] = ()
