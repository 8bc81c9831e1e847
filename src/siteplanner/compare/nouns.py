"""What a comparison is made of: the plans, tables of amounts, and lists of what is otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from siteplanner.plan import MARKET, Chosen, Plan, Service
from siteplanner.policy.schema import PolicyPack
from siteplanner.scenario.schema import Scenario

Unit = Literal["fen", "dm2", "count", "seconds"]
Key = tuple[str, ...]
ALL_PUBLIC = "all_public"


@dataclass(frozen=True, slots=True)
class Compared:
    """A plan under a label.

    ``source`` says where it came from; ``pack`` is its policy, if at hand; ``scenario`` what it was planned from, if just planned.
    """

    label: str
    plan: Plan
    source: str = ""
    pack: PolicyPack | None = None
    scenario: Scenario | None = None

    @property
    def public(self) -> frozenset[str]:
        """Return the public funders; without the policy, everybody who pays or receives but the market."""
        if self.pack is not None:
            return frozenset(funder.id for funder in self.pack.funders if funder.public)
        return frozenset(party for line in self.plan.ledger for party in (line.payer, line.receiver)) - {MARKET}

    @property
    def perspective(self) -> frozenset[str]:
        """Return the funders whose net cost the plan was made for."""
        return self.public if self.plan.perspective == ALL_PUBLIC else frozenset({self.plan.perspective})


@dataclass(frozen=True, slots=True)
class Row:
    """One amount in each plan, 0 where a plan has none; `key` holds ids."""

    key: Key
    amounts: tuple[int, ...]

    @property
    def differences(self) -> tuple[int, ...]:
        """Return each further plan's amount less the first plan's."""
        return tuple(amount - self.amounts[0] for amount in self.amounts[1:])


@dataclass(frozen=True, slots=True)
class Part:
    """A table of amounts in one unit: money fen, area dm², walking seconds, or counts.

    ``columns`` says what the ids of a key are; ``adds_up`` is false where rows overlap and a total would count twice.
    """

    key: str
    unit: Unit
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    adds_up: bool = True

    @property
    def total(self) -> Row:
        """Return the sum of the rows."""
        width = max((len(row.amounts) for row in self.rows), default=0)
        return Row((), tuple(sum(row.amounts[n] for row in self.rows) for n in range(width)))


@dataclass(frozen=True, slots=True)
class Choice:
    """An option that not every plan starts alike: how each starts it, or None."""

    option: str
    chosen: tuple[Chosen | None, ...]


@dataclass(frozen=True, slots=True)
class SiteUse:
    """A site that is not used in every plan: the options each plan starts there, none where it does not use it."""

    site: str
    township: str
    used: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """An estate that does not stand alike in every plan; None where a plan does not know it."""

    estate: str
    services: tuple[Service | None, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """A switch, stated figure, setting or input file that differs; empty where a plan has none."""

    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Caution:
    """Why differences must be read with care: catalogue key ``compare.caution.<code>``, the plans' labels, facts."""

    code: str
    labels: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Plans side by side; lists hold differences only, parts hold every row."""

    plans: tuple[Compared, ...]
    cautions: tuple[Caution, ...]
    parts: tuple[Part, ...]
    choices: tuple[Choice, ...]
    sites: tuple[SiteUse, ...]
    standings: tuple[Standing, ...]
    settings: tuple[Setting, ...]

    def part(self, key: str) -> Part:
        """Return the part of that key."""
        return next(part for part in self.parts if part.key == key)
