"""The Plan: what will be done, priced exactly. It knows no solver, and every command reads it from ``plan.json``.

Money is integer fen, area integer dm², walking integer seconds; dates are ISO. Lists are sorted by id.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from siteplanner.policy.schema import Kind, State, Works
from siteplanner.scenario.earlier import Earlier
from siteplanner.walked import SpeedRow, WalkRecord
from siteplanner.yearly import BreakEven, Cash, Commitment, Lifecycle

SCHEMA_VERSION = 1

LineKind = Literal[
    "price", "tax_fee", "rent", "deposit", "deposit_return", "fit_out", "permit", "running",
    "grant", "fund", "fund_recurring", "in_lieu", "residual", "asset_given_up",
]  # fmt: skip
CAPITAL_KINDS: tuple[LineKind, ...] = ("price", "tax_fee", "deposit", "fit_out", "permit")
RECURRING_KINDS: tuple[LineKind, ...] = ("rent", "running")
NON_CASH_KINDS: tuple[LineKind, ...] = ("residual", "asset_given_up")
MARKET = "market"
"""The receiver of every payment that leaves the public purse."""


class Record(BaseModel):
    """Base of every part of the record: frozen, unknown keys refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Chosen(Record):
    """A started option. ``area_dm2`` is gross (for an extension, what it adds); ``ready`` the first day it counts."""

    option: str
    site: str
    place: str
    kind: Kind
    works: Works
    township: str
    area_dm2: int
    net_area_dm2: int
    start: date
    ready: date


class KeptPremises(Record):
    """Premises and what becomes of them: kept, extended or given up (then ``by`` names the option)."""

    premises: str
    place: str
    township: str
    area_dm2: int
    fate: Literal["kept", "extended", "given_up"]
    by: str = ""


class PlaceRecord(Record):
    """A place of the plan: a site, a cluster of sites or premises; areas at the end of the plan."""

    place: str
    name: str
    kind: Literal["site", "cluster", "premises"]
    members: tuple[str, ...]
    township: str
    gross_dm2: int
    net_dm2: int
    ready: date
    x: float | None = None
    y: float | None = None


class Credit(Record):
    """m² of a place credited to an estate at a checkpoint. ``area_dm2`` is 0 where the law asks coverage only."""

    checkpoint: date
    estate: str
    place: str
    area_dm2: int
    walk_s: int | None


class Service(Record):
    """An estate at the end of the plan: what it must have and what it has, in dm² on the standard's basis.

    Under the circle readings ``held_dm2`` is the area in reach; else the sum of its credits.
    """

    estate: str
    name: str
    township: str
    cohort: str
    dwellings: int
    status: Literal["served", "short", "exempt", "out_of_scope"]
    required_dm2: int
    held_dm2: int
    nearest: str = ""
    nearest_walk_s: int | None = None
    clause: str = ""
    reason: str = ""


class Line(Record):
    """One line of the ledger: ``payer`` pays ``receiver`` ``fen`` in ``year``. ``pv_fen`` is its value at the base date.

    ``cash`` is false for residual values and assets given up. A residual is received by the payer of the price, so it
    carries a negative amount.
    """

    site: str
    option: str
    township: str
    year: int
    payer: str
    receiver: str
    kind: LineKind
    item: str
    clause: str
    fen: int
    pv_fen: int
    cash: bool


class Finding(Record):
    """One row of the compliance table. ``broken`` rows name what is wrong; the others say what was tested."""

    clause: str
    state: State
    result: Literal["holds", "broken", "reported", "not_modelled", "not_applicable"]
    subject: str = ""
    code: str
    facts: dict[str, str] = {}


class Duty(Record):
    """A duty towards an exempt estate (home visits)."""

    estate: str
    name: str
    township: str
    clause: str
    duty_zh: str
    duty_en: str
    evidence: str


class NamedException(Record):
    """A departure the law allows with a reason: a longer circle, a room not in a stand-alone building, a cluster."""

    subject: str
    clause: str
    code: str
    reason: str


class Rejected(Record):
    """An option that was not eligible, with the clause and the catalogue code of the reason."""

    option: str
    clause: str
    code: str
    facts: dict[str, str] = {}


class BudgetUse(Record):
    """A budget line: its limit (with what was carried over) and what the plan uses of it, fen."""

    budget: str
    payer: str
    years: str
    township: str
    measure: str
    limit_fen: int
    carried_fen: int
    used_fen: int


class Term(Record):
    """A named term of an objective. Money in fen; counts and household-seconds as they are."""

    objective: str
    name: str
    amount: int


