"""The ``policies`` commands: list, show, compare."""

from __future__ import annotations

from collections.abc import Sequence

from siteplanner.commands import Shown
from siteplanner.errors import InputError, Location, Problem
from siteplanner.policy.load import pack_ids, raw_pack
from siteplanner.policy.tables import Table, clause_table, compare_table, input_table, policy_table, switch_table
from siteplanner.texts import Lang, say


def list_policies(lang: Lang) -> Shown:
    """List the bundled policies."""
    table = policy_table(lang)
    return Shown(render(table), {"policies": table.records()})


def show_policy(policy: str, lang: Lang) -> Shown:
    """Show one policy: clauses with values and dates, open readings, figures the scenario must state."""
    _known([policy])
    title = raw_pack(policy)["document"]["title"][lang]
    parts = {"clauses": clause_table(policy, lang), "switches": switch_table(policy, lang), "inputs": input_table(policy, lang)}
    text = "\n".join(
        [f"{policy}  {title}", *(f"\n{say(f'cli.policies.{name}', lang)}\n{render(table)}" for name, table in parts.items() if table.rows)]
    )
    return Shown(text, {"policy": policy, **{name: table.records() for name, table in parts.items()}})


def compare_policies(ids: Sequence[str], lang: Lang) -> Shown:
    """Put policies side by side, all of them if none is named."""
    _known(ids)
    table = compare_table(ids or pack_ids(), lang)
    return Shown(render(table), {"comparison": table.records()})


def _known(ids: Sequence[str]) -> None:
    unknown = [
        Problem("no_policy", Location("siteplanner policies"), {"seen": i, "known": ", ".join(pack_ids())})
        for i in ids
        if i not in pack_ids()
    ]
    if unknown:
        raise InputError(unknown)


def render(table: Table) -> str:
    """Return a table as text that fits the console; wide where it is no terminal."""
    from rich import box
    from rich.console import Console
    from rich.table import Table as RichTable

    grid = RichTable(box=box.ASCII2, show_lines=True)
    for heading in table.headings:
        grid.add_column(heading, overflow="fold")
    for row in table.rows:
        grid.add_row(*(cell.replace("[", r"\[") for cell in row))
    console = Console()
    if not console.is_terminal:
        console = Console(width=200)
    with console.capture() as caught:
        console.print(grid)
    return caught.get().rstrip()
