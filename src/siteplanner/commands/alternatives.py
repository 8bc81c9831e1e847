"""The ``alternatives`` command: plans that cost little more and use other sites."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from siteplanner.case.case import Case
from siteplanner.case.prepare import prepare
from siteplanner.commands import Shown
from siteplanner.commands.grid import grid
from siteplanner.commands.why import count_line, late, perspective_name, yuan
from siteplanner.commands.working import HERE, Workers, below, sweep
from siteplanner.errors import InputError, Location, Problem
from siteplanner.plan import Level, Plan
from siteplanner.planner import plan, plan_of
from siteplanner.report.record import plan_bytes, write_walks
from siteplanner.scenario.load import load_scenario
from siteplanner.solve.levels import Clock
from siteplanner.texts import Lang, say
from siteplanner.whatif.alternatives import Alternative, Near, alternatives, frequencies
from siteplanner.whatif.clocks import part_of
from siteplanner.whatif.lab import Lab

_SEARCH_SHARE = 0.7
"""What of the time the search may take: the rest proves that unwanted sources were needed."""


def run_alternatives(
    path: Path,
    variant: str,
    sets: Sequence[str],
    lang: Lang,
    *,
    count: int,
    within: str,
    seconds: float | None,
    out: Path | None,
    workers: Workers = HERE,
) -> Shown:
    """Find plans near the cheapest that differ from it and from each other, check each, and say which sites are in all of them."""
    share = _share(within)
    scenario = load_scenario(path, variant=variant, sets=sets)
    case = prepare(scenario)
    with sweep(workers, below(out, "alternatives")) as work:
        whole = Clock(seconds)
        lab = Lab(case, clock=part_of(whole, _SEARCH_SHARE), crew=work.crew)
        near = alternatives(lab, count, share, count_line(lang))
        found = near.plans
        if not found and near.complete:
            # Without a plan there is nothing near it: the planner says why.
            plan(scenario, crew=work.crew)
        plans = [
            plan_of(case, lab.outcome(one.point), one.chosen, _level(one, found[0]), _share_of(whole, found, number), work.crew)
            for number, one in enumerate(found)
        ]
    if not found:
        return late(lang, work.close(False, lang))
    files = [] if out is None else _write(case, plans, out)
    notes = work.close(near.complete and all(one.proven for one in found), lang)
    times = frequencies(found)
    sets_of = {
        "all": [site for site, n in times.items() if n == len(found)],
        "some": [site for site, n in times.items() if n < len(found)],
        "none": sorted({offer.site for offer in case.offers} - set(times)),
    }
    data: dict[str, object] = {
        "plans": [
            {
                "cost_fen": one.fen,
                "sites": sorted(one.sites),
                "options": [pick.option for pick in one.chosen],
                "shared": one.shared,
                "proven": one.proven,
                "passes": not [f for f in made.compliance if f.result == "broken"],
            }
            for one, made in zip(found, plans, strict=True)
        ],
        "complete": near.complete,
        "sites": sets_of,
        "files": [str(file) for file in files],
    }
    return Shown("\n".join([*_lines(case, near, sets_of, count, share, files, lang), *notes]), data)


def _share_of(whole: Clock, found: Sequence[Alternative], number: int) -> float | None:
    """Return the seconds for the proofs of a plan: an equal part of what is left."""
    return part_of(whole, 1 / (len(found) - number)).limit


def _share(text: str) -> float:
    """Return a share given as ``2%`` or ``0.02``."""
    try:
        value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise InputError([Problem("bad_share", Location("--within"), {"seen": text})])
    return value


def _level(one: Alternative, cheapest: Alternative) -> Level:
    gap = (one.fen - cheapest.fen) / max(1, abs(one.fen))
    return Level(objective="least_cost", unit="fen", value=float(one.fen), bound=float(cheapest.fen), gap=gap, proven=gap == 0)


def _write(case: Case, plans: Sequence[Plan], out: Path) -> list[Path]:
    files = []
    for number, made in enumerate(plans, 1):
        folder = out / str(number)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "plan.json").write_bytes(plan_bytes(made))
        write_walks(case.walks, folder / "walks.csv")
        files.append(folder / "plan.json")
    return files


def _lines(
    case: Case, near: Near, sets_of: dict[str, list[str]], count: int, within: float, files: Sequence[Path], lang: Lang
) -> list[str]:
    found = near.plans
    head = [say(f"reason.near.head.{key}", lang) for key in ("number", "cost", "dearer", "sites", "shared", "own")]
    rows = []
    for number, one in enumerate(found, 1):
        others = frozenset().union(*(other.sites for other in found if other is not one))
        shared = "" if number == 1 else str(one.shared[0])
        own = " ".join(sorted(one.sites - others)) or "-"
        rows.append([str(number), yuan(one.fen), yuan(one.fen - found[0].fen), str(len(one.sites)), shared, own])
    facts = {"count": str(len(found)), "within": f"{within:.2%}", "perspective": perspective_name(case.scenario, lang)}
    lines = [say("reason.near.title", lang, **facts), *grid(head, rows, right=(0, 1, 2, 3, 4))]
    if len(found) < count:
        lines.append(say("reason.near.fewer" if near.complete else "reason.near.late", lang, asked=str(count)))
    if not all(one.proven for one in found):
        lines.append(say("reason.near.not_proven", lang))
    lines += [say("reason.near.checked", lang)]
    for key in ("all", "some"):
        lines.append(say(f"reason.near.{key}", lang, count=str(len(sets_of[key])), sites=" ".join(sets_of[key]) or "-"))
    lines.append(say("reason.near.none", lang, count=str(len(sets_of["none"]))))
    return [*lines, *([say("reason.near.files", lang, files=", ".join(str(file) for file in files))] if files else [])]
