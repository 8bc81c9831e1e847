"""Every file of a plan, written in one go: nothing is written before everything is made."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from siteplanner.errors import InputError, Location, Problem, system_reason
from siteplanner.gis.write import can_write
from siteplanner.plan import Plan
from siteplanner.report.record import plan_bytes, walks_bytes
from siteplanner.scenario.schema import Scenario
from siteplanner.texts import Lang


def write_all(
    scenario: Scenario, plan: Plan, walks: Mapping[tuple[str, str], int], out: Path, lang: Lang, *, word: bool | None = None
) -> tuple[Path, ...]:
    """Write the record, pairs table, workbook, page, map data, figures and Word report of a plan into a folder.

    Parameters
    ----------
    walks : mapping of (estate, place) to int
        The pairs table the plan walked on, seconds; ``plan.walks.sha256`` is its hash.
    out : Path
        The folder, made if it is not there; files of the same name are replaced.
    word : bool, optional
        Whether to write the Word report; by default it is written where python-docx is installed.

    Returns
    -------
    tuple of Path
        The files, the record first.

    Raises
    ------
    InputError
        If a file cannot be written, for instance because it is open in another program, or a Word report is asked for
        without python-docx.
    ValueError
        If `walks` is not the table of the record: a defect of the caller.
    """
    table = walks_bytes(walks)
    if sha256(table).hexdigest() != plan.walks.sha256:
        raise ValueError("the pairs table is not the one whose hash the plan states")
    if word and not word_at_hand():
        raise InputError([Problem("no_docx", Location("--word"))])
    return write_files(_contents(scenario, plan, table, lang, word_at_hand() if word is None else word), out)


def word_at_hand() -> bool:
    """Return whether python-docx (the extra ``docx``) is installed."""
    return find_spec("docx") is not None


def _contents(scenario: Scenario, plan: Plan, walks: bytes, lang: Lang, word: bool) -> dict[str, bytes]:
    # These modules bring XlsxWriter, Jinja2 and matplotlib along, about two seconds together.
    from siteplanner.report.figures import draw
    from siteplanner.report.geopackage import plan_geopackage
    from siteplanner.report.maps import geojson_bytes
    from siteplanner.report.names import Names
    from siteplanner.report.page import page_bytes
    from siteplanner.report.stamps import stamps
    from siteplanner.report.tables import plan_tables
    from siteplanner.report.workbook import Heading, workbook_bytes

    names = Names(scenario, plan, lang)
    tables = plan_tables(names)
    heading = Heading(plan.title, stamps(plan, lang), plan.base_date)
    figures = draw(names)
    contents = {
        "plan.json": plan_bytes(plan),
        "walks.csv": walks,
        "plan.xlsx": workbook_bytes(tables, heading, lang),
        "report.html": page_bytes(names, tables),
        "plan.geojson": geojson_bytes(names),
        **figures,
    }
    if can_write():
        contents["plan.gpkg"] = plan_geopackage(names)
    if word:
        from siteplanner.report.word import word_bytes

        contents["plan.docx"] = word_bytes(names, tables, figures)
    return contents


def write_files(contents: Mapping[str, bytes], out: Path) -> tuple[Path, ...]:
    """Write files into a folder, made if it is not there.

    Raises
    ------
    InputError
        If the folder or a file cannot be written: every such file is one problem.
    """
    problems: list[Problem] = []
    written: list[Path] = []
    for name, content in contents.items():
        path = out / name
        try:
            out.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            written.append(path)
        except OSError as error:
            problems.append(Problem("output_unwritable", Location(str(path)), system_reason(error, "reason")))
    if problems:
        raise InputError(problems)
    return tuple(written)
