"""``policies``: the bundled policies, one clause by clause, or several side by side."""

from __future__ import annotations

from typing import Annotated

import typer

from siteplanner.cli.app import app
from siteplanner.cli.options import JsonOption, LangOption, finish

policies_app = typer.Typer(no_args_is_help=False, add_completion=False, invoke_without_command=True, rich_markup_mode=None)
app.add_typer(
    policies_app,
    name="policies",
    help="政策清单；show 条款表，compare 并列对照。 List the bundled policies; show one, compare several.",
    short_help="政策清单、条款表、对照。 Policies.",
)


@policies_app.callback()
def policies(context: typer.Context, lang: LangOption = "", as_json: JsonOption = False) -> None:
    """List the policies."""
    if context.invoked_subcommand is None:
        from siteplanner.commands.policies import list_policies

        finish(list_policies, lang, as_json)


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

    finish(lambda chosen: show_policy(policy, chosen), lang, as_json)


@policies_app.command(
    "compare", short_help="政策对照。 Side by side.", help="并列对照几份政策；不写编号则全部。 Put policies side by side."
)
def policies_compare(
    ids: Annotated[list[str] | None, typer.Argument(metavar="POLICY...", help="政策编号。 Policy ids; all if none is given.")] = None,
    lang: LangOption = "",
    as_json: JsonOption = False,
) -> None:
    from siteplanner.commands.policies import compare_policies

    finish(lambda chosen: compare_policies(ids or [], chosen), lang, as_json)
