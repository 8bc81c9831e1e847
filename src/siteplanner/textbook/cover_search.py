"""The search for a cheapest cover: reduce, split into connected parts, branch and bound on what is left."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array

from siteplanner.textbook.answer import NONE, Bools, Floats, Ints, NoSiting, Step, listed
from siteplanner.textbook.reduce import components, dominated_columns, equal_rows, implied_rows
from siteplanner.textbook.solving import Deadline, Rows, ask, whole_step

_HALF = 0.5
_BATCH = 60
"""Parts of fewer columns are solved together: every call of a solver costs tens of milliseconds."""


@dataclass(slots=True)
class Cover:
    """A covering problem as it shrinks: rows still to be covered, columns still open to choice, columns chosen."""

    matrix: csr_array
    weights: Floats
    times: Ints
    fixed: Bools
    forbidden: Bools
    deadline: Deadline
    target: float | None = None
    steps: list[Step] = field(default_factory=list)

    def solve(self) -> tuple[Bools, float]:
        """Return which columns are chosen (shape: columns), and a bound on the weight."""
        choice = csr_array(self.matrix[:, ~self.forbidden])
        lacking = np.flatnonzero(np.diff(choice.indptr) < self.times)
        if len(lacking):
            raise NoSiting("uncovered", customers=listed(lacking))
        chosen = self.fixed.copy()
        open_columns = np.flatnonzero(~self.forbidden & ~self.fixed)
        left = self.times - self.matrix[:, self.fixed].sum(axis=1).astype(np.int64)
        kept = np.flatnonzero(left > 0)
        self._note("rows met by predefined sites", len(left), len(kept))
        matrix, times = csr_array(self.matrix[kept][:, open_columns]), left[kept]
        matrix.sort_indices()
        matrix, times, open_columns, taken = self._shrink(matrix, times, open_columns)
        chosen[taken] = True
        bound = float(self.weights[chosen].sum())
        parts = self._parts(matrix)
        target = self.target - bound if self.target is not None and len(parts) == 1 else None
        for part_rows, part_columns in parts:
            part = csr_array(matrix[part_rows][:, part_columns])
            marks, part_bound = self._branch(part, times[part_rows], open_columns[part_columns], target)
            chosen[marks] = True
            bound += part_bound
        return self._without_idle(chosen), bound

    def _shrink(self, matrix: csr_array, times: Ints, open_columns: Ints) -> tuple[csr_array, Ints, Ints, Ints]:
        """Reduce until nothing changes; return what is left and the columns that every answer has."""
        taken: list[Ints] = []
        while matrix.shape[0]:
            before = matrix.shape
            first, group = equal_rows(matrix)
            most = np.zeros(len(first), dtype=np.int64)
            np.maximum.at(most, group, times)
            matrix, times = csr_array(matrix[first]), most
            self._note("rows of equal coverage merged", before[0], len(first))
            implied = implied_rows(matrix, times)
            self._note("rows implied by others", matrix.shape[0], matrix.shape[0] - int(implied.sum()))
            matrix, times = csr_array(matrix[~implied]), times[~implied]
            if (times == 1).all():
                worse = dominated_columns(matrix, self.weights[open_columns])
                self._note("dominated columns", matrix.shape[1], matrix.shape[1] - int(worse.sum()))
                matrix, open_columns = csr_array(matrix[:, ~worse]), open_columns[~worse]
            essential = self._essential(matrix, times)
            if essential.any():
                taken.append(open_columns[essential])
                left = times - matrix[:, essential].sum(axis=1).astype(np.int64)
                self._note("essential columns", matrix.shape[1], matrix.shape[1] - int(essential.sum()))
                matrix, times, open_columns = csr_array(matrix[left > 0][:, ~essential]), left[left > 0], open_columns[~essential]
            matrix.sort_indices()
            if matrix.shape == before:
                break
        return matrix, times, open_columns, np.concatenate(taken) if taken else np.zeros(0, dtype=np.int64)

    def _essential(self, matrix: csr_array, times: Ints) -> Bools:
        """Return the columns that every answer has: a row has no more columns than it must be covered times."""
        tight = np.diff(matrix.indptr) == times
        return np.isin(np.arange(matrix.shape[1]), csr_array(matrix[tight]).indices)

    def _parts(self, matrix: csr_array) -> list[tuple[Ints, Ints]]:
        if not matrix.shape[0]:
            return []
        row_label, column_label = components(matrix)
        size = np.bincount(column_label, minlength=int(max(row_label.max(), column_label.max())) + 1)
        used = np.unique(row_label)
        small = used[size[used] < _BATCH]
        batch = np.cumsum(size[small]) // (4 * _BATCH)
        groups = [used[size[used] >= _BATCH][n : n + 1] for n in range(int((size[used] >= _BATCH).sum()))]
        groups += [small[batch == n] for n in np.unique(batch)]
        self._note("connected parts", 1, len(used))
        return [(np.flatnonzero(np.isin(row_label, group)), np.flatnonzero(np.isin(column_label, group))) for group in groups]

    def _branch(self, matrix: csr_array, times: Ints, numbers: Ints, target: float | None) -> tuple[Ints, float]:
        """Ask the solver about one part, from a greedy start; return the chosen columns and the bound."""
        weights = self.weights[numbers]
        rows = Rows(len(numbers))
        rows.add(matrix, np.arange(len(numbers)), times.astype(np.float64), np.inf)
        program = rows.program(weights, np.ones(len(numbers)), np.ones(len(numbers), dtype=np.bool_))
        start = greedy(matrix, weights, times)
        if target is not None and weights[start].sum() <= target:
            return numbers[start], 0.0
        answer = ask(program, self.deadline, start=start.astype(np.float64), step=whole_step(weights), target=target)
        # A bound below 0 says nothing; the weights are not negative.
        return numbers[start if answer.point is None else answer.point > _HALF], max(0.0, answer.bound)

    def _without_idle(self, chosen: Bools) -> Bools:
        """Return the choice without those columns, not predefined, that could be left out (they can only have weight 0)."""
        spare = self.matrix[:, chosen].sum(axis=1) - self.times
        for column in np.flatnonzero(chosen & ~self.fixed)[::-1].tolist():
            covered = self.matrix[:, [column]].toarray().ravel()
            if (spare >= covered).all():
                spare = spare - covered
                chosen[column] = False
        return chosen

    def _note(self, name: str, before: int, after: int) -> None:
        if before != after:
            self.steps.append(Step(name, before, after))


def greedy(matrix: csr_array, weights: Floats, times: Ints) -> Bools:
    """Return a cover made by taking, again and again, the column that covers most still lacking per weight (shape: columns)."""
    columns = csr_array(matrix.T)
    columns.sort_indices()
    left, chosen = times.astype(np.float64), np.zeros(matrix.shape[1], dtype=np.bool_)
    gain = columns @ (left > 0).astype(np.float64)
    while (left > 0).any():
        rate = np.where(chosen, -1.0, gain / np.maximum(weights, 1e-12))
        best = int(rate.argmax())
        chosen[best] = True
        rows = columns.indices[columns.indptr[best] : columns.indptr[best + 1]]
        left[rows] -= 1
        met = rows[left[rows] == 0]
        if len(met):
            gain -= csr_array(matrix[met]).sum(axis=0)
    return chosen


def covering_site(matrix: csr_array, chosen: Bools) -> Ints:
    """Return the lowest-numbered chosen site that covers each customer, -1 where none does (shape: rows)."""
    numbers = np.flatnonzero(chosen)
    part = csr_array(matrix[:, numbers])
    part.sort_indices()
    found = np.full(matrix.shape[0], NONE, dtype=np.int64)
    some = np.flatnonzero(np.diff(part.indptr))
    found[some] = numbers[part.indices[part.indptr[some]]]
    return found
