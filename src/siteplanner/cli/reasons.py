"""``explain``, ``compare``: why there is no plan, and what plans differ in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from siteplanner.cli.app import app
from siteplanner.cli.options import JsonOption, LangOption, ScenarioArgument, SetOption, VariantOption, finish


@app.command(
    short_help="说明为何没有方案。 Say why there is no plan.",
    help="说明为何没有合规方案：哪些小区缺，哪些预算和条款相互冲突。 "
    "Say why a scenario has no plan: what stays short, which budget lines and rules clash.",
)
def explain(
    scenario: ScenarioArgument, variant: VariantOption = "", sets: SetOption = None, lang: LangOption = "", as_json: JsonOption = False
) -> None:
    from siteplanner.commands.explain import run_explain

    finish(lambda chosen: run_explain(scenario, variant, sets or [], chosen), lang, as_json)


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
        Path | None, typer.Option("--out", metavar="DIR", help="成果文件夹：compare.csv 和 compare.xlsx。 Folder for the tables.")
    ] = None,
    lang: LangOption = "",
    as_json: JsonOption = False,
) -> None:
    from siteplanner.commands.compare import run_compare

    finish(lambda chosen: run_compare(plans, out, chosen), lang, as_json)
