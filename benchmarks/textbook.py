"""The textbook models beside spopt and HiGHS given the whole model: ratios of CPU seconds in one run, from data to answer.

    python benchmarks/textbook.py [--rows cover,million,grid,median,capacities] [--seeds 3] [--limit 300]

Each row is run once by `siteplanner.textbook` and once by each peer that the machine has; a peer stops after `--limit` seconds of
wall time and is then shown as "> seconds" with the gap it stands at. Every value that is proven must agree. CPU seconds are compared, so
that other work on the machine weighs little. spopt answers through PuLP's HiGHS; "HiGHS" is the same model assembled from arrays.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np
import pulp
from scipy.sparse import coo_array, csr_array, hstack, identity

from siteplanner.textbook import Siting, cflp, lscp, mclp, p_median, within, within_distance
from siteplanner.textbook.solving import Program, Rows

RADIUS, CHOSEN, SQUARE = 5.5, 10, 30.0
"""The published uniform-grid instance of maximal covering: 100 facilities in a 30 × 30 square."""
GRID = 2_000
NEAR = 120
"""Sites of each customer in the p-median that HiGHS is given a second time, as a check of the value."""
MEMORY_GB = 10
"""What a peer may take: spopt's 4 million variables of the p-median would take all there is."""
CAPACITIES = {"A": (5, (8_000, 14_000)), "B": (10, (5_000, 8_000)), "C": (12, (5_000, 7_250))}
"""Sets of Beasley (1988): how many open warehouses the fixed costs are drawn for, and capacities."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one way told: CPU seconds, value (None without one), and whether it was proven; `note` says why not."""

    seconds: float
    value: float | None
    proven: bool
    note: str = ""


Way = Callable[[], tuple[float | None, bool, str]]


def ours(call: Callable[[], Siting]) -> Way:
    """Return a call of this package as a way."""

    def way() -> tuple[float | None, bool, str]:
        found = call()
        return found.value, found.proven, "" if found.proven else f"gap {found.gap:.2%}"

    return way


def raw(make: Callable[[], Program], limit: float) -> Way:
    """Return HiGHS with the whole model as a way."""

    def way() -> tuple[float | None, bool, str]:
        program = make()
        highs = highspy.Highs()
        highs.setOptionValue("output_flag", False)
        for option, value in (("mip_rel_gap", 0.0), ("mip_abs_gap", 1e-6), ("threads", 1), ("time_limit", limit)):
            highs.setOptionValue(option, value)
        highs.passModel(lp(program))
        highs.run()
        info, proven = highs.getInfo(), highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        has = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        value = info.objective_function_value if has else None
        return value, proven, "" if proven else (f"gap {info.mip_gap:.2%}" if has else "no answer")

    return way


def lp(program: Program) -> highspy.HighsLp:
    """Return a program as HiGHS takes it."""
    model, matrix = highspy.HighsLp(), program.matrix
    model.num_row_, model.num_col_ = matrix.shape
    model.col_cost_, model.col_lower_, model.col_upper_ = program.costs, program.lower, program.upper
    model.row_lower_, model.row_upper_ = program.row_lower, program.row_upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    model.integrality_ = [kinds[int(flag)] for flag in program.integer]
    return model


def spopt_way(build: Callable[[], object], limit: float) -> Way:
    """Return a model of spopt as a way; proven is read from the solver itself, for spopt takes a time limit for an optimum."""

    def way() -> tuple[float | None, bool, str]:
        model = build()
        model.solve(pulp.HiGHS(msg=False, gapRel=0, threads=1, timeLimit=limit))
        highs = model.problem.solverModel
        proven = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return model.problem.objective.value(), proven, "" if proven else f"gap {highs.getInfo().mip_gap:.2%}"

    return way


def run(way: Way, limit: float) -> Told:
    """Run a way in a process of its own, which may take no more than its memory and twice its time."""
    here, there = multiprocessing.Pipe(duplex=False)

    def child() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_GB << 30, MEMORY_GB << 30))
        start = time.process_time()
        try:
            value, proven, note = way()
        except MemoryError:
            value, proven, note = None, False, f"more than {MEMORY_GB} GB"
        there.send(Told(time.process_time() - start, value, proven, note))

    process = multiprocessing.get_context("fork").Process(target=child)
    start = time.monotonic()
    process.start()
    told = here.recv() if here.poll(2 * limit) else None
    if told is None:
        process.terminate()
    process.join()
    return told or Told(time.monotonic() - start, None, False, "still building or solving (wall seconds)")


