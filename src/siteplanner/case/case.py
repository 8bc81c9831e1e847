"""The Case: what the model needs, computed once from a Scenario and its PolicyPack.

Areas are integer dm² on the case's one area basis unless a name says gross; walks integer seconds; money integer fen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from siteplanner.money import CashLine
from siteplanner.plan import Duty, NamedException, Rejected
from siteplanner.policy.schema import Standard
from siteplanner.pools import Pool
from siteplanner.roads.measure import Measured
from siteplanner.scenario.schema import Budget, Estate, Option, Scenario

PlaceKind = Literal["site", "cluster", "premises"]


@dataclass(frozen=True, slots=True)
class Need:
    """What one estate must have. ``due`` is the first checkpoint at which it must be served (None: never by itself).

    ``required_dm2`` and ``coverage`` are 0 for an estate that is exempt, out of scope or left alone by the law.
    """

    estate: Estate
    cohort: str
    standard: Standard
    required_dm2: int
    coverage: int
    due: date | None
    status: Literal["due", "exempt", "out_of_scope", "left"]
    clause: str = ""
    reason: str = ""

    @property
    def id(self) -> str:
        """Return the estate's id."""
        return self.estate.id

    @property
    def counts(self) -> bool:
        """Return whether the estate stands in the denominators."""
        return self.status in ("due", "left")


@dataclass(frozen=True, slots=True)
class Held:
    """Counted premises: area on the case basis, gross and net, and the first day it counts."""

    id: str
    place: str
    gross_dm2: int
    net_dm2: int
    area_dm2: int
    ready: date
    qualifies: frozenset[str]
    """Cohorts for which the premises alone meet the place rule."""
    counts_for: frozenset[str]
    """Cohorts to which the area may be credited: those above, and where small premises count."""
    operator: bool
    station_type: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where rooms are: a site, a cluster of sites, or premises with what extends them."""

    id: str
    kind: PlaceKind
    name: str
    township: str
    district: str
    community: str
    members: tuple[str, ...]
    main: str
    estates: frozenset[str]
    """Estates in which the place stands."""
    x: float | None
    y: float | None
    lawful: bool = True
    """False for a cluster without consent or with rooms too far apart: it can serve nobody."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One option started on one day with an area in one band; within the band every rule answers alike.

    ``lo_lines`` and ``hi_lines`` are the ledger lines at both ends of the band, grants included unless the place is a
    cluster (then ``grant_lines`` holds what this room would earn).
    """

    id: str
    option: str
    site: str
    place: str
    township: str
    start: date
    ready: date
    until: date
    """The first day the room no longer counts: the end of a lease that is not renewed, else never."""
    lo_gross_dm2: int
    hi_gross_dm2: int
    lo_dm2: int
    hi_dm2: int
    qualifies: frozenset[str]
    counts_for: frozenset[str]
    """Cohorts to which the area may be credited: those above, and where an extended small room still counts."""
    serves: frozenset[str]
    """Cohorts whose law allows the option's kind."""
    only_own: frozenset[str]
    """Cohorts whose estates it serves only where its site stands."""
    stands_in: str | None
    gives_up: tuple[str, ...]
    extends: str | None
    lo_lines: tuple[CashLine, ...]
    hi_lines: tuple[CashLine, ...]
    grant_lines: tuple[CashLine, ...]
    operator: bool
    station_type: str

    def may_serve(self, need: Need) -> bool:
        """Return whether the law lets the option serve this very estate."""
        return need.cohort not in self.only_own or self.stands_in == need.id

    def stands(self, day: date) -> bool:
        """Return whether the room counts on a day: it is ready and its lease has not ended."""
        return self.ready <= day < self.until

    @property
    def fixed(self) -> bool:
        """Return whether the area is no decision."""
        return self.lo_gross_dm2 == self.hi_gross_dm2


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """A budget line with its span of years; ``feeds`` is the line that gets what this one leaves."""

    budget: Budget
    first_year: int
    last_year: int
    feeds: str | None


@dataclass(frozen=True, slots=True)
class Case:
    """Everything the model is built from. Sequences are sorted by id."""

    scenario: Scenario
    needs: tuple[Need, ...]
    places: Mapping[str, Place]
    held: Mapping[str, Held]
    offers: tuple[Offer, ...]
    reach: Mapping[str, Mapping[str, int | None]]
    """Estate → place within reach → walking seconds (None where reach is not by walking or no time is known)."""
    circle: Mapping[str, tuple[str, ...]]
    """Under ``circle_total``: estate → estates of its cohort in the same reach, itself included."""
    checkpoints: tuple[date, ...]
    walks: Mapping[tuple[str, str], int]
    streets: Measured | None
    """Where walks go by roads: how every point meets them."""
    budgets: tuple[BudgetRow, ...]
    groups: tuple[tuple[str, ...], ...]
    """Sets of sites of which at most one is taken (building groups)."""
    rejected: tuple[Rejected, ...]
    duties: tuple[Duty, ...]
    exceptions: tuple[NamedException, ...]
    what_if: tuple[str, ...]
    options: Mapping[str, Option]
    pools: tuple[Pool, ...]
    funders: frozenset[str]
    """The funders whose net cost is minimised."""
    public: frozenset[str]

    def option(self, key: str) -> Option:
        """Return an option of the scenario by id."""
        return self.options[key]
