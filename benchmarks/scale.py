"""Rows of the scale table that concern siting problems: county, city, assembly, overhead, nation. Each returns what it measured."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial

import highspy
import numpy as np
from instances import county, with_budgets, with_years
from peers import Ran, cbc, highs, linopy_model, pulp_highs, pulp_model, scip
from scipy.sparse import csr_array

from siteplanner.solve.dense.sites import Annealed
from siteplanner.solve.executor import make_executor
from siteplanner.solve.levels import Sight
from siteplanner.solve.nation import SitingPlan, plan_siting
from siteplanner.solve.siting import Siting, assemble, faults_of, restrict, split_siting
from siteplanner.units import FEN_PER_WAN

COUNTY = 200
"""Estates of the largest instance that is a county."""


@dataclass(frozen=True, slots=True)
class Line:
    """A measured line of the table: what was run, the aim, what came out, whether the aim was met (None: no aim), and curves."""

    row: str
    what: str
    aim: str
    measured: str
    met: bool | None
    curves: tuple[tuple[str, tuple[tuple[float, float, float], ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """How much to run: seeds, a factor on every time limit, workers."""

    seeds: tuple[int, ...]
    factor: float
    workers: int


def ours(siting: Siting, seconds: float, gap: float, workers: int) -> tuple[SitingPlan, Ran]:
    """Run the program on worker processes and check its plan in whole numbers."""
    curve: list[tuple[float, float, float]] = []

    def show(_: str, value: float, bound: float, sight: Sight) -> None:
        if sight.done == sight.parts:
            curve.append((sight.spent, value / FEN_PER_WAN, bound / FEN_PER_WAN))

    started = time.monotonic()
    # A county is one part and a few tiny ones: threads work on it, and no process has to be started.
    with make_executor(workers) if siting.estates > COUNTY else nullcontext() as executor:
        plan = plan_siting(siting, gap=gap, seconds=seconds, executor=executor, workers=workers, progress=show)
    spent = time.monotonic() - started
    if plan.option is None:
        return plan, Ran(spent, float("inf"), plan.bound_fen / FEN_PER_WAN)
    faults = faults_of(siting, plan.option)
    if faults:
        raise SystemExit(f"the plan breaks its rules: {faults}")
    return plan, Ran(spent, plan.fen / FEN_PER_WAN, plan.bound_fen / FEN_PER_WAN, tuple(curve))


def largest(siting: Siting) -> int:
    """Return the estates of the largest connected part."""
    return max(part.estates for part, _ in split_siting(siting))


def county_row(setting: Setting) -> list[Line]:
    """County 150 × 400: proven optimal, beside PuLP + HiGHS on the whole model to the same proof."""
    lines = []
    for seed in setting.seeds:
        siting, _, _ = county(150, 400, seed)
        _, mine = ours(siting, 600 * setting.factor, 0.0, setting.workers)
        peer = pulp_highs(siting, 600 * setting.factor)
        ratio, proven = peer.seconds / mine.seconds, mine.gap <= 1e-6
        told = f"{mine.seconds:.1f} s, gap {mine.gap:.3%}; PuLP + HiGHS {peer.seconds:.1f} s, gap {peer.gap:.3%}; {ratio:.1f}×"
        what = f"150 × 400, seed {seed}, largest part {largest(siting)}"
        lines.append(Line("county", what, "proven, ≥ 3× faster", told, proven and ratio >= 3))
    return lines


def city_row(setting: Setting) -> list[Line]:
    """City 1,000 × 2,500: gaps in 60 s and 5 minutes; the tenth of HiGHS's 240 s; SCIP and CBC beside."""
    lines = []
    for seed in setting.seeds:
        siting, _, _ = county(1000, 2500, seed)
        what = f"1,000 × 2,500, seed {seed}, largest part {largest(siting)}"
        curves = []
        for seconds, aim in ((60, 0.003), (300, 0.001)):
            _, mine = ours(siting, seconds * setting.factor, aim * 0.9, setting.workers)
            told = f"gap {mine.gap:.3%} after {mine.seconds:.0f} s"
            lines.append(Line("city", what, f"≤ {aim:.1%} in {seconds} s", told, mine.gap <= aim and mine.seconds <= seconds * 1.05))
            curves.append((f"siteplanner, {seconds} s", mine.curve))
        peer = highs(siting, 240 * setting.factor)
        curves.append(("HiGHS, whole model", peer.curve))
        _, short = ours(siting, 24 * setting.factor, peer.gap * 0.9, setting.workers)
        told = f"gap {short.gap:.3%} after {short.seconds:.0f} s; HiGHS {peer.gap:.3%} after {peer.seconds:.0f} s"
        faster = short.gap <= peer.gap and short.seconds * 10 <= peer.seconds
        lines.append(Line("city", what, "≥ 10× faster to HiGHS's gap at 240 s", told, faster, tuple(curves)))
        for name, run in (("SCIP", scip), ("CBC", cbc)):
            other = run(siting, 60 * setting.factor)
            lines.append(Line("city", what, "-", f"{name}: gap {other.gap:.3%} after {other.seconds:.0f} s", None))
    return lines


