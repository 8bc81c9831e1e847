"""One dense connected part: gap over time of windows from both sides, beside general solvers on the whole with the same seconds.

python benchmarks/dense.py --estates 1000 --sites 2500 --seed 0 --seconds 60 --gap 0.001 --peers highs [--shape dense] [--figure gap.svg]

The largest connected part of the instance is solved (its size is printed); with --gap 0 until proof. The general solvers get
the same part in the same strong form as one model, threads as they please. Times are wall seconds of one run, CPU seconds beside them.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import highspy
import numpy as np
from instances import county

from siteplanner.solve.backends import load
from siteplanner.solve.dense.siting import improve_siting
from siteplanner.solve.highs import Highs
from siteplanner.solve.siting import Siting, assemble, split_siting
from siteplanner.solve.solver import Limits
from siteplanner.units import FEN_PER_WAN

Curve = list[tuple[float, float, float]]
"""(seconds, value, bound) as a run goes on."""
PEERS = ("highs", "scip", "cbc")


class Watcher:
    """Keeps the curve of a run."""

    def __init__(self) -> None:
        self.started, self.cpu, self.curve = time.monotonic(), time.process_time(), Curve()

    def __call__(self, value: float, bound: float) -> bool:
        """Note how things stand, where they changed."""
        if np.isfinite(value) and np.isfinite(bound) and (not self.curve or self.curve[-1][1:] != (value, bound)):
            self.curve.append((time.monotonic() - self.started, value, bound))
        return False

    def close(self, value: float, bound: float) -> tuple[float, float]:
        """Note the end; return wall and CPU seconds."""
        self.curve.append((time.monotonic() - self.started, value, bound))
        return self.curve[-1][0], time.process_time() - self.cpu


def ours(siting: Siting, seconds: float, gap: float) -> tuple[Curve, float, float]:
    """Windows from both sides."""
    watcher = Watcher()
    answer = improve_siting(siting, siting.option_fen / FEN_PER_WAN, Limits(gap, seconds, 1, 0), watcher)
    return watcher.curve, *watcher.close(answer.value, answer.bound)


def highs(siting: Siting, seconds: float, gap: float) -> tuple[Curve, float, float]:
    """HiGHS on the whole part."""
    compiled, costs = assemble(siting)
    # Windows ran on one thread each; the whole may use all.
    highspy.Highs.resetGlobalScheduler(True)
    watcher = Watcher()
    answer = Highs(compiled).minimise(costs, Limits(gap, seconds, 0, 0), None, watcher)
    return watcher.curve, *watcher.close(answer.value, answer.bound)


def cbc(siting: Siting, seconds: float, gap: float) -> tuple[Curve, float, float]:
    """CBC on the whole part, as PuLP runs it: it tells no bound before its end."""
    compiled, costs = assemble(siting)
    watcher = Watcher()
    answer = load("cbc", compiled).minimise(costs, Limits(gap, seconds, 2, 0), None, None)
    return watcher.curve, *watcher.close(answer.value, answer.bound)


def scip(siting: Siting, seconds: float, gap: float) -> tuple[Curve, float, float]:
    """SCIP on the whole part."""
    from pyscipopt import Model, quicksum

    compiled, costs = assemble(siting)
    watcher, model = Watcher(), Model()
    model.hideOutput()
    columns = [
        model.addVar(lb=low, ub=high, vtype="B" if whole else "C", obj=cost)
        for low, high, whole, cost in zip(compiled.lower, compiled.upper, compiled.integer, costs, strict=True)
    ]
    for n in range(len(compiled.row_names)):
        span = slice(compiled.matrix.indptr[n], compiled.matrix.indptr[n + 1])
        terms = zip(compiled.matrix.indices[span], compiled.matrix.data[span], strict=True)
        total = quicksum(value * columns[column] for column, value in terms)
        if np.isfinite(compiled.row_lower[n]):
            model.addCons(total >= compiled.row_lower[n])
        if np.isfinite(compiled.row_upper[n]):
            model.addCons(total <= compiled.row_upper[n])
    model.setParam("limits/time", seconds)
    model.setParam("limits/gap", gap)
    model.optimize()
    value = model.getObjVal() if model.getNSols() else float("inf")
    return watcher.curve, *watcher.close(value, model.getDualbound())


RUNS: dict[str, Callable[[Siting, float, float], tuple[Curve, float, float]]] = {"windows": ours, "highs": highs, "scip": scip, "cbc": cbc}


def reached(curve: Curve, gap: float) -> float:
    """Return when a curve first came within a gap."""
    value, bound = float("inf"), -float("inf")
    for seconds, new_value, new_bound in curve:
        value, bound = min(value, new_value), max(bound, new_bound)
        if value - bound <= gap * abs(value):
            return seconds
    return float("inf")


def last_gap(curve: Curve) -> float:
    """Return the gap a curve ends with, of the value."""
    value, bound = min(point[1] for point in curve), max(point[2] for point in curve)
    return (value - bound) / abs(value) if np.isfinite(value) and np.isfinite(bound) else float("inf")


def draw(curves: dict[str, Curve], path: str, title: str) -> None:
    """Draw gap over time."""
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    mpl.rcParams["svg.fonttype"], mpl.rcParams["svg.hashsalt"] = "none", "gap"
    figure, axes = plt.subplots(figsize=(7, 4))
    for name, curve in curves.items():
        gaps = [(seconds, 100 * (value - bound) / value) for seconds, value, bound in curve if np.isfinite(value) and bound > 0]
        axes.step([t for t, _ in gaps], [max(1e-4, gap) for _, gap in gaps], where="post", label=name, marker=".")
    axes.set(yscale="log", xlabel="seconds", ylabel="gap, % of the plan's cost", title=title)
    axes.grid(visible=True, which="both", alpha=0.3)
    axes.legend()
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    """Print one line a solver."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in (("estates", 1000), ("sites", 2500), ("seed", 0)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--shape", default="county", choices=("county", "dense"))
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--peer-seconds", type=float, help="default: the same as --seconds")
    parser.add_argument("--gap", type=float, default=0.001)
    parser.add_argument("--peers", nargs="*", default=["highs"], choices=PEERS)
    parser.add_argument("--figure")
    asked = parser.parse_args()
    whole, _, _ = county(asked.estates, asked.sites, asked.seed, asked.shape)
    part = max((part for part, _ in split_siting(whole)), key=lambda part: part.estates)
    title = f"{asked.shape} {asked.estates} × {asked.sites}, seed {asked.seed}: largest part {part.estates} estates, {part.options} options"
    print(title, flush=True)
    curves: dict[str, Curve] = {}
    for name in ["windows", *asked.peers]:
        seconds = asked.seconds if name == "windows" or asked.peer_seconds is None else asked.peer_seconds
        curves[name], wall, cpu = RUNS[name](part, seconds, asked.gap)
        value, bound = min(point[1] for point in curves[name]), max(point[2] for point in curves[name])
        gap = last_gap(curves[name])
        print(f"{name:8} value {value:.2f} bound {bound:.2f} gap {gap:.4%} in {wall:.1f} s (CPU {cpu:.1f} s)", end="")
        there = reached(curves["windows"], gap)
        print(f"; windows there after {there:.1f} s" if name != "windows" and np.isfinite(there) else "", flush=True)
    if asked.figure:
        draw(curves, asked.figure, title)


if __name__ == "__main__":
    main()
