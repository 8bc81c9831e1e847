"""Where one more candidate of a given area and price would save most: cells of a grid, each tried by solving again.

Cells from which the same estates can be reached are one question. A cell within whose reach are only estates that another cell reaches
too can save no more than that one: what is known of the wider cells bounds the others, and those that cannot be among the best
are not solved. Where walks come from a table, the cells are the places that it knows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from siteplanner.case.case import Case, Offer
from siteplanner.case.demand import walk_limit_s
from siteplanner.case.prepare import prepare
from siteplanner.case.walking import EARTH_RADIUS_M, find_walks
from siteplanner.coordinates import is_degrees
from siteplanner.model.variables import on_foot
from siteplanner.policy.schema import Kind
from siteplanner.scenario.schema import Estate, Option, Premises, Scenario, Site, Walk
from siteplanner.solve.crew import ALONE, Crew
from siteplanner.solve.levels import Clock
from siteplanner.whatif.lab import Lab
from siteplanner.whatif.likeness import make_like
from siteplanner.whatif.variation import Found, Variation

Question = tuple[str, frozenset[str]]
"""What makes cells alike: township (whose budgets pay) and estates in reach."""
Hindrance = Literal["nobody", "pattern", "unfit"]
PREFIX = "CELL"
BATCH = 8
MOST_CELLS = 4000


@dataclass(frozen=True, slots=True)
class Wanted:
    """The candidate that is looked for: its kind, gross area in dm², price, fit-out and yearly rent in fen."""

    kind: Kind
    area_dm2: int
    price_fen: int = 0
    fit_out_fen: int = 0
    rent_fen: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """A place for a candidate: where it is, the estates in reach.

    ``beside`` names the place it stands next to, ``territory`` the community or township in which it may stand anywhere, if any.
    """

    id: str
    x: float | None
    y: float | None
    beside: str
    estates: frozenset[str]
    territory: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """What a candidate in a cell would save, fen: exactly where ``solved``, else at most; and the sites that would go.

    ``late`` says that time was too short for the cell: it could still be among the best.
    """

    cell: Cell
    saving_fen: int
    solved: bool
    leaves: tuple[str, ...] = ()
    late: bool = False


@dataclass(frozen=True, slots=True)
class Scouting:
    """The cells, the most saving first, and the least cost without any of them; None without a plan, or without one in time (``late``).

    ``hindrance`` names what keeps every such candidate out, where something does: ``nobody`` (no estate is served by a room outside it),
    ``pattern`` (no candidate of the scenario to copy), ``unfit`` (the kind and area are taken for no estate).
    """

    base_fen: int | None
    tried: tuple[Tried, ...]
    hindrance: Hindrance | None = None
    late: bool = False


def scout(
    scenario: Scenario,
    wanted: Wanted,
    *,
    cell_m: float,
    best: int,
    seconds: float | None = None,
    told: Callable[[int, int], None] | None = None,
    crew: Crew = ALONE,
) -> Scouting:
    """Return what one candidate would save in each cell.

    Parameters
    ----------
    cell_m : float
        Side of a cell, metres.
    best : int
        How many of the best cells must be solved; those that cannot be among them get a bound alone.
    seconds : float, optional
        Limit for everything together; cells not solved by then get a bound alone.
    crew : Crew
        Who solves the parts that a candidate reaches; which cells are solved does not depend on it.
    """
    plain = prepare(scenario)
    cells = _cells(plain, cell_m)
    alike: dict[Question, list[Cell]] = {}
    for cell in cells:
        if cell.estates:
            alike.setdefault((_home(plain, cell).township, cell.estates), []).append(cell)
    first = {question: members[0] for question, members in alike.items()}
    if not first:
        return Scouting(None, (), "nobody")
    made = _with_cells(plain, wanted, list(first.values()))
    if made is None:
        return Scouting(None, (), "pattern")
    case = prepare(made)
    offers: dict[str, list[Offer]] = {}
    for offer in case.offers:
        if offer.site.startswith(PREFIX):
            offers.setdefault(offer.site, []).append(offer)
    if not offers:
        return Scouting(None, (), "unfit")
    lab = Lab(case, clock=Clock(seconds), absent=lambda offer: offer.site.startswith(PREFIX), crew=crew)
    if lab.base.fen is None:
        return Scouting(None, (), late=lab.base.verdict != "infeasible")
    known = _search(lab, {key: cell for key, cell in first.items() if cell.id in offers}, offers, best, told)
    spread = [replace(known[question], cell=cell) for question, members in alike.items() if question in known for cell in members]
    return Scouting(lab.base.fen, tuple(sorted(spread, key=lambda t: (-t.saving_fen, not t.solved, t.cell.id))))


def _search(
    lab: Lab, first: dict[Question, Cell], offers: dict[str, list[Offer]], best: int, told: Callable[[int, int], None] | None
) -> dict[Question, Tried]:
    """Solve the widest cells first, and of the others those that could still be among the best."""
    waiting = sorted(first, key=lambda question: (-len(question[1]), question[0], sorted(question[1])))
    known: dict[Question, Tried] = {}
    while waiting:
        batch: list[Question] = []
        rest: list[Question] = []
        floor = _kth([t.saving_fen for t in known.values() if t.solved], best)
        for question in waiting:
            bound = min((t.saving_fen for other, t in known.items() if _wider(other, question)), default=None)
            if bound is not None and bound <= max(0, floor):
                known[question] = Tried(first[question], bound, solved=bound == 0)
            elif len(batch) < BATCH and not any(_wider(other, question) for other in batch):
                batch.append(question)
            else:
                rest.append(question)
        asked = [Variation(present=lab.belonging(offers[first[question].id])) for question in batch]
        for question, found in zip(batch, lab.many(asked), strict=True):
            wider = min((t.saving_fen for other, t in known.items() if _wider(other, question)), default=None)
            known[question] = _saved(lab, first[question], found, wider)
        waiting = rest
        if told is not None:
            told(len(known), len(first))
    return known


def _wider(other: Question, question: Question) -> bool:
    """Return whether a cell of the same township reaches all that another reaches, and more: it saves no less."""
    return other[0] == question[0] and question[1] < other[1]


def _saved(lab: Lab, cell: Cell, found: Found, wider: int | None) -> Tried:
    """Return what a cell saves; where time was short, at most what its own bound and the wider cells leave.

    A cell without a bound saves at most all of the cost and all that could be received besides: a net cost may be below nothing.
    """
    base = lab.base.fen or 0
    if found.point is None or found.fen is None or lab.base.point is None or found.verdict != "proven" or lab.base.verdict != "proven":
        own = base - math.floor(max(found.bound_fen, lab.lowest(lab.goals[lab.base.cost])))
        return Tried(cell, max(0, own if wider is None else min(own, wider)), solved=False, late=True)
    before, after = ({pick.site for pick in lab.chosen(point)} for point in (lab.base.point, found.point))
    return Tried(cell, max(0, base - found.fen), solved=True, leaves=tuple(sorted(before - after)))


def _kth(savings: Sequence[int], number: int) -> int:
    """Return the least of the so many greatest savings; 0 while there are fewer."""
    return sorted(savings, reverse=True)[number - 1] if len(savings) >= number else 0


def _cells(case: Case, cell_m: float) -> list[Cell]:
    cells = _territories(case)
    if case.scenario.settings.walking.method == "table":
        return [*cells, *_beside_places(case)]
    points = list(_grid(case.scenario, cell_m))
    probe = case.scenario.model_copy(update={"sites": tuple(points), "premises": (), "options": ()})
    limits = _limits(case)
    walks = find_walks(probe, max(limits.values(), default=0), estate_pairs=False).seconds
    near: dict[str, set[str]] = {}
    for (estate, point), seconds in walks.items():
        if seconds <= limits.get(estate, -1):
            near.setdefault(point, set()).add(estate)
    return [*cells, *(Cell(point.id, point.x, point.y, "", frozenset(near[point.id])) for point in points if point.id in near)]


def _territories(case: Case) -> list[Cell]:
    """Return a cell for each community or township whose estates are served by any room in it, beside one of them."""
    members: dict[tuple[str, str], list[Estate]] = {}
    for need in case.needs:
        mode = need.standard.reach.mode
        if need.status == "due" and mode in ("community", "township"):
            key = (need.estate.township, need.estate.community if mode == "community" else "")
            members.setdefault(key, []).append(need.estate)
    cells = []
    for number, (key, estates) in enumerate(sorted(members.items()), 1):
        beside = min(estates, key=lambda estate: estate.id)
        name = "/".join(part for part in key if part)
        cells.append(Cell(f"{PREFIX}T{number:04d}", beside.x, beside.y, "", frozenset(e.id for e in estates), name))
    return cells


def _limits(case: Case) -> dict[str, int]:
    """Return the longest walk of each estate that must be served on foot, seconds."""
    walkers = [need for need in case.needs if need.status == "due" and on_foot(need)]
    return {need.id: walk_limit_s(case.scenario, need) or 0 for need in walkers}


def _beside_places(case: Case) -> list[Cell]:
    limits = _limits(case)
    near: dict[str, set[str]] = {}
    for (estate, place), seconds in case.walks.items():
        if seconds <= limits.get(estate, -1):
            near.setdefault(place, set()).add(estate)
    places: list[Site | Premises] = [*case.scenario.sites, *case.scenario.premises]
    known = [place for place in places if place.id in near]
    return [Cell(f"{PREFIX}{n:04d}", p.x, p.y, p.id, frozenset(near[p.id])) for n, p in enumerate(known, 1)]


def _grid(scenario: Scenario, cell_m: float) -> Iterator[Site]:
    """Yield the middle of every cell of a grid over the estates; cells grow where there would be too many."""
    known = [(estate, float(estate.x), float(estate.y)) for estate in scenario.estates if estate.x is not None and estate.y is not None]
    if not known:
        return
    xs, ys = [x for _, x, _ in known], [y for _, _, y in known]
    wide, high = cell_m, cell_m
    if is_degrees(scenario.settings.crs):
        degree_m = math.radians(1) * EARTH_RADIUS_M
        wide, high = cell_m / (degree_m * max(0.01, math.cos(math.radians(sum(ys) / len(ys))))), cell_m / degree_m
    while ((max(xs) - min(xs)) / wide + 3) * ((max(ys) - min(ys)) / high + 3) > MOST_CELLS:
        wide, high = wide * 1.25, high * 1.25
    number = 0
    for row in range(-1, int((max(ys) - min(ys)) / high) + 2):
        for column in range(-1, int((max(xs) - min(xs)) / wide) + 2):
            number += 1
            x, y = min(xs) + (column + 0.5) * wide, min(ys) + (row + 0.5) * high
            nearest = min(known, key=lambda e: ((e[1] - x) / wide) ** 2 + ((e[2] - y) / high) ** 2)[0]
            yield _point(f"{PREFIX}{number:04d}", x, y, nearest)


def _point(key: str, x: float, y: float, estate: Estate) -> Site:
    return Site.model_construct(id=key, name=key, township=estate.township, district=estate.district, community=estate.community, x=x, y=y)


def _with_cells(case: Case, wanted: Wanted, cells: Sequence[Cell]) -> Scenario | None:
    """Return the scenario with the candidate in every cell, made like a lawful one of its kind; None where there is none to copy."""
    pattern = _pattern(case, wanted.kind)
    if pattern is None:
        return None
    way: dict[str, object] = {
        "kind": wanted.kind, "works": "none", "price_fen": wanted.price_fen, "fit_out_fen": wanted.fit_out_fen, "rent_fen": wanted.rent_fen,
    }  # fmt: skip
    walks = dict(case.walks)
    sites, options, more = [*case.scenario.sites], [*case.scenario.options], [*case.scenario.walks]
    for cell in cells:
        site, option = make_like(pattern, cell.id, _home(case, cell), wanted.area_dm2, {"x": cell.x, "y": cell.y}, way)
        sites.append(site)
        options.append(option)
        if cell.beside:
            more += [Walk(estate=e, place=cell.id, seconds=walks[e, cell.beside]) for e in sorted(cell.estates)]
    return case.scenario.model_copy(update={"sites": tuple(sites), "options": tuple(options), "walks": tuple(more)})


def _home(case: Case, cell: Cell) -> Estate:
    """Return the estate whose township and community a cell belongs to: the nearest in reach."""
    estates = [estate for estate in case.scenario.estates if estate.id in cell.estates]
    x, y = cell.x, cell.y
    if x is None or y is None:
        return min(estates, key=lambda estate: estate.id)
    return min(estates, key=lambda e: (math.hypot((e.x or 0.0) - x, (e.y or 0.0) - y), e.id))


def _pattern(case: Case, kind: Kind) -> tuple[Site, Option] | None:
    sites = {site.id: site for site in case.scenario.sites}
    fit = [offer for offer in case.offers if offer.extends is None and not sites[offer.site].cluster and offer.qualifies]
    if not fit:
        return None
    best = min(fit, key=lambda offer: (case.option(offer.option).kind != kind, case.option(offer.option).works != "none", offer.id))
    return sites[best.site], case.option(best.option)
