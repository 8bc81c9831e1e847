"""From drawn lines to seconds: where lines meet, where they do not, and what a walk takes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from siteplanner.roads.network import Network, tobler_slowness
from support.streets import RIVER, Spot, network, nodes_at, plain_dijkstra, roads, seconds, snapped

CROSS = [[(-100, 0), (100, 0)], [(0, -100), (0, 100)]]
ENDS: list[Spot] = [(-100, 0), (0, 100)]


def test_the_river_is_crossed_by_its_bridge() -> None:
    """Two points 60 m apart across a river walk 20 + 400 + 100 + 400 + 20 m by the one bridge."""
    assert seconds(network(roads(RIVER)), [(0, 80), (0, 20)])[0, 1] == 940


def test_without_the_bridge_there_is_no_walk() -> None:
    """The banks are two networks: no pair, however long one walks."""
    assert (0, 1) not in seconds(network(roads(RIVER[:2])), [(0, 80), (0, 20)])


def test_crossing_lines_meet_where_they_cross() -> None:
    """Two streets drawn across each other without a common vertex meet in the middle: 100 m and 100 m."""
    made = network(roads(CROSS))
    assert (0.0, 0.0) in nodes_at(made)
    assert seconds(made, ENDS)[0, 1] == 200


@pytest.mark.parametrize("level", [(0, 1), (0, -1), (1, 2)])
def test_a_bridge_passes_over(level: tuple[int, int]) -> None:
    """On different levels nothing meets: there is no node under a bridge or over a tunnel, and no way from one to the other."""
    made = network(roads(CROSS, level=level))
    assert (0.0, 0.0) not in nodes_at(made)
    assert (0, 1) not in seconds(made, ENDS)


def test_two_bridges_of_one_level_meet() -> None:
    """Crossing lines of one level meet, whatever level that is."""
    assert seconds(network(roads(CROSS, level=(1, 1))), ENDS)[0, 1] == 200


def test_a_bridge_begins_on_the_ground() -> None:
    """A line that ends on another meets it there although their levels differ."""
    made = network(roads([[(-100, 0), (100, 0)], [(0, 0), (0, 100)]], level=(0, 1)))
    assert seconds(made, ENDS)[0, 1] == 200


def test_common_vertices_meet_on_any_level() -> None:
    """A vertex that two lines share is a node, in data that join only there too; a mere crossing is none in such data."""
    bent = [[(-100, 0), (0, 0), (100, 0)], [(0, -100), (0, 0), (0, 100)]]
    assert seconds(network(roads(bent, level=(0, 1), joined=True)), ENDS)[0, 1] == 200
    assert (0, 1) not in seconds(network(roads(CROSS, joined=True)), ENDS)


@pytest.mark.parametrize(("gap", "meets"), [(0.0, True), (0.09, True), (0.11, False)])
def test_small_gaps_of_drawing_are_closed(gap: float, meets: bool) -> None:
    """A line that ends 9 cm short of another meets it at the usual 10 cm, one that ends 11 cm short does not."""
    made = network(roads([[(-100, 0), (100, 0)], [(0, gap), (0, 100)]]))
    assert ((0, 1) in seconds(made, ENDS)) == meets


def test_three_lines_through_one_point_are_one_node() -> None:
    """Crossings that fall together are one node, not three."""
    made = network(roads([*CROSS, [(-70, -70), (70, 70)]]))
    assert len(made.start) == 6
    assert len(nodes_at(made)) == 7


def test_overlapping_lines_are_walked_once() -> None:
    """Where one line lies along another they join at the ends of the overlap."""
    made = network(roads([[(0, 0), (200, 0)], [(100, 0), (300, 0)]]))
    assert seconds(made, [(0, 0), (300, 0)])[0, 1] == 300


@pytest.mark.parametrize(("limit", "within"), [(899, False), (900, True), (901, True)])
def test_the_boundary_is_inside(limit: int, within: bool) -> None:
    """A walk of exactly 720 m at 0.8 m/s takes 900 s and is inside 900 s; at a limit of 899 s it is not there."""
    made = network(roads([[(0, 0), (1000, 0)]]), speed=0.8)
    walks = seconds(made, [(0, 0), (720, 0)], limit, speed=0.8)
    assert walks.get((0, 1)) == (900 if within else None)


def test_a_millimetre_more_is_a_second_more() -> None:
    """720.01 m at 0.8 m/s is 900.0125 s, rounded up to 901 s: not inside fifteen minutes."""
    made = network(roads([[(0, 0), (1000, 0)]]), speed=0.8)
    spots: list[Spot] = [(0, 0), (720.01, 0)]
    assert seconds(made, spots, speed=0.8)[0, 1] == 901
    assert (0, 1) not in seconds(made, spots, 900, speed=0.8)


def test_points_on_one_edge_walk_along_it() -> None:
    """Two doors on one street walk between them, not by its ends; access and egress are walked too."""
    made = network(roads([[(0, 0), (1000, 0)]]))
    assert seconds(made, [(400, 30), (500, -10), (500, 20)]) == {
        (0, 0): 0, (0, 1): 140, (0, 2): 150, (1, 0): 140, (1, 1): 0, (1, 2): 30, (2, 0): 150, (2, 1): 30, (2, 2): 0,
    }  # fmt: skip


def test_walks_are_as_long_both_ways() -> None:
    """Streets are walked in both directions, one-way or not, uphill or down."""
    lines = roads([[(0, 0, 0.0), (300, 0, 30.0), (600, 100, 10.0)]])
    walks = seconds(network(lines, slope="tobler"), [(0, 0), (250, 10), (600, 100)])
    assert all(walks[a, b] == walks[b, a] for a, b in walks)


def test_snaps_say_how_far_the_street_is() -> None:
    """Each point meets the nearest point of the nearest edge."""
    snaps = snapped(network(roads(RIVER)), [(100, 130), (420, 40)])
    assert snaps.metres.tolist() == pytest.approx([30, 20], abs=1e-6)
    assert snaps.share.tolist() == pytest.approx([0.25, 0.4], abs=1e-6)


def test_a_closed_barrier_cuts_the_street() -> None:
    """Behind a wall across the street one is on the other side; the street up to it is still walked."""
    made = network(roads([[(0, 0), (100, 0)]], marks=[(50, 0, math.inf)]))
    walks = seconds(made, [(10, 0), (40, 0), (60, 0)])
    assert walks[0, 1] == 30
    assert (1, 2) not in walks


def test_a_crossing_takes_its_wait_once() -> None:
    """Who passes the crossing waits 30 s; who turns off before it does not."""
    made = network(roads([[(0, 0), (100, 0)], [(50, 0), (50, 60)]], marks=[(70, 0.5, 30)]))
    walks = seconds(made, [(0, 0), (50, 60), (100, 0), (69, 0), (71, 0)])
    assert walks[0, 1] == 110
    assert walks[0, 2] == 130
    assert walks[3, 4] == 32


def test_marks_far_from_any_line_change_nothing() -> None:
    """A barrier drawn more than 5 m from every line stands on none."""
    assert seconds(network(roads([[(0, 0), (100, 0)]], marks=[(50, 5.5, math.inf)])), [(0, 0), (100, 0)])[0, 1] == 100


def test_what_nobody_may_walk_on_is_left_out() -> None:
    """A motorway is no street: the point meets the footpath beyond it."""
    made = network(roads([[(0, 0), (100, 0)], [(0, 50), (100, 50)]], walkable=(False, True)))
    assert snapped(made, [(10, 5)]).metres.tolist() == pytest.approx([45], abs=1e-6)


def test_islands_are_left_out_where_asked() -> None:
    """A stray path of 20 m is ignored at 50 m and kept at 20 m; the largest part is never left out."""
    lines = roads([[(0, 0), (400, 0)], [(0, 30), (20, 30)]])
    assert snapped(network(lines), [(10, 25)]).metres.tolist() == pytest.approx([5], abs=1e-6)
    assert snapped(network(lines, islands_m=20), [(10, 25)]).metres.tolist() == pytest.approx([5], abs=1e-6)
    assert snapped(network(lines, islands_m=50), [(10, 25)]).metres.tolist() == pytest.approx([25], abs=1e-6)
    assert len(network(lines, islands_m=1e6).start) == 1


def test_tobler_by_hand() -> None:
    """A grade of 10 % takes exp(0.35) cosh(0.175) / exp(0.175) times as long as the flat, of 2 % cosh(0.07) times; the flat takes 1."""
    expected = [1, math.cosh(0.07), math.exp(0.35) * math.cosh(0.175) / math.exp(0.175)]
    assert tobler_slowness(np.array([0.0, -0.02, 0.1])) == pytest.approx(expected, rel=1e-12)


def test_slope_counts_only_where_asked() -> None:
    """100 m that climb 10 m take 21 % longer by Tobler's function and 100 s without it; a stated grade counts like heights."""
    climb = roads([[(0, 0, 0.0), (100, 0, 10.0)]])
    stated = roads([[(0, 0), (100, 0)]], grade=(0.1,))
    ends: list[Spot] = [(0, 0), (100, 0)]
    assert seconds(network(climb), ends)[0, 1] == 100
    assert seconds(network(climb, slope="tobler"), ends)[0, 1] == 121
    assert seconds(network(stated, slope="tobler"), ends) == seconds(network(climb, slope="tobler"), ends)


