"""What a place offers a cohort at a checkpoint, as linear expressions: its area, whether it qualifies, its bound."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pulp import lpSum

from siteplanner.case.case import Case, Held, Need, Offer
from siteplanner.model.variables import Expr, Variables
from siteplanner.units import dm2_to_solver_m2


@dataclass(frozen=True, slots=True)
class Supply:
    """Linear expressions over one place. Built once a model; reads the case and the variables only."""

    case: Case
    variables: Variables
    offers_at: dict[str, tuple[Offer, ...]]
    givers: dict[str, tuple[Offer, ...]]

    def offers(self, place: str, day: date) -> list[Offer]:
        """Return the offers of a place that stand on a day; an extension counts only with what it extends."""
        held = self.case.held.get(place)
        if held is not None and held.ready > day:
            return []
        return [o for o in self.offers_at.get(place, ()) if o.stands(day)]

    def gone(self, premises: str, day: date) -> Expr:
        """Return 1 where a chosen option has given the premises up by the day."""
        return lpSum(self.variables.choose[o.id] for o in self.givers.get(premises, ()) if o.start <= day)

    def held(self, place: str, day: date) -> Held | None:
        """Return the premises of a place if they are ready by the day."""
        found = self.case.held.get(place)
        return found if found is not None and found.ready <= day else None

    def area(self, place: str, cohort: str, t: int) -> Expr:
        """Return the area (case basis, m²) that may be credited to a cohort; a cluster's before its ``serve`` test."""
        day, choose = self.case.checkpoints[t], self.variables.choose
        expr, held = Expr(), self.held(place, day)
        extra = 0.0
        if held is not None:
            extra = dm2_to_solver_m2(held.area_dm2)
            if cohort in held.counts_for:
                expr += extra - extra * self.gone(place, day)
        for offer in self.offers(place, day):
            if self.case.places[place].kind == "cluster":
                if cohort in offer.serves:
                    expr += self.variables.credited_of(offer)
                continue
            if cohort in offer.counts_for:
                expr += self.variables.credited_of(offer)
            if held is not None:
                expr += extra * ((cohort in offer.counts_for) - (cohort in held.counts_for)) * choose[offer.id]
        return expr

    def qualifies(self, place: str, need: Need, t: int) -> Expr:
        """Return 1 where the place meets the place rule of the estate's cohort and may serve it at the checkpoint, else 0."""
        cohort = need.cohort
        if self.case.places[place].kind == "cluster":
            key = (place, cohort, t)
            return Expr([(self.variables.serve[key], 1.0)]) if key in self.variables.serve else Expr()
        day, expr, held = self.case.checkpoints[t], Expr(), self.held(place, self.case.checkpoints[t])
        alone = held is not None and cohort in held.qualifies
        if alone:
            expr += 1 - self.gone(place, day)
        for offer in self.offers(place, day):
            expr += ((cohort in offer.qualifies and offer.may_serve(need)) - alone) * self.variables.choose[offer.id]
        return expr

    def most(self, place: str, need: Need, t: int) -> Expr:
        """Return a tight upper bound (m²) on what the place can credit to one estate: min(need, area) where open."""
        cohort, need_dm2 = need.cohort, need.required_dm2
        day, choose = self.case.checkpoints[t], self.variables.choose
        if self.case.places[place].kind == "cluster":
            total = sum(o.hi_dm2 for o in self._largest(place, day))
            return dm2_to_solver_m2(min(need_dm2, total)) * self.qualifies(place, need, t)
        expr, held, base = Expr(), self.held(place, day), 0
        if held is not None and cohort in held.counts_for:
            base = min(need_dm2, held.area_dm2)
            expr += dm2_to_solver_m2(base) * (1 - self.gone(place, day))
        for offer in self.offers(place, day):
            total = offer.hi_dm2 + (held.area_dm2 if held else 0)
            with_offer = min(need_dm2, total) if cohort in offer.counts_for and offer.may_serve(need) else 0
            expr += dm2_to_solver_m2(with_offer - base) * choose[offer.id]
        return expr

    def _largest(self, place: str, day: date) -> list[Offer]:
        best: dict[str, Offer] = {}
        for offer in self.offers(place, day):
            if offer.site not in best or offer.hi_dm2 > best[offer.site].hi_dm2:
                best[offer.site] = offer
        return list(best.values())


def make_supply(case: Case, variables: Variables) -> Supply:
    """Index the offers by place and by the premises they give up."""
    offers_at: dict[str, list[Offer]] = {}
    givers: dict[str, list[Offer]] = {}
    for offer in case.offers:
        offers_at.setdefault(offer.place, []).append(offer)
        for premises in offer.gives_up:
            givers.setdefault(premises, []).append(offer)
    return Supply(case, variables, _frozen(offers_at), _frozen(givers))


def _frozen(lists: dict[str, list[Offer]]) -> dict[str, tuple[Offer, ...]]:
    return {key: tuple(values) for key, values in lists.items()}
