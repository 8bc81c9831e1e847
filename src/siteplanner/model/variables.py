"""The model's variables, each with a family name and ASCII ids; areas in m², money nowhere (it is in the objective)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from pulp import LpAffineExpression as Expr
from pulp import LpProblem, LpVariable

from siteplanner.case.case import Case, Need, Offer
from siteplanner.pools import Group, bills_of, may_draw
from siteplanner.units import dm2_to_solver_m2

__all__ = [
    "CreditKey",
    "Expr",
    "Variables",
    "active_at",
    "add_variables",
    "met_at",
    "must_at",
    "on_foot",
    "plain",
    "shares_capacity",
    "walk_steps",
]

CreditKey = tuple[str, str, int]
"""(estate, place, checkpoint number)."""


@dataclass(frozen=True, slots=True)
class Variables:
    """Decision variables by key.

    ``choose[offer]`` binary: the offer is started. ``area[offer]`` m², only where the area is a decision.
    ``whole_gross[offer]`` and ``whole_net[offer]`` whole dm², where a decided area is credited on the net basis: net area
    rounds down to the dm², so both must be whole. ``credit[estate, place, t]`` m² credited. ``alone[estate, place, t]``
    binary: the place may serve that estate and no other, only where the law allows no sharing.
    ``serve[cluster, cohort, t]`` binary: the cluster serves that cohort.
    ``pooled[cluster, cohort, t]`` m²: a cluster's area where it serves, else 0, under the circle readings only.
    ``claim[offer, n]`` binary: the offer earns its n-th grant line in its cluster. ``done[milestone, unit]`` binary.
    ``served[estate, t]`` binary, only where a milestone leaves it open. ``short[estate, t]`` m² and
    ``bare[estate, t]`` places missing, only in best effort. ``met[estate]`` binary: the estate has all it needs, only where the most
    served are asked for. ``longer[k]`` binary: somebody walks as far as the k-th step, only where the least worst walk is asked
    for. ``draw[pool, offer,
    group, year]`` 万元 of earmarked money drawn for a bill.
    """

    choose: Mapping[str, LpVariable]
    area: Mapping[str, LpVariable]
    whole_gross: Mapping[str, LpVariable]
    whole_net: Mapping[str, LpVariable]
    credit: Mapping[CreditKey, LpVariable]
    alone: Mapping[CreditKey, LpVariable]
    serve: Mapping[tuple[str, str, int], LpVariable]
    pooled: Mapping[tuple[str, str, int], LpVariable]
    claim: Mapping[tuple[str, int], LpVariable]
    served: Mapping[tuple[str, int], LpVariable]
    done: Mapping[tuple[str, str], LpVariable]
    short: Mapping[tuple[str, int], LpVariable]
    bare: Mapping[tuple[str, int], LpVariable]
    met: Mapping[str, LpVariable]
    longer: Mapping[int, LpVariable]
    draw: Mapping[tuple[str, str, Group, int], LpVariable]

    def every(self) -> list[LpVariable]:
        """Return all variables, family by family."""
        families = (getattr(self, entry.name) for entry in fields(self))
        return [variable for family in families for variable in family.values()]

    def area_of(self, offer: Offer) -> Expr:
        """Return the offer's gross area as an expression, m²: a constant times its choice, or its area variable."""
        if offer.fixed:
            return Expr([(self.choose[offer.id], dm2_to_solver_m2(offer.lo_gross_dm2))])
        return Expr([(self.area[offer.id], 1.0)])

    def credited_of(self, offer: Offer) -> Expr:
        """Return the offer's area on the case basis, m²."""
        if offer.fixed:
            return Expr([(self.choose[offer.id], dm2_to_solver_m2(offer.lo_dm2))])
        if offer.id in self.whole_net:
            return Expr([(self.whole_net[offer.id], dm2_to_solver_m2(1))])
        return Expr([(self.area[offer.id], 1.0)])


def plain(name: str) -> str:
    """Return a name PuLP leaves as it is: it would turn a hyphen into an underscore, and two ids into one."""
    return name.replace("-", "~").replace("/", "|")


def active_at(case: Case, need: Need, t: int) -> bool:
    """Return whether an estate is tested at a checkpoint: its deadline has come, or a milestone counts it."""
    if need.status != "due":
        return False
    if need.due is not None and need.due <= case.checkpoints[t]:
        return True
    return any(need.cohort in milestone.cohorts for milestone in case.scenario.pack.milestones)


def must_at(case: Case, need: Need, t: int) -> bool:
    """Return whether an estate must be served at a checkpoint."""
    return need.status == "due" and need.due is not None and need.due <= case.checkpoints[t]


def met_at(case: Case, need: Need, t: int) -> bool:
    """Return whether an estate that counts as served must have all it needs at a checkpoint: from its own day on, and at the end."""
    return need.status == "due" and (must_at(case, need, t) or (active_at(case, need, t) and t == len(case.checkpoints) - 1))


def _counts_served(case: Case) -> bool:
    return any(name in ("most_served", "most_estates_served") for name in case.scenario.settings.objective)


def on_foot(need: Need) -> bool:
    """Return whether the law reaches the estate's places on foot; elsewhere a walk that happens to be known says nothing."""
    return need.standard.reach.mode == "walk"


