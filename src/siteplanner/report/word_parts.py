"""Paragraphs, headings, tables and page numbers of a Word report, in the layout of official Chinese documents.

Margins, type sizes and line spacing follow GB/T 9704: title in small standard Song of size two, text in imitation Song of size
three, headings numbered 一、（一）1. in bold type, regular script and imitation Song. A computer without these fonts shows the
nearest it has.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from copy import deepcopy
from datetime import date, datetime

from docx import Document
from docx.document import Document as Paper
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Emu, Length, Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from siteplanner.report.table import clean, display_width
from siteplanner.texts import Lang

_FONTS = {
    "title": ("方正小标宋简体", "Times New Roman", 22.0),
    "first": ("黑体", "Times New Roman", 16.0),
    "second": ("楷体_GB2312", "Times New Roman", 16.0),
    "body": ("仿宋_GB2312", "Times New Roman", 16.0),
    "note": ("楷体_GB2312", "Times New Roman", 14.0),
    "cell": ("宋体", "Times New Roman", 9.0),
    "foot": ("宋体", "Times New Roman", 14.0),
}
_LINE_PT = 28.0
_SIZES = (9.0, 8.0, 7.0, 6.5)
"""Type sizes of tables: the first at which what must stay on one line does."""
_HALF_WIDTH = 0.6
"""Width of a half-width character over the type size."""
_SHORT, _LONGEST, _PADDING = 12, 28, 2
"""Half-width characters: text up to `_SHORT` is not folded, longer text asks for at most `_LONGEST` more; room beside the text."""
_CELL_MARGIN_TWIPS = 40
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)


class Sheet:
    """A Word document that is written from top to bottom."""

    def __init__(self, title: str, day: date, lang: Lang) -> None:
        self.lang = lang
        self.paper: Paper = Document()
        core, at = self.paper.core_properties, datetime(day.year, day.month, day.day)
        core.title, core.author, core.comments, core.created, core.modified, core.last_modified_by = clean(title), "", "", at, at, ""
        section = self.paper.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
        _page_number(section)

    def title(self, text: str) -> None:
        """Write the title, centred."""
        self._paragraph(text, "title", align=WD_ALIGN_PARAGRAPH.CENTER, line_pt=36.0).paragraph_format.space_after = Pt(10)

    def note(self, text: str, *, grave: bool = False) -> None:
        """Write a remark under the title, centred; grave ones in bold."""
        for run in self._paragraph(text, "note", align=WD_ALIGN_PARAGRAPH.CENTER, line_pt=22.0).runs:
            run.bold = grave

    def first(self, text: str) -> None:
        """Write a heading of the first order, as 一、 is."""
        self._heading(text, "first", 1)

    def second(self, text: str) -> None:
        """Write a heading of the second order, as （一） is."""
        self._heading(text, "second", 2)

    def body(self, text: str) -> None:
        """Write a paragraph of text, its first line indented by two characters."""
        self._paragraph(text, "body", indent=True)

    def right(self, text: str) -> None:
        """Write a line that ends at the right margin."""
        self._paragraph(text, "body", align=WD_ALIGN_PARAGRAPH.RIGHT)

    def caption(self, text: str) -> None:
        """Write the heading of a table or figure."""
        paragraph = self._paragraph(text, "note", align=WD_ALIGN_PARAGRAPH.CENTER, line_pt=22.0)
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_before = Pt(8)

    def figure(self, png: bytes, caption: str) -> None:
        """Put a picture as wide as the text, its caption above."""
        self.caption(caption)
        self.paper.add_picture(io.BytesIO(png), width=Mm(156))
        self.paper.paragraphs[-1].alignment = WD_ALIGN_PARAGRAPH.CENTER

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool], *, foot: bool = False) -> None:
        """Write a table; its headings come again on every page. `right`: the column stands right; `foot`: the last row is a sum."""
        made = self.paper.add_table(rows=1 + len(rows), cols=len(headings))
        made.style = "Table Grid"
        made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        widths, size = self._layout(headings, rows)
        _narrow_cells(made)
        for column, width in zip(made.columns, widths, strict=True):
            column.width = width
        cells = made._cells  # one walk over the table: asking for each row anew takes quadratic time
        looks: dict[tuple[bool, WD_ALIGN_PARAGRAPH], tuple[BaseOxmlElement, BaseOxmlElement]] = {}
        for n, texts in enumerate([headings, *rows]):
            strong = n == 0 or (foot and n == len(rows))
            for m, text in enumerate(texts):
                cells[n * len(headings) + m].width = widths[m]
                align = WD_ALIGN_PARAGRAPH.CENTER if n == 0 else WD_ALIGN_PARAGRAPH.RIGHT if right[m] else WD_ALIGN_PARAGRAPH.LEFT
                _fill(cells[n * len(headings) + m].paragraphs[0], text, size, strong, align, looks)
        for line in made._tbl.tr_lst:
            line.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        made._tbl.tr_lst[0].get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        self._paragraph("", "cell", line_pt=10.0)

    def _layout(self, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[list[Length], float]:
        """Return column widths and type size: numbers, days and short words on one line, the room that is left to long text."""
        section = self.paper.sections[-1]
        room = int((section.page_width or Mm(210)) - (section.left_margin or Mm(28)) - (section.right_margin or Mm(26)))
        longest = [max((display_width(row[n]) for row in rows), default=0) for n in range(len(headings))]
        firm = [max(wide, _word(heading)) + _PADDING for wide, heading in zip(longest, headings, strict=True)]
        folds = [wide > _SHORT for wide in longest]
        least = sum(_SHORT + _PADDING if fold else need for need, fold in zip(firm, folds, strict=True))
        size = next((size for size in _SIZES if least * size * _HALF_WIDTH * Pt(1) <= room), _SIZES[-1])
        unit = size * _HALF_WIDTH * Pt(1)
        wanted = [_SHORT + _PADDING + min(need - _SHORT, _LONGEST) if fold else need for need, fold in zip(firm, folds, strict=True)]
        spare = room - sum(need * unit for need, fold in zip(firm, folds, strict=True) if not fold)
        asked = sum(want * unit for want, fold in zip(wanted, folds, strict=True) if fold)
        scale = spare / asked if asked and spare > 0 else 1.0
        widths = [want * unit * (scale if fold else 1.0) for want, fold in zip(wanted, folds, strict=True)]
        total = sum(widths)
        return [Emu(int(width * min(1.0, room / total) if any(folds) else width * room / total)) for width in widths], size

    def turn(self) -> None:
        """Begin a page across, for wide tables."""
        section = self.paper.add_section()
        section.page_width, section.page_height = Mm(297), Mm(210)
        section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = Mm(28), Mm(26), Mm(22), Mm(22)

    def content(self) -> bytes:
        """Return the file; the same document gives the same bytes."""
        made, fixed = io.BytesIO(), io.BytesIO()
        self.paper.save(made)
        with zipfile.ZipFile(made) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
            for name in source.namelist():
                entry = zipfile.ZipInfo(name, _ZIP_DAY)
                entry.compress_type = zipfile.ZIP_DEFLATED
                target.writestr(entry, source.read(name))
        return fixed.getvalue()

    def _heading(self, text: str, font: str, level: int) -> None:
        paragraph = self._paragraph(text, font, indent=True)
        paragraph.paragraph_format.keep_with_next = True
        # The outline level lets office programs list the headings; the look stays as it is.
        mark = OxmlElement("w:outlineLvl")
        mark.set(qn("w:val"), str(level - 1))
        paragraph._p.get_or_add_pPr().append(mark)

    def _paragraph(
        self, text: str, font: str, *, align: WD_ALIGN_PARAGRAPH | None = None, indent: bool = False, line_pt: float = _LINE_PT
    ) -> Paragraph:
        paragraph = self.paper.add_paragraph()
        _spaced(paragraph, line_pt)
        if align is not None:
            paragraph.alignment = align
        if indent:
            paragraph.paragraph_format.first_line_indent = Emu(int(Pt(_FONTS[font][2]) * 2)) if self.lang == "zh" else None
        _run(paragraph, text, font)
        return paragraph


def _run(paragraph: Paragraph, text: str, font: str, size: float | None = None) -> Run:
    eastern, western, own_size = _FONTS[font]
    run = paragraph.add_run(clean(text))
    run.font.name, run.font.size = western, Pt(size or own_size)
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), eastern)
    return run


def _fill(
    paragraph: Paragraph, text: str, size: float, strong: bool, align: WD_ALIGN_PARAGRAPH,
    looks: dict[tuple[bool, WD_ALIGN_PARAGRAPH], tuple[BaseOxmlElement, BaseOxmlElement]],
) -> None:  # fmt: skip
    """Write the text of a cell. Setting how one looks takes far longer than copying it from one that looks the same."""
    if (strong, align) in looks:
        around, inside = looks[strong, align]
        paragraph._p.insert(0, deepcopy(around))
        paragraph.add_run(clean(text))._r.insert(0, deepcopy(inside))
        return
    _spaced(paragraph, 13.0)
    paragraph.alignment = align
    run = _run(paragraph, text, "cell", size)
    run.bold = strong
    looks[strong, align] = paragraph._p.get_or_add_pPr(), run._r.get_or_add_rPr()


def _word(heading: str) -> int:
    """Return the width a heading needs: its longest word, a Chinese one two characters (it may fold anywhere)."""
    return max((display_width(word) if word.isascii() else 4 for word in heading.split()), default=0)


def _narrow_cells(table: Table) -> None:
    """Leave less room at the sides of cells than office programs do by themselves."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        part = OxmlElement(f"w:{side}")
        part.set(qn("w:w"), str(_CELL_MARGIN_TWIPS))
        part.set(qn("w:type"), "dxa")
        margins.append(part)
    table._tbl.tblPr.append(margins)


def _spaced(paragraph: Paragraph, line_pt: float) -> None:
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY if line_pt >= _LINE_PT else WD_LINE_SPACING.AT_LEAST
    form.line_spacing = Pt(line_pt)


def _page_number(section: Section) -> None:
    """Put the number of the page at its foot, between dashes."""
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, "— ", "foot")
    run = _run(paragraph, "", "foot")
    for kind in ("begin", "instrText", "end"):
        if kind == "instrText":
            part = OxmlElement("w:instrText")
            part.set(qn("xml:space"), "preserve")
            part.text = "PAGE"
        else:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        run._r.append(part)
    _run(paragraph, " —", "foot")
