"""The plan on a terminal. Only characters that a Chinese Windows console can show: no ticks, no superscripts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from siteplanner.plan import Plan
from siteplanner.policy.load import PackError, raw_pack, resolve
from siteplanner.policy.schema import PolicyPack
from siteplanner.report.names import PlanNames, coded
from siteplanner.report.stamps import joined, proof_sentence, stamps
from siteplanner.report.table import Table, clean, display_width, show, show_cell, show_with_unit
from siteplanner.report.tables import levels, terms
from siteplanner.report.tables_carry import changes_from
from siteplanner.report.tables_estates import townships
from siteplanner.report.tables_law import exceptions, switches
from siteplanner.report.tables_lifecycle import break_evens
from siteplanner.report.tables_money import perspectives, subsidy_totals
from siteplanner.texts import Lang, say

_MOST_ROWS = 15
_NAME_WIDTH = 16
_STYLES = {
    "what_if": "bold red",
    "best_effort": "bold red",
    "broken": "bold red",
    "gap": "bold red",
    "synthetic": "yellow",
    "walking": "yellow",
}
_TOWN_COLUMNS = ("township", "served", "short", "projects", "capital", "recurring", "present_cost")
_CHANGE_COLUMNS = ("option", "site_name", "what_changed", "reason", "clause")
_FUNDER_COLUMNS = ("funder", "pays", "gets", "net_cash", "net_present")
_EVEN_COLUMNS = ("site", "lease", "purchase", "lease_cost", "purchase_cost", "even_years", "even_rate")


def print_summary(plan: Plan, lang: Lang, console: Console, files: Sequence[Path] = (), pack: PolicyPack | None = None) -> None:
    """Print what a plan is, proves, costs and leans on.

    Parameters
    ----------
    files : sequence of Path
        The files written, listed at the end.
    pack : PolicyPack, optional
        The plan's policy; without it the bundled pack of that name is read, and failing that ids stand for names.
    """
    names = PlanNames(pack or _bundled(plan), plan, lang)
    _line(console, f"{plan.title} · {plan.county} · {plan.variant or names.say('base_variant')}", "bold")
    for stamp in stamps(plan, lang):
        _line(console, stamp.text, _STYLES[stamp.kind])
    if plan.status.status == "optimal":
        _line(console, proof_sentence(plan, lang), "green")
    _line(console, _served(names))
    _changes(names, console)
    console.print(_grid(perspectives(names), lang, _FUNDER_COLUMNS))
    console.print(_grid(terms(names), lang))
    if len(plan.status.levels) > 1:
        console.print(_grid(levels(names), lang))
    console.print(_grid(townships(names), lang, _TOWN_COLUMNS))
    if plan.ledger:
        console.print(_grid(subsidy_totals(names), lang, ("township", "funder", "clause", "lines", "amount")))
    _years(names, console)
    kinds = Counter(chosen.kind for chosen in plan.chosen)
    chosen = [names.say("count_of", what=names.label("kind", kind), count=str(count)) for kind, count in sorted(kinds.items())]
    _line(console, names.say("console.chosen", ways=joined(chosen, lang) or names.say("none")))
    _law(names, console)
    if files:
        _line(console, names.say("console.files", files=joined([str(file) for file in files], lang)))
        if not any(file.suffix == ".docx" for file in files):
            _line(console, say("papers.word.missing", lang), "yellow")


def _changes(names: PlanNames, console: Console) -> None:
    """Print what changed since the earlier plan, options that stay as they were apart."""
    plan = names.plan
    if plan.carried_from is None:
        return
    counts = Counter(change.what for change in plan.changes_from)
    _line(console, names.say("console.changes_from", **{what: str(counts[what]) for what in ("kept", "dropped", "added")}), "yellow")
    full = changes_from(names)
    kept = names.label("what", "kept")
    rows = tuple(row for row in full.rows if row[full.index["what_changed"]] != kept)
    if rows:
        console.print(_grid(Table(full.key, full.title, full.columns, rows), names.lang, _CHANGE_COLUMNS))


def _years(names: PlanNames, console: Console) -> None:
    """Print lease against purchase, the most that each funder advances, and what is owed after the horizon."""
    plan, lang = names.plan, names.lang
    if plan.break_evens:
        console.print(_grid(break_evens(names), lang, _EVEN_COLUMNS))
    for funder in dict.fromkeys(row.funder for row in plan.cash):
        most = max((row for row in plan.cash if row.funder == funder), key=lambda row: row.advanced_fen)
        if most.advanced_fen:
            amount = show_with_unit("money", most.advanced_fen, lang)
            _line(console, names.say("console.advanced", who=names.funder(funder), amount=amount, year=str(most.year)))
    if plan.commitments:
        amount = show_with_unit("money", sum(row.fen for row in plan.commitments), lang)
        _line(console, names.say("console.commitments", amount=amount, year=str(max(row.year for row in plan.commitments))))


def _bundled(plan: Plan) -> PolicyPack | None:
    try:
        return resolve(raw_pack(plan.policy), plan.switches, plan.inputs)
    except (OSError, PackError):
        return None


def _line(console: Console, text: str, style: str = "") -> None:
    """Print a line as it is: no markup, no guessing at colours."""
    console.print(Text(clean(text), style=style))


def _served(names: PlanNames) -> str:
    status = Counter(row.status for row in names.plan.services)
    return names.say(
        "console.served",
        estates=str(len(names.plan.services)),
        served=str(status["served"]),
        short=str(status["short"]),
        exempt=str(status["exempt"]),
        out=str(status["out_of_scope"]),
    )


def _law(names: PlanNames, console: Console) -> None:
    """Print what the plan leans on: exceptions, duties, readings that differ from the default, clauses not modelled."""
    plan = names.plan
    for notice in plan.notices:
        subject = f"{names.subject(notice.subject)} " if notice.subject else ""
        _line(console, f"{notice.clause} {subject}{coded('notice', notice.code, notice.facts, names.lang)}", "yellow")
    if plan.exceptions:
        _line(console, names.say("console.exceptions", count=str(len(plan.exceptions))), "yellow")
        console.print(_grid(exceptions(names), names.lang))
    if plan.duties:
        _line(console, names.say("console.duties", count=str(len(plan.duties))))
    readings = switches(names)
    differing = [row for row in readings.rows if row[readings.index["differs"]] == names.say("yes")]
    if differing:
        _line(console, names.say("console.readings"), "yellow")
        shown = Table(readings.key, "", readings.columns, tuple(differing))
        console.print(_grid(shown, names.lang, ("switch", "question", "clause", "choice", "default")))
    else:
        _line(console, names.say("console.all_default"))
    if plan.not_modelled:
        _line(console, names.say("console.not_modelled", clauses=joined(plan.not_modelled, names.lang)))


def _grid(table: Table, lang: Lang, keys: Sequence[str] = ()) -> Grid:
    """Return a table for the terminal, all columns or those asked for, at most a screenful of rows."""
    columns = [table.columns[table.index[key]] for key in keys] or list(table.columns)
    grid = Grid(
        title=Text(table.title) if table.title else None, title_justify="left", box=None, pad_edge=False, show_footer=table.has_totals
    )
    for number, column in enumerate(columns):
        foot = table.total_label if number == 0 else show(column.kind, table.total(column.key), lang) if column.total else ""
        number_like = column.kind != "text" or (column.key in ("amount", "level_value", "level_bound"))
        # Where the console is narrow the headings fold first, being widest; the names that begin the rows stay whole.
        name = max((display_width(str(row[table.index[column.key]])) for row in table.rows), default=0)
        grid.add_column(
            Text(column.titled(lang), no_wrap=False),
            footer=Text(foot),
            justify="right" if number_like else "left",
            no_wrap=number == 0 and name <= _NAME_WIDTH,
            overflow="fold",
        )
    for row in table.rows[:_MOST_ROWS]:
        grid.add_row(*(Text(show_cell(row[table.index[column.key]], column, lang)) for column in columns))
    if len(table.rows) > _MOST_ROWS:
        grid.caption = Text(say("report.console.more", lang, count=str(len(table.rows) - _MOST_ROWS), file="plan.xlsx"))
        grid.caption_justify = "left"
    return grid
