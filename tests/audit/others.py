"""Small invented laws, and plans under them, to show that the check reads any policy and not one only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from siteplanner.audit import audit, broken
from siteplanner.plan import BudgetUse, Chosen, Credit, KeptPremises, Line, PlaceRecord, Plan, Service, Status
from siteplanner.policy.schema import PolicyPack
from siteplanner.scenario.schema import Estate, Fund, Option, Premises, Scenario, Settings, Site, Walk
from siteplanner.walked import WalkRecord

DAY = date(2022, 1, 1)
TEXT = {"zh": "文", "en": "text"}


def amount(value: object, unit: str = "m2", clause: str = "C2") -> dict[str, object]:
    """Return a value of law."""
    return {"value": str(value), "unit": unit, "clause": clause}


def law(standard: Mapping[str, Any] | None = None, **parts: Any) -> PolicyPack:
    """Return a law with one class of estates: 20 m² per 100 anywhere in the township, unless told otherwise.

    C1 ways, C2 the standard, C3 its reach, C4 its deadline, C5 premises, C6 to C9 what a test adds.
    """
    base: dict[str, Any] = {
        "cohort": "old",
        "clause": "C2",
        "tests": [{"test": "per_hundred", "value": amount(20, "m2_per_100")}],
        "reach": {"mode": "township", "clause": "C3"},
        "deadline": {"date": "2022-12-31", "day": "included", "clause": "C4"},
    }
    tree: dict[str, Any] = {
        "id": "invented",
        "document": {"number": "1", "title": TEXT, "issuer": TEXT, "place": TEXT, "dated": "2021-01-01", "in_force_from": "2021-01-01"},
        "clauses": [{"id": f"C{n}", "where": str(n), "state": "enforced", "text": TEXT} for n in range(1, 10)],
        "funders": [{"id": "town", "name": TEXT}, {"id": "city", "name": TEXT}, {"id": "developer", "name": TEXT, "public": False}],
        "perspective": "town",
        "payer": "town",
        "running_payer": "town",
        "ways": [
            {"term": kind, "kind": kind, "works": ["none", "new", "conversion", "extension", "upgrade"], "clause": "C1"}
            for kind in ("purchase", "swap", "lease", "new_build", "provided", "own", "developer")
        ],
        "cohorts": [{"id": "old", "family": "old", "name": TEXT, "when": {}, "clause": "C1"}],
        "standards": [{**base, **(standard or {})}],
        "premises_kinds": [{"id": "room", "name": TEXT, "clause": "C5"}],
        **parts,
    }
    return PolicyPack.model_validate(tree)


def estate(id_: str, dwellings: int, **cells: Any) -> Estate:
    return Estate.model_validate({"estate": id_, "name": id_, "township": "T", "community": "K", "dwellings": dwellings, **cells})


def site(id_: str, **cells: Any) -> Site:
    return Site.model_validate({"site": id_, "name": id_, "township": "T", "community": "K", **cells})


def option(id_: str, site_: str, area_m2: object, kind: str = "provided", **cells: Any) -> Option:
    return Option.model_validate({"option": id_, "site": site_, "kind": kind, "area_m2": str(area_m2), **cells})


def county(
    pack: PolicyPack,
    estates: Sequence[Estate],
    sites: Sequence[Site],
    options: Sequence[Option],
    *,
    premises: Sequence[Premises] = (),
    walks: Mapping[tuple[str, str], int] | None = None,
    funds: Sequence[Fund] = (),
    **settings: Any,
) -> Scenario:
    """Return a scenario over five years at 25 %."""
    asked = {
        "title": "t",
        "policy": "invented",
        "county": "X",
        "base_date": DAY,
        "synthetic": True,
        "walking": {"method": "table"},
        "finance": {"base_year": 2022, "horizon_years": 5, "rate": "0.25"},
        **settings,
    }
    rows = tuple(Walk(estate=e, place=p, seconds=s) for (e, p), s in (walks or {}).items())
    return Scenario(
        settings=Settings.model_validate(asked),
        pack=pack,
        estates=tuple(estates),
        sites=tuple(sites),
        options=tuple(options),
        premises=tuple(premises),
        walks=rows,
        funds=tuple(funds),
    )


def table(case: Scenario) -> dict[tuple[str, str], int]:
    """Return the scenario's walks as a pairs table."""
    return {(w.estate, w.place): w.seconds for w in case.walks}


