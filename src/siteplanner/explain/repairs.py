"""The cheapest changes after which there is a plan: each is tried by planning again before it is offered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from siteplanner.case.case import Case
from siteplanner.case.prepare import prepare
from siteplanner.explain.candidates import Lack, Room, rooms_for, with_rooms
from siteplanner.explain.clash import Clock, find_clash
from siteplanner.explain.lifts import WIDEST_MIN, Lift, lifts_of, waive, waiver_edits, wider
from siteplanner.explain.money import budget_edits, least_raise, with_raised
from siteplanner.explain.nouns import Clash, Repair, square_metres
from siteplanner.explain.rules import Facts, Rule, budget_facts
from siteplanner.explain.shortage import find_shortages
from siteplanner.policy.rules import reach_s
from siteplanner.scenario.schema import Scenario
from siteplanner.texts import LANGS, say
from siteplanner.units import FEN_PER_YUAN, fen_to_yuan
from siteplanner.whatif.lab import Lab

GAP = 0.01
"""How near to the cheapest the plan behind a repair's cost is: enough to rank repairs."""
PART_S = 10.0
_MOST_SINGLE = 6
_MOST_NAMED = 12
_STEPS_MIN = (1, 2, 3, 5, 8, 12, 20, 30, 45)


def find_repairs(case: Case, clash: Clash | None, lack: Lack, clock: Clock) -> tuple[tuple[Repair, ...], bool]:
    """Return repairs that were tried and plan, those within the law first, then by money; and whether all were tried in time."""
    never = frozenset(case.scenario.settings.never_touch)
    found: list[Repair] = []
    for attempt in (_money, _office, _new_rooms, _minutes, _days, _waived_rules, _waived_estates):
        for repair in attempt(case, clash, lack, clock):
            if clock.out:
                return _ranked(found), False
            if kept(repair, never):
                continue
            tried = _tried(case, repair, never, clock)
            if tried is not None:
                found.append(tried)
    return _ranked(found), not clock.out


def kept(repair: Repair, never: frozenset[str]) -> bool:
    """Return whether the office forbids a repair by one of its names, or by the kind before the colon."""
    return any(name in never or name.partition(":")[0] in never for name in repair.touches)


def _ranked(found: Sequence[Repair]) -> tuple[Repair, ...]:
    """Return the repairs in order, without those that take as much money as money alone would."""
    money = min((repair.extra_fen for repair in found if repair.code == "money"), default=None)
    worth = [repair for repair in found if not repair.raised or money is None or repair.extra_fen < money]
    return tuple(
        sorted(worth, key=lambda r: (len(r.clauses) > 0, r.code == "rooms", r.extra_fen, r.cost_fen or 0, r.code, sorted(r.facts.items())))
    )


def cost_after(scenario: Scenario, clock: Clock) -> int | None:
    """Return what a plan of a scenario costs, near the cheapest, fen; None where none was found."""
    clock.tell("repairs")
    case = prepare(scenario)
    if find_shortages(case):
        return None
    return Lab(case, seconds=min(PART_S, max(0.1, clock.left)), gap=GAP, crew=clock.crew).base.fen


def _tried(case: Case, repair: Repair, never: frozenset[str], clock: Clock) -> Repair | None:
    """Return a repair with the cost of its plan; with more money as well where it takes that too; None where it does not plan."""
    cost = cost_after(repair.apply(case.scenario), clock)
    if cost is not None:
        return replace(repair, cost_fen=cost)
    if repair.code == "money":
        # Where areas are decided, whole dm² may take a little more than the solver's own point.
        before, after = ({b.id: b.limit_fen for b in s.budgets} for s in (case.scenario, repair.apply(case.scenario)))
        more = _raise(case, {line: fen - before[line] + FEN_PER_YUAN for line, fen in after.items() if fen > before[line]})
        cost = cost_after(more.apply(case.scenario), clock)
        return None if cost is None else replace(more, cost_fen=cost)
    if repair.extra_fen or "budget" in never or not case.budgets or clock.out:
        return None
    mended = prepare(repair.apply(case.scenario))
    lines = [row.budget.id for row in case.budgets if f"budget:{row.budget.id}" not in never]
    raised = None if find_shortages(mended) else least_raise(mended, lines, min(2 * PART_S, max(0.1, clock.left)))
    if not raised:
        return None
    both = replace(
        repair,
        apply=lambda scenario: with_raised(repair.apply(scenario), raised),
        edits=f"{repair.edits}\n{budget_edits(case.scenario, raised)}",
        extra_fen=sum(raised.values()),
        touches=(*repair.touches, *_budget_names(raised)),
        raised=_raised_parts(case, raised),
    )
    cost = cost_after(both.apply(case.scenario), clock)
    return None if cost is None else replace(both, cost_fen=cost)


