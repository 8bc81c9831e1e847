"""The network: nodes in a local plane, and pieces of road with the seconds it takes to walk them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from siteplanner.coordinates import Convert, local_plane
from siteplanner.roads.lines import Floats, Ints, RoadLines
from siteplanner.roads.noding import SAME_M, Drawn, Pieces, node_lines

Slope = Literal["none", "tobler"]
_STEEPEST = 1.0
_TOBLER_RATE, _TOBLER_BEST = 3.5, 0.05


@dataclass(frozen=True, slots=True)
class WalkRules:
    """What turns streets into seconds.

    Attributes
    ----------
    speed_m_per_s : float
        On the flat, on roads and on the way to and from them.
    slope : str
        ``none``, or ``tobler``: Tobler's hiking function (1993), speed ∝ exp(-3.5 |grade + 0.05|), scaled to the stated speed on
        the flat and averaged over the way there and the way back, so that a walk is as long in both directions.
    join_m : float
        Drawn lines whose ends are nearer than this meet.
    islands_m : float
        Connected parts of the network that are shorter than this in all are left out, the largest part never.
    """

    speed_m_per_s: float
    slope: Slope = "none"
    join_m: float = 0.1
    islands_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Network:
    """A road network ready to be walked.

    Attributes
    ----------
    xy : array of shape (nodes, 2)
        Metres in the local plane.
    start, end : array of shape (edges,)
        Nodes at the ends of each edge; every edge is walked both ways.
    length_m, seconds : array of shape (edges,)
        Its length and the time to walk it, without waits.
    wait_s : array of shape (nodes,)
        Half of it is paid by each edge that one leaves or enters the node by.
    component : array of shape (nodes,)
        Number of the connected part a node belongs to.
    to_plane, to_degrees : callable
        WGS 84 degrees to the plane and back.
    """

    xy: Floats
    start: Ints
    end: Ints
    length_m: Floats
    seconds: Floats
    wait_s: Floats
    component: Ints
    to_plane: Convert
    to_degrees: Convert


def build_network(lines: RoadLines, rules: WalkRules) -> Network:
    """Return the walkable network of road lines: noded, measured, with what cannot be walked left out."""
    to_plane, to_degrees = _plane_of(lines)
    pieces = _walkable_pieces(lines, to_plane, rules)
    xy, z = pieces.nodes[:, :2], pieces.nodes[:, 2]
    start, end, wait_s, origin = _split_at_barriers(pieces, lines.mark_wait_s)
    flat = np.hypot(*(xy[origin[start]] - xy[origin[end]]).T)
    length = np.where(np.isnan(lines.length_m[pieces.line]), flat, lines.length_m[pieces.line])
    seconds = length / rules.speed_m_per_s * _slowness(lines, pieces, z[origin[end]] - z[origin[start]], length, rules.slope)
    keep = _big_enough(start, end, length, len(origin), rules.islands_m)
    start, end, length, seconds = start[keep], end[keep], length[keep], seconds[keep]
    component = _components(start, end, len(origin))
    return Network(xy[origin], start, end, length, seconds, wait_s, component, to_plane, to_degrees)


def tobler_slowness(grade: Floats) -> Floats:
    """Return how much longer a sloping way takes than a flat one, there and back averaged; 1 on the flat and never less.

    Tobler (1993), Three Presentations on Geographical Analysis and Modeling: W = 6 exp(-3.5 |S + 0.05|) km/h.
    """
    steep = np.minimum(np.abs(grade), _STEEPEST)
    up = np.exp(_TOBLER_RATE * np.abs(steep + _TOBLER_BEST))
    down = np.exp(_TOBLER_RATE * np.abs(-steep + _TOBLER_BEST))
    found: Floats = (up + down) / 2 / np.exp(_TOBLER_RATE * _TOBLER_BEST)
    return found


def _plane_of(lines: RoadLines) -> tuple[Convert, Convert]:
    """Return a plane about the middle of the lines; a round centre, so that a road more or less changes nothing."""
    lon0 = round((float(lines.lon.min()) + float(lines.lon.max())) / 2, 1)
    lat0 = round((float(lines.lat.min()) + float(lines.lat.max())) / 2, 1)
    return local_plane(lon0, lat0)


def _walkable_pieces(lines: RoadLines, to_plane: Convert, rules: WalkRules) -> Pieces:
    counts = np.diff(lines.first)
    kept = np.flatnonzero(lines.walkable)
    inside = np.repeat(lines.walkable, counts)
    x, y = to_plane(lines.lon[inside], lines.lat[inside])
    first = np.concatenate([[0], np.cumsum(counts[kept])])
    drawn = Drawn(np.column_stack([x, y, lines.z_m[inside]]), first, lines.level[kept])
    marks = np.column_stack(to_plane(lines.mark_lon, lines.mark_lat))
    pieces = node_lines(drawn, marks, joined=lines.joined, join_m=rules.join_m)
    return Pieces(pieces.nodes, pieces.start, pieces.end, kept[pieces.line], pieces.marks)


def _split_at_barriers(pieces: Pieces, mark_wait_s: Floats) -> tuple[Ints, Ints, Floats, Ints]:
    """Give every edge that meets a closed barrier an end of its own there; return ends, waits, and which drawn node each node is."""
    count = len(pieces.nodes)
    wait_s = np.zeros(count)
    on_line = pieces.marks >= 0
    np.maximum.at(wait_s, pieces.marks[on_line], mark_wait_s[on_line])
    ends = np.concatenate([pieces.start, pieces.end])
    shut = np.isinf(wait_s)[ends]
    origin = np.concatenate([np.arange(count), ends[shut]])
    ends = ends.copy()
    ends[shut] = count + np.arange(int(shut.sum()))
    wait_s = np.where(np.isinf(wait_s), 0.0, wait_s)[origin]
    return ends[: len(pieces.start)], ends[len(pieces.start) :], wait_s, origin


def _slowness(lines: RoadLines, pieces: Pieces, climb: Floats, length: Floats, slope: Slope) -> Floats:
    """Return how much longer each piece takes than a flat one: by its line's grade, else by the elevations of its ends."""
    if slope == "none":
        return np.ones(len(length))
    stated = lines.grade[pieces.line]
    risen = np.where(np.isnan(climb), 0.0, climb) / np.maximum(length, 1e-9)
    return tobler_slowness(np.where(np.isnan(stated), risen, stated))


def _components(start: Ints, end: Ints, count: int) -> Ints:
    _, found = connected_components(coo_matrix((np.ones(len(start), dtype=bool), (start, end)), shape=(count, count)), directed=False)
    return found.astype(np.int64)


def _big_enough(start: Ints, end: Ints, length: Floats, count: int, least_m: float) -> np.ndarray:
    component = _components(start, end, count)[start]
    total = np.bincount(component, weights=length)
    keep: np.ndarray = (total >= min(least_m - SAME_M, float(total.max(initial=0.0))))[component]
    return keep
