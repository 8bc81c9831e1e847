"""Names for ids: what the plan calls E12 or S07, a reader sees by name, in the asked language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from siteplanner.plan import MARKET, NON_CASH_KINDS, Chosen, KeptPremises, Line, PlaceRecord, Plan, Service
from siteplanner.policy.schema import Clause, Kind, PolicyPack, Text, Works
from siteplanner.scenario.schema import Option, Scenario
from siteplanner.texts import Lang, catalogue, say

ALL_PUBLIC = "all_public"
GROUPS: Mapping[str, str] = {
    "price": "capital", "tax_fee": "capital", "deposit": "capital", "fit_out": "capital", "permit": "capital",
    "rent": "recurring", "running": "recurring", "deposit_return": "income", "in_lieu": "income",
    "grant": "subsidy", "fund": "subsidy", "fund_recurring": "subsidy", "residual": "non_cash", "asset_given_up": "non_cash",
}  # fmt: skip
"""The group of each kind of ledger line, as tables and charts show them."""


def label(area: str, key: str, lang: Lang) -> str:
    """Return the word for a value of an open list, or the value itself where the catalogue has no word for it."""
    full = f"report.{area}.{key}"
    return say(full, lang) if full in catalogue(lang) else key


def coded(area: str, code: str, facts: Mapping[str, str], lang: Lang) -> str:
    """Return the sentence for a coded remark of the plan.

    A fact that is given in both languages (``rule_zh`` and ``rule_en``) fills the placeholder ``{rule}``. A code without
    a sentence is shown with its facts, so that nothing is lost.
    """
    spoken = {name.removesuffix(f"_{lang}"): fact for name, fact in facts.items() if name.endswith(f"_{lang}")}
    for key in (f"report.{area}.{code}", f"{area}.{code}"):
        if key in catalogue(lang):
            return say(key, lang, **{**facts, **spoken})
    return " ".join([code, *(f"{name}={fact}" for name, fact in sorted(facts.items()))])


class PlanNames:
    """Look-ups from the ids of a plan to names and clauses, as far as the record and its policy hold them."""

    def __init__(self, pack: PolicyPack | None, plan: Plan, lang: Lang) -> None:
        self.plan = plan
        self.lang = lang
        self.pack = pack
        self._estates = {row.estate: row.name for row in plan.services}
        self._places = {place.place: place.name for place in plan.places}
        self._sites: dict[str, str] = {}
        self._premises: dict[str, str] = {}
        self._funders = {funder.id: self.text(funder.name) for funder in pack.funders} if pack else {}
        self._cohorts = {cohort.id: self.text(cohort.name) for cohort in pack.cohorts} if pack else {}
        self._items = _item_names(pack, lang) if pack else {}
        self._rules = {rule.id: self.text(rule.text) for rule in pack.room_rules} if pack else {}
        self.clauses: dict[str, Clause] = {clause.id: clause for clause in pack.clauses} if pack else {}
        self.options: dict[str, Option] = {}
        self.public = tuple(funder.id for funder in pack.funders if funder.public) if pack else _parties(plan)

    def text(self, text: Text) -> str:
        """Return a two-language sentence of the pack in the asked language."""
        return text.zh if self.lang == "zh" else text.en

    def say(self, key: str, **facts: str) -> str:
        """Return a sentence of the report catalogue."""
        return say(f"report.{key}", self.lang, **facts)

    def label(self, area: str, key: str) -> str:
        """Return the word for a value of an open list."""
        return label(area, key, self.lang)

    def choice(self, switch: str, choice: str) -> str:
        """Return the word for a reading: the switch's own where it has one, else that of all switches, else the choice itself."""
        own = self.label(f"choice_of.{switch}", choice)
        return own if own != choice else self.label("choice", choice)

    def estate(self, estate: str) -> str:
        """Return an estate's name."""
        return self._estates.get(estate, estate)

    def place(self, place: str) -> str:
        """Return the name of a place, site or premises."""
        return self._places.get(place, place)

    def site(self, site: str) -> str:
        """Return a site's name."""
        return self._sites.get(site, site)

    def premises(self, premises: str) -> str:
        """Return the name of premises."""
        return self._premises.get(premises, premises)

    def subject(self, subject: str) -> str:
        """Return the name of whatever a finding or exception is about, with its id; a plain word stays as it is."""
        if subject in self.options:
            option = self.options[subject]
            return f"{self.site(option.site)} ({subject})"
        for known in (self._estates, self._places):
            if subject in known:
                return f"{known[subject]} ({subject})"
        return self._funders.get(subject, subject)

    def funder(self, funder: str) -> str:
        """Return a payer's or receiver's name."""
        if funder in (MARKET, ALL_PUBLIC):
            return self.say(f"funder.{funder}")
        return self._funders.get(funder, funder)

    def cohort(self, cohort: str) -> str:
        """Return a cohort's name."""
        return self._cohorts.get(cohort, cohort)

    def departure(self, code: str) -> str:
        """Return what a named exception departs from: the room rule of that id, or the catalogue's word."""
        return self._rules.get(code) or self.label("departure", code)

    def item_name(self, item: str) -> str:
        """Return the name of a grant, recurring subsidy, counter or preference of the policy, or the catalogue's word."""
        return self._items.get(item) or self.label("item", item)

    def item(self, line: Line) -> str:
        """Return what a ledger line is for: the grant's name, or the kind of line."""
        return self._items.get(line.item) or self.label("line", line.item or line.kind)

    def measure(self, chosen: Chosen) -> str:
        """Return way and works of a chosen option in the law's order, such as 租赁 + 改建."""
        return self.way(chosen.kind, chosen.works)

    def way(self, kind: Kind, works: Works) -> str:
        """Return a way of getting a room and the works on it."""
        way = self.label("kind", kind)
        return way if works == "none" else self.say("measure", way=way, works=self.label("works", works))

    @cached_property
    def perspective(self) -> frozenset[str]:
        """Return the funders whose net cost the plan was made for."""
        return frozenset(self.public) if self.plan.perspective == ALL_PUBLIC else frozenset({self.plan.perspective})

    def signed(self, line: Line) -> int:
        """Return +1 where the plan's perspective pays a line, −1 where it receives it, 0 where it does both or neither."""
        return (line.payer in self.perspective) - (line.receiver in self.perspective)

    @cached_property
    def services(self) -> dict[str, Service]:
        """Return the state of each estate at the end of the plan."""
        return {row.estate: row for row in self.plan.services}

    @cached_property
    def places(self) -> dict[str, PlaceRecord]:
        """Return the plan's places."""
        return {row.place: row for row in self.plan.places}

    @cached_property
    def kept(self) -> dict[str, KeptPremises]:
        """Return what becomes of existing premises."""
        return {row.premises: row for row in self.plan.premises}

    @cached_property
    def chosen_at(self) -> dict[str, tuple[Chosen, ...]]:
        """Return the started options of each place."""
        found: dict[str, list[Chosen]] = {}
        for chosen in self.plan.chosen:
            found.setdefault(chosen.place, []).append(chosen)
        return {place: tuple(options) for place, options in found.items()}

    @cached_property
    def lines_of(self) -> dict[str, tuple[Line, ...]]:
        """Return the ledger lines of each option."""
        found: dict[str, list[Line]] = {}
        for line in self.plan.ledger:
            found.setdefault(line.option, []).append(line)
        return {option: tuple(lines) for option, lines in found.items()}

    @cached_property
    def options_at(self) -> dict[str, tuple[Option, ...]]:
        """Return the options of each site, as far as a scenario is at hand."""
        found: dict[str, list[Option]] = {}
        for option in self.options.values():
            found.setdefault(option.site, []).append(option)
        return {site: tuple(options) for site, options in found.items()}


