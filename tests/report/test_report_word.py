"""The Word report: laid out as an official document, with the figures of the plan's tables and names that stay names."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as Paper
from docx.oxml.ns import qn

from report.conftest import HOSTILE
from report.example import Example
from siteplanner.errors import InputError
from siteplanner.report import write, write_all
from siteplanner.report.figures import draw
from siteplanner.report.names import Names
from siteplanner.report.table import show, show_cell
from siteplanner.report.tables import plan_tables
from siteplanner.report.word import word_bytes
from siteplanner.texts import Lang


def content(made: Example, lang: Lang = "zh") -> bytes:
    """Return the Word file of an example, without figures."""
    names = Names(made.scenario, made.plan, lang)
    return word_bytes(names, plan_tables(names), {})


def paper(made: Example, lang: Lang = "zh") -> Paper:
    """Return the Word report of an example, read back."""
    return Document(io.BytesIO(content(made, lang)))


def grids(read: Paper) -> list[list[list[str]]]:
    """Return the tables of a document as texts."""
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in read.tables]


def test_the_same_plan_gives_the_same_file(made: Example) -> None:
    """Neither the clock nor a random id enters the file, figures included."""
    names = Names(made.scenario, made.plan, "zh")
    figures = draw(names)
    assert word_bytes(names, plan_tables(names), figures) == word_bytes(names, plan_tables(names), figures)


def test_it_is_laid_out_as_an_official_document(made: Example) -> None:
    """A4 with the margins of GB/T 9704; chapters 一、 in bold type, sections （一） in regular script, text in imitation Song."""
    read = paper(made)
    section = read.sections[0]
    assert section.page_width and section.top_margin and section.left_margin
    assert [round(length.mm) for length in (section.page_width, section.top_margin, section.left_margin)] == [210, 37, 28]
    fonts = {p.text[:2]: p.runs[0]._r.rPr.rFonts.get(qn("w:eastAsia")) for p in read.paragraphs if p.runs}
    assert fonts["一、"] == "黑体" and fonts["（一"] == "楷体_GB2312" and fonts["本方"] == "仿宋_GB2312"
    assert read.paragraphs[0].runs[0]._r.rPr.rFonts.get(qn("w:eastAsia")) == "方正小标宋简体"
    chapters = [p.text for p in read.paragraphs if p.text[1:2] == "、" and p.runs[0]._r.rPr.rFonts.get(qn("w:eastAsia")) == "黑体"]
    assert [text[0] for text in chapters] == list("一二三四五六七")
    assert any(p.text == "基准日：2021年12月13日" for p in read.paragraphs)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tables_are_those_of_the_plan(made: Example, lang: Lang) -> None:
    """Every cell and sum of the township and project tables reads as in the plan's own tables."""
    tables, found = plan_tables(Names(made.scenario, made.plan, lang)), grids(paper(made, lang))
    for key in ("projects", "funding", "subsidy_totals"):
        table = tables[key]
        grid = next(one for one in found if set(one[0]) <= {c.titled(lang) for c in table.columns} and len(one) == len(table.rows) + 2)
        where = [next(n for n, c in enumerate(table.columns) if c.titled(lang) == head) for head in grid[0]]
        for line, row in zip(grid[1:-1], table.rows, strict=True):
            assert line == [show_cell(row[n], table.columns[n], lang).replace("\n", " ") for n in where]
        sums = [show(table.columns[n].kind, table.total(table.columns[n].key), lang) for n in where if table.columns[n].total]
        assert [text for text, n in zip(grid[-1], where, strict=True) if table.columns[n].total] == sums


def test_words_state_the_money_of_the_plan(made: Example) -> None:
    """The sentence on money states capital, recurring cost and subsidies as the ledger adds up."""
    capital = sum(line.fen for line in made.plan.ledger if line.kind in ("price", "tax_fee", "deposit", "fit_out", "permit"))
    grants = sum(line.fen for line in made.plan.ledger if line.kind == "grant")
    said = "\n".join(p.text for p in paper(made).paragraphs)
    assert f"投资合计 {capital / 1_000_000:,.2f} 万元" in said
    assert f"补助合计 {grants / 1_000_000:,.2f} 万元" in said


def test_readings_are_in_words(made: Example) -> None:
    """The readings in force stand in the document as words, without the codes of the pack."""
    cells = [cell for grid in grids(paper(made)) for row in grid for cell in row]
    assert "按分配合用，每平方米只计一次" in cells
    assert not [cell for cell in cells if "shared_capacity" in cell]


def test_status_and_stamps_stand_under_the_title(made: Example) -> None:
    """An unproven what-if plan says both before the first chapter."""
    level = made.plan.status.levels[0].model_copy(update={"gap": 0.0123, "proven": False})
    status = made.plan.status.model_copy(update={"status": "feasible", "levels": (level,)})
    read = paper(Example(made.scenario, made.plan.model_copy(update={"what_if": ("TL9",), "status": status}), made.walks))
    texts = [p.text for p in read.paragraphs]
    top = "\n".join(texts[: next(n for n, text in enumerate(texts) if text.startswith("一、"))])
    assert "不符合 TL9" in top and "1.23%" in top and "合成数据" in top


def test_hostile_names_are_text(hostile: Example) -> None:
    """Names like formulas and markup stand in the file as they were written, rid of control characters only."""
    read = paper(hostile)
    said = "\n".join([*(p.text for p in read.paragraphs), *(cell for grid in grids(read) for row in grid for cell in row)])
    assert HOSTILE["title"] in said
    started = {chosen.place for chosen in hostile.plan.chosen}
    served = {credit.estate for credit in hostile.plan.credits if credit.place in started} & {f"E{n:03d}" for n in range(1, 9)}
    assert len(served) > 3
    for key in sorted(served):
        assert HOSTILE[key] in said, key


def test_without_the_extra_there_is_none_unless_asked_for(made: Example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without python-docx the other papers are written; asking for the Word report says which extra to install."""
    monkeypatch.setattr(write, "word_at_hand", lambda: False)
    assert "plan.docx" not in [path.name for path in write_all(made.scenario, made.plan, made.walks, tmp_path, "zh")]
    with pytest.raises(InputError) as caught:
        write_all(made.scenario, made.plan, made.walks, tmp_path, "zh", word=True)
    assert "siteplanner[docx]" in caught.value.text("zh")
