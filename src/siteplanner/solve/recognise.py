"""Case to arrays without the readable model, where a case is no more than the siting problem.

That is so where every option has one area and never pays, one day counts, all estates share the area of all places by one law, least
cost is what is sought, and no rule but areas, needs and budgets takes part. `siteplanner.solve.siting.assemble` then gives the
rows that ``model/build.py`` gives.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from siteplanner.case.case import Case, Offer
from siteplanner.model.constraints.budget import budget_measure, feeders, lines_of
from siteplanner.model.variables import active_at, must_at, shares_capacity
from siteplanner.money import net_pv
from siteplanner.solve.siting import Siting


@dataclass(frozen=True, slots=True)
class Recognised:
    """The arrays of a case and the ids of their rows: estates, places, offers and budget lines."""

    siting: Siting
    estates: tuple[str, ...]
    places: tuple[str, ...]
    offers: tuple[str, ...]
    budgets: tuple[str, ...]
    cohort: str
    coverage: bool
    """Whether the model says that each estate has a place in reach, which its need implies."""


def recognise(case: Case) -> Recognised | None:
    """Return a case as arrays; None where it holds anything that they cannot say."""
    needs = [need for need in case.needs if need.required_dm2 and need.status == "due"]
    if not needs or not _plain_law(case) or not all(_plain_offer(case, offer, needs[0].cohort) for offer in case.offers):
        return None
    alike = {(need.cohort, need.coverage) for need in needs} == {(needs[0].cohort, needs[0].coverage)} and needs[0].coverage <= 1
    if not alike or not all(must_at(case, need, 0) and shares_capacity(need) for need in needs):
        return None
    if any(active_at(case, need, 0) and not need.required_dm2 for need in case.needs):
        return None
    places = tuple(sorted({place for need in needs for place in case.reach[need.id]} | {offer.place for offer in case.offers}))
    number = {place: n for n, place in enumerate(places)}
    offers = sorted(case.offers, key=lambda offer: (number[offer.place], offer.id))
    near = [sorted(number[place] for place in case.reach[need.id]) for need in needs]
    starts = np.concatenate([[0], np.cumsum([len(row) for row in near])])
    flat = np.array([site for row in near for site in row], dtype=np.int64)
    lines = lines_of(case)
    spend = np.zeros((len(offers), len(case.budgets)), dtype=np.int64)
    for b, row in enumerate(case.budgets):
        for link in feeders(lines, row):
            measure = budget_measure(link)
            for o, offer in enumerate(offers):
                if not link.budget.township or offer.township == link.budget.township:
                    spend[o, b] += measure(offer.lo_lines)
    limits = [sum(link.budget.limit_fen for link in feeders(lines, row)) for row in case.budgets]
    cost = np.array([net_pv(offer.lo_lines, case.funders) for offer in offers], dtype=np.int64)
    if (spend < 0).any() or (cost < 0).any():
        return None
    siting = Siting(
        np.array([need.required_dm2 for need in needs], dtype=np.int64),
        csr_array((np.ones(len(flat), dtype=np.int8), flat, starts), shape=(len(needs), len(places))),
        np.array([number[offer.place] for offer in offers], dtype=np.int64),
        np.array([offer.lo_dm2 for offer in offers], dtype=np.int64),
        cost,
        csr_array(spend),
        np.array(limits, dtype=np.int64),
    )
    ids = tuple(need.id for need in needs), tuple(offer.id for offer in offers), tuple(row.budget.id for row in case.budgets)
    return Recognised(siting, ids[0], places, ids[1], ids[2], needs[0].cohort, needs[0].coverage == 1)


def _plain_law(case: Case) -> bool:
    """Return whether nothing but areas, needs and budgets takes part."""
    pack, scenario = case.scenario.pack, case.scenario
    return (
        len(case.checkpoints) == 1
        and scenario.settings.objective == ("least_cost",)
        and scenario.earlier is None
        and not (case.held or case.pools or case.groups or pack.milestones or pack.tiers)
        and (pack.land is None or pack.land.state != "enforced")
        and all(place.kind == "site" for place in case.places.values())
        and all(standard.shared_place for standard in pack.standards)
        and not any(option.lock == "in" for option in scenario.options)
    )


def _plain_offer(case: Case, offer: Offer, cohort: str) -> bool:
    """Return whether an offer has one area, all of it for everybody, on the day that counts."""
    return (
        offer.fixed
        and offer.stands(case.checkpoints[0])
        and cohort in offer.counts_for & offer.qualifies
        and cohort not in offer.only_own
        and offer.site == offer.place
        and not (offer.gives_up or offer.extends or offer.grant_lines)
    )
