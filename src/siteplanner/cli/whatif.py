"""``alternatives``, ``frontier``, ``tornado``, ``scout``: what else would do, what cost turns on, where to look."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from siteplanner.cli.app import app
from siteplanner.cli.options import (
    WHOLE_S,
    ClusterOption,
    JsonOption,
    LangOption,
    LimitOption,
    ScenarioArgument,
    SetOption,
    VariantOption,
    WorkersOption,
    finish,
)

FolderOption = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="成果文件夹。 Folder for the results.")]


@app.command(
    short_help="费用相近的其他方案。 Other plans at nearly the same cost.",
    help="费用只略高于最省、点位尽量不同的其他合规方案，每个都经核查；列出各方案都用、部分用、都不用的点位。 "
    "Other lawful plans that cost little more and use other sites as far as can be, each checked; which sites are in all, some, none.",
)
def alternatives(
    scenario: ScenarioArgument,
    count: Annotated[int, typer.Option("-n", "--count", min=1, max=50, help="方案个数，含最省者。 Plans, the cheapest included.")] = 5,
    within: Annotated[str, typer.Option("--within", metavar="SHARE", help="最多贵多少，如 2%。 How much dearer at most, as 2%.")] = "2%",
    out: FolderOption = None,
    variant: VariantOption = "",
    sets: SetOption = None,
    limit: LimitOption = WHOLE_S,
    workers: WorkersOption = 0,
    cluster: ClusterOption = "",
    lang: LangOption = "",
    as_json: JsonOption = False,
) -> None:
    from siteplanner.commands.alternatives import run_alternatives
    from siteplanner.commands.working import Workers

    who = Workers(workers, cluster)

    finish(
        lambda chosen: run_alternatives(
            scenario, variant, sets or [], chosen, count=count, within=within, seconds=limit, out=out, workers=who
        ),
        lang,
        as_json,
    )  # fmt: skip


@app.command(
    short_help="费用与另一目标的权衡。 Cost against another measure.",
    help="费用随另一目标变化的转折点：配建户数、步行、点位数、某项预算、服务圈分钟数、面积标准；列出换入换出的点位。 "
    "The turns of the least cost along another measure, to the resolution, with the sites that come and go.",
)
def frontier(
    scenario: ScenarioArgument,
    against: Annotated[
        str,
        typer.Option("--against", metavar="AXIS", help="served, walking, longest_walk, sites, budget:ID, circle, area"),
    ] = "served",
    least: Annotated[float | None, typer.Option("--from", metavar="VALUE", help="范围下限。 Least value looked at.")] = None,
    most: Annotated[float | None, typer.Option("--to", metavar="VALUE", help="范围上限。 Greatest value looked at.")] = None,
    step: Annotated[
        float | None,
        typer.Option("--step", metavar="VALUE", min=1e-6, help="分辨率，默认为范围的十分之一。 Resolution; default: a tenth of the range."),
    ] = None,
    in_phases: Annotated[
        bool, typer.Option("--nested", help="分期：小预算（便宜方案）的点位保留在大的里。 Phases: sites of a smaller step stay in.")
    ] = False,
    points: Annotated[int, typer.Option("--points", min=2, max=1000, help="最多点数。 Most points.")] = 50,
    out: FolderOption = None,
    variant: VariantOption = "",
    sets: SetOption = None,
    limit: LimitOption = WHOLE_S,
    workers: WorkersOption = 0,
    cluster: ClusterOption = "",
    lang: LangOption = "",
    as_json: JsonOption = False,
) -> None:
    from siteplanner.commands.frontier import Asked, run_frontier
    from siteplanner.commands.working import Workers

    asked, who = Asked(against, least, most, step, in_phases, points, limit), Workers(workers, cluster)
    finish(lambda chosen: run_frontier(scenario, variant, sets or [], chosen, asked, out, who), lang, as_json)


@app.command(
    short_help="敏感性分析。 Sensitivity.",
    help="价格、租金、工程、运行费、步行速度、折现率各降、各升一定比例时，最省费用和方案怎样变化。 "
    "How the least cost and the plan change when prices, rents, works, running costs, walking speed or the discount rate move.",
)
def tornado(
    scenario: ScenarioArgument,
    percent: Annotated[int, typer.Option("--swing", metavar="PERCENT", min=1, max=90, help="升降幅度（%）。 How far each moves.")] = 20,
    out: FolderOption = None,
    variant: VariantOption = "",
    sets: SetOption = None,
    limit: LimitOption = WHOLE_S,
    workers: WorkersOption = 0,
    cluster: ClusterOption = "",
    lang: LangOption = "",
    as_json: JsonOption = False,
) -> None:
    from siteplanner.commands.frontier import run_tornado
    from siteplanner.commands.working import Workers

    who = Workers(workers, cluster)

    finish(
        lambda chosen: run_tornado(scenario, variant, sets or [], chosen, percent=percent, seconds=limit, out=out, workers=who),
        lang,
        as_json,
    )


@app.command(
    short_help="再找一处，找在哪里最省。 Where one more candidate saves most.",
    help="再有一处给定面积和价格的候选用房，放在哪里最省：逐格重新求解，写出表格和 GeoJSON。 "
    "Where one more candidate of a given area and price would save most: cells are tried by solving again.",
)
def scout(
    scenario: ScenarioArgument,
    area: Annotated[float, typer.Option("--area", metavar="M2", min=1, help="面积（平方米）。 Area, m2.")],
    price: Annotated[float, typer.Option("--price", metavar="YUAN", min=0, help="总价（元）。 Price, yuan.")] = 0.0,
    fit_out: Annotated[float, typer.Option("--fit-out", metavar="YUAN", min=0, help="装修（元）。 Fit-out, yuan.")] = 0.0,
    rent: Annotated[float, typer.Option("--rent", metavar="YUAN", min=0, help="年租金（元）。 Rent a year, yuan.")] = 0.0,
    kind: Annotated[str, typer.Option("--kind", metavar="KIND", help="取得方式。 Way of getting it.")] = "purchase",
    cell: Annotated[float, typer.Option("--cell", metavar="M", min=10, help="格子边长（米）。 Side of a cell, m.")] = 300.0,
    best: Annotated[int, typer.Option("--top", min=1, max=1000, help="列出几处。 How many to show.")] = 20,
    out: FolderOption = None,
    variant: VariantOption = "",
    sets: SetOption = None,
    limit: LimitOption = WHOLE_S,
    workers: WorkersOption = 0,
    cluster: ClusterOption = "",
    lang: LangOption = "",
    as_json: JsonOption = False,
) -> None:
    from siteplanner.commands.scout import Asked, run_scout
    from siteplanner.commands.working import Workers

    asked, who = Asked(kind, area, price, fit_out, rent, cell, best, limit), Workers(workers, cluster)
    finish(lambda chosen: run_scout(scenario, variant, sets or [], chosen, asked, out, who), lang, as_json)
