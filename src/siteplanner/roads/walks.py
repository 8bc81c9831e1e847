"""Seconds on foot between points: from a point to the nearest street, along the network, and from the street to the other point.

Every point is joined to the nearest point of the nearest edge, not to a node. The distances are found by Dijkstra's algorithm
from a few sources at a time, cut off at the longest walk that counts, and only pairs within it are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from siteplanner.roads.lines import Bools, Floats, Ints
from siteplanner.roads.network import Network

NOISE_S = 0.001
"""What floating point and conversion of coordinates may add to a walk; a walk is rounded up to the second beyond it."""
_CHUNK = 10
_LEAST_S = 1e-9


@dataclass(frozen=True, slots=True)
class Snaps:
    """Where points meet the network.

    Attributes
    ----------
    edge : array of shape (points,)
        The nearest edge.
    share : array of shape (points,)
        How far along it, from its start, in [0, 1].
    metres : array of shape (points,)
        From the point to the street.
    component : array of shape (points,)
        The connected part of the network met.
    """

    edge: Ints
    share: Floats
    metres: Floats
    component: Ints


@dataclass(frozen=True, slots=True)
class Pairs:
    """Walks within a limit: source, target (positions in the lists given) and whole seconds, sorted."""

    source: Ints
    target: Ints
    seconds: Ints


def snap(network: Network, x: Floats, y: Floats) -> Snaps:
    """Return the nearest point of the network to each point of the plane; of edges equally near, the first."""
    lines = shapely.linestrings(np.stack([network.xy[network.start], network.xy[network.end]], axis=1))
    points = shapely.points(x, y)
    found, edges = shapely.STRtree(lines).query_nearest(points, all_matches=True)
    edge = np.full(len(points), np.iinfo(np.int64).max)
    np.minimum.at(edge, found, edges)
    share = shapely.line_locate_point(lines[edge], points, normalized=True)
    metres = shapely.distance(lines[edge], points)
    return Snaps(edge, share, metres, network.component[network.start[edge]])


def walks_within(network: Network, snaps: Snaps, access_s: Floats, sources: Ints, targets: Ints, limit_s: float) -> Pairs:
    """Return every walk from a source to a target that is no longer than a limit.

    Parameters
    ----------
    access_s : array of shape (points,)
        Seconds between each point and the street.
    sources, targets : array of int
        Positions among the snapped points.
    limit_s : float
        Longest walk that counts, seconds; infinite for every walk there is.
    """
    graph, first = _with_points(network, snaps, access_s)
    goals = first + targets
    rows: list[Ints] = []
    columns: list[Ints] = []
    seconds: list[Floats] = []
    for begin in range(0, len(sources), _CHUNK):
        chunk = sources[begin : begin + _CHUNK]
        reached = dijkstra(graph, indices=first + chunk, limit=limit_s + NOISE_S)[:, goals]
        row, column = np.nonzero(reached <= limit_s + NOISE_S) if np.isfinite(limit_s) else np.nonzero(np.isfinite(reached))
        rows.append(row + begin)
        columns.append(column)
        seconds.append(reached[row, column])
    if not rows:
        none = np.empty(0, dtype=np.int64)
        return Pairs(none, none, none)
    whole = np.ceil(np.concatenate(seconds) - NOISE_S).astype(np.int64)
    return Pairs(np.concatenate(rows), np.concatenate(columns), np.maximum(whole, 0))


def _with_points(network: Network, snaps: Snaps, access_s: Floats) -> tuple[csr_matrix, int]:
    """Return the graph with every point joined to its edge, and the number of the first point's node.

    The edges that are met are cut there: points on one edge walk along it to each other, without going round by its ends. A wait
    at a node is paid half by the edge that leads to it and half by the edge that leads away.
    """
    nodes, points = len(network.xy), len(snaps.edge)
    foot = nodes + np.arange(points)
    door = foot + points
    order = np.lexsort((snaps.share, snaps.edge))
    cut_edges = np.unique(snaps.edge)
    whole = np.ones(len(network.start), dtype=bool)
    whole[cut_edges] = False
    half = network.wait_s / 2
    ends = np.concatenate([cut_edges, snaps.edge[order], cut_edges])
    share = np.concatenate([np.zeros(len(cut_edges)), snaps.share[order], np.ones(len(cut_edges))])
    node = np.concatenate([network.start[cut_edges], foot[order], network.end[cut_edges]])
    wait = np.concatenate([half[network.start[cut_edges]], np.zeros(points), half[network.end[cut_edges]]])
    along = np.lexsort((share, ends))
    ends, share, node, wait = ends[along], share[along], node[along], wait[along]
    same: Bools = ends[:-1] == ends[1:]
    part_s = (share[1:] - share[:-1]) * network.seconds[ends[1:]] + wait[1:] + wait[:-1]
    full_s = network.seconds + half[network.start] + half[network.end]
    graph = _graph(
        np.concatenate([network.start[whole], node[:-1][same], foot]),
        np.concatenate([network.end[whole], node[1:][same], door]),
        np.concatenate([full_s[whole], part_s[same], access_s]),
        nodes + 2 * points,
    )
    return graph, nodes + points


def _graph(start: Ints, end: Ints, seconds: Floats, count: int) -> csr_matrix:
    """Return the two-way graph; of several edges between two nodes the quickest, since a sparse matrix would add them up."""
    one, other = np.concatenate([start, end]), np.concatenate([end, start])
    cost = np.maximum(np.concatenate([seconds, seconds]), _LEAST_S)
    order = np.lexsort((cost, other, one))
    one, other, cost = one[order], other[order], cost[order]
    fresh = np.ones(len(one), dtype=bool)
    fresh[1:] = (one[1:] != one[:-1]) | (other[1:] != other[:-1])
    return csr_matrix((cost[fresh], (one[fresh], other[fresh])), shape=(count, count))


def positions(ids: Sequence[str], wanted: Sequence[str]) -> Ints:
    """Return where each wanted id stands in a list."""
    place = {name: n for n, name in enumerate(ids)}
    return np.array([place[name] for name in wanted], dtype=np.int64)
