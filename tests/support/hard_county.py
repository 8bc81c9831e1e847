"""A county whose first plan is found at once and whose proof takes hours: for limits and interruptions."""

from __future__ import annotations

import csv
from pathlib import Path
from shutil import copy

ESTATES = SITES = 300
REACHED = 12
"""Places within reach of each estate: equal prices and a gap in the relaxation that no solver closes soon."""
PACK = Path(__file__).resolve().parents[1] / "published" / "coverage.yaml"
SCENARIO = """\
title: 难以证明的算例
policy: coverage.yaml
county: 测试
base_date: 2020-01-01
synthetic: true
inputs: {circle: 1}
walking: {method: table, source: 测试}
finance: {base_year: 2020, horizon_years: 1, rate: 0}
"""


def write_hard_county(folder: Path) -> Path:
    """Write the scenario's files into a folder, made if it is not there, and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    copy(PACK, folder / "coverage.yaml")
    (folder / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    state = 12345

    def draw() -> int:
        nonlocal state
        state = (1103515245 * state + 12345) % 2**31
        return (state >> 16) % SITES

    walks = set()
    for estate in range(ESTATES):
        found: set[int] = set()
        while len(found) < REACHED:
            found.add(draw())
        walks |= {(f"E{estate}", f"S{site}", 60) for site in found}
    _write(folder / "estates.csv", ["estate", "name", "township", "dwellings"], [(f"E{n}", f"E{n}", "T", 1) for n in range(ESTATES)])
    _write(folder / "sites.csv", ["site", "name", "township"], [(f"S{n}", f"S{n}", "T") for n in range(SITES)])
    options = [(f"O{n}", f"S{n}", "purchase", 100, 1) for n in range(SITES)]
    _write(folder / "options.csv", ["option", "site", "kind", "area_m2", "price_yuan"], options)
    _write(folder / "walks.csv", ["estate", "place", "seconds"], sorted(walks))
    return folder


def _write(path: Path, headings: list[str], rows: list[tuple[str | int, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        writer.writerows(rows)
