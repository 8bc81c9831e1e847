"""The ``scout`` command: where one more candidate would save most."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from pathlib import Path

from siteplanner.commands import Shown
from siteplanner.commands.frontier import write_csv
from siteplanner.commands.grid import grid
from siteplanner.commands.why import count_line, late, perspective_name, yuan
from siteplanner.commands.working import HERE, Workers, below, sweep
from siteplanner.coordinates import to_wgs84
from siteplanner.errors import InputError, Location, Problem
from siteplanner.planner import plan
from siteplanner.policy.schema import KINDS
from siteplanner.scenario.load import load_scenario
from siteplanner.scenario.schema import Scenario
from siteplanner.texts import Lang, say
from siteplanner.units import fen_to_yuan, m2_to_dm2, yuan_to_fen
from siteplanner.whatif.scout import Scouting, Tried, Wanted, scout


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked on the command line: the candidate in m² and yuan, the side of a cell in metres, how many cells to show."""

    kind: str
    area_m2: float
    price_yuan: float
    fit_out_yuan: float
    rent_yuan: float
    cell_m: float
    best: int
    seconds: float | None


def run_scout(path: Path, variant: str, sets: Sequence[str], lang: Lang, asked: Asked, out: Path | None, workers: Workers = HERE) -> Shown:
    """Try one more candidate in every cell that could be among the best, and show them."""
    scenario = load_scenario(path, variant=variant, sets=sets)
    wanted = _wanted(asked)
    with sweep(workers, below(out, "scout")) as work:
        said = count_line(lang)
        found = scout(scenario, wanted, cell_m=asked.cell_m, best=asked.best, seconds=asked.seconds, told=said, crew=work.crew)
        if found.base_fen is None and found.hindrance is None and not found.late:
            plan(scenario, crew=work.crew)
    if found.late:
        return late(lang, work.close(False, lang))
    files = [] if out is None else _write(scenario, found, out, lang)
    notes = work.close(not any(tried.late for tried in found.tried), lang)
    data: dict[str, object] = {
        "hindrance": found.hindrance,
        "base_fen": found.base_fen,
        "cells": [_row(tried) for tried in found.tried],
        "files": [str(file) for file in files],
    }
    return Shown("\n".join([*_lines(scenario, found, asked, files, lang), *notes]), data)


def _wanted(asked: Asked) -> Wanted:
    """Return the candidate in fen and dm²; amounts are as exact as in a table, nothing is rounded."""
    stated: dict[str, tuple[float, Callable[[Decimal], int]]] = {
        "--area": (asked.area_m2, m2_to_dm2),
        "--price": (asked.price_yuan, yuan_to_fen),
        "--fit-out": (asked.fit_out_yuan, yuan_to_fen),
        "--rent": (asked.rent_yuan, yuan_to_fen),
    }
    problems, whole = [], []
    for option, (value, convert) in stated.items():
        if not isfinite(value):
            problems.append(Problem("bad_number", Location(option), {"seen": str(value)}))
            continue
        try:
            whole.append(convert(Decimal(str(value))))
        except ValueError:
            problems.append(Problem("too_fine", Location(option), {"seen": str(value)}))
    kind = next((kind for kind in KINDS if kind == asked.kind), None)
    if kind is None:
        problems.append(Problem("unknown_kind", Location("--kind"), {"seen": asked.kind, "allowed": ", ".join(KINDS)}))
    if kind is None or problems:
        raise InputError(problems)
    return Wanted(kind, *whole)


def _row(tried: Tried) -> dict[str, object]:
    cell = tried.cell
    return {
        "cell": cell.id,
        "x": cell.x,
        "y": cell.y,
        "beside": cell.beside,
        "estates": sorted(cell.estates),
        "saving_fen": tried.saving_fen,
        "territory": cell.territory,
        "solved": tried.solved,
        "late": tried.late,
        "leaves": tried.leaves,
    }


def _cells(found: Sequence[Tried], lang: Lang) -> list[list[str]]:
    rows = []
    for tried in found:
        cell = tried.cell
        where = cell.territory or cell.beside or (f"{cell.x:,.1f}, {cell.y:,.1f}" if cell.x is not None and cell.y is not None else cell.id)
        saving = yuan(tried.saving_fen) if tried.solved else say("reason.scout.at_most", lang, amount=yuan(tried.saving_fen))
        rows.append([cell.id, where, saving, str(len(cell.estates)), " ".join(tried.leaves) or "-", " ".join(sorted(cell.estates))])
    return rows


def _heads(lang: Lang) -> list[str]:
    return [say(f"reason.scout.head.{key}", lang) for key in ("cell", "where", "saving", "count", "leaves", "estates")]


def _lines(scenario: Scenario, found: Scouting, asked: Asked, files: Sequence[Path], lang: Lang) -> list[str]:
    if found.hindrance is not None:
        return [say(f"reason.scout.{found.hindrance}", lang, kind=asked.kind, area=f"{asked.area_m2:g}")]
    room = {"area": f"{asked.area_m2:g}", "price": f"{asked.price_yuan:,.0f}", "perspective": perspective_name(scenario, lang)}
    lines = [say("reason.scout.title", lang, **room)]
    good = [tried for tried in found.tried if tried.saving_fen > 0]
    if not good:
        return [*lines, say("reason.scout.nowhere", lang, cells=str(len(found.tried)))]
    lines += grid(_heads(lang), _cells(good[: asked.best], lang), right=(2, 3))
    solved = sum(tried.solved for tried in found.tried)
    waiting = sum(tried.late for tried in found.tried)
    counts = {"cells": str(len(found.tried)), "solved": str(solved), "good": str(len(good))}
    lines.append(say("reason.scout.count_late" if waiting else "reason.scout.count", lang, **counts))
    if waiting:
        lines.append(say("reason.scout.open", lang, count=str(waiting), seconds=f"{asked.seconds or 0:g}"))
    return [*lines, *([say("reason.near.files", lang, files=", ".join(map(str, files)))] if files else [])]


def _write(scenario: Scenario, found: Scouting, out: Path, lang: Lang) -> list[Path]:
    files = [write_csv(out / "scout.csv", [_heads(lang), *_cells(found.tried, lang)])]
    crs = scenario.settings.crs
    placed = [tried for tried in found.tried if tried.cell.x is not None and tried.cell.y is not None]
    if crs and placed:
        lon, lat = to_wgs84([tried.cell.x or 0.0 for tried in placed], [tried.cell.y or 0.0 for tried in placed], crs)
        features = [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [round(float(x), 7), round(float(y), 7)]},
                "properties": {**_row(tried), "saving_yuan": float(fen_to_yuan(tried.saving_fen))},
            }
            for tried, x, y in zip(placed, lon, lat, strict=True)
        ]
        file = out / "scout.geojson"
        file.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, indent=1), encoding="utf-8")
        files.append(file)
    return files
