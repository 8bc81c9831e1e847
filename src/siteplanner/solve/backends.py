"""Solvers behind one door: minimise a cost vector over compiled rows, hold what was reached, minimise the next."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import highspy
import numpy as np
import pulp
from numpy.typing import NDArray

from siteplanner.solve.compile import Compiled, Floats

ABSOLUTE_GAP = 1e-6
"""万元: far below the one yuan that a proof may leave open."""
_FIXING_MARGIN = 1e-4
_AT_BOUND = 1e-9
Verdict = Literal["proven", "limit", "infeasible", "interrupted"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a solver said of one level: verdict, best point (None without one), value and proven bound."""

    verdict: Verdict
    point: Floats | None
    value: float
    bound: float


_MIRROR = 1.9
"""How many times a value is taken off, for its sign to turn and its size not to grow."""
_BROKEN = {
    highspy.HighsModelStatus.kNotset,
    highspy.HighsModelStatus.kLoadError,
    highspy.HighsModelStatus.kModelError,
    highspy.HighsModelStatus.kPresolveError,
    highspy.HighsModelStatus.kSolveError,
    highspy.HighsModelStatus.kPostsolveError,
}
"""How HiGHS ends where it has not solved anything: the numbers it then gives are none."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When to stop: relative gap, seconds, threads, seed; nodes of the search tree, where the end must not hang on the clock.

    ``good_start`` says that the start is so near the optimum that looking for better plans does not pay; ``offset`` is a constant that
    counts in the relative gap, and nowhere else.
    """

    gap: float
    seconds: float | None
    threads: int
    seed: int
    nodes: int | None = None
    good_start: bool = False
    offset: float = 0.0


Watch = Callable[[float, float], bool]
"""Called with (incumbent, bound) as the search goes on; returns True to stop it."""


class Solver(Protocol):
    """A solver loaded with one compiled problem."""

    name: str
    version: str

    def minimise(self, costs: Floats, limits: Limits, start: Floats | None, watch: Watch | None) -> Answer:
        """Minimise Σ costs·x over the rows and holds, from a starting point if there is one."""
        ...

    def hold(self, costs: Floats, limit: float, seconds: float | None = None) -> None:
        """Add the row Σ costs·x ≤ limit; what can be told from it for the levels to come may take that many seconds."""
        ...

    def floor(self, costs: Floats, bound: float) -> None:
        """Add the row Σ costs·x ≥ bound, which every point obeys that matters: it only tells the solver what is known."""
        ...


