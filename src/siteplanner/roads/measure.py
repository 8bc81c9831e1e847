"""Points of a scenario on a road network: the walks between them, and how well they meet the streets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from siteplanner.roads.cache import Arrays, key_of, remembered
from siteplanner.roads.lines import Floats, RoadLines
from siteplanner.roads.network import Network, WalkRules, build_network
from siteplanner.roads.shift import Shift, find_shift
from siteplanner.roads.walks import Snaps, positions, snap, walks_within


@dataclass(frozen=True, slots=True)
class Points:
    """Points by id, WGS 84 degrees; ``crs`` is the system they were declared in."""

    ids: tuple[str, ...]
    lon: Floats
    lat: Floats
    crs: str


@dataclass(frozen=True, slots=True)
class Measured:
    """What the streets say.

    Attributes
    ----------
    walks : mapping of (source, target) to int
        Whole seconds of every walk within the limit.
    snap_m : mapping of id to float
        Metres from each point to the street, to the centimetre.
    unreachable : tuple of str
        Sources from whose part of the network no target can be reached, however long one walks.
    isolated : tuple of str
        Other sources without any target within the limit.
    shift : Shift, optional
        What a wrongly declared system looks like, where it does.
    remembered : bool
        Whether the result was kept from an earlier run.
    """

    walks: Mapping[tuple[str, str], int]
    snap_m: Mapping[str, float]
    unreachable: tuple[str, ...]
    isolated: tuple[str, ...]
    shift: Shift | None
    remembered: bool


def measure(lines: RoadLines, rules: WalkRules, points: Points, sources: Sequence[str], targets: Sequence[str], limit_s: float) -> Measured:
    """Return the walks from sources to targets within a limit, from the cache where they were found before.

    Parameters
    ----------
    points : Points
        Every source and target.
    limit_s : float
        Longest walk that counts, seconds; infinite for every walk there is.
    """
    if not points.ids:
        return Measured({}, {}, (), (), None, False)
    asked = f"{rules}|{limit_s}|{points.crs}|{'|'.join(points.ids)}||{'|'.join(sources)}||{'|'.join(targets)}"
    key = key_of([lines.digest.encode(), asked.encode(), points.lon.tobytes(), points.lat.tobytes()])
    found, kept = remembered(key, lambda: _measure(lines, rules, points, sources, targets, limit_s))
    return _read(found, points, sources, targets, kept)


def _measure(lines: RoadLines, rules: WalkRules, points: Points, sources: Sequence[str], targets: Sequence[str], limit_s: float) -> Arrays:
    network = build_network(lines, rules)
    snaps = _snapped(network, points)
    from_, to = positions(points.ids, sources), positions(points.ids, targets)
    pairs = walks_within(network, snaps, snaps.metres / rules.speed_m_per_s, from_, to, limit_s)
    shift = find_shift(network, points.lon, points.lat, points.crs, snaps)
    return {
        "source": pairs.source,
        "target": pairs.target,
        "seconds": pairs.seconds,
        "snap_m": np.round(snaps.metres, 2),
        "component": snaps.component,
        "shift": np.array([] if shift is None else [shift.east_m, shift.north_m, shift.before_m, shift.after_m]),
        "shift_to": np.array(["" if shift is None else shift.crs]),
    }


def _snapped(network: Network, points: Points) -> Snaps:
    return snap(network, *network.to_plane(points.lon, points.lat))


def _read(found: Arrays, points: Points, sources: Sequence[str], targets: Sequence[str], kept: bool) -> Measured:
    rows = zip(found["source"].tolist(), found["target"].tolist(), found["seconds"].tolist(), strict=True)
    walks = {(sources[a], targets[b]): int(s) for a, b, s in rows if sources[a] != targets[b]}
    component = dict(zip(points.ids, found["component"].tolist(), strict=True))
    served = {source for source, _ in walks}
    ends = {component[target] for target in targets}
    lonely = [source for source in sources if source not in served]
    cut_off = tuple(sorted(source for source in lonely if component[source] not in ends))
    shift = None
    if found["shift"].size:
        east, north, before, after = found["shift"].tolist()
        shift = Shift(str(found["shift_to"].tolist()[0]), east, north, before, after)
    return Measured(
        walks=walks,
        snap_m=dict(zip(points.ids, found["snap_m"].tolist(), strict=True)),
        unreachable=cut_off,
        isolated=tuple(sorted(set(lonely) - set(cut_off))),
        shift=shift,
        remembered=kept,
    )
