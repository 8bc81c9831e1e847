"""The command line itself: its name, its help, its exit codes, and the options that stand before a command."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

EXIT_CODES = (
    "退出码：0 有方案且已证明（check：符合）；2 输入有误；3 证明无方案（check：不符合）；4 到时限，有方案；"
    "5 到时限，无方案；130 被中断；1 程序出错。 "
    "Exit codes: 0 proven plan (check: obeys); 2 bad input; 3 proven that there is no plan (check: breaks a clause); "
    "4 stopped by a limit with a plan; 5 without one; 130 interrupted; 1 internal error."
)
app = typer.Typer(
    name="siteplanner",
    help="社区居家养老服务用房配建测算：求最省的合规方案，并逐条核查。 Cheapest lawful siting of community elderly-care rooms.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"siteplanner {version('siteplanner')}")
        raise typer.Exit


@app.callback()
def siteplanner(
    asked: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="版本号。 Version.")] = False,
) -> None:
    """Hold the options that stand before a command."""
