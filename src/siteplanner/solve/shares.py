"""Who comes when, and how long: parts that wait for workers under one time limit."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Hashable, Mapping
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
GROWTH = 1.5
"""The power of its size by which a part gets time."""
SHORTEST_S = 0.5
"""Less is not worth beginning: every call of a solver costs tens of milliseconds."""


def in_turn(sizes: Mapping[K, int], workers: int) -> list[K]:
    """Return keys in the order in which to hand them out.

    The largest, one for every worker but one, come first, since all the rest can be done beside them; the rest follow from the smallest
    on, so that what the quick ones do not use is left to the slow ones. Equals stay in the order given.
    """
    falling = sorted(sizes, key=lambda key: -sizes[key])
    first = falling[: workers - 1]
    return [*first, *sorted((key for key in sizes if key not in set(first)), key=lambda key: sizes[key])]


class Shares(Generic[K]):
    """Seconds for each of several parts, so that none goes without a plan because another is hard.

    A part that begins gets its share of the workers' time that is not given away yet: work grows faster than size, by how much nobody
    knows. What it does not use falls to those that wait.
    """

    def __init__(self, sizes: Mapping[K, int], workers: int) -> None:
        self._weight: dict[K, float] = {key: math.pow(size + 1, GROWTH) for key, size in sizes.items()}
        self._workers, self._lock = workers, threading.Lock()
        self._ends: dict[K, float] = {}

    def begin(self, key: K, left: float | None) -> float | None:
        """Return the seconds for a part of those that are left; None where there is no limit."""
        with self._lock:
            now, waiting = time.monotonic(), sum(self._weight.values())
            weight = self._weight.pop(key)
            if left is None:
                return None
            given = sum(max(0.0, end - now) for end in self._ends.values())
            seconds = min(left, max(SHORTEST_S, (self._workers * left - given) * weight / waiting))
            self._ends[key] = now + seconds
            return seconds

    def end(self, key: K) -> None:
        """Take back what a part did not use."""
        with self._lock:
            self._ends.pop(key, None)