class Highs:
    """HiGHS in process."""

    name = "HiGHS"

    def __init__(self, compiled: Compiled, *, presolve: bool = True) -> None:
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        self.version = self._highs.version()
        self._compiled = compiled
        self._news: Callable[[], Floats | None] | None = None
        self._tell: Callable[[Floats], None] | None = None
        self.nodes = 0
        for option, value in (("output_flag", True), ("log_to_console", False), ("presolve", "choose" if presolve else "off")):
            self._highs.setOptionValue(option, value)
        self._highs.setOptionValue("mip_feasibility_tolerance", 1e-7)
        self._highs.setOptionValue("primal_feasibility_tolerance", 1e-7)
        self._highs.passModel(highs_model(compiled))

    def hold(self, costs: Floats, limit: float, seconds: float | None = None) -> None:
        """Add the row Σ costs·x ≤ limit, and fix every binary that cannot change without breaking it.

        A binary at 0 (or 1) in the linear relaxation whose reduced cost exceeds limit − relaxation stays there in every
        point that keeps the row: the later levels have far fewer choices left to weigh.
        """
        self._fix_by_reduced_cost(costs, limit, seconds)
        used = np.flatnonzero(costs)
        self._highs.addRow(-highspy.kHighsInf, limit, len(used), used.astype(np.int32), costs[used])

    def floor(self, costs: Floats, bound: float) -> None:
        """Add the row Σ costs·x ≥ bound."""
        used = np.flatnonzero(costs)
        self._highs.addRow(bound, highspy.kHighsInf, len(used), used.astype(np.int32), costs[used])

    def _fix_by_reduced_cost(self, costs: Floats, limit: float, seconds: float | None) -> None:
        highs, count = self._highs, self._compiled.columns
        whole = np.flatnonzero(self._compiled.integer).astype(np.int32)
        binary = self._compiled.upper[whole] <= 1
        if not len(whole):
            return
        every = np.arange(count, dtype=np.int32)
        highs.changeColsCost(count, every, costs)
        highs.changeObjectiveOffset(0.0)
        highs.changeColsIntegrality(len(whole), whole, np.full(len(whole), highspy.HighsVarType.kContinuous))
        self._limit_time(seconds)
        highs.run()
        if highs.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            solution, bound = highs.getSolution(), highs.getInfo().objective_function_value
            value, dual = np.array(solution.col_value), np.array(solution.col_dual)
            room = limit - bound + _FIXING_MARGIN
            low = whole[binary & (value[whole] < _AT_BOUND) & (dual[whole] > room)]
            high = whole[binary & (value[whole] > 1 - _AT_BOUND) & (dual[whole] < -room)]
            highs.changeColsBounds(len(low), low, np.zeros(len(low)), np.zeros(len(low)))
            highs.changeColsBounds(len(high), high, np.ones(len(high)), np.ones(len(high)))
        highs.changeColsIntegrality(len(whole), whole, np.full(len(whole), highspy.HighsVarType.kInteger))

    def minimise(self, costs: Floats, limits: Limits, start: Floats | None, watch: Watch | None) -> Answer:
        """Minimise one level."""
        if not self._compiled.columns:
            return _without_columns(self._compiled)
        highs, count = self._highs, self._compiled.columns
        offset = limits.offset + (self._mirror(float(costs @ start) + limits.offset) if start is not None else 0.0)
        highs.changeColsCost(count, np.arange(count, dtype=np.int32), costs)
        highs.changeObjectiveOffset(offset)
        highs.setOptionValue("mip_rel_gap", limits.gap)
        highs.setOptionValue("mip_abs_gap", ABSOLUTE_GAP)
        highs.setOptionValue("threads", limits.threads)
        highs.setOptionValue("random_seed", limits.seed)
        highs.setOptionValue("mip_max_nodes", limits.nodes if limits.nodes is not None else highspy.kHighsIInf)
        self._limit_time(limits.seconds)
        for heuristic in ("rens", "rins", "root_reduced_cost"):
            highs.setOptionValue(f"mip_heuristic_run_{heuristic}", not (limits.good_start and start is not None))
        if start is not None:
            solution = highspy.HighsSolution()
            solution.col_value = start.tolist()
            highs.setSolution(solution)
        stopped = self._run(watch, offset)
        if start is not None and self._unsearched():
            highs.clearSolver()
            stopped = self._run(watch, offset)
        return self._answer(costs, stopped, offset)

    def hear(self, news: Callable[[], Floats | None]) -> None:
        """Ask for plans that others find while the search goes on: `news` gives one that was not given before, or None."""
        self._news = news

    def tell(self, told: Callable[[Floats], None]) -> None:
        """Pass every better plan on as soon as it is found."""
        self._tell = told

    def _mirror(self, value: float) -> float:
        """Return what to add to the costs so that plans of others are taken: it turns the sign of a value and makes its size no greater.

        HiGHS holds the whole cost of such a plan against what its own best plan costs less what presolve has settled, and so refuses
        most. Below zero every plan passes there, and is then held against the best one in earnest.
        The relative gap is one of the size: it stays at least as strict for plans up to a twentieth better than the value.
        """
        return -_MIRROR * value if self._news is not None and value > 0 else 0.0

    def _unsearched(self) -> bool:
        """Return whether the start was called optimal before anything was searched.

        Where presolve leaves little, all costs left may be whole multiples of some unit. HiGHS then looks only for plans better by a
        whole unit, though the start itself need be no multiple, and presolve may have left out all its equals: what is better by less is
        missed, and must be asked for without the start.
        """
        info = self._highs.getInfo()
        optimal = self._highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return bool(optimal and info.mip_node_count <= 0 and info.simplex_iteration_count <= 0)

    def _limit_time(self, seconds: float | None) -> None:
        # Its clock runs on from one search to the next; a limit below 0 it would take for none.
        self._highs.setOptionValue("time_limit", highspy.kHighsInf if seconds is None else self._highs.getRunTime() + max(0.0, seconds))

    def _run(self, watch: Watch | None, offset: float) -> bool:
        stopped = False

        def look(event: highspy.HighsCallbackEvent) -> None:
            nonlocal stopped
            self.nodes = int(event.data_out.mip_node_count)
            if watch is not None and watch(event.data_out.mip_primal_bound - offset, event.data_out.mip_dual_bound - offset):
                stopped = True
            if event.data_in is not None:
                # Said every time: what was said in one search is still there in the next.
                event.data_in.user_interrupt = stopped

        def take(event: highspy.HighsCallbackEvent) -> None:
            found = None if self._news is None else self._news()
            if found is not None and event.data_in is not None:
                event.data_in.setSolution(found)

        def give(event: highspy.HighsCallbackEvent) -> None:
            if self._tell is not None:
                self._tell(np.array(event.data_out.mip_solution))

        callbacks = [(self._highs.cbMipInterrupt, look), (self._highs.cbMipLogging, look)] if watch is not None else []
        if self._tell is not None:
            callbacks.append((self._highs.cbMipImprovingSolution, give))
        if self._news is not None:
            callbacks.append((self._highs.cbMipUserSolution, take))
        for callback, answer in callbacks:
            callback.subscribe(answer)
        try:
            self._highs.run()
        finally:
            for callback, answer in callbacks:
                callback.unsubscribe(answer)
        return stopped

    def _answer(self, costs: Floats, stopped: bool, offset: float) -> Answer:
        status, info = self._highs.getModelStatus(), self._highs.getInfo()
        if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return Answer("infeasible", None, float("inf"), float("inf"))
        if status in _BROKEN:
            return Answer("limit", None, float("inf"), -float("inf"))
        has_point = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        point = np.array(self._highs.getSolution().col_value) if has_point else None
        value = float(costs @ point) if point is not None else float("inf")
        is_mip = bool(self._compiled.integer.any())
        proven = status == highspy.HighsModelStatus.kOptimal
        bound = float(info.mip_dual_bound) - offset if is_mip else (value if proven else -float("inf"))
        return Answer("proven" if proven else "interrupted" if stopped else "limit", point, value, bound)


