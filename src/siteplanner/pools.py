"""Earmarked money: which pools there are, what each may pay for, and how they are drawn on once options are chosen.

A pool is a row of ``funds`` or the payments in lieu of one territory. Drawing is canonical: as much as can be drawn, earliest
money first where its present value is greater, and between equals a fixed order of ids.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from siteplanner.money import CashLine, budget_share, last_year, present_value
from siteplanner.plan import MARKET, LineKind
from siteplanner.policy.rules import cohort_of
from siteplanner.policy.schema import Earmark, PolicyPack
from siteplanner.scenario.schema import Budget, Estate, Fund, Option, Scenario, Site

Group = Literal["buy", "works", "recurring"]
GROUPS: dict[LineKind, Group] = {
    "price": "buy", "tax_fee": "buy", "fit_out": "works", "permit": "works", "rent": "recurring", "running": "recurring",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pool:
    """Earmarked money. ``paid_in`` lists (year, fen) as it comes in; it may be spent from then to ``last_year``.

    ``uses`` are the kinds whose price it may pay, ``works`` the works whose fit-out; ``recurring`` allows rent and running
    cost of those kinds. Empty ``township`` or ``district``: anywhere.
    """

    id: str
    funder: str
    clause: str
    paid_in: tuple[tuple[int, int], ...]
    last_year: int
    uses: tuple[str, ...]
    works: tuple[str, ...]
    recurring: bool
    township: str
    district: str

    def pays(self, option: Option, site: Site, group: Group, year: int) -> bool:
        """Return whether the pool may pay such a line of an option in a year."""
        if not self.paid_in or not self.paid_in[0][0] <= year <= self.last_year:
            return False
        if self.township not in ("", site.township) or self.district not in ("", site.district):
            return False
        if group == "works":
            return option.works in self.works
        return option.kind in self.uses and (group == "buy" or self.recurring)


def find_pools(scenario: Scenario) -> tuple[Pool, ...]:
    """Return the pools of a scenario, sorted by id."""
    earmarks = {earmark.clause: earmark for earmark in scenario.pack.earmarks}
    found = [_fund_pool(fund, earmarks.get(fund.clause)) for fund in scenario.funds]
    found += _in_lieu_pools(scenario)
    return tuple(sorted(found, key=lambda pool: pool.id))


def _fund_pool(fund: Fund, earmark: Earmark | None) -> Pool:
    first, _, last = fund.years.partition("-")
    uses = fund.uses or (earmark.uses if earmark else ())
    works = fund.works or (earmark.works if earmark else ())
    if earmark is not None:
        uses, works = tuple(u for u in uses if u in earmark.uses), tuple(w for w in works if w in earmark.works)
    recurring = earmark.recurring if earmark is not None else False
    paid_in = ((int(first), fund.limit_fen),)
    return Pool(fund.id, fund.funder, fund.clause, paid_in, int(last or first), uses, works, recurring, fund.township, fund.district)


def in_lieu_estates(scenario: Scenario) -> tuple[Estate, ...]:
    """Return the estates whose developers pay in lieu, by id."""
    rule = scenario.pack.in_lieu
    if rule is None:
        return ()

    def may_pay(estate: Estate) -> bool:
        return not rule.cohorts or estate_cohort(scenario.pack, estate) in rule.cohorts

    paying = [e for e in scenario.estates if e.in_lieu_fen and e.in_lieu_year is not None and may_pay(e)]
    return tuple(sorted(paying, key=lambda e: e.id))


def in_lieu_receipts(scenario: Scenario) -> dict[str, CashLine]:
    """Return the developers' payments in lieu inside the horizon, by estate."""
    rule, finance = scenario.pack.in_lieu, scenario.settings.finance
    if rule is None:
        return {}
    found = {}
    for estate in in_lieu_estates(scenario):
        year, fen = estate.in_lieu_year or 0, estate.in_lieu_fen or 0
        if finance.base_year <= year <= last_year(finance):
            worth = present_value(fen, year, finance)
            found[estate.id] = CashLine(year, "developer", rule.receiver, "in_lieu", estate.id, rule.clause, fen, worth)
    return found


def estate_cohort(pack: PolicyPack, estate: Estate) -> str:
    """Return the cohort an estate belongs to, empty if none fits."""
    dates = {"approved": estate.approved, "started": estate.started, "completed": estate.completed}
    found = cohort_of(pack, kind=estate.kind, cohort=estate.cohort, in_programme=estate.in_programme, dates=dates)
    return found.id if found else ""


