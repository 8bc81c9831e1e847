"""The table of scale: every row measured in one run, beside its peers, with gap-over-time curves as a figure.

    python benchmarks/run.py [--quick] [--only county,city] [--seeds 0,1,2,3,4] [--out out/scale]

Rows: county, city, assembly, overhead, tenth, nation (benchmarks/scale.py); metropolis (benchmarks/dense.py); textbook
(benchmarks/textbook.py); dask (the component test of a cluster that loses a worker). ``--quick`` takes one seed and a tenth of every time
limit, and leaves out the nation: it shows that the table runs, not that aims are met. Writes rows.json, rows.md and gap.svg.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from scale import ROWS, Line, Setting

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = {
    "metropolis": (
        *("benchmarks/dense.py", "--shape", "dense", "--estates", "5000", "--sites", "6000"),
        *("--seconds", "300", "--gap", "0.005", "--peers", "highs", "scip", "cbc"),
    ),
    "textbook": ("benchmarks/textbook.py",),
    "dask": ("-m", "pytest", "-q", "tests/solve/test_cluster.py"),
}
"""Rows that are programs of their own: their table is taken as it is printed, and their exit code as the verdict."""
ALL = (*ROWS, *SCRIPTS)
QUICK = tuple(row for row in ALL if row not in ("nation", "textbook", "metropolis"))


def main() -> int:
    """Run the rows asked for; exit 1 if an aim was missed."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--quick", action="store_true")
    words.add_argument("--only", default="")
    words.add_argument("--seeds", default="")
    words.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    words.add_argument("--out", type=Path, default=Path("out/scale"))
    asked = words.parse_args()
    rows = asked.only.split(",") if asked.only else QUICK if asked.quick else ALL
    unknown = [row for row in rows if row not in ALL]
    if unknown:
        words.error(f"rows are {', '.join(ALL)}, not {', '.join(unknown)}")
    seeds = tuple(map(int, asked.seeds.split(","))) if asked.seeds else (0,) if asked.quick else (0, 1, 2, 3, 4)
    setting = Setting(seeds, 0.1 if asked.quick else 1.0, asked.workers)
    lines: list[Line] = []
    for row in rows:
        found = ROWS[row](setting) if row in ROWS else [script(row)]
        for line in found:
            print(text(line), flush=True)
        lines += found
        write(lines, asked.out)
    return 1 if any(line.met is False for line in lines) else 0


def script(row: str) -> Line:
    """Run a program of its own."""
    if row != "dask" and not (ROOT / SCRIPTS[row][0]).exists():
        return Line(row, "-", "-", f"{SCRIPTS[row][0]} is not there", None)
    ran = subprocess.run([sys.executable, *SCRIPTS[row]], capture_output=True, text=True, check=False, cwd=ROOT)
    return Line(row, " ".join(SCRIPTS[row]), "exit code 0", (ran.stdout + ran.stderr[-500:]).strip(), ran.returncode == 0)


def text(line: Line) -> str:
    """Return a line of the table for a console."""
    verdict = {True: "met", False: "MISSED", None: ""}[line.met]
    return f"{line.row:10} {line.what}\n{'':10}   aim {line.aim}: {line.measured}  {verdict}"


def write(lines: Sequence[Line], out: Path) -> None:
    """Write what was measured so far: a run that is cut short keeps its rows."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "rows.json").write_text(json.dumps([dataclasses.asdict(line) for line in lines], ensure_ascii=False, indent=1), encoding="utf-8")
    (out / "rows.md").write_text(markdown(lines), encoding="utf-8")
    curves = [(line.what, name, curve) for line in lines for name, curve in line.curves if curve]
    if curves:
        figure(curves, out / "gap.svg")


def markdown(lines: Sequence[Line]) -> str:
    """Return the table to paste into docs/performance.md."""
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, highspy {version('highspy')}"
    command = f"`python benchmarks/run.py {' '.join(sys.argv[1:])}` on {machine}"
    head = [command, "", "| row | instance | aim | measured | met |", "| --- | --- | --- | --- | --- |"]
    verdict = {True: "yes", False: "**no**", None: ""}
    short = [line for line in lines if "\n" not in line.measured]
    rows = [f"| {line.row} | {line.what} | {line.aim} | {line.measured} | {verdict[line.met]} |" for line in short]
    long = [f"\n`{line.what}`:\n\n```\n{line.measured}\n```" for line in lines if line not in short]
    return "\n".join([*head, *rows, *long]) + "\n"


def figure(curves: Sequence[tuple[str, str, Sequence[Sequence[float]]]], path: Path) -> None:
    """Draw the gap of each run over its seconds."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    drawn, axes = pyplot.subplots(figsize=(8, 5))
    for what, name, curve in curves:
        gaps = [(second, 100 * (value - bound) / value) for second, value, bound in curve if 0 < bound <= value < 1e15]
        if gaps:
            axes.plot(*zip(*gaps, strict=True), marker=".", label=f"{name} ({what.split(',')[2].strip()})")
    axes.set(xlabel="seconds", ylabel="proven gap, %", xscale="log", yscale="log")
    axes.legend(fontsize=7)
    drawn.savefig(path, metadata={"Date": None})
    pyplot.close(drawn)


if __name__ == "__main__":
    sys.exit(main())
