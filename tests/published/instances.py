"""Published instances as scenarios: set covering of the OR-Library and the stores of San Francisco (data/README.md)."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from pathlib import Path

import yaml

from siteplanner.scenario.load import build_scenario
from siteplanner.scenario.schema import Scenario

HERE = Path(__file__).parent
DATA = HERE / "data"
PACK = yaml.safe_load((HERE / "coverage.yaml").read_text(encoding="utf-8"))
AREA_M2 = "100"
IN_REACH_S = "60"
METRES_PER_MINUTE = 50
Rows = list[dict[str, str]]


def coverage_scenario(
    title: str, walks: Rows, estates: Sequence[str], prices_yuan: dict[str, int], *, objective: str, circle_minutes: int
) -> Scenario:
    """Return a scenario in which every estate needs one place within its circle, each site to be had at one price."""
    settings = {
        "title": title,
        "policy": "coverage-test",
        "county": "-",
        "base_date": "2020-01-01",
        "synthetic": "false",
        "inputs": {"circle": str(circle_minutes)},
        "walking": {"method": "table", "source": title},
        "finance": {"base_year": "2020", "horizon_years": "1", "rate": "0"},
        "objective": [objective],
    }
    tables = {
        "estates": [{"estate": i, "name": i, "township": "T", "dwellings": "1"} for i in estates],
        "sites": [{"site": j, "name": j, "township": "T"} for j in prices_yuan],
        "options": [
            {"option": f"O-{j}", "site": j, "kind": "purchase", "area_m2": AREA_M2, "price_yuan": str(price)}
            for j, price in prices_yuan.items()
        ],
        "walks": walks,
    }
    return build_scenario(settings, tables, pack_tree=PACK)


def set_cover(name: str) -> Scenario:
    """Return an OR-Library set cover: rows are estates, columns are sites at their cost in yuan."""
    numbers = iter(map(int, (DATA / f"{name}.txt").read_text(encoding="ascii").split()))
    rows, columns = next(numbers), next(numbers)
    prices = {f"S{j}": next(numbers) for j in range(1, columns + 1)}
    walks = [
        {"estate": f"E{i}", "place": f"S{next(numbers)}", "seconds": IN_REACH_S} for i in range(1, rows + 1) for _ in range(next(numbers))
    ]
    return coverage_scenario(name, walks, [f"E{i}" for i in range(1, rows + 1)], prices, objective="least_cost", circle_minutes=1)


def stores(within_m: int) -> Scenario:
    """Return the San Francisco stores: a tract needs one store within that many network metres, at 50 m a minute."""
    with (DATA / "SF_network_distance_candidateStore_16_censusTract_205_new.csv").open(encoding="utf-8", newline="") as file:
        pairs = [(row["DestinationName"], row["name"], float(row["distance"])) for row in csv.DictReader(file)]
    walks = [
        {"estate": tract, "place": store, "seconds": str(math.ceil(metres * 60 / METRES_PER_MINUTE))} for tract, store, metres in pairs
    ]
    tracts = sorted({tract for tract, _, _ in pairs})
    prices = dict.fromkeys(sorted({store for _, store, _ in pairs}), 1)
    return coverage_scenario(
        "San Francisco stores",
        walks,
        tracts,
        prices,
        objective="fewest_sites",
        circle_minutes=within_m // METRES_PER_MINUTE,
    )
