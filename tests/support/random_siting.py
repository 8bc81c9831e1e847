"""Small random siting problems, as arrays and as scenarios, and their best plan by enumeration."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import yaml
from scipy.sparse import csr_array

from siteplanner.scenario.load import build_scenario
from siteplanner.scenario.schema import Scenario
from siteplanner.solve.siting import Siting, make_siting, short_dm2, spent_fen

PACK = yaml.safe_load((Path(__file__).resolve().parents[1] / "published" / "coverage.yaml").read_text(encoding="utf-8"))
AREA_TEST = {"test": "per_hundred", "value": {"value": 100, "unit": "m2_per_100", "clause": "C1"}, "rounding": "pro_rata"}
"""A square metre a dwelling, so that needs are plain numbers."""


def random_siting(seed: int, estates: int = 6, sites: int = 6, *, near: float = 0.4, budgets: int = 0) -> Siting:
    """Return a problem that can be solved, budgets apart; needs and areas are whole m², costs whole yuan."""
    draw = np.random.default_rng(seed)
    reach = [np.flatnonzero(draw.random(sites) < near).tolist() or [int(draw.integers(sites))] for _ in range(estates)]
    options = [
        (site, int(draw.integers(2, 9)) * 1000, int(draw.integers(1, 60)) * 10_000) for site in range(sites) for _ in range(1 + site % 2)
    ]
    largest = np.zeros(sites, dtype=np.int64)
    for site, area, _ in options:
        largest[site] = max(largest[site], area)
    sharing = np.bincount([site for row in reach for site in row], minlength=sites)
    fair = [sum(int(largest[site]) // int(sharing[site]) for site in row) for row in reach]
    required = [int(draw.integers(1, max(2, most // 100))) * 100 for most in fair]
    spend = csr_array(draw.integers(0, 2, (len(options), budgets)) * np.array([[fen] for _, _, fen in options], dtype=np.int64))
    limits = [int(spend[:, [b]].sum() * 0.4) for b in range(budgets)]
    return make_siting(required, reach, sites, options, spend, limits)


def best_by_enumeration(siting: Siting) -> int | None:
    """Return the least cost over every choice of options, fen; None where none obeys needs and budgets."""
    choices = [[-1, *np.flatnonzero(siting.option_site == site).tolist()] for site in range(siting.sites)]
    best: int | None = None
    for picks in product(*choices):
        chosen = np.array([option for option in picks if option >= 0], dtype=np.int64)
        fen = int(siting.option_fen[chosen].sum())
        if (best is None or fen < best) and (spent_fen(siting, chosen) <= siting.limit_fen).all() and not short_dm2(siting, chosen).any():
            best = fen
    return best


def scenario_of_siting(siting: Siting) -> Scenario:
    """Return the problem as a scenario: its sites bought at a price, one budget line a year of capital where it has budgets."""
    standard = {**{k: v for k, v in PACK["standards"][0].items()}, "tests": [AREA_TEST], "sharing": "shared_capacity"}
    pack = {**PACK, "standards": [standard]}
    settings = {
        "title": "siting", "policy": "coverage-test", "county": "-", "base_date": "2020-01-01", "synthetic": "true",
        "inputs": {"circle": "1"},
        "walking": {"method": "table", "source": "test"},
        "finance": {"base_year": "2020", "horizon_years": "1", "rate": "0"},
    }  # fmt: skip
    estate, site = siting.pairs()
    tables = {
        "estates": [
            {"estate": f"E{i:03}", "name": f"E{i}", "township": "T", "dwellings": str(need // 100)}
            for i, need in enumerate(siting.required_dm2)
        ],
        "sites": [{"site": f"S{j:03}", "name": f"S{j}", "township": "T"} for j in range(siting.sites)],
        "options": [
            {"option": f"O{o:03}", "site": f"S{j:03}", "kind": "purchase", "area_m2": str(a // 100), "price_yuan": str(fen // 100)}
            for o, (j, a, fen) in enumerate(zip(siting.option_site, siting.option_dm2, siting.option_fen, strict=True))
        ],
        "walks": [{"estate": f"E{i:03}", "place": f"S{j:03}", "seconds": "60"} for i, j in zip(estate, site, strict=True)],
        "budgets": [
            {"budget": f"B{b}", "payer": "payer", "years": "2020", "measure": "gross_capital", "limit_yuan": str(fen // 100)}
            for b, fen in enumerate(siting.limit_fen)
        ],
    }
    return build_scenario(settings, tables, pack_tree=pack)


def without_budgets(siting: Siting) -> Siting:
    """Return the problem without its budgets."""
    return replace(siting, spend_fen=csr_array((siting.options, 0), dtype=np.int64), limit_fen=np.zeros(0, dtype=np.int64))
