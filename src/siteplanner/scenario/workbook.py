"""Reading the tables of a workbook: one sheet a table, named in English or Chinese."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from siteplanner.errors import Location
from siteplanner.scenario.columns import TABLES, table_named
from siteplanner.scenario.sink import Sink
from siteplanner.scenario.tables import RawTable, from_grid

_SKIPPED_SHEETS = ("_", "#")
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def read_workbook(raw: bytes, where: Location, sink: Sink) -> dict[str, RawTable]:
    """Return the tables of a workbook; sheets whose name begins with ``_`` or ``#`` are the office's own and skipped."""
    from python_calamine import CalamineError, CalamineWorkbook

    tables: dict[str, RawTable] = {}
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        for title in book.sheet_names:
            table = table_named(title)
            spot = Location(where.file, sheet=title)
            if table and table in tables:
                sink.add("table_twice", spot, seen=title, other=str(tables[table].where))
            elif table:
                grid = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
                tables[table] = from_grid(TABLES[table], spot, enumerate(grid, 1), sink)
            elif not title.startswith(_SKIPPED_SHEETS):
                sink.add_unknown("unknown_sheet", spot, title, [name for spec in TABLES.values() for name in (spec.title, spec.name)])
    except (CalamineError, OSError, ValueError) as error:
        sink.add("bad_workbook", where, detail=str(error))
        return {name: RawTable(spec, where, readable=False) for name, spec in TABLES.items()}
    for title, cell in _error_cells(raw):
        if table_named(title):
            sink.add("error_cell", Location(where.file, sheet=title, cell=cell))
    return tables


def _error_cells(raw: bytes) -> Iterator[tuple[str, str]]:
    """Iterate over (sheet, cell) of cells that show an error such as #N/A, which the reader hands over as empty."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            links = {link.get("Id"): link.get("Target", "") for link in ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))}
            for sheet in ElementTree.fromstring(package.read("xl/workbook.xml")).iter():
                target = links.get(sheet.get(_REL)) if sheet.tag.endswith("}sheet") else None
                if target:
                    part = package.read(f"xl/{target}" if not target.startswith("/") else target[1:])
                    for tag in re.finditer(rb"<c\b[^>]*\bt=\"e\"[^>]*>", part):
                        found = re.search(rb"\br=\"([A-Z]+\d+)\"", tag.group())
                        yield sheet.get("name", ""), found.group(1).decode() if found else ""
    except (zipfile.BadZipFile, ElementTree.ParseError, KeyError, UnicodeDecodeError):
        return
