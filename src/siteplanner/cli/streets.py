"""``walk``: walking times on their own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from siteplanner.cli.app import app
from siteplanner.cli.options import JsonOption, LangOption, ScenarioArgument, SetOption, VariantOption, finish


@app.command(
    short_help="步行时间：计算、核对、导出。 Walking times.",
    help="按场景的道路、时间表或直线计算步行时间，写出 walks.csv；列出离道路偏远、走不到的点，"
    "以及服务圈内没有可用点位的小区、至少须放宽到几分钟。 "
    "Work out walking times as the scenario asks and write walks.csv; list points far from streets or cut off, estates without a usable "
    "place in their circle, and the least minutes that would reach one.",
)
def walk(
    scenario: ScenarioArgument,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="成果文件夹：步行时间、可达、离路距离。 Folder for walks, access, snaps."),
    ] = None,
    variant: VariantOption = "",
    sets: SetOption = None,
    lang: LangOption = "",
    as_json: JsonOption = False,
) -> None:
    from siteplanner.commands.walk import run_walk

    finish(lambda chosen: run_walk(scenario, out, variant, sets or [], chosen), lang, as_json)
