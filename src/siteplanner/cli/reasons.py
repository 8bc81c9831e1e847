"""``explain``, ``compare``: why there is no plan, and what plans differ in."""

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


@app.command(
    short_help="说明为何没有方案，或为何是这个方案。 Say why there is no plan, or why this plan.",
    help="不带方案：说明为何没有合规方案，哪些小区缺，哪些预算和条款相互冲突。 "
    "带方案：每处点位、每条规则、每档补助值多少钱，全部经重新求解得出。 "
    "Without a plan: why a scenario has none, what stays short, which budget lines and rules clash. With a plan: what each site, "
    "each rule and each grant step is worth, all found by solving again.",
)
def explain(
    scenario: ScenarioArgument,
    plan_file: Annotated[
        Path | None, typer.Argument(metavar="[PLAN]", help="plan.json 或其文件夹，或手工编写的 CSV。 plan.json, its folder, or a CSV.")
    ] = None,
    variant: VariantOption = "",
    sets: SetOption = None,
    limit: LimitOption = WHOLE_S,
    keep: Annotated[
        list[str] | None,
        typer.Option(
            "--keep",
            metavar="RULE",
            help="不带方案时：改法不得触动的规则，可重复，如 budget。 Without a plan: rules to keep, as budget or law.",
        ),
    ] = None,
    workers: WorkersOption = 0,
    cluster: ClusterOption = "",
    lang: LangOption = "",
    as_json: JsonOption = False,
) -> None:
    from siteplanner.commands.explain import run_explain
    from siteplanner.commands.why import run_why
    from siteplanner.commands.working import Workers

    who = Workers(workers, cluster)
    if plan_file is not None:
        made = plan_file
        finish(lambda chosen: run_why(scenario, made, variant, sets or [], chosen, limit, keep or (), who), lang, as_json)
    kept = [f"never_touch=[{', '.join(keep)}]"] if keep else []
    finish(lambda chosen: run_explain(scenario, variant, [*(sets or []), *kept], chosen, who), lang, as_json)


@app.command(
    short_help="方案比较。 Compare plans.",
    help="并列比较几个方案：各条款、各出资主体、各乡镇的金额和面积，选用、口径和设定的差别；第一个为基准。 "
    "Put plans side by side, the first as the base: money and area by clause, funder and township, what is chosen or set otherwise.",
)
def compare(
    plans: Annotated[
        list[str],
        typer.Argument(
            metavar="A B...",
            help="plan.json 或其文件夹；或 场景:变体（当场测算）。 plan.json, its folder, or SCENARIO:VARIANT to plan now.",
        ),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="成果文件夹：compare.csv、.xlsx 和 .html。 Folder for tables and page.")
    ] = None,
    scenario: Annotated[
        Path | None,
        typer.Option(
            "--scenario", metavar="SCENARIO", help="各方案所用的场景，供地图和名称。 Scenario of the records, for maps and names."
        ),
    ] = None,
    lang: LangOption = "",
    as_json: JsonOption = False,
) -> None:
    from siteplanner.commands.compare import run_compare

    finish(lambda chosen: run_compare(plans, out, chosen, scenario), lang, as_json)
