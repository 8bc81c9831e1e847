"""Why there is no plan, in clauses, m² and yuan: what stays short at best, which budget lines clash, which rules do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from siteplanner.case.case import BudgetRow, Case
from siteplanner.errors import SiteplannerError
from siteplanner.model.build import FAMILIES, Model, build
from siteplanner.model.constraints.budget import budget_measure, feeders, lines_of
from siteplanner.model.money_terms import amount
from siteplanner.model.objective import Level
from siteplanner.model.variables import Expr
from siteplanner.solve.lexicographic import Outcome, solve
from siteplanner.texts import Lang, say
from siteplanner.units import fen_to_yuan, half_up

_SECONDS = 60.0
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause: catalogue key ``explain.<code>``, the clause it rests on, and facts for the text.

    A fact that differs by language is given as ``<name>_zh`` and ``<name>_en`` and used as ``<name>``.
    """

    code: str
    clause: str
    facts: dict[str, str] = field(default_factory=dict)

    def text(self, lang: Lang) -> str:
        """Return the sentence in a language."""
        cited = f" [{self.clause}]" if self.clause else ""
        own = {name.removesuffix(f"_{lang}"): fact for name, fact in self.facts.items() if name.endswith(f"_{lang}")}
        return say(f"explain.{self.code}", lang, **{**self.facts, **own}) + cited


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why no plan can obey the rules; ``confirmed`` when infeasibility was found a second way."""

    causes: tuple[Cause, ...]
    confirmed: bool


class NoPlan(SiteplannerError):
    """No plan can obey the rules."""

    exit_code = 3

    def __init__(self, explanation: Explanation) -> None:
        self.explanation = explanation
        super().__init__(self.text("en"))

    def text(self, lang: Lang) -> str:
        """Return the causes, one a line."""
        head = say("explain.no_plan_confirmed" if self.explanation.confirmed else "explain.no_plan", lang)
        return "\n".join([head, *(f"- {cause.text(lang)}" for cause in self.explanation.causes)])


def explain(case: Case, *, confirmed: bool) -> Explanation:
    """Explain why a case has no plan."""
    causes = list(_shortfalls(case)) or list(_budget_clash(case)) or list(_rule_clash(case)) or [Cause("unexplained", "")]
    return Explanation((*_left_out(case), *causes), confirmed)


def _left_out(case: Case) -> Iterable[Cause]:
    """Yield what the office itself took off the table: kinds not asked for, options locked out, sites not available."""
    for code in ("kind_left_out", "locked_out", "site_unavailable", "starts_after_periods"):
        count = sum(1 for rejected in case.rejected if rejected.code == code)
        if count:
            kinds = case.scenario.settings.only_kinds or ()
            yield Cause(f"office_{code}", "", {"count": str(count), **_in_both(lambda lang: _kind_words(kinds, lang), "kinds")})


def _kind_words(kinds: Sequence[str], lang: Lang) -> str:
    return ("、" if lang == "zh" else ", ").join(say(f"input.word.options.kind.{kind}", lang) for kind in kinds)


def _in_both(text: Callable[[Lang], str], name: str) -> dict[str, str]:
    """Return a fact that differs by language."""
    return {f"{name}_zh": text("zh"), f"{name}_en": text("en")}


def _run(case: Case, model: Model) -> Outcome:
    return solve(model, case.scenario.settings.solver, seconds=_SECONDS)


def _shortfalls(case: Case) -> Iterable[Cause]:
    """Yield the estates that stay short even when no budget binds and every candidate may be used."""
    model = build(case, best_effort=True, without=frozenset({"budget", "tier", "milestone"}))
    outcome = _run(case, replace(model, levels=model.levels[:2]))
    if not outcome.values:
        return
    needs = {need.id: need for need in case.needs}
    missing: dict[str, int] = {}
    for (estate, _), variable in model.variables.short.items():
        missing[estate] = max(missing.get(estate, 0), round(outcome.values[variable.name] * 100))
    bare = {estate for (estate, _), variable in model.variables.bare.items() if outcome.values[variable.name] > 1e-6}
    short = sorted({estate for estate, dm2 in missing.items() if dm2 > 0} | bare)
    if len(short) > _SHOWN:
        yield Cause("many_short", "", {"count": str(len(short)), "shown": str(_SHOWN)})
    for estate in short[:_SHOWN]:
        need, reach = needs[estate], case.reach[estate]
        candidates = sum(1 for offer in case.offers if offer.place in reach)
        facts = {
            "estate": estate,
            "name": need.estate.name,
            **_in_both(lambda lang, mode=need.standard.reach.mode: say(f"explain.within.{mode}", lang), "within"),
            "need": f"{need.required_dm2 / 100:.2f}",
            "short": f"{missing.get(estate, 0) / 100:.2f}",
            "candidates": str(candidates),
            "premises": str(sum(1 for place in reach if place in case.held)),
        }
        yield Cause("estate_short" if missing.get(estate, 0) else "estate_bare", need.clause, facts)


def _budget_clash(case: Case) -> Iterable[Cause]:
    """Yield a minimal set of budget lines that clash with the rules, with what each would need alone (deletion filter)."""
    if not case.budgets or _run(case, _feasibility(build(case, without=frozenset({"budget"})))).verdict == "infeasible":
        return
    kept = list(case.budgets)
    for row in case.budgets:
        rest = [other for other in kept if other is not row]
        if _run(case, _feasibility(build(replace(case, budgets=tuple(rest))))).verdict == "infeasible":
            kept = rest
    code = "budget" if len(kept) > 1 else "budget_alone"
    for row in kept:
        yield Cause(code, "", {**_line_facts(case, row), "least": _least_spend(case, [k for k in kept if k is not row], row)})


def _feasibility(model: Model) -> Model:
    return replace(model, levels=(Level("feasibility", "count", {"nothing": Expr()}, 1.0, 1e-3),))


def _line_facts(case: Case, row: BudgetRow) -> dict[str, str]:
    budget = row.budget
    name = next(funder.name for funder in case.scenario.pack.funders if funder.id == budget.payer)
    return {
        "budget": budget.id,
        "payer": budget.payer,
        "payer_zh": name.zh,
        "payer_en": name.en,
        "years": budget.years,
        "township": budget.township or "*",
        **_in_both(lambda lang: budget.township or say("explain.whole_county", lang), "township"),
        "measure": budget.measure,
        **_in_both(lambda lang: say(f"explain.measure.{budget.measure}", lang), "measure"),
        "limit": f"{fen_to_yuan(budget.limit_fen):,.2f}",
    }


def _least_spend(case: Case, others: list[BudgetRow], row: BudgetRow) -> str:
    """Return the least the line's span must spend while the other lines of the clash hold, yuan."""
    model = build(replace(case, budgets=tuple(others)))
    township = row.budget.township
    money = Expr()
    for link in feeders(lines_of(case), row):
        money += amount(model.supply, budget_measure(link), lambda offer: not township or offer.township == township)
    level = Level("least_spend", "fen", {"money": money}, 1e6, 0.0)
    outcome = _run(case, replace(model, levels=(level,)))
    if not outcome.levels:
        return "?"
    return f"{fen_to_yuan(half_up(Decimal(repr(outcome.levels[0].value)))):,.2f}"


def _rule_clash(case: Case) -> Iterable[Cause]:
    """Yield the families of rules without any one of which there would be a plan."""
    for family in (*FAMILIES, "budget"):
        if family not in ("area", "credit") and _run(case, _feasibility(build(case, without=frozenset({family})))).verdict != "infeasible":
            yield Cause(f"family_{family}", "")
