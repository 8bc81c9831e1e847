"""The ``frontier`` and ``tornado`` commands: what cost turns on."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from math import isfinite
from pathlib import Path

from siteplanner.case.case import Case
from siteplanner.case.prepare import prepare
from siteplanner.commands import Shown
from siteplanner.commands.grid import grid
from siteplanner.commands.why import count_line, late, perspective_name, yuan
from siteplanner.commands.working import HERE, Workers, below, sweep
from siteplanner.errors import InputError, Location, Problem
from siteplanner.planner import plan
from siteplanner.report.table import neutral
from siteplanner.scenario.load import load_scenario
from siteplanner.scenario.schema import Scenario
from siteplanner.solve.crew import Crew
from siteplanner.solve.levels import Clock
from siteplanner.texts import Lang, say
from siteplanner.units import ceil_decimal
from siteplanner.whatif.frontier import OBJECTIVES, Axis, Curve, Point, Range, Setting, along_setting, frontier, law_of, measured, nested
from siteplanner.whatif.tornado import Swing, tornado
from siteplanner.whatif.variation import is_settled

SETTINGS: dict[str, Setting] = {"circle": "circle", "area": "area"}
_BEFORE_PHASES = 0.6
"""What of the time the frontier may take where phases are to follow."""
_REACH = {"circle": (5, 10), "area": (50, 50)}
"""How far below and above the law's value a setting is tried where no range is stated: minutes, percent."""
_SCALE = {"circle": (240, 60), "area": (1000, 100)}
"""The greatest value that a scenario may give a setting, and into how many parts its unit is cut: minutes, percent."""


@dataclass(frozen=True, slots=True)
class Unit:
    """How an axis is shown: its word, and the crossing between its own unit and the one people read."""

    word: str
    shown: Callable[[float], float]
    own: Callable[[float], float]
    turned: bool = False
    """Whether a tighter limit is a greater number."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked on the command line: the axis, the range and resolution in the units people read."""

    against: str
    least: float | None
    most: float | None
    step: float | None
    nested: bool
    points: int
    seconds: float | None


def run_frontier(
    path: Path, variant: str, sets: Sequence[str], lang: Lang, asked: Asked, out: Path | None, workers: Workers = HERE
) -> Shown:
    """Show the least cost along an axis, with the sites that come and go."""
    scenario = load_scenario(path, variant=variant, sets=sets)
    axis, _, line = asked.against.partition(":")
    known = [*OBJECTIVES, *SETTINGS, *(f"budget:{budget.id}" for budget in scenario.budgets)]
    if asked.against not in known:
        raise InputError([Problem("unknown_axis", Location("--against"), {"seen": asked.against, "allowed": ", ".join(known)})])
    with sweep(workers, below(out, "frontier")) as work:
        if axis in SETTINGS:
            unit, curve = _setting(scenario, SETTINGS[axis], asked, lang, work.crew)
        else:
            unit, curve = _measure(scenario, axis, line, asked, lang, work.crew)
        points = curve.points
        found = any(point.fen is not None for point in points)
        if not found and all(point.bound_fen == float("inf") for point in points):
            plan(scenario, crew=work.crew)
    files = [] if out is None or not found else [_write(points, unit, out, lang)]
    notes = work.close(curve.cut != "time" and all(point.settled for point in points), lang)
    if not found:
        return late(lang, notes)
    text = "\n".join([*_lines(curve, unit, scenario, asked, files, lang), *notes])
    data: dict[str, object] = {
        "against": asked.against,
        "nested": asked.nested,
        "points": _data(points, unit),
        "cut": curve.cut or None,
        "files": [str(file) for file in files],
    }
    return Shown(text, data)


def _setting(scenario: Scenario, setting: Setting, asked: Asked, lang: Lang, crew: Crew) -> tuple[Unit, Curve]:
    law = law_of(prepare(scenario), setting)
    below, above = _REACH[setting]
    stated = {option: None if value is None else Decimal(str(value)) for option, value in _stated(asked).items()}
    wrong = [(option, value) for option, value in stated.items() if value is not None and not _is_value(setting, value)]
    if wrong:
        raise InputError(Problem(f"bad_{setting}", Location(option), {"seen": f"{value:f}"}) for option, value in wrong)
    least, most = stated["--from"] or max(Decimal(1), law - below), stated["--to"] or law + above
    if least > most:
        raise InputError([Problem("bad_range", Location("--from"), {"least": f"{least:f}", "most": f"{most:f}"})])
    step = stated["--step"] or Decimal(1)
    values = [*(least + step * number for number in range(ceil_decimal((most - least) / step))), most]
    same: Callable[[float], float] = _same
    curve = along_setting(scenario, setting, values, Clock(asked.seconds), count_line(lang), asked.points, crew)
    return Unit(setting, same, same), curve


