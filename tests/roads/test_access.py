"""Who can walk where: usable places in the circle, the least minutes where there is none, and the command that says so."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from roads.test_scenario_roads import STRAIGHT, at, by_roads, town
from siteplanner.access import access_of
from siteplanner.case.prepare import prepare
from siteplanner.walked import AccessRecord
from support.line import command
from support.small import County, estate, held, room

TIGHT = {"standards": {"reach_minutes": "5"}}


def access(county: County) -> dict[str, AccessRecord]:
    """Return the access of a county's estates by id."""
    return {row.estate: row for row in access_of(prepare(county.scenario()))}


def test_a_place_in_the_circle(tmp_path: Path) -> None:
    """The room on the estate's own bank is 390 s away: one usable place within 900 s, 7 minutes would do."""
    expected = AccessRecord(estate="E", limit_s=900, places=1, place="DEAR", walk_s=390, minutes=7)
    assert access(town(tmp_path, by_roads(tmp_path))) == {"E": expected}


@pytest.mark.parametrize(("minutes", "places"), [("6", 0), ("6.5", 1), ("7", 1)])
def test_the_least_minutes(tmp_path: Path, minutes: str, places: int) -> None:
    """In a circle of six minutes there is none, at exactly 390 s there is one; the least whole minutes stay seven."""
    found = access(town(tmp_path, {**by_roads(tmp_path), "standards": {"reach_minutes": minutes}}))["E"]
    assert (found.places, found.place, found.walk_s, found.minutes) == (places, "DEAR", 390, 7)


def test_other_ways_of_walking(tmp_path: Path) -> None:
    """By straight line the room across the river is a minute away; a table knows only the pairs it lists."""
    assert access(town(tmp_path, {"walking": STRAIGHT, **TIGHT}))["E"].place == "CHEAP"
    table = County(
        "tonglu-2021", [estate("E")], [room("A", 200), room("B", 200)], walks={("E", "A"): 700, ("E", "B"): None}, settings=TIGHT
    )
    assert access(table)["E"] == AccessRecord(estate="E", limit_s=300, places=0, place="A", walk_s=700, minutes=12)
    none = replace(table, walks={("E", "A"): None, ("E", "B"): None})
    assert access(replace(none, estates=[*none.estates, estate("F")]))["E"] == AccessRecord(estate="E", limit_s=300, places=0)


def test_what_is_no_use_is_not_counted() -> None:
    """A room below the least area serves nobody, a room on offer is passed over where it is locked out, counted premises do."""
    rooms = [room("SMALL", 20), room("OUT", 200, lock="out")]
    county = County("tonglu-2021", [estate("E")], rooms, [held("P", "care_centre", 250)], walks={("E", "P"): 800})
    found = access(county)["E"]
    assert (found.places, found.place, found.walk_s) == (1, "P", 800)


def test_estates_that_owe_nothing_are_left_out() -> None:
    """Access is told of estates that must be served on foot only."""
    county = County("tonglu-2021", [estate("E"), estate("X", kind="other")], [room("R", 200)])
    assert list(access(county)) == ["E"]


def written(folder: Path, settings: dict[str, object]) -> Path:
    """Write the town as a scenario folder."""
    county = town(folder, settings)
    scenario = county.scenario()
    tree = {
        "title": "小镇", "policy": "tonglu-2021", "county": "某县", "base_date": "2021-12-13", "crs": "epsg:4549", "synthetic": True,
        "inputs": dict(scenario.settings.inputs), "finance": {"base_year": 2021, "horizon_years": 5, "rate": 0}, **settings,
    }  # fmt: skip
    (folder / "scenario.yaml").write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
    point = {key: at(float(x), float(y)) for key, x, y in (("E", 0, 80), ("CHEAP", 0, 20), ("DEAR", 350, 120))}
    rows: dict[str, list[dict[str, object]]] = {
        "estates": [{"estate": "E", "name": "北岸小区", "township": "甲镇", "dwellings": 100, "started": "2000-01-01", **point["E"]}],
        "sites": [{"site": key, "name": key, "township": "甲镇", "detached": "yes", **point[key]} for key in ("CHEAP", "DEAR")],
        "options": [
            {"option": key, "site": key, "kind": "purchase", "works": "none", "area_m2": 200, "price_yuan": price}
            for key, price in (("CHEAP", 100_000), ("DEAR", 500_000))
        ],
    }
    for name, table in rows.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(table[0]))
            writer.writeheader()
            writer.writerows(table)
    return folder


def test_the_command_writes_pairs_that_a_scenario_reads(tmp_path: Path) -> None:
    """The pairs of ``walk`` are a table of walks: a scenario that names them has the same plan as by roads."""
    folder = written(tmp_path, by_roads(tmp_path))
    ran = command("walk", folder, "--out", folder / "found", "--json")
    assert (ran.code, ran.data["bare"], ran.data["walks"]["method"]) == (0, [], "roads")
    assert (folder / "found" / "walks.csv").read_text(encoding="utf-8") == "estate,place,seconds\nE,DEAR,390\n"
    assert {Path(path).name for path in ran.data["files"]} == {"walks.csv", "access.csv", "snaps.csv"}
    table = ["--set", "walking.method=table", "--set", "tables.walks=found/walks.csv"]
    one, other = (command("plan", folder, "--out", folder / name, "--json", *more) for name, more in (("a", []), ("b", table)))
    assert [pick["option"] for pick in one.data["chosen"]] == [pick["option"] for pick in other.data["chosen"]] == ["DEAR"]
    assert command("check", folder, folder / "a").code == 0


def test_the_command_says_who_has_nothing_near(tmp_path: Path) -> None:
    """Without a usable place in the circle the estate is named with the least minutes, in both languages."""
    folder = written(tmp_path, {**by_roads(tmp_path, far_snap_m=19), "standards": {"reach_minutes": 5}})
    zh, en = command("walk", folder, "--lang", "zh"), command("walk", folder, "--lang", "en")
    assert "E：服务圈 5 分钟；最近可用的 DEAR 须走 7 分钟" in zh.out
    assert "E: circle 5 minutes; the nearest usable DEAR takes 7 minutes" in en.out
    assert "离最近的道路 20 米" in zh.out and "median 20 m off" in en.out
    command("walk", folder, "--out", folder / "o")
    rows = list(csv.reader((folder / "o" / "access.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert rows[1][0:2] == ["E", "北岸小区"] and rows[1][-1] == "7"


def test_a_broken_network_is_told(tmp_path: Path) -> None:
    """Where the bridge is missing, the estate whose bank has no room is unreachable."""
    folder = written(tmp_path, by_roads(tmp_path))
    path = folder / "roads.geojson"
    tree = json.loads(path.read_text(encoding="utf-8"))
    del tree["features"][2]
    path.write_text(json.dumps(tree), encoding="utf-8")
    for name in ("sites.csv", "options.csv"):
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        (folder / name).write_text("\n".join(line for line in lines if "DEAR" not in line), encoding="utf-8")
    ran = command("walk", folder, "--lang", "en")
    assert "E No site or premises can be reached from here along the roads" in ran.out
    assert "E: no usable site or premises can be walked to" in ran.out
