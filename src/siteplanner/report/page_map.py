"""What the script of a page draws: the marks of a plan with what is said about each, credits as lines, circles, the ground."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue

from siteplanner.report.coordinates import Point
from siteplanner.report.ground import STEPS, border_lines, road_lines
from siteplanner.report.maps import Mark, MarkKind, circle_m, marks
from siteplanner.report.names import Names, PlanNames
from siteplanner.report.stamps import joined, walking_heading
from siteplanner.report.table import CellKind, clean, show, show_with_unit, unit
from siteplanner.report.tables_common import final_credits
from siteplanner.report.why import Because, Whys

STYLES = ("estate_served", "estate_short", "estate_exempt", "kept", "fresh", "spare")
_STYLE_OF = {"new_place": "fresh", "kept_place": "kept", "given_up": "spare", "candidate": "spare"}
_ESTATE_FACTS = ("township", "cohort", "dwellings", "required", "held", "status", "walk", "clause")
_PLACE_FACTS = ("township", "source", "area", "ready", "present_cost")
_SPARE_FACTS = ("township", "measure")
_EAST, _NORTH = 180.0, 90.0
_STEPS = 1_000_000
"""Steps in a degree: coordinates are sent as whole steps from the least corner, about a tenth of a metre each."""


@dataclass(frozen=True, slots=True)
class MapData:
    """The map's tree, the ids of its marks, how many there are of each style, and how many have no coordinates."""

    tree: dict[str, JsonValue]
    ids: tuple[str, ...]
    styles: Counter[str]
    missing: int


@dataclass(slots=True)
class Pool:
    """Texts that many marks share, each sent once; a text is known by its number."""

    units: frozenset[str]
    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, text: str) -> int:
        """Return the number of a text, a new one where it is new."""
        return self.numbers.setdefault(clean(text), len(self.numbers))

    def all(self, texts: Iterable[str]) -> list[JsonValue]:
        """Return the numbers of several texts."""
        return [self.number(text) for text in texts]

    def sentence(self, because: Because) -> JsonValue:
        """Return a sentence as the numbers of its pattern and of what fills it, in order; units go into the pattern."""
        pattern, facts = because.pattern, []
        for place, (name, text) in enumerate(because.facts):
            number, space, last = text.rpartition(" ")
            kept, after = (number, space + last) if last in self.units and number else (text, "")
            pattern = pattern.replace(f"{{{name}}}", f"{{{place}}}{after}")
            facts.append(self.number(kept))
        return [self.number(pattern), *facts]


def map_data(names: Names) -> MapData:
    """Return the marks and credits of a plan whose scenario is at hand."""
    drawn = _drawn(names, marks(names), circle_m(names))
    corner = _corner(marks(names))
    drawn.tree["roads"], drawn.tree["borders"] = road_lines(names.scenario, corner), border_lines(names.scenario, corner)
    drawn.styles["roads"] = len(names.scenario.roads.lines) if names.scenario.roads is not None else 0
    drawn.styles["borders"] = len(names.scenario.borders)
    return drawn


def record_map(names: PlanNames) -> MapData:
    """Return what a record alone can show: its places, as far as their coordinates are degrees (a record names no system)."""
    shown = []
    for place in names.plan.places:
        degrees = place.x is not None and place.y is not None and abs(place.x) <= _EAST and abs(place.y) <= _NORTH
        point = (place.x, place.y) if degrees and place.x is not None and place.y is not None else None
        kind: MarkKind = "new_place" if place.place in names.chosen_at else "kept_place"
        shown.append(Mark(place.place, kind, place.name, place.township, point))
    return _drawn(names, shown, None)