def show(row: str, ways: dict[str, Way], limit: float) -> None:
    """Print one row: seconds of every way, and each peer's as a multiple of ours."""
    told = {name: run(way, limit) for name, way in ways.items()}
    mine = told["siteplanner"]
    if not mine.proven:
        print(f"{row}: NOT PROVEN here ({mine.note})")
    for name, other in told.items():
        ratio = other.seconds / max(mine.seconds, 1e-3)
        more = "" if other.proven else "> "
        value = "-" if other.value is None else f"{other.value:,.3f}"
        print(f"{row:44} {name:12} {more}{other.seconds:8.2f} s  {more}{ratio:7.1f} ×  {value:>22}  {other.note}", flush=True)
        if other.proven and mine.proven and abs(other.value - mine.value) > 1e-6 * max(1.0, abs(mine.value)):
            raise SystemExit(f"{row}: {name} proves {other.value}, not {mine.value}")


def uniform(customers: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return customers, facilities and whole demand 1 to 100 of the uniform instance."""
    draw = np.random.default_rng(seed)
    sites, here = draw.uniform(0, SQUARE, (100, 2)), draw.uniform(0, SQUARE, (customers, 2))
    return here, sites, draw.integers(1, 101, customers).astype(float)


def coverage(cover: csr_array, demand: np.ndarray, p: int) -> Program:
    """Return maximal covering as one model: minimise the demand missed."""
    customers, sites = cover.shape
    every = np.arange(sites + customers)
    rows = Rows(len(every))
    rows.add(coo_array(hstack([cover, identity(customers)])), every, 1.0, np.inf)
    rows.one(np.arange(sites), 1.0, float(p), float(p))
    return rows.program(np.concatenate([np.zeros(sites), demand]), np.ones(len(every)), every < sites)


def strong(costs: np.ndarray, opening: np.ndarray, p: int | None, demand: np.ndarray | None, capacity: np.ndarray | None) -> Program:
    """Return p-median or capacitated location as one model in the strong form."""
    customers, sites = costs.shape
    pairs = customers * sites
    row, column = np.divmod(np.arange(pairs), sites)
    x, every, ones = np.arange(pairs) + sites, np.arange(pairs + sites), np.ones(pairs)
    rows = Rows(len(every))
    rows.add(csr_array((ones, (row, np.arange(pairs))), shape=(customers, pairs)), x, 1.0, 1.0)
    link = (np.concatenate([ones, -ones]), (np.tile(np.arange(pairs), 2), np.concatenate([x, column])))
    rows.add(csr_array(link, shape=(pairs, len(every))), every, -np.inf, 0.0)
    if p is not None:
        rows.one(np.arange(sites), 1.0, float(p), float(p))
    if demand is not None and capacity is not None:
        load = (
            np.concatenate([demand[row], -capacity]),
            (np.concatenate([column, np.arange(sites)]), np.concatenate([x, np.arange(sites)])),
        )
        rows.add(csr_array(load, shape=(sites, len(every))), every, -np.inf, 0.0)
    return rows.program(np.concatenate([opening, costs.ravel()]), np.ones(len(every)), every < sites)


def near_only(costs: np.ndarray, p: int, near: int) -> Program:
    """Return the p-median with each customer's nearest sites alone; any farther one costs what the next would, and need not be open.

    That costs no more than the p-median itself. So where its optimum is what a plan costs, both are optimal.
    """
    customers, sites = costs.shape
    order = np.argsort(costs, axis=1, kind="stable")[:, : near + 1]
    sorted_costs = np.take_along_axis(costs, order, axis=1)
    pairs = customers * near
    pair, customer = np.arange(pairs), np.repeat(np.arange(customers), near)
    x, far, ones = pair + sites, np.arange(customers) + sites + pairs, np.ones(pairs)
    every = np.arange(sites + pairs + customers)
    rows = Rows(len(every))
    asked = (np.concatenate([ones, np.ones(customers)]), (np.concatenate([customer, np.arange(customers)]), np.arange(pairs + customers)))
    rows.add(csr_array(asked, shape=(customers, pairs + customers)), np.concatenate([x, far]), 1.0, 1.0)
    link = (np.concatenate([ones, -ones]), (np.tile(pair, 2), np.concatenate([x, order[:, :near].ravel()])))
    rows.add(csr_array(link, shape=(pairs, len(every))), every, -np.inf, 0.0)
    rows.one(np.arange(sites), 1.0, float(p), float(p))
    costs_of = np.concatenate([np.zeros(sites), sorted_costs[:, :near].ravel(), sorted_costs[:, near]])
    return rows.program(costs_of, np.ones(len(every)), every < sites)


def covering_row(customers: int, seed: int, limit: float, peer: bool) -> None:
    """Maximal covering of the uniform square."""
    here, sites, demand = uniform(customers, seed)
    ways = {"siteplanner": ours(lambda: mclp(within(here, sites, RADIUS), demand, CHOSEN))}
    if peer:
        missed = raw(lambda: coverage(within(here, sites, RADIUS), demand, CHOSEN), limit)

        def covered() -> tuple[float | None, bool, str]:
            value, proven, note = missed()
            return None if value is None else float(demand.sum()) - value, proven, note

        ways["HiGHS"] = covered
    show(f"mclp {customers:,} × 100, seed {seed}", ways, limit)


def grid(seed: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return distances and whole demand 1 to 100 of places on a 1000 × 1000 square, each a customer and a site."""
    draw = np.random.default_rng(seed)
    places = draw.uniform(0, 1_000, (size, 2))
    return np.hypot(*(places[:, None] - places).transpose(2, 0, 1)), draw.integers(1, 101, size).astype(float)


def grid_rows(seed: int, limit: float, size: int) -> None:
    """LSCP and MCLP, size × size, beside spopt."""
    from spopt.locate import LSCP, MCLP

    apart, demand = grid(seed, size)
    reach, p = 1_000 * (0.8 / size) ** 0.5, size // 20
    ways = {
        "siteplanner": ours(lambda: lscp(within_distance(apart, reach))),
        "spopt": spopt_way(lambda: LSCP.from_cost_matrix(apart, reach), limit),
    }
    show(f"lscp {size:,} × {size:,}, radius {reach:.0f}, seed {seed}", ways, limit)
    ways = {
        "siteplanner": ours(lambda: mclp(within_distance(apart, reach), demand, p)),
        "spopt": spopt_way(lambda: MCLP.from_cost_matrix(apart, demand, reach, p_facilities=p), limit),
    }
    show(f"mclp {size:,} × {size:,}, radius {reach:.0f}, p {p}, seed {seed}", ways, limit)


def median_row(seed: int, limit: float, size: int) -> None:
    """Compare the p-median, size × size, with spopt and HiGHS with the whole strong form."""
    from spopt.locate import PMedian

    apart, demand = grid(seed, size)
    p = size // 20
    ways = {
        "siteplanner": ours(lambda: p_median(apart, p, demand=demand)),
        "spopt": spopt_way(lambda: PMedian.from_cost_matrix(apart, demand, p_facilities=p), limit),
        "HiGHS": raw(lambda: strong(demand[:, None] * apart, np.zeros(size), p, None, None), limit),
        f"HiGHS, {NEAR} near": raw(lambda: near_only(demand[:, None] * apart, p, NEAR), limit),
    }
    show(f"p_median {size:,} × {size:,}, p {p}, seed {seed}", ways, limit)


def warehouses(seed: int, capacity: float, opened: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return costs, demand, capacity and fixed costs, 1,000 customers × 100 warehouses by the recipe of Beasley (1988).

    Points on a 1000 × 1000 square; demand 1 to 100; cost = demand × distance × U(1, 1.25); fixed costs U(0.75, 1.25) times half of what
    one warehouse fewer and one more than `opened` differ in serving cost.
    """
    draw = np.random.default_rng(seed)
    here, sites = draw.integers(0, 1001, (1_000, 2)), draw.integers(0, 1001, (100, 2))
    demand = draw.integers(1, 101, 1_000).astype(float)
    costs = np.hypot(*(here[:, None] - sites).transpose(2, 0, 1)) * draw.uniform(1, 1.25, (1_000, 100)) * demand[:, None]
    more = draw.choice(100, opened + 1, replace=False)
    less = draw.choice(more, opened - 1, replace=False)
    saved = (costs[:, less].min(axis=1).sum() - costs[:, more].min(axis=1).sum()) / 2
    return costs, demand, np.full(100, float(capacity)), draw.uniform(0.75, 1.25, 100) * saved


def capacity_row(name: str, seed: int, capacity: float, opened: int, limit: float) -> None:
    """Capacitated location of OR-Library size, beside HiGHS with the whole strong form."""
    costs, demand, room, opening = warehouses(seed, capacity, opened)
    ways = {
        "siteplanner": ours(lambda: cflp(costs, demand, room, opening)),
        "HiGHS": raw(lambda: strong(costs, opening, None, demand, room), limit),
    }
    show(f"cflp 100 × 1,000, {name} {capacity:,}, seed {seed}", ways, limit)


def main() -> int:
    """Run the rows asked for."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--rows", default="cover,million,grid,median,capacities")
    words.add_argument("--seeds", type=int, default=3)
    words.add_argument("--limit", type=float, default=300.0)
    words.add_argument("--size", type=int, default=GRID, help="customers and sites of the grid rows")
    asked = words.parse_args()
    rows, seeds = asked.rows.split(","), range(asked.seeds)
    for seed in seeds:
        if "cover" in rows:
            covering_row(100_000, seed, asked.limit, peer=True)
        if "million" in rows:
            covering_row(1_000_000, seed, asked.limit, peer=False)
        if "grid" in rows:
            grid_rows(seed, asked.limit, asked.size)
        if "median" in rows:
            median_row(seed, asked.limit, asked.size)
        if "capacities" in rows:
            for name, (opened, capacities) in CAPACITIES.items():
                for capacity in capacities:
                    capacity_row(name, seed, capacity, opened, asked.limit)
    return 0


if __name__ == "__main__":
    sys.exit(main())
