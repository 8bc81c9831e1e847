"""Plans side by side: totals by clause and funder, by term of cost, by town, and what was chosen or set otherwise.

Every amount is a sum over the rows of a plan's own record, so the difference of two totals is the sum of the differences of
their rows. The first plan is the one the others are compared with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from siteplanner.plan import CAPITAL_KINDS, MARKET, NON_CASH_KINDS, RECURRING_KINDS, Chosen, Line, LineKind, Plan, Service
from siteplanner.policy.load import PackError, raw_pack, resolve
from siteplanner.policy.schema import PolicyPack
from siteplanner.scenario.schema import Scenario

Unit = Literal["fen", "dm2", "count"]
Key = tuple[str, ...]
ALL_PUBLIC = "all_public"
SUBSIDY_KINDS: tuple[LineKind, ...] = ("grant", "fund", "fund_recurring")
_SHOWN_SHA = 12
_IN_RECORD = ("policy", "switches", "inputs", "perspective", "objective", "base_date", "county", "title", "synthetic")
"""Settings of a scenario that the record of its plan repeats."""


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
    """A table of amounts in one unit: money fen, area dm², or counts. ``columns`` says what the ids of a key are."""

    key: str
    unit: Unit
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

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
    standings: tuple[Standing, ...]
    settings: tuple[Setting, ...]

    def part(self, key: str) -> Part:
        """Return the part of that key."""
        return next(part for part in self.parts if part.key == key)


def pack_of(plan: Plan) -> PolicyPack | None:
    """Return the bundled policy of a plan under its readings, None for an office's own."""
    try:
        return resolve(raw_pack(plan.policy), plan.switches, plan.inputs)
    except (OSError, PackError):
        return None


def compare(plans: Sequence[Compared]) -> Comparison:
    """Put plans side by side, the first as the base."""
    return Comparison(
        plans=tuple(plans),
        cautions=tuple(_cautions(plans)),
        parts=tuple(_part(key, plans) for key in PARTS),
        choices=_choices(plans),
        standings=_standings(plans),
        settings=_settings(plans),
    )


def _part(key: str, plans: Sequence[Compared]) -> Part:
    unit, columns, measure = PARTS[key]
    sums: list[dict[Key, int]] = []
    for one in plans:
        found: dict[Key, int] = defaultdict(int)
        for where, amount in measure(one):
            found[where] += amount
        sums.append(found)
    keys = sorted({where for found in sums for where, amount in found.items() if amount})
    return Part(key, unit, columns, tuple(Row(where, tuple(found.get(where, 0) for found in sums)) for where in keys))


Amounts = Iterator[tuple[Key, int]]
Measure = Callable[[Compared], Amounts]


def is_cash(line: Line) -> bool:
    """Return whether a line moves money in its year."""
    return line.cash and line.kind not in NON_CASH_KINDS


def signed(line: Line, funders: frozenset[str]) -> int:
    """Return +1 where the funders pay a line, −1 where they receive it, 0 where both or neither."""
    return (line.payer in funders) - (line.receiver in funders)


def _subsidies(one: Compared) -> Amounts:
    for line in one.plan.ledger:
        if line.kind in SUBSIDY_KINDS:
            yield (line.payer, line.clause), line.fen


def _subsidies_present(one: Compared) -> Amounts:
    for line in one.plan.ledger:
        if line.kind in SUBSIDY_KINDS:
            yield (line.payer, line.clause), line.pv_fen


def _cost(one: Compared) -> Amounts:
    for line in one.plan.ledger:
        yield (line.kind,), line.pv_fen * signed(line, one.perspective)


def _public_cost(one: Compared) -> Amounts:
    for line in one.plan.ledger:
        yield (line.kind,), line.pv_fen * signed(line, one.public)


def _pays(one: Compared) -> Amounts:
    yield from (((line.payer,), line.fen) for line in one.plan.ledger if is_cash(line))


def _gets(one: Compared) -> Amounts:
    yield from (((line.receiver,), line.fen) for line in one.plan.ledger if is_cash(line))


