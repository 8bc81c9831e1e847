"""Objectives: named terms that add up, in lexicographic levels.

least_change     min Σ_{planned before} (1 − choose) + Σ_{not planned before} choose
least_cost       min Σ present net cost to the perspective, a term a kind of line (price, rent, grant, …), 万元
fewest_sites     min Σ choose
least_walking    min Σ dwellings × walk of the credited share, household-hours
least_worst_walk min the longest walk of anybody to a place it is served from, seconds
least_shortfall  min Σ short (m²) over checkpoints, then Σ bare (places)
most_served      min Σ dwellings × (1 − met): the households left out; most_estates_served the estates
preference       min Σ choose of avoided (or not wanted) sources
tie order        min Σ fixed rank of the chosen offers, then area

In words: where an earlier plan is carried on, the fewest changes to it; then cost or what the scenario asks for, money of all
public funders next, soft wishes where their switch puts them, and a fixed order at last, so that the answer is one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Literal

from pulp import lpSum

from siteplanner.case.case import Offer
from siteplanner.case.matters import mattering
from siteplanner.model.money_terms import amount
from siteplanner.model.supply import Supply
from siteplanner.model.variables import Expr, walk_steps
from siteplanner.money import CashLine, net_pv
from siteplanner.plan import LineKind
from siteplanner.pools import in_lieu_receipts
from siteplanner.roomtests import unwanted
from siteplanner.scenario.schema import ObjectiveName
from siteplanner.units import fen_to_wan

Unit = Literal["fen", "count", "seconds", "walk_s", "dm2", "rank"]
LINE_KINDS: tuple[LineKind, ...] = (
    "price", "tax_fee", "rent", "deposit", "deposit_return", "fit_out", "permit", "running",
    "grant", "fund", "fund_recurring", "in_lieu", "residual", "asset_given_up",
)  # fmt: skip
SECONDS_PER_HOUR = 3600
_RANKS = 2**20
HALF_A_FEN = 5e-7
"""万元. Costs are whole fen, so a plan within half a fen of the least cost has the least cost."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level: its name, unit, named terms, factor from solver unit to `unit`, and the slack when it is held.

    ``hold`` (solver units) is how far later levels may stray from what this one reached. A ``follows`` level is none that was
    asked for: it settles what plans as good have in common, and under an asked gap it is bettered, not proven.
    """

    name: str
    unit: Unit
    terms: dict[str, Expr]
    factor: float
    hold: float
    follows: bool = False

    @property
    def expression(self) -> Expr:
        """Return the sum of the terms."""
        return lpSum(self.terms.values())


def levels(supply: Supply) -> list[Level]:
    """Return the levels of a strict run, first to last; what a gap leaves open, no tie order can settle."""
    settings = supply.case.scenario.settings
    found = [least_change_level(supply)] if supply.case.scenario.earlier else []
    found += [*_preferences(supply, "above"), *(level for name in settings.objective for level in named_levels(supply, name))]
    if "least_cost" in settings.objective and supply.case.funders != supply.case.public:
        found.append(replace(cost_level(supply, supply.case.public, "all_public_cost"), follows=True))
    found += [replace(level, follows=True) for level in _preferences(supply, "below")]
    return found if settings.solver.gap else [*found, tie_level(supply)]


def least_change_level(supply: Supply) -> Level:
    """Return the number of planned options left out and of options added that the earlier plan did not have.

    What is done, committed or dropped changes nothing, and a planned option that no rule can need any more may go for nothing.
    """
    case, carried = supply.case, supply.case.scenario.carried()
    before = {row.option for row in carried.values() if row.in_plan and row.standing == "planned"}
    fixed = {row.option for row in carried.values() if row.fixed}
    matter = mattering(case)
    offered = {offer.option for offer in case.offers}
    wanted = {option for option in before if option in matter or option not in offered}
    kept = lpSum(supply.variables.choose[o.id] for o in case.offers if o.option in wanted)
    added = lpSum(supply.variables.choose[o.id] for o in case.offers if o.option not in before | fixed)
    return Level("least_change", "count", {"left_out": len(wanted) - kept, "added": added}, 1.0, 1e-3)


def best_effort_levels(supply: Supply) -> list[Level]:
    """Return the levels of a best-effort run: least shortfall of area, then fewest missing places."""
    short = Level("least_shortfall", "dm2", {"short": lpSum(supply.variables.short.values())}, 100.0, 1e-3)
    bare = Level("fewest_bare", "count", {"bare": lpSum(supply.variables.bare.values())}, 1.0, 1e-3)
    return [short, bare, tie_level(supply)]


def cost_level(supply: Supply, funders: frozenset[str], name: str) -> Level:
    """Return present net cost to funders, a term for each kind of ledger line."""
    terms: dict[str, Expr] = {}
    for kind in LINE_KINDS:

        def of_kind(lines: Iterable[CashLine], kind: LineKind = kind) -> int:
            return net_pv((line for line in lines if line.kind == kind), funders)

        term = amount(supply, of_kind)
        if term:
            terms[kind] = term
    receipts = net_pv(in_lieu_receipts(supply.case.scenario).values(), funders)
    if receipts:
        terms["in_lieu"] = Expr(constant=fen_to_wan(receipts))
    return Level(name, "fen", terms, 1e6, HALF_A_FEN)


def named_levels(supply: Supply, name: ObjectiveName) -> list[Level]:
    """Return the level of an objective by its name; the least shortfall has a second one, of places."""
    if name == "least_cost":
        return [cost_level(supply, supply.case.funders, "least_cost")]
    if name == "fewest_sites":
        return [Level(name, "count", {"chosen": lpSum(supply.variables.choose.values())}, 1.0, 1e-3)]
    if name == "least_walking":
        return [_walking(supply)]
    if name == "least_worst_walk":
        return [_longest_walk(supply)]
    if name == "least_shortfall":
        return best_effort_levels(supply)[:2]
    return [_left_out(supply, name)]


def _longest_walk(supply: Supply) -> Level:
    """Return the longest walk, counted in steps between the walks that can be the longest."""
    steps = walk_steps(supply.case)
    terms = [(variable, float(steps[k] - steps[k - 1])) for k, variable in supply.variables.longer.items()]
    return Level("least_worst_walk", "walk_s", {"walk": Expr(terms, steps[0] if steps else 0)}, 1.0, 1e-3)


def _left_out(supply: Supply, name: ObjectiveName) -> Level:
    """Return the households, or the estates, that do not get all they need."""
    needs = {need.id: need for need in supply.case.needs}
    terms = {}
    for estate, met in supply.variables.met.items():
        weight = needs[estate].estate.dwellings if name == "most_served" else 1
        terms[estate] = Expr([(met, -float(weight))], weight)
    return Level(name, "count", {"left_out": lpSum(terms.values())}, 1.0, 1e-3)


def _walking(supply: Supply) -> Level:
    """Return dwellings × walking hours, each estate's dwellings split as its credits are."""
    needs = {need.id: need for need in supply.case.needs}
    terms = []
    last = len(supply.case.checkpoints) - 1
    for (estate, place, t), credit in supply.variables.credit.items():
        walk = supply.case.reach[estate][place]
        if t == last and walk:
            need = needs[estate]
            terms.append((credit, need.estate.dwellings * walk / SECONDS_PER_HOUR / (need.required_dm2 / 100)))
    return Level("least_walking", "seconds", {"walking": Expr(terms)}, float(SECONDS_PER_HOUR), 1e-4)