def _without_columns(compiled: Compiled) -> Answer:
    """Answer a problem without variables, which solvers refuse: its rows hold by themselves or nothing can make them."""
    if np.all(compiled.row_lower <= 0) and np.all(compiled.row_upper >= 0):
        return Answer("proven", np.zeros(0), 0.0, 0.0)
    return Answer("infeasible", None, float("inf"), float("inf"))


@dataclass(frozen=True, slots=True)
class Relaxation:
    """The linear relaxation of a problem: its value, its point, and the dual of each row."""

    value: float
    point: Floats
    duals: Floats


def relax(compiled: Compiled, costs: Floats, seconds: float | None = None) -> Relaxation | None:
    """Return the linear relaxation; None where the solver does not come to an optimum, or not in time."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    if seconds is not None:
        highs.setOptionValue("time_limit", seconds)
    model = highs_model(compiled)
    model.integrality_ = []
    model.col_cost_ = costs
    highs.passModel(model)
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    solution = highs.getSolution()
    return Relaxation(float(highs.getInfo().objective_function_value), np.array(solution.col_value), np.array(solution.row_dual))


def loose(bound: float) -> float:
    """Return a bound lowered by more than a solver's tolerance."""
    return bound - 1e-6 * max(1.0, abs(bound))


def highs_model(compiled: Compiled) -> highspy.HighsLp:
    """Return a compiled problem as HiGHS takes it, without costs."""
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = compiled.columns, len(compiled.row_names)
    model.col_cost_ = np.zeros(compiled.columns)
    model.col_lower_, model.col_upper_ = compiled.lower, compiled.upper
    model.row_lower_, model.row_upper_ = compiled.row_lower, compiled.row_upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.num_col_, model.a_matrix_.num_row_ = model.num_col_, model.num_row_
    model.a_matrix_.start_ = compiled.matrix.indptr
    model.a_matrix_.index_ = compiled.matrix.indices
    model.a_matrix_.value_ = compiled.matrix.data
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    model.integrality_ = [kinds[int(flag)] for flag in compiled.integer]
    return model


