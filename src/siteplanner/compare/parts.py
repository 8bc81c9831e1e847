"""The tables of amounts: what each adds up over the rows of a plan's record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from siteplanner.compare import service
from siteplanner.compare.nouns import Compared, Key, Part, Row, Unit
from siteplanner.plan import CAPITAL_KINDS, MARKET, NON_CASH_KINDS, RECURRING_KINDS, Line, LineKind

SUBSIDY_KINDS: tuple[LineKind, ...] = ("grant", "fund", "fund_recurring")


def amounts_of(key: str, plans: Sequence[Compared]) -> Part:
    """Return one table of `PARTS`: a row for each key with an amount in any plan."""
    unit, columns, measure = PARTS[key]
    sums: list[dict[Key, int]] = []
    for one in plans:
        found: dict[Key, int] = defaultdict(int)
        for where, amount in measure(one):
            found[where] += amount
        sums.append(found)
    keys = sorted({where for found in sums for where, amount in found.items() if amount})
    return Part(key, unit, columns, tuple(Row(where, tuple(found.get(where, 0) for found in sums)) for where in keys), key not in _OVERLAP)


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


_OVERLAP = ("budget_limits", "budget_used", "walk_mean", "walk_worst", "per_hundred", "prices")
"""Budget lines may limit the same money twice: by year and by span, gross and net. Means, worst walks and prices do not add up."""
_BUDGET = ("budget", "funder", "years", "township", "budget_measure")
PARTS: Mapping[str, tuple[Unit, tuple[str, ...], Measure]] = {
    "subsidies": ("fen", ("funder", "clause"), _subsidies),
    "subsidies_present": ("fen", ("funder", "clause"), _subsidies_present),
    "cost": ("fen", ("term",), _cost),
    "public_cost": ("fen", ("term",), _public_cost),
    "pays": ("fen", ("payer",), _pays),
    "gets": ("fen", ("receiver",), _gets),
    "net": ("fen", ("funder",), _net),
    "net_present": ("fen", ("funder",), _net_present),
    "town_cost": ("fen", ("township",), _town_cost),
    "town_capital": ("fen", ("township",), _town_cash(CAPITAL_KINDS)),
    "town_recurring": ("fen", ("township",), _town_cash(RECURRING_KINDS)),
    "town_subsidy": ("fen", ("township",), _town_cash(SUBSIDY_KINDS)),
    "estates": ("count", ("status",), _estates),
    "dwellings": ("count", ("status",), _dwellings),
    "households": ("count", ("township",), service.households),
    "walk_total": ("count", ("township",), service.walk_total),
    "walk_mean": ("seconds", ("township",), service.walk_mean),
    "walk_worst": ("seconds", ("township",), service.walk_worst),
    "per_hundred": ("dm2", ("township",), service.per_hundred),
    "town_required": ("dm2", ("township",), _required),
    "town_area": ("dm2", ("township",), _area),
    "town_added": ("dm2", ("township",), _added),
    "budget_limits": ("fen", _BUDGET, _limits),
    "budget_used": ("fen", _BUDGET, _used),
    "forecasts": ("fen", ("funder", "clause", "item"), _forecasts),
    "prices": ("fen", ("clause", "item", "option"), service.prices),
}
"""What is compared: unit, what the ids of a row are, and where the amounts come from."""
