"""Parts of the plan record about years: what options cost over their lives, cash by year, what is owed after the horizon.

Money is integer fen, area integer dm²; dates are ISO.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from siteplanner.policy.schema import Kind, Works

Owed = Literal["price", "fit_out", "rent", "running"]
"""The kinds of ledger line that may still be due after the horizon."""


class _Record(BaseModel):
    """Frozen, unknown keys refused, as every part of the record."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Lifecycle(_Record):
    """What an option costs over the horizon at its least area and first start, its own grants taken off, fen.

    ``npv_fen`` is the present net cost to the plan's perspective, ``npv_public_fen`` to all public money; ``annual_fen`` and
    ``annual_public_fen`` are the equal yearly payments of the same worth (at the ends of years or their beginnings, as the
    scenario's timing says).
    """

    option: str
    site: str
    township: str
    kind: Kind
    works: Works
    area_dm2: int
    start: date
    chosen: bool
    npv_fen: int
    npv_public_fen: int
    annual_fen: int
    annual_public_fen: int


class BreakEven(_Record):
    """A lease against a purchase of one site, to the plan's perspective.

    ``years``: the first number of years over which the lease costs more than the purchase at the scenario's rate (None: it
    never does within 60). ``rate``: the yearly discount rate, a decimal text of four places, at which both cost the same over
    the horizon (empty: at none between 0 and 0.5).
    """

    site: str
    lease: str
    purchase: str
    lease_npv_fen: int
    purchase_npv_fen: int
    years: int | None
    rate: str


class Commitment(_Record):
    """A payment that a chosen option still owes after the horizon: an instalment, or rent and running cost to the end of the term."""

    site: str
    option: str
    township: str
    year: int
    payer: str
    kind: Owed
    clause: str
    fen: int


class Cash(_Record):
    """A funder's cash in a year, fen: paid, received, and net (paid less received).

    ``advanced_fen`` is the pre-financing gap at the end of the year: grants that the funder's rooms have earned by being ready
    and that are not paid to it yet.
    """

    funder: str
    year: int
    paid_fen: int
    received_fen: int
    net_fen: int
    advanced_fen: int
