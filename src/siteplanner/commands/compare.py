"""The ``compare`` command: plans side by side, from their records or planned on the spot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from string import ascii_uppercase

from siteplanner.commands import Shown, refusal
from siteplanner.commands.plan import exit_code
from siteplanner.commands.progress import end_line, progress_line
from siteplanner.commands.records import RECORD, same_origin
from siteplanner.compare import Compared, Comparison, Part, compare, pack_of
from siteplanner.errors import InputError, Location, Problem, SiteplannerError
from siteplanner.plan import Plan, Record
from siteplanner.planner import plan
from siteplanner.report.compare_text import comparison_text
from siteplanner.report.comparison import caution_text, write_comparison
from siteplanner.report.record import read_plan
from siteplanner.scenario.load import load_scenario
from siteplanner.scenario.schema import Scenario
from siteplanner.texts import Lang

_LEAST = 2
Source = Plan | Scenario
"""A record that was read, or a scenario to be planned."""


class NotPlanned(Exception):
    """One of the plans could not be made: what that run shows."""

    def __init__(self, shown: Shown) -> None:
        self.shown = shown
        super().__init__(shown.text)


def run_compare(words: Sequence[str], out: Path | None, lang: Lang, scenario: Path | None = None) -> Shown:
    """Read or make the plans and put them side by side.

    `scenario` lends records what they do not hold: the places of estates on the map, and names.

    Exit codes: 0 compared; 3, 5 as the run that found no plan; 4, 130 compared, but a plan made on the spot is not proven.
    """
    sources = _sources(words)
    try:
        made = [_compared(label, word, source, lang) for label, word, source in zip(_labels(), words, sources, strict=False)]
    except NotPlanned as stopped:
        return stopped.shown
    plans = [one if scenario is None or one.scenario is not None else _lent(one, scenario) for one, _ in made]
    found = compare(_with_packs(plans))
    files = write_comparison(found, out, lang) if out is not None else ()
    data = {**_data(found, lang), "files": [str(file) for file in files]}
    return Shown(comparison_text(found, lang, files), data, max(code for _, code in made))


def _lent(one: Compared, folder: Path) -> Compared:
    """Return a record with the scenario it was made from, under its own variant and changes."""
    scenario = load_scenario(folder, variant=one.plan.variant, sets=one.plan.changes)
    same_origin(scenario, one.plan, Path(one.source))
    return replace(one, scenario=scenario, pack=scenario.pack)


def _with_packs(plans: Sequence[Compared]) -> list[Compared]:
    """Lend an office's own policy from a plan that has it at hand to the records made under it: its names and funders are the same."""
    packs = {one.pack.id: one.pack for one in plans if one.pack is not None}
    return [one if one.pack is not None else replace(one, pack=packs.get(one.plan.policy)) for one in plans]


def _labels() -> Sequence[str]:
    """Return A to Z, then AA, AB and on."""
    return [*ascii_uppercase, *("".join(pair) for pair in product(ascii_uppercase, repeat=2))]


def _sources(words: Sequence[str]) -> list[Source]:
    """Read what each word stands for; the problems of all of them are told at once."""
    problems: list[Problem] = []
    found: list[Source] = []
    if len(words) < _LEAST:
        problems.append(Problem("compare_too_few", Location("siteplanner compare"), {"seen": str(len(words))}))
    for word in words:
        try:
            found.append(_source(word))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return found


def _source(word: str) -> Source:
    path = Path(word)
    if path.is_dir():
        if (path / RECORD).exists():
            return read_plan(path / RECORD)
        if not (path / "scenario.yaml").exists():
            raise InputError([Problem("nothing_to_compare", Location(word), {"seen": word})])
        return load_scenario(path)
    if path.exists():
        return load_scenario(path) if path.suffix.lower() in (".yaml", ".yml") else read_plan(path)
    folder, colon, variant = word.rpartition(":")
    if colon and Path(folder).exists():
        return load_scenario(Path(folder), variant=variant)
    raise InputError([Problem("no_compared", Location(word), {"seen": word})])


def _compared(label: str, word: str, source: Source, lang: Lang) -> tuple[Compared, int]:
    """Return a plan with the exit code of its run, 0 where its record was read."""
    if isinstance(source, Plan):
        return Compared(label, source, word, pack_of(source)), 0
    try:
        run = plan(source, progress_line(lang))
    except SiteplannerError as error:
        shown = refusal(error, lang)
        raise NotPlanned(replace(shown, text=f"{label} {word}\n{shown.text}", data={**shown.data, "plan": label})) from error
    finally:
        end_line()
    return Compared(label, run.plan, word, source.pack, source), exit_code(run)


def _data(found: Comparison, lang: Lang) -> dict[str, object]:
    """Return the comparison for ``--json``: ids and whole fen, dm² and counts."""
    return {
        "plans": [_plan(one) for one in found.plans],
        "warnings": [{"code": c.code, "plans": list(c.labels), "text": caution_text(c, found, lang)} for c in found.cautions],
        "tables": {part.key: _part(part) for part in found.parts},
        "options": [{"option": row.option, "plans": [_dump(pick) for pick in row.chosen]} for row in found.choices],
        "sites": [{"site": row.site, "plans": [list(options) for options in row.used]} for row in found.sites],
        "estates": [{"estate": row.estate, "plans": [_dump(one) for one in row.services]} for row in found.standings],
        "settings": [{"key": row.key, "plans": list(row.values)} for row in found.settings],
    }


def _plan(one: Compared) -> dict[str, object]:
    texts = {key: getattr(one.plan, key) for key in ("title", "policy", "variant", "perspective")}
    lists = {"changes": list(one.plan.changes), "what_if": list(one.plan.what_if)}
    return {"label": one.label, "source": one.source, **texts, **lists, "status": one.plan.status.model_dump(mode="json")}


def _dump(record: Record | None) -> object:
    return None if record is None else record.model_dump(mode="json")


def _part(part: Part) -> dict[str, object]:
    rows = [
        {**dict(zip(part.columns, row.key, strict=True)), "amounts": list(row.amounts), "differences": list(row.differences)}
        for row in part.rows
    ]
    if not part.adds_up:
        return {"unit": part.unit, "rows": rows}
    total = part.total
    return {"unit": part.unit, "rows": rows, "total": {"amounts": list(total.amounts), "differences": list(total.differences)}}