def assembly_row(setting: Setting) -> list[Line]:
    """Assembly of the city's rows: arrays beside linopy and PuLP."""
    siting, _, _ = county(1000, 2500, 0)
    siting = restrict(siting, np.arange(siting.estates), np.unique(siting.option_site), np.arange(siting.options))
    ways: dict[str, Callable[[], object]] = {
        "arrays": lambda: assemble(siting),
        "linopy": lambda: linopy_model(siting),
        "PuLP": lambda: pulp_model(*assemble(siting)),
    }
    seconds = {name: _cpu(way) for name, way in ways.items()}
    compiled, _ = assemble(siting)
    told = "; ".join(f"{name} {spent:.2f} s ({spent / seconds['arrays']:.0f}×)" for name, spent in seconds.items())
    return [Line("assembly", f"1,000 × 2,500, {len(compiled.row_names):,} rows, {compiled.matrix.nnz:,} entries", "-", told, None)]


def _cpu(way: Callable[[], object]) -> float:
    started = time.process_time()
    way()
    return time.process_time() - started


def overhead_row(setting: Setting) -> list[Line]:
    """Everything outside the solver at city size, in one process: CPU seconds spent in neither HiGHS nor annealed runs."""
    inside = {"HiGHS": 0.0, "annealing": 0.0}

    def counted(who: str, call: Callable[..., object]) -> Callable[..., object]:
        def run(*given: object, **named: object) -> object:
            started = time.thread_time()
            try:
                return call(*given, **named)
            finally:
                inside[who] += time.thread_time() - started

        return run

    siting, _, _ = county(1000, 2500, 0)
    # The annealer is compiled on its first run in a new place: no part of the work.
    plan_siting(county(150, 400, 0)[0], gap=0.01, seconds=60)
    kept = highspy.Highs.run, Annealed.run
    highspy.Highs.run, Annealed.run = counted("HiGHS", kept[0]), counted("annealing", kept[1])  # type: ignore[method-assign, assignment]
    try:
        started = time.process_time()
        plan_siting(siting, gap=0.003, seconds=60 * setting.factor)
        spent = time.process_time() - started
    finally:
        highspy.Highs.run, Annealed.run = kept  # type: ignore[method-assign]
    share = (spent - sum(inside.values())) / spent
    told = f"{share:.1%} of {spent:.1f} CPU seconds; HiGHS {inside['HiGHS'] / spent:.1%}, annealed runs {inside['annealing'] / spent:.1%}"
    return [Line("overhead", "1,000 × 2,500, seed 0, arrays in to plan out", "≤ 10 % outside the solver", told, share <= 0.1)]


def nation_row(setting: Setting, estates: int, minutes: float) -> list[Line]:
    """Nation with ten yearly capital budgets at 90 % of what the program's own plan without budgets spends in each year."""
    lines = []
    for seed in setting.seeds:
        siting, capital, _ = county(estates, estates * 5 // 2, seed)
        years = with_years(siting, capital, seed)
        free = replace(years, spend_fen=csr_array((years.options, 0), dtype=np.int64), limit_fen=np.zeros(0, dtype=np.int64))
        seconds = 60 * minutes * setting.factor
        # The plan without budgets is part of the instance: found beforehand, in half the time, and not kept for the run.
        unbound, before = ours(free, seconds / 2, 0.01, setting.workers)
        assert unbound.option is not None
        budgeted = with_budgets(years, unbound.option)
        plan, mine = ours(budgeted, seconds * 0.985, 0.003, setting.workers)
        memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss + setting.workers * _children()) / 2**20
        left = (budgeted.limit_fen - plan.spend_fen) / budgeted.limit_fen
        told = (
            f"gap {mine.gap:.3%} after {mine.seconds:.0f} s, memory ≤ {memory:.1f} GB, budgets used "
            f"{1 - left.max():.1%} to {1 - left.min():.1%} (without budgets: gap {before.gap:.3%} after {before.seconds:.0f} s)"
        )
        met = mine.gap <= 0.005 and mine.seconds <= 60 * minutes * 1.02 and memory <= 8
        what = f"{estates:,} × {estates * 5 // 2:,}, seed {seed}, largest part {largest(siting):,}"
        lines.append(Line("nation", what, f"≤ 0.5 % in {minutes:.0f} min, 8 GB", told, met))
    return lines


def _children() -> float:
    """Return the peak of the largest child process, kilobytes."""
    return float(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)


ROWS: dict[str, Callable[[Setting], list[Line]]] = {
    "county": county_row,
    "city": city_row,
    "assembly": assembly_row,
    "overhead": overhead_row,
    "tenth": partial(nation_row, estates=10_000, minutes=3),
    "nation": partial(nation_row, estates=100_000, minutes=30),
}
CORES = os.cpu_count() or 1
