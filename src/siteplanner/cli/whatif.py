"""``alternatives``: what else would do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from siteplanner.cli.app import app
from siteplanner.cli.options import JsonOption, LangOption, ScenarioArgument, SetOption, VariantOption, finish

LimitOption = Annotated[
    float | None,
    typer.Option("--time-limit", metavar="SECONDS", min=0.1, help="每次求解的秒数。 Seconds for a part of a solve."),
]
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
    limit: LimitOption = None,
    lang: LangOption = "",
    as_json: JsonOption = False,
) -> None:
    from siteplanner.commands.alternatives import run_alternatives

    finish(
        lambda chosen: run_alternatives(
            scenario, variant, sets or [], chosen, count=count, within=within, seconds=limit, out=out
        ),
        lang,
        as_json,
    )  # fmt: skip