def _net(one: Compared) -> Amounts:
    yield from _both_sides((line, line.fen) for line in one.plan.ledger if is_cash(line))


def _net_present(one: Compared) -> Amounts:
    yield from _both_sides((line, line.pv_fen) for line in one.plan.ledger)


def _both_sides(amounts: Iterable[tuple[Line, int]]) -> Amounts:
    """Yield what each funder pays less what it receives; the market is no funder, so the total is what leaves their purses."""
    for line, amount in amounts:
        yield from (((party,), sign * amount) for party, sign in ((line.payer, 1), (line.receiver, -1)) if party != MARKET)


def _town_cost(one: Compared) -> Amounts:
    for line in one.plan.ledger:
        yield (line.township,), line.pv_fen * signed(line, one.perspective)


def _town_cash(kinds: Iterable[LineKind]) -> Measure:
    """Return the measure of cash outlays (or subsidies) of these kinds by township."""
    wanted = frozenset(kinds)

    def measure(one: Compared) -> Amounts:
        yield from (((line.township,), line.fen) for line in one.plan.ledger if line.kind in wanted and is_cash(line))

    return measure


def _forecasts(one: Compared) -> Amounts:
    yield from (((row.funder, row.clause, row.item), row.fen) for row in one.plan.forecasts)


def _limits(one: Compared) -> Amounts:
    yield from (((use.budget, use.payer, use.years, use.township, use.measure), use.limit_fen) for use in one.plan.budgets)


def _used(one: Compared) -> Amounts:
    yield from (((use.budget, use.payer, use.years, use.township, use.measure), use.used_fen) for use in one.plan.budgets)


def _estates(one: Compared) -> Amounts:
    yield from (((row.status,), 1) for row in one.plan.services)


def _dwellings(one: Compared) -> Amounts:
    yield from (((row.status,), row.dwellings) for row in one.plan.services)


def _required(one: Compared) -> Amounts:
    yield from (((row.township,), row.required_dm2) for row in one.plan.services)


def _area(one: Compared) -> Amounts:
    yield from (((place.township,), place.gross_dm2) for place in one.plan.places)


def _added(one: Compared) -> Amounts:
    yield from (((pick.township,), pick.area_dm2) for pick in one.plan.chosen)


_BUDGET = ("budget", "funder", "years", "township", "budget_measure")
PARTS: Mapping[str, tuple[Unit, tuple[str, ...], Measure]] = {
    "subsidies": ("fen", ("funder", "clause"), _subsidies),
    "subsidies_present": ("fen", ("funder", "clause"), _subsidies_present),
    "cost": ("fen", ("term",), _cost),
    "public_cost": ("fen", ("term",), _public_cost),
    "pays": ("fen", ("funder",), _pays),
    "gets": ("fen", ("funder",), _gets),
    "net": ("fen", ("funder",), _net),
    "net_present": ("fen", ("funder",), _net_present),
    "town_cost": ("fen", ("township",), _town_cost),
    "town_capital": ("fen", ("township",), _town_cash(CAPITAL_KINDS)),
    "town_recurring": ("fen", ("township",), _town_cash(RECURRING_KINDS)),
    "town_subsidy": ("fen", ("township",), _town_cash(SUBSIDY_KINDS)),
    "estates": ("count", ("status",), _estates),
    "dwellings": ("count", ("status",), _dwellings),
    "town_required": ("dm2", ("township",), _required),
    "town_area": ("dm2", ("township",), _area),
    "town_added": ("dm2", ("township",), _added),
    "budget_limits": ("fen", _BUDGET, _limits),
    "budget_used": ("fen", _BUDGET, _used),
    "forecasts": ("fen", ("funder", "clause", "item"), _forecasts),
}
"""What is compared: unit, what the ids of a row are, and where the amounts come from."""


def _choices(plans: Sequence[Compared]) -> tuple[Choice, ...]:
    picks = [{pick.option: pick for pick in one.plan.chosen} for one in plans]
    rows = [Choice(option, tuple(found.get(option) for found in picks)) for option in sorted(set().union(*picks))]
    return tuple(row for row in rows if len({_how(pick) for pick in row.chosen}) > 1)