class Cbc:
    """CBC as PuLP ships it: the second opinion. It gives no bound of its own: where it ends in proof, the gap it was given is one."""

    name = "CBC"
    version = f"PuLP {pulp.__version__}"

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled
        self._problem = pulp.LpProblem("second_opinion", pulp.LpMinimize)
        self._columns = [
            self._problem.add_variable(
                f"x{n}", _finite(compiled.lower[n]), _finite(compiled.upper[n]), "Integer" if whole else "Continuous"
            )
            for n, whole in enumerate(compiled.integer)
        ]
        for n in range(len(compiled.row_names)):
            span = slice(compiled.matrix.indptr[n], compiled.matrix.indptr[n + 1])
            self._add(compiled.matrix.indices[span], compiled.matrix.data[span], compiled.row_lower[n], compiled.row_upper[n], f"r{n}")
        self._holds = 0

    def _add(self, index: NDArray[np.integer], data: Floats, low: float, high: float, name: str) -> None:
        row = pulp.LpAffineExpression([(self._columns[int(i)], float(v)) for i, v in zip(index, data, strict=True)])
        if np.isfinite(low):
            self._problem.addConstraint(row >= float(low), f"{name}_lo")
        if np.isfinite(high):
            self._problem.addConstraint(row <= float(high), f"{name}_up")

    def hold(self, costs: Floats, limit: float, seconds: float | None = None) -> None:
        """Add the row Σ costs·x ≤ limit, which takes no time to speak of."""
        used = np.flatnonzero(costs)
        self._add(used, costs[used], -np.inf, limit, f"hold{self._holds}")
        self._holds += 1

    def floor(self, costs: Floats, bound: float) -> None:
        """Add the row Σ costs·x ≥ bound."""
        used = np.flatnonzero(costs)
        self._add(used, costs[used], bound, np.inf, f"floor{self._holds}")
        self._holds += 1

    def minimise(self, costs: Floats, limits: Limits, start: Floats | None, watch: Watch | None) -> Answer:
        """Minimise one level; `start` seeds CBC where it can use it, `watch` is never called."""
        if not self._compiled.columns:
            return _without_columns(self._compiled)
        # CBC knows no offset: where one makes the asked gap finer, nothing but a proof keeps to it.
        gap = limits.gap if limits.offset >= 0 else 0.0
        used = np.flatnonzero(costs)
        self._problem.setObjective(pulp.LpAffineExpression([(self._columns[int(n)], float(costs[n])) for n in used]))
        if start is not None:
            for variable, value in zip(self._columns, start, strict=True):
                variable.setInitialValue(float(value), check=False)
        with tempfile.TemporaryDirectory(dir=_plain_folder()) as folder:
            command = pulp.PULP_CBC_CMD(
                msg=False,
                gapRel=gap,
                gapAbs=ABSOLUTE_GAP,
                timeLimit=limits.seconds,
                threads=limits.threads,
                warmStart=start is not None,
                keepFiles=False,
                options=[f"randomSeed {limits.seed + 1}", "primalTolerance 1e-8", "integerTolerance 1e-8"],
            )
            command.tmpDir = folder
            self._problem.solve(command)
        return self._answer(costs, gap)

    def _answer(self, costs: Floats, gap: float) -> Answer:
        # "Integer infeasible" reaches PuLP's status alone; its solution status says only that nothing was found.
        no_plan = self._problem.status == pulp.LpStatusInfeasible
        if no_plan or self._problem.sol_status in (pulp.LpSolutionInfeasible, pulp.LpSolutionUnbounded):
            return Answer("infeasible", None, float("inf"), float("inf"))
        if self._problem.sol_status == pulp.LpSolutionNoSolutionFound:
            return Answer("limit", None, float("inf"), -float("inf"))
        # Columns in no row or cost are not handed to CBC and keep no value.
        point = np.array([v.varValue if v.varValue is not None else max(0.0, v.lowBound or 0.0) for v in self._columns])
        value = float(costs @ point)
        proven = self._problem.sol_status == pulp.LpSolutionOptimal
        # Its gap is a share of the greater of value and bound in size: below zero that is the bound.
        bound = value - gap * abs(value) / (1.0 if value >= 0 else max(1e-9, 1.0 - gap))
        return Answer("proven" if proven else "limit", point, value, bound if proven else -float("inf"))


def _finite(bound: float) -> float | None:
    return float(bound) if np.isfinite(bound) else None


def _plain_folder() -> str | None:
    """Return a temporary folder without a space in its path, which CBC cannot read."""
    usual = tempfile.gettempdir()
    if " " not in usual:
        return None
    return next((path for path in ("/tmp", "/var/tmp", os.getcwd()) if " " not in path and os.access(path, os.W_OK)), None)


def load(name: Literal["highs", "cbc"], compiled: Compiled, *, presolve: bool = True) -> Solver:
    """Load a compiled problem into a solver."""
    return Highs(compiled, presolve=presolve) if name == "highs" else Cbc(compiled)
