"""What an officer may write: the scenario file and its tables, checked cell by cell, nothing computed.

Every table column has an English key (the field's alias, unit included), a Chinese heading, and a unit in its
description. Files speak yuan, m² and minutes; the fields hold fen, dm² and seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from siteplanner.policy.schema import Kind, PolicyPack, Works
from siteplanner.scenario.cells import (
    Count,
    CrsName,
    Day,
    Dm2,
    Fen,
    Id,
    Ids,
    Kinds,
    Listed,
    Minutes,
    Number,
    Real,
    Schedule,
    Share,
    SignedFen,
    Whole,
    Years,
    YesNo,
)
from siteplanner.scenario.drawn import Outlines, TableSystems
from siteplanner.scenario.earlier import Carried, Earlier
from siteplanner.scenario.inputs import Flag, InputFile, Roads
from siteplanner.scenario.walking import Walking


def column(zh: str, about: str, *, default: Any = ..., key: str | None = None) -> Any:
    """Declare a table column: Chinese heading, description with unit, English key when it differs from the field."""
    return Field(default, alias=key, title=zh, description=about)


class Row(BaseModel):
    """Base of every table row: frozen, unknown columns refused, built from the English keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, str_strip_whitespace=True)


class Estate(Row):
    """A residential estate 小区, or a village where the law plans by village."""

    id: Id = column("小区编号", "estate id, ASCII", key="estate")
    name: str = column("小区名称", "name")
    kind: Literal["urban", "market_town", "village", "other"] = column("小区类型", "kind of estate", default="urban")
    township: str = column("乡镇街道", "township")
    district: str = column("区市", "district (区市) where the county has several", default="")
    community: str = column("社区", "administrative community", default="")
    dwellings: Annotated[Whole, Field(ge=0, le=1_000_000)] = column("住房套数", "dwelling units")
    floor_area_dm2: Dm2 | None = column("总建筑面积_m2", "total floor area, m²", key="floor_area_m2", default=None)
    approved: Day | None = column("规划批准日期", "planning approval date", default=None)
    started: Day | None = column("开工日期", "construction start date", default=None)
    completed: Day | None = column("竣工日期", "completion date", default=None)
    cohort: str = column("类别", "cohort, where the law gives no dated test", default="")
    in_programme: YesNo = column("列入改造计划", "in the estate-renovation programme", default=False)
    demolition_date: Day | None = column("拆迁日期", "planned demolition date", default=None)
    demolition_evidence: str = column("拆迁依据", "document that lists the demolition", default="")
    x: Real | None = column("横坐标", "easting or longitude in the stated coordinate system", default=None)
    y: Real | None = column("纵坐标", "northing or latitude in the stated coordinate system", default=None)
    circle_exception_s: Minutes | None = column(
        "服务圈例外_分钟", "longer circle allowed to this estate, minutes", key="circle_exception_minutes", default=None
    )
    circle_exception_reason: str = column("服务圈例外理由", "reason for the longer circle", default="")
    adjacent: Ids = column("相邻村", "adjacent villages that may share a place, ids separated by ;", default=())
    persons: Count | None = column("常住人口", "residents", default=None)
    persons_60: Count | None = column("60岁以上人数", "residents aged 60 and above", default=None)
    persons_80: Count | None = column("80岁以上人数", "residents aged 80 and above", default=None)
    service_persons: Count | None = column("购买服务对象人数", "residents entitled to bought services, each counted once", default=None)
    in_lieu_fen: Fen | None = column("易地配套费_元", "payment in lieu by the developer, yuan", key="in_lieu_yuan", default=None)
    in_lieu_year: Annotated[Whole, Field(ge=1990, le=2200)] | None = column("易地配套费年度", "year of the payment in lieu", default=None)
    households: Count | None = column("户数", "households, where the law counts them and not dwelling units", default=None)
    first_delivery: Day | None = column("首期交付日期", "hand-over of the first phase of housing", default=None)
    exempt_reason: str = column("例外理由", "reason for a named exception of the estate or village that the law allows", default="")
    note: str = column("备注", "note", default="")


