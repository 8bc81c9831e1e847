"""The commands. Each prints what it did, speaks Chinese or English, and ends with the exit code of the README."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from siteplanner.commands import Shown, describe
from siteplanner.errors import InputError, SiteplannerError
from siteplanner.texts import Lang, default_lang, say

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
policies_app = typer.Typer(no_args_is_help=False, add_completion=False, invoke_without_command=True, rich_markup_mode=None)
app.add_typer(
    policies_app, name="policies", help="List the policies that come with the program; show one; compare some. 政策清单、口径与对比"
)

INTERRUPTED, INTERNAL, BAD_INPUT = 130, 1, 2
LangOption = Annotated[str, typer.Option("--lang", help="zh or en; the default follows the locale. 语言")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output. 输出JSON")]
VariantOption = Annotated[str, typer.Option("--variant", help="A named variant of the scenario file. 变体")]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change one key for this run; may be repeated. 临时改动")
]
ScenarioArgument = Annotated[Path, typer.Argument(help="A scenario folder or its YAML file. 场景文件夹或文件")]


def _lang(asked: str) -> Lang:
    if asked in ("zh", "en"):
        return "zh" if asked == "zh" else "en"
    if asked:
        raise typer.BadParameter("zh / en")
    return default_lang()


@app.command()
def plan(
    scenario: ScenarioArgument,
    out: Annotated[Path, typer.Option("--out", help="Folder for the plan and its papers. 输出文件夹")] = Path("out"),
    variant: VariantOption = "",
    sets: SetOption = None,
    gap: Annotated[float | None, typer.Option("--gap", min=0, max=0.99, help="Relative gap at which to stop. 容许差距")] = None,
    time_limit: Annotated[float | None, typer.Option("--time-limit", min=0.1, help="Seconds for the solver. 求解时限（秒）")] = None,
    solver: Annotated[str, typer.Option("--solver", help="highs or cbc. 求解器")] = "",
    lang: LangOption = "",
    as_json: JsonOption = False,
) -> None:
    """Find the cheapest plan that obeys every clause, and write its papers. 求出满足全部条款的最省方案并输出成果."""
    from siteplanner.commands.plan import run_plan

    changes = [*(sets or [])]
    changes += [f"solver.gap={gap!r}"] if gap is not None else []
    changes += [f"solver.time_limit_s={time_limit!r}"] if time_limit is not None else []
    changes += [f"solver.name={solver}"] if solver else []
    chosen = _lang(lang)
    _finish(run_plan(scenario, out, variant, changes, chosen, quiet=as_json), as_json, chosen)


@app.command()
def check(
    scenario: ScenarioArgument,
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN", help="plan.json, or a CSV of option (and area_m2, start). 方案文件")],
    variant: VariantOption = "",
    sets: SetOption = None,
    lang: LangOption = "",
    as_json: JsonOption = False,
) -> None:
    """Check any plan against every clause, whoever made it. 逐条核查方案."""
    from siteplanner.commands.check import run_check

    chosen = _lang(lang)
    _finish(run_check(scenario, plan_file, variant, sets or [], chosen, quiet=as_json), as_json, chosen)


@app.command()
def survey(
    scenario: ScenarioArgument,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the gap list. 输出文件夹")] = None,
    variant: VariantOption = "",
    sets: SetOption = None,
    lang: LangOption = "",
    as_json: JsonOption = False,
) -> None:
    """List what each estate lacks today with the least total shortfall, no plan. 问题清单：现状缺口."""
    from siteplanner.commands.survey import run_survey

    chosen = _lang(lang)
    _finish(run_survey(scenario, out, variant, sets or [], chosen, quiet=as_json), as_json, chosen)


@app.command()
def explain(
    scenario: ScenarioArgument, variant: VariantOption = "", sets: SetOption = None, lang: LangOption = "", as_json: JsonOption = False
) -> None:
    """Say why a scenario has no plan: what stays short, which budget lines and rules clash. 说明为何无解."""
    from siteplanner.commands.explain import run_explain

    chosen = _lang(lang)
    _finish(run_explain(scenario, variant, sets or [], chosen, quiet=as_json), as_json, chosen)


@policies_app.callback()
def policies(context: typer.Context, lang: LangOption = "", as_json: JsonOption = False) -> None:
    """List the policies."""
    if context.invoked_subcommand is None:
        from siteplanner.commands.policies import list_policies

        chosen = _lang(lang)
        _finish(list_policies(chosen, quiet=as_json), as_json, chosen)


@policies_app.command("show")
def policies_show(
    policy: Annotated[str, typer.Argument(help="Policy id. 政策编号")], lang: LangOption = "", as_json: JsonOption = False
) -> None:
    """Show every clause: value, dates, state, open readings. 条款表."""
    from siteplanner.commands.policies import show_policy

    chosen = _lang(lang)
    _finish(show_policy(policy, chosen, quiet=as_json), as_json, chosen)


@policies_app.command("compare")
def policies_compare(
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID...", help="Policy ids; all if none is given. 政策编号")] = None,
    lang: LangOption = "",
    as_json: JsonOption = False,
) -> None:
    """Put policies side by side. 政策对比."""
    from siteplanner.commands.policies import compare_policies

    chosen = _lang(lang)
    _finish(compare_policies(ids or [], chosen, quiet=as_json), as_json, chosen)


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="A folder to make. 新建文件夹")],
    form: Annotated[str, typer.Option("--form", help="csv or xlsx. 表格形式")] = "csv",
    policy: Annotated[str, typer.Option("--policy", help="Policy id. 政策编号")] = "",
    lang: LangOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write a starting scenario to fill in. 新建场景模板."""
    from siteplanner.commands.new import run_new

    chosen = _lang(lang)
    if form not in ("csv", "xlsx"):
        raise typer.BadParameter("csv / xlsx")
    kind: Literal["csv", "xlsx"] = "csv" if form == "csv" else "xlsx"
    _finish(run_new(folder, kind, policy, chosen, quiet=as_json), as_json, chosen)


