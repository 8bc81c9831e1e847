"""Published instances as plain arrays, for the textbook models (data/README.md)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import shortest_path

DATA = Path(__file__).parent / "data"


def numbers(name: str) -> Iterator[float]:
    """Yield the numbers of a text file of the OR-Library."""
    return map(float, (DATA / f"{name}.txt").read_text(encoding="ascii").split())


def stores() -> tuple[np.ndarray, np.ndarray]:
    """Return network metres (205 tracts × 16 stores) and the people of each tract."""
    with (DATA / "SF_network_distance_candidateStore_16_censusTract_205_new.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    tracts = {tract: n for n, tract in enumerate(sorted({row["DestinationName"] for row in rows}))}
    sites = {site: n for n, site in enumerate(sorted({row["name"] for row in rows}))}
    metres, people = np.full((len(tracts), len(sites)), np.inf), np.zeros(len(tracts))
    for row in rows:
        metres[tracts[row["DestinationName"]], sites[row["name"]]] = float(row["distance"])
        people[tracts[row["DestinationName"]]] = float(row["demand"])
    return metres, people


def set_cover(name: str) -> tuple[coo_array, np.ndarray]:
    """Return the coverage (rows × columns) and the cost of each column."""
    given = numbers(name)
    rows, columns = int(next(given)), int(next(given))
    costs = np.array([next(given) for _ in range(columns)])
    pairs = [(row, int(next(given)) - 1) for row in range(rows) for _ in range(int(next(given)))]
    return coo_array((np.ones(len(pairs)), tuple(zip(*pairs, strict=True))), shape=(rows, columns)), costs


def p_median_graph(name: str) -> tuple[np.ndarray, int]:
    """Return all shortest distances between the nodes, and p; a later edge replaces an earlier one."""
    given = numbers(name)
    nodes, edges, p = (int(next(given)) for _ in range(3))
    length: dict[tuple[int, int], float] = {}
    for _ in range(edges):
        a, b = sorted((int(next(given)) - 1, int(next(given)) - 1))
        length[a, b] = next(given)
    graph = coo_array((list(length.values()), tuple(zip(*length, strict=True))), shape=(nodes, nodes))
    return shortest_path(graph.tocsr(), directed=False), p


def warehouses(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return costs of serving (customers × warehouses), demand, capacity and fixed costs."""
    given = numbers(name)
    sites, customers = int(next(given)), int(next(given))
    head = np.array([next(given) for _ in range(2 * sites)]).reshape(sites, 2)
    body = np.array([next(given) for _ in range(customers * (sites + 1))]).reshape(customers, sites + 1)
    return body[:, 1:], body[:, 0], head[:, 0], head[:, 1]