class Site(Row):
    """A candidate place."""

    id: Id = column("点位编号", "site id, ASCII", key="site")
    name: str = column("点位名称", "name")
    township: str = column("乡镇街道", "township")
    district: str = column("区市", "district", default="")
    community: str = column("社区", "administrative community", default="")
    x: Real | None = column("横坐标", "easting or longitude", default=None)
    y: Real | None = column("纵坐标", "northing or latitude", default=None)
    floor: Annotated[Whole, Field(ge=-20, le=200)] | None = column("楼层", "lowest floor, 1 = ground", default=None)
    barrier_free: YesNo | None = column("无障碍", "barrier-free access", default=None)
    detached: YesNo | None = column("独栋", "in a stand-alone building", default=None)
    detached_exception: str = column("非独栋理由", "why a room in a stand-alone building could not be had", default="")
    rule_exception: str = column("例外理由", "reason for any other named exception the law allows", default="")
    owner: str = column("产权人", "owner", default="")
    owner_type: Literal["", "state", "collective", "private"] = column("产权性质", "state, collective or private", default="")
    idle: YesNo = column("闲置", "idle now", default=False)
    gross_area_dm2: Dm2 | None = column("建筑面积_m2", "gross floor area, m²", key="gross_area_m2", default=None)
    net_area_dm2: Dm2 | None = column("套内面积_m2", "net internal area, m²", key="net_area_m2", default=None)
    estate: Id | None = column("所在小区", "estate it stands in", default=None)
    cluster: Id | None = column("组团", "cluster of rooms apart that count as one place", default=None)
    cluster_main: YesNo = column("组团主用房", "the cluster's main room", default=False)
    cluster_approval: str = column("分设批准文号", "civil affairs' consent to rooms apart", default="")
    building_group: Id | None = column("建筑组", "only one site of a building group can be taken", default=None)
    clinic_adjacent: YesNo = column("邻近卫生机构", "next to or with a clinic", default=False)
    urban: YesNo = column("城市社区", "in an urban community", default=True)
    available: YesNo = column("可用", "may be considered", default=True)
    land_area_dm2: Dm2 | None = column("用地面积_m2", "land area, m²", key="land_area_m2", default=None)
    outdoor_space: YesNo | None = column("室外活动场所", "has an outdoor space", default=None)
    note: str = column("备注", "note", default="")