def _preferences(supply: Supply, position: str) -> list[Level]:
    found = []
    case = supply.case
    options = {option.id: option for option in case.scenario.options}
    sites = {site.id: site for site in case.scenario.sites}
    wish = case.scenario.settings.prefer
    if wish is not None and wish.position == position:
        found.append(_fewest(supply, "prefer", [o for o in case.offers if options[o.option].kind not in wish.kinds]))
    for preference in case.scenario.pack.preferences:
        if preference.position == position:
            avoided = [o for o in case.offers if unwanted(preference, options[o.option], sites[o.site])]
            found.append(_fewest(supply, f"preference.{preference.id}", avoided))
    return found


def _fewest(supply: Supply, name: str, offers: list[Offer]) -> Level:
    return Level(name, "count", {"unwanted": lpSum(supply.variables.choose[o.id] for o in offers)}, 1.0, 1e-3)


def tie_level(supply: Supply) -> Level:
    """Return the fixed tie order: each offer's rank is taken from the SHA-256 of its id, the same everywhere."""
    terms = [(supply.variables.choose[o.id], 1 + rank(o.id) / _RANKS) for o in supply.case.offers]
    terms += [(variable, 1e-4) for variable in supply.variables.area.values()]
    return Level("tie_order", "rank", {"rank": Expr(terms)}, 1.0, 1e-9)


def rank(offer_id: str) -> int:
    """Return the rank of an offer in the tie order, 0 to 2^20 − 1."""
    return int.from_bytes(sha256(offer_id.encode()).digest()[:4], "big") % _RANKS
