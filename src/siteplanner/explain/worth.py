"""Why this plan: what it would cost without each of its sites, with each other site, without each rule and each grant.

Every figure is found by solving again, never by the dual of a relaxation, and is exact or an interval that holds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from siteplanner.case.case import Case, Offer
from siteplanner.explain.rules import Facts, Rule, rules_of, words
from siteplanner.money import CashLine
from siteplanner.plan import Chosen, Plan
from siteplanner.solve.crew import ALONE, Crew
from siteplanner.solve.levels import Clock
from siteplanner.whatif.clocks import part_of
from siteplanner.whatif.lab import Lab
from siteplanner.whatif.quick import Quick
from siteplanner.whatif.variation import Found, Variation, tighter

_NEARLY = 1e-2
"""What a sum of fen in floating point may be off."""
Told = Callable[[int, int], None]
"""Hears how many of how many questions are answered."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A difference in cost, fen, between ``least`` and ``most``.

    ``least`` is infinite where there is proven to be no plan, −inf where nothing is known; ``most`` is None where none is known.
    """

    least: float
    most: int | None

    @property
    def exact(self) -> bool:
        """Return whether both ends are the same yuan, or there is proven to be no plan."""
        return self.impossible or (self.most is not None and self.most - self.least <= 100)

    @property
    def impossible(self) -> bool:
        """Return whether there is proven to be no plan at all."""
        return self.least == float("inf")


@dataclass(frozen=True, slots=True)
class SiteWorth:
    """A chosen site: what the plan would cost more without it, and which sites would come in and go then."""

    site: str
    options: tuple[str, ...]
    extra: Interval
    enters: tuple[str, ...]
    leaves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bid:
    """A site left out: how much its best option would have to become cheaper to come in, in present cost."""

    site: str
    option: str
    cut: Interval


@dataclass(frozen=True, slots=True)
class RuleWorth:
    """A rule: what the plan would cost less without it."""

    rule: Rule
    saved: Interval
    enters: tuple[str, ...]
    leaves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GrantWorth:
    """A step of a grant: what the plan receives on it, what the plan would cost more without it, and what would change."""

    item: str
    clause: str
    step_fen: int
    facts: Facts
    received_fen: int
    extra: Interval
    enters: tuple[str, ...]
    leaves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """Why a plan is as it is. Differences are against the least cost of any plan, which lies from ``low_fen`` to ``least_fen``."""

    cost_fen: int
    least_fen: int
    low_fen: float
    sites: tuple[SiteWorth, ...]
    bids: tuple[Bid, ...]
    rules: tuple[RuleWorth, ...]
    grants: tuple[GrantWorth, ...]

    @property
    def figures(self) -> tuple[Interval, ...]:
        """Return every difference that was asked for."""
        return (
            *(row.extra for row in self.sites),
            *(row.cut for row in self.bids),
            *(row.saved for row in self.rules),
            *(row.extra for row in self.grants),
        )


def why(case: Case, found: Plan, *, seconds: float | None = None, told: Told | None = None, crew: Crew = ALONE) -> Why | None:
    """Return why a plan of the case is as it is; None where no plan of the case is known.

    Parameters
    ----------
    found : Plan
        The plan; of it the chosen sites and the cost are read.
    seconds : float, optional
        Limit for everything together. Chosen sites are asked first, then grants, rules, and sites left out, those first that are nearest
        to coming in as far as cheap bounds tell; what is not exact by then is an interval.
    crew : Crew
        Who solves the parts that a question touches; cheap bounds are found here.
    """
    lab = Lab(case, clock=Clock(seconds), crew=crew)
    if lab.base.point is None:
        return None
    chosen = {pick.site for pick in found.chosen}
    at_site = offers_by_site(case)
    taken = [site for site in at_site if site in chosen]
    others = [site for site in at_site if site not in chosen]
    rules = [rule for rule in rules_of(lab) if rule.kind not in ("premises", "coverage")]
    asked = [
        *(Variation(shut=lab.columns_of(at_site[site])) for site in taken),
        *(Variation(extra=(lab.at_least_one(at_site[site]),)) for site in others),
        *(without(lab, rule) for rule in rules),
    ]
    first, second = len(taken), len(taken) + len(others)
    known = _Answers(lab, asked, told)
    known.ask(range(first))
    grants = tuple(_grants(lab, found))
    known.ask(range(second, len(asked)))
    known.ask(sorted(range(first, second), key=lambda n: (known.found[n].bound_fen, n)))
    answers = known.found
    return Why(
        cost_fen=sum(term.amount for term in found.terms),
        least_fen=lab.base.fen or 0,
        low_fen=lab.base_low,
        sites=tuple(_site(lab, found, site, answer) for site, answer in zip(taken, answers[:first], strict=True)),
        bids=tuple(_bid(lab, site, answer) for site, answer in zip(others, answers[first:second], strict=True)),
        rules=tuple(_rule(lab, rule, answer) for rule, answer in zip(rules, answers[second:], strict=True)),
        grants=grants,
    )


class _Answers:
    """What is known of each question: cheaply at first where parts are joined, then by solving again."""

    def __init__(self, lab: Lab, asked: Sequence[Variation], told: Told | None) -> None:
        quick = Quick(lab) if lab.joined else None
        nothing = Found("limit", (), None)
        self._lab, self._asked, self._told, self._done = lab, asked, told, 0
        self.found = [nothing if quick is None else quick.answer(variation) for variation in asked]

    def ask(self, numbers: Sequence[int]) -> None:
        """Solve those questions that are not answered yet, in order."""
        before, waiting = self._done, [n for n in numbers if self.found[n].verdict != "proven"]

        def told(done: int, _: int) -> None:
            if self._told is not None:
                self._told(before + len(numbers) - len(waiting) + done, len(self._asked))

        starts = [self.found[n].point for n in waiting]
        for n, answer in zip(waiting, self._lab.many([self._asked[n] for n in waiting], told=told, starts=starts), strict=True):
            self.found[n] = tighter(answer, self.found[n])
        self._done += len(numbers)


def offers_by_site(case: Case) -> dict[str, list[Offer]]:
    """Return the offers of each site, by site id."""
    found: dict[str, list[Offer]] = {}
    for offer in sorted(case.offers, key=lambda o: (o.site, o.id)):
        found.setdefault(offer.site, []).append(offer)
    return found


def without(lab: Lab, rule: Rule) -> Variation:
    """Return the variation in which a rule does not hold; an estate without its requirement needs no place either."""
    rows = rule.rows
    if rule.kind == "budget":
        return lab.raised(rule.subject, float("inf"))
    if rule.kind in ("requirement", "coverage"):
        times = range(len(lab.case.checkpoints))
        both = (f"{kind}.{rule.subject}.{t}" for kind in ("requirement", "coverage") for t in times)
        rows = lab.without_requirements(rows | lab.rows_named(*both))
    return Variation(freed=rows)


def apart(lab: Lab, answer: Found, sign: int = 1) -> Interval:
    """Return how much dearer a variation is than the base (cheaper with sign −1), fen.

    Cost alone can only rise where something is taken away, and only fall where a rule is; below levels above cost it may do either.
    """
    base, low, high = lab.base.fen, answer.bound_fen, answer.fen
    assert base is not None
    if low == float("inf"):
        return Interval(low, None)
    if not (_settled_above(lab, lab.base) and _settled_above(lab, answer)):
        return Interval(-float("inf"), None)
    floor = 0.0 if len(lab.levels) == 1 else -float("inf")
    if sign > 0:
        return Interval(max(floor, low - base), None if high is None else _whole(max(floor, high - lab.base_low)))
    least = -float("inf") if high is None else lab.base_low - high
    return Interval(max(floor, least), None if low == -float("inf") else _whole(max(floor, base - low)))


def _settled_above(lab: Lab, found: Found) -> bool:
    """Return whether every level above cost is proven: a plan that could still be bettered there says nothing of what the best costs."""
    pairs = zip(lab.levels[:-1], found.levels[:-1], strict=False)
    return all(value - bound <= level.hold * level.factor + _NEARLY for level, (value, bound) in pairs)


def _whole(fen: float) -> int | None:
    return math.ceil(fen - _NEARLY) if math.isfinite(fen) else None


def moved(lab: Lab, answer: Found) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the sites that come in and those that go, against the base."""
    if answer.point is None or lab.base.point is None:
        return (), ()
    before, after = ({pick.site for pick in lab.chosen(point)} for point in (lab.base.point, answer.point))
    return tuple(sorted(after - before)), tuple(sorted(before - after))