def _stated(asked: Asked) -> dict[str, float | None]:
    return {"--from": asked.least, "--to": asked.most, "--step": asked.step}


def _is_value(setting: Setting, value: Decimal) -> bool:
    """Return whether a setting may have a value: a circle goes to the second, an area standard to the hundredth of a percent."""
    most, finest = _SCALE[setting]
    return value.is_finite() and 0 < value <= most and value * finest % 1 == 0


def _same(value: float) -> float:
    return value


def _measure(scenario: Scenario, axis: str, line: str, asked: Asked, lang: Lang, crew: Crew) -> tuple[Unit, Curve]:
    name: Axis = next(known for known in ("served", "walking", "longest_walk", "sites", "budget") if known == axis)
    clock = Clock(asked.seconds * _BEFORE_PHASES if asked.nested and asked.seconds else asked.seconds)
    lab, measure = measured(scenario, name, line, clock, crew)
    unit = _unit(name, lab.case)
    ends = [unit.own(value) if value is not None else None for value in (asked.least, asked.most)]
    if unit.turned:
        ends.reverse()
    step = None if asked.step is None else abs(unit.own(asked.step) - unit.own(0.0))
    within = Range(ends[0], ends[1], step)
    curve = frontier(lab, measure, within, line=line, most_points=asked.points, told=count_line(lang))
    clock.limit = asked.seconds
    return unit, replace(curve, points=nested(lab, measure, curve.points, line=line)) if asked.nested else curve


def _unit(axis: Axis, case: Case) -> Unit:
    homes = sum(need.estate.dwellings for need in case.needs if need.status == "due")
    if axis == "served":
        return Unit("served", lambda left: homes - left, lambda served: homes - served, turned=True)
    if axis == "walking":
        return Unit("walking", lambda total: total / max(1, homes), lambda mean: mean * max(1, homes))
    if axis == "budget":
        return Unit("budget", lambda fen: fen / 100, lambda yuan_: yuan_ * 100)
    return Unit(axis, _same, _same)


def _rows(points: Sequence[Point]) -> list[tuple[Point, list[str], list[str]]]:
    """Return each point with the sites that come in and go since the one before."""
    if not points:
        return []
    found = [(points[0], sorted(points[0].sites), list[str]())]
    for before, after in pairwise(points):
        both = before.fen is not None and after.fen is not None
        enters, leaves = (after.sites - before.sites, before.sites - after.sites) if both else (frozenset(), frozenset())
        found.append((after, sorted(enters), sorted(leaves)))
    return found


def _data(points: Sequence[Point], unit: Unit) -> list[dict[str, object]]:
    return [
        {
            "limit": None if abs(point.limit) == float("inf") else round(unit.shown(point.limit), 4),
            "reached": None if point.fen is None else round(unit.shown(point.reached), 4),
            "cost_fen": point.fen,
            "bound_fen": None if abs(point.bound_fen) == float("inf") else point.bound_fen,
            "sites": sorted(point.sites),
            "enters": enters,
            "leaves": leaves,
        }
        for point, enters, leaves in _rows(points)
    ]


def _cells(points: Sequence[Point], unit: Unit, lang: Lang) -> list[list[str]]:
    rows = []
    for number, (point, enters, leaves) in enumerate(_rows(points)):
        cost = cost_text(point.fen, point.bound_fen, lang)
        reached = unit.shown(point.limit if point.fen is None else point.reached)
        first = [say("reason.frontier.start", lang, count=str(len(enters))), "-"]
        moves = [" ".join(enters) or "-", " ".join(leaves) or "-"] if number else first
        rows.append([f"{reached:,.10g}" if unit.word in SETTINGS else f"{reached:,.2f}".removesuffix(".00"), cost, *moves])
    return rows


def cost_text(fen: int | None, bound_fen: float, lang: Lang) -> str:
    """Return a least cost as a number, as an interval, or as what is known of it."""
    if fen is None:
        return say("reason.frontier.no_plan" if bound_fen == float("inf") else "reason.unknown", lang)
    if is_settled(fen, bound_fen):
        return yuan(fen)
    if bound_fen == -float("inf"):
        return say("reason.up_to", lang, most=yuan(fen))
    return say("reason.from_to", lang, least=yuan(bound_fen), most=yuan(fen))


