"""Small random siting problems in compiled form, and their optimum by trying every choice."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from scipy.sparse import csr_array

from siteplanner.solve.compile import Compiled, Floats
from siteplanner.solve.dense.relaxation import exact_needs
from siteplanner.solve.dense.web import Web, weave
from siteplanner.solve.shrink import with_groups
from siteplanner.solve.siting import Siting, assemble, make_siting, split_siting
from siteplanner.units import FEN_PER_WAN


@dataclass(frozen=True, slots=True)
class SmallSiting:
    """Needs of estates, the sites each can reach, and per site its options (area, cost); whole numbers."""

    needs: tuple[int, ...]
    near: tuple[tuple[int, ...], ...]
    options: tuple[tuple[tuple[int, int], ...], ...]

    def flat(self) -> list[tuple[int, int, int]]:
        """Return (site, area, cost) of every option."""
        return [(site, area, cost) for site, ways in enumerate(self.options) for area, cost in ways]

    def serves(self, areas: tuple[int, ...]) -> bool:
        """Return whether areas of sites serve every estate: no group of estates needs more than its sites hold together."""
        estates = range(len(self.needs))
        return all(
            sum(areas[j] for j in {j for i in group for j in self.near[i]}) >= sum(self.needs[i] for i in group)
            for size in range(1, len(self.needs) + 1)
            for group in combinations(estates, size)
        )

    def optimum(self) -> int:
        """Return the least cost, by trying every choice."""
        ways = [((0, 0), *site) for site in self.options]
        costs = [sum(cost for _, cost in choice) for choice in product(*ways) if self.serves(tuple(area for area, _ in choice))]
        return min(costs)

    def compiled(self) -> tuple[Compiled, Floats]:
        """Return rows (choice, capacity, links, requirement) and costs; columns are options, then pairs."""
        flat = self.flat()
        pairs = [(i, j) for i, near in enumerate(self.near) for j in near]
        rows: list[tuple[str, dict[int, float], float, float]] = []
        for j in range(len(self.options)):
            own = {o: float(area) for o, (site, area, _) in enumerate(flat) if site == j}
            rows.append(("choice.", dict.fromkeys(own, 1.0), -np.inf, 1.0))
            held = {len(flat) + p: 1.0 for p, (_, site) in enumerate(pairs) if site == j}
            rows.append(("credit.cohort.", {**{o: -area for o, area in own.items()}, **held}, -np.inf, 0.0))
            for p, (i, site) in enumerate(pairs):
                if site == j:
                    link = {o: -min(area, self.needs[i]) for o, area in own.items()}
                    rows.append(("credit.link.", {**link, len(flat) + p: 1.0}, -np.inf, 0.0))
        for i, need in enumerate(self.needs):
            rows.append(("requirement.", {len(flat) + p: 1.0 for p, (k, _) in enumerate(pairs) if k == i}, float(need), np.inf))
        matrix = np.zeros((len(rows), len(flat) + len(pairs)))
        for n, (_, terms, _, _) in enumerate(rows):
            for column, value in terms.items():
                matrix[n, column] = value
        columns = len(flat) + len(pairs)
        problem = Compiled(
            column={},
            lower=np.zeros(columns),
            upper=np.array([1.0] * len(flat) + [float(self.needs[i]) for i, _ in pairs]),
            integer=np.arange(columns) < len(flat),
            matrix=csr_array(matrix),
            row_lower=np.array([low for _, _, low, _ in rows]),
            row_upper=np.array([high for _, _, _, high in rows]),
            row_names=tuple(f"{name}{n}" for n, (name, _, _, _) in enumerate(rows)),
        )
        return problem, np.array([float(cost) for _, _, cost in flat] + [0.0] * len(pairs))


def random_siting(seed: int, estates: int = 7, sites: int = 6) -> SmallSiting:
    """Return a siting problem along a street: every estate reaches the two or three sites nearest to it, which can serve it."""
    rng = np.random.default_rng(seed)
    home, place = np.sort(rng.uniform(0, 10, estates)), np.sort(rng.uniform(0, 10, sites))
    near = tuple(tuple(sorted(np.argsort(np.abs(place - x))[: int(rng.integers(2, 4))].tolist())) for x in home)
    options = tuple(
        tuple((int(area), int(area * rng.uniform(2, 4)) + 10) for area in ({int(rng.integers(20, 40)), int(rng.integers(40, 60))}))
        for _ in range(sites)
    )
    return SmallSiting(tuple(int(n) for n in rng.integers(5, 20, estates)), near, options)


def town(estates: int, sites: int, seed: int) -> Siting:
    """Return a synthetic town: estates and sites scattered in a square, one or two options a site; everybody can be served."""
    draw = np.random.default_rng(seed)
    side = np.sqrt(estates) * 250.0
    at, place = draw.uniform(0, side, (estates, 2)), draw.uniform(0, side, (sites, 2))
    near = [np.flatnonzero(np.hypot(*(place - home).T) <= 600.0).tolist() for home in at]
    options: list[tuple[int, int, int]] = []
    supply = np.zeros(sites)
    for site in range(sites):
        area = int(draw.integers(200, 700))
        options.append((site, area * 100, int(area * draw.uniform(0.35, 0.6) * FEN_PER_WAN)))
        if draw.random() < 0.4:
            area = area * 3 // 2
            options.append((site, area * 100, int(area * draw.uniform(0.35, 0.6) * FEN_PER_WAN)))
        supply[site] = area
    needs = [int(min(draw.integers(60, 250), 0.3 * supply[reach].sum())) * 100 for reach in near]
    return make_siting(needs, near, sites, options)


def town_part(seed: int, estates: int, *, groups: bool = False) -> tuple[Compiled, Floats]:
    """Return the rows of the largest part of a town, with a row for each group of near estates if asked, and its costs in 万元."""
    part = max((found for found, _ in split_siting(town(estates, estates * 2, seed))), key=lambda found: found.estates)
    compiled, costs = assemble(part, budgets=False)
    return with_groups(compiled, part) if groups else compiled, costs


def woven_part(seed: int, estates: int) -> tuple[Web, Floats]:
    """Return such a part as a web, with requirements as equations."""
    compiled, costs = town_part(seed, estates)
    return weave(exact_needs(compiled, costs, weave(compiled).needs)), costs