@app.command()
def doctor(lang: LangOption = "", as_json: JsonOption = False) -> None:
    """Test this installation: solvers, fonts, packages. 安装自检."""
    from siteplanner.commands.doctor import run_doctor

    chosen = _lang(lang)
    _finish(run_doctor(chosen, quiet=as_json), as_json, chosen)


def _finish(shown: Shown, as_json: bool, lang: Lang) -> None:
    if as_json:
        _emit(json.dumps({**shown.data, "exit_code": shown.exit_code}, ensure_ascii=False, indent=1))
    elif shown.text:
        _emit(shown.text)
    raise typer.Exit(shown.exit_code)


def _emit(text: str) -> None:
    """Print text even where the console's code page lacks a character."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, errors="replace").decode(encoding))


def main() -> None:
    """Run a command; whatever a user did ends in a message and an exit code, never in a traceback."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    lang = _asked_lang()
    try:
        app()
    except SiteplannerError as error:
        _fail(error, lang)
    except KeyboardInterrupt:
        print(say("cli.interrupted", lang), file=sys.stderr)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if os.environ.get("SITEPLANNER_DEBUG"):
            raise
        print(say("cli.internal", lang, error=f"{type(error).__name__}: {error}"), file=sys.stderr)
        sys.exit(INTERNAL)


def _asked_lang() -> Lang:
    words = sys.argv[1:]
    for n, word in enumerate(words):
        asked = word.partition("=")[2] if word.startswith("--lang=") else words[n + 1] if word == "--lang" and n + 1 < len(words) else ""
        if asked in ("zh", "en"):
            return "zh" if asked == "zh" else "en"
    return default_lang()


def _fail(error: SiteplannerError, lang: Lang) -> None:
    if "--json" in sys.argv:
        problems = [problem.parts(lang) for problem in error.problems] if isinstance(error, InputError) else []
        _emit(
            json.dumps(
                {"exit_code": error.exit_code, "error": error.text(lang), "problems": problems, **describe(error, lang)},
                ensure_ascii=False,
                indent=1,
            )
        )
    else:
        print(error.text(lang), file=sys.stderr)
    sys.exit(error.exit_code)