def _budget_names(raised: dict[str, int]) -> list[str]:
    return [f"budget:{line}" for line in raised]


def _raised_parts(case: Case, raised: dict[str, int]) -> tuple[Facts, ...]:
    rows = {row.budget.id: row for row in case.budgets}
    return tuple(
        {
            **budget_facts(case, rows[line]),
            "extra": f"{fen_to_yuan(fen):,.2f}",
            "least": f"{fen_to_yuan(rows[line].budget.limit_fen + fen):,.2f}",
        }
        for line, fen in raised.items()
    )


def _money(case: Case, clash: Clash | None, lack: Lack, clock: Clock) -> Iterator[Repair]:
    """Yield each line of the clash that mends it alone, and the least growth of all lines together."""
    if lack.short or not case.budgets:
        return
    seconds = min(2 * PART_S, max(0.1, clock.left))
    together = least_raise(case, [row.budget.id for row in case.budgets], seconds)
    if not together:
        return
    seen = [together]
    yield _raise(case, together)
    lines = [rule.subject for rule in clash.rules if rule.kind == "budget"] if clash is not None else []
    for line in lines[:_MOST_SINGLE]:
        alone = None if clock.out else least_raise(case, [line], seconds)
        if alone and alone not in seen:
            seen.append(alone)
            yield _raise(case, alone)


def _raise(case: Case, raised: dict[str, int]) -> Repair:
    return Repair(
        "money",
        {"total": f"{fen_to_yuan(sum(raised.values())):,.2f}"},
        tuple(_budget_names(raised)),
        lambda scenario: with_raised(scenario, raised),
        budget_edits(case.scenario, raised),
        extra_fen=sum(raised.values()),
        parts=_raised_parts(case, raised),
    )


def _office(case: Case, clash: Clash | None, lack: Lack, clock: Clock) -> Iterator[Repair]:
    """Yield what the office itself keeps out: each way of getting rooms alone, then all; locks; sites; its own standards."""
    settings = case.scenario.settings
    for lift in lifts_of(case):
        if lift.clauses:
            continue
        if lift.code == "kinds":
            for kind in sorted({row.facts["kind"] for row in case.rejected if row.code == "kind_left_out"}):
                kinds = (*(settings.only_kinds or ()), kind)
                named = {f"kind_{lang}": say(f"input.word.options.kind.{kind}", lang) for lang in LANGS}
                yield Repair("kind", named, ("kinds",), _with_kinds(kinds), f"only_kinds: [{', '.join(kinds)}]")
        yield Repair(lift.code, lift.facts, (lift.name,), lift.apply, lift.edits)
    for rule in clash.rules if clash is not None else ():
        if rule.kind == "locked_in":
            edits = f"edits:\n  options:\n    {rule.subject}: {{lock: ''}}"
            yield Repair("unlock", {"option": rule.subject}, ("locks", f"locks:{rule.subject}"), _unlocked(rule.subject), edits)


def _with_kinds(kinds: tuple[str, ...]) -> Callable[[Scenario], Scenario]:
    return lambda s: s.model_copy(update={"settings": s.settings.model_copy(update={"only_kinds": kinds})})


def _unlocked(option: str) -> Callable[[Scenario], Scenario]:
    def apply(scenario: Scenario) -> Scenario:
        options = tuple(o.model_copy(update={"lock": ""}) if o.id == option else o for o in scenario.options)
        return scenario.model_copy(update={"options": options})

    return apply