class Level(Record):
    """One objective level: value, proven bound (same unit), absolute and relative gap."""

    objective: str
    unit: Literal["fen", "count", "seconds", "walk_s", "dm2", "rank"]
    value: float
    bound: float
    gap: float
    proven: bool


class Status(Record):
    """What the solver proved. ``optimal`` only when every asked level is proven within the asked gap."""

    status: Literal["optimal", "feasible"]
    levels: tuple[Level, ...]
    asked_gap: float
    solver: str
    solver_version: str
    threads: int
    seed: int


class Forecast(Record):
    """One year of a recurring subsidy that is forecast apart from capital: who pays how much for which place or estate.

    ``bound`` says whether the law's figure is exact, a floor or a ceiling.
    """

    item: str
    clause: str
    subject: str
    township: str
    year: int
    funder: str
    fen: int
    bound: Literal["exact", "at_least", "at_most"]


class Figure(Record):
    """A programme figure that is computed and shown: value as a decimal text in ``unit``, and the law's target.

    ``target`` to ``target_max`` is for the whole of the law's territory, ``own_target`` this county's part.
    """

    item: str
    clause: str
    measure: str
    unit: Literal["count", "m2", "share", "yuan", "people"]
    value: str
    target: str = ""
    target_max: str = ""
    own_target: str = ""
    part_of: str = ""
    district: str = ""


class Notice(Record):
    """Something the reader must be told that breaks no rule: catalogue key ``notice.<code>``, clause, subject, facts."""

    clause: str
    code: str
    subject: str = ""
    facts: dict[str, str] = {}


class Proof(Record):
    """What doing without an unwanted option would cost: ``extra_fen`` more than this plan, or None where there is no plan without it."""

    preference: str
    clause: str
    option: str
    extra_fen: int | None
    proven: bool


class Change(Record):
    """What became of an option of the earlier plan, or that an option is new, and why as far as it is known.

    ``what``: it is kept, dropped, added, or kept with another ``area`` or ``start``. The reason is the sentence ``carry.<code>``, with
    the clause where one rules the option out; a rejected option gives the reason of ``rejected`` in ``because``.
    """

    option: str
    site: str
    name: str
    township: str
    what: Literal["kept", "dropped", "added", "area", "start"]
    code: str
    clause: str = ""
    because: str = ""
    facts: dict[str, str] = {}


class InputRecord(Record):
    """An input file by name and SHA-256."""

    name: str
    sha256: str


class Plan(Record):
    """The whole record. ``best_effort`` lists the clauses under which a best-effort plan leaves something short.

    ``what_if`` lists the clauses a what-if run departs from; such a plan never passes ``check``.

    ``carried_from`` is the earlier plan that is carried on and how far each of its options is, ``changes_from`` what changed.

    ``services`` is the state of the estates at the end of the plan, ``today`` on the base date before it (the gap list).
    """

    schema_version: int = SCHEMA_VERSION
    title: str
    county: str
    policy: str
    variant: str
    changes: tuple[str, ...]
    synthetic: bool
    switches: dict[str, str]
    inputs: dict[str, str]
    what_if: tuple[str, ...]
    best_effort: tuple[str, ...] = ()
    base_date: date
    perspective: str
    objective: tuple[str, ...]
    files: tuple[InputRecord, ...]
    carried_from: Earlier | None = None
    changes_from: tuple[Change, ...] = ()
    walks: WalkRecord
    status: Status
    terms: tuple[Term, ...]
    chosen: tuple[Chosen, ...]
    premises: tuple[KeptPremises, ...]
    places: tuple[PlaceRecord, ...]
    checkpoints: tuple[date, ...]
    credits: tuple[Credit, ...]
    services: tuple[Service, ...]
    today: tuple[Service, ...] = ()
    duties: tuple[Duty, ...]
    exceptions: tuple[NamedException, ...]
    rejected: tuple[Rejected, ...]
    ledger: tuple[Line, ...]
    budgets: tuple[BudgetUse, ...]
    forecasts: tuple[Forecast, ...] = ()
    figures: tuple[Figure, ...] = ()
    notices: tuple[Notice, ...] = ()
    proofs: tuple[Proof, ...] = ()
    speeds: tuple[SpeedRow, ...] = ()
    lifecycles: tuple[Lifecycle, ...] = ()
    break_evens: tuple[BreakEven, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    cash: tuple[Cash, ...] = ()
    compliance: tuple[Finding, ...] = ()
    not_modelled: tuple[str, ...] = ()