def open_text(costs: Sequence[tuple[int | None, float]], seconds: float | None, lang: Lang) -> list[str]:
    """Return how many costs are exact and how to get more, where not all are."""
    exact = sum(is_settled(fen, bound_fen) for fen, bound_fen in costs)
    if exact == len(costs):
        return []
    return [say("reason.frontier.open", lang, exact=str(exact), count=str(len(costs)), seconds=f"{seconds or 0:g}")]


def _head(unit: Unit, lang: Lang) -> list[str]:
    return [
        say(f"reason.frontier.axis.{unit.word}", lang),
        *(say(f"reason.frontier.head.{key}", lang) for key in ("cost", "enters", "leaves")),
    ]


def _lines(curve: Curve, unit: Unit, scenario: Scenario, asked: Asked, files: Sequence[Path], lang: Lang) -> list[str]:
    word = say(f"reason.frontier.axis.{unit.word}", lang)
    lines = [say("reason.frontier.title", lang, axis=word, perspective=perspective_name(scenario, lang))]
    if asked.nested:
        lines.append(say("reason.frontier.nested", lang))
    lines += grid(_head(unit, lang), _cells(curve.points, unit, lang), right=(0, 1))
    lines += open_text([(point.fen, point.bound_fen) for point in curve.points], asked.seconds, lang)
    if curve.cut:
        lines.append(say(f"reason.frontier.cut.{curve.cut}", lang, count=str(asked.points), seconds=f"{asked.seconds or 0:g}"))
    if unit.word in SETTINGS:
        lines.append(say("reason.frontier.what_if", lang))
    return [*lines, *([say("reason.near.files", lang, files=", ".join(map(str, files)))] if files else [])]


def _write(points: Sequence[Point], unit: Unit, out: Path, lang: Lang) -> Path:
    return write_csv(out / "frontier.csv", [_head(unit, lang), *_cells(points, unit, lang)])


def write_csv(file: Path, rows: Sequence[Sequence[str]]) -> Path:
    """Write a table that office programs read: UTF-8 with a mark, no cell that they take for a formula."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([neutral(cell) for cell in row] for row in rows)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.getvalue().encode("utf-8-sig"))
    return file


def run_tornado(
    path: Path,
    variant: str,
    sets: Sequence[str],
    lang: Lang,
    *,
    percent: int,
    seconds: float | None,
    out: Path | None,
    workers: Workers = HERE,
) -> Shown:
    """Show how far the least cost swings with each factor, and what becomes of today's choice."""
    scenario = load_scenario(path, variant=variant, sets=sets)
    with sweep(workers, below(out, "tornado")) as work:
        found = tornado(scenario, percent, seconds, count_line(lang), work.crew)
        if found is not None and not found:
            # Without a plan nothing swings: the planner says why.
            plan(scenario, crew=work.crew)
    if found is None:
        return late(lang, work.close(False, lang))
    heads = [say(f"reason.tornado.head.{key}", lang) for key in ("factor", "by", "cost", "kept", "enters", "leaves")]
    rows = [_swing(swing, lang) for swing in found]
    files = [] if out is None else [write_csv(out / "tornado.csv", [heads, *rows])]
    title = say("reason.tornado.title", lang, percent=str(percent), perspective=perspective_name(scenario, lang))
    data: dict[str, object] = {
        "percent": percent,
        "swings": [
            {
                "factor": s.factor,
                "percent": s.percent,
                "cost_fen": s.fen,
                "bound_fen": s.least.bound_fen if isfinite(s.least.bound_fen) else None,
                "kept_fen": s.kept_fen,
                "enters": s.enters,
                "leaves": s.leaves,
            }
            for s in found
        ],
        "files": [str(file) for file in files],
    }
    ends = [end for swing in found for end in (swing.least, swing.kept)]
    kept = work.close(all(end.settled for end in ends), lang)
    notes = [
        *open_text([(end.fen, end.bound_fen) for end in ends], seconds, lang),
        *kept,
        *([say("reason.near.files", lang, files=str(files[0]))] if files else []),
    ]
    return Shown("\n".join([title, *grid(heads, rows, right=(1, 2, 3)), *notes]), data)


def _swing(swing: Swing, lang: Lang) -> list[str]:
    costs = [cost_text(each.fen, each.bound_fen, lang) for each in (swing.least, swing.kept)]
    moves = [" ".join(swing.enters) or "-", " ".join(swing.leaves) or "-"]
    return [say(f"reason.tornado.factor.{swing.factor}", lang), f"{swing.percent:+d} %", *costs, *moves]
