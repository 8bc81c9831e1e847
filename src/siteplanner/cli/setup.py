"""``new``, ``doctor``: a scenario to fill in, and whether this installation works."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from siteplanner.cli.app import app
from siteplanner.cli.options import JsonOption, LangOption, finish


@app.command(
    short_help="生成待填的场景。 Write a starting scenario.",
    help="生成待填的场景：scenario.yaml 和 CSV 表（或一个工作簿）。 Write a starting scenario to fill in.",
)
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="新建的文件夹。 A folder to make.")],
    form: Annotated[str, typer.Option("--form", metavar="csv|xlsx", help="表格形式。 Form of the tables.")] = "csv",
    policy: Annotated[str, typer.Option("--policy", metavar="POLICY", help="政策编号。 Policy id.")] = "",
    lang: LangOption = "",
    as_json: JsonOption = False,
) -> None:
    from siteplanner.commands.new import run_new

    if form not in ("csv", "xlsx"):
        raise typer.BadParameter("csv / xlsx", param_hint="--form")
    kind: Literal["csv", "xlsx"] = "csv" if form == "csv" else "xlsx"
    finish(lambda chosen: run_new(folder, kind, policy, chosen), lang, as_json)


@app.command(
    short_help="安装自检。 Test this installation.",
    help="安装自检：求解器、字体、程序包。 Test this installation: solvers, fonts, packages.",
)
def doctor(lang: LangOption = "", as_json: JsonOption = False) -> None:
    from siteplanner.commands.doctor import run_doctor

    finish(run_doctor, lang, as_json)