def _site(lab: Lab, found: Plan, site: str, answer: Found) -> SiteWorth:
    options = tuple(pick.option for pick in found.chosen if pick.site == site)
    enters, leaves = moved(lab, answer)
    return SiteWorth(site, options, apart(lab, answer), enters, tuple(s for s in leaves if s != site))


def _bid(lab: Lab, site: str, answer: Found) -> Bid:
    picks: Sequence[Chosen] = () if answer.point is None else lab.chosen(answer.point)
    return Bid(site, next((pick.option for pick in picks if pick.site == site), ""), apart(lab, answer))


def _rule(lab: Lab, rule: Rule, answer: Found) -> RuleWorth:
    return RuleWorth(rule, apart(lab, answer, -1), *moved(lab, answer))


def _grants(lab: Lab, found: Plan) -> Iterable[GrantWorth]:
    """Yield each step of each grant that the plan is on: the case is solved again without it."""
    names = {grant.id: grant.name for grant in lab.case.scenario.pack.grants}
    steps = sorted({(line.item, line.clause, line.fen) for line in found.ledger if line.kind == "grant"})
    for number, (item, clause, fen) in enumerate(steps):
        own = part_of(lab.clock, 0.5 / (len(steps) - number))
        received = sum(line.pv_fen for line in found.ledger if (line.kind, line.item, line.fen) == ("grant", item, fen))
        bare = Lab(without_step(lab.case, item, fen), clock=own, base_share=1.0, priced=False, crew=lab.crew)
        facts = words("grant", names[item]) if item in names else {"grant": item}
        yield GrantWorth(item, clause, fen, facts, received, apart(lab, bare.base), *_moved_between(lab, bare))


def without_step(case: Case, item: str, fen: int) -> Case:
    """Return the case in which a grant is not paid where it comes to an amount."""

    def kept(lines: tuple[CashLine, ...]) -> tuple[CashLine, ...]:
        return tuple(line for line in lines if (line.kind, line.item, line.fen) != ("grant", item, fen))

    offers = [replace(o, lo_lines=kept(o.lo_lines), hi_lines=kept(o.hi_lines), grant_lines=kept(o.grant_lines)) for o in case.offers]
    return replace(case, offers=tuple(offers))


def _moved_between(lab: Lab, other: Lab) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if lab.base.point is None or other.base.point is None:
        return (), ()
    before, after = {pick.site for pick in lab.chosen(lab.base.point)}, {pick.site for pick in other.chosen(other.base.point)}
    return tuple(sorted(after - before)), tuple(sorted(before - after))
