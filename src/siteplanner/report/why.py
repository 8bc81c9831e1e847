"""Why a mark of the map is what it is, in sentences that repeat the record: needs, money, subsidies, other ways, reasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from siteplanner.plan import CAPITAL_KINDS, RECURRING_KINDS, Chosen, Line, NamedException, Rejected
from siteplanner.report.maps import Mark
from siteplanner.report.names import GROUPS, PlanNames, coded
from siteplanner.report.stamps import joined
from siteplanner.report.table import show_with_unit
from siteplanner.texts import catalogue
from siteplanner.yearly import Lifecycle


@dataclass(frozen=True, slots=True)
class Because:
    """A sentence as its pattern and what fills it, so that thousands of alike sentences can be sent short."""

    pattern: str
    facts: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """Return the sentence."""
        return self.pattern.format(**dict(self.facts))


class Whys:
    """Sentences about estates, places and candidates of one plan."""

    def __init__(self, names: PlanNames) -> None:
        self.names = names

    def of(self, mark: Mark) -> list[Because]:
        """Return the sentences about a mark, the weightiest first."""
        if mark.kind == "estate":
            return [*self._estate(mark.id), *self._exceptions(mark.id)]
        if mark.kind in ("candidate", "given_up"):
            return [*self._premises(mark.id), *self._passed_over(mark.id)]
        return [*self._premises(mark.id), *self._place(mark.id), *self._exceptions(mark.id)]

    def _say(self, key: str, **facts: str) -> Because:
        return Because(catalogue(self.names.lang)[f"papers.why.{key}"], tuple(facts.items()))

    def _area(self, dm2: int) -> str:
        return show_with_unit("area", dm2, self.names.lang)

    def _money(self, fen: int) -> str:
        return show_with_unit("money", fen, self.names.lang)

    def _estate(self, estate: str) -> Iterator[Because]:
        row = self.names.services.get(estate)
        if row is None:
            return
        if row.status == "short":
            yield self._say("short", area=self._area(max(0, row.required_dm2 - row.held_dm2)), clause=row.clause)
        elif row.status == "served" and row.required_dm2:
            yield self._say("needs", area=self._area(row.required_dm2), clause=row.clause)
        elif row.status == "served":
            yield self._say("covered", clause=row.clause)
        elif row.reason:
            yield self._say("left_out", reason=self.names.label("remark", row.reason), clause=row.clause)
        before = self._before.get(estate)
        if before is not None and before != row.held_dm2 and row.status in ("served", "short"):
            yield self._say("before", before=self._area(before), after=self._area(row.held_dm2))
        for duty in self.names.plan.duties:
            if duty.estate == estate:
                yield self._say("duty", duty=duty.duty_zh if self.names.lang == "zh" else duty.duty_en, clause=duty.clause)

    def _place(self, place: str) -> Iterator[Because]:
        credits = self._credited.get(place, ())
        if credits:
            yield self._say("serves", count=str(len(credits)), area=self._area(sum(credits)))
        for chosen in self.names.chosen_at.get(place, ()):
            yield from self._chosen(chosen)

    def _chosen(self, chosen: Chosen) -> Iterator[Because]:
        lines = self.names.lines_of.get(chosen.option, ())
        option = self.names.options.get(chosen.option)
        if option is not None and option.lock == "in":
            yield self._say("locked", option=chosen.option, note=option.note or self._say("no_note").text)
        for key, kinds in (("pays_capital", CAPITAL_KINDS), ("pays_recurring", RECURRING_KINDS)):
            for payer, fen in _by_payer([line for line in lines if line.kind in kinds]).items():
                yield self._say(key, who=self.names.funder(payer), amount=self._money(fen), option=chosen.option)
        for line in lines:
            if GROUPS[line.kind] == "subsidy":
                facts = {"who": self.names.funder(line.payer), "clause": line.clause, "year": str(line.year), "item": self.names.item(line)}
                yield self._say("subsidy", amount=self._money(line.fen), **facts)
        others = [row for row in self._lifecycles.get(chosen.site, ()) if not row.chosen]
        if others:
            yield self._say("others", others=joined([self._way(row) for row in others], self.names.lang))

    def _way(self, row: Lifecycle) -> str:
        way = self.names.way(row.kind, row.works)
        return self._say("way", way=way, option=row.option, area=self._area(row.area_dm2), amount=self._money(row.npv_fen)).text

    def _premises(self, place: str) -> Iterator[Because]:
        room = self.names.kept.get(place)
        if room is not None:
            by = self.names.subject(room.by) if room.by else ""
            yield self._say(f"fate_{room.fate}", area=self._area(room.area_dm2), by=by)

    def _passed_over(self, site: str) -> Iterator[Because]:
        refused = self._rejected
        costed = {row.option: row for row in self._lifecycles.get(site, ())}
        for option in self.names.options_at.get(site, ()):
            way = self.names.way(option.kind, option.works)
            if option.id in refused:
                row = refused[option.id]
                kind = row.facts.get("kind")
                facts = {**row.facts, **({"kind": self.names.label("kind", kind)} if kind else {})}
                reason = coded("rejected", row.code, facts, self.names.lang)
                yield self._say("refused", option=option.id, way=way, reason=reason, clause=row.clause or self._say("no_clause").text)
            elif option.id in costed:
                row_cost = costed[option.id]
                yield self._say(
                    "dearer", option=option.id, way=way, area=self._area(row_cost.area_dm2), amount=self._money(row_cost.npv_fen)
                )
            else:
                yield self._say("considered", option=option.id, way=way)

    def _exceptions(self, subject: str) -> Iterator[Because]:
        picked = {subject} | {chosen.option for chosen in self.names.chosen_at.get(subject, ())}
        for row in (row for one in sorted(picked) for row in self._named.get(one, ())):
            yield self._say("exception", what=self.names.departure(row.code), clause=row.clause, reason=row.reason)

    @cached_property
    def _before(self) -> dict[str, int]:
        return {row.estate: row.held_dm2 for row in self.names.plan.today}

    @cached_property
    def _credited(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        last = max((credit.checkpoint for credit in self.names.plan.credits), default=None)
        for credit in self.names.plan.credits:
            if credit.checkpoint == last:
                found.setdefault(credit.place, []).append(credit.area_dm2)
        return found

    @cached_property
    def _lifecycles(self) -> dict[str, list[Lifecycle]]:
        found: dict[str, list[Lifecycle]] = {}
        for row in self.names.plan.lifecycles:
            found.setdefault(row.site, []).append(row)
        return found

    @cached_property
    def _rejected(self) -> dict[str, Rejected]:
        return {row.option: row for row in reversed(self.names.plan.rejected)}

    @cached_property
    def _named(self) -> dict[str, list[NamedException]]:
        found: dict[str, list[NamedException]] = {}
        for row in self.names.plan.exceptions:
            found.setdefault(row.subject, []).append(row)
        return found


def _by_payer(lines: list[Line]) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in lines:
        found[line.payer] = found.get(line.payer, 0) + line.fen
    return dict(sorted(found.items()))