def _in_lieu_pools(scenario: Scenario) -> list[Pool]:
    rule = scenario.pack.in_lieu
    if rule is None:
        return []
    paid: dict[tuple[str, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for estate in in_lieu_estates(scenario):
        if estate.in_lieu_fen and estate.in_lieu_year is not None:
            key = {"county": ("", ""), "district": ("", estate.district), "township": (estate.township, "")}[rule.territory]
            paid[key][estate.in_lieu_year] += estate.in_lieu_fen
    return [
        Pool(
            f"in_lieu:{township or district or '*'}", rule.receiver, rule.clause, tuple(sorted(years.items())),
            last_year(scenario.settings.finance), rule.uses, rule.works, False, township, district,
        )
        for (township, district), years in paid.items()
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bill:
    """What one option pays in one year for one group of lines, fen."""

    option: Option
    site: Site
    group: Group
    year: int
    payer: str
    fen: int


@dataclass(frozen=True, slots=True)
class Draw:
    """Money of a pool that pays part of a bill."""

    pool: Pool
    bill: Bill
    fen: int


def bills_of(option: Option, site: Site, lines: Iterable[CashLine]) -> list[Bill]:
    """Return an option's bills that earmarked money might pay."""
    sums: dict[tuple[Group, int, str], int] = defaultdict(int)
    for line in lines:
        group = GROUPS.get(line.kind)
        if group is not None and line.receiver == MARKET:
            sums[group, line.year, line.payer] += line.fen
    return [Bill(option, site, group, year, payer, fen) for (group, year, payer), fen in sorted(sums.items()) if fen > 0]


def may_draw(scenario: Scenario, pool: Pool, bill: Bill) -> bool:
    """Return whether a pool may pay a bill: as its clause says, and only bills of public funders.

    From the perspective of the pool's own funder, paying somebody else's bill would be a cost that nothing asks for.
    """
    public = {funder.id for funder in scenario.pack.funders if funder.public}
    perspective = scenario.settings.perspective or scenario.pack.perspective
    own_cost = pool.funder == perspective and bill.payer != pool.funder
    return bill.payer in public and not own_cost and pool.pays(bill.option, bill.site, bill.group, bill.year)


def settle_draws(
    scenario: Scenario, pools: Sequence[Pool], bills: Sequence[Bill], needed: Sequence[tuple[Budget, int, int, int]] = ()
) -> list[Draw]:
    """Return the canonical draws of the pools on the bills.

    `needed` lists budget lines with their span of years and how many fen draws must take off them at least (negative: how
    many they may put on).
    """
    pairs = [(pool, bill) for pool in pools for bill in bills if may_draw(scenario, pool, bill)]
    if not pairs:
        return []
    finance = scenario.settings.finance
    worth = np.array([present_value(10**9, bill.year, finance) / 10**9 for _, bill in pairs])
    order = np.array([_fraction(pool.id, bill) for pool, bill in pairs])
    rows: list[int] = []
    columns: list[int] = []
    limits: list[float] = []
    for bill in bills:
        _add_row(rows, columns, limits, [n for n, pair in enumerate(pairs) if pair[1] is bill], bill.fen)
    for pool in pools:
        for year in sorted({year for year, _ in pool.paid_in} | {bill.year for p, bill in pairs if p is pool}):
            inside = [n for n, (p, bill) in enumerate(pairs) if p is pool and bill.year <= year]
            _add_row(rows, columns, limits, inside, sum(fen for paid, fen in pool.paid_in if paid <= year))
    matrix = csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(limits), len(pairs)))
    gain = -(1 + worth + order)
    relief, room = _budget_rows(pairs, needed)
    both = vstack([matrix, relief]).tocsr()
    answer = linprog(gain, A_ub=both, b_ub=np.array([*limits, *room]), bounds=(0, None), method="highs-ds")  # type: ignore[call-overload]
    if answer.x is None:
        # No draw can bring the lines within their limits: the plan breaks them, and the draws are as if there were none.
        answer = linprog(gain, A_ub=matrix, b_ub=np.array(limits), bounds=(0, None), method="highs-ds")  # type: ignore[call-overload]
    amounts = np.rint(answer.x).astype(np.int64)
    return [Draw(pool, bill, int(fen)) for (pool, bill), fen in zip(pairs, amounts, strict=True) if fen > 0]


def _budget_rows(pairs: Sequence[tuple[Pool, Bill]], needed: Sequence[tuple[Budget, int, int, int]]) -> tuple[csr_array, list[float]]:
    """Return the rows Σ share·draw ≤ −needed, one a budget line."""
    matrix = np.zeros((len(needed), len(pairs)))
    for row, (budget, first, last, _) in enumerate(needed):
        for n, (pool, bill) in enumerate(pairs):
            if budget.township in ("", bill.site.township):
                matrix[row, n] = budget_share(budget, first, last, _line_of(pool, bill, 1))
    return csr_array(matrix), [-float(fen) for _, _, _, fen in needed]


def _line_of(pool: Pool, bill: Bill, fen: int) -> CashLine:
    kind: LineKind = "fund_recurring" if bill.group == "recurring" else "fund"
    return CashLine(bill.year, pool.funder, bill.payer, kind, pool.id, pool.clause, fen, fen)


def _add_row(rows: list[int], columns: list[int], limits: list[float], inside: Sequence[int], limit: int) -> None:
    if inside:
        rows += [len(limits)] * len(inside)
        columns += inside
        limits.append(float(limit))


def _fraction(pool: str, bill: Bill) -> float:
    """Return a fixed number in [0, 1e-6) from the ids."""
    text = f"{pool} {bill.option.id} {bill.group} {bill.year}"
    return int.from_bytes(sha256(text.encode()).digest()[:4], "big") / 2**32 * 1e-6
