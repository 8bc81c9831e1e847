"""A city as a scenario folder, planned by the command itself: seconds of each stage, what lies outside the solver, and the gap.

    python benchmarks/city.py [--estates 1000] [--sites 2500] [--seed 0] [--seconds 60] [--gap 0.001] [--without]

The city is `instances.county` written as a scenario: a room of so many m² at a price for each option, pairs within reach as a table of
walks, a dwelling for each dm² that an estate needs. ``siteplanner plan`` runs on it in this process, papers and check included. With
``--without`` it runs a second time with windows off, so that parts go to the solver as they are. Data are made up.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

import numpy as np
from instances import county
from typer.testing import CliRunner

from siteplanner import planner, report
from siteplanner.cli import app
from siteplanner.commands import plan as command
from siteplanner.solve import large, lexicographic
from siteplanner.solve.siting import Siting, split_siting

PACK = """\
# A policy made up for benchmarks: a square metre for every hundred dwellings, shared, within fifteen minutes on foot.
id: city-benchmark
document:
  number: "-"
  title: {zh: 算例口径, en: Benchmark}
  issuer: {zh: 测试, en: a test}
  place: {zh: 测试, en: test}
  dated: 2020-01-01
  in_force_from: 2020-01-01
funders:
  - {id: payer, name: {zh: 出资方, en: Payer}}
perspective: payer
payer: payer
running_payer: payer
clauses:
  - {id: C1, where: "-", state: enforced, text: {zh: 每百户一平方米, en: a square metre for every hundred dwellings}}
ways:
  - {term: 购置, kind: purchase, works: [none], clause: C1}
cohorts:
  - {id: existing, family: existing, name: {zh: 小区, en: estates}, clause: C1, when: {}}
standards:
  - cohort: existing
    clause: C1
    tests:
      - {test: per_hundred, value: {value: 1, unit: m2_per_100, clause: C1}, rounding: pro_rata}
    sharing: shared_capacity
    reach: {mode: walk, limit: {value: 15, unit: minutes, clause: C1}, clause: C1}
premises_kinds:
  - {id: room, clause: C1, name: {zh: 用房, en: room}}
"""
SETTINGS = """\
title: 城市算例
policy: policy.yaml
county: 测试
base_date: 2020-01-01
synthetic: true
walking: {method: table, source: 算例}
finance: {base_year: 2020, horizon_years: 1, rate: 0}
"""
WALK_S = 600
STAGES: tuple[tuple[str, ModuleType, str], ...] = (
    ("load", command, "load_scenario"),
    ("prepare", planner, "prepare"),
    ("build", planner, "build"),
    ("compile", lexicographic, "compile_problem"),
    ("solve", planner, "solve"),
    ("extract", planner, "read"),
    ("complete", planner, "complete"),
    ("audit", planner, "certified"),
    ("papers", report, "write_all"),
)
"""Stages of the command, each a function by the name under which it is called. ``solve`` holds ``compile``."""


def write_city(siting: Siting, folder: Path) -> None:
    """Write an instance as a scenario folder, without estates that reach nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "policy.yaml").write_text(PACK, encoding="utf-8")
    (folder / "scenario.yaml").write_text(SETTINGS, encoding="utf-8")
    estate, site = siting.pairs()
    needy = np.flatnonzero(siting.required_dm2)
    table(folder, "estates", "estate name township dwellings", ((f"E{n}", f"E{n}", "T", siting.required_dm2[n]) for n in needy))
    table(folder, "sites", "site name township", ((f"S{n}", f"S{n}", "T") for n in range(siting.sites)))
    rows = zip(siting.option_site, siting.option_dm2, siting.option_fen, strict=True)
    ways = ((f"O{n}", f"S{j}", "purchase", f"{dm2 / 100:.2f}", f"{fen / 100:.2f}") for n, (j, dm2, fen) in enumerate(rows))
    table(folder, "options", "option site kind area_m2 price_yuan", ways)
    table(
        folder,
        "walks",
        "estate place seconds",
        ((f"E{i}", f"S{j}", WALK_S) for i, j in zip(estate, site, strict=True) if siting.required_dm2[i]),
    )


def table(folder: Path, name: str, headings: str, rows: Iterator[Sequence[object]]) -> None:
    """Write a table."""
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings.split())
        writer.writerows(rows)


@contextlib.contextmanager
def stopwatch() -> Iterator[dict[str, float]]:
    """Give the wall seconds that each stage takes in the block."""
    spent = dict.fromkeys((name for name, _, _ in STAGES), 0.0)
    with contextlib.ExitStack() as stack:
        for name, module, attribute in STAGES:
            stack.enter_context(patch.object(module, attribute, _timed(getattr(module, attribute), spent, name)))
        yield spent


def _timed(function: Callable[..., Any], spent: dict[str, float], name: str) -> Callable[..., Any]:
    def run(*args: Any, **named: Any) -> Any:
        began = time.perf_counter()
        try:
            return function(*args, **named)
        finally:
            spent[name] += time.perf_counter() - began

    return run


def planned(folder: Path, out: Path, seconds: float, gap: float) -> None:
    """Plan the city and print what came of it."""
    wall, cpu = time.perf_counter(), time.process_time()
    words = ["plan", str(folder), "--out", str(out), "--lang", "en", "--json", "--gap", str(gap), "--time-limit", str(seconds)]
    with stopwatch() as spent:
        answer = CliRunner().invoke(app, words, catch_exceptions=False)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    level = json.loads(answer.stdout)["status"]["levels"][0]
    solver = spent["solve"] - spent["compile"]
    print(f"  exit {answer.exit_code}; plan {level['value'] / 1e6:,.2f}, bound {level['bound'] / 1e6:,.2f}, gap {level['gap']:.4%}")
    print(f"  wall {wall:.1f} s, CPU {cpu:.1f} s; outside the solver {wall - solver:.1f} s, {(wall - solver) / wall:.1%} of wall")
    spent["solve"] = solver
    print("  " + ", ".join(f"{name} {took:.2f}" for name, took in spent.items()), flush=True)


def main() -> None:
    """Write the city and plan it."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--estates", type=int, default=1000)
    words.add_argument("--sites", type=int, default=2500)
    words.add_argument("--seed", type=int, default=0)
    words.add_argument("--seconds", type=float, default=60)
    words.add_argument("--gap", type=float, default=0.001)
    words.add_argument("--without", action="store_true", help="a second run, with windows off")
    asked = words.parse_args()
    siting, _, _ = county(asked.estates, asked.sites, asked.seed)
    sizes = sorted((part.estates for part, _ in split_siting(siting)), reverse=True)
    print(f"{asked.estates} estates, {asked.sites} sites, {siting.options} options; largest parts {sizes[:6]} estates")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "city"
        write_city(siting, folder)
        print("windows for large parts (the product)")
        planned(folder, Path(place) / "out", asked.seconds, asked.gap)
        if asked.without:
            print("without windows")
            with patch.object(large, "LEAST_NEEDS", np.inf):
                planned(folder, Path(place) / "other", asked.seconds, asked.gap)


if __name__ == "__main__":
    main()
