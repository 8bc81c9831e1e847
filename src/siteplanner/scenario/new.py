"""Write a starting scenario: a few invented rows that load, to be replaced by real ones."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from siteplanner.errors import InputError, Location, Problem, system_reason
from siteplanner.policy.load import pack_ids, raw_pack
from siteplanner.policy.schema import PolicyPack
from siteplanner.scenario.columns import TABLES
from siteplanner.scenario.newbook import heading, write_book, written
from siteplanner.scenario.policy import provisional_pack
from siteplanner.scenario.sample import HORIZON_YEARS, Tables, base_date, sample_tables
from siteplanner.scenario.sink import Sink, cite
from siteplanner.texts import Lang, say

SCENARIO_FILE = "scenario.yaml"
WORKBOOK_FILE = "tables.xlsx"


def write_new(
    folder: Path, *, form: Literal["csv", "xlsx"], lang: Lang, policy: str, inputs: Mapping[str, str] | None = None
) -> tuple[Path, ...]:
    """Write a starting scenario for a bundled policy and return its files, the scenario file first.

    Parameters
    ----------
    folder
        Where to write; made if it is not there. Nothing is overwritten.
    form
        Tables as CSV files (UTF-8 with a mark, for spreadsheets) or as one workbook with drop-downs.
    lang
        Language of headings, choices and comments.
    policy
        Id of a bundled policy.
    inputs
        Figures the law leaves open. What is not given here stays empty in the file: the first load asks for it.

    Raises
    ------
    InputError
        If the policy is unknown, a file is there already, or the folder cannot be written.
    """
    if policy not in pack_ids():
        sink = Sink()
        sink.add_unknown("unknown_policy", Location("--policy"), policy, pack_ids())
        sink.raise_if_any()
    stated = dict(inputs or {})
    pack = provisional_pack(raw_pack(policy), stated)
    tables = sample_tables(pack, lang)
    names = [SCENARIO_FILE, *([WORKBOOK_FILE] if form == "xlsx" else [f"{name}.csv" for name in TABLES])]
    paths = tuple(folder / name for name in names)
    there = [path for path in paths if path.exists()]
    if there:
        raise InputError([Problem("file_exists", Location(path.as_posix()), {"seen": path.name}) for path in there])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        paths[0].write_text(_scenario_text(pack, stated, form, lang), encoding="utf-8")
        if form == "xlsx":
            write_book(paths[1], tables, pack, lang)
        else:
            for path, name in zip(paths[1:], TABLES, strict=True):
                path.write_bytes(_csv_text(name, tables, pack, lang).encode("utf-8-sig"))
    except OSError as error:
        facts = {"seen": folder.as_posix(), **system_reason(error, "detail")}
        raise InputError([Problem("not_writable", Location(folder.as_posix()), facts)]) from error
    return paths


def _csv_text(name: str, tables: Tables, pack: PolicyPack, lang: Lang) -> str:
    columns = list(TABLES[name].columns.values())
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([heading(column, lang) for column in columns])
    for row in tables[name]:
        cells = ((column, row.get(column.key, "")) for column in columns)
        writer.writerow([written(name, column, cell, pack, lang) if cell else "" for column, cell in cells])
    return text.getvalue()


def _scenario_text(pack: PolicyPack, inputs: Mapping[str, str], form: str, lang: Lang) -> str:
    day = base_date(pack)
    place = pack.document.place.zh if lang == "zh" else pack.document.place.en
    lines = [
        *_comment("head", lang),
        f"title: {_quoted(say('new.title', lang))}",
        f"policy: {pack.id}",
        f"county: {_quoted(place)}",
        f"base_date: {day.isoformat()}",
        "synthetic: true",
        "",
        *_input_lines(pack, inputs, lang),
        *_comment("crs", lang),
        "crs: cgcs2000",
        *_comment("walking", lang),
        "walking:",
        "  method: table",
        f"  source: {_quoted(say('new.sample.note', lang, number=''))}",
        "",
        *_comment("finance", lang),
        "finance:",
        f"  base_year: {day.year}",
        f"  horizon_years: {HORIZON_YEARS}",
        "  rate: 0.04",
        "",
    ]
    if form == "xlsx":
        lines += [*_comment("workbook", lang), f"workbook: {WORKBOOK_FILE}", ""]
    lines += [
        *_comment("variants", lang),
        "variants:",
        "  small_budget:",
        f"    title: {_quoted(say('new.variant', lang))}",
        "    edits:",
        "      budgets:",
        "        B01:",
        "          limit_yuan: 5000000",
    ]
    return "\n".join(lines) + "\n"


def _input_lines(pack: PolicyPack, inputs: Mapping[str, str], lang: Lang) -> list[str]:
    """Return the figures the law leaves open, each with its clause; nothing is assumed for those that are not given."""
    if not pack.inputs:
        return []
    lines = [*_comment("inputs", lang), "inputs:"]
    for name, need in pack.inputs.items():
        about = need.text.zh if lang == "zh" else need.text.en
        lines.append(f"  # {about} ({cite(pack, need.clause)})")
        if name in inputs:
            lines.append(f"  {name}: {_quoted(inputs[name])}")
        else:
            lines.append(f"  # {name}:" if need.optional else f"  {name}:")
    return [*lines, ""]


def _comment(name: str, lang: Lang) -> list[str]:
    return [f"# {line}" for line in say(f"new.comment.{name}", lang).splitlines()]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
