"""Options that several commands share, and how a command ends: whatever a user did ends in a message and an exit code."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from siteplanner.commands import Shown, internal, interrupted, refusal
from siteplanner.commands.streams import standard_output
from siteplanner.errors import SiteplannerError
from siteplanner.texts import Lang, default_lang

LangOption = Annotated[str, typer.Option("--lang", metavar="zh|en", help="语言，默认随系统。 Language; default: the locale's.")]
JsonOption = Annotated[bool, typer.Option("--json", help="标准输出只写一个 JSON 对象。 Print one JSON object on standard output.")]
VariantOption = Annotated[
    str, typer.Option("--variant", metavar="NAME", help="场景文件中写好的变体。 A named variant of the scenario file.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="本次运行临时改一项，可多次使用。 Change one key for this run; may be repeated."),
]
ScenarioArgument = Annotated[
    Path, typer.Argument(metavar="SCENARIO", help="场景文件夹，或其中的 .yaml 文件。 A scenario folder or its YAML file.")
]

WHOLE_S = 180.0
"""Seconds that a command which asks many questions takes at most unless told otherwise."""
LimitOption = Annotated[
    float,
    typer.Option(
        "--time-limit",
        metavar="SECONDS",
        min=0.1,
        help="整个命令的秒数，未得出的数以区间给出。 Seconds for the whole command; what is not exact by then is an interval.",
    ),
]
WorkersOption = Annotated[
    int, typer.Option("--workers", metavar="N", min=0, help="本机工作进程数；默认在本进程内并行。 Worker processes; default: threads.")
]
ClusterOption = Annotated[
    str, typer.Option("--cluster", metavar="ADDRESS", help="Dask 集群地址，如 tcp://10.0.0.1:8786。 Address of a Dask cluster.")
]


class Told(int):
    """The exit code of a command that has said what came of it; the library's own for Ctrl-C says nothing."""


def finish(run: Callable[[Lang], Shown], lang: str, as_json: bool) -> None:
    """Run a command and show what it returns, or why it could not: whatever a user did ends in a message."""
    if lang not in ("", "zh", "en"):
        raise typer.BadParameter("zh / en", param_hint="--lang")
    chosen: Lang = "zh" if lang == "zh" else "en" if lang else default_lang()
    try:
        shown = run(chosen)
    except SiteplannerError as error:
        shown = refusal(error, chosen)
    except KeyboardInterrupt:
        shown = interrupted(chosen)
    except Exception as error:
        if os.environ.get("SITEPLANNER_DEBUG"):
            raise
        shown = internal(error, chosen)
    show(shown, as_json)
    raise typer.Exit(Told(shown.exit_code))


def show(shown: Shown, as_json: bool) -> None:
    with standard_output() as encoding:
        if as_json:
            # Escapes are the same JSON; a console's code page may lack the characters themselves.
            print(json.dumps({**shown.data, "exit_code": shown.exit_code}, ensure_ascii="utf" not in encoding, indent=1))
        elif shown.text and not shown.to_error:
            print(shown.text)
    if shown.text and shown.to_error and not as_json:
        print(shown.text, file=sys.stderr)