def made(
    case: Scenario,
    chosen: Mapping[str, int],
    credits: Sequence[tuple[str, str, int]],
    needs: Mapping[str, int],
    *,
    net: Mapping[str, int] | None = None,
    ready: Mapping[str, date] | None = None,
    checkpoints: Sequence[date] = (date(2022, 12, 31),),
    ledger: Sequence[Line] = (),
    held: Mapping[str, int] | None = None,
    pairs: Mapping[tuple[str, str], int] | None = None,
) -> Plan:
    """Write a plan: options with their dm², credits (estate, place, dm²) at every checkpoint, needs in dm² by estate."""
    options, sites = {o.id: o for o in case.options}, {s.id: s for s in case.sites}
    walks = table(case) if pairs is None else dict(pairs)
    rows = []
    for name, area in sorted(chosen.items()):
        o = options[name]
        s = sites[o.site]
        place = o.extends or (s.cluster if case.pack.cluster and s.cluster else s.id)
        rows.append(
            Chosen(
                option=name, site=s.id, place=place, kind=o.kind, works=o.works, township=s.township, area_dm2=area,
                net_area_dm2=(net or {}).get(name, area), start=DAY, ready=(ready or {}).get(name, DAY),
            )
        )  # fmt: skip
    places = []
    for place in sorted({row.place for row in rows}):
        of = [row for row in rows if row.place == place]
        old = [room for room in case.premises if room.id == place]
        kind = "premises" if old else "cluster" if any(sites[row.site].cluster == place for row in of) else "site"
        held_area = sum(room.area_dm2 for room in old)
        places.append(
            PlaceRecord.model_validate(
                {
                    "place": place, "name": place, "kind": kind, "members": [row.site for row in of], "township": of[0].township,
                    "gross_dm2": held_area + sum(row.area_dm2 for row in of), "net_dm2": held_area + sum(row.net_area_dm2 for row in of),
                    "ready": max(row.ready for row in of),
                }
            )
        )  # fmt: skip
    got = {e.id: sum(area for who, _, area in credits if who == e.id) for e in case.estates} if held is None else held
    mode = case.pack.standards[0].reach.mode
    return Plan(
        title="t",
        county="X",
        policy="invented",
        variant="",
        changes=(),
        synthetic=True,
        switches={},
        inputs={},
        what_if=(),
        base_date=DAY,
        perspective="town",
        objective=("least_cost",),
        files=(),
        walks=WalkRecord(method=case.settings.walking.method, sha256="", pairs=len(walks)),
        status=Status(status="optimal", levels=(), asked_gap=0, solver="hand", solver_version="1", threads=1, seed=0),
        terms=(),
        chosen=tuple(rows),
        premises=tuple(
            KeptPremises(
                premises=r.id,
                place=r.id,
                township=r.township,
                area_dm2=r.area_dm2,
                fate="extended" if any(options[n].extends == r.id for n in chosen) else "kept",
            )
            for r in case.premises
        ),
        places=tuple(places),
        checkpoints=tuple(checkpoints),
        credits=tuple(
            Credit(checkpoint=day, estate=e, place=p, area_dm2=a, walk_s=walks.get((e, p)) if mode == "walk" else None)
            for day in checkpoints
            for e, p, a in credits
        ),
        services=tuple(
            Service(
                estate=e.id,
                name=e.name,
                township=e.township,
                cohort=next((c.id for c in case.pack.cohorts if c.when.cohort in (None, e.cohort)), ""),
                dwellings=e.dwellings,
                status="served" if got.get(e.id, 0) >= needs[e.id] else "short",
                required_dm2=needs[e.id],
                held_dm2=got.get(e.id, 0),
            )
            for e in case.estates
        ),
        duties=(),
        exceptions=(),
        rejected=(),
        ledger=tuple(ledger),
        budgets=tuple[BudgetUse, ...](),
    )


def line(option_: str, site_: str, year: int, kind: str, yuan: int, pv: int, clause: str = "C1", **cells: Any) -> Line:
    """Return a ledger line, amounts in yuan, from the town to the market unless told otherwise."""
    row = {
        "site": site_, "option": option_, "township": "T", "year": year, "payer": "town", "receiver": "market", "kind": kind, "item": kind,
        "clause": clause, "fen": yuan * 100, "pv_fen": pv * 100, "cash": kind not in ("residual", "asset_given_up"),
    }  # fmt: skip
    return Line.model_validate({**row, **cells})


def wrong(case: Scenario, plan: Plan, pairs: Mapping[tuple[str, str], int] | None = None) -> list[tuple[str, str, str]]:
    """Return clause, code and subject of everything that breaks a plan."""
    found = broken(audit(case, plan, table(case) if pairs is None else pairs))
    return [(f.clause, f.code, f.subject) for f in found]
