"""``explain SCENARIO PLAN``: why the plan is as it is, in yuan found by solving again."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from siteplanner.case.prepare import prepare
from siteplanner.commands import Shown
from siteplanner.commands.check import read_both
from siteplanner.commands.grid import grid
from siteplanner.commands.working import HERE, Workers, of_plan, sweep
from siteplanner.errors import InputError, Location, Problem
from siteplanner.explain.rules import phrase
from siteplanner.explain.worth import Bid, GrantWorth, Interval, RuleWorth, SiteWorth, Why, why
from siteplanner.scenario.schema import Scenario
from siteplanner.solve.levels import Clock
from siteplanner.texts import Lang, say
from siteplanner.units import FEN_PER_YUAN, fen_to_yuan
from siteplanner.whatif.clocks import out_of_time

_SHOWN = 25


def run_why(
    path: Path,
    plan_file: Path,
    variant: str,
    sets: Sequence[str],
    lang: Lang,
    seconds: float | None,
    keep: Sequence[str] = (),
    workers: Workers = HERE,
) -> Shown:
    """Price each site, each site left out, each rule and each grant step of a plan."""
    if keep:
        raise InputError([Problem("option_idle", Location("--keep"), {"option": "--keep"})])
    scenario, found, _ = read_both(path, plan_file, variant, sets)
    clock = Clock(seconds)
    with sweep(workers, of_plan(plan_file)) as work:
        known = why(prepare(scenario), found, seconds=seconds, told=count_line(lang), crew=work.crew)
    # Below levels above cost some figures stay intervals however long it takes.
    notes = work.close(known is not None and (not out_of_time(clock) or all(figure.exact for figure in known.figures)), lang)
    if known is None:
        return late(lang, notes)
    lines = [*_lines(known, perspective_name(scenario, lang), lang), *_open(known, seconds, lang), *notes]
    return Shown("\n".join(lines), _data(known, lang))


def late(lang: Lang, notes: Sequence[str] = ()) -> Shown:
    """Return what is said where time ran out before any plan was known."""
    text = "\n".join([say("reason.why.no_least", lang), *notes])
    return Shown(text, {"error": text}, 5, to_error=True)


def _open(known: Why, seconds: float | None, lang: Lang) -> list[str]:
    """Return how many figures are exact and how to get more, where not all are."""
    exact = sum(figure.exact for figure in known.figures)
    if exact == len(known.figures):
        return []
    facts = {"exact": str(exact), "count": str(len(known.figures)), "seconds": f"{seconds or 0:g}"}
    return ["", say("reason.why.open", lang, **facts)]


def perspective_name(scenario: Scenario, lang: Lang) -> str:
    """Return whose cost counts, by name."""
    key = scenario.settings.perspective or scenario.pack.perspective
    names = {funder.id: getattr(funder.name, lang) for funder in scenario.pack.funders}
    return names.get(key) or say("reason.all_public", lang)


def count_line(lang: Lang) -> Callable[[int, int], None]:
    """Return what shows on a terminal how many questions are answered."""
    terminal = sys.stderr.isatty()

    def show(done: int, count: int) -> None:
        if terminal:
            print(f"\r\x1b[2K{say('reason.why.done', lang, done=str(done), count=str(count))}", end="", file=sys.stderr, flush=True)

    return show


def interval_text(interval: Interval, lang: Lang) -> str:
    """Return a difference in cost as a number, as an interval, or as what it means."""
    if interval.impossible:
        return say("reason.never", lang)
    if interval.most is None:
        known = interval.least > -float("inf")
        return say("reason.at_least", lang, least=yuan(interval.least)) if known else say("reason.unknown", lang)
    if interval.least == -float("inf"):
        return say("reason.at_most", lang, most=yuan(interval.most))
    if interval.exact:
        return say("reason.exactly", lang, amount=yuan(interval.most))
    return say("reason.between", lang, least=yuan(interval.least), most=yuan(interval.most))


def yuan(fen: float) -> str:
    """Return fen as yuan with separators."""
    return f"{fen_to_yuan(round(fen)):,.2f}"


def interval_data(interval: Interval) -> dict[str, object]:
    """Return a difference in cost for ``--json``: ``fen`` where it is exact, ``never`` where there is no plan."""
    most = None if interval.impossible else interval.most
    return {
        "never": interval.impossible,
        "fen": most if interval.exact else None,
        "least_fen": None if interval.impossible or interval.least == -float("inf") else interval.least,
        "most_fen": most,
    }


def _lines(known: Why, perspective: str, lang: Lang) -> list[str]:
    lines = [say("reason.why.title", lang, cost=yuan(known.cost_fen), perspective=perspective)]
    if known.cost_fen > known.least_fen:
        lines.append(say("reason.why.dearer", lang, extra=yuan(known.cost_fen - known.least_fen)))
    if known.least_fen - known.low_fen > FEN_PER_YUAN:
        low = say("reason.why.low_none", lang) if known.low_fen == -float("inf") else yuan(known.low_fen)
        lines.append(say("reason.why.base_open", lang, least=yuan(known.least_fen), low=low))
    sites = sorted(known.sites, key=lambda s: (not s.extra.impossible, -(s.extra.most or 0), s.site))
    lines += [
        "",
        say("reason.why.sites", lang),
        *_grid(lang, ("site", "options", "extra", "enters", "leaves"), [_site(s, lang) for s in sites]),
    ]
    bids = sorted((b for b in known.bids if not b.cut.impossible), key=_nearness)
    count = {"shown": str(min(_SHOWN, len(bids))), "count": str(len(known.bids))}
    lines += ["", say("reason.why.bids", lang, **count), *_grid(lang, ("site", "options", "cut"), [_bid(b, lang) for b in bids[:_SHOWN]])]
    dear = sorted((r for r in known.rules if r.saved.most or not r.saved.exact), key=lambda r: (-(r.saved.most or 0), r.rule.name))
    dear, unknown = [r for r in dear if _told(r)], sum(not _told(r) for r in dear)
    count = {"shown": str(len(dear)), "count": str(len(known.rules))}
    rows = [_rule(r, lang) for r in dear]
    lines += ["", say("reason.why.rules", lang, **count), *_grid(lang, ("saved", "enters", "leaves", "rule"), rows)]
    if unknown:
        lines.append(say("reason.why.rules_open", lang, count=str(unknown)))
    if known.grants:
        heads = ("grant", "step", "received", "extra", "enters", "leaves")
        lines += ["", say("reason.why.grants", lang), *_grid(lang, heads, [_grant(g, lang) for g in known.grants])]
    return lines


def _nearness(row: Bid) -> tuple[bool, float, str]:
    most = row.cut.most
    return most is None and row.cut.least == -float("inf"), row.cut.least if most is None else most, row.site


def _told(row: RuleWorth) -> bool:
    """Return whether anything is known of what a rule costs."""
    return row.saved.exact or row.saved.most is not None or row.saved.least > 0


def _grid(lang: Lang, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return grid([say(f"reason.why.head.{head}", lang) for head in heads], rows)


def _sites(sites: Sequence[str], lang: Lang) -> str:
    return " ".join(sites) or say("reason.nothing", lang)


def _site(row: SiteWorth, lang: Lang) -> list[str]:
    return [row.site, " ".join(row.options), interval_text(row.extra, lang), _sites(row.enters, lang), _sites(row.leaves, lang)]


def _bid(row: Bid, lang: Lang) -> list[str]:
    return [row.site, row.option, interval_text(row.cut, lang)]


def _rule(row: RuleWorth, lang: Lang) -> list[str]:
    return [interval_text(row.saved, lang), _sites(row.enters, lang), _sites(row.leaves, lang), row.rule.text(lang)]


def _grant(row: GrantWorth, lang: Lang) -> list[str]:
    name = phrase("reason.grant", lang, {"item": row.item, "clause": row.clause, **row.facts})
    changes = [_sites(row.enters, lang), _sites(row.leaves, lang)]
    return [name, yuan(row.step_fen), yuan(row.received_fen), interval_text(row.extra, lang), *changes]


def _data(known: Why, lang: Lang) -> dict[str, object]:
    return {
        "cost_fen": known.cost_fen,
        "least_fen": known.least_fen,
        "bound_fen": None if known.low_fen == -float("inf") else known.low_fen,
        "figures": len(known.figures),
        "exact": sum(figure.exact for figure in known.figures),
        "sites": [
            {"site": s.site, "options": s.options, "extra": interval_data(s.extra), "enters": s.enters, "leaves": s.leaves}
            for s in known.sites
        ],
        "left_out": [{"site": b.site, "option": b.option, "cut": interval_data(b.cut)} for b in known.bids],
        "rules": [
            {
                "rule": r.rule.name,
                "clause": r.rule.clause,
                "text": r.rule.text(lang),
                "saved": interval_data(r.saved),
                "enters": r.enters,
                "leaves": r.leaves,
            }
            for r in known.rules
        ],
        "grants": [
            {
                "item": g.item,
                "clause": g.clause,
                "step_fen": g.step_fen,
                "received_fen": g.received_fen,
                "extra": interval_data(g.extra),
                "enters": g.enters,
                "leaves": g.leaves,
            }
            for g in known.grants
        ],
    }
