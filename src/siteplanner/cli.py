"""The commands. Each prints what it did, speaks Chinese or English, and ends with the exit code of the README."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Literal

import typer

from siteplanner.commands import Shown, internal, interrupted, refusal
from siteplanner.commands.streams import open_streams, standard_output
from siteplanner.commands.usage import is_usage_error, usage
from siteplanner.errors import SiteplannerError
from siteplanner.texts import Lang, default_lang

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
policies_app = typer.Typer(no_args_is_help=False, add_completion=False, invoke_without_command=True, rich_markup_mode=None)
app.add_typer(
    policies_app,
    name="policies",
    help="政策清单；show 条款表，compare 并列对照。 List the bundled policies; show one, compare several.",
    short_help="政策清单、条款表、对照。 Policies.",
)

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


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"siteplanner {version('siteplanner')}")
        raise typer.Exit


@app.callback()
def siteplanner(
    asked: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="版本号。 Version.")] = False,
) -> None:
    """Hold the options that stand before a command."""


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
    lang: LangOption = "",
    as_json: JsonOption = False,
) -> None:
    from siteplanner.commands.plan import CarryOn, run_plan

    options, carry = {"--gap": gap, "--time-limit": time_limit, "--solver": solver}, CarryOn(earlier, status)
    _finish(lambda chosen: run_plan(scenario, out, variant, sets or [], chosen, options=options, quiet=as_json, carry=carry), lang, as_json)


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

    _finish(lambda chosen: run_check(scenario, plan_file, variant, sets or [], chosen), lang, as_json)


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

    _finish(lambda chosen: run_survey(scenario, out, variant, sets or [], chosen), lang, as_json)


@app.command(
    short_help="说明为何没有方案。 Say why there is no plan.",
    help="说明为何没有合规方案：哪些小区缺，哪些预算和条款相互冲突。 "
    "Say why a scenario has no plan: what stays short, which budget lines and rules clash.",
)
def explain(
    scenario: ScenarioArgument, variant: VariantOption = "", sets: SetOption = None, lang: LangOption = "", as_json: JsonOption = False
) -> None:
    from siteplanner.commands.explain import run_explain

    _finish(lambda chosen: run_explain(scenario, variant, sets or [], chosen), lang, as_json)


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

    _finish(lambda chosen: run_compare(plans, out, chosen), lang, as_json)


@policies_app.callback()
def policies(context: typer.Context, lang: LangOption = "", as_json: JsonOption = False) -> None:
    """List the policies."""
    if context.invoked_subcommand is None:
        from siteplanner.commands.policies import list_policies

        _finish(list_policies, lang, as_json)


@policies_app.command(
    "show",
    short_help="条款表。 Every clause.",
    help="条款表：数值、日期、状态、待定口径。 Show every clause: value, dates, state, open readings.",
)
def policies_show(
    policy: Annotated[str, typer.Argument(metavar="POLICY", help="政策编号。 Policy id.")],
    lang: LangOption = "",
    as_json: JsonOption = False,
) -> None:
    from siteplanner.commands.policies import show_policy

    _finish(lambda chosen: show_policy(policy, chosen), lang, as_json)


@policies_app.command(
    "compare", short_help="政策对照。 Side by side.", help="并列对照几份政策；不写编号则全部。 Put policies side by side."
)
def policies_compare(
    ids: Annotated[list[str] | None, typer.Argument(metavar="POLICY...", help="政策编号。 Policy ids; all if none is given.")] = None,
    lang: LangOption = "",
    as_json: JsonOption = False,
) -> None:
    from siteplanner.commands.policies import compare_policies

    _finish(lambda chosen: compare_policies(ids or [], chosen), lang, as_json)


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
    _finish(lambda chosen: run_new(folder, kind, policy, chosen), lang, as_json)


@app.command(
    short_help="安装自检。 Test this installation.",
    help="安装自检：求解器、字体、程序包。 Test this installation: solvers, fonts, packages.",
)
def doctor(lang: LangOption = "", as_json: JsonOption = False) -> None:
    from siteplanner.commands.doctor import run_doctor

    _finish(run_doctor, lang, as_json)


def _finish(run: Callable[[Lang], Shown], lang: str, as_json: bool) -> None:
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
    _show(shown, as_json)
    raise typer.Exit(shown.exit_code)


def _show(shown: Shown, as_json: bool) -> None:
    with standard_output() as encoding:
        if as_json:
            # Escapes are the same JSON; a console's code page may lack the characters themselves.
            print(json.dumps({**shown.data, "exit_code": shown.exit_code}, ensure_ascii="utf" not in encoding, indent=1))
        elif shown.text and not shown.to_error:
            print(shown.text)
    if shown.text and shown.to_error and not as_json:
        print(shown.text, file=sys.stderr)


def run_line(words: Sequence[str]) -> int:
    """Run the command that the words after ``siteplanner`` ask for and return its exit code."""
    try:
        code = app(args=list(words), prog_name="siteplanner", standalone_mode=False)
    except KeyboardInterrupt:
        # Only where a command had not begun yet: `_finish` catches it in one.
        return interrupted(default_lang()).exit_code
    except Exception as error:
        if os.environ.get("SITEPLANNER_DEBUG") and not is_usage_error(error):
            raise
        shown = usage(error, words) if is_usage_error(error) else internal(error, default_lang())
        _show(shown, "--json" in words)
        return shown.exit_code
    return code if isinstance(code, int) else 0


def main() -> None:
    """Run a command line; ends with an exit code, never with a traceback."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    open_streams()
    sys.exit(run_line(sys.argv[1:]))
