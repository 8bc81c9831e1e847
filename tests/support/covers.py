"""Covering problems of middling size, hard enough that a solver does not see through them at once."""

from __future__ import annotations

import numpy as np
from scipy.sparse import block_diag, csr_array

from siteplanner.model.objective import Level
from siteplanner.model.variables import Expr
from siteplanner.solve.compile import Compiled
from siteplanner.solve.levels import Goal

SIZE = 40


def covers(seed: int, parts: int) -> tuple[Compiled, np.ndarray]:
    """Return covering problems that share no row: in each, sites of random cost, every estate near an eighth of them; and the costs."""
    rng = np.random.default_rng(seed)
    blocks = [rng.random((SIZE, SIZE)) < 0.125 for _ in range(parts)]
    for block in blocks:
        block[np.arange(SIZE), rng.integers(0, SIZE, SIZE)] = True
    matrix = csr_array(block_diag([csr_array(block.astype(float)) for block in blocks], format="csr"))
    count = SIZE * parts
    names = tuple(f"requirement.{n}" for n in range(count))
    column = {f"x{n}": n for n in range(count)}
    ones, zeros = np.ones(count), np.zeros(count)
    compiled = Compiled(column, zeros, ones, ones.astype(bool), matrix, ones, np.full(count, np.inf), names)
    return compiled, rng.integers(10, 20, count).astype(float)


def cost_of(costs: np.ndarray, constant: float) -> Goal:
    """Return a level of cost in 万元."""
    return Goal(Level("least_cost", "fen", {"all": Expr()}, 1e6, 1e-6), costs, constant)
