"""The streets of the Tonglu scenario: an invented grid in each town, two rivers with bridges, hills, county roads, a motorway.

Only the rough lie of rivers and towns follows the map; no street, bridge or height is real.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from county import County
from streets import Edge, Streets
from tools import Dice, Point, Row, metres, write_table

SEED = 2032
STEP_M, NEAR_M = 165.0, 330.0
SPEED_M_PER_S = 0.8
FAR_WALK_S = 1010
"""What the lane of an estate with a named exception makes of its walk to the nearest place: beyond fifteen minutes, within twenty."""
LONELY_M = 400.0
RIVERS = (
    (
        (441_000, 3_313_500), (445_000, 3_312_350), (447_600, 3_312_500), (452_000, 3_308_600), (458_500, 3_303_300), (461_200, 3_302_250),
        (463_500, 3_302_050), (466_800, 3_300_200), (468_900, 3_298_700), (469_600, 3_297_300), (470_300, 3_296_300),
    ),
    (
        (466_200, 3_286_500), (467_500, 3_289_000), (467_300, 3_291_000), (468_300, 3_292_800), (468_500, 3_294_700), (469_700, 3_295_900),
        (470_300, 3_296_300), (472_500, 3_297_100), (475_800, 3_300_300), (478_400, 3_302_600), (480_300, 3_305_400),
    ),
)  # fmt: skip
"""Centre lines of the two rivers that meet below the county town."""
HILLS: tuple[tuple[Point, float, float], ...] = (
    ((445_300, 3_313_300), 90.0, 900.0),
    ((467_900, 3_288_500), 80.0, 800.0),
    ((462_300, 3_303_400), 60.0, 700.0),
    ((470_400, 3_299_200), 70.0, 650.0),
    ((475_400, 3_295_600), 50.0, 800.0),
)
"""Centre, height above the plain, and radius, metres."""
MOTORWAY = (
    (444_000, 3_310_800),
    (455_500, 3_304_200),
    (464_800, 3_299_300),
    (471_900, 3_294_600),
    (478_200, 3_300_100),
    (482_000, 3_304_800),
)
SIGNALS = 0.05
NODE_COLUMNS, EDGE_COLUMNS = ("node", "x", "y", "z_m", "wait_s"), ("from", "to", "kind", "bridge", "length_m")


def build_streets(county: County) -> Streets:
    """Return the streets under a finished county."""
    streets = Streets(Dice(SEED), RIVERS, HILLS)
    far = [row for row in county.tables["estates"] if row.get("circle_exception_minutes")]
    lonely = {str(row["estate"]) for row in far}
    spots = {key: spot for key, spot in county.spots.items() if key not in lonely}
    town_of = {str(row[column]): str(row["township"]) for name, column in TABLES.items() for row in county.tables[name]}
    for town in dict.fromkeys(town_of.values()):
        own = [spot for key, spot in spots.items() if town_of[key] == town]
        streets.add_grid(own, [spot for key, spot in spots.items() if town_of[key] != town], STEP_M, NEAR_M)
    for row in far:
        streets.drop_near(county.spot_of(row), LONELY_M)
    streets.add_bridges(620, 320)
    streets.join_parts()
    for row in far:
        add_lane(streets, county.spot_of(row), [spot for key, spot in spots.items() if not key.startswith("E")])
    for n in range(len(streets.nodes)):
        if streets.dice.chance(SIGNALS):
            streets.waits[n] = streets.dice.whole(15, 40)
    add_motorway(streets)
    return streets


TABLES = {"estates": "estate", "sites": "site", "premises": "premises"}


def add_lane(streets: Streets, spot: Point, places: list[Point]) -> None:
    """Join a lonely estate to the streets by one winding lane, so long that the nearest place is beyond the usual circle."""
    to_place = streets.metres_to(streets.nearest(place) for place in places)
    goal = FAR_WALK_S * SPEED_M_PER_S
    fits = [
        (metres(spot, node), n)
        for n, node in enumerate(streets.nodes)
        if to_place[n] + metres(spot, node) * 1.02 < goal and not streets.crosses(spot, node)
    ]
    _, end = min(fits)
    streets.edges.append(Edge(streets.add_node(spot), end, "小道", round(goal - to_place[end], 1)))


def add_motorway(streets: Streets) -> None:
    """Add a motorway that nobody walks on."""
    ends = [streets.add_node(spot) for spot in MOTORWAY]
    streets.edges += [Edge(a, b, "高速公路") for a, b in pairwise(ends)]


def write_streets(county: County, folder: Path) -> None:
    """Write the two tables of the network."""
    streets = build_streets(county)
    tables: dict[str, tuple[tuple[str, ...], list[Row]]] = {
        "road_nodes": (NODE_COLUMNS, streets.node_rows()),
        "roads": (EDGE_COLUMNS, streets.edge_rows()),
    }
    for name, (columns, rows) in tables.items():
        write_table(folder / f"{name}.csv", columns, rows)