class Option(Row):
    """One way of getting one site."""

    id: Id = column("方案编号", "option id, ASCII", key="option")
    site: Id = column("点位编号", "site")
    kind: Kind = column("取得方式", "way of getting the room")
    works: Works = column("工程类型", "works on the room", default="none")
    area_dm2: Dm2 | None = column("面积_m2", "gross area, m²; what an extension adds", key="area_m2", default=None)
    area_min_dm2: Dm2 | None = column("最小面积_m2", "least gross area, m², where the area is a decision", key="area_min_m2", default=None)
    area_max_dm2: Dm2 | None = column("最大面积_m2", "greatest gross area, m²", key="area_max_m2", default=None)
    price_fen: SignedFen = column("总价_元", "price or difference in value, yuan", key="price_yuan", default=0)
    price_per_m2_fen: Fen = column("单价_元每m2", "price per m², yuan", key="price_yuan_per_m2", default=0)
    tax_fee_fen: Fen = column("税费_元", "taxes and fees, yuan", key="tax_fee_yuan", default=0)
    rent_fen: Fen = column("年租金_元", "rent per year, yuan", key="rent_yuan_per_year", default=0)
    rent_per_m2_fen: Fen = column("年租金_元每m2", "rent per m² and year, yuan", key="rent_yuan_per_m2_year", default=0)
    rent_growth: Annotated[Share, Field(ge=Decimal("-0.5"), le=1)] = column(
        "租金年增长率", "yearly rent growth as a share", default=Decimal(0)
    )
    deposit_fen: Fen = column("押金_元", "deposit returned at the end of the lease, yuan", key="deposit_yuan", default=0)
    term_years: Annotated[Whole, Field(ge=1, le=99)] | None = column("租期_年", "lease term, years", default=None)
    lease_end: Literal["renew", "end"] = column("租期届满", "renew = the lease runs on, end = the room is handed back", default="renew")
    fit_out_fen: Fen = column("装修改造费_元", "fit-out or works, yuan", key="fit_out_yuan", default=0)
    fit_out_per_m2_fen: Fen = column("装修改造费_元每m2", "fit-out or works per m², yuan", key="fit_out_yuan_per_m2", default=0)
    payment_schedule: Schedule = column(
        "分期付款", "instalments of price and fit-out: days after the start : percent, separated by ;", default=""
    )
    running_fen: Fen = column("年运行费_元", "running cost per year, yuan", key="running_yuan_per_year", default=0)
    lead_days: Annotated[Whole, Field(ge=0, le=7300)] = column("工期_天", "days from start to ready", default=0)
    first_start: Day | None = column("最早开始日期", "earliest start", default=None)
    useful_life_years: Annotated[Whole, Field(ge=1, le=200)] | None = column(
        "使用年限_年", "life over which the price is written down, years", default=None
    )
    gives_up: Ids = column("腾退用房", "premises given up, ids separated by ;", default=())
    asset_given_up_fen: Fen = column("换出资产价值_元", "value of the asset given up, yuan", key="asset_given_up_yuan", default=0)
    extends: Id | None = column("扩建用房", "existing premises this adds to", default=None)
    payer: str = column("出资主体", "who pays, where not the policy's default", default="")
    lock: Literal["", "in", "out"] = column("锁定", "in = must be chosen, out = must not", default="")
    source: str = column("来源", "source of the room, for the law's order of sources", default="")
    provenance: str = column("沿革", "what the room was before", default="")
    pilot_money: YesNo = column("申请过试点资金", "national or provincial pilot money applied for", default=False)
    provincial_award: YesNo = column("申请省级奖补", "provincial award applied for", default=False)
    station_type: str = column("设施类型", "type of station or centre", default="")
    operator: YesNo = column("专业组织运营", "run by a professional organisation", default=False)
    beds: Count | None = column("床位", "beds", default=None)
    rating: str = column("等级", "expected rating", default="")
    semi_disabled: Count | None = column("半失能入住人数", "semi-disabled residents expected", default=None)
    disabled: Count | None = column("失能入住人数", "disabled residents expected", default=None)
    stay_months: Annotated[Number, Field(ge=0, le=12)] | None = column("年住养月数", "months of stay a year, each resident", default=None)
    service_items: Count | None = column("服务项目数", "service projects the operator plans", default=None)
    monthly_visits: Count | None = column("月均服务人次", "person-visits a month on average", default=None)
    fire_procedure: str = column("消防手续", "class of fire procedure: review, acceptance or filing", default="")
    note: str = column("备注", "note", default="")


class Premises(Row):
    """A room that exists or is under way."""

    id: Id = column("用房编号", "premises id, ASCII", key="premises")
    name: str = column("用房名称", "name")
    kind: str = column("用房类型", "kind, by the law's counting rules")
    township: str = column("乡镇街道", "township")
    district: str = column("区市", "district", default="")
    community: str = column("社区", "administrative community", default="")
    area_dm2: Dm2 = column("建筑面积_m2", "gross area, m²", key="area_m2")
    net_area_dm2: Dm2 | None = column("套内面积_m2", "net internal area, m²", key="net_area_m2", default=None)
    set_aside_dm2: Dm2 | None = column(
        "为老用房面积_m2", "area set aside for the old in a mixed building, m²", key="set_aside_m2", default=None
    )
    status: Literal["in_use", "under_way", "planned"] = column("状态", "in use, under way or planned", default="in_use")
    ready_date: Day | None = column("交付日期", "date in use or expected", default=None)
    estate: Id | None = column("所在小区", "estate it stands in", default=None)
    x: Real | None = column("横坐标", "easting or longitude", default=None)
    y: Real | None = column("纵坐标", "northing or latitude", default=None)
    station_type: str = column("设施类型", "type of station or centre", default="")
    operator: YesNo = column("专业组织运营", "run by a professional organisation", default=False)
    land_area_dm2: Dm2 | None = column("用地面积_m2", "land area, m²", key="land_area_m2", default=None)
    rating: str = column("等级", "rating", default="")
    note: str = column("备注", "note", default="")


