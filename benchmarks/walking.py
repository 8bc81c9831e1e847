"""Walks within fifteen minutes on a network of 200,000 nodes: 2,000 estates × 5,000 sites, beside networkx and the textbook.

Run: ``.venv/bin/python benchmarks/walking.py [--sources N] [--step METRES]``. The network is an uneven grid of streets drawn with a
fixed seed. The product runs in a process of its own, so that its memory is its own; networkx (extra ``bench``) and a plain heap then
answer for N of the estates (100 unless told otherwise), each from the ends of the street an estate meets, and every walk must agree.
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
import resource
import subprocess
import sys
import time

import numpy as np

from siteplanner.roads.lines import Gathered, RoadLines
from siteplanner.roads.network import Network, WalkRules, build_network
from siteplanner.roads.read import in_degrees
from siteplanner.roads.walks import NOISE_S, Pairs, Snaps, snap, walks_within

SIDE, ORIGIN = 448, (480_000.0, 3_280_000.0)
ESTATES, SITES, LIMIT_S, SPEED = 2_000, 5_000, 900, 0.8
MIB = 1024


def drawn(step_m: float) -> RoadLines:
    """Return an uneven grid, one line an edge; every twentieth street is missing."""
    dice = np.random.default_rng(5)
    across, along = np.meshgrid(np.arange(SIDE), np.arange(SIDE), indexing="ij")
    x = ORIGIN[0] + (across + dice.uniform(-0.3, 0.3, across.shape)) * step_m
    y = ORIGIN[1] + (along + dice.uniform(-0.3, 0.3, along.shape)) * step_m
    number = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    start = np.concatenate([number[:-1].ravel(), number[:, :-1].ravel()])
    end = np.concatenate([number[1:].ravel(), number[:, 1:].ravel()])
    keep = dice.uniform(size=len(start)) > 0.05
    gathered = Gathered()
    xy = np.column_stack([x.ravel(), y.ravel()])
    for pair in np.stack([xy[start[keep]], xy[end[keep]]], axis=1):
        gathered.add(pair, level=0, walkable=True)
    return in_degrees(gathered, "epsg:4549", joined=True)


def points(network: Network) -> Snaps:
    """Return where estates and sites, scattered alike, meet the network."""
    dice = np.random.default_rng(6)
    low, high = network.xy.min(axis=0), network.xy.max(axis=0)
    x, y = (dice.uniform(low, high, (ESTATES + SITES, 2))).T
    return snap(network, x, y)


def product(step_m: float) -> tuple[dict[str, float], Network, Snaps, Pairs]:
    """Run the product and return CPU seconds of each step, peak memory, and what was found."""
    lines = drawn(step_m)
    seconds: dict[str, float] = {}
    begin = time.process_time()
    network = build_network(lines, WalkRules(SPEED))
    seconds["noding"] = time.process_time() - begin
    begin = time.process_time()
    snaps = points(network)
    seconds["snapping"] = time.process_time() - begin
    begin = time.process_time()
    pairs = walks_within(network, snaps, snaps.metres / SPEED, np.arange(ESTATES), np.arange(ESTATES, ESTATES + SITES), LIMIT_S)
    seconds["walks"] = time.process_time() - begin
    seconds["peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB
    return seconds, network, snaps, pairs


def doors(network: Network, snaps: Snaps, n: int) -> list[tuple[int, float]]:
    """Return the ends of the street that a point meets, with the seconds to each, access included."""
    edge, share = int(snaps.edge[n]), float(snaps.share[n])
    time_s, access = float(network.seconds[edge]), float(snaps.metres[n]) / SPEED
    return [(int(network.start[edge]), access + share * time_s), (int(network.end[edge]), access + (1 - share) * time_s)]


def textbook(beside: dict[int, list[tuple[int, float]]], ends: list[tuple[int, float]]) -> dict[int, float]:
    """Return seconds to every node within the limit, by a heap and nothing else."""
    best: dict[int, float] = {}
    heap = [(cost, node) for node, cost in ends]
    heapq.heapify(heap)
    while heap:
        cost, node = heapq.heappop(heap)
        if node in best or cost > LIMIT_S + 1:
            continue
        best[node] = cost
        for other, step in beside[node]:
            if other not in best:
                heapq.heappush(heap, (cost + step, other))
    return best


def answers(network: Network, snaps: Snaps, source: int, reached: dict[int, float], sites_at: dict[int, list[int]]) -> dict[int, int]:
    """Return the walks of an estate to the sites within the limit, given the seconds to every node."""
    best: dict[int, float] = {}
    for node in reached:
        for site in sites_at.get(node, ()):
            for door, rest in doors(network, snaps, site):
                if door in reached:
                    best[site] = min(best.get(site, math.inf), reached[door] + rest)
    for site in sites_at.get(-1 - int(snaps.edge[source]), ()):
        along = abs(float(snaps.share[source] - snaps.share[site])) * float(network.seconds[snaps.edge[source]])
        best[site] = min(best.get(site, math.inf), along + float(snaps.metres[source] + snaps.metres[site]) / SPEED)
    whole = {site: math.ceil(cost - NOISE_S) for site, cost in best.items()}
    return {site: cost for site, cost in whole.items() if cost <= LIMIT_S}


def peers(count: int, network: Network, snaps: Snaps, pairs: Pairs) -> dict[str, float]:
    """Return CPU seconds an estate of networkx and of the textbook; fail where a walk differs."""
    import networkx

    graph = networkx.Graph()
    graph.add_weighted_edges_from(zip(network.start.tolist(), network.end.tolist(), network.seconds.tolist(), strict=True))
    beside = {node: [(other, facts["weight"]) for other, facts in near.items()] for node, near in graph.adjacency()}
    sites_at: dict[int, list[int]] = {}
    for site in range(ESTATES, ESTATES + SITES):
        for key in (*(node for node, _ in doors(network, snaps, site)), -1 - int(snaps.edge[site])):
            sites_at.setdefault(key, []).append(site)
    expected: dict[int, dict[int, int]] = {source: {} for source in range(count)}
    for source, target, walk in zip(pairs.source.tolist(), pairs.target.tolist(), pairs.seconds.tolist(), strict=True):
        if source < count:
            expected[source][target + ESTATES] = walk
    spent = {"networkx": 0.0, "plain Python": 0.0}
    for source in range(count):
        ends = doors(network, snaps, source)
        begin = time.process_time()
        ways = [networkx.single_source_dijkstra_path_length(graph, node, cutoff=LIMIT_S + 1 - cost) for node, cost in ends]
        joined: dict[int, float] = {}
        for (_, cost), way in zip(ends, ways, strict=True):
            for node, walk in way.items():
                joined[node] = min(joined.get(node, math.inf), cost + walk)
        spent["networkx"] += time.process_time() - begin
        begin = time.process_time()
        reached = textbook(beside, ends)
        spent["plain Python"] += time.process_time() - begin
        for way in (joined, reached):
            found = answers(network, snaps, source, way, sites_at)
            if found != expected[source]:
                sys.exit(f"estate {source}: {found} is not {expected[source]}")
    return {name: seconds / count for name, seconds in spent.items()}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sources", type=int, default=100)
    parser.add_argument("--step", type=float, default=90.0, help="metres between streets: 90 of a county, 25 of a dense town")
    parser.add_argument("--alone", action="store_true", help="run the product only and print its figures as JSON")
    asked = parser.parse_args()
    if asked.alone:
        seconds, network, _, pairs = product(asked.step)
        print(json.dumps({**seconds, "nodes": len(network.xy), "edges": len(network.start), "pairs": len(pairs.seconds)}))
        return
    words = [sys.executable, __file__, "--alone", "--step", str(asked.step)]
    out = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    alone: dict[str, float] = json.loads(out)
    _, network, snaps, pairs = product(asked.step)
    beside = peers(asked.sources, network, snaps, pairs)
    size = f"{alone['nodes']:,} nodes, {alone['edges']:,} edges"
    print(f"{ESTATES:,} estates x {SITES:,} sites, {size}, {alone['pairs']:,} pairs within {LIMIT_S} s")
    for step in ("noding", "snapping", "walks"):
        print(f"{step:24} {alone[step]:8.2f} s CPU")
    print(f"{'peak memory':24} {alone['peak MB']:8.0f} MB")
    own = alone["walks"] / ESTATES
    print(f"{'an estate, the product':24} {own * 1000:8.2f} ms CPU  1.0")
    for name, seconds in beside.items():
        print(f"{'an estate, ' + name:24} {seconds * 1000:8.2f} ms CPU  {seconds / own:.1f}")
    print(f"every walk of {asked.sources} estates agrees with networkx and with plain Python")


if __name__ == "__main__":
    main()
