"""A county of a few rows under any policy, and a plan written by hand for it: no solver, every number chosen by the test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache

from policy.samples import resolved
from siteplanner import plan as record
from siteplanner.ledger import ledger_lines
from siteplanner.policy.rules import cohort_of
from siteplanner.scenario.schema import Estate, Finance, Option, Premises, Scenario, Settings, Site
from siteplanner.scenario.walking import Walking

Cells = Mapping[str, object]
SITE_KEYS = {info.alias or name for name, info in Site.model_fields.items()} - {"note", "site"}
TOWN = "甲镇"


def estate(key: str, **cells: object) -> Estate:
    """Return an estate of 100 dwellings in the town."""
    return Estate.model_validate({"estate": key, "name": key, "township": TOWN, "dwellings": "100"} | _texts(cells))


def room(key: str, **cells: object) -> tuple[Site, Option]:
    """Return a site and its one option of the same number: ``R1`` is the option, ``R1s`` the site. Default: 600 m² bought."""
    own = {name: cell for name, cell in cells.items() if name in SITE_KEYS}
    rest = {name: cell for name, cell in cells.items() if name not in SITE_KEYS}
    site = {"site": f"{key}s", "name": key, "township": TOWN} | _texts(own)
    option = {"option": key, "site": f"{key}s", "kind": "purchase", "area_m2": "600"} | _texts(rest)
    return Site.model_validate(site), Option.model_validate(option)


def premises(key: str, kind: str, **cells: object) -> Premises:
    """Return premises of 100 m² in the town, in use."""
    return Premises.model_validate({"premises": key, "name": key, "kind": kind, "township": TOWN, "area_m2": "100"} | _texts(cells))


def _texts(cells: Cells) -> dict[str, object]:
    """Return cells as a file holds them; an empty one is not there."""
    return {name: str(cell) for name, cell in cells.items() if cell != ""}


_pack = cache(resolved)


def scenario(
    policy: str,
    rooms: Sequence[tuple[Site, Option]] = (),
    estates: Sequence[Estate] = (),
    held: Sequence[Premises] = (),
    *,
    base: str = "2020-01-01",
    years: int = 5,
    everything: bool = False,
    **switches: str,
) -> Scenario:
    """Return a scenario whose horizon is `years` years from the year of its base date, at rate 0."""
    pack = _pack(policy, everything=everything, **switches)
    settings = Settings(
        title="t",
        policy=policy,
        county="c",
        base_date=date.fromisoformat(base),
        walking=Walking(method="table"),
        finance=Finance(base_year=int(base[:4]), horizon_years=years, rate=Decimal(0)),
    )
    return Scenario(
        settings=settings,
        pack=pack,
        estates=tuple(estates),
        sites=tuple(site for site, _ in rooms),
        options=tuple(option for _, option in rooms),
        premises=tuple(held),
    )


def plan(
    county: Scenario,
    *,
    start: str = "",
    ready: str | Mapping[str, str] = "",
    status: Mapping[str, str] | None = None,
    credits: Sequence[tuple[str, str, str, int]] = (),
    checkpoints: Sequence[str] = ("2030-12-31",),
    given_up: Mapping[str, str] | None = None,
    required_dm2: int = 0,
    perspective: str = "",
) -> record.Plan:
    """Return a plan that starts every option on the base date (or `start`); a room is ready then unless `ready` says when.

    `status` gives estates that are not served, `credits` rows of day, estate, place and dm², `given_up` premises and the
    option that gives them up.
    """
    begin = date.fromisoformat(start) if start else county.settings.base_date
    days = ready if isinstance(ready, Mapping) else {option.id: ready for option in county.options if ready}
    sites = {site.id: site for site in county.sites}
    chosen = tuple(_chosen(option, sites[option.site], begin, days.get(option.id, "")) for option in county.options)
    places = {**_places(county, chosen, sites), **_kept_places(county, given_up or {})}
    return record.Plan(
        title="t", county="c", policy=county.pack.id, variant="", changes=(), synthetic=True, switches={}, inputs={}, what_if=(),
        base_date=county.settings.base_date, perspective=perspective or county.pack.perspective, objective=("least_cost",), files=(),
        walks=record.WalkRecord(method="table", sha256="0" * 64, pairs=0),
        status=record.Status(status="optimal", levels=(), asked_gap=0.0, solver="", solver_version="", threads=1, seed=0),
        terms=(), chosen=chosen,
        premises=tuple(_kept(p, (given_up or {}).get(p.id, "")) for p in county.premises),
        places=tuple(places[key] for key in sorted(places)),
        checkpoints=tuple(date.fromisoformat(day) for day in checkpoints),
        credits=tuple(
            record.Credit(checkpoint=date.fromisoformat(day), estate=e, place=p, area_dm2=dm2, walk_s=60) for day, e, p, dm2 in credits
        ),
        services=tuple(_service(county, e, (status or {}).get(e.id, "served"), required_dm2) for e in county.estates),
        duties=(), exceptions=(), rejected=(), ledger=ledger_lines(county, chosen, places), budgets=(),
    )  # fmt: skip


def _chosen(option: Option, site: Site, start: date, ready: str) -> record.Chosen:
    area = option.area_dm2 or 0
    return record.Chosen(
        option=option.id, site=site.id, place=option.extends or site.cluster or site.id, kind=option.kind, works=option.works,
        township=site.township, area_dm2=area, net_area_dm2=area, start=start, ready=date.fromisoformat(ready) if ready else start,
    )  # fmt: skip


def _places(county: Scenario, chosen: Sequence[record.Chosen], sites: Mapping[str, Site]) -> dict[str, record.PlaceRecord]:
    held = {p.id: p.area_dm2 for p in county.premises}
    found = {}
    for key in {pick.place for pick in chosen}:
        picks = [pick for pick in chosen if pick.place == key]
        area = sum(pick.area_dm2 for pick in picks) + held.get(key, 0)
        kind = "premises" if key in held else "cluster" if sites[picks[0].site].cluster else "site"
        found[key] = record.PlaceRecord.model_validate(
            {
                "place": key, "name": key, "kind": kind, "members": tuple(sorted(p.site for p in picks)), "township": picks[0].township,
                "gross_dm2": area, "net_dm2": area, "ready": max(p.ready for p in picks),
            }
        )  # fmt: skip
    return found


def _kept_places(county: Scenario, given_up: Mapping[str, str]) -> dict[str, record.PlaceRecord]:
    extended = {option.extends for option in county.options}
    return {
        p.id: record.PlaceRecord(
            place=p.id, name=p.name, kind="premises", members=(p.id,), township=p.township, gross_dm2=p.area_dm2, net_dm2=p.area_dm2,
            ready=county.settings.base_date,
        )
        for p in county.premises if p.id not in given_up and p.id not in extended
    }  # fmt: skip


def _kept(held: Premises, by: str) -> record.KeptPremises:
    return record.KeptPremises(
        premises=held.id, place=held.id, township=held.township, area_dm2=held.area_dm2, fate="given_up" if by else "kept", by=by
    )


def _service(county: Scenario, row: Estate, status: str, required_dm2: int) -> record.Service:
    dates = {"approved": row.approved, "started": row.started, "completed": row.completed}
    cohort = cohort_of(county.pack, kind=row.kind, cohort=row.cohort, in_programme=row.in_programme, dates=dates)
    return record.Service.model_validate(
        {
            "estate": row.id, "name": row.name, "township": row.township, "cohort": cohort.id if cohort else "",
            "dwellings": row.dwellings, "status": status, "required_dm2": required_dm2, "held_dm2": required_dm2,
        }
    )  # fmt: skip