def _how(pick: Chosen | None) -> object:
    return None if pick is None else (pick.area_dm2, pick.start, pick.place)


def _standings(plans: Sequence[Compared]) -> tuple[Standing, ...]:
    listed = [{row.estate: row for row in one.plan.services} for one in plans]
    rows = [Standing(estate, tuple(found.get(estate) for found in listed)) for estate in sorted(set().union(*listed))]
    return tuple(row for row in rows if len({_stands(service) for service in row.services}) > 1)


def _stands(service: Service | None) -> object:
    return None if service is None else (service.status, service.cohort, service.required_dm2, service.held_dm2)


def _settings(plans: Sequence[Compared]) -> tuple[Setting, ...]:
    lists = [dict(_recorded(one.plan)) for one in plans]
    scenarios = [one.scenario for one in plans if one.scenario is not None]
    if len(scenarios) == len(plans):
        for found, scenario in zip(lists, scenarios, strict=True):
            found.update(_flat("", scenario.settings.model_dump(mode="json", exclude=set(_IN_RECORD))))
    keys = list(dict.fromkeys(key for found in lists for key in found))
    rows = [Setting(key, tuple(found.get(key, "") for found in lists)) for key in keys]
    return tuple(row for row in rows if len(set(row.values)) > 1)


def _recorded(plan: Plan) -> Iterator[tuple[str, str]]:
    """Yield every setting that a record holds, as text."""
    for key in ("title", "county", "policy", "variant", "base_date", "perspective", "synthetic"):
        yield key, str(getattr(plan, key))
    yield "objective", "; ".join(plan.objective)
    yield "set", "; ".join(plan.changes)
    yield from ((f"switches.{name}", choice) for name, choice in sorted(plan.switches.items()))
    yield from ((f"inputs.{name}", text) for name, text in sorted(plan.inputs.items()))
    for key in ("method", "source", "speed_m_per_s", "speed_source", "detour"):
        yield f"walking.{key}", str(getattr(plan.walks, key))
    yield "walks.csv", plan.walks.sha256[:_SHOWN_SHA]
    yield from ((f"files.{file.name}", file.sha256[:_SHOWN_SHA]) for file in plan.files)
    yield "solver.name", plan.status.solver
    yield "solver.gap", f"{plan.status.asked_gap:g}"


def _flat(prefix: str, node: object) -> Iterator[tuple[str, str]]:
    if isinstance(node, Mapping):
        for key, child in node.items():
            yield from _flat(f"{prefix}.{key}" if prefix else str(key), child)
    elif isinstance(node, list | tuple):
        yield prefix, "; ".join(str(child) for child in node)
    elif prefix not in ("solver.name", "solver.gap"):
        yield prefix, "" if node is None else str(node)


def gap(plan: Plan) -> float:
    """Return the greatest gap left open at any level."""
    return max((level.gap for level in plan.status.levels), default=0.0)


def _cautions(plans: Sequence[Compared]) -> Iterator[Caution]:
    for code in ("policy", "perspective", "county", "base_date", "objective"):
        values = [str(getattr(one.plan, code)) for one in plans]
        if len(set(values)) > 1:
            shown = ["; ".join(one.plan.objective) for one in plans] if code == "objective" else values
            yield Caution(f"other_{code}", facts=tuple(dict.fromkeys(shown)))
    tests: Mapping[str, Callable[[Compared], bool]] = {
        "what_if": lambda one: bool(one.plan.what_if),
        "broken": lambda one: any(row.result == "broken" and row.code != "what_if" for row in one.plan.compliance),
        "open_gap": lambda one: one.plan.status.status != "optimal",
        "synthetic": lambda one: one.plan.synthetic,
        "no_pack": lambda one: one.pack is None,
    }
    for code, holds in tests.items():
        labels = tuple(one.label for one in plans if holds(one))
        if labels:
            yield Caution(
                code, labels, tuple(sorted({clause for one in plans for clause in one.plan.what_if})) if code == "what_if" else ()
            )

