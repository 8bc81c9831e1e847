"""Small random instances for the textbook models, and every choice of sites to compare with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from siteplanner.textbook import NoSiting, Siting


@dataclass(frozen=True)
class Small:
    """A handful of customers and sites on a 20 × 20 grid; `distances` has pairs that may not be, `plain` has none."""

    plain: np.ndarray
    distances: np.ndarray
    between: np.ndarray
    cover: np.ndarray
    demand: np.ndarray
    weights: np.ndarray
    capacity: np.ndarray
    fixed_costs: np.ndarray
    p: int
    predefined: tuple[int, ...]
    forbidden: tuple[int, ...]

    @property
    def rules(self) -> dict[str, tuple[int, ...]]:
        """Return the predefined and forbidden sites as keyword arguments."""
        return {"predefined": self.predefined, "forbidden": self.forbidden}

    def choices(self, p: int | None = None) -> Iterator[list[int]]:
        """Yield every choice (of p sites, or of any number) that keeps predefined and forbidden sites."""
        sites = range(self.plain.shape[1])
        for count in range(1, len(sites) + 1) if p is None else [p]:
            for chosen in combinations(sites, count):
                if set(self.predefined) <= set(chosen) and not set(self.forbidden) & set(chosen):
                    yield list(chosen)


def small(seed: int) -> Small:
    """Return the instance of a seed: 3 to 6 customers, 3 to 6 sites."""
    draw = np.random.default_rng(seed)
    customers, sites = int(draw.integers(3, 7)), int(draw.integers(3, 7))
    here, there = draw.integers(0, 20, (customers, 2)).astype(float), draw.integers(0, 20, (sites, 2)).astype(float)
    apart = np.round(np.hypot(*(here[:, None] - there).transpose(2, 0, 1)), 2)
    radius = float(draw.uniform(4, 14))
    forbidden = (int(draw.integers(sites)),) if draw.random() < 0.3 else ()
    predefined = tuple({int(draw.integers(sites))} - set(forbidden)) if draw.random() < 0.3 else ()
    return Small(
        plain=apart,
        distances=np.where(apart <= 1.5 * radius, apart, np.inf),
        between=np.round(np.hypot(*(there[:, None] - there).transpose(2, 0, 1)), 2),
        cover=apart <= radius,
        demand=draw.integers(0, 9, customers).astype(float),
        weights=draw.integers(0, 6, sites).astype(float),
        capacity=draw.integers(3, 25, sites).astype(float),
        fixed_costs=draw.integers(0, 40, sites).astype(float),
        p=min(int(draw.integers(2, 5)), sites - len(forbidden)),
        predefined=predefined,
        forbidden=forbidden,
    )


def value_of(call: Callable[[], Siting]) -> float | None:
    """Return the value of a call that must be proven, None where it says that there is no answer."""
    try:
        found = call()
    except NoSiting:
        return None
    assert found.proven and found.status == "optimal" and found.gap == 0 and found.bound == found.value
    return found.value


def least(values: list[float]) -> float | None:
    """Return the least finite value, None where there is none."""
    best = min(values, default=np.inf)
    return float(best) if np.isfinite(best) else None
