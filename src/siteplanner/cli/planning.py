"""``plan``, ``report``, ``check``, ``survey``: make a plan, write its papers again, test one, list today's gaps."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from siteplanner.cli.app import app
from siteplanner.cli.options import (
    ClusterOption,
    JsonOption,
    LangOption,
    ScenarioArgument,
    SetOption,
    VariantOption,
    WorkersOption,
    finish,
)


@app.command(
    short_help="求最省合规方案并输出成果。 Find the cheapest lawful plan.",
    help="求出满足全部条款的最省方案，核查后写出 plan.json、工作簿、网页报告、地图数据和图。 "
    "Find the cheapest plan that obeys every clause, check it, and write its papers.",
)
def plan(
    scenario: ScenarioArgument,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="成果文件夹。 Folder for the plan and its papers.")] = Path("out"),
    variant: VariantOption = "",
    sets: SetOption = None,
    gap: Annotated[str, typer.Option("--gap", metavar="SHARE", help="差距不超过此值即停，如 0.01。 Stop within this relative gap.")] = "",
    time_limit: Annotated[str, typer.Option("--time-limit", metavar="SECONDS", help="求解时限（秒）。 Seconds for the solver.")] = "",
    solver: Annotated[str, typer.Option("--solver", metavar="highs|cbc", help="求解器，默认 highs。 Solver; default: highs.")] = "",
    earlier: Annotated[
        Path | None,
        typer.Option("--from", metavar="PLAN", help="在此方案（plan.json）基础上续编，改动最少。 Carry this plan on, least change."),
    ] = None,
    status: Annotated[
        Path | None,
        typer.Option("--status", metavar="TABLE", help="销号台账（CSV 或工作簿）：已完成、已签约、已取消。 Close-out ledger of the plan."),
    ] = None,
    workers: WorkersOption = 0,
    cluster: ClusterOption = "",
    speeds: Annotated[
        str,
        typer.Option("--speeds", metavar="PERCENTS", help="另按这些步行速度（百分数）重算，如 80,90,110,120。 Other walking speeds."),
    ] = "",
    lang: LangOption = "",
    as_json: JsonOption = False,
) -> None:
    from siteplanner.commands.plan import CarryOn, run_plan
    from siteplanner.commands.working import Workers

    options, carry, who = (
        {"--gap": gap, "--time-limit": time_limit, "--solver": solver},
        CarryOn(earlier, status),
        Workers(workers, cluster),
    )
    finish(
        lambda chosen: run_plan(
            scenario, out, variant, sets or [], chosen, options=options, quiet=as_json, carry=carry, workers=who, speeds=speeds
        ),
        lang,
        as_json,
    )


@app.command(
    short_help="按方案记录重写成果。 Write the papers of a plan again.",
    help="不求解，按 plan.json 重新写出工作簿、网页报告、Word 报告、地图数据和图。 "
    "Write workbook, page, Word report, map data and figures of a plan.json again, without solving.",
)
def report(
    scenario: ScenarioArgument,
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN", help="plan.json 或其文件夹。 plan.json or its folder.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="成果文件夹，默认与 plan.json 相同。 Folder; default: beside plan.json.")
    ] = None,
    word: Annotated[
        bool | None, typer.Option("--word/--no-word", help="写不写 Word 报告，默认装有 python-docx 即写。 Word report or none.")
    ] = None,
    lang: LangOption = "",
    as_json: JsonOption = False,
) -> None:
    from siteplanner.commands.papers import run_report

    finish(lambda chosen: run_report(scenario, plan_file, out, word, chosen), lang, as_json)


@app.command(
    short_help="逐条核查任何方案。 Check any plan.",
    help="按全部条款核查任何方案，不论由谁编制。 Check any plan against every clause, whoever made it.",
)
def check(
    scenario: ScenarioArgument,
    plan_file: Annotated[
        Path,
        typer.Argument(
            metavar="PLAN",
            help="plan.json，或手工编写的 CSV（列：方案编号，可另有面积_m2、开始日期）。 "
            "plan.json, or a CSV with the column option (and area_m2, start).",
        ),
    ],
    variant: VariantOption = "",
    sets: SetOption = None,
    lang: LangOption = "",
    as_json: JsonOption = False,
) -> None:
    from siteplanner.commands.check import run_check

    finish(lambda chosen: run_check(scenario, plan_file, variant, sets or [], chosen), lang, as_json)


@app.command(
    short_help="问题清单：现状缺口。 List today's gaps.",
    help="问题清单：列出各小区现状缺口，不编方案。 List what each estate lacks today with the least total shortfall; no plan is made.",
)
def survey(
    scenario: ScenarioArgument,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="清单文件夹。 Folder for the gap list.")] = None,
    variant: VariantOption = "",
    sets: SetOption = None,
    lang: LangOption = "",
    as_json: JsonOption = False,
) -> None:
    from siteplanner.commands.survey import run_survey

    finish(lambda chosen: run_survey(scenario, out, variant, sets or [], chosen), lang, as_json)
