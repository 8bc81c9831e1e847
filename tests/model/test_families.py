"""Each family of rows against a small golden listing, and the arrays against the PuLP problem they come from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from siteplanner.case.prepare import prepare
from siteplanner.model.build import FAMILIES, Model, build
from siteplanner.scenario.load import build_scenario, load_scenario
from siteplanner.solve.compile import compile_problem
from support.families import COUNTIES

GOLDEN = Path(__file__).parent / "golden"
SCENARIOS = Path(__file__).parents[2] / "scenarios"


def listing(model: Model, family: str) -> str:
    """Return the rows of a family as text: name, terms sorted by variable, sense, right-hand side."""
    senses = {-1: "<=", 0: "=", 1: ">="}
    lines = []
    for row in model.problem.constraints():
        if row.name.split(".")[0] == family:
            terms = " ".join(
                f"{coefficient:+.6g} {variable.name}" for variable, coefficient in sorted(row.items(), key=lambda t: t[0].name)
            )
            lines.append(f"{row.name}: {terms or '0'} {senses[row.sense]} {0.0 - row.constant:.6g}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("family", [*FAMILIES, "budget"])
def test_rows_of_each_family_are_the_golden_ones(family: str) -> None:
    """A county made for the family gives exactly the rows that were derived for it by hand; a family without one fails."""
    model = build(prepare(build_scenario(*COUNTIES[family]())))
    rows = listing(model, family)
    assert rows.strip(), f"the county made for {family} has no row of it"
    assert rows == (GOLDEN / f"{family}.txt").read_text(encoding="utf-8")


def test_every_row_belongs_to_a_known_family() -> None:
    """No row is unnamed or of a family without a golden listing."""
    model = build(prepare(load_scenario(SCENARIOS / "tonglu")))
    found = {row.name.split(".")[0] for row in model.problem.constraints()}
    assert found <= {*FAMILIES, "budget"}
    assert {path.stem for path in GOLDEN.glob("*.txt")} == {*FAMILIES, "budget"}


@pytest.mark.parametrize("name", ["toy", "tonglu"])
def test_the_arrays_say_what_the_problem_says(name: str) -> None:
    """Row by row, the compiled matrix has PuLP's coefficients, bounds and sense at a random point."""
    model = build(prepare(load_scenario(SCENARIOS / name)))
    variables = model.variables.every()
    compiled = compile_problem(model.problem, variables)
    point = np.random.default_rng(0).uniform(0, 1, compiled.columns)
    for variable, value in zip(variables, point, strict=True):
        variable.varValue = float(value)
    activity = compiled.matrix @ point
    assert len(compiled.row_names) == len(model.problem.constraints())
    for n, row in enumerate(model.problem.constraints()):
        assert compiled.row_names[n] == row.name
        assert activity[n] == pytest.approx(row.value() - row.constant, abs=1e-6)
        assert (np.isfinite(compiled.row_lower[n]), np.isfinite(compiled.row_upper[n])) == (row.sense >= 0, row.sense <= 0)
    assert compiled.integer.sum() == sum(v.cat == "Integer" for v in variables)
