"""Instances that benchmarks are run on: seeded, made up, with the shapes of towns, a city and a nation.

``county`` is the generator of the published comparison: towns of skewed sizes, estates scattered around town centres, sites near
estates, options with market-like prices; ``shape="dense"`` puts every estate into one connected metropolis. The same seed gives
the same instance with the same version of numpy.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from siteplanner.solve.siting import Longs, Siting, make_siting, spent_fen

KINDS = (("purchase", 0.5), ("lease", 0.6), ("swap", 0.2), ("new_build", 0.25))
YEARS = 10
LEASE_FIT_OUT_YUAN_M2 = 1200
BUDGET_PERCENT = 90


def county(estates: int, sites: int, seed: int = 0, shape: str = "county", reach_m: float = 850.0) -> tuple[Siting, Longs, list[str]]:
    """Return an instance without budgets, the capital that each option takes (fen), and its kind.

    Required area is 0.2 m² a dwelling, cut to 30 % of the sum of each reachable site's largest option, rounded up to the dm². Capital
    is the whole cost of what is bought, swapped or built, and the fit-out of what is leased: rent is no capital.
    """
    rng = np.random.default_rng(seed)
    towns = max(1, estates // 40)
    side = np.sqrt(towns) * (6000 if shape == "county" else 1600)
    centres = rng.uniform(0, side, (towns, 2))
    rng.integers(0, towns, estates)
    weight = rng.pareto(1.5, towns) + 0.3
    town = rng.choice(towns, estates, p=weight / weight.sum())
    spread = 500 * np.sqrt(np.maximum(np.bincount(town, minlength=towns), 1) / 12)
    estate_xy = centres[town] + rng.normal(0, 1, (estates, 2)) * spread[town][:, None]
    base = rng.integers(0, estates, sites)
    site_xy = estate_xy[base] + rng.normal(0, 250, (sites, 2))
    dwellings = np.exp(rng.normal(np.log(600), 0.7, estates)).round()
    near = cKDTree(site_xy).query_ball_point(estate_xy, reach_m)
    price = 9000 * np.exp(-np.linalg.norm(site_xy - centres[town[base]], axis=1) / 6000)
    options: list[tuple[int, int, int]] = []
    capital: list[int] = []
    kinds: list[str] = []
    for site in range(sites):
        area = round(max(np.exp(rng.normal(np.log(380), 0.5)), 205))
        draw = rng.random(4)
        offered: list[tuple[str, int, float]] = []
        if draw[0] < KINDS[0][1]:
            offered.append(("purchase", area, area * price[site] * rng.uniform(0.8, 1.2) + area * 1500))
        if draw[1] < KINDS[1][1]:
            rent = area * price[site] * 0.035 * 15 * rng.uniform(0.7, 1.3) * 0.75
            offered.append(("lease", area, rent + area * LEASE_FIT_OUT_YUAN_M2))
        if draw[2] < KINDS[2][1]:
            offered.append(("swap", area, area * price[site] * 0.35 * rng.uniform(0.6, 1.4) + area * 1300))
        if draw[3] < KINDS[3][1]:
            offered.append(("new_build", round(area * 1.5), area * 1.5 * rng.uniform(3500, 5200)))
        for kind, room, cost in offered:
            options.append((site, room * 100, round(cost * 100)))
            capital.append(room * LEASE_FIT_OUT_YUAN_M2 * 100 if kind == "lease" else round(cost * 100))
            kinds.append(kind)
    largest = np.zeros(sites)
    for site, room, _ in options:
        largest[site] = max(largest[site], room)
    supply = np.array([largest[reach].sum() for reach in near])
    required = np.ceil(np.minimum(20 * dwellings, 0.3 * supply) - 1e-6).astype(np.int64)
    return make_siting(required, near, sites, options), np.array(capital, dtype=np.int64), kinds


def with_years(siting: Siting, capital_fen: Longs, seed: int = 0) -> Siting:
    """Return the instance with ten yearly capital budgets that are no limits yet.

    Every option has the one year in which it can be had, drawn by seed. (Were the year free, discounting would put all spending of
    the plan without budgets into the last year, and nine of the ten budgets would be nothing.)
    """
    year = np.random.default_rng([seed, YEARS]).integers(0, YEARS, siting.options)
    spend = csr_array((capital_fen, (np.arange(siting.options), year)), shape=(siting.options, YEARS), dtype=np.int64)
    return replace(siting, spend_fen=spend, limit_fen=np.full(YEARS, np.iinfo(np.int64).max // 4, dtype=np.int64))


def with_budgets(siting: Siting, chosen: Longs) -> Siting:
    """Return the instance with each yearly budget at 90 % of what a plan made without budgets spends in that year."""
    return replace(siting, limit_fen=spent_fen(siting, chosen) * BUDGET_PERCENT // 100)