class Walk(Row):
    """A reachable pair; ``place`` is a site, premises or (for circle readings) an estate id."""

    estate: Id = column("小区编号", "estate")
    place: Id = column("目的地编号", "site, premises or estate")
    seconds: Annotated[Whole, Field(ge=0, le=86_400)] | None = column("步行秒数", "walking time, seconds", default=None)
    minutes: Annotated[Number, Field(ge=0, le=1440)] | None = column("步行分钟", "walking time, minutes, instead of seconds", default=None)

    @property
    def walk_s(self) -> int:
        """Return the walking seconds that count; a checked scenario has them for every pair."""
        assert self.seconds is not None
        return self.seconds


class Budget(Row):
    """One budget line."""

    id: Id = column("预算编号", "budget line id, ASCII", key="budget")
    payer: str = column("出资主体", "funder")
    years: Years = column("年度", "a year or a span such as 2022-2024")
    township: str = column("乡镇街道", "township; empty = the whole county", default="")
    measure: Literal["gross_capital", "net", "recurring", "grants"] = column("口径", "gross capital, net, recurring or grants paid")
    limit_fen: Fen = column("限额_元", "limit, yuan", key="limit_yuan")
    carry_over: YesNo = column("可结转", "what is left passes to the payer's next line of the same measure and scope", default=False)


class Fund(Row):
    """A grant pot or earmarked fund."""

    id: Id = column("资金编号", "fund id, ASCII", key="fund")
    funder: str = column("出资主体", "funder")
    years: Years = column("年度", "a year or a span")
    limit_fen: Fen = column("额度_元", "limit, yuan", key="limit_yuan")
    uses: Annotated[tuple[Kind, ...], Listed] = column("用途", "option kinds it may pay for, separated by ;", default=())
    works: Annotated[tuple[Works, ...], Listed] = column("工程用途", "works it may pay for, separated by ;", default=())
    township: str = column("乡镇街道", "township; empty = the whole county", default="")
    district: str = column("区市", "district; empty = the whole county", default="")
    clause: str = column("依据", "clause", default="")


class Finance(BaseModel):
    """The horizon over which plans are compared. ``timing``: when in its year a payment is discounted."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    base_year: Annotated[Whole, Field(ge=1990, le=2200)]
    horizon_years: Annotated[Whole, Field(ge=1, le=60)]
    rate: Annotated[Share, Field(ge=0, le=Decimal("0.5"))]
    timing: Literal["start", "end"] = "start"
    count_assets_given_up: YesNo = True
    grant_delay_days: Annotated[Whole, Field(ge=0, le=3650)] = 0


class Stricter(BaseModel):
    """Standards other than the law's. Laxer ones are allowed only in a what-if run and are stamped as such."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    reach_minutes: Annotated[Number, Field(gt=0, le=240)] | None = None
    area_percent: Annotated[Number, Field(gt=0, le=1000)] | None = None