def walk_steps(case: Case) -> tuple[int, ...]:
    """Return the walks that can be the longest of a plan, seconds, shortest first; none unless the least worst walk is asked for.

    Where every estate must be served, somebody walks at least as far as the estate whose nearest place is farthest.
    """
    if "least_worst_walk" not in case.scenario.settings.objective:
        return ()
    strict = not case.scenario.best_effort
    walks = {need.id: [walk or 0 for walk in case.reach[need.id].values()] for need in case.needs if need.status == "due" and on_foot(need)}
    musts = {need.id for need in case.needs if need.due is not None and strict}
    floor = max((min(near) for estate, near in walks.items() if near and estate in musts), default=0)
    return tuple(sorted({floor, *(walk for near in walks.values() for walk in near if walk > floor)}))


def _draws(case: Case) -> list[tuple[str, str, Group, int]]:
    """Return (pool, offer, group, year) for every bill that a pool may pay."""
    if not case.pools:
        return []
    sites = {site.id: site for site in case.scenario.sites}
    return [
        (pool.id, offer.id, bill.group, bill.year)
        for offer in case.offers
        for bill in bills_of(case.option(offer.option), sites[offer.site], offer.hi_lines)
        for pool in case.pools
        if may_draw(case.scenario, pool, bill)
    ]


def _communities(case: Case) -> list[tuple[str, str]]:
    """Return (milestone, township/community) for every milestone that counts communities."""
    found = {
        (milestone.id, f"{need.estate.township}/{need.estate.community}")
        for milestone in case.scenario.pack.milestones
        if milestone.unit == "communities"
        for need in case.needs
        if need.counts and need.cohort in milestone.cohorts and (not milestone.townships or need.estate.township in milestone.townships)
    }
    return sorted(found)


def _lone(case: Case, credits: Iterable[CreditKey]) -> list[CreditKey]:
    """Return the credits to estates whose law allows no sharing, from places that others might be credited from too."""
    keys = list(credits)
    rivals = Counter((place, t) for _, place, t in keys)
    unshared = {need.id for need in case.needs if not need.standard.shared_place}
    return [(estate, place, t) for estate, place, t in keys if estate in unshared and rivals[place, t] > 1]


def shares_capacity(need: Need) -> bool:
    """Return whether the estate's need is met by credits (and not by the area of its circle)."""
    return need.required_dm2 > 0 and need.standard.sharing == "shared_capacity"


def add_variables(problem: LpProblem, case: Case, *, best_effort: bool) -> Variables:
    """Add every variable of the case to the problem."""
    binary, real = "Binary", "Continuous"

    def new(name: str, cat: str, up: float | None = None) -> LpVariable:
        return problem.add_variable(plain(name), 0, up, cat)

    times = range(len(case.checkpoints))
    tested = [(need, t) for t in times for need in case.needs if active_at(case, need, t)]
    choose = {o.id: new(f"choose.{o.id}", binary, 1) for o in case.offers}
    area = {o.id: new(f"area.{o.id}", real, dm2_to_solver_m2(o.hi_gross_dm2)) for o in case.offers if not o.fixed}
    credit = {
        (need.id, place, t): new(f"credit.{need.id}.{place}.{t}", real, dm2_to_solver_m2(need.required_dm2))
        for need, t in tested
        if shares_capacity(need)
        for place in case.reach[need.id]
    }
    rule = case.scenario.pack.cluster
    serve = {
        (place.id, cohort, t): new(f"serve.{place.id}.{cohort}.{t}", binary, 1)
        for place in case.places.values()
        if place.kind == "cluster" and place.lawful and rule is not None
        for cohort in rule.cohorts
        for t in times
    }
    rounded = [o for o in case.offers if not o.fixed and (o.lo_dm2, o.hi_dm2) != (o.lo_gross_dm2, o.hi_gross_dm2)]
    circled = {s.cohort for s in case.scenario.pack.standards if s.sharing != "shared_capacity"}
    open_need = [(need, t) for need, t in tested if not must_at(case, need, t)]
    return Variables(
        choose=choose,
        area=area,
        whole_gross={o.id: new(f"whole_gross.{o.id}", "Integer", o.hi_gross_dm2) for o in rounded},
        whole_net={o.id: new(f"whole_net.{o.id}", "Integer", o.hi_dm2) for o in rounded},
        credit=credit,
        alone={key: new("alone." + ".".join(map(str, key)), binary, 1) for key in _lone(case, credit)},
        serve=serve,
        pooled={key: new("pooled." + ".".join(map(str, key)), real) for key in serve if key[1] in circled},
        claim={(o.id, n): new(f"claim.{o.id}.{n}", binary, 1) for o in case.offers for n in range(len(o.grant_lines))},
        served={(need.id, t): new(f"served.{need.id}.{t}", binary, 1) for need, t in open_need},
        done={key: new(f"done.{n}", binary, 1) for n, key in enumerate(_communities(case))},
        short={(n.id, t): new(f"short.{n.id}.{t}", real) for n, t in tested if n.required_dm2} if best_effort else {},
        bare={(n.id, t): new(f"bare.{n.id}.{t}", real, n.coverage) for n, t in tested if n.coverage} if best_effort else {},
        met={need.id: new(f"met.{need.id}", binary, 1) for need in case.needs if need.status == "due"} if _counts_served(case) else {},
        longer={k: new(f"longer.{k}", binary, 1) for k in range(1, len(walk_steps(case)))},
        draw={key: new(f"draw.{n}", real) for n, key in enumerate(_draws(case))},
    )
