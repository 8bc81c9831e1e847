"""A small county under the first policy and a plan for it that obeys every clause, both written by hand.

Needs (m²): E1 999 x 0.20 = 199.80, E2 1001 x 0.20 = 200.20, E3 is new: 11 hundreds x 30 = 330, E4 is demolished on the last
day of the two years, E5 is no residential estate of the kinds covered, E6 100, E7 170, E8 200, E9 240.

Rooms: S1 400.00 = 199.80 + 200.20 for E1 and E2. S3 330.00 stands in E3. P1 counts with the 60.00 set aside for the old; with 40.00
of cluster C1 (S4 150.00 + S5 60.00 = 210.00, exactly 50 m apart) it serves E6, and the other 170.00 of C1 serve E7. P2 120.00 is
extended by 80.00 to 200.00 for E8. S6 240.00 is got in exchange for P3 and serves E9, which has a longer circle for a reason.

Every start is 2022-01-13 and everything must be ready by 2022-09-30, the day before the named day. At 25 % the present-value
factors of 2022, 2023 and 2024 are 1, 0.8 and 0.64.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeVar

from pydantic import BaseModel

from siteplanner.audit import audit, broken
from siteplanner.plan import (
    BudgetUse,
    Chosen,
    Credit,
    Duty,
    Finding,
    KeptPremises,
    Line,
    NamedException,
    PlaceRecord,
    Plan,
    Service,
    Status,
    Term,
)
from siteplanner.policy.load import raw_pack, resolve
from siteplanner.policy.schema import PolicyPack
from siteplanner.scenario.schema import Budget, Estate, Option, Premises, Scenario, Settings, Site, Walk
from siteplanner.walked import WalkRecord

Row = TypeVar("Row", bound=BaseModel)
Walks = dict[tuple[str, str], int]
DAY = date(2022, 1, 13)
DUE = date(2022, 9, 30)
TOWN, OTHER = "桐君街道", "横村镇"
CONSENT, STREET, FAR = "民批〔2022〕1号", "老街无独栋房屋", "沿江狭长地带"
EVIDENCE = "旧改计划第3项"

WALKS: Walks = {
    ("E1", "S1"): 900,
    ("E2", "S1"): 700,
    ("E3", "S3"): 30,
    ("E3", "S4"): 200,
    ("E6", "P1"): 300,
    ("E6", "P3"): 100,
    ("E6", "S4"): 800,
    ("E7", "S1"): 850,
    ("E7", "S4"): 500,
    ("E8", "P2"): 450,
    ("E9", "S6"): 1000,
    ("E9", "S1"): 640,
}


def pack(**switches: str) -> PolicyPack:
    """Return the policy with some switches turned."""
    return resolve(raw_pack("tonglu-2021"), switches, {"cohort_date": "2018-02-01"})


def estate(id_: str, dwellings: int, started: str = "1999-05-01", **cells: object) -> Estate:
    """Return an estate row."""
    row = {"estate": id_, "name": id_, "township": TOWN, "community": "C", "dwellings": dwellings, "started": started, **cells}
    return Estate.model_validate(row)


def site(id_: str, **cells: object) -> Site:
    """Return a site row in a stand-alone building."""
    return Site.model_validate({"site": id_, "name": id_, "township": TOWN, "community": "C", "detached": True, **cells})


def option(id_: str, site_: str, kind: str, works: str, area: str | None, **cells: object) -> Option:
    """Return an option row; amounts in yuan, areas in m²."""
    area_cell = {} if area is None else {"area_m2": area}
    return Option.model_validate({"option": id_, "site": site_, "kind": kind, "works": works, **area_cell, **cells})


ESTATES = (
    estate("E1", 999),
    estate("E2", 1001),
    estate("E3", 1001, "2019-03-01"),
    estate("E4", 300, demolition_date="2024-01-13", demolition_evidence=EVIDENCE),
    estate("E5", 100, kind="other"),
    estate("E6", 500),
    estate("E7", 850),
    estate("E8", 1000),
    estate("E9", 1200, circle_exception_minutes=18, circle_exception_reason=FAR),
)
SITES = (
    site("S1", building_group="G1"),
    site("S2", building_group="G1"),
    site("S3", estate="E3"),
    site("S4", x=1000, y=1000, cluster="C1", cluster_main=True, cluster_approval=CONSENT),
    site("S5", x=1030, y=1040, cluster="C1"),
    site("S6", detached=False, detached_exception=STREET),
    site("S7"),
    site("S8"),
)
OPTIONS = (
    option(
        "O1", "S1", "purchase", "conversion", "400", price_yuan=2_000_000, tax_fee_yuan=60_000, fit_out_yuan_per_m2=500,
        running_yuan_per_year=12_000, lead_days=200, useful_life_years=50,
    ),
    option("O1B", "S1", "lease", "none", "400"),
    option("O2", "S2", "purchase", "none", "400"),
    option("O3", "S3", "developer", "new", "330", price_yuan_per_m2=4_000, lead_days=150),
    option(
        "O4", "S4", "lease", "conversion", "150", rent_yuan_per_m2_year=100, rent_growth="0.05", deposit_yuan=5_000,
        fit_out_yuan=30_000, lead_days=60,
    ),
    option("O5", "S5", "provided", "upgrade", "60", price_yuan=100_000, rent_yuan_per_year="333.33", fit_out_yuan=20_000, lead_days=30),
    option("O6", "S6", "swap", "none", "240", price_yuan=50_000, gives_up="P3", asset_given_up_yuan=300_000, lead_days=10),
    option("O7", "S7", "own", "extension", "80", extends="P2", fit_out_yuan=90_000, lead_days=120),
    option("O8", "S8", "lease", "none", None, area_min_m2=200, area_max_m2=500, lock="out"),
)  # fmt: skip
PREMISES = tuple(
    Premises.model_validate({"name": row["premises"], "township": TOWN, "community": "C", **row})
    for row in (
        {"premises": "P1", "kind": "mixed", "area_m2": 800, "set_aside_m2": 60},
        {"premises": "P2", "kind": "canteen", "area_m2": 120},
        {"premises": "P3", "kind": "care_centre", "area_m2": 100},
    )
)
BUDGETS = tuple(
    Budget.model_validate(dict(zip(("budget", "payer", "years", "measure", "limit_yuan", "carry_over"), row, strict=True)))
    for row in (
        ("B1", "township", "2022", "gross_capital", "2455000", False),
        ("B2", "county", "2022-2024", "grants", "300000", False),
        ("B3", "township", "2022", "net", "3000000", True),
        ("B4", "township", "2023", "net", "10000", False),
    )
)


def scenario(**changes: object) -> Scenario:
    """Return the scenario, with some of its parts replaced."""
    settings = Settings.model_validate(
        {
            "title": "手写小例（合成）",
            "policy": "tonglu-2021",
            "county": "桐庐县",
            "base_date": DAY,
            "synthetic": True,
            "crs": "epsg:4549",
            "walking": {"method": "table"},
            "finance": {"base_year": 2022, "horizon_years": 3, "rate": "0.25"},
        }
    )
    walks = tuple(Walk(estate=e, place=p, seconds=s) for (e, p), s in WALKS.items())
    base = Scenario(
        settings=settings, pack=pack(), estates=ESTATES, sites=SITES, options=OPTIONS, premises=PREMISES, walks=walks, budgets=BUDGETS
    )
    return base.model_copy(update=changes)


CHOSEN = """
O1 S1 S1 purchase conversion 40000 2022-08-01
O3 S3 S3 developer new 33000 2022-06-12
O4 S4 C1 lease conversion 15000 2022-03-14
O5 S5 C1 provided upgrade 6000 2022-02-12
O6 S6 S6 swap none 24000 2022-01-23
O7 S7 P2 own extension 8000 2022-05-13
"""
PLACES = """
C1 cluster S4,S5 21000 2022-03-14
P1 premises P1 6000 2022-01-13
P2 premises P2 20000 2022-05-13
S1 site S1 40000 2022-08-01
S3 site S3 33000 2022-06-12
S6 site S6 24000 2022-01-23
"""
CREDITS = """
E1 S1 19980 900
E2 S1 20020 700
E3 S3 33000 30
E6 C1 4000 800
E6 P1 6000 300
E7 C1 17000 500
E8 P2 20000 450
E9 S6 24000 1000
"""
SERVICES = """
E1 existing 999 served 19980
E2 existing 1001 served 20020
E3 new 1001 served 33000
E4 existing 300 exempt 0
E5 existing 100 out_of_scope 0
E6 existing 500 served 10000
E7 existing 850 served 17000
E8 existing 1000 served 20000
E9 existing 1200 served 24000
"""
LEDGER = """
S1 O1 2022 township market price price TL1 200000000 200000000
S1 O1 2022 township market tax_fee tax_fee TL1 6000000 6000000
S1 O1 2022 township market fit_out fit_out TL1 20000000 20000000
S1 O1 2022 township market running running TL1 1200000 1200000
S1 O1 2023 township market running running TL1 1200000 960000
S1 O1 2024 township market running running TL1 1200000 768000
S1 O1 2024 township market residual residual TL1 -188000000 -120320000
S1 O1 2022 county township grant works_grant TL13 10000000 10000000
S3 O3 2022 developer market price price TL4 132000000 132000000
S4 O4 2022 township market deposit deposit TL1 500000 500000
S4 O4 2022 township market fit_out fit_out TL1 3000000 3000000
S4 O4 2022 township market rent rent TL1 1500000 1500000
S4 O4 2023 township market rent rent TL1 1575000 1260000
S4 O4 2024 township market rent rent TL1 1653750 1058400
S4 O4 2024 township market residual residual TL1 -500000 -320000
S4 O4 2022 county township grant works_grant TL13 10000000 10000000
S5 O5 2022 township market fit_out fit_out TL1 2000000 2000000
S5 O5 2022 township market rent rent TL1 33333 33333
S5 O5 2023 township market rent rent TL1 33333 26666
S5 O5 2024 township market rent rent TL1 33333 21333
S6 O6 2022 township market price price TL1 5000000 5000000
S6 O6 2022 township market asset_given_up asset_given_up TL1 30000000 30000000
S7 O7 2022 township market fit_out fit_out TL1 9000000 9000000
S7 O7 2022 county township grant works_grant TL13 5000000 5000000
"""
"""O1: 2,000,000 + 60,000 + 400 m2 x 500; 47 of 50 years of the price are left after three. O4: 150 m2 x 100 of rent, 5 % more each
year; its deposit comes back after the horizon. O5: provided, so no price; its upgrade earns nothing because the cluster's one
grant is O4's. O6: no works, no grant. O3: at the developer's expense, no grant."""
USES = """
B1 township 2022 gross_capital 245500000 0 245500000
B2 county 2022-2024 grants 30000000 0 25000000
B3 township 2022 net 300000000 0 223233333
B4 township 2023 net 77766667 76766667 2808333
"""
"""B1: 2,260,000 + 35,000 + 20,000 + 50,000 + 90,000. B3: B1 + 12,000 + 15,000 + 333.33 - 250,000; what is left passes to B4."""


def cells(table: str) -> list[list[str]]:
    """Split a table into cells."""
    return [line.split() for line in table.strip().splitlines()]


def _lines() -> tuple[Line, ...]:
    return tuple(
        Line.model_validate(
            {
                "site": s, "option": o, "township": TOWN, "year": y, "payer": p, "receiver": r, "kind": k, "item": i, "clause": c,
                "fen": fen, "pv_fen": pv, "cash": k not in ("residual", "asset_given_up"),
            }
        )
        for s, o, y, p, r, k, i, c, fen, pv in cells(LEDGER)
    )  # fmt: skip


def _services() -> tuple[Service, ...]:
    found = []
    for e, cohort, dwellings, status, need in cells(SERVICES):
        row = {"estate": e, "name": e, "township": TOWN, "cohort": cohort, "dwellings": dwellings, "status": status}
        found.append(Service.model_validate({**row, "required_dm2": need, "held_dm2": need}))
    return tuple(found)


def plan(**changes: object) -> Plan:
    """Return the plan that obeys every clause, with some of its parts replaced."""
    law = pack()
    chosen = tuple(
        Chosen.model_validate(
            {
                "option": o, "site": s, "place": p, "kind": k, "works": w, "township": TOWN, "area_dm2": a, "net_area_dm2": a,
                "start": DAY, "ready": r,
            }
        )
        for o, s, p, k, w, a, r in cells(CHOSEN)
    )  # fmt: skip
    base = Plan(
        title="手写小例（合成）",
        county="桐庐县",
        policy="tonglu-2021",
        variant="",
        changes=(),
        synthetic=True,
        switches=law.switches_in_force,
        inputs=law.inputs_in_force,
        what_if=(),
        base_date=DAY,
        perspective="township",
        objective=("least_cost",),
        files=(),
        walks=WalkRecord(method="table", sha256="0" * 64, pairs=len(WALKS)),
        status=Status(status="optimal", levels=(), asked_gap=0, solver="hand", solver_version="1", threads=1, seed=0),
        terms=(Term(objective="least_cost", name="net_cost", amount=136_687_732),),
        chosen=chosen,
        premises=(
            KeptPremises(premises="P1", place="P1", township=TOWN, area_dm2=6000, fate="kept"),
            KeptPremises(premises="P2", place="P2", township=TOWN, area_dm2=12000, fate="extended", by="O7"),
            KeptPremises(premises="P3", place="P3", township=TOWN, area_dm2=10000, fate="given_up", by="O6"),
        ),
        places=tuple(
            PlaceRecord.model_validate(
                {
                    "place": p,
                    "name": p,
                    "kind": k,
                    "members": m.split(","),
                    "township": TOWN,
                    "gross_dm2": a,
                    "net_dm2": a,
                    "ready": r,
                }
            )
            for p, k, m, a, r in cells(PLACES)
        ),
        checkpoints=(DUE,),
        credits=tuple(Credit(checkpoint=DUE, estate=e, place=p, area_dm2=int(a), walk_s=int(w)) for e, p, a, w in cells(CREDITS)),
        services=_services(),
        duties=(Duty(estate="E4", name="E4", township=TOWN, clause="TL7", duty_zh="上门服务", duty_en="home visits", evidence=EVIDENCE),),
        exceptions=(
            NamedException(subject="C1", clause="TL11", code="cluster", reason=CONSENT),
            NamedException(subject="E9", clause="TL9", code="longer_circle", reason=FAR),
            NamedException(subject="S6", clause="TL11", code="detached", reason=STREET),
        ),
        rejected=(),
        ledger=_lines(),
        budgets=tuple(
            BudgetUse.model_validate(
                {"budget": b, "payer": p, "years": y, "township": "", "measure": m, "limit_fen": n, "carried_fen": c, "used_fen": u}
            )
            for b, p, y, m, n, c, u in cells(USES)
        ),
    )
    return base.model_copy(update=changes)


def changed(rows: Sequence[Row], match: Mapping[str, object], **cells_: object) -> tuple[Row, ...]:
    """Return rows with some cells of the matching ones replaced; at least one must match."""
    hit = [all(getattr(row, key) == value for key, value in match.items()) for row in rows]
    assert any(hit), match
    return tuple(row.model_copy(update=cells_) if ok else row for row, ok in zip(rows, hit, strict=True))


def without(rows: Sequence[Row], **match: object) -> tuple[Row, ...]:
    """Return rows without the matching ones; at least one must match."""
    kept = tuple(row for row in rows if any(getattr(row, key) != value for key, value in match.items()))
    assert len(kept) < len(rows), match
    return kept


def faults(case: Scenario, made: Plan, walks: Mapping[tuple[str, str], int] = WALKS) -> list[tuple[str, str, str]]:
    """Return clause, code and subject of everything that breaks a plan."""
    return [(f.clause, f.code, f.subject) for f in broken(audit(case, made, walks))]


def of(findings: Sequence[Finding], clause: str) -> list[Finding]:
    """Return the findings under one clause."""
    return [finding for finding in findings if finding.clause == clause]
