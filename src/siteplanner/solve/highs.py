"""HiGHS in process: levels of an integer problem, or a linear relaxation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np

from siteplanner.solve.compile import Compiled, Floats
from siteplanner.solve.solver import ABSOLUTE_GAP, Answer, Limits, Watch, without_columns

_FIXING_MARGIN = 1e-4
_AT_BOUND = 1e-9
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
            return without_columns(self._compiled)
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