def _drawn(names: PlanNames, shown: Sequence[Mark], radius_m: float | None) -> MapData:
    units: tuple[CellKind, ...] = ("area", "money")
    whys, pool = Whys(names), Pool(frozenset(unit(kind, names.lang) for kind in units))
    number = {mark.id: n for n, mark in enumerate(shown)}
    left, low = _corner(shown)
    tree_marks: list[JsonValue] = []
    for mark in shown:
        x, y = (round((mark.point[0] - left) * _STEPS), round((mark.point[1] - low) * _STEPS)) if mark.point else (None, None)
        facts = pool.all(_facts(names, mark))
        reasons: list[JsonValue] = [pool.sentence(because) for because in whys.of(mark)]
        tree_marks.append([mark.id, STYLES.index(_style(mark)), clean(mark.name), x, y, facts, reasons])
    credits: list[JsonValue] = []
    for credit in final_credits(names):
        if credit.estate in number and credit.place in number:
            area = show_with_unit("area", credit.area_dm2, names.lang) if credit.area_dm2 else ""
            walk = show_with_unit("seconds", credit.walk_s, names.lang)
            text = joined([part for part in (area, walk) if part], names.lang)
            credits.append([number[credit.estate], number[credit.place], pool.number(text)])
    styles = Counter(_style(mark) for mark in shown if mark.point)
    styles["line"] = len(credits)
    styles["circle"] = styles["fresh"] + styles["kept"] if radius_m else 0
    tree: dict[str, JsonValue] = {
        "origin": [left, low],
        "scale": _STEPS,
        "styles": [*STYLES],
        "labels": [_labels(names, style) for style in STYLES],
        "circle_m": radius_m,
        "ground_scale": STEPS,
        "roads": [],
        "borders": [],
        "members": {
            member: number[row.place] for row in names.plan.places for member in row.members if row.place in number and member not in number
        },
        "marks": tree_marks,
        "credits": credits,
        "pool": [*pool.numbers],
    }
    return MapData(tree, tuple(mark.id for mark in shown), styles, sum(mark.point is None for mark in shown))


def _corner(shown: Sequence[Mark]) -> Point:
    """Return the least longitude and latitude of the marks."""
    placed = [mark.point for mark in shown if mark.point is not None]
    return min((point[0] for point in placed), default=0.0), min((point[1] for point in placed), default=0.0)


def _style(mark: Mark) -> str:
    if mark.kind != "estate":
        return _STYLE_OF[mark.kind]
    return f"estate_{mark.state}" if mark.state in ("served", "short") else "estate_exempt"


def _labels(names: PlanNames, style: str) -> JsonValue:
    keys = _ESTATE_FACTS if style.startswith("estate_") else _SPARE_FACTS if style == "spare" else _PLACE_FACTS
    own = {
        "present_cost": names.say("column.net_present"),
        "walk": walking_heading(names.plan.walks.method, names.lang),
        "measure": names.say("page.options"),
    }
    return [own.get(key) or names.say(f"column.{key}") for key in keys]


def _facts(names: PlanNames, mark: Mark) -> list[str]:
    if mark.kind == "estate":
        return _estate_facts(names, mark)
    if mark.kind in ("candidate", "given_up"):
        ways = sorted({names.label("kind", option.kind) for option in names.options_at.get(mark.id, ())})
        return [mark.township, joined(ways, names.lang)]
    place, room, options = names.places.get(mark.id), names.kept.get(mark.id), names.chosen_at.get(mark.id, ())
    sources = [names.say("existing")] if room else []
    sources += [names.measure(chosen) for chosen in options]
    area = place.gross_dm2 if place else room.area_dm2 if room else None
    cost = sum(line.pv_fen * names.signed(line) for chosen in options for line in names.lines_of.get(chosen.option, ()))
    ready = show("date", place.ready, names.lang) if place else ""
    money = show_with_unit("money", cost, names.lang) if options else ""
    return [mark.township, joined(sources, names.lang), show_with_unit("area", area, names.lang), ready, money]


def _estate_facts(names: PlanNames, mark: Mark) -> list[str]:
    row = names.services.get(mark.id)
    if row is None:
        return [mark.township]
    return [
        row.township,
        names.cohort(row.cohort),
        show("count", row.dwellings, names.lang),
        show_with_unit("area", row.required_dm2, names.lang),
        show_with_unit("area", row.held_dm2, names.lang),
        names.label("status", row.status),
        show_with_unit("seconds", row.nearest_walk_s, names.lang),
        row.clause,
    ]
