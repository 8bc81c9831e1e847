"""The money rules of a policy pack: grants, permits, recurring subsidies, payments in lieu, earmarked money."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from siteplanner.policy.values import KINDS, Kind, Strict, Text, Value, Works


class Condition(Strict):
    """A test on a column of option or site, or on the day the place is ready (``field: ready``).

    Every part given must hold. ``equals``, ``one_of`` and ``not_in`` compare the cell; ``at_least`` and ``more_than``
    (strict) compare a number, and an empty cell fails them; ``after`` excludes the day and ``from_`` includes it.
    With ``station_types`` the test bites on options of those types only: others pass. ``clause`` is cited when the
    test fails, where it is not the clause of the rule that holds it.
    """

    field: str
    equals: str | int | bool | None = None
    one_of: tuple[str, ...] | None = None
    not_in: tuple[str, ...] | None = None
    at_least: Value | None = None
    more_than: Value | None = None
    after: date | None = None
    from_: Annotated[date | None, Field(alias="from")] = None
    station_types: tuple[str, ...] | None = None
    clause: str | None = None

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class WorksStep(Strict):
    """A grant amount for some works (and, where ``kinds`` is given, only those kinds)."""

    works: tuple[Works, ...]
    amount: Value


class AreaStep(Strict):
    """A grant amount for a band of gross area, ends as the law states them."""

    above: Value | None = None
    from_: Annotated[Value | None, Field(alias="from")] = None
    to: Value | None = None
    below: Value | None = None
    amount: Value

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Grant(Strict):
    """A one-off capital grant from ``payer`` to ``receiver``, by works or by area step, paid after acceptance.

    ``excludes``: ids of grants that cannot be had beside this one for the same place; any other grants stack.
    """

    id: str
    clause: str
    name: Text
    payer: str
    receiver: str
    by_works: tuple[WorksStep, ...] = ()
    by_area: tuple[AreaStep, ...] = ()
    kinds: tuple[Kind, ...] = KINDS
    station_types: tuple[str, ...] | None = None
    conditions: tuple[Condition, ...] = ()
    excludes: tuple[str, ...] = ()


class Permit(Strict):
    """Extra paperwork for works above an area: a cost and days, both stated by the scenario."""

    id: str
    clause: str
    works: tuple[Works, ...]
    above: Value
    cost_yuan: Decimal
    days: int


class Share(Strict):
    """The part of a subsidy that one funder carries; the parts of a subsidy add up to 1."""

    funder: str
    share: Decimal


class Recurring(Strict):
    """A yearly or monthly subsidy that is forecast and reported apart from capital.

    Rows: every chosen option that meets ``station_types`` and all ``conditions`` (``table: option``), or every estate
    in scope, exempt ones included (``table: estate``). The forecast of a row for one year is

        amount × heads × months,

    where *amount* is ``amounts[cell of field]`` (no key: 0), or ``amounts["all"]`` where ``field`` is empty; *heads*
    is the cell of column ``heads`` (empty cell: 0; no column: 1), at most ``max_heads``; *months* is ``months``, or
    the cell of ``months_field``, 0 unless it is **more than** ``months_above`` where that is given. The product is
    rounded half-up to the fen once. Years: an option's from the year of readiness, an estate's from the base year, to
    the end of the horizon. ``max_years`` with ``years_per: place`` stops after that many years of readiness; with
    ``years_per: item`` each of the row's ``heads`` is a project that runs ``max_years`` years, at most ``max_heads``
    at once, one batch after another: in year k (from 0) min(max_heads, max(0, heads - max_heads × (k // max_years))).
    ``shares`` says who carries what (each but the last rounded half-up, the last gets the rest); empty: ``payer``
    carries ``share`` of it. ``bound`` says what the law's figure is: a floor, a ceiling or the amount. Recurring
    subsidies enter no objective, budget or grant total: they stand in a table of their own.
    """

    id: str
    clause: str
    name: Text
    payer: str
    share: Decimal = Decimal(1)
    shares: tuple[Share, ...] = ()
    table: Literal["option", "estate"] = "option"
    field: str = ""
    amounts: dict[str, Value]
    heads: str | None = None
    max_heads: Value | None = None
    months: int = 1
    months_field: str | None = None
    months_above: Value | None = None
    max_years: Value | None = None
    years_per: Literal["place", "item"] = "place"
    conditions: tuple[Condition, ...] = ()
    station_types: tuple[str, ...] | None = None
    bound: Literal["exact", "at_least", "at_most"] = "exact"


class Earmark(Strict):
    """Money that may pay for some things only. The scenario's ``funds`` rows that cite this clause come under it.

    Such a row pays, within its own limit and years, only these lines of an option: price and tax_fee where the option's
    kind is in ``uses``; fit_out and permit where its works are in ``works`` (whatever the kind: a leased room may be
    converted with it); rent and running cost only with ``recurring``. A fund row may narrow ``uses`` and ``works``
    further, never widen them. ``territory`` keeps it to options of the fund row's district or township.
    """

    id: str
    clause: str
    name: Text
    funder: str
    uses: tuple[Kind, ...]
    works: tuple[Works, ...]
    recurring: bool = False
    territory: Literal["county", "district", "township"] = "county"


class InLieu(Strict):
    """Payment by developers who cannot provide: earmarked income of ``receiver``, an estate's ``in_lieu_yuan``.

    Only estates of ``cohorts`` (empty: any) may pay. Each payment is a ledger line in the estate's ``in_lieu_year`` from
    ``developer`` to ``receiver``; it does not depend on the plan, so it is a constant of the objective. What it may
    pay for follows `Earmark`: price and tax_fee of kinds in ``uses``, fit_out and permit of works in ``works``, never
    rent, deposit or running cost; only in the estate's own ``territory``, and not before it is paid in. Within
    budgets, money of a pool that is spent that way does not count against the payer's lines; what is not spent stays
    in the pool and relieves no budget. ``need``: whether the estate must still be served (``remains``) or needs
    nothing more (``extinguished``: it stays in the denominators as done).
    """

    clause: str
    receiver: str
    uses: tuple[Kind, ...]
    works: tuple[Works, ...]
    need: Literal["remains", "extinguished"]
    cohorts: tuple[str, ...] = ()
    territory: Literal["county", "district", "township"] = "county"
