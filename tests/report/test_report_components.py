"""Reports in the programs people use: LibreOffice recalculates the workbook, Chromium opens the page from disk, offline."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

import pytest
from python_calamine import CalamineWorkbook

from report.example import Example, example
from siteplanner.compare import Compared, compare
from siteplanner.report import write_all
from siteplanner.report.comparison import write_comparison
from siteplanner.report.names import Names
from siteplanner.report.page import page_bytes
from siteplanner.report.tables import plan_tables
from siteplanner.texts import Lang

pytestmark = pytest.mark.component

ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def recalculated(book: Path, folder: Path) -> dict[str, list[list[object]]]:
    """Return the cells of a workbook after LibreOffice has computed every formula anew."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE, encoding="utf-8")
    office = shutil.which("soffice") or shutil.which("libreoffice")
    assert office, "LibreOffice is not installed"
    target = folder / "again"
    subprocess.run(
        [office, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx", "--outdir", str(target), str(book)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return cells(target / book.name)


def cells(book: Path) -> dict[str, list[list[object]]]:
    """Return the cells of a workbook by sheet, without empty rows and columns at the ends."""
    read = CalamineWorkbook.from_filelike(io.BytesIO(book.read_bytes()))
    return {name: read.get_sheet_by_name(name).to_python() for name in read.sheet_names}


def numbers(sheet: list[list[object]]) -> list[float]:
    """Return the numbers of a sheet in reading order."""
    return [float(cell) for row in sheet for cell in row if isinstance(cell, int | float) and not isinstance(cell, bool)]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_libreoffice_finds_every_total_unchanged(hostile: Example, tmp_path: Path, lang: Lang) -> None:
    """After a forced recalculation every number equals the cached one to far less than a fen, even with hostile names."""
    book = next(path for path in write_all(hostile.scenario, hostile.plan, hostile.walks, tmp_path, lang) if path.suffix == ".xlsx")
    before, after = cells(book), recalculated(book, tmp_path)
    assert list(before) == list(after)
    for name, sheet in before.items():
        assert numbers(after[name]) == pytest.approx(numbers(sheet), abs=1e-8, rel=1e-12), name
        assert not [cell for row in after[name] for cell in row if isinstance(cell, str) and cell.startswith(("#", "Err:"))]


def test_a_comparison_is_recalculated_alike(made: Example, tmp_path: Path) -> None:
    """Differences and totals of a comparison's workbook are unchanged after a forced recalculation."""
    fewer = made.plan.model_copy(update={"ledger": made.plan.ledger[10:], "chosen": made.plan.chosen[1:], "variant": "fewer"})
    plans = [Compared(label, plan, label, made.scenario.pack, made.scenario) for label, plan in (("A", made.plan), ("B", fewer))]
    book = next(path for path in write_comparison(compare(plans), tmp_path, "zh") if path.suffix == ".xlsx")
    before, after = cells(book), recalculated(book, tmp_path)
    assert any(number < 0 for number in numbers(before["净现值费用"]))
    for name, sheet in before.items():
        assert numbers(after[name]) == pytest.approx(numbers(sheet), abs=1e-8, rel=1e-12), name


def test_the_recalculation_is_real(made: Example, tmp_path: Path) -> None:
    """A workbook whose cached values are wrong comes back right, so the comparison above means something."""
    import re
    import zipfile

    good = next(path for path in write_all(made.scenario, made.plan, made.walks, tmp_path, "zh") if path.suffix == ".xlsx")
    bad = tmp_path / "bad.xlsx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(bad, "w") as target:
        for name in source.namelist():
            text = source.read(name)
            if name.startswith("xl/worksheets/"):
                text = re.sub(rb"(</f><v>)[^<]*", rb"\g<1>7", text)
            target.writestr(name, text)
    assert numbers(cells(bad)["资金测算表"]) != pytest.approx(numbers(cells(good)["资金测算表"]))
    assert numbers(recalculated(bad, tmp_path)["资金测算表"]) == pytest.approx(numbers(cells(good)["资金测算表"]), abs=1e-8)


@dataclass
class Opened:
    """A page in a browser without a network, with everything it said and asked for."""

    page: object
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def run(self, script: str) -> object:
        """Return the value of a script."""
        return self.page.evaluate(script)  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def pages(hostile: Example, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the page of the hostile example by language."""
    found = {}
    for lang in get_args(Lang):
        names = Names(hostile.scenario, hostile.plan, lang)
        found[lang] = tmp_path_factory.mktemp(lang) / "report.html"
        found[lang].write_bytes(page_bytes(names, plan_tables(names)))
    return found


@pytest.fixture(params=["zh-1280-light", "en-1280-dark", "zh-390-light", "en-390-dark"])
def opened(request: pytest.FixtureRequest, pages: dict[str, Path]) -> Iterator[Opened]:
    """The page of the hostile example, opened from disk at laptop and phone width."""
    from playwright.sync_api import sync_playwright

    lang, width, scheme = request.param.split("-")
    with sync_playwright() as program:
        browser = program.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": int(width), "height": 800}, offline=True, color_scheme=scheme)
        context.set_offline(True)
        context.route("**/*", lambda route: route.continue_() if route.request.url.startswith("file:") else route.abort())
        page = context.new_page()
        found = Opened(page)
        page.on("console", lambda message: found.said.append(message.text))
        page.on("pageerror", lambda error: found.said.append(str(error)))
        page.on("dialog", lambda dialog: (found.said.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda asked: found.asked.append(asked.url))
        page.goto(pages[lang].as_uri())
        page.wait_for_function("window.siteplanner !== undefined")
        yield found
        browser.close()


def test_the_page_opens_from_disk_without_a_network(opened: Opened, hostile: Example) -> None:
    """No console message, no request but the file itself, every mark on the map, no sideways scrolling."""
    assert opened.said == []
    assert len(opened.asked) == 1 and opened.asked[0].startswith("file:")
    assert opened.run("siteplanner.layers") == len(hostile.scenario.estates) + len(hostile.scenario.sites) + len(hostile.scenario.premises)
    assert opened.run("siteplanner.lines") == len(hostile.plan.credits)
    assert opened.run("document.documentElement.scrollWidth <= window.innerWidth")
    canvas = "document.querySelector('#map canvas')"
    assert opened.run(f"{canvas}.getContext('2d').getImageData(0, 0, {canvas}.width, {canvas}.height).data.some(v => v)")


def test_the_map_moves_and_says_why(opened: Opened) -> None:
    """Panning moves the centre; an id in a table shows its details beside the map, as text."""
    before = opened.run("siteplanner.map.getCenter().lng")
    opened.run("void siteplanner.map.panBy([120, 0], {animate: false})")
    assert opened.run("siteplanner.map.getCenter().lng") != before
    opened.run("[...document.querySelectorAll('.jump')].find(b => b.textContent === 'E002').click()")
    assert "<script>alert(1)</script> (E002)" in str(opened.run("document.getElementById('detail').textContent"))
    opened.run("document.querySelector('.legend input[value=line]').click()")
    assert opened.said == []


def test_a_click_on_a_site_shows_its_why(opened: Opened, hostile: Example) -> None:
    """Clicking a chosen place on the canvas says whom it serves and who pays; clicking a candidate says why it was not taken."""
    words = {"zh": ("缘由", "参与比选，未采用"), "en": ("Why", "compared, not taken")}[str(opened.run("document.documentElement.lang"))[:2]]
    taken = {chosen.site for chosen in hostile.plan.chosen}
    spare = next(site.id for site in hostile.scenario.sites if site.id not in taken and site.id not in ("S004", "S005"))
    opened.run("document.getElementById('s-map').scrollIntoView({behavior: 'instant'})")
    opened.run("document.querySelectorAll('.legend input').forEach(b => ['line', 'circle'].includes(b.value) && b.checked && b.click())")
    for place, said in ((hostile.plan.chosen[0].place, words[0]), (spare, words[1])):
        opened.run(
            "(id => { const m = JSON.parse(document.getElementById('data').textContent).map; const n = m.marks.find(k => k[0] === id);"
            " siteplanner.map.setView([m.origin[1] + n[4] / m.scale, m.origin[0] + n[3] / m.scale], 19, {animate: false}) })"
            f"({place!r})"
        )
        box = opened.page.locator("#map").bounding_box()  # type: ignore[attr-defined]
        opened.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)  # type: ignore[attr-defined]
        detail = str(opened.run("document.getElementById('detail').textContent"))
        assert f"({place})" in detail and said in detail
    assert opened.said == []


def test_a_keyboard_finds_a_place(opened: Opened) -> None:
    """Typing a name lists marks; Enter on the first shows it and moves the focus to what is said about it."""
    page = opened.page
    page.locator("#finder input").focus()  # type: ignore[attr-defined]
    page.keyboard.type("E003")  # type: ignore[attr-defined]
    page.keyboard.press("Tab")  # type: ignore[attr-defined]
    page.keyboard.press("Enter")  # type: ignore[attr-defined]
    assert '"><img src=x> (E003)' in str(opened.run("document.getElementById('detail').textContent"))
    assert opened.run("document.activeElement.id") == "detail"


def test_a_column_offers_its_values(opened: Opened, hostile: Example) -> None:
    """Picking a township keeps its rows only; picking none brings all back."""
    card = "document.querySelector('[data-table=services]')"
    count = f"(() => {{ {card}.querySelector('.more')?.click(); return {card}.querySelectorAll('tbody tr').length }})()"
    rows = hostile.plan.services
    town = rows[0].township
    opened.page.locator("[data-table=services] select").first.select_option(label=town)  # type: ignore[attr-defined]
    assert opened.run(count) == sum(row.township == town for row in rows)
    opened.page.locator("[data-table=services] select").first.select_option(index=0)  # type: ignore[attr-defined]
    assert opened.run(count) == len(rows)


def test_a_large_plan_makes_a_small_page(tmp_path: Path) -> None:
    """2,000 estates and 5,000 sites make a page below 3 MB that draws every mark and pans."""
    from playwright.sync_api import sync_playwright

    large = example(2_000, 5_000)
    names = Names(large.scenario, large.plan, "zh")
    content = page_bytes(names, plan_tables(names))
    assert len(content) < 3_000_000
    (tmp_path / "report.html").write_bytes(content)
    with sync_playwright() as program:
        browser = program.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_context(offline=True).new_page()
        page.goto((tmp_path / "report.html").as_uri())
        page.wait_for_function("window.siteplanner !== undefined")
        assert page.evaluate("siteplanner.layers") == 7_000 + len(large.scenario.premises)
        before = page.evaluate("siteplanner.map.getCenter().lng")
        page.evaluate("void siteplanner.map.panBy([120, 0], {animate: false})")
        assert page.evaluate("siteplanner.map.getCenter().lng") != before
        browser.close()


def test_tables_sort_and_filter(opened: Opened) -> None:
    """A click sorts a column by size, another turns it round; typing keeps the rows that hold the words."""
    card = "document.querySelector('[data-table=services]')"
    column = f"[...{card}.querySelectorAll('tbody tr')].map(r => Number(r.cells[5].textContent.replaceAll(',', '')))"
    heading = f"{card}.querySelectorAll('thead button')[5]"
    opened.run(f"{card}.querySelector('.more').click()")
    opened.run(f"{heading}.click()")
    up = opened.run(column)
    assert isinstance(up, list) and up == sorted(up) and len(up) > 20
    opened.run(f"{heading}.click()")
    assert opened.run(column) == sorted(up, reverse=True)
    assert opened.run(f"{card}.querySelector('th[aria-sort]').getAttribute('aria-sort')") == "descending"
    opened.run(f"(() => {{ const i = {card}.querySelector('input'); i.value = 'E003'; i.dispatchEvent(new Event('input')) }})()")
    assert opened.run(f"{card}.querySelectorAll('tbody tr').length") == 1
    assert opened.run(f"{card}.querySelector('tfoot').hidden") is True


def test_paper_holds_whole_tables_but_not_endless_ones(opened: Opened, hostile: Example) -> None:
    """Before printing a table of thirty rows is shown whole; the ledger of more than two hundred lines stays cut and says so."""
    assert len(hostile.plan.ledger) > 200
    opened.run("window.dispatchEvent(new Event('beforeprint'))")
    rows = "document.querySelectorAll('[data-table={}] tbody tr').length"
    assert opened.run(rows.format("services")) == len(hostile.plan.services)
    assert opened.run(rows.format("ledger")) == 25
    cut = "document.querySelector('[data-table={}] .cut').hidden"
    assert opened.run(cut.format("services")) is True and opened.run(cut.format("ledger")) is False


def test_the_theme_can_be_turned(opened: Opened) -> None:
    """The button turns light to dark and back, whatever the system prefers."""
    before = opened.run("document.documentElement.dataset.theme")
    opened.run("document.getElementById('theme').click()")
    assert {before, opened.run("document.documentElement.dataset.theme")} == {"light", "dark"}
    assert opened.said == []
