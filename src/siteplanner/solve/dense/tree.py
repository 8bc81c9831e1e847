"""Branch and bound over whole choices alone: the proof of a small part, shared out among workers.

A worker goes down from a node, and after so many nodes puts what it has left back and takes the node with the least bound: the bound
rises, and steps from node to node stay short. Choices are branched on by what doing so has brought at other nodes, tried out at first.
Source: Achterberg, Koch, Martin, Branching rules revisited, Operations Research Letters 33 (2005).
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from siteplanner.solve.compile import Floats
from siteplanner.solve.dense.bare import Bare, BareRelaxation, Point, root
from siteplanner.solve.dense.groups import credit
from siteplanner.solve.dense.web import Indices

_DIVE = 50
"""Nodes that a worker goes through below one before it looks at others."""
_CUT_EVERY, _TIDY_EVERY = 20, 10
"""Nodes from one round of cuts to the next, and from one look at rows that have become slack to the next."""
_TRIED, _TRIALS = 8, 4
"""Choices that are tried out at a node at most; one is relied on after so many trials either way."""
_LEAST = 1e-3
"""万元 that branching brings at least, lest it be thought to bring nothing."""
_HALF = 0.5
_MARGIN = 1e-6
_IDLE_S = 0.002


@dataclass(order=True, slots=True)
class Node:
    """What is settled where a plan is sought, a bound on it, and the branching that led here.

    Attributes
    ----------
    settled : array of int8, shape (choices,)
        0 or 1, −1 for open: many nodes wait at a time.
    """

    bound: float
    number: int
    settled: NDArray[np.int8] = field(compare=False)
    branching: tuple[int, int, float, float] | None = field(compare=False, default=None)
    """1 for up (0: down), the choice, by how much it was moved, and the bound before."""

    def bounds(self) -> tuple[Floats, Floats]:
        """Return lower and upper bounds of the choices."""
        return (self.settled == 1).astype(np.float64), (self.settled != 0).astype(np.float64)


@dataclass(slots=True)
class Tree:
    """What the workers of one tree share.

    Attributes
    ----------
    value : callable
        Value of the best plan known.
    gap : callable
        What may be left open below a value.
    over : callable
        Whether to stop.
    found : callable
        Takes every better plan, as a whole choice.
    places : int
        How many workers may search at a time; others give back what they have.
    broken : bool
        Whether the relaxation could not be solved somewhere, so that the tree proves nothing.
    """

    bare: Bare
    value: Callable[[], float]
    gap: Callable[[float], float]
    over: Callable[[], bool]
    found: Callable[[Floats], None]
    places: int = 1
    broken: bool = False
    ready: bool = False
    nodes: int = 0
    best: float = float("inf")
    relaxed: BareRelaxation | None = None
    lock: Lock = field(default_factory=Lock)
    _open: list[Node] = field(default_factory=list)
    _held: dict[int, list[Node]] = field(default_factory=dict)
    """The nodes that each worker has to itself."""
    _idle: int = 0
    _workers: dict[int, _Worker] = field(default_factory=dict)

    def limit(self) -> float:
        """Return the value from which on plans are of no interest."""
        value = min(self.value(), self.best)
        return value - self.gap(value) if np.isfinite(value) else value

    def bound(self) -> float:
        """Return what every plan costs at least, as far as is proven; −∞ before the root is through."""
        with self.lock:
            if not self.ready or self.broken:
                return -float("inf")
            held = (node.bound for nodes in self._held.values() for node in nodes)
            return min([self.limit(), *(node.bound for node in self._open[:1]), *held])

    def done(self) -> bool:
        """Return whether nothing is left to search."""
        with self.lock:
            return self.ready and not self._open and not any(self._held.values())

    def plant(self) -> None:
        """Solve the root."""
        try:
            self.relaxed, at = root(self.bare, self.limit(), self.over)
        except ArithmeticError:
            self.broken = True
            return
        with self.lock:
            if at is not None:
                self._open.append(Node(at.value, 0, _as_settled(self.bare.lower, self.bare.upper)))
            self.ready = True

    def take(self, me: int, tired: bool) -> Node | None:
        """Return the next node for a worker; None where there is none by now."""
        with self.lock:
            mine = self._held.setdefault(me, [])
            if tired or (self._idle and not self._open):
                # All, or the highest of them for others who have nothing to do.
                given = mine[:] if tired else mine[: len(mine) > 1]
                for node in given:
                    heapq.heappush(self._open, node)
                del mine[: len(given)]
            if not mine and self._open:
                mine.append(heapq.heappop(self._open))
            return mine[-1] if mine else None

    def replace(self, me: int, node: Node, below: list[Node]) -> None:
        """Put what was found below a node in its place."""
        with self.lock:
            self._held[me].remove(node)
            for child in below:
                self.nodes += 1
                child.number = self.nodes
            self._held[me] += below

    def offer(self, point: Floats, value: float) -> None:
        """Take a whole choice that serves everybody."""
        with self.lock:
            self.best = min(self.best, value)
        self.found(self.bare.plan(point))

    def rest(self) -> None:
        """Wait for others to leave something to do."""
        with self.lock:
            self._idle += 1
        time.sleep(_IDLE_S)
        with self.lock:
            self._idle -= 1

    def search(self, me: int) -> None:
        """Search until nothing is left, or as long as worker number `me` may; to be called after the root."""
        assert self.relaxed is not None
        worker = self._workers.get(me) or _Worker(self, self.relaxed.copy())
        self._workers[me] = worker
        since = 0
        try:
            while me < self.places and not (self.over() or self.broken or self.done()):
                node = self.take(me, since >= _DIVE)
                since = 0 if since >= _DIVE else since + 1
                if node is None:
                    self.rest()
                else:
                    self.replace(me, node, worker.below(node))
        except ArithmeticError:
            self.broken = True
        with self.lock:
            for node in self._held.pop(me, []):
                heapq.heappush(self._open, node)


@dataclass(slots=True)
class _Worker:
    tree: Tree
    relaxed: BareRelaxation
    seen: int = 0
    brought: Floats = field(init=False)
    """What going down and up with each choice has brought, for one whole choice, added up (shape (2, choices))."""
    trials: Floats = field(init=False)
    """How often that was seen."""

    def __post_init__(self) -> None:
        self.brought = np.zeros((2, len(self.relaxed.bare.costs)))
        self.trials = np.zeros((2, len(self.relaxed.bare.costs)))

    def below(self, node: Node) -> list[Node]:
        """Return the nodes to search in place of one."""
        limit = self.tree.limit()
        if node.bound >= limit:
            return []
        lower, upper = node.bounds()
        at = self.relaxed.serve(self.relaxed.solve(lower, upper, limit), 1)
        self.seen += 1
        if self.seen % _CUT_EVERY == 0:
            at = self.relaxed.cut(at)
        if at is not None and self.seen % _TIDY_EVERY == 0:
            self.relaxed.tidy()
        if node.branching is not None:
            up, choice, moved, before = node.branching
            self.learn(up, choice, moved, (limit if at is None else at.value) - before)
        while at is not None:
            lower, upper = _settled(at, lower, upper, limit)
            undecided = at.undecided(lower, upper)
            if len(undecided):
                both = self.branch(at, lower, upper, undecided, limit)
                if len(both) != 1:
                    return both
                lower, upper = both[0].bounds()
                at = self.relaxed.solve(lower, upper, limit)
            else:
                at = self.whole(lower, upper, limit)
        return []

    def whole(self, lower: Floats, upper: Floats, limit: float) -> Point | None:
        """Take the relaxation's whole point within bounds if it serves everybody (None), else return the relaxation with what it lacks.

        It is solved within these bounds first: a choice that is settled by its reduced cost alone may be fractional once rows are added.
        """
        served = self.relaxed.serve(self.relaxed.solve(lower, upper, limit), lack=_MARGIN)
        if served is None or len(served.undecided(lower, upper)):
            return served
        point = np.rint(served.point)
        demand = self.relaxed.bare.demand
        short, _ = credit(demand, point, np.zeros((0, len(demand.need)), dtype=np.bool_))
        if short:
            raise ArithmeticError("the relaxation's point is no whole one")
        self.tree.offer(point, float(self.relaxed.bare.costs @ point))
        return None

    def branch(self, at: Point, lower: Floats, upper: Floats, undecided: Indices, limit: float) -> list[Node]:
        """Return both branches of the choice that promises most; one where the other is of no interest, none where neither is."""
        part, gap = at.point[undecided], limit - at.value
        often = np.maximum(1.0, self.trials[:, undecided])
        mean = self.brought.sum(axis=1) / np.maximum(1.0, self.trials.sum(axis=1))
        each = np.where(self.trials[:, undecided] > 0, self.brought[:, undecided] / often, mean[:, None])
        likely = _score(each[0] * part, each[1] * (1 - part), gap)
        best: tuple[float, list[Node]] | None = None
        for n in np.argsort(-likely, kind="stable")[:_TRIED].tolist():
            choice, x = int(undecided[n]), float(part[n])
            nodes = _branches(at.value, _as_settled(lower, upper), choice, x)
            score = float(likely[n])
            if self.trials[:, choice].min() < _TRIALS:
                for node in nodes:
                    tried, up = self.relaxed.solve(*node.bounds(), limit), int(node.settled[choice])
                    node.bound = limit if tried is None else tried.value
                    self.learn(up, choice, 1 - x if up else x, node.bound - at.value)
                left = [node for node in nodes if node.bound < limit]
                if len(left) < len(nodes):
                    return left
                gains = np.array([node.bound - at.value for node in nodes])
                score = float(_score(gains[:1], gains[1:], gap)[0])
            if best is None or score > best[0]:
                best = (score, nodes)
        assert best is not None
        return best[1]

    def learn(self, up: int, choice: int, moved: float, gain: float) -> None:
        """Take note of what branching has brought."""
        self.brought[up, choice] += max(0.0, gain) / moved
        self.trials[up, choice] += 1


def _score(down: Floats, up: Floats, gap: float) -> Floats:
    """Return how much both branches of choices promise together, each at most what is left to prove."""
    return np.maximum(np.minimum(down, gap), _LEAST) * np.maximum(np.minimum(up, gap), _LEAST)


def _as_settled(lower: Floats, upper: Floats) -> NDArray[np.int8]:
    """Return what bounds of choices settle, −1 where they are open."""
    return np.where(lower < upper, -1, lower).astype(np.int8)


def _branches(bound: float, settled: NDArray[np.int8], choice: int, part: float) -> list[Node]:
    """Return both branches of a choice, the likelier one last: it is searched first."""
    without, with_it = settled.copy(), settled.copy()
    without[choice], with_it[choice] = 0, 1
    down, up = Node(bound, 0, without, (0, choice, part, bound)), Node(bound, 0, with_it, (1, choice, 1 - part, bound))
    return [down, up] if part > _HALF else [up, down]


def _settled(at: Point, lower: Floats, upper: Floats, limit: float) -> tuple[Floats, Floats]:
    """Return bounds with those choices settled that a relaxation finds too dear to make, or to leave out."""
    room, open_ = limit - at.value + _MARGIN, lower < upper
    none, one = open_ & (at.reduced > room), open_ & (at.reduced < -room)
    return np.where(one, 1.0, lower), np.where(none, 0.0, upper)