class Waivers(BaseModel):
    """Rules of the law that a what-if run does without; every clause departed from is stamped on what comes of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    rules: Ids = ()
    estates: Ids = ()
    place_minimum: YesNo = False
    deadline_days: Annotated[Whole, Field(ge=0, le=36_500)] = 0


class Solver(BaseModel):
    """When the solver stops: relative gap, absolute gap is always at most 1 yuan; seconds; which solver."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: Literal["highs", "cbc"] = "highs"
    gap: Annotated[Share, Field(ge=0, lt=1)] = Decimal(0)
    time_limit_s: Annotated[Number, Field(gt=0, le=10**7)] | None = None
    threads: Annotated[Whole, Field(ge=1, le=256)] = 1
    seed: Annotated[Whole, Field(ge=0)] = 0


class Prefer(BaseModel):
    """The office's own wish: option kinds to use first, ``above`` cost or only between plans of equal cost (``below``)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kinds: Kinds
    position: Literal["above", "below"] = "above"


ObjectiveName = Literal[
    "least_cost", "fewest_sites", "least_walking", "least_worst_walk", "least_shortfall", "most_served", "most_estates_served",
]  # fmt: skip
BEST_EFFORT: tuple[ObjectiveName, ...] = ("least_shortfall", "most_served", "most_estates_served")
"""Objectives that let estates fall short: what such a plan leaves short is itemised, and it never passes the check."""


KEPT = (
    "budget", "candidates", "circle", "deadline", "kinds", "land", "law", "locks", "milestone", "own_standards", "periods",
    "place_minimum", "requirement", "rule", "tier", "unavailable",
)  # fmt: skip
"""What repairs may be forbidden to touch; some take an id after a colon."""


class Settings(BaseModel):
    """The scenario YAML file, tables apart."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: str
    policy: str
    county: str
    base_date: Day
    switches: Mapping[str, str] = {}
    inputs: Mapping[str, str] = {}
    crs: CrsName | None = None
    boundaries: str = ""
    table_crs: TableSystems = TableSystems()
    outlines: Outlines = Outlines()
    walking: Walking
    finance: Finance
    periods: Annotated[tuple[Day, ...], Listed] = ()
    perspective: str | None = None
    objective: Annotated[tuple[ObjectiveName, ...], Listed, Field(min_length=1)] = ("least_cost",)
    only_kinds: Kinds | None = None
    prefer: Prefer | None = None
    standards: Stricter = Stricter()
    what_if: YesNo = False
    waive: Waivers = Waivers()
    never_touch: Annotated[tuple[str, ...], Listed] = ()
    solver: Solver = Solver()
    synthetic: YesNo = False


class Scenario(BaseModel):
    """Everything the officer wrote, checked; nothing computed. ``pack`` is the policy with switches resolved.

    With ``earlier`` the rows of ``options`` are those of an earlier plan carried on: what is done or committed is locked in
    with its area and days, what was dropped is locked out.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)
    settings: Settings
    pack: PolicyPack
    estates: tuple[Estate, ...]
    sites: tuple[Site, ...] = ()
    options: tuple[Option, ...] = ()
    premises: tuple[Premises, ...] = ()
    walks: tuple[Walk, ...] = ()
    budgets: tuple[Budget, ...] = ()
    funds: tuple[Fund, ...] = ()
    roads: Roads | None = None
    borders: tuple[tuple[tuple[float, float], ...], ...] = ()
    flags: tuple[Flag, ...] = ()
    variant: str = ""
    changes: tuple[str, ...] = ()
    files: tuple[InputFile, ...] = ()
    earlier: Earlier | None = None
    waived: Mapping[str, str] = {}
    """Clauses whose rules a what-if run does without, each with what it is relaxed to; `scenario.waive` fills it in."""

    @property
    def best_effort(self) -> bool:
        """Return whether estates may fall short: some objective asks for as much as can be had."""
        return any(name in BEST_EFFORT for name in self.settings.objective)

    def carried(self) -> dict[str, Carried]:
        """Return how each option of the earlier plan and its ledger stands, by option id; empty for a plan from scratch."""
        return {row.option: row for row in self.earlier.rows} if self.earlier else {}
