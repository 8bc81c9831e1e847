"""Why there is no plan, in clauses, m² and yuan: what stays short at best, which budget lines clash, which rules do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from math import isfinite

from siteplanner.case.case import BudgetRow, Case
from siteplanner.errors import SiteplannerError
from siteplanner.model.build import FAMILIES, Model, build
from siteplanner.model.constraints.budget import budget_measure, feeders, lines_of
from siteplanner.model.money_terms import amount
from siteplanner.model.objective import Level
from siteplanner.model.variables import Expr
from siteplanner.solve.lexicographic import Outcome, Progress, solve
from siteplanner.texts import Lang, say
from siteplanner.units import fen_to_yuan, half_up

LANGS: tuple[Lang, ...] = ("zh", "en")
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


def explain(case: Case, *, confirmed: bool, progress: Progress | None = None) -> Explanation:
    """Explain why a case has no plan, showing progress on the way: each cause takes a solve or several."""
    ask = _Asker(case, progress)
    causes = list(_shortfalls(ask)) or list(_budget_clash(ask)) or list(_rule_clash(ask)) or [Cause("unexplained", "")]
    kinds, others = _left_out(case, ("kind_left_out",)), _left_out(case, ("locked_out", "site_unavailable", "starts_after_periods"))
    return Explanation((*kinds, *causes, *others), confirmed)


@dataclass(frozen=True, slots=True)
class _Asker:
    """A case and what to show while variations of it are solved."""

    case: Case
    progress: Progress | None

    def run(self, model: Model) -> Outcome:
        """Solve a model of the case within a minute."""
        return solve(model, self.case.scenario.settings.solver, self.progress, seconds=_SECONDS)


def _left_out(case: Case, codes: Iterable[str]) -> Iterable[Cause]:
    """Yield what the office itself took off the table: kinds not asked for, options locked out, sites not available."""
    kinds = case.scenario.settings.only_kinds or ()
    words = {lang: [say(f"input.word.options.kind.{kind}", lang) for kind in kinds] for lang in LANGS}
    facts = {"kinds_zh": "、".join(words["zh"]), "kinds_en": ", ".join(words["en"])}
    for code in codes:
        count = sum(1 for rejected in case.rejected if rejected.code == code)
        if count:
            yield Cause(f"office_{code}", "", {"count": str(count), **facts})


def _in_both(name: str, key: str) -> dict[str, str]:
    """Return a fact that differs by language."""
    return {f"{name}_{lang}": say(key, lang) for lang in LANGS}


def _shortfalls(ask: _Asker) -> Iterable[Cause]:
    """Yield the estates that stay short even when no budget binds and every candidate may be used."""
    case = ask.case
    model = build(case, best_effort=True, without=frozenset({"budget", "tier", "milestone", "land"}))
    outcome = ask.run(replace(model, levels=model.levels[:2]))
    if outcome.verdict != "proven":
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
            **_in_both("within", f"explain.within.{need.standard.reach.mode}"),
            "need": f"{need.required_dm2 / 100:.2f}",
            "short": f"{missing.get(estate, 0) / 100:.2f}",
            "candidates": str(candidates),
            "premises": str(sum(1 for place in reach if place in case.held)),
        }
        yield Cause("estate_short" if missing.get(estate, 0) else "estate_bare", need.clause, facts)


def _budget_clash(ask: _Asker) -> Iterable[Cause]:
    """Yield a minimal set of budget lines that clash with the rules, with what each would need alone (deletion filter)."""
    case = ask.case
    if not case.budgets or ask.run(_feasibility(build(case, without=frozenset({"budget"})))).verdict == "infeasible":
        return
    kept = list(case.budgets)
    for row in case.budgets:
        rest = [other for other in kept if other is not row]
        if ask.run(_feasibility(build(replace(case, budgets=tuple(rest))))).verdict == "infeasible":
            kept = rest
    code = "budget" if len(kept) > 1 else "budget_alone"
    for row in kept:
        yield Cause(code, "", {**_line_facts(case, row), "least": _least_spend(ask, [k for k in kept if k is not row], row)})


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
        **({} if budget.township else _in_both("township", "explain.whole_county")),
        "measure": budget.measure,
        **_in_both("measure", f"explain.measure.{budget.measure}"),
        "limit": f"{fen_to_yuan(budget.limit_fen):,.2f}",
    }


def _least_spend(ask: _Asker, others: list[BudgetRow], row: BudgetRow) -> str:
    """Return the least the line's span must spend while the other lines of the clash hold, yuan."""
    model = build(replace(ask.case, budgets=tuple(others)))
    township = row.budget.township
    money = Expr()
    for link in feeders(lines_of(ask.case), row):
        money += amount(model.supply, budget_measure(link), lambda offer: not township or offer.township == township)
    level = Level("least_spend", "fen", {"money": money}, 1e6, 0.0)
    outcome = ask.run(replace(model, levels=(level,)))
    if not outcome.levels:
        return "?"
    # Stopped early, only the bound is sure: nothing below it will do.
    least = outcome.levels[0].value if outcome.levels[0].proven else outcome.levels[0].bound
    return f"{fen_to_yuan(half_up(Decimal(repr(least)))):,.2f}" if isfinite(least) else "?"


def _rule_clash(ask: _Asker) -> Iterable[Cause]:
    """Yield the families of rules without any one of which there would be a plan."""
    case = ask.case
    for family in (*FAMILIES, "budget"):
        if family not in ("area", "credit") and ask.run(_feasibility(build(case, without=frozenset({family})))).verdict != "infeasible":
            yield Cause(f"family_{family}", "")