def _new_rooms(case: Case, clash: Clash | None, lack: Lack, clock: Clock) -> Iterator[Repair]:
    """Yield new candidates near the estates that stay short, as few rooms as one point may serve; where money clashes, one room."""
    rooms = rooms_for(case, lack) if lack.short else _one_room(case, clash, clock)
    if not rooms or with_rooms(case, rooms) is None:
        return

    def apply(scenario: Scenario) -> Scenario:
        return with_rooms(case, rooms) or scenario

    facts = {"rooms": str(len(rooms)), "area": square_metres(sum(room.area_dm2 for room in rooms))}
    parts = tuple({"area": square_metres(room.area_dm2), "estates": ", ".join(room.estates)} for room in rooms)
    yield Repair("rooms", facts, ("candidates",), apply, "", parts=parts)


def _one_room(case: Case, clash: Clash | None, clock: Clock) -> list[Room]:
    """Return the least free room, to a tenth, beside the estates of a clash of money that would do; none where none would."""
    rules = clash.rules if clash is not None else ()
    estates = [rule.subject for rule in rules if rule.kind == "requirement"]
    if not estates or not any(rule.kind == "budget" for rule in rules):
        return []
    needs = {need.id: need for need in case.needs}
    widest = max(rooms_for(case, Lack({e: (needs[e].required_dm2, 1) for e in estates})), key=lambda room: room.area_dm2)
    low, high = 0, widest.area_dm2
    while high - low > max(1_000, widest.area_dm2 // 10) or low == 0:
        middle = high if low == 0 and high == widest.area_dm2 else -(-(low + high) // 200) * 100
        scenario = with_rooms(case, [Room(widest.estates, middle)])
        does = scenario is not None and not clock.out and cost_after(scenario, clock) is not None
        if middle == widest.area_dm2:
            if not does:
                return []
            low = 1
        elif does:
            high = middle
        else:
            low = middle
    return [Room(widest.estates, high)]


def _minutes(case: Case, clash: Clash | None, lack: Lack, clock: Clock) -> Iterator[Repair]:
    """Yield the fewest minutes more by which the circle must grow."""
    if not any(lift.code == "circle" for lift in _clashing(case, clash)) or "circle" in case.scenario.settings.never_touch:
        return
    standards = case.scenario.pack.standards
    own = case.scenario.settings.standards.reach_minutes
    now = max((limit // 60 for s in standards if (limit := reach_s(s, own)) is not None), default=0)
    low, high = now, None
    for step in _STEPS_MIN:
        if clock.out or now + step > WIDEST_MIN:
            return
        if cost_after(wider(case.scenario, now + step), clock) is not None:
            high = now + step
            break
        low = now + step
    while high is not None and high - low > 1 and not clock.out:
        middle = (low + high) // 2
        low, high = (low, middle) if cost_after(wider(case.scenario, middle), clock) is not None else (middle, high)
    if high is None:
        return
    law = max((limit // 60 for s in standards if (limit := reach_s(s)) is not None), default=0)
    clauses = tuple(sorted({s.reach.clause for s in standards if s.reach.mode == "walk"})) if high > law else ()
    minutes = high
    facts = {"minutes": str(minutes), "more": str(minutes - now)}
    edits = f"{'what_if: true' + chr(10) if clauses else ''}standards: {{reach_minutes: {minutes}}}"
    yield Repair("minutes", facts, ("circle", "law"), lambda s: wider(s, minutes), edits, clauses)


def _clashing(case: Case, clash: Clash | None) -> list[Lift]:
    """Return the lifts that take part in the clash; all of them where no clash is known."""
    codes = {cause.code.removeprefix("input.") for cause in clash.inputs} if clash is not None else None
    return [lift for lift in lifts_of(case) if codes is None or lift.code in codes]


def _days(case: Case, clash: Clash | None, lack: Lack, clock: Clock) -> Iterator[Repair]:
    """Yield the fewest days by which every deadline must be put off: so that some candidate that is late comes in time."""
    lift = next((lift for lift in _clashing(case, clash) if lift.code == "deadline"), None)
    if lift is None or "deadline" in case.scenario.settings.never_touch:
        return
    days = sorted({_late(row.facts) for row in case.rejected if row.code == "too_late"})
    low, high = 0, len(days)
    while low < high and not clock.out:
        middle = (low + high) // 2
        if cost_after(waive(case.scenario, deadline_days=days[middle]), clock) is not None:
            high = middle
        else:
            low = middle + 1
    if low < len(days) and not clock.out:
        more = days[low]
        edits = f"what_if: true\nwaive: {{deadline_days: {more}}}"
        yield Repair(
            "days", {"days": str(more)}, ("deadline", "law"), lambda s: waive(s, deadline_days=more), edits, lift.clauses
        )  # fmt: skip


def _late(facts: Facts) -> int:
    return (date.fromisoformat(facts["ready"]) - date.fromisoformat(facts["last_day"])).days


def _waived_rules(case: Case, clash: Clash | None, lack: Lack, clock: Clock) -> Iterator[Repair]:
    """Yield each rule of the law in the clash that is about rooms or goals, waived."""
    for lift in _clashing(case, clash):
        if lift.code in ("place_minimum", "room_rule"):
            yield Repair(lift.code, lift.facts, (lift.name, "law"), lift.apply, lift.edits, lift.clauses)
    goals = _goals(clash)
    for rule in goals:
        yield _waiver("goal", [rule])
    if goals:
        yield from _goals_together(case, goals, clock)


def _goals(clash: Clash | None) -> list[Rule]:
    """Return the goals beyond single estates in a clash, one for each rule of the law."""
    found = {_goal(rule): rule for rule in (clash.rules if clash is not None else ()) if rule.kind in ("tier", "milestone", "land")}
    return list(found.values())


def _goal(rule: Rule) -> str:
    return rule.subject.partition("/")[0] if rule.kind != "land" else "land"


def _waiver(code: str, goals: Sequence[Rule]) -> Repair:
    ids = tuple(_goal(rule) for rule in goals)
    names = {name for rule in goals for name in (rule.kind, f"{rule.kind}:{_goal(rule)}")}
    parts: tuple[Facts, ...] = tuple({f"rule_{lang}": rule.text(lang) for lang in LANGS} for rule in goals)
    clauses = tuple(sorted({rule.clause for rule in goals}))
    edits = waiver_edits(", ".join(ids))
    return Repair(code, {"count": str(len(goals))}, (*sorted(names), "law"), _without(ids), edits, clauses, parts=parts)


def _goals_together(case: Case, goals: Sequence[Rule], clock: Clock) -> Iterator[Repair]:
    """Yield the goals of this clash and of those that come to light behind it, waived together, where one is not enough."""
    found = list(goals)
    for _ in range(_MOST_SINGLE):
        rest = prepare(waive(case.scenario, rules=tuple(_goal(rule) for rule in found)))
        if clock.out or Lab(rest, seconds=PART_S, gap=GAP, crew=clock.crew).base.point is not None:
            break
        known = {_goal(rule) for rule in found}
        more = [rule for rule in _goals(find_clash(rest, clock)) if _goal(rule) not in known]
        if not more:
            return
        found += more
    if len(found) > 1:
        yield _waiver("goals", found)


def _without(rules: tuple[str, ...]) -> Callable[[Scenario], Scenario]:
    return lambda scenario: waive(scenario, rules=rules)


def _waived_estates(case: Case, clash: Clash | None, lack: Lack, clock: Clock) -> Iterator[Repair]:
    """Yield the estates that stay short at best let go together; else each estate of the clash alone."""
    needs = {need.id: need for need in case.needs}
    short = tuple(lack.short)
    rules: Sequence[Rule] = clash.rules if clash is not None else ()
    alone = [(rule.subject,) for rule in rules if rule.kind == "requirement"][:_MOST_SINGLE]
    for estates in [short] if short else alone:
        named = ", ".join(f"{needs[e].estate.name} ({e})" for e in estates[:_MOST_NAMED]) + ("…" if len(estates) > _MOST_NAMED else "")
        clauses = tuple(sorted({needs[e].clause for e in estates}))
        edits = f"what_if: true\nwaive: {{estates: [{', '.join(estates)}]}}"
        names = ("requirement", *(f"requirement:{e}" for e in estates), "law")
        yield Repair("estates", {"count": str(len(estates)), "named": named}, names, _spared(estates), edits, clauses)


def _spared(estates: tuple[str, ...]) -> Callable[[Scenario], Scenario]:
    return lambda scenario: waive(scenario, estates=estates)