def edges_of(made: Network) -> list[tuple[int, int, float]]:
    """Return the edges with their seconds, waits included, for a plain reading."""
    wait = made.wait_s / 2
    return [(int(a), int(b), float(s + wait[a] + wait[b])) for a, b, s in zip(made.start, made.end, made.seconds, strict=True)]


@pytest.mark.parametrize("seed", range(6))
def test_same_as_plain_dijkstra(seed: int) -> None:
    """On random streets with bridges and waits, every walk equals the textbook's, by the ends of the edges that the points meet."""
    dice = np.random.default_rng(seed)
    ends = dice.uniform(0, 600, (25, 4))
    marks = [(*dice.uniform(0, 600, 2), float(dice.integers(0, 40))) for _ in range(30)]
    lines = roads([[(a, b), (c, d)] for a, b, c, d in ends], level=[int(n) for n in dice.integers(0, 2, 25)], marks=marks)
    made = network(lines)
    spots = [(float(a), float(b)) for a, b in dice.uniform(0, 600, (12, 2))]
    snaps, walks = snapped(made, spots), seconds(made, spots)
    edges, wait = edges_of(made), made.wait_s / 2

    def doors(n: int) -> list[tuple[int, float]]:
        edge, share = int(snaps.edge[n]), float(snaps.share[n])
        start, end, time = int(made.start[edge]), int(made.end[edge]), float(made.seconds[edge])
        return [(start, share * time + wait[start]), (end, (1 - share) * time + wait[end])]

    for a in range(len(spots)):
        reached = {node: plain_dijkstra(edges, node) for node, _ in doors(a)}
        for b in range(len(spots)):
            ways = [one + reached[here].get(there, math.inf) + other for here, one in doors(a) for there, other in doors(b)]
            if snaps.edge[a] == snaps.edge[b]:
                ways.append(abs(float(snaps.share[a] - snaps.share[b])) * float(made.seconds[snaps.edge[a]]))
            expected = min(ways) + snaps.metres[a] + snaps.metres[b] if a != b else 0
            assert walks.get((a, b)) == (math.ceil(expected - 0.001) if math.isfinite(expected) else None)