class Names(PlanNames):
    """The same with everything the scenario adds: names of sites not chosen, options, settings."""

    def __init__(self, scenario: Scenario, plan: Plan, lang: Lang) -> None:
        super().__init__(scenario.pack, plan, lang)
        self.scenario = scenario
        self._sites = {site.id: site.name for site in scenario.sites}
        self._premises = {room.id: room.name for room in scenario.premises}
        self._estates = {estate.id: estate.name for estate in scenario.estates} | self._estates
        self._places = self._premises | self._sites | self._places
        self.options = {option.id: option for option in scenario.options}


def _item_names(pack: PolicyPack, lang: Lang) -> dict[str, str]:
    """Return the names of everything a ledger line, forecast or figure may refer to by id."""
    named: list[tuple[str, Text]] = [(row.id, row.name) for row in pack.preferences]
    named += [(row.id, row.name) for row in pack.counters]
    named += [(row.id, row.name) for row in pack.recurring]
    named += [(row.id, row.name) for row in pack.earmarks]
    named += [(row.id, row.name) for row in pack.grants]
    return {key: text.zh if lang == "zh" else text.en for key, text in named}


def _parties(plan: Plan) -> tuple[str, ...]:
    """Return everybody who pays or receives in a plan whose policy is not at hand."""
    return tuple(sorted({party for line in plan.ledger for party in (line.payer, line.receiver)} - {MARKET}))


def is_cash(line: Line) -> bool:
    """Return whether a line moves money in its year."""
    return line.cash and line.kind not in NON_CASH_KINDS
